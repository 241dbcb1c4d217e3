/* The validation part: which rows, early stopping and the best weights, schedules and further columns in a run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "train_fixture.h"

#include "support/scratch.h"
#include "train/split.h"

/* ---- Which rows ---- */

typedef struct logged {
    char text[512];
    int count;
} logged;

static void keep_warning(void *user, dp_log_level level, const char *text)
{
    logged *l = user;
    if (level < DP_LOG_WARNING) return;
    l->count++;
    snprintf(l->text, sizeof l->text, "%s", text);
}

/* A table x, t with `counts[k]` rows of class k, classes in turn. */
static dp_dataset *class_rows(dp_ctx *ctx, const int *counts, int classes)
{
    static const char *const names[] = {"x", "t"};
    static double numbers[2 * 2000];
    int left[8], rows = 0;
    memcpy(left, counts, (size_t)classes * sizeof *left);
    for (int more = 1; more;) {
        more = 0;
        for (int k = 0; k < classes; k++) {
            if (!left[k]) continue;
            left[k]--, more = 1;
            numbers[2 * rows] = rows;
            numbers[2 * rows++ + 1] = k;
        }
    }
    return table(ctx, rows, 2, names, numbers);
}

static void split_of(dp_ctx *ctx, const dp_dataset *data, int classes, double share, uint64_t seed, dpi_split *split)
{
    dp_model_input inputs[] = {{.name = "x", .dtype = DP_F64, .row_shape = {.rank = 0}},
                               {.name = "t", .dtype = DP_I64, .row_shape = {.rank = 0}, .classes = classes}};
    dpi_feed feed;
    must(ctx, dpi_feed_init(&feed, ctx, inputs, 2, data, NULL, 0, true, NULL));
    must(ctx, dpi_split_init(split, &feed, share, seed));
    dpi_feed_deinit(&feed);
}

static void classes_are_shared_alike(void **state)
{
    (void)state;
    static const int counts[] = {600, 300, 95, 4, 1}; /* a tenth: 60, 30, 10 (9.5), 1 (at least), 0 */
    static const int wanted[] = {60, 30, 10, 1, 0};
    logged log = {.count = 0};
    dp_config settings;
    dp_config_init(&settings);
    settings.log = keep_warning;
    settings.log_user = &log;
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(&settings, &ctx), DP_OK);
    dp_dataset *data = class_rows(ctx, counts, 5);
    dpi_split split, again, other;
    split_of(ctx, data, 5, 0.1, 7, &split);
    assert_int_equal(log.count, 1);
    assert_non_null(strstr(log.text, "class 4 has a single row"));
    assert_int_equal(split.validation_count, 101);
    assert_int_equal(split.train_count, 899);
    int found[5] = {0}, seen[1000] = {0};
    for (int64_t i = 0; i < split.validation_count; i++) {
        int64_t row = split.validation[i];
        seen[row]++;
        found[(int)dp_array_get(dp_dataset_column(data, 1), row)]++;
        assert_true(i == 0 || row > split.validation[i - 1]);
    }
    for (int64_t i = 0; i < split.train_count; i++) {
        seen[split.train[i]]++;
        assert_true(i == 0 || split.train[i] > split.train[i - 1]);
    }
    for (int i = 0; i < 1000; i++) assert_int_equal(seen[i], 1);
    for (int k = 0; k < 5; k++) assert_int_equal(found[k], wanted[k]);
    split_of(ctx, data, 5, 0.1, 7, &again); /* the seed decides */
    split_of(ctx, data, 5, 0.1, 8, &other);
    assert_memory_equal(split.validation, again.validation, 101 * sizeof(int64_t));
    assert_memory_not_equal(split.validation, other.validation, 101 * sizeof(int64_t));
    dpi_split_deinit(&split, ctx);
    dpi_split_deinit(&again, ctx);
    dpi_split_deinit(&other, ctx);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* Every row of a class has the same chance: over 400 seeds row 0 of 10 is chosen 40 times, give or take 5 x 6. */
