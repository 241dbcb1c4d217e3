/* A trace while it is being made: nodes and edges first, then numbers, then words. */
#ifndef DENPA_TRACE_INTERNAL_H
#define DENPA_TRACE_INTERNAL_H

#include <stdbool.h>

#include <denpa/text.h>
#include <denpa/trace.h>

/* What stands behind a node. */
typedef enum dpi_trace_form {
    DPI_FORM_OP = 0, /* the op of the graph */
    DPI_FORM_AFFINE,
    DPI_FORM_MEAN,
    DPI_FORM_CROSS_ENTROPY,
    DPI_FORM_SOFTMAX_LOSS,
    DPI_FORM_COUNT
} dpi_trace_form;

typedef struct dpi_trace_node {
    dp_trace_node pub;
    dpi_trace_form form;
    dp_val source;   /* whose name, dtype and shape it has: the value, or one that unfolding has added */
    dp_val backward; /* its gradient; DP_VAL_NONE: nothing comes back */
    bool has_number; /* one input was a number, such as the 1 of 1 / x, and is part of the node now */
    double number;
    int users; /* edges that leave it */
} dpi_trace_node;

typedef struct dpi_trace_edge {
    dp_trace_edge pub;
    dp_val backward;
} dpi_trace_edge;

struct dp_trace {
    dp_ctx *ctx;
    dpi_trace_node *nodes;
    dpi_trace_edge *edges; /* by the node they end at */
    size_t node_capacity, edge_capacity, text_capacity, array_capacity;
    int node_count, edge_count;
    char **texts; /* owned; what the nodes point at */
    size_t text_count;
    dp_array **arrays; /* owned */
    size_t array_count;
    dp_check_result *checks;
    int check_count;
};

/* Adds a node; gives its number in *at (NULL: not asked for). Edges of a node are added right after it. */
dp_status dpi_trace_add_node(dp_trace *trace, const dpi_trace_node *node, int *at);
dp_status dpi_trace_add_edge(dp_trace *trace, int from, int to, int slot, dp_val backward);

/* A copy of a text that lives as long as the trace. */
dp_status dpi_trace_text(dp_trace *trace, const char *text, const char **out);

/* The i-th edge that ends at a node, and the node it comes from. */
static inline dpi_trace_edge *dpi_trace_edge_in(const dp_trace *trace, int node, int i)
{
    return &trace->edges[trace->nodes[node].pub.first_input + i];
}

static inline int dpi_trace_in(const dp_trace *trace, int node, int i)
{
    return dpi_trace_edge_in(trace, node, i)->pub.from;
}

/* Is the node a constant of one number without a name? */
bool dpi_trace_number(const dp_graph *g, const dp_trace *trace, int node, double *value);

/* A number as formulas write it: "-1", "0.5". Returns buffer. */
char *dpi_trace_digits(double value, char buffer[DP_NUMBER_TEXT_BYTES]);

/* trace_build.c: the nodes of everything that `wanted` is made of. gradients and edges as dpi_grad_edges gives them, or
 * NULL. */
dp_status dpi_trace_build(dp_graph *g, dp_val wanted, bool expand, const dp_val *gradients, const dp_val *edges,
                          dp_trace *trace);

/* trace_build.c: leaves out what no edge leads to any more, and counts users. */
dp_status dpi_trace_compact(dp_trace *trace);

/* trace_expand.c: adds the steps of a sigmoid or softmax_cross_entropy, and the node itself. inputs are the nodes of its
 * inputs, edges what goes back along them. */
bool dpi_trace_expands(dp_op op);
dp_status dpi_trace_expand(dp_graph *g, dp_trace *trace, const dpi_trace_node *node, const int *inputs,
                           const dp_val *edges, int *at);

/* trace_group.c: folds composites; takes numbers such as the 1 of 1 / x into their node. */
dp_status dpi_trace_group(const dp_graph *g, dp_trace *trace);
void dpi_trace_take_numbers(const dp_graph *g, dp_trace *trace);

/* trace_label.c: what is written on the nodes, and their formulas. */
dp_status dpi_trace_labels(const dp_graph *g, dp_trace *trace);

/* trace_symbol.c: symbols of all nodes and edges. */
dp_status dpi_trace_symbols(const dp_graph *g, dp_trace *trace, bool has_upstream);

/* trace_derivative.c: the value of a node, and its derivative of a node in one input, as templates: %a %b %c the inputs, %y itself, %d what
 * comes from behind, in capitals where no brackets are needed. Without %d it is a factor of what comes from behind. NULL:
 * there is no short one. */
const char *dpi_trace_value_template(const dpi_trace_node *node, char buffer[64]);
const char *dpi_trace_derivative(const dp_trace *trace, int node, int slot, char buffer[64]);

#endif
