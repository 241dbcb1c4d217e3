/* Tables of texts. The panel's units are points, so that what was measured fits. */
#include <math.h>

#include <denpa/chart.h>

#include "base/alloc.h"
#include "plot/figure.h"

/* Room around the text of a cell, points. */
static const double PAD_X = 10, PAD_Y = 5;

typedef struct table {
    const char *const *cells;
    int rows, columns;
    double size;
    double *widths; /* of columns */
    double line;    /* height of a row */
} table;

static dp_status measure(dp_ctx *ctx, table *t)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, (size_t)t->columns, sizeof(double), "table", &memory);
    if (status != DP_OK) return status;
    t->widths = memory;
    for (int i = 0; i < t->rows * t->columns && status == DP_OK; i++) {
        dp_style style = {.font_size = t->size, .bold = i < t->columns};
        double width = 0, height = 0;
        status = dp_plot_text_size(ctx, t->cells[i], &style, &width, &height);
        t->widths[i % t->columns] = fmax(t->widths[i % t->columns], width + 2 * PAD_X);
        t->line = fmax(t->line, height + 2 * PAD_Y);
    }
    return status;
}

static double width_of(const table *t)
{
    double sum = 0;
    for (int k = 0; k < t->columns; k++) sum += t->widths[k];
    return sum;
}

/* A panel whose units are points, y downwards. */
static dp_status open_panel(dp_axes *axes, double width, double height)
{
    dp_status status = dp_axes_limits(axes, DP_X, 0, width);
    if (status == DP_OK) status = dp_axes_limits(axes, DP_Y, height, 0);
    dp_axes_off(axes);
    return status;
}

static dp_status put_cells(dp_axes *axes, const table *t)
{
    dp_status status = DP_OK;
    for (int row = 0; row < t->rows; row++) {
        double x = 0;
        for (int k = 0; k < t->columns && status == DP_OK; k++) {
            dp_style style = {.font_size = t->size, .bold = row == 0};
            status = dp_axes_text(axes, x + t->widths[k] / 2, ((double)row + 0.5) * t->line, t->cells[row * t->columns + k],
                                  &style);
            x += t->widths[k];
        }
    }
    return status;
}

/* Rules above and below the heading and at the end, as books have them. */
static dp_status put_rules(dp_axes *axes, const table *t)
{
    const double width = width_of(t), at[3] = {0, t->line, t->line * t->rows}, thickness[3] = {1.2, 0.6, 1.2};
    dp_status status = DP_OK;
    for (int i = 0; i < 3 && status == DP_OK; i++)
        status = dp_axes_line(axes, (double[]){0, width}, (double[]){at[i], at[i]}, 2,
                              &(dp_style){.color = "black", .width = thickness[i]});
    return status;
}

dp_status dp_chart_table(dp_axes *axes, const char *const *cells, int rows, int columns, double size)
{
    dp_ctx *ctx = axes->figure->ctx;
    table t = {.cells = cells, .rows = rows, .columns = columns, .size = size};
    dp_status status = measure(ctx, &t);
    if (status == DP_OK) status = open_panel(axes, width_of(&t), t.line * rows);
    if (status == DP_OK) status = put_cells(axes, &t);
    if (status == DP_OK) status = put_rules(axes, &t);
    dpi_free(ctx, t.widths);
    return status;
}

dp_status dp_chart_table_size(dp_ctx *ctx, const char *const *cells, int rows, int columns, double size, double *width,
                              double *height)
{
    table t = {.cells = cells, .rows = rows, .columns = columns, .size = size};
    dp_status status = measure(ctx, &t);
    if (status == DP_OK) *width = width_of(&t), *height = t.line * rows;
    dpi_free(ctx, t.widths);
    return status;
}
