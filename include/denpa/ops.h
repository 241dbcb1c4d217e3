/* Operations: each adds one node, or a few, to a graph and returns its value.
 *
 * Common to all
 *   dtypes   bool < uint8 < int64 < float32 < float64: operands of different dtypes are promoted to the later one;
 *            dp_scalar, dp_integer and a dp_variable of rank 0 adapt to a floating operand as Python numbers do in
 *            NumPy. Arithmetic on bool and uint8 is done in int64. `+ - * ** neg abs square sign round relu clip maximum
 *            minimum @ sum max min` of integers give integers; functions of real numbers (exp, mean, /, …) turn integers into
 *            the graph's float dtype first.
 *   shapes   broadcast as in NumPy: aligned at the last axis, an axis of 1 (or a missing one) repeats.
 *   axis     counted from 0, negative from the end: -1 is the last.
 *   errors   DP_VAL_NONE is returned and the first error sticks to g: DP_ERR_SHAPE, DP_ERR_DTYPE, DP_ERR_RANGE (axis
 *            or index outside), DP_ERR_ARG (a value of another graph), DP_ERR_NOMEM. dp_graph_message(g) names the op
 *            and all shapes. From then on nothing is added to g. DP_VAL_NONE in gives DP_VAL_NONE out.
 *   kinks    the gradient at a kink follows the book and PyTorch; it is stated with the op.
 *   numerics results do not depend on the number of threads; NaN goes in, NaN comes out.
 */
#ifndef DENPA_OPS_H
#define DENPA_OPS_H

#include <denpa/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Element by element: y has the broadcast shape of the operands ---- */

DP_API dp_val dp_add(dp_graph *g, dp_val a, dp_val b); /* a + b;  da = dy, db = dy, each summed over repeated axes */
DP_API dp_val dp_sub(dp_graph *g, dp_val a, dp_val b); /* a - b;  da = dy, db = -dy */
DP_API dp_val dp_mul(dp_graph *g, dp_val a, dp_val b); /* a * b;  da = dy b, db = dy a */

/* a / b, always floating; division by zero gives an infinity or NaN.  da = dy / b, db = -dy y / b */
DP_API dp_val dp_div(dp_graph *g, dp_val a, dp_val b);

/* a ** b.  da = dy b a**(b-1) (0 where b == 0), db = dy y log(a) (0 where a == 0 and b >= 0), as PyTorch has it. Two
 * integers give an integer, unless b is a constant or a variable with anything negative in it: then the result is
 * floating, as Python's 2 ** -1. A negative exponent that is only computed gives 0 unless a is 1 or -1. */
DP_API dp_val dp_pow(dp_graph *g, dp_val a, dp_val b);

/* The larger (smaller) of a and b; NaN if either is NaN. The gradient goes to the chosen one, a tie shares it. */
DP_API dp_val dp_maximum(dp_graph *g, dp_val a, dp_val b);
DP_API dp_val dp_minimum(dp_graph *g, dp_val a, dp_val b);

/* Comparisons give DP_BOOL; their gradient is 0. A comparison with NaN is false (!=: true). */
DP_API dp_val dp_equal(dp_graph *g, dp_val a, dp_val b);
DP_API dp_val dp_not_equal(dp_graph *g, dp_val a, dp_val b);
DP_API dp_val dp_less(dp_graph *g, dp_val a, dp_val b);
DP_API dp_val dp_less_equal(dp_graph *g, dp_val a, dp_val b);
DP_API dp_val dp_greater(dp_graph *g, dp_val a, dp_val b);
DP_API dp_val dp_greater_equal(dp_graph *g, dp_val a, dp_val b);

/* a where condition is not 0, else b. The gradient goes to the one that was taken. */
DP_API dp_val dp_where(dp_graph *g, dp_val condition, dp_val a, dp_val b);

