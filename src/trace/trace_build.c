/* Nodes and edges of the trace from those of the graph. */
#include "base/alloc.h"
#include "graph/graph_internal.h"
#include "trace/trace_internal.h"

dp_status dpi_trace_add_node(dp_trace *trace, const dpi_trace_node *node, int *at)
{
    void *nodes = trace->nodes;
    dp_status status = dpi_grow(trace->ctx, &nodes, &trace->node_capacity, (size_t)trace->node_count + 1,
                                sizeof *trace->nodes, "trace");
    trace->nodes = nodes;
    if (status != DP_OK)
        return status;
    trace->nodes[trace->node_count] = *node;
    trace->nodes[trace->node_count].pub.first_input = trace->edge_count;
    trace->nodes[trace->node_count].pub.input_count = 0;
    if (at)
        *at = trace->node_count;
    trace->node_count++;
    return DP_OK;
}

dp_status dpi_trace_add_edge(dp_trace *trace, int from, int to, int slot, dp_val backward)
{
    void *edges = trace->edges;
    dp_status status = dpi_grow(trace->ctx, &edges, &trace->edge_capacity, (size_t)trace->edge_count + 1,
                                sizeof *trace->edges, "trace");
    trace->edges = edges;
    if (status != DP_OK)
        return status;
    dpi_trace_node *end = &trace->nodes[to];
    if (end->pub.input_count == 0)
        end->pub.first_input = trace->edge_count;
    trace->edges[trace->edge_count++] =
        (dpi_trace_edge){.pub = {.from = from, .to = to, .slot = slot}, .backward = backward};
    end->pub.input_count++;
    return DP_OK;
}

bool dpi_trace_number(const dp_graph *g, const dp_trace *trace, int node, double *value)
{
    dp_val v = trace->nodes[node].source;
    dp_array array = dp_val_const(g, v);
    if (!array.data || array.shape.rank != 0 || *dp_val_name(g, v) || dp_val_is_variable(g, v))
        return false;
    *value = dp_array_get(&array, 0);
    return true;
}

/* ---- From the graph ---- */

typedef struct builder {
    dp_graph *g;
    dp_trace *trace;
    dp_val wanted;
    bool expand;
    const dp_val *gradients, *edges;
    int *node_of;     /* [value]: its node, or that of the value it converts; -1: none */
    uint8_t *reached; /* [value]: is `wanted` made of it? */
} builder;

/* A conversion that nobody wrote: its value is shown as the one that was converted. */
static bool is_silent(const builder *b, dp_val v)
{
    return dp_val_op(b->g, v) == DP_OP_CAST && !*dp_val_name(b->g, v) && v != b->wanted;
}

static void mark(builder *b)
{
    b->reached[b->wanted] = 1;
    for (dp_val v = b->wanted; v >= 1; v--)
        for (int i = 0; b->reached[v] && i < dp_val_input_count(b->g, v); i++)
            b->reached[dp_val_input(b->g, v, i)] = 1;
}

static dp_status add_plain(builder *b, const dpi_trace_node *node, const int *inputs, const dp_val *edges, int *at)
{
    int count = dp_val_input_count(b->g, node->source);
    dp_status status = dpi_trace_add_node(b->trace, node, at);
    for (int i = 0; i < count && status == DP_OK; i++)
        status = dpi_trace_add_edge(b->trace, inputs[i], *at, i, edges ? edges[i] : DP_VAL_NONE);
    return status;
}

