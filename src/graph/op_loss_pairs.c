/* Losses beside the book's, made of other ops. */
#include "graph/graph_internal.h"

/* A pair that is compared element by element: both floating, of one shape. */
static bool open_pair(dp_graph *g, const char *op, dp_val *y, dp_val *t)
{
    if (!dpi_graph_usable(g, op, *y) || !dpi_graph_usable(g, op, *t))
        return false;
    dp_shape sy = dp_val_shape(g, *y), st = dp_val_shape(g, *t);
    if (!dp_shape_equal(sy, st)) {
        dpi_graph_fail(g, DP_ERR_SHAPE, "%s: %s is %s, %s is %s: they must have the same shape", op,
                       DPI_OPERAND_WORDS(g, *y, "y"), DPI_SHAPE_WORDS(sy), DPI_OPERAND_WORDS(g, *t, "t"),
                       DPI_SHAPE_WORDS(st));
        return false;
    }
    *y = dpi_coerce_float(g, *y);
    *t = dpi_coerce_float(g, *t);
    return *y && *t;
}

static dp_val reduced(dp_graph *g, const char *op, dp_val losses, dp_reduction reduction)
{
    dp_shape shape = losses ? dp_val_shape(g, losses) : dp_shape_scalar();
    switch (reduction) {
    case DP_REDUCE_MEAN:
        return dp_mean(g, losses, NULL, 0, 0);
    case DP_REDUCE_SUM:
        return dp_sum(g, losses, NULL, 0, 0);
    case DP_REDUCE_NONE:
        return losses;
    case DP_REDUCE_BATCHMEAN:
        if (shape.rank > 0)
            return dp_div(g, dp_sum(g, losses, NULL, 0, 0), dp_scalar(g, (double)shape.dims[0]));
        return dpi_graph_fail(g, DP_ERR_SHAPE, "%s: a number has no axis of rows to take the mean over", op);
    }
    return dpi_graph_fail(g, DP_ERR_ARG, "%s: reduction number %d does not exist", op, (int)reduction);
}

dp_val dp_l1_loss(dp_graph *g, dp_val y, dp_val t, dp_reduction reduction)
{
    if (!open_pair(g, "l1_loss", &y, &t))
        return DP_VAL_NONE;
    return reduced(g, "l1_loss", dp_abs(g, dp_sub(g, y, t)), reduction);
}

/* c (d - c / 2) with c = d, but not beyond the bounds: its slope is c, and has no jump. */
dp_val dp_huber_loss(dp_graph *g, dp_val y, dp_val t, double delta, dp_reduction reduction)
{
    if (!open_pair(g, "huber_loss", &y, &t))
        return DP_VAL_NONE;
    if (!(delta > 0))
        return dpi_graph_fail(g, DP_ERR_RANGE, "huber_loss: delta must be above 0, it is %g", delta);
    dp_val d = dp_sub(g, y, t), c = dp_clip(g, d, -delta, delta);
    return reduced(g, "huber_loss", dp_mul(g, c, dp_sub(g, d, dp_mul(g, c, dp_scalar(g, 0.5)))), reduction);
}

/* -t log s(y) - (1 - t) log(1 - s(y)), s the sigmoid: neither logarithm is of a rounded 0. */
dp_val dp_binary_cross_entropy_with_logits(dp_graph *g, dp_val y, dp_val t, dp_val pos_weight, dp_reduction reduction)
{
    const char *op = "binary_cross_entropy_with_logits";
    if (!open_pair(g, op, &y, &t))
        return DP_VAL_NONE;
    dp_val yes = dp_mul(g, t, dp_softplus(g, dp_neg(g, y)));
    if (pos_weight)
        yes = dp_mul(g, yes, pos_weight);
    dp_val no = dp_mul(g, dp_sub(g, dp_scalar(g, 1), t), dp_softplus(g, y)), losses = dp_add(g, yes, no);
    if (losses && !dp_shape_equal(dp_val_shape(g, losses), dp_val_shape(g, y)))
        return dpi_graph_fail(g, DP_ERR_SHAPE, "%s: pos_weight is %s, which does not repeat to the shape of %s, %s", op,
                              DPI_SHAPE_WORDS(dp_val_shape(g, pos_weight)), DPI_OPERAND_WORDS(g, y, "y"),
                              DPI_SHAPE_WORDS(dp_val_shape(g, y)));
    return reduced(g, op, losses, reduction);
}

