/* One panel measured: what stands around its box, and how far it reaches. */
#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "plot/layout.h"
#include "plot/ticks.h"

void dpi_panel_free(dp_ctx *ctx, dpi_panel *panel)
{
    for (int i = 0; i < 2; i++) {
        dpi_scale_view_free(ctx, &panel->axis[i]);
        dpi_label_free(&panel->title[i]);
    }
    for (size_t i = 0; panel->texts && i < panel->axes->artist_count; i++)
        dpi_label_free(&panel->texts[i]);
    dpi_free(ctx, panel->texts);
    dpi_label_free(&panel->note);
    dpi_legend_free(ctx, &panel->legend);
    dpi_scale_view_free(ctx, &panel->bar);
}

static double font_size(const dpi_layout *layout)
{
    return layout->figure->options.font_size;
}

dpi_box dpi_text_box(const dpi_label *label, const dpi_look *look, double x, double y, double *base_x, double *base_y)
{
    double w = label->width, h = dpi_label_height(label), turn = look->angle * (3.14159265358979323846 / 180);
    /* The text's own box before it is turned, with the place at the origin. */
    double left = -w * (look->halign + 1) / 2, top = h * (look->valign - 1) / 2, c = cos(turn), s = sin(turn);
    double lo_x = INFINITY, hi_x = -INFINITY, lo_y = INFINITY, hi_y = -INFINITY;
    for (int i = 0; i < 4; i++) {
        double px = left + (i % 2 ? w : 0), py = top + (i / 2 ? h : 0), tx = px * c + py * s, ty = -px * s + py * c;
        lo_x = fmin(lo_x, tx), hi_x = fmax(hi_x, tx), lo_y = fmin(lo_y, ty), hi_y = fmax(hi_y, ty);
    }
    double by = top + label->ascent;
    *base_x = x + left * c + by * s, *base_y = y - left * s + by * c;
    return (dpi_box){x + lo_x, y + lo_y, hi_x - lo_x, hi_y - lo_y};
}

/* Sets what does not depend on the size of the box; done once. */
static dp_status fixed_labels(dpi_layout *layout, dpi_panel *panel)
{
    const dp_axes *axes = panel->axes;
    dp_ctx *ctx = layout->ctx;
    dp_status status = DP_OK;
    for (int i = 0; i < 2 && status == DP_OK; i++)
        status = dpi_label_set(ctx, layout->fonts, axes->title[i], (dpi_face){.size = axes->title_size[i]}, i ? -1 : 0,
                               &panel->title[i]);
    int64_t bad = 0;
    for (size_t i = 0; i < axes->artist_count; i++) {
        const dpi_artist *artist = &axes->artists[i];
        if (artist->kind == DPI_HEAT)
            bad += dpi_count_nonfinite(artist->field);
        if (!artist->text || status != DP_OK)
            continue;
        if (!panel->texts) {
            void *texts;
            status = dpi_alloc(ctx, axes->artist_count, sizeof(dpi_label), "texts", &texts);
            if (status != DP_OK)
                return status;
            panel->texts = texts;
        }
        status = dpi_label_set(ctx, layout->fonts, artist->text,
                               (dpi_face){artist->look.font_size, false, artist->look.bold}, artist->look.halign,
                               &panel->texts[i]);
    }
    if (bad && status == DP_OK) {
        char text[96];
        snprintf(text, sizeof text, "%lld %s NaN or infinite", (long long)bad, bad == 1 ? "cell is" : "cells are");
        status = dpi_label_set(ctx, layout->fonts, text, (dpi_face){.size = 0.8 * font_size(layout)}, -1, &panel->note);
    }
    if (status == DP_OK && axes->has_legend)
        status = dpi_legend_measure(layout, panel);
    return status;
}

static bool shows_outer(const dp_axes *axes, dp_direction direction, bool tick_labels)
{
    const dp_figure_options *o = &axes->figure->options;
    bool shared = direction == DP_X ? o->share_x : o->share_y;
    if (!o->label_outer && !(shared && tick_labels))
        return true;
    return direction == DP_X ? axes->row == o->rows - 1 : axes->column == 0;
}