DP_API dp_val dp_neg(dp_graph *g, dp_val a);
DP_API dp_val dp_exp(dp_graph *g, dp_val a);    /* da = dy y */
DP_API dp_val dp_log(dp_graph *g, dp_val a);    /* da = dy / a; log(0) is -inf, log of a negative number NaN */
DP_API dp_val dp_sqrt(dp_graph *g, dp_val a);   /* da = dy / (2 y) */
DP_API dp_val dp_abs(dp_graph *g, dp_val a);    /* da = dy sign(a): 0 at 0 */
DP_API dp_val dp_square(dp_graph *g, dp_val a); /* a * a;  da = 2 dy a */
DP_API dp_val dp_sign(dp_graph *g, dp_val a);   /* gradient 0 */
DP_API dp_val dp_erf(dp_graph *g, dp_val a);    /* da = dy 2/sqrt(pi) exp(-a*a) */

/* Rounded to `decimals` places (may be negative), halves to even, as NumPy: round(a * 10**d) / 10**d. Gradient 0. */
DP_API dp_val dp_round(dp_graph *g, dp_val a, int decimals);

/* low where a < low, high where a > high, else a; low <= high; -INFINITY and INFINITY for no bound. An integer stays one
 * if the bounds are whole numbers. The gradient
 * passes inside and on the bounds, as in PyTorch for years (2.15 gives 0 on them). */
DP_API dp_val dp_clip(dp_graph *g, dp_val a, double low, double high);

DP_API dp_val dp_relu(dp_graph *g, dp_val a);                     /* da = dy where a > 0, else 0 */
DP_API dp_val dp_leaky_relu(dp_graph *g, dp_val a, double slope); /* da = dy where a > 0, else slope dy */
DP_API dp_val dp_sigmoid(dp_graph *g, dp_val a);                  /* da = dy y (1 - y); no overflow for any a */
DP_API dp_val dp_tanh(dp_graph *g, dp_val a);                     /* da = dy (1 - y y) */
DP_API dp_val dp_softplus(dp_graph *g, dp_val a);                 /* log(1 + exp(a)), stable;  da = dy sigmoid(a) */
DP_API dp_val dp_gelu(dp_graph *g, dp_val a);                     /* with erf, PyTorch's default */

/* a sigmoid(a), also called swish. */
DP_API dp_val dp_silu(dp_graph *g, dp_val a);

/* a where a > 0, else alpha (exp(a) - 1); no digit is lost near 0.  da = dy where a > 0, else dy alpha exp(a).
 * Source   Clevert, Unterthiner, Hochreiter 2015 */
DP_API dp_val dp_elu(dp_graph *g, dp_val a, double alpha);

/* a where a > 0, else slope a. slope: one number, or [C], one for each channel, of a [N, C, ...].
 * da = dy where a > 0, else slope dy; dslope = sum of dy a where a <= 0.
 * Errors   DP_ERR_SHAPE names both shapes
 * Source   He et al. 2015 */
DP_API dp_val dp_prelu(dp_graph *g, dp_val a, dp_val slope);

/* Each element is 0 with the probability p (0 <= p <= 1), else a / (1 - p), in a graph for training; in one for
 * evaluation (dp_graph_set_training) the result is a itself.  da is dropout of dy with the same draws.
 * Which elements are dropped depends on the seed, on the number of the step (dp_graph_step), on how many dropouts the
 * graph had before, and on the element's index i alone, so it is the same for any number of threads and after a
 * resumed run: element i of dropout k at step s is dropped if word i % 64 / 16 of philox(counter = {c low, c high, stream
 * low, stream high}, key = seed), c = i / 64 * 16 + i % 16, stream = 2^63 + k 2^40 + s, is below p 2^32.
 * Errors   DP_ERR_RANGE (p)
 * Source   Srivastava et al. 2014, with the division while training, as PyTorch has it. */
DP_API dp_val dp_dropout(dp_graph *g, dp_val a, double p, uint64_t seed);

/* The same numbers in another dtype. Floating to floating passes the gradient (converted); to an integer dtype it is
 * 0. */
DP_API dp_val dp_cast(dp_graph *g, dp_val a, dp_dtype dtype);

