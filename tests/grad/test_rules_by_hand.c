/* Gradients worked out by hand: the book's graphs, kinks, ties, integers, what does not depend; and how large the
 * backward pass becomes. */
#include <math.h>

#include <denpa/grad.h>
#include <denpa/plan.h>

#include "graph/graph_fixture.h"

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

static dp_val whole(const char *name, dp_shape shape, const int64_t *numbers)
{
    return dp_variable(f.g, name, &(dp_array){.dtype = DP_I64, .shape = shape, .data = (void *)(uintptr_t)numbers});
}

#define LIST(...) ((const double[]){__VA_ARGS__})
#define SCALAR dp_shape_scalar()

static void has_numbers(int line, dp_val v, dp_shape shape, const double *want)
{
    dp_array *have;
    if (dp_eval(f.g, &v, 1, NULL, NULL, 0, &have) != DP_OK)
        fail_msg("line %d: %s", line, dp_ctx_message(f.ctx));
    assert_int_equal(have->dtype, DP_F64);
    if (!dp_shape_equal(have->shape, shape))
        fail_msg("line %d: another shape", line);
    for (int64_t i = 0; i < dp_array_elems(have); i++) {
        double x = dp_array_get(have, i);
        /* a few roundings of numbers of this size */
        if (!(fabs(x - want[i]) <= 8 * 0x1p-53 * fmax(1, fabs(want[i]))))
            fail_msg("line %d: element %d is %.17g", line, (int)i, x);
    }
    dp_array_free(&have);
}
#define IS(v, shape, ...) has_numbers(__LINE__, v, shape, LIST(__VA_ARGS__))

static dp_val grad1(dp_val y, dp_val x)
{
    dp_val dx = DP_VAL_NONE, loss = dp_val_shape(f.g, y).rank ? dp_sum(f.g, y, NULL, 0, 0) : y;
    if (dp_grad(f.g, loss, DP_VAL_NONE, &x, 1, &dx) != DP_OK)
        fail_msg("%s", dp_graph_message(f.g));
    return dx;
}

/* 100 yen, 2 pieces, tax 1.1; the count is an integer that may be differentiated. */
static void buying_apples(void **state)
{
    (void)state;
    dp_val x[3] = {whole("apple", SCALAR, DIMS(100)), whole("num", SCALAR, DIMS(2)), real("tax", SCALAR, LIST(1.1))},
           dx[3];
    dp_val price = dp_mul(f.g, dp_mul(f.g, x[0], x[1]), x[2]);
    assert_int_equal(dp_grad(f.g, price, DP_VAL_NONE, x, 3, dx), DP_OK);
    IS(dx[0], SCALAR, 2.2);
    IS(dx[1], SCALAR, 110);
    IS(dx[2], SCALAR, 200);
}

static void integers_only(void **state)
{
    (void)state;
    dp_val x = whole("x", SHAPE(3), DIMS(1, -2, 3)), n = whole("n", SCALAR, DIMS(3));
    IS(grad1(dp_mul(f.g, dp_square(f.g, x), n), x), SHAPE(3), 6, -12, 18);
    IS(grad1(dp_pow(f.g, x, n), x), SHAPE(3), 3, 12, 27);
    IS(grad1(dp_max(f.g, x, NULL, 0, 0), x), SHAPE(3), 0, 0, 1);
    IS(grad1(dp_matmul(f.g, x, x), x), SHAPE(3), 2, -4, 6);
    IS(grad1(dp_sub(f.g, x, n), n), SCALAR, -3);
}

/* The layer of the derivation: x W + b, summed. */
static void affine(void **state)
{
    (void)state;
    dp_val v[3] = {whole("x", SHAPE(2, 2), DIMS(1, 2, 2, 3)), whole("W", SHAPE(2, 3), DIMS(1, 2, 3, 4, 5, 6)),
                   whole("b", SHAPE(3), DIMS(1, 2, 3))};
    dp_val dv[3], loss = dp_sum(f.g, dp_affine(f.g, v[0], v[1], v[2]), NULL, 0, 0);
    assert_int_equal(dp_grad(f.g, loss, DP_VAL_NONE, v, 3, dv), DP_OK);
    IS(dv[0], SHAPE(2, 2), 6, 15, 6, 15);
    IS(dv[1], SHAPE(2, 3), 3, 3, 3, 5, 5, 5);
    IS(dv[2], SHAPE(3), 2, 2, 2);
}

