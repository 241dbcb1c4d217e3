/* From the layout to the canvas. */
#ifndef DENPA_PLOT_DRAW_H
#define DENPA_PLOT_DRAW_H

#include "plot/layout.h"
#include "plot/pixels.h"

/* Everything. The status is the canvas's. */
void dpi_draw_figure(const dpi_layout *layout, dpi_canvas *canvas);

/* One artist, but for fields, texts and legends. */
void dpi_draw_artist(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas);

/* The marks of a scatter, or of a line that has them. */
void dpi_draw_marks(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas);

/* The outline of a mark of this area (pt^2) around a place. */
void dpi_mark_path(dpi_path *path, dp_marker marker, double x, double y, double size);
bool dpi_mark_is_stroked(dp_marker marker);

/* More marks than this are painted as one image. */
#define DPI_MOST_MARKS 2000

/* Adds the lines of one height of a contour to a path, in points. */
void dpi_contour_path(const dpi_panel *panel, const dpi_artist *artist, double level, dpi_path *path);

/* Heights for contour lines from lo to hi: round ones. Returns how many, at most 16. */
int dpi_contour_levels(double lo, double hi, double levels[16]);

void dpi_draw_legend(const dpi_panel *panel, dpi_canvas *canvas);

/* A path filled and outlined, then freed. */
void dpi_draw_path(dpi_canvas *canvas, dpi_path *path, dpi_rgba fill, dpi_pen pen);

#endif
