/* Pictures: figures with axes, painted to PNG, SVG, PDF, an image in memory, or the terminal.
 *
 * Everything here is in the second library, libdenpa-plot; the engine does not know it. A figure is a description: it
 * is filled in by calls and painted when asked for, as often and into as many formats as wanted. Data given to it is
 * copied. Painting needs Cairo and Pango; a libdenpa-plot built without them describes figures and writes images to the
 * terminal, and answers everything else with DP_ERR_UNSUPPORTED and the names of the packages.
 *
 * Lengths on paper are inches (figure size) or points of 1/72 inch (text, lines, marks). A member that is zero or NULL
 * in an options struct stands for its default, so `&(dp_style){.color = "orange"}` says all there is to say, and NULL
 * options are all defaults. Defaults are those of matplotlib, where it has them.
 *
 * Colours are text: a name ("orange", see dp_color_parse), "#rgb", "#rrggbb", "#rrggbbaa", "C0".."C9" of the figure's
 * cycle, or "none".
 *
 * Text may hold formulas between dollar signs, a small part of TeX: letters are italic, _ and ^ with braces, \frac{}{},
 * Greek (\alpha, \eta, \Sigma), \cdot \times \partial \sum \leq \to and their like, \mathrm{} \mathbf{}, "\ " for a
 * blank. A single dollar sign, or \$, is a dollar sign. Newlines begin a new line. Bytes that are no UTF-8 are shown as
 * U+FFFD.
 *
 * Functions that return dp_status leave the figure as it was when they fail; the message is in the figure's context.
 */
#ifndef DENPA_PLOT_H
#define DENPA_PLOT_H

#include <stdint.h>

#include <denpa/array.h>
#include <denpa/info.h>
#include <denpa/text.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_figure dp_figure;
typedef struct dp_axes dp_axes; /* one panel; belongs to its figure */

typedef enum dp_direction { DP_X = 0, DP_Y = 1 } dp_direction;

/* ---- Colour ---- */

/* X(constant, number, name): colour maps. Diverging is blue, white, red, with white at zero: its scale is symmetric
 * unless it is given. Source of viridis: matplotlib (CC0). */
#define DP_COLORMAP_MAP(X)      \
    X(DP_VIRIDIS, 0, "viridis") \
    X(DP_GRAY, 1, "gray")       \
    X(DP_GRAY_R, 2, "gray_r")   \
    X(DP_DIVERGING, 3, "diverging")

typedef enum dp_colormap {
#define DP_COLORMAP_ENUM_(name, number, text) name = number,
    DP_COLORMAP_MAP(DP_COLORMAP_ENUM_)
#undef DP_COLORMAP_ENUM_
} dp_colormap;

/* Categorical colours: DP_CYCLE_SAFE can be told apart by the colour-blind (Okabe and Ito 2008); DP_CYCLE_TAB10 is
 * matplotlib's, beginning with #1f77b4 and #ff7f0e. */
typedef enum dp_cycle { DP_CYCLE_SAFE = 0, DP_CYCLE_TAB10 = 1 } dp_cycle;

/* The colour at t in 0..1 (clamped), as matplotlib's 256 steps give it. NaN gives the colour of cells that are no
 * number, #e7298a. */
DP_API void dp_colormap_rgb(dp_colormap map, double t, uint8_t rgb[3]);

/* The name of a map ("viridis"), NULL for an unknown number; and back: -1 for an unknown name. */
DP_API const char *dp_colormap_name(dp_colormap map);
DP_API int dp_colormap_find(const char *name);

/* Reads a colour. "C0".."C9" are those of `cycle`. "none" is transparent. Returns 0 if the text is no colour, and rgba
 * is untouched. */
DP_API int dp_color_parse(const char *text, dp_cycle cycle, uint8_t rgba[4]);

/* ---- Figure ---- */

typedef struct dp_figure_options {
    double width, height; /* inches; default 6.4 by 4.8 */
    double dpi;           /* pixels per inch of PNG and images; default 100 */
    int rows, columns;    /* of panels; default 1 */
    int share_x, share_y; /* all panels have one x (y) axis: limits, ticks, inversion. Inner tick labels are left out */
    int label_outer;      /* x labels in the bottom row only, y labels in the left column only */
    int shared_scale;     /* all heat maps of the figure have one colour scale */
    dp_cycle cycle;
    double font_size;       /* points; default 10. Titles are 1.2 times as large. */
    const char *foreground; /* of frames and text; default "black" */
    const char *background; /* default "white"; "none" is allowed */
} dp_figure_options;