static void kinks(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(3), LIST(-2, 0, 2)), zero = dp_scalar(f.g, 0);
    IS(grad1(dp_relu(f.g, x), x), SHAPE(3), 0, 0, 1);
    IS(grad1(dp_leaky_relu(f.g, x, 0.25), x), SHAPE(3), 0.25, 0.25, 1);
    IS(grad1(dp_abs(f.g, x), x), SHAPE(3), -1, 0, 1);
    IS(grad1(dp_maximum(f.g, x, zero), x), SHAPE(3), 0, 0.5, 1);
    IS(grad1(dp_minimum(f.g, zero, x), x), SHAPE(3), 1, 0.5, 0);
    IS(grad1(dp_clip(f.g, x, -2, 0), x), SHAPE(3), 1, 1, 0);
    IS(grad1(dp_clip(f.g, x, -1, 2), x), SHAPE(3), 0, 1, 1);
    dp_val tie = real("tie", SHAPE(2, 3), LIST(1, 5, 5, 7, 7, 7));
    IS(grad1(dp_max(f.g, tie, (int[]){1}, 1, 0), tie), SHAPE(2, 3), 0, 0.5, 0.5, 1. / 3, 1. / 3, 1. / 3);
    IS(grad1(dp_min(f.g, tie, NULL, 0, 0), tie), SHAPE(2, 3), 1, 0, 0, 0, 0, 0);
    dp_val cube = real("cube", SHAPE(2, 1, 2),
                       LIST(3, 3, 3, 1)); /* axes 0 and 2, not side by side: three share, not two and one */
    IS(grad1(dp_max(f.g, cube, (int[]){0, 2}, 2, 0), cube), SHAPE(2, 1, 2), 1. / 3, 1. / 3, 1. / 3, 0);
}

static void powers_at_zero(void **state)
{
    (void)state;
    dp_val a = real("a", SHAPE(4), LIST(0, 0, 2, 2)), b = real("b", SHAPE(4), LIST(0, 2, 0, 3)), g2[2], x[2] = {a, b};
    dp_val loss = dp_sum(f.g, dp_pow(f.g, a, b), NULL, 0, 0);
    assert_int_equal(dp_grad(f.g, loss, DP_VAL_NONE, x, 2, g2), DP_OK);
    IS(g2[0], SHAPE(4), 0, 0, 0, 12);
    IS(g2[1], SHAPE(4), 0, 0, log(2), 8 * log(2));
    IS(grad1(g2[0], a), SHAPE(4), 0, 2, 0, 12); /* no 0 * infinity in the second order either */
    IS(grad1(dp_pow(f.g, a, dp_integer(f.g, 2)), a), SHAPE(4), 0, 0, 4, 4);
    IS(grad1(dp_pow(f.g, a, dp_integer(f.g, 1)), a), SHAPE(4), 1, 1, 1, 1);
    IS(grad1(dp_pow(f.g, a, dp_integer(f.g, 0)), a), SHAPE(4), 0, 0, 0, 0);
}

/* The branch that was not taken does not spoil the gradient. */
static void where_keeps_out(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(2), LIST(0, 4)), ok = dp_greater(f.g, x, dp_integer(f.g, 0));
    IS(grad1(dp_where(f.g, ok, x, dp_integer(f.g, 7)), x), SHAPE(2), 0, 1);
    dp_val y = dp_relu(f.g, real("y", SHAPE(2), LIST(-INFINITY, 3)));
    IS(grad1(y, dp_val_input(f.g, y, 0)), SHAPE(2), 0, 1);
}

/* The gradient of logsumexp is softmax, to the last digits however large the numbers are, along any axes, in float32, too. */
static void large_numbers(void **state)
{
    (void)state;
    static const double numbers[] = {-1e4, -1e4, -9999, 1e4, 1e4, 9998};
    for (int all = 0; all < 2; all++) {
        double share[6] = {0}, e = exp(1), last = exp(-2);
        for (int i = 0; i < 3 && !all; i++)
            share[i] = (i == 2 ? e : 1) / (2 + e);
        for (int i = 3; i < 6; i++)
            share[i] = (i == 5 ? last : 1) / (2 + last);
        dp_val x = real("x", SHAPE(2, 3), numbers), narrow = dp_cast(f.g, x, DP_F32);
        const int *axes = all ? (int[]){0, 1} : (int[]){1};
        dp_val y = dp_logsumexp(f.g, x, axes, 1 + all, !all), y32 = dp_logsumexp(f.g, narrow, axes, 1 + all, !all);
        IS(grad1(y, x), SHAPE(2, 3), share[0], share[1], share[2], share[3], share[4], share[5]);
        dp_val off = dp_abs(f.g, dp_sub(f.g, dp_cast(f.g, grad1(y32, x), DP_F64), real("want", SHAPE(2, 3), share)));
        dp_val good = dp_less(f.g, dp_max(f.g, off, NULL, 0, 0), dp_scalar(f.g, 4 * 0x1p-24));
        IS(dp_cast(f.g, good, DP_F64), SCALAR, 1);
    }
}

