/* Every differentiable op of ops.def against central differences: first and second order, over many shapes with
 * broadcasting. The list drives it: an op of kind D without a function here does not compile, and a function that does
 * not use its op fails. All of it twice: in optimised plans and in naive ones. */
#include <math.h>

#include <denpa/check.h>
#include <denpa/grad.h>

#include "graph/random_numbers.h"

enum { MAX_VARIABLES = 4 };

static fixture f;
static dp_rng rng;
static dp_op op_at_hand;
static dp_val variables[MAX_VARIABLES];
static int variable_count;
static int checked_graphs;

static dp_val variable(dp_shape shape, double low, double high, int both_signs)
{
    assert_true(variable_count < MAX_VARIABLES);
    return variables[variable_count++] = random_variable(&f, &rng, shape, low, high, both_signs);
}

/* Numbers of either sign, not near 0. */
static dp_val x_of(dp_shape shape)
{
    return variable(shape, 0.3, 1.5, 1);
}

static dp_val positive(dp_shape shape)
{
    return variable(shape, 0.4, 2, 0);
}

static dp_val random_weighted_constant(dp_shape shape)
{
    double numbers[64];
    for (int64_t i = 0; i < dp_shape_elems(shape); i++) numbers[i] = 2 * dp_rng_uniform(&rng) - 1;
    return dp_const(f.g, &(dp_array){.dtype = DP_F64, .shape = shape, .data = numbers});
}

static void check(dp_val loss, int order)
{
    dp_check_result results[MAX_VARIABLES];
    if (dp_check_gradient(f.g, loss, variables, variable_count, NULL, NULL, 0, NULL, results) != DP_OK)
        fail_msg("%s: %s", dp_op_name(op_at_hand), dp_ctx_message(f.ctx));
    for (int i = 0; i < variable_count; i++) {
        const dp_check_result *r = &results[i];
        assert_int_equal(r->checked, r->total < 200 ? r->total : 200);
        if (!r->ok || r->max_rel > 1e-6)
            fail_msg(
                "%s, order %d, variable %d, element %d: %.12g by back-propagation, %.12g numerically (relative %g)",
                dp_op_name(op_at_hand), order, i, (int)r->place, r->analytic, r->numeric, r->max_rel);
    }
}

/* The gradient of y, and the gradient of its gradient, in all variables made since the last call. */
static void hold(dp_val y)
{
    dp_val gradients[MAX_VARIABLES], second = DP_VAL_NONE;
    if (!y) fail_msg("%s: %s", dp_op_name(op_at_hand), dp_graph_message(f.g));
    int used = 0;
    for (dp_val v = 1; v <= y; v++) used += dp_val_op(f.g, v) == op_at_hand;
    if (!used) fail_msg("%s is not in the graph that is to check it", dp_op_name(op_at_hand));
    dp_val loss = random_weighted_sum(&f, &rng, y);
    check(loss, 1);
    assert_int_equal(dp_grad(f.g, loss, DP_VAL_NONE, variables, variable_count, gradients), DP_OK);
    for (int i = 0; i < variable_count; i++) {
        assert_true(dp_shape_equal(dp_val_shape(f.g, gradients[i]), dp_val_shape(f.g, variables[i])));
        dp_val part = random_weighted_sum(&f, &rng, gradients[i]);
        second = second ? dp_add(f.g, second, part) : part;
    }
    check(second, 2);
    if (dp_graph_verify(f.g) != DP_OK) fail_msg("%s", dp_ctx_message(f.ctx));
    fixture_renew(&f);
    variable_count = 0;
    checked_graphs++;
}

static const dp_shape shapes[] = {{0}, {1, {1}}, {1, {5}}, {2, {3, 4}}, {3, {2, 1, 3}}, {2, {0, 3}}};
enum { SHAPES = sizeof shapes / sizeof *shapes };

typedef dp_val unary_fn(dp_graph *g, dp_val a);
static void hold_unary(unary_fn *op, double low, double high, int both_signs)
{
    for (int i = 0; i < SHAPES; i++) hold(op(f.g, variable(shapes[i], low, high, both_signs)));
}

static const dp_shape pairs[][2] = {
    {{0}, {0}},
    {{1, {3}}, {0}},
    {{0}, {2, {2, 3}}},
    {{2, {3, 4}}, {1, {4}}},
    {{1, {3}}, {2, {4, 3}}},
    {{2, {3, 1}}, {2, {1, 4}}},
    {{3, {2, 3, 4}}, {2, {3, 1}}},
    {{3, {4, 1, 3}}, {2, {2, 1}}},
    {{2, {0, 3}}, {1, {3}}},
    {{2, {1, 1}}, {1, {3}}},
};
enum { PAIRS = sizeof pairs / sizeof *pairs };