static dp_status set_axes(dpi_layout *layout, dpi_panel *panel, double width, double height)
{
    const dp_axes *axes = panel->axes;
    dp_status status = DP_OK;
    for (int d = 0; d < 2 && status == DP_OK; d++) {
        dpi_view view = dpi_view_of(axes, (dp_direction)d);
        if (axes->off) {
            dpi_scale_view_free(layout->ctx, &panel->axis[d]);
            panel->axis[d].view = view;
            continue;
        }
        status =
            dpi_scale_view_set(layout, axes->axis[d], view, (dp_direction)d, shows_outer(axes, (dp_direction)d, true),
                               d == DP_X ? width : height, &panel->axis[d]);
        if (status == DP_OK && shows_outer(axes, (dp_direction)d, false))
            status = dpi_axis_label_set(layout, axes->label[d], d == DP_X ? width : height, &panel->axis[d].label);
    }
    return status;
}

static dp_status set_bar(dpi_layout *layout, dpi_panel *panel, double height)
{
    const dp_axes *axes = panel->axes;
    const dpi_artist *artist = axes->has_colorbar ? dpi_scaled_artist(axes) : NULL;
    panel->bar_box.w = 0;
    if (!artist)
        return DP_OK;
    dpi_scale scale = dpi_artist_scale(axes, artist);
    dpi_view view = {.lo = fmax(-4e307, scale.lo), .hi = fmin(4e307, scale.hi)};
    if (!(view.hi > view.lo))
        dpi_limits_widen(&view.lo, &view.hi, 0.1);
    dp_status status = dpi_scale_view_set(layout, NULL, view, DP_Y, true, height, &panel->bar);
    if (status == DP_OK)
        status = dpi_axis_label_set(layout, axes->colorbar_label, height, &panel->bar.label);
    panel->bar_box.w = DPI_BAR_WIDTH;
    return status;
}

static double label_room(const dpi_label *label)
{
    return label->count ? DPI_LABEL_PAD + dpi_label_height(label) : 0;
}

static bool has_labels(const dpi_scale_view *view)
{
    return view->show_labels && view->height > 0;
}

/* From the frame to the far side of the tick labels. */
static double tick_room(const dpi_scale_view *view, double size)
{
    if (!view->count)
        return 0;
    return DPI_TICK_LENGTH + (has_labels(view) ? DPI_TICK_PAD + size : 0);
}

static void measure_axes(dpi_panel *panel, double width, double height)
{
    const dpi_scale_view *x = &panel->axis[DP_X], *y = &panel->axis[DP_Y];
    double *m = panel->margin, *o = panel->over;
    m[DPI_LEFT] = tick_room(y, y->width) + label_room(&y->label);
    m[DPI_BOTTOM] = tick_room(x, x->height) + label_room(&x->label);
    for (int64_t i = 0; i < x->count; i++) {
        double half = x->ticks[i].label.width / 2, at = x->ticks[i].part * width;
        m[DPI_LEFT] = fmax(m[DPI_LEFT], half - at);
        m[DPI_RIGHT] = fmax(m[DPI_RIGHT], half + at - width);
    }
    for (int64_t i = 0; i < y->count; i++) {
        double half = dpi_label_height(&y->ticks[i].label) / 2, at = y->ticks[i].part * height;
        m[DPI_BOTTOM] = fmax(m[DPI_BOTTOM], half - at);
        m[DPI_TOP] = fmax(m[DPI_TOP], half + at - height);
    }
    double wide = (x->label.width - width) / 2, high = (y->label.width - height) / 2;
    panel->least[DP_X] = wide > 0 ? x->label.width : 0, panel->least[DP_Y] = high > 0 ? y->label.width : 0;
    o[DPI_LEFT] = fmax(o[DPI_LEFT], wide), o[DPI_RIGHT] = fmax(o[DPI_RIGHT], wide);
    o[DPI_TOP] = fmax(o[DPI_TOP], high), o[DPI_BOTTOM] = fmax(o[DPI_BOTTOM], high);
}

