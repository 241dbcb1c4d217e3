/* Nodes, arrows and what is written on them. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "plot/draw.h"
#include "plot/drawing_internal.h"
#include "plot/drawing_look.h"

static const dpi_rgba nothing = {0};

/* ---- Text ---- */

/* Centred at x, its upper edge at y. */
static void paint_label(dpi_canvas *canvas, const dpi_label *label, double x, double y, dpi_rgba color)
{
    if (!label->count || canvas->status != DP_OK)
        return;
    canvas->class->label(canvas, label, x - label->width / 2, y + label->ascent, 0, color);
}

/* ---- Arrows ---- */

typedef struct point {
    double x, y;
} point;

static point direction(point from, point to)
{
    double dx = to.x - from.x, dy = to.y - from.y, length = hypot(dx, dy);
    return length > 1e-9 ? (point){dx / length, dy / length} : (point){1, 0};
}

/* All of an arrow as one line of Bezier pieces, through the middle of its block. Returns the number of points. */
static int whole_curve(const dpi_gedge *edge, point *to)
{
    int count = 0;
    for (int i = 0; i < edge->point_count[0]; i++)
        to[count++] = (point){edge->points[0][2 * i], edge->points[0][2 * i + 1]};
    if (!edge->point_count[1] || !count)
        return count;
    point a = to[count - 1], b = {edge->points[1][0], edge->points[1][1]};
    to[count++] = (point){a.x + (b.x - a.x) / 3, a.y + (b.y - a.y) / 3};
    to[count++] = (point){b.x - (b.x - a.x) / 3, b.y - (b.y - a.y) / 3};
    for (int i = 0; i < edge->point_count[1]; i++)
        to[count++] = (point){edge->points[1][2 * i], edge->points[1][2 * i + 1]};
    return count;
}

/* The direction at the first point of a piece that goes on through `next` to `end`: control points may lie on the point. */
static point heading(point at, point next, point end)
{
    return direction(at, hypot(next.x - at.x, next.y - at.y) > 1e-6 ? next : end);
}

static point beside(point p, point along, double by)
{
    return (point){p.x - along.y * by, p.y + along.x * by};
}

/* The curve beside p: each piece is moved along the normals at its ends; where two meet, along the mean of both. */
static void move_aside(const point *p, int count, double by, point *to)
{
    point before = {0};
    for (int i = 0; i + 3 < count; i += 3) {
        point first = heading(p[i], p[i + 1], p[i + 3]), last = heading(p[i + 3], p[i + 2], p[i]);
        last = (point){-last.x, -last.y};
        if (i)
            first = direction((point){0}, (point){first.x + before.x, first.y + before.y});
        to[i] = beside(p[i], first, by);
        to[i + 1] = beside(p[i + 1], first, by);
        to[i + 2] = beside(p[i + 2], last, by);
        to[i + 3] = beside(p[i + 3], last, by);
        before = last;
    }
}

static void paint_head(dpi_canvas *canvas, point tip, point along, double size, dpi_rgba color)
{
    dpi_path path = {.ctx = canvas->ctx};
    dpi_path_move(&path, tip.x, tip.y);
    dpi_path_line(&path, tip.x - along.x * size - along.y * size * 0.42,
                  tip.y - along.y * size + along.x * size * 0.42);
    dpi_path_line(&path, tip.x - along.x * size + along.y * size * 0.42,
                  tip.y - along.y * size - along.x * size * 0.42);
    dpi_path_close(&path);
    dpi_draw_path(canvas, &path, color, (dpi_pen){nothing, 0, DP_SOLID});
}

/* From the first to the last point; the line stops where the head begins. */
static void paint_curve(dpi_canvas *canvas, point *p, int count, double head, dpi_rgba color, double width)
{
    dpi_path path = {.ctx = canvas->ctx};
    point tip = p[count - 1], along = direction(p[count - 2], tip);
    if (hypot(tip.x - p[count - 2].x, tip.y - p[count - 2].y) < 1e-6)
        along = direction(p[count - 4], tip);
    p[count - 1] = (point){tip.x - along.x * head * 0.9, tip.y - along.y * head * 0.9};
    p[count - 2] = (point){p[count - 2].x - along.x * head * 0.9, p[count - 2].y - along.y * head * 0.9};
    dpi_path_move(&path, p[0].x, p[0].y);
    for (int i = 1; i + 2 < count; i += 3)
        dpi_path_curve(&path, p[i].x, p[i].y, p[i + 1].x, p[i + 1].y, p[i + 2].x, p[i + 2].y);
    dpi_draw_path(canvas, &path, nothing, (dpi_pen){color, width, DP_SOLID});
    paint_head(canvas, tip, along, head, color);
}

