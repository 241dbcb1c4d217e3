/* Dtypes, shapes and error texts of every constructor. */
#include "graph/graph_fixture.h"

#include <math.h>
#include <string.h>

static fixture f;

static int open_graph(void **state)
{
    (void)state;
    fixture_open(&f, DP_F32);
    return 0;
}

static int close_graph(void **state)
{
    (void)state;
    fixture_close(&f);
    return 0;
}

static dp_val in(const char *name, dp_dtype dtype, dp_shape shape)
{
    dp_val v = dp_input(f.g, name, dtype, shape);
    assert_int_not_equal(v, DP_VAL_NONE);
    return v;
}

static void check_is(int line, dp_val v, dp_dtype dtype, dp_shape shape)
{
    if (!v) fail_msg("line %d: %s", line, dp_graph_message(f.g));
    char got[DP_SHAPE_TEXT_BYTES], want[DP_SHAPE_TEXT_BYTES];
    dp_shape_text(dp_val_shape(f.g, v), got, sizeof got);
    dp_shape_text(shape, want, sizeof want);
    if (dp_val_dtype(f.g, v) != dtype || strcmp(got, want) != 0)
        fail_msg("line %d: %s %s instead of %s %s", line, dp_dtype_name(dp_val_dtype(f.g, v)), got,
                 dp_dtype_name(dtype), want);
    assert_int_equal(dp_graph_verify(f.g), DP_OK);
}
#define IS(v, dtype, shape) check_is(__LINE__, v, dtype, shape)

/* The call failed with this status and these words; the graph begins anew. */
static void check_fails(int line, dp_val v, dp_status status, const char *words)
{
    if (v || dp_graph_status(f.g) != status || strcmp(dp_graph_message(f.g), words) != 0)
        fail_msg("line %d: %s \"%s\" instead of %s \"%s\"", line, dp_status_name(dp_graph_status(f.g)),
                 dp_graph_message(f.g), dp_status_name(status), words);
    assert_string_equal(dp_ctx_message(f.ctx), words);
    fixture_renew(&f);
}
#define FAILS(v, status, words) check_fails(__LINE__, v, status, words)

#define SCALAR dp_shape_scalar()

static void promotion(void **state)
{
    (void)state;
    dp_val b = in("b", DP_BOOL, SHAPE(3)), u = in("u", DP_U8, SHAPE(3)), i = in("i", DP_I64, SHAPE(3));
    dp_val f32 = in("x", DP_F32, SHAPE(3)), f64 = in("y", DP_F64, SHAPE(3));
    IS(dp_add(f.g, b, b), DP_I64, SHAPE(3));
    IS(dp_add(f.g, u, u), DP_I64, SHAPE(3));
    IS(dp_add(f.g, u, i), DP_I64, SHAPE(3));
    IS(dp_add(f.g, i, f32), DP_F32, SHAPE(3));
    IS(dp_add(f.g, f64, f32), DP_F64, SHAPE(3));
    IS(dp_div(f.g, i, i), DP_F32, SHAPE(3));
    IS(dp_neg(f.g, u), DP_I64, SHAPE(3));
    IS(dp_exp(f.g, i), DP_F32, SHAPE(3));
    IS(dp_exp(f.g, f64), DP_F64, SHAPE(3));
    IS(dp_equal(f.g, u, i), DP_BOOL, SHAPE(3));
    IS(dp_where(f.g, i, u, u), DP_U8, SHAPE(3));
    IS(dp_sum(f.g, b, NULL, 0, 0), DP_I64, SCALAR);
    IS(dp_mean(f.g, b, NULL, 0, 0), DP_F32, SCALAR);
    IS(dp_round(f.g, i, -1), DP_I64, SHAPE(3));
    IS(dp_pow(f.g, i, i), DP_I64, SHAPE(3));
    IS(dp_cast(f.g, f64, DP_U8), DP_U8, SHAPE(3));
}

static void weak_numbers(void **state)
{
    (void)state;
    dp_val i = in("i", DP_I64, SHAPE(3)), x = in("x", DP_F64, SHAPE(3)), h = in("h", DP_F32, SHAPE(3));
    dp_val two = dp_integer(f.g, 2), half = dp_scalar(f.g, 0.5);
    IS(dp_mul(f.g, i, two), DP_I64, SHAPE(3));
    IS(dp_mul(f.g, i, half), DP_F32, SHAPE(3));
    IS(dp_mul(f.g, x, half), DP_F64, SHAPE(3));
    IS(dp_mul(f.g, two, h), DP_F32, SHAPE(3));
    IS(dp_mul(f.g, two, two), DP_I64, SCALAR);
    IS(dp_mul(f.g, x, dp_mul(f.g, two, half)), DP_F64, SHAPE(3));
    IS(dp_mul(f.g, h, dp_cast(f.g, half, DP_F64)), DP_F64, SHAPE(3)); /* a cast that was asked for is no longer weak */
    IS(dp_pow(f.g, two, dp_integer(f.g, -1)), DP_F32, SCALAR);
    IS(dp_pow(f.g, two, dp_neg(f.g, dp_integer(f.g, 1))), DP_F32, SCALAR);
    IS(dp_pow(f.g, two, dp_integer(f.g, 3)), DP_I64, SCALAR);
    IS(dp_pow(f.g, i, dp_integer(f.g, -1)), DP_F32, SHAPE(3));
    double three = 3;
    dp_val n = dp_variable(f.g, "n", &(dp_array){.dtype = DP_F64, .data = &three});
    IS(dp_mul(f.g, n, h), DP_F32, SHAPE(3)); /* a variable of rank 0 is such a number, too */
    int32_t before = dp_graph_count(f.g);
    dp_mul(f.g, h, dp_integer(f.g, 2));
    assert_int_equal(dp_graph_count(f.g) - before, 3); /* two constants and a product: no cast node */
}

