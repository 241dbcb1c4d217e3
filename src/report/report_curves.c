/* The log as curves: a picture for each kind of number in it, "loss" for train_loss and test_loss. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "report/report_internal.h"

enum { MOST_KINDS = 8, MOST_ROWS = 60, WORDS = 80 };

static bool is_axis(const char *name)
{
    return strcmp(name, "epoch") == 0 || strcmp(name, "step") == 0 || strcmp(name, "seconds") == 0;
}

/* "loss" of "train_loss". */
static const char *kind_of(const char *column)
{
    const char *line = strchr(column, '_');
    return line && line[1] ? line + 1 : column;
}

/* The words before it, as they can stand in a picture: no formulas. */
static void series_name(const char *column, char words[WORDS])
{
    size_t bytes = (size_t)(kind_of(column) - column);
    snprintf(words, WORDS, "%.*s", bytes > 1 ? (int)(bytes - 1) : (int)strlen(column), column);
    for (char *c = words; *c; c++)
        *c = *c == '$' || *c == '\\' || *c == '_' ? ' ' : *c;
}

static const double *numbers_of(const dp_dataset *log, int column)
{
    return dp_dataset_column(log, column)->data;
}

/* Points of a column that are known; returns how many. */
static int64_t known_points(const dpi_report *r, int x, int y, double *to)
{
    int64_t rows = dp_dataset_rows(r->log), count = 0;
    const double *at = numbers_of(r->log, x), *value = numbers_of(r->log, y);
    for (int64_t i = 0; i < rows; i++)
        if (!isnan(at[i]) && !isnan(value[i])) {
            to[count] = at[i];
            to[rows + count++] = value[i];
        }
    return count;
}

/* Epochs, where each has one row; else steps. -1: there is neither. */
static int axis_of(const dp_dataset *log)
{
    int epoch = dp_dataset_find(log, "epoch"), step = dp_dataset_find(log, "step");
    for (int64_t i = 1; epoch >= 0 && step >= 0 && i < dp_dataset_rows(log); i++)
        if (!(numbers_of(log, epoch)[i] > numbers_of(log, epoch)[i - 1]))
            return step;
    return epoch >= 0 ? epoch : step;
}

/* What the points of a picture are in all. */
typedef struct range {
    double least, most;
    int series;
    dp_text words; /* "train from 0.73 to 0.078", for those who cannot see it */
} range;

static void widen(range *all, const double *values, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (isfinite(values[i])) {
            all->least = fmin(all->least, values[i]);
            all->most = fmax(all->most, values[i]);
        }
}

static dp_status put_series(dpi_report *r, dp_axes *axes, int x, int y, double *room, range *all)
{
    char words[WORDS], from[DP_NUMBER_TEXT_BYTES], to[DP_NUMBER_TEXT_BYTES];
    int64_t rows = dp_dataset_rows(r->log), count = known_points(r, x, y, room);
    if (!count)
        return DP_OK;
    series_name(dp_dataset_column_name(r->log, y), words);
    const double *values = room + rows;
    widen(all, values, count);
    dp_style style = {.label = words, .width = 1.8, .marker = count == 1 ? DP_MARKER_CIRCLE : DP_MARKER_DEFAULT};
    dp_status status = count == 1 ? dp_axes_scatter(axes, room, values, NULL, 1, &style)
                                  : dp_axes_line(axes, room, values, count, &style);
    if (status == DP_OK)
        status =
            dp_text_addf(&all->words, "%s %s from %s to %s", all->series ? "," : ":", words,
                         dp_number_text_f32((float)values[0], from), dp_number_text_f32((float)values[count - 1], to));
    all->series++;
    return status;
}

static dp_status fill(dpi_report *r, dp_axes *axes, const char *kind, int x, range *all)
{
    void *room = NULL;
    dp_status status =
        dpi_alloc(r->ctx, (size_t)dp_dataset_rows(r->log), 2 * sizeof(double), "curves of a report", &room);
    for (int y = 0; y < dp_dataset_columns(r->log) && status == DP_OK; y++) {
        const char *name = dp_dataset_column_name(r->log, y);
        if (!is_axis(name) && strcmp(kind_of(name), kind) == 0)
            status = put_series(r, axes, x, y, room, all);
    }
    dpi_free(r->ctx, room);
    return status;
}

