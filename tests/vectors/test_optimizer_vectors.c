/* Training against PyTorch: the paths of the optimisers, the losses of a small net, and a replay of PyTorch's own first weights.
 *
 * What is allowed
 *   optimisers    1e-10 of the largest parameter of the array, in f64 after up to 100 steps
 *   ten losses    f64 1e-12; f32 64 u (k + 1) scale_k with u = 2^-24: step k has rounded k times what one step rounds once, and
 *                 scale_k says how far that moves loss k (tools/gen_vectors.py)
 *   replay        the float32 bits of the weights; 1e-6 for the 50 losses of the XOR net (D-N08's bound)
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/model.h>
#include <denpa/ops.h>
#include <denpa/train.h>

#include "support/plan_ctx.h"
#include "support/vector_file.h"

#define MAX_INPUTS 4

static dp_ctx *ctx; /* of the test that runs */

static int set_up(void **state)
{
    (void)state;
    return plan_ctx_new(0, 0, &ctx) != DP_OK;
}

static int set_up_naive(void **state)
{
    (void)state;
    return plan_ctx_new(0, 1, &ctx) != DP_OK;
}

static int take_down(void **state)
{
    (void)state;
    dp_ctx_free(&ctx);
    return 0;
}

#define assert_ok(call)                          \
    do {                                         \
        if ((call) != DP_OK)                     \
            fail_msg("%s", dp_ctx_message(ctx)); \
    } while (0)

/* Gives the parameters of the model their first numbers. */
static void set_params(dp_model *model, const vector_case *c)
{
    for (int i = 0; i < dp_model_param_count(model); i++) {
        dp_array param = dp_model_param(model, i);
        dp_array *first = vector_array(ctx, vector_find(c, "input", dp_model_param_name(model, i)), param.dtype);
        assert_true(dp_shape_equal(param.shape, first->shape));
        memcpy(param.data, first->data, dp_array_bytes(first));
        dp_array_free(&first);
    }
}

/* The inputs of the model, from the case's records. */
static void get_inputs(const dp_model *model, const vector_case *c, dp_array **inputs)
{
    assert_true(dp_model_input_count(model) <= MAX_INPUTS);
    for (int i = 0; i < dp_model_input_count(model); i++) {
        dp_model_input input = dp_model_get_input(model, i);
        inputs[i] = vector_array(ctx, vector_find(c, "input", input.name), input.dtype);
    }
}

static void free_inputs(dp_array **inputs)
{
    for (int i = 0; i < MAX_INPUTS; i++)
        dp_array_free(&inputs[i]);
}

static double step(dp_model *model, dp_optimizer *optimizer, dp_array *const *inputs)
{
    double loss = NAN;
    assert_ok(dp_train_step(model, optimizer, (const dp_array *const *)inputs, &loss));
    return loss;
}

/* ---- Optimisers ---- */

/* loss = mean((tanh(x @ A) @ V * B - t)**2), A [3, 2] and B [4] parameters, V [2, 4] fixed. */
static dp_status build_function(void *user, dp_graph *g, int64_t batch, dp_model_values *values)
{
    const vector_case *c = user;
    dp_array *fixed = vector_array(dp_graph_ctx(g), vector_find(c, "input", "V"), DP_F64);
    dp_val x = dp_input(g, "x", DP_F64, dp_shape_of(2, (int64_t[]){batch, 3}));
    dp_val t = dp_input(g, "t", DP_F64, dp_shape_of(2, (int64_t[]){batch, 4}));
    dp_val a = dp_param(g, "A", dp_shape_of(2, (int64_t[]){3, 2}), (dp_init){.kind = DP_INIT_CONSTANT});
    dp_val b = dp_param(g, "B", dp_shape_of(1, (int64_t[]){4}), (dp_init){.kind = DP_INIT_CONSTANT});
    dp_val v = dp_const_take(g, &fixed);
    values->output = dp_mul(g, dp_matmul(g, dp_tanh(g, dp_matmul(g, x, a)), v), b);
    values->loss = dp_mean_squared_error(g, values->output, t);
    values->label = DP_VAL_NONE;
    return dp_graph_status(g);
}

