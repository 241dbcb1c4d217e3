/* The fit loop: which rows when, what the log says, what is refused, how it stops. */
#include <math.h>
#include <stdlib.h>

#include "train_fixture.h"

/* ---- Each row once per epoch ---- */

enum { ROWS = 23 };

/* x holds one-hot rows, loss = sum(x @ w): with SGD and lr 1 the weight of a row goes down by one each time the row is
 * seen. */
static dp_status counting_network(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", DP_F64, SHAPE(batch, ROWS));
    dp_val w = dp_param(g, "w", SHAPE(ROWS), (dp_init){.kind = DP_INIT_CONSTANT});
    values->loss = dp_sum(g, dp_matmul(g, x, w), NULL, 0, 0);
    return dp_graph_status(g);
}

static dp_dataset *one_hot_rows(dp_ctx *ctx)
{
    static const char *const names[] = {"x"};
    dp_array *x = NULL;
    dp_dataset *data = NULL;
    must(ctx, dp_array_new(ctx, DP_F64, SHAPE(ROWS, ROWS), &x));
    for (int i = 0; i < ROWS; i++) ((double *)x->data)[i * ROWS + i] = 1;
    must(ctx, dp_dataset_new(ctx, 1, names, &x, &data));
    return data;
}

static void each_row_is_seen_once_per_epoch(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = one_hot_rows(ctx);
    for (int64_t batch = 1; batch <= ROWS + 2; batch++)
        for (int shuffle = 0; shuffle < 2; shuffle++) {
            dp_model *model = model_open(ctx, counting_network, DP_F64);
            dp_train_config config;
            dp_train_config_init(&config);
            config.epochs = 3;
            config.batch = batch;
            config.shuffle = shuffle;
            config.optimizer = "sgd:lr=1";
            dp_progress end;
            must(ctx, dp_train(model, data, NULL, &config, &end));
            int64_t size = batch < ROWS ? batch : ROWS;
            assert_int_equal(end.step, 3 * ((ROWS + size - 1) / size));
            assert_int_equal(end.epoch, 3);
            const double *w = dp_model_param(model, 0).data;
            for (int i = 0; i < ROWS; i++) assert_true(w[i] == -3);
            dp_model_free(&model);
        }
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* ---- The order ---- */

/* The loss of a batch of one is the row's number. */
static dp_status telling_network(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", DP_F64, SHAPE(batch));
    dp_val w = dp_param(g, "w", SHAPE(1), (dp_init){.kind = DP_INIT_CONSTANT});
    values->loss = dp_mean(g, dp_add(g, x, dp_mul(g, dp_scalar(g, 0), w)), NULL, 0, 0);
    return dp_graph_status(g);
}

typedef struct notes {
    double losses[64];
    dp_progress rows[64];
    int count, stop_at;
} notes;

static int note(void *user, const dp_progress *at)
{
    notes *n = user;
    if (!at->is_row) return 0;
    assert_true(n->count < 64);
    n->rows[n->count] = *at;
    n->losses[n->count++] = at->loss;
    return n->count == n->stop_at;
}

static dp_dataset *numbered_rows(dp_ctx *ctx, int64_t rows)
{
    static const char *const names[] = {"x"};
    double numbers[64];
    for (int i = 0; i < 64; i++) numbers[i] = i;
    return table(ctx, rows, 1, names, numbers);
}

/* Two epochs over ten rows, one at a time. */
static notes order_of(dp_ctx *ctx, uint64_t seed, int shuffle)
{
    notes n = {0};
    dp_dataset *data = numbered_rows(ctx, 10);
    dp_model *model = model_open(ctx, telling_network, DP_F64);
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 2;
    config.batch = 1;
    config.seed = seed;
    config.shuffle = shuffle;
    config.log_every = 1;
    config.progress = note;
    config.user = &n;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    assert_int_equal(n.count, 20);
    dp_model_free(&model);
    dp_dataset_free(&data);
    return n;
}

static void order_comes_from_the_seed(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    notes plain = order_of(ctx, 1, 0), one = order_of(ctx, 1, 1), again = order_of(ctx, 1, 1),
          other = order_of(ctx, 2, 1);
    for (int i = 0; i < 20; i++) assert_true(plain.losses[i] == i % 10);
    for (int epoch = 0; epoch < 2; epoch++) {
        int seen = 0;
        for (int i = 0; i < 10; i++) seen |= 1 << (int)one.losses[10 * epoch + i];
        assert_int_equal(seen, 1023);
    }
    assert_memory_equal(one.losses, again.losses, 20 * sizeof(double));
    assert_memory_not_equal(one.losses, other.losses, 20 * sizeof(double));
    assert_memory_not_equal(one.losses, plain.losses, 10 * sizeof(double));
    assert_memory_not_equal(one.losses, one.losses + 10, 10 * sizeof(double)); /* each epoch has its own */
    ctx_close(ctx);
}

/* ---- The log ---- */

static notes rows_of(dp_ctx *ctx, dp_train_config config, const dp_dataset *test, dp_progress *end)
{
    notes n = {0};
    dp_dataset *data = numbered_rows(ctx, 10);
    dp_model *model = model_open(ctx, telling_network, DP_F64);
    config.batch = 4; /* steps of 4, 4 and 2 rows: losses 1.5, 5.5, 8.5 */
    config.shuffle = 0;
    config.progress = note;
    config.user = &n;
    must(ctx, dp_train(model, data, test, &config, end));
    dp_model_free(&model);
    dp_dataset_free(&data);
    return n;
}

typedef struct expected_row {
    int64_t epoch, step;
    double loss;
    int epoch_end;
} expected_row;

static void compare_rows(const notes *n, const expected_row *rows, int count)
{
    assert_int_equal(n->count, count);
    for (int i = 0; i < count; i++) {
        assert_int_equal(n->rows[i].epoch, rows[i].epoch);
        assert_int_equal(n->rows[i].step, rows[i].step);
        assert_true(n->rows[i].loss == rows[i].loss);
        assert_int_equal(n->rows[i].is_epoch_end, rows[i].epoch_end);
        assert_true(isnan(n->rows[i].train_accuracy)); /* no classes */
    }
}

static void rows_come_when_they_are_due(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_train_config config;
    dp_train_config_init(&config);
    dp_progress end;
    notes n = rows_of(ctx, config, NULL, &end);
    double epoch_loss = (1.5 + 5.5 + 8.5) / 3;
    compare_rows(&n, (expected_row[]){{1, 3, epoch_loss, 1}}, 1);
    assert_true(end.step == 3 && end.steps == 3 && end.epochs == 1 && end.loss == epoch_loss && isnan(end.test.loss));

    config.epochs = 2;
    n = rows_of(ctx, config, NULL, &end);
    compare_rows(&n, (expected_row[]){{1, 3, epoch_loss, 1}, {2, 6, epoch_loss, 1}}, 2);

    config.steps = 5; /* counts more than epochs; ends within the second */
    n = rows_of(ctx, config, NULL, &end);
    compare_rows(&n, (expected_row[]){{1, 3, epoch_loss, 1}, {2, 5, 3.5, 0}}, 2);
    assert_true(end.epochs == 2 && end.steps == 5);

    config.log_every = 2; /* and a row for the last step */
    n = rows_of(ctx, config, NULL, &end);
    compare_rows(&n, (expected_row[]){{1, 2, 3.5, 0}, {2, 4, 5, 0}, {2, 5, 5.5, 0}}, 3);

    dp_dataset *test = numbered_rows(ctx, 7); /* a test gives a row of its own */
    n = rows_of(ctx, config, test, &end);
    compare_rows(&n, (expected_row[]){{1, 2, 3.5, 0}, {1, 3, 8.5, 1}, {2, 4, 1.5, 0}, {2, 5, 5.5, 0}}, 4);
    assert_true(isnan(n.rows[0].test.loss) && n.rows[1].test.loss == 3 && n.rows[3].test.loss == 3);
    dp_dataset_free(&test);
    ctx_close(ctx);
}

/* Accuracy is counted over the rows since the last row of the log, each before its update. */
static void accuracy_is_counted(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_dataset *data = xor_data(ctx);
    dp_train_config config;
    dp_train_config_init(&config);
    config.optimizer = "sgd:lr=0"; /* nothing changes */
    dp_progress end;
    must(ctx, dp_train(model, data, data, &config, &end));
    notes n = {0}; /* one row at a time: each is right or wrong */
    config.batch = 1;
    config.log_every = 1;
    config.progress = note;
    config.user = &n;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    double right = 0;
    for (int i = 0; i < n.count; i++) {
        assert_true(n.rows[i].train_accuracy == 0 || n.rows[i].train_accuracy == 1);
        right += n.rows[i].train_accuracy;
    }
    dp_test_result result;
    must(ctx, dp_test(model, data, NULL, 0, 1, &result));
    assert_int_equal(result.rows, 4);
    assert_int_equal(result.classes, 2);
    const int64_t *confusion = result.confusion->data;
    assert_int_equal(confusion[0] + confusion[1], 2);
    assert_int_equal(confusion[2] + confusion[3], 2);
    assert_true(result.scores.accuracy == (double)(confusion[0] + confusion[3]) / 4);
    assert_true(n.count == 4 && right == 4 * result.scores.accuracy);
    assert_true(end.train_accuracy == result.scores.accuracy && end.test.accuracy == result.scores.accuracy);
    assert_true(end.test.loss == result.scores.loss && end.loss == result.scores.loss);
    dp_test_result_free(&result);

    dp_prediction said;
    int64_t rows[] = {3, 0};
    must(ctx, dp_predict_rows(model, data, NULL, 0, 1, rows, 2, &said));
    const int64_t *labels = said.labels->data, *classes = said.classes->data;
    const double *p = said.probabilities->data;
    assert_true(labels[0] == 1 && labels[1] == 0);
    for (int i = 0; i < 2; i++) {
        assert_true(fabs(p[2 * i] + p[2 * i + 1] - 1) <= 0x1p-52);
        assert_int_equal(classes[i], p[2 * i + 1] > p[2 * i]);
        double z0 = dp_array_get(said.output, 2 * i), z1 = dp_array_get(said.output, 2 * i + 1);
        assert_true(fabs(log(p[2 * i + 1] / p[2 * i]) - (z1 - z0)) < 1e-14);
    }
    dp_prediction_free(&said);
    rows[0] = 4;
    must_fail(ctx, dp_predict_rows(model, data, NULL, 0, 1, rows, 1, &said), DP_ERR_RANGE, "4");
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* A test goes through all rows, in batches of 1000 and what is left. */
static void tests_see_every_row(void **state)
{
    (void)state;
    static const char *const names[] = {"x"};
    static double numbers[2500];
    for (int i = 0; i < 2500; i++) numbers[i] = i;
    dp_ctx *ctx = ctx_open(1);
    for (int64_t rows = 999; rows <= 2500; rows = rows < 1001 ? rows + 1 : rows + 1499) {
        dp_model *model = model_open(ctx, telling_network, DP_F64);
        dp_dataset *data = table(ctx, rows, 1, names, numbers);
        dp_test_result result;
        must(ctx, dp_test(model, data, NULL, 0, 1, &result));
        assert_int_equal(result.rows, rows);
        /* the sum is of whole numbers, but each batch's mean and the last division round */
        assert_true(fabs(result.scores.loss - (double)(rows - 1) / 2) <= 8 * 0x1p-53 * (double)rows);
        assert_true(isnan(result.scores.accuracy) && result.classes == 0 && !result.confusion);
        dp_dataset_free(&data);
        dp_model_free(&model);
    }
    ctx_close(ctx);
}

/* ---- Stopping, and going on ---- */

static void train_xor(dp_ctx *ctx, dp_model *model, const dp_dataset *data, int64_t steps, int keep)
{
    dp_train_config config;
    dp_train_config_init(&config);
    config.steps = steps;
    config.batch = 3;
    config.seed = 5;
    config.shuffle = 0;
    config.keep_params = keep;
    must(ctx, dp_train(model, data, NULL, &config, NULL));
}

static void a_stopped_run_keeps_what_it_has(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *stopped = model_open(ctx, xor_network, DP_F32), *whole = model_open(ctx, xor_network, DP_F32);
    dp_dataset *data = xor_data(ctx);
    notes n = {.stop_at = 3}; /* of two steps an epoch: in the middle of the second */
    dp_train_config config;
    dp_train_config_init(&config);
    config.steps = 100;
    config.batch = 3;
    config.seed = 5;
    config.shuffle = 0;
    config.log_every = 1;
    config.progress = note;
    config.user = &n;
    dp_progress end = {0};
    must_fail(ctx, dp_train(stopped, data, data, &config, &end), DP_ERR_CANCELLED, "stopped after 3 of 100 steps");
    assert_true(end.step == 3 && end.steps == 100 && n.count == 3);
    assert_true(isnan(end.test.loss) && isnan(end.test.accuracy)); /* no test of these parameters was made */
    train_xor(ctx, whole, data, 3, 0);
    for (int i = 0; i < 2; i++) assert_memory_equal(dp_model_param(stopped, i).data, dp_model_param(whole, i).data, 32);
    dp_model_free(&stopped);
    dp_model_free(&whole);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* Two epochs of plain SGD without shuffling are one epoch and then another. */
static void parameters_can_be_kept(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *twice = model_open(ctx, xor_network, DP_F32), *whole = model_open(ctx, xor_network, DP_F32);
    dp_dataset *data = xor_data(ctx);
    train_xor(ctx, twice, data, 2, 0);
    train_xor(ctx, twice, data, 2, 1);
    train_xor(ctx, whole, data, 4, 0);
    for (int i = 0; i < 2; i++) assert_memory_equal(dp_model_param(twice, i).data, dp_model_param(whole, i).data, 32);
    dp_model_free(&twice);
    dp_model_free(&whole);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* ---- What is refused ---- */

typedef struct bad_data {
    int64_t rows;
    int columns;
    const char *names[4];
    double numbers[12];
    dp_binding bindings[2];
    int binding_count;
    dp_status status;
    const char *words;
} bad_data;

static const bad_data bad[] = {
    {2,
     3,
     {"x1", "x2", "class1"},
     {0, 0, 0, 1, 1, 2},
     {{0}},
     0,
     DP_ERR_RANGE,
     "row 1 (counted from 0) of column class1 holds 2.0, which is none of the 2 classes (0 to 1) of label t"},
    {2,
     3,
     {"x1", "x2", "class1"},
     {0, 0, -1, 1, 1, 0},
     {{0}},
     0,
     DP_ERR_RANGE,
     "row 0 (counted from 0) of column class1 holds -1.0"},
    {2, 3, {"x1", "x2", "class1"}, {0, 0, 0.5, 1, 1, 0}, {{0}}, 0, DP_ERR_RANGE, "holds 0.5"},
    {2, 3, {"x1", "x2", "class1"}, {0, 0, NAN, 1, 1, 0}, {{0}}, 0, DP_ERR_RANGE, "holds nan"},
    {2,
     3,
     {"x1", "x2", "class1"},
     {0, 0, 0, 1, NAN, 0},
     {{0}},
     0,
     DP_ERR_RANGE,
     "row 1 (counted from 0) of column x2 holds nan"},
    {2,
     3,
     {"x1", "x2", "class1"},
     {0, INFINITY, 0, 1, 1, 0},
     {{0}},
     0,
     DP_ERR_RANGE,
     "row 0 (counted from 0) of column x2 holds inf"},
    {3, 1, {"x1"}, {0, 1, 2}, {{0}}, 0, DP_ERR_SHAPE, "input x takes rows of (2,), that is 2 numbers, but column x1"},
    {3, 2, {"x1", "x2"}, {0}, {{0}}, 0, DP_ERR_NAME, "input t finds no column"},
    {3, 3, {"x1", "x2", "k"}, {0}, {{"x", "x1,x3"}}, 1, DP_ERR_NAME, "has no column \"x3\"; it has x1, x2, k"},
    {3, 3, {"x1", "x2", "k"}, {0}, {{"x", "x1,"}}, 1, DP_ERR_NAME, "has no column \"\""},
    {3, 3, {"x1", "x2", "k"}, {0}, {{"x", "x1"}}, 1, DP_ERR_SHAPE, "but column x1 of"},
    {3, 3, {"x1", "x2", "k"}, {0}, {{"x", "x1,x2,k"}}, 1, DP_ERR_SHAPE, "gives 3"},
    {3, 3, {"x1", "x2", "k"}, {0}, {{"x", "x1,x2,k,x1"}}, 1, DP_ERR_SHAPE, "more columns than"},
    {3, 3, {"x1", "x2", "k"}, {0}, {{"z", "k"}}, 1, DP_ERR_NAME, "the model has no input z; it has x, t"},
    {3, 3, {"x1", "x2", "k"}, {0}, {{"t", "k"}, {"t", "x1"}}, 2, DP_ERR_ARG, "input t is bound twice"},
    {0, 3, {"x1", "x2", "k"}, {0}, {{0}}, 0, DP_ERR_RANGE, "no rows"},
};

static void bad_data_is_refused(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    must(ctx, dp_model_init(model, 9));
    float before[8];
    memcpy(before, dp_model_param(model, 0).data, sizeof before);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_dataset *data = table(ctx, bad[i].rows, bad[i].columns, bad[i].names, bad[i].numbers);
        dp_train_config config;
        dp_train_config_init(&config);
        config.bindings = bad[i].bindings;
        config.binding_count = bad[i].binding_count;
        must_fail(ctx, dp_train(model, data, NULL, &config, NULL), bad[i].status, bad[i].words);
        dp_dataset *good = xor_data(ctx); /* as test data, too */
        config.binding_count = 0;
        if (!bad[i].binding_count)
            must_fail(ctx, dp_train(model, good, data, &config, NULL), bad[i].status, bad[i].words);
        assert_memory_equal(before, dp_model_param(model, 0).data, sizeof before);
        dp_dataset_free(&good);
        dp_dataset_free(&data);
    }
    dp_model_free(&model);
    ctx_close(ctx);
}

static void bad_options_are_refused(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = model_open(ctx, xor_network, DP_F32);
    dp_dataset *data = xor_data(ctx);
    dp_train_config good;
    dp_train_config_init(&good);
    dp_train_config config = good;
    config.batch = 0;
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE, "batch has to be at least 1, not 0");
    config = good, config.epochs = 0;
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE, "at least one epoch");
    config = good, config.steps = -1;
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE, "at least one");
    config = good, config.log_every = -1;
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE, "log_every");
    config = good, config.epochs = INT64_MAX, config.batch = 1;
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE, "too many steps");
    config = good, config.optimizer = "lbfgs";
    must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_NAME, "lbfgs");
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* ---- Bindings ---- */

