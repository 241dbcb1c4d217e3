/* Fonts for those who paint with Cairo. */
#ifndef DENPA_PLOT_FONT_CAIRO_H
#define DENPA_PLOT_FONT_CAIRO_H

#include <pango/pangocairo.h>

#include "plot/font.h"

/* One line of text, ready to be shown; the layout is the fonts' own and is used again by the next call. */
PangoLayoutLine *dpi_fonts_line(dpi_fonts *fonts, dpi_face face, const char *text, size_t bytes);

#endif
