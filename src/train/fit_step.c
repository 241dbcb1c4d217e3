/* A step of the fit loop: the order of the rows, a batch put in place while the one before is computed, the update. */
#include <math.h>

#include <denpa/random.h>

#include "run/run.h"
#include "train/fit.h"
#include "train/guard.h"
#include "train/streams.h"

void dpi_fit_order(dpi_fit *f, int64_t epoch)
{
    int64_t rows = f->split.train_count;
    f->filled_rows = NULL;
    f->change.epoch = epoch;
    if (f->config->shuffle) {
        dp_rng rng = {.seed = f->config->seed, .stream = DPI_ORDER_STREAM + (uint64_t)epoch};
        dp_rng_permutation(&rng, rows, f->order);
    } else {
        for (int64_t i = 0; i < rows; i++) f->order[i] = i;
    }
    for (int64_t i = 0; f->split.train && i < rows; i++) f->order[i] = f->split.train[f->order[i]];
}

/* A batch: which rows of the order, and where they are put. */
typedef struct batch {
    dpi_fit *f;
    dpi_instance *instance;
    const int64_t *rows;
    int which;
} batch;

static int64_t fill_batch(const void *batch_, int64_t first, int64_t last)
{
    const batch *b = batch_;
    dp_status status = dpi_feed_rows(&b->f->train, &b->f->change, b->rows, first, last, b->instance, b->which);
    if (status != DP_OK) atomic_store(&b->f->fill_status, (int)status);
    return DPK_DONE;
}

/* Is the batch in place? The instance that was filled may have made room for another one. */
static bool is_filled(const dpi_fit *f, const batch *b)
{
    return f->filled_rows == b->rows && f->filled_number == b->instance->number;
}

/* Batch number `place` of the epoch, in the buffers that hold it or else in those that are not read at the moment. */
static dp_status open_batch(dpi_fit *f, int64_t place, batch *b)
{
    int64_t rows = f->split.train_count, first = place * f->batch,
            n = rows - first < f->batch ? rows - first : f->batch;
    *b = (batch){.f = f, .rows = f->order + first};
    dp_status status = dpi_model_instance(f->model, DPI_TRAIN, n, &b->instance);
    if (status != DP_OK) return status;
    bool holds = f->filled_number == b->instance->number;
    b->which = holds ? (is_filled(f, b) ? f->filled_which : !f->filled_which) : 0;
    return dpi_instance_buffers(f->model, b->instance, b->which);
}

static void note_filled(dpi_fit *f, const batch *b)
{
    f->filled_rows = b->rows;
    f->filled_number = b->instance->number;
    f->filled_which = b->which;
}

static dpi_extra work_of(const batch *b)
{
    enum { ROWS = 16 }; /* a few microseconds for pictures of 28 x 28 */
    return (dpi_extra){.fn = fill_batch, .args = b, .units = b->instance->batch, .chunk = ROWS};
}

static void count(dpi_sums *sums, int64_t places, double loss, int64_t correct)
{
    sums->loss_sum += loss;
    sums->steps++;
    sums->places += places;
    sums->correct += correct;
}

/* The update, after a look at whether there are numbers to update with. */
static dp_status update(dpi_fit *f, const dpi_instance *instance)
{
    bool watch = !f->config->no_guard;
    double loss = dpi_instance_loss(instance);
    if (watch && !isfinite(loss)) return dpi_guard_fail(f->model, instance, f->at.step + 1, DPI_GUARD_LOSS);
    int64_t correct = f->model->classes ? dpi_instance_correct(instance) : 0;
    int64_t places = instance->batch * f->model->places;
    count(&f->row, places, loss, correct);
    count(&f->epoch, places, loss, correct);
    f->at.lr = dp_optimizer_lr(f->optimizer, 0);
    if (!dpi_optimizer_step(f->optimizer, instance->plan, watch))
        return dpi_guard_fail(f->model, instance, f->at.step + 1, dpi_guard_bad_gradient(f->model));
    dpi_instance_keep_states(f->model, instance);
    f->at.step++;
    if (f->schedule) dp_schedule_step(f->schedule);
    return DP_OK;
}

dp_status dpi_fit_step(dpi_fit *f, int64_t place)
{
    batch now, next = {0};
    dpi_extra work;
    bool go_on = place + 1 < f->steps_per_epoch && f->at.step + 1 < f->at.steps;
    dp_status status = open_batch(f, place, &now);
    if (status == DP_OK && !is_filled(f, &now)) {
        work = work_of(&now);
        dpi_run_extra(now.instance->plan, &work);
        note_filled(f, &now);
    }
    if (status == DP_OK) status = (dp_status)atomic_load(&f->fill_status);
    if (status == DP_OK) status = dpi_instance_use(f->model, now.instance, now.which);
    if (status == DP_OK && go_on) status = open_batch(f, place + 1, &next);
    if (status == DP_OK && go_on) work = work_of(&next);
    f->model->step = f->optimizer->steps;
    if (status == DP_OK) status = dpi_run_plan(now.instance->plan, go_on ? &work : NULL);
    if (status != DP_OK) return status;
    if (go_on) note_filled(f, &next);
    return update(f, now.instance);
}
