/* What part of the numbers a panel shows. */
#include <math.h>

#include "plot/ticks.h"
#include "plot/view.h"

/* What the drawings reach, and whether something that wants no margin (a heat map, the foot of a bar) ends there. */
typedef struct reach {
    bool log;
    double lo, hi;
    bool tight_lo, tight_hi;
} reach;

static void include(reach *r, double v, bool tight)
{
    if (!isfinite(v) || (r->log && v <= 0))
        return;
    if (v < r->lo)
        r->lo = v, r->tight_lo = tight;
    else if (v == r->lo)
        r->tight_lo |= tight;
    if (v > r->hi)
        r->hi = v, r->tight_hi = tight;
    else if (v == r->hi)
        r->tight_hi |= tight;
}

void dpi_bar_extent(const dpi_artist *artist, int64_t i, double extent[4])
{
    double half = artist->look.bar_width / 2, base = artist->values ? artist->values[i] : 0;
    extent[0] = artist->x[i] - half, extent[1] = artist->x[i] + half;
    extent[2] = base, extent[3] = base + artist->y[i];
}

static void include_bars(reach *r, const dpi_artist *artist, bool along)
{
    for (int64_t i = 0; i < artist->n; i++) {
        double e[4];
        dpi_bar_extent(artist, i, e);
        include(r, along ? e[2] : e[0], along && !artist->values);
        include(r, along ? e[3] : e[1], false);
    }
}

static void include_artist(reach *r, const dpi_artist *artist, int d)
{
    if (dpi_is_field(artist->kind)) {
        for (int i = 0; i < 2; i++)
            include(r, artist->extent[2 * d + i], !artist->loose);
    } else if (artist->kind == DPI_BARS || artist->kind == DPI_HIST) {
        include_bars(r, artist, (d == DP_Y) != artist->look.horizontal);
    } else if (artist->kind == DPI_CONTOUR) {
        const double *at = d == DP_X ? artist->x : artist->y;
        int64_t n = artist->field->shape.dims[d == DP_X];
        for (int64_t i = 0; i < n; i++)
            include(r, at[i], true);
    } else if (artist->kind != DPI_TEXT && artist->kind != DPI_NOTE) {
        const double *at = d == DP_X ? artist->x : artist->y, *other = d == DP_X ? artist->y : artist->x;
        for (int64_t i = 0; i < artist->n; i++)
            if (isfinite(other[i]))
                include(r, at[i], false);
    }
}

/* Differences of limits must be finite numbers. */
static double bounded(double v)
{
    return fmax(-4e307, fmin(4e307, v));
}

static void add_margins(reach *r, double margin)
{
    if (r->log) {
        double lo = log10(r->lo), hi = log10(r->hi);
        if (hi - lo < 1e-10)
            lo -= 0.5, hi += 0.5; /* half a decade on both sides of a single value */
        double more = (hi - lo) * margin;
        r->lo = pow(10, fmax(-307, r->tight_lo ? lo : lo - more));
        r->hi = pow(10, fmin(307, r->tight_hi ? hi : hi + more));
        return;
    }
    r->lo = bounded(r->lo), r->hi = bounded(r->hi);
    dpi_limits_widen(&r->lo, &r->hi, 0.05);
    double more = (r->hi - r->lo) * margin;
    if (!r->tight_lo)
        r->lo = bounded(r->lo - more);
    if (!r->tight_hi)
        r->hi = bounded(r->hi + more);
}

dpi_view dpi_view_of(const dp_axes *axes, dp_direction direction)
{
    const dpi_axis *axis = axes->axis[direction];
    dpi_view view = {.lo = axis->lo, .hi = axis->hi, .log = axis->log, .inverted = axis->inverted};
    if (axis->fixed)
        return view;
    reach r = {.log = axis->log, .lo = INFINITY, .hi = -INFINITY};
    const dp_figure *figure = axes->figure;
    for (int i = 0; i < figure->axes_count; i++) {
        const dp_axes *other = &figure->axes[i];
        if (other->axis[direction] != axis)
            continue;
        for (size_t k = 0; k < other->artist_count; k++)
            include_artist(&r, &other->artists[k], direction);
    }
    if (r.lo > r.hi) {
        view.lo = r.log ? 1 : 0, view.hi = r.log ? 10 : 1;
        return view;
    }
    add_margins(&r, axis->margin);
    view.lo = r.lo, view.hi = r.hi;
    return view;
}

double dpi_view_part(dpi_view view, double v)
{
    if (!isfinite(v) || (view.log && v <= 0))
        return NAN;
    double part = view.log ? (log10(v) - log10(view.lo)) / (log10(view.hi) - log10(view.lo))
                           : (v / 2 - view.lo / 2) / (view.hi / 2 - view.lo / 2);
    if (fabs(view.lo) < 1e-290 && fabs(view.hi) < 1e-290 && !view.log)
        part = (v - view.lo) / (view.hi - view.lo);
    if (view.inverted)
        part = 1 - part;
    return fmax(-1e4, fmin(1e4, part));
}

int64_t dpi_count_hidden(const dp_axes *axes, const dpi_artist *artist)
{
    if (artist->kind != DPI_LINES && artist->kind != DPI_SCATTER && artist->kind != DPI_BARS)
        return 0;
    bool log_x = axes->axis[DP_X]->log, log_y = axes->axis[DP_Y]->log;
    int64_t count = 0;
    for (int64_t i = 0; i < artist->n; i++) {
        double x = artist->x[i], y = artist->y[i];
        count += !isfinite(x) || !isfinite(y) || (log_x && x <= 0) || (log_y && y <= 0);
    }
    return count;
}
