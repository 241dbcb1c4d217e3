/* Kinds of denpa plot that are marks: curves, points, bars, and notes between them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_scene.h"

/* ---- Several series in one array ---- */

typedef struct series {
    const double *x;  /* n places, or NULL: 0, 1, … */
    double *y;        /* the k-th series, of n */
    int64_t n, count; /* of each; of series */
} series;

/* Column k of [n, count]; a vector is one column. */
static void take_series(const plot_layer *layer, int64_t k, series *s)
{
    const double *from = layer->value[KEY_AT_Y]->data;
    for (int64_t i = 0; i < s->n; i++) s->y[i] = from[i * s->count + k];
}

static int open_series(const plot_scene *scene, const plot_layer *layer, series *s)
{
    char text[DP_SHAPE_TEXT_BYTES];
    const dp_array *y = layer->value[KEY_AT_Y];
    *s = (series){.count = 1};
    if (!y) return plot_fail(scene, layer, "say what to draw: --y EXPR");
    if (y->shape.rank > 2 || dp_array_elems(y) < 1)
        return plot_fail(scene, layer, "y is %s: [N] or [N, K] is wanted, and something in it",
                         dp_shape_text(y->shape, text, sizeof text));
    s->n = y->shape.rank ? y->shape.dims[0] : 1;
    if (y->shape.rank == 2) s->count = y->shape.dims[1];
    s->y = calloc((size_t)s->n, sizeof *s->y);
    if (!s->y) return plot_status(scene, DP_ERR_NOMEM);
    return plot_numbers(scene, layer, KEY_AT_X, &s->x, &s->n);
}

/* The places where there are none given: 0, 1, … */
static int count_up(const plot_scene *scene, int64_t n, double **out)
{
    *out = calloc((size_t)n, sizeof **out);
    for (int64_t i = 0; *out && i < n; i++) (*out)[i] = (double)i;
    return *out ? CLI_FINE : plot_status(scene, DP_ERR_NOMEM);
}

/* One label, or several parted by |. */
static int labels_of(plot_scene *scene, const plot_layer *layer, const int64_t *classes, int64_t n, char ***out)
{
    const char *pattern = layer->said.text[KEY_LABEL];
    if (!pattern || !strchr(pattern, '|')) return plot_texts_make(scene, pattern, 0, classes, n, out);
    char **texts = calloc((size_t)n + 1, sizeof *texts);
    int status = texts ? CLI_FINE : plot_status(scene, DP_ERR_NOMEM);
    for (int64_t i = 0; i < n && !status; i++) {
        char one[256];
        if (plot_part(pattern, '|', i, one, sizeof one)) status = plot_text_make(scene, one, i, &texts[i]);
    }
    *out = texts;
    return status;
}

