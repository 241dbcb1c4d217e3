#include "graph/rules.h"

#include <math.h>

dp_val dpi_unary(dp_graph *g, dp_op op, dp_val a, dpi_attrs attrs)
{
    if (!dpi_graph_usable(g, dp_op_name(op), a)) return DP_VAL_NONE;
    a = dpi_op_takes_integers(op) ? dpi_coerce_number(g, a) : dpi_coerce_float(g, a);
    dpi_node node = {.op = op, .attrs = attrs};
    return dpi_graph_add(g, &node, &a, 1);
}

static dp_val pair(dp_graph *g, dp_op op, dp_val a, dp_val b, dp_dtype dtype)
{
    dpi_node node = {.op = op};
    dp_val inputs[2] = {dpi_coerce(g, a, dtype), dpi_coerce(g, b, dtype)};
    return dpi_graph_add(g, &node, inputs, 2);
}

static bool usable_pair(dp_graph *g, dp_op op, dp_val a, dp_val b)
{
    return dpi_graph_usable(g, dp_op_name(op), a) && dpi_graph_usable(g, dp_op_name(op), b);
}

dp_val dpi_binary(dp_graph *g, dp_op op, dp_val a, dp_val b)
{
    if (!usable_pair(g, op, a, b)) return DP_VAL_NONE;
    dp_dtype dtype = dpi_promote(g, a, b);
    if (dtype < DP_I64) dtype = DP_I64;
    if (!dp_dtype_is_float(dtype) && !dpi_op_takes_integers(op)) dtype = g->float_dtype;
    return pair(g, op, a, b, dtype);
}

static dp_val compare(dp_graph *g, dp_op op, dp_val a, dp_val b)
{
    return usable_pair(g, op, a, b) ? pair(g, op, a, b, dpi_promote(g, a, b)) : DP_VAL_NONE;
}

#define UNARY(ID, name)                                     \
    dp_val dp_##name(dp_graph *g, dp_val a)                 \
    {                                                       \
        return dpi_unary(g, DP_OP_##ID, a, (dpi_attrs){0}); \
    }
UNARY(FLOAT16, float16)
UNARY(NEG, neg)
UNARY(EXP, exp)
UNARY(LOG, log)
UNARY(SQRT, sqrt)
UNARY(ABS, abs)
UNARY(SQUARE, square)
UNARY(SIGN, sign)
UNARY(ERF, erf)
UNARY(RELU, relu)
UNARY(SIGMOID, sigmoid)
UNARY(TANH, tanh)
UNARY(SOFTPLUS, softplus)
UNARY(GELU, gelu)
#undef UNARY

#define BINARY(ID, name, make)                        \
    dp_val dp_##name(dp_graph *g, dp_val a, dp_val b) \
    {                                                 \
        return make(g, DP_OP_##ID, a, b);             \
    }
BINARY(ADD, add, dpi_binary)
BINARY(SUB, sub, dpi_binary)
BINARY(MUL, mul, dpi_binary)
BINARY(DIV, div, dpi_binary)
BINARY(MAXIMUM, maximum, dpi_binary)
BINARY(MINIMUM, minimum, dpi_binary)
BINARY(EQ, equal, compare)
BINARY(NE, not_equal, compare)
BINARY(LT, less, compare)
BINARY(LE, less_equal, compare)
BINARY(GT, greater, compare)
BINARY(GE, greater_equal, compare)
#undef BINARY

/* Is v a number that is no variable? Then *value is that number (a minus sign in front counts in). */
static bool plain_number(const dp_graph *g, dp_val v, double *value)
{
    double sign = 1;
    for (; dp_val_op(g, v) == DP_OP_NEG; v = dp_val_input(g, v, 0)) sign = -sign;
    const dpi_node *node = dpi_node_get(g, v);
    if (node->op != DP_OP_CONST || node->shape.rank != 0 || (node->flags & DPI_NODE_VARIABLE)) return false;
    *value = sign * dp_array_get(node->blob->array, 0);
    return true;
}

/* Is v known, a variable included, and any of it below 0? */
static bool known_below_zero(const dp_graph *g, dp_val v)
{
    double sign = 1;
    for (; dp_val_op(g, v) == DP_OP_NEG; v = dp_val_input(g, v, 0)) sign = -sign;
    const dpi_node *node = dpi_node_get(g, v);
    if (node->op != DP_OP_CONST) return false;
    int64_t size = dp_array_elems(node->blob->array);
    for (int64_t i = 0; i < size; i++)
        if (sign * dp_array_get(node->blob->array, i) < 0) return true;
    return false;
}

dp_val dp_pow(dp_graph *g, dp_val a, dp_val b)
{
    if (!usable_pair(g, DP_OP_POW, a, b)) return DP_VAL_NONE;
    double exponent;
    bool known = plain_number(g, b, &exponent);
    dp_dtype dtype = dpi_promote(g, a, b);
    if (known && exponent == 2 && dtype == dp_val_dtype(g, a)) return dp_square(g, a);
    if (!dp_dtype_is_float(dtype) && known_below_zero(g, b)) a = dpi_coerce_float(g, a); /* Python: 2 ** -1 is 0.5 */
    return dpi_binary(g, DP_OP_POW, a, b);
}

dp_val dp_where(dp_graph *g, dp_val condition, dp_val a, dp_val b)
{
    if (!dpi_graph_usable(g, "where", condition) || !usable_pair(g, DP_OP_WHERE, a, b)) return DP_VAL_NONE;
    if (dp_val_dtype(g, condition) != DP_BOOL) condition = dp_not_equal(g, condition, dp_integer(g, 0));
    dp_dtype dtype = dpi_promote(g, a, b);
    dp_val inputs[3] = {condition, dpi_coerce(g, a, dtype), dpi_coerce(g, b, dtype)};
    dpi_node node = {.op = DP_OP_WHERE};
    return dpi_graph_add(g, &node, inputs, 3);
}

/* Integers stay integers, rounded in f64. */
dp_val dp_round(dp_graph *g, dp_val a, int decimals)
{
    if (!dpi_graph_usable(g, "round", a)) return DP_VAL_NONE;
    dpi_node node = {.op = DP_OP_ROUND, .attrs.round.decimals = decimals};
    if (dp_dtype_is_float(dp_val_dtype(g, a))) return dpi_graph_add(g, &node, &a, 1);
    dp_val real = dpi_coerce(g, a, DP_F64);
    return dpi_coerce(g, dpi_graph_add(g, &node, &real, 1), DP_I64);
}

/* An integer stays one if the bounds are whole numbers, or none. */
dp_val dp_clip(dp_graph *g, dp_val a, double low, double high)
{
    if (!dpi_graph_usable(g, "clip", a)) return DP_VAL_NONE;
    if (low != floor(low) || high != floor(high)) a = dpi_coerce_float(g, a);
    return dpi_unary(g, DP_OP_CLIP, a, (dpi_attrs){.range = {low, high}});
}

dp_val dp_leaky_relu(dp_graph *g, dp_val a, double slope)
{
    return dpi_unary(g, DP_OP_LEAKY_RELU, a, (dpi_attrs){.range = {slope, 0}});
}

dp_val dp_cast(dp_graph *g, dp_val a, dp_dtype dtype)
{
    dpi_node node = {.op = DP_OP_CAST, .dtype = dtype};
    return dpi_graph_add(g, &node, &a, 1);
}
