/* Rules of the element-wise ops; a, c and y are forward values. Each is stated with its op in ops.h. */
#include "grad/grad_internal.h"

static dp_val operand(dpi_backward *b, dp_val y, int i)
{
    return dpi_forward(b, dpi_input(b, y, i));
}

static dp_val zero(dpi_backward *b)
{
    return dpi_constant(b, 0);
}

/* ---- One operand ---- */

void dpi_grad_cast(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    (void)b, (void)y;
    dx[0] = dy;
}

void dpi_grad_float16(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    (void)b, (void)y;
    dx[0] = dy;
}

void dpi_grad_neg(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    (void)y;
    dx[0] = dp_neg(b->g, dy);
}

void dpi_grad_exp(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_times(b, dy, dpi_forward(b, y));
}

void dpi_grad_log(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_over(b, dy, operand(b, y, 0));
}

void dpi_grad_sqrt(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_over(b, dpi_times(b, dy, dpi_constant(b, 0.5)), dpi_forward(b, y));
}

void dpi_grad_abs(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_times(b, dy, dp_sign(b->g, operand(b, y, 0)));
}

void dpi_grad_square(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_times(b, dpi_times(b, dy, dpi_constant(b, 2)), operand(b, y, 0));
}

void dpi_grad_erf(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    const double two_over_sqrt_pi = 1.12837916709551257390;
    dp_val bell = dp_exp(b->g, dp_neg(b->g, dp_square(b->g, operand(b, y, 0))));
    dx[0] = dpi_times(b, dpi_times(b, dy, dpi_constant(b, two_over_sqrt_pi)), bell);
}

/* y > 0 just where a > 0, so a need not be kept. */
void dpi_grad_relu(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dp_where(b->g, dp_greater(b->g, y, zero(b)), dy, zero(b));
}

void dpi_grad_leaky_relu(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_val slope = dpi_constant(b, dpi_node_get(b->g, y)->attrs.range.low);
    dp_val positive = dp_greater(b->g, dpi_input(b, y, 0), zero(b));
    dx[0] = dp_where(b->g, positive, dy, dpi_times(b, dy, slope));
}

void dpi_grad_sigmoid(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_val s = dpi_forward(b, y);
    dx[0] = dpi_times(b, dy, dp_mul(b->g, s, dp_sub(b->g, dpi_constant(b, 1), s)));
}

void dpi_grad_tanh(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_times(b, dy, dp_sub(b->g, dpi_constant(b, 1), dp_square(b->g, dpi_forward(b, y))));
}

void dpi_grad_softplus(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dpi_times(b, dy, dp_sigmoid(b->g, operand(b, y, 0)));
}

/* (1 + erf(a / sqrt 2)) / 2 + a exp(-a a / 2) / sqrt(2 pi): the normal distribution and a times its density. */
void dpi_grad_gelu(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    const double sqrt_half = 0.70710678118654752440, one_over_sqrt_two_pi = 0.39894228040143267794;
    dp_graph *g = b->g;
    dp_val a = operand(b, y, 0), half = dpi_constant(b, 0.5);
    dp_val below = dp_add(g, dp_mul(g, dp_erf(g, dp_mul(g, a, dpi_constant(b, sqrt_half))), half), half);
    dp_val bell = dp_exp(g, dp_mul(g, dp_square(g, a), dpi_constant(b, -0.5)));
    dp_val density = dp_mul(g, bell, dpi_constant(b, one_over_sqrt_two_pi));
    dx[0] = dpi_times(b, dy, dp_add(g, below, dp_mul(g, a, density)));
}

/* Inside and on the bounds is where clipping changed nothing. */
void dpi_grad_clip(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dp_where(b->g, dp_equal(b->g, y, dpi_input(b, y, 0)), dy, zero(b));
}

/* Linear, and its own transpose: the same elements of dy go back, divided alike. */
void dpi_grad_dropout(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    const dpi_node *node = dpi_node_get(b->g, y);
    dpi_node back = {.op = DP_OP_DROPOUT, .attrs = node->attrs, .seed = node->seed, .stream = node->stream};
    dx[0] = dpi_graph_add(b->g, &back, (dp_val[]){dpi_full(b, y, dy), dpi_input(b, y, 1)}, 2);
}

