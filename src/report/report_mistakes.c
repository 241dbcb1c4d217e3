/* The rows that the model is furthest from, as images where the data have some. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/plan.h>

#include "base/alloc.h"
#include "plot/short_number.h"
#include "report/report_internal.h"

/* Rows looked at: with classes many at a time, else one by one. */
enum { MOST_ROWS = 20000, MOST_SINGLE = 2000, AT_A_TIME = 1000, MOST_BARS = 12, MOST_NUMBERS = 6, IMAGE_SIZE = 96 };

typedef struct ranked {
    int64_t row;
    double badness;
} ranked;

/* The worst rows, the very worst first; of equal ones the first. */
typedef struct ranking {
    ranked *rows;
    int64_t count, most;
} ranking;

static void rank(ranking *worst, int64_t row, double badness)
{
    if (isnan(badness))
        badness = INFINITY;
    if (worst->count == worst->most && worst->rows[worst->count - 1].badness >= badness)
        return;
    int64_t at = worst->count < worst->most ? worst->count++ : worst->count - 1;
    for (; at > 0 && worst->rows[at - 1].badness < badness; at--)
        worst->rows[at] = worst->rows[at - 1];
    worst->rows[at] = (ranked){row, badness};
}

static dp_status predict(const dpi_report *r, const int64_t *rows, int64_t n, dp_prediction *out)
{
    const dp_binding *bindings;
    int normalize, count = dp_model_bindings(r->model, &bindings, &normalize);
    return dp_predict_rows(r->model, r->data, bindings, count, normalize, rows, n, out);
}

/* ---- A row in words ---- */

/* "x = 0, 1": the numbers of an array, the first ones of many. */
static void write_numbers(dpi_report *r, const char *name, const dp_array *array)
{
    char shown[DPI_NUMBER_BYTES];
    int64_t elems = dp_array_elems(array);
    dpi_html_add(&r->html, "<p class=\"small\">");
    dpi_html_text(&r->html, name);
    dpi_html_add(&r->html, " = ");
    for (int64_t i = 0; i < elems && i < MOST_NUMBERS; i++)
        dpi_html_addf(&r->html, "%s%s", i ? ", " : "", dpi_short_number(dp_array_get(array, i), 4, shown));
    dpi_html_add(&r->html, elems > MOST_NUMBERS ? ", …</p>\n" : "</p>\n");
}

static dp_status write_inputs(dpi_report *r, int64_t row)
{
    const dp_binding *bindings;
    int normalize, bound = dp_model_bindings(r->model, &bindings, &normalize);
    for (int i = 0; i < dp_model_input_count(r->model); i++) {
        dp_model_input input = dp_model_get_input(r->model, i);
        dp_array *numbers = NULL;
        if (r->result.classes && input.classes)
            continue; /* said with the class, or too many */
        dp_binding own = {.input = input.name};
        for (int b = 0; b < bound; b++)
            if (strcmp(bindings[b].input, input.name) == 0)
                own = bindings[b];
        dp_status status =
            dp_inputs_gather(r->ctx, &input, 1, r->data, &own, own.columns ? 1 : 0, normalize, &row, 1, &numbers);
        if (status != DP_OK)
            return status;
        write_numbers(r, input.name, numbers);
        dp_array_free(&numbers);
    }
    return DP_OK;
}

static dp_status write_row(dpi_report *r, int64_t row, const char *alt)
{
    return r->images.found ? dpi_report_image(r, row, IMAGE_SIZE, alt) : write_inputs(r, row);
}

/* ---- With classes ---- */

static double probability(const dp_prediction *said, int64_t i, int64_t class)
{
    return dp_array_get(said->probabilities, i * said->probabilities->shape.dims[1] + class);
}