static void every_row_may_be_chosen(void **state)
{
    (void)state;
    static const int counts[] = {10, 10};
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = class_rows(ctx, counts, 2);
    int chosen[20] = {0};
    for (uint64_t seed = 0; seed < 400; seed++) {
        dpi_split split;
        split_of(ctx, data, 2, 0.1, seed, &split);
        assert_int_equal(split.validation_count, 2);
        for (int i = 0; i < 2; i++) chosen[split.validation[i]]++;
        dpi_split_deinit(&split, ctx);
    }
    for (int i = 0; i < 20; i++) assert_in_range(chosen[i], 10, 70);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* ---- A run ---- */

typedef struct notes {
    dp_progress rows[64];
    double weights[64];
    dp_model *model;
    int count;
} notes;

static int note(void *user, const dp_progress *at)
{
    notes *n = user;
    if (!at->is_row) return 0;
    n->weights[n->count] = *(const double *)dp_model_param(n->model, 0).data;
    n->rows[n->count++] = *at;
    return 0;
}

/* w goes up by lr a step: of a whole w the loss is (w - 3)^2, and its gradient is always that of -w. */
static dp_status hill_network(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", DP_F64, SHAPE(batch));
    dp_val w = dp_param(g, "w", SHAPE(1), (dp_init){.kind = DP_INIT_CONSTANT});
    dp_val whole = dp_cast(g, dp_cast(g, w, DP_I64), DP_F64), miss = dp_sub(g, whole, dp_scalar(g, 3));
    dp_val shown = dp_mul(g, miss, miss), climb = dp_sub(g, whole, w);
    values->loss = dp_mean(g, dp_add(g, dp_add(g, shown, climb), dp_mul(g, x, dp_scalar(g, 0))), NULL, 0, 0);
    return dp_graph_status(g);
}

static dp_dataset *numbered_rows(dp_ctx *ctx)
{
    static const char *const names[] = {"x"};
    static const double numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    return table(ctx, 10, 1, names, numbers);
}

static void the_best_epoch_is_kept(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, hill_network, DP_F64);
    dp_dataset *data = numbered_rows(ctx);
    notes n = {.model = model};
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 20;
    config.batch = 100; /* one step an epoch */
    config.optimizer = "sgd:lr=1";
    config.validation = 0.2;
    config.patience = 4;
    config.progress = note;
    config.user = &n;
    dp_progress end;
    must(ctx, dp_train(model, data, data, &config, &end));
    /* after epoch e w is e: the loss 4, 1, 0, 1, 4, 9, 16; the best is epoch 3, and four later ones are no better */
    assert_int_equal(n.count, 7);
    for (int i = 0; i < 7; i++) {
        assert_true(n.weights[i] == i + 1);
        assert_true(n.rows[i].validation.loss == (i - 2) * (i - 2));
        assert_true(n.rows[i].test.loss == (i - 2) * (i - 2));
        assert_int_equal(n.rows[i].best_epoch, i < 3 ? i + 1 : 3);
    }
    assert_true(end.step == 7 && end.steps == 20 && end.best_epoch == 3);
    assert_true(end.validation.loss == 0 && end.test.loss == 0); /* of the best epoch, whose weights the model has */
    assert_true(*(const double *)dp_model_param(model, 0).data == 3);

    n.count = 0;
    config.patience = 20; /* longer than the run: the end is the last epoch, the weights are the best */
    must(ctx, dp_train(model, data, NULL, &config, &end));
    assert_true(n.count == 20 && end.step == 20 && end.best_epoch == 3 && isnan(end.test.loss));
    assert_true(*(const double *)dp_model_param(model, 0).data == 3);

    n.count = 0;
    config.patience = 2; /* as good as the best is no better */
    config.optimizer = "sgd:lr=0";
    must(ctx, dp_train(model, data, NULL, &config, &end));
    assert_true(n.count == 3 && end.best_epoch == 1);

    n.count = 0;
    config.optimizer = "sgd:lr=1";
    config.patience = 0; /* no early stopping: the last weights */
    must(ctx, dp_train(model, data, NULL, &config, &end));
    assert_true(n.count == 20 && end.best_epoch == 3 && *(const double *)dp_model_param(model, 0).data == 20);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Rows for validation are not trained on. x of a batch of one is the row's number, and the loss. */
static dp_status telling_network(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", DP_F64, SHAPE(batch));
    dp_val w = dp_param(g, "w", SHAPE(1), (dp_init){.kind = DP_INIT_CONSTANT});
    values->loss = dp_mean(g, dp_add(g, x, dp_mul(g, dp_scalar(g, 0), w)), NULL, 0, 0);
    return dp_graph_status(g);
}

static void validation_rows_are_not_trained_on(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, telling_network, DP_F64);
    dp_dataset *data = numbered_rows(ctx);
    notes n = {.model = model};
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 2;
    config.batch = 1;
    config.validation = 0.3;
    config.log_every = 1;
    config.progress = note;
    config.user = &n;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    assert_int_equal(n.count, 14);
    int trained = 0;
    for (int i = 0; i < 14; i++) {
        int row = 1 << (int)n.rows[i].loss;
        assert_true(i >= 7 || !(trained & row)); /* each once an epoch */
        trained |= row;
    }
    double sum = 0;
    for (int row = 0; row < 10; row++) sum += trained & 1 << row ? 0 : row;
    assert_int_equal(__builtin_popcount((unsigned)trained), 7);
    assert_true(n.rows[6].validation.loss == sum / 3 && n.rows[13].validation.loss == sum / 3);
    assert_true(isnan(n.rows[0].validation.loss));
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* plateau watches the validation loss: after 4, 1, 0 it is 1 of 10 rates, twice. */
static void schedules_are_followed(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, hill_network, DP_F64);
    dp_dataset *data = numbered_rows(ctx);
    notes n = {.model = model};
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 8;
    config.optimizer = "sgd:lr=1";
    config.schedule = "plateau:patience=1,factor=0.5";
    config.validation = 0.2;
    config.progress = note;
    config.user = &n;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    /* w: 1 2 3, no better at 4 and 5, then half: 5.5, 6, then a quarter */
    static const double weights[] = {1, 2, 3, 4, 5, 5.5, 6, 6.25}, rates[] = {1, 1, 1, 1, 1, 0.5, 0.5, 0.25};
    for (int i = 0; i < 8; i++) {
        assert_true(n.weights[i] == weights[i]);
        assert_true(n.rows[i].lr == rates[i]);
    }
    n.count = 0;
    config.schedule = "step:step_size=2,gamma=0.5"; /* by steps, without validation */
    config.validation = 0;
    config.steps = 6;
    config.batch = 5;
    config.log_every = 1;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    static const double halves[] = {1, 1, 0.5, 0.5, 0.25, 0.25};
    for (int i = 0; i < 6; i++) assert_true(n.rows[i].lr == halves[i]);
    config.schedule = "cosine:by_epoch";
    n.count = 0;
    must(ctx, dp_train(model, data, NULL, &config, NULL)); /* three epochs of two steps */
    for (int i = 0; i < 6; i++) assert_true(fabs(n.rows[i].lr - (1 + cos(3.14159265358979 * (i / 2) / 3)) / 2) < 1e-12);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Without validation plateau watches the mean loss of the epoch, whatever rows of the log are made between. */
static void plateau_watches_the_epoch(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = numbered_rows(ctx);
    for (int log_every = 0; log_every < 3; log_every++) {
        dp_model *model = model_open(ctx, hill_network, DP_F64);
        notes n = {.model = model};
        dp_train_config config;
        dp_train_config_init(&config);
        config.epochs = 5;
        config.batch = 5;
        config.log_every = log_every;
        config.optimizer = "sgd:lr=1";
        config.schedule = "plateau:patience=0,factor=0.5";
        config.progress = note;
        config.user = &n;
        must(ctx, dp_train(model, data, NULL, &config, NULL));
        /* losses before the updates: 9 4 | 1 0 | 1 4 (2.5, worse than 0.5: half) | 9 8.5 (worse: a quarter) | … */
        assert_true(n.rows[n.count - 1].lr == 0.25);
        assert_true(*(const double *)dp_model_param(model, 0).data == 2 + 2 + 2 + 1 + 0.5);
        dp_model_free(&model);
    }
    dp_dataset_free(&data);
    ctx_close(ctx);
}

static void the_log_has_the_columns(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_dataset *data = xor_data(ctx), *log = NULL;
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 3;
    config.validation = 0.5;
    config.schedule = "exponential:gamma=0.5";
    config.metrics = "f1,accuracy,top_k,f1";
    config.top_k = 2;
    config.log_every = 1;
    config.batch = 1;
    config.optimizer = "sgd:lr=0.5";
    config.out_dir = scratch_path("run");
    must(ctx, dp_train(model, data, data, &config, NULL));
    must(ctx, dp_run_log(ctx, scratch_path("run/log.csv"), &log));
    static const char *const wanted[] = {"epoch",         "step",    "train_loss", "train_accuracy", "test_loss",
                                         "test_accuracy", "seconds", "val_loss",   "val_accuracy",   "lr",
                                         "val_f1",        "test_f1", "val_top_k",  "test_top_k"};
    assert_int_equal(dp_dataset_columns(log), 14);
    for (int i = 0; i < 14; i++) assert_string_equal(dp_dataset_column_name(log, i), wanted[i]);
    assert_int_equal(dp_dataset_rows(log), 6);
    for (int row = 0; row < 6; row++) {
        double numbers[14];
        for (int i = 0; i < 14; i++) numbers[i] = dp_array_get(dp_dataset_column(log, i), row);
        assert_true(numbers[9] == 0.5 * pow(0.5, row));
        for (int i = 0; i < 14; i++)
            assert_int_equal(isnan(numbers[i]),
                             row % 2 == 0 && i != 9 && i != 6 && i > 3);     /* not tested within an epoch */
        assert_true(row % 2 == 0 || (numbers[12] == 1 && numbers[13] == 1)); /* the best two of two */
    }
    dp_dataset_free(&log);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

static void bad_requests_are_refused(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32), *plain = model_open(ctx, telling_network, DP_F64);
    dp_dataset *data = xor_data(ctx), *rows = numbered_rows(ctx), *one = NULL;
    dp_train_config config;
    dp_train_config_init(&config);
    config.patience = 3;
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_ARG, "patience 3 has nothing to watch");
    config.patience = 0;
    for (int i = 0; i < 3; i++) {
        config.validation = (double[]){1, -0.1, NAN}[i];
        must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE, "validation is a share of the rows");
    }
    config.validation = 0.5;
    config.metrics = "f1,bleu";
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_NAME,
              "there is no score \"bleu\"; there are loss, accuracy, precision, recall, f1, top_k, perplexity, mse, r2");
    config.metrics = NULL;
    config.schedule = "cosin";
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_NAME, "there is no \"cosin\"");
    config.schedule = NULL;
    static const char *const names[] = {"x"};
    static const double number[] = {1};
    one = table(ctx, 1, 1, names, number);
    must_fail(ctx, dp_train(plain, one, NULL, &config, NULL), DP_ERR_RANGE, "leaves none for validation");
    must(ctx, dp_train(plain, rows, NULL, &config, NULL));
    dp_dataset_free(&one);
    dp_dataset_free(&rows);
    dp_dataset_free(&data);
    dp_model_free(&plain);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Every step is told of where that is asked for, and a callback sees the weights of its step. */
static int count_steps(void *user, const dp_progress *at)
{
    notes *n = user;
    assert_true(*(const double *)dp_model_param(n->model, 0).data == (double)at->step);
    n->count += !at->is_row;
    return 0;
}

static void every_step_can_be_told(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, hill_network, DP_F64);
    dp_dataset *data = numbered_rows(ctx);
    notes n = {.model = model};
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 3;
    config.batch = 1;
    config.optimizer = "sgd:lr=1";
    config.tell_every = 1;
    config.progress = count_steps;
    config.user = &n;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    assert_int_equal(n.count, 27); /* the last step of each epoch is told of with its row */
    n.count = 0;
    config.tell_every = 4;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    assert_int_equal(n.count, 6); /* 4 8 12 16 24 28, and 20 is the end of an epoch */
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_shared_alike), cmocka_unit_test(every_row_may_be_chosen),
        cmocka_unit_test(the_best_epoch_is_kept),   cmocka_unit_test(validation_rows_are_not_trained_on),
        cmocka_unit_test(schedules_are_followed),   cmocka_unit_test(plateau_watches_the_epoch),
        cmocka_unit_test(the_log_has_the_columns),  cmocka_unit_test(bad_requests_are_refused),
        cmocka_unit_test(every_step_can_be_told),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
