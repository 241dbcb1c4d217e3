/* A graph drawing from inside: what is to be seen, then how large it is, then where. */
#ifndef DENPA_PLOT_DRAWING_INTERNAL_H
#define DENPA_PLOT_DRAWING_INTERNAL_H

#include <stdbool.h>

#include <denpa/drawing.h>

#include "plot/canvas.h"
#include "plot/color.h"

typedef enum dpi_gkind { DPI_G_LEAF, DPI_G_OP, DPI_G_END } dpi_gkind;

typedef struct dpi_gnode {
    dpi_gkind kind;
    const dp_trace_node *trace; /* of the end: the wanted value */
    char *label;
    char *details; /* lines inside the node: formula, derivatives */
    char *notes;   /* a line: the sum of gradients */
    char *badge;   /* the result of the check */
    bool heat;     /* a leaf that is an array too large to write out, and has no name */
    int step;      /* the first that shows it */
    bool shown;
    /* measured, points */
    dpi_label label_text, details_text, notes_text, badge_text;
    double w, h; /* with all its lines */
    bool round;
    double x, y; /* its centre, from the upper left corner of the drawing */
} dpi_gnode;

/* What stands on one side of an arrow. */
typedef struct dpi_gside {
    const dp_array *numbers; /* NULL: nothing is there */
    const dp_array *exact;   /* as numbers, but also where symbols are drawn */
    char *text;              /* the number, the array, the symbol, or what is known of a large array */
    char *shape;             /* "(2, 3)"; "" of a scalar */
    bool heat, blank;
    dpi_label text_label, shape_label;
    double heat_w, heat_h, w, h;
} dpi_gside;

enum { DPI_FORWARD = 0, DPI_BACKWARD = 1 };

typedef struct dpi_gedge {
    int from, to;               /* nodes of the drawing */
    const dp_trace_edge *trace; /* NULL: to the end */
    dpi_gside side[2];
    bool has_block; /* something is written on it */
    bool goes_back;
    int step, back_step;
    bool shown, back_shown;
    double w, h, x, y; /* of the block around its middle, through which the arrow goes */
    double *points[2]; /* x, y, …: Bezier pieces to the block and on from it; without a block the first alone */
    int point_count[2];
} dpi_gedge;

struct dp_drawing {
    dp_ctx *ctx;
    const dp_trace *trace;
    dp_drawing_options options;
    dpi_gnode *nodes;
    dpi_gedge *edges;
    int node_count, edge_count, steps, shown;
    bool measured, placed;
    double width, height;
    dpi_rgba color[2]; /* DPI_FORWARD, DPI_BACKWARD */
};

/* drawing_number.c: an array of up to a few elements written out; what is known of a larger one. */
bool dpi_is_small(dp_shape shape);
dp_status dpi_array_words(const dp_array *array, int digits, dp_text *out);
dp_status dpi_array_statistics(const dp_array *array, dp_text *out);

/* drawing_content.c: nodes, edges and texts from the trace. */
dp_status dpi_drawing_fill(dp_drawing *drawing);

/* drawing_tex.c: a symbol of the trace as a formula between dollar signs. */
dp_status dpi_symbol_tex(const char *symbol, dp_text *out);

/* drawing_measure.c: sizes of everything. */
dp_status dpi_drawing_measure(dp_drawing *drawing, dpi_fonts *fonts);

/* drawing_layout_*.c: places of everything, width and height. */
dp_status dpi_drawing_layout(dp_drawing *drawing);

/* drawing_paint.c */
void dpi_drawing_paint(const dp_drawing *drawing, dpi_canvas *canvas);

/* The picture of a matrix: of the heat map on an edge or a leaf. */
dp_status dpi_heat_thumbnail(dp_ctx *ctx, const dp_array *array, dpi_pixels *out);
void dpi_heat_size(const dp_array *array, double *w, double *h);

#endif
