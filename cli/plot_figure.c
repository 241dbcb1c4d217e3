/* The figure of denpa plot: how many panels, what is around them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot_scene.h"

/* Panels of digits beyond these are too small to be seen: a mosaic is meant. */
enum { MOST_PANELS = 400, MOST_TICKS = 10000, AUTO_CELL_TICKS = 20 };

const plot_kind plot_kinds[] = {
#define ENTRY(name, help, ...) {#name, help, plot_draw_##name, {__VA_ARGS__, -1}},
    PLOT_KINDS(ENTRY)
#undef ENTRY
        {NULL, NULL, NULL, {-1}},
};

const plot_kind *plot_kind_find(const char *name)
{
    for (const plot_kind *kind = plot_kinds; kind->name; kind++)
        if (strcmp(kind->name, name) == 0) return kind;
    return NULL;
}

/* ---- How many panels ---- */

static int64_t panels_of(const plot_layer *layer)
{
    const dp_array *value = layer->value[KEY_VALUE];
    if (layer->kind->draw == plot_draw_panel) return !layer->said.text[KEY_AT_X];
    if (layer->kind->draw != plot_draw_digits || !value || value->shape.rank < 2) return 0;
    return value->shape.dims[0] > 0 ? value->shape.dims[0] - 1 : 0;
}

static int read_grid(plot_scene *scene, const char *text)
{
    double rows, columns;
    if (!plot_pair(text, 'x', &rows, &columns) || rows < 1 || columns < 1 || rows * columns > 10000 ||
        rows != floor(rows) || columns != floor(columns))
        return plot_fail(scene, NULL, "--panels: \"%s\" is not RxC, such as 3x4", text);
    scene->rows = (int)rows;
    scene->columns = (int)columns;
    return CLI_FINE;
}

static int count_panels(plot_scene *scene, const plot_said *said)
{
    int64_t count = 1;
    for (int l = 0; l < scene->layer_count; l++) count += panels_of(&scene->layers[l]);
    if (count > MOST_PANELS)
        return plot_fail(scene, NULL, "%lld panels are too many to be seen; mosaic puts any number of images into one",
                         (long long)count);
    if (said->text[KEY_PANELS]) return read_grid(scene, said->text[KEY_PANELS]);
    scene->columns = count <= 4 ? (int)count : (int)ceil(sqrt((double)count));
    scene->rows = ((int)count + scene->columns - 1) / scene->columns;
    return CLI_FINE;
}

int plot_panel_go(plot_scene *scene, const plot_layer *layer, int panel)
{
    if (panel < 0 || panel >= scene->rows * scene->columns)
        return plot_fail(scene, layer, "there are only %d by %d panels; say --panels RxC", scene->rows, scene->columns);
    scene->panel = panel;
    scene->axes = scene->plot.dp_figure_axes(scene->figure, panel / scene->columns, panel % scene->columns);
    return CLI_FINE;
}

void plot_panel_down(plot_scene *scene)
{
    char *inverted = &scene->inverted[scene->share_y ? 0 : scene->panel];
    if (!*inverted) scene->plot.dp_axes_invert(scene->axes, DP_Y);
    *inverted = 1;
}

/* ---- What is around a panel ---- */

static int put_title(plot_scene *scene, const plot_layer *layer, int key, dp_title_place place, int64_t i)
{
    char *text;
    double size;
    if (!layer->said.text[key]) return CLI_FINE;
    int status = plot_number(scene, layer, KEY_TITLE_SIZE, 0, 0, &size);
    if (!status) status = plot_text_make(scene, layer->said.text[key], i, &text);
    if (status) return status;
    status = plot_status(scene, scene->plot.dp_axes_title(scene->axes, place, text, size));
    free(text);
    return status;
}

static int put_label(plot_scene *scene, const plot_layer *layer, int key, dp_direction direction, int64_t i)
{
    char *text;
    if (!layer->said.text[key]) return CLI_FINE;
    int status = plot_text_make(scene, layer->said.text[key], i, &text);
    if (status) return status;
    status = plot_status(scene, scene->plot.dp_axes_label(scene->axes, direction, text));
    free(text);
    return status;
}

static int put_limits(plot_scene *scene, const plot_layer *layer, int key, dp_direction direction)
{
    double lo, hi;
    const char *text = layer->said.text[key];
    if (!text) return CLI_FINE;
    if (!plot_pair(text, ':', &lo, &hi)) return plot_fail(scene, layer, "%s: \"%s\" is not A:B", plot_keys[key].name, text);
    return plot_status(scene, scene->plot.dp_axes_limits(scene->axes, direction, lo, hi));
}

