/* Scores against numbers worked out by hand. */
#include <math.h>

#include "train_fixture.h"

/* y = x as it is: the scores are the data. */
static const char classes_text[] =
    "x = input(4)\nt = label(4)\nw = param(1, zeros)\ny = x + w\nloss = softmax_cross_entropy(y, t)\n";

static void near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 8 * 0x1p-53 * fabs(wanted))) fail_msg("%.17g is not %.17g", value, wanted);
}

/* Six rows of four classes, of which class 3 never occurs and is never said.
 *   true   0 0 0 1 1 2
 *   said   0 0 1 1 0 0      (row 5: class 2 has the third largest score, equal to that of class 1 before it)
 * class 0: 2 right of 4 said and 3 true; class 1: 1 of 2 and 2; class 2: 0 of 0 and 1. */
static void classes_by_hand(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "t"};
    static const double numbers[] = {9, 1, 2, 0, 0, 9, 1, 2, 0, 0, 5, 9, 2, 0, 0, /* */
                                     1, 9, 2, 0, 1, 9, 3, 4, 0, 1, 9, 3, 3, 0, 2};
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    dp_dataset *data = table(ctx, 6, 5, names, numbers);
    must(ctx, dp_model_from_text(ctx, classes_text, sizeof classes_text - 1, "net.dp", NULL, &model));
    dp_test_result result;
    must(ctx, dp_test(model, data, NULL, 0, 1, &result));
    static const int64_t confusion[] = {2, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}, ranks[] = {3, 1, 2, 0};
    assert_memory_equal(result.confusion->data, confusion, sizeof confusion);
    assert_memory_equal(result.ranks->data, ranks, sizeof ranks);
    const double *of = result.by_class->data;
    near(of[0], 2 / 4.0), near(of[1], 2 / 3.0), near(of[2], 4 / 7.0);
    near(of[3], 1 / 2.0), near(of[4], 1 / 2.0), near(of[5], 1 / 2.0);
    for (int i = 6; i < 12; i++) assert_true(of[i] == 0);
    near(result.scores.accuracy, 3 / 6.0);
    near(result.scores.precision, (0.5 + 0.5 + 0) / 3); /* class 3 is left out */
    near(result.scores.recall, (2 / 3.0 + 0.5 + 0) / 3);
    near(result.scores.f1, (4 / 7.0 + 0.5 + 0) / 3);
    assert_true(result.scores.top_k == 1); /* of five: all four */
    near(dp_test_top_k(&result, 1), 3 / 6.0);
    near(dp_test_top_k(&result, 2), 4 / 6.0);
    near(dp_test_top_k(&result, 3), 1);
    assert_true(isnan(result.scores.mse) && isnan(result.scores.r2));
    dp_test_result_free(&result);
    assert_null(result.confusion);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Two numbers a row; the second target is always 4, and missed once. */