/* Each number rounded to the nearest float16 (IEEE 754 binary16: 11 bits; the nearest two equally near: the even one; to infinity from
 * 65520 on; subnormal numbers are kept), in the dtype that it has. The gradient passes, as through PyTorch's a.half().float().
 * Source   IEEE 754-2008. Tests: base/half against NumPy */
DP_API dp_val dp_float16(dp_graph *g, dp_val a);

/* ---- Matrix product over the last two axes, leading axes broadcast:
 *     y[..., i, j] = sum_k a[..., i, k] * b[..., k, j]
 * A 1-D a is a row, a 1-D b a column, and that axis is left out of y, as in NumPy. Integers give integers.
 * Errors   DP_ERR_SHAPE "matmul: inner sizes differ: a is [1, 3], b is [1, 2]"
 * Gradient da = dy b^T, db = a^T dy, summed over repeated axes.
 * Numerics accumulates in the dtype; |error| <= gamma_K * sum |a||b|, gamma_K = K u / (1 - K u).
 * Source   Higham, Accuracy and Stability of Numerical Algorithms, ch. 3; Giles 2008 (gradient). */
DP_API dp_val dp_matmul(dp_graph *g, dp_val a, dp_val b);

/* The same with a and b (rank >= 2) transposed in their last two axes where asked for. */
DP_API dp_val dp_matmul_flags(dp_graph *g, dp_val a, dp_val b, int transpose_a, int transpose_b);

/* ---- Planes: images are [N, C, H, W], signals [N, C, L] ---- */

/* How a window goes over the planes, [0] along the height, [1] along the width (of a signal [1] alone). 0 stands for
 * what is usual: a stride and a dilation of 1 (of a pool: a stride of its kernel), one group. */
typedef struct dp_conv {
    int64_t stride[2], padding[2], dilation[2];
    int64_t output_padding[2]; /* dp_conv_transpose2d and 1d only */
    int64_t groups;
} dp_conv;
typedef struct dp_pool {
    int64_t kernel[2];
    int64_t stride[2], padding[2];
    int64_t dilation[2];   /* dp_max_pool2d and 1d only */
    int count_real;        /* dp_avg_pool2d and 1d: divide by the places inside the plane (PyTorch's count_include_pad=False) */
} dp_pool;

/* Convolution, as PyTorch has it (no kernel is turned around):
 *     y[n, o, i, j] = b[o] + sum over c, p, q of x[n, c, i s - pad + p d, j s - pad + q d] * w[o, c, p, q]
 * where places outside the plane count as 0. With groups, filter o sees the C / groups channels of its group only.
 *
 * x        [N, C, H, W]
 * w        [O, C / groups, KH, KW]
 * b        [O], or DP_VAL_NONE
 * how      NULL: stride 1, no padding
 * returns  [N, O, OH, OW], OH = (H + 2 pad - d (KH - 1) - 1) / s + 1 rounded down, OW in the same way
 * Errors   DP_ERR_SHAPE: a kernel that reaches further than the padded plane; C or O that groups do not divide; shapes that
 *          do not fit. DP_ERR_RANGE: a stride, dilation, padding or number of groups that makes no sense.
 * Gradient dx by conv2d_input (the transposed convolution of dy), dw by conv2d_weight, db = sum of dy over n, i, j.
 *          These are ops with gradients of their own, so it can be differentiated as often as one likes.
 * Numerics |error| <= gamma_K * sum |x||w|, K = C / groups * KH * KW + 1. Where x or w hold NaN or infinities, places of
 *          y (dx, dw) near those that they belong to may become NaN, too.
 * Source   Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016. */
DP_API dp_val dp_conv2d(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how);
DP_API dp_val dp_conv1d(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how); /* x [N, C, L], w [O, C / groups, K] */

/* The transposed convolution: what dp_conv2d with these kernels does to a gradient that comes back.
 *
 * x        [N, C, H, W]
 * w        [C, O / groups, KH, KW], O the channels of the result
 * returns  [N, O, OH, OW], OH = (H - 1) s - 2 pad + d (KH - 1) + output_padding + 1; output_padding, smaller than stride or
 *          dilation, chooses among the sizes that dp_conv2d brings to H. */
