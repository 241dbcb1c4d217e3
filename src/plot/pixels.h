/* Images in memory. */
#ifndef DENPA_PLOT_PIXELS_H
#define DENPA_PLOT_PIXELS_H

#include "plot/canvas.h"

dp_status dpi_pixels_new(dp_ctx *ctx, int64_t width, int64_t height, dpi_pixels *out); /* transparent */
void dpi_pixels_free(dp_ctx *ctx, dpi_pixels *pixels);

/* A smaller image: every pixel is the mean of those that fall into it, weighted by the part that does. width and height
 * are at most those of `from`. */
dp_status dpi_pixels_shrink(dp_ctx *ctx, const dpi_pixels *from, int64_t width, int64_t height, dpi_pixels *out);

/* Puts a colour over the pixel with this part (of 255) of its opacity. Outside the image nothing happens. */
void dpi_pixels_blend(dpi_pixels *pixels, int64_t x, int64_t y, dpi_rgba color, uint8_t part);

#endif
