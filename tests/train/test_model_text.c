/* Models from formula text: what is minimised, predicted and held against the label; settings; errors. */
#include <math.h>

#include "train_fixture.h"

#include "support/scratch.h"

static dp_status open_text(dp_ctx *ctx, const char *text, const dp_model_config *config, dp_model **out)
{
    return dp_model_from_text(ctx, text, strlen(text), "net.dp", config, out);
}

/* The columns of a prediction for one row of two numbers tell which value was taken for the output. */
static int64_t output_columns(dp_ctx *ctx, dp_model *model)
{
    float row[2] = {1, 2};
    dp_array x = {.dtype = DP_F32, .shape = SHAPE(1, 2), .data = row}, *y = NULL;
    const dp_array *inputs[] = {&x, NULL};
    must(ctx, dp_model_predict(model, inputs, &y));
    int64_t columns = y->shape.dims[1];
    dp_array_free(&y);
    return columns;
}

typedef struct found_case {
    const char *text, *loss, *output;
    int64_t columns, classes;
} found_case;

static const found_case found[] = {
    /* what softmax_cross_entropy is given, whatever it is called */
    {"x = input(2); t = label(3); z = affine(x, 3); y = affine(x, 5); loss = softmax_cross_entropy(z, t)", NULL, NULL,
     3, 3},
    /* also behind other terms of the loss */
    {"x = input(2); t = label(3); z = affine(x, 3); loss = 2 * softmax_cross_entropy(z, t) + 0.1 * sum(square(z.W))",
     NULL, NULL, 3, 3},
    /* but not one that the loss does not depend on */
    {"x = input(2); t = label(3); z = affine(x, 3); y = affine(x, 5); aside = softmax_cross_entropy(z, t); loss = "
     "mean(y)",
     NULL, NULL, 5, 0},
    /* another name for both */
    {"x = input(2); t = label(3); z = affine(x, 3); p = softmax(z); cost = softmax_cross_entropy(z, t)", "cost", "p", 3,
     3},
    /* without softmax_cross_entropy: y, and the label with as many classes */
    {"x = input(2); t = label(4); y = softmax(affine(x, 4)); loss = cross_entropy(y, t)", NULL, NULL, 4, 4},
    /* a regression has no classes */
    {"x = input(2); t = input(1); y = affine(x, 1); loss = mean_squared_error(y, t)", NULL, NULL, 1, 0},
    /* one-hot labels */
    {"x = input(2); t = label(3, one_hot=True); y = affine(x, 3); loss = softmax_cross_entropy(y, t)", NULL, NULL, 3,
     3},
};

static void parts_are_found(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        dp_model_config config;
        dp_model_config_init(&config);
        config.loss = found[i].loss;
        config.output = found[i].output;
        dp_model *model = NULL;
        must(ctx, open_text(ctx, found[i].text, &config, &model));
        must(ctx, dp_model_init(model, 0));
        assert_int_equal(output_columns(ctx, model), found[i].columns);
        assert_string_equal(dp_model_text(model), found[i].text);

        static const char *const names[] = {"x1", "x2", "k"};
        static const double numbers[] = {1, 2, 0, 3, 4, 1};
        dp_dataset *data = table(ctx, 2, 3, names, numbers);
        dp_test_result result;
        must(ctx, dp_test(model, data, NULL, 0, 1, &result));
        assert_int_equal(result.classes, found[i].classes);
        assert_int_equal(result.confusion != NULL, found[i].classes > 0);
        assert_int_equal(isnan(result.scores.accuracy), found[i].classes == 0);
        dp_test_result_free(&result);
        dp_dataset_free(&data);
        dp_model_free(&model);
    }
    ctx_close(ctx);
}

static void settings_replace(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    char name[] = "hidden", expression[] = "7";
    dp_setting setting = {name, expression};
    dp_model_config config;
    dp_model_config_init(&config);
    config.settings = &setting;
    config.setting_count = 1;
    dp_model *model = NULL;
    must(ctx, open_text(ctx, "hidden = 3; x = input(2); h = affine(x, hidden); loss = mean(h)", &config, &model));
    memset(name, '!', sizeof name - 1); /* the model has its own copies */
    memset(expression, '!', sizeof expression - 1);
    must(ctx, dp_model_init(model, 0));
    assert_true(dp_shape_equal(dp_model_param(model, dp_model_param_find(model, "h.W")).shape, SHAPE(2, 7)));
    dp_model_free(&model);
    ctx_close(ctx);
}

typedef struct bad_case {
    const char *text, *loss, *output;
    dp_status status;
    const char *words;
} bad_case;

static const bad_case bad[] = {
    {"x = input(2); y = affine(x, 1); cost = mean(y)", NULL, NULL, DP_ERR_NAME,
     "no value named \"loss\" for the loss; there are: x, y"},
    {"x = input(2); loss = mean(x)", "cost", NULL, DP_ERR_NAME, "no value named \"cost\""},
    {"x = input(2); loss = mean(x)", NULL, "p", DP_ERR_NAME, "no value named \"p\" for the output"},
    {"x = input(2); loss = x * 2", NULL, NULL, DP_ERR_SHAPE, "the loss loss has to be one number, but is (2, 2)"},
    {"x = input(2); loss = argmax(x)", NULL, NULL, DP_ERR_DTYPE, "int64"},
    {"x = input(2) loss = mean(x)", NULL, NULL, DP_ERR_SYNTAX, "net.dp:1"},
    {"x = input(2); W = param((3, 1), zeros); loss = mean(x @ W)", NULL, NULL, DP_ERR_SHAPE, "matmul"},
};

static void errors_say_where(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_model_config config;
        dp_model_config_init(&config);
        config.loss = bad[i].loss;
        config.output = bad[i].output;
        must_fail(ctx, open_text(ctx, bad[i].text, &config, &model), bad[i].status, bad[i].words);
        assert_null(model);
    }
    must_fail(ctx, dp_model_open(ctx, scratch_path("absent.dp"), NULL, &model), DP_ERR_IO, "absent.dp");
    must_fail(ctx, dp_model_open(ctx, scratch_path(""), NULL, &model), DP_ERR_IO, "");
    /* without an output a model can be trained, but not asked */
    must(ctx, open_text(ctx, "x = input(2); W = param((2, 1), zeros); loss = mean(x @ W)", NULL, &model));
    float row[2] = {1, 2};
    dp_array x = {.dtype = DP_F32, .shape = SHAPE(1, 2), .data = row}, *y = NULL;
    must_fail(ctx, dp_model_predict(model, (const dp_array *[]){&x}, &y), DP_ERR_NAME, "which value is the prediction");
    dp_model_free(&model);
    ctx_close(ctx);
}

/* The first values may be any expression that needs no data. */
static void parameters_may_begin_as_expressions(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = NULL;
    must(ctx,
         open_text(
             ctx,
             "x = input(2); W = param((2, 2), [[1, 2], [3, 4]] * 0.5); b = param(2, arange(2)); loss = mean(x @ W + b)",
             NULL, &model));
    must(ctx, dp_model_init(model, 0));
    const float *w = dp_model_param(model, 0).data, *b = dp_model_param(model, 1).data;
    for (int k = 0; k < 4; k++) assert_true(w[k] == 0.5F * (float)(k + 1));
    assert_true(b[0] == 0 && b[1] == 1);
    dp_model_free(&model);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_found),
        cmocka_unit_test(settings_replace),
        cmocka_unit_test(errors_say_where),
        cmocka_unit_test(parameters_may_begin_as_expressions),
    };
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}
