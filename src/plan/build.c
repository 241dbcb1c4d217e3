/* Steps, refs and slots as the lowering rules ask for them. */
#include "plan/build.h"

#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"

static bool grow(dpi_build *build, void **array, size_t *capacity, size_t wanted, size_t size, const char *what)
{
    if (build->status == DP_OK)
        build->status = dpi_grow(build->ctx, array, capacity, wanted, size, what);
    return build->status == DP_OK;
}

#define GROW(build, array, capacity, wanted, what)                                                                  \
    grow((build), (void **)&(build)->plan->array, &(build)->plan->capacity, (wanted), sizeof *(build)->plan->array, \
         (what))

void *dpi_build_step(dpi_build *build, dpk_op op, dpk_type type, size_t bytes, int64_t units, int64_t cut,
                     double nanoseconds)
{
    if (build->status != DP_OK)
        return NULL;
    dp_plan *plan = build->plan;
    dpk_fn *fn = dpk_find(build->isa, op, type);
    if (!fn) {
        build->status = dpi_fail(build->ctx, DP_ERR_UNSUPPORTED, "there is no kernel %s for element type %d",
                                 dpk_op_text(op), (int)type);
        return NULL;
    }
    size_t at = plan->args_bytes, end = at + (bytes + 15) / 16 * 16;
    if (!GROW(build, args, args_capacity, end, "arguments of the plan's steps") ||
        !GROW(build, steps, step_capacity, plan->step_count + 1, "steps of the plan") ||
        !GROW(build, infos, info_capacity, plan->step_count + 1, "steps of the plan"))
        return NULL;
    plan->steps[plan->step_count] = (dpi_step){.fn = fn, .units = units};
    plan->infos[plan->step_count] = (dpi_step_info){.op = op,
                                                    .type = type,
                                                    .args_at = at,
                                                    .args_bytes = end - at,
                                                    .ref_first = (int32_t)plan->ref_count,
                                                    .fault = -1,
                                                    .once = build->once,
                                                    .cut = cut,
                                                    .nanoseconds = nanoseconds};
    plan->step_count++;
    plan->args_bytes = end;
    return plan->args + at;
}

int64_t dpi_common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void add_ref(dpi_build *build, const void *member, dpi_ref ref)
{
    dp_plan *plan = build->plan;
    if (build->status != DP_OK || !GROW(build, refs, ref_capacity, plan->ref_count + 1, "operands of the plan's steps"))
        return;
    ref.next = -1;
    ref.at = (size_t)((const char *)member - plan->args);
    plan->refs[plan->ref_count++] = ref;
    dpi_step_info *info = &plan->infos[plan->step_count - 1];
    info->ref_count++;
    info->whole = info->whole || (ref.writes && !ref.rows);
    if (ref.writes)
        info->rows = info->whole ? 0 : dpi_common_divisor(info->rows, ref.rows);
}

void dpi_build_read(dpi_build *build, const void *member, int32_t slot, size_t byte_offset)
{
    add_ref(build, member, (dpi_ref){.slot = slot, .byte_offset = byte_offset});
}

void dpi_build_read_rows(dpi_build *build, const void *member, int32_t slot, int64_t rows)
{
    add_ref(build, member, (dpi_ref){.slot = slot, .rows = rows});
}

void dpi_build_read_shared(dpi_build *build, const void *member, int32_t slot, int64_t rows)
{
    add_ref(build, member, (dpi_ref){.slot = slot, .rows = rows, .may_share = true});
}

void dpi_build_write(dpi_build *build, const void *member, int32_t slot, size_t byte_offset)
{
    add_ref(build, member, (dpi_ref){.slot = slot, .byte_offset = byte_offset, .writes = true});
}

void dpi_build_write_rows(dpi_build *build, const void *member, int32_t slot, int64_t rows)
{
    add_ref(build, member, (dpi_ref){.slot = slot, .rows = rows, .writes = true});
}

void dpi_build_blocks(dpi_build *build, const void *member, int64_t units_per_block, int64_t multiple)
{
    if (build->status != DP_OK)
        return;
    dpi_step_info *info = &build->plan->infos[build->plan->step_count - 1];
    info->block_at = (size_t)((const char *)member - build->plan->args);
    info->units_per_block = units_per_block;
    info->block_multiple = multiple;
}

void dpi_build_parts(dpi_build *build, const void *member, int32_t slot)
{
    if (build->status != DP_OK)
        return;
    dpi_step_info *info = &build->plan->infos[build->plan->step_count - 1];
    info->parts_at = (size_t)((const char *)member - build->plan->args);
    info->parts = slot;
}

int32_t dpi_build_scratch(dpi_build *build, int64_t count, size_t size)
{
    size_t bytes;
    dp_plan *plan = build->plan;
    if (build->status != DP_OK)
        return 0;
    if (count < 0 || !dpi_mul_size((size_t)count, size, &bytes)) {
        build->status =
            dpi_fail(build->ctx, DP_ERR_NOMEM, "a work area of %lld elements of %zu bytes is more than memory can hold",
                     (long long)count, size);
        return 0;
    }
    if (!GROW(build, slots, slot_capacity, plan->slot_count + 1, "slots of the plan"))
        return 0;
    plan->slots[plan->slot_count] =
        (dpi_slot){.kind = DPI_SLOT_ARENA, .refs = -1, .wanted = -1, .bytes = bytes, .once = build->once};
    return (int32_t)plan->slot_count++;
}

int32_t dpi_build_work(dpi_build *build, int64_t rows, int64_t count, size_t size)
{
    int64_t elems;
    if (__builtin_mul_overflow(rows, count, &elems))
        elems = -1;
    int32_t slot = dpi_build_scratch(build, elems, size);
    if (build->status == DP_OK)
        build->plan->slots[slot].work = true;
    return slot;
}

size_t dpi_build_name(dpi_build *build, dp_val v, const char *letter)
{
    dp_plan *plan = build->plan;
    const char *name = *dp_val_name(build->g, v) ? dp_val_name(build->g, v) : letter;
    size_t bytes = strlen(name) + 1, at = plan->names_bytes;
    if (!GROW(build, names, names_capacity, at + bytes, "names of the plan"))
        return 0;
    memcpy(plan->names + at, name, bytes);
    plan->names_bytes += bytes;
    return at;
}

void dpi_build_fault(dpi_build *build, dp_val index, dp_val table, int64_t bound)
{
    dp_plan *plan = build->plan;
    if (build->status != DP_OK || !GROW(build, faults, fault_capacity, plan->fault_count + 1, "steps of the plan"))
        return;
    const dpi_node *node = dpi_build_node(build, index);
    dpi_fault fault = {.op = (dp_op)build->op, .index_slot = index, .bound = bound, .index_shape = node->shape};
    fault.index_name = dpi_build_name(build, index, "the index");
    fault.table_name = table ? dpi_build_name(build, table, "a") : 0;
    plan->infos[plan->step_count - 1].fault = (int32_t)plan->fault_count;
    plan->faults[plan->fault_count++] = fault;
}

void dpi_build_alias(dpi_build *build, dp_val v, dp_val of)
{
    dpi_slot *slots = build->plan->slots;
    int32_t home = dpi_slot_home(build->plan, of);
    bool wanted = slots[v].kind == DPI_SLOT_WANTED;
    if (wanted && slots[home].kind != DPI_SLOT_ARENA) { /* the memory is a leaf's or another wanted value's */
        dpi_lower_duplicate(build, v, of);
        return;
    }
    if (wanted)
        slots[home].kind = DPI_SLOT_WANTED;
    slots[v].kind = DPI_SLOT_ALIAS;
    slots[v].home = home;
}
