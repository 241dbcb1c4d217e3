/* The fit loop: order, gather, run, update; rows of the log; a test at the end of each epoch. */
#include <math.h>
#include <string.h>
#include <time.h>

#include <denpa/random.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "run/run.h"
#include "train/evaluate.h"
#include "train/optimizer.h"
#include "train/run_dir.h"

/* The order of epoch e (from 0) is drawn from this stream + e; parameters are drawn from the streams from 0. */
#define ORDER_STREAM (UINT64_C(1) << 62)

/* How often a progress bar is told, in seconds. */
#define TELL_SECONDS 0.05

typedef struct fit {
    dp_model *model;
    const dp_train_config *config;
    dpi_feed train, test;
    bool has_test;
    dp_optimizer *optimizer;
    dpi_run_dir dir;
    int64_t rows, batch, steps_per_epoch;
    int64_t *order;
    const int64_t *filled_rows; /* the batch that is in place, NULL: none; in which instance and buffers */
    uint64_t filled_number;
    int filled_which;

    struct timespec start;
    double told; /* when progress was last called */
    bool stop;   /* it asked for the end */
    dp_progress at;
    double loss_sum; /* since the last row of the log: */
    int64_t loss_count, correct, seen;
} fit;

void dp_train_config_init(dp_train_config *config)
{
    *config = (dp_train_config){.epochs = 1, .batch = 100, .optimizer = "sgd:lr=0.01", .shuffle = 1, .normalize = 1};
}

/* In whole microseconds, so that they are short in the log. */
static double seconds_since(struct timespec start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ns = (int64_t)(now.tv_sec - start.tv_sec) * 1000000000 + (now.tv_nsec - start.tv_nsec);
    return (double)(ns / 1000) / 1e6;
}

static dp_status check_config(dp_ctx *ctx, const dp_train_config *config)
{
    if (config->batch < 1)
        return dpi_fail(ctx, DP_ERR_RANGE, "train: batch has to be at least 1, not %lld", (long long)config->batch);
    if (config->steps < 0 || (config->steps == 0 && config->epochs < 1))
        return dpi_fail(ctx, DP_ERR_RANGE, "train: at least one epoch or one step is needed, not %lld and %lld",
                        (long long)config->epochs, (long long)config->steps);
    if (config->log_every < 0)
        return dpi_fail(ctx, DP_ERR_RANGE, "train: log_every has to be 0 or more, not %lld",
                        (long long)config->log_every);
    return DP_OK;
}

static dp_status count_steps(fit *f)
{
    const dp_train_config *config = f->config;
    f->rows = dp_dataset_rows(f->train.data);
    f->batch = config->batch < f->rows ? config->batch : f->rows;
    f->steps_per_epoch = (f->rows + f->batch - 1) / f->batch;
    f->at.epochs = config->epochs;
    f->at.steps = config->steps;
    if (config->steps > 0) f->at.epochs = (config->steps - 1) / f->steps_per_epoch + 1;
    else if (__builtin_mul_overflow(config->epochs, f->steps_per_epoch, &f->at.steps))
        return dpi_fail(f->model->ctx, DP_ERR_RANGE, "train: %lld epochs are too many steps",
                        (long long)config->epochs);
    return DP_OK;
}

/* The model remembers how its inputs were filled, and how the data were read. */
static dp_status keep_bindings(fit *f)
{
    dp_model *model = f->model;
    dp_binding *bindings = NULL;
    const dp_encoding *learned;
    int learned_count = dp_dataset_encoding(f->train.data, &learned);
    dpi_encoding encoding = {.ctx = model->ctx};
    dp_status status = dpi_encoding_copy(&encoding, learned, learned_count);
    if (status == DP_OK) status = dpi_feed_bindings(&f->train, &bindings);
    if (status != DP_OK) {
        dpi_encoding_free(&encoding);
        return status;
    }
    dpi_scale_free(model);
    dpi_encoding_free(&model->encoding);
    model->encoding = encoding;
    dpi_bindings_free(model->ctx, model->bindings, model->binding_count);
    model->bindings = bindings;
    model->binding_count = model->input_count;
    model->normalize = f->train.normalize;
    return DP_OK;
}

