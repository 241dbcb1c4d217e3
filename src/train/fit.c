/* The fit loop: what is needed is made, an epoch is gone through, rows of the log, tests at the end of each epoch. */
#include "train/fit.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/checkpoint.h"

/* How often a progress bar is told, in seconds. */
#define TELL_SECONDS 0.05

void dp_train_config_init(dp_train_config *config)
{
    *config = (dp_train_config){.epochs = 1,
                                .batch = 100,
                                .optimizer = "sgd:lr=0.01",
                                .shuffle = 1,
                                .normalize = 1,
                                .top_k = 5,
                                .keep_checkpoints = 3};
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
    if (!(config->validation >= 0 && config->validation < 1))
        return dpi_fail(ctx, DP_ERR_RANGE, "train: validation is a share of the rows, at least 0 and below 1, not %g",
                        config->validation);
    if (config->patience < 0 || config->top_k < 1 || config->tell_every < 0)
        return dpi_fail(ctx, DP_ERR_RANGE, "train: patience and tell_every have to be 0 or more, top_k 1 or more");
    if (config->checkpoint_every < 0 || config->keep_checkpoints < 1)
        return dpi_fail(ctx, DP_ERR_RANGE, "train: checkpoint_every has to be 0 or more, keep_checkpoints 1 or more");
    if ((config->checkpoint_every || config->resume) && !config->out_dir)
        return dpi_fail(ctx, DP_ERR_ARG, "train: checkpoints need a folder for the run, out_dir");
    if (config->patience && config->validation == 0)
        return dpi_fail(ctx, DP_ERR_ARG,
                        "train: patience %lld has nothing to watch: give a share of the rows for validation, too",
                        (long long)config->patience);
    return DP_OK;
}

static dp_status count_steps(dpi_fit *f)
{
    const dp_train_config *config = f->config;
    int64_t rows = f->split.train_count;
    f->batch = config->batch < rows ? config->batch : rows;
    f->steps_per_epoch = (rows + f->batch - 1) / f->batch;
    f->at.epochs = config->epochs;
    f->at.steps = config->steps;
    if (config->steps > 0) f->at.epochs = (config->steps - 1) / f->steps_per_epoch + 1;
    else if (__builtin_mul_overflow(config->epochs, f->steps_per_epoch, &f->at.steps))
        return dpi_fail(f->model->ctx, DP_ERR_RANGE, "train: %lld epochs are too many steps",
                        (long long)config->epochs);
    return DP_OK;
}

/* How the columns of a data set fill the model's inputs, and that its numbers can be used. */
static dp_status open_data(const dpi_fit *f, const dp_dataset *data, dpi_feed *feed)
{
    const dp_model *model = f->model;
    dp_status status = dpi_feed_init(feed, model->ctx, model->inputs, model->input_count, data, f->config->bindings,
                                     f->config->binding_count, f->config->normalize, NULL);
    return status == DP_OK ? dpi_feed_check(feed) : status;
}

static dp_status make_optimizer(dpi_fit *f)
{
    dp_status status = dp_optimizer_new(f->model, f->config->optimizer, &f->optimizer);
    if (status != DP_OK || !f->config->schedule) return status;
    return dp_schedule_new(f->optimizer, f->config->schedule, f->at.steps, f->at.epochs, &f->schedule);
}

/* The model remembers how its inputs were filled, and how the data were read. */
static dp_status keep_bindings(dpi_fit *f)
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

/* What the model keeps of the data. */
static dp_status learn_data(dpi_fit *f)
{
    dp_status status = keep_bindings(f);
    if (status == DP_OK && f->config->standardize)
        status = dpi_scale_learn(f->model, &f->train, f->config->standardize, f->split.train, f->split.train_count);
    f->train.scales = f->test.scales = f->model->scales;
    return status;
}

/* The text of config.json, `end` as dpi_run_config_text has it. */
static dp_status describe(const dpi_fit *f, const dp_dataset *train, const dp_dataset *test, const dp_progress *end,
                          dp_text *text)
{
    dp_text optimizer = {.ctx = f->model->ctx}, schedule = {.ctx = f->model->ctx};
    dp_status status = dpi_optimizer_describe(f->optimizer, &optimizer);
    if (status == DP_OK && f->schedule) status = dpi_schedule_text(&schedule, f->schedule);
    if (status == DP_OK)
        status = dpi_run_config_text(text, f->model, train, test, f->config, optimizer.data, schedule.data, end);
    dp_text_free(&optimizer);
    dp_text_free(&schedule);
    return status;
}

/* The run begins, or goes on from a checkpoint. */
static dp_status begin_in_folder(dpi_fit *f, const dpi_log_columns *columns)
{
    bool resumed = false;
    const char *path = f->config->out_dir;
    if (!*path) return dpi_fail(f->model->ctx, DP_ERR_ARG, "the folder for the run has an empty name");
    dp_status status = dpi_make_folders(f->model->ctx, path);
    if (status == DP_OK)
        status = f->config->resume ? dpi_checkpoint_resume(f, &resumed) : dpi_checkpoint_check_begin(f);
    f->seconds_before = resumed ? f->at.seconds : 0;
    return status == DP_OK ? dpi_run_dir_open(&f->dir, f->model->ctx, path, columns, resumed ? &f->log : NULL) : status;
}

