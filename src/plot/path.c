#include "plot/path.h"

#include <math.h>

#include "base/alloc.h"

void dpi_path_free(dpi_path *path)
{
    dpi_free(path->ctx, path->steps);
    dpi_free(path->ctx, path->points);
    *path = (dpi_path){.ctx = path->ctx};
}

void dpi_path_clear(dpi_path *path)
{
    path->step_count = path->point_count = 0;
}

static void add(dpi_path *path, dpi_step step, int count, const double *points)
{
    if (path->status != DP_OK)
        return;
    void *steps = path->steps, *all = path->points;
    path->status = dpi_grow(path->ctx, &steps, &path->step_capacity, path->step_count + 1, 1, "path");
    path->steps = steps;
    size_t wanted = path->point_count + (size_t)count;
    if (path->status == DP_OK)
        path->status = dpi_grow(path->ctx, &all, &path->point_capacity, wanted, sizeof *path->points, "path");
    path->points = all;
    if (path->status != DP_OK)
        return;
    path->steps[path->step_count++] = (uint8_t)step;
    for (int i = 0; i < count; i++)
        path->points[path->point_count++] = points[i];
}

void dpi_path_move(dpi_path *path, double x, double y)
{
    add(path, DPI_MOVE, 2, (double[]){x, y});
}

void dpi_path_line(dpi_path *path, double x, double y)
{
    add(path, DPI_LINE, 2, (double[]){x, y});
}

void dpi_path_curve(dpi_path *path, double x1, double y1, double x2, double y2, double x, double y)
{
    add(path, DPI_CURVE, 6, (double[]){x1, y1, x2, y2, x, y});
}

void dpi_path_close(dpi_path *path)
{
    add(path, DPI_CLOSE, 0, NULL);
}

void dpi_path_rect(dpi_path *path, double x, double y, double w, double h)
{
    dpi_path_move(path, x, y);
    dpi_path_line(path, x + w, y);
    dpi_path_line(path, x + w, y + h);
    dpi_path_line(path, x, y + h);
    dpi_path_close(path);
}

/* How far the inner points of a Bezier quarter circle of radius 1 are from its ends: 4/3 * (sqrt(2) - 1). */
static const double QUARTER = 0.5522847498307936;

void dpi_path_round_rect(dpi_path *path, double x, double y, double w, double h, double radius)
{
    double r = fmin(radius, fmin(w, h) / 2), k = r * (1 - QUARTER);
    if (!(r > 0)) {
        dpi_path_rect(path, x, y, w, h);
        return;
    }
    double x1 = x + w, y1 = y + h;
    dpi_path_move(path, x + r, y);
    dpi_path_line(path, x1 - r, y);
    dpi_path_curve(path, x1 - k, y, x1, y + k, x1, y + r);
    dpi_path_line(path, x1, y1 - r);
    dpi_path_curve(path, x1, y1 - k, x1 - k, y1, x1 - r, y1);
    dpi_path_line(path, x + r, y1);
    dpi_path_curve(path, x + k, y1, x, y1 - k, x, y1 - r);
    dpi_path_line(path, x, y + r);
    dpi_path_curve(path, x, y + k, x + k, y, x + r, y);
    dpi_path_close(path);
}

void dpi_path_ellipse(dpi_path *path, double cx, double cy, double rx, double ry)
{
    double kx = rx * QUARTER, ky = ry * QUARTER;
    dpi_path_move(path, cx + rx, cy);
    dpi_path_curve(path, cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry);
    dpi_path_curve(path, cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy);
    dpi_path_curve(path, cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry);
    dpi_path_curve(path, cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy);
    dpi_path_close(path);
}
