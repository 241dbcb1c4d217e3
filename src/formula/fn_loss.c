/* Losses and classes. */
#include <string.h>

#include "formula/functions.h"

/* The sum over rows, as the mean has it without its division. */
static dp_val cross_entropy_sum(dp_graph *g, dp_val p, dp_val t, double eps)
{
    dp_shape shape = dp_val_shape(g, p);
    if (shape.rank > 0 && !dp_shape_equal(shape, dp_val_shape(g, t)))
        t = dp_one_hot(g, t, shape.dims[shape.rank - 1]);
    return dp_neg(g, dp_sum(g, dp_mul(g, t, dp_log(g, dp_add(g, p, dp_scalar(g, eps)))), NULL, 0, 0));
}

dp_status dpi_fn_cross_entropy(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val p, t;
    double eps = 1e-7;
    const char *reduction = "mean";
    DPI_TRY(dpi_object_value(s, &args[0], "cross_entropy: p", &p));
    DPI_TRY(dpi_object_value(s, &args[1], "cross_entropy: t", &t));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_real(s, &args[2], "cross_entropy: eps", &eps));
    if (dpi_given(&args[3]))
        reduction = dpi_object_string(s, &args[3]);
    dp_val mean = dp_cross_entropy(s->graph, p, t, eps);
    if (mean == DP_VAL_NONE || strcmp(reduction, "mean") == 0)
        return dpi_scope_value(s, mean, out);
    if (strcmp(reduction, "sum") != 0)
        return dpi_object_fail(s, &args[3], DP_ERR_ARG, "cross_entropy: reduction is \"mean\" or \"sum\"");
    return dpi_scope_value(s, cross_entropy_sum(s->graph, p, t, eps), out);
}

dp_status dpi_fn_one_hot(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val t;
    int64_t classes;
    DPI_TRY(dpi_object_value(s, &args[0], "one_hot: t", &t));
    DPI_TRY(dpi_object_whole(s, &args[1], "one_hot: classes", &classes));
    return dpi_scope_value(s, dp_one_hot(s->graph, t, classes), out);
}

dp_status dpi_fn_class_mean(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x, t;
    int64_t classes;
    DPI_TRY(dpi_object_value(s, &args[0], "class_mean: x", &x));
    DPI_TRY(dpi_object_value(s, &args[1], "class_mean: t", &t));
    DPI_TRY(dpi_object_whole(s, &args[2], "class_mean: classes", &classes));
    return dpi_scope_value(s, dp_class_mean(s->graph, x, t, classes), out);
}

dp_status dpi_fn_softmax_cross_entropy(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val y, t, weight = DP_VAL_NONE;
    double smoothing = 0;
    DPI_TRY(dpi_object_value(s, &args[0], "softmax_cross_entropy", &y));
    DPI_TRY(dpi_object_value(s, &args[1], "softmax_cross_entropy", &t));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_value(s, &args[2], "softmax_cross_entropy: weight", &weight));
    if (dpi_given(&args[3]))
        DPI_TRY(dpi_object_real(s, &args[3], "softmax_cross_entropy: label_smoothing", &smoothing));
    return dpi_scope_value(s, dp_softmax_cross_entropy_with(s->graph, y, t, weight, smoothing), out);
}

/* ---- Losses of pairs ---- */

static dp_status read_reduction(dp_scope *s, const dpi_object *arg, const char *what, dp_reduction *out)
{
    static const char *const words[] = {[DP_REDUCE_MEAN] = "mean",
                                        [DP_REDUCE_SUM] = "sum",
                                        [DP_REDUCE_NONE] = "none",
                                        [DP_REDUCE_BATCHMEAN] = "batchmean"};
    *out = DP_REDUCE_MEAN;
    if (!dpi_given(arg))
        return DP_OK;
    for (int i = 0; i < 4 && arg->kind == DPI_OBJECT_STRING; i++)
        if (strcmp(dpi_object_string(s, arg), words[i]) == 0) {
            *out = (dp_reduction)i;
            return DP_OK;
        }
    return dpi_object_fail(s, arg, DP_ERR_ARG, "%s: reduction is \"mean\", \"sum\", \"batchmean\" or \"none\"", what);
}

static dp_status read_pair(dp_scope *s, const dpi_object *args, const char *what, dp_val *y, dp_val *t)
{
    DPI_TRY(dpi_object_value(s, &args[0], what, y));
    return dpi_object_value(s, &args[1], what, t);
}

dp_status dpi_fn_l1_loss(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val y, t;
    dp_reduction reduction;
    DPI_TRY(read_pair(s, args, "l1_loss", &y, &t));
    DPI_TRY(read_reduction(s, &args[2], "l1_loss", &reduction));
    return dpi_scope_value(s, dp_l1_loss(s->graph, y, t, reduction), out);
}

dp_status dpi_fn_huber_loss(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val y, t;
    double delta = 1;
    dp_reduction reduction;
    DPI_TRY(read_pair(s, args, "huber_loss", &y, &t));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_real(s, &args[2], "huber_loss: delta", &delta));
    DPI_TRY(read_reduction(s, &args[3], "huber_loss", &reduction));
    return dpi_scope_value(s, dp_huber_loss(s->graph, y, t, delta, reduction), out);
}

dp_status dpi_fn_binary_cross_entropy_with_logits(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val y, t, pos_weight = DP_VAL_NONE;
    dp_reduction reduction;
    const char *what = "binary_cross_entropy_with_logits";
    DPI_TRY(read_pair(s, args, what, &y, &t));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_value(s, &args[2], what, &pos_weight));
    DPI_TRY(read_reduction(s, &args[3], what, &reduction));
    return dpi_scope_value(s, dp_binary_cross_entropy_with_logits(s->graph, y, t, pos_weight, reduction), out);
}

dp_status dpi_fn_kl_div(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val log_p, t;
    dp_reduction reduction;
    DPI_TRY(read_pair(s, args, "kl_div", &log_p, &t));
    DPI_TRY(read_reduction(s, &args[2], "kl_div", &reduction));
    return dpi_scope_value(s, dp_kl_div(s->graph, log_p, t, reduction), out);
}