static dp_status rank_by_class(dpi_report *r, int64_t rows, ranking *wrong, ranking *unsure)
{
    void *memory = NULL;
    dp_status status = dpi_alloc(r->ctx, AT_A_TIME, sizeof(int64_t), "rows of a report", &memory);
    int64_t *numbers = memory;
    for (int64_t first = 0; first < rows && status == DP_OK; first += AT_A_TIME) {
        int64_t n = rows - first < AT_A_TIME ? rows - first : AT_A_TIME;
        dp_prediction said = {0};
        for (int64_t i = 0; i < n; i++)
            numbers[i] = first + i;
        status = predict(r, numbers, n, &said);
        for (int64_t i = 0; i < n && status == DP_OK && said.labels; i++) {
            int64_t is = (int64_t)dp_array_get(said.labels, i);
            bool right = is == (int64_t)dp_array_get(said.classes, i);
            rank(right ? unsure : wrong, first + i, -probability(&said, i, is));
        }
        dp_prediction_free(&said);
    }
    dpi_free(r->ctx, memory);
    return status;
}

static void write_share(dpi_report *r, double share, bool shares)
{
    if (shares)
        dpi_html_percent(&r->html, NULL, share);
    else
        dpi_html_number(&r->html, NULL, share, 4);
}

/* A bar for each class: the true one green, the one it is taken for red. */
static void write_bars(dpi_report *r, const dp_prediction *said, int64_t i, int64_t is, int64_t taken)
{
    enum { STEP = 13, HIGH = 44 };
    char shown[DPI_NUMBER_BYTES];
    dpi_html *h = &r->html;
    int64_t n = said->probabilities->shape.dims[1];
    dpi_html_addf(h,
                  "<svg class=\"bars\" role=\"img\" viewBox=\"0 0 %lld %d\" width=\"%lld\" height=\"%d\" aria-label=\"",
                  (long long)n * STEP, HIGH + 13, (long long)n * STEP, HIGH + 13);
    for (int64_t k = 0; k < n; k++) {
        dpi_html_addf(h, "%s%lld: ", k ? ", " : "Probabilities: ", (long long)k);
        dpi_html_addf(h, "%s %%", dpi_short_number(100 * probability(said, i, k), 3, shown));
    }
    dpi_html_add(h, "\">");
    for (int64_t k = 0; k < n; k++) {
        int tenths = (int)lround(10 * HIGH * fmin(fmax(probability(said, i, k), 0), 1));
        const char *kind = k == is ? "is" : k == taken ? "said" : "other";
        dpi_html_addf(h,
                      "<rect class=\"%s\" x=\"%lld\" y=\"%d.%d\" width=\"10\" height=\"%d.%d\"/>"
                      "<text class=\"%s\" x=\"%lld\" y=\"%d\">%lld</text>",
                      kind, (long long)k * STEP + 1, (10 * HIGH - tenths) / 10, (10 * HIGH - tenths) % 10, tenths / 10,
                      tenths % 10, kind, (long long)k * STEP + 6, HIGH + 11, (long long)k);
    }
    dpi_html_add(h, "</svg>\n");
}

static void write_class(dpi_report *r, const char *kind, int64_t class)
{
    char number[DPI_CLASS_BYTES];
    dpi_html_addf(&r->html, "<b class=\"%s\">", kind);
    dpi_html_text(&r->html, dpi_report_class(r, class, number));
    dpi_html_add(&r->html, "</b>");
}

static void write_verdict(dpi_report *r, int64_t is, int64_t taken)
{
    dpi_html_add(&r->html, "<p class=\"verdict\">");
    write_class(r, "is", is);
    dpi_html_add(&r->html, taken == is ? " is right" : " taken for ");
    if (taken != is)
        write_class(r, "said", taken);
    dpi_html_add(&r->html, "</p>\n");
}

static void write_for(dpi_report *r, double share, bool shares, int64_t class)
{
    char number[DPI_CLASS_BYTES];
    write_share(r, share, shares);
    dpi_html_add(&r->html, " for ");
    dpi_html_text(&r->html, dpi_report_class(r, class, number));
}