/* Makes a figure of rows x columns empty panels.
 *
 * *out     owned by the caller; free with dp_figure_free
 * Errors   DP_ERR_ARG (a size that is not a positive number, more than 10000 panels, an unknown colour), DP_ERR_NOMEM
 */
DP_API dp_status dp_figure_new(dp_ctx *ctx, const dp_figure_options *options, dp_figure **out);
DP_API void dp_figure_free(dp_figure **figure);

/* The title over all panels. size 0: 1.2 times the font size. y is its height as a fraction of the figure's; up to 1 it
 * is right above the panels; what is more than 1 is put between them, as suptitle(y=3) does. */
DP_API dp_status dp_figure_suptitle(dp_figure *figure, const char *text, double size, double y);

/* The panel in row and column, counted from 0 at the upper left; NULL outside. Valid as long as the figure. */
DP_API dp_axes *dp_figure_axes(dp_figure *figure, int row, int column);

/* ---- Axes ---- */

typedef enum dp_title_place { DP_TITLE_CENTER = 0, DP_TITLE_LEFT = 1 } dp_title_place;

DP_API dp_status dp_axes_title(dp_axes *axes, dp_title_place place, const char *text, double size);
DP_API dp_status dp_axes_label(dp_axes *axes, dp_direction direction, const char *text);

/* From lo to hi; lo > hi inverts the axis. Without it the limits are those of the data and 5 % at both ends; no room is
 * left around heat maps, images and the foot of bars. Errors: DP_ERR_RANGE (not finite, equal, <= 0 on a log axis). */
DP_API dp_status dp_axes_limits(dp_axes *axes, dp_direction direction, double lo, double hi);
DP_API dp_status dp_axes_margin(dp_axes *axes, dp_direction direction, double fraction);

/* Ticks at these places with these labels; labels NULL: the numbers. count 0: no ticks. Labels that would touch are
 * made smaller, or every second one (third, …) is shown. */
DP_API dp_status dp_axes_ticks(dp_axes *axes, dp_direction direction, const double *at, const char *const *labels,
                               int64_t count);

/* Ticks 0..count-1 in the middle of the cells of a heat map: at i + 0.5. */
DP_API dp_status dp_axes_cell_ticks(dp_axes *axes, dp_direction direction, int64_t count);

/* What is not above zero cannot be shown on a log axis and is left out; the description counts it. */
DP_API void dp_axes_log(dp_axes *axes, dp_direction direction);
DP_API void dp_axes_invert(dp_axes *axes, dp_direction direction);
DP_API void dp_axes_equal(dp_axes *axes); /* one unit is as long in x as in y; the box shrinks */
DP_API void dp_axes_grid(dp_axes *axes);  /* thin lines at the ticks */
DP_API void dp_axes_off(dp_axes *axes);   /* no frame, ticks and axis labels */

/* Puts the panel's box at this place, in fractions of the figure from its lower left corner; the layout leaves it
 * alone. */
DP_API dp_status dp_axes_place(dp_axes *axes, double left, double bottom, double width, double height);

typedef enum dp_legend_place {
    DP_LEGEND_BEST = 0, /* the corner where it hides least */
    DP_LEGEND_UPPER_RIGHT = 1,
    DP_LEGEND_UPPER_LEFT = 2,
    DP_LEGEND_LOWER_LEFT = 3,
    DP_LEGEND_LOWER_RIGHT = 4,
    DP_LEGEND_OUTSIDE = 5, /* right of the box, at its top */
    DP_LEGEND_NONE = 6     /* none, as where no place was given */
} dp_legend_place;

/* A legend of everything that has a label. */
DP_API void dp_axes_legend(dp_axes *axes, dp_legend_place place);

/* A bar with the colour scale of the first heat map (or scatter with values), as tall as the box. label may be NULL. */
DP_API dp_status dp_axes_colorbar(dp_axes *axes, const char *label);

/* ---- Fields: arrays of cells ---- */

typedef struct dp_field_options {
    dp_colormap colormap;
    int has_scale; /* vmin and vmax are given; otherwise they are the least and largest finite value */
    double vmin, vmax;
    int has_extent;        /* the outer edges are given; otherwise x 0..columns and y 0..rows */
    double x0, x1, y0, y1; /* row 0 begins at y0, column 0 at x0 */
    int loose;             /* the 5 % margin applies, as around points */
    double opacity;        /* default 1 */
    const char *label;     /* for the legend (regions: see dp_axes_regions) */
} dp_field_options;

/* A heat map: m[row, col] is the cell [col, col+1] x [row, row+1], as matplotlib's pcolor. Painted as one image.
 *
 * m        [rows, columns], any dtype, not empty. Cells that are NaN or infinite have a colour of their own and a note.
 * Errors   DP_ERR_SHAPE (not a matrix, or empty), DP_ERR_RANGE (scale or extent not finite or empty), DP_ERR_NOMEM
 */
