#include "graph/rules.h"

/* Marks the axes that are reduced. False with the error in g. */
static bool mark_axes(dp_graph *g, const char *op, dp_val a, const int *axes, int n, bool *reduced)
{
    int rank = dp_val_shape(g, a).rank;
    for (int i = 0; i < rank; i++) reduced[i] = !axes;
    for (int i = 0; axes && i < n; i++) {
        int axis = dpi_axis(g, op, a, axes[i]);
        if (axis < 0) return false;
        if (reduced[axis]) {
            dpi_graph_fail(g, DP_ERR_ARG, "%s: axis %d is there twice", op, axis);
            return false;
        }
        reduced[axis] = true;
    }
    return true;
}

static dp_val reduce_run(dp_graph *g, dp_op op, dp_val a, int first, int count, int keepdims)
{
    dpi_node node = {.op = op, .attrs.reduce = {first, count, keepdims != 0}};
    return dpi_graph_add(g, &node, &a, 1);
}

/* Runs of adjacent axes, one node each, the last first, so that the numbers of the axes before it stay. */
static dp_val reduce_runs(dp_graph *g, dp_op op, dp_val a, const bool *reduced, int rank, int keepdims)
{
    for (int end = rank; end > 0; end--) {
        if (!reduced[end - 1]) continue;
        int first = end - 1;
        while (first > 0 && reduced[first - 1]) first--;
        a = reduce_run(g, op, a, first, end - first, keepdims);
        end = first + 1;
    }
    return a;
}

static int count_runs(const bool *reduced, int rank)
{
    int runs = 0;
    for (int i = 0; i < rank; i++)
        if (reduced[i] && (i == 0 || !reduced[i - 1])) runs++;
    return runs;
}

/* Separate axes side by side at the end, so that one node sees all that compete (ties share the gradient evenly). */
static dp_val reduce_gathered(dp_graph *g, dp_op op, dp_val a, const bool *reduced, int keepdims)
{
    dp_shape shape = dp_val_shape(g, a), kept = shape;
    int axes[DP_MAX_RANK], n = 0, first;
    for (int i = 0; i < shape.rank; i++)
        if (!reduced[i]) axes[n++] = i;
    first = n;
    for (int i = 0; i < shape.rank; i++)
        if (reduced[i]) axes[n++] = i, kept.dims[i] = 1;
    dp_val y = reduce_run(g, op, dp_transpose(g, a, axes, n), first, n - first, 0);
    return keepdims ? dpi_reshape(g, y, kept) : y;
}

static dp_val reduce(dp_graph *g, dp_op op, dp_val a, const int *axes, int n, int keepdims)
{
    bool reduced[DP_MAX_RANK];
    if (!dpi_graph_usable(g, dp_op_name(op), a) || !mark_axes(g, dp_op_name(op), a, axes, n, reduced))
        return DP_VAL_NONE;
    a = dpi_op_takes_integers(op) ? dpi_coerce_number(g, a) : dpi_coerce_float(g, a);
    int rank = dp_val_shape(g, a).rank;
    if (op != DP_OP_SUM && count_runs(reduced, rank) > 1) return reduce_gathered(g, op, a, reduced, keepdims);
    return reduce_runs(g, op, a, reduced, rank, keepdims);
}

dp_val dp_sum(dp_graph *g, dp_val a, const int *axes, int n, int keepdims)
{
    return reduce(g, DP_OP_SUM, a, axes, n, keepdims);
}

dp_val dp_max(dp_graph *g, dp_val a, const int *axes, int n, int keepdims)
{
    return reduce(g, DP_OP_MAX, a, axes, n, keepdims);
}

dp_val dp_min(dp_graph *g, dp_val a, const int *axes, int n, int keepdims)
{
    return reduce(g, DP_OP_MIN, a, axes, n, keepdims);
}

dp_val dp_logsumexp(dp_graph *g, dp_val a, const int *axes, int n, int keepdims)
{
    return reduce(g, DP_OP_LOGSUMEXP, a, axes, n, keepdims);
}

/* How many elements go into one element of the result. */
static double reduced_count(dp_graph *g, dp_val a, const bool *reduced)
{
    dp_shape shape = dp_val_shape(g, a);
    double count = 1;
    for (int i = 0; i < shape.rank; i++)
        if (reduced[i]) count *= (double)shape.dims[i];
    return count;
}

static dp_val mean_with_ddof(dp_graph *g, const char *op, dp_val a, const int *axes, int n, int keepdims, int ddof)
{
    bool reduced[DP_MAX_RANK];
    if (!dpi_graph_usable(g, op, a) || !mark_axes(g, op, a, axes, n, reduced)) return DP_VAL_NONE;
    double count = reduced_count(g, a, reduced) - ddof;
    return dp_div(g, dp_sum(g, a, axes, n, keepdims), dp_scalar(g, count < 0 ? 0 : count));
}

dp_val dp_mean(dp_graph *g, dp_val a, const int *axes, int n, int keepdims)
{
    return mean_with_ddof(g, "mean", a, axes, n, keepdims, 0);
}

dp_val dp_var(dp_graph *g, dp_val a, const int *axes, int n, int keepdims, int ddof)
{
    a = dpi_coerce_float(g, a);
    dp_val centre = mean_with_ddof(g, "var", a, axes, n, 1, 0);
    return mean_with_ddof(g, "var", dp_square(g, dp_sub(g, a, centre)), axes, n, keepdims, ddof);
}

dp_val dp_argmax(dp_graph *g, dp_val a, int axis, int keepdims)
{
    if (!dpi_graph_usable(g, "argmax", a) || (axis = dpi_axis(g, "argmax", a, axis)) < 0) return DP_VAL_NONE;
    dp_shape kept = dp_val_shape(g, a);
    kept.dims[axis] = 1;
    dpi_node node = {.op = DP_OP_ARGMAX, .attrs.axis.axis = axis};
    a = dpi_coerce_number(g, a);
    dp_val y = dpi_graph_add(g, &node, &a, 1);
    return keepdims ? dpi_reshape(g, y, kept) : y;
}

dp_val dp_argmax_all(dp_graph *g, dp_val a)
{
    if (!dpi_graph_usable(g, "argmax", a)) return DP_VAL_NONE;
    dp_shape flat = {.rank = 1, .dims = {dp_shape_elems(dp_val_shape(g, a))}};
    return dp_argmax(g, dpi_reshape(g, a, flat), 0, 0);
}

static dp_val softmax_along(dp_graph *g, dp_op op, dp_val a, int axis)
{
    if (!dpi_graph_usable(g, dp_op_name(op), a) || (axis = dpi_axis(g, dp_op_name(op), a, axis)) < 0)
        return DP_VAL_NONE;
    return dpi_unary(g, op, a, (dpi_attrs){.axis = {axis}});
}

dp_val dp_softmax(dp_graph *g, dp_val a, int axis)
{
    return softmax_along(g, DP_OP_SOFTMAX, a, axis);
}

dp_val dp_log_softmax(dp_graph *g, dp_val a, int axis)
{
    return softmax_along(g, DP_OP_LOG_SOFTMAX, a, axis);
}
