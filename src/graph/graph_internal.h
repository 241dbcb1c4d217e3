/* The graph from inside: for graph/, formula/, grad/ and plan/. */
#ifndef DENPA_GRAPH_INTERNAL_H
#define DENPA_GRAPH_INTERNAL_H

#include <stdbool.h>

#include <denpa/graph.h>
#include <denpa/ops.h>

/* Numbers of a constant, shared by the graph and the plans made from it. */
typedef struct dpi_blob {
    dp_array *array;
    int32_t references;
} dpi_blob;
void dpi_blob_release(dpi_blob **blob); /* NULL fine; frees with the last reference */

/* How a window goes over planes: [0] height, [1] width. */
typedef struct dpi_window {
    int64_t kernel[2]; /* of conv2d and conv2d_input: that of b; conv2d_weight is told it */
    int64_t stride[2], padding[2], dilation[2];
    int64_t plane[2]; /* of what the window goes over: conv2d_input and avg_pool2d_put are told it */
    int64_t groups;
    int64_t count_real; /* avg_pool2d */
} dpi_window;

/* Attributes: which member is valid follows from the op.
 * clang-format off */
typedef union dpi_attrs {
    struct { double low, high; } range;               /* clip; leaky_relu: low = slope; dropout: low = p; random: mean,
                                                         std */
    struct { int32_t decimals; } round;
    struct { uint8_t a, b; } transposed;              /* matmul */
    struct { int8_t axis[DP_MAX_RANK]; } perm;        /* transpose: y.dims[i] = a.dims[axis[i]] */
    struct { int32_t axis; } axis;                    /* concat, argmax, softmax, log_softmax */
    struct { int32_t first, count, keepdims; } reduce; /* sum max min logsumexp: axes first .. first+count-1 */
    dpi_window window;                                /* conv2d, pools and their gradients */
    struct { int64_t start[DP_MAX_RANK], step[DP_MAX_RANK]; } slice; /* slice, slice_put; counts: dims of the smaller */
} dpi_attrs;
/* clang-format on */

enum {
    DPI_NODE_VARIABLE = 1, /* a constant that may be differentiated */
    DPI_NODE_WEAK = 2,     /* a Python-like number: takes the dtype of the other operand */
    DPI_NODE_LABEL = 4
};

typedef struct dpi_node {
    dp_op op;
    dp_dtype dtype;
    uint32_t flags;
    size_t input_first; /* into dp_graph.inputs */
    int32_t input_count;
    size_t name; /* offset into dp_graph.names, 0: none */
    dp_source source;
    dp_shape shape;
    dpi_attrs attrs;
    int64_t classes;       /* label, one_hot */
    uint64_t seed, stream; /* random, dropout */
    dpi_blob *blob;        /* const */
    dp_init init;          /* param */
} dpi_node;

struct dp_graph {
    dp_ctx *ctx;
    dp_dtype float_dtype;
    dp_status status;
    char *message;   /* of the first error; NULL while there is none (or no memory for it) */
    dpi_node *nodes; /* [1 .. count]; [0] is not used */
    int32_t count;
    size_t node_capacity;
    dp_val *inputs;
    size_t input_count, input_capacity;
    char *names; /* zero-ended, one after another; offset 0 is "" */
    size_t name_bytes, name_capacity;
    dp_source source; /* of the nodes made next */
    bool training;    /* what is made next is for a training run */
    bool float16;     /* what is made next reads float16 numbers */
    dp_val *updates;  /* pairs: a state, the value that it is to become */
    size_t update_count, update_capacity;
    dp_val step;      /* the number of the step, once something asked for it */
    uint64_t dropouts; /* made so far */
};

static inline const dpi_node *dpi_node_get(const dp_graph *g, dp_val v)
{
    return &g->nodes[v];
}

static inline dp_val dpi_node_input(const dp_graph *g, const dpi_node *node, int i)
{
    return g->inputs[node->input_first + i];
}

/* Adds a node after its shape rule has worked out dtype and shape: the only way a node is made. node carries op,
 * attributes and flags, and the shape or dtype where the op is told them (leaves, cast, reshape, broadcast_to, slice,
 * slice_put, scatter_add (rows in dims[0])). Returns DP_VAL_NONE with the first error in g; nothing is added to a
 * graph that has an error. */
