/* Back-propagation: from a graph, a larger graph.
 *
 * The backward pass is made of ordinary nodes, one gradient rule per op: it is planned, run, drawn and differentiated
 * again like any other part of the graph.
 *
 * Source   Linnainmaa 1970; the book, chapter 5; each rule is stated with its op in ops.h.
 */
#ifndef DENPA_GRAD_H
#define DENPA_GRAD_H

#include <denpa/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Adds the nodes for d loss / d wrt[i], i = 0..n-1.
 *
 * loss     one element, or any shape when `upstream` is given; any dtype but bool
 * upstream the gradient of whatever comes after `loss`, of its shape; DP_VAL_NONE: one
 * wrt      any values of g. A value that loss does not depend on gets zeros. Integer values (a variable `n = 2`) may be
 *          differentiated as if they were floating; gradients are always floating, in the dtype of loss (the graph's
 *          float dtype where loss is an integer).
 * out[i]   the gradient, of the shape of wrt[i]: a value of its own, that is neither one of those there were nor
 *          another out[k]
 * Errors   sticky in g, out[] all DP_VAL_NONE: DP_ERR_SHAPE (loss has more than one element: names it and
 *          its shape), DP_ERR_DTYPE, DP_ERR_ARG, DP_ERR_NOMEM
 * Returns  dp_graph_status(g)
 */
DP_API dp_status dp_grad(dp_graph *g, dp_val loss, dp_val upstream, const dp_val *wrt, int n, dp_val *out);

/* Does a depend, through differentiable operations, on b? -1: there is no memory to find out. */
DP_API int dp_val_depends(const dp_graph *g, dp_val a, dp_val b);

#ifdef __cplusplus
}
#endif
#endif
