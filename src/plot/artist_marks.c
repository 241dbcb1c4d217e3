/* Adding lines, points, bars and histograms. */
#include <math.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/figure.h"

static dp_status points(dp_axes *axes, dpi_kind kind, const double *x, const double *y, const double *values, int64_t n,
                        const dp_style *style, bool cycle)
{
    dpi_artist artist;
    if (n > 0 && (!x || !y))
        return dpi_fail(axes->figure->ctx, DP_ERR_ARG, "%s: x and y are wanted", dpi_kind_name(kind));
    dp_status status = dpi_artist_begin(axes, kind, style, cycle, n, x, y, values, &artist);
    return status == DP_OK ? dpi_artist_keep(axes, &artist) : status;
}

dp_status dp_axes_line(dp_axes *axes, const double *x, const double *y, int64_t n, const dp_style *style)
{
    return points(axes, DPI_LINES, x, y, NULL, n, style, true);
}

dp_status dp_axes_scatter(dp_axes *axes, const double *x, const double *y, const double *values, int64_t n,
                          const dp_style *style)
{
    return points(axes, DPI_SCATTER, x, y, values, n, style, !values);
}

dp_status dp_axes_bars(dp_axes *axes, const double *x, const double *height, const double *base, int64_t n,
                       const dp_style *style)
{
    dp_ctx *ctx = axes->figure->ctx;
    dpi_artist artist;
    void *places;
    if (n > 0 && !height)
        return dpi_fail(ctx, DP_ERR_ARG, "bars: their heights are wanted");
    dp_status status = dpi_artist_begin(axes, DPI_BARS, style, true, n, x, height, base, &artist);
    if (status != DP_OK)
        return status;
    if (!artist.x) {
        status = dpi_alloc(ctx, (size_t)n, sizeof(double), "bars", &places);
        if (status != DP_OK) {
            dpi_artist_free(ctx, &artist);
            return status;
        }
        artist.x = places;
        for (int64_t i = 0; i < n; i++)
            artist.x[i] = (double)i;
    }
    return dpi_artist_keep(axes, &artist);
}

static void count_into(const dp_array *values, double lo, double hi, int bins, double *counts)
{
    int64_t n = dp_array_elems(values);
    for (int64_t i = 0; i < n; i++) {
        double v = dp_array_get(values, i);
        if (!(v >= lo && v <= hi))
            continue;
        int bin = (int)(dpi_norm(v, lo, hi) * bins);
        counts[bin < bins ? bin : bins - 1]++;
    }
}

dp_status dp_axes_hist(dp_axes *axes, const dp_array *values, int bins, double lo, double hi, const dp_style *style)
{
    dp_ctx *ctx = axes->figure->ctx;
    if (bins == 0)
        bins = 10;
    if (bins < 0 || bins > 100000)
        return dpi_fail(ctx, DP_ERR_ARG, "histogram: %d bins; there can be 1 to 100000", bins);
    if (!isfinite(lo) || !isfinite(hi) || lo > hi)
        return dpi_fail(ctx, DP_ERR_RANGE, "histogram: from %g to %g is no range", lo, hi);
    if (lo == hi) {
        dpi_scale all = dpi_scale_of(values, (dpi_scale){.map = DP_GRAY});
        lo = all.lo, hi = all.hi;
        if (lo == hi)
            lo -= 0.5, hi += 0.5; /* as numpy.histogram does for one value */
        if (lo == hi)
            hi = nextafter(hi, INFINITY), lo = nextafter(lo, -INFINITY);
    }
    void *numbers;
    dp_status status = dpi_alloc(ctx, (size_t)bins, 2 * sizeof(double), "histogram", &numbers);
    if (status != DP_OK)
        return status;
    double *at = numbers, *counts = at + bins, width = hi / bins - lo / bins;
    for (int i = 0; i < bins; i++)
        at[i] = lo + (i + 0.5) * width;
    count_into(values, lo, hi, bins, counts);
    dpi_artist artist;
    status = dpi_artist_begin(axes, DPI_HIST, style, true, bins, at, counts, NULL, &artist);
    dpi_free(ctx, numbers);
    if (status != DP_OK)
        return status;
    artist.look.bar_width = width;
    return dpi_artist_keep(axes, &artist);
}