dp_val dpi_graph_add(dp_graph *g, const dpi_node *node, const dp_val *inputs, int input_count);

/* Adds an input, param or state under a name that no other one has. */
dp_val dpi_graph_add_named(dp_graph *g, const dpi_node *node, const char *name);

/* Records the first error of the graph (also as the context's message); later ones are dropped. Returns DP_VAL_NONE. */
dp_val dpi_graph_fail(dp_graph *g, dp_status status, const char *format, ...) DP_PRINTF(3, 4);

/* Makes the error that is in the context the first error of the graph. Returns DP_VAL_NONE. */
dp_val dpi_graph_adopt_failure(dp_graph *g, dp_status status);

/* Is v a value of g, and g without error? If not, the first error of g says that an operand of `op` is no value. */
bool dpi_graph_usable(dp_graph *g, const char *op, dp_val v);

/* The dtype of a and b together (promotion, weak numbers as in ops.h). */
dp_dtype dpi_promote(const dp_graph *g, dp_val a, dp_val b);

/* The broadcast shape; rank -1 if they do not fit. */
dp_shape dpi_broadcast(dp_shape a, dp_shape b);

/* v in another dtype: v itself where it has that dtype, a new constant for a number that is no variable, else a cast
 * node. Weak stays weak. */
dp_val dpi_coerce(dp_graph *g, dp_val v, dp_dtype dtype);

/* v as floating: in its own dtype, integers in the graph's float dtype. */
dp_val dpi_coerce_float(dp_graph *g, dp_val v);

/* v as DP_I64 (or floating, unchanged): bool and uint8 do their arithmetic in int64. */
dp_val dpi_coerce_number(dp_graph *g, dp_val v);

/* Axis -rank..rank-1 as 0..rank-1; -1 with DP_ERR_RANGE in g. */
int dpi_axis(dp_graph *g, const char *op, dp_val v, int axis);

/* One node with these inputs and attributes. */
dp_val dpi_unary(dp_graph *g, dp_op op, dp_val a, dpi_attrs attrs);
dp_val dpi_binary(dp_graph *g, dp_op op, dp_val a, dp_val b);

/* a of `shape`: reshape without a node where it has that shape; the elements must agree. */
dp_val dpi_reshape(dp_graph *g, dp_val a, dp_shape shape);

/* Zeros of `shape` with a written at start, start + step, … along each axis: the gradient of a slice. */
dp_val dpi_slice_put(dp_graph *g, dp_val a, dp_shape shape, const int64_t *start, const int64_t *step);

/* conv2d and its gradients; window as the graph's attributes have it, with plane or kernel where those are told. */
dp_val dpi_conv(dp_graph *g, dp_op op, dp_val a, dp_val b, dpi_window window);

/* max_pool2d_put and max_pool2d_pick (b: what is put or picked from), and avg_pool2d and avg_pool2d_put (b none). */
dp_val dpi_pool(dp_graph *g, dp_op op, dp_val a, dp_val b, dpi_window window);

/* Adds a constant; *array is taken over, also on error. */
dp_val dpi_const_add(dp_graph *g, dp_array **array, uint32_t flags);

/* A number in exactly this dtype, weak. */
dp_val dpi_number(dp_graph *g, dp_dtype dtype, double value);

/* A shape as messages write it, "[2, 3]". buffer has DP_SHAPE_TEXT_BYTES. Returns buffer. */
char *dpi_shape_words(dp_shape shape, char *buffer);
#define DPI_SHAPE_WORDS(shape) dpi_shape_words((shape), (char[DP_SHAPE_TEXT_BYTES]){0})

/* How messages call a value: its name (cut to 60 bytes), or `letter` if it has none. buffer has DPI_OPERAND_BYTES.
 * Returns buffer. */
enum { DPI_OPERAND_BYTES = 64 };
char *dpi_operand_words(const dp_graph *g, dp_val v, const char *letter, char *buffer);
#define DPI_OPERAND_WORDS(g, v, letter) dpi_operand_words((g), (v), (letter), (char[DPI_OPERAND_BYTES]){0})

/* Takes another reference, so that a plan may outlive the graph. */
dpi_blob *dpi_blob_share(dpi_blob *blob);

#endif
