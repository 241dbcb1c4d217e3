/* The gradient check itself: does it see what is wrong, and only that? */
#include <math.h>

#include <denpa/check.h>
#include <denpa/plan.h>

#include "graph/random_numbers.h"
#include "support/failing_memory.h"

static fixture f;

static int open_graph(void **state)
{
    (void)state;
    fixture_open(&f, DP_F64);
    return 0;
}

static int close_graph(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static dp_val real(const char *name, dp_shape shape, const double *numbers)
{
    return dp_variable(f.g, name, &(dp_array){.dtype = DP_F64, .shape = shape, .data = (void *)(uintptr_t)numbers});
}
#define LIST(...) ((const double[]){__VA_ARGS__})
#define SCALAR dp_shape_scalar()

static dp_check_result check(dp_val loss, dp_val x)
{
    dp_check_result result;
    if (dp_check_gradient(f.g, loss, &x, 1, NULL, NULL, 0, NULL, &result) != DP_OK)
        fail_msg("%s", dp_ctx_message(f.ctx));
    assert_int_equal(result.variable, x);
    return result;
}

/* x, but in steps of 1e-12: its gradient by the rules is 0, numerically it is 1. So gradient + stairs has whatever
 * numeric gradient is wanted. */
static dp_val stairs(dp_val x)
{
    dp_val many = dp_mul(f.g, x, dp_scalar(f.g, 1e12));
    return dp_div(f.g, dp_cast(f.g, many, DP_I64), dp_scalar(f.g, 1e12));
}

static void right_gradients_pass(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(3), LIST(1, -2, 3e3));
    dp_check_result r = check(dp_sum(f.g, dp_mul(f.g, dp_square(f.g, x), dp_scalar(f.g, 0.5)), NULL, 0, 0), x);
    assert_true(r.ok && r.max_rel <= 1e-6 && r.checked == 3 && r.total == 3);
}

/* A gradient of the wrong sign fails however small it is, down to what the rounding of the loss leaves visible. */
static void flipped_signs_fail(void **state)
{
    (void)state;
    for (double size = 1; size > 5e-9; size /= 10) {
        dp_val x = real("x", SCALAR, LIST(0.7));
        dp_val loss =
            dp_sub(f.g, dp_mul(f.g, x, dp_scalar(f.g, size)), dp_mul(f.g, stairs(x), dp_scalar(f.g, 2 * size)));
        dp_check_result r = check(loss, x);
        assert_false(r.ok);
        assert_true(fabs(r.analytic - size) < 1e-3 * size && fabs(r.numeric + size) < 0.1 * size);
        assert_true(fabs(r.max_abs - 2 * size) < 0.1 * size);
    }
}

static void places_are_named(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(2, 3), LIST(1, 2, 3, 4, 5, 6)), w = real("w", SHAPE(2, 3), LIST(0, 0, 0, 0, 1e-3, 0));
    dp_check_result r = check(dp_sum(f.g, dp_add(f.g, dp_square(f.g, x), dp_mul(f.g, stairs(x), w)), NULL, 0, 0), x);
    assert_false(r.ok);
    assert_int_equal(r.place, 4);
    assert_true(r.analytic == 10);
    assert_true(fabs(r.max_rel - 1e-4) < 1e-5);
}

/* A kink within the step is no error, a kink at the very place is: there the two do differ. */
static void near_and_on_kinks(void **state)
{
    (void)state;
    dp_val near = real("near", SHAPE(4), LIST(1e-6, -1e-6, 3e-7, 5)), on = real("on", SCALAR, LIST(0));
    assert_true(check(dp_sum(f.g, dp_relu(f.g, near), NULL, 0, 0), near).ok);
    dp_check_result r = check(dp_relu(f.g, on), on);
    assert_false(r.ok);
    assert_true(r.analytic == 0 && fabs(r.numeric - 0.5) < 1e-6);
}

static void not_finite_fails(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(2), LIST(1, -1));
    dp_check_result r = check(dp_sum(f.g, dp_log(f.g, x), NULL, 0, 0), x);
    assert_false(r.ok);
    assert_true(isinf(r.max_rel));
}