int plot_draw_line(plot_scene *scene, const plot_layer *layer)
{
    series s = {0};
    char color[64], **labels = NULL;
    double *places = NULL;
    dp_style style;
    int status = open_series(scene, layer, &s);
    if (!status && !s.x) status = count_up(scene, s.n, &places);
    if (!status) status = labels_of(scene, layer, NULL, s.count, &labels);
    for (int64_t k = 0; k < s.count && !status; k++) {
        take_series(layer, k, &s);
        status = plot_style_read(scene, layer, k, color, &style);
        style.label = labels ? labels[k] : NULL;
        if (!status)
            status = plot_status(scene, scene->plot.dp_axes_line(scene->axes, s.x ? s.x : places, s.y, s.n, &style));
    }
    plot_texts_free(labels, s.count);
    free(places);
    free(s.y);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

/* Series of bars stand beside each other around the place of their number. */
int plot_draw_bars(plot_scene *scene, const plot_layer *layer)
{
    series s = {0};
    char color[64], **labels = NULL;
    const double *base = NULL;
    double *places = NULL;
    dp_style style;
    int status = open_series(scene, layer, &s);
    if (!status) status = plot_numbers(scene, layer, KEY_BASE, &base, &s.n);
    if (!status) status = count_up(scene, s.n, &places);
    if (!status) status = labels_of(scene, layer, NULL, s.count, &labels);
    for (int64_t k = 0; k < s.count && !status; k++) {
        take_series(layer, k, &s);
        status = plot_style_read(scene, layer, k, color, &style);
        style.label = labels ? labels[k] : NULL;
        style.bar_width = (style.bar_width > 0 ? style.bar_width : 0.8) / (double)s.count;
        for (int64_t i = 0; i < s.n; i++)
            places[i] = (s.x ? s.x[i] : (double)i) + ((double)k - 0.5 * (double)(s.count - 1)) * style.bar_width;
        if (!status) status = plot_status(scene, scene->plot.dp_axes_bars(scene->axes, places, s.y, base, s.n, &style));
    }
    plot_texts_free(labels, s.count);
    free(places);
    free(s.y);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

/* ---- Points ---- */

typedef struct points {
    double *x, *y, *values; /* of the series at hand; values or NULL */
    int64_t n;              /* of all */
    const double *by, *given_values;
    int64_t *classes, class_count;
} points;

/* x and y from --x [N, 2], or from --x and --y. */
static int open_points(const plot_scene *scene, const plot_layer *layer, points *p, const double **x, const double **y,
                       int *stride)
{
    char text[DP_SHAPE_TEXT_BYTES];
    const dp_array *given = layer->value[KEY_AT_X];
    if (!given) return plot_fail(scene, layer, "say where the points are: --x EXPR --y EXPR, or --x of [N, 2]");
    *x = given->data;
    *stride = 1;
    int status = CLI_FINE;
    if (layer->value[KEY_AT_Y]) {
        status = plot_numbers(scene, layer, KEY_AT_X, x, &p->n);
        if (!status) status = plot_numbers(scene, layer, KEY_AT_Y, y, &p->n);
    } else if (given->shape.rank == 2 && given->shape.dims[1] == 2 && given->shape.dims[0] > 0) {
        p->n = given->shape.dims[0];
        *y = *x + 1;
        *stride = 2;
    } else
        status = plot_fail(scene, layer, "x is %s: without --y it has to be [N, 2], and not empty",
                           dp_shape_text(given->shape, text, sizeof text));
    if (!status) status = plot_numbers(scene, layer, KEY_BY, &p->by, &p->n);
    return status ? status : plot_numbers(scene, layer, KEY_VALUES, &p->given_values, &p->n);
}

enum { MOST_CLASSES = 100 };

/* The different numbers of --by, in rising order; without it one class. */
static int list_classes(const plot_scene *scene, const plot_layer *layer, points *p)
{
    p->classes = calloc(MOST_CLASSES, sizeof *p->classes);
    if (!p->classes) return plot_status(scene, DP_ERR_NOMEM);
    if (!p->by) p->class_count = 1;
    for (int64_t i = 0; i < p->n && p->by; i++) {
        int64_t c = (int64_t)p->by[i], at = 0;
        if ((double)c != p->by[i]) return plot_fail(scene, layer, "by: %g is not a whole number", p->by[i]);
        while (at < p->class_count && p->classes[at] < c) at++;
        if (at < p->class_count && p->classes[at] == c) continue;
        if (p->class_count == MOST_CLASSES) return plot_fail(scene, layer, "by: more than %d classes", MOST_CLASSES);
        memmove(p->classes + at + 1, p->classes + at, (size_t)(p->class_count++ - at) * sizeof *p->classes);
        p->classes[at] = c;
    }
    return CLI_FINE;
}

int plot_draw_scatter(plot_scene *scene, const plot_layer *layer)
{
    points p = {0};
    const double *x = NULL, *y = NULL;
    char color[64], **labels = NULL;
    dp_style style;
    dp_field_options scale;
    int stride = 1, status = open_points(scene, layer, &p, &x, &y, &stride);
    if (!status) status = list_classes(scene, layer, &p);
    if (!status) status = labels_of(scene, layer, p.by ? p.classes : NULL, p.class_count, &labels);
    if (!status) status = plot_field_read(scene, layer, &scale);
    double *room = status ? NULL : calloc((size_t)p.n * 3, sizeof *room);
    if (!status && !room) status = plot_status(scene, DP_ERR_NOMEM);
    for (int64_t k = 0; k < p.class_count && !status; k++) {
        int64_t n = 0;
        for (int64_t i = 0; i < p.n; i++) {
            if (p.by && (int64_t)p.by[i] != p.classes[k]) continue;
            room[n] = x[i * stride], room[p.n + n] = y[i * stride];
            room[2 * p.n + n++] = p.given_values ? p.given_values[i] : 0;
        }
        status = plot_style_read(scene, layer, k, color, &style);
        style.label = labels ? labels[k] : NULL;
        style.colormap = scale.colormap;
        if (!status)
            status = plot_status(scene, scene->plot.dp_axes_scatter(scene->axes, room, room + p.n,
                                                                    p.given_values ? room + 2 * p.n : NULL, n, &style));
    }
    plot_texts_free(labels, p.class_count);
    free(p.classes);
    free(room);
    if (!status) status = plot_colorbar(scene, layer);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

int plot_draw_hist(plot_scene *scene, const plot_layer *layer)
{
    char color[64], *label = NULL;
    double bins;
    dp_style style;
    if (!layer->value[KEY_VALUE]) return plot_fail(scene, layer, "say what to count: --value EXPR");
    if (dp_array_elems(layer->value[KEY_VALUE]) < 1)
        return plot_fail(scene, layer, "%s is empty: there is nothing to count", layer->said.text[KEY_VALUE]);
    int status = plot_style_read(scene, layer, 0, color, &style);
    if (!status) status = plot_number(scene, layer, KEY_BINS, 0, 1, &bins);
    if (!status && bins > 100000) status = plot_fail(scene, layer, "bins: %g are too many", bins);
    if (!status) status = plot_text_make(scene, layer->said.text[KEY_LABEL], 0, &label);
    style.label = label;
    if (!status)
        status = plot_status(scene,
                             scene->plot.dp_axes_hist(scene->axes, layer->value[KEY_VALUE], (int)bins, 0, 0, &style));
    free(label);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

/* ---- Notes and shapes: one for each element of x ---- */

static int places_of(const plot_scene *scene, const plot_layer *layer, int count, const double *at[4], int64_t *n)
{
    static const int keys[4] = {KEY_AT_X, KEY_AT_Y, KEY_TO_X, KEY_TO_Y};
    for (int k = 0; k < count; k++) {
        int status = plot_numbers(scene, layer, keys[k], &at[k], n);
        if (status) return status;
        if (!at[k]) return plot_fail(scene, layer, "%s is missing", plot_keys[keys[k]].name);
    }
    return CLI_FINE;
}

static int draw_words(plot_scene *scene, const plot_layer *layer, int is_note)
{
    const double *at[4];
    char color[64], **texts = NULL;
    int64_t n = 0;
    dp_style style;
    int status = places_of(scene, layer, 2, at, &n);
    if (!status && !layer->said.text[KEY_TEXT]) status = plot_fail(scene, layer, "text is missing");
    if (!status) status = plot_texts_make(scene, layer->said.text[KEY_TEXT], 0, NULL, n, &texts);
    for (int64_t i = 0; i < n && !status; i++) {
        status = plot_style_read(scene, layer, i, color, &style);
        if (!status)
            status = plot_status(scene, (is_note ? scene->plot.dp_axes_note : scene->plot.dp_axes_text)(
                                            scene->axes, at[0][i], at[1][i], texts[i], &style));
    }
    plot_texts_free(texts, n);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

int plot_draw_text(plot_scene *scene, const plot_layer *layer)
{
    return draw_words(scene, layer, 0);
}

int plot_draw_note(plot_scene *scene, const plot_layer *layer)
{
    return draw_words(scene, layer, 1);
}

typedef __typeof__(&dp_axes_arrow) shape_fn;

static int draw_shapes(plot_scene *scene, const plot_layer *layer, shape_fn draw)
{
    const double *at[4];
    char color[64];
    int64_t n = 0;
    dp_style style;
    int status = places_of(scene, layer, 4, at, &n);
    for (int64_t i = 0; i < n && !status; i++) {
        status = plot_style_read(scene, layer, i, color, &style);
        if (!status) status = plot_status(scene, draw(scene->axes, at[0][i], at[1][i], at[2][i], at[3][i], &style));
    }
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

int plot_draw_arrow(plot_scene *scene, const plot_layer *layer)
{
    return draw_shapes(scene, layer, scene->plot.dp_axes_arrow);
}

int plot_draw_box(plot_scene *scene, const plot_layer *layer)
{
    return draw_shapes(scene, layer, scene->plot.dp_axes_box);
}

int plot_draw_circle(plot_scene *scene, const plot_layer *layer)
{
    return draw_shapes(scene, layer, scene->plot.dp_axes_ellipse);
}
