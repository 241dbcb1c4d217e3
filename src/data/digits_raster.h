/* From a pen path to grey pixels. */
#ifndef DPI_DATA_DIGITS_RASTER_H
#define DPI_DATA_DIGITS_RASTER_H

#include <stdint.h>

#include "data/digits_fixed.h"

enum { DPI_INK_SIDE = 28, DPI_INK_PIXELS = DPI_INK_SIDE * DPI_INK_SIDE };

/* A place of the pen, in pixels; the centre of the top left pixel is (0.5, 0.5). */
typedef struct dpi_ink_point {
    dpi_fixed x, y;
    dpi_fixed radius; /* half the width of the line here; at least 0.1 */
    int joined;       /* whether a line leads here from the point before */
} dpi_ink_point;

/* Paints the lines between joined points into pixels [28 * 28]; what lies outside is cut off.
 *
 * With d the distance to a line and r its radius there, the ink is
 *     peak * clamp(1/2 + nib * (1 - d / r) / edge, 0, 1)      largest over all lines
 * nib      the usual radius; the grey rim of a line of that radius is `edge` pixels wide
 * peak     0..255, the value of full ink
 * Lines reach from -100 to 100; nib and edge lie between 0.1 and 10. */
void dpi_ink_paint(const dpi_ink_point *points, int count, dpi_fixed nib, dpi_fixed edge, dpi_fixed peak,
                   uint8_t pixels[DPI_INK_PIXELS]);

#endif