static void does_not_pass(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(2), LIST(1.2, -3.7)), other = real("other", SHAPE(3), LIST(1, 2, 3));
    IS(grad1(dp_round(f.g, x, 0), x), SHAPE(2), 0, 0);
    IS(grad1(dp_sign(f.g, x), x), SHAPE(2), 0, 0);
    IS(grad1(dp_cast(f.g, dp_cast(f.g, x, DP_I64), DP_F64), x), SHAPE(2), 0, 0);
    IS(grad1(dp_square(f.g, x), other), SHAPE(3), 0, 0, 0);
    dp_val later = dp_exp(f.g, x);
    IS(grad1(dp_sum(f.g, x, NULL, 0, 0), later), SHAPE(2), 0, 0);
    dp_val y = dp_square(f.g, x);
    assert_int_equal(dp_val_depends(f.g, y, x), 1);
    assert_int_equal(dp_val_depends(f.g, x, y), 0);
    assert_int_equal(dp_val_depends(f.g, y, other), 0);
    assert_int_equal(dp_val_depends(f.g, dp_round(f.g, y, 1), x), 0);
    dp_val negative = dp_less(f.g, x, other = dp_scalar(f.g, 0));
    assert_int_equal(dp_val_depends(f.g, dp_where(f.g, negative, x, y), negative), 0);
    assert_int_equal(dp_val_depends(f.g, x, x), 1);
    assert_int_equal(dp_val_depends(f.g, 0, x), 0);
}

static void upstream(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(3), LIST(1, 2, 3)), up = real("up", SHAPE(3), LIST(5, 6, 7)), dx;
    assert_int_equal(dp_grad(f.g, dp_square(f.g, x), up, &x, 1, &dx), DP_OK);
    IS(dx, SHAPE(3), 10, 24, 42);
    assert_int_equal(dp_grad(f.g, x, up, &x, 1, &dx), DP_OK);
    IS(dx, SHAPE(3), 5, 6, 7);
    assert_int_not_equal(dx, up);
}

/* Two variables with one gradient get two values, which can be bound to two places. */
static void values_of_their_own(void **state)
{
    (void)state;
    dp_val x[2] = {real("x", SHAPE(2), LIST(1, 2)), real("y", SHAPE(2), LIST(3, 4))}, dx[2];
    dp_val w = real("w", SHAPE(2), LIST(5, 6));
    dp_val loss = dp_sum(f.g, dp_mul(f.g, dp_add(f.g, x[0], x[1]), w), NULL, 0, 0);
    int32_t before = dp_graph_count(f.g);
    assert_int_equal(dp_grad(f.g, loss, DP_VAL_NONE, x, 2, dx), DP_OK);
    assert_int_not_equal(dx[0], dx[1]);
    assert_true(dx[0] > before && dx[1] > before);
    IS(dx[0], SHAPE(2), 5, 6);
    IS(dx[1], SHAPE(2), 5, 6);
}

static void scores_and_targets(void **state)
{
    (void)state;
    dp_val y = real("y", SHAPE(1, 2), LIST(0, 0)), t = real("t", SHAPE(1, 2), LIST(0.25, 0.75));
    dp_val loss = dp_softmax_cross_entropy(f.g, y, t);
    IS(grad1(loss, y), SHAPE(1, 2), 0.25, -0.25);
    IS(grad1(loss, t), SHAPE(1, 2), log(2), log(2));
    dp_val twice = real("z", SHAPE(2, 2), LIST(0, 0, 0, 0)), classes = whole("c", SHAPE(2), DIMS(1, 0));
    IS(grad1(dp_softmax_cross_entropy(f.g, twice, classes), twice), SHAPE(2, 2), 0.25, -0.25, -0.25, 0.25);
}

