/* The numbers that come first. */
#include <math.h>
#include <string.h>

#include "report/report_internal.h"

static void card(dpi_report *r, const char *label)
{
    dpi_html_addf(&r->html, "<div class=\"card\"><dt>%s</dt><dd>", label);
}

static void card_end(dpi_report *r)
{
    dpi_html_add(&r->html, "</dd></div>\n");
}

static void small(dpi_report *r)
{
    dpi_html_add(&r->html, "</dd><dd class=\"small\">");
}

static void accuracy_card(dpi_report *r)
{
    dpi_html *h = &r->html;
    int64_t right = 0;
    for (int64_t k = 0; k < r->result.classes; k++)
        right += (int64_t)dp_array_get(r->result.confusion, k * r->result.classes + k);
    card(r, r->is_test ? "Test accuracy" : "Training accuracy");
    dpi_html_percent(h, "accuracy", r->result.scores.accuracy);
    small(r);
    dpi_html_integer(h, right);
    dpi_html_add(h, " of ");
    dpi_html_integer(h, dpi_report_places(r));
    dpi_html_addf(h, dpi_report_places(r) == r->result.rows ? " %s are right" : " places of the %s are right",
                  dpi_report_rows_name(r));
    card_end(r);
}

static void loss_card(dpi_report *r)
{
    dpi_html *h = &r->html;
    card(r, r->is_test ? "Test loss" : r->data ? "Loss on the training data" : "Training loss");
    if (r->data)
        dpi_html_number(h, "loss", r->result.scores.loss, 3);
    else
        dpi_html_number(h, "train-loss", dpi_report_said(r, "train_loss"), 3);
    small(r);
    if (r->data) {
        dpi_html_number(h, "train-loss", dpi_report_said(r, "train_loss"), 3);
        dpi_html_add(h, " in training");
    } else {
        dpi_html_add(h, "as it was logged");
    }
    card_end(r);
}

static void score_card(dpi_report *r, const char *label, const char *class, double value, const char *words)
{
    if (isnan(value))
        return;
    card(r, label);
    dpi_html_number(&r->html, class, value, 4);
    small(r);
    dpi_html_add(&r->html, words);
    card_end(r);
}

static void size_card(dpi_report *r)
{
    int count = 0;
    int64_t elems = 0;
    for (int i = 0; i < dp_model_param_count(r->model); i++) {
        dp_array param = dp_model_param(r->model, i);
        if (dp_model_param_is_state(r->model, i))
            continue;
        elems += dp_array_elems(&param);
        count++;
    }
    card(r, "Parameters");
    dpi_html_integer(&r->html, elems);
    small(r);
    dpi_html_addf(&r->html, "in %d array%s, %s", count, count == 1 ? "" : "s", dp_dtype_name(dp_model_dtype(r->model)));
    card_end(r);
}

static void effort_card(dpi_report *r)
{
    dpi_html *h = &r->html;
    double steps = dpi_report_said(r, "ended_step");
    if (isnan(steps))
        return;
    card(r, "Training");
    dpi_html_seconds(h, "seconds", dpi_report_said(r, "seconds"));
    small(r);
    dpi_html_integer(h, (int64_t)fmin(fmax(steps, 0), 1e15));
    dpi_html_add(h, " updates");
    card_end(r);
}

void dpi_report_result(dpi_report *r)
{
    dpi_html *h = &r->html;
    dpi_html_add(h, "<section id=\"result\" aria-labelledby=\"result-heading\">\n"
                    "<h2 id=\"result-heading\">Result</h2>\n<dl class=\"cards\">\n");
    if (r->data && r->result.classes)
        accuracy_card(r);
    loss_card(r);
    if (r->data) {
        score_card(r, "F1", "f1", r->result.scores.f1, "mean over the classes");
        if (dpi_report_places(r) > r->result.rows)
            score_card(r, "Perplexity", "perplexity", r->result.scores.perplexity, "exp of the mean cross-entropy");
        score_card(r, "R²", "r2", r->result.scores.r2, "share of the variance that is explained");
    }
    effort_card(r);
    size_card(r);
    dpi_html_add(h, "</dl>\n");
    if (!r->data)
        dpi_report_note(r, "The data could not be looked at, so this page shows the model alone. %s", r->no_data);
    else if (!r->is_test && !r->config.train_part)
        dpi_report_note(r, "The data have no part for testing: what is shown here was seen in training, too.");
    dpi_html_add(h, "</section>\n");
}