static void sequences(void **state)
{
    (void)state;
    dp_val x = in("x", DP_F32, SHAPE(2, 5, 4)), k = in("k", DP_F32, SHAPE(2, 6, 4)), v = in("v", DP_F32, SHAPE(2, 6, 3));
    IS(dp_attention(f.g, x, k, v, DP_VAL_NONE, 1), DP_F32, SHAPE(2, 5, 3));
    IS(dp_attention(f.g, x, k, v, in("m", DP_BOOL, SHAPE(9, 9)), 0), DP_F32, SHAPE(2, 5, 3));
    IS(dp_attention(f.g, x, k, v, in("n", DP_F32, SHAPE(2, 1, 6)), 0), DP_F32, SHAPE(2, 5, 3));
    dp_recurrent_weights w = {in("ih", DP_F32, SHAPE(12, 4)), in("hh", DP_F32, SHAPE(12, 3)), 0, in("b", DP_F32, SHAPE(12))};
    dp_val h, c;
    IS(dp_lstm(f.g, x, &w, 0, 0, &h, &c), DP_F32, SHAPE(2, 5, 3));
    IS(h, DP_F32, SHAPE(2, 3));
    IS(c, DP_F32, SHAPE(2, 3));
    FAILS(dp_gru(f.g, x, &w, 0, &h), DP_ERR_SHAPE,
          "gru: x is [2, 5, 4], W_ih is [12, 4], W_hh is [12, 3]: they must be [N, steps, D], [3 H, D], [3 H, H], and "
          "biases [3 H]");
    x = in("x", DP_F32, SHAPE(2, 5, 4)), k = in("k", DP_F32, SHAPE(2, 6, 3));
    FAILS(dp_attention(f.g, x, k, k, 0, 0), DP_ERR_SHAPE,
          "attention: q is [2, 5, 4], k is [2, 6, 3], v is [2, 6, 3]: the last axes of q and k must be equally long");
    x = in("x", DP_F32, SHAPE(2, 5, 4)), k = in("k", DP_F32, SHAPE(2, 6, 4));
    FAILS(dp_attention(f.g, x, k, x, 0, 0), DP_ERR_SHAPE,
          "attention: q is [2, 5, 4], k is [2, 6, 4], v is [2, 5, 4]: there must be one row of v for each row of k");
    x = in("x", DP_F32, SHAPE(2, 5, 4)), k = in("mask", DP_BOOL, SHAPE(4, 4));
    FAILS(dp_attention(f.g, x, x, x, k, 0), DP_ERR_SHAPE,
          "attention: q has 5 steps and k 5, but the mask is [4, 4]: the sequence is longer than the mask");
    x = in("x", DP_F32, SHAPE(2, 5, 4));
    FAILS(dp_multi_head_attention(f.g, x, 3, &(dp_heads_weights){0}, 0, 0), DP_ERR_SHAPE,
          "multi_head_attention: 3 heads do not divide the size 4 of x [2, 5, 4]");
    x = in("x", DP_F32, SHAPE(2, 5, 4));
    dp_heads_weights of = {.w_in = in("i", DP_F32, SHAPE(4, 4)), .w_out = in("o", DP_F32, SHAPE(4, 4))};
    FAILS(dp_multi_head_attention(f.g, x, 2, &of, 0, 0), DP_ERR_SHAPE,
          "multi_head_attention: W_in is [4, 4]; for x [N, steps, 4] it must be [4, 12]");
    x = in("x", DP_F32, SHAPE(2, 5, 4));
    of = (dp_heads_weights){.w_in = in("i", DP_F32, SHAPE(4, 12)), .w_out = in("o", DP_F32, SHAPE(4, 4)), .b_out = in("b", DP_F32, SHAPE(12))};
    FAILS(dp_multi_head_attention(f.g, x, 2, &of, 0, 0), DP_ERR_SHAPE,
          "multi_head_attention: b_out is [12]; for x [N, steps, 4] it must be [4]");
    x = in("x", DP_F32, SHAPE(2, 5, 4));
    of = (dp_heads_weights){.w_in = in("i", DP_F32, SHAPE(4, 12)), .w_out = in("o", DP_F32, SHAPE(4, 4))};
    FAILS(dp_multi_head_attention(f.g, x, 2, &of, in("m", DP_F32, SHAPE(4, 5)), 0), DP_ERR_SHAPE,
          "attention: q has 5 steps and k 5, but the mask is [4, 5]: the sequence is longer than the mask");
    x = in("x", DP_F32, SHAPE(2, 4));
    w = (dp_recurrent_weights){x, x, 0, 0};
    FAILS(dp_rnn(f.g, x, &w, 0, 0, NULL), DP_ERR_SHAPE, "rnn: x is [2, 4]; it must be [N, steps, size]");
    x = in("x", DP_F32, SHAPE(2, 5, 4));
    w = (dp_recurrent_weights){in("ih", DP_F32, SHAPE(3, 4)), in("hh", DP_F32, SHAPE(3, 3)), 0, 0};
    FAILS(dp_rnn(f.g, x, &w, in("h0", DP_F32, SHAPE(3, 3)), 0, NULL), DP_ERR_SHAPE, "rnn: h0 is [3, 3]; it must be [2, 3]");
}

static void states(void **state)
{
    (void)state;
    dp_val s = dp_state(f.g, "s", SHAPE(3), 2), x = in("x", DP_F64, SHAPE(3)), was, becomes;
    IS(s, DP_F32, SHAPE(3));
    assert_true(dp_val_state_first(f.g, s) == 2 && dp_val_state_first(f.g, x) == 0);
    assert_int_equal(dp_val_is_variable(f.g, s), 0);
    assert_int_equal(dp_graph_update_count(f.g), 0);
    dp_state_update(f.g, s, dp_add(f.g, s, dp_integer(f.g, 1)));
    dp_state_update(f.g, s, x); /* the last one counts */
    assert_int_equal(dp_graph_update_count(f.g), 1);
    dp_graph_update(f.g, 0, &was, &becomes);
    assert_int_equal(was, s);
    IS(becomes, DP_F32, SHAPE(3));
    dp_graph_update(f.g, 1, &was, &becomes);
    assert_true(!was && !becomes);
    dp_state_update(f.g, s, in("y", DP_F32, SHAPE(4)));
    FAILS(DP_VAL_NONE, DP_ERR_SHAPE, "state: s is [3], it cannot become [4]");
    s = dp_state(f.g, "s", SHAPE(3), 2);
    dp_state_update(f.g, s, in("i", DP_I64, SHAPE(3)));
    FAILS(DP_VAL_NONE, DP_ERR_DTYPE, "state: s is floating, it cannot become int64");
    x = in("x", DP_F32, SHAPE(3));
    dp_state_update(f.g, x, x);
    FAILS(DP_VAL_NONE, DP_ERR_ARG, "state: x is no state, it is input");
    dp_state(f.g, "s", SHAPE(3), 2);
    FAILS(dp_state(f.g, "s", SHAPE(3), 2), DP_ERR_ARG, "state: the name s is taken by another state");
    FAILS(dp_state(f.g, "", SHAPE(3), 2), DP_ERR_ARG, "state: it needs a name");
}

