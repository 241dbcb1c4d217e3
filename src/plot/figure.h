/* The description that a figure is, from inside. */
#ifndef DENPA_PLOT_FIGURE_H
#define DENPA_PLOT_FIGURE_H

#include <stdbool.h>

#include "plot/canvas.h"

/* X(constant, name): what can be drawn. The name is the one in descriptions. */
#define DPI_ARTIST_MAP(X)     \
    X(DPI_HEAT, "heat")       \
    X(DPI_IMAGE, "image")     \
    X(DPI_REGIONS, "regions") \
    X(DPI_LINES, "line")      \
    X(DPI_SCATTER, "scatter") \
    X(DPI_BARS, "bars")       \
    X(DPI_HIST, "histogram")  \
    X(DPI_CONTOUR, "contour") \
    X(DPI_TEXT, "text")       \
    X(DPI_NOTE, "note")       \
    X(DPI_ARROW, "arrow")     \
    X(DPI_BOX, "box")         \
    X(DPI_ELLIPSE, "ellipse") \
    X(DPI_BEZIER, "curve")    \
    X(DPI_POLYGON, "polygon")

typedef enum dpi_kind {
#define DPI_KIND_ENUM_(constant, name) constant,
    DPI_ARTIST_MAP(DPI_KIND_ENUM_)
#undef DPI_KIND_ENUM_
} dpi_kind;

/* A dp_style with everything decided. */
typedef struct dpi_look {
    dpi_rgba color, edge; /* opacity is in them */
    bool has_color, has_edge;
    double size, width, font_size, halign, valign, angle, radius, bar_width;
    bool bold, horizontal, arrow;
    dp_dash dash;
    dp_marker marker;
    dp_colormap colormap;
} dpi_look;

/* A colour scale as given; without has_scale it is found when the figure is laid out (scale.c). */
typedef struct dpi_scale {
    dp_colormap map;
    bool given;
    double lo, hi;
} dpi_scale;

typedef struct dpi_artist {
    dpi_kind kind;
    dpi_look look;
    char *label; /* for the legend; NULL: none */
    char *text;
    int64_t n;
    double *x, *y, *values; /* n each, or NULL. Bars: x, height, base. Arrows, boxes: see artist_shapes.c */
    /* Fields: */
    dp_array *field;
    double extent[4]; /* x0, x1, y0, y1 */
    bool loose;
    dpi_scale scale;
    double opacity;
    dpi_rgba *palette; /* regions: of `classes` classes, and their labels */
    char **class_labels;
    int classes;
} dpi_artist;

typedef struct dpi_axis {
    bool fixed, inverted, log, ticks_given;
    double lo, hi, margin;
    int64_t tick_count;
    double *tick_at;
    char **tick_labels; /* NULL: the numbers */
} dpi_axis;

struct dp_axes {
    dp_figure *figure;
    int row, column;
    dpi_axis own[2];
    dpi_axis *axis[2]; /* own, or the figure's shared one */
    char *title[2];    /* by dp_title_place */
    double title_size[2];
    char *label[2];
    bool equal, grid, off, placed, has_legend, has_colorbar;
    double place[4]; /* left, bottom, width, height in parts of the figure */
    dp_legend_place legend;
    char *colorbar_label;
    dpi_artist *artists;
    size_t artist_count, artist_capacity;
    int64_t cycle_next;
};

struct dp_figure {
    dp_ctx *ctx;
    dp_figure_options options; /* defaults filled in; the texts are not kept */
    dpi_rgba foreground, background;
    char *suptitle;
    double suptitle_size, suptitle_y;
    dpi_axis shared[2];
    dp_axes *axes; /* rows * columns, by rows */
    int axes_count;
};

const char *dpi_kind_name(dpi_kind kind);

static inline bool dpi_is_field(dpi_kind kind)
{
    return kind == DPI_HEAT || kind == DPI_IMAGE || kind == DPI_REGIONS;
}

/* Replaces *to by a clean copy of text (NULL: by NULL). On error *to stays. */
dp_status dpi_text_replace(dp_ctx *ctx, const char *text, char **to);

/* Decides a style. The colour is the next of the cycle, or (cycle false) the foreground. */
dp_status dpi_look_set(dp_axes *axes, const dp_style *style, bool cycle, dpi_look *look);

/* Starts an artist with copies of n values each from x, y, values (NULL: none) and of the style's label. It belongs to
 * no one yet: dpi_artist_keep gives it to the axes, dpi_artist_free is for when something fails. */
dp_status dpi_artist_begin(dp_axes *axes, dpi_kind kind, const dp_style *style, bool cycle, int64_t n, const double *x,
                           const double *y, const double *values, dpi_artist *artist);
dp_status dpi_artist_keep(dp_axes *axes, dpi_artist *artist);
void dpi_artist_free(dp_ctx *ctx, dpi_artist *artist);

/* The colour scale of a heat map or scatter: as given, shared, or from its own values. Never lo > hi; both finite. */
dpi_scale dpi_artist_scale(const dp_axes *axes, const dpi_artist *artist);

/* The first artist of the axes that has a colour scale; NULL if none has. */
const dpi_artist *dpi_scaled_artist(const dp_axes *axes);

/* Cells of a heat map that are NaN or infinite. */
int64_t dpi_count_nonfinite(const dp_array *array);

/* The cells of a field in colours, in the order of the array. At most 4096 each way: more are averaged. */
dp_status dpi_field_pixels(dp_axes *axes, const dpi_artist *artist, dpi_pixels *out);

/* A whole heat map in colours, whatever its size. */
dp_status dpi_heat_pixels(dp_ctx *ctx, const dp_array *m, dpi_scale scale, double opacity, dpi_pixels *out);

/* Fills in what a scale that is not given is for these numbers. */
dpi_scale dpi_scale_of(const dp_array *array, dpi_scale scale);

#endif
