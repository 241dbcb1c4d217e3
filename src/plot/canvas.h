/* What figures are painted on: Cairo (PNG, PDF, image) or SVG. Lengths are points from the upper left corner. Nothing
 * here fails at once: the first error sticks to the canvas, and the end says it. */
#ifndef DENPA_PLOT_CANVAS_H
#define DENPA_PLOT_CANVAS_H

#include "plot/color.h"
#include "plot/label.h"
#include "plot/path.h"

typedef struct dpi_box {
    double x, y, w, h;
} dpi_box;

typedef struct dpi_pen {
    dpi_rgba color; /* transparent: nothing is drawn */
    double width;
    dp_dash dash;
} dpi_pen;

/* Pixels, not multiplied by their alpha; row 0 is the upper one. */
typedef struct dpi_pixels {
    int64_t width, height;
    uint8_t *rgba;
} dpi_pixels;

typedef struct dpi_canvas dpi_canvas;
typedef struct dpi_canvas_class {
    void (*path)(dpi_canvas *canvas, const dpi_path *path, dpi_rgba fill, dpi_pen pen);
    void (*image)(dpi_canvas *canvas, const dpi_pixels *pixels, dpi_box box); /* nearest neighbour when enlarged */
    void (*label)(dpi_canvas *canvas, const dpi_label *label, double x, double y, double degrees, dpi_rgba color);
    void (*clip)(dpi_canvas *canvas, dpi_box box); /* until unclip; not nested */
    void (*unclip)(dpi_canvas *canvas);
} dpi_canvas_class;

struct dpi_canvas {
    const dpi_canvas_class *class;
    dp_ctx *ctx;
    double pixels_per_point; /* 0: lines need not be aligned to pixels */
    dp_status status;
};

/* The nearest place for a line of this width across which it covers whole pixels. */
double dpi_canvas_snap(const dpi_canvas *canvas, double at, double width);

/* The nearest border between two pixels. */
double dpi_canvas_edge(const dpi_canvas *canvas, double at);

/* A straight line, snapped. */
void dpi_canvas_line(dpi_canvas *canvas, double x0, double y0, double x1, double y1, dpi_pen pen);

/* ---- The kinds of canvas. Sizes in points. ---- */

/* DP_ERR_UNSUPPORTED, with the packages that are wanted, in a build without Cairo and Pango. */
dp_status dpi_can_paint(dp_ctx *ctx);

/* Pixels in memory; *out is [H, W, 3] uint8, or PNG bytes. */
dp_status dpi_cairo_image_new(dp_ctx *ctx, dpi_fonts *fonts, double width, double height, double dpi, dpi_canvas **out);
dp_status dpi_cairo_image_rgb(dpi_canvas **canvas, dp_array **out);
dp_status dpi_cairo_image_png(dpi_canvas **canvas, dp_text *out);

dp_status dpi_cairo_pdf_new(dp_ctx *ctx, dpi_fonts *fonts, double width, double height, dpi_canvas **out);
dp_status dpi_cairo_pdf_end(dpi_canvas **canvas, dp_text *out);

void dpi_cairo_free(dpi_canvas **canvas);

/* PNG of pixels, added to out. */
dp_status dpi_cairo_png(dp_ctx *ctx, const dpi_pixels *pixels, dp_text *out);

/* SVG text is added to out, which must live as long as the canvas; title is for those who cannot see the picture. */
dp_status dpi_svg_new(dp_ctx *ctx, dp_text *out, double width, double height, const char *title, dpi_canvas **result);
dp_status dpi_svg_end(dpi_canvas **canvas);
void dpi_svg_free(dpi_canvas **canvas);

/* What was encoded with this status, as an array; frees bytes in any case. */
dp_status dpi_bytes_take(dp_text *bytes, dp_status status, dp_array **out);

/* Number of bytes as base64 text (RFC 4648), added to out. */
dp_status dpi_base64(dp_text *out, const void *bytes, size_t count);

#endif