static dp_status write_class_card(dpi_report *r, int64_t row, const dp_prediction *said, int64_t i, bool shares)
{
    dpi_html *h = &r->html;
    int64_t is = (int64_t)dp_array_get(said->labels, i), taken = (int64_t)dp_array_get(said->classes, i);
    char alt[120], number[DPI_CLASS_BYTES];
    snprintf(alt, sizeof alt, "Row %lld, an image of class %.60s", (long long)row, dpi_report_class(r, is, number));
    dpi_html_addf(h, "<li class=\"card\" data-row=\"%lld\">", (long long)row);
    dp_status status = write_row(r, row, alt);
    write_verdict(r, is, taken);
    if (shares && said->probabilities->shape.dims[1] <= MOST_BARS)
        write_bars(r, said, i, is, taken);
    dpi_html_add(h, "<p class=\"small\">");
    write_for(r, probability(said, i, taken), shares, taken);
    if (taken != is) {
        dpi_html_add(h, ",<br/>");
        write_for(r, probability(said, i, is), shares, is);
    }
    dpi_html_addf(h, "<br/>row %lld</p></li>\n", (long long)row);
    return status;
}

static bool are_shares(const dp_array *probabilities)
{
    for (int64_t i = 0; i < dp_array_elems(probabilities); i++)
        if (!(dp_array_get(probabilities, i) >= 0 && dp_array_get(probabilities, i) <= 1))
            return false;
    return true;
}

static dp_status write_class_cards(dpi_report *r, const ranking *worst)
{
    void *memory = NULL;
    dp_prediction said = {0};
    dp_status status = dpi_alloc(r->ctx, (size_t)worst->count, sizeof(int64_t), "rows of a report", &memory);
    int64_t *rows = memory;
    for (int64_t i = 0; i < worst->count && status == DP_OK; i++)
        rows[i] = worst->rows[i].row;
    if (status == DP_OK)
        status = predict(r, rows, worst->count, &said);
    dpi_html_add(&r->html, "<ol class=\"cards mistakes\">\n");
    for (int64_t i = 0; i < worst->count && status == DP_OK; i++)
        status = write_class_card(r, rows[i], &said, i, are_shares(said.probabilities));
    dpi_html_add(&r->html, "</ol>\n");
    dp_prediction_free(&said);
    dpi_free(r->ctx, memory);
    return status;
}

static dp_status with_classes(dpi_report *r, ranking *wrong, ranking *unsure)
{
    int64_t rows = r->result.rows < MOST_ROWS ? r->result.rows : MOST_ROWS;
    dp_status status = rank_by_class(r, rows, wrong, unsure);
    if (status != DP_OK)
        return status;
    const char *of = rows < r->result.rows ? "the first 20,000 " : "all ";
    if (!wrong->count && !unsure->count) {
        dpi_report_note(r, "The data do not say the true classes.");
        return DP_OK;
    }
    dpi_html_addf(&r->html, "<p>%s%s%s, those first whose true class is thought least probable.</p>\n",
                  wrong->count ? "Of " : "There are none. The least certain of ", of, dpi_report_rows_name(r));
    return write_class_cards(r, wrong->count ? wrong : unsure);
}

/* ---- Without: each row's own loss ---- */

typedef struct single {
    dp_plan *plan;
    dpi_sample sample;
} single;

static dp_status single_open(dpi_report *r, single *s)
{
    dp_val wanted[2];
    dp_status status = dpi_sample_open(r, 1, DP_DTYPE_NONE, &s->sample);
    wanted[0] = s->sample.values.loss;
    wanted[1] = s->sample.values.output;
    if (status == DP_OK)
        status = dp_plan_new(s->sample.graph, wanted, wanted[1] && wanted[1] != wanted[0] ? 2 : 1, &s->plan);
    for (int i = 0; i < dp_model_param_count(r->model) && status == DP_OK; i++)
        if (dp_plan_needs(s->plan, s->sample.vals[i]))
            status = dp_plan_bind(s->plan, s->sample.vals[i], s->sample.feeds[i]->data);
    return status;
}