static void errors(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(2), LIST(1, 2)), dx = 99;
    assert_int_equal(dp_grad(f.g, x, DP_VAL_NONE, &x, 1, &dx), DP_ERR_SHAPE);
    assert_int_equal(dx, DP_VAL_NONE);
    assert_string_equal(dp_graph_message(f.g),
                        "grad: x is [2]: the gradient is that of one number (take a sum, or give upstream)");
    fixture_renew(&f);
    x = real("x", SHAPE(1), LIST(1));
    assert_int_equal(dp_grad(f.g, dp_less(f.g, x, x), DP_VAL_NONE, &x, 1, &dx), DP_ERR_DTYPE);
    fixture_renew(&f);
    x = real("x", SHAPE(2), LIST(1, 2));
    assert_int_equal(dp_grad(f.g, x, dp_scalar(f.g, 1), &x, 1, &dx), DP_ERR_SHAPE);
    assert_string_equal(dp_graph_message(f.g), "grad: upstream is [], but x is [2]");
    fixture_renew(&f);
    assert_int_equal(dp_grad(f.g, 1, DP_VAL_NONE, &x, 1, &dx), DP_ERR_ARG);
}

/* XOR's network. Its training step is to take a few microseconds, so the nodes are counted: 4 forward; backward
 * softmax, one_hot, sub and mul of the loss, two products of the second layer, three steps of the sigmoid, one product
 * of the first. */
static void small_backward_pass(void **state)
{
    (void)state;
    dp_init init = {.kind = DP_INIT_CONSTANT};
    dp_val x = dp_input(f.g, "x", DP_F64, SHAPE(4, 2)), t = dp_label(f.g, "t", DP_I64, SHAPE(4), 2), dw[2];
    dp_val w[2] = {dp_param(f.g, "W1", SHAPE(2, 4), init), dp_param(f.g, "W2", SHAPE(4, 2), init)};
    dp_val loss = dp_softmax_cross_entropy(f.g, dp_matmul(f.g, dp_sigmoid(f.g, dp_matmul(f.g, x, w[0])), w[1]), t);
    assert_int_equal(dp_grad(f.g, loss, DP_VAL_NONE, w, 2, dw), DP_OK);
    int computed = 0;
    for (dp_val v = 1; v <= dp_graph_count(f.g); v++)
        computed += dp_val_input_count(f.g, v) > 0;
    assert_int_equal(computed, 14);
}

static int count_of(dp_op op)
{
    int count = 0;
    for (dp_val v = 1; v <= dp_graph_count(f.g); v++)
        count += dp_val_op(f.g, v) == op;
    return count;
}

/* The steps of a sequence go back as one concatenation, with zeros where nobody looked. */
static void steps_of_a_sequence(void **state)
{
    (void)state;
    dp_val x = real("x", SHAPE(5, 2), LIST(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), sum = dp_scalar(f.g, 0);
    static const int order[] = {3, 0, 2};
    for (int i = 0; i < 3; i++) {
        dp_val step = dp_select(f.g, x, 0, order[i]);
        sum = dp_add(f.g, sum, dp_sum(f.g, dp_mul(f.g, step, dp_scalar(f.g, i + 1)), NULL, 0, 0));
    }
    IS(grad1(sum, x), SHAPE(5, 2), 2, 2, 0, 0, 3, 3, 1, 1, 0, 0);
    assert_int_equal(count_of(DP_OP_CONCAT), 1);
    assert_int_equal(count_of(DP_OP_SLICE_PUT), 0);
    dp_val twice = dp_add(f.g, dp_sum(f.g, dp_slice(f.g, x, &(dp_slice_spec){0, 2, 1}, 1), NULL, 0, 0),
                          dp_sum(f.g, dp_slice(f.g, x, &(dp_slice_spec){1, 4, 1}, 1), NULL, 0, 0));
    IS(grad1(twice, x), SHAPE(5, 2), 1, 1, 2, 2, 1, 1, 1, 1, 0, 0); /* row 1 is in both */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_graph, close_graph)
    const struct CMUnitTest tests[] = {
        TEST(buying_apples),
        TEST(integers_only),
        TEST(affine),
        TEST(kinks),
        TEST(large_numbers),
        TEST(powers_at_zero),
        TEST(where_keeps_out),
        TEST(does_not_pass),
        TEST(upstream),
        TEST(values_of_their_own),
        TEST(scores_and_targets),
        TEST(errors),
        TEST(small_backward_pass),
        TEST(steps_of_a_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
