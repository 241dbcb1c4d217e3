#include "support/random_net.h"

#include <stdio.h>

#include <denpa/grad.h>
#include <denpa/ops.h>
#include <denpa/random.h>

typedef struct maker {
    dp_graph *g;
    dp_rng rng;
    random_net *net;
    int64_t rows;
} maker;

static int64_t draw(maker *m, int64_t bound)
{
    return (int64_t)dp_rng_below(&m->rng, (uint64_t)bound);
}

static dp_val param(maker *m, int rank, int64_t a, int64_t b)
{
    char name[16];
    if (m->net->param_count == RANDOM_NET_PARAMS)
        return dp_full(m->g, dp_shape_of(rank, (int64_t[]){a, b}), dp_graph_float_dtype(m->g), 0.25);
    snprintf(name, sizeof name, "p%d", m->net->param_count);
    dp_val p = dp_param(m->g, name, dp_shape_of(rank, (int64_t[]){a, b}), (dp_init){.kind = DP_INIT_CONSTANT});
    m->net->params[m->net->param_count++] = p;
    return p;
}

static int64_t columns_of(maker *m, dp_val h)
{
    return dp_val_shape(m->g, h).dims[1];
}

static dp_val number(maker *m)
{
    return dp_scalar(m->g, 0.25 + 0.25 * (double)draw(m, 5));
}

static dp_val activation(maker *m, dp_val h)
{
    dp_graph *g = m->g;
    switch (draw(m, 12)) {
    case 0:
        return dp_relu(g, h);
    case 1:
        return dp_sigmoid(g, h);
    case 2:
        return dp_tanh(g, h);
    case 3:
        return dp_gelu(g, h);
    case 4:
        return dp_softplus(g, h);
    case 5:
        return dp_leaky_relu(g, h, 0.125);
    case 6:
        return dp_softmax(g, h, 1);
    case 7:
        return dp_mul(g, h, dp_sigmoid(g, h));
    case 8:
        return dp_dropout(g, h, 0.25, 5);
    case 9:
        return dp_layer_norm(g, h, 1, param(m, 1, columns_of(m, h), 0), param(m, 1, columns_of(m, h), 0), 0.25);
    case 10:
        return m->rows > 1 ? dp_batch_norm(g, h, param(m, 1, columns_of(m, h), 0), DP_VAL_NONE, NULL, 0.1, 0.25)
                           : dp_rms_norm(g, h, 1, DP_VAL_NONE, 0.25);
    default:
        return h;
    }
}

static dp_val affine(maker *m, dp_val h)
{
    dp_graph *g = m->g;
    int64_t in = columns_of(m, h), out = 1 + draw(m, draw(m, 4) ? 12 : 70);
    dp_val y;
    switch (draw(m, 4)) {
    case 0:
        y = dp_matmul(g, h, dp_transpose(g, param(m, 2, out, in), NULL, 0));
        break;
    case 1:
        y = dp_matmul_flags(g, h, param(m, 2, out, in), 0, 1);
        break;
    default:
        y = dp_matmul(g, h, param(m, 2, in, out));
        break;
    }
    /* Of the size of h again. */
    y = draw(m, 2) ? dp_mul(g, y, dp_scalar(g, 1.0 / (double)in)) : y;
    switch (draw(m, 5)) {
    case 0:
        return y;
    case 1:
        return dp_add(g, param(m, 1, out, 0), y);
    case 2:
        return dp_add(g, y, param(m, 2, 1, out));
    default:
        return dp_add(g, y, param(m, 1, out, 0));
    }
}

/* Element by element, with rows, columns and numbers repeated. */
static dp_val chain(maker *m, dp_val h)
{
    dp_graph *g = m->g;
    dp_val slope;
    for (int64_t i = 1 + draw(m, 5); i > 0; i--)
        switch (draw(m, 9)) {
        case 7: /* a slope without what it is the slope of */
            if (dp_grad(g, dp_sum(g, dp_gelu(g, h), NULL, 0, 0), DP_VAL_NONE, &h, 1, &slope) == DP_OK)
                h = slope;
            break;
        case 0:
            h = dp_add(g, dp_mul(g, h, number(m)), number(m));
            break;
        case 1:
            h = dp_mul(g, h, param(m, 1, columns_of(m, h), 0));
            break;
        case 2:
            h = dp_sub(g, h, dp_mean(g, h, (int[]){1}, 1, 1));
            break;
        case 3:
            h = dp_div(g, h, dp_add(g, dp_square(g, h), dp_scalar(g, 1)));
            break;
        case 4:
            h = dp_tanh(g, h);
            break;
        case 5:
            h = dp_add(g, h, dp_broadcast_to(g, param(m, 1, columns_of(m, h), 0), dp_val_shape(g, h)));
            break;
        case 6: /* the same thing twice */
            h = dp_add(g, dp_square(g, dp_tanh(g, h)), dp_square(g, dp_tanh(g, h)));
            break;
        default:
            h = dp_exp(g, dp_neg(g, dp_square(g, h)));
            break;
        }
    return h;
}

