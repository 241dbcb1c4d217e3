/* The grid of panels: every row and column gets the room that its largest labels want, what is left is shared by the
 * boxes. How many ticks there are depends on the size of the box, and that on the labels, so it is done a few times
 * over. */
#include "plot/layout.h"

#include <math.h>

#include "base/alloc.h"
#include "base/fail.h"

static const double EDGE = 6, GAP = 10, TITLE_GAP = 8;
/* A box is at least this part of its share of the figure, or this long: more labels make the picture larger instead. */
static const double LEAST_PART = 0.775, LEAST_LENGTH = 29;

/* Along one direction: what a row or column needs before, behind (margins and what reaches over), all in points. */
typedef struct track {
    double before, behind, over_before, over_behind, least, at;
} track;

typedef struct grid {
    track *tracks[2]; /* columns, rows */
    int count[2];
    double length[2];                  /* of a box */
    double start[2], core[2], size[2]; /* of the picture: what titles add before, without what they add, in all */
} grid;

void dpi_layout_free(dpi_layout *layout)
{
    if (!layout->ctx)
        return;
    for (int i = 0; layout->panels && i < layout->figure->axes_count; i++)
        dpi_panel_free(layout->ctx, &layout->panels[i]);
    dpi_free(layout->ctx, layout->panels);
    dpi_label_free(&layout->suptitle);
    dpi_fonts_free(&layout->fonts);
    *layout = (dpi_layout){0};
}

/* The box inside a cell: smaller in one direction where the aspect is equal. */
static dpi_box box_in(const dpi_panel *panel, dpi_box cell)
{
    const dpi_view *x = &panel->axis[DP_X].view, *y = &panel->axis[DP_Y].view;
    if (!panel->axes->equal || x->log || y->log)
        return cell;
    double unit = fmin(cell.w / (x->hi - x->lo), cell.h / (y->hi - y->lo)), w = unit * (x->hi - x->lo),
           h = unit * (y->hi - y->lo);
    if (!(w > 0.01 && h > 0.01) || !isfinite(w) || !isfinite(h))
        return cell; /* a line, not a box */
    return (dpi_box){cell.x + (cell.w - w) / 2, cell.y + (cell.h - h) / 2, w, h};
}

/* keep: what tracks needed in earlier rounds counts, too, so that their sizes settle instead of going to and fro. */
static dp_status measure_panels(dpi_layout *layout, grid *g, bool keep)
{
    const dp_figure *figure = layout->figure;
    double whole[2] = {figure->options.width * 72, figure->options.height * 72};
    for (int d = 0; d < 2; d++)
        for (int i = 0; i < g->count[d] && !keep; i++)
            g->tracks[d][i] = (track){0};
    for (int i = 0; i < figure->axes_count; i++) {
        dpi_panel *panel = &layout->panels[i];
        const dp_axes *axes = panel->axes;
        dpi_box cell = {0, 0, g->length[0], g->length[1]};
        if (axes->placed)
            cell.w = axes->place[2] * whole[0], cell.h = axes->place[3] * whole[1];
        if (axes->equal)
            for (int d = 0; d < 2; d++)
                panel->axis[d].view = dpi_view_of(axes, (dp_direction)d);
        cell = box_in(panel, cell);
        dp_status status = dpi_panel_measure(layout, panel, cell.w, cell.h);
        if (status != DP_OK)
            return status;
        if (axes->placed)
            continue;
        for (int d = 0; d < 2; d++) {
            track *t = &g->tracks[d][d ? axes->row : axes->column];
            int first = d ? DPI_TOP : DPI_LEFT, last = d ? DPI_BOTTOM : DPI_RIGHT;
            t->before = fmax(t->before, panel->margin[first]);
            t->behind = fmax(t->behind, panel->margin[last]);
            t->least = fmax(t->least, panel->least[d]);
            /* What reaches over starts at the box, which may be smaller than the cell. */
            double slack = (g->length[d] - (d ? cell.h : cell.w)) / 2;
            t->over_before = fmax(t->over_before, panel->over[first] - slack);
            t->over_behind = fmax(t->over_behind, panel->over[last] - slack);
        }
    }
    return DP_OK;
}

