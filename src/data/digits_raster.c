#include "data/digits_raster.h"

#include <math.h>

static int first_pixel(dpi_fixed edge)
{
    return dpi_fixed_clamp(edge, 0, DPI_INK_SIDE * DPI_FIXED_ONE) / DPI_FIXED_ONE;
}

static dpi_fixed dot(dpi_fixed ax, dpi_fixed ay, dpi_fixed bx, dpi_fixed by)
{
    return (dpi_fixed)(((int64_t)ax * bx + (int64_t)ay * by) / DPI_FIXED_ONE);
}

/* Lowers field [28 * 28] to (d / r)^2 where this line is nearer, so that one square root per pixel does at the end.
 * reach: beyond reach * r there is no ink. */
static void paint_line(dpi_fixed field[DPI_INK_PIXELS], const dpi_ink_point *a, const dpi_ink_point *b, dpi_fixed reach)
{
    dpi_fixed radius = (a->radius + b->radius) / 2;
    dpi_fixed pad = dpi_fixed_mul(reach, radius);
    dpi_fixed dx = b->x - a->x;
    dpi_fixed dy = b->y - a->y;
    dpi_fixed length2 = dot(dx, dy, dx, dy);
    int64_t inverse = length2 > 0 ? ((int64_t)1 << 32) / length2 : 0;
    dpi_fixed scale = dpi_fixed_div(DPI_FIXED_ONE, dpi_fixed_mul(radius, radius));
    int x0 = first_pixel((dx < 0 ? b->x : a->x) - pad);
    int x1 = first_pixel((dx < 0 ? a->x : b->x) + pad + DPI_FIXED_ONE);
    int y0 = first_pixel((dy < 0 ? b->y : a->y) - pad);
    int y1 = first_pixel((dy < 0 ? a->y : b->y) + pad + DPI_FIXED_ONE);
    for (int y = y0; y < y1; y++) {
        dpi_fixed py = y * DPI_FIXED_ONE + DPI_FIXED_ONE / 2 - a->y;
        dpi_fixed *row = field + y * DPI_INK_SIDE;
        for (int x = x0; x < x1; x++) {
            dpi_fixed px = x * DPI_FIXED_ONE + DPI_FIXED_ONE / 2 - a->x;
            int64_t along = dot(px, py, dx, dy) * inverse / DPI_FIXED_ONE;
            dpi_fixed t = along < 0 ? 0 : along > DPI_FIXED_ONE ? DPI_FIXED_ONE : (dpi_fixed)along;
            dpi_fixed ex = px - dpi_fixed_mul(t, dx);
            dpi_fixed ey = py - dpi_fixed_mul(t, dy);
            dpi_fixed q = dpi_fixed_mul(dot(ex, ey, ex, ey), scale);
            row[x] = q < row[x] ? q : row[x];
        }
    }
}

void dpi_ink_paint(const dpi_ink_point *points, int count, dpi_fixed nib, dpi_fixed edge, dpi_fixed peak,
                   uint8_t pixels[DPI_INK_PIXELS])
{
    dpi_fixed field[DPI_INK_PIXELS];
    dpi_fixed reach = DPI_FIXED_ONE + dpi_fixed_div(edge, 2 * nib);
    dpi_fixed none = dpi_fixed_mul(reach, reach);
    for (int i = 0; i < DPI_INK_PIXELS; i++)
        field[i] = none;
    for (int i = 1; i < count; i++) {
        if (points[i].joined)
            paint_line(field, &points[i - 1], &points[i], reach);
    }
    dpi_fixed slope = dpi_fixed_div(nib, edge);
    for (int i = 0; i < DPI_INK_PIXELS; i++) {
        /* sqrt(65536 q) = 256 sqrt(q); IEEE rounds square roots correctly, so this float step is safe */
        dpi_fixed distance = (dpi_fixed)(sqrt((double)field[i]) * 256.0);
        dpi_fixed ink = DPI_FIXED_ONE / 2 + dpi_fixed_mul(slope, DPI_FIXED_ONE - distance);
        dpi_fixed value = dpi_fixed_mul(peak, dpi_fixed_clamp(ink, 0, DPI_FIXED_ONE));
        pixels[i] = field[i] < none ? (uint8_t)((value + DPI_FIXED_ONE / 2) / DPI_FIXED_ONE) : 0;
    }
}
