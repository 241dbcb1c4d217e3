/* What is to be seen: from the trace to nodes, arrows and the texts on them, and the steps that show them. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "plot/drawing_internal.h"
#include "plot/short_number.h"

/* A text of its own for a node or an edge; "" stays NULL. */
static dp_status keep(dp_text *text, char **out)
{
    dp_status status = text->length ? dpi_strdup(text->ctx, text->data, out) : DP_OK;
    dp_text_free(text);
    return status;
}

static bool is_leaf(const dp_trace_node *node)
{
    return !*node->label;
}

/* A constant without a name says itself what it is; nothing need stand on its arrow. */
static bool speaks(const dp_trace_node *node)
{
    return is_leaf(node) && !*node->name;
}

/* ---- Sides of arrows ---- */

static dp_status shape_words(const dp_drawing *d, const dp_trace_node *node, char **out)
{
    dp_text text = {.ctx = d->ctx};
    dp_shape shape = node->shape;
    if (shape.rank == 0)
        return DP_OK;
    dp_status status = DP_OK;
    bool batch = node->follows_batch && (d->options.symbols || d->options.chain);
    char words[DP_SHAPE_TEXT_BYTES];
    dp_shape_text(shape, words, sizeof words);
    if (batch)
        status = dp_text_addf(&text, "(N%s", shape.rank == 1 ? ",)" : strchr(words, ','));
    else
        status = dp_text_addf(&text, "%s", words);
    if (status != DP_OK) {
        dp_text_free(&text);
        return status;
    }
    return keep(&text, out);
}

static dp_status write_numbers(const dp_drawing *d, dpi_gside *side, dp_text *text)
{
    int digits = d->options.digits ? d->options.digits : side->numbers->shape.rank ? 4 : 6;
    if (dpi_is_small(side->numbers->shape))
        return dpi_array_words(side->numbers, digits, text);
    side->heat = dp_array_elems(side->numbers) > 0;
    return dpi_array_statistics(side->numbers, text);
}

static dp_status fill_side(const dp_drawing *d, const dp_trace_node *node, const dp_array *numbers, const char *symbol,
                           bool blank, dpi_gside *side)
{
    dp_text text = {.ctx = d->ctx};
    if (!numbers)
        return DP_OK;
    side->exact = side->numbers = numbers;
    side->blank = blank;
    dp_status status = shape_words(d, node, &side->shape);
    if (status != DP_OK || blank)
        return status;
    if (d->options.symbols || d->options.chain)
        status = dp_text_addf(&text, "%s", symbol);
    else
        status = write_numbers(d, side, &text);
    return status == DP_OK ? keep(&text, &side->text) : (dp_text_free(&text), status);
}

static dp_status fill_edge(const dp_drawing *d, const dp_trace_edge *trace, dpi_gedge *edge)
{
    const dp_trace_node *from = dp_trace_node_get(d->trace, trace->from);
    *edge = (dpi_gedge){.from = trace->from, .to = trace->to, .trace = trace, .goes_back = trace->gradient != NULL};
    if (speaks(from))
        return DP_OK;
    edge->has_block = true;
    /* In symbols a variable is its own name, which stands where the arrow begins. */
    const char *value = is_leaf(from) ? "" : from->symbol;
    dp_status status = fill_side(d, from, from->forward, value, false, &edge->side[DPI_FORWARD]);
    const char *symbol = d->options.chain ? trace->chain : trace->symbol;
    if (status == DP_OK)
        status = fill_side(d, from, trace->gradient, symbol, d->options.blank, &edge->side[DPI_BACKWARD]);
    return status;
}

