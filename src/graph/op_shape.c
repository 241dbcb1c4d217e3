#include "graph/graph_internal.h"

#include "base/alloc.h"

static dp_val reshape_node(dp_graph *g, dp_val a, dp_shape shape)
{
    dpi_node node = {.op = DP_OP_RESHAPE, .shape = shape};
    return dpi_graph_add(g, &node, &a, 1);
}

dp_val dpi_reshape(dp_graph *g, dp_val a, dp_shape shape)
{
    if (!dpi_graph_usable(g, "reshape", a)) return DP_VAL_NONE;
    return dp_shape_equal(dp_val_shape(g, a), shape) ? a : reshape_node(g, a, shape);
}

/* Puts what is left for a dim of -1 where it can be worked out; what cannot is refused by the rule. */
static dp_shape without_minus_one(dp_shape from, dp_shape to)
{
    int unknown = -1;
    dp_shape others = to;
    for (int i = 0; i < to.rank && i < DP_MAX_RANK; i++)
        if (to.dims[i] == -1) {
            if (unknown >= 0) return to;
            unknown = i;
            others.dims[i] = 1;
        }
    int64_t all = dp_shape_elems(from), rest = dp_shape_elems(others);
    if (unknown >= 0 && rest > 0 && all % rest == 0) to.dims[unknown] = all / rest;
    return to;
}

dp_val dp_reshape(dp_graph *g, dp_val a, dp_shape shape)
{
    if (!dpi_graph_usable(g, "reshape", a)) return DP_VAL_NONE;
    return reshape_node(g, a, without_minus_one(dp_val_shape(g, a), shape));
}

dp_val dp_flatten(dp_graph *g, dp_val a)
{
    if (!dpi_graph_usable(g, "flatten", a)) return DP_VAL_NONE;
    dp_shape from = dp_val_shape(g, a), to = {.rank = 2, .dims = {1, 1}};
    if (from.rank == 0)
        return dpi_graph_fail(g, DP_ERR_SHAPE, "flatten: %s is a number, it has no rows", DPI_OPERAND_WORDS(g, a, "a"));
    to.dims[0] = from.dims[0];
    for (int i = 1; i < from.rank; i++) to.dims[1] *= from.dims[i];
    return reshape_node(g, a, to);
}

dp_val dp_transpose(dp_graph *g, dp_val a, const int *axes, int n)
{
    if (!dpi_graph_usable(g, "transpose", a)) return DP_VAL_NONE;
    int rank = dp_val_shape(g, a).rank;
    if (axes && n != rank)
        return dpi_graph_fail(g, DP_ERR_SHAPE, "transpose: %d axes are given, %s is %s", n,
                              DPI_OPERAND_WORDS(g, a, "a"), DPI_SHAPE_WORDS(dp_val_shape(g, a)));
    dpi_node node = {.op = DP_OP_TRANSPOSE};
    for (int i = 0; i < rank; i++) {
        int axis = axes ? dpi_axis(g, "transpose", a, axes[i]) : rank - 1 - i;
        if (axis < 0) return DP_VAL_NONE;
        node.attrs.perm.axis[i] = (int8_t)axis;
    }
    return dpi_graph_add(g, &node, &a, 1);
}

dp_val dp_broadcast_to(dp_graph *g, dp_val a, dp_shape shape)
{
    dpi_node node = {.op = DP_OP_BROADCAST_TO, .shape = shape};
    return dpi_graph_add(g, &node, &a, 1);
}

/* The values in their common dtype, each with a new axis at `new_axis` if that is not -1. *parts is the caller's to
 * free. */
static bool common_parts(dp_graph *g, const char *op, const dp_val *values, int n, int new_axis, dp_val **parts)
{
    void *memory;
    dp_status status = dpi_alloc(g->ctx, (size_t)n, sizeof **parts, op, &memory);
    if (status != DP_OK) return dpi_graph_adopt_failure(g, status);
    *parts = memory;
    dp_dtype dtype = dp_val_dtype(g, values[0]);
    dp_val strongest = values[0];
    for (int i = 1; i < n; i++) {
        dtype = dpi_promote(g, strongest, values[i]);
        if (dp_val_dtype(g, values[i]) == dtype) strongest = values[i];
    }
    for (int i = 0; i < n; i++) {
        dp_val part = dpi_coerce(g, values[i], dtype);
        if (new_axis >= 0 && part) {
            dp_shape shape = dp_val_shape(g, part), longer = {.rank = shape.rank + 1};
            for (int k = 0; k < longer.rank; k++)
                longer.dims[k] = k == new_axis ? 1 : shape.dims[k < new_axis ? k : k - 1];
            part = reshape_node(g, part, longer);
        }
        (*parts)[i] = part;
    }
    return g->status == DP_OK;
}

static dp_val join(dp_graph *g, const char *op, const dp_val *values, int n, int axis, bool new_axis)
{
    dp_val *parts = NULL, y = DP_VAL_NONE;
    if (common_parts(g, op, values, n, new_axis ? axis : -1, &parts)) {
        dpi_node node = {.op = DP_OP_CONCAT, .attrs.axis.axis = axis};
        y = dpi_graph_add(g, &node, parts, n);
    }
    dpi_free(g->ctx, parts);
    return y;
}

static bool all_usable(dp_graph *g, const char *op, const dp_val *values, int n)
{
    if (n < 1) dpi_graph_fail(g, DP_ERR_ARG, "%s: there are no values to join", op);
    for (int i = 0; i < n; i++)
        if (!dpi_graph_usable(g, op, values[i])) return false;
    return g->status == DP_OK;
}

dp_val dp_concat(dp_graph *g, const dp_val *values, int n, int axis)
{
    if (!all_usable(g, "concat", values, n)) return DP_VAL_NONE;
    axis = dpi_axis(g, "concat", values[0], axis);
    return axis < 0 ? DP_VAL_NONE : join(g, "concat", values, n, axis, false);
}

dp_val dp_stack(dp_graph *g, const dp_val *values, int n, int axis)
{
    if (!all_usable(g, "stack", values, n)) return DP_VAL_NONE;
    dp_shape first = dp_val_shape(g, values[0]);
    for (int i = 1; i < n; i++)
        if (!dp_shape_equal(dp_val_shape(g, values[i]), first))
            return dpi_graph_fail(g, DP_ERR_SHAPE, "stack: number %d is %s, number 0 is %s: all must have one shape", i,
                                  DPI_SHAPE_WORDS(dp_val_shape(g, values[i])), DPI_SHAPE_WORDS(first));
    if (first.rank == DP_MAX_RANK)
        return dpi_graph_fail(g, DP_ERR_SHAPE, "stack: the result would have more than %d axes", DP_MAX_RANK);
    int rank = first.rank + 1;
    if (axis < -rank || axis >= rank)
        return dpi_graph_fail(g, DP_ERR_RANGE, "stack: axis %d is outside the result, whose axes are 0..%d", axis,
                              rank - 1);
    return join(g, "stack", values, n, axis < 0 ? axis + rank : axis, true);
}