DP_API dp_status dp_axes_heat(dp_axes *axes, const dp_array *m, const dp_field_options *options);

/* The colour that the cell of the panel's first heat map is painted with. Errors: DP_ERR_RANGE (no such cell). */
DP_API dp_status dp_axes_heat_color(dp_axes *axes, int64_t row, int64_t column, uint8_t rgb[3]);

/* Images as a mosaic of `per_row` columns in one panel (0: about square): images [N, H, W], or [N, H*W] with `height`
 * rows each; y is inverted, the aspect equal, no frame. per_image: each has a scale of its own. */
DP_API dp_status dp_axes_images(dp_axes *axes, const dp_array *images, int64_t height, int64_t per_row, int per_image,
                                const dp_field_options *options);

/* An image: [H, W, 3] or [H, W, 4], uint8; row 0 at y0. colormap and scale are not used. */
DP_API dp_status dp_axes_image(dp_axes *axes, const dp_array *rgb, const dp_field_options *options);

/* Decision regions: classes [rows, columns] of whole numbers 0..count-1, painted with colors[class] as one image.
 * labels (or NULL) are the legend's. A class outside 0..count-1 is left empty. */
DP_API dp_status dp_axes_regions(dp_axes *axes, const dp_array *classes, const char *const *colors,
                                 const char *const *labels, int count, const dp_field_options *options);

/* ---- Marks ---- */

typedef enum dp_dash { DP_SOLID = 0, DP_DASHED = 1, DP_DOTTED = 2 } dp_dash;
typedef enum dp_marker {
    DP_MARKER_DEFAULT = 0, /* scatter: a circle; line: none */
    DP_MARKER_CIRCLE = 1,
    DP_MARKER_SQUARE = 2,
    DP_MARKER_TRIANGLE = 3,
    DP_MARKER_CROSS = 4,
    DP_MARKER_PLUS = 5,
    DP_MARKER_DIAMOND = 6
} dp_marker;

typedef struct dp_style {
    const char *color; /* default: the next of the cycle; the foreground for text, arrows and outlines */
    const char *edge;  /* outline; default none (shapes: the foreground) */
    const char *label; /* for the legend */
    double size;       /* area of a mark in pt^2 (default 36), side of an arrow's head in pt */
    double width;      /* of lines, points; default 1.5, outlines 1 */
    double opacity;    /* 0..1; default 1 */
    dp_dash dash;
    dp_marker marker;
    dp_colormap colormap; /* for scatter with values */
    double font_size;     /* of text; default the figure's */
    int bold;
    double halign;    /* -1 left end at x, 0 centred, 1 right end at x */
    double valign;    /* -1 bottom at y, 0 centred, 1 top at y */
    double angle;     /* of text, degrees, counter-clockwise */
    double radius;    /* of a box's corners, points */
    double bar_width; /* of bars, data units; default 0.8 */
    int horizontal;   /* bars lie */
} dp_style;

/* A line through n points. Where a number is not finite, the line is broken. */
DP_API dp_status dp_axes_line(dp_axes *axes, const double *x, const double *y, int64_t n, const dp_style *style);

/* n marks; values (n, or NULL) colour them by the style's colour map. Very many marks are painted as one image. */
DP_API dp_status dp_axes_scatter(dp_axes *axes, const double *x, const double *y, const double *values, int64_t n,
                                 const dp_style *style);

/* n bars at x (NULL: 0, 1, …) from base (NULL: 0) to base + height. */
DP_API dp_status dp_axes_bars(dp_axes *axes, const double *x, const double *height, const double *base, int64_t n,
                              const dp_style *style);

/* A histogram of all finite elements: bins of equal width from lo to hi (lo == hi: the least to the largest element);
 * bins 0: 10. The last bin holds its upper end, too, as NumPy's histogram. */
DP_API dp_status dp_axes_hist(dp_axes *axes, const dp_array *values, int bins, double lo, double hi,
                              const dp_style *style);

/* Lines of equal height of z [rows, columns] at its corners' places: x [columns], y [rows] (NULL: 0, 1, …). levels (or
 * NULL: about 8 chosen) are count heights; lines are coloured by the colour map unless a colour is given. */
DP_API dp_status dp_axes_contour(dp_axes *axes, const dp_array *z, const double *x, const double *y,
                                 const double *levels, int count, const dp_style *style);

/* ---- Notes and shapes, in data coordinates ---- */

DP_API dp_status dp_axes_text(dp_axes *axes, double x, double y, const char *text, const dp_style *style);

