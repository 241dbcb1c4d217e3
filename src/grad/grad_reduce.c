#include "grad/grad_internal.h"

/* v, which lacks the axes that y reduced, with axes of 1 in their place, so that it broadcasts against the input of y.
 * */
static dp_val keep_axes(dpi_backward *b, dp_val y, dp_val v)
{
    dp_shape shape = dp_val_shape(b->g, dpi_input(b, y, 0));
    dpi_attrs attrs = dpi_node_get(b->g, y)->attrs;
    for (int i = 0; i < attrs.reduce.count; i++) shape.dims[attrs.reduce.first + i] = 1;
    return dpi_reshape(b->g, v, shape);
}

/* One number stays one number: it broadcasts to anything. */
static dp_val keep_axes_of_gradient(dpi_backward *b, dp_val y, dp_val dy)
{
    return dp_val_shape(b->g, dy).rank == 0 ? dy : keep_axes(b, y, dpi_full(b, y, dy));
}

void dpi_grad_sum(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = keep_axes_of_gradient(b, y, dy);
}

/* Those that tie share the gradient evenly. */
static void share_extreme(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_graph *g = b->g;
    int axes[DP_MAX_RANK], first = dpi_node_get(g, y)->attrs.reduce.first,
                           count = dpi_node_get(g, y)->attrs.reduce.count;
    for (int i = 0; i < count; i++) axes[i] = first + i;
    dp_val chosen = dp_equal(g, dpi_input(b, y, 0), keep_axes(b, y, y));
    dp_val ties = dp_sum(g, dpi_coerce(g, chosen, b->dtype), axes, count, 1);
    dx[0] = dp_where(g, chosen, dp_div(g, keep_axes_of_gradient(b, y, dy), ties), dpi_constant(b, 0));
}

void dpi_grad_max(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    share_extreme(b, y, dy, dx);
}

void dpi_grad_min(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    share_extreme(b, y, dy, dx);
}

/* dy softmax(a): exp(a - y) would be the same, but y has been rounded, and of a large y that is a large part of a - y. The axes
 * that y reduced lie side by side, and are one for the softmax. */
void dpi_grad_logsumexp(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_val a = dpi_forward(b, dpi_input(b, y, 0));
    dp_shape whole = dp_val_shape(b->g, a), joined = {0};
    int first = dpi_node_get(b->g, y)->attrs.reduce.first, count = dpi_node_get(b->g, y)->attrs.reduce.count;
    for (int i = 0; i < whole.rank; i++)
        if (i > first && i < first + count) joined.dims[first] *= whole.dims[i];
        else joined.dims[joined.rank++] = whole.dims[i];
    dp_val p = count ? dp_softmax(b->g, dpi_reshape(b->g, a, joined), first) : dpi_constant(b, 1);
    dx[0] = dpi_times(b, keep_axes_of_gradient(b, y, dy), count ? dpi_reshape(b->g, p, whole) : p);
}

void dpi_grad_softmax(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_graph *g = b->g;
    int axis = dpi_node_get(g, y)->attrs.axis.axis;
    dp_val s = dpi_forward(b, y);
    dx[0] = dp_mul(g, s, dp_sub(g, dy, dp_sum(g, dpi_times(b, dy, s), &axis, 1, 1)));
}

void dpi_grad_log_softmax(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_graph *g = b->g;
    int axis = dpi_node_get(g, y)->attrs.axis.axis;
    dy = dpi_full(b, y, dy);
    dx[0] = dp_sub(g, dy, dp_mul(g, dp_exp(g, dpi_forward(b, y)), dp_sum(g, dy, &axis, 1, 1)));
}
