/* What a figure shows, as JSON: the same layout that is painted, said in words and numbers. */
#include <math.h>
#include <string.h>

#include "plot/layout.h"

/* Writes JSON; the first error sticks. `first` is whether a comma is due before the next member. */
typedef struct writer {
    dp_text *out;
    dp_status status;
    bool first;
} writer;

static void raw(writer *w, const char *words)
{
    if (w->status == DP_OK)
        w->status = dp_text_add(w->out, words, strlen(words));
}

static void next(writer *w, const char *name)
{
    if (!w->first)
        raw(w, ", ");
    w->first = false;
    if (!name)
        return;
    if (w->status == DP_OK)
        w->status = dp_text_json_string(w->out, name);
    raw(w, ": ");
}

static void open(writer *w, const char *name, const char *bracket)
{
    next(w, name);
    raw(w, bracket);
    w->first = true;
}

static void close(writer *w, const char *bracket)
{
    raw(w, bracket);
    w->first = false;
}

static void string(writer *w, const char *name, const char *text)
{
    if (!text)
        return;
    next(w, name);
    if (w->status == DP_OK)
        w->status = dp_text_json_string(w->out, text);
}

static void number(writer *w, const char *name, double value)
{
    next(w, name);
    if (w->status == DP_OK)
        w->status = dp_text_json_number(w->out, value);
}

static void count(writer *w, const char *name, int64_t value)
{
    next(w, name);
    if (w->status == DP_OK)
        w->status = dp_text_addf(w->out, "%lld", (long long)value);
}

static void truth(writer *w, const char *name, bool value)
{
    next(w, name);
    raw(w, value ? "true" : "false");
}

static void color(writer *w, const char *name, dpi_rgba value)
{
    char text[10];
    string(w, name, dpi_color_text(value, text));
}

/* Lengths in points, to a thousandth. */
static void box(writer *w, const char *name, dpi_box b)
{
    const double all[4] = {b.x, b.y, b.w, b.h};
    open(w, name, "[");
    for (int i = 0; i < 4; i++)
        number(w, NULL, round(all[i] * 1000) / 1000);
    close(w, "]");
}

static void ticks(writer *w, const dpi_scale_view *view)
{
    open(w, "ticks", "[");
    for (int64_t i = 0; i < view->count; i++) {
        const dpi_tick *tick = &view->ticks[i];
        if (tick->minor)
            continue;
        open(w, NULL, "{");
        number(w, "at", tick->at);
        string(w, "label", tick->label.count ? tick->text : "");
        close(w, "}");
    }
    close(w, "]");
}

static void axis(writer *w, const char *name, const dpi_scale_view *view, const char *label)
{
    open(w, name, "{");
    if (view->label.count)
        string(w, "label", label);
    open(w, "limits", "[");
    number(w, NULL, view->view.lo);
    number(w, NULL, view->view.hi);
    close(w, "]");
    truth(w, "inverted", view->view.inverted);
    truth(w, "log", view->view.log);
    ticks(w, view);
    close(w, "}");
}

static void cell(writer *w, const char *name, const dpi_artist *a, dpi_scale scale, int64_t i)
{
    int64_t columns = a->field->shape.dims[1];
    double v = dp_array_get(a->field, i);
    open(w, name, "{");
    count(w, "row", i / columns);
    count(w, "column", i % columns);
    number(w, "value", v);
    color(w, "color", dpi_colormap(scale.map, dpi_norm(v, scale.lo, scale.hi)));
    close(w, "}");
}

/* The colours of the first, last, least and largest cell. */
static void cells(writer *w, const dpi_artist *a, dpi_scale scale)
{
    int64_t n = dp_array_elems(a->field), least = -1, most = -1;
    for (int64_t i = 0; i < n; i++) {
        double v = dp_array_get(a->field, i);
        if (!isfinite(v))
            continue;
        if (least < 0 || v < dp_array_get(a->field, least))
            least = i;
        if (most < 0 || v > dp_array_get(a->field, most))
            most = i;
    }
    open(w, "cells", "{");
    cell(w, "first", a, scale, 0);
    cell(w, "last", a, scale, n - 1);
    if (least >= 0)
        cell(w, "least", a, scale, least);
    if (most >= 0)
        cell(w, "most", a, scale, most);
    close(w, "}");
}

static void color_scale(writer *w, dpi_scale scale)
{
    string(w, "colormap", dp_colormap_name(scale.map));
    open(w, "scale", "[");
    number(w, NULL, scale.lo);
    number(w, NULL, scale.hi);
    close(w, "]");
}

static void classes(writer *w, const dpi_artist *a)
{
    const int64_t *data = a->field->data;
    open(w, "classes", "[");
    for (int k = 0; k < a->classes; k++) {
        int64_t n = 0;
        for (int64_t i = 0; i < a->n; i++)
            n += data[i] == k;
        open(w, NULL, "{");
        color(w, "color", a->palette[k]);
        string(w, "label", a->class_labels ? a->class_labels[k] : NULL);
        count(w, "count", n);
        close(w, "}");
    }
    close(w, "]");
}

