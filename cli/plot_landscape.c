/* denpa plot landscape: a loss in the plane in which training moved most, and the paths of one or more runs in it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/file.h>
#include <denpa/survey.h>
#include <denpa/train.h>

#include "plot_scene.h"

enum { MOST_RUNS = 8, MOST_PARAMS = 256, GRID = 61 };

/* Weights of all parameters, one after the other: a row for each step of each run. */
typedef struct landscape {
    plot_scene *scene;
    const plot_layer *layer;
    char dirs[MOST_RUNS][1024];
    dp_tensors *paths[MOST_RUNS];
    int64_t steps[MOST_RUNS];
    int runs, params;
    dp_val param[MOST_PARAMS];
    int64_t weights, rows;
    dp_array *path, *across, *up, *places; /* [rows, weights], [weights], [weights], [rows, 2] */
} landscape;

static int list_params(landscape *l)
{
    const dp_graph *g = l->scene->session.graph;
    for (dp_val v = 1; v <= dp_graph_count(g); v++) {
        if (dp_val_op(g, v) != DP_OP_PARAM) continue;
        if (l->params == MOST_PARAMS) return plot_fail(l->scene, l->layer, "more than %d parameters", MOST_PARAMS);
        l->param[l->params++] = v;
        l->weights += dp_shape_elems(dp_val_shape(g, v));
    }
    return l->params ? CLI_FINE : plot_fail(l->scene, l->layer, "the formula has no parameters");
}

/* The path of parameter p in run k: [steps, shape of the parameter]. */
static int find_path(landscape *l, int k, int p, const dp_array **out)
{
    const dp_graph *g = l->scene->session.graph;
    const dp_array *path = dp_tensors_find(l->paths[k], dp_val_name(g, l->param[p]));
    int64_t elems = dp_shape_elems(dp_val_shape(g, l->param[p]));
    if (!path || path->shape.rank < 1 || path->shape.dims[0] < 1 || dp_array_elems(path) != path->shape.dims[0] * elems ||
        (l->steps[k] && l->steps[k] != path->shape.dims[0]))
        return plot_fail(l->scene, l->layer, "%s/path.safetensors does not have the path of %s", l->dirs[k],
                         dp_val_name(g, l->param[p]));
    l->steps[k] = path->shape.dims[0];
    *out = path;
    return CLI_FINE;
}

static int open_runs(landscape *l)
{
    const char *runs = l->layer->said.text[KEY_RUNS] ? l->layer->said.text[KEY_RUNS] : l->scene->run;
    int status = CLI_FINE;
    if (!runs) return plot_fail(l->scene, l->layer, "say which runs: --runs DIR,...");
    for (; plot_part(runs, ',', l->runs, l->dirs[l->runs < MOST_RUNS ? l->runs : 0], 1024) && !status; l->runs++) {
        char path[1100];
        const dp_array *one;
        if (l->runs == MOST_RUNS) return plot_fail(l->scene, l->layer, "more than %d runs", MOST_RUNS);
        snprintf(path, sizeof path, "%s/path.safetensors", l->dirs[l->runs]);
        dp_status read = dp_safetensors_read(l->scene->session.ctx, path, &l->paths[l->runs]);
        if (read == DP_ERR_IO)
            return plot_fail(l->scene, l->layer, "%s: train it with --keep-path", dp_ctx_message(l->scene->session.ctx));
        status = plot_status(l->scene, read);
        for (int p = 0; p < l->params && !status; p++) status = find_path(l, l->runs, p, &one);
        l->rows += l->steps[l->runs];
    }
    return status;
}

/* All paths below each other; the end of the last run is the middle of the picture. */
static int join_paths(landscape *l)
{
    dp_shape shape = dp_shape_of(2, (int64_t[]){l->rows, l->weights});
    int status = plot_status(l->scene, dp_array_new(l->scene->session.ctx, DP_F64, shape, &l->path));
    int64_t row = 0;
    for (int k = 0; k < l->runs && !status; row += l->steps[k++]) {
        double *to = (double *)l->path->data + row * l->weights;
        for (int p = 0; p < l->params && !status; p++) {
            const dp_array *one;
            status = find_path(l, k, p, &one);
            int64_t elems = status ? 0 : dp_array_elems(one) / l->steps[k];
            for (int64_t i = 0; i < l->steps[k] * elems; i++)
                to[i / elems * l->weights + i % elems] = dp_array_get(one, i);
            to += elems;
        }
    }
    return status;
}

/* A plane around all places, a fifth wider on each side, and no narrower than a quarter of its other side. */
static void frame(const landscape *l, dp_plane *plane)
{
    double lo[2] = {0, 0}, hi[2] = {0, 0};
    const double *places = l->places->data;
    for (int64_t i = 0; i < 2 * l->rows; i++) {
        lo[i % 2] = fmin(lo[i % 2], places[i]);
        hi[i % 2] = fmax(hi[i % 2], places[i]);
    }
    double most = fmax(fmax(hi[0] - lo[0], hi[1] - lo[1]), 1e-3);
    for (int k = 0; k < 2; k++) {
        double margin = fmax(0.2 * (hi[k] - lo[k]), (0.25 * most - (hi[k] - lo[k])) / 2);
        margin = fmax(margin, 0.05 * most);
        lo[k] -= margin;
        hi[k] += margin;
    }
    *plane = (dp_plane){lo[0], (hi[0] - lo[0]) / (GRID - 1), lo[1], (hi[1] - lo[1]) / (GRID - 1), GRID, GRID};
}