/* The columns as steps of a sequence of one number each: a recurrent layer, or attention, over them. */
static dp_val sequence(maker *m, dp_val h)
{
    dp_graph *g = m->g;
    int64_t steps = columns_of(m, h), hidden = 2 + 2 * draw(m, 2);
    dp_val x = dp_reshape(g, h, dp_shape_of(3, (int64_t[]){m->rows, steps, 1})), y;
    dp_recurrent_weights w = {0};
    int layer = (int)draw(m, 4);
    if (layer < 3) {
        int64_t gates = (int64_t[]){1, 3, 4}[layer];
        w.w_ih = param(m, 2, gates * hidden, 1);
        w.w_hh = param(m, 2, gates * hidden, hidden);
        w.b_ih = param(m, 1, gates * hidden, 0);
        y = layer == 0   ? dp_rnn(g, x, &w, DP_VAL_NONE, (int)draw(m, 2), NULL)
            : layer == 1 ? dp_gru(g, x, &w, DP_VAL_NONE, NULL)
                         : dp_lstm(g, x, &w, DP_VAL_NONE, DP_VAL_NONE, NULL, NULL);
    } else {
        x = dp_matmul(g, x, param(m, 2, 1, hidden));
        dp_heads_weights heads = {.w_in = param(m, 2, hidden, 3 * hidden), .w_out = param(m, 2, hidden, hidden)};
        heads.b_in = param(m, 1, 3 * hidden, 0);
        y = dp_multi_head_attention(g, x, 1 + draw(m, 2), &heads, DP_VAL_NONE, (int)draw(m, 2));
    }
    return dp_reshape(g, y, dp_shape_of(2, (int64_t[]){m->rows, steps * hidden}));
}

/* The columns as planes: a convolution or two, with what is often behind them. */
static dp_val planes(maker *m, dp_val h)
{
    dp_graph *g = m->g;
    int64_t channels = 1, side = 6, rows = m->rows;
    h = dp_matmul(g, h, param(m, 2, columns_of(m, h), side * side));
    h = dp_reshape(g, h, dp_shape_of(4, (int64_t[]){rows, channels, side, side}));
    for (int64_t layers = 1 + draw(m, 2); layers > 0; layers--) {
        int64_t out = 1 + draw(m, 5), padding = draw(m, 2);
        dp_shape filters = dp_shape_of(4, (int64_t[]){out, channels, 3, 3});
        dp_val w = dp_reshape(g, param(m, 2, out, 9 * channels), filters);
        dp_val b = draw(m, 4) ? param(m, 1, out, 0) : DP_VAL_NONE;
        h = dp_conv2d(g, h, w, b, &(dp_conv){.padding = {padding, padding}});
        h = draw(m, 3) ? dp_relu(g, h) : h;
        channels = out, side += 2 * padding - 2;
        if (side % 2 == 0 && draw(m, 3)) {
            h = dp_max_pool2d(g, h, &(dp_pool){.kernel = {2, 2}});
            side /= 2;
        }
        if (side < 3)
            break;
    }
    return dp_reshape(g, h, dp_shape_of(2, (int64_t[]){rows, channels * side * side}));
}

static dp_val loss(maker *m, dp_val h)
{
    dp_graph *g = m->g;
    dp_shape rows = dp_shape_of(1, &m->rows);
    if (draw(m, 3)) {
        m->net->classes = columns_of(m, h);
        m->net->t = dp_label(g, "t", DP_I64, rows, m->net->classes);
        dp_val value = dp_softmax_cross_entropy(g, h, m->net->t);
        return draw(m, 2) ? value : dp_mul(g, value, number(m));
    }
    dp_val target = dp_sigmoid(g, m->net->x);
    if (columns_of(m, target) == columns_of(m, h))
        return dp_mean_squared_error(g, h, target);
    return dp_mean(g, dp_square(g, h), NULL, 0, 0);
}

void random_net_make(dp_graph *g, uint64_t seed, random_net *net)
{
    static const int64_t heights[] = {1, 2, 4, 17, 64, 100, 300};
    maker m = {.g = g, .rng = {.seed = seed}, .net = net};
    *net = (random_net){0};
    dp_graph_set_training(g, 1);
    m.rows = draw(&m, 40) ? heights[draw(&m, 7)] : 2400; /* so many are cut, sometimes */
    net->x = dp_input(g, "x", dp_graph_float_dtype(g), dp_shape_of(2, (int64_t[]){m.rows, 1 + draw(&m, 40)}));
    dp_val h = net->x;
    for (int64_t layers = 1 + draw(&m, 4); layers > 0; layers--) {
        dp_val before = h;
        if (draw(&m, 4))
            h = affine(&m, h);
        if (columns_of(&m, h) <= 6 && m.rows <= 100 && draw(&m, 2))
            h = sequence(&m, h);
        if (m.rows >= 2 && m.rows <= 100 && draw(&m, 6) == 0)
            h = planes(&m, h);
        h = activation(&m, h);
        if (draw(&m, 3) == 0)
            h = chain(&m, h);
        if (columns_of(&m, before) == columns_of(&m, h) && draw(&m, 2))
            h = dp_add(g, h, before);
    }
    if (!net->param_count)
        h = affine(&m, h);
    net->loss = loss(&m, h);
    dp_grad(g, net->loss, DP_VAL_NONE, net->params, net->param_count, net->gradients);
}