/* ---- Two operands ---- */

/* Gives d, which broadcasts to y, to input i. */
static void give(dpi_backward *b, dp_val y, dp_val d, int i, dp_val *dx)
{
    dx[i] = dpi_unbroadcast(b, y, d, dp_val_shape(b->g, dpi_input(b, y, i)));
}

void dpi_grad_add(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    for (int i = 0; i < 2; i++)
        if (dpi_wants(b, y, i)) give(b, y, dy, i, dx);
}

void dpi_grad_sub(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dpi_grad_add(b, y, dy, dx);
    if (dx[1]) dx[1] = dp_neg(b->g, dx[1]);
}

void dpi_grad_mul(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    for (int i = 0; i < 2; i++)
        if (dpi_wants(b, y, i)) give(b, y, dpi_times(b, dy, operand(b, y, 1 - i)), i, dx);
}

void dpi_grad_div(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_val quotient = dpi_over(b, dy, operand(b, y, 1));
    if (dpi_wants(b, y, 0)) give(b, y, quotient, 0, dx);
    if (!dpi_wants(b, y, 1)) return;
    give(b, y, dpi_times(b, quotient, dpi_forward(b, y)), 1, dx);
    dx[1] = dp_neg(b->g, dx[1]);
}

/* v, but 1 where v is 0 and `where` holds: keeps 0 * infinity out of the rules below and out of their own gradients. */
static dp_val without_zero(dpi_backward *b, dp_val v, dp_val where)
{
    dp_val safe = dp_where(b->g, dp_equal(b->g, v, zero(b)), dpi_constant(b, 1), v);
    return dp_where(b->g, where, safe, v);
}

/* da = dy b a**(b-1), where 0 * 0**-1 counts as 0; db = dy y log(a), where 0 log 0 counts as 0. An exponent that is a
 * plain number other than 0 needs no such care. */
void dpi_grad_pow(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_graph *g = b->g;
    dp_val a = operand(b, y, 0), c = operand(b, y, 1), nought = zero(b);
    if (!a || !c) return;
    if (dpi_wants(b, y, 0)) {
        dp_array number = dp_val_const(g, c);
        bool plain =
            number.data && number.shape.rank == 0 && !dp_val_is_variable(g, c) && dp_array_get(&number, 0) != 0;
        dp_val base = plain ? a : without_zero(b, a, dp_equal(g, c, nought));
        dp_val less_one = plain ? dpi_constant(b, dp_array_get(&number, 0) - 1) : dp_sub(g, c, dpi_constant(b, 1));
        give(b, y, dpi_times(b, dpi_times(b, dy, c), dp_pow(g, base, less_one)), 0, dx);
    }
    if (dpi_wants(b, y, 1)) {
        dp_val base = without_zero(b, a, dp_greater_equal(g, c, nought));
        give(b, y, dpi_times(b, dy, dp_mul(g, dpi_forward(b, y), dp_log(g, base))), 1, dx);
    }
}

/* dy goes to operand i where that one is chosen (`above` of the other), half of it where both are equal. */
static void share(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx, dp_op above)
{
    dp_graph *g = b->g;
    dp_val a = dpi_input(b, y, 0), c = dpi_input(b, y, 1);
    dp_val half = dpi_times(b, dy, dpi_constant(b, 0.5));
    dp_val tie = dp_where(g, dp_equal(g, a, c), half, zero(b));
    for (int i = 0; i < 2; i++) {
        if (!dpi_wants(b, y, i)) continue;
        bool greater = (above == DP_OP_GT) == (i == 0);
        dp_val chosen = greater ? dp_greater(g, a, c) : dp_less(g, a, c);
        give(b, y, dp_where(g, chosen, dy, tie), i, dx);
    }
}

void dpi_grad_maximum(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    share(b, y, dy, dx, DP_OP_GT);
}

void dpi_grad_minimum(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    share(b, y, dy, dx, DP_OP_LT);
}

void dpi_grad_where(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_val condition = dpi_input(b, y, 0);
    if (dpi_wants(b, y, 1)) give(b, y, dp_where(b->g, condition, dy, zero(b)), 1, dx);
    if (dpi_wants(b, y, 2)) give(b, y, dp_where(b->g, condition, zero(b), dy), 2, dx);
}