/* The picture of one kind; nothing if nothing of it is known. */
static dp_status draw_kind(dpi_report *r, const char *kind, int x)
{
    dp_figure *figure = NULL;
    char words[WORDS];
    range all = {.least = INFINITY, .most = -INFINITY, .words = {.ctx = r->ctx}};
    snprintf(words, sizeof words, "%s", kind);
    for (char *c = words; *c; c++)
        *c = *c == '$' || *c == '\\' || *c == '_' ? ' ' : *c;
    dp_status status = dp_text_addf(&all.words, "%s over %s", words, dp_dataset_column_name(r->log, x));
    if (status == DP_OK)
        status = dpi_report_figure(r, 5, 3.3, &figure);
    dp_axes *axes = figure ? dp_figure_axes(figure, 0, 0) : NULL;
    if (status == DP_OK)
        status = fill(r, axes, kind, x, &all);
    if (status == DP_OK)
        status = dp_axes_label(axes, DP_X, dp_dataset_column_name(r->log, x));
    if (status == DP_OK)
        status = dp_axes_label(axes, DP_Y, words);
    if (status == DP_OK && all.series) {
        dp_axes_grid(axes);
        if (all.series > 1)
            dp_axes_legend(axes, DP_LEGEND_BEST);
        if (all.least > 0 && all.most > 50 * all.least)
            dp_axes_log(axes, DP_Y);
        dpi_html_add(&r->html, "<figure>");
        dpi_html_figure(&r->html, &figure, "plot", all.words.data);
        dpi_html_add(&r->html, "</figure>\n");
    }
    dp_figure_free(&figure);
    dp_text_free(&all.words);
    return status;
}

/* The kinds in the order in which they first occur. */
static int list_kinds(const dp_dataset *log, const char *kinds[MOST_KINDS])
{
    int count = 0;
    for (int c = 0; c < dp_dataset_columns(log) && count < MOST_KINDS; c++) {
        const char *name = dp_dataset_column_name(log, c);
        bool known = is_axis(name);
        for (int k = 0; k < count; k++)
            known = known || strcmp(kinds[k], kind_of(name)) == 0;
        if (!known)
            kinds[count++] = kind_of(name);
    }
    return count;
}

/* The same numbers for those who read, or hear, them; of a long log evenly chosen rows. */
static void write_rows(dpi_report *r)
{
    dpi_html *h = &r->html;
    int64_t rows = dp_dataset_rows(r->log), shown = rows < MOST_ROWS ? rows : MOST_ROWS;
    dp_text headings = {.ctx = r->ctx};
    for (int c = 0; c < dp_dataset_columns(r->log) && h->status == DP_OK; c++) {
        char words[WORDS];
        snprintf(words, sizeof words, "%s", dp_dataset_column_name(r->log, c));
        for (char *k = words; *k; k++)
            *k = strchr("<>&\"|_", *k) || (unsigned char)*k < 0x20 || (unsigned char)*k > 0x7E ? ' ' : *k;
        h->status = dp_text_addf(&headings, "%s#%s", c ? "|" : "", words);
    }
    dpi_html_addf(h, "<details%s><summary>%s</summary>\n", rows > 1 ? "" : " open=\"open\"",
                  shown < rows ? "Rows of the log" : "The log");
    if (h->status == DP_OK)
        dpi_report_table(r, "Log of the training", headings.data);
    for (int64_t i = 0; i < shown; i++) {
        int64_t row = shown > 1 ? i * (rows - 1) / (shown - 1) : 0;
        dpi_html_add(h, "<tr>");
        for (int c = 0; c < dp_dataset_columns(r->log); c++) {
            double value = numbers_of(r->log, c)[row];
            dpi_html_add(h, "<td class=\"number\">");
            if (!isnan(value))
                dpi_html_number(h, NULL, value, is_axis(dp_dataset_column_name(r->log, c)) ? 9 : 5);
            dpi_html_add(h, "</td>");
        }
        dpi_html_add(h, "</tr>\n");
    }
    dpi_report_table_end(r);
    dpi_html_add(h, "</details>\n");
    dp_text_free(&headings);
}

dp_status dpi_report_curves(dpi_report *r)
{
    const char *kinds[MOST_KINDS];
    int x = r->log ? axis_of(r->log) : -1;
    if (x < 0 || dp_dataset_rows(r->log) < 1) {
        dpi_report_note(r, "There are no curves. %s",
                        r->no_log ? r->no_log : "The log has no rows with an epoch or a step.");
        return DP_OK;
    }
    dp_status status = DP_OK;
    int count = dp_dataset_rows(r->log) > 1 ? list_kinds(r->log, kinds) : 0;
    if (!count)
        dpi_report_note(r, "The log has one row; denpa train --log-every K makes more, and curves of them.");
    dpi_html_add(&r->html, "<div class=\"pair\">\n");
    for (int k = 0; k < count && status == DP_OK; k++)
        status = draw_kind(r, kinds[k], x);
    dpi_html_add(&r->html, "</div>\n");
    write_rows(r);
    return status;
}
