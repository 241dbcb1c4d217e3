/* Whose memory a value lies in: inputs, params and variables are read from the caller's, wanted values are written to
 * it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

static dp_ctx *ctx;
static dp_graph *g;
static dp_val x, w, c, v; /* an input, a param, a constant, a variable: [2] */

static int setup(void **state)
{
    (void)state;
    double numbers[2] = {10, 20};
    dp_array array = {.dtype = DP_F64, .shape = dp_shape_of(1, (int64_t[]){2}), .data = numbers};
    if (dp_ctx_new(NULL, &ctx) != DP_OK || dp_graph_new(ctx, DP_F64, &g) != DP_OK)
        return -1;
    x = dp_input(g, "x", DP_F64, array.shape);
    w = dp_param(g, "w", array.shape, (dp_init){.kind = DP_INIT_CONSTANT});
    c = dp_const(g, &array);
    v = dp_variable(g, "v", &array);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    dp_graph_free(&g);
    int leaked = dp_ctx_memory(ctx).current_bytes != 0;
    dp_ctx_free(&ctx);
    return leaked;
}

static dp_plan *plan_of(int n, const dp_val *wanted)
{
    dp_plan *plan;
    if (dp_plan_new(g, wanted, n, &plan) != DP_OK)
        fail_msg("%s", dp_ctx_message(ctx));
    return plan;
}

static void bind(dp_plan *plan, dp_val value, void *data)
{
    if (dp_plan_bind(plan, value, data) != DP_OK)
        fail_msg("%s", dp_ctx_message(ctx));
}

static void run(dp_plan *plan)
{
    if (dp_plan_run(plan) != DP_OK)
        fail_msg("%s", dp_ctx_message(ctx));
}

static void is(const double *have, double a, double b)
{
    assert_memory_equal(have, ((double[2]){a, b}), 2 * sizeof(double));
}

static void test_read_anew_each_run(void **state)
{
    (void)state;
    dp_val y = dp_add(g, x, w);
    dp_plan *plan = plan_of(1, &y);
    double in[2] = {1, 2}, other[2] = {5, 5}, param[2] = {100, 200};
    bind(plan, x, in), bind(plan, w, param);
    run(plan);
    is(dp_plan_value(plan, y).data, 101, 202);
    in[0] = 7;
    run(plan);
    is(dp_plan_value(plan, y).data, 107, 202);
    bind(plan, x, other);
    run(plan);
    is(dp_plan_value(plan, y).data, 105, 205);
    is(in, 7, 2), is(other, 5, 5), is(param, 100, 200);
    dp_plan_free(&plan);
}

/* The value is used by another step, too, which must find it where it was moved to. */
static void test_wanted_in_place(void **state)
{
    (void)state;
    dp_val y = dp_exp(g, dp_neg(g, c)), z = dp_log(g, y);
    dp_plan *plan = plan_of(2, (dp_val[]){y, z});
    double first[2] = {0}, second[2] = {0}, logs[2];
    bind(plan, y, first), bind(plan, z, logs);
    run(plan);
    assert_ptr_equal(dp_plan_value(plan, y).data, first);
    is(logs, -10, -20);
    bind(plan, y, second);
    memset(first, 0, sizeof first);
    run(plan);
    assert_memory_equal(second, dp_plan_value(plan, y).data, sizeof second);
    assert_true(second[0] > 0);
    is(first, 0, 0);
    dp_plan_free(&plan);
}

/* A leaf, an alias of a leaf, two aliases of one value, a constant: each wanted at a place of its own. */
static void test_wanted_aliases(void **state)
{
    (void)state;
    dp_shape row = dp_shape_of(2, (int64_t[]){1, 2}), column = dp_shape_of(2, (int64_t[]){2, 1});
    dp_val leaf = dp_reshape(g, x, row), y = dp_neg(g, x), y1 = dp_reshape(g, y, row), y2 = dp_reshape(g, y1, column);
    dp_val fixed = dp_reshape(g, c, column), wanted[7] = {x, leaf, y1, y2, y, c, fixed};
    dp_plan *plan = plan_of(7, wanted);
    double in[2] = {3, 4}, out[7][2] = {{0}};
    bind(plan, x, in);
    for (int i = 1; i < 7; i++)
        bind(plan, wanted[i], out[i]);
    run(plan);
    is(dp_plan_value(plan, x).data, 3, 4);
    is(out[1], 3, 4), is(out[2], -3, -4), is(out[3], -3, -4), is(out[4], -3, -4), is(out[5], 10, 20),
        is(out[6], 10, 20);
    assert_true(dp_shape_equal(dp_plan_value(plan, y2).shape, column));
    dp_plan_free(&plan);
    plan = plan_of(7, wanted); /* the same in the plan's own memory */
    bind(plan, x, in);
    run(plan);
    for (int i = 1; i < 7; i++)
        assert_memory_equal(dp_plan_value(plan, wanted[i]).data, out[i], sizeof out[i]);
    dp_plan_free(&plan);
}

