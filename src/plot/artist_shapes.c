/* Adding text, arrows, shapes and contour lines. x and y hold: of a text its place; of an arrow both ends; of a box or
 * ellipse its lower left and upper right corner; of a curve and polygon their points. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/figure.h"

static dp_status shape(dp_axes *axes, dpi_kind kind, const double *x, const double *y, int64_t n, const dp_style *style,
                       const char *text, bool arrow)
{
    dp_ctx *ctx = axes->figure->ctx;
    dpi_artist artist;
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(x[i]) || !isfinite(y[i]))
            return dpi_fail(ctx, DP_ERR_RANGE, "%s: the place (%g, %g) is not finite", dpi_kind_name(kind), x[i], y[i]);
    dp_status status = dpi_artist_begin(axes, kind, style, false, n, x, y, NULL, &artist);
    if (status != DP_OK)
        return status;
    artist.look.arrow = arrow;
    if (text)
        status = dpi_text_replace(ctx, text, &artist.text);
    if (status == DP_OK)
        return dpi_artist_keep(axes, &artist);
    dpi_artist_free(ctx, &artist);
    return status;
}

dp_status dp_axes_text(dp_axes *axes, double x, double y, const char *text, const dp_style *style)
{
    return shape(axes, DPI_TEXT, &x, &y, 1, style, text ? text : "", false);
}

dp_status dp_axes_note(dp_axes *axes, double x, double y, const char *text, const dp_style *style)
{
    return shape(axes, DPI_NOTE, &x, &y, 1, style, text ? text : "", false);
}

dp_status dp_axes_arrow(dp_axes *axes, double x0, double y0, double x1, double y1, const dp_style *style)
{
    return shape(axes, DPI_ARROW, (double[]){x0, x1}, (double[]){y0, y1}, 2, style, NULL, true);
}

static dp_status around(dp_axes *axes, dpi_kind kind, double x, double y, double width, double height,
                        const dp_style *style)
{
    if (!(width >= 0) || !(height >= 0))
        return dpi_fail(axes->figure->ctx, DP_ERR_RANGE, "%s: width %g and height %g must not be negative",
                        dpi_kind_name(kind), width, height);
    return shape(axes, kind, (double[]){x - width / 2, x + width / 2}, (double[]){y - height / 2, y + height / 2}, 2,
                 style, NULL, false);
}

dp_status dp_axes_box(dp_axes *axes, double x, double y, double width, double height, const dp_style *style)
{
    return around(axes, DPI_BOX, x, y, width, height, style);
}

dp_status dp_axes_ellipse(dp_axes *axes, double x, double y, double width, double height, const dp_style *style)
{
    return around(axes, DPI_ELLIPSE, x, y, width, height, style);
}

dp_status dp_axes_curve(dp_axes *axes, const double *x, const double *y, int64_t n, int arrow, const dp_style *style)
{
    if (n < 4 || n % 3 != 1 || !x || !y)
        return dpi_fail(axes->figure->ctx, DP_ERR_ARG,
                        "curve: %lld points; a start and three for each piece are wanted", (long long)n);
    return shape(axes, DPI_BEZIER, x, y, n, style, NULL, arrow);
}

dp_status dp_axes_polygon(dp_axes *axes, const double *x, const double *y, int64_t n, const dp_style *style)
{
    if (n < 3 || !x || !y)
        return dpi_fail(axes->figure->ctx, DP_ERR_ARG, "polygon: %lld points; 3 or more are wanted", (long long)n);
    return shape(axes, DPI_POLYGON, x, y, n, style, NULL, false);
}

static dp_status copy_places(dp_ctx *ctx, const double *from, int64_t n, double **out)
{
    void *to;
    dp_status status = dpi_alloc(ctx, (size_t)n, sizeof(double), "contour", &to);
    if (status != DP_OK)
        return status;
    *out = to;
    for (int64_t i = 0; i < n; i++) {
        (*out)[i] = from ? from[i] : (double)i;
        if (!isfinite((*out)[i]))
            return dpi_fail(ctx, DP_ERR_RANGE, "contour: the place %lld is not finite", (long long)i);
    }
    return DP_OK;
}

dp_status dp_axes_contour(dp_axes *axes, const dp_array *z, const double *x, const double *y, const double *levels,
                          int count, const dp_style *style)
{
    dp_ctx *ctx = axes->figure->ctx;
    char text[DP_SHAPE_TEXT_BYTES];
    dpi_artist artist;
    if (z->shape.rank != 2 || z->shape.dims[0] < 2 || z->shape.dims[1] < 2 || count < 0 || (count && !levels))
        return dpi_fail(ctx, DP_ERR_SHAPE,
                        "contour: heights [rows, columns], at least 2 by 2, are wanted; these are %s",
                        dp_shape_text(z->shape, text, sizeof text));
    dp_status status =
        dpi_artist_begin(axes, DPI_CONTOUR, style, false, count, NULL, NULL, count ? levels : NULL, &artist);
    if (status != DP_OK)
        return status;
    artist.scale.map = artist.look.colormap;
    status = dp_array_convert(ctx, z, DP_F64, &artist.field);
    if (status == DP_OK)
        status = copy_places(ctx, x, z->shape.dims[1], &artist.x);
    if (status == DP_OK)
        status = copy_places(ctx, y, z->shape.dims[0], &artist.y);
    if (status == DP_OK)
        return dpi_artist_keep(axes, &artist);
    dpi_artist_free(ctx, &artist);
    return status;
}
