/* Lines, bars, shapes, contours. */
#include <math.h>

#include "plot/draw.h"

static const dpi_rgba no_color = {0};
static const double LINE_WIDTH = 1.5, EDGE_WIDTH = 1;

static double width_of(const dpi_look *look, double otherwise)
{
    return look->width > 0 ? look->width : otherwise;
}

/* ---- Lines ---- */

/* A run of points that fall into the same narrow column: only its first, lowest, highest and last are drawn, so that a
 * line of a million points does not become a file of a million points. */
typedef struct column {
    double x, first, low, high, last;
    int64_t count;
} column;

static const double COLUMN = 0.25; /* points wide */

static void end_column(dpi_path *path, const column *c)
{
    if (c->count > 1 && c->low < fmin(c->first, c->last))
        dpi_path_line(path, c->x, c->low);
    if (c->count > 1 && c->high > fmax(c->first, c->last))
        dpi_path_line(path, c->x, c->high);
    if (c->count > 1)
        dpi_path_line(path, c->x, c->last);
}

static void draw_line(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    dpi_path path = {.ctx = canvas->ctx}, dots = {.ctx = canvas->ctx};
    double width = width_of(&artist->look, LINE_WIDTH);
    column c = {0};
    bool alone = false; /* the point before has no neighbour to be joined to: it is a dot, twice as wide as the line */
    for (int64_t i = 0; i < artist->n; i++) {
        double x = dpi_panel_x(panel, artist->x[i]), y = dpi_panel_y(panel, artist->y[i]);
        if (isnan(x) || isnan(y)) {
            end_column(&path, &c);
            if (c.count == 1 && alone)
                dpi_path_ellipse(&dots, c.x, c.first, width, width);
            c.count = 0;
            continue;
        }
        if (c.count && artist->n > DPI_MOST_MARKS && fabs(x - c.x) < COLUMN) {
            c.low = fmin(c.low, y), c.high = fmax(c.high, y), c.last = y, c.count++;
            continue;
        }
        end_column(&path, &c);
        alone = !c.count;
        if (c.count)
            dpi_path_line(&path, x, y);
        else
            dpi_path_move(&path, x, y);
        c = (column){x, y, y, y, y, 1};
    }
    end_column(&path, &c);
    if (c.count == 1 && alone)
        dpi_path_ellipse(&dots, c.x, c.first, width, width);
    dpi_draw_path(canvas, &path, no_color, (dpi_pen){artist->look.color, width, artist->look.dash});
    dpi_draw_path(canvas, &dots, artist->look.color, (dpi_pen){0});
    if (artist->look.marker)
        dpi_draw_marks(panel, artist, canvas);
}

/* ---- Bars ---- */

/* Bars of a histogram share their edges, to the pixel: neighbours touch without a seam. */
static void share_edges(const dpi_artist *artist, int64_t i, double e[4])
{
    double first = artist->x[0] - artist->look.bar_width / 2;
    e[0] = first + (double)i * artist->look.bar_width;
    e[1] = first + (double)(i + 1) * artist->look.bar_width;
}

static void add_bar(const dpi_panel *panel, const dpi_artist *artist, int64_t i, const dpi_canvas *canvas,
                    dpi_path *path)
{
    double e[4];
    bool lies = artist->look.horizontal, joined = artist->kind == DPI_HIST && !artist->look.has_edge;
    dpi_bar_extent(artist, i, e);
    if (artist->kind == DPI_HIST)
        share_edges(artist, i, e);
    if (!artist->values && panel->axis[lies ? DP_X : DP_Y].view.log)
        e[2] = 1e-300; /* from the bottom up */
    double x0 = dpi_panel_x(panel, lies ? e[2] : e[0]), x1 = dpi_panel_x(panel, lies ? e[3] : e[1]);
    double y0 = dpi_panel_y(panel, lies ? e[0] : e[2]), y1 = dpi_panel_y(panel, lies ? e[1] : e[3]);
    if (isnan(x0 + x1 + y0 + y1))
        return;
    if (joined && !lies)
        x0 = dpi_canvas_edge(canvas, x0), x1 = dpi_canvas_edge(canvas, x1);
    if (joined && lies)
        y0 = dpi_canvas_edge(canvas, y0), y1 = dpi_canvas_edge(canvas, y1);
    dpi_path_rect(path, fmin(x0, x1), fmin(y0, y1), fabs(x1 - x0), fabs(y1 - y0));
}

static void draw_bars(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    dpi_path path = {.ctx = canvas->ctx};
    for (int64_t i = 0; i < artist->n; i++)
        add_bar(panel, artist, i, canvas, &path);
    dpi_pen pen = {artist->look.has_edge ? artist->look.edge : no_color, width_of(&artist->look, EDGE_WIDTH), DP_SOLID};
    dpi_draw_path(canvas, &path, artist->look.color, pen);
}

/* ---- Shapes ---- */

/* Color is the filling, if one is given, and edge the outline: the foreground if none is given. */
static void draw_shape(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas, dpi_path *path)
{
    const dpi_look *look = &artist->look;
    dpi_rgba edge = look->has_edge ? look->edge : panel->axes->figure->foreground;
    dpi_draw_path(canvas, path, look->has_color ? look->color : no_color,
                  (dpi_pen){edge, width_of(look, EDGE_WIDTH), look->dash});
}

