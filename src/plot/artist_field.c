/* Adding fields: heat maps, images, regions. */
#include <math.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"
#include "plot/figure.h"

static dp_status check_options(dp_ctx *ctx, const char *what, const dp_field_options *o)
{
    if (o->has_scale && (!isfinite(o->vmin) || !isfinite(o->vmax) || o->vmin > o->vmax))
        return dpi_fail(ctx, DP_ERR_RANGE, "%s: the scale from %g to %g is none", what, o->vmin, o->vmax);
    if (o->has_extent && (!isfinite(o->x0) || !isfinite(o->x1) || !isfinite(o->y0) || !isfinite(o->y1) ||
                          o->x0 == o->x1 || o->y0 == o->y1))
        return dpi_fail(ctx, DP_ERR_RANGE, "%s: the extent x %g to %g, y %g to %g is empty or not finite", what, o->x0,
                        o->x1, o->y0, o->y1);
    if (!(o->opacity >= 0 && o->opacity <= 1))
        return dpi_fail(ctx, DP_ERR_RANGE, "%s: opacity %g must be 0 to 1", what, o->opacity);
    if (!dp_colormap_name(o->colormap))
        return dpi_fail(ctx, DP_ERR_ARG, "%s: there is no colour map %d", what, (int)o->colormap);
    return DP_OK;
}

/* Everything but what depends on the kind. The array is copied as `dtype`. */
static dp_status field_begin(dp_axes *axes, dpi_kind kind, const dp_array *array, dp_dtype dtype,
                             const dp_field_options *options, dpi_artist *out)
{
    static const dp_field_options plain = {0};
    dp_ctx *ctx = axes->figure->ctx;
    if (!options)
        options = &plain;
    dp_status status = check_options(ctx, dpi_kind_name(kind), options);
    if (status != DP_OK)
        return status;
    int64_t rows = array->shape.dims[0], columns = array->shape.dims[1];
    dpi_artist a = {
        .kind = kind,
        .extent = {0, (double)columns, 0, (double)rows},
        .loose = options->loose,
        .opacity = options->opacity > 0 ? options->opacity : 1,
        .scale = {options->colormap, options->has_scale, options->vmin, options->vmax},
        .n = rows * columns,
    };
    if (options->has_extent) {
        const double extent[4] = {options->x0, options->x1, options->y0, options->y1};
        for (int i = 0; i < 4; i++)
            a.extent[i] = extent[i];
    }
    status = dp_array_convert(ctx, array, dtype, &a.field);
    if (status == DP_OK && options->label)
        status = dpi_text_replace(ctx, options->label, &a.label);
    if (status == DP_OK)
        *out = a;
    else
        dpi_artist_free(ctx, &a);
    return status;
}

static dp_status check_shape(dp_ctx *ctx, const char *what, const dp_array *array, int rank, const char *wanted)
{
    char text[DP_SHAPE_TEXT_BYTES];
    if (array->shape.rank == rank && dp_array_elems(array) > 0)
        return DP_OK;
    return dpi_fail(ctx, DP_ERR_SHAPE, "%s: an array %s is wanted, not empty; this one is %s", what, wanted,
                    dp_shape_text(array->shape, text, sizeof text));
}

dp_status dp_axes_heat(dp_axes *axes, const dp_array *m, const dp_field_options *options)
{
    dpi_artist artist;
    dp_status status = check_shape(axes->figure->ctx, "heat", m, 2, "[rows, columns]");
    if (status == DP_OK)
        status = field_begin(axes, DPI_HEAT, m, m->dtype, options, &artist);
    return status == DP_OK ? dpi_artist_keep(axes, &artist) : status;
}

dp_status dp_axes_image(dp_axes *axes, const dp_array *rgb, const dp_field_options *options)
{
    dp_ctx *ctx = axes->figure->ctx;
    dpi_artist artist;
    dp_status status = check_shape(ctx, "image", rgb, 3, "[H, W, 3] or [H, W, 4]");
    if (status != DP_OK)
        return status;
    if (rgb->dtype != DP_U8)
        return dpi_fail(ctx, DP_ERR_DTYPE, "image: uint8 is wanted, not %s", dp_dtype_name(rgb->dtype));
    if (rgb->shape.dims[2] != 3 && rgb->shape.dims[2] != 4)
        return dpi_fail(ctx, DP_ERR_SHAPE,
                        "image: the last axis has %lld numbers; 3 or 4 are wanted: red, green, blue, opacity",
                        (long long)rgb->shape.dims[2]);
    status = field_begin(axes, DPI_IMAGE, rgb, DP_U8, options, &artist);
    return status == DP_OK ? dpi_artist_keep(axes, &artist) : status;
}

static dp_status copy_classes(dp_axes *axes, const char *const *colors, const char *const *labels, int count,
                              dpi_artist *artist)
{
    dp_ctx *ctx = axes->figure->ctx;
    void *palette, *texts;
    dp_status status = dpi_alloc(ctx, (size_t)count, sizeof(dpi_rgba), "colours", &palette);
    if (status != DP_OK)
        return status;
    artist->palette = palette;
    if (labels) {
        status = dpi_alloc(ctx, (size_t)count, sizeof(char *), "labels", &texts);
        if (status != DP_OK)
            return status;
        artist->class_labels = texts;
    }
    artist->classes = count;
    for (int i = 0; i < count && status == DP_OK; i++) {
        artist->palette[i] = dpi_cycle_color(axes->figure->options.cycle, i);
        if (colors && colors[i])
            status = dpi_color(ctx, colors[i], axes->figure->options.cycle, &artist->palette[i]);
        if (labels && labels[i] && status == DP_OK)
            status = dpi_text_replace(ctx, labels[i], &artist->class_labels[i]);
    }
    return status;
}

