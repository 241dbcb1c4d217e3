/* The graph's memory: nodes, inputs and names in growing arrays. */
#include "graph/graph_internal.h"

#include <stdarg.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "graph/rules.h"

void dpi_blob_release(dpi_blob **blob)
{
    if (!*blob) return;
    if (--(*blob)->references == 0) {
        dp_ctx *ctx = (*blob)->array->ctx;
        dp_array_free(&(*blob)->array);
        dpi_free(ctx, *blob);
    }
    *blob = NULL;
}

dpi_blob *dpi_blob_share(dpi_blob *blob)
{
    if (blob) blob->references++;
    return blob;
}

dp_status dp_graph_new(dp_ctx *ctx, dp_dtype float_dtype, dp_graph **out)
{
    if (!dp_dtype_is_float(float_dtype))
        return dpi_fail(ctx, DP_ERR_DTYPE, "graph: the float dtype must be float32 or float64, not %s",
                        dp_dtype_name(float_dtype));
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dp_graph), "graph", &memory);
    if (status != DP_OK) return status;
    dp_graph *g = memory;
    g->ctx = ctx;
    g->float_dtype = float_dtype;
    *out = g;
    return DP_OK;
}

void dp_graph_free(dp_graph **graph)
{
    if (!graph || !*graph) return;
    dp_graph *g = *graph;
    for (int32_t v = 1; v <= g->count; v++) dpi_blob_release(&g->nodes[v].blob);
    dpi_free(g->ctx, g->nodes);
    dpi_free(g->ctx, g->inputs);
    dpi_free(g->ctx, g->updates);
    dpi_free(g->ctx, g->names);
    dpi_free(g->ctx, g->message);
    dpi_free(g->ctx, g);
    *graph = NULL;
}

dp_val dpi_graph_fail(dp_graph *g, dp_status status, const char *format, ...)
{
    if (g->status != DP_OK) return DP_VAL_NONE;
    va_list args;
    va_start(args, format);
    dpi_vfail(g->ctx, status, format, args);
    va_end(args);
    return dpi_graph_adopt_failure(g, status);
}

dp_val dpi_graph_adopt_failure(dp_graph *g, dp_status status)
{
    if (g->status != DP_OK) return DP_VAL_NONE;
    g->status = status;
    /* Where even the words find no memory, the text of the status stands for them. */
    if (dpi_strdup(g->ctx, dp_ctx_message(g->ctx), &g->message) != DP_OK) g->message = NULL;
    return DP_VAL_NONE;
}

bool dpi_graph_usable(dp_graph *g, const char *op, dp_val v)
{
    if (g->status != DP_OK) return false;
    if (v >= 1 && v <= g->count) return true;
    dpi_graph_fail(g, DP_ERR_ARG, "%s: an operand is no value of this graph (number %d of 1..%d)", op, (int)v,
                   (int)g->count);
    return false;
}

static dp_status make_room(dp_graph *g, int input_count)
{
    if (g->count >= INT32_MAX - 1)
        return dpi_fail(g->ctx, DP_ERR_NOMEM, "graph: more than %d values", (int)INT32_MAX - 1);
    void *nodes = g->nodes, *inputs = g->inputs;
    dp_status status = dpi_grow(g->ctx, &nodes, &g->node_capacity, (size_t)g->count + 2, sizeof *g->nodes, "graph");
    g->nodes = nodes;
    if (status != DP_OK) return status;
    status =
        dpi_grow(g->ctx, &inputs, &g->input_capacity, g->input_count + (size_t)input_count, sizeof *g->inputs, "graph");
    g->inputs = inputs;
    return status;
}

/* What a Python number becomes when only such numbers take part is such a number again. */
static uint32_t weak_flag(const dp_graph *g, const dpi_node *node, const dp_val *inputs, int count)
{
    bool told = node->op == DP_OP_CAST || node->op == DP_OP_BROADCAST_TO; /* cast and full: the caller said the dtype */
    bool weak = !told && node->shape.rank == 0 && count > 0 && node->dtype != DP_BOOL;
    for (int i = 0; i < count; i++)
        if (!(dpi_node_get(g, inputs[i])->flags & DPI_NODE_WEAK)) weak = false;
    return weak ? DPI_NODE_WEAK : 0;
}

