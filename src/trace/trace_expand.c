/* Composites taken apart, as the book draws them. The result keeps the numbers that it has in one step; those of the steps
 * are worked out beside it. */
#include "graph/graph_internal.h"
#include "trace/trace_internal.h"

bool dpi_trace_expands(dp_op op)
{
    return op == DP_OP_SIGMOID || op == DP_OP_SOFTMAX_CROSS_ENTROPY;
}

/* A step that is in the graph now: its op, its numbers, its gradient. */
static dp_status add_step(dp_graph *g, dp_trace *trace, dp_val v, dp_val backward, int *at)
{
    if (!v)
        return dp_graph_status(g);
    return dpi_trace_add_node(trace, &(dpi_trace_node){.pub.op = dp_val_op(g, v), .source = v, .backward = backward},
                              at);
}

/* A step of a value that came in and a number that did not. */
static dp_status add_with_number(dp_graph *g, dp_trace *trace, dp_val v, dp_val backward, int from, dp_val edge,
                                 int *at)
{
    int number = 0;
    dp_status status = v ? add_step(g, trace, dp_val_input(g, v, 1), DP_VAL_NONE, &number) : dp_graph_status(g);
    if (status == DP_OK)
        status = add_step(g, trace, v, backward, at);
    if (status == DP_OK)
        status = dpi_trace_add_edge(trace, from, *at, 0, edge);
    return status == DP_OK ? dpi_trace_add_edge(trace, number, *at, 1, DP_VAL_NONE) : status;
}

/* y = 1 / (1 + exp(-x)). Backwards -dy y^2, the same, times exp(-x), times -1 (Fig. 5-19 and 5-20). */
static dp_status expand_sigmoid(dp_graph *g, dp_trace *trace, const dpi_trace_node *node, int input, dp_val edge,
                                int *at)
{
    dp_val x = dp_val_input(g, node->source, 0), dy = node->backward, d_sum = DP_VAL_NONE, d_product = DP_VAL_NONE;
    dp_dtype dtype = dp_val_dtype(g, x);
    dp_val one = dpi_number(g, dtype, 1), product = dp_mul(g, x, dpi_number(g, dtype, -1));
    dp_val power = dp_exp(g, product), sum = dp_add(g, power, one);
    if (dy && edge) {
        d_sum = dp_neg(g, dp_mul(g, dy, dp_square(g, node->source)));
        d_product = dp_mul(g, d_sum, power);
    }
    int product_at = 0, power_at = 0, sum_at = 0, one_at = 0;
    dpi_trace_node last = *node;
    last.pub.op = DP_OP_DIV;
    dp_status status = add_with_number(g, trace, product, d_product, input, edge, &product_at);
    if (status == DP_OK)
        status = add_step(g, trace, power, d_sum, &power_at);
    if (status == DP_OK)
        status = dpi_trace_add_edge(trace, product_at, power_at, 0, d_product);
    if (status == DP_OK)
        status = add_with_number(g, trace, sum, d_sum, power_at, d_sum, &sum_at);
    if (status == DP_OK)
        status = add_step(g, trace, one, DP_VAL_NONE, &one_at);
    if (status == DP_OK)
        status = dpi_trace_add_node(trace, &last, at);
    if (status == DP_OK)
        status = dpi_trace_add_edge(trace, one_at, *at, 0, DP_VAL_NONE);
    return status == DP_OK ? dpi_trace_add_edge(trace, sum_at, *at, 1, d_sum) : status;
}

/* dy * -t / p / rows, and 0 where t is 0, whatever p is. */
static dp_val probability_gradient(dp_graph *g, dp_val dy, dp_val p, dp_val t)
{
    dp_shape shape = dp_val_shape(g, p), rows = shape;
    rows.rank--;
    if (!dp_dtype_is_float(dp_val_dtype(g, t)))
        t = dp_one_hot(g, t, shape.dims[rows.rank]);
    dp_val zero = dp_scalar(g, 0), d = dp_div(g, dp_neg(g, t), p);
    d = dp_where(g, dp_equal(g, t, zero), zero, d);
    return dp_mul(g, d, dp_div(g, dy, dp_scalar(g, (double)dp_shape_elems(rows))));
}

static dp_status expand_softmax_loss(dp_graph *g, dp_trace *trace, const dpi_trace_node *node, const int *inputs,
                                     const dp_val *edges, int *at)
{
    dp_val scores = dp_val_input(g, node->source, 0), t = dp_val_input(g, node->source, 1), back = DP_VAL_NONE;
    dp_val p = dp_softmax(g, scores, -1);
    dp_val d_scores = edges[0], d_targets = edges[1];
    if (d_scores)
        back = probability_gradient(g, node->backward, p, t);
    int softmax_at = 0;
    dpi_trace_node last = *node;
    last.pub.op = DP_OP_NONE;
    last.form = DPI_FORM_CROSS_ENTROPY;
    dp_status status = add_step(g, trace, p, back, &softmax_at);
    if (status == DP_OK)
        status = dpi_trace_add_edge(trace, inputs[0], softmax_at, 0, d_scores);
    if (status == DP_OK)
        status = dpi_trace_add_node(trace, &last, at);
    if (status == DP_OK)
        status = dpi_trace_add_edge(trace, softmax_at, *at, 0, back);
    return status == DP_OK ? dpi_trace_add_edge(trace, inputs[1], *at, 1, d_targets) : status;
}

dp_status dpi_trace_expand(dp_graph *g, dp_trace *trace, const dpi_trace_node *node, const int *inputs,
                           const dp_val *edges, int *at)
{
    if (node->pub.op == DP_OP_SIGMOID)
        return expand_sigmoid(g, trace, node, inputs[0], edges[0], at);
    return expand_softmax_loss(g, trace, node, inputs, edges, at);
}
