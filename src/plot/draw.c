/* A whole figure: background, panels, titles. */
#include "plot/draw.h"

#include <math.h>
#include <string.h>

static const dpi_rgba no_color = {0};

void dpi_draw_path(dpi_canvas *canvas, dpi_path *path, dpi_rgba fill, dpi_pen pen)
{
    if (path->status != DP_OK)
        canvas->status = path->status;
    else if (path->step_count && canvas->status == DP_OK)
        canvas->class->path(canvas, path, fill, pen);
    dpi_path_free(path);
}

static void draw_label(dpi_canvas *canvas, const dpi_label *label, double x, double y, double degrees, dpi_rgba color)
{
    if (label->count && canvas->status == DP_OK)
        canvas->class->label(canvas, label, x, y, degrees, color);
}

/* ---- Fields ---- */

static void mirror(dpi_pixels *pixels, bool across, bool upright)
{
    int64_t w = pixels->width, h = pixels->height;
    uint32_t *p = (uint32_t *)(void *)pixels->rgba;
    for (int64_t y = 0; across && y < h; y++)
        for (int64_t x = 0; x < w / 2; x++) {
            uint32_t t = p[y * w + x];
            p[y * w + x] = p[y * w + w - 1 - x], p[y * w + w - 1 - x] = t;
        }
    for (int64_t y = 0; upright && y < h / 2; y++)
        for (int64_t x = 0; x < w; x++) {
            uint32_t t = p[y * w + x];
            p[y * w + x] = p[(h - 1 - y) * w + x], p[(h - 1 - y) * w + x] = t;
        }
}

static void draw_field(const dpi_panel *panel, const dpi_artist *artist, dpi_canvas *canvas)
{
    const double *e = artist->extent;
    double x0 = dpi_panel_x(panel, e[0]), x1 = dpi_panel_x(panel, e[1]), y0 = dpi_panel_y(panel, e[2]),
           y1 = dpi_panel_y(panel, e[3]);
    if (isnan(x0 + x1 + y0 + y1) || x0 == x1 || y0 == y1)
        return;
    dpi_pixels pixels;
    dp_status status = dpi_field_pixels(panel->axes, artist, &pixels);
    if (status != DP_OK) {
        canvas->status = status;
        return;
    }
    mirror(&pixels, x0 > x1, y0 > y1); /* row 0 is at y0, which is the lower edge unless the axis is inverted */
    canvas->class->image(canvas, &pixels, (dpi_box){fmin(x0, x1), fmin(y0, y1), fabs(x1 - x0), fabs(y1 - y0)});
    dpi_pixels_free(canvas->ctx, &pixels);
}

/* ---- Axes ---- */

static void draw_grid(const dpi_panel *panel, dpi_canvas *canvas)
{
    dpi_box b = panel->box;
    /* On white, black becomes matplotlib's #b0b0b0. */
    dpi_pen pen = {dpi_faded(panel->axes->figure->foreground, 0.31), 0.8, DP_SOLID};
    for (int d = 0; d < 2; d++) {
        const dpi_scale_view *view = &panel->axis[d];
        for (int64_t i = 0; i < view->count; i++) {
            double x = b.x + view->ticks[i].part * b.w, y = b.y + (1 - view->ticks[i].part) * b.h;
            if (view->ticks[i].minor)
                continue;
            if (d == DP_X)
                dpi_canvas_line(canvas, x, b.y, x, b.y + b.h, pen);
            else
                dpi_canvas_line(canvas, b.x, y, b.x + b.w, y, pen);
        }
    }
}

static dpi_pen frame_pen(const dpi_panel *panel)
{
    return (dpi_pen){panel->axes->figure->foreground, DPI_FRAME_WIDTH, DP_SOLID};
}

