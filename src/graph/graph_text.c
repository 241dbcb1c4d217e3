/* The graph as text, one node a line; attributes in Python's spelling. */
#include "graph/graph_internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <denpa/text.h>

/* Text put into a buffer of fixed size; what does not fit is left out. */
typedef struct writer {
    char *buffer;
    size_t bytes, used;
} writer;

static void put(writer *w, const char *format, ...) DP_PRINTF(2, 3);
static void put(writer *w, const char *format, ...)
{
    if (w->used + 1 >= w->bytes) return;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(w->buffer + w->used, w->bytes - w->used, format, args);
    va_end(args);
    if (n > 0) w->used = w->used + (size_t)n < w->bytes ? w->used + (size_t)n : w->bytes - 1;
}

static void put_number(writer *w, const char *name, double value)
{
    char text[DP_NUMBER_TEXT_BYTES];
    put(w, "%s=%s", name, dp_number_text_f64(value, text));
}

/* A tuple as Python writes it; of one element in front of `,)`. */
static void put_shape(writer *w, const char *name, dp_shape shape)
{
    put(w, "%s=%s", name, dp_shape_text(shape, (char[DP_SHAPE_TEXT_BYTES]){0}, DP_SHAPE_TEXT_BYTES));
}

static void put_axes(writer *w, int first, int count, bool keepdims)
{
    if (count == 1) put(w, "axis=%d", first);
    for (int i = 0; count > 1 && i < count; i++) put(w, "%s%d", i ? ", " : "axis=(", first + i);
    put(w, "%s%s", count > 1 ? ")" : "", keepdims ? ", keepdims=True" : "");
}

static void put_slices(writer *w, const dpi_attrs *attrs, dp_shape part)
{
    for (int i = 0; i < part.rank; i++) {
        int64_t start = attrs->slice.start[i], step = attrs->slice.step[i], stop = start + part.dims[i] * step;
        put(w, "%s%" PRId64 ":", i ? ", " : "[", start);
        if (stop >= 0) put(w, "%" PRId64, stop);
        if (step != 1) put(w, ":%" PRId64, step);
    }
    put(w, "]");
}

static void put_init(writer *w, dp_init init)
{
    static const char *const names[] = {"value", "constant", "normal", "uniform", "he", "xavier", "torch"};
    put(w, "init=%s(", names[init.kind]);
    if (init.kind == DP_INIT_VALUE) put(w, "%%%d", (int)init.value);
    if (init.kind == DP_INIT_CONSTANT) put_number(w, "value", init.a);
    if (init.kind == DP_INIT_NORMAL) put_number(w, "mean", init.a), put_number(w, ", std", init.b);
    if (init.kind == DP_INIT_UNIFORM) put_number(w, "low", init.a), put_number(w, ", high", init.b);
    if (init.fan_in) put(w, "fan_in=%" PRId64, init.fan_in);
    put(w, ")");
}

static void put_random(writer *w, const dpi_node *node)
{
    bool normal = node->op == DP_OP_RANDOM_NORMAL;
    put_number(w, normal ? "mean" : "low", node->attrs.range.low);
    put_number(w, normal ? ", std" : ", high", node->attrs.range.high);
    put(w, ", seed=%" PRIu64 ", stream=%" PRIu64, node->seed, node->stream);
}

static void put_pair(writer *w, const char *name, const int64_t pair[2])
{
    put(w, "%s=(%" PRId64 ", %" PRId64 ")", name, pair[0], pair[1]);
}

/* What is not as usual, after what has to be said. */
static void put_window(writer *w, dp_op op, const dpi_window *window)
{
    const struct {
        const char *name;
        const int64_t *pair;
        int64_t usual;
    } parts[] = {{", stride", window->stride, 1}, {", padding", window->padding, 0}, {", dilation", window->dilation, 1}};
    bool pool = op != DP_OP_CONV2D && op != DP_OP_CONV2D_INPUT && op != DP_OP_CONV2D_WEIGHT;
    bool told = op == DP_OP_CONV2D_INPUT || op == DP_OP_AVG_POOL2D_PUT;
    if (pool || op == DP_OP_CONV2D_WEIGHT) put_pair(w, "kernel", window->kernel);
    if (told) put_pair(w, pool ? ", plane" : "plane", window->plane);
    for (int i = 0; i < 3; i++)
        if (pool && i == 0) put_pair(w, ", stride", window->stride);
        else if (parts[i].pair[0] != parts[i].usual || parts[i].pair[1] != parts[i].usual)
            put_pair(w, parts[i].name + (w->used ? 0 : 2), parts[i].pair);
    if (window->groups > 1) put(w, "%sgroups=%" PRId64, w->used ? ", " : "", window->groups);
    if (window->count_real) put(w, ", count_include_pad=False");
}