static void field(writer *w, const dp_axes *axes, const dpi_artist *a)
{
    open(w, "shape", "[");
    for (int i = 0; i < a->field->shape.rank; i++)
        count(w, NULL, a->field->shape.dims[i]);
    close(w, "]");
    open(w, "extent", "[");
    for (int i = 0; i < 4; i++)
        number(w, NULL, a->extent[i]);
    close(w, "]");
    if (a->kind == DPI_REGIONS)
        classes(w, a);
    if (a->kind != DPI_HEAT)
        return;
    dpi_scale scale = dpi_artist_scale(axes, a);
    color_scale(w, scale);
    count(w, "nonfinite", dpi_count_nonfinite(a->field));
    cells(w, a, scale);
}

static void artist(writer *w, const dp_axes *axes, const dpi_artist *a)
{
    open(w, NULL, "{");
    string(w, "kind", dpi_kind_name(a->kind));
    string(w, "label", a->label);
    string(w, "text", a->text);
    if (dpi_is_field(a->kind)) {
        field(w, axes, a);
    } else {
        count(w, "count", a->n);
        if (a->kind == DPI_CONTOUR || a->values) {
            if (a->kind == DPI_SCATTER || a->kind == DPI_CONTOUR)
                color_scale(w, dpi_artist_scale(axes, a));
        } else {
            color(w, "color", a->look.color);
        }
        if (a->look.has_edge)
            color(w, "edge", a->look.edge);
        int64_t hidden = dpi_count_hidden(axes, a);
        if (hidden)
            count(w, "hidden", hidden);
    }
    if (a->kind == DPI_TEXT || a->kind == DPI_NOTE) {
        open(w, "at", "[");
        number(w, NULL, a->x[0]);
        number(w, NULL, a->y[0]);
        close(w, "]");
    }
    close(w, "}");
}

static void legend(writer *w, const dpi_panel *panel)
{
    if (!panel->legend.count)
        return;
    open(w, "legend", "{");
    truth(w, "outside", panel->axes->legend == DP_LEGEND_OUTSIDE);
    box(w, "box", panel->legend.box);
    open(w, "entries", "[");
    for (int64_t i = 0; i < panel->legend.count; i++) {
        const dpi_entry *entry = &panel->legend.entries[i];
        const dpi_artist *a = entry->artist;
        open(w, NULL, "{");
        string(w, "label", entry->class < 0 ? a->label : a->class_labels[entry->class]);
        color(w, "color", entry->class < 0 ? a->look.color : a->palette[entry->class]);
        close(w, "}");
    }
    close(w, "]");
    close(w, "}");
}

static void panel_members(writer *w, const dpi_panel *panel)
{
    const dp_axes *axes = panel->axes;
    count(w, "row", axes->row);
    count(w, "column", axes->column);
    string(w, "title", axes->title[DP_TITLE_CENTER]);
    string(w, "title_left", axes->title[DP_TITLE_LEFT]);
    box(w, "box", panel->box);
    truth(w, "frame", !axes->off);
    truth(w, "equal", axes->equal);
    axis(w, "x", &panel->axis[DP_X], axes->label[DP_X]);
    axis(w, "y", &panel->axis[DP_Y], axes->label[DP_Y]);
    if (panel->bar_box.w > 0) {
        open(w, "colorbar", "{");
        string(w, "label", axes->colorbar_label);
        box(w, "box", panel->bar_box);
        ticks(w, &panel->bar);
        close(w, "}");
    }
    legend(w, panel);
    open(w, "artists", "[");
    for (size_t i = 0; i < axes->artist_count && w->status == DP_OK; i++)
        artist(w, axes, &axes->artists[i]);
    close(w, "]");
}

dp_status dp_figure_describe(dp_figure *figure, dp_text *out)
{
    dpi_layout layout;
    dp_status status = dpi_layout_make(figure, 0, &layout);
    if (status != DP_OK)
        return status;
    size_t before = out->length;
    writer w = {.out = out, .first = true};
    open(&w, NULL, "{");
    number(&w, "width", figure->options.width);
    number(&w, "height", figure->options.height);
    number(&w, "dpi", figure->options.dpi);
    box(&w, "picture", (dpi_box){0, 0, layout.width, layout.height});
    string(&w, "suptitle", figure->suptitle);
    if (figure->suptitle)
        number(&w, "suptitle_size", figure->suptitle_size);
    count(&w, "rows", figure->options.rows);
    count(&w, "columns", figure->options.columns);
    open(&w, "panels", "[");
    for (int i = 0; i < figure->axes_count && w.status == DP_OK; i++) {
        open(&w, NULL, "{");
        panel_members(&w, &layout.panels[i]);
        close(&w, "}");
    }
    close(&w, "]");
    close(&w, "}");
    dpi_layout_free(&layout);
    if (w.status != DP_OK && out->data) {
        out->length = before;
        out->data[before] = 0;
    }
    return w.status;
}
