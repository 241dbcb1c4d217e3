/* Colours and what maps numbers to them. */
#ifndef DENPA_PLOT_COLOR_H
#define DENPA_PLOT_COLOR_H

#include <stdint.h>

#include <denpa/plot.h>

typedef struct dpi_rgba {
    uint8_t r, g, b, a;
} dpi_rgba;

/* Parses text, or gives DP_ERR_ARG with a message that names the colour. */
dp_status dpi_color(dp_ctx *ctx, const char *text, dp_cycle cycle, dpi_rgba *out);

dpi_rgba dpi_cycle_color(dp_cycle cycle, int64_t i);
dpi_rgba dpi_faded(dpi_rgba color, double opacity);

/* "#rrggbb", or "#rrggbbaa" where it is not opaque. Returns buffer. */
char *dpi_color_text(dpi_rgba color, char buffer[10]);

/* Where v lies between lo and hi, 0..1, without overflow; NaN if v is not finite; 0 if lo == hi. */
double dpi_norm(double v, double lo, double hi);

dpi_rgba dpi_colormap(dp_colormap map, double t);

#endif
