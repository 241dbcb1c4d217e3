#include "grad/grad_internal.h"

void dpi_grad_gather(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    int64_t rows = dp_val_shape(b->g, dpi_input(b, y, 0)).dims[0];
    dx[0] = dp_scatter_add(b->g, dpi_full(b, y, dy), dpi_input(b, y, 1), rows);
}

void dpi_grad_scatter_add(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dx[0] = dp_gather(b->g, dpi_full(b, y, dy), dpi_input(b, y, 1));
}

/* With class indices (softmax(scores) - one_hot(t)) / rows. Targets need not add up to 1: softmax(scores) sum(t) - t.
 * */
void dpi_grad_softmax_cross_entropy(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx)
{
    dp_graph *g = b->g;
    dp_val scores = dpi_input(b, y, 0), t = dpi_input(b, y, 1);
    dp_shape shape = dp_val_shape(g, scores), rows = shape;
    int last = --rows.rank;
    dp_val share = dpi_over(b, dy, dpi_constant(b, (double)dp_shape_elems(rows)));
    if (dpi_wants(b, y, 0)) {
        dp_val p = dp_softmax(g, dpi_forward(b, scores), last), target;
        if (dp_dtype_is_float(dp_val_dtype(g, t))) {
            target = dpi_forward(b, t);
            p = dp_mul(g, p, dp_sum(g, target, &last, 1, 1));
        } else target = dpi_forward(b, dp_one_hot(g, t, shape.dims[last]));
        dx[0] = dpi_times(b, dp_sub(g, p, target), share);
    }
    if (dp_dtype_is_float(dp_val_dtype(g, t)) && dpi_wants(b, y, 1))
        dx[1] = dp_neg(g, dpi_times(b, dp_log_softmax(g, dpi_forward(b, scores), last), share));
}
