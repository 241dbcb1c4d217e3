/* Charts of matrices: numbers in cells, confusion. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/chart.h>

#include "base/fail.h"
#include "plot/figure.h"
#include "plot/short_number.h"

enum { MOST_NUMBERS = 10000, DIGITS = 4 };

/* Is black the better ink on this colour? By relative luminance, ITU-R BT.709. */
static bool is_light(const uint8_t rgb[3])
{
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2] > 128;
}

static dp_status put_number(dp_axes *axes, const dp_array *m, int64_t i, const dpi_scale *scale, double x0, double y0,
                            double size, const char *text)
{
    int64_t columns = m->shape.dims[1];
    uint8_t rgb[3];
    dp_colormap_rgb(scale->map, dpi_norm(dp_array_get(m, i), scale->lo, scale->hi), rgb);
    dp_style style = {.color = is_light(rgb) ? "black" : "white", .font_size = size};
    return dp_axes_text(axes, x0 + (double)(i % columns) + 0.5, y0 + (double)(i / columns) + 0.5, text, &style);
}

static dp_status check_matrix(const dp_axes *axes, const dp_array *m)
{
    char text[DP_SHAPE_TEXT_BYTES];
    int64_t n = dp_array_elems(m);
    dp_ctx *ctx = axes->figure->ctx;
    if (m->shape.rank != 2 || n < 1)
        return dpi_fail(ctx, DP_ERR_SHAPE, "numbers in cells: a matrix is wanted, not %s",
                        dp_shape_text(m->shape, text, sizeof text));
    if (n > MOST_NUMBERS)
        return dpi_fail(ctx, DP_ERR_RANGE, "numbers in cells: %s has more than %d cells",
                        dp_shape_text(m->shape, text, sizeof text), MOST_NUMBERS);
    return DP_OK;
}

dp_status dp_chart_numbers(dp_axes *axes, const dp_array *m, const dp_field_options *options, double size)
{
    static const dp_field_options plain = {0};
    if (!options) options = &plain;
    dp_status status = check_matrix(axes, m);
    if (status != DP_OK) return status;
    dpi_scale scale =
        dpi_scale_of(m, (dpi_scale){options->colormap, options->has_scale != 0, options->vmin, options->vmax});
    double x0 = options->has_extent ? options->x0 : 0, y0 = options->has_extent ? options->y0 : 0;
    for (int64_t i = 0; i < dp_array_elems(m) && status == DP_OK; i++) {
        char text[DPI_NUMBER_BYTES];
        dpi_short_number(dp_array_get(m, i), DIGITS, text);
        status = put_number(axes, m, i, &scale, x0, y0, size, text);
    }
    return status;
}

/* Each row divided by its sum: how a class is spread. */
static dp_status shares_of(dp_ctx *ctx, const dp_array *counts, dp_array **out)
{
    int64_t n = counts->shape.dims[0];
    dp_status status = dp_array_new(ctx, DP_F64, counts->shape, out);
    for (int64_t row = 0; row < n && status == DP_OK; row++) {
        double sum = 0;
        for (int64_t k = 0; k < n; k++) sum += dp_array_get(counts, row * n + k);
        for (int64_t k = 0; k < n; k++)
            ((double *)(*out)->data)[row * n + k] = sum > 0 ? dp_array_get(counts, row * n + k) / sum : 0;
    }
    return status;
}

static dp_status dress_confusion(dp_axes *axes, int64_t n)
{
    dp_status status = dp_axes_cell_ticks(axes, DP_X, n);
    if (status == DP_OK) status = dp_axes_cell_ticks(axes, DP_Y, n);
    if (status == DP_OK) status = dp_axes_label(axes, DP_X, "taken for");
    if (status == DP_OK) status = dp_axes_label(axes, DP_Y, "true class");
    dp_axes_equal(axes);
    return status;
}

dp_status dp_chart_confusion(dp_axes *axes, const dp_array *counts, double size)
{
    dp_ctx *ctx = axes->figure->ctx;
    dp_array *shares = NULL;
    dp_status status = check_matrix(axes, counts);
    if (status == DP_OK && counts->shape.dims[0] != counts->shape.dims[1])
        status = dpi_fail(ctx, DP_ERR_SHAPE, "confusion: counts are [K, K], not [%lld, %lld]",
                          (long long)counts->shape.dims[0], (long long)counts->shape.dims[1]);
    if (status == DP_OK) status = shares_of(ctx, counts, &shares);
    if (status == DP_OK) status = dp_axes_heat(axes, shares, &(dp_field_options){.has_scale = 1, .vmin = 0, .vmax = 1});
    const dpi_scale scale = {.map = DP_VIRIDIS, .given = true, .lo = 0, .hi = 1};
    for (int64_t i = 0; status == DP_OK && i < dp_array_elems(counts); i++) {
        char text[DP_NUMBER_TEXT_BYTES];
        dp_number_text_f64(dp_array_get(counts, i), text);
        text[strcspn(text, ".")] = 0;
        if (dp_array_get(counts, i) != 0) status = put_number(axes, shares, i, &scale, 0, 0, size, text);
    }
    if (status == DP_OK) status = dress_confusion(axes, counts->shape.dims[0]);
    dp_array_free(&shares);
    return status;
}
