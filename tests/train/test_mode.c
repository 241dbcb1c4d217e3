/* Training and evaluation: one model, and a run that says which. */
#include "train_fixture.h"

#include <math.h>

/* The loss is the mean of what dropout leaves of x: no parameter changes it, so that what is seen are the draws. */
static const char text[] = "x = input(200)\nw = param((200, 2), 0.01)\nh = dropout(x, 0.5)\ny = dropout(h) @ w\n"
                           "loss = mean(h)\n";

static dp_ctx *open_ctx(int threads, int naive)
{
    dp_config config;
    dp_config_init(&config);
    config.threads = threads;
    config.naive_plans = naive;
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
    return ctx;
}

static dp_model *open_model(dp_ctx *ctx, uint64_t seed)
{
    dp_model_config config;
    dp_model_config_init(&config);
    config.seed = seed;
    dp_model *model = NULL;
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", &config, &model));
    must(ctx, dp_model_init(model, seed));
    return model;
}

static dp_array *ones(dp_ctx *ctx, int64_t rows)
{
    dp_array *x = NULL;
    must(ctx, dp_array_new(ctx, DP_F32, SHAPE(rows, 200), &x));
    for (int64_t i = 0; i < dp_array_elems(x); i++)
        ((float *)x->data)[i] = 1;
    return x;
}

enum { STEPS = 4, ROWS = 300 };

static void losses_of(int threads, int naive, uint64_t seed, double losses[STEPS])
{
    dp_ctx *ctx = open_ctx(threads, naive);
    dp_model *model = open_model(ctx, seed);
    dp_optimizer *optimizer = NULL;
    dp_array *x = ones(ctx, ROWS);
    must(ctx, dp_optimizer_new(model, "sgd:lr=0.1", &optimizer));
    for (int i = 0; i < STEPS; i++)
        must(ctx, dp_train_step(model, optimizer, (const dp_array *const[]){x}, &losses[i]));
    dp_array_free(&x);
    dp_optimizer_free(&optimizer);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* Each step draws anew; about half is left, each twice as large; seed and step decide, not threads or the plan. */
static void draws(void **state)
{
    (void)state;
    double first[STEPS], again[STEPS], other[STEPS];
    losses_of(1, 0, 3, first);
    losses_of(1, 0, 4, other);
    for (int i = 0; i < STEPS; i++) {
        double spread = 1 / sqrt(ROWS * 200.0); /* of the mean: each element is 0 or 2 */
        assert_true(fabs(first[i] - 1) < 5 * spread);
        assert_true(first[i] != other[i]);
        for (int k = 0; k < i; k++)
            assert_true(first[i] != first[k]);
    }
    for (int threads = 1; threads <= 4; threads *= 2)
        for (int naive = 0; naive < 2; naive++) {
            losses_of(threads, naive, 3, again);
            assert_memory_equal(first, again, sizeof first);
        }
}

/* Prediction drops nothing, before, between and after steps; and steps are counted by the optimiser. */
static void evaluation_drops_nothing(void **state)
{
    (void)state;
    dp_ctx *ctx = open_ctx(2, 0);
    dp_model *model = open_model(ctx, 0);
    dp_optimizer *optimizer = NULL;
    dp_array *x = ones(ctx, 7), *y = NULL;
    const dp_array *inputs[] = {x};
    double loss[2];
    must(ctx, dp_optimizer_new(model, "sgd:lr=0", &optimizer));
    for (int i = 0; i < 2; i++) {
        must(ctx, dp_train_step(model, optimizer, inputs, &loss[i]));
        must(ctx, dp_model_predict(model, inputs, &y));
        for (int64_t k = 0; k < dp_array_elems(y); k++)
            assert_true(fabs(dp_array_get(y, k) - 2) < 1e-5);
        dp_array_free(&y);
    }
    assert_true(loss[0] != loss[1]);
    dp_optimizer_free(&optimizer);
    must(ctx, dp_optimizer_new(model, "sgd:lr=0", &optimizer)); /* counts from 0 again */
    double first;
    must(ctx, dp_train_step(model, optimizer, inputs, &first));
    assert_true(first == loss[0]);
    dp_array_free(&x);
    dp_optimizer_free(&optimizer);
    dp_model_free(&model);
    ctx_close(ctx);
}

/* dp_test sees the whole network; dp_train dropped: its loss is another one in every epoch of the same rows. */
static void a_run(void **state)
{
    (void)state;
    static const char net[] = "x = input(2)\nt = label(2)\nh = dropout(tanh(affine(x, 64)), 0.5)\ny = affine(h, 2)\n"
                              "loss = softmax_cross_entropy(y, t)\n";
    dp_ctx *ctx = open_ctx(2, 0);
    dp_dataset *data = xor_data(ctx);
    dp_model *model = NULL;
    must(ctx, dp_model_from_text(ctx, net, sizeof net - 1, "net.dp", NULL, &model));
    dp_train_config config;
    dp_train_config_init(&config);
    config.optimizer = "sgd:lr=0";
    config.steps = 1;
    dp_progress at;
    dp_test_result result;
    must(ctx, dp_train(model, data, NULL, &config, &at));
    double dropped = at.loss;
    must(ctx, dp_test(model, data, NULL, 0, 1, &result));
    double whole = result.scores.loss;
    assert_true(dropped != whole);
    dp_test_result_free(&result);
    config.steps = 2; /* the mean of two steps */
    must(ctx, dp_train(model, data, NULL, &config, &at));
    assert_true(at.loss != dropped);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

/* Weights and smoothing make targets out of the labels; accuracy is still counted by the labels. */
static void worked_out_targets(void **state)
{
    (void)state;
    static const char net[] = "x = input(2)\nt = label(2)\ny = affine(x, 2, init=zeros)\n"
                              "loss = softmax_cross_entropy(y, t, weight=[1e-6, 1.0], label_smoothing=0.9)\n";
    dp_ctx *ctx = open_ctx(1, 0);
    dp_dataset *data = xor_data(ctx);
    dp_model *model = NULL;
    dp_test_result result;
    must(ctx, dp_model_from_text(ctx, net, sizeof net - 1, "net.dp", NULL, &model));
    must(ctx, dp_test(model, data, NULL, 0, 1, &result)); /* of equal scores the first counts: right for two of four */
    assert_true(result.scores.accuracy == 0.5);
    assert_int_equal(((int64_t *)result.confusion->data)[0], 2);
    dp_test_result_free(&result);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(draws), cmocka_unit_test(evaluation_drops_nothing),
                                       cmocka_unit_test(a_run), cmocka_unit_test(worked_out_targets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
