#include "support/random_graph.h"

#include <denpa/grad.h>
#include <denpa/ops.h>
#include <denpa/random.h>

typedef struct maker {
    dp_graph *g;
    dp_rng rng;
    int64_t rows, columns;
    dp_val *values;
    int count, capacity;
} maker;

static int64_t draw(maker *m, int64_t bound)
{
    return (int64_t)dp_rng_below(&m->rng, (uint64_t)bound);
}

static dp_val pick(maker *m)
{
    return m->values[draw(m, m->count)];
}

static void keep(maker *m, dp_val v)
{
    int64_t most = 4 * m->rows * m->columns;
    if (m->count < m->capacity && dp_shape_elems(dp_val_shape(m->g, v)) <= most)
        m->values[m->count++] = v;
}

static void leaf(maker *m, int rank, int64_t a, int64_t b)
{
    dp_shape shape = dp_shape_of(rank, (int64_t[]){a, b});
    uint64_t seed = dp_rng_bits(&m->rng);
    keep(m, draw(m, 8) ? dp_random_normal(m->g, shape, 0, 1, seed, 1) : dp_random_uniform(m->g, shape, -1, 2, seed, 1));
}

static int fits(dp_shape a, dp_shape b)
{
    for (int i = 1; i <= a.rank && i <= b.rank; i++) {
        int64_t da = a.dims[a.rank - i], db = b.dims[b.rank - i];
        if (da != db && da != 1 && db != 1)
            return 0;
    }
    return 1;
}

/* A value that broadcasts with a, and not to something huge. */
static dp_val partner(maker *m, dp_val a)
{
    for (int i = 0; i < 8; i++) {
        dp_val b = pick(m);
        if (fits(dp_val_shape(m->g, a), dp_val_shape(m->g, b)))
            return b;
    }
    return a;
}

/* dy/da of the sum of y. */
static void slope(maker *m, dp_val a, dp_val y)
{
    dp_val back;
    if (dp_grad(m->g, dp_sum(m->g, y, NULL, 0, 0), DP_VAL_NONE, &a, 1, &back) == DP_OK)
        keep(m, back);
}

static void unary(maker *m, dp_val a)
{
    dp_graph *g = m->g;
    switch (draw(m, 16)) {
    case 0:
        keep(m, dp_neg(g, a));
        break;
    case 1:
        keep(m, dp_exp(g, dp_tanh(g, a)));
        break;
    case 2:
        keep(m, dp_log(g, dp_abs(g, a)));
        break;
    case 3:
        keep(m, dp_sqrt(g, dp_square(g, a)));
        break;
    case 4:
        keep(m, dp_relu(g, a));
        break;
    case 5:
        keep(m, dp_sigmoid(g, a));
        break;
    case 6:
        keep(m, dp_gelu(g, a));
        break;
    case 7:
        keep(m, dp_softplus(g, a));
        break;
    case 8:
        keep(m, dp_clip(g, a, -1, 1));
        break;
    case 9:
        keep(m, dp_leaky_relu(g, a, 0.1));
        break;
    case 10:
        keep(m, dp_round(g, a, 1));
        break;
    case 12:
        keep(m, dp_float16(g, a));
        break;
    case 13:
        keep(m, dp_erf(g, a));
        break;
    case 14:
        keep(m, dp_sign(g, a));
        break;
    case 11:
        keep(m, dp_dropout(g, a, 0.4, 7));
        break;
    default:
        keep(m, dp_cast(g, dp_cast(g, a, DP_I64), dp_val_dtype(g, a)));
        break;
    }
}

static void binary(maker *m, dp_val a)
{
    dp_graph *g = m->g;
    static dp_val (*const comparisons[])(dp_graph *, dp_val, dp_val) = {dp_equal,         dp_not_equal, dp_less, dp_less_equal,
                                                                        dp_greater_equal, dp_greater};
    dp_val b = partner(m, a), c;
    switch (draw(m, 9)) {
    case 7:
        keep(m, dp_pow(g, dp_add(g, dp_abs(g, a), dp_scalar(g, 0.5)), dp_tanh(g, b)));
        break;
    case 8:
        c = comparisons[draw(m, 6)](g, a, b);
        keep(m, draw(m, 2) ? dp_cast(g, c, dp_val_dtype(g, a)) : dp_where(g, c, a, b));
        break;
    case 0:
        keep(m, dp_add(g, a, b));
        break;
    case 1:
        keep(m, dp_sub(g, a, b));
        break;
    case 2:
        keep(m, dp_mul(g, a, b));
        break;
    case 3:
        keep(m, dp_div(g, a, b));
        break;
    case 4:
        keep(m, dp_maximum(g, a, b));
        break;
    case 5:
        keep(m, dp_minimum(g, b, a));
        break;
    default:
        keep(m, dp_where(g, dp_less(g, a, b), b, a));
        break;
    }
}

