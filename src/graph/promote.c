/* Which dtype operands of different dtypes are brought to, and how. */
#include "graph/graph_internal.h"

#include "base/alloc.h"

dp_dtype dpi_promote(const dp_graph *g, dp_val a, dp_val b)
{
    const dpi_node *na = dpi_node_get(g, a), *nb = dpi_node_get(g, b);
    bool weak_a = na->flags & DPI_NODE_WEAK, weak_b = nb->flags & DPI_NODE_WEAK;
    if (weak_a != weak_b) {
        dp_dtype strong = weak_a ? nb->dtype : na->dtype;
        if (dp_dtype_is_float(strong)) return strong;
    }
    return na->dtype > nb->dtype ? na->dtype : nb->dtype;
}

dp_shape dpi_broadcast(dp_shape a, dp_shape b)
{
    dp_shape y = {.rank = a.rank > b.rank ? a.rank : b.rank};
    for (int i = 0; i < y.rank; i++) {
        int ia = i - (y.rank - a.rank), ib = i - (y.rank - b.rank);
        int64_t da = ia < 0 ? 1 : a.dims[ia], db = ib < 0 ? 1 : b.dims[ib];
        if (da != db && da != 1 && db != 1) return (dp_shape){.rank = -1};
        y.dims[i] = da == 1 ? db : da;
    }
    return y;
}

static bool is_plain_number(const dpi_node *node)
{
    return node->op == DP_OP_CONST && (node->flags & DPI_NODE_WEAK) && !(node->flags & DPI_NODE_VARIABLE);
}

dp_val dpi_coerce(dp_graph *g, dp_val v, dp_dtype dtype)
{
    if (!dpi_graph_usable(g, "cast", v)) return DP_VAL_NONE;
    const dpi_node *node = dpi_node_get(g, v);
    if (node->dtype == dtype) return v;
    if (is_plain_number(node)) {
        dp_array *converted;
        dp_status status = dp_array_convert(g->ctx, node->blob->array, dtype, &converted);
        if (status != DP_OK) return dpi_graph_adopt_failure(g, status);
        return dpi_const_add(g, &converted, DPI_NODE_WEAK);
    }
    dpi_node cast = {.op = DP_OP_CAST, .dtype = dtype, .flags = node->flags & DPI_NODE_WEAK};
    return dpi_graph_add(g, &cast, &v, 1);
}

dp_val dpi_coerce_float(dp_graph *g, dp_val v)
{
    if (!dpi_graph_usable(g, "cast", v)) return DP_VAL_NONE;
    return dp_dtype_is_float(dp_val_dtype(g, v)) ? v : dpi_coerce(g, v, g->float_dtype);
}

dp_val dpi_coerce_number(dp_graph *g, dp_val v)
{
    if (!dpi_graph_usable(g, "cast", v)) return DP_VAL_NONE;
    return dp_val_dtype(g, v) < DP_I64 ? dpi_coerce(g, v, DP_I64) : v;
}

int dpi_axis(dp_graph *g, const char *op, dp_val v, int axis)
{
    int rank = dp_val_shape(g, v).rank;
    if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
    if (rank == 0)
        dpi_graph_fail(g, DP_ERR_RANGE, "%s: axis %d: %s is a number, it has no axes", op, axis,
                       DPI_OPERAND_WORDS(g, v, "a"));
    else
        dpi_graph_fail(g, DP_ERR_RANGE, "%s: axis %d is outside %s %s, whose axes are 0..%d", op, axis,
                       DPI_OPERAND_WORDS(g, v, "a"), DPI_SHAPE_WORDS(dp_val_shape(g, v)), rank - 1);
    return -1;
}
