/* The legend: what is in it, how large it is, where it goes. */
#include <math.h>

#include "base/alloc.h"
#include "plot/layout.h"

void dpi_legend_free(dp_ctx *ctx, dpi_legend_layout *legend)
{
    for (int64_t i = 0; i < legend->count; i++)
        dpi_label_free(&legend->entries[i].label);
    dpi_free(ctx, legend->entries);
    *legend = (dpi_legend_layout){0};
}

static dp_status add_entry(dpi_layout *layout, dpi_legend_layout *legend, const dpi_artist *artist, int class,
                           const char *text)
{
    if (!text || !*text)
        return DP_OK;
    dpi_entry *entry = &legend->entries[legend->count];
    *entry = (dpi_entry){.artist = artist, .class = class};
    dp_status status = dpi_label_set(layout->ctx, layout->fonts, text,
                                     (dpi_face){.size = layout->figure->options.font_size}, -1, &entry->label);
    if (status != DP_OK)
        return status;
    legend->count++;
    legend->box.w = fmax(legend->box.w, entry->label.width);
    legend->line = fmax(legend->line, dpi_label_height(&entry->label));
    return DP_OK;
}

dp_status dpi_legend_measure(dpi_layout *layout, dpi_panel *panel)
{
    const dp_axes *axes = panel->axes;
    dpi_legend_layout *legend = &panel->legend;
    size_t most = 0;
    void *entries;
    for (size_t i = 0; i < axes->artist_count; i++)
        most += 1 + (size_t)axes->artists[i].classes;
    dp_status status = dpi_alloc(layout->ctx, most, sizeof(dpi_entry), "legend", &entries);
    if (status != DP_OK)
        return status;
    legend->entries = entries;
    for (size_t i = 0; i < axes->artist_count && status == DP_OK; i++) {
        const dpi_artist *artist = &axes->artists[i];
        status = add_entry(layout, legend, artist, -1, artist->label);
        for (int k = 0; artist->class_labels && k < artist->classes && status == DP_OK; k++)
            status = add_entry(layout, legend, artist, k, artist->class_labels[k]);
    }
    if (!legend->count)
        return status;
    legend->box.w += 2 * DPI_LEGEND_PAD + DPI_LEGEND_HANDLE + DPI_LEGEND_GAP;
    legend->box.h =
        2 * DPI_LEGEND_PAD + (double)legend->count * (legend->line + DPI_LEGEND_SPACING) - DPI_LEGEND_SPACING;
    return status;
}

static bool inside(dpi_box box, double x, double y)
{
    return x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h;
}

/* How many points, bars or pieces of lines the box would hide. */
static int64_t hidden_by(const dpi_panel *panel, dpi_box box)
{
    int64_t count = 0;
    for (size_t i = 0; i < panel->axes->artist_count; i++) {
        const dpi_artist *a = &panel->axes->artists[i];
        bool bars = a->kind == DPI_BARS || a->kind == DPI_HIST;
        if (!bars && a->kind != DPI_SCATTER && a->kind != DPI_LINES)
            continue;
        for (int64_t k = 0; k < a->n; k++) {
            double e[4] = {0, a->x[k], 0, a->y[k]};
            if (bars)
                dpi_bar_extent(a, k, e);
            double x = dpi_panel_x(panel, a->look.horizontal ? e[3] : e[1]),
                   y = dpi_panel_y(panel, a->look.horizontal ? e[1] : e[3]);
            if (bars && !a->look.horizontal)
                y = fmax(y, box.y); /* a bar reaches down to its foot */
            count += inside(box, x, y);
            if (a->kind != DPI_LINES || !k)
                continue;
            double x0 = dpi_panel_x(panel, a->x[k - 1]), y0 = dpi_panel_y(panel, a->y[k - 1]);
            for (int part = 1; part < 8 && a->n < 1000; part++)
                count += inside(box, x0 + (x - x0) * part / 8, y0 + (y - y0) * part / 8);
        }
    }
    return count;
}

static dpi_box corner(const dpi_panel *panel, dp_legend_place place)
{
    dpi_box box = panel->legend.box, frame = panel->box;
    bool left = place == DP_LEGEND_UPPER_LEFT || place == DP_LEGEND_LOWER_LEFT;
    bool low = place == DP_LEGEND_LOWER_LEFT || place == DP_LEGEND_LOWER_RIGHT;
    box.x = left ? frame.x + DPI_LEGEND_INSET : frame.x + frame.w - DPI_LEGEND_INSET - box.w;
    box.y = low ? frame.y + frame.h - DPI_LEGEND_INSET - box.h : frame.y + DPI_LEGEND_INSET;
    return box;
}

void dpi_legend_place_in(dpi_panel *panel)
{
    dpi_legend_layout *legend = &panel->legend;
    dp_legend_place place = panel->axes->legend;
    if (!legend->count)
        return;
    if (place == DP_LEGEND_OUTSIDE) {
        legend->box.x = panel->box.x + panel->margin[DPI_RIGHT] + panel->box.w - legend->box.w;
        legend->box.y = panel->box.y;
        return;
    }
    if (place == DP_LEGEND_BEST) {
        static const dp_legend_place order[] = {DP_LEGEND_UPPER_RIGHT, DP_LEGEND_UPPER_LEFT, DP_LEGEND_LOWER_LEFT,
                                                DP_LEGEND_LOWER_RIGHT};
        int64_t least = INT64_MAX;
        for (int i = 0; i < 4; i++) {
            int64_t hidden = hidden_by(panel, corner(panel, order[i]));
            if (hidden < least)
                least = hidden, place = order[i];
        }
    }
    legend->box = corner(panel, place);
}
