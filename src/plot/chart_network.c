/* Neurons in layers, and the lines between them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/chart.h>

#include "base/fail.h"
#include "plot/figure.h"

static const double RADIUS = 0.36, SPACING = 1.15, LAYER_GAP = 2.4;

enum { MOST_LAYERS = 16, MOST_NEURONS = 64, NAME_BYTES = 64 };

typedef struct net {
    dp_axes *axes;
    double size;
    const char *begin[MOST_LAYERS], *end[MOST_LAYERS];
    char join[MOST_LAYERS]; /* what is behind the layer: '|', '>', 0 */
    int neurons[MOST_LAYERS], count, most;
} net;

static dp_status read_layers(net *n, const char *text)
{
    dp_ctx *ctx = n->axes->figure->ctx;
    for (const char *at = text;;) {
        if (n->count == MOST_LAYERS) return dpi_fail(ctx, DP_ERR_RANGE, "network: more than %d layers", MOST_LAYERS);
        const char *end = at + strcspn(at, "|>");
        int neurons = 1;
        for (const char *c = at; c < end; c++) neurons += *c == ',';
        if (at == end) return dpi_fail(ctx, DP_ERR_SYNTAX, "network: layer %d has no neurons", n->count + 1);
        if (neurons > MOST_NEURONS)
            return dpi_fail(ctx, DP_ERR_RANGE, "network: layer %d has more than %d neurons", n->count + 1, MOST_NEURONS);
        if (n->count && n->join[n->count - 1] == '>' && neurons != n->neurons[n->count - 1])
            return dpi_fail(ctx, DP_ERR_SYNTAX, "network: layers %d and %d are joined by >, but have %d and %d neurons",
                            n->count, n->count + 1, n->neurons[n->count - 1], neurons);
        n->begin[n->count] = at;
        n->end[n->count] = end;
        n->neurons[n->count] = neurons;
        n->join[n->count++] = *end;
        if (neurons > n->most) n->most = neurons;
        if (!*end) return DP_OK;
        at = end + 1;
    }
}

static double x_of(int layer)
{
    return layer * LAYER_GAP;
}

static double y_of(const net *n, int layer, int i)
{
    return (i - 0.5 * (n->neurons[layer] - 1)) * SPACING;
}

static dp_status put_neurons(const net *n, int layer)
{
    const char *at = n->begin[layer];
    dp_status status = DP_OK;
    for (int i = 0; i < n->neurons[layer] && status == DP_OK; i++) {
        size_t bytes = strcspn(at, ",|>");
        char name[NAME_BYTES];
        snprintf(name, sizeof name, bytes ? "$%.*s$" : "", (int)(bytes < NAME_BYTES - 3 ? bytes : NAME_BYTES - 3), at);
        status = dp_axes_ellipse(n->axes, x_of(layer), y_of(n, layer, i), 2 * RADIUS, 2 * RADIUS,
                                 &(dp_style){.color = "white", .width = 1.2});
        if (status == DP_OK && *name)
            status = dp_axes_text(n->axes, x_of(layer), y_of(n, layer, i), name, &(dp_style){.font_size = n->size});
        at += bytes + 1;
    }
    return status;
}

/* The weight on the line from i to j, near enough to i that lines to its neighbours are apart. */
static dp_status put_weight(const net *n, int layer, int i, int j, const char *letter, int letter_bytes)
{
    char text[NAME_BYTES];
    const double part = 0.2, width = 0.34, height = 0.2;
    double x = x_of(layer) + RADIUS + part * (LAYER_GAP - 2 * RADIUS);
    double y = y_of(n, layer, i) + part * (y_of(n, layer + 1, j) - y_of(n, layer, i));
    snprintf(text, sizeof text, "$%.*s_{%d%d}$", letter_bytes, letter, i + 1, j + 1);
    dp_status status = dp_axes_box(n->axes, x, y, width, height, &(dp_style){.color = "white", .edge = "none"});
    if (status != DP_OK) return status;
    return dp_axes_text(n->axes, x, y, text, &(dp_style){.font_size = n->size * 0.72, .color = "#444444"});
}

static dp_status put_line(const net *n, int layer, int i, int j)
{
    double x0 = x_of(layer), x1 = x_of(layer + 1), y0 = y_of(n, layer, i), y1 = y_of(n, layer + 1, j);
    double length = hypot(x1 - x0, y1 - y0), dx = (x1 - x0) / length * RADIUS, dy = (y1 - y0) / length * RADIUS;
    return dp_axes_arrow(n->axes, x0 + dx, y0 + dy, x1 - dx, y1 - dy,
                         &(dp_style){.color = "#777777", .width = 0.9, .size = 6});
}

/* Part number `layer` of gaps: its name and, behind a colon, the letter of its weights. */
static void read_gap(const char *gaps, int layer, const char **name, int *name_bytes, const char **letter,
                     int *letter_bytes)
{
    *name_bytes = *letter_bytes = 0;
    for (int i = 0; i < layer && gaps; i++) {
        gaps = strchr(gaps, '|');
        if (gaps) gaps++;
    }
    if (!gaps) return;
    size_t bytes = strcspn(gaps, "|"), colon = strcspn(gaps, ":|");
    *name = gaps;
    *name_bytes = (int)colon;
    if (colon < bytes) *letter = gaps + colon + 1, *letter_bytes = (int)(bytes - colon - 1);
}

static dp_status put_gap(const net *n, int layer, const char *gaps)
{
    const char *name = "", *letter = "";
    int name_bytes, letter_bytes;
    dp_status status = DP_OK;
    read_gap(gaps, layer, &name, &name_bytes, &letter, &letter_bytes);
    for (int i = 0; i < n->neurons[layer]; i++)
        for (int j = 0; j < n->neurons[layer + 1] && status == DP_OK; j++) {
            if (n->join[layer] == '>' && i != j) continue;
            status = put_line(n, layer, i, j);
        }
    for (int i = 0; i < n->neurons[layer] && letter_bytes; i++)
        for (int j = 0; j < n->neurons[layer + 1] && status == DP_OK; j++)
            if (n->join[layer] != '>' || i == j) status = put_weight(n, layer, i, j, letter, letter_bytes);
    if (status != DP_OK || !name_bytes) return status;
    char text[NAME_BYTES];
    snprintf(text, sizeof text, "$%.*s$", name_bytes < NAME_BYTES - 3 ? name_bytes : NAME_BYTES - 3, name);
    return dp_axes_text(n->axes, x_of(layer) + LAYER_GAP / 2, -0.5 * n->most * SPACING - 0.25, text,
                        &(dp_style){.font_size = n->size});
}

dp_status dp_chart_network(dp_axes *axes, const char *layers, const char *gaps, double size)
{
    net n = {.axes = axes, .size = size > 0 ? size : 14};
    dp_status status = read_layers(&n, layers);
    for (int layer = 0; layer + 1 < n.count && status == DP_OK; layer++) status = put_gap(&n, layer, gaps);
    for (int layer = 0; layer < n.count && status == DP_OK; layer++) status = put_neurons(&n, layer);
    double tall = 0.5 * n.most * SPACING;
    if (status == DP_OK) status = dp_axes_limits(axes, DP_X, -0.6, x_of(n.count - 1) + 0.6);
    if (status == DP_OK) status = dp_axes_limits(axes, DP_Y, tall + 0.15, -tall - (gaps ? 0.6 : 0.15));
    dp_axes_equal(axes);
    dp_axes_off(axes);
    return status;
}
