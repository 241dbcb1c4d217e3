/* Outlines: pieces of straight lines and Bezier curves, in points from the upper left corner of the picture. */
#ifndef DENPA_PLOT_PATH_H
#define DENPA_PLOT_PATH_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/context.h>

typedef enum dpi_step { DPI_MOVE, DPI_LINE, DPI_CURVE, DPI_CLOSE } dpi_step;

/* Steps take their points in order: move and line one, curve three, close none. The first error sticks; then adding
 * does nothing. Zero it, but for ctx. */
typedef struct dpi_path {
    dp_ctx *ctx;
    uint8_t *steps;
    double *points; /* x, y, x, y, … */
    size_t step_count, step_capacity, point_count, point_capacity;
    dp_status status;
} dpi_path;

void dpi_path_free(dpi_path *path);
void dpi_path_clear(dpi_path *path);
void dpi_path_move(dpi_path *path, double x, double y);
void dpi_path_line(dpi_path *path, double x, double y);
void dpi_path_curve(dpi_path *path, double x1, double y1, double x2, double y2, double x, double y);
void dpi_path_close(dpi_path *path);

void dpi_path_rect(dpi_path *path, double x, double y, double w, double h);
void dpi_path_round_rect(dpi_path *path, double x, double y, double w, double h, double radius);
void dpi_path_ellipse(dpi_path *path, double cx, double cy, double rx, double ry);

#endif
