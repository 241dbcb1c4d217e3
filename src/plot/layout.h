/* A figure with everything measured and placed, in points from the upper left corner. */
#ifndef DENPA_PLOT_LAYOUT_H
#define DENPA_PLOT_LAYOUT_H

#include "plot/view.h"

typedef struct dpi_tick {
    double at, part; /* value; place along the axis, 0..1 */
    bool minor;
    char *text;      /* NULL: none */
    dpi_label label; /* empty where it is not shown */
} dpi_tick;

typedef struct dpi_scale_view {
    dpi_view view;
    dpi_tick *ticks;
    int64_t count;
    bool show_labels;     /* of the ticks */
    double width, height; /* of the largest tick label */
    dpi_label label;
} dpi_scale_view;

/* A line of a legend: an artist, or one class of its regions. */
typedef struct dpi_entry {
    const dpi_artist *artist;
    int class; /* -1: the artist */
    dpi_label label;
} dpi_entry;

typedef struct dpi_legend_layout {
    dpi_entry *entries;
    int64_t count;
    dpi_box box;
    double line; /* height of an entry */
} dpi_legend_layout;

enum { DPI_LEFT, DPI_RIGHT, DPI_TOP, DPI_BOTTOM };

typedef struct dpi_panel {
    dp_axes *axes;
    dpi_box box; /* the frame */
    dpi_scale_view axis[2];
    dpi_label title[2]; /* by dp_title_place */
    bool stacked;       /* the centred title stands above the left one */
    dpi_label *texts;   /* of artists with text, by their index; NULL: none has */
    dpi_label note;     /* about cells that are no numbers */
    dpi_legend_layout legend;
    dpi_scale_view bar; /* colour bar; count 0 and box.w 0: none */
    dpi_box bar_box;
    double least[2];  /* how long the box must be for its labels */
    double margin[4]; /* what the layout must leave around the box */
    double over[4];   /* what titles and texts reach beyond the box; the outermost make the picture larger */
} dpi_panel;

typedef struct dpi_layout {
    dp_ctx *ctx;
    dp_figure *figure;
    dpi_fonts *fonts;
    double pixels_per_point;
    double width, height;
    dpi_panel *panels; /* as figure->axes */
    dpi_label suptitle;
    double suptitle_x, suptitle_y; /* its base line's left end */
} dpi_layout;

/* Lengths of matplotlib's defaults, in points. */
#define DPI_TICK_LENGTH 3.5
#define DPI_MINOR_LENGTH 2.0
#define DPI_TICK_PAD 3.5
#define DPI_LABEL_PAD 4.0
#define DPI_TITLE_PAD 6.0
#define DPI_FRAME_WIDTH 0.8
#define DPI_BAR_GAP 8.0
#define DPI_BAR_WIDTH 10.0
#define DPI_LEGEND_PAD 4.0
#define DPI_LEGEND_HANDLE 20.0
#define DPI_LEGEND_GAP 8.0
#define DPI_LEGEND_SPACING 5.0
#define DPI_LEGEND_INSET 5.0

/* pixels_per_point 0: no pixels to align to. Free with dpi_layout_free, also after an error. */
dp_status dpi_layout_make(dp_figure *figure, double pixels_per_point, dpi_layout *out);
void dpi_layout_free(dpi_layout *layout);

/* ---- Between the files of the layout ---- */

/* Ticks and labels for an axis of this length in points; replaces what was there. */
dp_status dpi_scale_view_set(dpi_layout *layout, const dpi_axis *axis, dpi_view view, dp_direction direction,
                             bool labels, double length, dpi_scale_view *out);
void dpi_scale_view_free(dp_ctx *ctx, dpi_scale_view *view);

/* The label of an axis of this length, made smaller where it would be longer. Replaces what was there. */
dp_status dpi_axis_label_set(dpi_layout *layout, const char *text, double length, dpi_label *out);

/* Measures everything of a panel for a box of this size: labels, margin, over. */
dp_status dpi_panel_measure(dpi_layout *layout, dpi_panel *panel, double width, double height);
void dpi_panel_free(dp_ctx *ctx, dpi_panel *panel);

dp_status dpi_legend_measure(dpi_layout *layout, dpi_panel *panel);
void dpi_legend_place_in(dpi_panel *panel);
void dpi_legend_free(dp_ctx *ctx, dpi_legend_layout *legend);

/* Data to points. NaN where it cannot be shown. */
static inline double dpi_panel_x(const dpi_panel *panel, double v)
{
    return panel->box.x + dpi_view_part(panel->axis[DP_X].view, v) * panel->box.w;
}

static inline double dpi_panel_y(const dpi_panel *panel, double v)
{
    return panel->box.y + (1 - dpi_view_part(panel->axis[DP_Y].view, v)) * panel->box.h;
}

/* The box that a text of this look takes when it is put at (x, y). The label's base line begins at (*base_x, *base_y).
 */
dpi_box dpi_text_box(const dpi_label *label, const dpi_look *look, double x, double y, double *base_x, double *base_y);

#endif