static void single_close(dpi_report *r, single *s)
{
    dp_plan_free(&s->plan);
    dpi_sample_close(r->ctx, &s->sample);
}

static dp_status single_run(dpi_report *r, single *s, int64_t row)
{
    int first = dp_model_param_count(r->model);
    dp_status status = dpi_sample_row(r, &s->sample, row);
    for (int i = first; i < s->sample.count && status == DP_OK; i++)
        if (dp_plan_needs(s->plan, s->sample.vals[i]))
            status = dp_plan_bind(s->plan, s->sample.vals[i], s->sample.feeds[i]->data);
    return status == DP_OK ? dp_plan_run(s->plan) : status;
}

static dp_status write_loss_card(dpi_report *r, single *s, const ranked *worst)
{
    dpi_html *h = &r->html;
    char alt[80];
    dp_status status = single_run(r, s, worst->row);
    if (status != DP_OK)
        return status;
    snprintf(alt, sizeof alt, "Row %lld", (long long)worst->row);
    dpi_html_addf(h, "<li class=\"card\" data-row=\"%lld\">", (long long)worst->row);
    status = write_row(r, worst->row, alt);
    if (s->sample.values.output) {
        dp_array output = dp_plan_value(s->plan, s->sample.values.output);
        const char *name = dp_val_name(s->sample.graph, s->sample.values.output);
        write_numbers(r, *name ? name : "output", &output);
    }
    dpi_html_addf(h, "<p class=\"verdict\">row %lld: loss ", (long long)worst->row);
    dpi_html_number(h, NULL, worst->badness, 4);
    dpi_html_add(h, "</p></li>\n");
    return status;
}

static dp_status by_loss(dpi_report *r, ranking *worst)
{
    single s = {0};
    int64_t rows = r->result.rows < MOST_SINGLE ? r->result.rows : MOST_SINGLE;
    dp_status status = single_open(r, &s);
    for (int64_t row = 0; row < rows && status == DP_OK; row++) {
        status = single_run(r, &s, row);
        dp_array loss = dp_plan_value(s.plan, s.sample.values.loss);
        if (status == DP_OK)
            rank(worst, row, dp_array_get(&loss, 0));
    }
    dpi_html_addf(&r->html,
                  "<p>Of %s%s, those with the largest loss of their own.</p>\n<ol class=\"cards mistakes\">\n",
                  rows < r->result.rows ? "the first 2,000 " : "all ", dpi_report_rows_name(r));
    for (int64_t i = 0; i < worst->count && status == DP_OK; i++)
        status = write_loss_card(r, &s, &worst->rows[i]);
    dpi_html_add(&r->html, "</ol>\n");
    single_close(r, &s);
    return status;
}

dp_status dpi_report_mistakes(dpi_report *r)
{
    if (!r->data) {
        dpi_report_note(r, "It needs the data, which could not be looked at.");
        return DP_OK;
    }
    ranking wrong = {.most = r->config.mistakes}, unsure = {.most = r->config.mistakes};
    void *memory = NULL;
    if (wrong.most > r->result.rows)
        wrong.most = unsure.most = r->result.rows;
    dp_status status = dpi_alloc(r->ctx, (size_t)wrong.most, 2 * sizeof(ranked), "mistakes", &memory);
    wrong.rows = memory;
    unsure.rows = wrong.rows + wrong.most;
    if (status == DP_OK)
        status = r->result.classes && dpi_report_places(r) == r->result.rows ? with_classes(r, &wrong, &unsure)
                                                                            : by_loss(r, &wrong);
    dpi_free(r->ctx, memory);
    return status;
}
