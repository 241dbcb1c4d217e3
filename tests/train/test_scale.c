/* Standardised inputs: learned in training, kept with the model, used without being told again. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "train_fixture.h"

#include "support/scratch.h"

static const char text[] =
    "x = input(3)\nt = label(2)\ny = affine(x, 2, std=0.1)\nloss = softmax_cross_entropy(y, t)\n";

enum { ROWS = 6 };
/* Lengths and weights in units that do not go together; c is always the same. */
static const double numbers[ROWS * 4] = {1500, 0.02, 7, 0, 1600, 0.05, 7, 1, 1450, 0.01, 7, 0,
                                         1700, 0.04, 7, 1, 1550, 0.03, 7, 0, 1650, 0.09, 7, 1};
static const char *const names[] = {"a", "b", "c", "t"};

static dp_model *new_model(dp_ctx *ctx)
{
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = DP_F64;
    dp_model *model = NULL;
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", &config, &model));
    return model;
}

/* What is to come out, written out: the mean, and the root of the mean square of what is off it. */
static void standardize_by_hand(double out[ROWS * 4])
{
    memcpy(out, numbers, sizeof numbers);
    for (int c = 0; c < 3; c++) {
        double mean = 0, square = 0;
        for (int r = 0; r < ROWS; r++)
            mean += numbers[4 * r + c];
        mean /= ROWS;
        for (int r = 0; r < ROWS; r++)
            square += (numbers[4 * r + c] - mean) * (numbers[4 * r + c] - mean);
        for (int r = 0; r < ROWS; r++)
            out[4 * r + c] = (numbers[4 * r + c] - mean) / (c == 2 ? 1 : sqrt(square / ROWS));
    }
}

static dp_train_config config_for(const char *standardize, const char *dir)
{
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 20;
    config.batch = 4;
    config.optimizer = "sgd:lr=0.5";
    config.standardize = standardize;
    config.out_dir = dir;
    return config;
}

/* Trained on numbers that were standardised by hand, the weights are the same to the last bit. */
static void training_sees_standardised_rows(void **state)
{
    (void)state;
    double by_hand[ROWS * 4];
    standardize_by_hand(by_hand);
    dp_ctx *ctx = ctx_open(2);
    dp_dataset *raw = table(ctx, ROWS, 4, names, numbers), *made = table(ctx, ROWS, 4, names, by_hand);
    dp_model *model = new_model(ctx), *same = new_model(ctx);
    dp_train_config config = config_for("x", NULL), plain = config_for(NULL, NULL);
    dp_progress end, plain_end;
    must(ctx, dp_train(model, raw, raw, &config, &end));
    must(ctx, dp_train(same, made, made, &plain, &plain_end));
    assert_true(end.test.loss == plain_end.test.loss && end.loss == plain_end.loss);
    assert_true(end.test.accuracy == 1);
    for (int p = 0; p < dp_model_param_count(model); p++) {
        dp_array a = dp_model_param(model, p), b = dp_model_param(same, p);
        assert_memory_equal(a.data, b.data, dp_array_bytes(&a));
    }
    /* The rows as an array, for those who feed the model by hand. */
    dp_array *x = NULL;
    must(ctx, dp_array_new(ctx, DP_F64, SHAPE(2, 3), &x));
    for (int i = 0; i < 6; i++)
        ((double *)x->data)[i] = numbers[4 * (i / 3) + i % 3];
    must(ctx, dp_model_standardize(model, "x", x));
    for (int i = 0; i < 6; i++)
        assert_true(dp_array_get(x, i) == by_hand[4 * (i / 3) + i % 3]);
    must(ctx, dp_model_standardize(same, "x", x)); /* was trained without */
    assert_true(dp_array_get(x, 5) == by_hand[6]);
    must_fail(ctx, dp_model_standardize(model, "z", x), DP_ERR_NAME, "the model has no input z");
    x->shape = SHAPE(3, 2);
    must_fail(ctx, dp_model_standardize(model, "x", x), DP_ERR_SHAPE,
              "rows of input x have 3 numbers, and this is (3, 2)");
    dp_array_free(&x);
    dp_model_free(&model);
    dp_model_free(&same);
    dp_dataset_free(&raw);
    dp_dataset_free(&made);
    ctx_close(ctx);
}