static void elementwise(void **state)
{
    (void)state;
    dp_val w = in("W1", DP_F32, SHAPE(784, 50)), b = in("b1", DP_F32, SHAPE(50)), c = in("c", DP_BOOL, SHAPE(784, 1));
    IS(dp_add(f.g, w, b), DP_F32, SHAPE(784, 50));
    IS(dp_where(f.g, c, b, dp_integer(f.g, 0)), DP_F32, SHAPE(784, 50));
    IS(dp_clip(f.g, w, -1, 1), DP_F32, SHAPE(784, 50));
    IS(dp_clip(f.g, c, 0, 1), DP_I64, SHAPE(784, 1));
    IS(dp_clip(f.g, c, 0, 0.5), DP_F32, SHAPE(784, 1));
    IS(dp_relu(f.g, c), DP_I64, SHAPE(784, 1));
    IS(dp_leaky_relu(f.g, w, 0.1), DP_F32, SHAPE(784, 50));
    IS(dp_maximum(f.g, dp_integer(f.g, 0), w), DP_F32, SHAPE(784, 50));
    assert_int_equal(dp_graph_step(f.g), DP_VAL_NONE);
    IS(dp_dropout(f.g, w, 0.1, 0), DP_F32, SHAPE(784, 50)); /* evaluation: w itself */
    assert_int_equal(dp_graph_step(f.g), DP_VAL_NONE);
    dp_graph_set_training(f.g, 1);
    IS(dp_dropout(f.g, w, 0.1, 0), DP_F32, SHAPE(784, 50));
    IS(dp_dropout(f.g, dp_integer(f.g, 3), 0.1, 0), DP_F32, dp_shape_scalar());
    IS(dp_graph_step(f.g), DP_I64, dp_shape_scalar());
}

static void elementwise_errors(void **state)
{
    (void)state;
    dp_val w = in("W1", DP_F32, SHAPE(784, 50)), b = in("b2", DP_F32, SHAPE(10));
    FAILS(dp_add(f.g, w, b), DP_ERR_SHAPE,
          "add: shapes of W1 [784, 50] and b2 [10] do not broadcast (axis 1: 50 and 10)");
    dp_val y = in("y", DP_F32, SHAPE(4, 1)), t = in("t", DP_F32, SHAPE(4));
    FAILS(dp_l1_loss(f.g, y, t, DP_REDUCE_MEAN), DP_ERR_SHAPE,
          "l1_loss: y is [4, 1], t is [4]: they must have the same shape");
    y = in("y", DP_F32, SHAPE(4, 3)), t = in("t", DP_I64, SHAPE(4, 3)), b = in("b", DP_F32, SHAPE(4));
    FAILS(dp_binary_cross_entropy_with_logits(f.g, y, t, b, DP_REDUCE_MEAN), DP_ERR_SHAPE,
          "mul: shapes of a [4, 3] and b [4] do not broadcast (axis 1: 3 and 4)");
    y = in("y", DP_F32, SHAPE(3)), t = in("t", DP_I64, SHAPE(3)), b = in("b", DP_F32, SHAPE(2, 3));
    FAILS(dp_binary_cross_entropy_with_logits(f.g, y, t, b, DP_REDUCE_MEAN), DP_ERR_SHAPE,
          "binary_cross_entropy_with_logits: pos_weight is [2, 3], which does not repeat to the shape of y, [3]");
    y = in("y", DP_F32, SHAPE(3));
    FAILS(dp_huber_loss(f.g, y, y, 0, DP_REDUCE_MEAN), DP_ERR_RANGE, "huber_loss: delta must be above 0, it is 0");
    y = in("y", DP_F32, SCALAR);
    FAILS(dp_kl_div(f.g, y, y, DP_REDUCE_BATCHMEAN), DP_ERR_SHAPE,
          "kl_div: a number has no axis of rows to take the mean over");
    y = in("y", DP_F32, SHAPE(4, 3)), t = in("t", DP_I64, SHAPE(4)), b = in("w", DP_F32, SHAPE(4));
    FAILS(dp_softmax_cross_entropy_with(f.g, y, t, b, 0), DP_ERR_SHAPE,
          "softmax_cross_entropy: weight is [4] for scores y [4, 3]: it must hold one number per class");
    y = in("y", DP_F32, SHAPE(4, 3)), t = in("t", DP_I64, SHAPE(4));
    FAILS(dp_softmax_cross_entropy_with(f.g, y, t, DP_VAL_NONE, 2), DP_ERR_RANGE,
          "softmax_cross_entropy: label_smoothing must be from 0 to 1, it is 2");
    y = in("y", DP_F32, SHAPE(4, 3)), t = in("a", DP_F32, SHAPE(4));
    FAILS(dp_prelu(f.g, y, t), DP_ERR_SHAPE,
          "prelu: y is [4, 3], the slopes a are [4]: there must be one slope, or one for each channel (axis 1)");
    y = in("y", DP_F32, SHAPE(3));
    FAILS(dp_batch_norm(f.g, y, 0, 0, NULL, 0.1, 1e-5), DP_ERR_SHAPE,
          "batch_norm: y is [3]; it must be [N, C] or [N, C, ...]");
    y = in("y", DP_F32, SHAPE(4, 3)), b = in("b", DP_F32, SHAPE(4));
    FAILS(dp_batch_norm(f.g, y, b, 0, NULL, 0.1, 1e-5), DP_ERR_SHAPE,
          "batch_norm: gamma is [4] for y [4, 3]; it must be [3]");
    y = in("y", DP_F32, SHAPE(1, 3));
    FAILS(dp_batch_norm(f.g, y, 0, 0, NULL, 0.1, 1e-5), DP_ERR_SHAPE,
          "batch_norm: y is [1, 3]: the spread of one number per channel is not known; a batch that is trained on "
          "needs 2 rows or more; choose a batch size that leaves no single row over");
    y = in("y", DP_F32, SHAPE(4, 3));
    FAILS(dp_batch_norm(f.g, y, 0, 0, NULL, 2, 1e-5), DP_ERR_RANGE,
          "batch_norm: momentum must be from 0 to 1, it is 2");
    y = in("y", DP_F32, SHAPE(4, 3));
    FAILS(dp_layer_norm(f.g, y, 3, 0, 0, 1e-5), DP_ERR_SHAPE,
          "layer_norm: the last 3 axes of y [4, 3] are meant; there are 2");
    y = in("y", DP_F32, SHAPE(4, 3)), b = in("b", DP_F32, SHAPE(4));
    FAILS(dp_layer_norm(f.g, y, 1, 0, b, 1e-5), DP_ERR_SHAPE, "layer_norm: beta is [4] for y [4, 3]; it must be [3]");
    y = in("y", DP_F32, SHAPE(4, 3)), b = in("b", DP_F32, SHAPE(4));
    FAILS(dp_rms_norm(f.g, y, 1, b, 1e-5), DP_ERR_SHAPE, "rms_norm: gamma is [4] for y [4, 3]; it must be [3]");
    y = in("y", DP_F32, SHAPE(4, 3));
    FAILS(dp_rms_norm(f.g, y, 1, 0, -1), DP_ERR_RANGE, "rms_norm: eps must not be negative, it is -1");
    FAILS(dp_dropout(f.g, in("x", DP_F32, SHAPE(3)), 1.5, 0), DP_ERR_RANGE,
          "dropout: p is the probability that an element is dropped, from 0 to 1; it is 1.5");
    w = dp_exp(f.g, in("w", DP_F32, SHAPE(3, 2)));
    FAILS(dp_less(f.g, w, dp_exp(f.g, in("i", DP_I64, SHAPE(4, 1)))), DP_ERR_SHAPE,
          "less: shapes of a [3, 2] and b [4, 1] do not broadcast (axis 0: 3 and 4)");
    FAILS(dp_where(f.g, in("c", DP_BOOL, SHAPE(3)), in("p", DP_F32, SHAPE(2)), dp_scalar(f.g, 1)), DP_ERR_SHAPE,
          "where: shapes of c [3] and p [2] do not broadcast (axis 0: 3 and 2)");
    FAILS(dp_clip(f.g, in("x", DP_F32, SHAPE(3)), 2, 1), DP_ERR_ARG,
          "clip: the lower bound 2 is above the upper bound 1");
    FAILS(dp_exp(f.g, 7), DP_ERR_ARG, "exp: an operand is no value of this graph (number 7 of 1..0)");
    FAILS(dp_add(f.g, DP_VAL_NONE, DP_VAL_NONE), DP_ERR_ARG,
          "add: an operand is no value of this graph (number 0 of 1..0)");
    FAILS(dp_cast(f.g, in("x", DP_F32, SHAPE(3)), (dp_dtype)77), DP_ERR_DTYPE, "cast: dtype number 77 does not exist");
}

