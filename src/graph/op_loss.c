#include "graph/graph_internal.h"

dp_val dp_softmax_cross_entropy(dp_graph *g, dp_val y, dp_val t)
{
    if (!dpi_graph_usable(g, "softmax_cross_entropy", y) || !dpi_graph_usable(g, "softmax_cross_entropy", t))
        return DP_VAL_NONE;
    y = dpi_coerce_float(g, y);
    if (!y) return DP_VAL_NONE;
    if (dp_shape_equal(dp_val_shape(g, y), dp_val_shape(g, t))) {
        dp_dtype dtype = dpi_promote(g, y, t);
        y = dpi_coerce(g, y, dtype), t = dpi_coerce(g, t, dtype);
    } else if (!dp_dtype_is_float(dp_val_dtype(g, t))) t = dpi_coerce(g, t, DP_I64);
    dpi_node node = {.op = DP_OP_SOFTMAX_CROSS_ENTROPY};
    return dpi_graph_add(g, &node, (dp_val[]){y, t}, 2);
}

/* t as rows like p; class indices become one-hot rows. */
static dp_val target_rows(dp_graph *g, dp_val p, dp_val t)
{
    dp_shape sp = dp_val_shape(g, p), st = dp_val_shape(g, t), rows = sp;
    if (sp.rank < 1 || sp.dims[sp.rank - 1] == 0)
        return dpi_graph_fail(g, DP_ERR_SHAPE,
                              "cross_entropy: the probabilities %s are %s: there are no classes in the last axis",
                              DPI_OPERAND_WORDS(g, p, "p"), DPI_SHAPE_WORDS(sp));
    rows.rank--;
    if (dp_shape_equal(sp, st)) return t;
    if (dp_shape_equal(rows, st) && !dp_dtype_is_float(dp_val_dtype(g, t))) return dp_one_hot(g, t, sp.dims[rows.rank]);
    return dpi_graph_fail(g, DP_ERR_SHAPE,
                          "cross_entropy: %s is %s %s for probabilities %s %s; it must hold class indices (integers, "
                          "%s) or one target per "
                          "probability (%s)",
                          DPI_OPERAND_WORDS(g, t, "t"), dp_dtype_name(dp_val_dtype(g, t)), DPI_SHAPE_WORDS(st),
                          DPI_OPERAND_WORDS(g, p, "p"), DPI_SHAPE_WORDS(sp), DPI_SHAPE_WORDS(rows),
                          DPI_SHAPE_WORDS(sp));
}

dp_val dp_cross_entropy(dp_graph *g, dp_val p, dp_val t, double eps)
{
    if (!dpi_graph_usable(g, "cross_entropy", p) || !dpi_graph_usable(g, "cross_entropy", t)) return DP_VAL_NONE;
    dp_val targets = target_rows(g, p, t);
    if (!targets) return DP_VAL_NONE;
    dp_shape rows = dp_val_shape(g, p);
    rows.rank--;
    dp_val logs = dp_log(g, eps == 0 ? p : dp_add(g, p, dp_scalar(g, eps)));
    dp_val sum = dp_sum(g, dp_mul(g, targets, logs), NULL, 0, 0);
    return dp_div(g, dp_neg(g, sum), dp_scalar(g, (double)dp_shape_elems(rows)));
}

dp_val dp_mean_squared_error(dp_graph *g, dp_val y, dp_val t)
{
    return dp_mean(g, dp_square(g, dp_sub(g, y, t)), NULL, 0, 0);
}

dp_val dp_sum_squared_error(dp_graph *g, dp_val y, dp_val t)
{
    return dp_mul(g, dp_sum(g, dp_square(g, dp_sub(g, y, t)), NULL, 0, 0), dp_scalar(g, 0.5));
}

dp_val dp_affine(dp_graph *g, dp_val x, dp_val w, dp_val b)
{
    if (!dpi_graph_usable(g, "affine", x)) return DP_VAL_NONE;
    if (dp_val_shape(g, x).rank > 2) x = dp_flatten(g, x);
    dp_val y = dp_matmul(g, x, w);
    return b && y ? dp_add(g, y, b) : y;
}
