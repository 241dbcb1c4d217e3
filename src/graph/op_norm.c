/* Normalisation: over the batch, or over the last axes of each row. */
#include "graph/graph_internal.h"

/* (x - mean) * (gamma / sqrt(var + eps)) + beta; gamma and beta may be left out. */
static dp_val scaled(dp_graph *g, dp_val centred, dp_val var, double eps, dp_val gamma, dp_val beta)
{
    dp_val root = dp_sqrt(g, dp_add(g, var, dp_scalar(g, eps)));
    dp_val y = gamma ? dp_mul(g, centred, dp_div(g, gamma, root)) : dp_div(g, centred, root);
    return beta ? dp_add(g, y, beta) : y;
}

static bool eps_ok(dp_graph *g, const char *op, double eps)
{
    if (!(eps >= 0))
        dpi_graph_fail(g, DP_ERR_RANGE, "%s: eps must not be negative, it is %g", op, eps);
    return g->status == DP_OK;
}

/* *v, if it is there, in x's dtype and in the shape that repeats over x; it must have the shape `own`. */
static bool take(dp_graph *g, const char *op, const char *what, dp_val x, dp_val *v, dp_shape own, dp_shape repeats)
{
    if (!*v)
        return true;
    if (!dpi_graph_usable(g, op, *v))
        return false;
    if (!dp_shape_equal(dp_val_shape(g, *v), own)) {
        dpi_graph_fail(g, DP_ERR_SHAPE, "%s: %s is %s for %s %s; it must be %s", op, what,
                       DPI_SHAPE_WORDS(dp_val_shape(g, *v)), DPI_OPERAND_WORDS(g, x, "x"),
                       DPI_SHAPE_WORDS(dp_val_shape(g, x)), DPI_SHAPE_WORDS(own));
        return false;
    }
    *v = dpi_reshape(g, dpi_coerce(g, *v, dp_val_dtype(g, x)), repeats);
    return *v != DP_VAL_NONE;
}

/* ---- Over the batch ---- */

static dp_val mixed(dp_graph *g, dp_val old, dp_val fresh, double momentum)
{
    return dp_add(g, dp_mul(g, old, dp_scalar(g, 1 - momentum)), dp_mul(g, fresh, dp_scalar(g, momentum)));
}

/* The running statistics become those mixed with the batch's; the variance without bias, as PyTorch keeps it. */
static void keep_statistics(dp_graph *g, const dp_batch_norm_state *state, dp_val mean, dp_val var, double rows,
                            double momentum)
{
    dp_shape flat = state->mean ? dp_val_shape(g, state->mean) : dp_shape_scalar();
    if (!state->mean || !state->var || dp_val_op(g, state->mean) != DP_OP_STATE)
        return;
    dp_val unbiased = dp_mul(g, var, dp_scalar(g, rows / (rows - 1)));
    dp_state_update(g, state->mean, mixed(g, state->mean, dpi_reshape(g, mean, flat), momentum));
    dp_state_update(g, state->var, mixed(g, state->var, dpi_reshape(g, unbiased, flat), momentum));
}

/* One number per channel (axis 1), and the same among axes of 1; the axes that are gone over. */
static bool open_channels(dp_graph *g, dp_val x, dp_shape *flat, dp_shape *among, int axes[DP_MAX_RANK], int *n)
{
    dp_shape shape = dp_val_shape(g, x);
    if (shape.rank < 2) {
        dpi_graph_fail(g, DP_ERR_SHAPE, "batch_norm: %s is %s; it must be [N, C] or [N, C, ...]",
                       DPI_OPERAND_WORDS(g, x, "x"), DPI_SHAPE_WORDS(shape));
        return false;
    }
    *flat = (dp_shape){.rank = 1, .dims = {shape.dims[1]}};
    *among = shape;
    *n = 0;
    for (int i = 0; i < shape.rank; i++)
        if (i != 1)
            among->dims[i] = 1, axes[(*n)++] = i;
    return true;
}

static dp_val train_batch(dp_graph *g, dp_val x, const dp_batch_norm_state *state, double momentum, double eps,
                          const int *axes, int n, dp_val gamma, dp_val beta)
{
    dp_shape shape = dp_val_shape(g, x);
    double rows = 1;
    for (int i = 0; i < n; i++)
        rows *= (double)shape.dims[axes[i]];
    if (rows < 2)
        return dpi_graph_fail(
            g, DP_ERR_SHAPE,
            "batch_norm: %s is %s: the spread of one number per channel is not known; a batch that is "
            "trained on needs 2 rows or more; choose a batch size that leaves no single row over",
            DPI_OPERAND_WORDS(g, x, "x"), DPI_SHAPE_WORDS(shape));
    dp_val mean = dp_mean(g, x, axes, n, 1), centred = dp_sub(g, x, mean);
    dp_val var = dp_mean(g, dp_square(g, centred), axes, n, 1);
    if (!var)
        return DP_VAL_NONE;
    keep_statistics(g, state, mean, var, rows, momentum);
    return scaled(g, centred, var, eps, gamma, beta);
}