static void matmul(void **state)
{
    (void)state;
    dp_val v = in("v", DP_F32, SHAPE(3)), m = in("m", DP_F32, SHAPE(3, 4)), t = in("t", DP_F32, SHAPE(2, 5, 3));
    dp_val s = in("s", DP_F32, SHAPE(7, 1, 3, 6)), k = in("k", DP_U8, SHAPE(4, 3));
    IS(dp_matmul(f.g, v, v), DP_F32, SCALAR);
    IS(dp_matmul(f.g, v, m), DP_F32, SHAPE(4));
    IS(dp_matmul(f.g, t, v), DP_F32, SHAPE(2, 5));
    IS(dp_matmul(f.g, t, m), DP_F32, SHAPE(2, 5, 4));
    IS(dp_matmul(f.g, t, s), DP_F32, SHAPE(7, 2, 5, 6));
    IS(dp_matmul(f.g, v, s), DP_F32, SHAPE(7, 1, 6));
    IS(dp_matmul(f.g, k, dp_transpose(f.g, k, NULL, 0)), DP_I64, SHAPE(4, 4));
    IS(dp_matmul_flags(f.g, m, m, 1, 0), DP_F32, SHAPE(4, 4));
    IS(dp_matmul_flags(f.g, m, m, 0, 1), DP_F32, SHAPE(3, 3));
    IS(dp_affine(f.g, t, in("W", DP_F32, SHAPE(15, 2)), in("b", DP_F32, SHAPE(2))), DP_F32, SHAPE(2, 2));
    IS(dp_affine(f.g, v, m, DP_VAL_NONE), DP_F32, SHAPE(4));
}

static void matmul_errors(void **state)
{
    (void)state;
    float numbers[3] = {1, 2, 3};
    dp_val a = dp_const(f.g, &(dp_array){.dtype = DP_F32, .shape = SHAPE(1, 3), .data = numbers});
    dp_val b = dp_const(f.g, &(dp_array){.dtype = DP_F32, .shape = SHAPE(1, 2), .data = numbers});
    FAILS(dp_matmul(f.g, a, b), DP_ERR_SHAPE, "matmul: inner sizes differ: a is [1, 3], b is [1, 2]");
    FAILS(dp_matmul(f.g, in("x", DP_F32, SHAPE(3)), in("W", DP_F32, SHAPE(4, 3))), DP_ERR_SHAPE,
          "matmul: inner sizes differ: x is [3], W is [4, 3]");
    FAILS(dp_matmul(f.g, in("x", DP_F32, SHAPE(3)), dp_scalar(f.g, 2)), DP_ERR_SHAPE,
          "matmul: x is [3], b is []: a number is no matrix, multiply with *");
    FAILS(dp_matmul(f.g, in("x", DP_F32, SHAPE(2, 3, 4)), in("y", DP_F32, SHAPE(3, 4, 5))), DP_ERR_SHAPE,
          "matmul: leading axes of x [2, 3, 4] and y [3, 4, 5] do not broadcast");
    FAILS(dp_matmul_flags(f.g, in("x", DP_F32, SHAPE(2, 3)), in("y", DP_F32, SHAPE(4, 5)), 1, 0), DP_ERR_SHAPE,
          "matmul: inner sizes differ: x is [2, 3] transposed, y is [4, 5]");
}

