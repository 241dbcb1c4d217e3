/* The executor: the phases of a plan, one after another. */
#include "run/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
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
static dp_status say_fault(const dp_plan *plan, int32_t step, int64_t place)
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

/* ---- Pieces ---- */

/* Pieces first .. last - 1 of an item with blocks of rows: all its steps for one block, then for the next. */
static int64_t run_blocks(const dp_plan *plan, const dpi_item *item, int64_t first, int64_t last, int worker,
                          int32_t *failed)
{
    const dpi_step *steps = plan->steps + item->first;
    char *work = plan->work + (size_t)worker * plan->work_bytes;
    const char *args = (const char *)steps->args, *base = args;
    const dpi_patch *patches = plan->patches + item->patch_first;
    if (item->patch_count) {
        memcpy(work, args, dpi_item_args_bytes(plan, item));
        base = work;
    }
    for (int64_t block = first; block < last; block++) {
        /* As numbers: the place of the first row of all lies in front of the work area, and is never looked at. */
        uintptr_t tiles = (uintptr_t)work + plan->work_args_bytes;
        for (int32_t i = 0; i < item->patch_count; i++) {
            uintptr_t place = tiles + patches[i].offset - (uintptr_t)block * patches[i].block_bytes;
            memcpy(work + patches[i].at, &place, sizeof place);
        }
        for (int32_t i = 0; i < item->count; i++) {
            const dpi_step *step = &steps[i];
            const void *of_step = base + ((const char *)step->args - args);
            int64_t from = block * step->block_units, left = step->units - from,
                    to = from + (left < step->block_units ? left : step->block_units);
            int64_t place = step->fn(of_step, from, to);
            if (place != DPK_DONE) {
                *failed = item->first + i;
                return place;
            }
        }
    }
    return DPK_DONE;
}

static int64_t run_pieces(const dp_plan *plan, const dpi_item *item, int64_t first, int64_t last, int worker,
                          int32_t *failed)
{
    int64_t place;
    if (item->block) {
        place = run_blocks(plan, item, first, last, worker, failed);
    } else {
        *failed = item->first;
        place = plan->steps[item->first].fn(plan->steps[item->first].args, first, last);
    }
    if (item->settle)
        dpk_settle();
    return place;
}

/* ---- Phases ---- */

/* The chunks of a phase, and between them, evenly, those of the extra work: each thread has a part of both. */
typedef struct phase_job {
    const dp_plan *plan;
    const dpi_phase *phase;
    const dpi_extra *extra;
    int64_t chunks; /* of both */
} phase_job;

/* How many of the first `place` chunks are the phase's. */
static int64_t of_phase(const phase_job *job, int64_t place)
{
    return job->extra ? place * job->phase->chunks / job->chunks : place;
}

static int64_t chunks_of(const dpi_extra *extra)
{
    return extra ? (extra->units + extra->chunk - 1) / extra->chunk : 0;
}

static void run_extra_chunk(const dpi_extra *extra, int64_t chunk)
{
    int64_t first = chunk * extra->chunk, left = extra->units - first;
    extra->fn(extra->args, first, first + (left < extra->chunk ? left : extra->chunk));
}

static int64_t run_chunk(const void *job_, int64_t chunk, int worker, int32_t *failed)
{
    const phase_job *job = job_;
    int64_t place = chunk;
    chunk = of_phase(job, place);
    if (of_phase(job, place + 1) == chunk) {
        run_extra_chunk(job->extra, place - chunk);
        return DPK_DONE;
    }
    const dpi_item *item = &job->plan->items[job->phase->first + job->phase->count - 1];
    while (item->chunks_before > chunk)
        item--;
    int64_t first = (chunk - item->chunks_before) * item->chunk, left = item->pieces - first;
    return run_pieces(job->plan, item, first, first + (left < item->chunk ? left : item->chunk), worker, failed);
}

bool dpi_run_phase(const dp_plan *plan, size_t number, const dpi_extra **extra, dpi_found *found)
{
    const dpi_phase *phase = &plan->phases[number];
    if (plan->team_stop && phase->team) {
        phase_job job = {plan, phase, *extra, phase->chunks + chunks_of(*extra)};
        *extra = NULL;
        return dpi_team_run(plan->team, run_chunk, &job, job.chunks, found);
    }
    for (int32_t i = phase->first; i < phase->first + phase->count; i++) {
        const dpi_item *item = &plan->items[i];
        found->place = run_pieces(plan, item, 0, item->pieces, 0, &found->step);
        if (found->place != DPK_DONE)
            return false;
    }
    return true;
}

/* ---- Plans ---- */

/* Small plans: nothing to share and no tiles. */
static dp_status run_plain(dp_plan *plan)
{
    for (size_t i = plan->once_done ? plan->once_steps : 0; i < plan->step_count; i++) {
        const dpi_step *step = &plan->steps[i];
        int64_t place = step->fn(step->args, 0, step->units);
        if (place != DPK_DONE)
            return say_fault(plan, (int32_t)i, place);
    }
    plan->once_done = true;
    return DP_OK;
}

static void start_team(dp_plan *plan)
{
    if (!plan->team || plan->team_stop)
        return;
    dpi_team_start(plan->team, dp_ctx_threads(plan->ctx), pthread_create);
    plan->team_stop = dpi_team_stop;
}

static dp_status run_phases(dp_plan *plan, const dpi_extra **extra)
{
    dpi_found found;
    start_team(plan);
    for (size_t i = plan->once_done ? plan->once_phases : 0; i < plan->phase_count; i++)
        if (!dpi_run_phase(plan, i, extra, &found))
            return say_fault(plan, found.step, found.place);
    plan->once_done = true;
    return DP_OK;
}

dp_status dpi_run_plan(dp_plan *plan, const dpi_extra *extra)
{
    if (plan->unbound)
        return say_unbound(plan);
    dp_status status = plan->plain && !plan->team ? run_plain(plan) : run_phases(plan, &extra);
    if (extra)
        dpi_run_extra(plan, extra);
    return status;
}

dp_status dp_plan_run(dp_plan *plan)
{
    return dpi_run_plan(plan, NULL);
}

static int64_t run_only_extra(const void *extra, int64_t chunk, int worker, int32_t *failed)
{
    (void)worker, (void)failed;
    run_extra_chunk(extra, chunk);
    return DPK_DONE;
}

void dpi_run_extra(dp_plan *plan, const dpi_extra *extra)
{
    dpi_found found;
    if (plan)
        start_team(plan);
    if (plan && plan->team && extra->units > extra->chunk)
        dpi_team_run(plan->team, run_only_extra, extra, chunks_of(extra), &found);
    else
        extra->fn(extra->args, 0, extra->units);
}
