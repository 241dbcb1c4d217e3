/* What was asked for, and how long it took. */
#include <math.h>
#include <string.h>

#include "report/report_internal.h"

static void begin(dpi_report *r, const char *what)
{
    dpi_html_addf(&r->html, "<tr><th scope=\"row\">%s</th><td class=\"number\">", what);
}

static void write_time(dpi_report *r, const char *what, const char *class, double seconds)
{
    if (!isfinite(seconds))
        return;
    begin(r, what);
    dpi_html_seconds(&r->html, class, seconds);
    dpi_html_add(&r->html, "</td></tr>\n");
}

static void write_rate(dpi_report *r, const char *what, double rate)
{
    if (!isfinite(rate))
        return;
    begin(r, what);
    dpi_html_integer(&r->html, (int64_t)fmin(rate, 1e15));
    dpi_html_add(&r->html, "</td></tr>\n");
}

dp_status dpi_report_timing(dpi_report *r)
{
    double seconds = dpi_report_said(r, "seconds"), steps = dpi_report_said(r, "ended_step"),
           epochs = dpi_report_said(r, "ended_epoch");
    if (!(seconds > 0) || !(steps > 0)) {
        dpi_report_note(r, "config.json does not say how long the training took.");
        return DP_OK;
    }
    dpi_html_add(&r->html, "<p>From the first update to the end, tests during training and the reading of batches "
                           "included.</p>\n");
    dpi_report_table(r, "Time of the training", "what|#how much");
    write_time(r, "in all", "time-all", seconds);
    write_time(r, "an epoch", NULL, epochs > 0 ? seconds / epochs : NAN);
    write_time(r, "an update", NULL, seconds / steps);
    write_rate(r, "updates in a second", steps / seconds);
    dpi_report_table_end(r);
    return DP_OK;
}

dp_status dpi_report_configuration(dpi_report *r)
{
    dpi_html *h = &r->html;
    const char *text = dp_model_text(r->model);
    dpi_html_add(h, "<h3>The model</h3>\n<pre class=\"scroll\" tabindex=\"0\" role=\"region\" "
                    "aria-label=\"Formulas of the model\"><code>");
    dpi_html_text(h, text);
    dpi_html_add(h, "</code></pre>\n<h3>The run</h3>\n");
    dpi_report_table(r, "What config.json says", "name|value");
    for (int i = 0; i < dp_run_info_count(r->info); i++) {
        dpi_html_add(h, "<tr><th scope=\"row\"><code>");
        dpi_html_text(h, dp_run_info_name(r->info, i));
        dpi_html_add(h, "</code></th><td>");
        dpi_html_text(h, dp_run_info_text(r->info, i));
        dpi_html_add(h, "</td></tr>\n");
    }
    dpi_report_table_end(r);
    return DP_OK;
}
