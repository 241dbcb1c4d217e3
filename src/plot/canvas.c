#include "plot/canvas.h"

#include <math.h>

double dpi_canvas_snap(const dpi_canvas *canvas, double at, double width)
{
    double scale = canvas->pixels_per_point;
    if (!(scale > 0))
        return at;
    double pixels = fmax(1, round(width * scale)), half = fmod(pixels, 2) / 2;
    return (round(at * scale - half) + half) / scale;
}

double dpi_canvas_edge(const dpi_canvas *canvas, double at)
{
    double scale = canvas->pixels_per_point;
    return scale > 0 ? round(at * scale) / scale : at;
}

void dpi_canvas_line(dpi_canvas *canvas, double x0, double y0, double x1, double y1, dpi_pen pen)
{
    if (x0 == x1)
        x0 = x1 = dpi_canvas_snap(canvas, x0, pen.width);
    if (y0 == y1)
        y0 = y1 = dpi_canvas_snap(canvas, y0, pen.width);
    dpi_path path = {.ctx = canvas->ctx};
    dpi_path_move(&path, x0, y0);
    dpi_path_line(&path, x1, y1);
    if (path.status == DP_OK)
        canvas->class->path(canvas, &path, (dpi_rgba){0}, pen);
    else
        canvas->status = path.status;
    dpi_path_free(&path);
}