/* Parameter p's part of a row of weights, as an array of its shape; borrows. */
static dp_array part_of(const landscape *l, int p, double *row)
{
    const dp_graph *g = l->scene->session.graph;
    for (int k = 0; k < p; k++) row += dp_shape_elems(dp_val_shape(g, l->param[k]));
    return (dp_array){.dtype = DP_F64, .shape = dp_val_shape(g, l->param[p]), .data = row};
}

static int survey(landscape *l, const dp_plane *plane, dp_array **out)
{
    cli_session *s = &l->scene->session;
    dp_array *room = calloc((size_t)l->params * 3, sizeof *room);
    const dp_array **list = calloc((size_t)l->params * 3, sizeof *list);
    dp_val loss;
    int status = room && list ? CLI_FINE : plot_status(l->scene, DP_ERR_NOMEM), n = l->params;
    const char *name = l->layer->said.text[KEY_VALUE] ? l->layer->said.text[KEY_VALUE] : "loss";
    if (!status) status = plot_status(l->scene, cli_session_value(s, name, "value", &loss));
    for (int p = 0; p < n && !status; p++) {
        room[p] = part_of(l, p, (double *)l->path->data + (l->rows - 1) * l->weights);
        room[n + p] = part_of(l, p, l->across->data);
        room[2 * n + p] = part_of(l, p, l->up->data);
        for (int k = 0; k < 3; k++) list[k * n + p] = &room[k * n + p];
    }
    if (!status)
        status = plot_status(l->scene, dp_survey_weights(s->graph, loss, l->param, n, list, list + n, list + 2 * n, plane,
                                                         s->feed_vals, (const dp_array *const *)s->feeds,
                                                         s->feed_count, out));
    free(room);
    free(list);
    return status;
}

static int put_heights(landscape *l, const dp_array *z, const dp_plane *plane)
{
    plot_scene *scene = l->scene;
    dp_field_options options;
    double x[GRID], y[GRID];
    int status = plot_field_read(scene, l->layer, &options);
    options.has_extent = 1;
    options.x0 = plane->x0 - plane->dx / 2, options.x1 = options.x0 + plane->dx * GRID;
    options.y0 = plane->y0 - plane->dy / 2, options.y1 = options.y0 + plane->dy * GRID;
    for (int i = 0; i < GRID; i++) x[i] = plane->x0 + i * plane->dx, y[i] = plane->y0 + i * plane->dy;
    if (!status) status = plot_status(scene, scene->plot.dp_axes_heat(scene->axes, z, &options));
    if (!status && l->layer->said.flag[FLAG_CONTOUR])
        status = plot_status(scene, scene->plot.dp_axes_contour(scene->axes, z, x, y, NULL, 0,
                                                                &(dp_style){.color = "white", .width = 0.6, .opacity = 0.6}));
    return status ? status : plot_colorbar(scene, l->layer);
}

/* The last part of a path. */
static const char *name_of(const char *dir)
{
    const char *slash = strrchr(dir, '/');
    return slash && slash[1] ? slash + 1 : dir;
}

static int put_path(landscape *l, int k, int64_t first)
{
    plot_scene *scene = l->scene;
    const double *places = (const double *)l->places->data + 2 * first;
    int64_t n = l->steps[k];
    char color[64], label[1024];
    dp_style style;
    double *x = calloc((size_t)n * 2, sizeof *x);
    int status = x ? plot_style_read(scene, l->layer, k, color, &style) : plot_status(scene, DP_ERR_NOMEM);
    for (int64_t i = 0; x && i < n; i++) x[i] = places[2 * i], x[n + i] = places[2 * i + 1];
    if (!l->layer->said.text[KEY_LABEL] || !plot_part(l->layer->said.text[KEY_LABEL], '|', k, label, sizeof label))
        snprintf(label, sizeof label, "%s", name_of(l->dirs[k]));
    style.label = label;
    if (!style.color) style.color = k == 0 ? "#ff7f0e" : k == 1 ? "#ff66cc" : NULL;
    if (!status) status = plot_status(scene, scene->plot.dp_axes_line(scene->axes, x, x + n, n, &style));
    style.label = NULL;
    if (!status) status = plot_status(scene, scene->plot.dp_axes_scatter(scene->axes, x, x + n, NULL, 1, &style));
    style.marker = DP_MARKER_DIAMOND, style.size = 60, style.edge = "black";
    if (!status)
        status = plot_status(scene, scene->plot.dp_axes_scatter(scene->axes, x + n - 1, x + 2 * n - 1, NULL, 1, &style));
    free(x);
    return status;
}

static int draw(landscape *l)
{
    dp_plane plane;
    dp_array *z = NULL;
    int status = list_params(l);
    if (!status) status = open_runs(l);
    if (!status) status = join_paths(l);
    if (!status)
        status = plot_status(l->scene, dp_survey_path(l->scene->session.ctx, l->path, 0, &l->across, &l->up, &l->places));
    if (status) return status;
    frame(l, &plane);
    status = survey(l, &plane, &z);
    if (!status) status = put_heights(l, z, &plane);
    for (int64_t k = 0, first = 0; k < l->runs && !status; first += l->steps[k++]) status = put_path(l, (int)k, first);
    dp_array_free(&z);
    return status;
}

int plot_draw_landscape(plot_scene *scene, const plot_layer *layer)
{
    landscape *l = calloc(1, sizeof *l);
    if (!l) return plot_status(scene, DP_ERR_NOMEM);
    l->scene = scene;
    l->layer = layer;
    int status = draw(l);
    for (int k = 0; k < MOST_RUNS; k++) dp_tensors_free(&l->paths[k]);
    dp_array_free(&l->path);
    dp_array_free(&l->across);
    dp_array_free(&l->up);
    dp_array_free(&l->places);
    free(l);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}
