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
