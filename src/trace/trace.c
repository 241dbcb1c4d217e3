/* Makes a trace: the backward pass, the nodes, one evaluation, the words. */
#include <string.h>

#include <denpa/plan.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "grad/grad_internal.h"
#include "trace/trace_internal.h"

void dp_trace_config_init(dp_trace_config *config)
{
    *config = (dp_trace_config){0};
}

dp_status dpi_trace_text(dp_trace *trace, const char *text, const char **out)
{
    if (!*text) {
        *out = "";
        return DP_OK;
    }
    void *texts = trace->texts;
    dp_status status =
        dpi_grow(trace->ctx, &texts, &trace->text_capacity, trace->text_count + 1, sizeof *trace->texts, "trace");
    trace->texts = texts;
    if (status == DP_OK)
        status = dpi_strdup(trace->ctx, text, &trace->texts[trace->text_count]);
    if (status == DP_OK)
        *out = trace->texts[trace->text_count++];
    return status;
}

void dp_trace_free(dp_trace **trace)
{
    if (!trace || !*trace)
        return;
    dp_trace *t = *trace;
    for (size_t i = 0; i < t->text_count; i++)
        dpi_free(t->ctx, t->texts[i]);
    for (size_t i = 0; i < t->array_count; i++)
        dp_array_free(&t->arrays[i]);
    dpi_free(t->ctx, t->texts);
    dpi_free(t->ctx, t->arrays);
    dpi_free(t->ctx, t->nodes);
    dpi_free(t->ctx, t->edges);
    dpi_free(t->ctx, t->checks);
    dpi_free(t->ctx, t);
    *trace = NULL;
}

/* ---- What is asked for ---- */

typedef struct request {
    dp_graph *g;
    dp_val wanted, upstream;
    const dp_trace_config *config;
    const dp_val *feed_vals;
    const dp_array *const *feeds;
    int feed_count;
    dp_val *wrt; /* owned */
    int wrt_count;
    dp_val *gradients, *edges; /* owned; as dpi_grad_edges gives them */
} request;

static void close_request(request *r)
{
    dp_ctx *ctx = dp_graph_ctx(r->g);
    dpi_free(ctx, r->wrt);
    dpi_free(ctx, r->gradients);
    dpi_free(ctx, r->edges);
}

/* marks[v]: v is converted, if anything, and then held against scores: the targets of a loss. */
static void mark_targets(const dp_graph *g, dp_val last, uint8_t *marks)
{
    enum { TARGET = 1, OTHER = 2 };
    for (dp_val v = last; v >= 1; v--)
        for (int i = 0; i < dp_val_input_count(g, v); i++) {
            dp_op op = dp_val_op(g, v);
            dp_val input = dp_val_input(g, v, i);
            if (op == DP_OP_CAST)
                marks[input] |= marks[v];
            else
                marks[input] |= op == DP_OP_SOFTMAX_CROSS_ENTROPY && i == 1 ? TARGET : OTHER;
        }
    for (dp_val v = 1; v <= last; v++)
        marks[v] = marks[v] == TARGET;
}

/* No gradient goes to a state, though it has a name (dp_state). */
static bool is_differentiated(const dp_graph *g, dp_val v)
{
    if (dp_val_op(g, v) == DP_OP_STATE)
        return false;
    bool is_input = dp_val_op(g, v) == DP_OP_INPUT && dp_dtype_is_float(dp_val_dtype(g, v));
    return dp_val_is_variable(g, v) || is_input || (*dp_val_name(g, v) && dp_val_dtype(g, v) != DP_BOOL);
}

static dp_status choose_wrt(request *r)
{
    dp_ctx *ctx = dp_graph_ctx(r->g);
    void *memory, *marks;
    size_t most = (size_t)r->wanted + (size_t)r->config->wrt_count + 1;
    dp_status status = dpi_alloc(ctx, most, sizeof(dp_val), "trace", &memory);
    if (status != DP_OK)
        return status;
    r->wrt = memory;
    for (int i = 0; i < r->config->wrt_count; i++)
        r->wrt[r->wrt_count++] = r->config->wrt[i];
    if (r->config->wrt)
        return DP_OK;
    status = dpi_alloc(ctx, (size_t)r->wanted + 1, 1, "trace", &marks);
    if (status != DP_OK)
        return status;
    mark_targets(r->g, r->wanted, marks);
    for (dp_val v = 1; v <= r->wanted; v++)
        if (!((uint8_t *)marks)[v] && is_differentiated(r->g, v))
            r->wrt[r->wrt_count++] = v;
    dpi_free(ctx, marks);
    return DP_OK;
}

