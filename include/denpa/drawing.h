/* Computation graphs, drawn the book's way: circles for operations, variables outside them, the forward value above each
 * arrow, what comes back below it, thicker and in another colour.
 *
 * In libdenpa-plot, as plot.h. A drawing is made from a trace, which must outlive it. DOT and the description need no other
 * library; pictures need Cairo and Pango for painting, and Graphviz for the places of things.
 *
 * Source   the book, chapter 5; Gansner, Koutsofios, North, Vo 1993 (the layout).
 */
#ifndef DENPA_DRAWING_H
#define DENPA_DRAWING_H

#include <denpa/plot.h>
#include <denpa/text.h>
#include <denpa/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_drawing dp_drawing;

typedef struct dp_drawing_options {
    int symbols;  /* names in place of numbers: "∂L/∂y y (1 - y)" */
    int chain;    /* the same, gradients as products of derivatives: "∂L/∂z ∂z/∂x" */
    int blank;    /* empty boxes in place of the gradients */
    int formulas; /* the formula and the local derivatives on each operation */
    int digits;   /* significant digits of numbers, 1..17; 0: 6, in arrays 4 */
    double dpi;   /* pixels per inch of PNG and images; 0: 100 */
    int halves;   /* each operation is shown in two steps: what goes into it, then what comes out */
    const char *forward_color, *backward_color; /* of arrows and what is written on them, as in plot.h; NULL: black, blue;
                                                   read when the drawing is made */
} dp_drawing_options;

/* Makes a drawing, in which everything is shown.
 *
 * options  NULL: all zero
 * *out     owned by the caller; free with dp_drawing_free before the trace
 * Errors   DP_ERR_ARG (digits, dpi, colours), DP_ERR_NOMEM */
DP_API dp_status dp_drawing_new(const dp_trace *trace, const dp_drawing_options *options, dp_drawing **out);
DP_API void dp_drawing_free(dp_drawing **drawing);

/* A drawing can be shown step by step, as in a lecture: the operations one after another, then the gradient that begins the
 * way back, then the operations from last to first. Things stay in their places. Steps are 1..dp_drawing_steps; with 0
 * nothing is shown yet. Errors: DP_ERR_RANGE. */
DP_API int dp_drawing_steps(const dp_drawing *drawing);
DP_API dp_status dp_drawing_show(dp_drawing *drawing, int step);

/* Adds the drawing in Graphviz's language. */
DP_API dp_status dp_drawing_dot(const dp_drawing *drawing, dp_text *out);

/* Adds a description as JSON: {"steps", "shown", "nodes": [...], "edges": [...]}, with every text that is drawn and the exact
 * numbers behind it. docs/drawing.md has its members. */
DP_API dp_status dp_drawing_describe(const dp_drawing *drawing, dp_text *out);

/* Paints the drawing into a file, all of it or nothing; the ending says how: .svg .png .pdf .dot.
 * Errors   DP_ERR_ARG (another ending), DP_ERR_UNSUPPORTED (no Cairo or no Graphviz: names the packages), DP_ERR_RANGE (too
 *          many nodes or too large), DP_ERR_IO, DP_ERR_NOMEM
 * Threads  Graphviz has globals: one picture at a time in a process. */
DP_API dp_status dp_drawing_write(dp_drawing *drawing, const char *path);

/* The same into memory: *out is a DP_U8 array of bytes, owned by the caller. */
DP_API dp_status dp_drawing_encode(dp_drawing *drawing, dp_format format, dp_array **out);

/* Paints into an image: *out is [H, W, 3] uint8, owned by the caller. Errors as dp_drawing_write. */
DP_API dp_status dp_drawing_image(dp_drawing *drawing, dp_array **out);

#ifdef __cplusplus
}
#endif
#endif
