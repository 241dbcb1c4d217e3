/* What the words of keys mean: numbers, pairs, choices, colours. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "plot_scene.h"

int plot_fail(const plot_scene *scene, const plot_layer *layer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "denpa plot: %s%s", layer ? layer->kind->name : "", layer ? ": " : "");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nTry: denpa %s --help\n", scene->command->name);
    va_end(args);
    return CLI_WRONG_USE;
}

int plot_status(const plot_scene *scene, dp_status status)
{
    return status == DP_OK ? CLI_FINE : cli_fail(scene->session.ctx, status);
}

static int read_number(const char *text, size_t bytes, double *out)
{
    const char *end;
    double value = dp_number_parse(text, bytes, &end);
    if (!bytes || end != text + bytes || !isfinite(value)) return 0;
    *out = value;
    return 1;
}

int plot_number(const plot_scene *scene, const plot_layer *layer, int key, double missing, double least, double *out)
{
    const char *text = layer->said.text[key];
    *out = missing;
    if (!text || (read_number(text, strlen(text), out) && *out >= least)) return CLI_FINE;
    return plot_fail(scene, layer, "%s: \"%s\" is not a number%s", plot_keys[key].name, text,
                     isfinite(least) ? " that is large enough" : "");
}

int plot_pair(const char *text, char between, double *a, double *b)
{
    const char *middle = strchr(text, between);
    return middle && read_number(text, (size_t)(middle - text), a) && read_number(middle + 1, strlen(middle + 1), b);
}

int plot_part(const char *text, char between, int64_t i, char *buffer, size_t bytes)
{
    for (; i > 0 && text; i--) {
        text = strchr(text, between);
        text = text ? text + 1 : NULL;
    }
    if (!text) return 0;
    const char *end = strchr(text, between);
    snprintf(buffer, bytes, "%.*s", end ? (int)(end - text) : (int)strlen(text), text);
    return 1;
}

int plot_choice(const char *text, const char *words)
{
    char word[32];
    for (int i = 0; plot_part(words, '|', i, word, sizeof word); i++)
        if (strcmp(word, text) == 0) return i;
    return -1;
}

/* One of the words as its number + first, or 0 where nothing is said. */
static int choose(const plot_scene *scene, const plot_layer *layer, int key, const char *words, int first, int *out)
{
    const char *text = layer->said.text[key];
    int choice = text ? plot_choice(text, words) : -first;
    *out = choice + first;
    if (!text || choice >= 0) return CLI_FINE;
    return plot_fail(scene, layer, "%s: \"%s\" is none of %s", plot_keys[key].name, text, words);
}

int plot_style_read(const plot_scene *scene, const plot_layer *layer, int64_t i, char *color, dp_style *style)
{
    *style = (dp_style){.edge = layer->said.text[KEY_EDGE], .bold = layer->said.flag[FLAG_BOLD],
                        .horizontal = layer->said.flag[FLAG_HORIZONTAL]};
    int marker = 0, dash = 0, align = 0;
    int status = choose(scene, layer, KEY_MARKER, "o|s|^|x|+|d", DP_MARKER_CIRCLE, &marker);
    if (!status) status = choose(scene, layer, KEY_DASH, "solid|dashed|dotted", 0, &dash);
    if (!status) status = choose(scene, layer, KEY_ALIGN, "left|center|right", 1, &align);
    if (!status) status = plot_number(scene, layer, KEY_MARK_SIZE, 0, 0, &style->size);
    if (!status) status = plot_number(scene, layer, KEY_LINE_WIDTH, 0, 0, &style->width);
    if (!status) status = plot_number(scene, layer, KEY_OPACITY, 0, 0, &style->opacity);
    if (!status) status = plot_number(scene, layer, KEY_TEXT_SIZE, 0, 0, &style->font_size);
    if (!status) status = plot_number(scene, layer, KEY_BAR_WIDTH, 0, 0, &style->bar_width);
    style->marker = (dp_marker)marker;
    style->dash = (dp_dash)dash;
    style->halign = align ? align - 2 : 0;
    const char *colors = layer->said.text[KEY_COLOR];
    int64_t count = 1;
    for (const char *c = colors; c && *c; c++) count += *c == ',';
    if (colors && plot_part(colors, ',', i % count, color, 64)) style->color = color;
    return status;
}

static int colormap(const plot_scene *scene, const plot_layer *layer, dp_colormap *out)
{
    const char *name = layer->said.text[KEY_CMAP];
    int found = name ? scene->plot.dp_colormap_find(name) : DP_VIRIDIS;
    *out = (dp_colormap)found;
    if (found >= 0) return CLI_FINE;
    return plot_fail(scene, layer, "cmap: there is no colour map \"%s\": viridis, gray, gray_r, diverging", name);
}

int plot_field_read(const plot_scene *scene, const plot_layer *layer, dp_field_options *options)
{
    const char *low = layer->said.text[KEY_VMIN], *high = layer->said.text[KEY_VMAX];
    *options = (dp_field_options){.has_scale = low || high};
    if (!low != !high) return plot_fail(scene, layer, "vmin and vmax: give both or none");
    int status = colormap(scene, layer, &options->colormap);
    if (!status) status = plot_number(scene, layer, KEY_VMIN, 0, -HUGE_VAL, &options->vmin);
    if (!status) status = plot_number(scene, layer, KEY_VMAX, 0, -HUGE_VAL, &options->vmax);
    if (!status) status = plot_number(scene, layer, KEY_OPACITY, 0, 0, &options->opacity);
    return status;
}

int plot_colorbar(plot_scene *scene, const plot_layer *layer)
{
    char *label;
    if (!layer->said.flag[FLAG_COLORBAR] && !layer->said.text[KEY_COLORBAR]) return CLI_FINE;
    int status = plot_text_make(scene, layer->said.text[KEY_COLORBAR], 0, &label);
    if (!status) status = plot_status(scene, scene->plot.dp_axes_colorbar(scene->axes, label));
    free(label);
    return status;
}

int plot_numbers(const plot_scene *scene, const plot_layer *layer, int key, const double **out, int64_t *n)
{
    const dp_array *array = layer->value[key];
    *out = array ? array->data : NULL;
    if (!array) return CLI_FINE;
    int64_t count = dp_array_elems(array);
    if (count < 1) return plot_fail(scene, layer, "%s is empty: there is nothing to draw", plot_keys[key].name);
    if (*n && count != *n)
        return plot_fail(scene, layer, "%s has %lld numbers, but there are %lld places", plot_keys[key].name,
                         (long long)count, (long long)*n);
    *n = count;
    return CLI_FINE;
}
