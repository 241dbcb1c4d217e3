#include <math.h>

#include "plot/draw.h"

static void draw_handle(const dpi_entry *entry, dpi_canvas *canvas, double x, double middle)
{
    const dpi_artist *a = entry->artist;
    const dpi_look *look = &a->look;
    double half = DPI_LEGEND_HANDLE / 2;
    dpi_path path = {.ctx = canvas->ctx};
    dpi_pen none = {0};
    dpi_rgba fill = look->color;
    if (entry->class >= 0)
        fill = dpi_faded(a->palette[entry->class], a->opacity);
    else if (a->kind == DPI_HEAT)
        fill = dpi_colormap(a->scale.map, 0.5);
    bool line = a->kind == DPI_LINES || a->kind == DPI_ARROW || a->kind == DPI_BEZIER || a->kind == DPI_CONTOUR;
    if (line)
        dpi_canvas_line(canvas, x, middle, x + 2 * half, middle,
                        (dpi_pen){fill, look->width > 0 ? look->width : 1.5, look->dash});
    if (a->kind == DPI_SCATTER || (line && look->marker)) {
        double size = fmin(look->size > 0 ? look->size : 36, 100);
        bool stroked = dpi_mark_is_stroked(look->marker);
        dpi_mark_path(&path, look->marker, x + half, middle, size);
        dpi_pen pen = {stroked ? fill : look->edge, look->width > 0 ? look->width : stroked ? 1.5 : 1, DP_SOLID};
        dpi_draw_path(canvas, &path, stroked ? (dpi_rgba){0} : fill, stroked || look->has_edge ? pen : none);
    } else if (!line) {
        dpi_path_rect(&path, x, middle - 3.5, 2 * half, 7);
        bool shape = a->kind == DPI_BOX || a->kind == DPI_ELLIPSE || a->kind == DPI_POLYGON;
        dpi_pen pen = {look->has_edge ? look->edge : look->color, 1, look->dash};
        dpi_draw_path(canvas, &path, shape && !look->has_color ? (dpi_rgba){0} : fill,
                      shape || look->has_edge ? pen : none);
    } else {
        dpi_path_free(&path);
    }
}

void dpi_draw_legend(const dpi_panel *panel, dpi_canvas *canvas)
{
    const dpi_legend_layout *legend = &panel->legend;
    const dp_figure *figure = panel->axes->figure;
    if (!legend->count)
        return;
    dpi_path frame = {.ctx = canvas->ctx};
    dpi_rgba paper = figure->background.a ? figure->background : (dpi_rgba){255, 255, 255, 255};
    dpi_path_round_rect(&frame, legend->box.x, legend->box.y, legend->box.w, legend->box.h, 2);
    dpi_draw_path(canvas, &frame, dpi_faded(paper, 0.8), (dpi_pen){dpi_faded(figure->foreground, 0.16), 1, DP_SOLID});
    double y = legend->box.y + DPI_LEGEND_PAD, x = legend->box.x + DPI_LEGEND_PAD;
    for (int64_t i = 0; i < legend->count; i++, y += legend->line + DPI_LEGEND_SPACING) {
        const dpi_entry *entry = &legend->entries[i];
        double base = y + entry->label.ascent, middle = base - 0.365 * figure->options.font_size;
        draw_handle(entry, canvas, x, middle);
        if (canvas->status == DP_OK)
            canvas->class->label(canvas, &entry->label, x + DPI_LEGEND_HANDLE + DPI_LEGEND_GAP, base, 0,
                                 figure->foreground);
    }
}
