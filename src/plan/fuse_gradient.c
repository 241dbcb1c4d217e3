/* Gradients of activations in one step, as the rules in grad/ write them:
 *
 *     where(y > 0, d, 0)                                             ->   relu_grad(y, d)
 *     d * (s * (1 - s))                                              ->   sigmoid_grad(s, d)
 *     d * (1 - square(t))                                            ->   tanh_grad(t, d)
 *     (erf(a r) / 2 + 1/2) + a * (exp(square(a) * -1/2) q)           ->   gelu_slope(a)
 *
 * r = 1/sqrt(2), q = 1/sqrt(2 pi), as the numbers of the dtype. If gelu(a) is needed, too, one step makes both. Each kernel does the same operations in the same order,
 * so the results are the same bits. */
#include "plan/passes.h"

static bool is_number(const dpi_build *build, dp_val v, double value)
{
    dp_dtype dtype = dpi_build_node(build, v)->dtype;
    return dpi_pass_is_number(build, v, dtype == DP_F32 ? (double)(float)value : value);
}

/* a of a * number, else DP_VAL_NONE. */
static dp_val times_number(const dpi_build *build, dp_val v, double number)
{
    dp_val a = dpi_pass_operand(build, v, DP_OP_MUL, 0), c = dpi_pass_operand(build, v, DP_OP_MUL, 1);
    return a && is_number(build, c, number) ? a : DP_VAL_NONE;
}

/* y of where(y > 0, d, 0). */
static dp_val match_relu(const dpi_build *build, dp_val v)
{
    dp_val condition = dpi_pass_operand(build, v, DP_OP_WHERE, 0), other = dpi_pass_operand(build, v, DP_OP_WHERE, 2);
    dp_val y = condition ? dpi_pass_operand(build, condition, DP_OP_GT, 0) : DP_VAL_NONE;
    if (!y || !is_number(build, other, 0) || !is_number(build, dpi_pass_operand(build, condition, DP_OP_GT, 1), 0))
        return DP_VAL_NONE;
    return dpi_build_node(build, y)->dtype == dpi_build_node(build, v)->dtype ? y : DP_VAL_NONE;
}

/* s of s * (1 - s). */
static dp_val match_sigmoid(const dpi_build *build, dp_val v)
{
    dp_val s = dpi_pass_operand(build, v, DP_OP_MUL, 0), rest = dpi_pass_operand(build, v, DP_OP_MUL, 1);
    if (!s || dpi_pass_operand(build, rest, DP_OP_SUB, 1) != s)
        return DP_VAL_NONE;
    return is_number(build, dpi_pass_operand(build, rest, DP_OP_SUB, 0), 1) ? s : DP_VAL_NONE;
}

/* t of 1 - square(t). */
static dp_val match_tanh(const dpi_build *build, dp_val v)
{
    dp_val one = dpi_pass_operand(build, v, DP_OP_SUB, 0), square = dpi_pass_operand(build, v, DP_OP_SUB, 1);
    return one && is_number(build, one, 1) ? dpi_pass_operand(build, square, DP_OP_SQUARE, 0) : DP_VAL_NONE;
}

/* a of erf(a r) / 2 + 1/2. */
static dp_val match_below(const dpi_build *build, dp_val v)
{
    dp_val half = dpi_pass_operand(build, v, DP_OP_ADD, 1);
    if (!half || !is_number(build, half, 0.5))
        return DP_VAL_NONE;
    dp_val erf_a = times_number(build, dpi_pass_operand(build, v, DP_OP_ADD, 0), 0.5);
    dp_val scaled = erf_a ? dpi_pass_operand(build, erf_a, DP_OP_ERF, 0) : DP_VAL_NONE;
    return scaled ? times_number(build, scaled, 0.70710678118654752440) : DP_VAL_NONE;
}

/* a of a * (exp(square(a) * -1/2) q). */
static dp_val match_density(const dpi_build *build, dp_val v)
{
    dp_val a = dpi_pass_operand(build, v, DP_OP_MUL, 0), density = dpi_pass_operand(build, v, DP_OP_MUL, 1);
    dp_val bell = a ? times_number(build, density, 0.39894228040143267794) : DP_VAL_NONE;
    dp_val exponent = bell ? dpi_pass_operand(build, bell, DP_OP_EXP, 0) : DP_VAL_NONE;
    dp_val square = exponent ? times_number(build, exponent, -0.5) : DP_VAL_NONE;
    return square && dpi_pass_operand(build, square, DP_OP_SQUARE, 0) == a ? a : DP_VAL_NONE;
}

static dp_val match_gelu(const dpi_build *build, dp_val v)
{
    dp_val below = dpi_pass_operand(build, v, DP_OP_ADD, 0), density = dpi_pass_operand(build, v, DP_OP_ADD, 1);
    dp_val a = below ? match_below(build, below) : DP_VAL_NONE;
    return a && match_density(build, density) == a ? a : DP_VAL_NONE;
}

static void fuse(dpi_build *build, dp_val v, int op, dp_val x, dp_val d)
{
    if (x && d)
        dpi_pass_rewrite(build, v, op, (dp_val[]){x, d}, 2);
}

/* The slope, and its place beside the function, which comes earlier. */
static void fuse_slope(dpi_build *build, dp_val v, dp_val a)
{
    dpi_pass_rewrite(build, v, DPI_OP_GELU_SLOPE, &a, 1);
    for (dp_val y = a + 1; y < v; y++)
        if (dpi_pass_operand(build, y, DP_OP_GELU, 0) == a && !build->partner[y]) {
            build->partner[y] = v;
            build->partner[v] = y;
            return;
        }
}

void dpi_pass_fuse_gradient(dpi_build *build)
{
    for (dp_val v = 1; v <= build->count; v++) {
        const dpi_node *node = dpi_build_node(build, v);
        if (!dp_dtype_is_float(node->dtype))
            continue;
        fuse(build, v, DPI_OP_RELU_GRAD, match_relu(build, v), dpi_pass_operand(build, v, DP_OP_WHERE, 1));
        dp_val a = match_gelu(build, v);
        if (a)
            fuse_slope(build, v, a);
        dp_val d = dpi_pass_operand(build, v, DP_OP_MUL, 0), factor = dpi_pass_operand(build, v, DP_OP_MUL, 1);
        if (!factor)
            continue;
        dp_val s = match_sigmoid(build, factor), t = match_tanh(build, factor);
        if (s)
            fuse(build, v, DPI_OP_SIGMOID_GRAD, s, d);
        else if (t)
            fuse(build, v, DPI_OP_TANH_GRAD, t, d);
    }
}
