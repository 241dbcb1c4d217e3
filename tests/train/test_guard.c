/* Where a number that is not finite comes from: the step, the value and its line are named, and nothing is updated with
 * it. */
#include <math.h>

#include "train_fixture.h"

static const char *const names[] = {"x", "t"};

/* Two rows: x = 1 and x = 0, targets 1 and 0. */
static dp_dataset *rows_of(dp_ctx *ctx)
{
    static const double numbers[] = {1, 1, 0, 0};
    return table(ctx, 2, 2, names, numbers);
}

typedef struct guard_case {
    const char *text, *optimizer, *words;
} guard_case;

static dp_status run(dp_ctx *ctx, const guard_case *c, int no_guard, dp_progress *end, double *weight)
{
    dp_dataset *data = rows_of(ctx);
    dp_model *model = NULL;
    dp_model_config settings;
    dp_model_config_init(&settings);
    settings.dtype = DP_F64;
    must(ctx, dp_model_from_text(ctx, c->text, strlen(c->text), "net.dp", &settings, &model));
    dp_train_config config;
    dp_train_config_init(&config);
    config.steps = 5;
    config.batch = 2;
    config.shuffle = 0;
    config.optimizer = c->optimizer;
    config.no_guard = no_guard;
    dp_status status = dp_train(model, data, NULL, &config, end);
    *weight = *(const double *)dp_model_param(model, 0).data;
    dp_model_free(&model);
    dp_dataset_free(&data);
    return status;
}

#define HEAD "x = input(1)\nt = input(1)\n"

static void the_place_is_named(void **state)
{
    (void)state;
    static const guard_case cases[] = {
        /* log(0) in row 1, at once */
        {HEAD "W = param((1, 1), ones)\na = log(x @ W)\nloss = mean((a - t) ** 2)", "sgd",
         "step 1: the loss is no finite number; it begins in log \"a\" of line 4, whose value at [1, 0] is -inf while "
         "all "
         "that it is computed from is finite"},
        /* the loss is finite, its gradient is not: d sqrt(0) */
        {HEAD "W = param((1, 1), ones)\na = x @ W\nd = sqrt(a * a)\nloss = mean(d - t)", "sgd",
         "step 1: the gradient of W is not finite; it begins in "},
        {HEAD "W = param((1, 1), ones)\na = x @ W\nd = sqrt(a * a)\nloss = mean(d - t)", "sgd", "line 5"},
        {HEAD "W = param((1, 1), ones)\na = x @ W\nd = sqrt(a * a)\nloss = mean(d - t)", "sgd:clip_norm=1",
         "step 1: the gradient of W is not finite"},
        /* the first update is too large: W = -inf, which the second step meets */
        {HEAD "W = param((1, 1), ones)\nloss = sum(x @ W * 1e300)", "sgd:lr=1e300",
         "step 2: the loss is no finite number; it begins in param \"W\" of line 3, whose value at [0, 0] is -inf"},
        /* an infinity that leads nowhere is not named */
        {HEAD "W = param((1, 1), ones)\nmask = log(x * 0)\nd = exp(mask) + x @ W\na = log(d - 1)\nloss = mean(a - t)",
         "sgd", "it begins in log \"a\" of line 6"},
    };
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dp_progress end;
        double weight;
        must_fail(ctx, run(ctx, &cases[i], 0, &end, &weight), DP_ERR_RANGE, cases[i].words);
        if (i < 4) assert_true(weight == 1); /* nothing was updated */
    }
    ctx_close(ctx);
}

static void without_the_guard_it_goes_on(void **state)
{
    (void)state;
    static const guard_case c = {HEAD "W = param((1, 1), ones)\na = log(x @ W)\nloss = mean((a - t) ** 2)", "sgd", ""};
    dp_ctx *ctx = ctx_open(1);
    dp_progress end;
    double weight;
    must(ctx, run(ctx, &c, 1, &end, &weight));
    assert_true(end.step == 5 && !isfinite(end.loss) && !isfinite(weight));
    ctx_close(ctx);
}

/* Several chunks of the update: only the gradient of one number of the last parameter is not finite. */
static void one_number_of_many_is_found(void **state)
{
    (void)state;
    static const char text[] = HEAD "A = param(20000, ones)\nB = param(20000, ones)\nC = param(3, ones)\n"
                                    "s = sqrt(C * [1, 0, 1])\nloss = mean(x - t) + sum(A) + sum(B) + sum(s)";
    for (int threads = 1; threads <= 4; threads += 3) {
        dp_ctx *ctx = ctx_open(threads);
        dp_dataset *data = rows_of(ctx);
        dp_model *model = NULL;
        must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model));
        dp_train_config config;
        dp_train_config_init(&config);
        must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_RANGE,
                  "step 1: the gradient of C is not finite; it begins in ");
        must_fail(ctx, DP_ERR_RANGE, DP_ERR_RANGE, "\"s\" of line 6");
        dp_model_free(&model);
        dp_dataset_free(&data);
        ctx_close(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_is_named),
        cmocka_unit_test(without_the_guard_it_goes_on),
        cmocka_unit_test(one_number_of_many_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