static void over_axes(maker *m, dp_val a)
{
    dp_graph *g = m->g;
    int rank = dp_val_shape(g, a).rank;
    if (!rank)
        return;
    int axis = (int)draw(m, rank), keepdims = (int)draw(m, 2);
    switch (draw(m, 9)) {
    case 7:
        keep(m, dp_min(g, a, &axis, 1, keepdims));
        break;
    case 8: /* the targets: classes, or shares of them */
        keep(m, dp_softmax_cross_entropy(g, a, draw(m, 2) ? dp_softmax(g, dp_neg(g, a), -1) : dp_argmax(g, a, -1, 0)));
        break;
    case 0:
        keep(m, dp_sum(g, a, &axis, 1, keepdims));
        break;
    case 1:
        keep(m, dp_max(g, a, &axis, 1, keepdims));
        break;
    case 2:
        keep(m, dp_mean(g, a, NULL, 0, keepdims));
        break;
    case 3:
        keep(m, dp_softmax(g, a, axis));
        break;
    case 4:
        keep(m, dp_log_softmax(g, a, axis));
        break;
    case 5:
        keep(m, dp_logsumexp(g, a, &axis, 1, keepdims));
        break;
    default:
        keep(m, dp_one_hot(g, dp_argmax(g, a, axis, keepdims), dp_val_shape(g, a).dims[axis]));
        break;
    }
}

static void moved(maker *m, dp_val a)
{
    dp_graph *g = m->g;
    dp_shape shape = dp_val_shape(g, a);
    if (!shape.rank)
        return;
    dp_slice_spec back = {DP_SLICE_NONE, DP_SLICE_NONE, -1}, odd = {1, DP_SLICE_NONE, 2};
    int64_t rows = shape.dims[0];
    switch (draw(m, 8)) {
    case 7:
        if (rows > 2)
            slope(m, a, dp_square(g, dp_slice(g, a, &odd, 1)));
        break;
    case 0:
        keep(m, dp_transpose(g, a, NULL, 0));
        break;
    case 1:
        keep(m, dp_reshape(g, a, dp_shape_of(1, (int64_t[]){dp_shape_elems(shape)})));
        break;
    case 2:
        keep(m, dp_slice(g, a, &back, 1));
        break;
    case 3:
        if (rows > 2)
            keep(m, dp_slice(g, a, &odd, 1));
        break;
    case 4:
        keep(m, dp_concat(g, (dp_val[]){a, dp_neg(g, a)}, 2, (int)draw(m, shape.rank)));
        break;
    case 5:
        keep(m, dp_gather(g, a, dp_arange(g, 0, (double)rows, 2, DP_I64)));
        break;
    default:
        keep(m, dp_scatter_add(g, a, dp_arange(g, (double)rows - 1, -1, -1, DP_I64), rows + 1));
        break;
    }
}

static void product(maker *m, dp_val a)
{
    int64_t most = m->rows > m->columns ? m->rows : m->columns;
    dp_shape shape = dp_val_shape(m->g, a);
    if (shape.rank != 2 || shape.dims[0] > most || shape.dims[1] > most)
        return;
    int flag = (int)draw(m, 2);
    keep(m, dp_matmul_flags(m->g, a, a, flag, !flag));
}