static void shapes(void **state)
{
    (void)state;
    dp_val a = in("a", DP_F32, SHAPE(2, 3, 4)), row = in("row", DP_U8, SHAPE(4));
    IS(dp_reshape(f.g, a, SHAPE(6, -1)), DP_F32, SHAPE(6, 4));
    IS(dp_reshape(f.g, a, SHAPE(-1)), DP_F32, SHAPE(24));
    IS(dp_reshape(f.g, dp_slice(f.g, a, &(dp_slice_spec){0, 0, 1}, 1), SHAPE(3, 0)), DP_F32, SHAPE(3, 0));
    IS(dp_flatten(f.g, a), DP_F32, SHAPE(2, 12));
    IS(dp_transpose(f.g, a, NULL, 0), DP_F32, SHAPE(4, 3, 2));
    IS(dp_transpose(f.g, a, (int[]){1, -1, 0}, 3), DP_F32, SHAPE(3, 4, 2));
    IS(dp_broadcast_to(f.g, row, SHAPE(3, 4)), DP_U8, SHAPE(3, 4));
    IS(dp_concat(f.g, (dp_val[]){a, a, a}, 3, -2), DP_F32, SHAPE(2, 9, 4));
    IS(dp_concat(f.g, (dp_val[]){row, dp_reshape(f.g, dp_select(f.g, a, 0, 1), SHAPE(12))}, 2, 0), DP_F32, SHAPE(16));
    IS(dp_stack(f.g, (dp_val[]){row, row}, 2, -1), DP_U8, SHAPE(4, 2));
    IS(dp_stack(f.g, (dp_val[]){dp_integer(f.g, 1), dp_scalar(f.g, 2)}, 2, 0), DP_F32, SHAPE(2));
    IS(dp_full(f.g, SHAPE(2, 2), DP_U8, 7), DP_U8, SHAPE(2, 2));
    IS(dp_full(f.g, SCALAR, DP_F64, 7), DP_F64, SCALAR);
    IS(dp_eye(f.g, 3, DP_F32), DP_F32, SHAPE(3, 3));
    IS(dp_arange(f.g, 0, 24, 1, DP_I64), DP_I64, SHAPE(24));
    IS(dp_arange(f.g, 5, 0, -2, DP_F32), DP_F32, SHAPE(3));
    IS(dp_arange(f.g, 5, 0, 1, DP_F32), DP_F32, SHAPE(0));
    IS(dp_random_normal(f.g, SHAPE(2, 3), 0, 1, 0, 0), DP_F32, SHAPE(2, 3));
    IS(dp_random_uniform(f.g, SHAPE(2), 0, 1, 0, 0), DP_F32, SHAPE(2));
}

static void shape_errors(void **state)
{
    (void)state;
    FAILS(dp_reshape(f.g, dp_arange(f.g, 0, 24, 1, DP_I64), SHAPE(2, 0)), DP_ERR_SHAPE,
          "reshape: cannot reshape array of size 24 into shape (2,0)");
    FAILS(dp_reshape(f.g, dp_arange(f.g, 0, 24, 1, DP_I64), SHAPE(7)), DP_ERR_SHAPE,
          "reshape: cannot reshape array of size 24 into shape (7,)");
    FAILS(dp_reshape(f.g, dp_arange(f.g, 0, 24, 1, DP_I64), SHAPE(-1, -1)), DP_ERR_SHAPE,
          "reshape: cannot reshape array of size 24 into shape (-1,-1)");
    FAILS(dp_reshape(f.g, dp_arange(f.g, 0, 24, 1, DP_I64), SHAPE(5, -1)), DP_ERR_SHAPE,
          "reshape: cannot reshape array of size 24 into shape (5,-1)");
    FAILS(dp_reshape(f.g, dp_scalar(f.g, 1), (dp_shape){.rank = 9}), DP_ERR_SHAPE,
          "reshape: cannot reshape array of size 1 into shape (0,0,0,0,0,0,0,0)");
    FAILS(dp_transpose(f.g, in("a", DP_F32, SHAPE(2, 3)), (int[]){0, 0}, 2), DP_ERR_RANGE,
          "transpose: the axes must be 0..1 in some order");
    FAILS(dp_transpose(f.g, in("a", DP_F32, SHAPE(2, 3)), (int[]){0}, 1), DP_ERR_SHAPE,
          "transpose: 1 axes are given, a is [2, 3]");
    FAILS(dp_broadcast_to(f.g, in("a", DP_F32, SHAPE(2, 3)), SHAPE(3, 2)), DP_ERR_SHAPE,
          "broadcast_to: a [2, 3] cannot be repeated to [3, 2]");
    dp_val ab[2] = {in("a", DP_F32, SHAPE(2, 3)), in("b", DP_F32, SHAPE(4, 4))};
    FAILS(dp_concat(f.g, ab, 2, 0), DP_ERR_SHAPE,
          "concat: number 1 is [4, 4], number 0 is [2, 3]: all axes but axis 0 must agree");
    ab[0] = in("a", DP_F32, SHAPE(2)), ab[1] = in("b", DP_F32, SHAPE(3));
    FAILS(dp_stack(f.g, ab, 2, 0), DP_ERR_SHAPE, "stack: number 1 is [3], number 0 is [2]: all must have one shape");
    FAILS(dp_concat(f.g, NULL, 0, 0), DP_ERR_ARG, "concat: there are no values to join");
    FAILS(dp_full(f.g, SHAPE(INT64_MAX, 2), DP_F32, 0), DP_ERR_NOMEM,
          "broadcast_to: shape [9223372036854775807, 2] needs 7.38e+19 bytes, which is more than memory can hold");
    FAILS(dp_full(f.g, SHAPE(2, -3), DP_F32, 0), DP_ERR_SHAPE, "broadcast_to: shape [2, -3] has a negative size");
}

/* a[specs] has this many elements, as Python's range(size)[slice] has. */
static void slice_has(int64_t size, int64_t start, int64_t stop, int64_t step, int64_t count)
{
    dp_val a = dp_full(f.g, SHAPE(size), DP_F32, 0);
    IS(dp_slice(f.g, a, &(dp_slice_spec){start, stop, step}, 1), DP_F32, SHAPE(count));
}

