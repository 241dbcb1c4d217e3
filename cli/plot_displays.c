/* Kinds of denpa plot that are written: formulas, tables, networks. */
#include <stdlib.h>
#include <string.h>

#include "plot_scene.h"

static int words_of(plot_scene *scene, const plot_layer *layer, char **out)
{
    if (!layer->said.text[KEY_TEXT] || !*layer->said.text[KEY_TEXT]) return plot_fail(scene, layer, "say what to write: --text TEXT");
    return plot_text_make(scene, layer->said.text[KEY_TEXT], 0, out);
}

int plot_draw_formula(plot_scene *scene, const plot_layer *layer)
{
    char *words = NULL;
    double size;
    int status = plot_number(scene, layer, KEY_TEXT_SIZE, 0, 1, &size);
    if (!status) status = words_of(scene, layer, &words);
    if (!status) status = plot_status(scene, scene->plot.dp_chart_formula(scene->axes, words, size));
    free(words);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

int plot_draw_network(plot_scene *scene, const plot_layer *layer)
{
    char *words = NULL;
    double size;
    int status = plot_number(scene, layer, KEY_TEXT_SIZE, 0, 1, &size);
    if (!status) status = words_of(scene, layer, &words);
    if (!status)
        status = plot_status(scene,
                             scene->plot.dp_chart_network(scene->axes, words, layer->said.text[KEY_LABEL], size));
    free(words);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

/* ---- Tables ---- */

/* Rows parted by newlines, cells by |; every row has as many as the first. Cuts words up. */
static int split_cells(plot_scene *scene, const plot_layer *layer, char *words, char ***cells, int *rows, int *columns)
{
    int count = 1, row = 0, column = 0, most = 1;
    for (const char *c = words; *c; c++) count += *c == '|' || *c == '\n';
    *cells = calloc((size_t)count, sizeof **cells);
    if (!*cells) return plot_status(scene, DP_ERR_NOMEM);
    count = 0;
    for (char *at = words;; at++) {
        char *end = at + strcspn(at, "|\n"), mark = *end;
        (*cells)[count++] = at;
        *end = 0;
        column++;
        if (mark != '|') {
            if (row == 0) most = column;
            if (column != most)
                return plot_fail(scene, layer, "row %d has %d cells, the first one has %d", row + 1, column, most);
            row++;
            column = 0;
        }
        if (!mark) break;
        at = end;
    }
    *rows = row;
    *columns = most;
    return CLI_FINE;
}

static int with_cells(plot_scene *scene, const plot_layer *layer, double *width, double *height)
{
    char *words = NULL, **cells = NULL;
    int rows = 0, columns = 0;
    double size;
    int status = plot_number(scene, layer, KEY_TEXT_SIZE, 12, 1, &size);
    if (!status) status = words_of(scene, layer, &words);
    if (!status) status = split_cells(scene, layer, words, &cells, &rows, &columns);
    if (!status && width)
        status = plot_status(scene, scene->plot.dp_chart_table_size(scene->session.ctx, (const char *const *)cells, rows,
                                                                    columns, size, width, height));
    else if (!status)
        status = plot_status(scene, scene->plot.dp_chart_table(scene->axes, (const char *const *)cells, rows, columns, size));
    free(cells);
    free(words);
    return status;
}

int plot_draw_table(plot_scene *scene, const plot_layer *layer)
{
    int status = with_cells(scene, layer, NULL, NULL);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

int plot_display_size(plot_scene *scene, const plot_layer *layer, double *width, double *height)
{
    char *words = NULL;
    double size;
    *width = *height = 0;
    if (layer->kind->draw == plot_draw_table) return with_cells(scene, layer, width, height);
    if (layer->kind->draw != plot_draw_formula) return CLI_FINE;
    int status = plot_number(scene, layer, KEY_TEXT_SIZE, 0, 1, &size);
    if (!status) status = words_of(scene, layer, &words);
    if (!status)
        status = plot_status(scene,
                             scene->plot.dp_chart_formula_size(scene->session.ctx, words, size, width, height));
    free(words);
    return status;
}
