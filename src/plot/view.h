/* From data to places in a panel. */
#ifndef DENPA_PLOT_VIEW_H
#define DENPA_PLOT_VIEW_H

#include "plot/figure.h"

/* One axis with its limits decided: lo < hi, both > 0 if log. */
typedef struct dpi_view {
    double lo, hi;
    bool log, inverted;
} dpi_view;

/* The limits of an axis of a panel: as given, or those of everything drawn by all the panels that share it. */
dpi_view dpi_view_of(const dp_axes *axes, dp_direction direction);

/* Where v is, 0 at the lower or left end, 1 at the other; NaN if it cannot be shown. Far outside it is cut to +-1e4. */
double dpi_view_part(dpi_view view, double v);

/* How many of the artist's numbers cannot be shown: not finite, or not above zero on a log axis. */
int64_t dpi_count_hidden(const dp_axes *axes, const dpi_artist *artist);

/* A bar of a bar chart or histogram as a box in data: x0, x1 (across), y0 (base), y1. */
void dpi_bar_extent(const dpi_artist *artist, int64_t i, double extent[4]);

#endif