/* One text for all ticks, or several parted by |. */
static int tick_texts(plot_scene *scene, const char *pattern, int64_t n, char ***out)
{
    if (!pattern || !strchr(pattern, '|')) return plot_texts_make(scene, pattern, 0, NULL, n, out);
    char **texts = calloc((size_t)n + 1, sizeof *texts), *one = malloc(strlen(pattern) + 1);
    int status = texts && one ? CLI_FINE : plot_status(scene, DP_ERR_NOMEM);
    for (int64_t i = 0; i < n && !status; i++) {
        if (!plot_part(pattern, '|', i, one, strlen(pattern) + 1)) *one = 0;
        status = plot_text_make(scene, one, i, &texts[i]);
    }
    free(one);
    if (!status) *out = texts;
    else plot_texts_free(texts, n);
    return status;
}

static int tick_places(plot_scene *scene, const plot_layer *layer, const char *where, int64_t cells, dp_array **out)
{
    dp_array *found = NULL;
    int status;
    if (strcmp(where, "cells") == 0) {
        if (cells > MOST_TICKS) return plot_fail(scene, layer, "ticks for %lld cells are too many", (long long)cells);
        status = plot_status(scene, dp_array_new(scene->session.ctx, DP_F64, dp_shape_of(1, &cells), out));
        for (int64_t i = 0; i < cells && !status; i++) ((double *)(*out)->data)[i] = (double)i + 0.5;
        return status;
    }
    status = plot_value_make(scene, where, "ticks", &found);
    if (!status) status = plot_status(scene, dp_array_convert(scene->session.ctx, found, DP_F64, out));
    dp_array_free(&found);
    return status;
}

static int put_ticks(plot_scene *scene, const plot_layer *layer, int key, int label_key, dp_direction direction,
                     int64_t cells)
{
    const char *where = layer->said.text[key], *labels = layer->said.text[label_key];
    char **texts = NULL;
    dp_array *at = NULL;
    if (!where && cells && (cells <= AUTO_CELL_TICKS || labels)) where = "cells";
    if (!where || strcmp(where, "auto") == 0)
        return labels ? plot_fail(scene, layer, "%s: say where, too: %s", plot_keys[label_key].name, plot_keys[key].name)
                      : CLI_FINE;
    if (strcmp(where, "none") == 0)
        return plot_status(scene, scene->plot.dp_axes_ticks(scene->axes, direction, NULL, NULL, 0));
    int status = tick_places(scene, layer, where, cells, &at);
    if (!labels && strcmp(where, "cells") == 0) labels = "%{i}";
    if (!status) status = tick_texts(scene, labels, dp_array_elems(at), &texts);
    if (!status)
        status = plot_status(scene, scene->plot.dp_axes_ticks(scene->axes, direction, at->data,
                                                              (const char *const *)texts, dp_array_elems(at)));
    if (at) plot_texts_free(texts, dp_array_elems(at));
    dp_array_free(&at);
    return status;
}

static int put_legend(plot_scene *scene, const plot_layer *layer)
{
    const char *text = layer->said.text[KEY_LEGEND];
    if (!text) return CLI_FINE;
    int place = plot_choice(text, "best|upper-right|upper-left|lower-left|lower-right|outside|none");
    if (place < 0) return plot_fail(scene, layer, "legend: there is no place \"%s\"", text);
    scene->plot.dp_axes_legend(scene->axes, (dp_legend_place)place);
    return CLI_FINE;
}

static void put_flags(plot_scene *scene, const plot_layer *layer)
{
    const int *flag = layer->said.flag;
    if (flag[FLAG_XLOG]) scene->plot.dp_axes_log(scene->axes, DP_X);
    if (flag[FLAG_YLOG]) scene->plot.dp_axes_log(scene->axes, DP_Y);
    if (flag[FLAG_EQUAL]) scene->plot.dp_axes_equal(scene->axes);
    if (flag[FLAG_INVERT_X]) scene->plot.dp_axes_invert(scene->axes, DP_X);
    if (flag[FLAG_INVERT_Y]) scene->plot.dp_axes_invert(scene->axes, DP_Y);
    if (flag[FLAG_GRID]) scene->plot.dp_axes_grid(scene->axes);
    if (flag[FLAG_BARE]) scene->plot.dp_axes_off(scene->axes);
}

int plot_panel_dress(plot_scene *scene, const plot_layer *layer, int64_t i, int64_t rows, int64_t columns)
{
    put_flags(scene, layer);
    int status = put_title(scene, layer, KEY_TITLE, DP_TITLE_CENTER, i);
    if (!status) status = put_title(scene, layer, KEY_TITLE_LEFT, DP_TITLE_LEFT, i);
    if (!status) status = put_label(scene, layer, KEY_XLABEL, DP_X, i);
    if (!status) status = put_label(scene, layer, KEY_YLABEL, DP_Y, i);
    if (!status) status = put_ticks(scene, layer, KEY_XTICKS, KEY_XTICK_LABELS, DP_X, columns);
    if (!status) status = put_ticks(scene, layer, KEY_YTICKS, KEY_YTICK_LABELS, DP_Y, rows);
    if (!status) status = put_limits(scene, layer, KEY_XLIM, DP_X);
    if (!status) status = put_limits(scene, layer, KEY_YLIM, DP_Y);
    return status ? status : put_legend(scene, layer);
}