static dp_status go_back(request *r)
{
    dp_graph *g = r->g;
    dp_shape shape = dp_val_shape(g, r->wanted);
    r->upstream = r->config->upstream;
    dp_status status = choose_wrt(r);
    if (status != DP_OK)
        return status;
    if (!r->upstream && r->config->ones && dp_shape_elems(shape) != 1)
        r->upstream = dp_broadcast_to(g, dpi_number(g, dp_graph_float_dtype(g), 1), shape);
    void *gradients, *edges;
    status = dpi_alloc(dp_graph_ctx(g), (size_t)r->wanted + 1, sizeof(dp_val), "trace", &gradients);
    if (status != DP_OK)
        return status;
    r->gradients = gradients;
    status = dpi_alloc(dp_graph_ctx(g), g->input_count + 1, sizeof(dp_val), "trace", &edges);
    if (status != DP_OK)
        return status;
    r->edges = edges;
    return dpi_grad_edges(g, r->wanted, r->upstream, r->wrt, r->wrt_count, r->gradients, r->edges);
}

/* ---- Numbers ---- */

/* Values that are to be evaluated: each once, by its place. */
typedef struct wish {
    dp_val *values;
    int *place; /* [value]: place + 1, 0: not wanted */
    int count;
} wish;

static void want(wish *w, dp_val v)
{
    if (!v || w->place[v])
        return;
    w->values[w->count++] = v;
    w->place[v] = w->count;
}

static void want_all(const dp_trace *trace, wish *w)
{
    for (int n = 0; n < trace->node_count; n++)
        want(w, trace->nodes[n].source), want(w, trace->nodes[n].backward);
    for (int e = 0; e < trace->edge_count; e++)
        want(w, trace->edges[e].backward);
}

static const dp_array *array_of(const dp_trace *trace, const wish *w, dp_val v)
{
    return v ? trace->arrays[w->place[v] - 1] : NULL;
}

static void hand_out(dp_trace *trace, const wish *w)
{
    for (int n = 0; n < trace->node_count; n++) {
        dpi_trace_node *node = &trace->nodes[n];
        node->pub.forward = array_of(trace, w, node->source);
        node->pub.gradient = array_of(trace, w, node->backward);
    }
    for (int e = 0; e < trace->edge_count; e++)
        trace->edges[e].pub.gradient = array_of(trace, w, trace->edges[e].backward);
}

static dp_status evaluate(const request *r, dp_trace *trace)
{
    dp_ctx *ctx = trace->ctx;
    wish w = {0};
    void *memory = NULL, *places = NULL, *arrays = NULL;
    size_t most = (size_t)dp_graph_count(r->g) + 1;
    dp_status status = dpi_alloc(ctx, most, sizeof *w.values, "trace", &memory);
    if (status == DP_OK)
        status = dpi_alloc(ctx, most, sizeof *w.place, "trace", &places);
    if (status != DP_OK)
        goto fail;
    w.values = memory;
    w.place = places;
    want_all(trace, &w);
    status = dpi_alloc(ctx, (size_t)w.count, sizeof *trace->arrays, "trace", &arrays);
    if (status != DP_OK)
        goto fail;
    trace->arrays = arrays;
    status = dp_eval(r->g, w.values, w.count, r->feed_vals, r->feeds, r->feed_count, trace->arrays);
    if (status != DP_OK)
        goto fail;
    trace->array_count = (size_t)w.count;
    hand_out(trace, &w);
fail:
    dpi_free(ctx, memory);
    dpi_free(ctx, places);
    return status;
}

/* ---- The check ---- */

static dp_status check(const request *r, dp_trace *trace)
{
    void *memory, *variables;
    dp_status status = dpi_alloc(trace->ctx, (size_t)trace->node_count, sizeof(dp_val), "trace", &variables);
    if (status != DP_OK)
        return status;
    dp_val *wrt = variables;
    int n = 0;
    for (int i = 0; i < trace->node_count; i++)
        if (trace->nodes[i].pub.is_variable && trace->nodes[i].backward)
            wrt[n++] = trace->nodes[i].pub.value;
    status = dpi_alloc(trace->ctx, (size_t)n, sizeof *trace->checks, "trace", &memory);
    if (status == DP_OK) {
        trace->checks = memory;
        status = dp_check_gradient(r->g, r->wanted, wrt, n, r->feed_vals, r->feeds, r->feed_count, NULL, trace->checks);
    }
    for (int i = 0, k = 0; i < trace->node_count && status == DP_OK; i++)
        if (trace->nodes[i].pub.is_variable && trace->nodes[i].backward)
            trace->nodes[i].pub.check = &trace->checks[k++];
    dpi_free(trace->ctx, variables);
    return status;
}