DP_API dp_val dp_conv_transpose2d(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how);
DP_API dp_val dp_conv_transpose1d(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how);

/* Largest, and mean, of each window: x [N, C, H, W] to [N, C, OH, OW], sizes as of dp_conv2d. Padding, at most half of the
 * kernel, is never the largest; in a mean it counts as 0 unless count_real is set. NaN is the largest.
 * Gradient of max: to the first largest, row by row; of avg: shared evenly. */
DP_API dp_val dp_max_pool2d(dp_graph *g, dp_val x, const dp_pool *how);
DP_API dp_val dp_avg_pool2d(dp_graph *g, dp_val x, const dp_pool *how);
DP_API dp_val dp_max_pool1d(dp_graph *g, dp_val x, const dp_pool *how); /* x [N, C, L] */
DP_API dp_val dp_avg_pool1d(dp_graph *g, dp_val x, const dp_pool *how);

/* One number for each plane, [N, C, 1, 1]: its largest, its mean. */
DP_API dp_val dp_global_max_pool2d(dp_graph *g, dp_val x);
DP_API dp_val dp_global_avg_pool2d(dp_graph *g, dp_val x);

/* ---- Shapes ---- */

/* One dim may be -1: it is worked out. Errors say "reshape: cannot reshape array of size 24 into shape (2,0)". */
DP_API dp_val dp_reshape(dp_graph *g, dp_val a, dp_shape shape);

/* [N, ...] to [N, the rest], as PyTorch's Flatten. */
DP_API dp_val dp_flatten(dp_graph *g, dp_val a);

/* y.dims[i] = a.dims[axes[i]]; axes NULL: reversed (.T). */
DP_API dp_val dp_transpose(dp_graph *g, dp_val a, const int *axes, int n);

DP_API dp_val dp_broadcast_to(dp_graph *g, dp_val a, dp_shape shape);
DP_API dp_val dp_concat(dp_graph *g, const dp_val *values, int n, int axis); /* along an axis that is there */
DP_API dp_val dp_stack(dp_graph *g, const dp_val *values, int n, int axis);  /* along a new axis */

/* A basic slice along one axis: Python's start:stop:step. DP_SLICE_NONE stands for a bound left out. The axis stays. */
#define DP_SLICE_NONE INT64_MIN
typedef struct dp_slice_spec {
    int64_t start, stop, step;
} dp_slice_spec;
DP_API dp_val dp_slice(dp_graph *g, dp_val a, const dp_slice_spec *specs, int n); /* specs for the first n axes */

/* a[..., index, ...]: the axis is dropped. */
DP_API dp_val dp_select(dp_graph *g, dp_val a, int axis, int64_t index);

/* Rows of a: y[i..., j...] = a[index[i...], j...]. index: integers, negative from the end, checked when it runs
 * (DP_ERR_RANGE names the place and the index). Gradient: rows added back (dp_scatter_add). */
DP_API dp_val dp_gather(dp_graph *g, dp_val a, dp_val index);

/* Zeros of `rows` rows with row a[i..., :] added at row index[i...], one after another in the order of i.
 * a [index shape..., D...], y [rows, D...]. */
DP_API dp_val dp_scatter_add(dp_graph *g, dp_val a, dp_val index, int64_t rows);

/* y[..., k] = 1 where a == k, else 0, in the graph's float dtype; a holds integers in 0..classes-1 (DP_ERR_RANGE when
 * it runs). */
DP_API dp_val dp_one_hot(dp_graph *g, dp_val a, int64_t classes);

/* ---- Over axes: axes NULL and n 0 means all. keepdims leaves axes of 1. ---- */

/* Of nothing: 0; bool and uint8 count in int64. The mean of nothing is NaN. */
DP_API dp_val dp_sum(dp_graph *g, dp_val a, const int *axes, int n, int keepdims);
DP_API dp_val dp_mean(dp_graph *g, dp_val a, const int *axes, int n, int keepdims);