typedef dp_val binary_fn(dp_graph *g, dp_val a, dp_val b);
static void hold_binary(binary_fn *op, dp_val (*a)(dp_shape), dp_val (*b)(dp_shape))
{
    for (int i = 0; i < PAIRS; i++) {
        dp_val left = a(pairs[i][0]), right = b(pairs[i][1]);
        hold(op(f.g, left, right));
    }
    dp_val same = a((dp_shape){2, {2, 3}});
    hold(op(f.g, same, same));
}

static dp_val indices(dp_shape shape, const int64_t *numbers)
{
    return dp_const(f.g, &(dp_array){.dtype = DP_I64, .shape = shape, .data = (void *)(uintptr_t)numbers});
}

/* ---- One function per op ---- */

static void check_cast(void)
{
    hold(dp_mul(f.g, dp_cast(f.g, x_of(SHAPE(3, 2)), DP_F64), x_of(SHAPE(2))));
}

#define UNARY(name, low, high, both_signs)            \
    static void check_##name(void)                    \
    {                                                 \
        hold_unary(dp_##name, low, high, both_signs); \
    }
UNARY(float16, 0.3, 1.5, 1)
UNARY(neg, 0.3, 1.5, 1)
UNARY(exp, 0.3, 1.5, 1)
UNARY(square, 0.3, 1.5, 1)
UNARY(erf, 0.3, 1.5, 1)
UNARY(relu, 0.3, 1.5, 1)
UNARY(gelu, 0, 3, 1)

/* Losses of pairs are under the op that they are made of. */
typedef dp_val pair_loss(dp_graph *g, dp_val y, dp_val t, dp_reduction reduction);
static void hold_loss(pair_loss *loss, dp_val (*of_t)(dp_shape))
{
    for (int i = 0; i < SHAPES; i++) {
        if (!dp_shape_elems(shapes[i])) continue; /* the mean of nothing is NaN */
        for (int reduction = DP_REDUCE_MEAN; reduction <= DP_REDUCE_BATCHMEAN; reduction++) {
            if (reduction == DP_REDUCE_BATCHMEAN && !shapes[i].rank) continue;
            dp_val y = x_of(shapes[i]), t = of_t(shapes[i]);
            hold(loss(f.g, y, t, (dp_reduction)reduction));
        }
    }
}

static dp_val far(dp_shape shape) /* from any x_of */
{
    return variable(shape, 2, 2.5, 1);
}

static void check_abs(void)
{
    hold_unary(dp_abs, 0.3, 1.5, 1);
    hold_loss(dp_l1_loss, far);
}

static void check_log(void)
{
    hold_unary(dp_log, 0.4, 2, 0);
    hold_loss(dp_kl_div, positive);
}

static void check_sigmoid(void)
{
    hold_unary(dp_sigmoid, 0, 4, 1);
    hold_unary(dp_silu, 0, 4, 1);
}

static dp_val fixed(dp_shape shape)
{
    return random_weighted_constant(shape);
}

/* Two rows of three steps: of x, weights, biases and first states those that `which` says are variables. */
static dp_val recurrent(int layer, int which)
{
    static const int gates[] = {1, 3, 4};
    dp_val (*of_x)(dp_shape) = which == 0 ? x_of : fixed, (*of_w)(dp_shape) = which == 1 ? x_of : fixed,
           (*of_h)(dp_shape) = which == 2 ? x_of : fixed;
    int64_t g = gates[layer];
    dp_recurrent_weights w = {.w_ih = of_w(SHAPE(2 * g, 3)), .w_hh = of_w(SHAPE(2 * g, 2))};
    w.b_ih = of_w(SHAPE(2 * g)), w.b_hh = of_w(SHAPE(2 * g));
    dp_val x = of_x(SHAPE(2, 3, 3)), h0 = of_h(SHAPE(2, 2)), c0 = of_h(SHAPE(2, 2)), h, c, y;
    if (layer == 0) return dp_rnn(f.g, x, &w, h0, 0, NULL);
    if (layer == 1) return dp_gru(f.g, x, &w, h0, NULL);
    y = dp_lstm(f.g, x, &w, h0, c0, &h, &c);
    return dp_concat(f.g, (dp_val[]){dp_reshape(f.g, y, SHAPE(6, 2)), h, c}, 3, 0);
}

static void check_tanh(void)
{
    hold_unary(dp_tanh, 0, 2, 1);
    for (int i = 0; i < SHAPES; i++) hold(dp_elu(f.g, x_of(shapes[i]), 0.5 + i));
    for (int layer = 0; layer < 3; layer++)
        for (int which = 0; which < 3; which++) hold(recurrent(layer, which));
}

static dp_val yes_or_no(dp_graph *g, dp_val y, dp_val t, dp_reduction reduction)
{
    return dp_binary_cross_entropy_with_logits(g, y, t, DP_VAL_NONE, reduction);
}

static void check_softplus(void)
{
    hold_unary(dp_softplus, 0, 4, 1);
    hold_loss(yes_or_no, positive);
    dp_val y = x_of(SHAPE(4, 3)), t = positive(SHAPE(4, 3)), weight = positive(SHAPE(3));
    hold(dp_binary_cross_entropy_with_logits(f.g, y, t, weight, DP_REDUCE_MEAN));
}

static dp_val huber(dp_graph *g, dp_val y, dp_val t, dp_reduction reduction)
{
    return dp_huber_loss(g, y, t, 1.75, reduction);
}

static void check_leaky_relu(void)
{
    for (int i = 0; i < SHAPES; i++) hold(dp_leaky_relu(f.g, x_of(shapes[i]), 0.1 * i));
}

/* gamma and beta of a normalisation, or neither. */
static void hold_norm(dp_val norm(dp_val x, dp_val gamma, dp_val beta), dp_shape x, dp_shape own)
{
    dp_val given = x_of(x), gamma = positive(own), beta = x_of(own);
    hold(dp_exp(f.g, norm(given, gamma, beta)));
    given = x_of(x);
    hold(dp_exp(f.g, norm(given, DP_VAL_NONE, DP_VAL_NONE)));
}

static dp_val last_axis(dp_val x, dp_val gamma, dp_val beta)
{
    return dp_layer_norm(f.g, x, 1, gamma, beta, 1e-5);
}

static dp_val last_two(dp_val x, dp_val gamma, dp_val beta)
{
    return dp_layer_norm(f.g, x, 2, gamma, beta, 0.1);
}

static dp_val root_mean_square(dp_val x, dp_val gamma, dp_val beta)
{
    dp_val y = dp_rms_norm(f.g, x, 1, gamma, 1e-6);
    return beta ? dp_add(f.g, y, beta) : y;
}

static dp_val over_batch(dp_val x, dp_val gamma, dp_val beta)
{
    return dp_batch_norm(f.g, x, gamma, beta, NULL, 0.1, 1e-5);
}

static dp_val by_state(dp_val x, dp_val gamma, dp_val beta)
{
    dp_shape flat = {.rank = 1, .dims = {dp_val_shape(f.g, x).dims[1]}};
    dp_batch_norm_state state = {.mean = dp_full(f.g, flat, DP_F64, 0.25), .var = dp_full(f.g, flat, DP_F64, 1.5)};
    return dp_batch_norm(f.g, x, gamma, beta, &state, 0.1, 1e-5);
}

static void check_sqrt(void)
{
    hold_unary(dp_sqrt, 0.4, 2, 0);
    hold_norm(last_axis, SHAPE(3, 4), SHAPE(4));
    hold_norm(last_two, SHAPE(2, 3, 2), SHAPE(3, 2));
    hold_norm(root_mean_square, SHAPE(3, 4), SHAPE(4));
    hold_norm(over_batch, SHAPE(5, 3), SHAPE(3));
    hold_norm(over_batch, SHAPE(2, 2, 3, 2), SHAPE(2));
    hold_norm(by_state, SHAPE(2, 2, 3), SHAPE(2));
}

static void check_dropout(void)
{
    for (int i = 0; i < SHAPES; i++) {
        dp_graph_set_training(f.g, 1);
        hold(dp_square(f.g, dp_dropout(f.g, x_of(shapes[i]), 0.3, (uint64_t)i)));
    }
}

static void check_clip(void)
{
    for (int i = 0; i < SHAPES; i++) hold(dp_square(f.g, dp_clip(f.g, x_of(shapes[i]), -0.9, 0.7)));
    hold(dp_clip(f.g, x_of(SHAPE(7)), -INFINITY, 1));
    hold(dp_clip(f.g, x_of(SHAPE(7)), -1, INFINITY));
    hold_loss(huber, far);
}

#define BINARY(name, a, b)            \
    static void check_##name(void)    \
    {                                 \
        hold_binary(dp_##name, a, b); \
    }
BINARY(add, x_of, x_of)
BINARY(sub, x_of, x_of)
BINARY(mul, x_of, x_of)
BINARY(div, x_of, x_of)
BINARY(maximum, x_of, x_of)
BINARY(minimum, x_of, x_of)

static void check_pow(void)
{
    hold_binary(dp_pow, positive, x_of);
    for (int i = 0; i < SHAPES; i++) {
        hold(dp_pow(f.g, x_of(shapes[i]), dp_integer(f.g, 3)));
        hold(dp_pow(f.g, x_of(shapes[i]), dp_integer(f.g, -1)));
        hold(dp_pow(f.g, positive(shapes[i]), dp_scalar(f.g, 0.5)));
        hold(dp_pow(f.g, dp_integer(f.g, 2), x_of(shapes[i])));
    }
}

static void check_where(void)
{
    for (int i = 0; i < PAIRS; i++) {
        dp_val a = x_of(pairs[i][0]), b = x_of(pairs[i][1]), c = x_of(SHAPE(3));
        if (pairs[i][0].rank == 2 && pairs[i][0].dims[1] == 4) c = x_of(SHAPE(4));
        dp_val condition = dp_greater(f.g, c, dp_integer(f.g, 0));
        if (pairs[i][0].rank == 3 && pairs[i][0].dims[2] == 4) condition = dp_greater(f.g, a, dp_integer(f.g, 0));
        if (pairs[i][1].rank == 2 && pairs[i][1].dims[1] == 4) condition = dp_greater(f.g, b, dp_integer(f.g, 0));
        hold(dp_where(f.g, condition, dp_square(f.g, a), dp_exp(f.g, b)));
    }
    for (int i = 0; i < SHAPES; i++) {
        dp_val a = x_of(shapes[i]), slope = positive(SHAPE(1));
        hold(dp_prelu(f.g, a, slope));
    }
    dp_val a = x_of(SHAPE(2, 3, 2)), slope = x_of(SHAPE(3));
    hold(dp_prelu(f.g, a, slope));
}

static void check_matmul(void)
{
    static const dp_shape factors[][2] = {
        {{1, {3}}, {1, {3}}},          {{1, {3}}, {2, {3, 4}}},
        {{2, {2, 3}}, {1, {3}}},       {{2, {2, 3}}, {2, {3, 4}}},
        {{2, {1, 3}}, {2, {3, 1}}},    {{3, {2, 4, 3}}, {2, {3, 2}}},
        {{2, {4, 3}}, {3, {2, 3, 2}}}, {{4, {2, 1, 2, 3}}, {3, {3, 3, 2}}},
        {{3, {2, 1, 3}}, {1, {3}}},    {{2, {2, 0}}, {2, {0, 3}}},
        {{1, {3}}, {3, {2, 3, 1}}},    {{3, {1, 2, 3}}, {3, {4, 3, 1}}},
    };
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        dp_val a = x_of(factors[i][0]), b = x_of(factors[i][1]);
        hold(dp_matmul(f.g, a, b));
    }
    dp_val x = x_of(SHAPE(2, 2, 3)), w = x_of(SHAPE(6, 2)), c = x_of(SHAPE(2));
    hold(dp_affine(f.g, x, w, c));
    for (int flags = 0; flags < 4; flags++) {
        dp_val a = x_of(flags & 1 ? SHAPE(2, 3, 2) : SHAPE(2, 2, 3)), b = x_of(flags & 2 ? SHAPE(4, 3) : SHAPE(3, 4));
        hold(dp_matmul_flags(f.g, a, b, flags & 1, flags & 2));
        dp_val square = x_of(SHAPE(3, 3));
        hold(dp_matmul_flags(f.g, square, square, flags & 1, flags & 2));
    }
}

/* Sizes, kernels, groups, and how the window goes: every edge there is. */
typedef struct conv_case {
    dp_shape x, w;
    dp_conv how;
} conv_case;
static const conv_case convs[] = {
    {{4, {2, 2, 4, 3}}, {4, {3, 2, 2, 2}}, {{0}, {0}, {0}, {0}, 0}},
    {{4, {1, 1, 5, 4}}, {4, {2, 1, 3, 2}}, {{2, 1}, {1, 0}, {0}, {0}, 0}},
    {{4, {2, 1, 4, 6}}, {4, {1, 1, 2, 2}}, {{3, 2}, {0, 1}, {2, 3}, {0}, 0}},
    {{4, {2, 4, 3, 3}}, {4, {2, 2, 2, 3}}, {{1, 2}, {1, 1}, {0}, {0}, 2}},
    {{4, {1, 3, 2, 2}}, {4, {3, 1, 1, 1}}, {{2, 2}, {2, 2}, {0}, {0}, 3}},
    {{4, {1, 1, 2, 2}}, {4, {1, 1, 5, 5}}, {{1, 1}, {2, 2}, {0}, {0}, 0}},
    {{4, {0, 1, 3, 3}}, {4, {2, 1, 2, 2}}, {{0}, {0}, {0}, {0}, 0}},
};
enum { CONVS = sizeof convs / sizeof *convs };

static void check_conv2d(void)
{
    for (int i = 0; i < CONVS; i++) {
        dp_val x = x_of(convs[i].x), w = x_of(convs[i].w), b = x_of(SHAPE(convs[i].w.dims[0]));
        hold(dp_conv2d(f.g, x, w, b, &convs[i].how));
    }
    dp_val x = x_of(SHAPE(1, 2, 4, 4)); /* an image with itself */
    hold(dp_conv2d(f.g, x, x, DP_VAL_NONE, &(dp_conv){.padding = {1, 1}}));
    dp_val line = x_of(SHAPE(2, 2, 5)), w = x_of(SHAPE(3, 2, 2));
    hold(dp_conv1d(f.g, line, w, DP_VAL_NONE, &(dp_conv){.stride = {9, 2}, .padding = {9, 1}}));
}

/* What conv2d of these would bring to the shape of x, as large as it may be. */
static void check_conv2d_input(void)
{
    for (int i = 0; i < CONVS; i++) {
        dp_conv how = convs[i].how;
        dp_shape x = convs[i].x, w = convs[i].w;
        w.dims[0] = x.dims[1];
        for (int k = 0; k < 2; k++) how.output_padding[k] = how.stride[k] > 1 ? how.stride[k] - 1 : 0;
        if (how.padding[0] > 1) x.dims[2] = x.dims[3] = 3;
        dp_val a = x_of(x), b = x_of(w);
        hold(dp_conv_transpose2d(f.g, a, b, DP_VAL_NONE, &how));
    }
    dp_val line = x_of(SHAPE(2, 2, 3)), w = x_of(SHAPE(2, 1, 2)), b = x_of(SHAPE(2));
    hold(dp_conv_transpose1d(f.g, line, w, b, &(dp_conv){.stride = {0, 2}, .groups = 2}));
}

/* It comes about as the gradient of a convolution. */
static void check_conv2d_weight(void)
{
    for (int i = 0; i < CONVS; i++) {
        dp_val x = x_of(convs[i].x), w = dp_full(f.g, convs[i].w, DP_F64, 0.5), dw;
        dp_val y = dp_conv2d(f.g, x, w, DP_VAL_NONE, &convs[i].how), up = x_of(dp_val_shape(f.g, y));
        dp_val at = dp_reshape(f.g, w, convs[i].w);
        y = dp_conv2d(f.g, x, at, DP_VAL_NONE, &convs[i].how);
        assert_int_equal(dp_grad(f.g, y, up, &at, 1, &dw), DP_OK);
        hold(dp_square(f.g, dw));
    }
}

static const dp_pool pools[] = {
    {{2, 2}, {0}, {0}, {0}, 0},    {{3, 2}, {1, 2}, {1, 1}, {0}, 0}, {{2, 2}, {1, 1}, {0}, {2, 1}, 1},
    {{2, 3}, {2, 2}, {1, 1}, {0}, 1}, {{1, 1}, {2, 2}, {0}, {0}, 0},    {{4, 4}, {0}, {2, 2}, {0}, 1},
};
enum { POOLS = sizeof pools / sizeof *pools };

/* Numbers so far apart that no step of the check changes which is the largest. */
static dp_val apart(dp_shape shape)
{
    dp_val x = x_of(shape);
    int64_t n = dp_shape_elems(shape);
    dp_val order = dp_reshape(f.g, dp_arange(f.g, 0, (double)n, 1, DP_F64), shape);
    return dp_add(f.g, x, dp_mul(f.g, dp_scalar(f.g, 7), dp_sub(f.g, order, dp_mul(f.g, dp_scalar(f.g, 5),
                                                      dp_round(f.g, dp_mul(f.g, order, dp_scalar(f.g, 0.2)), 0)))));
}

static void check_max_pool2d(void)
{
    for (int i = 0; i < POOLS; i++) hold(dp_square(f.g, dp_max_pool2d(f.g, apart(SHAPE(2, 2, 4, 5)), &pools[i])));
    hold(dp_square(f.g, dp_max_pool1d(f.g, apart(SHAPE(1, 2, 5)), &pools[3])));
    hold(dp_square(f.g, dp_global_max_pool2d(f.g, apart(SHAPE(1, 2, 2, 2)))));
}

static void check_max_pool2d_put(void)
{
    for (int i = 0; i < POOLS; i++) {
        dp_val x = apart(SHAPE(1, 2, 4, 5)), y = dp_max_pool2d(f.g, x, &pools[i]), up = x_of(dp_val_shape(f.g, y)), put;
        assert_int_equal(dp_grad(f.g, y, up, &x, 1, &put), DP_OK);
        hold(dp_mul(f.g, x, dp_square(f.g, put)));
    }
}

static void check_max_pool2d_pick(void)
{
    for (int i = 0; i < POOLS; i++) {
        dp_val x = apart(SHAPE(1, 2, 4, 5)), y = dp_max_pool2d(f.g, x, &pools[i]), put, pick;
        dp_val up = x_of(dp_val_shape(f.g, y)), at = x_of(SHAPE(1, 2, 4, 5));
        assert_int_equal(dp_grad(f.g, y, up, &x, 1, &put), DP_OK);
        assert_int_equal(dp_grad(f.g, put, at, &up, 1, &pick), DP_OK);
        hold(dp_mul(f.g, up, dp_square(f.g, pick)));
    }
}

static void check_avg_pool2d(void)
{
    for (int i = 0; i < POOLS; i++) hold(dp_square(f.g, dp_avg_pool2d(f.g, x_of(SHAPE(2, 2, 4, 5)), &(dp_pool){
        {pools[i].kernel[0], pools[i].kernel[1]}, {pools[i].stride[0], pools[i].stride[1]},
        {pools[i].padding[0], pools[i].padding[1]}, {0}, pools[i].count_real})));
    hold(dp_square(f.g, dp_avg_pool1d(f.g, x_of(SHAPE(1, 2, 5)), &pools[3])));
    hold(dp_square(f.g, dp_global_avg_pool2d(f.g, x_of(SHAPE(1, 2, 2, 3)))));
}

static void check_avg_pool2d_put(void)
{
    for (int i = 0; i < POOLS; i++) {
        dp_pool how = pools[i];
        how.dilation[0] = how.dilation[1] = 0;
        dp_val x = x_of(SHAPE(1, 2, 4, 5)), y = dp_avg_pool2d(f.g, x, &how), up = x_of(dp_val_shape(f.g, y)), put;
        assert_int_equal(dp_grad(f.g, y, up, &x, 1, &put), DP_OK);
        hold(dp_mul(f.g, x, dp_square(f.g, put)));
    }
}

static void check_reshape(void)
{
    hold(dp_square(f.g, dp_reshape(f.g, x_of(SHAPE(3, 4)), SHAPE(2, -1))));
    hold(dp_exp(f.g, dp_reshape(f.g, x_of(dp_shape_scalar()), SHAPE(1, 1))));
    hold(dp_square(f.g, dp_flatten(f.g, x_of(SHAPE(2, 3, 2)))));
}

static void check_transpose(void)
{
    hold(dp_square(f.g, dp_transpose(f.g, x_of(SHAPE(3, 4)), NULL, 0)));
    hold(dp_square(f.g, dp_transpose(f.g, x_of(SHAPE(2, 3, 4)), (int[]){1, 2, 0}, 3)));
    hold(dp_square(f.g, dp_transpose(f.g, x_of(SHAPE(2, 1, 3, 2)), (int[]){3, 0, 2, 1}, 4)));
}

static void check_broadcast_to(void)
{
    hold(dp_square(f.g, dp_broadcast_to(f.g, x_of(SHAPE(3)), SHAPE(2, 3))));
    hold(dp_square(f.g, dp_broadcast_to(f.g, x_of(dp_shape_scalar()), SHAPE(2, 3))));
    hold(dp_square(f.g, dp_broadcast_to(f.g, x_of(SHAPE(2, 1, 3)), SHAPE(4, 2, 2, 3))));
}

static void check_concat(void)
{
    dp_val parts[3] = {x_of(SHAPE(2, 3)), x_of(SHAPE(2, 1)), x_of(SHAPE(2, 2))};
    hold(dp_square(f.g, dp_concat(f.g, parts, 3, 1)));
    parts[0] = x_of(SHAPE(1, 3)), parts[1] = x_of(SHAPE(0, 3)), parts[2] = parts[0];
    hold(dp_square(f.g, dp_concat(f.g, parts, 3, 0)));
    parts[0] = x_of(SHAPE(2, 3)), parts[1] = x_of(SHAPE(2, 3));
    hold(dp_square(f.g, dp_stack(f.g, parts, 2, 1)));
}

static void check_slice(void)
{
    const dp_slice_spec all = {DP_SLICE_NONE, DP_SLICE_NONE, DP_SLICE_NONE};
    hold(dp_square(f.g, dp_slice(f.g, x_of(SHAPE(7)), &(dp_slice_spec){1, 6, 2}, 1)));
    hold(dp_square(f.g, dp_slice(f.g, x_of(SHAPE(7)), &(dp_slice_spec){DP_SLICE_NONE, DP_SLICE_NONE, -3}, 1)));
    hold(dp_square(f.g, dp_slice(f.g, x_of(SHAPE(3, 4, 2)), (dp_slice_spec[]){all, {1, 3, 1}}, 2)));
    hold(dp_square(f.g, dp_slice(f.g, x_of(SHAPE(3, 4)), (dp_slice_spec[]){{0, 0, 1}, all}, 2)));
    hold(dp_square(f.g, dp_select(f.g, x_of(SHAPE(3, 4)), 1, -1)));
    /* Side by side, with gaps, and one over the other: in whatever way they go back together. */
    for (int last = 4; last <= 6; last++) {
        dp_val x = x_of(SHAPE(2, 7));
        dp_val a = dp_slice(f.g, x, (dp_slice_spec[]){all, {1, 3, 1}}, 2), b = dp_slice(f.g, x, (dp_slice_spec[]){all, {last, 7, 1}}, 2),
               c = dp_slice(f.g, x, (dp_slice_spec[]){all, {3, 5, 1}}, 2);
        hold(dp_concat(f.g, (dp_val[]){dp_square(f.g, b), dp_exp(f.g, a), dp_square(f.g, c), dp_tanh(f.g, x)}, 4, 1));
        x = x_of(SHAPE(2, 7));
        dp_val rows = dp_mul(f.g, dp_select(f.g, x, 0, 1), dp_select(f.g, x, 0, 0)), column = dp_select(f.g, x, 1, last);
        hold(dp_concat(f.g, (dp_val[]){rows, dp_square(f.g, column)}, 2, 0)); /* along two axes */
    }
}

/* It comes about as the gradient of a slice. */
static void check_slice_put(void)
{
    dp_val x = x_of(SHAPE(3, 5)), up = x_of(SHAPE(2, 2)), dx;
    dp_val part = dp_slice(f.g, dp_square(f.g, x), (dp_slice_spec[]){{2, DP_SLICE_NONE, -2}, {1, 4, 2}}, 2);
    assert_int_equal(dp_grad(f.g, part, up, &x, 1, &dx), DP_OK);
    hold(dp_exp(f.g, dx));
}

static void check_gather(void)
{
    hold(dp_square(f.g, dp_gather(f.g, x_of(SHAPE(4, 3)), indices(SHAPE(5), DIMS(0, 2, 2, -1, 0)))));
    hold(dp_square(f.g, dp_gather(f.g, x_of(SHAPE(4)), indices(SHAPE(2, 2), DIMS(3, 1, 1, 1)))));
    hold(dp_square(f.g, dp_gather(f.g, x_of(SHAPE(4, 2, 2)), indices(dp_shape_scalar(), DIMS(-2)))));
}

static void check_scatter_add(void)
{
    hold(dp_square(f.g, dp_scatter_add(f.g, x_of(SHAPE(5, 2)), indices(SHAPE(5), DIMS(0, 2, 2, -1, 0)), 4)));
    hold(dp_square(f.g, dp_scatter_add(f.g, x_of(SHAPE(2, 2)), indices(SHAPE(2, 2), DIMS(1, 1, 0, 1)), 3)));
    hold(dp_class_mean(f.g, dp_square(f.g, x_of(SHAPE(4, 2))), indices(SHAPE(4), DIMS(1, 0, 1, 1)), 2));
}

typedef dp_val reduce_fn(dp_graph *g, dp_val a, const int *axes, int n, int keepdims);
static void hold_reduce(reduce_fn *reduce)
{
    static const int axes[][3] = {{0}, {1}, {2}, {0, 1}, {1, 2}, {0, 2}, {-1, 0, 1}};
    static const int counts[] = {1, 1, 1, 2, 2, 2, 3};
    hold(dp_square(f.g, reduce(f.g, x_of(SHAPE(3, 2)), NULL, 0, 0)));
    hold(dp_square(f.g, reduce(f.g, x_of(SHAPE(4)), NULL, 0, 1)));
    for (int i = 0; i < 7; i++)
        for (int keepdims = 0; keepdims < 2; keepdims++)
            hold(dp_square(f.g, reduce(f.g, x_of(SHAPE(2, 3, 2)), axes[i], counts[i], keepdims)));
    dp_val x = x_of(SHAPE(3, 4)); /* the reduced value meets what it came from */
    hold(dp_mul(f.g, x, reduce(f.g, x, (int[]){1}, 1, 1)));
}

static void check_sum(void)
{
    hold_reduce(dp_sum);
    hold_reduce(dp_mean);
    for (int ddof = 0; ddof < 2; ddof++) hold(dp_var(f.g, x_of(SHAPE(3, 4)), (int[]){1}, 1, 0, ddof));
    hold(dp_sum(f.g, x_of(SHAPE(0, 3)), (int[]){0}, 1, 0));
    dp_val y = x_of(SHAPE(4, 3)), t = x_of(SHAPE(4, 3));
    hold(dp_mean_squared_error(f.g, y, t));
    y = x_of(SHAPE(4, 3)), t = x_of(SHAPE(3));
    hold(dp_sum_squared_error(f.g, y, t));
}

static void check_max(void)
{
    hold_reduce(dp_max);
}

static void check_min(void)
{
    hold_reduce(dp_min);
}

static void check_logsumexp(void)
{
    hold_reduce(dp_logsumexp);
}

static void check_softmax(void)
{
    for (int axis = 0; axis < 3; axis++) hold(dp_softmax(f.g, x_of(SHAPE(2, 3, 4)), axis));
    hold(dp_softmax(f.g, x_of(SHAPE(4)), -1));
    hold(dp_softmax(f.g, x_of(SHAPE(3, 1)), 1));
    for (int causal = 0; causal < 2; causal++) {
        dp_val q = x_of(SHAPE(2, 3, 2)), k = x_of(SHAPE(2, 4, 2)), v = x_of(SHAPE(2, 4, 3)), mask = x_of(SHAPE(5, 4));
        hold(dp_attention(f.g, q, k, v, causal ? DP_VAL_NONE : mask, causal));
        dp_heads_weights w = {x_of(SHAPE(4, 12)), random_weighted_constant(SHAPE(12)), x_of(SHAPE(4, 4)), DP_VAL_NONE};
        hold(dp_multi_head_attention(f.g, x_of(SHAPE(2, 3, 4)), 2, &w, DP_VAL_NONE, causal));
    }
    hold(dp_cross_entropy(f.g, dp_softmax(f.g, x_of(SHAPE(4, 3)), 1), indices(SHAPE(4), DIMS(2, 0, 1, 2)), 1e-7));
}

static void check_log_softmax(void)
{
    for (int axis = 0; axis < 3; axis++) hold(dp_log_softmax(f.g, x_of(SHAPE(2, 3, 4)), axis));
    hold(dp_log_softmax(f.g, x_of(SHAPE(4)), -1));
}

static void check_softmax_cross_entropy(void)
{
    hold(dp_softmax_cross_entropy(f.g, x_of(SHAPE(4, 3)), indices(SHAPE(4), DIMS(2, 0, 1, 2))));
    hold(dp_softmax_cross_entropy(f.g, x_of(SHAPE(2, 2, 3)), indices(SHAPE(2, 2), DIMS(2, 0, 1, 1))));
    hold(dp_softmax_cross_entropy(f.g, x_of(SHAPE(3)), indices(dp_shape_scalar(), DIMS(1))));
    dp_val y = x_of(SHAPE(4, 3)), t = positive(SHAPE(4, 3));
    hold(dp_softmax_cross_entropy(f.g, y, t));
    dp_val mixed = x_of(SHAPE(2, 3));
    hold(dp_square(f.g, dp_softmax_cross_entropy(f.g, mixed, dp_softmax(f.g, mixed, 0))));
    for (int soft = 0; soft < 2; soft++) {
        y = x_of(SHAPE(4, 3)), t = soft ? positive(SHAPE(4, 3)) : indices(SHAPE(4), DIMS(2, 0, 1, 2));
        dp_val weight = positive(SHAPE(3));
        hold(dp_softmax_cross_entropy_with(f.g, y, t, weight, 0.2));
        y = x_of(SHAPE(4, 3)), t = soft ? positive(SHAPE(4, 3)) : indices(SHAPE(4), DIMS(2, 0, 1, 2));
        hold(dp_softmax_cross_entropy_with(f.g, y, t, DP_VAL_NONE, 0.1));
    }
}

/* ---- */

static int close_all(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static int open_all(void **state)
{
    (void)state;
    fixture_open(&f, DP_F64);
    variable_count = 0;
    return 0;
}

static int open_all_naive(void **state)
{
    (void)state;
    fixture_open_planned(&f, DP_F64, 1);
    variable_count = 0;
    return 0;
}

#define TEST_D(id, name)                                 \
    static void test_##name(void **state)                \
    {                                                    \
        (void)state;                                     \
        rng = (dp_rng){.seed = 7, .stream = DP_OP_##id}; \
        op_at_hand = DP_OP_##id;                         \
        int before = checked_graphs;                     \
        check_##name();                                  \
        assert_true(checked_graphs > before);            \
    }
#define TEST_P(id, name)
#define TEST_L(id, name)
#define DP_OP(id, name, arity, rule, kind, formula) TEST_##kind(id, name)
#include <denpa/ops.def>
#undef DP_OP

int main(void)
{
    const struct CMUnitTest tests[] = {
#define ENTRY_D(name) BOTH_PLANS(test_##name, open_all, close_all),
#define ENTRY_P(name)
#define ENTRY_L(name)
#define DP_OP(id, name, arity, rule, kind, formula) ENTRY_##kind(name)
#include <denpa/ops.def>
#undef DP_OP
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
