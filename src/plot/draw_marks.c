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

/* A mark in pixels: which part of each pixel it covers, for places of the mark that differ by a quarter of a pixel. */
enum { PHASES = 4 };
typedef struct stamp {
    dp_marker marker;
    double radius, thickness; /* pixels; in parts of the radius */
    int64_t reach, side;      /* the mark is around pixel [reach, reach] of side * side pixels */
    uint8_t *parts;           /* [PHASES down][PHASES across][side][side], 255 for all of a pixel */
} stamp;

/* Part of the pixel at (px, py) that a mark around (x, y) covers: of 64 places in it. */
static uint8_t coverage(const stamp *s, double px, double py, double x, double y)
{
    int inside = 0;
    for (int i = 0; i < 64; i++) {
        double sx = px + (i % 8 + 0.5) / 8 - x, sy = py + (i / 8 + 0.5) / 8 - y;
        inside += covers(s->marker, sx / s->radius, sy / s->radius, s->thickness);
    }
    return (uint8_t)(inside * 255 / 64);
}

static dp_status stamp_cut(dp_ctx *ctx, stamp *s)
{
    void *parts;
    s->reach = (int64_t)ceil(1.25 * s->radius) + 1;
    s->side = 2 * s->reach + 1;
    dp_status status = dpi_alloc(ctx, (size_t)(s->side * s->side), PHASES * PHASES, "marks", &parts);
    if (status != DP_OK)
        return status;
    s->parts = parts;
    uint8_t *to = s->parts;
    for (int phase = 0; phase < PHASES * PHASES; phase++)
        for (int64_t i = 0; i < s->side * s->side; i++)
            *to++ = coverage(s, (double)(i % s->side), (double)(i / s->side),
                             (double)s->reach + (phase % PHASES + 0.5) / PHASES,
                             (double)s->reach + ((double)(phase / PHASES) + 0.5) / PHASES);
    return DP_OK;
}

static void press(const stamp *s, dpi_pixels *pixels, double x, double y, dpi_rgba color)
{
    int64_t left = (int64_t)floor(x), top = (int64_t)floor(y);
    int64_t phase = (int64_t)((y - (double)top) * PHASES) * PHASES + (int64_t)((x - (double)left) * PHASES);
    const uint8_t *part = s->parts + phase * s->side * s->side;
    for (int64_t py = top - s->reach; py <= top + s->reach; py++)
        for (int64_t px = left - s->reach; px <= left + s->reach; px++, part++)
            if (*part)
                dpi_pixels_blend(pixels, px, py, color, *part);
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
    double radius = fmax(sqrt(size) / 2 * per_point, 0.5), width = artist->look.width > 0 ? artist->look.width : 1.5;
    stamp s = {.marker = artist->look.marker, .radius = radius, .thickness = width / 2 * per_point / radius};
    status = stamp_cut(canvas->ctx, &s);
    for (int64_t i = 0; i < artist->n && status == DP_OK; i++) {
        double x = dpi_panel_x(panel, artist->x[i]), y = dpi_panel_y(panel, artist->y[i]);
        if (!isnan(x) && !isnan(y))
            press(&s, &pixels, (x - b.x) * per_point, (y - b.y) * per_point, color_of(artist, scale, i));
    }
    dpi_free(canvas->ctx, s.parts);
    if (status != DP_OK)
        canvas->status = status;
    else
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