static void test_variable(void **state)
{
    (void)state;
    dp_val y = dp_square(g, v);
    dp_plan *plan = plan_of(1, &y);
    double changed[2] = {-3, 1};
    assert_true(dp_plan_needs(plan, v));
    run(plan);
    is(dp_plan_value(plan, y).data, 100, 400);
    bind(plan, v, changed);
    run(plan);
    is(dp_plan_value(plan, y).data, 9, 1);
    is(dp_val_const(g, v).data, 10, 20);
    dp_plan_free(&plan);
}

static void test_refusals(void **state)
{
    (void)state;
    dp_val y = dp_add(g, x, c), other = dp_exp(g, w);
    dp_plan *plan = plan_of(1, &y);
    double data[2] = {0};
    assert_false(dp_plan_needs(plan, w));
    assert_false(dp_plan_needs(plan, c));
    assert_false(dp_plan_needs(plan, 0));
    assert_false(dp_plan_needs(plan, 999));
    const dp_val not [] = {w, other, c, v, 0, -1, 999};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        assert_int_equal(dp_plan_bind(plan, not [i], data), DP_ERR_ARG);
    assert_int_equal(dp_plan_bind(plan, x, NULL), DP_ERR_ARG);
    assert_null(dp_plan_value(plan, other).data);
    assert_int_equal(dp_plan_run(plan), DP_ERR_ARG);
    assert_string_equal(dp_ctx_message(ctx), "run: x has no numbers yet: bind it first");
    dp_plan_free(&plan);
    dp_plan *none = NULL;
    assert_int_equal(dp_plan_new(g, (dp_val[]){y, 12345}, 2, &none), DP_ERR_ARG);
    assert_int_equal(dp_plan_new(g, &y, -1, &none), DP_ERR_ARG);
    dp_add(g, x, dp_reshape(g, x, dp_shape_of(1, (int64_t[]){3})));
    assert_int_equal(dp_plan_new(g, &y, 1, &none), DP_ERR_SHAPE);
    assert_null(none);
}

static void test_feeds(void **state)
{
    (void)state;
    double numbers[2] = {1, 2};
    dp_array feed = {.dtype = DP_F64, .shape = dp_shape_of(1, (int64_t[]){2}), .data = numbers}, wrong = feed,
             *out[3] = {0};
    const dp_array *given = &feed;
    dp_val y = dp_add(g, x, c), wanted[3] = {y, x, y};
    assert_int_equal(dp_eval(g, wanted, 3, &x, &given, 1, out), DP_OK);
    is(out[0]->data, 11, 22), is(out[1]->data, 1, 2), is(out[2]->data, 11, 22);
    for (int i = 0; i < 3; i++)
        dp_array_free(&out[i]);
    given = &wrong;
    wrong.shape = dp_shape_of(1, (int64_t[]){3});
    assert_int_equal(dp_eval(g, wanted, 3, &x, &given, 1, out), DP_ERR_SHAPE);
    wrong = feed;
    wrong.dtype = DP_F32;
    assert_int_equal(dp_eval(g, wanted, 3, &x, &given, 1, out), DP_ERR_DTYPE);
    assert_int_equal(dp_eval(g, wanted, 3, (dp_val[]){777}, &given, 1, out), DP_ERR_ARG);
    assert_int_equal(dp_eval(g, wanted, 3, NULL, NULL, 0, out), DP_ERR_ARG);
    for (int i = 0; i < 3; i++)
        assert_null(out[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_read_anew_each_run), TEST(test_wanted_in_place), TEST(test_wanted_aliases),
        TEST(test_variable),           TEST(test_refusals),        TEST(test_feeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
