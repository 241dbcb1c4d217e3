/* The executor: the steps of a plan, one after another. */
#include <inttypes.h>
#include <stdio.h>

#include "base/fail.h"
#include "plan/plan_internal.h"
#include "run/team.h"

static dp_status say_unbound(const dp_plan *plan)
{
    for (int32_t v = 1; v <= plan->value_count; v++) {
        const dpi_slot *slot = &plan->slots[v];
        if (slot->kind == DPI_SLOT_GIVEN && !slot->memory)
            return dpi_fail(plan->ctx, DP_ERR_ARG, "run: %s has no numbers yet: bind it first",
                            plan->names + slot->name);
    }
    return dpi_fail(plan->ctx, DP_ERR_INTERNAL, "run: a leaf without numbers cannot be found");
}

/* "3", or "[1, 2]" for the place in an index array of several axes. */
static void place_words(dp_shape shape, int64_t place, char *buffer, size_t bytes)
{
    if (shape.rank < 2) {
        snprintf(buffer, bytes, "%" PRId64, place);
        return;
    }
    int64_t at[DP_MAX_RANK];
    for (int i = shape.rank - 1; i >= 0; i--)
        at[i] = place % shape.dims[i], place /= shape.dims[i];
    size_t used = 0;
    for (int i = 0; i < shape.rank && used < bytes; i++)
        used += (size_t)snprintf(buffer + used, bytes - used, "%s%" PRId64, i ? ", " : "[", at[i]);
    if (used < bytes)
        snprintf(buffer + used, bytes - used, "]");
}

/* An index was out of range: which one, where, and what there is. */
static dp_status say_fault(const dp_plan *plan, size_t step, int64_t place)
{
    int32_t number = plan->infos[step].fault;
    DPI_CHECK(plan->ctx, number >= 0);
    const dpi_fault *fault = &plan->faults[number];
    const int64_t *index = plan->slots[dpi_slot_home(plan, fault->index_slot)].memory;
    const char *op = dp_op_name(fault->op), *name = plan->names + fault->index_name;
    char where[DP_SHAPE_TEXT_BYTES];
    place_words(fault->index_shape, place, where, sizeof where);
    if (fault->op == DP_OP_GATHER)
        return dpi_fail(plan->ctx, DP_ERR_RANGE, "%s: place %s of %s holds %" PRId64 ", but %s has %" PRId64 " rows",
                        op, where, name, index[place], plan->names + fault->table_name, fault->bound);
    if (fault->op == DP_OP_SCATTER_ADD)
        return dpi_fail(plan->ctx, DP_ERR_RANGE, "%s: place %s of %s holds %" PRId64 ", but there are %" PRId64 " rows",
                        op, where, name, index[place], fault->bound);
    return dpi_fail(plan->ctx, DP_ERR_RANGE,
                    "%s: row %s of %s holds class %" PRId64 ", but there are %" PRId64 " classes (0..%" PRId64 ")", op,
                    where, name, index[place], fault->bound, fault->bound - 1);
}

dp_status dp_plan_run(dp_plan *plan)
{
    if (plan->unbound)
        return say_unbound(plan);
    if (plan->team && !plan->team_stop) {
        dpi_team_start(plan->team, dp_ctx_threads(plan->ctx), pthread_create);
        plan->team_stop = dpi_team_stop;
    }
    for (size_t i = 0; i < plan->step_count; i++) {
        const dpi_step *step = &plan->steps[i];
        bool cut = plan->team && step->units > step->grain;
        int64_t place = cut ? dpi_team_run(plan->team, step) : step->fn(step->args, 0, step->units);
        if (place != DPK_DONE)
            return say_fault(plan, i, place);
    }
    return DP_OK;
}
