/* Memory by liveness. A slot lives from the first phase that touches it to the last; slots whose lives meet never
 * overlap in the arena. Phases are walked once, with a list of the holes in the arena: a slot takes the smallest hole
 * that is large enough when its life begins and gives it back when it ends. The tiles of an item are laid out in the
 * same way, by its steps. */
#include "plan/memory.h"

#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"
#include "plan/schedule.h"

enum { ALIGN = 64 };

typedef struct hole {
    size_t offset, bytes;
} hole;

typedef struct layout {
    hole *holes; /* in the order of their offsets; no two touch */
    size_t count, capacity;
    size_t bytes; /* the arena's size so far */
} layout;

/* ---- Holes ---- */

static dp_status take(dp_ctx *ctx, layout *arena, dpi_slot *slot)
{
    size_t bytes = slot->span, best = arena->count;
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
    size_t bytes = (slot->span ? slot->span : 1) + ALIGN - 1;
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

/* Takes or gives back the memory of the slots of this kind whose life begins or ends at time t, among those that the
 * steps first .. last - 1 touch. */
static dp_status visit(dp_ctx *ctx, dp_plan *plan, layout *memory, dpi_slot_kind kind, int32_t first, int32_t last,
                       int32_t t, bool ends)
{
    dp_status status = DP_OK;
    for (int32_t step = first; step < last; step++) {
        const dpi_step_info *info = &plan->infos[step];
        for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count && status == DP_OK; r++) {
            dpi_slot *slot = &plan->slots[dpi_slot_home(plan, plan->refs[r].slot)];
            bool tile = kind == DPI_SLOT_TILE;
            int32_t begin = tile ? slot->first_step : slot->first_phase,
                    end = tile ? slot->last_step : slot->last_phase;
            if (slot->kind != kind || slot->placed == !ends || (ends ? end : begin) != t)
                continue;
            slot->placed = !ends;
            status = ends ? give_back(ctx, memory, slot) : take(ctx, memory, slot);
        }
    }
    return status;
}

/* Births come before deaths, so that what meets never overlaps. Scratch and values alike. */
static dp_status lay_out(dp_ctx *ctx, dp_plan *plan, layout *arena)
{
    dp_status status = DP_OK;
    for (int32_t p = 0; p < (int32_t)plan->phase_count; p++) {
        const dpi_item *first = &plan->items[plan->phases[p].first], *last = first + plan->phases[p].count - 1;
        for (int ends = 0; ends < 2 && status == DP_OK; ends++)
            status = visit(ctx, plan, arena, DPI_SLOT_ARENA, first->first, last->first + last->count, p, ends);
    }
    return status;
}

/* The patches of an item: its pointers to tiles. */
static dp_status add_patches(dp_ctx *ctx, dp_plan *plan, dpi_item *item)
{
    item->patch_first = (int32_t)plan->patch_count;
    for (int32_t step = item->first; step < item->first + item->count; step++) {
        const dpi_step_info *info = &plan->infos[step];
        for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
            const dpi_ref *ref = &plan->refs[r];
            const dpi_slot *slot = &plan->slots[dpi_slot_home(plan, ref->slot)];
            if (slot->kind != DPI_SLOT_TILE)
                continue;
            dp_status status = dpi_grow(ctx, (void **)&plan->patches, &plan->patch_capacity, plan->patch_count + 1,
                                        sizeof *plan->patches, "tiles of the plan");
            if (status != DP_OK)
                return status;
            plan->patches[plan->patch_count++] = (dpi_patch){
                .at = ref->at - dpi_item_args_at(plan, item), .offset = slot->offset, .block_bytes = slot->span};
        }
    }
    item->patch_count = (int32_t)plan->patch_count - item->patch_first;
    return DP_OK;
}

static dp_status lay_out_tiles(dp_ctx *ctx, dp_plan *plan)
{
    dp_status status = DP_OK;
    for (size_t i = 0; i < plan->item_count && status == DP_OK; i++) {
        dpi_item *item = &plan->items[i];
        layout tiles = {0};
        for (int32_t step = item->first; step < item->first + item->count; step++)
            for (int ends = 0; ends < 2 && status == DP_OK; ends++)
                status = visit(ctx, plan, &tiles, DPI_SLOT_TILE, step, step + 1, step, ends);
        dpi_free(ctx, tiles.holes);
        if (status == DP_OK)
            status = add_patches(ctx, plan, item);
        size_t args = (dpi_item_args_bytes(plan, item) + ALIGN - 1) / ALIGN * ALIGN;
        if (item->patch_count && args > plan->work_args_bytes)
            plan->work_args_bytes = args;
        if (tiles.bytes > plan->work_bytes)
            plan->work_bytes = tiles.bytes;
    }
    if (plan->work_bytes)
        plan->work_bytes += plan->work_args_bytes;
    return status;
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
    for (size_t i = 0; i < plan->slot_count; i++)
        if (plan->slots[i].kind != DPI_SLOT_TILE)
            plan->slots[i].span = plan->slots[i].bytes;
    dp_status status = lay_out(build->ctx, plan, &arena);
    dpi_free(build->ctx, arena.holes);
    if (status == DP_OK)
        status = lay_out_tiles(build->ctx, plan);
    if (status != DP_OK)
        return status;
    link_refs(plan);
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