/* mean of (a - mean)^2, divided by count - ddof. ddof 0 as NumPy; PyTorch's default is 1. */
DP_API dp_val dp_var(dp_graph *g, dp_val a, const int *axes, int n, int keepdims, int ddof);

/* Largest (smallest); NaN if there is one. Elements that tie share the gradient evenly. Of nothing: DP_ERR_SHAPE. */
DP_API dp_val dp_max(dp_graph *g, dp_val a, const int *axes, int n, int keepdims);
DP_API dp_val dp_min(dp_graph *g, dp_val a, const int *axes, int n, int keepdims);

/* m + log(sum(exp(a - m))), m = max: no overflow. da = dy exp(a - y). Of nothing: DP_ERR_SHAPE. */
DP_API dp_val dp_logsumexp(dp_graph *g, dp_val a, const int *axes, int n, int keepdims);

/* Index (int64) of the first largest along an axis; NaN counts as largest. dp_argmax_all: of the flattened array. */
DP_API dp_val dp_argmax(dp_graph *g, dp_val a, int axis, int keepdims);
DP_API dp_val dp_argmax_all(dp_graph *g, dp_val a);

/* exp(a - m) / sum(exp(a - m)) along an axis.  da = y (dy - sum(dy y)) */
DP_API dp_val dp_softmax(dp_graph *g, dp_val a, int axis);
DP_API dp_val dp_log_softmax(dp_graph *g, dp_val a, int axis); /* da = dy - exp(y) sum(dy) */

/* ---- Losses: scalars ---- */

/* Mean over rows of -sum_k t_k log softmax(y)_k, in one stable step (the book's SoftmaxWithLoss, PyTorch's
 * CrossEntropyLoss).
 *
 * y        [..., K] scores
 * t        [...] class indices (integers; outside 0..K-1 is DP_ERR_RANGE when it runs, naming row and value), or
 *          [..., K] one-hot or soft targets
 * Gradient dy = (softmax(y) sum(t) - t) / rows, where sum(t) is that of the row: 1 for classes. Indices are not
 *          differentiated, targets get dt = -log_softmax(y) / rows. */
DP_API dp_val dp_softmax_cross_entropy(dp_graph *g, dp_val y, dp_val t);

/* The book's cross_entropy_error of probabilities: -sum(t log(p + eps)) / rows; eps 1e-7 in the book. p [..., K] or
 * [K]; t as above. */
DP_API dp_val dp_cross_entropy(dp_graph *g, dp_val p, dp_val t, double eps);

DP_API dp_val dp_mean_squared_error(dp_graph *g, dp_val y, dp_val t); /* mean((y - t)**2), PyTorch's MSELoss */
DP_API dp_val dp_sum_squared_error(dp_graph *g, dp_val y, dp_val t);  /* sum((y - t)**2) / 2, the book's */

/* The same with PyTorch's weight and label_smoothing: t becomes t (1 - label_smoothing) + label_smoothing / K, and class k
 * counts weight[k] times; with class indices the sum is divided by the sum of weight[t], with targets by the rows.
 * weight [K] or DP_VAL_NONE; 0 <= label_smoothing <= 1 (DP_ERR_RANGE). */
DP_API dp_val dp_softmax_cross_entropy_with(dp_graph *g, dp_val y, dp_val t, dp_val weight, double label_smoothing);

/* What becomes of the losses of the elements: their mean, their sum, themselves, or their sum divided by the length of
 * the first axis. */
typedef enum dp_reduction {
    DP_REDUCE_MEAN = 0,
    DP_REDUCE_SUM,
    DP_REDUCE_NONE,
    DP_REDUCE_BATCHMEAN
} dp_reduction;

/* Element by element; y and t have the same shape (DP_ERR_SHAPE names both). Integers of t count as numbers. */
DP_API dp_val dp_l1_loss(dp_graph *g, dp_val y, dp_val t, dp_reduction reduction); /* |y - t|;  dy = sign(y - t) */