static void integers_are_real(void **state)
{
    (void)state;
    int64_t price = 100, rows[4] = {1, 2, 3, 4}, index[2] = {1, 0};
    dp_val n = dp_variable(f.g, "n", &(dp_array){.dtype = DP_I64, .data = &price});
    dp_val m = dp_variable(f.g, "m", &(dp_array){.dtype = DP_I64, .shape = SHAPE(2, 2), .data = rows});
    dp_val i = dp_const(f.g, &(dp_array){.dtype = DP_I64, .shape = SHAPE(2), .data = index});
    dp_val picked = dp_gather(f.g, dp_matmul(f.g, dp_square(f.g, m), m), i);
    dp_val condition = dp_greater(f.g, m, dp_scalar(f.g, 2.5));
    dp_val chosen = dp_where(f.g, condition, dp_mul(f.g, picked, n), dp_pow(f.g, m, dp_integer(f.g, 3)));
    dp_val loss = dp_sum(f.g, dp_concat(f.g, (dp_val[]){chosen, dp_abs(f.g, m)}, 2, 0), NULL, 0, 0);
    assert_int_equal(dp_val_dtype(f.g, loss), DP_I64);
    dp_check_result r = check(loss, m);
    if (!r.ok) fail_msg("%g and %g at %d", r.analytic, r.numeric, (int)r.place);
    r = check(loss, n);
    assert_true(r.ok && r.analytic != 0);
    r = check(dp_mean(f.g, dp_mul(f.g, m, n), NULL, 0, 0), n);
    assert_true(r.ok && r.analytic == 2.5);
}

static void large_variables_are_sampled(void **state)
{
    (void)state;
    dp_rng rng = {.seed = 1};
    dp_val x = random_variable(&f, &rng, SHAPE(50, 40), 0.5, 1, 1),
           loss = random_weighted_sum(&f, &rng, dp_tanh(f.g, x));
    dp_check_result r = check(loss, x);
    assert_true(r.ok);
    assert_int_equal(r.checked, 200);
    assert_int_equal(r.total, 2000);
    dp_check_config config;
    dp_check_config_init(&config);
    config.max_elements = 2000;
    assert_int_equal(dp_check_gradient(f.g, loss, &x, 1, NULL, NULL, 0, &config, &r), DP_OK);
    assert_int_equal(r.checked, 2000);
}

static void params_and_inputs(void **state)
{
    (void)state;
    double weights[6] = {1, 2, 3, 4, 5, 6}, numbers[4] = {1, 2, 2, 3};
    dp_val x = dp_input(f.g, "x", DP_F64, SHAPE(2, 2)),
           w = dp_param(f.g, "W", SHAPE(2, 3), (dp_init){.kind = DP_INIT_CONSTANT});
    dp_val h = dp_sigmoid(f.g, dp_matmul(f.g, x, w)), loss = dp_sum(f.g, dp_square(f.g, h), NULL, 0, 0),
           wrt[3] = {x, w, h};
    dp_array fx = {.dtype = DP_F64, .shape = SHAPE(2, 2), .data = numbers},
             fw = {.dtype = DP_F64, .shape = SHAPE(2, 3), .data = weights};
    const dp_array *feeds[2] = {&fx, &fw};
    dp_check_result r[3];
    int32_t count = dp_graph_count(f.g);
    assert_int_equal(dp_check_gradient(f.g, loss, wrt, 3, (dp_val[]){x, w}, feeds, 2, NULL, r), DP_OK);
    for (int i = 0; i < 3; i++) /* h is computed, and checked all the same */
        if (!r[i].ok || r[i].analytic == 0)
            fail_msg("%d: %.17g and %.17g, %g", i, r[i].analytic, r[i].numeric, r[i].max_rel);
    count = dp_graph_count(f.g);
    dp_array *out = NULL;
    assert_int_equal(dp_numeric_gradient(f.g, loss, w, (dp_val[]){x, w}, feeds, 2, 1e-4, &out), DP_OK);
    assert_int_equal(dp_graph_count(f.g), count); /* nothing was added */
    dp_array_free(&out);
    const dp_array *missing[1] = {&fw};
    assert_int_equal(dp_check_gradient(f.g, loss, &w, 1, &w, missing, 1, NULL, r), DP_ERR_ARG);
}