/* A binding counts more than a column of the input's name. */
static void bindings_come_first(void **state)
{
    (void)state;
    static const char *const names[] = {"x", "z"};
    static const double numbers[] = {1, 10, 2, 20};
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = table(ctx, 2, 2, names, numbers);
    dp_model *model = model_open(ctx, telling_network, DP_F64);
    dp_binding z = {"x", "z"};
    dp_test_result result;
    must(ctx, dp_test(model, data, &z, 1, 1, &result));
    assert_true(result.scores.loss == 15);
    must(ctx, dp_test(model, data, NULL, 0, 1, &result));
    assert_true(result.scores.loss == 1.5);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* ---- One-hot labels ---- */

static dp_status one_hot_network(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    (void)user;
    dp_val x = dp_input(g, "x", DP_F64, SHAPE(batch, 2)), t = dp_label(g, "t", DP_F64, SHAPE(batch, 2), 2);
    dp_val y = dp_matmul(g, x, dp_param(g, "W", SHAPE(2, 2), (dp_init){.kind = DP_INIT_NORMAL, .b = 1}));
    *values = (dp_model_values){.loss = dp_softmax_cross_entropy(g, y, t), .output = y, .label = t};
    return dp_graph_status(g);
}

/* A column of classes makes one-hot rows; as many columns as classes are taken as they are. class1 = 1 - class2. */
static void labels_become_one_hot(void **state)
{
    (void)state;
    static const dp_binding from_one[] = {{"t", "class2"}}, from_two[] = {{"t", "class1,class2"}};
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *data = xor_data(ctx);
    double losses[3];
    for (int i = 0; i < 3; i++) {
        dp_model *model = model_open(ctx, one_hot_network, DP_F64);
        dp_train_config config;
        dp_train_config_init(&config);
        config.bindings = i == 0 ? from_one : from_two;
        config.binding_count = i < 2; /* by default the two columns that are left */
        dp_progress end;
        must(ctx, dp_train(model, data, NULL, &config, &end));
        losses[i] = end.loss;
        const dp_binding *used;
        int normalize;
        assert_int_equal(dp_model_bindings(model, &used, &normalize), 2);
        assert_string_equal(used[0].columns, "x1,x2");
        assert_string_equal(used[1].columns, i == 0 ? "class2" : "class1,class2");
        dp_model_free(&model);
    }
    assert_true(losses[0] == losses[1] && losses[1] == losses[2]);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_seen_once_per_epoch),
        cmocka_unit_test(order_comes_from_the_seed),
        cmocka_unit_test(rows_come_when_they_are_due),
        cmocka_unit_test(accuracy_is_counted),
        cmocka_unit_test(tests_see_every_row),
        cmocka_unit_test(a_stopped_run_keeps_what_it_has),
        cmocka_unit_test(parameters_can_be_kept),
        cmocka_unit_test(bad_data_is_refused),
        cmocka_unit_test(bad_options_are_refused),
        cmocka_unit_test(bindings_come_first),
        cmocka_unit_test(labels_become_one_hot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
