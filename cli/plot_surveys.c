/* Kinds of denpa plot that look at a function or a run: regions, fields, landscapes, the log, confusion. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/file.h>
#include <denpa/survey.h>
#include <denpa/train.h>

#include "plot_scene.h"

/* ---- A value over a plane of points ---- */

/* "from:to:step", `to` left out, as arange(from, to, step) has it. */
static int read_range(const char *text, double *from, double *step, int64_t *count)
{
    double end;
    const char *second = strchr(text, ':'), *third = second ? strchr(second + 1, ':') : NULL;
    char first[128];
    if (!third || third - text >= (ptrdiff_t)sizeof first) return 0;
    memcpy(first, text, (size_t)(third - text));
    first[third - text] = 0;
    double unused;
    if (!plot_pair(first, ':', from, &end) || !plot_pair(second + 1, ':', &unused, step)) return 0;
    double n = ceil((end - *from) / *step - 1e-9);
    *count = n >= 1 && n <= 1e7 ? (int64_t)n : 0;
    return *count > 0;
}

static int read_plane(const plot_scene *scene, const plot_layer *layer, dp_plane *plane)
{
    const char *text = layer->said.text[KEY_PLANE];
    char across[128], up[128];
    if (text && plot_part(text, ',', 0, across, sizeof across) && plot_part(text, ',', 1, up, sizeof up) &&
        read_range(across, &plane->x0, &plane->dx, &plane->columns) &&
        read_range(up, &plane->y0, &plane->dy, &plane->rows))
        return CLI_FINE;
    return plot_fail(scene, layer, "plane: %s%s%s", text ? "\"" : "say which points: ", text ? text : "X0:X1:DX,Y0:Y1:DY",
                     text ? "\" is not X0:X1:DX,Y0:Y1:DY" : "");
}

/* The extent that has each point in the middle of its cell. */
static void set_extent(const dp_plane *plane, dp_field_options *options)
{
    options->has_extent = 1;
    options->x0 = plane->x0 - plane->dx / 2;
    options->x1 = options->x0 + plane->dx * (double)plane->columns;
    options->y0 = plane->y0 - plane->dy / 2;
    options->y1 = options->y0 + plane->dy * (double)plane->rows;
}

static int survey(plot_scene *scene, const plot_layer *layer, dp_plane *plane, dp_array **out)
{
    cli_session *s = &scene->session;
    dp_val value, over;
    if (!layer->said.text[KEY_VALUE] || !layer->said.text[KEY_OVER])
        return plot_fail(scene, layer, "say of what, and in place of what: --value EXPR --over NAME");
    int status = read_plane(scene, layer, plane);
    if (!status) status = plot_status(scene, cli_session_value(s, layer->said.text[KEY_OVER], "over", &over));
    if (!status) status = plot_status(scene, cli_session_value(s, layer->said.text[KEY_VALUE], "value", &value));
    if (!status) status = plot_run_feed(scene, layer);
    if (status) return status;
    return plot_status(scene, dp_survey_points(s->graph, value, over, plane, s->feed_vals,
                                               (const dp_array *const *)s->feeds, s->feed_count, out));
}

enum { MOST_CLASSES = 64 };

static int put_regions(plot_scene *scene, const plot_layer *layer, const dp_array *classes, dp_field_options *options)
{
    char colors[MOST_CLASSES][64], labels[MOST_CLASSES][256];
    const char *color_of[MOST_CLASSES], *label_of[MOST_CLASSES];
    int64_t count = 1;
    for (int64_t i = 0; i < dp_array_elems(classes); i++) {
        int64_t c = ((const int64_t *)classes->data)[i];
        if (c >= count) count = c + 1;
    }
    if (count > MOST_CLASSES) return plot_fail(scene, layer, "there are more than %d classes", MOST_CLASSES);
    for (int c = 0; c < count; c++) {
        const char *color = layer->said.text[KEY_COLOR], *label = layer->said.text[KEY_LABEL];
        color_of[c] = color && plot_part(color, ',', c, colors[c], sizeof colors[c]) ? colors[c] : NULL;
        label_of[c] = label && plot_part(label, '|', c, labels[c], sizeof labels[c]) ? labels[c] : NULL;
    }
    return plot_status(scene, scene->plot.dp_axes_regions(scene->axes, classes, color_of, label_of, (int)count, options));
}