/* As the book's numerical_gradient prints it: the sum of the layer's outputs in x, h = 1e-4. */
static void numeric_gradient(void **state)
{
    (void)state;
    int64_t w[6] = {1, 2, 3, 4, 5, 6}, b[3] = {1, 2, 3}, numbers[2] = {1, 2};
    dp_val vw = dp_variable(f.g, "W", &(dp_array){.dtype = DP_I64, .shape = SHAPE(2, 3), .data = w});
    dp_val vb = dp_variable(f.g, "b", &(dp_array){.dtype = DP_I64, .shape = SHAPE(3), .data = b});
    dp_val vx = dp_variable(f.g, "x", &(dp_array){.dtype = DP_I64, .shape = SHAPE(1, 2), .data = numbers});
    dp_val loss = dp_sum(f.g, dp_affine(f.g, vx, vw, vb), NULL, 0, 0);
    dp_array *out = NULL;
    assert_int_equal(dp_numeric_gradient_hook(NULL, f.g, loss, vx, 1e-4, &out), DP_OK);
    assert_true(dp_shape_equal(out->shape, SHAPE(1, 2)));
    /* the loss is near 27: 27 * 2^-52 / 1e-4 */
    assert_true(fabs(dp_array_get(out, 0) - 6) < 1e-9 && fabs(dp_array_get(out, 1) - 15) < 1e-9);
    dp_array_free(&out);
    assert_int_equal(dp_numeric_gradient_hook(NULL, f.g, loss, vx, 0, &out), DP_ERR_ARG);
    assert_null(out);
}

static void refusals(void **state)
{
    (void)state;
    dp_check_result r = {.place = 77};
    dp_val x = real("x", SHAPE(2), LIST(1, 2)), loss = dp_sum(f.g, x, NULL, 0, 0);
    dp_check_config config;
    dp_check_config_init(&config);
    config.h = 0;
    assert_int_equal(dp_check_gradient(f.g, loss, &x, 1, NULL, NULL, 0, &config, &r), DP_ERR_ARG);
    assert_int_equal(dp_check_gradient(f.g, x, &x, 1, NULL, NULL, 0, NULL, &r), DP_ERR_SHAPE);
    assert_int_equal(r.place, 77);
    fixture_close(&f);
    fixture_open(&f, DP_F32);
    x = dp_full(f.g, SCALAR, DP_F32, 1);
    assert_int_equal(dp_check_gradient(f.g, x, &x, 1, NULL, NULL, 0, NULL, &r), DP_ERR_DTYPE);
}

/* In memory that fails at any one place: results and arrays are untouched, nothing is left behind. */
static dp_status check_something(dp_ctx *ctx, void *user)
{
    (void)user;
    dp_graph *g = NULL;
    dp_check_result r = {.place = 77};
    dp_array *out = NULL;
    double numbers[2] = {1, 2};
    dp_status status = dp_graph_new(ctx, DP_F64, &g);
    if (status != DP_OK) return status;
    dp_val x = dp_variable(g, "x", &(dp_array){.dtype = DP_F64, .shape = SHAPE(2), .data = numbers});
    dp_val loss = dp_sum(g, dp_tanh(g, dp_mul(g, x, dp_integer(g, 3))), NULL, 0, 0);
    status = dp_check_gradient(g, loss, &x, 1, NULL, NULL, 0, NULL, &r);
    assert_true(status == DP_OK ? r.ok : r.place == 77);
    if (status == DP_OK) status = dp_numeric_gradient_hook(NULL, g, loss, x, 1e-4, &out);
    assert_true(!out == (status != DP_OK));
    dp_array_free(&out);
    dp_graph_free(&g);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(check_something, NULL) > 30);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_graph, close_graph)
    const struct CMUnitTest tests[] = {
        TEST(right_gradients_pass),
        TEST(flipped_signs_fail),
        TEST(places_are_named),
        TEST(near_and_on_kinks),
        TEST(not_finite_fails),
        TEST(integers_are_real),
        TEST(large_variables_are_sampled),
        TEST(params_and_inputs),
        TEST(numeric_gradient),
        TEST(refusals),
        TEST(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