static void slices(void **state)
{
    (void)state;
    const int64_t none = DP_SLICE_NONE;
    slice_has(10, none, none, none, 10);
    slice_has(10, 2, 5, none, 3);
    slice_has(10, -3, none, none, 3);
    slice_has(10, none, -3, none, 7);
    slice_has(10, 5, 2, none, 0);
    slice_has(10, 5, 2, -1, 3);
    slice_has(10, none, none, -1, 10);
    slice_has(10, none, none, -3, 4);
    slice_has(10, 0, 100, 3, 4);
    slice_has(10, -100, 100, 100, 1);
    slice_has(10, 100, -100, -1, 10);
    slice_has(0, none, none, -1, 0);
    slice_has(10, INT64_MIN + 1, INT64_MAX, INT64_MAX, 1);
    slice_has(10, INT64_MAX, INT64_MIN + 1, INT64_MIN + 1, 1);
    dp_val a = in("a", DP_F32, SHAPE(4, 5, 6));
    IS(dp_slice(f.g, a, (dp_slice_spec[]){{1, 3, 1}, {none, none, 2}}, 2), DP_F32, SHAPE(2, 3, 6));
    IS(dp_select(f.g, a, 1, -1), DP_F32, SHAPE(4, 6));
    FAILS(dp_select(f.g, a, 1, 5), DP_ERR_RANGE, "select: index 5 is outside axis 1 of a [4, 5, 6]");
    FAILS(dp_slice(f.g, in("a", DP_F32, SHAPE(3)), &(dp_slice_spec){0, 1, 0}, 1), DP_ERR_ARG,
          "slice: the step along axis 0 is 0");
    FAILS(dp_slice(f.g, in("a", DP_F32, SHAPE(3)), (dp_slice_spec[2]){{0, 1, 1}, {0, 1, 1}}, 2), DP_ERR_RANGE,
          "slice: 2 axes are sliced, a is [3]");
}

static void indices(void **state)
{
    (void)state;
    dp_val a = in("a", DP_F32, SHAPE(5, 3)), i = in("i", DP_U8, SHAPE(2, 2)), t = in("t", DP_I64, SHAPE(5));
    IS(dp_gather(f.g, a, i), DP_F32, SHAPE(2, 2, 3));
    IS(dp_scatter_add(f.g, a, t, 4), DP_F32, SHAPE(4, 3));
    IS(dp_one_hot(f.g, i, 10), DP_F32, SHAPE(2, 2, 10));
    IS(dp_class_mean(f.g, a, t, 10), DP_F32, SHAPE(10, 3));
    assert_int_equal(dp_val_label_classes(f.g, dp_one_hot(f.g, i, 10)), 0);
    FAILS(dp_gather(f.g, i, a), DP_ERR_DTYPE, "gather: the indices a are float32; they must be integers");
    FAILS(dp_gather(f.g, dp_scalar(f.g, 1), dp_integer(f.g, 0)), DP_ERR_SHAPE, "gather: a is a number, it has no rows");
    FAILS(dp_scatter_add(f.g, in("a", DP_F32, SHAPE(5, 3)), in("t", DP_I64, SHAPE(4)), 9), DP_ERR_SHAPE,
          "scatter_add: a is [5, 3]: it must begin with the axes of the indices, [4]");
    FAILS(dp_one_hot(f.g, in("t", DP_I64, SHAPE(4)), 0), DP_ERR_ARG,
          "one_hot: 0 classes are wanted, there must be at least 1");
    FAILS(dp_class_mean(f.g, in("a", DP_F32, SHAPE(5, 3)), in("t", DP_I64, SHAPE(4)), 9), DP_ERR_SHAPE,
          "class_mean: x is [5, 3], t is [4]: t must have one class for each row of x");
}

static void reductions(void **state)
{
    (void)state;
    dp_val a = in("a", DP_F32, SHAPE(2, 3, 4, 5)), i = in("i", DP_U8, SHAPE(2, 3));
    IS(dp_sum(f.g, a, NULL, 0, 0), DP_F32, SCALAR);
    IS(dp_sum(f.g, a, NULL, 0, 1), DP_F32, SHAPE(1, 1, 1, 1));
    IS(dp_sum(f.g, a, (int[]){-1, 0}, 2, 0), DP_F32, SHAPE(3, 4));
    IS(dp_sum(f.g, a, (int[]){-1, 0}, 2, 1), DP_F32, SHAPE(1, 3, 4, 1));
    IS(dp_max(f.g, a, (int[]){1, 3}, 2, 0), DP_F32, SHAPE(2, 4));
    IS(dp_max(f.g, a, (int[]){1, 3}, 2, 1), DP_F32, SHAPE(2, 1, 4, 1));
    IS(dp_min(f.g, i, (int[]){1}, 1, 0), DP_I64, SHAPE(2));
    IS(dp_logsumexp(f.g, i, (int[]){1}, 1, 1), DP_F32, SHAPE(2, 1));
    IS(dp_mean(f.g, a, (int[]){1, 2}, 2, 0), DP_F32, SHAPE(2, 5));
    IS(dp_var(f.g, i, (int[]){0}, 1, 1, 1), DP_F32, SHAPE(1, 3));
    IS(dp_argmax(f.g, a, 1, 0), DP_I64, SHAPE(2, 4, 5));
    IS(dp_argmax(f.g, a, -1, 1), DP_I64, SHAPE(2, 3, 4, 1));
    IS(dp_argmax_all(f.g, i), DP_I64, SCALAR);
    IS(dp_softmax(f.g, a, 1), DP_F32, SHAPE(2, 3, 4, 5));
    IS(dp_log_softmax(f.g, i, -1), DP_F32, SHAPE(2, 3));
    IS(dp_sum(f.g, dp_scalar(f.g, 1), NULL, 0, 0), DP_F32, SCALAR);
    FAILS(dp_sum(f.g, a, (int[]){4}, 1, 0), DP_ERR_RANGE, "sum: axis 4 is outside a [2, 3, 4, 5], whose axes are 0..3");
    FAILS(dp_mean(f.g, in("a", DP_F32, SHAPE(2, 3)), (int[]){1, -1}, 2, 0), DP_ERR_ARG, "mean: axis 1 is there twice");
    FAILS(dp_max(f.g, in("a", DP_F32, SHAPE(2, 0)), (int[]){1}, 1, 0), DP_ERR_SHAPE,
          "max: a [2, 0] has no elements there");
    FAILS(dp_argmax_all(f.g, in("a", DP_F32, SHAPE(2, 0))), DP_ERR_SHAPE, "argmax: a [0] has no elements along axis 0");
    FAILS(dp_softmax(f.g, dp_scalar(f.g, 1), -1), DP_ERR_RANGE, "softmax: axis -1: a is a number, it has no axes");
}