/* ---- The whole ---- */

static int read_options(plot_scene *scene, const plot_said *said, dp_figure_options *options)
{
    const plot_layer whole = {.kind = plot_kind_find("empty"), .said = *said};
    const char *cycle = said->text[KEY_CYCLE], *size = said->text[KEY_SIZE];
    *options = (dp_figure_options){.rows = scene->rows,
                                   .columns = scene->columns,
                                   .share_x = said->flag[FLAG_SHAREX],
                                   .share_y = said->flag[FLAG_SHAREY],
                                   .label_outer = said->flag[FLAG_OUTER],
                                   .shared_scale = said->flag[FLAG_SHARED_SCALE]};
    int status = plot_number(scene, &whole, KEY_DPI, 0, 1, &options->dpi);
    if (!status) status = plot_number(scene, &whole, KEY_FONT_SIZE, 0, 1, &options->font_size);
    if (!status && size && !plot_pair(size, 'x', &options->width, &options->height))
        status = plot_fail(scene, NULL, "--size: \"%s\" is not WxH in inches, such as 6.4x4.8", size);
    if (!status && size && !(options->width > 0 && options->height > 0))
        status = plot_fail(scene, NULL, "--size: %s: both have to be above 0", size);
    int choice = cycle ? plot_choice(cycle, "safe|tab10") : 0;
    if (!status && choice < 0) status = plot_fail(scene, NULL, "--cycle: \"%s\" is neither safe nor tab10", cycle);
    options->cycle = (dp_cycle)(choice > 0);
    scene->share_y = options->share_y;
    return status;
}

/* The title and, behind it, the remark. */
static int put_suptitle(plot_scene *scene, const plot_said *said)
{
    const plot_layer whole = {.kind = plot_kind_find("empty"), .said = *said};
    double size, y;
    char *title = NULL, *remark = NULL;
    if (!said->text[KEY_SUPTITLE] && !said->text[KEY_REMARK]) return CLI_FINE;
    dp_text text = {.ctx = scene->session.ctx};
    int status = plot_number(scene, &whole, KEY_SUPTITLE_SIZE, 0, 1, &size);
    if (!status) status = plot_number(scene, &whole, KEY_SUPTITLE_Y, 0.98, 0, &y);
    if (!status) status = plot_text_make(scene, said->text[KEY_SUPTITLE], 0, &title);
    if (!status) status = plot_text_make(scene, said->text[KEY_REMARK], 0, &remark);
    if (!status)
        status = plot_status(scene, dp_text_addf(&text, "%s%s%s", title ? title : "", title && remark ? " " : "",
                                                 remark ? remark : ""));
    if (!status) status = plot_status(scene, scene->plot.dp_figure_suptitle(scene->figure, text.data, size, y));
    dp_text_free(&text);
    free(title);
    free(remark);
    return status;
}

/* A display that is alone and has no size given gets the size it needs; its panel is then the whole picture. */
static int fit_display(plot_scene *scene, const plot_said *said, dp_figure_options *options, int *fills)
{
    double width = 0, height = 0;
    *fills = 0;
    if (scene->rows * scene->columns > 1) return CLI_FINE;
    int status = CLI_FINE;
    for (int l = 0; l < scene->layer_count && !status && width == 0; l++)
        status = plot_display_size(scene, &scene->layers[l], &width, &height);
    if (status || width == 0 || said->text[KEY_SIZE]) return status;
    *fills = 1;
    options->width = (width + 8) / 72;
    options->height = (height + 8) / 72;
    return CLI_FINE;
}

int plot_figure_make(plot_scene *scene, const plot_said *said)
{
    dp_figure_options options;
    int fills = 0, status = count_panels(scene, said);
    if (!status) status = read_options(scene, said, &options);
    if (!status) status = fit_display(scene, said, &options, &fills);
    if (!status) status = plot_status(scene, scene->plot.dp_figure_new(scene->session.ctx, &options, &scene->figure));
    if (status) return status;
    scene->inverted = calloc((size_t)(scene->rows * scene->columns), 1);
    if (!scene->inverted) return plot_status(scene, DP_ERR_NOMEM);
    status = plot_panel_go(scene, NULL, 0);
    if (!status && fills) {
        double x = 4 / (72 * options.width), y = 4 / (72 * options.height);
        status = plot_status(scene, scene->plot.dp_axes_place(scene->axes, x, y, 1 - 2 * x, 1 - 2 * y));
    }
    for (int l = 0; l < scene->layer_count && !status; l++)
        status = scene->layers[l].kind->draw(scene, &scene->layers[l]);
    return status ? status : put_suptitle(scene, said);
}