/* The test part is seen with the mean of the training part, not with its own. */
static void tests_use_what_was_learned(void **state)
{
    (void)state;
    double by_hand[ROWS * 4];
    standardize_by_hand(by_hand);
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *raw = table(ctx, ROWS, 4, names, numbers), *one = table(ctx, 1, 4, names, numbers + 4);
    dp_dataset *made = table(ctx, 1, 4, names, by_hand + 4);
    dp_model *model = new_model(ctx), *same = new_model(ctx);
    dp_train_config config = config_for("x", scratch_path("run"));
    dp_test_result a = {0}, b = {0};
    dp_prediction said = {0}, wanted = {0};
    must(ctx, dp_train(model, raw, NULL, &config, NULL));
    for (int p = 0; p < dp_model_param_count(model); p++) {
        dp_array from = dp_model_param(model, p), to = dp_model_param(same, p);
        memcpy(to.data, from.data, dp_array_bytes(&to));
    }
#if DENPA_HAVE_JSON
    dp_model_free(&model);
    must(ctx, dp_run_open(ctx, scratch_path("run"), &model));
#endif
    must(ctx, dp_test(model, one, NULL, 0, 1, &a));
    must(ctx, dp_test(same, made, NULL, 0, 1, &b));
    assert_true(a.scores.loss == b.scores.loss);
    must(ctx, dp_predict_rows(model, one, NULL, 0, 1, &(int64_t){0}, 1, &said));
    must(ctx, dp_predict_rows(same, made, NULL, 0, 1, &(int64_t){0}, 1, &wanted));
    assert_memory_equal(said.output->data, wanted.output->data, dp_array_bytes(said.output));
    dp_prediction_free(&said);
    dp_prediction_free(&wanted);
    dp_test_result_free(&a);
    dp_test_result_free(&b);
    dp_model_free(&model);
    dp_model_free(&same);
    dp_dataset_free(&raw);
    dp_dataset_free(&one);
    dp_dataset_free(&made);
    ctx_close(ctx);
}

static void refuses_what_is_no_input(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *raw = table(ctx, ROWS, 4, names, numbers);
    dp_model *model = new_model(ctx);
    static const struct {
        const char *names;
        dp_status status;
        const char *words;
    } bad[] = {{"y", DP_ERR_NAME, "standardize: the model has no input y; the first is x"},
               {"x,t", DP_ERR_DTYPE, "standardize: t is a label"},
               {"x,x", DP_ERR_ARG, "standardize: x is given twice"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_train_config config = config_for(bad[i].names, NULL);
        must_fail(ctx, dp_train(model, raw, NULL, &config, NULL), bad[i].status, bad[i].words);
    }
    dp_model_free(&model);
    dp_dataset_free(&raw);
    ctx_close(ctx);
}

#if DENPA_HAVE_JSON
/* config.json may have been written by anyone. */
static void refuses_numbers_that_are_none(void **state)
{
    (void)state;
    static const char *const bad[] = {"0 1 0 1 0",    "0 1 0 1 0 0",   "0 1 0 1 0 -1", "0 1 0 1 0 nan",
                                      "0 1 0 1 x 1",  "0 1 0 1 0 1 2", "0 1 0 1  0 1", "",
                                      "0 1 0 1 inf 1"};
    char config_path[SCRATCH_PATH_BYTES];
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *raw = table(ctx, ROWS, 4, names, numbers);
    dp_model *model = new_model(ctx), *none = NULL;
    dp_train_config config = config_for("x", scratch_path("bad"));
    must(ctx, dp_train(model, raw, NULL, &config, NULL));
    dp_array *file = NULL;
    snprintf(config_path, sizeof config_path, "%s/config.json", scratch_path("bad"));
    must(ctx, dp_file_read(ctx, config_path, 0, &file));
    char *begin = strstr(file->data, "standardize:"), *end = strchr(begin, '"');
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char changed[4096];
        int count = snprintf(changed, sizeof changed, "%.*sstandardize:%s%s", (int)(begin - (char *)file->data),
                             (char *)file->data, bad[i], end);
        must(ctx, dp_file_write(ctx, config_path, changed, (size_t)count));
        must_fail(ctx, dp_run_open(ctx, scratch_path("bad"), &none), DP_ERR_FORMAT,
                  "\"encoding\": input x is to have 3 means and deviations");
        assert_null(none);
    }
    dp_array_free(&file);
    dp_model_free(&model);
    dp_dataset_free(&raw);
    ctx_close(ctx);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_sees_standardised_rows),
        cmocka_unit_test(tests_use_what_was_learned),
        cmocka_unit_test(refuses_what_is_no_input),
#if DENPA_HAVE_JSON
        cmocka_unit_test(refuses_numbers_that_are_none),
#endif
    };
    return cmocka_run_group_tests_name("train/scale", tests, scratch_setup, scratch_teardown);
}
