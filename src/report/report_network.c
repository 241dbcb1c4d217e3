/* The computation graph of the loss for a few rows, with every value and every gradient. */
#include <stdio.h>

#include "report/report_internal.h"

enum { ROWS = 5, MOST_NODES = 150 };

/* Without numbers there are still names: for one row. */
static dp_status open_trace(dpi_report *r, dpi_sample *sample, dp_trace **trace)
{
    dp_trace_config config;
    dp_trace_config_init(&config);
    config.gradient = 1;
    config.group = 1;
    dp_status status = dpi_sample_open(r, r->data ? ROWS : 1, DP_DTYPE_NONE, sample);
    return status == DP_OK ? dpi_sample_trace(sample, &config, trace) : status;
}

static dp_status draw(dpi_report *r, const dp_trace *trace, int64_t rows)
{
    dpi_html *h = &r->html;
    dp_drawing *drawing = NULL;
    dp_array *svg = NULL;
    char alt[200];
    dp_status status = dp_drawing_new(trace, &(dp_drawing_options){.symbols = r->data == NULL}, &drawing);
    if (status == DP_OK)
        status = dp_drawing_encode(drawing, DP_FORMAT_SVG, &svg);
    snprintf(alt, sizeof alt, "Computation graph of the loss: %d nodes, %d arrows, each with its value and gradient",
             dp_trace_node_count(trace), dp_trace_edge_count(trace));
    if (status == DP_OK) {
        dpi_html_add(h, "<figure class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Graph of the network\">");
        dpi_html_svg(h, svg, "graph", alt);
        dpi_html_add(h, "<figcaption>");
        if (r->data)
            dpi_html_addf(h,
                          "The loss of the first %lld %s: values above the arrows, in blue below them what goes "
                          "back.",
                          (long long)rows, dpi_report_rows_name(r));
        else
            dpi_html_add(h, "The loss: names above the arrows, in blue below them what goes back.");
        dpi_html_add(h, "</figcaption></figure>\n");
    }
    dp_array_free(&svg);
    dp_drawing_free(&drawing);
    return status;
}

dp_status dpi_report_network(dpi_report *r)
{
    dpi_sample sample;
    dp_trace *trace = NULL;
    dp_status status = open_trace(r, &sample, &trace);
    if (status == DP_OK && dp_trace_node_count(trace) > MOST_NODES)
        dpi_report_note(r, "Its graph has %d nodes, too many for a page; denpa draw shows it, also in steps.",
                        dp_trace_node_count(trace));
    else if (status == DP_OK)
        status = draw(r, trace, sample.rows);
    dp_trace_free(&trace);
    dpi_sample_close(r->ctx, &sample);
    return status;
}