/* Everything that may be wrong is found here, before the first step; the folder of the run comes last. */
static dp_status fit_prepare(fit *f, const dp_dataset *train, const dp_dataset *test)
{
    dp_model *model = f->model;
    const dp_train_config *config = f->config;
    dpi_instance *instance = NULL;
    void *memory = NULL;
    dp_status status = check_config(model->ctx, config);
    if (status == DP_OK)
        status = dpi_feed_init(&f->train, model->ctx, model->inputs, model->input_count, train, config->bindings,
                               config->binding_count, config->normalize, NULL);
    if (status == DP_OK) status = dpi_feed_check(&f->train);
    if (status == DP_OK && test)
        status = dpi_feed_init(&f->test, model->ctx, model->inputs, model->input_count, test, config->bindings,
                               config->binding_count, config->normalize, NULL);
    if (status == DP_OK && test) status = dpi_feed_check(&f->test);
    if (status == DP_OK) status = dp_optimizer_new(model, config->optimizer, &f->optimizer);
    if (status == DP_OK) status = count_steps(f);
    if (status == DP_OK) status = dpi_model_instance(model, DPI_TRAIN, f->batch, &instance);
    if (status == DP_OK) status = dpi_alloc(model->ctx, (size_t)f->rows, sizeof(int64_t), "order of the rows", &memory);
    f->order = memory;
    if (status == DP_OK && !config->keep_params) status = dp_model_init(model, config->seed);
    if (status == DP_OK) status = keep_bindings(f);
    if (status == DP_OK && config->standardize)
        status = dpi_scale_learn(model, &f->train, config->standardize, NULL, f->rows);
    f->train.scales = f->test.scales = model->scales;
    if (status == DP_OK) status = dpi_run_dir_open(&f->dir, model->ctx, config->out_dir);
    f->has_test = test != NULL;
    return status;
}

static void make_order(fit *f, int64_t epoch)
{
    f->filled_rows = NULL;
    if (f->config->shuffle) {
        dp_rng rng = {.seed = f->config->seed, .stream = ORDER_STREAM + (uint64_t)epoch};
        dp_rng_permutation(&rng, f->rows, f->order);
    } else if (epoch == 0) {
        for (int64_t i = 0; i < f->rows; i++) f->order[i] = i;
    }
}

/* ---- A step ---- */

/* A batch: which rows of the order, and where they are put. */
typedef struct batch {
    const fit *f;
    dpi_instance *instance;
    const int64_t *rows;
    int which;
} batch;

static int64_t fill_batch(const void *batch_, int64_t first, int64_t last)
{
    const batch *b = batch_;
    (void)dpi_feed_rows(&b->f->train, b->rows, first, last, b->instance, b->which); /* checked by fit_prepare */
    return DPK_DONE;
}

/* Is the batch in place? The instance that was filled may have made room for another one. */
static bool is_filled(const fit *f, const batch *b)
{
    return f->filled_rows == b->rows && f->filled_number == b->instance->number;
}

/* Batch number `place` of the epoch, in the buffers that hold it or else in those that are not read at the moment. */
static dp_status open_batch(const fit *f, int64_t place, batch *b)
{
    int64_t first = place * f->batch, n = f->rows - first < f->batch ? f->rows - first : f->batch;
    *b = (batch){.f = f, .rows = f->order + first};
    dp_status status = dpi_model_instance(f->model, DPI_TRAIN, n, &b->instance);
    if (status != DP_OK) return status;
    bool holds = f->filled_number == b->instance->number;
    b->which = holds ? (is_filled(f, b) ? f->filled_which : !f->filled_which) : 0;
    return dpi_instance_buffers(f->model, b->instance, b->which);
}

static void note_filled(fit *f, const batch *b)
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

/* Step number `place` of the epoch: forward and backward, while the rows of the next step are put in place; then the
 * update. */
static dp_status fit_step(fit *f, int64_t place)
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
    if (status == DP_OK) status = dpi_instance_use(f->model, now.instance, now.which);
    if (status == DP_OK && go_on) status = open_batch(f, place + 1, &next);
    if (status == DP_OK && go_on) work = work_of(&next);
    f->model->step = f->optimizer->steps;
    if (status == DP_OK) status = dpi_run_plan(now.instance->plan, go_on ? &work : NULL);
    if (status != DP_OK) return status;
    if (go_on) note_filled(f, &next);
    f->loss_sum += dpi_instance_loss(now.instance);
    f->loss_count++;
    f->seen += now.instance->batch;
    if (f->model->classes) f->correct += dpi_instance_correct(now.instance);
    dpi_optimizer_step(f->optimizer, now.instance->plan);
    f->at.step++;
    return DP_OK;
}