static void draw_box(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    dpi_path path = {.ctx = canvas->ctx};
    double x0 = dpi_panel_x(panel, artist->x[0]), x1 = dpi_panel_x(panel, artist->x[1]);
    double y0 = dpi_panel_y(panel, artist->y[0]), y1 = dpi_panel_y(panel, artist->y[1]);
    if (isnan(x0 + x1 + y0 + y1))
        return;
    double x = fmin(x0, x1), y = fmin(y0, y1), w = fabs(x1 - x0), h = fabs(y1 - y0);
    if (artist->kind == DPI_BOX)
        dpi_path_round_rect(&path, x, y, w, h, artist->look.radius);
    else
        dpi_path_ellipse(&path, x + w / 2, y + h / 2, w / 2, h / 2);
    draw_shape(panel, artist, canvas, &path);
}

static void draw_polygon(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    dpi_path path = {.ctx = canvas->ctx};
    for (int64_t i = 0; i < artist->n; i++) {
        double x = dpi_panel_x(panel, artist->x[i]), y = dpi_panel_y(panel, artist->y[i]);
        if (isnan(x) || isnan(y))
            continue;
        if (path.step_count)
            dpi_path_line(&path, x, y);
        else
            dpi_path_move(&path, x, y);
    }
    dpi_path_close(&path);
    draw_shape(panel, artist, canvas, &path);
}

/* A filled head with its tip at (x, y), for an arrow that comes from the direction of (from_x, from_y). Returns in
 * *from_x, *from_y where the line should end: at the foot of the head. */
static void draw_head(const dpi_artist *artist, dpi_canvas *canvas, double *from_x, double *from_y, double x, double y)
{
    double width = width_of(&artist->look, EDGE_WIDTH),
           size = artist->look.size > 0 ? artist->look.size : 4 + 2.5 * width;
    double dx = x - *from_x, dy = y - *from_y, length = hypot(dx, dy);
    if (!(length > 0))
        return;
    dx *= size / length, dy *= size / length;
    dpi_path path = {.ctx = canvas->ctx};
    dpi_path_move(&path, x, y);
    dpi_path_line(&path, x - dx - 0.4 * dy, y - dy + 0.4 * dx);
    dpi_path_line(&path, x - 0.8 * dx, y - 0.8 * dy);
    dpi_path_line(&path, x - dx + 0.4 * dy, y - dy - 0.4 * dx);
    dpi_path_close(&path);
    dpi_draw_path(canvas, &path, artist->look.color, (dpi_pen){0});
    *from_x = x - 0.8 * dx, *from_y = y - 0.8 * dy;
}

static void draw_curve(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    dpi_path path = {.ctx = canvas->ctx};
    bool straight = artist->kind == DPI_ARROW;
    for (int64_t i = 0; i < artist->n; i++)
        if (isnan(dpi_panel_x(panel, artist->x[i])) || isnan(dpi_panel_y(panel, artist->y[i])))
            return;
    double x[3], y[3];
    for (int64_t i = 0; i < artist->n; i++) {
        int k = straight ? 0 : (int)((i + 2) % 3);
        x[k] = dpi_panel_x(panel, artist->x[i]), y[k] = dpi_panel_y(panel, artist->y[i]);
        bool last = i == artist->n - 1;
        if (i == 0) {
            dpi_path_move(&path, x[k], y[k]);
        } else if (straight || k == 2) {
            double from_x = straight ? dpi_panel_x(panel, artist->x[i - 1]) : x[1];
            double from_y = straight ? dpi_panel_y(panel, artist->y[i - 1]) : y[1];
            double tip_x = x[k], tip_y = y[k];
            if (!straight && hypot(tip_x - from_x, tip_y - from_y) < 1e-6)
                from_x = x[0], from_y = y[0];
            if (last && artist->look.arrow)
                draw_head(artist, canvas, &from_x, &from_y, tip_x, tip_y), tip_x = from_x, tip_y = from_y;
            if (straight)
                dpi_path_line(&path, tip_x, tip_y);
            else
                dpi_path_curve(&path, x[0], y[0], x[1], y[1], tip_x, tip_y);
        }
    }
    dpi_draw_path(canvas, &path, no_color,
                  (dpi_pen){artist->look.color, width_of(&artist->look, EDGE_WIDTH), artist->look.dash});
}

/* ---- Contours ---- */

static void draw_contour(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    dpi_scale scale = dpi_artist_scale(panel->axes, artist);
    double found[16];
    const double *levels = artist->values;
    int count = levels ? (int)artist->n : dpi_contour_levels(scale.lo, scale.hi, found);
    if (!levels)
        levels = found;
    for (int i = 0; i < count && canvas->status == DP_OK; i++) {
        dpi_path path = {.ctx = canvas->ctx};
        dpi_rgba color = artist->look.has_color ? artist->look.color
                                                : dpi_colormap(scale.map, dpi_norm(levels[i], scale.lo, scale.hi));
        dpi_contour_path(panel, artist, levels[i], &path);
        dpi_draw_path(canvas, &path, no_color,
                      (dpi_pen){color, width_of(&artist->look, EDGE_WIDTH), artist->look.dash});
    }
}

void dpi_draw_artist(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    switch (artist->kind) {
    case DPI_LINES:
        draw_line(panel, artist, canvas);
        break;
    case DPI_SCATTER:
        dpi_draw_marks(panel, artist, canvas);
        break;
    case DPI_BARS:
    case DPI_HIST:
        draw_bars(panel, artist, canvas);
        break;
    case DPI_CONTOUR:
        draw_contour(panel, artist, canvas);
        break;
    case DPI_ARROW:
    case DPI_BEZIER:
        draw_curve(panel, artist, canvas);
        break;
    case DPI_BOX:
    case DPI_ELLIPSE:
        draw_box(panel, artist, canvas);
        break;
    case DPI_POLYGON:
        draw_polygon(panel, artist, canvas);
        break;
    case DPI_HEAT:
    case DPI_IMAGE:
    case DPI_REGIONS:
    case DPI_TEXT:
    case DPI_NOTE:
        break;
    }
}
