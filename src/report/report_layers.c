/* How the numbers of each layer are spread: parameters and activations, and the gradients in them. */
#include <math.h>
#include <stdio.h>

#include "report/report_internal.h"

enum { MOST_LAYERS = 40 };

typedef struct spread {
    double mean, deviation, least, most, zeros; /* zeros: the share that is exactly 0 */
    int64_t count, nonfinite;
} spread;

static spread spread_of(const dp_array *values)
{
    spread s = {.count = dp_array_elems(values), .least = INFINITY, .most = -INFINITY};
    double sum = 0, squares = 0, zeros = 0, n = 0;
    for (int64_t i = 0; i < s.count; i++) {
        double x = dp_array_get(values, i);
        if (!isfinite(x)) {
            s.nonfinite++;
            continue;
        }
        n++;
        sum += x;
        zeros += x == 0;
        s.least = fmin(s.least, x);
        s.most = fmax(s.most, x);
    }
    s.mean = sum / n;
    for (int64_t i = 0; i < s.count; i++) {
        double from_mean = dp_array_get(values, i) - s.mean;
        squares += isfinite(from_mean) ? from_mean * from_mean : 0;
    }
    s.deviation = sqrt(squares / n);
    s.zeros = s.count ? zeros / (double)s.count : 0;
    return s;
}

/* Where many are exactly 0, as behind relu, their bar would hide all others: it is left out, and the words say so. */
static dp_status without_zeros(dpi_report *r, const dp_array *values, dp_array **out)
{
    int64_t count = 0, total = dp_array_elems(values);
    for (int64_t i = 0; i < total; i++)
        count += dp_array_get(values, i) != 0;
    dp_status status = dp_array_new(r->ctx, DP_F64, dp_shape_of(1, &count), out);
    for (int64_t i = 0, k = 0; i < total && status == DP_OK; i++)
        if (dp_array_get(values, i) != 0)
            ((double *)(*out)->data)[k++] = dp_array_get(values, i);
    return status;
}

static void write_words(dpi_report *r, const spread *s, bool left_out)
{
    dpi_html *h = &r->html;
    dpi_html_add(h, "<p class=\"small\">mean ");
    dpi_html_number(h, NULL, s->mean, 3);
    dpi_html_add(h, ", deviation ");
    dpi_html_number(h, NULL, s->deviation, 3);
    dpi_html_add(h, ", from ");
    dpi_html_number(h, NULL, s->least, 3);
    dpi_html_add(h, " to ");
    dpi_html_number(h, NULL, s->most, 3);
    if (s->zeros > 0) {
        dpi_html_add(h, "; ");
        dpi_html_percent(h, NULL, s->zeros);
        dpi_html_add(h, left_out ? " are 0 and not drawn" : " are 0");
    }
    if (s->nonfinite)
        dpi_html_addf(h, "; <b class=\"said\">%lld are not finite</b>", (long long)s->nonfinite);
    dpi_html_add(h, "</p>\n");
}

static dp_status write_side(dpi_report *r, const char *heading, const char *name, const dp_array *values,
                            const char *color)
{
    enum { MANY = 5 };
    dp_array *drawn = NULL;
    char alt[200];
    spread s = spread_of(values);
    bool leave_out = s.zeros > 1.0 / MANY && s.zeros < 1;
    dp_status status = leave_out ? without_zeros(r, values, &drawn) : DP_OK;
    snprintf(alt, sizeof alt, "Histogram: %s of %.60s", heading, name);
    dpi_html_addf(&r->html, "<div><h4>%s</h4>\n", heading);
    if (status == DP_OK && s.nonfinite < s.count)
        status = dpi_report_histogram(r, drawn ? drawn : values, color, alt);
    if (s.nonfinite < s.count)
        write_words(r, &s, leave_out);
    else
        dpi_html_add(&r->html, "<p class=\"small\"><b class=\"said\">No number is finite.</b></p>\n");
    dpi_html_add(&r->html, "</div>\n");
    dp_array_free(&drawn);
    return status;
}

static dp_status write_layer(dpi_report *r, const char *name, const char *what, const dp_array *values,
                             const dp_array *gradient)
{
    dpi_html *h = &r->html;
    char shape[DP_SHAPE_TEXT_BYTES];
    dpi_html_add(h, "<article class=\"layer\">\n<h3><code>");
    dpi_html_text(h, name);
    dpi_html_addf(h, "</code> <small>%s %s</small></h3>\n<div class=\"sides\">\n", what,
                  dp_shape_text(values->shape, shape, sizeof shape));
    dp_status status = write_side(r, "values", name, values, "#0072b2");
    if (status == DP_OK && gradient)
        status = write_side(r, "gradients", name, gradient, "#d55e00");
    dpi_html_add(h, "</div>\n</article>\n");
    return status;
}

/* What a computed value is called: its name, or what it is made of, if that is short. */
static const char *name_of(const dp_trace_node *node)
{
    return *node->name ? node->name : *node->label ? node->label : node->symbol;
}

static bool is_layer(const dp_trace_node *node, bool params)
{
    if (!dp_dtype_is_float(node->dtype) || dp_array_elems(node->forward) < 1)
        return false;
    bool leaf = node->input_count == 0;
    return params ? leaf && node->is_variable : !leaf && node->follows_batch;
}

static dp_status write_all(dpi_report *r, const dp_trace *trace, bool params)
{
    dp_status status = DP_OK;
    int written = 0, count = 0;
    for (int i = 0; i < dp_trace_node_count(trace) && status == DP_OK; i++) {
        const dp_trace_node *node = dp_trace_node_get(trace, i);
        if (!is_layer(node, params))
            continue;
        if (count++ < MOST_LAYERS) {
            status = write_layer(r, name_of(node), params ? "parameter" : "activation", node->forward,
                                 r->data ? node->gradient : NULL);
            written++;
        }
    }
    if (written < count)
        dpi_report_note(r, "The first %d of %d.", written, count);
    return status;
}

dp_status dpi_report_layers(dpi_report *r)
{
    dpi_sample sample;
    dp_trace *trace = NULL;
    dp_trace_config config;
    dp_trace_config_init(&config);
    config.gradient = 1;
    config.group = 1;
    dp_status status = dpi_sample_open(r, r->data ? r->config.rows : 1, DP_DTYPE_NONE, &sample);
    if (status == DP_OK)
        status = dpi_sample_trace(&sample, &config, &trace);
    if (status == DP_OK && r->data)
        dpi_html_addf(&r->html, "<p>Activations and gradients are those of the loss of the first %lld %s.</p>\n",
                      (long long)sample.rows, dpi_report_rows_name(r));
    else if (status == DP_OK)
        dpi_report_note(r, "Activations and gradients need the data, which could not be looked at.");
    dpi_html_add(&r->html, "<div class=\"layers\">\n");
    if (status == DP_OK)
        status = write_all(r, trace, true);
    if (status == DP_OK && r->data)
        status = write_all(r, trace, false);
    dpi_html_add(&r->html, "</div>\n");
    dp_trace_free(&trace);
    dpi_sample_close(r->ctx, &sample);
    return status;
}