/* (y - t)^2 / 2 where |y - t| <= delta, else delta (|y - t| - delta / 2).  dy = y - t, kept in [-delta, delta]. */
DP_API dp_val dp_huber_loss(dp_graph *g, dp_val y, dp_val t, double delta, dp_reduction reduction);

/* -(pos_weight t log s + (1 - t) log(1 - s)) with s = sigmoid(y): the cross-entropy of independent yes-or-no questions,
 * whose scores are y. Nothing overflows or cancels. pos_weight: DP_VAL_NONE for 1, or what repeats to y's shape.
 * dy = s - t without pos_weight. */
DP_API dp_val dp_binary_cross_entropy_with_logits(dp_graph *g, dp_val y, dp_val t, dp_val pos_weight,
                                                  dp_reduction reduction);

/* t (log t - log_p), 0 where t is 0: summed over a row, how far the distribution p is from t (Kullback, Leibler 1951). As
 * in PyTorch p comes as its logarithm. d log_p = -t. */
DP_API dp_val dp_kl_div(dp_graph *g, dp_val log_p, dp_val t, dp_reduction reduction);

/* ---- Put together ---- */

/* x @ W + b; x [N, ...] is flattened to [N, D] first, as the book's layer does; W [D, K], b [K] or DP_VAL_NONE. x [D]
 * gives [K]. */
DP_API dp_val dp_affine(dp_graph *g, dp_val x, dp_val w, dp_val b);

/* ---- Normalisation ---- */

/* Running statistics, one number per channel; both or none. States (dp_state) are kept up while training. */
typedef struct dp_batch_norm_state {
    dp_val mean, var;
} dp_batch_norm_state;

/* Over the batch, for each channel c (axis 1) of x [N, C] or [N, C, ...]:
 *     y = (x - mean[c]) / sqrt(var[c] + eps) * gamma[c] + beta[c]
 * In a graph for training (dp_graph_set_training), and where there is no state, mean and var are those of the batch: var is
 * the mean of (x - mean)^2. Else they are the state's. While training, states become (1 - momentum) old + momentum
 * fresh, fresh being the batch's mean, and its variance divided by one less, as PyTorch has it.
 *
 * gamma, beta   [C] or DP_VAL_NONE
 * state         NULL or both [C]
 * Errors   DP_ERR_SHAPE names x and what does not fit, or a batch for training with one number per channel; DP_ERR_RANGE
 * Source   Ioffe, Szegedy 2015 */
DP_API dp_val dp_batch_norm(dp_graph *g, dp_val x, dp_val gamma, dp_val beta, const dp_batch_norm_state *state,
                            double momentum, double eps);

/* Over the last `axes` axes of x, each row by itself: (x - mean) / sqrt(var + eps) * gamma + beta, var the mean of
 * (x - mean)^2; and x / sqrt(mean of x^2 + eps) * gamma. gamma and beta have the shape of these axes, or are DP_VAL_NONE.
 * Errors   DP_ERR_SHAPE names x and what does not fit
 * Source   Ba, Kiros, Hinton 2016; Zhang, Sennrich 2019 */
DP_API dp_val dp_layer_norm(dp_graph *g, dp_val x, int axes, dp_val gamma, dp_val beta, double eps);
DP_API dp_val dp_rms_norm(dp_graph *g, dp_val x, int axes, dp_val gamma, double eps);

/* ---- Sequences ---- */

/* Rows of v mixed by how well queries fit keys: softmax(q k^T / sqrt(D) + mask) v.
 *
 * q        [..., T, D]       k  [..., S, D]       v  [..., S, E]; leading axes broadcast
 * mask     DP_VAL_NONE, or [..., T', S'] with T' >= T and S' >= S (or 1), of which the first rows and columns count: bool (False:
 *          not looked at), or numbers that are added. A query that may look at nothing gets NaN.
 * causal   not 0: row i looks at rows 0 .. i only
 * returns  [..., T, E]
 * Errors   DP_ERR_SHAPE names the shapes; "the sequence is longer than the mask"
 * Source   Vaswani et al. 2017 */