dp_status dp_axes_regions(dp_axes *axes, const dp_array *classes, const char *const *colors, const char *const *labels,
                          int count, const dp_field_options *options)
{
    dp_ctx *ctx = axes->figure->ctx;
    dpi_artist artist;
    dp_status status = check_shape(ctx, "regions", classes, 2, "[rows, columns]");
    if (status != DP_OK)
        return status;
    if (count < 1 || count > 65536)
        return dpi_fail(ctx, DP_ERR_ARG, "regions: %d classes; there can be 1 to 65536", count);
    status = field_begin(axes, DPI_REGIONS, classes, DP_I64, options, &artist);
    if (status != DP_OK)
        return status;
    status = copy_classes(axes, colors, labels, count, &artist);
    if (status == DP_OK)
        return dpi_artist_keep(axes, &artist);
    dpi_artist_free(ctx, &artist);
    return status;
}

dp_status dp_axes_heat_color(dp_axes *axes, int64_t row, int64_t column, uint8_t rgb[3])
{
    dp_ctx *ctx = axes->figure->ctx;
    for (size_t i = 0; i < axes->artist_count; i++) {
        const dpi_artist *artist = &axes->artists[i];
        if (artist->kind != DPI_HEAT)
            continue;
        int64_t rows = artist->field->shape.dims[0], columns = artist->field->shape.dims[1];
        if (row < 0 || column < 0 || row >= rows || column >= columns)
            return dpi_fail(ctx, DP_ERR_RANGE, "heat: there is no cell [%lld, %lld] in %lld rows and %lld columns",
                            (long long)row, (long long)column, (long long)rows, (long long)columns);
        dpi_scale scale = dpi_artist_scale(axes, artist);
        dp_colormap_rgb(scale.map, dpi_norm(dp_array_get(artist->field, row * columns + column), scale.lo, scale.hi),
                        rgb);
        return DP_OK;
    }
    return dpi_fail(ctx, DP_ERR_RANGE, "heat: the panel [%d, %d] has no heat map", axes->row, axes->column);
}

/* ---- A mosaic of images: each is a heat map of its own with an extent ---- */

typedef struct mosaic {
    int64_t count, height, width, per_row;
} mosaic;

static dp_status mosaic_size(dp_ctx *ctx, const dp_array *images, int64_t height, int64_t per_row, mosaic *out)
{
    char text[DP_SHAPE_TEXT_BYTES];
    const dp_shape *s = &images->shape;
    mosaic m = {.count = s->dims[0], .per_row = per_row};
    if (s->rank == 3)
        m.height = s->dims[1], m.width = s->dims[2];
    else if (s->rank == 2 && height > 0 && s->dims[1] % height == 0)
        m.height = height, m.width = s->dims[1] / height;
    else
        return dpi_fail(ctx, DP_ERR_SHAPE,
                        "images: %s cannot be cut into images of %lld rows; [N, H, W] or [N, H*W] is wanted",
                        dp_shape_text(*s, text, sizeof text), (long long)height);
    if (dp_array_elems(images) < 1)
        return dpi_fail(ctx, DP_ERR_SHAPE, "images: %s is empty", dp_shape_text(*s, text, sizeof text));
    if (per_row < 1)
        m.per_row = (int64_t)ceil(sqrt((double)m.count));
    *out = m;
    return DP_OK;
}

dp_status dp_axes_images(dp_axes *axes, const dp_array *images, int64_t height, int64_t per_row, int per_image,
                         const dp_field_options *options)
{
    dp_ctx *ctx = axes->figure->ctx;
    dp_field_options o = {0};
    if (options)
        o = *options;
    mosaic m = {0};
    dp_status status = mosaic_size(ctx, images, height, per_row, &m);
    if (status != DP_OK)
        return status;
    if (!o.has_scale && !per_image) {
        dpi_scale all = dpi_scale_of(images, (dpi_scale){.map = o.colormap});
        o.has_scale = 1, o.vmin = all.lo, o.vmax = all.hi;
    }
    o.has_extent = 1;
    size_t kept = axes->artist_count;
    for (int64_t i = 0; i < m.count && status == DP_OK; i++) {
        double gap = fmax(1, (double)m.width / 14);
        o.x0 = (double)(i % m.per_row) * ((double)m.width + gap), o.x1 = o.x0 + (double)m.width;
        o.y0 = (double)(i / m.per_row) * ((double)m.height + gap), o.y1 = o.y0 + (double)m.height;
        size_t bytes = (size_t)(i * m.height * m.width) * dp_dtype_bytes(images->dtype);
        dp_array one = {.dtype = images->dtype, .shape = dp_shape_of(2, (int64_t[]){m.height, m.width})};
        one.data = (char *)images->data + bytes;
        status = dp_axes_heat(axes, &one, &o);
    }
    if (status != DP_OK) {
        while (axes->artist_count > kept)
            dpi_artist_free(ctx, &axes->artists[--axes->artist_count]);
        return status;
    }
    axes->equal = axes->off = true;
    axes->axis[DP_Y]->inverted = true;
    return DP_OK;
}