static void regression_by_hand(void **state)
{
    (void)state;
    static const char text[] = "x = input(2)\nt = input(2)\nw = param(2, zeros)\ny = x + w\nloss = mean(abs(y - t))\n";
    static const char *const names[] = {"a", "b", "c", "d"};
    /* output, target: missed by 1, 0, -2, 0 and 0, 0, 0, 3. Targets 1, 2, 3, 6: mean 3, squares 14. */
    static const double numbers[] = {2, 4, 1, 4, 2, 4, 2, 4, 1, 4, 3, 4, 6, 7, 6, 4};
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    dp_dataset *data = table(ctx, 4, 4, names, numbers);
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = DP_F64;
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", &config, &model));
    dp_test_result result;
    must(ctx, dp_test(model, data, NULL, 0, 1, &result));
    near(result.scores.mse, (1 + 4 + 9) / 8.0);
    near(result.scores.r2, ((1 - 5 / 14.0) + 0) / 2);
    assert_true(isnan(result.scores.accuracy) && isnan(result.scores.f1) && isnan(dp_test_top_k(&result, 1)));
    assert_true(!result.confusion && !result.ranks && !result.by_class && result.classes == 0);
    dp_test_result_free(&result);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* R2 does not drown in the mean: targets of 1e9 with a spread of 1, over several batches. */
static void a_large_mean_does_not_matter(void **state)
{
    (void)state;
    static const char text[] = "x = input(1)\nt = input(1)\nw = param(1, zeros)\ny = x + w\nloss = mean(abs(y - t))\n";
    static const char *const names[] = {"x", "t"};
    enum { ROWS = 2400 };
    static double numbers[2 * ROWS];
    for (int i = 0; i < ROWS; i++) {
        numbers[2 * i + 1] = 1e9 + (i % 2 ? 1 : -1);
        numbers[2 * i] = numbers[2 * i + 1] + (i % 4 < 2 ? 0.5 : -0.5);
    }
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    dp_dataset *data = table(ctx, ROWS, 2, names, numbers);
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = DP_F64;
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", &config, &model));
    dp_test_result result;
    must(ctx, dp_test(model, data, NULL, 0, 1, &result));
    assert_true(result.scores.mse == 0.25);
    assert_true(fabs(result.scores.r2 - 0.75) < 1e-6); /* the mean is kept to 1e-7 of the spread */
    dp_test_result_free(&result);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Scores that are NaN: such a row's class is behind all others. */
static void nan_scores_come_last(void **state)
{
    (void)state;
    static const char *const names[] = {"a", "b", "c", "d", "t"};
    static const double numbers[] = {0, 1, 2, 3, 1};
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    dp_dataset *data = table(ctx, 1, 5, names, numbers);
    static const char text[] = "x = input(4)\nt = label(4)\nw = param(1, zeros)\ny = x + w + log(w) * [0, 1, 0, 0]\n"
                               "loss = softmax_cross_entropy(y, t)\n"; /* -inf * 0: NaN but for class 1 */
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model));
    dp_test_result result;
    must(ctx, dp_test(model, data, NULL, 0, 1, &result));
    static const int64_t ranks[] = {1, 0, 0, 0};
    assert_memory_equal(result.ranks->data, ranks, sizeof ranks); /* -inf is before NaN */
    dp_test_result_free(&result);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Two rows of two places with three classes. The probability of the true class is 1/2, 1/4, 1/2, 1/4: 1.5 bits on average. Said is the
 * class of probability 1/2:
 *   true   0 1 / 2 0
 *   said   0 0 / 2 2 */
static dp_dataset *places_data(dp_ctx *ctx)
{
    static const double shares[] = {0.5, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.25, 0.5, 0.25, 0.25, 0.5};
    static const int64_t labels[] = {0, 1, 2, 0};
    dp_array *arrays[2];
    dp_dataset *data = NULL;
    must(ctx, dp_array_new(ctx, DP_F64, SHAPE(2, 2, 3), &arrays[0]));
    must(ctx, dp_array_new(ctx, DP_I64, SHAPE(2, 2), &arrays[1]));
    for (int i = 0; i < 12; i++) ((double *)arrays[0]->data)[i] = log(shares[i]);
    memcpy(arrays[1]->data, labels, sizeof labels);
    must(ctx, dp_dataset_new(ctx, 2, (const char *const[]){"x", "t"}, arrays, &data));
    return data;
}

static const char places_text[] =
    "x = input((2, 3))\nt = label(3, shape=2)\nw = param(1, zeros)\ny = x + w\nloss = softmax_cross_entropy(y, t)\n";

static dp_model *places_model(dp_ctx *ctx)
{
    dp_model *model = NULL;
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = DP_F64;
    must(ctx, dp_model_from_text(ctx, places_text, sizeof places_text - 1, "net.dp", &config, &model));
    return model;
}

static void labels_at_places(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = places_model(ctx);
    dp_dataset *data = places_data(ctx);
    dp_test_result result;
    must(ctx, dp_test(model, data, NULL, 0, 1, &result));
    static const int64_t confusion[] = {1, 0, 1, 1, 0, 0, 0, 0, 1}, ranks[] = {2, 2, 0};
    assert_memory_equal(result.confusion->data, confusion, sizeof confusion);
    assert_memory_equal(result.ranks->data, ranks, sizeof ranks);
    assert_int_equal(result.rows, 2);
    near(result.scores.accuracy, 2 / 4.0);
    near(result.scores.perplexity, exp2(1.5));
    near(dp_test_top_k(&result, 1), 2 / 4.0);
    near(dp_test_top_k(&result, 2), 1);
    dp_test_result_free(&result);

    dp_prediction said;
    must(ctx, dp_predict_rows(model, data, NULL, 0, 1, (const int64_t[]){1, 0}, 2, &said));
    static const int64_t classes[] = {2, 2, 0, 0}, labels[] = {2, 0, 0, 1};
    assert_true(dp_shape_equal(said.classes->shape, SHAPE(2, 2)) && dp_shape_equal(said.labels->shape, SHAPE(2, 2)));
    assert_true(dp_shape_equal(said.probabilities->shape, SHAPE(2, 2, 3)));
    assert_memory_equal(said.classes->data, classes, sizeof classes);
    assert_memory_equal(said.labels->data, labels, sizeof labels);
    near(dp_array_get(said.probabilities, 2), 0.5), near(dp_array_get(said.probabilities, 6), 0.5);
    dp_prediction_free(&said);
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* The rows kept back have no one class to be drawn by; the accuracy of the log counts places, too. */
static void places_in_training(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = places_model(ctx);
    dp_dataset *data = places_data(ctx);
    dp_progress end;
    dp_train_config config;
    dp_train_config_init(&config);
    config.optimizer = "sgd:lr=0";
    must(ctx, dp_train(model, data, NULL, &config, &end));
    near(end.train_accuracy, 2 / 4.0);
    config.validation = 0.5;
    must(ctx, dp_train(model, data, NULL, &config, &end));
    near(end.train_accuracy, 1 / 2.0);
    near(end.validation.accuracy, 1 / 2.0);
    near(end.validation.perplexity, exp2(1.5));
    dp_dataset_free(&data);
    dp_model_free(&model);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_by_hand),
        cmocka_unit_test(regression_by_hand),
        cmocka_unit_test(a_large_mean_does_not_matter),
        cmocka_unit_test(nan_scores_come_last),
        cmocka_unit_test(labels_at_places),
        cmocka_unit_test(places_in_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
