/* What all things drawn have in common: a look, copies of their numbers, an owner. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/figure.h"

static dp_status look_colors(dp_axes *axes, const dp_style *style, bool cycle, double opacity, dpi_look *look)
{
    const dp_figure *figure = axes->figure;
    dp_cycle set = figure->options.cycle;
    look->color = cycle ? dpi_cycle_color(set, axes->cycle_next) : figure->foreground;
    look->has_color = style->color != NULL;
    look->has_edge = style->edge != NULL;
    if (look->has_color) {
        dp_status status = dpi_color(figure->ctx, style->color, set, &look->color);
        if (status != DP_OK)
            return status;
    }
    if (look->has_edge) {
        dp_status status = dpi_color(figure->ctx, style->edge, set, &look->edge);
        if (status != DP_OK)
            return status;
    }
    look->color = dpi_faded(look->color, opacity);
    look->edge = dpi_faded(look->edge, opacity);
    return DP_OK;
}

static bool sane(double value)
{
    return value >= 0 && value <= 1e6;
}

dp_status dpi_look_set(dp_axes *axes, const dp_style *style, bool cycle, dpi_look *look)
{
    static const dp_style plain = {0};
    if (!style)
        style = &plain;
    if (!sane(style->size) || !sane(style->width) || !sane(style->font_size) || !sane(style->radius) ||
        !(style->opacity >= 0 && style->opacity <= 1) || !isfinite(style->angle) || !isfinite(style->bar_width))
        return dpi_fail(
            axes->figure->ctx, DP_ERR_RANGE,
            "style: size %g, width %g, font size %g and radius %g must not be negative, opacity %g must be 0 to 1",
            style->size, style->width, style->font_size, style->radius, style->opacity);
    *look = (dpi_look){
        .size = style->size,
        .width = style->width,
        .font_size = style->font_size > 0 ? style->font_size : axes->figure->options.font_size,
        .halign = fmax(-1, fmin(1, style->halign)),
        .valign = fmax(-1, fmin(1, style->valign)),
        .angle = style->angle,
        .radius = style->radius,
        .bar_width = style->bar_width > 0 ? style->bar_width : 0.8,
        .bold = style->bold,
        .horizontal = style->horizontal,
        .dash = style->dash,
        .marker = style->marker,
        .colormap = style->colormap,
    };
    return look_colors(axes, style, cycle, style->opacity > 0 ? style->opacity : 1, look);
}

static dp_status copy_numbers(dp_ctx *ctx, int64_t n, const double *from, double **to)
{
    if (!from)
        return DP_OK;
    void *copy;
    dp_status status = dpi_alloc_raw(ctx, (size_t)n, sizeof *from, "numbers to draw", &copy);
    if (status != DP_OK)
        return status;
    if (n)
        memcpy(copy, from, (size_t)n * sizeof *from);
    *to = copy;
    return DP_OK;
}

dp_status dpi_artist_begin(dp_axes *axes, dpi_kind kind, const dp_style *style, bool cycle, int64_t n, const double *x,
                           const double *y, const double *values, dpi_artist *artist)
{
    dp_ctx *ctx = axes->figure->ctx;
    if (n < 0)
        return dpi_fail(ctx, DP_ERR_ARG, "%s: their number is %lld", dpi_kind_name(kind), (long long)n);
    dpi_artist a = {.kind = kind, .n = n, .opacity = 1};
    bool from_cycle = cycle && !(style && style->color);
    dp_status status = dpi_look_set(axes, style, cycle, &a.look);
    if (status == DP_OK)
        status = copy_numbers(ctx, n, x, &a.x);
    if (status == DP_OK)
        status = copy_numbers(ctx, n, y, &a.y);
    if (status == DP_OK)
        status = copy_numbers(ctx, n, values, &a.values);
    if (status == DP_OK && style && style->label)
        status = dpi_text_replace(ctx, style->label, &a.label);
    if (status != DP_OK) {
        dpi_artist_free(ctx, &a);
        return status;
    }
    if (from_cycle)
        axes->cycle_next++;
    *artist = a;
    return DP_OK;
}

dp_status dpi_artist_keep(dp_axes *axes, dpi_artist *artist)
{
    void *artists = axes->artists;
    dp_status status = dpi_grow(axes->figure->ctx, &artists, &axes->artist_capacity, axes->artist_count + 1,
                                sizeof *artist, "drawing");
    axes->artists = artists;
    if (status != DP_OK) {
        dpi_artist_free(axes->figure->ctx, artist);
        return status;
    }
    axes->artists[axes->artist_count++] = *artist;
    return DP_OK;
}

void dpi_artist_free(dp_ctx *ctx, dpi_artist *artist)
{
    for (int i = 0; artist->class_labels && i < artist->classes; i++)
        dpi_free(ctx, artist->class_labels[i]);
    dpi_free(ctx, artist->class_labels);
    dpi_free(ctx, artist->palette);
    dpi_free(ctx, artist->label);
    dpi_free(ctx, artist->text);
    dpi_free(ctx, artist->x);
    dpi_free(ctx, artist->y);
    dpi_free(ctx, artist->values);
    dp_array_free(&artist->field);
    *artist = (dpi_artist){0};
}