/* ---- All of it ---- */

/* Axis 0 is the batch where it has the length of the inputs' and what they gave rise to kept it in front. */
static void follow_batch(dp_trace *trace)
{
    for (int n = 0; n < trace->node_count; n++) {
        dp_trace_node *pub = &trace->nodes[n].pub;
        pub->follows_batch = pub->op == DP_OP_INPUT && pub->shape.rank > 0;
        for (int i = 0; i < pub->input_count; i++) {
            const dp_trace_node *from = &trace->nodes[dpi_trace_in(trace, n, i)].pub;
            if (from->follows_batch && pub->shape.rank > 0 && pub->shape.dims[0] == from->shape.dims[0])
                pub->follows_batch = 1;
        }
    }
}

static dp_status make(request *r, dp_trace *trace)
{
    dp_status status = r->config->gradient ? go_back(r) : DP_OK;
    if (status == DP_OK)
        status = dpi_trace_build(r->g, r->wanted, r->config->expand, r->gradients, r->edges, trace);
    if (status == DP_OK)
        status = dp_graph_status(r->g);
    if (status == DP_OK)
        status = r->config->group ? dpi_trace_group(r->g, trace) : dpi_trace_compact(trace);
    if (status != DP_OK)
        return status;
    dpi_trace_take_numbers(r->g, trace);
    status = dpi_trace_compact(trace);
    if (status == DP_OK)
        status = evaluate(r, trace);
    if (status == DP_OK)
        status = dpi_trace_labels(r->g, trace);
    if (status != DP_OK)
        return status;
    follow_batch(trace);
    status = dpi_trace_symbols(r->g, trace, r->upstream != DP_VAL_NONE);
    return status == DP_OK && r->config->check ? check(r, trace) : status;
}

static dp_status arguments_ok(dp_graph *g, dp_val wanted, const dp_trace_config *config)
{
    if (!dpi_graph_usable(g, "trace", wanted))
        return dp_graph_status(g);
    if (config->group && config->expand)
        return dpi_fail(dp_graph_ctx(g), DP_ERR_ARG, "trace: group and expand are opposites: ask for one of them");
    if (config->check && !config->gradient)
        return dpi_fail(dp_graph_ctx(g), DP_ERR_ARG, "trace: check is about gradients: ask for them, too");
    return DP_OK;
}

dp_status dp_trace_new(dp_graph *g, dp_val wanted, const dp_trace_config *given, const dp_val *feed_vals,
                       const dp_array *const *feeds, int feed_count, dp_trace **out)
{
    dp_trace_config config = {0};
    if (given)
        config = *given;
    dp_status status = arguments_ok(g, wanted, &config);
    if (status != DP_OK)
        return status;
    void *memory;
    status = dpi_alloc(dp_graph_ctx(g), 1, sizeof(dp_trace), "trace", &memory);
    if (status != DP_OK)
        return status;
    dp_trace *trace = memory;
    trace->ctx = dp_graph_ctx(g);
    request r = {
        .g = g, .wanted = wanted, .config = &config, .feed_vals = feed_vals, .feeds = feeds, .feed_count = feed_count};
    status = make(&r, trace);
    close_request(&r);
    if (status == DP_OK)
        *out = trace;
    else
        dp_trace_free(&trace);
    return status;
}

int dp_trace_node_count(const dp_trace *trace)
{
    return trace->node_count;
}

const dp_trace_node *dp_trace_node_get(const dp_trace *trace, int i)
{
    return i >= 0 && i < trace->node_count ? &trace->nodes[i].pub : NULL;
}

int dp_trace_edge_count(const dp_trace *trace)
{
    return trace->edge_count;
}

const dp_trace_edge *dp_trace_edge_get(const dp_trace *trace, int i)
{
    return i >= 0 && i < trace->edge_count ? &trace->edges[i].pub : NULL;
}

dp_ctx *dp_trace_ctx(const dp_trace *trace)
{
    return trace->ctx;
}