/* Planes of any number of channels: a value as [1, 1, rows, columns]. */
static void planes(maker *m, dp_val a)
{
    dp_graph *g = m->g;
    dp_shape shape = dp_val_shape(g, a);
    if (shape.rank != 2 || shape.dims[0] < 3 || shape.dims[1] < 3)
        return;
    int64_t h = shape.dims[0], w = shape.dims[1], kernel = 1 + draw(m, 3), groups = 1 + draw(m, 2), channels = 1 + draw(m, 2);
    dp_val x = dp_reshape(g, a, dp_shape_of(4, (int64_t[]){1, 1, h, w}));
    dp_val filters = dp_random_normal(g, dp_shape_of(4, (int64_t[]){2 * groups, channels, kernel, 2}), 0, 1,
                                      dp_rng_bits(&m->rng), 2);
    dp_conv how = {{1 + draw(m, 2), 1 + draw(m, 3)}, {1 + draw(m, 2), draw(m, 2)}, {1, 1 + draw(m, 2)}, {0}, groups};
    dp_pool pool = {{2, 3}, {1 + draw(m, 2), 0}, {draw(m, 2), 1}, {0}, (int)draw(m, 2)};
    x = dp_broadcast_to(g, x, dp_shape_of(4, (int64_t[]){2, channels * groups, h, w}));
    dp_val y = dp_conv2d(g, x, filters, DP_VAL_NONE, &how), back[2], p;
    switch (draw(m, 8)) {
    case 5:
        y = dp_square(g, dp_avg_pool2d(g, dp_tanh(g, x), &pool));
        if (dp_grad(g, dp_sum(g, y, NULL, 0, 0), DP_VAL_NONE, &x, 1, &p) != DP_OK)
            return;
        break;
    case 6: /* the way back through a pool and the relu in front of it */
        y = dp_square(g, dp_max_pool2d(g, dp_relu(g, x), &pool));
        if (dp_grad(g, dp_sum(g, y, NULL, 0, 0), DP_VAL_NONE, &x, 1, &p) != DP_OK)
            return;
        break;
    case 7: /* and once more back */
        y = dp_exp(g, dp_max_pool2d(g, dp_tanh(g, x), &pool));
        if (dp_grad(g, dp_sum(g, y, NULL, 0, 0), DP_VAL_NONE, &x, 1, &p) != DP_OK ||
            dp_grad(g, dp_sum(g, dp_square(g, p), NULL, 0, 0), DP_VAL_NONE, &x, 1, &p) != DP_OK)
            return;
        break;
    case 0:
        p = dp_relu(g, dp_add(g, y, dp_random_normal(g, dp_shape_of(3, (int64_t[]){2 * groups, 1, 1}), 0, 1, 5, 3)));
        break;
    case 1:
        if (dp_grad(g, dp_sum(g, dp_square(g, y), NULL, 0, 0), DP_VAL_NONE, (dp_val[]){x, filters}, 2, back) != DP_OK)
            return;
        p = dp_add(g, dp_sum(g, back[0], (int[]){2, 3}, 2, 0), dp_sum(g, back[1], NULL, 0, 0));
        break;
    case 2:
        p = dp_max_pool2d(g, x, &pool);
        break;
    case 3:
        p = dp_avg_pool2d(g, x, &pool);
        break;
    default:
        y = dp_max_pool2d(g, dp_tanh(g, x), &pool);
        if (dp_grad(g, dp_sum(g, dp_square(g, y), NULL, 0, 0), DP_VAL_NONE, &x, 1, back) != DP_OK)
            return;
        p = back[0];
    }
    shape = dp_val_shape(g, p);
    keep(m, shape.rank == 4 ? dp_reshape(g, dp_sum(g, p, (int[]){1}, 1, 0),
                                         dp_shape_of(2, (int64_t[]){shape.dims[0] * shape.dims[2], shape.dims[3]}))
                            : p);
}

static dp_val normals(maker *m, int rank, int64_t a, int64_t b)
{
    return dp_random_normal(m->g, dp_shape_of(rank, (int64_t[]){a, b}), 0, 0.5, dp_rng_bits(&m->rng), 4);
}

/* A recurrent layer over x [N, steps, size], and sometimes its gradient. */
static dp_val recurrent(maker *m, dp_val x, int64_t n, int64_t size)
{
    dp_graph *g = m->g;
    int layer = (int)draw(m, 4);
    int64_t hidden = 1 + draw(m, 3), gates = (int64_t[]){1, 1, 3, 4}[layer];
    dp_recurrent_weights w = {.w_ih = normals(m, 2, gates * hidden, size), .w_hh = normals(m, 2, gates * hidden, hidden)};
    if (draw(m, 2))
        w.b_ih = normals(m, 1, gates * hidden, 0), w.b_hh = normals(m, 1, gates * hidden, 0);
    dp_val h0 = draw(m, 2) ? normals(m, 2, n, hidden) : DP_VAL_NONE, c0 = draw(m, 2) ? normals(m, 2, n, hidden) : DP_VAL_NONE, h, c = 0;
    dp_val y = layer == 3   ? dp_lstm(g, x, &w, h0, c0, &h, &c)
               : layer == 2 ? dp_gru(g, x, &w, h0, &h)
                            : dp_rnn(g, x, &w, h0, layer, &h);
    dp_val all = dp_add(g, dp_sum(g, y, NULL, 0, 0), dp_sum(g, dp_square(g, c && draw(m, 2) ? c : h), NULL, 0, 0)), back;
    if (draw(m, 2) || dp_grad(g, all, DP_VAL_NONE, draw(m, 2) ? &w.w_hh : &x, 1, &back) != DP_OK)
        return y;
    return back;
}

