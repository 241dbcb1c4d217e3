/* Making figures, and what belongs to the whole of them. */
#include "plot/figure.h"

#include <math.h>

#include "base/alloc.h"
#include "base/fail.h"

static const double DEFAULT_MARGIN = 0.05;
enum { MOST_PANELS = 10000 };

const char *dpi_kind_name(dpi_kind kind)
{
    static const char *const names[] = {
#define ENTRY(constant, name) [constant] = name,
        DPI_ARTIST_MAP(ENTRY)
#undef ENTRY
    };
    return names[kind];
}

dp_status dpi_text_replace(dp_ctx *ctx, const char *text, char **to)
{
    char *copy = NULL;
    if (text) {
        dp_status status = dpi_text_clean(ctx, text, &copy);
        if (status != DP_OK)
            return status;
    }
    dpi_free(ctx, *to);
    *to = copy;
    return DP_OK;
}

static double or_default(double value, double otherwise)
{
    return value == 0 ? otherwise : value;
}

static dp_status fill_in(dp_ctx *ctx, dp_figure *figure)
{
    dp_figure_options *o = &figure->options;
    o->width = or_default(o->width, 6.4);
    o->height = or_default(o->height, 4.8);
    o->dpi = or_default(o->dpi, 100);
    o->font_size = or_default(o->font_size, 10);
    if (!o->rows)
        o->rows = 1;
    if (!o->columns)
        o->columns = 1;
    if (!(o->width > 0 && o->width <= 1000 && o->height > 0 && o->height <= 1000))
        return dpi_fail(ctx, DP_ERR_ARG,
                        "figure: the size %g by %g inches must be more than 0 and at most 1000 each way", o->width,
                        o->height);
    if (!(o->dpi >= 1 && o->dpi <= 10000) || !(o->font_size > 0 && o->font_size <= 1000))
        return dpi_fail(ctx, DP_ERR_ARG, "figure: dpi %g must be 1 to 10000, font size %g more than 0 and at most 1000",
                        o->dpi, o->font_size);
    if (o->rows < 0 || o->columns < 0 || (int64_t)o->rows * o->columns > MOST_PANELS)
        return dpi_fail(ctx, DP_ERR_ARG, "figure: %d rows and %d columns of panels; there can be 1 to %d panels",
                        o->rows, o->columns, MOST_PANELS);
    dp_status status = dpi_color(ctx, o->foreground ? o->foreground : "black", o->cycle, &figure->foreground);
    if (status == DP_OK)
        status = dpi_color(ctx, o->background ? o->background : "white", o->cycle, &figure->background);
    o->foreground = o->background = NULL;
    return status;
}

static void prepare_axes(dp_figure *figure)
{
    for (int d = 0; d < 2; d++)
        figure->shared[d].margin = DEFAULT_MARGIN;
    for (int i = 0; i < figure->axes_count; i++) {
        dp_axes *axes = &figure->axes[i];
        *axes = (dp_axes){.figure = figure, .row = i / figure->options.columns, .column = i % figure->options.columns};
        for (int d = 0; d < 2; d++) {
            bool shared = d == DP_X ? figure->options.share_x : figure->options.share_y;
            axes->own[d].margin = DEFAULT_MARGIN;
            axes->axis[d] = shared ? &figure->shared[d] : &axes->own[d];
        }
    }
}

dp_status dp_figure_new(dp_ctx *ctx, const dp_figure_options *options, dp_figure **out)
{
    void *memory;
    dp_figure given = {.ctx = ctx};
    if (options)
        given.options = *options;
    dp_status status = fill_in(ctx, &given);
    if (status != DP_OK)
        return status;
    given.axes_count = given.options.rows * given.options.columns;
    status = dpi_alloc(ctx, (size_t)given.axes_count, sizeof(dp_axes), "panels", &memory);
    if (status != DP_OK)
        return status;
    given.axes = memory;
    status = dpi_alloc(ctx, 1, sizeof(dp_figure), "figure", &memory);
    if (status != DP_OK) {
        dpi_free(ctx, given.axes);
        return status;
    }
    *out = memory;
    **out = given;
    prepare_axes(*out);
    return DP_OK;
}

static void free_axis(dp_ctx *ctx, dpi_axis *axis)
{
    for (int64_t i = 0; axis->tick_labels && i < axis->tick_count; i++)
        dpi_free(ctx, axis->tick_labels[i]);
    dpi_free(ctx, axis->tick_labels);
    dpi_free(ctx, axis->tick_at);
}

static void free_axes(dp_ctx *ctx, dp_axes *axes)
{
    for (int i = 0; i < 2; i++) {
        free_axis(ctx, &axes->own[i]);
        dpi_free(ctx, axes->title[i]);
        dpi_free(ctx, axes->label[i]);
    }
    for (size_t i = 0; i < axes->artist_count; i++)
        dpi_artist_free(ctx, &axes->artists[i]);
    dpi_free(ctx, axes->artists);
    dpi_free(ctx, axes->colorbar_label);
}

void dp_figure_free(dp_figure **figure)
{
    if (!figure || !*figure)
        return;
    dp_figure *f = *figure;
    for (int i = 0; i < f->axes_count; i++)
        free_axes(f->ctx, &f->axes[i]);
    for (int d = 0; d < 2; d++)
        free_axis(f->ctx, &f->shared[d]);
    dpi_free(f->ctx, f->axes);
    dpi_free(f->ctx, f->suptitle);
    dpi_free(f->ctx, f);
    *figure = NULL;
}

dp_status dp_figure_suptitle(dp_figure *figure, const char *text, double size, double y)
{
    if (!(size >= 0 && size <= 1000) || !(y >= 0 && y <= 100))
        return dpi_fail(figure->ctx, DP_ERR_RANGE, "suptitle: size %g must be 0 to 1000 and y %g 0 to 100", size, y);
    dp_status status = dpi_text_replace(figure->ctx, text, &figure->suptitle);
    if (status != DP_OK)
        return status;
    figure->suptitle_size = or_default(size, 1.2 * figure->options.font_size);
    figure->suptitle_y = y;
    return DP_OK;
}

dp_axes *dp_figure_axes(dp_figure *figure, int row, int column)
{
    const dp_figure_options *o = &figure->options;
    if (row < 0 || column < 0 || row >= o->rows || column >= o->columns)
        return NULL;
    return &figure->axes[row * o->columns + column];
}