/* In half precision: does this op read v rounded? */
static bool reads_rounded(const dp_graph *g, dp_op op, dp_val v)
{
    const dpi_node *node = dpi_node_get(g, v);
    if (!g->float16 || op == DP_OP_FLOAT16 || node->op == DP_OP_FLOAT16 || !dp_dtype_is_float(node->dtype)) return false;
    bool leaf = node->op == DP_OP_INPUT || node->op == DP_OP_PARAM || node->op == DP_OP_STATE;
    return leaf || op == DP_OP_MATMUL || op == DP_OP_CONV2D || op == DP_OP_CONV2D_INPUT || op == DP_OP_CONV2D_WEIGHT ||
           op == DP_OP_SOFTMAX_CROSS_ENTROPY;
}

dp_val dpi_graph_add(dp_graph *g, const dpi_node *given, const dp_val *inputs, int input_count)
{
    for (int i = 0; i < input_count; i++)
        if (!dpi_graph_usable(g, dp_op_name(given->op), inputs[i])) return DP_VAL_NONE;
    if (g->status != DP_OK) return DP_VAL_NONE;
    dpi_node node = *given;
    dpi_rule rule = {.g = g, .node = &node, .inputs = inputs, .count = input_count};
    if (!dpi_rule_apply(&rule)) return dpi_graph_fail(g, rule.status, "%s: %s", dp_op_name(node.op), rule.message);
    dp_val rounded = g->count + 1; /* and those behind it, in the order of the inputs */
    for (int i = 0; i < input_count; i++)
        if (reads_rounded(g, node.op, inputs[i]) && !dp_float16(g, inputs[i])) return DP_VAL_NONE;
    dp_status status = make_room(g, input_count);
    if (status != DP_OK) return dpi_graph_adopt_failure(g, status);
    node.flags |= weak_flag(g, &node, inputs, input_count);
    node.input_first = g->input_count;
    node.input_count = input_count;
    node.source = g->source;
    for (int i = 0; i < input_count; i++)
        g->inputs[g->input_count++] = reads_rounded(g, node.op, inputs[i]) ? rounded++ : inputs[i];
    g->nodes[++g->count] = node;
    return g->count;
}

/* ---- Accessors ---- */

dp_status dp_graph_status(const dp_graph *g)
{
    return g->status;
}

const char *dp_graph_message(const dp_graph *g)
{
    if (g->status == DP_OK) return "";
    return g->message ? g->message : dp_status_text(g->status);
}

dp_ctx *dp_graph_ctx(const dp_graph *g)
{
    return g->ctx;
}

dp_dtype dp_graph_float_dtype(const dp_graph *g)
{
    return g->float_dtype;
}

void dp_graph_set_float16(dp_graph *g, int float16)
{
    g->float16 = float16 != 0;
}

int dp_graph_float16(const dp_graph *g)
{
    return g->float16;
}

void dp_graph_set_training(dp_graph *g, int training)
{
    g->training = training != 0;
}

int dp_graph_training(const dp_graph *g)
{
    return g->training;
}

dp_val dp_graph_step(const dp_graph *g)
{
    return g->step;
}

int32_t dp_graph_count(const dp_graph *g)
{
    return g->count;
}

static const dpi_node *node_or_null(const dp_graph *g, dp_val v)
{
    return v >= 1 && v <= g->count ? &g->nodes[v] : NULL;
}

dp_op dp_val_op(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node ? node->op : DP_OP_NONE;
}

dp_dtype dp_val_dtype(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node ? node->dtype : DP_DTYPE_NONE;
}

dp_shape dp_val_shape(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node ? node->shape : (dp_shape){.rank = -1};
}

int dp_val_input_count(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node ? node->input_count : 0;
}

dp_val dp_val_input(const dp_graph *g, dp_val v, int i)
{
    const dpi_node *node = node_or_null(g, v);
    return node && i >= 0 && i < node->input_count ? dpi_node_input(g, node, i) : DP_VAL_NONE;
}

int dp_val_is_variable(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node && (node->op == DP_OP_PARAM || (node->flags & DPI_NODE_VARIABLE));
}

dp_array dp_val_const(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    if (!node || !node->blob) return (dp_array){0};
    return (dp_array){.dtype = node->dtype, .shape = node->shape, .data = node->blob->array->data};
}

int64_t dp_val_label_classes(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node && (node->flags & DPI_NODE_LABEL) ? node->classes : 0;
}

dp_init dp_val_param_init(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node && node->op == DP_OP_PARAM ? node->init : (dp_init){.kind = DP_INIT_CONSTANT};
}

double dp_val_state_first(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node && node->op == DP_OP_STATE ? node->init.a : 0;
}

void dp_graph_set_source(dp_graph *g, dp_source source)
{
    g->source = source;
}

dp_source dp_val_source(const dp_graph *g, dp_val v)
{
    const dpi_node *node = node_or_null(g, v);
    return node ? node->source : (dp_source){0};
}