/* Everything that may be wrong is found here, before the first step; the folder of the run comes last. */
static dp_status fit_prepare(dpi_fit *f, const dp_dataset *train, const dp_dataset *test)
{
    dp_model *model = f->model;
    const dp_train_config *config = f->config;
    dpi_instance *instance = NULL;
    dpi_log_columns columns = {0};
    void *memory = NULL;
    dp_status status = check_config(model->ctx, config);
    if (status == DP_OK) status = dpi_log_columns_read(model->ctx, config, test != NULL, &columns);
    if (status == DP_OK) status = open_data(f, train, &f->train);
    if (status == DP_OK && test) status = open_data(f, test, &f->test);
    if (status == DP_OK) status = dpi_split_init(&f->split, &f->train, config->validation, config->seed);
    if (status == DP_OK) status = count_steps(f);
    if (status == DP_OK) status = dpi_change_init(&f->change, &f->train, config->augment, config->seed, f->batch);
    if (status == DP_OK) status = make_optimizer(f);
    if (status == DP_OK) status = dpi_best_init(&f->best, model, config->patience);
    if (status == DP_OK) status = dpi_model_instance(model, DPI_TRAIN, f->batch, &instance);
    int64_t left = f->batch ? f->split.train_count % f->batch : 0;
    if (status == DP_OK && left) /* the last batch of an epoch may be too small for a layer */
        status = dpi_model_instance(model, DPI_TRAIN, left, &instance);
    if (status == DP_OK)
        status = dpi_alloc(model->ctx, (size_t)f->split.train_count, sizeof(int64_t), "order of the rows", &memory);
    f->order = memory;
    if (status == DP_OK && !config->keep_params) status = dp_model_init(model, config->seed);
    if (status == DP_OK) status = learn_data(f);
    if (status == DP_OK) status = describe(f, train, test, NULL, &f->words);
    if (status == DP_OK && config->out_dir) status = begin_in_folder(f, &columns);
    f->has_test = test != NULL;
    return status;
}

/* ---- After a step ---- */

static void tell(dpi_fit *f)
{
    f->told = f->at.seconds;
    if (f->config->progress && f->config->progress(f->config->user, &f->at) != 0) f->stop = true;
}

static bool has_to_tell(const dpi_fit *f)
{
    int64_t every = f->config->tell_every;
    return every ? f->at.step % every == 0 : f->at.seconds - f->told >= TELL_SECONDS;
}

static void update_seconds(dpi_fit *f)
{
    f->at.seconds = f->seconds_before + seconds_since(f->start);
}

static void update_numbers(dpi_fit *f)
{
    update_seconds(f);
    if (!f->row.steps) return;
    f->at.loss = f->row.loss_sum / (double)f->row.steps;
    if (f->model->classes) f->at.train_accuracy = (double)f->row.correct / (double)f->row.places;
}

static dp_status make_row(dpi_fit *f, bool tested)
{
    dp_status status = dpi_run_dir_row(&f->dir, &f->at, tested);
    f->row = (dpi_sums){0};
    f->at.is_row = 1;
    if (status == DP_OK) tell(f);
    f->at.is_row = 0;
    return status;
}

static dp_status test(dpi_fit *f, const dpi_feed *feed, const int64_t *rows, int64_t n, dp_scores *scores)
{
    dpi_tally tally;
    dp_status status = dpi_tally_init(&tally, f->model);
    if (status == DP_OK) status = dpi_test_feed(f->model, feed, rows, n, &tally);
    if (status == DP_OK) *scores = dpi_tally_scores(&tally, f->config->top_k);
    dpi_tally_deinit(&tally);
    return status;
}

/* The tests at the end of an epoch and of the run; *tested: there is something to test on. */
static dp_status test_all(dpi_fit *f, bool *tested)
{
    dp_status status = DP_OK;
    if (f->split.validation)
        status = test(f, &f->train, f->split.validation, f->split.validation_count, &f->at.validation);
    if (status == DP_OK && f->has_test) status = test(f, &f->test, NULL, dp_dataset_rows(f->test.data), &f->at.test);
    *tested = f->split.validation || f->has_test;
    update_seconds(f);
    return status;
}

static void end_epoch(dpi_fit *f)
{
    double loss = f->split.validation ? f->at.validation.loss : f->epoch.loss_sum / (double)f->epoch.steps;
    if (f->schedule) dp_schedule_epoch(f->schedule, loss);
    f->epoch = (dpi_sums){0};
}

static bool is_over(const dpi_fit *f)
{
    return f->at.step >= f->at.steps || f->stop || dpi_best_is_over(&f->best);
}

