/* Gradient rules from inside grad/. */
#ifndef DENPA_GRAD_INTERNAL_H
#define DENPA_GRAD_INTERNAL_H

#include "graph/graph_internal.h"

/* One backward pass. Every gradient in it has the dtype `dtype`; forward values of another dtype are converted where a
 * rule uses them. */
typedef struct dpi_backward {
    dp_graph *g;
    dp_dtype dtype;
    const uint8_t *wanted; /* [value]: does it need a gradient? Values made by the pass itself are not in it. */
} dpi_backward;

/* The rule of one op: from dy, the gradient of value y, to dx[i], the gradient of its input i, for those inputs that
 * dpi_wants.
 *
 * A gradient may have a smaller shape than its value as long as it broadcasts to it: what a sum over everything passes
 * back is one number, and element-wise rules go on with that. Rules that need all elements begin with dpi_full. */
typedef void dpi_grad_fn(dpi_backward *b, dp_val y, dp_val dy, dp_val *dx);

/* Every op of kind D in ops.def has a rule; without it nothing links. */
#define DPI_GRAD_DECLARE_D(name) dpi_grad_fn dpi_grad_##name;
#define DPI_GRAD_DECLARE_P(name)
#define DPI_GRAD_DECLARE_L(name)
#define DP_OP(id, name, arity, rule, kind, formula) DPI_GRAD_DECLARE_##kind(name)
#include <denpa/ops.def>
#undef DP_OP

/* Input i of y; the same in the dtype of the pass; does it want a gradient? */
dp_val dpi_input(const dpi_backward *b, dp_val y, int i);
dp_val dpi_forward(dpi_backward *b, dp_val v);
bool dpi_wants(const dpi_backward *b, dp_val y, int i);

/* dy repeated to the shape of y. */
dp_val dpi_full(dpi_backward *b, dp_val y, dp_val dy);

/* What an operand of `shape` gets of d, a gradient that broadcasts to the shape of y: the sum over the axes along
 * which it was repeated. */
dp_val dpi_unbroadcast(dpi_backward *b, dp_val y, dp_val d, dp_shape shape);

/* dp_grad for those who want to see the pass: gradients[v], 1 <= v <= loss, is the gradient of every value that lies on the
 * way from the loss to wrt, of its shape, and edges[k] what goes back along the k-th of the graph's inputs
 * (dpi_node.input_first); DP_VAL_NONE elsewhere. gradients has room for loss + 1 values, edges for all inputs there are,
 * and both begin as zeroes. Errors and result as dp_grad. */
dp_status dpi_grad_edges(dp_graph *g, dp_val loss, dp_val upstream, const dp_val *wrt, int n, dp_val *gradients,
                         dp_val *edges);

/* A number in the dtype of the pass. */
dp_val dpi_constant(dpi_backward *b, double value);

/* a * c and a / c without a node where that is known: of two numbers, and of a * 1. */
dp_val dpi_times(dpi_backward *b, dp_val a, dp_val c);
dp_val dpi_over(dpi_backward *b, dp_val a, dp_val c);

#endif