static int compare_params(const dp_model *model, const vector_case *c, int steps)
{
    char key[32];
    int wrong = 0;
    snprintf(key, sizeof key, "after_%d", steps);
    for (int i = 0; i < dp_model_param_count(model); i++) {
        const vector_record *theirs = vector_find(c, key, dp_model_param_name(model, i));
        dp_array ours = dp_model_param(model, i);
        double largest = 0;
        for (int64_t j = 0; j < theirs->count; j++)
            largest = fmax(largest, fabs(theirs->values[j]));
        for (int64_t j = 0; j < theirs->count; j++) {
            double got = dp_array_get(&ours, j);
            if (fabs(got - theirs->values[j]) <= 1e-10 * largest)
                continue;
            print_error("%s after %d steps: %s[%d] is %.17g, PyTorch has %.17g\n", c->name, steps, theirs->name, (int)j,
                        got, theirs->values[j]);
            wrong++;
        }
    }
    return wrong;
}

/* "adam:lr=0.02 | onecycle": the optimiser, and the schedule or NULL. */
static void make_optimizer(dp_model *model, const vector_case *c, dp_optimizer **optimizer, dp_schedule **schedule)
{
    char text[256];
    const char *bar = strstr(c->name, " | ");
    snprintf(text, sizeof text, "%.*s", bar ? (int)(bar - c->name) : 255, c->name);
    assert_ok(dp_optimizer_new(model, text, optimizer));
    if (bar)
        assert_ok(dp_schedule_new(*optimizer, bar + 3, 100, 20, schedule));
}

/* The rate of step k (from 1), which may differ from theirs by the rounding of up to 100 factors. */
static int compare_rate(const dp_optimizer *optimizer, const vector_case *c, int k)
{
    const vector_record *rates = vector_find(c, "rates", "group0");
    if (!rates || fabs(dp_optimizer_lr(optimizer, 0) - rates->values[k - 1]) <= 1e-13 * rates->values[0])
        return 0;
    print_error("%s: the rate of step %d is %.17g, PyTorch has %.17g\n", c->name, k, dp_optimizer_lr(optimizer, 0),
                rates->values[k - 1]);
    return 1;
}

static int run_optimizer(const vector_case *function, const vector_case *c)
{
    dp_model_config config;
    dp_model *model = NULL;
    dp_optimizer *optimizer = NULL;
    dp_schedule *schedule = NULL;
    dp_array *inputs[MAX_INPUTS] = {0};
    int wrong = 0;
    dp_model_config_init(&config);
    config.dtype = DP_F64;
    assert_ok(dp_model_from_function(ctx, build_function, (void *)function, &config, &model));
    assert_ok(dp_model_init(model, 0));
    set_params(model, function);
    get_inputs(model, function, inputs);
    make_optimizer(model, c, &optimizer, &schedule);
    for (int k = 1; k <= 100; k++) {
        wrong += compare_rate(optimizer, c, k);
        double loss = step(model, optimizer, inputs);
        if (schedule)
            dp_schedule_step(schedule);
        if (schedule && k % 5 == 0)
            dp_schedule_epoch(schedule, loss);
        if (k % 10 == 0)
            wrong += compare_params(model, c, k);
    }
    free_inputs(inputs);
    dp_schedule_free(&schedule);
    dp_optimizer_free(&optimizer);
    dp_model_free(&model);
    return wrong;
}

static void test_optimizers(void **state)
{
    vector_file file;
    int wrong = 0;
    (void)state;
    vector_file_read("train_optimizers", &file);
    const vector_case *function = vector_find_case(&file, "function");
    for (int i = 0; i < file.count; i++)
        if (&file.cases[i] != function)
            wrong += run_optimizer(function, &file.cases[i]);
    vector_file_free(&file);
    assert_int_equal(wrong, 0);
}

/* ---- Losses of nets from formula text ---- */

static dp_model *open_model(const vector_case *c, dp_dtype dtype)
{
    dp_model_config config;
    dp_model *model = NULL;
    dp_model_config_init(&config);
    config.dtype = dtype;
    assert_ok(dp_model_from_text(ctx, c->text, strlen(c->text), c->name, &config, &model));
    return model;
}

