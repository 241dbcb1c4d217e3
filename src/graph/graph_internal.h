/* The graph from inside: for graph/, formula/, grad/ and plan/. */
#ifndef DENPA_GRAPH_INTERNAL_H
#define DENPA_GRAPH_INTERNAL_H

#include <denpa/graph.h>
#include <denpa/ops.h>

/* Numbers of a constant, shared by the graph and the plans made from it. */
typedef struct dpi_blob {
    dp_array *array;
    int32_t references;
} dpi_blob;
void dpi_blob_release(dpi_blob **blob); /* NULL fine; frees with the last reference */

/* Attributes: which member is valid follows from the op. */
typedef union dpi_attrs {
    struct { double low, high; } range;                  /* clip; leaky_relu: low = slope; random: mean/std or low/high */
    struct { int32_t decimals; } round;
    struct { uint8_t a, b; } transposed;                 /* matmul */
    struct { int8_t axis[DP_MAX_RANK]; } perm;           /* transpose: y.dims[i] = a.dims[axis[i]] */
    struct { int32_t axis; } axis;                       /* concat, argmax, softmax, log_softmax */
    struct { int32_t first, count; int32_t keepdims; } reduce; /* sum max min logsumexp: axes first .. first+count-1 */
    struct { int64_t start[DP_MAX_RANK], step[DP_MAX_RANK]; } slice; /* slice, slice_put; the counts are the dims of the smaller array */
} dpi_attrs;

enum {
    DPI_NODE_VARIABLE = 1, /* a constant that may be differentiated */
    DPI_NODE_WEAK = 2,     /* a Python-like number: takes the dtype of the other operand */
    DPI_NODE_LABEL = 4
};

typedef struct dpi_node {
    dp_op op;
    dp_dtype dtype;
    uint32_t flags;
    int32_t input_first, input_count; /* into dp_graph.inputs */
    int32_t name;                     /* offset into dp_graph.names, 0: none */
    dp_source source;
    dp_shape shape;
    dpi_attrs attrs;
    int64_t classes;                  /* label */
    uint64_t seed, stream;            /* random */
    dpi_blob *blob;                   /* const */
    dp_init init;                     /* param */
} dpi_node;

struct dp_graph {
    dp_ctx *ctx;
    dp_dtype float_dtype;
    dp_status status;
    char *message;          /* of the first error; NULL while there is none (or no memory for it) */
    dpi_node *nodes;        /* [1 .. count]; [0] is not used */
    int32_t count, node_capacity;
    dp_val *inputs;
    int32_t input_count, input_capacity;
    char *names;
    int32_t name_bytes, name_capacity;
    dp_source source;       /* of the nodes made next */
};

static inline const dpi_node *dpi_node_get(const dp_graph *g, dp_val v)
{
    return &g->nodes[v];
}

static inline dp_val dpi_node_input(const dp_graph *g, const dpi_node *node, int i)
{
    return g->inputs[node->input_first + i];
}

/* Adds a node after its shape rule has worked out dtype and shape: the only way a node is made. node carries op, attributes and flags;
 * returns DP_VAL_NONE with the first error in g. */
dp_val dpi_graph_add(dp_graph *g, const dpi_node *node, const dp_val *inputs, int input_count);

/* Records the first error of the graph (also as the context's message); later ones are dropped. Returns DP_VAL_NONE. */
dp_val dpi_graph_fail(dp_graph *g, dp_status status, const char *format, ...) DP_PRINTF(3, 4);

/* The dtype of a and b together (promotion, weak numbers as in ops.h). */
dp_dtype dpi_promote(const dp_graph *g, dp_val a, dp_val b);

/* The broadcast shape; rank -1 if they do not fit. */
dp_shape dpi_broadcast(dp_shape a, dp_shape b);

/* Takes another reference, so that a plan may outlive the graph. */
dpi_blob *dpi_blob_share(dpi_blob *blob);

#endif