static void losses(void **state)
{
    (void)state;
    dp_val y = in("y", DP_F32, SHAPE(5, 3)), t = in("t", DP_U8, SHAPE(5)), p = in("p", DP_F64, SHAPE(5, 3)),
           h = in("h", DP_U8, SHAPE(5, 3));
    IS(dp_softmax_cross_entropy(f.g, y, t), DP_F32, SCALAR);
    IS(dp_softmax_cross_entropy(f.g, y, p), DP_F64, SCALAR);
    IS(dp_softmax_cross_entropy(f.g, y, h), DP_F32, SCALAR);
    IS(dp_cross_entropy(f.g, p, t, 1e-7), DP_F64, SCALAR);
    IS(dp_cross_entropy(f.g, y, h, 1e-7), DP_F32, SCALAR);
    IS(dp_cross_entropy(f.g, dp_select(f.g, y, 0, 0), dp_integer(f.g, 1), 1e-7), DP_F32, SCALAR);
    IS(dp_mean_squared_error(f.g, y, h), DP_F32, SCALAR);
    IS(dp_sum_squared_error(f.g, y, h), DP_F32, SCALAR);
    FAILS(dp_softmax_cross_entropy(f.g, y, in("q", DP_F32, SHAPE(5))), DP_ERR_SHAPE,
          "softmax_cross_entropy: q is float32 [5] for scores y [5, 3]; it must hold class indices (integers, [5]) or "
          "one target per "
          "score (floating, [5, 3])");
    FAILS(dp_cross_entropy(f.g, in("y", DP_F32, SHAPE(5, 3)), in("t", DP_I64, SHAPE(3)), 0), DP_ERR_SHAPE,
          "cross_entropy: t is int64 [3] for probabilities y [5, 3]; it must hold class indices (integers, [5]) or one "
          "target per "
          "probability ([5, 3])");
    FAILS(dp_softmax_cross_entropy(f.g, dp_scalar(f.g, 1), dp_integer(f.g, 0)), DP_ERR_SHAPE,
          "softmax_cross_entropy: the scores y are []: there are no classes in the last axis");
}

static void leaf_errors(void **state)
{
    (void)state;
    dp_init zero = {.kind = DP_INIT_CONSTANT};
    FAILS(dp_input(f.g, "", DP_F32, SCALAR), DP_ERR_ARG, "input: it needs a name");
    FAILS(dp_variable(f.g, NULL, &(dp_array){0}), DP_ERR_ARG, "variable: it needs a name");
    FAILS(dp_const(f.g, &(dp_array){.dtype = DP_F32}), DP_ERR_ARG, "const: the array has no data");
    dp_param(f.g, "W", SHAPE(2), zero);
    FAILS(dp_param(f.g, "W", SHAPE(2), zero), DP_ERR_ARG, "param: the name W is taken by another param");
    FAILS(dp_param(f.g, "W", SHAPE(2), (dp_init){.kind = DP_INIT_NORMAL, .b = -1}), DP_ERR_ARG,
          "param W: the standard deviation must not be negative, it is -1");
    FAILS(dp_param(f.g, "W", SHAPE(2), (dp_init){.kind = DP_INIT_VALUE, .value = dp_eye(f.g, 2, DP_F32)}), DP_ERR_SHAPE,
          "param W: its shape is [2], its first value is [2, 2]");
    FAILS(dp_param(f.g, "W", SCALAR, (dp_init){.kind = DP_INIT_HE}), DP_ERR_ARG,
          "param W: a number has no fan_in; say it");
    FAILS(dp_label(f.g, "t", DP_I64, SHAPE(3), 0), DP_ERR_ARG, "label t: 0 classes, there must be at least 1");
    FAILS(dp_input(f.g, "x", DP_F32, (dp_shape){.rank = 9}), DP_ERR_SHAPE, "input: a shape has 0 to 8 axes");
    FAILS(dp_input(f.g, "x", DP_F32, SHAPE(-2)), DP_ERR_SHAPE, "input: shape [-2] has a negative size");
    FAILS(dp_arange(f.g, 0, 1, 0, DP_F32), DP_ERR_ARG, "arange: no way from 0 to 1 by steps of 0");
    FAILS(dp_arange(f.g, 0, 1e300, 1, DP_F32), DP_ERR_NOMEM, "arange: 1e+300 elements are more than memory can hold");
    FAILS(dp_random_normal(f.g, SCALAR, 0, NAN, 0, 0), DP_ERR_ARG,
          "random_normal: the standard deviation must not be negative, it is nan");
}

static void planes(void **state)
{
    (void)state;
    dp_val x = in("x", DP_F32, SHAPE(7, 4, 10, 9)), w = in("W", DP_F32, SHAPE(6, 4, 3, 2)), b = in("b", DP_F32, SHAPE(6));
    IS(dp_conv2d(f.g, x, w, b, NULL), DP_F32, SHAPE(7, 6, 8, 8));
    IS(dp_conv2d(f.g, x, w, b, &(dp_conv){.stride = {2, 3}, .padding = {1, 2}, .dilation = {3, 1}}), DP_F32,
       SHAPE(7, 6, 3, 4));
    IS(dp_conv2d(f.g, x, in("V", DP_F64, SHAPE(2, 2, 12, 1)), DP_VAL_NONE, &(dp_conv){.padding = {1, 0}, .groups = 2}),
       DP_F64, SHAPE(7, 2, 1, 9));
    IS(dp_conv2d(f.g, in("i", DP_I64, SHAPE(1, 1, 2, 2)), in("k", DP_I64, SHAPE(1, 1, 2, 2)), DP_VAL_NONE, NULL), DP_F32,
       SHAPE(1, 1, 1, 1));
    IS(dp_conv1d(f.g, in("s", DP_F32, SHAPE(2, 3, 8)), in("l", DP_F32, SHAPE(5, 3, 4)), DP_VAL_NONE, NULL), DP_F32,
       SHAPE(2, 5, 5));
    IS(dp_conv_transpose2d(f.g, in("u", DP_F32, SHAPE(7, 6, 4, 4)), w, DP_VAL_NONE,
                           &(dp_conv){.stride = {2, 3}, .padding = {1, 0}, .output_padding = {1, 2}}),
       DP_F32, SHAPE(7, 4, 8, 13));
    dp_pool two = {.kernel = {2, 2}};
    IS(dp_max_pool2d(f.g, x, &two), DP_F32, SHAPE(7, 4, 5, 4));
    IS(dp_avg_pool2d(f.g, x, &(dp_pool){.kernel = {3, 3}, .stride = {2, 1}, .padding = {1, 1}}), DP_F32, SHAPE(7, 4, 5, 9));
    IS(dp_max_pool1d(f.g, in("r", DP_U8, SHAPE(2, 3, 8)), &two), DP_F32, SHAPE(2, 3, 4));
    IS(dp_global_avg_pool2d(f.g, x), DP_F32, SHAPE(7, 4, 1, 1));
}