/* t log t is 0 where t is. */
dp_val dp_kl_div(dp_graph *g, dp_val log_p, dp_val t, dp_reduction reduction)
{
    if (!open_pair(g, "kl_div", &log_p, &t))
        return DP_VAL_NONE;
    dp_val zero = dp_equal(g, t, dp_scalar(g, 0));
    dp_val log_t = dp_log(g, dp_where(g, zero, dp_scalar(g, 1), t));
    return reduced(g, "kl_div", dp_mul(g, t, dp_sub(g, log_t, log_p)), reduction);
}

/* ---- Softmax with weights of the classes and smoothed labels ---- */

/* Targets by class: one-hot rows of class indices. */
static dp_val rows_of(dp_graph *g, dp_val y, dp_val t)
{
    dp_shape shape = dp_val_shape(g, y);
    if (dp_shape_equal(shape, dp_val_shape(g, t)) || shape.rank < 1 || dp_dtype_is_float(dp_val_dtype(g, t)))
        return dpi_coerce(g, t, dp_val_dtype(g, y));
    return dpi_coerce(g, dp_one_hot(g, t, shape.dims[shape.rank - 1]), dp_val_dtype(g, y));
}

/* With class indices the sum of losses is divided by the weights of the classes that occur; the mean over rows that
 * softmax_cross_entropy takes is turned into that by the targets: times rows over those weights. */
static dp_val weighted(dp_graph *g, dp_val y, dp_val t, dp_val targets, dp_val weight)
{
    dp_shape shape = dp_val_shape(g, y), of = dp_val_shape(g, weight);
    if (shape.rank < 1 || of.rank != 1 || of.dims[0] != shape.dims[shape.rank - 1])
        return dpi_graph_fail(g, DP_ERR_SHAPE,
                              "softmax_cross_entropy: weight is %s for scores %s %s: it must hold one number per class",
                              DPI_SHAPE_WORDS(of), DPI_OPERAND_WORDS(g, y, "y"), DPI_SHAPE_WORDS(shape));
    weight = dpi_coerce(g, weight, dp_val_dtype(g, y));
    targets = dp_mul(g, targets, weight);
    if (dp_shape_equal(dp_val_shape(g, t), shape))
        return targets;
    shape.rank--;
    dp_val rows = dp_scalar(g, (double)dp_shape_elems(shape));
    return dp_mul(g, targets, dp_div(g, rows, dp_sum(g, dp_gather(g, weight, t), NULL, 0, 0)));
}

dp_val dp_softmax_cross_entropy_with(dp_graph *g, dp_val y, dp_val t, dp_val weight, double label_smoothing)
{
    if (!dpi_graph_usable(g, "softmax_cross_entropy", y) || !dpi_graph_usable(g, "softmax_cross_entropy", t))
        return DP_VAL_NONE;
    if (!(label_smoothing >= 0 && label_smoothing <= 1))
        return dpi_graph_fail(g, DP_ERR_RANGE, "softmax_cross_entropy: label_smoothing must be from 0 to 1, it is %g",
                              label_smoothing);
    if (!weight && label_smoothing == 0)
        return dp_softmax_cross_entropy(g, y, t);
    y = dpi_coerce_float(g, y);
    dp_shape shape = dp_val_shape(g, y);
    dp_val targets = rows_of(g, y, t);
    if (label_smoothing > 0 && targets && shape.rank > 0)
        targets = dp_add(g, dp_mul(g, targets, dp_scalar(g, 1 - label_smoothing)),
                         dp_scalar(g, label_smoothing / (double)shape.dims[shape.rank - 1]));
    if (weight && targets)
        targets = weighted(g, y, t, targets, weight);
    return targets ? dp_softmax_cross_entropy(g, y, targets) : DP_VAL_NONE;
}