static double gap_after(const track *t)
{
    double margins = t[0].behind + t[1].before + GAP;
    return fmax(margins, t[0].over_behind + t[1].over_before + 4);
}

/* Places the tracks of one direction in `total` points, of which `used` are taken at the start. */
static void place_tracks(grid *g, int d, double total, double used)
{
    track *t = g->tracks[d];
    int n = g->count[d];
    double taken = 2 * EDGE + used + t[0].before + t[n - 1].behind, share = total / n;
    for (int i = 0; i + 1 < n; i++)
        taken += gap_after(&t[i]);
    double length = (total - taken) / n, least = fmin(LEAST_PART * share, LEAST_LENGTH);
    for (int i = 0; i < n; i++)
        least = fmax(least, t[i].least);
    if (length < least)
        length = least;
    double more_before = fmax(0, t[0].over_before - t[0].before),
           more_behind = fmax(0, t[n - 1].over_behind - t[n - 1].behind);
    g->length[d] = length;
    g->start[d] = more_before;
    g->core[d] = fmax(total, taken + n * length);
    g->size[d] = g->core[d] + more_before + more_behind;
    double at = more_before + EDGE + used + t[0].before;
    for (int i = 0; i < n; i++) {
        t[i].at = at;
        if (i + 1 < n)
            at += length + gap_after(&t[i]);
    }
}

/* Above the panels: the title over all of them, and what a y of more than 1 adds. */
static double suptitle_room(const dpi_layout *layout)
{
    const dp_figure *figure = layout->figure;
    if (!layout->suptitle.count)
        return 0;
    double above = figure->suptitle_y > 1 ? (figure->suptitle_y - 1) * figure->options.height * 72 : 0;
    return dpi_label_height(&layout->suptitle) + TITLE_GAP + above;
}

static double snap(double at, double scale)
{
    return scale > 0 ? (floor(at * scale) + 0.5) / scale : at;
}

static dpi_box snap_box(dpi_box box, double scale)
{
    double x = snap(box.x, scale), y = snap(box.y, scale), x1 = snap(box.x + box.w, scale),
           y1 = snap(box.y + box.h, scale);
    if (scale > 0)
        x1 = fmax(x1, x + 1 / scale), y1 = fmax(y1, y + 1 / scale);
    return (dpi_box){x, y, x1 - x, y1 - y};
}

static void place_panel(const dpi_layout *layout, const grid *g, dpi_panel *panel)
{
    const dp_axes *axes = panel->axes;
    double whole[2] = {layout->figure->options.width * 72, layout->figure->options.height * 72};
    dpi_box cell = {g->tracks[0][axes->column].at, g->tracks[1][axes->row].at, g->length[0], g->length[1]};
    if (axes->placed) {
        cell = (dpi_box){axes->place[0] * whole[0], (1 - axes->place[1] - axes->place[3]) * whole[1],
                         axes->place[2] * whole[0], axes->place[3] * whole[1]};
        cell.x += g->start[0], cell.y += g->start[1];
    }
    panel->box = snap_box(box_in(panel, cell), layout->pixels_per_point);
    if (panel->bar_box.w > 0) {
        dpi_box bar = {panel->box.x + panel->box.w + DPI_BAR_GAP, panel->box.y, DPI_BAR_WIDTH, panel->box.h};
        panel->bar_box = snap_box(bar, layout->pixels_per_point);
        panel->bar_box.y = panel->box.y, panel->bar_box.h = panel->box.h;
    }
    dpi_legend_place_in(panel);
}