static void turn_round(point *p, int count)
{
    for (int i = 0; i < count / 2; i++) {
        point other = p[i];
        p[i] = p[count - 1 - i];
        p[count - 1 - i] = other;
    }
}

static void paint_arrows(const dp_drawing *d, const dpi_gedge *edge, dpi_canvas *canvas)
{
    size_t most = (size_t)edge->point_count[0] + (size_t)edge->point_count[1] + 2;
    void *memory;
    if (canvas->status != DP_OK || !edge->point_count[0])
        return;
    canvas->status = dpi_alloc(canvas->ctx, 2 * most, sizeof(point), "drawing", &memory);
    if (canvas->status != DP_OK)
        return;
    point *middle = memory, *p = middle + most;
    double apart = edge->goes_back ? APART : 0;
    int count = whole_curve(edge, middle);
    if (edge->shown && count >= 4) {
        move_aside(middle, count, -apart, p);
        paint_curve(canvas, p, count, 6, d->color[DPI_FORWARD], FORWARD_WIDTH);
    }
    if (edge->back_shown && count >= 4) {
        move_aside(middle, count, apart, p);
        turn_round(p, count);
        paint_curve(canvas, p, count, 8, d->color[DPI_BACKWARD], BACKWARD_WIDTH);
    }
    dpi_free(canvas->ctx, memory);
}

/* ---- What is written on them ---- */

static void paint_heat(dpi_canvas *canvas, const dp_array *array, dpi_box box)
{
    dpi_pixels pixels;
    if (canvas->status != DP_OK)
        return;
    canvas->status = dpi_heat_thumbnail(canvas->ctx, array, &pixels);
    if (canvas->status != DP_OK)
        return;
    canvas->class->image(canvas, &pixels, box);
    dpi_pixels_free(canvas->ctx, &pixels);
    dpi_path frame = {.ctx = canvas->ctx};
    dpi_path_rect(&frame, box.x, box.y, box.w, box.h);
    dpi_draw_path(canvas, &frame, nothing, (dpi_pen){grey, 0.5, DP_SOLID});
}

static void paint_blank(dpi_canvas *canvas, double x, double y, dpi_rgba color)
{
    dpi_path box = {.ctx = canvas->ctx};
    dpi_path_rect(&box, x - BLANK_WIDTH / 2, y, BLANK_WIDTH, BLANK_HEIGHT);
    dpi_draw_path(canvas, &box, paper, (dpi_pen){color, 1, DP_SOLID});
}

/* The number, array or picture, its upper edge at y. */
static void paint_content(const dpi_gside *side, double x, double y, double h, dpi_rgba color, dpi_canvas *canvas)
{
    const dpi_label *text = &side->text_label;
    if (side->blank) {
        paint_blank(canvas, x, y, color);
        return;
    }
    if (!side->heat) {
        paint_label(canvas, text, x, y, color);
        return;
    }
    double left = x - (side->heat_w + HEAT_GAP + text->width) / 2;
    paint_heat(canvas, side->numbers, (dpi_box){left, y + (h - side->heat_h) / 2, side->heat_w, side->heat_h});
    paint_label(canvas, text, left + side->heat_w + HEAT_GAP + text->width / 2, y + (h - dpi_label_height(text)) / 2,
                color);
}

/* Above the arrow the shape comes first, below it last. */
static void paint_side(const dp_drawing *d, const dpi_gedge *edge, int which, dpi_canvas *canvas)
{
    const dpi_gside *side = &edge->side[which];
    dpi_rgba color = d->color[which];
    double shape = side->shape_label.width > 0 ? dpi_label_height(&side->shape_label) + SIDE_GAP : 0,
           h = side->h - shape;
    if (!side->numbers)
        return;
    if (which == DPI_FORWARD) {
        paint_content(side, edge->x, edge->y - LINE_GAP - h, h, color, canvas);
        paint_label(canvas, &side->shape_label, edge->x, edge->y - LINE_GAP - h - shape, grey);
    } else {
        paint_content(side, edge->x, edge->y + LINE_GAP, h, color, canvas);
        paint_label(canvas, &side->shape_label, edge->x, edge->y + LINE_GAP + h + SIDE_GAP, color);
    }
}

