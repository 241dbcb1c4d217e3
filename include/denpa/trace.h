/* The trace: everything there is to see in the graph of one value, node by node and edge by edge.
 *
 *     (node, op, inputs, shape, dtype, numbers, gradient, name, local formula, check) and
 *     (edge, numbers, what goes back along it, local derivative)
 *
 * Graph drawings, their JSON and reports read this and nothing else. A trace is made once, by a single evaluation, and is
 * independent of the graph afterwards. Its numbers are those that dp_grad and dp_eval give, to the bit.
 *
 * Conversions between dtypes that an op put in front of its operands are left out: an edge begins at the value that was
 * converted.
 */
#ifndef DENPA_TRACE_H
#define DENPA_TRACE_H

#include <denpa/check.h>
#include <denpa/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_trace dp_trace;

typedef struct dp_trace_config {
    int gradient;    /* the backward pass, too */
    dp_val upstream; /* what comes from behind the value, of its shape; DP_VAL_NONE: one */
    int ones; /* a value of more than one element without upstream gets ones: where only its symbols are wanted */
    /* What is to be differentiated. NULL and 0: all variables, params, floating inputs and values with a name, but for
     * the targets of a loss and states. */
    const dp_val *wrt;
    int wrt_count;
    /* Folds what was written out: 1 / (1 + exp(-x)) is one node, a product with a bias an Affine layer, sum / n a mean,
     * the log of probabilities with targets a cross-entropy, that of a softmax a Softmax-with-Loss. */
    int group;
    /* Unfolds: sigmoid into * -1, exp, + 1, 1 / x; softmax_cross_entropy into softmax and cross-entropy. The numbers of
     * the values that were there before stay the same to the bit. */
    int expand;
    int check; /* holds the gradients in variables and params against central differences; wants a graph in f64 */
} dp_trace_config;
DP_API void dp_trace_config_init(dp_trace_config *config); /* all zero */

/* One operation, or a leaf, and the value it gives. All pointers belong to the trace. */
typedef struct dp_trace_node {
    dp_val value;           /* in the graph; DP_VAL_NONE for a step that unfolding has added */
    dp_op op;               /* DP_OP_NONE for a folded one */
    const char *label;      /* "+", "×", "dot", "exp", "sigmoid", "Affine"; "" for a leaf */
    const char *name;       /* "" if it has none */
    const char *formula;    /* what it computes from its inputs a, b, c: "a + b"; "" for a leaf */
    const char *attributes; /* "axis=1"; "" if there are none */
    const char *symbol;     /* its name, or what it is made of: "x + y" */
    dp_dtype dtype;
    dp_shape shape;
    int follows_batch;            /* axis 0 is the batch of the inputs */
    int is_variable;              /* a leaf that may be differentiated */
    const dp_array *forward;      /* the numbers; never NULL */
    const dp_array *gradient;     /* of the wanted value in this one, the sum over its edges; NULL if none comes back */
    const char *gradient_symbol; /* that of its edge, or, where there are several or it is long, "∂L/∂h"; at the wanted
                                    value "1", or "∂L/∂y" where something comes from behind; "" if nothing does */
    const dp_check_result *check; /* of a variable, where asked for; NULL */
    int first_input, input_count; /* its edges, in the order of the inputs */
} dp_trace_node;

/* From a value to one that is computed from it. */
typedef struct dp_trace_edge {
    int from, to;             /* numbers of nodes */
    int slot;                 /* which input of `to` it is in the graph, from 0 */
    const dp_array *gradient; /* what goes back along this edge, of the shape of `from`; NULL if nothing does */
    const char
        *derivative;    /* local: "b", "y (1 - y)", in the letters a, b of the inputs and y of the result; "" if there
                                 is no short one */
    int is_factor;      /* of what comes from behind; else derivative has that as d and is all of it: "d · bᵀ" */
    const char *symbol; /* of the gradient, in names: "∂L/∂y y (1 - y)" */
    const char *chain;  /* the same as a product of derivatives: "∂L/∂z ∂z/∂t ∂t/∂x" */
} dp_trace_edge;

/* Makes the trace of `wanted`.
 *
 * feeds    numbers of inputs and params, as in dp_eval
 * *out     owned by the caller; free with dp_trace_free before the context
 * Errors   as dp_grad, dp_eval and dp_check_gradient; *out is untouched. Nodes are added to g. */
DP_API dp_status dp_trace_new(dp_graph *g, dp_val wanted, const dp_trace_config *config, const dp_val *feed_vals,
                              const dp_array *const *feeds, int feed_count, dp_trace **out);
DP_API void dp_trace_free(dp_trace **trace);

/* Nodes, each after those it is computed from; the last is the wanted value. Edges, by the node they end at. NULL outside
 * 0..count-1. */
DP_API int dp_trace_node_count(const dp_trace *trace);
DP_API const dp_trace_node *dp_trace_node_get(const dp_trace *trace, int i);
DP_API int dp_trace_edge_count(const dp_trace *trace);
DP_API const dp_trace_edge *dp_trace_edge_get(const dp_trace *trace, int i);

DP_API dp_ctx *dp_trace_ctx(const dp_trace *trace);

#ifdef __cplusplus
}
#endif
#endif