/* The highest top of what stands above the boxes of the first row, for the title to stand right over it. */
static double highest(const dpi_layout *layout)
{
    double top = INFINITY;
    for (int i = 0; i < layout->figure->axes_count; i++) {
        const dpi_panel *panel = &layout->panels[i];
        top = fmin(top, panel->box.y - fmax(panel->margin[DPI_TOP], panel->over[DPI_TOP]));
    }
    return top;
}

static void place_suptitle(dpi_layout *layout, grid *g)
{
    dpi_label *title = &layout->suptitle;
    if (!title->count)
        return;
    double middle = g->start[0] + g->core[0] / 2, half = title->width / 2;
    double left = EDGE + half - middle, right = middle + half + EDGE - g->size[0];
    layout->suptitle_x = middle - half;
    /* Wider than the picture: the picture grows, and all that is in it moves. */
    if (left > 0) {
        for (int i = 0; i < layout->figure->axes_count; i++) {
            dpi_panel *panel = &layout->panels[i];
            panel->box.x += left, panel->bar_box.x += left, panel->legend.box.x += left;
        }
        layout->suptitle_x += left;
        g->size[0] += left;
    }
    if (right > 0)
        g->size[0] += right;
    double room = suptitle_room(layout) - TITLE_GAP - dpi_label_height(title);
    double bottom = highest(layout) - TITLE_GAP - room;
    layout->suptitle_y = fmax(EDGE + title->ascent, bottom - title->descent);
}

static dp_status place_all(dpi_layout *layout, grid *g)
{
    const dp_figure_options *o = &layout->figure->options;
    double whole[2] = {o->width * 72, o->height * 72}, used[2] = {0, suptitle_room(layout)};
    for (int d = 0; d < 2; d++)
        g->length[d] = 0.75 * whole[d] / g->count[d];
    int rounds = layout->figure->axes_count > 200 ? 3 : 10;
    for (int round = 0; round < rounds; round++) {
        dp_status status = measure_panels(layout, g, round > 1);
        if (status != DP_OK)
            return status;
        double before[2] = {g->length[0], g->length[1]};
        for (int d = 0; d < 2; d++)
            place_tracks(g, d, whole[d], used[d]);
        if (fabs(before[0] - g->length[0]) < 0.01 && fabs(before[1] - g->length[1]) < 0.01)
            break;
    }
    for (int i = 0; i < layout->figure->axes_count; i++)
        place_panel(layout, g, &layout->panels[i]);
    place_suptitle(layout, g);
    layout->width = g->size[0], layout->height = g->size[1];
    return DP_OK;
}

dp_status dpi_layout_make(dp_figure *figure, double pixels_per_point, dpi_layout *out)
{
    dp_ctx *ctx = figure->ctx;
    *out = (dpi_layout){.ctx = ctx, .figure = figure, .pixels_per_point = pixels_per_point};
    grid g = {.count = {figure->options.columns, figure->options.rows}};
    void *memory = NULL;
    dp_status status = dpi_fonts_new(ctx, &out->fonts);
    if (status == DP_OK)
        status = dpi_label_set(ctx, out->fonts, figure->suptitle, (dpi_face){.size = figure->suptitle_size}, 0,
                               &out->suptitle);
    if (status == DP_OK)
        status = dpi_alloc(ctx, (size_t)figure->axes_count, sizeof(dpi_panel), "panels", &memory);
    if (status != DP_OK)
        goto fail;
    out->panels = memory;
    for (int i = 0; i < figure->axes_count; i++)
        out->panels[i].axes = &figure->axes[i];
    status = dpi_alloc(ctx, (size_t)(g.count[0] + g.count[1]), sizeof(track), "grid", &memory);
    if (status != DP_OK)
        goto fail;
    g.tracks[0] = memory, g.tracks[1] = g.tracks[0] + g.count[0];
    status = place_all(out, &g);
    dpi_free(ctx, memory);
    if (status != DP_OK)
        goto fail;
    return DP_OK;
fail:
    dpi_layout_free(out);
    return status;
}