static void draw_frame(dpi_canvas *canvas, dpi_box b, dpi_pen pen)
{
    dpi_path path = {.ctx = canvas->ctx};
    double x0 = dpi_canvas_snap(canvas, b.x, pen.width), x1 = dpi_canvas_snap(canvas, b.x + b.w, pen.width);
    double y0 = dpi_canvas_snap(canvas, b.y, pen.width), y1 = dpi_canvas_snap(canvas, b.y + b.h, pen.width);
    dpi_path_rect(&path, x0, y0, x1 - x0, y1 - y0);
    dpi_draw_path(canvas, &path, no_color, pen);
}

static void draw_x_ticks(const dpi_panel *panel, dpi_canvas *canvas)
{
    const dpi_scale_view *view = &panel->axis[DP_X];
    dpi_box b = panel->box;
    dpi_pen pen = frame_pen(panel);
    double bottom = b.y + b.h, base = bottom + DPI_TICK_LENGTH + DPI_TICK_PAD;
    for (int64_t i = 0; i < view->count; i++) {
        const dpi_tick *tick = &view->ticks[i];
        double x = b.x + tick->part * b.w;
        dpi_canvas_line(canvas, x, bottom, x, bottom + (tick->minor ? DPI_MINOR_LENGTH : DPI_TICK_LENGTH), pen);
        draw_label(canvas, &tick->label, x - tick->label.width / 2, base + tick->label.ascent, 0, pen.color);
    }
    const dpi_label *label = &view->label;
    double under = view->count ? DPI_TICK_LENGTH + (view->height > 0 ? DPI_TICK_PAD + view->height : 0) : 0;
    draw_label(canvas, label, b.x + (b.w - label->width) / 2, bottom + under + DPI_LABEL_PAD + label->ascent, 0,
               pen.color);
}

/* Ticks along the left side of a box, or (right) along the right one. */
static void draw_y_ticks(const dpi_scale_view *view, dpi_box b, bool right, dpi_canvas *canvas, dpi_pen pen)
{
    double side = right ? 1 : -1, edge = right ? b.x + b.w : b.x, far = edge + side * (DPI_TICK_LENGTH + DPI_TICK_PAD);
    for (int64_t i = 0; i < view->count; i++) {
        const dpi_tick *tick = &view->ticks[i];
        double y = b.y + (1 - tick->part) * b.h;
        dpi_canvas_line(canvas, edge, y, edge + side * (tick->minor ? DPI_MINOR_LENGTH : DPI_TICK_LENGTH), y, pen);
        if (!tick->label.count)
            continue;
        double middle = 0.365 * tick->label.runs[0].face.size; /* half the height of a digit */
        draw_label(canvas, &tick->label, right ? far : far - tick->label.width, y + middle, 0, pen.color);
    }
    const dpi_label *label = &view->label;
    double out = view->count ? DPI_TICK_LENGTH + (view->height > 0 ? DPI_TICK_PAD + view->width : 0) : 0;
    out += DPI_LABEL_PAD + (right ? label->ascent : label->descent);
    draw_label(canvas, label, edge + side * out, b.y + (b.h + label->width) / 2, 90, pen.color);
}

static void draw_titles(const dpi_panel *panel, dpi_canvas *canvas)
{
    const dpi_label *center = &panel->title[DP_TITLE_CENTER], *left = &panel->title[DP_TITLE_LEFT];
    dpi_rgba color = panel->axes->figure->foreground;
    double base = panel->box.y - DPI_TITLE_PAD;
    draw_label(canvas, left, panel->box.x, base - left->descent, 0, color);
    if (panel->stacked)
        base -= dpi_label_height(left) + DPI_TITLE_PAD;
    draw_label(canvas, center, panel->box.x + (panel->box.w - center->width) / 2, base - center->descent, 0, color);
}

static void draw_note(const dpi_panel *panel, dpi_canvas *canvas)
{
    const dpi_label *note = &panel->note;
    if (!note->count)
        return;
    double side = note->ascent, x = panel->box.x,
           top = panel->box.y + panel->box.h + panel->margin[DPI_BOTTOM] - dpi_label_height(note);
    dpi_path path = {.ctx = canvas->ctx};
    dpi_path_rect(&path, x, top, side, side);
    dpi_draw_path(canvas, &path, dpi_colormap(DP_VIRIDIS, NAN), (dpi_pen){0});
    draw_label(canvas, note, x + 1.4 * side, top + note->ascent, 0, panel->axes->figure->foreground);
}

