/* A picture in the making: what denpa plot was told, the formula it is about, the figure. */
#ifndef DENPA_CLI_PLOT_SCENE_H
#define DENPA_CLI_PLOT_SCENE_H

#include "plot_keys.h"
#include "plot_loader.h"
#include "session.h"

typedef struct plot_scene plot_scene;
typedef struct plot_layer plot_layer;

/* X(name, help, the keys that may stand without a name in a call, in order) */
#define PLOT_KINDS(X)                                                                                                 \
    X(heat, "a matrix as coloured cells, row 0 at the top", KEY_VALUE)                                                \
    X(digits, "rows as images, each in a panel of its own", KEY_VALUE)                                                \
    X(mosaic, "rows as images, side by side in one panel", KEY_VALUE)                                                 \
    X(line, "a curve; --y [N, K] gives K", KEY_AT_X, KEY_AT_Y)                                                              \
    X(scatter, "points", KEY_AT_X, KEY_AT_Y)                                                                                \
    X(bars, "bars; --y [N, K] gives K in each place", KEY_AT_X, KEY_AT_Y)                                                   \
    X(hist, "a histogram of all elements", KEY_VALUE)                                                                 \
    X(contour, "lines of equal height of a matrix", KEY_VALUE)                                                        \
    X(regions, "the class that --value has at each point of --plane, put in place of --over", KEY_VALUE, KEY_OVER,        \
      KEY_PLANE)                                                                                                      \
    X(field, "the number that --value has there", KEY_VALUE, KEY_OVER, KEY_PLANE)                                     \
    X(confusion, "counts of classes; or --value of classes --by the true ones; or a run with --data", \
      KEY_VALUE, KEY_BY)                                                                                              \
    X(loss, "the curves in a run's log", KEY_LOG)                                                                     \
    X(landscape, "a loss around the weights, with the paths that training took", KEY_VALUE, KEY_RUNS)         \
    X(text, "words at a place", KEY_AT_X, KEY_AT_Y, KEY_TEXT)                                                               \
    X(note, "words at a place in the panel, 0 to 1 each way", KEY_AT_X, KEY_AT_Y, KEY_TEXT)                                 \
    X(arrow, "from (x, y) to (x2, y2)", KEY_AT_X, KEY_AT_Y, KEY_TO_X, KEY_TO_Y)                                                 \
    X(box, "around (x, y), x2 wide and y2 high", KEY_AT_X, KEY_AT_Y, KEY_TO_X, KEY_TO_Y)                                        \
    X(circle, "around (x, y), x2 wide and y2 high", KEY_AT_X, KEY_AT_Y, KEY_TO_X, KEY_TO_Y)                                     \
    X(formula, "displays, one to a line, as TeX has them: \\frac{a}{b}, \\pmatrix{a & b}, \\tag{1}", KEY_TEXT)                                   \
    X(table, "cells of text: columns parted by |, rows by newlines", KEY_TEXT)                                        \
    X(network, "layers of neurons: names parted by commas, layers by |", KEY_TEXT)                                    \
    X(panel, "the next panel, or panel(row, column); keys of panels only", KEY_AT_X, KEY_AT_Y)                              \
    X(empty, "nothing: for pictures made of --add alone", KEY_TEXT)

typedef struct plot_kind {
    const char *name, *help;
    int (*draw)(plot_scene *scene, const plot_layer *layer); /* gives an exit status */
    int positional[5];                                       /* KEY_…, -1: no more */
} plot_kind;

struct plot_layer {
    const plot_kind *kind;
    plot_said said;
    dp_array *value[KEY_COUNT]; /* of expressions; NULL where nothing was said */
    char *memory;               /* what said.text of a call points to */
};

struct plot_scene {
    const cli_command *command;
    cli_session session;
    const char *run; /* the folder of a run that the formula is from, or NULL */
    cli_plot_library plot;
    plot_layer *layers;
    int layer_count;
    dp_figure *figure;
    int rows, columns, panel; /* the panel at hand, counted row by row; -1: none yet */
    dp_axes *axes;
    char *inverted; /* per panel: y grows downwards */
    int share_y;
};

extern const plot_kind plot_kinds[];
const plot_kind *plot_kind_find(const char *name);

/* ---- Saying what is wrong: to stderr; the exit status ---- */