int plot_draw_regions(plot_scene *scene, const plot_layer *layer)
{
    dp_plane plane;
    dp_array *values = NULL, *classes = NULL;
    dp_field_options options;
    int status = plot_field_read(scene, layer, &options);
    if (!status) status = survey(scene, layer, &plane, &values);
    if (!status) status = plot_status(scene, dp_survey_classes(scene->session.ctx, values, &classes));
    if (!status) {
        set_extent(&plane, &options);
        status = put_regions(scene, layer, classes, &options);
    }
    dp_array_free(&values);
    dp_array_free(&classes);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

/* Lines of equal height over a field. */
static int put_contour(plot_scene *scene, const dp_array *z, const dp_plane *plane)
{
    double *x = calloc((size_t)plane->columns, sizeof *x), *y = calloc((size_t)plane->rows, sizeof *y);
    dp_status status = x && y ? DP_OK : DP_ERR_NOMEM;
    for (int64_t i = 0; i < plane->columns && status == DP_OK; i++) x[i] = plane->x0 + (double)i * plane->dx;
    for (int64_t i = 0; i < plane->rows && status == DP_OK; i++) y[i] = plane->y0 + (double)i * plane->dy;
    if (status == DP_OK)
        status = scene->plot.dp_axes_contour(scene->axes, z, x, y, NULL, 0,
                                             &(dp_style){.color = "white", .width = 0.7, .opacity = 0.7});
    free(x);
    free(y);
    return plot_status(scene, status);
}

static int put_field(plot_scene *scene, const plot_layer *layer, const dp_array *z, const dp_plane *plane)
{
    dp_field_options options;
    int status = plot_field_read(scene, layer, &options);
    set_extent(plane, &options);
    if (!status) status = plot_status(scene, scene->plot.dp_axes_heat(scene->axes, z, &options));
    if (!status && layer->said.flag[FLAG_CONTOUR]) status = put_contour(scene, z, plane);
    return status ? status : plot_colorbar(scene, layer);
}

int plot_draw_field(plot_scene *scene, const plot_layer *layer)
{
    dp_plane plane;
    dp_array *values = NULL;
    int status = survey(scene, layer, &plane, &values);
    if (!status && values->shape.rank == 3 && values->shape.dims[2] != 1)
        status = plot_fail(scene, layer, "%s has %lld numbers for each point; take one of them, as in y[:, 0]",
                           layer->said.text[KEY_VALUE], (long long)values->shape.dims[2]);
    if (!status) {
        values->shape.rank = 2;
        status = put_field(scene, layer, values, &plane);
    }
    dp_array_free(&values);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

/* ---- A run's log ---- */

/* Part number i of --label between bars, or the column's own name. Counts the curves that are drawn. */
static int draw_column(plot_scene *scene, const plot_layer *layer, const dp_dataset *log, const char *name, int64_t i,
                       int *drawn)
{
    char label[256];
    const dp_array *x = dp_dataset_column(log, dp_dataset_find(log, "step"));
    const dp_array *y = dp_dataset_column(log, dp_dataset_find(log, name));
    char color[64];
    dp_style style;
    if (!x || !y) return plot_fail(scene, layer, "the log has no column %s", x ? name : "step");
    int known = 0, status = plot_style_read(scene, layer, i, color, &style);
    for (int64_t k = 0; k < dp_array_elems(y); k++) known += isfinite(dp_array_get(y, k));
    const char *labels = layer->said.text[KEY_LABEL];
    style.label = labels && plot_part(labels, '|', i, label, sizeof label) ? label : name;
    if (known == 1 && !style.marker) style.marker = DP_MARKER_CIRCLE; /* a line through one point is not seen */
    if (status || !known) return status;
    (*drawn)++;
    return plot_status(scene, scene->plot.dp_axes_line(scene->axes, x->data, y->data, dp_array_elems(y), &style));
}

int plot_draw_loss(plot_scene *scene, const plot_layer *layer)
{
    char path[4096], name[64];
    const char *columns = layer->said.text[KEY_COLUMNS];
    dp_dataset *log = NULL;
    int drawn = 0;
    if (!layer->said.text[KEY_LOG] && !scene->run) return plot_fail(scene, layer, "say which run: a folder, or --log FILE");
    snprintf(path, sizeof path, "%s%s", layer->said.text[KEY_LOG] ? layer->said.text[KEY_LOG] : scene->run,
             layer->said.text[KEY_LOG] ? "" : "/log.csv");
    int status = plot_status(scene, dp_run_log(scene->session.ctx, path, &log));
    if (!columns) columns = "train_loss,test_loss";
    for (int64_t i = 0; !status && plot_part(columns, ',', i, name, sizeof name); i++)
        status = draw_column(scene, layer, log, name, i, &drawn);
    dp_dataset_free(&log);
    if (!status && drawn > 1) scene->plot.dp_axes_legend(scene->axes, DP_LEGEND_BEST);
    if (!status && !layer->said.text[KEY_XLABEL])
        status = plot_status(scene, scene->plot.dp_axes_label(scene->axes, DP_X, "step"));
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

/* ---- Confusion ---- */

/* counts[is, said] from two arrays of classes. */
static int count_classes(plot_scene *scene, const plot_layer *layer, dp_array **out)
{
    const dp_array *said = layer->value[KEY_VALUE], *is = layer->value[KEY_BY];
    int64_t n = dp_array_elems(said), classes = 0;
    if (dp_array_elems(is) != n || n < 1)
        return plot_fail(scene, layer, "there are %lld classes and %lld true ones", (long long)n, (long long)dp_array_elems(is));
    for (int64_t i = 0; i < n; i++) {
        double a = dp_array_get(said, i), b = dp_array_get(is, i), most = fmax(a, b);
        if (!(a >= 0 && b >= 0 && most < 100) || a != floor(a) || b != floor(b))
            return plot_fail(scene, layer, "row %lld: classes are 0 to 99, not %g and %g", (long long)i, a, b);
        if (most >= (double)classes) classes = (int64_t)most + 1;
    }
    int status = plot_status(scene, dp_array_new(scene->session.ctx, DP_I64,
                                                 dp_shape_of(2, (int64_t[]){classes, classes}), out));
    for (int64_t i = 0; i < n && !status; i++)
        ((int64_t *)(*out)->data)[(int64_t)dp_array_get(is, i) * classes + (int64_t)dp_array_get(said, i)]++;
    return status;
}

/* The test part of --data, as denpa test has it. */
static int test_run(plot_scene *scene, const plot_layer *layer, dp_array **out)
{
    dp_test_result result = {0};
    dp_dataset *data = NULL;
    const dp_binding *bindings;
    int normalize = 1;
    if (!scene->session.run || !scene->session.dataset)
        return plot_fail(scene, layer, "say what to count: --value COUNTS, or --value CLASSES --by TRUE, or RUN --data SRC");
    dp_model_bindings(scene->session.run, &bindings, &normalize);
    dp_status status = cli_dataset_for_test(scene->session.ctx, scene->session.run,
                                            dp_dataset_source(scene->session.dataset), 0, &data);
    if (status == DP_OK) status = dp_test(scene->session.run, data, NULL, 0, normalize, &result);
    *out = result.confusion;
    result.confusion = NULL;
    dp_test_result_free(&result);
    dp_dataset_free(&data);
    if (status == DP_OK && !*out) return plot_fail(scene, layer, "the model has no classes");
    return plot_status(scene, status);
}

int plot_draw_confusion(plot_scene *scene, const plot_layer *layer)
{
    const dp_array *value = layer->value[KEY_VALUE];
    dp_array *counts = NULL;
    double size;
    int status = plot_number(scene, layer, KEY_TEXT_SIZE, 0, 1, &size);
    if (!status && !value) status = test_run(scene, layer, &counts);
    else if (!status && layer->value[KEY_BY]) status = count_classes(scene, layer, &counts);
    if (!status)
        status = plot_status(scene, scene->plot.dp_chart_confusion(scene->axes, counts ? counts : value, size));
    dp_array_free(&counts);
    if (status) return status;
    plot_panel_down(scene);
    return plot_panel_dress(scene, layer, 0, 0, 0);
}
