/* The drawing as JSON: what is drawn, text by text, with the exact numbers. */
#include "plot/drawing_internal.h"

static const char *const kind_names[] = {"variable", "operation", "result"};

/* "name": string, with a comma in front; left out where it is NULL. */
static dp_status add_string(dp_text *out, const char *name, const char *text)
{
    if (!text)
        return DP_OK;
    dp_status status = dp_text_addf(out, ", \"%s\": ", name);
    return status == DP_OK ? dp_text_json_string(out, text) : status;
}

static dp_status add_array(dp_text *out, const char *name, const dp_array *array)
{
    if (!array)
        return DP_OK;
    dp_status status = dp_text_addf(out, ", \"%s\": ", name);
    return status == DP_OK ? dp_text_json_array(out, array) : status;
}

static dp_status add_check(dp_text *out, const dp_check_result *check)
{
    if (!check)
        return DP_OK;
    dp_status status = dp_text_addf(out, ", \"check\": {\"max_abs\": ");
    if (status == DP_OK)
        status = dp_text_json_number(out, check->max_abs);
    if (status == DP_OK)
        status = dp_text_addf(out, ", \"max_rel\": ");
    if (status == DP_OK)
        status = dp_text_json_number(out, check->max_rel);
    return status == DP_OK ? dp_text_addf(out, ", \"ok\": %s}", check->ok ? "true" : "false") : status;
}

static dp_status add_node(const dp_drawing *d, dp_text *out, int n)
{
    const dpi_gnode *node = &d->nodes[n];
    const dp_trace_node *trace = node->trace;
    dp_status status =
        dp_text_addf(out, "%s\n  {\"id\": %d, \"kind\": \"%s\"", n ? "," : "", n, kind_names[node->kind]);
    if (status == DP_OK)
        status = add_string(out, "label", node->label ? node->label : "");
    if (status == DP_OK)
        status = add_string(out, "name", trace->name);
    if (status == DP_OK && node->kind == DPI_G_OP) {
        status = add_string(out, "op", trace->op ? dp_op_name(trace->op) : trace->label);
        if (status == DP_OK)
            status = add_string(out, "formula", trace->formula);
    }
    if (status == DP_OK)
        status = add_string(out, "symbol", trace->symbol);
    if (status == DP_OK)
        status = add_string(out, "details", node->details);
    if (status == DP_OK)
        status = add_string(out, "sum", node->notes);
    if (status == DP_OK && node->kind != DPI_G_END)
        status = add_array(out, "value", trace->forward);
    if (status == DP_OK && node->kind != DPI_G_END && !d->options.blank)
        status = add_array(out, "gradient", trace->gradient);
    if (status == DP_OK && node->kind != DPI_G_END)
        status = add_check(out, trace->check);
    return status == DP_OK
               ? dp_text_addf(out, ", \"step\": %d, \"shown\": %s}", node->step, node->shown ? "true" : "false")
               : status;
}

static dp_status add_side(dp_text *out, const char *name, const dpi_gside *side, int step, bool shown)
{
    if (!side->exact)
        return DP_OK;
    dp_status status =
        dp_text_addf(out, ", \"%s\": {\"step\": %d, \"shown\": %s", name, step, shown ? "true" : "false");
    if (status == DP_OK)
        status = add_string(out, "shape", side->shape);
    if (status == DP_OK)
        status = side->blank ? dp_text_addf(out, ", \"blank\": true") : add_string(out, "text", side->text);
    if (status == DP_OK && side->heat)
        status = dp_text_addf(out, ", \"heat\": true");
    if (status == DP_OK && !side->blank)
        status = add_array(out, "value", side->exact);
    return status == DP_OK ? dp_text_addf(out, "}") : status;
}

static dp_status add_edge(const dp_drawing *d, dp_text *out, int e)
{
    const dpi_gedge *edge = &d->edges[e];
    dp_status status = dp_text_addf(out, "%s\n  {\"from\": %d, \"to\": %d", e ? "," : "", edge->from, edge->to);
    if (status == DP_OK && edge->trace)
        status = dp_text_addf(out, ", \"slot\": %d", edge->trace->slot);
    if (status == DP_OK && edge->trace)
        status = add_string(out, "derivative", edge->trace->derivative);
    if (status == DP_OK)
        status = add_side(out, "forward", &edge->side[DPI_FORWARD], edge->step, edge->shown);
    if (status == DP_OK)
        status = add_side(out, "backward", &edge->side[DPI_BACKWARD], edge->back_step, edge->back_shown);
    return status == DP_OK ? dp_text_addf(out, "}") : status;
}

dp_status dp_drawing_describe(const dp_drawing *d, dp_text *out)
{
    dp_status status = dp_text_addf(out, "{\"steps\": %d, \"shown\": %d, \"nodes\": [", d->steps, d->shown);
    for (int n = 0; n < d->node_count && status == DP_OK; n++)
        status = add_node(d, out, n);
    if (status == DP_OK)
        status = dp_text_addf(out, "], \"edges\": [");
    for (int e = 0; e < d->edge_count && status == DP_OK; e++)
        status = add_edge(d, out, e);
    return status == DP_OK ? dp_text_addf(out, "]}\n") : status;
}
