/* Which class is taken for which. */
#include <stdio.h>
#include <string.h>

#include "report/report_internal.h"

/* More classes have no numbers in the cells; still more no picture. */
enum { MOST_NUMBERED = 20, MOST_DRAWN = 200, MOST_LISTED = 100 };

static int64_t count_of(const dpi_report *r, int64_t is, int64_t said)
{
    return (int64_t)dp_array_get(r->result.confusion, is * r->result.classes + said);
}

static int64_t rows_of(const dpi_report *r, int64_t is)
{
    int64_t rows = 0;
    for (int64_t said = 0; said < r->result.classes; said++)
        rows += count_of(r, is, said);
    return rows;
}

/* The other class that a class is most often taken for; -1: none. */
static int64_t rival_of(const dpi_report *r, int64_t is)
{
    int64_t rival = -1, most = 0;
    for (int64_t said = 0; said < r->result.classes; said++)
        if (said != is && count_of(r, is, said) > most) {
            most = count_of(r, is, said);
            rival = said;
        }
    return rival;
}

static dp_status draw_shares(dpi_report *r, dp_axes *axes)
{
    dp_array *shares = NULL;
    int64_t n = r->result.classes;
    dp_status status = dp_array_new(r->ctx, DP_F64, dp_shape_of(2, (int64_t[]){n, n}), &shares);
    for (int64_t i = 0; i < n * n && status == DP_OK; i++) {
        int64_t rows = rows_of(r, i / n);
        ((double *)shares->data)[i] = rows ? (double)count_of(r, i / n, i % n) / (double)rows : 0;
    }
    if (status == DP_OK)
        status = dp_axes_heat(axes, shares, &(dp_field_options){.has_scale = 1, .vmin = 0, .vmax = 1});
    if (status == DP_OK)
        status = dp_axes_label(axes, DP_X, "taken for");
    if (status == DP_OK)
        status = dp_axes_label(axes, DP_Y, "true class");
    dp_axes_equal(axes);
    dp_array_free(&shares);
    return status;
}

static dp_status draw(dpi_report *r)
{
    dp_figure *figure = NULL;
    char alt[160];
    int64_t n = r->result.classes;
    double size = n > 10 ? 6.6 : n > 4 ? 5.4 : 3.2;
    dp_status status = dpi_report_figure(r, size + 0.3, size, &figure);
    if (status != DP_OK)
        return status;
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    status = n <= MOST_NUMBERED ? dp_chart_confusion(axes, r->result.confusion, n > 10 ? 7 : 0) : draw_shares(r, axes);
    dp_axes_invert(axes, DP_Y);
    if (status == DP_OK)
        status = dp_axes_colorbar(axes, "share of the true class");
    snprintf(alt, sizeof alt, "Confusion matrix of %lld classes on %lld %s; the table has the same numbers",
             (long long)n, (long long)dpi_report_places(r),
             dpi_report_places(r) == r->result.rows ? dpi_report_rows_name(r) : "places of rows");
    if (status == DP_OK) {
        dpi_html_add(&r->html, "<figure>");
        dpi_html_figure(&r->html, &figure, "plot", alt);
        dpi_html_add(&r->html, "<figcaption>Rows are true classes, columns what the model takes them for; "
                               "colour is the share of the row.</figcaption></figure>\n");
    }
    dp_figure_free(&figure);
    return status;
}

/* "3", or "3 virginica". */
static void write_name(dpi_report *r, int64_t class)
{
    char number[DPI_CLASS_BYTES];
    const char *name = dpi_report_class(r, class, number);
    dpi_html_addf(&r->html, "%lld%s", (long long)class, name == number ? "" : " ");
    if (name != number)
        dpi_html_text(&r->html, name);
}

static void write_class(dpi_report *r, int64_t is)
{
    dpi_html *h = &r->html;
    int64_t rows = rows_of(r, is), right = count_of(r, is, is), rival = rival_of(r, is);
    dpi_html_add(h, "<tr><th scope=\"row\">");
    write_name(r, is);
    dpi_html_add(h, "</th><td class=\"number\">");
    dpi_html_integer(h, rows);
    dpi_html_add(h, "</td><td class=\"number\">");
    dpi_html_integer(h, right);
    for (int k = 0; k < 3; k++) {
        dpi_html_add(h, "</td><td class=\"number\">");
        dpi_html_percent(h,
                         k == 0   ? "precision"
                         : k == 1 ? "recall"
                                  : "f1-of-class",
                         dp_array_get(r->result.by_class, 3 * is + k));
    }
    dpi_html_add(h, "</td><td>");
    if (rival >= 0) {
        write_name(r, rival);
        dpi_html_add(h, " (");
        dpi_html_integer(h, count_of(r, is, rival));
        dpi_html_add(h, count_of(r, is, rival) == 1 ? " time)" : " times)");
    }
    dpi_html_add(h, "</td></tr>\n");
}

/* All counts, row by row, for those who cannot see the picture. */
static void write_counts(dpi_report *r)
{
    dpi_html *h = &r->html;
    dp_text headings = {.ctx = r->ctx};
    int64_t n = r->result.classes;
    h->status = h->status == DP_OK ? dp_text_addf(&headings, "true class") : h->status;
    for (int64_t said = 0; said < n && h->status == DP_OK; said++)
        h->status = dp_text_addf(&headings, "|#%lld", (long long)said);
    dpi_html_add(h, "<details><summary>All counts</summary>\n");
    if (h->status == DP_OK)
        dpi_report_table(r, "Rows by true class and by what the model takes them for", headings.data);
    dp_text_free(&headings);
    for (int64_t is = 0; is < n; is++) {
        dpi_html_add(h, "<tr><th scope=\"row\">");
        write_name(r, is);
        dpi_html_add(h, "</th>");
        for (int64_t said = 0; said < n; said++)
            dpi_html_addf(h, "<td class=\"number\"><data class=\"count\" value=\"%lld\">%lld</data></td>",
                          (long long)count_of(r, is, said), (long long)count_of(r, is, said));
        dpi_html_add(h, "</tr>\n");
    }
    dpi_report_table_end(r);
    dpi_html_add(h, "</details>\n");
}

dp_status dpi_report_confusion(dpi_report *r)
{
    int64_t n = r->result.classes;
    if (!r->data || !n) {
        dpi_report_note(r, r->data ? "The model has no classes, so there is nothing to take for each other."
                                   : "It needs the data, which could not be looked at.");
        return DP_OK;
    }
    dpi_html_add(&r->html, "<div class=\"pair\">\n");
    dp_status status = n <= MOST_DRAWN ? draw(r) : DP_OK;
    if (status != DP_OK)
        return status;
    dpi_report_table(r, "Each class", "class|#rows|#right|#precision|#recall|#F1|most often taken for");
    for (int64_t is = 0; is < n && is < MOST_LISTED; is++)
        write_class(r, is);
    dpi_report_table_end(r);
    dpi_html_add(&r->html, "</div>\n");
    if (n > MOST_LISTED)
        dpi_report_note(r, "The first %d of %lld classes.", MOST_LISTED, (long long)n);
    if (n <= MOST_NUMBERED)
        write_counts(r);
    return DP_OK;
}
