/* What can be said about a panel. */
#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/figure.h"

static const char *direction_name(dp_direction direction)
{
    return direction == DP_X ? "x" : "y";
}

dp_status dp_axes_title(dp_axes *axes, dp_title_place place, const char *text, double size)
{
    dp_figure *figure = axes->figure;
    if (!(size >= 0 && size <= 1000))
        return dpi_fail(figure->ctx, DP_ERR_RANGE, "title: size %g must be 0 to 1000", size);
    int i = place == DP_TITLE_LEFT;
    dp_status status = dpi_text_replace(figure->ctx, text, &axes->title[i]);
    if (status == DP_OK)
        axes->title_size[i] = size > 0 ? size : 1.2 * figure->options.font_size;
    return status;
}

dp_status dp_axes_label(dp_axes *axes, dp_direction direction, const char *text)
{
    return dpi_text_replace(axes->figure->ctx, text, &axes->label[direction == DP_Y]);
}

dp_status dp_axes_limits(dp_axes *axes, dp_direction direction, double lo, double hi)
{
    dpi_axis *axis = axes->axis[direction == DP_Y];
    if (!isfinite(lo) || !isfinite(hi) || lo == hi)
        return dpi_fail(axes->figure->ctx, DP_ERR_RANGE,
                        "%s limits: %g to %g is no range; give two different finite numbers", direction_name(direction),
                        lo, hi);
    if (axis->log && (lo <= 0 || hi <= 0))
        return dpi_fail(axes->figure->ctx, DP_ERR_RANGE, "%s limits: %g to %g on a log axis must be above zero",
                        direction_name(direction), lo, hi);
    axis->fixed = true;
    axis->inverted = lo > hi;
    axis->lo = fmin(lo, hi);
    axis->hi = fmax(lo, hi);
    return DP_OK;
}

dp_status dp_axes_margin(dp_axes *axes, dp_direction direction, double fraction)
{
    if (!(fraction >= 0 && fraction <= 100))
        return dpi_fail(axes->figure->ctx, DP_ERR_RANGE, "%s margin: %g must be 0 to 100", direction_name(direction),
                        fraction);
    axes->axis[direction == DP_Y]->margin = fraction;
    return DP_OK;
}

static void free_ticks(dp_ctx *ctx, int64_t count, double *at, char **labels)
{
    for (int64_t i = 0; labels && i < count; i++)
        dpi_free(ctx, labels[i]);
    dpi_free(ctx, labels);
    dpi_free(ctx, at);
}

static dp_status copy_ticks(dp_ctx *ctx, const double *at, const char *const *labels, int64_t count, double **at_out,
                            char ***labels_out)
{
    void *places = NULL, *texts = NULL;
    dp_status status = dpi_alloc(ctx, (size_t)count, sizeof *at, "ticks", &places);
    if (status == DP_OK && labels)
        status = dpi_alloc(ctx, (size_t)count, sizeof(char *), "tick labels", &texts);
    for (int64_t i = 0; i < count && status == DP_OK; i++) {
        ((double *)places)[i] = at[i];
        if (labels)
            status = dpi_text_clean(ctx, labels[i] ? labels[i] : "", (char **)texts + i);
    }
    if (status != DP_OK) {
        free_ticks(ctx, count, places, texts);
        return status;
    }
    *at_out = places;
    *labels_out = texts;
    return DP_OK;
}

dp_status dp_axes_ticks(dp_axes *axes, dp_direction direction, const double *at, const char *const *labels,
                        int64_t count)
{
    dp_ctx *ctx = axes->figure->ctx;
    dpi_axis *axis = axes->axis[direction == DP_Y];
    if (count < 0 || (count && !at))
        return dpi_fail(ctx, DP_ERR_ARG, "%s ticks: %lld places are wanted, but none given", direction_name(direction),
                        (long long)count);
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(at[i]))
            return dpi_fail(ctx, DP_ERR_RANGE, "%s ticks: place %lld is %g", direction_name(direction), (long long)i,
                            at[i]);
    double *places;
    char **texts;
    dp_status status = copy_ticks(ctx, at, labels, count, &places, &texts);
    if (status != DP_OK)
        return status;
    free_ticks(ctx, axis->tick_count, axis->tick_at, axis->tick_labels);
    axis->ticks_given = true;
    axis->tick_count = count;
    axis->tick_at = places;
    axis->tick_labels = texts;
    return DP_OK;
}

dp_status dp_axes_cell_ticks(dp_axes *axes, dp_direction direction, int64_t count)
{
    dp_ctx *ctx = axes->figure->ctx;
    void *at = NULL, *names = NULL, *letters = NULL;
    enum { LETTERS = 24 };
    if (count < 0)
        return dpi_fail(ctx, DP_ERR_ARG, "%s ticks: their count is %lld", direction_name(direction), (long long)count);
    dp_status status = dpi_alloc(ctx, (size_t)count, sizeof(double), "ticks", &at);
    if (status == DP_OK)
        status = dpi_alloc(ctx, (size_t)count, sizeof(char *), "tick labels", &names);
    if (status == DP_OK)
        status = dpi_alloc(ctx, (size_t)count, LETTERS, "tick labels", &letters);
    for (int64_t i = 0; i < count && status == DP_OK; i++) {
        char *text = (char *)letters + i * LETTERS;
        snprintf(text, LETTERS, "%lld", (long long)i);
        ((double *)at)[i] = (double)i + 0.5;
        ((const char **)names)[i] = text;
    }
    if (status == DP_OK)
        status = dp_axes_ticks(axes, direction, at, names, count);
    dpi_free(ctx, letters);
    dpi_free(ctx, names);
    dpi_free(ctx, at);
    return status;
}

void dp_axes_log(dp_axes *axes, dp_direction direction)
{
    dpi_axis *axis = axes->axis[direction == DP_Y];
    axis->log = true;
    if (axis->lo <= 0)
        axis->fixed = false;
}

void dp_axes_invert(dp_axes *axes, dp_direction direction)
{
    dpi_axis *axis = axes->axis[direction == DP_Y];
    axis->inverted = !axis->inverted;
}

void dp_axes_equal(dp_axes *axes)
{
    axes->equal = true;
}

void dp_axes_grid(dp_axes *axes)
{
    axes->grid = true;
}

void dp_axes_off(dp_axes *axes)
{
    axes->off = true;
}

dp_status dp_axes_place(dp_axes *axes, double left, double bottom, double width, double height)
{
    const double place[4] = {left, bottom, width, height};
    for (int i = 0; i < 4; i++)
        if (!(fabs(place[i]) <= 10) || (i > 1 && !(place[i] > 0)))
            return dpi_fail(axes->figure->ctx, DP_ERR_RANGE,
                            "place: left %g, bottom %g, width %g, height %g are no part of a figure", left, bottom,
                            width, height);
    for (int i = 0; i < 4; i++)
        axes->place[i] = place[i];
    axes->placed = true;
    return DP_OK;
}

void dp_axes_legend(dp_axes *axes, dp_legend_place place)
{
    axes->has_legend = place != DP_LEGEND_NONE;
    axes->legend = place;
}

dp_status dp_axes_colorbar(dp_axes *axes, const char *label)
{
    dp_status status = dpi_text_replace(axes->figure->ctx, label, &axes->colorbar_label);
    if (status == DP_OK)
        axes->has_colorbar = true;
    return status;
}
