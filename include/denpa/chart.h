/* Charts: pictures made of what <denpa/plot.h> draws. All in libdenpa-plot.
 *
 * Formulas here are mathtext (see plot.h) without its dollar signs, and
 *     \pmatrix{a & b \\ c & d}   rows between round brackets; \matrix: without; \cases: behind a brace
 *     \tag{1}                    at the end of a line: (1) at the right edge
 *     \n                         the next line
 */
#ifndef DENPA_CHART_H
#define DENPA_CHART_H

#include <denpa/plot.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes the numbers of a matrix into its cells, with four digits, black or white as can be read on the cell's colour. options as the heat
 * map was drawn with (NULL: plainly); size in points (0: the figure's).
 * Errors   DP_ERR_SHAPE (no matrix), DP_ERR_RANGE (more than 10000 cells), DP_ERR_NOMEM. On error a part may have been written. */
DP_API dp_status dp_chart_numbers(dp_axes *axes, const dp_array *m, const dp_field_options *options, double size);

/* A confusion matrix: counts[is, said], each row coloured by its share; the numbers in the cells, the axes named.
 * Errors   DP_ERR_SHAPE (not square), and as above */
DP_API dp_status dp_chart_confusion(dp_axes *axes, const dp_array *counts, double size);

/* A table of texts: rows x columns cells in row-major order, the first row a heading. It fills the panel, whose size in points it needs is
 * dp_chart_table_size. */
DP_API dp_status dp_chart_table(dp_axes *axes, const char *const *cells, int rows, int columns, double size);
DP_API dp_status dp_chart_table_size(dp_ctx *ctx, const char *const *cells, int rows, int columns, double size,
                                     double *width, double *height);

/* Formulas, centred, one below the other. Likewise. Errors: DP_ERR_SYNTAX (a brace that is not closed). */
DP_API dp_status dp_chart_formula(dp_axes *axes, const char *text, double size);
DP_API dp_status dp_chart_formula_size(dp_ctx *ctx, const char *text, double size, double *width, double *height);

/* A network of neurons: layers from left to right, parted by | (every neuron joined with every one of the next layer) or > (each with the one
 * of its place); names of neurons parted by commas, mathtext without dollar signs: "x_1,x_2|a_1,a_2>y_1,y_2".
 * gaps names what is between layers, parted by |, or NULL: "W_1|f"; behind a colon the weight that each line carries: "W_1:w" writes
 * w_{11}, w_{12}, …
 * Errors   DP_ERR_SYNTAX (an empty layer, layers joined by > that differ in size), DP_ERR_RANGE (more than 64 neurons in a layer) */
DP_API dp_status dp_chart_network(dp_axes *axes, const char *layers, const char *gaps, double size);

#ifdef __cplusplus
}
#endif
#endif