/* The arrow on which the wanted value leaves the drawing. What the way back begins with is never a question. */
static dp_status fill_last_edge(const dp_drawing *d, dpi_gedge *edge)
{
    int last = dp_trace_node_count(d->trace) - 1;
    const dp_trace_node *node = dp_trace_node_get(d->trace, last);
    *edge = (dpi_gedge){.from = last, .to = last + 1, .has_block = true, .goes_back = node->gradient != NULL};
    dp_status status = fill_side(d, node, node->forward, node->symbol, false, &edge->side[DPI_FORWARD]);
    char chain[256];
    snprintf(chain, sizeof chain, "∂%.100s/∂%.100s", node->symbol, node->symbol);
    bool one = d->options.chain && strcmp(node->gradient_symbol, "1") == 0;
    if (status == DP_OK)
        status =
            fill_side(d, node, node->gradient, one ? chain : node->gradient_symbol, false, &edge->side[DPI_BACKWARD]);
    return status;
}

/* ---- Nodes ---- */

static dp_status add_derivatives(const dp_drawing *d, const dp_trace_node *node, dp_text *text)
{
    dp_status status = DP_OK;
    for (int i = 0; i < node->input_count && status == DP_OK; i++) {
        const dp_trace_edge *edge = dp_trace_edge_get(d->trace, node->first_input + i);
        if (!edge->gradient || !*edge->derivative)
            continue;
        status = dp_text_addf(text, edge->is_factor ? "\n∂y/∂%c = %s" : "\nd%c = %s", 'a' + i, edge->derivative);
    }
    return status;
}

static dp_status fill_details(const dp_drawing *d, dpi_gnode *node)
{
    dp_text text = {.ctx = d->ctx};
    if (!d->options.formulas || node->kind != DPI_G_OP)
        return DP_OK;
    dp_status status = dp_text_addf(&text, "y = %s", node->trace->formula);
    if (status == DP_OK && *node->trace->attributes)
        status = dp_text_addf(&text, "\n%s", node->trace->attributes);
    if (status == DP_OK)
        status = add_derivatives(d, node->trace, &text);
    return status == DP_OK ? keep(&text, &node->details) : (dp_text_free(&text), status);
}

static int arrows_back(const dp_drawing *d, int n)
{
    int count = 0;
    for (int e = 0; e < dp_trace_edge_count(d->trace); e++) {
        const dp_trace_edge *edge = dp_trace_edge_get(d->trace, e);
        count += edge->from == n && edge->gradient;
    }
    return count;
}

/* Where several arrows come back, their sum. */
static dp_status fill_sum(const dp_drawing *d, int n, dpi_gnode *node)
{
    dp_text text = {.ctx = d->ctx};
    const dp_array *sum = node->trace->gradient;
    bool words = d->options.symbols || d->options.chain;
    if (!sum || d->options.blank || words || arrows_back(d, n) < 2)
        return DP_OK;
    dp_status status = dp_text_addf(&text, "Σ ");
    int digits = d->options.digits ? d->options.digits : sum->shape.rank ? 4 : 6;
    if (status == DP_OK) {
        if (dpi_is_small(sum->shape) && sum->shape.rank < 2)
            status = dpi_array_words(sum, digits, &text);
        else
            status = dpi_array_statistics(sum, &text);
    }
    return status == DP_OK ? keep(&text, &node->notes) : (dp_text_free(&text), status);
}

static dp_status fill_badge(const dp_drawing *d, dpi_gnode *node)
{
    const dp_check_result *check = node->trace->check;
    char number[DPI_NUMBER_BYTES], numeric[DPI_NUMBER_BYTES];
    dp_text text = {.ctx = d->ctx};
    if (!check)
        return DP_OK;
    dp_status status = check->ok ? dp_text_addf(&text, "✓ %s", dpi_short_number(check->max_rel, 2, number))
                                 : dp_text_addf(&text, "✗ %s, numeric %s", dpi_short_number(check->analytic, 6, number),
                                                dpi_short_number(check->numeric, 6, numeric));
    return status == DP_OK ? keep(&text, &node->badge) : (dp_text_free(&text), status);
}

