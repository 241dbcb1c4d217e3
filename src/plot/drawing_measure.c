/* How large everything is, in points, before anything is placed. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "plot/drawing_internal.h"
#include "plot/drawing_look.h"

static dp_status set(dp_drawing *d, dpi_fonts *fonts, const char *text, double size, bool bold, dpi_label *out)
{
    char *clean = NULL;
    if (!text)
        return DP_OK;
    dp_status status = dpi_text_clean(d->ctx, text, &clean);
    if (status == DP_OK)
        status = dpi_label_set(d->ctx, fonts, clean, (dpi_face){size, false, bold}, 0, out);
    dpi_free(d->ctx, clean);
    return status;
}

/* A symbol is set as a formula. */
static dp_status set_symbol(dp_drawing *d, dpi_fonts *fonts, const char *symbol, double size, dpi_label *out)
{
    dp_text tex = {.ctx = d->ctx};
    dp_status status = dpi_symbol_tex(symbol, &tex);
    if (status == DP_OK)
        status = set(d, fonts, tex.data, size, false, out);
    dp_text_free(&tex);
    return status;
}

static bool has_symbols(const dp_drawing *d)
{
    return d->options.symbols || d->options.chain;
}

void dpi_heat_size(const dp_array *array, double *w, double *h)
{
    int64_t columns = array->shape.rank ? array->shape.dims[array->shape.rank - 1] : 1;
    int64_t rows = columns ? dp_array_elems(array) / columns : 1;
    dpi_heat_matrix(array, &rows, &columns);
    double scale = fmin(HEAT_WIDTH / (double)columns, HEAT_HEIGHT / (double)rows);
    *w = fmax(fmin((double)columns * scale, HEAT_WIDTH), HEAT_LEAST);
    *h = fmax(fmin((double)rows * scale, HEAT_HEIGHT), HEAT_LEAST);
}

static dp_status measure_side(dp_drawing *d, dpi_fonts *fonts, dpi_gside *side)
{
    if (!side->numbers)
        return DP_OK;
    dp_status status = DP_OK;
    if (side->text && has_symbols(d))
        status = set_symbol(d, fonts, side->text, VALUE_SIZE, &side->text_label);
    else
        status = set(d, fonts, side->text, side->heat ? SMALL_SIZE : VALUE_SIZE, false, &side->text_label);
    if (status == DP_OK)
        status = set(d, fonts, side->shape, SMALL_SIZE, false, &side->shape_label);
    if (side->heat)
        dpi_heat_size(side->numbers, &side->heat_w, &side->heat_h);
    double text_w = side->text_label.width, text_h = dpi_label_height(&side->text_label);
    if (side->blank)
        text_w = BLANK_WIDTH, text_h = BLANK_HEIGHT;
    side->w = side->heat ? side->heat_w + HEAT_GAP + text_w : text_w;
    side->h = fmax(side->heat_h, text_h);
    if (side->shape_label.width > 0) {
        side->w = fmax(side->w, side->shape_label.width);
        side->h += SIDE_GAP + dpi_label_height(&side->shape_label);
    }
    return status;
}

static dp_status measure_edge(dp_drawing *d, dpi_fonts *fonts, dpi_gedge *edge)
{
    dp_status status = DP_OK;
    double reach = 0, width = 0;
    for (int i = 0; i < 2 && status == DP_OK; i++) {
        status = measure_side(d, fonts, &edge->side[i]);
        reach = fmax(reach, edge->side[i].h);
        width = fmax(width, edge->side[i].w);
    }
    edge->w = fmax(width + 2 * BLOCK_PAD, BLOCK_LEAST);
    edge->h = 2 * (reach + LINE_GAP);
    return status;
}

/* Adds lines below what there is. */
static void stack(const dpi_label *lines, double gap, double *w, double *h)
{
    if (lines->width <= 0)
        return;
    *w = fmax(*w, lines->width);
    *h += gap + dpi_label_height(lines);
}

/* An operation has its lines inside its shape; a variable has no shape, only lines. */
static void measure_shape(dpi_gnode *node)
{
    double w = node->label_text.width, h = dpi_label_height(&node->label_text);
    stack(&node->details_text, DETAILS_GAP, &w, &h);
    stack(&node->notes_text, SIDE_GAP, &w, &h);
    if (node->kind == DPI_G_OP) {
        node->round = h == dpi_label_height(&node->label_text) && w <= CIRCLE - 2 * CIRCLE_PAD;
        node->w = node->round ? CIRCLE : w + 2 * BOX_PAD;
        node->h = node->round ? CIRCLE : fmax(h + BOX_PAD, BOX_LEAST);
        return;
    }
    stack(&node->badge_text, SIDE_GAP, &w, &h);
    if (node->heat) {
        double heat_w, heat_h;
        dpi_heat_size(node->trace->forward, &heat_w, &heat_h);
        w = fmax(w, heat_w);
        h += heat_h + SIDE_GAP;
    }
    node->w = w + 2 * LEAF_PAD;
    node->h = h;
}

static dp_status measure_node(dp_drawing *d, dpi_fonts *fonts, dpi_gnode *node)
{
    dp_status status;
    double size = node->kind == DPI_G_OP && node->label && strlen(node->label) <= 3 ? SIGN_SIZE : LABEL_SIZE;
    if (node->heat)
        size = SMALL_SIZE;
    if (node->kind == DPI_G_OP && node->label && strlen(node->label) == 3 && node->label[0] > 0)
        size = LABEL_SIZE;
    bool symbol = has_symbols(d) && node->kind != DPI_G_OP && node->label && !node->heat && *node->trace->name;
    status = symbol ? set_symbol(d, fonts, node->label, LABEL_SIZE, &node->label_text)
                    : set(d, fonts, node->label, size, false, &node->label_text);
    if (status == DP_OK)
        status = set(d, fonts, node->details, SMALL_SIZE, false, &node->details_text);
    if (status == DP_OK)
        status = set(d, fonts, node->notes, SMALL_SIZE, false, &node->notes_text);
    if (status == DP_OK)
        status = set(d, fonts, node->badge, SMALL_SIZE, false, &node->badge_text);
    measure_shape(node);
    return status;
}

dp_status dpi_drawing_measure(dp_drawing *d, dpi_fonts *fonts)
{
    dp_status status = DP_OK;
    for (int n = 0; n < d->node_count && status == DP_OK; n++)
        status = measure_node(d, fonts, &d->nodes[n]);
    for (int e = 0; e < d->edge_count && status == DP_OK; e++)
        status = measure_edge(d, fonts, &d->edges[e]);
    return status;
}