static void measure_titles(dpi_panel *panel, double width)
{
    const dpi_label *center = &panel->title[DP_TITLE_CENTER], *left = &panel->title[DP_TITLE_LEFT];
    double h[2] = {center->count ? DPI_TITLE_PAD + dpi_label_height(center) : 0,
                   left->count ? DPI_TITLE_PAD + dpi_label_height(left) : 0};
    panel->stacked = center->count && left->count && left->width + 12 > (width - center->width) / 2;
    panel->margin[DPI_TOP] = fmax(panel->margin[DPI_TOP], panel->stacked ? h[0] + h[1] : fmax(h[0], h[1]));
    double beyond = (center->width - width) / 2;
    panel->over[DPI_LEFT] = fmax(panel->over[DPI_LEFT], beyond);
    panel->over[DPI_RIGHT] = fmax(panel->over[DPI_RIGHT], fmax(beyond, left->width - width));
}

static void measure_right(dpi_panel *panel, double height)
{
    double *m = panel->margin, from = 0;
    if (panel->bar_box.w > 0) {
        from = DPI_BAR_GAP + DPI_BAR_WIDTH + tick_room(&panel->bar, panel->bar.width) + label_room(&panel->bar.label);
        m[DPI_TOP] = fmax(m[DPI_TOP], panel->bar.height / 2),
        m[DPI_BOTTOM] = fmax(m[DPI_BOTTOM], panel->bar.height / 2);
        double high = (panel->bar.label.width - height) / 2;
        if (high > 0)
            panel->least[DP_Y] = fmax(panel->least[DP_Y], panel->bar.label.width);
        panel->over[DPI_TOP] = fmax(panel->over[DPI_TOP], high),
        panel->over[DPI_BOTTOM] = fmax(panel->over[DPI_BOTTOM], high);
    }
    if (panel->legend.count && panel->axes->legend == DP_LEGEND_OUTSIDE) {
        from += DPI_LEGEND_GAP + panel->legend.box.w;
        panel->over[DPI_BOTTOM] = fmax(panel->over[DPI_BOTTOM], panel->legend.box.h - height);
    }
    m[DPI_RIGHT] = fmax(m[DPI_RIGHT], from);
}

static void measure_texts(dpi_panel *panel, double width, double height)
{
    double *o = panel->over;
    panel->box = (dpi_box){0, 0, width, height};
    for (size_t i = 0; panel->texts && i < panel->axes->artist_count; i++) {
        const dpi_artist *artist = &panel->axes->artists[i];
        if (!panel->texts[i].count)
            continue;
        bool note = artist->kind == DPI_NOTE;
        double x = note ? artist->x[0] * width : dpi_panel_x(panel, artist->x[0]), unused_x;
        double y = note ? (1 - artist->y[0]) * height : dpi_panel_y(panel, artist->y[0]), unused_y;
        if (isnan(x) || isnan(y) || x < -width || x > 2 * width || y < -height || y > 2 * height)
            continue; /* far off: not shown */
        dpi_box box = dpi_text_box(&panel->texts[i], &artist->look, x, y, &unused_x, &unused_y);
        o[DPI_LEFT] = fmax(o[DPI_LEFT], -box.x), o[DPI_RIGHT] = fmax(o[DPI_RIGHT], box.x + box.w - width);
        o[DPI_TOP] = fmax(o[DPI_TOP], -box.y), o[DPI_BOTTOM] = fmax(o[DPI_BOTTOM], box.y + box.h - height);
    }
}

dp_status dpi_panel_measure(dpi_layout *layout, dpi_panel *panel, double width, double height)
{
    for (int i = 0; i < 4; i++)
        panel->margin[i] = panel->over[i] = 0;
    dp_status status = DP_OK;
    if (!panel->box.w)
        status = fixed_labels(layout, panel);
    if (status == DP_OK)
        status = set_axes(layout, panel, width, height);
    if (status == DP_OK)
        status = set_bar(layout, panel, height);
    if (status != DP_OK)
        return status;
    measure_axes(panel, width, height);
    measure_titles(panel, width);
    measure_right(panel, height);
    measure_texts(panel, width, height);
    if (panel->note.count) {
        panel->margin[DPI_BOTTOM] += DPI_LABEL_PAD + dpi_label_height(&panel->note);
        panel->over[DPI_RIGHT] = fmax(panel->over[DPI_RIGHT], panel->note.width + 1.2 * panel->note.ascent - width);
    }
    return DP_OK;
}