/* Text at (x, y) in fractions of the box, (0, 0) its lower left corner. */
DP_API dp_status dp_axes_note(dp_axes *axes, double x, double y, const char *text, const dp_style *style);

/* An arrow from (x0, y0) to its tip (x1, y1). */
DP_API dp_status dp_axes_arrow(dp_axes *axes, double x0, double y0, double x1, double y1, const dp_style *style);

/* A box, or an ellipse, around (x, y); color is its filling (default none), edge its outline. */
DP_API dp_status dp_axes_box(dp_axes *axes, double x, double y, double width, double height, const dp_style *style);
DP_API dp_status dp_axes_ellipse(dp_axes *axes, double x, double y, double width, double height, const dp_style *style);

/* A curve of n points: the start, then three for each Bezier piece (n = 1 + 3k), as Graphviz gives edges; arrow: with a
 * head at the end. */
DP_API dp_status dp_axes_curve(dp_axes *axes, const double *x, const double *y, int64_t n, int arrow,
                               const dp_style *style);

/* A closed polygon, filled with color. */
DP_API dp_status dp_axes_polygon(dp_axes *axes, const double *x, const double *y, int64_t n, const dp_style *style);

/* The width and height in points that text takes, so that a drawing can be laid out around it. */
DP_API dp_status dp_plot_text_size(dp_ctx *ctx, const char *text, const dp_style *style, double *width, double *height);

/* ---- Out ---- */

/* The libraries that libdenpa-plot paints with, as dp_library_get (<denpa/info.h>) has those of the engine: without them
 * figures can be described and shown in a terminal cell by cell, graphs be written as DOT. NULL outside
 * 0..dp_plot_library_count() - 1. */
DP_API int dp_plot_library_count(void);
DP_API const dp_library *dp_plot_library_get(int i);

typedef enum dp_format { DP_FORMAT_NONE = 0, DP_FORMAT_PNG = 1, DP_FORMAT_SVG = 2, DP_FORMAT_PDF = 3 } dp_format;

/* The format that a path's ending means; DP_FORMAT_NONE for another. */
DP_API dp_format dp_format_of(const char *path);

/* Paints the figure into a file, all of it or nothing (dp_file_write). The picture has the figure's size unless titles
 * or a legend need more.
 * Errors   DP_ERR_ARG (the ending is none of .png .svg .pdf), DP_ERR_RANGE (more than 32767 pixels wide or high),
 *          DP_ERR_UNSUPPORTED (no Cairo), DP_ERR_IO, DP_ERR_NOMEM */
DP_API dp_status dp_figure_write(dp_figure *figure, const char *path);

/* The same into memory: *out is a DP_U8 array of bytes, owned by the caller. */
DP_API dp_status dp_figure_encode(dp_figure *figure, dp_format format, dp_array **out);

/* Paints into an image: *out is [H, W, 3] uint8, owned by the caller. */
DP_API dp_status dp_figure_image(dp_figure *figure, dp_array **out);

/* Adds a description as JSON: size, titles, and per panel its place, limits, ticks with labels, legend and what is
 * drawn with kinds, numbers and colours. For tests, and for those who cannot see the picture. docs/plot.md has its
 * members. */
DP_API dp_status dp_figure_describe(dp_figure *figure, dp_text *out);

/* ---- The terminal; needs no Cairo ---- */

typedef enum dp_term_protocol {
    DP_TERM_BLOCKS = 0, /* two pixels per character: U+2580 in 24-bit colours */
    DP_TERM_KITTY = 1,
    DP_TERM_SIXEL = 2
} dp_term_protocol;

/* What the environment says about the terminal: TERM, TERM_PROGRAM, KITTY_WINDOW_ID; inside tmux or screen half-blocks.
 */
DP_API dp_term_protocol dp_term_guess(void);

typedef struct dp_term_options {
    dp_term_protocol protocol;
    int columns;     /* the most characters per line; default 80 */
    int cell_pixels; /* width of a character in pixels for kitty and sixel; default 8 */
} dp_term_options;

/* Adds an image [H, W, 3] uint8 as terminal text, lines ended by "\n". A larger image is scaled down to the width; a
 * smaller one is enlarged by a whole factor.
 * Errors   DP_ERR_SHAPE, DP_ERR_DTYPE, DP_ERR_NOMEM */
DP_API dp_status dp_term_image(dp_text *out, const dp_array *rgb, const dp_term_options *options);

/* A matrix as an image, one pixel per cell: *out is [rows, columns, 3] uint8, owned by the caller. */
DP_API dp_status dp_heat_image(dp_ctx *ctx, const dp_array *m, const dp_field_options *options, dp_array **out);

#ifdef __cplusplus
}
#endif
#endif