static void draw_colorbar(const dpi_panel *panel, dpi_canvas *canvas)
{
    uint8_t rgba[256 * 4];
    dpi_pixels steps = {1, 256, rgba};
    const dpi_artist *artist = dpi_scaled_artist(panel->axes);
    if (panel->bar_box.w == 0 || !artist)
        return;
    dp_colormap map = dpi_artist_scale(panel->axes, artist).map;
    for (int i = 0; i < 256; i++) {
        dpi_rgba c = dpi_colormap(map, (255 - i) / 255.0);
        memcpy(rgba + 4 * i, &(uint8_t[4]){c.r, c.g, c.b, 255}, 4);
    }
    canvas->class->image(canvas, &steps, panel->bar_box);
    draw_frame(canvas, panel->bar_box, frame_pen(panel));
    draw_y_ticks(&panel->bar, panel->bar_box, true, canvas, frame_pen(panel));
}

static void draw_texts(const dpi_panel *panel, dpi_canvas *canvas)
{
    for (size_t i = 0; panel->texts && i < panel->axes->artist_count; i++) {
        const dpi_artist *a = &panel->axes->artists[i];
        dpi_box b = panel->box;
        if (!panel->texts[i].count)
            continue;
        bool note = a->kind == DPI_NOTE;
        double x = note ? b.x + a->x[0] * b.w : dpi_panel_x(panel, a->x[0]), base_x;
        double y = note ? b.y + (1 - a->y[0]) * b.h : dpi_panel_y(panel, a->y[0]), base_y;
        if (isnan(x) || isnan(y))
            continue;
        dpi_text_box(&panel->texts[i], &a->look, x, y, &base_x, &base_y);
        draw_label(canvas, &panel->texts[i], base_x, base_y, a->look.angle, a->look.color);
    }
}

static void draw_panel(const dpi_panel *panel, dpi_canvas *canvas)
{
    const dp_axes *axes = panel->axes;
    if (!axes->off)
        canvas->class->clip(canvas, panel->box);
    for (size_t i = 0; i < axes->artist_count && canvas->status == DP_OK; i++)
        if (dpi_is_field(axes->artists[i].kind))
            draw_field(panel, &axes->artists[i], canvas);
    if (axes->grid)
        draw_grid(panel, canvas);
    for (size_t i = 0; i < axes->artist_count && canvas->status == DP_OK; i++)
        if (!dpi_is_field(axes->artists[i].kind))
            dpi_draw_artist(panel, &axes->artists[i], canvas);
    if (!axes->off)
        canvas->class->unclip(canvas);
    if (!axes->off) {
        draw_frame(canvas, panel->box, frame_pen(panel));
        draw_x_ticks(panel, canvas);
        draw_y_ticks(&panel->axis[DP_Y], panel->box, false, canvas, frame_pen(panel));
    }
    draw_titles(panel, canvas);
    draw_colorbar(panel, canvas);
    draw_texts(panel, canvas);
    draw_note(panel, canvas);
    dpi_draw_legend(panel, canvas);
}

void dpi_draw_figure(const dpi_layout *layout, dpi_canvas *canvas)
{
    const dp_figure *figure = layout->figure;
    dpi_path all = {.ctx = layout->ctx};
    dpi_path_rect(&all, 0, 0, layout->width, layout->height);
    if (figure->background.a)
        dpi_draw_path(canvas, &all, figure->background, (dpi_pen){0});
    else
        dpi_path_free(&all);
    for (int i = 0; i < figure->axes_count && canvas->status == DP_OK; i++)
        draw_panel(&layout->panels[i], canvas);
    draw_label(canvas, &layout->suptitle, layout->suptitle_x, layout->suptitle_y, 0, figure->foreground);
}
