/* The gradients of the trained model against central differences. */
#include <denpa/check.h>

#include "base/alloc.h"
#include "report/report_internal.h"

enum { ROWS = 5 };

static void write_result(dpi_report *r, const dp_graph *g, const dp_check_result *result)
{
    dpi_html *h = &r->html;
    dpi_html_add(h, "<tr><th scope=\"row\"><code>");
    dpi_html_text(h, dp_val_name(g, result->variable));
    dpi_html_add(h, "</code></th><td class=\"number\">");
    dpi_html_integer(h, result->checked);
    dpi_html_add(h, " of ");
    dpi_html_integer(h, result->total);
    dpi_html_add(h, "</td><td class=\"number\">");
    dpi_html_number(h, "max-rel", result->max_rel, 3);
    dpi_html_add(h, "</td><td class=\"number\">");
    dpi_html_number(h, NULL, result->analytic, 6);
    dpi_html_add(h, "</td><td class=\"number\">");
    dpi_html_number(h, NULL, result->numeric, 6);
    dpi_html_add(h, result->ok ? "</td><td><b class=\"is\">✓ agrees</b></td></tr>\n"
                               : "</td><td><b class=\"said\">✗ differs</b></td></tr>\n");
}

static void write_results(dpi_report *r, const dpi_sample *sample, const dp_check_result *results, int count,
                          const dp_check_config *config)
{
    dpi_html *h = &r->html;
    int failed = 0;
    for (int i = 0; i < count; i++)
        failed += !results[i].ok;
    dpi_html_addf(h,
                  "<p id=\"check\" class=\"%s\">%s</p>\n<p>Each gradient of the loss of the first %lld %s, computed "
                  "in float64 by back-propagation, against central differences; up to %lld elements of each "
                  "parameter, and a relative difference of up to ",
                  failed ? "bad" : "good", failed ? "✗ Some gradients differ." : "✓ All gradients agree.",
                  (long long)sample->rows, dpi_report_rows_name(r), (long long)config->max_elements);
    dpi_html_number(h, NULL, config->tolerance, 3);
    dpi_html_add(h, " is fine.</p>\n");
    dpi_report_table(r, "Gradient check",
                     "parameter|#checked|#largest relative difference|#gradient there|#difference there|result");
    for (int i = 0; i < count; i++)
        write_result(r, sample->graph, &results[i]);
    dpi_report_table_end(r);
}

static dp_status check(dpi_report *r, const dpi_sample *sample)
{
    dp_check_config config;
    int count = sample->trained;
    void *memory = NULL;
    dp_check_config_init(&config);
    dp_status status = dpi_alloc(r->ctx, (size_t)count, sizeof(dp_check_result), "gradient check", &memory);
    if (status == DP_OK)
        status = dp_check_gradient(sample->graph, sample->values.loss, sample->vals, count, sample->vals,
                                   (const dp_array *const *)sample->feeds, sample->count, &config, memory);
    if (status == DP_OK)
        write_results(r, sample, memory, count, &config);
    dpi_free(r->ctx, memory);
    return status;
}

dp_status dpi_report_gradients(dpi_report *r)
{
    dpi_sample sample;
    if (!r->data || !dp_model_param_count(r->model)) {
        dpi_report_note(r,
                        r->data ? "The model has no parameters." : "It needs the data, which could not be looked at.");
        return DP_OK;
    }
    dp_status status = dpi_sample_open(r, ROWS, DP_F64, &sample);
    if (status == DP_OK)
        status = check(r, &sample);
    dpi_sample_close(r->ctx, &sample);
    return status;
}