int plot_fail(const plot_scene *scene, const plot_layer *layer, const char *format, ...) DP_PRINTF(3, 4);

/* CLI_FINE, or cli_fail. */
int plot_status(const plot_scene *scene, dp_status status);

/* ---- plot_call.c: "heat(Z, cmap='gray')" as a layer ---- */

int plot_call_read(const cli_command *command, const char *text, plot_layer *layer);

/* ---- plot_values.c: expressions and texts ---- */

/* Evaluates the expressions of all layers. */
int plot_values_make(plot_scene *scene);

/* Fills in n texts: in %{EXPR} of text number k the names i and c stand for first + k and classes[k] (NULL: the same). *out are
 * to be freed by plot_texts_free. pattern NULL gives *out NULL. */
int plot_texts_make(plot_scene *scene, const char *pattern, int64_t first, const int64_t *classes, int64_t n, char ***out);
void plot_texts_free(char **texts, int64_t n);

/* The same for one text. */
int plot_text_make(plot_scene *scene, const char *pattern, int64_t i, char **out);

/* The value of one expression. */
int plot_value_make(plot_scene *scene, const char *expression, const char *key, dp_array **out);

/* ---- Words ---- */

/* The number that a key says, `missing` if nothing is said. It has to be finite and at least `least`. */
int plot_number(const plot_scene *scene, const plot_layer *layer, int key, double missing, double least, double *out);

/* Two numbers with `between` between them: "6x4", "0:1", "3,5". Returns whether the text is that. */
int plot_pair(const char *text, char between, double *a, double *b);

/* One of the words a|b|c; its number, -1 if it is none of them. */
int plot_choice(const char *text, const char *words);

/* Part number i (from 0) of a text between commas (or `between`), into buffer. Returns whether there is one. */
int plot_part(const char *text, char between, int64_t i, char *buffer, size_t bytes);

/* ---- plot_figure.c ---- */

/* Makes the figure for the panels that the layers take, draws them all. */
int plot_figure_make(plot_scene *scene, const plot_said *said);

/* Goes to a panel; draws what belongs to it from then on. */
int plot_panel_go(plot_scene *scene, const plot_layer *layer, int panel);

/* Titles, labels, ticks, limits of a layer's panel. i is the number that %{i} stands for; rows and columns are those of
 * a heat map for ticks in the middle of cells, 0: there is none. */
int plot_panel_dress(plot_scene *scene, const plot_layer *layer, int64_t i, int64_t rows, int64_t columns);

/* y grows downwards from now on in this panel (once, whatever is drawn on it). */
void plot_panel_down(plot_scene *scene);

/* The style of a layer's marks; the i-th colour of several. color is where it is put, of 64 bytes. */
int plot_style_read(const plot_scene *scene, const plot_layer *layer, int64_t i, char *color, dp_style *style);
int plot_field_read(const plot_scene *scene, const plot_layer *layer, dp_field_options *options);
int plot_colorbar(plot_scene *scene, const plot_layer *layer);

/* An array of a layer as float64 numbers; NULL if nothing is said. Errors are said. */
int plot_numbers(const plot_scene *scene, const plot_layer *layer, int key, const double **out, int64_t *n);

/* ---- Drawing, one function for each kind ---- */

#define PLOT_DECLARE_(name, help, ...) int plot_draw_##name(plot_scene *scene, const plot_layer *layer);
PLOT_KINDS(PLOT_DECLARE_)
#undef PLOT_DECLARE_

/* What a table or formulas need, in points; 0: any size will do. */
int plot_display_size(plot_scene *scene, const plot_layer *layer, double *width, double *height);

/* ---- plot_source.c ---- */

typedef struct plot_source {
    cli_source formula;
    const char *dtype, *data_rows;
} plot_source;

/* Opens what the picture is about: a formula, a run's folder, a .npy or .csv file, or nothing at all. */
int plot_source_open(plot_scene *scene, const plot_source *source, const cli_list *operands);

/* Puts the parameters of a run in place of those that were drawn: those at the layer's step, or the last ones. */
int plot_run_feed(plot_scene *scene, const plot_layer *layer);

/* ---- plot_out.c ---- */

/* Shows the picture in the terminal, `columns` wide. */
int plot_term(plot_scene *scene, int64_t columns);

#endif