DP_API dp_val dp_attention(dp_graph *g, dp_val q, dp_val k, dp_val v, dp_val mask, int causal);

/* Attention of a sequence x [N, T, D] to itself by `heads` heads of D / heads: q, k and v are the thirds of x w_in + b_in, each
 * head has its part of their columns, and what comes out goes through w_out.
 * w_in [D, 3 D], b_in [3 D], w_out [D, D], b_out [D]; biases may be DP_VAL_NONE. (PyTorch's in_proj_weight is w_in^T.) */
typedef struct dp_heads_weights {
    dp_val w_in, b_in, w_out, b_out;
} dp_heads_weights;
DP_API dp_val dp_multi_head_attention(dp_graph *g, dp_val x, int64_t heads, const dp_heads_weights *weights, dp_val mask,
                                      int causal);

/* Recurrent layers over x [N, T, D], with PyTorch's weights: G gates of H numbers, w_ih [G H, D], w_hh [G H, H], b_ih and b_hh
 * [G H] or DP_VAL_NONE. h0 and c0 [N, H] are the states before the first step, DP_VAL_NONE for zeros. Returns what all steps
 * give, [N, T, H]; *h and *c (NULL: not asked for) become the states after the last, [N, H]. With s the logistic function,
 * a = x_t W_ih^T + b_ih and u = h W_hh^T + b_hh, and a_i the part of gate i:
 *     rnn    h' = tanh(a + u), or relu(a + u)
 *     lstm   i, f, o = s(a + u), g = tanh(a_g + u_g), in the order i f g o;  c' = f c + i g;  h' = o tanh(c')
 *     gru    r, z = s(a + u), n = tanh(a_n + r u_n), in the order r z n;  h' = (1 - z) n + z h
 * Errors   DP_ERR_SHAPE names all shapes
 * Source   Hochreiter, Schmidhuber 1997; Gers et al. 2000; Cho et al. 2014 */
typedef struct dp_recurrent_weights {
    dp_val w_ih, w_hh, b_ih, b_hh;
} dp_recurrent_weights;
DP_API dp_val dp_rnn(dp_graph *g, dp_val x, const dp_recurrent_weights *w, dp_val h0, int relu, dp_val *h);
DP_API dp_val dp_lstm(dp_graph *g, dp_val x, const dp_recurrent_weights *w, dp_val h0, dp_val c0, dp_val *h, dp_val *c);
DP_API dp_val dp_gru(dp_graph *g, dp_val x, const dp_recurrent_weights *w, dp_val h0, dp_val *h);

/* The mean of the rows of each class: y[k] = mean of x[i] with t[i] == k; x [N, D...], t [N] integers, y [classes,
 * D...]. Rows are added one after another in x's dtype. A class without rows is NaN. */
DP_API dp_val dp_class_mean(dp_graph *g, dp_val x, dp_val t, int64_t classes);

/* Arrays of one value, 0, 1, 2, … and the identity. dp_arange(start, stop, step) as NumPy's; integers (dtype DP_I64)
 * or floats. */
DP_API dp_val dp_full(dp_graph *g, dp_shape shape, dp_dtype dtype, double value);
DP_API dp_val dp_arange(dp_graph *g, double start, double stop, double step, dp_dtype dtype);
DP_API dp_val dp_eye(dp_graph *g, int64_t n, dp_dtype dtype);

/* Random arrays of the graph's float dtype: element i (row-major) is draw i of the stream under the seed (dp_rng). */
DP_API dp_val dp_random_normal(dp_graph *g, dp_shape shape, double mean, double std, uint64_t seed, uint64_t stream);
DP_API dp_val dp_random_uniform(dp_graph *g, dp_shape shape, double low, double high, uint64_t seed, uint64_t stream);

#ifdef __cplusplus
}
#endif
#endif