/* Takes a step for each loss of the record. Allowed for loss k: flat + per_scale (k + 1) scale_k. */
static int run_losses(dp_model *model, const vector_case *c, const char *optimizer_text, double flat, double per_scale)
{
    const vector_record *losses = vector_find(c, "value", "losses"), *scale = vector_find(c, "value_scale", "losses");
    dp_optimizer *optimizer = NULL;
    dp_array *inputs[MAX_INPUTS] = {0};
    int wrong = 0;
    assert_ok(dp_optimizer_new(model, optimizer_text, &optimizer));
    get_inputs(model, c, inputs);
    for (int64_t k = 0; k < losses->count; k++) {
        double loss = step(model, optimizer, inputs);
        double allowed = flat + (per_scale > 0 ? per_scale * (double)(k + 1) * scale->values[k] : 0);
        if (fabs(loss - losses->values[k]) <= allowed)
            continue;
        print_error("%s: loss %d is %.17g, PyTorch has %.17g, allowed is %.3g\n", c->name, (int)k, loss,
                    losses->values[k], allowed);
        wrong++;
    }
    free_inputs(inputs);
    dp_optimizer_free(&optimizer);
    return wrong;
}

static void run_two_layers(dp_dtype dtype, double flat, double per_scale)
{
    vector_file file;
    vector_file_read("train_losses", &file);
    dp_model *model = open_model(&file.cases[0], dtype);
    assert_ok(dp_model_init(model, 0));
    set_params(model, &file.cases[0]);
    int wrong = run_losses(model, &file.cases[0], "sgd:lr=0.1", flat, per_scale);
    dp_model_free(&model);
    vector_file_free(&file);
    assert_int_equal(wrong, 0);
}

static void test_ten_losses_f64(void **state)
{
    (void)state;
    run_two_layers(DP_F64, 1e-12, 0);
}

static void test_ten_losses_f32(void **state)
{
    (void)state;
    run_two_layers(DP_F32, 0, 64 * (double)FLT_EPSILON / 2);
}

/* ---- Replay of PyTorch's seed ---- */

static int compare_weights(const dp_model *model, const vector_case *c)
{
    int wrong = 0;
    for (int i = 0; i < dp_model_param_count(model); i++) {
        const char *name = dp_model_param_name(model, i);
        dp_array ours = dp_model_param(model, i);
        dp_array *theirs = vector_array(ctx, vector_find(c, "param", name), DP_F32);
        assert_true(dp_shape_equal(ours.shape, theirs->shape));
        for (int64_t j = 0; j < dp_array_elems(theirs); j++) {
            double got = dp_array_get(&ours, j), want = dp_array_get(theirs, j);
            if (got == want)
                continue;
            print_error("%s: %s[%d] is %.9g, PyTorch has %.9g\n", c->name, name, (int)j, got, want);
            wrong++;
        }
        dp_array_free(&theirs);
    }
    return wrong;
}

static void test_first_weights(void **state)
{
    vector_file file;
    int wrong = 0, seen = 0;
    (void)state;
    vector_file_read("train_replay", &file);
    for (int i = 0; i < file.count; i++) {
        const vector_record *seed = vector_find(&file.cases[i], "seed", "torch");
        if (!seed)
            continue;
        dp_model *model = open_model(&file.cases[i], DP_F32);
        assert_ok(dp_model_init(model, (uint64_t)seed->values[0]));
        wrong += compare_weights(model, &file.cases[i]);
        seen += dp_model_param_count(model);
        dp_model_free(&model);
    }
    vector_file_free(&file);
    assert_int_equal(wrong, 0);
    assert_int_equal(seen, 6);
}

static void test_xor_losses(void **state)
{
    vector_file file;
    (void)state;
    vector_file_read("train_replay", &file);
    const vector_case *c = vector_find_case(&file, "xor");
    dp_model *model = open_model(c, DP_F32);
    assert_ok(dp_model_init(model, 0));
    int wrong = run_losses(model, c, "adam:lr=0.001,amsgrad", 1e-6, 0);
    dp_model_free(&model);
    vector_file_free(&file);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH_PLANS(test_optimizers, set_up, take_down),
        BOTH_PLANS(test_ten_losses_f64, set_up, take_down),
        BOTH_PLANS(test_ten_losses_f32, set_up, take_down),
        BOTH_PLANS(test_first_weights, set_up, take_down),
        BOTH_PLANS(test_xor_losses, set_up, take_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
