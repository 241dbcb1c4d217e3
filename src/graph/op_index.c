#include "graph/graph_internal.h"

/* Indices of any integer dtype as DP_I64. */
static dp_val indices(dp_graph *g, const char *op, dp_val v)
{
    if (!dpi_graph_usable(g, op, v)) return DP_VAL_NONE;
    dp_dtype dtype = dp_val_dtype(g, v);
    if (dp_dtype_is_float(dtype))
        return dpi_graph_fail(g, DP_ERR_DTYPE, "%s: the indices %s are %s; they must be integers", op,
                              DPI_OPERAND_WORDS(g, v, "b"), dp_dtype_name(dtype));
    return dpi_coerce(g, v, DP_I64);
}

dp_val dp_gather(dp_graph *g, dp_val a, dp_val index)
{
    dp_val inputs[2] = {a, indices(g, "gather", index)};
    dpi_node node = {.op = DP_OP_GATHER};
    return dpi_graph_add(g, &node, inputs, 2);
}

dp_val dp_scatter_add(dp_graph *g, dp_val a, dp_val index, int64_t rows)
{
    if (!dpi_graph_usable(g, "scatter_add", a)) return DP_VAL_NONE;
    dp_val inputs[2] = {dpi_coerce_number(g, a), indices(g, "scatter_add", index)};
    dpi_node node = {.op = DP_OP_SCATTER_ADD, .shape = {.rank = 1, .dims = {rows}}};
    return dpi_graph_add(g, &node, inputs, 2);
}

dp_val dp_one_hot(dp_graph *g, dp_val a, int64_t classes)
{
    dpi_node node = {.op = DP_OP_ONE_HOT, .classes = classes};
    a = indices(g, "one_hot", a);
    return dpi_graph_add(g, &node, &a, 1);
}

dp_val dp_class_mean(dp_graph *g, dp_val x, dp_val t, int64_t classes)
{
    if (!dpi_graph_usable(g, "class_mean", x) || !dpi_graph_usable(g, "class_mean", t)) return DP_VAL_NONE;
    dp_shape rows = dp_val_shape(g, t), shape = dp_val_shape(g, x);
    if (rows.rank != 1 || shape.rank < 1 || shape.dims[0] != rows.dims[0])
        return dpi_graph_fail(g, DP_ERR_SHAPE, "class_mean: x is %s, t is %s: t must have one class for each row of x",
                              DPI_SHAPE_WORDS(shape), DPI_SHAPE_WORDS(rows));
    x = dpi_coerce_float(g, x);
    if (!x) return DP_VAL_NONE;
    dp_val ones = dp_broadcast_to(g, dpi_number(g, dp_val_dtype(g, x), 1), rows);
    dp_val counts = dp_scatter_add(g, ones, t, classes), sums = dp_scatter_add(g, x, t, classes);
    dp_shape column = {.rank = shape.rank, .dims = {classes}};
    for (int i = 1; i < shape.rank; i++) column.dims[i] = 1;
    return dp_div(g, sums, dpi_reshape(g, counts, column));
}
