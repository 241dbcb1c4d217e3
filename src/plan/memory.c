/* Memory by liveness. A slot lives from the first step that touches it to the last; slots whose lives meet never
 * overlap in the arena. Steps are walked once, with a list of the holes in the arena: a slot takes the smallest hole
 * that is large enough when its life begins and gives it back when it ends. */
#include "plan/memory.h"

#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"

enum { ALIGN = 64 };

typedef struct hole {
    size_t offset, bytes;
} hole;

typedef struct layout {
    hole *holes; /* in the order of their offsets; no two touch */
    size_t count, capacity;
    size_t bytes; /* the arena's size so far */
} layout;

/* ---- In place ---- */

/* An output may take over an input that dies here when the step goes element by element over all of it. */
static bool can_take_over(const dp_plan *plan, const dpi_step_info *info, int32_t step, int32_t from, int32_t to)
{
    const dpi_slot *a = &plan->slots[from], *y = &plan->slots[to];
    if (from == to || a->kind != DPI_SLOT_ARENA || y->kind != DPI_SLOT_ARENA)
        return false;
    if (a->last != step || y->first != step || a->bytes != y->bytes)
        return false;
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
        const dpi_ref *ref = &plan->refs[r];
        if (dpi_slot_home(plan, ref->slot) == from && !ref->may_share)
            return false;
    }
    return true;
}

static void share_in_place(dp_plan *plan)
{
    for (int32_t step = 0; step < (int32_t)plan->step_count; step++) {
        const dpi_step_info *info = &plan->infos[step];
        int32_t to = -1;
        for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++)
            if (plan->refs[r].writes)
                to = dpi_slot_home(plan, plan->refs[r].slot);
        for (int32_t r = info->ref_first; to >= 0 && r < info->ref_first + info->ref_count; r++) {
            int32_t from = dpi_slot_home(plan, plan->refs[r].slot);
            if (!can_take_over(plan, info, step, from, to))
                continue;
            plan->slots[from].last = plan->slots[to].last;
            plan->slots[to].kind = DPI_SLOT_ALIAS;
            plan->slots[to].home = from;
            to = -1;
        }
    }
}

/* ---- Holes ---- */

static dp_status take(dp_ctx *ctx, layout *arena, dpi_slot *slot)
{
    size_t bytes = slot->bytes, best = arena->count;
    if (!dpi_add_size(bytes ? bytes : 1, ALIGN - 1, &bytes))
        goto too_large;
    bytes -= bytes % ALIGN;
    for (size_t i = 0; i < arena->count; i++)
        if (arena->holes[i].bytes >= bytes &&
            (best == arena->count || arena->holes[i].bytes < arena->holes[best].bytes))
            best = i;
    if (best < arena->count) {
        slot->offset = arena->holes[best].offset;
        arena->holes[best].offset += bytes;
        arena->holes[best].bytes -= bytes;
        if (!arena->holes[best].bytes)
            memmove(&arena->holes[best], &arena->holes[best + 1], (--arena->count - best) * sizeof *arena->holes);
        return DP_OK;
    }
    /* Behind everything; a hole at the very end is made larger. */
    slot->offset = arena->bytes;
    if (arena->count && arena->holes[arena->count - 1].offset + arena->holes[arena->count - 1].bytes == arena->bytes)
        slot->offset = arena->holes[--arena->count].offset;
    if (!dpi_add_size(slot->offset, bytes, &arena->bytes))
        goto too_large;
    return DP_OK;
too_large:
    return dpi_fail(ctx, DP_ERR_NOMEM, "a value of %zu bytes beside the others is more than memory can hold",
                    slot->bytes);
}

static dp_status give_back(dp_ctx *ctx, layout *arena, const dpi_slot *slot)
{
    size_t bytes = (slot->bytes ? slot->bytes : 1) + ALIGN - 1;
    bytes -= bytes % ALIGN;
    size_t low = 0, high = arena->count; /* the hole goes before the first one behind it */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (arena->holes[middle].offset < slot->offset)
            low = middle + 1;
        else
            high = middle;
    }
    hole *next = low < arena->count ? &arena->holes[low] : NULL, *before = low ? &arena->holes[low - 1] : NULL;
    bool joins_before = before && before->offset + before->bytes == slot->offset;
    bool joins_next = next && slot->offset + bytes == next->offset;
    if (joins_before && joins_next) {
        before->bytes += bytes + next->bytes;
        memmove(next, next + 1, (--arena->count - low) * sizeof *next);
    } else if (joins_before) {
        before->bytes += bytes;
    } else if (joins_next) {
        next->offset = slot->offset;
        next->bytes += bytes;
    } else {
        dp_status status = dpi_grow(ctx, (void **)&arena->holes, &arena->capacity, arena->count + 1,
                                    sizeof *arena->holes, "arena of the plan");
        if (status != DP_OK)
            return status;
        memmove(&arena->holes[low + 1], &arena->holes[low], (arena->count++ - low) * sizeof *arena->holes);
        arena->holes[low] = (hole){slot->offset, bytes};
    }
    return DP_OK;
}

