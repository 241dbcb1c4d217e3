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
    int *node_of; /* [value]: its node, or that of the value that it converts */
    int *users;   /* [value]: how often it is used for `wanted`; 0: not at all */
} builder;

static bool is_named(const builder *b, dp_val v)
{
    return *dp_val_name(b->g, v) || v == b->wanted;
}

/* Do the shapes differ in axes of 1 only? */
static bool same_but_ones(dp_shape a, dp_shape b)
{
    int i = 0, k = 0;
    for (;; i++, k++) {
        while (i < a.rank && a.dims[i] == 1)
            i++;
        while (k < b.rank && b.dims[k] == 1)
            k++;
        if (i == a.rank || k == b.rank)
            return i == a.rank && k == b.rank;
        if (a.dims[i] != b.dims[k])
            return false;
    }
}

static bool is_light_reshape(const builder *b, dp_val v)
{
    return dp_val_op(b->g, v) == DP_OP_RESHAPE &&
           same_but_ones(dp_val_shape(b->g, v), dp_val_shape(b->g, dp_val_input(b->g, v, 0)));
}

/* A product of a vector is that of a matrix of one row, made a vector again: v is that vector, and the product is used for
 * nothing else. */
static bool is_vector_of_product(const builder *b, dp_val v)
{
    dp_val product = is_light_reshape(b, v) ? dp_val_input(b->g, v, 0) : DP_VAL_NONE;
    return product && dp_val_op(b->g, product) == DP_OP_MATMUL && !is_named(b, product) && b->users[product] == 1;
}

/* A conversion that nobody wrote is not shown: its users take its input. That is a cast, and what makes a matrix of a vector
 * for a product. */
static bool is_silent(const builder *b, dp_val v)
{
    if (is_named(b, v))
        return false;
    return dp_val_op(b->g, v) == DP_OP_CAST ||
           (is_light_reshape(b, v) && b->users[v] == 1 && !is_vector_of_product(b, v));
}

static void count_users(builder *b)
{
    b->users[b->wanted] = 1;
    for (dp_val v = b->wanted; v >= 1; v--)
        for (int i = 0; b->users[v] && i < dp_val_input_count(b->g, v); i++)
            b->users[dp_val_input(b->g, v, i)]++;
}

/* What goes back along input i of v, in the shape of the value that is shown there. */
static dp_val edge_of(const builder *b, dp_val v, int i)
{
    if (!b->edges)
        return DP_VAL_NONE;
    dp_val edge = b->edges[dpi_node_get(b->g, v)->input_first + (size_t)i];
    for (dp_val from = dp_val_input(b->g, v, i); is_silent(b, from); from = dp_val_input(b->g, from, 0))
        if (dp_val_op(b->g, from) == DP_OP_RESHAPE && edge)
            edge = b->edges[dpi_node_get(b->g, from)->input_first];
    return edge;
}

/* The node of v, with the inputs of `from`: the product that v is the vector of, or v itself. */
static dp_status add_inputs(builder *b, const dpi_trace_node *node, dp_val from, int *inputs, dp_val *edges)
{
    dp_val v = node->source;
    int count = dp_val_input_count(b->g, from);
    for (int i = 0; i < count; i++) {
        inputs[i] = b->node_of[dp_val_input(b->g, from, i)];
        edges[i] = edge_of(b, from, i);
    }
    if (b->expand && dpi_trace_expands(node->pub.op))
        return dpi_trace_expand(b->g, b->trace, node, inputs, edges, &b->node_of[v]);
    dp_status status = dpi_trace_add_node(b->trace, node, &b->node_of[v]);
    for (int i = 0; i < count && status == DP_OK; i++)
        status = dpi_trace_add_edge(b->trace, inputs[i], b->node_of[v], i, edges[i]);
    return status;
}

static dp_status add_value(builder *b, dp_val v)
{
    dp_val from = is_vector_of_product(b, v) ? dp_val_input(b->g, v, 0) : v;
    dpi_trace_node node = {.pub = {.value = v, .op = dp_val_op(b->g, from)}, .source = v};
    if (b->gradients)
        node.backward = b->gradients[v];
    void *inputs, *edges;
    size_t count = (size_t)dp_val_input_count(b->g, from);
    dp_status status = dpi_alloc(b->g->ctx, count, sizeof(int), "trace", &inputs);
    if (status != DP_OK)
        return status;
    status = dpi_alloc(b->g->ctx, count, sizeof(dp_val), "trace", &edges);
    if (status == DP_OK) {
        status = add_inputs(b, &node, from, inputs, edges);
        dpi_free(b->g->ctx, edges);
    }
    dpi_free(b->g->ctx, inputs);
    return status;
}

static bool is_product_of_vector(const builder *b, dp_val v)
{
    if (dp_val_op(b->g, v) != DP_OP_MATMUL || is_named(b, v) || b->users[v] != 1)
        return false;
    for (dp_val user = v + 1; user <= b->wanted; user++)
        if (b->users[user] && dp_val_input_count(b->g, user) == 1 && dp_val_input(b->g, user, 0) == v)
            return is_vector_of_product(b, user);
    return false;
}

static dp_status add_all(builder *b)
{
    dp_status status = DP_OK;
    for (dp_val v = 1; v <= b->wanted && status == DP_OK; v++) {
        if (!b->users[v] || is_product_of_vector(b, v))
            continue;
        if (is_silent(b, v))
            b->node_of[v] = b->node_of[dp_val_input(b->g, v, 0)];
        else
            status = add_value(b, v);
    }
    return status;
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
    status = dpi_alloc(g->ctx, (size_t)wanted + 1, sizeof *b.users, "trace", &memory);
    if (status == DP_OK) {
        b.users = memory;
        count_users(&b);
        status = add_all(&b);
        dpi_free(g->ctx, b.users);
    }
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