/* ---- Nodes ---- */

static void paint_shape(const dpi_gnode *node, dpi_canvas *canvas)
{
    dpi_path path = {.ctx = canvas->ctx};
    dpi_pen pen = {ink, 1.2, DP_SOLID};
    if (node->round)
        dpi_path_ellipse(&path, node->x, node->y, node->w / 2, node->h / 2);
    else
        dpi_path_round_rect(&path, node->x - node->w / 2, node->y - node->h / 2, node->w, node->h, 7);
    dpi_draw_path(canvas, &path, fill, pen);
}

/* A line of a node; y moves on to the next. */
static void paint_line(dpi_canvas *canvas, const dpi_label *line, double x, double gap, dpi_rgba color, double *y)
{
    if (line->width <= 0)
        return;
    *y += gap;
    paint_label(canvas, line, x, *y, color);
    *y += dpi_label_height(line);
}

/* All lines, centred in the shape. */
static void paint_node(const dp_drawing *d, const dpi_gnode *node, dpi_canvas *canvas)
{
    if (!node->shown)
        return;
    if (node->kind == DPI_G_OP)
        paint_shape(node, canvas);
    double y = node->y - node->h / 2;
    if (node->kind == DPI_G_OP) {
        double lines = dpi_label_height(&node->label_text);
        if (node->details_text.width > 0)
            lines += DETAILS_GAP + dpi_label_height(&node->details_text);
        if (node->notes_text.width > 0)
            lines += SIDE_GAP + dpi_label_height(&node->notes_text);
        y = node->y - lines / 2;
    }
    if (node->heat) {
        double w, h;
        dpi_heat_size(node->trace->forward, &w, &h);
        paint_heat(canvas, node->trace->forward, (dpi_box){node->x - w / 2, y, w, h});
        y += h + SIDE_GAP;
    }
    bool ok = node->trace->check && node->trace->check->ok;
    paint_line(canvas, &node->label_text, node->x, 0, ink, &y);
    paint_line(canvas, &node->details_text, node->x, DETAILS_GAP, grey, &y);
    paint_line(canvas, &node->notes_text, node->x, SIDE_GAP, d->color[DPI_BACKWARD], &y);
    paint_line(canvas, &node->badge_text, node->x, SIDE_GAP, ok ? good : bad, &y);
}

void dpi_drawing_paint(const dp_drawing *d, dpi_canvas *canvas)
{
    dpi_path page = {.ctx = canvas->ctx};
    dpi_path_rect(&page, 0, 0, d->width, d->height);
    dpi_draw_path(canvas, &page, paper, (dpi_pen){nothing, 0, DP_SOLID});
    for (int e = 0; e < d->edge_count; e++)
        paint_arrows(d, &d->edges[e], canvas);
    for (int n = 0; n < d->node_count; n++)
        paint_node(d, &d->nodes[n], canvas);
    for (int e = 0; e < d->edge_count; e++) {
        if (d->edges[e].shown)
            paint_side(d, &d->edges[e], DPI_FORWARD, canvas);
        if (d->edges[e].back_shown)
            paint_side(d, &d->edges[e], DPI_BACKWARD, canvas);
    }
}

/* Signed numbers around zero, others from their least to their most. */
dp_status dpi_heat_thumbnail(dp_ctx *ctx, const dp_array *array, dpi_pixels *out)
{
    dp_array matrix = *array;
    int64_t rows, columns;
    double least = 0;
    dpi_heat_matrix(array, &rows, &columns);
    matrix.shape = dp_shape_of(2, (int64_t[]){rows, columns});
    for (int64_t i = 0; i < rows * columns; i++)
        least = fmin(least, dp_array_get(array, i));
    dpi_scale scale = dpi_scale_of(&matrix, (dpi_scale){.map = least < 0 ? DP_DIVERGING : DP_VIRIDIS});
    dpi_pixels large;
    dp_status status = dpi_heat_pixels(ctx, &matrix, scale, 1, &large);
    if (status != DP_OK)
        return status;
    int64_t most_w = 4 * (int64_t)HEAT_WIDTH, most_h = 4 * (int64_t)HEAT_HEIGHT;
    if (columns <= most_w && rows <= most_h) {
        *out = large;
        return DP_OK;
    }
    status = dpi_pixels_shrink(ctx, &large, columns < most_w ? columns : most_w, rows < most_h ? rows : most_h, out);
    dpi_pixels_free(ctx, &large);
    return status;
}