static void plane_errors(void **state)
{
    (void)state;
#define X in("x", DP_F32, SHAPE(2, 4, 5, 6))
#define W(...) in("W", DP_F32, SHAPE(__VA_ARGS__))
#define CONV(w, ...) dp_conv2d(f.g, X, (w), DP_VAL_NONE, &(dp_conv){__VA_ARGS__})
    FAILS(CONV(W(3, 4, 6, 2)), DP_ERR_SHAPE,
          "conv2d: the kernel's height 6 (it reaches over 6 with dilation 1) is larger than the padded input's, 5 + 2 * 0, of "
          "x [2, 4, 5, 6]");
    FAILS(CONV(W(3, 4, 2, 3), .padding = {0, 1}, .dilation = {1, 4}), DP_ERR_SHAPE,
          "conv2d: the kernel's width 3 (it reaches over 9 with dilation 4) is larger than the padded input's, 6 + 2 * 1, of "
          "x [2, 4, 5, 6]");
    FAILS(CONV(W(3, 3, 2, 2)), DP_ERR_SHAPE,
          "conv2d: x is [2, 4, 5, 6], W is [3, 3, 2, 2]: the kernels are for 3 channels, the input has 4 (channels / groups)");
    FAILS(CONV(W(3, 1, 2, 2), .groups = 3), DP_ERR_SHAPE,
          "conv2d: x [2, 4, 5, 6] and W [3, 1, 2, 2]: 3 groups do not divide the 4 channels");
    FAILS(CONV(W(3, 2, 2, 2), .groups = 2), DP_ERR_SHAPE,
          "conv2d: x [2, 4, 5, 6] and W [3, 2, 2, 2]: 2 groups do not divide the 3 filters");
    FAILS(CONV(W(3, 4, 2, 2), .stride = {-1, 1}), DP_ERR_RANGE, "conv2d: stride is -1; it must be at least 1");
    FAILS(CONV(W(3, 4, 2, 2), .dilation = {1, -2}), DP_ERR_RANGE, "conv2d: dilation is -2; it must be at least 1");
    FAILS(CONV(W(3, 4, 2, 2), .padding = {0, -3}), DP_ERR_RANGE, "conv2d: padding is -3; it must not be negative");
    FAILS(CONV(W(3, 4, 2, 2), .groups = -1), DP_ERR_RANGE, "conv2d: groups is -1; it must be at least 1");
    FAILS(CONV(W(3, 4, 0, 2)), DP_ERR_RANGE, "conv2d: a kernel of height 0 has no elements");
    FAILS(CONV(W(3, 4, 2, 2), .padding = {INT64_MAX, 0}), DP_ERR_RANGE,
          "conv2d: padding 9223372036854775807 and dilation 1 reach further than numbers go");
    FAILS(CONV(W(3, 4, 2)), DP_ERR_SHAPE, "conv2d: W is [3, 4, 2]; it must be four axes, kernels of [KH, KW]");
    FAILS(dp_conv2d(f.g, in("x", DP_F32, SHAPE(2, 784)), W(3, 1, 2, 2), DP_VAL_NONE, NULL), DP_ERR_SHAPE,
          "conv2d: x is [2, 784]; it must be [N, C, H, W]");
    FAILS(dp_conv2d(f.g, X, W(3, 4, 2, 2), in("b", DP_F32, SHAPE(4)), NULL), DP_ERR_SHAPE,
          "conv2d: b is [4]; it must hold one number for each of the 3 filters");
    FAILS(dp_conv_transpose2d(f.g, X, W(3, 4, 2, 2), DP_VAL_NONE, NULL), DP_ERR_SHAPE,
          "conv2d_input: x is [2, 4, 5, 6], W is [3, 4, 2, 2]: there are 4 channels and kernels for 3");
    FAILS(dp_conv_transpose2d(f.g, X, W(4, 4, 2, 2), DP_VAL_NONE, &(dp_conv){.output_padding = {0, 1}}), DP_ERR_RANGE,
          "conv_transpose2d: output_padding is 1; it must be smaller than the stride 1 or the dilation 1");
    FAILS(dp_conv_transpose2d(f.g, X, W(4, 4, 2, 2), DP_VAL_NONE, &(dp_conv){.padding = {4, 0}}), DP_ERR_SHAPE,
          "conv_transpose2d: nothing is left of x [2, 4, 5, 6]: (5 - 1) * stride 1 - 2 * padding 4 + dilation 1 * (kernel - 1) "
          "+ output_padding 0 + 1 is no size");
    FAILS(dp_max_pool2d(f.g, X, &(dp_pool){.kernel = {2, 2}, .padding = {1, 2}}), DP_ERR_RANGE,
          "max_pool2d: padding is 2; of a pool it must be at most half of the kernel, which is 2");
    FAILS(dp_avg_pool2d(f.g, X, &(dp_pool){.kernel = {6, 2}}), DP_ERR_SHAPE,
          "avg_pool2d: the kernel's height 6 (it reaches over 6 with dilation 1) is larger than the padded input's, 5 + 2 * 0, "
          "of x [2, 4, 5, 6]");
    FAILS(dp_max_pool2d(f.g, X, &(dp_pool){.kernel = {2, 0}}), DP_ERR_RANGE,
          "max_pool2d: a kernel of width 0 has no elements");
    FAILS(dp_max_pool1d(f.g, X, &(dp_pool){.kernel = {2, 2}}), DP_ERR_SHAPE,
          "max_pool1d: x is [2, 4, 5, 6]; it must be [N, C, L]");
#undef CONV
#undef W
#undef X
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_graph, close_graph)
    const struct CMUnitTest tests[] = {
        TEST(promotion),   TEST(weak_numbers),  TEST(states), TEST(sequences), TEST(elementwise), TEST(elementwise_errors),
        TEST(matmul),      TEST(matmul_errors), TEST(planes), TEST(plane_errors), TEST(shapes),      TEST(shape_errors),
        TEST(slices),      TEST(indices),       TEST(reductions),  TEST(losses),
        TEST(leaf_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