/* Walks the steps; births come before deaths, so that a step's operands never overlap. Scratch and values alike. */
static dp_status lay_out(dp_ctx *ctx, dp_plan *plan, layout *arena)
{
    dp_status status = DP_OK;
    for (int32_t step = 0; step < (int32_t)plan->step_count; step++) {
        const dpi_step_info *info = &plan->infos[step];
        for (int pass = 0; pass < 2; pass++)
            for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
                int32_t home = dpi_slot_home(plan, plan->refs[r].slot);
                dpi_slot *slot = &plan->slots[home];
                bool turn = slot->kind == DPI_SLOT_ARENA && (pass ? slot->last : slot->first) == step;
                /* A step may refer to a slot twice: the first time counts. */
                for (int32_t k = info->ref_first; turn && k < r; k++)
                    turn = dpi_slot_home(plan, plan->refs[k].slot) != home;
                if (turn)
                    status = pass ? give_back(ctx, arena, slot) : take(ctx, arena, slot);
                if (status != DP_OK)
                    return status;
            }
    }
    return DP_OK;
}

/* ---- Pointers ---- */

static void link_refs(dp_plan *plan)
{
    for (int32_t r = (int32_t)plan->ref_count - 1; r >= 0; r--) {
        dpi_slot *slot = &plan->slots[dpi_slot_home(plan, plan->refs[r].slot)];
        plan->refs[r].next = slot->refs;
        slot->refs = r;
    }
}

void dpi_memory_set(dp_plan *plan, int32_t home, void *memory)
{
    plan->slots[home].memory = memory;
    for (int32_t r = plan->slots[home].refs; r >= 0; r = plan->refs[r].next) {
        char *place = (char *)memory + plan->refs[r].byte_offset;
        memcpy(plan->args + plan->refs[r].at, &place, sizeof place);
    }
}

/* A wanted value's own memory; if it is too large, the message says which value it was. */
static dp_status own_memory(dpi_build *build, int32_t v)
{
    dpi_slot *slot = &build->plan->slots[v];
    const char *name = v <= build->plan->value_count ? dp_val_name(build->g, v) : "";
    char what[96];
    size_t used = 0;
    const char *words = *name ? name : v <= build->plan->value_count ? dp_op_name(dp_val_op(build->g, v)) : "a value";
    while (used < sizeof what - 1 && words[used])
        what[used] = words[used], used++;
    what[used] = 0;
    dp_status status = dpi_alloc_raw(build->ctx, slot->bytes, 1, what, &slot->own);
    if (status == DP_OK)
        build->plan->stats.arena_bytes += slot->bytes;
    return status;
}

dp_status dpi_memory_place(dpi_build *build)
{
    dp_plan *plan = build->plan;
    layout arena = {0};
    share_in_place(plan);
    link_refs(plan);
    dp_status status = lay_out(build->ctx, plan, &arena);
    dpi_free(build->ctx, arena.holes);
    if (status != DP_OK)
        return status;
    void *memory = NULL;
    status = dpi_alloc_raw(build->ctx, arena.bytes, 1, "memory for intermediate values", &memory);
    if (status != DP_OK)
        return status;
    plan->arena = memory;
    plan->stats.arena_bytes = arena.bytes;
    for (int32_t v = 1; v < (int32_t)plan->slot_count; v++) {
        dpi_slot *slot = &plan->slots[v];
        if (slot->kind == DPI_SLOT_WANTED) {
            status = own_memory(build, v);
            if (status != DP_OK)
                return status;
            dpi_memory_set(plan, v, slot->own);
        } else if (slot->kind == DPI_SLOT_ARENA) {
            dpi_memory_set(plan, v, plan->arena + slot->offset);
        } else if (slot->kind == DPI_SLOT_CONST) {
            dpi_memory_set(plan, v, slot->memory);
        }
    }
    return DP_OK;
}
