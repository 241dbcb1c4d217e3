/* Results that take the place of an operand, and results that never leave an item.
 *
 * A value that only one item sees, row by row, needs no place in the arena: each thread keeps the rows of the block at
 * hand in its work area (a tile). An output may take over the memory of an input that dies in its step, if the step
 * goes element by element over both and nobody else looks at that memory any more. */
#include "plan/schedule.h"

static const dpi_item *item_of(const dp_plan *plan, int32_t phase, int32_t step)
{
    const dpi_item *item = &plan->items[plan->phases[phase].first];
    while (item->first + item->count <= step)
        item++;
    return item;
}

/* ---- Tiles ---- */

/* What steps of an item write for each other goes by rows: they would not have joined otherwise. */
static void find_tiles(dp_plan *plan)
{
    for (size_t i = 0; i < plan->slot_count; i++) {
        dpi_slot *slot = &plan->slots[i];
        if (slot->kind != DPI_SLOT_ARENA || slot->first_step < 0 || slot->first_phase != slot->last_phase)
            continue;
        const dpi_item *item = item_of(plan, slot->first_phase, slot->first_step);
        if (slot->last_step >= item->first + item->count || !item->block || item->pieces < 2)
            continue;
        slot->kind = DPI_SLOT_TILE;
        slot->span = slot->block_bytes ? slot->block_bytes : slot->bytes / (size_t)item->rows * (size_t)item->block;
    }
}

/* ---- In place ---- */

/* Does nobody but the steps of `item` up to `step` look at the memory in this phase, and they by rows? Threads are at
 * different blocks, and items of a phase at work at the same time. */
static bool is_alone(const dp_plan *plan, const dpi_item *item, int32_t phase, int32_t step, int32_t home)
{
    const dpi_item *first = &plan->items[plan->phases[phase].first], *last = first + plan->phases[phase].count - 1;
    for (int32_t i = first->first; i < last->first + last->count; i++) {
        const dpi_step_info *info = &plan->infos[i];
        bool inside = i >= item->first && i <= step;
        for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
            const dpi_ref *ref = &plan->refs[r];
            if (dpi_slot_home(plan, ref->slot) != home)
                continue;
            if (!inside || (i < step && item->pieces > 1 && !ref->rows) || (i == step && !ref->may_share))
                return false;
        }
    }
    return true;
}

static bool can_take_over(const dp_plan *plan, const dpi_item *item, int32_t phase, int32_t step, int32_t from,
                          int32_t to)
{
    const dpi_slot *a = &plan->slots[from], *y = &plan->slots[to];
    if (from == to || a->kind != y->kind || (a->kind != DPI_SLOT_ARENA && a->kind != DPI_SLOT_TILE) ||
        a->bytes != y->bytes || a->last_step != step || y->first_step != step)
        return false;
    if (a->kind == DPI_SLOT_ARENA && (a->last_phase != phase || a->once != y->once))
        return false;
    return is_alone(plan, item, phase, step, from);
}

/* The last output of a step takes the place (a step with two writes the one of its input's shape last). */
static void share_step(dp_plan *plan, const dpi_item *item, int32_t phase, int32_t step)
{
    const dpi_step_info *info = &plan->infos[step];
    int32_t to = -1;
    for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++)
        if (plan->refs[r].writes)
            to = dpi_slot_home(plan, plan->refs[r].slot);
    for (int32_t r = info->ref_first; to >= 0 && r < info->ref_first + info->ref_count; r++) {
        int32_t from = dpi_slot_home(plan, plan->refs[r].slot);
        if (plan->refs[r].writes || !can_take_over(plan, item, phase, step, from, to))
            continue;
        dpi_slot *a = &plan->slots[from], *y = &plan->slots[to];
        a->last_step = y->last_step, a->last_phase = y->last_phase;
        y->kind = DPI_SLOT_ALIAS;
        y->home = from;
        return;
    }
}

void dpi_share(dp_plan *plan)
{
    find_tiles(plan);
    for (int32_t p = 0; p < (int32_t)plan->phase_count; p++)
        for (int32_t i = plan->phases[p].first; i < plan->phases[p].first + plan->phases[p].count; i++) {
            const dpi_item *item = &plan->items[i];
            for (int32_t step = item->first; step < item->first + item->count; step++)
                share_step(plan, item, p, step);
        }
}
