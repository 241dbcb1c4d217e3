/* Numbers of a field to pixels: scales, colours, reduction. */
#include <math.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/figure.h"
#include "plot/pixels.h"

/* More cells than this each way are averaged: no screen shows more, and an SVG would grow without use. */
enum { MOST_CELLS = 4096 };

static void take(double v, double *lo, double *hi)
{
    if (!isfinite(v))
        return;
    *lo = fmin(*lo, v);
    *hi = fmax(*hi, v);
}

static void range_of_array(const dp_array *array, double *lo, double *hi)
{
    int64_t n = dp_array_elems(array);
    for (int64_t i = 0; i < n; i++)
        take(dp_array_get(array, i), lo, hi);
}

/* From the range of the numbers to the scale: finite, and for a diverging map symmetric. */
static dpi_scale finish(dpi_scale scale, double lo, double hi)
{
    if (lo > hi)
        lo = 0, hi = 1;
    if (scale.map == DP_DIVERGING) {
        double far = fmax(fabs(lo), fabs(hi));
        if (far == 0)
            far = 1;
        lo = -far, hi = far;
    }
    scale.lo = lo, scale.hi = hi;
    return scale;
}

dpi_scale dpi_scale_of(const dp_array *array, dpi_scale scale)
{
    double lo = INFINITY, hi = -INFINITY;
    if (scale.given)
        return scale;
    range_of_array(array, &lo, &hi);
    return finish(scale, lo, hi);
}

static void range_of_artist(const dpi_artist *artist, double *lo, double *hi)
{
    if (artist->kind == DPI_HEAT || artist->kind == DPI_CONTOUR)
        range_of_array(artist->field, lo, hi);
    else
        for (int64_t i = 0; i < artist->n; i++)
            take(artist->values[i], lo, hi);
}

dpi_scale dpi_artist_scale(const dp_axes *axes, const dpi_artist *artist)
{
    dpi_scale scale = artist->scale;
    double lo = INFINITY, hi = -INFINITY;
    if (artist->kind == DPI_SCATTER)
        scale.map = artist->look.colormap;
    if (scale.given)
        return scale;
    const dp_figure *figure = axes->figure;
    if (artist->kind != DPI_HEAT || !figure->options.shared_scale) {
        range_of_artist(artist, &lo, &hi);
        return finish(scale, lo, hi);
    }
    for (int i = 0; i < figure->axes_count; i++)
        for (size_t k = 0; k < figure->axes[i].artist_count; k++)
            if (figure->axes[i].artists[k].kind == DPI_HEAT)
                range_of_artist(&figure->axes[i].artists[k], &lo, &hi);
    return finish(scale, lo, hi);
}

const dpi_artist *dpi_scaled_artist(const dp_axes *axes)
{
    for (size_t i = 0; i < axes->artist_count; i++) {
        const dpi_artist *a = &axes->artists[i];
        if (a->kind == DPI_HEAT || (a->kind == DPI_SCATTER && a->values))
            return a;
    }
    return NULL;
}

int64_t dpi_count_nonfinite(const dp_array *array)
{
    int64_t n = dp_array_elems(array), count = 0;
    if (!dp_dtype_is_float(array->dtype))
        return 0;
    for (int64_t i = 0; i < n; i++)
        count += !isfinite(dp_array_get(array, i));
    return count;
}

static void put(uint8_t *to, dpi_rgba c, double opacity)
{
    c = dpi_faded(c, opacity);
    to[0] = c.r, to[1] = c.g, to[2] = c.b, to[3] = c.a;
}

dp_status dpi_heat_pixels(dp_ctx *ctx, const dp_array *m, dpi_scale scale, double opacity, dpi_pixels *out)
{
    dp_status status = dpi_pixels_new(ctx, m->shape.dims[1], m->shape.dims[0], out);
    if (status != DP_OK)
        return status;
    int64_t n = dp_array_elems(m);
    for (int64_t i = 0; i < n; i++)
        put(out->rgba + 4 * i, dpi_colormap(scale.map, dpi_norm(dp_array_get(m, i), scale.lo, scale.hi)), opacity);
    return DP_OK;
}

static void put_image(const dpi_artist *artist, dpi_pixels *out)
{
    int64_t channels = artist->field->shape.dims[2];
    const uint8_t *from = artist->field->data;
    for (int64_t i = 0; i < artist->n; i++, from += channels)
        put(out->rgba + 4 * i, (dpi_rgba){from[0], from[1], from[2], channels == 4 ? from[3] : 255}, artist->opacity);
}

static void put_regions(const dpi_artist *artist, dpi_pixels *out)
{
    const int64_t *classes = artist->field->data;
    for (int64_t i = 0; i < artist->n; i++)
        if (classes[i] >= 0 && classes[i] < artist->classes)
            put(out->rgba + 4 * i, artist->palette[classes[i]], artist->opacity);
}

static dp_status whole_pixels(dp_axes *axes, const dpi_artist *artist, dpi_pixels *out)
{
    dp_ctx *ctx = axes->figure->ctx;
    if (artist->kind == DPI_HEAT)
        return dpi_heat_pixels(ctx, artist->field, dpi_artist_scale(axes, artist), artist->opacity, out);
    dp_status status = dpi_pixels_new(ctx, artist->field->shape.dims[1], artist->field->shape.dims[0], out);
    if (status != DP_OK)
        return status;
    if (artist->kind == DPI_IMAGE)
        put_image(artist, out);
    else
        put_regions(artist, out);
    return DP_OK;
}

dp_status dpi_field_pixels(dp_axes *axes, const dpi_artist *artist, dpi_pixels *out)
{
    dpi_pixels whole, small;
    dp_status status = whole_pixels(axes, artist, &whole);
    if (status != DP_OK)
        return status;
    *out = whole;
    if (whole.width <= MOST_CELLS && whole.height <= MOST_CELLS)
        return DP_OK;
    status = dpi_pixels_shrink(axes->figure->ctx, &whole, whole.width < MOST_CELLS ? whole.width : MOST_CELLS,
                               whole.height < MOST_CELLS ? whole.height : MOST_CELLS, &small);
    dpi_pixels_free(axes->figure->ctx, &whole);
    if (status == DP_OK)
        *out = small;
    return status;
}

dp_status dp_heat_image(dp_ctx *ctx, const dp_array *m, const dp_field_options *options, dp_array **out)
{
    char text[DP_SHAPE_TEXT_BYTES];
    dp_field_options o = {0};
    if (options)
        o = *options;
    if (m->shape.rank != 2 || dp_array_elems(m) < 1)
        return dpi_fail(ctx, DP_ERR_SHAPE, "heat: an array [rows, columns] is wanted, not empty; this one is %s",
                        dp_shape_text(m->shape, text, sizeof text));
    dpi_pixels pixels;
    dp_array *rgb;
    dpi_scale scale = dpi_scale_of(m, (dpi_scale){o.colormap, o.has_scale, o.vmin, o.vmax});
    dp_status status = dpi_heat_pixels(ctx, m, scale, 1, &pixels);
    if (status != DP_OK)
        return status;
    status = dp_array_new(ctx, DP_U8, dp_shape_of(3, (int64_t[]){pixels.height, pixels.width, 3}), &rgb);
    if (status == DP_OK) {
        uint8_t *to = rgb->data;
        for (int64_t i = 0; i < pixels.width * pixels.height; i++)
            for (int k = 0; k < 3; k++)
                *to++ = pixels.rgba[4 * i + k];
        *out = rgb;
    }
    dpi_pixels_free(ctx, &pixels);
    return status;
}
