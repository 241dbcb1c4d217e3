/* The ways of showing pixels in a terminal. Each adds text for opaque pixels that already have the right size. */
#ifndef DENPA_PLOT_TERMINAL_H
#define DENPA_PLOT_TERMINAL_H

#include "plot/pixels.h"

dp_status dpi_term_blocks(dp_text *out, const dpi_pixels *pixels);
dp_status dpi_term_kitty(dp_text *out, const dpi_pixels *pixels);
dp_status dpi_term_sixel(dp_text *out, const dpi_pixels *pixels);

#endif