static dp_status fill_node(const dp_drawing *d, int n, dpi_gnode *node)
{
    const dp_trace_node *trace = dp_trace_node_get(d->trace, n);
    dp_text text = {.ctx = d->ctx};
    *node = (dpi_gnode){.kind = is_leaf(trace) ? DPI_G_LEAF : DPI_G_OP, .trace = trace};
    dp_status status = DP_OK;
    if (node->kind == DPI_G_OP)
        status = dp_text_addf(&text, "%s", trace->label);
    else if (*trace->name)
        status = dp_text_addf(&text, "%s", trace->name);
    else if (dpi_is_small(trace->shape))
        status = dpi_array_words(trace->forward, 6, &text);
    else {
        node->heat = dp_array_elems(trace->forward) > 0;
        status = dpi_array_statistics(trace->forward, &text);
    }
    if (status == DP_OK)
        status = keep(&text, &node->label);
    else
        dp_text_free(&text);
    if (status == DP_OK)
        status = fill_details(d, node);
    if (status == DP_OK)
        status = fill_sum(d, n, node);
    return status == DP_OK ? fill_badge(d, node) : status;
}

static dp_status fill_end(const dp_drawing *d, dpi_gnode *node)
{
    const dp_trace_node *last = dp_trace_node_get(d->trace, dp_trace_node_count(d->trace) - 1);
    *node = (dpi_gnode){.kind = DPI_G_END, .trace = last};
    bool words = d->options.symbols || d->options.chain; /* then the name stands on the last arrow */
    const char *name = words || is_leaf(last) ? "" : last->name;
    return *name ? dpi_strdup(d->ctx, name, &node->label) : DP_OK;
}

/* ---- Steps ---- */

/* An operation is shown with what goes into it and comes out of it, or in halves; on the way back, with what it sends
 * back. */
static void count_steps(dp_drawing *d)
{
    int end = d->node_count - 1, step = 0, halves = d->options.halves != 0;
    for (int n = 0; n < end; n++)
        if (d->nodes[n].kind == DPI_G_OP) {
            d->nodes[n].step = ++step;
            step += halves;
        }
    int forward = step > 0 ? step : 1;
    for (int e = d->edge_count - 1; e >= 0; e--) {
        dpi_gnode *from = &d->nodes[d->edges[e].from];
        int to = d->edges[e].to == end ? forward : d->nodes[d->edges[e].to].step;
        d->edges[e].step = from->kind == DPI_G_OP ? from->step + halves : to;
        if (from->kind == DPI_G_LEAF && (!from->step || to < from->step))
            from->step = to;
    }
    d->nodes[end].step = forward;
    step = forward;
    if (d->edges[d->edge_count - 1].goes_back)
        d->edges[d->edge_count - 1].back_step = ++step;
    for (int n = end - 1; n >= 0; n--) {
        const dp_trace_node *node = d->nodes[n].trace;
        bool back = false;
        for (int i = 0; i < node->input_count; i++)
            back = back || d->edges[node->first_input + i].goes_back;
        if (!back)
            continue;
        step++;
        for (int i = 0; i < node->input_count; i++)
            d->edges[node->first_input + i].back_step = step;
    }
    d->steps = step;
}

dp_status dpi_drawing_fill(dp_drawing *d)
{
    int nodes = dp_trace_node_count(d->trace), edges = dp_trace_edge_count(d->trace);
    void *memory;
    dp_status status = dpi_alloc(d->ctx, (size_t)nodes + 1, sizeof *d->nodes, "drawing", &memory);
    if (status != DP_OK)
        return status;
    d->nodes = memory;
    status = dpi_alloc(d->ctx, (size_t)edges + 1, sizeof *d->edges, "drawing", &memory);
    if (status != DP_OK)
        return status;
    d->edges = memory;
    d->node_count = nodes + 1;
    d->edge_count = edges + 1;
    for (int n = 0; n < nodes && status == DP_OK; n++)
        status = fill_node(d, n, &d->nodes[n]);
    if (status == DP_OK)
        status = fill_end(d, &d->nodes[nodes]);
    for (int e = 0; e < edges && status == DP_OK; e++)
        status = fill_edge(d, dp_trace_edge_get(d->trace, e), &d->edges[e]);
    if (status == DP_OK)
        status = fill_last_edge(d, &d->edges[edges]);
    if (status == DP_OK)
        count_steps(d);
    return status;
}