static dp_status keep_checkpoint(dpi_fit *f, bool is_best)
{
    int64_t every = f->config->checkpoint_every;
    if (!every && !f->config->resume) return DP_OK;
    bool due = is_over(f) || (every && f->at.step % every == 0);
    dp_status status = due ? dpi_checkpoint_write(f) : DP_OK;
    return status == DP_OK && is_best ? dpi_checkpoint_write_best(f) : status;
}

/* Word of the progress; tests where an epoch or the run ends; a row of the log where one is due; a checkpoint. A run that is
 * stopped has a last row, which is no part of the checkpoint: it would not be there if the run had gone on. */
static dp_status after_step(dpi_fit *f, bool epoch_ends)
{
    int64_t every = f->config->log_every;
    bool done = f->at.step == f->at.steps, tested = false, is_best = false;
    dp_status status = DP_OK;
    update_numbers(f);
    f->at.is_epoch_end = epoch_ends;
    f->at.test = f->at.validation = dpi_scores_unknown(); /* those of earlier parameters are not those of these */
    if (epoch_ends || done) {
        status = test_all(f, &tested);
        is_best = status == DP_OK && f->split.validation && dpi_best_watch(&f->best, f->model, &f->at);
        f->at.best_epoch = f->best.epoch;
    } else if (has_to_tell(f)) tell(f);
    bool due = done || tested || (every ? f->at.step % every == 0 : epoch_ends);
    if (status == DP_OK && due) status = make_row(f, tested);
    if (status == DP_OK && epoch_ends) end_epoch(f);
    if (status == DP_OK) status = keep_checkpoint(f, is_best);
    return status == DP_OK && f->stop && !due ? make_row(f, false) : status;
}

/* ---- The run ---- */

static dp_status fit_run(dpi_fit *f)
{
    dp_status status = DP_OK;
    int64_t place = f->at.step % f->steps_per_epoch; /* above 0 where a run goes on within an epoch */
    for (int64_t epoch = f->at.step / f->steps_per_epoch; status == DP_OK && !is_over(f); epoch++) {
        dpi_fit_order(f, epoch);
        f->at.epoch = epoch + 1;
        for (; status == DP_OK && place < f->steps_per_epoch && !is_over(f); place++) {
            status = dpi_fit_step(f, place);
            if (status == DP_OK) status = after_step(f, place + 1 == f->steps_per_epoch);
        }
        place = 0;
    }
    if (status == DP_OK) dpi_best_restore(&f->best, f->model, &f->at);
    return status;
}

static dp_status fit_save(dpi_fit *f, const dp_dataset *train, const dp_dataset *test)
{
    if (!f->dir.path) return DP_OK;
    dp_text text = {.ctx = f->model->ctx};
    dp_status status = describe(f, train, test, &f->at, &text);
    if (status == DP_OK) status = dpi_run_dir_save(&f->dir, f->model, &text);
    if (status == DP_OK && !f->config->checkpoint_every && !f->config->resume) status = dpi_checkpoint_clear(f);
    dp_text_free(&text);
    return status;
}

static void fit_free(dpi_fit *f)
{
    dpi_run_dir_close(&f->dir);
    dp_schedule_free(&f->schedule);
    dp_optimizer_free(&f->optimizer);
    dpi_best_deinit(&f->best, f->model);
    dpi_split_deinit(&f->split, f->model->ctx);
    dpi_change_deinit(&f->change, f->model->ctx);
    dpi_feed_deinit(&f->train);
    dpi_feed_deinit(&f->test);
    dpi_free(f->model->ctx, f->order);
    dp_text_free(&f->words);
}

dp_status dp_train(dp_model *model, const dp_dataset *train, const dp_dataset *test, const dp_train_config *given,
                   dp_progress *progress_out)
{
    dp_train_config config;
    dp_train_config_init(&config);
    if (given) config = *given;
    dpi_fit f = {.model = model,
                 .config = &config,
                 .dir = {.ctx = model->ctx, .log = -1, .rows = {.ctx = model->ctx}},
                 .words = {.ctx = model->ctx}};
    f.at = (dp_progress){.loss = NAN, .train_accuracy = NAN, .lr = NAN};
    f.at.validation = f.at.test = dpi_scores_unknown();
    clock_gettime(CLOCK_MONOTONIC, &f.start);
    dp_status status = fit_prepare(&f, train, test);
    if (status == DP_OK) status = fit_run(&f);
    if (status == DP_OK) status = fit_save(&f, train, test);
    bool stopped = f.stop && f.at.step < f.at.steps && !dpi_best_is_over(&f.best);
    if (status == DP_OK && stopped)
        status = dpi_fail(model->ctx, DP_ERR_CANCELLED, "stopped after %lld of %lld steps", (long long)f.at.step,
                          (long long)f.at.steps);
    if (progress_out && (status == DP_OK || status == DP_ERR_CANCELLED)) *progress_out = f.at;
    fit_free(&f);
    return status;
}