static dp_status add_value(builder *b, dp_val v)
{
    dp_graph *g = b->g;
    dpi_trace_node node = {.pub = {.value = v, .op = dp_val_op(g, v)}, .source = v};
    if (b->gradients)
        node.backward = b->gradients[v];
    const dpi_node *made = dpi_node_get(g, v);
    const dp_val *edges = b->edges ? b->edges + made->input_first : NULL;
    int count = made->input_count;
    void *memory;
    dp_status status = dpi_alloc(g->ctx, (size_t)count, sizeof(int), "trace", &memory);
    if (status != DP_OK)
        return status;
    int *inputs = memory;
    for (int i = 0; i < count; i++)
        inputs[i] = b->node_of[dp_val_input(g, v, i)];
    status = b->expand && dpi_trace_expands(node.pub.op)
                 ? dpi_trace_expand(g, b->trace, &node, inputs, edges, &b->node_of[v])
                 : add_plain(b, &node, inputs, edges, &b->node_of[v]);
    dpi_free(g->ctx, inputs);
    return status;
}

/* The gradient of a value that is converted on its way is what comes back through the conversions. */
static dp_status add_conversions(builder *b, dp_val v)
{
    dp_val from = dp_val_input(b->g, v, 0);
    b->node_of[v] = b->node_of[from];
    return DP_OK;
}

dp_status dpi_trace_build(dp_graph *g, dp_val wanted, bool expand, const dp_val *gradients, const dp_val *edges,
                          dp_trace *trace)
{
    builder b = {.g = g, .trace = trace, .wanted = wanted, .expand = expand, .gradients = gradients, .edges = edges};
    void *memory;
    dp_status status = dpi_alloc(g->ctx, (size_t)wanted + 1, sizeof *b.node_of, "trace", &memory);
    if (status != DP_OK)
        return status;
    b.node_of = memory;
    status = dpi_alloc(g->ctx, (size_t)wanted + 1, 1, "trace", &memory);
    if (status != DP_OK)
        goto fail;
    b.reached = memory;
    mark(&b);
    for (dp_val v = 1; v <= wanted && status == DP_OK; v++) {
        if (!b.reached[v])
            continue;
        status = is_silent(&b, v) ? add_conversions(&b, v) : add_value(&b, v);
    }
    dpi_free(g->ctx, b.reached);
fail:
    dpi_free(g->ctx, b.node_of);
    return status;
}

/* ---- Leaving out ---- */

static void mark_used(const dp_trace *trace, int *place)
{
    place[trace->node_count - 1] = 1;
    for (int n = trace->node_count - 1; n >= 0; n--)
        for (int i = 0; place[n] && i < trace->nodes[n].pub.input_count; i++)
            place[dpi_trace_in(trace, n, i)] = 1;
}

static void move(dp_trace *trace, dpi_trace_edge *edges, int *place)
{
    int nodes = 0, count = 0;
    for (int n = 0; n < trace->node_count; n++) {
        if (!place[n])
            continue;
        dpi_trace_node node = trace->nodes[n];
        int first = count;
        for (int i = 0; i < node.pub.input_count; i++) {
            dpi_trace_edge edge = *dpi_trace_edge_in(trace, n, i);
            edge.pub.from = place[edge.pub.from] - 1;
            edge.pub.to = nodes;
            edges[count++] = edge;
        }
        node.pub.first_input = first;
        node.users = 0;
        trace->nodes[nodes++] = node;
        place[n] = nodes; /* its new number and one */
    }
    trace->node_count = nodes;
    trace->edge_count = count;
    for (int i = 0; i < count; i++)
        trace->nodes[edges[i].pub.from].users++;
}

dp_status dpi_trace_compact(dp_trace *trace)
{
    void *place, *edges;
    dp_status status = dpi_alloc(trace->ctx, (size_t)trace->node_count, sizeof(int), "trace", &place);
    if (status != DP_OK)
        return status;
    status = dpi_alloc(trace->ctx, (size_t)trace->edge_count, sizeof *trace->edges, "trace", &edges);
    if (status == DP_OK) {
        mark_used(trace, place);
        trace->edge_capacity = (size_t)trace->edge_count;
        move(trace, edges, place);
        dpi_free(trace->ctx, trace->edges);
        trace->edges = edges;
    }
    dpi_free(trace->ctx, place);
    return status;
}