static void put_attrs(writer *w, const dp_graph *g, const dpi_node *node)
{
    const dpi_attrs *attrs = &node->attrs;
    switch (node->op) {
    case DP_OP_INPUT:
        if (node->classes) put(w, "classes=%" PRId64, node->classes);
        break;
    case DP_OP_PARAM: put_init(w, node->init); break;
    case DP_OP_STATE: put_number(w, "first", node->init.a); break;
    case DP_OP_RANDOM_NORMAL:
    case DP_OP_RANDOM_UNIFORM: put_random(w, node); break;
    case DP_OP_CAST: put(w, "dtype=%s", dp_dtype_name(node->dtype)); break;
    case DP_OP_ROUND: put(w, "decimals=%d", (int)attrs->round.decimals); break;
    case DP_OP_LEAKY_RELU: put_number(w, "negative_slope", attrs->range.low); break;
    case DP_OP_DROPOUT:
        put_number(w, "p", attrs->range.low);
        put(w, ", seed=%" PRIu64 ", stream=%" PRIu64, node->seed, node->stream);
        break;
    case DP_OP_CLIP: put_number(w, "low", attrs->range.low), put_number(w, ", high", attrs->range.high); break;
    case DP_OP_MATMUL:
        if (attrs->transposed.a) put(w, "transpose_a=True");
        if (attrs->transposed.b) put(w, "%stranspose_b=True", attrs->transposed.a ? ", " : "");
        break;
    case DP_OP_CONV2D:
    case DP_OP_CONV2D_INPUT:
    case DP_OP_CONV2D_WEIGHT:
    case DP_OP_MAX_POOL2D:
    case DP_OP_MAX_POOL2D_PUT:
    case DP_OP_MAX_POOL2D_PICK:
    case DP_OP_AVG_POOL2D:
    case DP_OP_AVG_POOL2D_PUT: put_window(w, node->op, &attrs->window); break;
    case DP_OP_RESHAPE:
    case DP_OP_BROADCAST_TO: put_shape(w, "shape", node->shape); break;
    case DP_OP_TRANSPOSE:
        for (int i = 0; i < node->shape.rank; i++) put(w, "%s%d", i ? ", " : "axes=(", attrs->perm.axis[i]);
        put(w, node->shape.rank == 1 ? ",)" : node->shape.rank ? ")" : "");
        break;
    case DP_OP_SLICE: put_slices(w, attrs, node->shape); break;
    case DP_OP_SLICE_PUT: put_slices(w, attrs, g->nodes[dpi_node_input(g, node, 0)].shape); break;
    case DP_OP_SCATTER_ADD: put(w, "rows=%" PRId64, node->shape.dims[0]); break;
    case DP_OP_ONE_HOT: put(w, "classes=%" PRId64, node->classes); break;
    case DP_OP_SUM:
    case DP_OP_MAX:
    case DP_OP_MIN:
    case DP_OP_LOGSUMEXP: put_axes(w, attrs->reduce.first, attrs->reduce.count, attrs->reduce.keepdims); break;
    case DP_OP_CONCAT:
    case DP_OP_ARGMAX:
    case DP_OP_SOFTMAX:
    case DP_OP_LOG_SOFTMAX: put(w, "axis=%d", (int)attrs->axis.axis); break;
    default: break;
    }
}

char *dp_val_attrs_text(const dp_graph *g, dp_val v, char *buffer, size_t buffer_bytes)
{
    if (buffer_bytes == 0) return buffer;
    writer w = {.buffer = buffer, .bytes = buffer_bytes};
    buffer[0] = 0;
    if (v >= 1 && v <= g->count) put_attrs(&w, g, &g->nodes[v]);
    return buffer;
}

/* One line with an end of line. Returns its length, also where it did not fit. */
static size_t put_node(const dp_graph *g, dp_val v, char *buffer, size_t bytes)
{
    const dpi_node *node = &g->nodes[v];
    const char *name = dp_val_name(g, v);
    char attrs[512], head[96], numbers[DP_NUMBER_TEXT_BYTES], shape[DP_SHAPE_TEXT_BYTES];
    size_t used = 0;
#define ADD(...) \
    used += (size_t)snprintf(buffer + (used < bytes ? used : bytes), used < bytes ? bytes - used : 0, __VA_ARGS__)
    snprintf(head, sizeof head, "%s(", dp_op_name(node->op));
    ADD("%%%d %s%s%s", (int)v, name, *name ? " = " : "= ", head);
    for (int i = 0; i < node->input_count; i++) ADD("%s%%%d", i ? ", " : "", (int)dpi_node_input(g, node, i));
    if (node->op == DP_OP_CONST && node->shape.rank == 0)
        ADD("%s", dp_number_text_f64(dp_array_get(node->blob->array, 0), numbers));
    dp_val_attrs_text(g, v, attrs, sizeof attrs);
    ADD("%s%s)  %s %s\n", *attrs && node->input_count ? ", " : "", attrs, dp_dtype_name(node->dtype),
        dpi_shape_words(node->shape, shape));
#undef ADD
    return used;
}

dp_status dp_graph_text(const dp_graph *g, dp_array **out)
{
    size_t total = 1, used = 0;
    for (dp_val v = 1; v <= g->count; v++) total += put_node(g, v, (char[1]){0}, 0);
    dp_array *text;
    dp_status status = dp_array_new(g->ctx, DP_U8, dp_shape_of(1, (int64_t[]){(int64_t)total}), &text);
    if (status != DP_OK) return status;
    for (dp_val v = 1; v <= g->count; v++) used += put_node(g, v, (char *)text->data + used, total - used);
    *out = text;
    return DP_OK;
}