static void tell(fit *f)
{
    f->told = f->at.seconds;
    if (f->config->progress && f->config->progress(f->config->user, &f->at) != 0) f->stop = true;
}

static void update_numbers(fit *f)
{
    f->at.seconds = seconds_since(f->start);
    if (!f->loss_count) return;
    f->at.loss = f->loss_sum / (double)f->loss_count;
    if (f->model->classes) f->at.train_accuracy = (double)f->correct / (double)f->seen;
}

static dp_status make_row(fit *f, bool tested)
{
    dp_status status = dpi_run_dir_row(&f->dir, &f->at, tested);
    f->loss_sum = 0;
    f->loss_count = f->correct = f->seen = 0;
    f->at.is_row = 1;
    if (status == DP_OK) tell(f);
    f->at.is_row = 0;
    return status;
}

/* After a step: word of the progress; a test where an epoch or the run ends; a row of the log where one is due. */
static dp_status after_step(fit *f, bool epoch_ends)
{
    int64_t every = f->config->log_every;
    bool done = f->at.step == f->at.steps, tested = false;
    update_numbers(f);
    f->at.is_epoch_end = epoch_ends;
    f->at.test_loss = f->at.test_accuracy = NAN; /* those of earlier parameters are not those of these */
    if (!epoch_ends && !done && f->at.seconds - f->told >= TELL_SECONDS) tell(f);
    if (f->has_test && (epoch_ends || done)) {
        dp_status status = dpi_test_feed(f->model, &f->test, NULL, &f->at.test_loss, &f->at.test_accuracy);
        if (status != DP_OK) return status;
        tested = true;
        f->at.seconds = seconds_since(f->start);
    }
    bool due = every ? f->at.step % every == 0 : epoch_ends;
    return due || done || tested || f->stop ? make_row(f, tested) : DP_OK;
}

static dp_status fit_run(fit *f)
{
    dp_status status = DP_OK;
    for (int64_t epoch = 0; status == DP_OK && f->at.step < f->at.steps && !f->stop; epoch++) {
        make_order(f, epoch);
        f->at.epoch = epoch + 1;
        for (int64_t place = 0; place < f->steps_per_epoch && f->at.step < f->at.steps && !f->stop; place++) {
            status = fit_step(f, place);
            if (status == DP_OK) status = after_step(f, place + 1 == f->steps_per_epoch);
            if (status != DP_OK) break;
        }
    }
    return status;
}

static dp_status fit_save(fit *f, const dp_dataset *train)
{
    if (!f->dir.path) return DP_OK;
    dp_text text = {.ctx = f->model->ctx}, optimizer = {.ctx = f->model->ctx};
    dp_status status = dpi_optimizer_describe(f->optimizer, &optimizer);
    if (status == DP_OK) status = dpi_run_config_text(&text, f->model, train, f->config, optimizer.data, &f->at);
    if (status == DP_OK) status = dpi_run_dir_save(&f->dir, f->model, &text);
    dp_text_free(&optimizer);
    dp_text_free(&text);
    return status;
}

dp_status dp_train(dp_model *model, const dp_dataset *train, const dp_dataset *test, const dp_train_config *given,
                   dp_progress *progress_out)
{
    dp_train_config config;
    dp_train_config_init(&config);
    if (given) config = *given;
    fit f = {.model = model, .config = &config, .dir = {.ctx = model->ctx, .log = -1, .rows = {.ctx = model->ctx}}};
    f.at = (dp_progress){.loss = NAN, .train_accuracy = NAN, .test_loss = NAN, .test_accuracy = NAN};
    clock_gettime(CLOCK_MONOTONIC, &f.start);
    dp_status status = fit_prepare(&f, train, test);
    if (status == DP_OK) status = fit_run(&f);
    if (status == DP_OK) status = fit_save(&f, train);
    bool stopped = f.stop && f.at.step < f.at.steps;
    if (status == DP_OK && stopped)
        status = dpi_fail(model->ctx, DP_ERR_CANCELLED, "stopped after %lld of %lld steps", (long long)f.at.step,
                          (long long)f.at.steps);
    if (progress_out && (status == DP_OK || status == DP_ERR_CANCELLED)) *progress_out = f.at;
    dpi_run_dir_close(&f.dir);
    dp_optimizer_free(&f.optimizer);
    dpi_feed_deinit(&f.train);
    dpi_feed_deinit(&f.test);
    dpi_free(model->ctx, f.order);
    return status;
}
