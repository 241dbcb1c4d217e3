/* Marks: few as outlines, many as one image stamped with a small picture of the mark. */
#include <math.h>

#include "base/alloc.h"
#include "plot/draw.h"

static const double MARK_SIZE = 36, MARK_EDGE = 1;

bool dpi_mark_is_stroked(dp_marker marker)
{
    return marker == DP_MARKER_CROSS || marker == DP_MARKER_PLUS;
}

void dpi_mark_path(dpi_path *path, dp_marker marker, double x, double y, double size)
{
    double r = sqrt(size) / 2;
    switch (marker) {
    case DP_MARKER_DEFAULT:
    case DP_MARKER_CIRCLE:
        dpi_path_ellipse(path, x, y, r, r);
        break;
    case DP_MARKER_SQUARE:
        dpi_path_rect(path, x - r, y - r, 2 * r, 2 * r);
        break;
    case DP_MARKER_TRIANGLE:
        dpi_path_move(path, x, y - r);
        dpi_path_line(path, x + r, y + r);
        dpi_path_line(path, x - r, y + r);
        dpi_path_close(path);
        break;
    case DP_MARKER_DIAMOND:
        dpi_path_move(path, x, y - 1.2 * r);
        dpi_path_line(path, x + 1.2 * r, y);
        dpi_path_line(path, x, y + 1.2 * r);
        dpi_path_line(path, x - 1.2 * r, y);
        dpi_path_close(path);
        break;
    case DP_MARKER_CROSS:
        dpi_path_move(path, x - r, y - r);
        dpi_path_line(path, x + r, y + r);
        dpi_path_move(path, x + r, y - r);
        dpi_path_line(path, x - r, y + r);
        break;
    case DP_MARKER_PLUS:
        dpi_path_move(path, x - r, y);
        dpi_path_line(path, x + r, y);
        dpi_path_move(path, x, y - r);
        dpi_path_line(path, x, y + r);
        break;
    }
}

/* Is (x, y), in units of the half side and y downward, inside the mark? */
static bool covers(dp_marker marker, double x, double y, double thickness)
{
    double ax = fabs(x), ay = fabs(y);
    switch (marker) {
    case DP_MARKER_DEFAULT:
    case DP_MARKER_CIRCLE:
        return x * x + y * y <= 1;
    case DP_MARKER_SQUARE:
        return ax <= 1 && ay <= 1;
    case DP_MARKER_TRIANGLE:
        return ay <= 1 && ax <= (y + 1) / 2;
    case DP_MARKER_DIAMOND:
        return ax + ay <= 1.2;
    case DP_MARKER_CROSS:
        return ax <= 1 && ay <= 1 && fabs(ax - ay) <= thickness * 1.4142135623730951;
    case DP_MARKER_PLUS:
        return (ax <= 1 && ay <= thickness) || (ay <= 1 && ax <= thickness);
    }
    return false;
}

typedef struct stamp {
    dp_marker marker;
    double radius, thickness; /* pixels; of the half side */
} stamp;

/* Part of the pixel at (px, py) that a mark around (x, y) covers: of 16 places in it. */
static double coverage(const stamp *s, double px, double py, double x, double y)
{
    int inside = 0;
    for (int i = 0; i < 16; i++) {
        double sx = px + (i % 4 + 0.5) / 4 - x, sy = py + (i / 4 + 0.5) / 4 - y;
        inside += covers(s->marker, sx / s->radius, sy / s->radius, s->thickness);
    }
    return inside / 16.0;
}

static void press(const stamp *s, dpi_pixels *pixels, double x, double y, dpi_rgba color)
{
    double reach = 1.25 * s->radius;
    for (int64_t py = (int64_t)floor(y - reach); py <= (int64_t)(y + reach); py++)
        for (int64_t px = (int64_t)floor(x - reach); px <= (int64_t)(x + reach); px++) {
            if (px < 0 || py < 0 || px >= pixels->width || py >= pixels->height)
                continue;
            double part = coverage(s, (double)px, (double)py, x, y);
            if (part > 0)
                dpi_pixels_blend(pixels, px, py, color, part);
        }
}

static dpi_rgba color_of(const dpi_artist *artist, dpi_scale scale, int64_t i)
{
    if (!artist->values)
        return artist->look.color;
    dpi_rgba c = dpi_colormap(scale.map, dpi_norm(artist->values[i], scale.lo, scale.hi));
    c.a = artist->look.color.a;
    return c;
}

static void draw_image(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas, dpi_scale scale,
                       double size)
{
    double per_point = canvas->pixels_per_point > 0 ? canvas->pixels_per_point : 2;
    dpi_box b = panel->box;
    dpi_pixels pixels;
    dp_status status = dpi_pixels_new(canvas->ctx, (int64_t)fmax(1, round(b.w * per_point)),
                                      (int64_t)fmax(1, round(b.h * per_point)), &pixels);
    if (status != DP_OK) {
        canvas->status = status;
        return;
    }
    double radius = sqrt(size) / 2 * per_point;
    stamp s = {artist->look.marker, fmax(radius, 0.5), artist->look.width / 2 * per_point / radius};
    if (!(s.thickness > 0))
        s.thickness = 0.75 * per_point / radius;
    for (int64_t i = 0; i < artist->n; i++) {
        double x = dpi_panel_x(panel, artist->x[i]), y = dpi_panel_y(panel, artist->y[i]);
        if (!isnan(x) && !isnan(y))
            press(&s, &pixels, (x - b.x) * per_point, (y - b.y) * per_point, color_of(artist, scale, i));
    }
    canvas->class->image(canvas, &pixels, b);
    dpi_pixels_free(canvas->ctx, &pixels);
}

void dpi_draw_marks(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    const dpi_look *look = &artist->look;
    dpi_scale scale = {0};
    double size = look->size > 0 ? look->size : MARK_SIZE;
    if (artist->values)
        scale = dpi_artist_scale(panel->axes, artist);
    if (artist->n > DPI_MOST_MARKS) {
        draw_image(panel, artist, canvas, scale, size);
        return;
    }
    bool stroked = dpi_mark_is_stroked(look->marker);
    for (int64_t i = 0; i < artist->n && canvas->status == DP_OK; i++) {
        double x = dpi_panel_x(panel, artist->x[i]), y = dpi_panel_y(panel, artist->y[i]);
        if (isnan(x) || isnan(y))
            continue;
        dpi_path path = {.ctx = canvas->ctx};
        dpi_rgba color = color_of(artist, scale, i);
        dpi_pen pen = {stroked          ? color
                       : look->has_edge ? look->edge
                                        : (dpi_rgba){0},
                       look->width > 0 ? look->width
                       : stroked       ? 1.5
                                       : MARK_EDGE,
                       DP_SOLID};
        dpi_mark_path(&path, look->marker, x, y, size);
        dpi_draw_path(canvas, &path, stroked ? (dpi_rgba){0} : color, pen);
    }
}