static dp_val attended(maker *m, dp_val x, int64_t steps, int64_t size)
{
    dp_graph *g = m->g;
    int causal = (int)draw(m, 2);
    dp_val mask = draw(m, 2) ? normals(m, 2, steps + draw(m, 2), steps) : DP_VAL_NONE, back;
    if (mask && !causal && draw(m, 2)) /* one that lets each step look at itself at least */
        mask = dp_less_equal(g, dp_arange(g, 0, (double)steps, 1, DP_I64),
                             dp_reshape(g, dp_arange(g, 0, (double)steps, 1, DP_I64), dp_shape_of(2, (int64_t[]){steps, 1})));
    if (draw(m, 2))
        return dp_attention(g, x, dp_tanh(g, x), x, mask, causal);
    int64_t d = 2 * size;
    dp_heads_weights w = {.w_in = normals(m, 2, d, 3 * d), .w_out = normals(m, 2, d, d)};
    if (draw(m, 2))
        w.b_in = normals(m, 1, 3 * d, 0), w.b_out = normals(m, 1, d, 0);
    x = dp_concat(g, (dp_val[]){x, dp_tanh(g, x)}, 2, 2);
    dp_val y = dp_multi_head_attention(g, x, draw(m, 2) ? 2 : 1, &w, mask, causal);
    if (draw(m, 2) || dp_grad(g, dp_sum(g, dp_square(g, y), NULL, 0, 0), DP_VAL_NONE, draw(m, 2) ? &w.w_in : &x, 1, &back) != DP_OK)
        return y;
    return back;
}

/* A value as [1, rows, columns] or [columns, 1, rows], of which a few steps are looked at. */
static void sequences(maker *m, dp_val a)
{
    dp_graph *g = m->g;
    dp_shape shape = dp_val_shape(g, a);
    if (shape.rank != 2 || shape.dims[0] < 1 || shape.dims[1] < 1 || shape.dims[1] > 12)
        return;
    dp_slice_spec some = {DP_SLICE_NONE, 3, DP_SLICE_NONE};
    a = dp_tanh(g, dp_slice(g, a, &some, 1));
    int64_t rows = dp_val_shape(g, a).dims[0], columns = shape.dims[1];
    int64_t n = draw(m, 2) ? 1 : rows, steps = rows / n, size = columns;
    dp_val x = dp_reshape(g, a, dp_shape_of(3, (int64_t[]){n, steps, size}));
    dp_val y = draw(m, 2) ? recurrent(m, x, n, size) : attended(m, x, steps, size);
    shape = dp_val_shape(g, y);
    keep(m, shape.rank == 3 ? dp_reshape(g, y, dp_shape_of(2, (int64_t[]){shape.dims[0] * shape.dims[1], shape.dims[2]})) : y);
}

int random_graph_fill(dp_graph *g, uint64_t seed, int nodes, int64_t rows, int64_t columns, dp_val *values)
{
    maker m = {.g = g, .rng = {.seed = seed}, .rows = rows, .columns = columns, .values = values, .capacity = nodes};
    dp_graph_set_training(g, 1);
    leaf(&m, 2, rows, columns);
    leaf(&m, 1, columns, 0);
    leaf(&m, 2, rows, 1);
    leaf(&m, 0, 0, 0);
    for (int tries = 0; m.count < nodes && tries < 4 * nodes && dp_graph_status(g) == DP_OK; tries++) {
        dp_val a = pick(&m);
        switch (draw(&m, 10)) {
        case 0:
        case 1:
            unary(&m, a);
            break;
        case 2:
        case 3:
            binary(&m, a);
            break;
        case 4:
            over_axes(&m, a);
            break;
        case 5:
            moved(&m, a);
            break;
        case 6:
            product(&m, a);
            break;
        case 7:
            planes(&m, a);
            break;
        case 8:
            sequences(&m, a);
            break;
        default:
            leaf(&m, 2, rows, columns);
            break;
        }
    }
    return m.count;
}
