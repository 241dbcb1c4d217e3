/* The measure of text. With Pango the true one (font_cairo.c); without it a good guess (font_none.c), so that a figure
 * can be laid out and described all the same. */
#ifndef DENPA_PLOT_FONT_H
#define DENPA_PLOT_FONT_H

#include <stdbool.h>
#include <stddef.h>

#include <denpa/context.h>

/* The families that text is set in, the first that is there and has the character; also written into SVG. */
#define DPI_FONT_FAMILIES "DejaVu Sans,IPAexGothic,Noto Sans CJK JP,VL Gothic,sans-serif"

typedef struct dpi_face {
    double size; /* points */
    bool italic, bold;
} dpi_face;

typedef struct dpi_extent {
    double width, ascent, descent; /* the last two of the ink, from the base line */
} dpi_extent;

typedef struct dpi_fonts dpi_fonts;

dp_status dpi_fonts_new(dp_ctx *ctx, dpi_fonts **out);
void dpi_fonts_free(dpi_fonts **fonts);
dpi_extent dpi_fonts_measure(dpi_fonts *fonts, dpi_face face, const char *text, size_t bytes);

#endif