dp_val dp_batch_norm(dp_graph *g, dp_val x, dp_val gamma, dp_val beta, const dp_batch_norm_state *given,
                     double momentum, double eps)
{
    const char *op = "batch_norm";
    dp_batch_norm_state state = given ? *given : (dp_batch_norm_state){0};
    dp_shape flat, among;
    int axes[DP_MAX_RANK], n;
    if (!dpi_graph_usable(g, op, x) || !eps_ok(g, op, eps))
        return DP_VAL_NONE;
    x = dpi_coerce_float(g, x);
    if (!x || !open_channels(g, x, &flat, &among, axes, &n))
        return DP_VAL_NONE;
    if (!(momentum >= 0 && momentum <= 1))
        return dpi_graph_fail(g, DP_ERR_RANGE, "batch_norm: momentum must be from 0 to 1, it is %g", momentum);
    dp_val mean = state.mean, var = state.var;
    if (!take(g, op, "gamma", x, &gamma, flat, among) || !take(g, op, "beta", x, &beta, flat, among) ||
        !take(g, op, "the running mean", x, &mean, flat, among) ||
        !take(g, op, "the running variance", x, &var, flat, among))
        return DP_VAL_NONE;
    if (g->training || !mean || !var)
        return train_batch(g, x, &state, momentum, eps, axes, n, gamma, beta);
    return scaled(g, dp_sub(g, x, mean), var, eps, gamma, beta);
}

/* ---- Over the last axes ---- */

/* The last `count` axes: their shape, and their numbers. */
static bool open_last(dp_graph *g, const char *op, dp_val x, int count, dp_shape *own, int axes[DP_MAX_RANK])
{
    dp_shape shape = dp_val_shape(g, x);
    if (count < 1 || count > shape.rank) {
        dpi_graph_fail(g, DP_ERR_SHAPE, "%s: the last %d axes of %s %s are meant; there are %d", op, count,
                       DPI_OPERAND_WORDS(g, x, "x"), DPI_SHAPE_WORDS(shape), (int)shape.rank);
        return false;
    }
    *own = (dp_shape){.rank = count};
    for (int i = 0; i < count; i++) {
        axes[i] = shape.rank - count + i;
        own->dims[i] = shape.dims[axes[i]];
    }
    return true;
}

dp_val dp_layer_norm(dp_graph *g, dp_val x, int count, dp_val gamma, dp_val beta, double eps)
{
    const char *op = "layer_norm";
    dp_shape own;
    int axes[DP_MAX_RANK];
    if (!dpi_graph_usable(g, op, x) || !eps_ok(g, op, eps))
        return DP_VAL_NONE;
    x = dpi_coerce_float(g, x);
    if (!x || !open_last(g, op, x, count, &own, axes) || !take(g, op, "gamma", x, &gamma, own, own) ||
        !take(g, op, "beta", x, &beta, own, own))
        return DP_VAL_NONE;
    dp_val centred = dp_sub(g, x, dp_mean(g, x, axes, count, 1));
    dp_val var = dp_mean(g, dp_square(g, centred), axes, count, 1);
    dp_val y = dp_div(g, centred, dp_sqrt(g, dp_add(g, var, dp_scalar(g, eps))));
    if (gamma)
        y = dp_mul(g, y, gamma);
    return beta ? dp_add(g, y, beta) : y;
}

dp_val dp_rms_norm(dp_graph *g, dp_val x, int count, dp_val gamma, double eps)
{
    const char *op = "rms_norm";
    dp_shape own;
    int axes[DP_MAX_RANK];
    if (!dpi_graph_usable(g, op, x) || !eps_ok(g, op, eps))
        return DP_VAL_NONE;
    x = dpi_coerce_float(g, x);
    if (!x || !open_last(g, op, x, count, &own, axes) || !take(g, op, "gamma", x, &gamma, own, own))
        return DP_VAL_NONE;
    dp_val mean = dp_mean(g, dp_square(g, x), axes, count, 1);
    dp_val y = dp_div(g, x, dp_sqrt(g, dp_add(g, mean, dp_scalar(g, eps))));
    return gamma ? dp_mul(g, y, gamma) : y;
}
