/* What an item with blocks of rows asks memory for while it computes. An array that no cache keeps comes at the memory's
 * speed, and a chain of element-wise steps would wait for each block of it, then compute, then write. So the step of the item that
 * computes longest is done piece by piece, and before each piece a few lines of the next block are asked for (run.c).
 * Source: Callahan, Kennedy, Porterfield: Software Prefetching (ASPLOS 1991). */
#include "plan/schedule.h"

#include "base/alloc.h"

/* An array smaller than that may still be in a cache; a step that costs less for an element has no time to wait in. */
enum { AHEAD_BYTES = 16 << 20 };
static const double least_nanoseconds = 2;

/* The step that goes element by element and computes longest; -1: none is worth it. */
static int32_t longest_step(const dp_plan *plan, const dpi_item *item)
{
    int32_t longest = -1;
    for (int32_t i = 0; i < item->count; i++) {
        const dpi_step_info *info = &plan->infos[item->first + i];
        if (info->cut == DPI_CUT && info->nanoseconds >= least_nanoseconds &&
            (longest < 0 || info->nanoseconds > plan->infos[item->first + longest].nanoseconds))
            longest = i;
    }
    return longest;
}

/* Does the item make it, or read it a second time? */
static bool is_known(const dp_plan *plan, const dpi_item *item, int32_t home)
{
    for (int32_t step = item->first; step < item->first + item->count; step++)
        for (int32_t r = plan->infos[step].ref_first; r < plan->infos[step].ref_first + plan->infos[step].ref_count;
             r++)
            if (plan->refs[r].writes && dpi_slot_home(plan, plan->refs[r].slot) == home)
                return true;
    for (size_t i = (size_t)item->ahead_first; i < plan->ahead_count; i++)
        if (plan->aheads[i].home == home)
            return true;
    return false;
}

static dp_status add_operand(dp_plan *plan, const dpi_item *item, const dpi_ref *ref)
{
    int32_t home = dpi_slot_home(plan, ref->slot);
    const dpi_slot *slot = &plan->slots[home];
    if (ref->writes || !ref->rows || slot->kind == DPI_SLOT_TILE || slot->bytes < AHEAD_BYTES ||
        is_known(plan, item, home))
        return DP_OK;
    dp_status status = dpi_grow(plan->ctx, (void **)&plan->aheads, &plan->ahead_capacity, plan->ahead_count + 1,
                                sizeof *plan->aheads, "operands of the plan's steps");
    if (status == DP_OK)
        plan->aheads[plan->ahead_count++] = (dpi_ahead){
            .home = home, .at = ref->at, .block_bytes = slot->bytes / (size_t)item->rows * (size_t)item->block};
    return status;
}

dp_status dpi_look_ahead(dp_plan *plan)
{
    dp_status status = DP_OK;
    for (size_t i = 0; i < plan->item_count; i++) {
        dpi_item *item = &plan->items[i];
        item->ahead_first = (int32_t)plan->ahead_count;
        item->ahead_step = item->block && item->pieces > 1 ? longest_step(plan, item) : -1;
        for (int32_t step = item->first; step < item->first + item->count; step++) {
            const dpi_step_info *info = &plan->infos[step];
            item->settle = item->settle || info->streams;
            for (int32_t r = 0; item->ahead_step >= 0 && r < info->ref_count && status == DP_OK; r++)
                status = add_operand(plan, item, &plan->refs[info->ref_first + r]);
        }
        item->ahead_count = (int32_t)plan->ahead_count - item->ahead_first;
        if (!item->ahead_count)
            item->ahead_step = -1;
        plan->plain = plan->plain && !item->settle;
    }
    return status;
}
