#include "check/float_twin.h"

#include <stdio.h>

#include "base/alloc.h"

/* Inputs that are looked up or decided by, not computed with. */
static bool is_index(const dpi_node *node, int i, dp_dtype dtype)
{
    switch (node->op) {
    case DP_OP_ONE_HOT:
    case DP_OP_WHERE: return i == 0;
    case DP_OP_GATHER:
    case DP_OP_SCATTER_ADD:
    case DP_OP_DROPOUT: return i == 1;
    case DP_OP_SOFTMAX_CROSS_ENTROPY: return i == 1 && dtype == DP_I64;
    default: return false;
    }
}

/* Marks what loss needs, not looking behind the cut. */
static void mark_needed(const dp_graph *g, dp_val loss, dp_val cut, uint8_t *needed)
{
    needed[loss] = 1;
    for (dp_val v = loss; v >= 1; v--) {
        const dpi_node *node = dpi_node_get(g, v);
        for (int i = 0; needed[v] && v != cut && i < node->input_count; i++) needed[dpi_node_input(g, node, i)] = 1;
    }
}

static dp_val open_leaf(dp_graph *twin, const dp_graph *g, dp_val v, dp_dtype dtype)
{
    char name[24];
    snprintf(name, sizeof name, "%%%d", (int)v);
    return dp_input(twin, *dp_val_name(g, v) ? dp_val_name(g, v) : name, dtype, dp_val_shape(g, v));
}

/* The node again, on inputs some of which became floating. */
static dp_val turned(dp_graph *twin, const dp_graph *g, dpi_node *node, dp_val *inputs)
{
    dp_dtype was = dp_val_dtype(g, dpi_node_input(g, node, 0));
    if (node->op == DP_OP_CAST &&
        (node->dtype == dp_val_dtype(twin, inputs[0]) || (node->dtype == DP_I64 && !dp_dtype_is_float(was))))
        return inputs[0];
    for (int i = 0; i < node->input_count && node->op != DP_OP_CAST; i++) {
        dp_dtype before = dp_val_dtype(g, dpi_node_input(g, node, i));
        inputs[i] = dpi_coerce(twin, inputs[i], is_index(node, i, before) ? before : DP_F64);
    }
    return dpi_graph_add(twin, node, inputs, node->input_count);
}

static dp_val copy_node(dp_graph *twin, const dp_graph *g, dp_val v, const dp_val *twins, dp_val *inputs)
{
    dpi_node node = *dpi_node_get(g, v);
    if (node.op == DP_OP_PARAM || node.op == DP_OP_STATE || node.op == DP_OP_INPUT)
        return open_leaf(twin, g, v, node.dtype);
    bool changed = false;
    for (int i = 0; i < node.input_count; i++) {
        dp_val input = dpi_node_input(g, &node, i);
        inputs[i] = twins[input];
        if (dp_val_dtype(twin, inputs[i]) != dp_val_dtype(g, input)) changed = true;
    }
    if (node.op == DP_OP_FLOAT16) return inputs[0]; /* the function of real numbers that is rounded */
    dpi_node fresh = node;
    fresh.name = 0;
    if (changed) return turned(twin, g, &node, inputs);
    fresh.blob = dpi_blob_share(node.blob);
    dp_val copy = dpi_graph_add(twin, &fresh, inputs, node.input_count);
    if (!copy) dpi_blob_release(&fresh.blob);
    return copy;
}

/* Scratch of one copying. */
typedef struct scratch {
    uint8_t *needed;
    dp_val *inputs;
} scratch;

static dp_status scratch_open(scratch *s, const dp_graph *g, dp_val loss)
{
    int32_t most = 1;
    for (dp_val v = 1; v <= loss; v++)
        if (g->nodes[v].input_count > most) most = g->nodes[v].input_count;
    void *memory;
    dp_status status = dpi_alloc(g->ctx, (size_t)loss + 1, 1, "gradient check", &memory);
    if (status != DP_OK) return status;
    s->needed = memory;
    status = dpi_alloc(g->ctx, (size_t)most, sizeof *s->inputs, "gradient check", &memory);
    if (status == DP_OK) s->inputs = memory;
    return status;
}

dp_status dpi_float_twin(const dp_graph *g, dp_val loss, dp_val cut, dp_graph **twin, dp_val *twins)
{
    scratch s = {0};
    dp_graph *made = NULL;
    dp_status status = scratch_open(&s, g, loss);
    if (status == DP_OK) status = dp_graph_new(g->ctx, g->float_dtype, &made);
    if (status != DP_OK) goto done;
    mark_needed(g, loss, cut, s.needed);
    for (dp_val v = 1; v <= loss && made->status == DP_OK; v++)
        if (s.needed[v]) twins[v] = v == cut ? open_leaf(made, g, v, DP_F64) : copy_node(made, g, v, twins, s.inputs);
    status = made->status;
    if (status == DP_OK) *twin = made;
done:
    if (status != DP_OK) dp_graph_free(&made);
    dpi_free(g->ctx, s.needed);
    dpi_free(g->ctx, s.inputs);
    return status;
}
