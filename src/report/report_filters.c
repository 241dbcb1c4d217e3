/* What the first layer looks for: each neuron's weights as an image, or all of them as one matrix. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/report_internal.h"

enum { MOST_TILES = 100, LEAST_SIDE = 8, MOST_SIDE = 1024, MOST_NUMBERED = 100, TILE_SIZE = 84 };

/* Weights as tiles of [colors, height, width]: element (c, y, x) of tile k lies at
 * k * apart + ((c * height + y) * width + x) * stride. */
typedef struct filters {
    const char *name;
    dp_array weights;
    int64_t count, colors, height, width, apart, stride;
    double most;
} filters;

static int64_t square_side(int64_t pixels)
{
    int64_t side = LEAST_SIDE;
    while (side < MOST_SIDE && side * side < pixels)
        side++;
    return side * side == pixels ? side : 0;
}

/* A matrix [pixels, neurons] whose rows are those of an image; without data, of a square one. */
static bool is_matrix_of_images(const dpi_report *r, dp_array weights, filters *f)
{
    if (weights.shape.rank != 2)
        return false;
    int64_t pixels = weights.shape.dims[0], neurons = weights.shape.dims[1], side = r->data ? 0 : square_side(pixels);
    if (r->images.found && pixels == r->images.colors * r->images.height * r->images.width)
        *f = (filters){.colors = r->images.colors, .height = r->images.height, .width = r->images.width};
    else if (side)
        *f = (filters){.colors = 1, .height = side, .width = side};
    else
        return false;
    f->count = neurons;
    f->apart = 1;
    f->stride = neurons;
    return true;
}

/* Filters of a convolution: [out, in, height, width]. */
static bool is_convolution(dp_array weights, filters *f)
{
    const int64_t *dims = weights.shape.dims;
    if (weights.shape.rank != 4 || (dims[1] != 1 && dims[1] != 3) || dims[2] > MOST_SIDE || dims[3] > MOST_SIDE)
        return false;
    *f = (filters){.count = dims[0],
                   .colors = dims[1],
                   .height = dims[2],
                   .width = dims[3],
                   .apart = dims[1] * dims[2] * dims[3],
                   .stride = 1};
    return true;
}

static bool find_filters(const dpi_report *r, filters *f)
{
    for (int i = 0; i < dp_model_param_count(r->model); i++) {
        dp_array weights = dp_model_param(r->model, i);
        if (!dp_array_elems(&weights) || (!is_matrix_of_images(r, weights, f) && !is_convolution(weights, f)))
            continue;
        f->name = dp_model_param_name(r->model, i);
        f->weights = weights;
        for (int64_t k = 0; k < dp_array_elems(&weights); k++) {
            double size = fabs(dp_array_get(&weights, k));
            f->most = isfinite(size) && size > f->most ? size : f->most;
        }
        if (f->most == 0)
            f->most = 1;
        return true;
    }
    return false;
}

static double weight(const filters *f, int64_t tile, int64_t color, int64_t pixel)
{
    return dp_array_get(&f->weights, tile * f->apart + (color * f->height * f->width + pixel) * f->stride);
}

/* One colour: blue below and red above zero. Three: as colours, zero is grey. */
static dp_status tile_pixels(const filters *f, int64_t tile, dp_array *rgb)
{
    uint8_t *to = rgb->data;
    for (int64_t pixel = 0; pixel < f->height * f->width; pixel++) {
        if (f->colors == 1)
            dp_colormap_rgb(DP_DIVERGING, 0.5 + 0.5 * weight(f, tile, 0, pixel) / f->most, to + 3 * pixel);
        for (int64_t color = 0; color < 3 && f->colors == 3; color++) {
            double value = weight(f, tile, color, pixel) / f->most;
            to[3 * pixel + color] = (uint8_t)lround(127.5 + 127.5 * fmin(fmax(value, -1), 1));
        }
    }
    return DP_OK;
}

static dp_status write_tile(dpi_report *r, const filters *f, int64_t tile, dp_array *rgb)
{
    char alt[80];
    int64_t larger = f->height > f->width ? f->height : f->width;
    dp_status status = tile_pixels(f, tile, rgb);
    snprintf(alt, sizeof alt, "Weights of neuron %lld", (long long)tile);
    dpi_html_add(&r->html, "<li>");
    dpi_html_image(&r->html, rgb, TILE_SIZE > larger ? (int)(TILE_SIZE / larger) : 1, "pixels", alt);
    dpi_html_addf(&r->html, "<span>%lld</span></li>\n", (long long)tile);
    return status;
}

static dp_status write_tiles(dpi_report *r, const filters *f)
{
    dpi_html *h = &r->html;
    dp_array *rgb = NULL;
    int64_t shown = f->count < MOST_TILES ? f->count : MOST_TILES;
    dpi_html_add(h, "<p>Each image is what one neuron of <code>");
    dpi_html_text(h, f->name);
    dpi_html_add(h, f->colors == 1 ? "</code> looks for: <span class=\"below\">blue</span> weighs against it, "
                                     "<span class=\"above\">red</span> for it, white not at all. Full colour is "
                                   : "</code> looks for, grey where it does not look. Full colour is ");
    dpi_html_number(h, NULL, f->most, 3);
    dpi_html_add(h, ".");
    if (shown < f->count)
        dpi_html_addf(h, " The first %d of %lld.", MOST_TILES, (long long)f->count);
    dpi_html_add(h, "</p>\n<ul class=\"tiles\">\n");
    dp_status status = dp_array_new(r->ctx, DP_U8, dp_shape_of(3, (int64_t[]){f->height, f->width, 3}), &rgb);
    for (int64_t tile = 0; tile < shown && status == DP_OK; tile++)
        status = write_tile(r, f, tile, rgb);
    dpi_html_add(h, "</ul>\n");
    dp_array_free(&rgb);
    return status;
}

/* ---- No images ---- */

static dp_status dress(dp_axes *axes, const dp_array *weights)
{
    dp_status status = DP_OK;
    if (weights->shape.dims[0] <= 32 && weights->shape.dims[1] <= 64)
        status = dp_axes_cell_ticks(axes, DP_X, weights->shape.dims[1]);
    if (status == DP_OK && weights->shape.dims[0] <= 32 && weights->shape.dims[1] <= 64)
        status = dp_axes_cell_ticks(axes, DP_Y, weights->shape.dims[0]);
    if (status == DP_OK)
        status = dp_axes_label(axes, DP_X, "neuron");
    if (status == DP_OK)
        status = dp_axes_label(axes, DP_Y, "input");
    if (status == DP_OK)
        status = dp_axes_colorbar(axes, NULL);
    dp_axes_invert(axes, DP_Y);
    return status;
}

static dp_status draw_matrix(dpi_report *r, const dp_array *weights, const char *name)
{
    dpi_html *h = &r->html;
    dp_figure *figure = NULL;
    double rows = (double)weights->shape.dims[0], columns = (double)weights->shape.dims[1];
    double width = fmin(fmax(1.6 + 0.55 * columns, 3), 8), height = fmin(fmax(0.8 + 0.45 * rows, 1.6), 6);
    const dp_field_options options = {.colormap = DP_DIVERGING};
    dp_status status = dpi_report_figure(r, width, height, &figure);
    dp_axes *axes = figure ? dp_figure_axes(figure, 0, 0) : NULL;
    if (status == DP_OK)
        status = dp_axes_heat(axes, weights, &options);
    if (status == DP_OK && dp_array_elems(weights) <= MOST_NUMBERED)
        status = dp_chart_numbers(axes, weights, &options, 8);
    if (status == DP_OK)
        status = dress(axes, weights);
    if (status == DP_OK) {
        dpi_html_add(h, "<figure>");
        dpi_html_figure(h, &figure, "plot", "First-layer weights: a row for each input, a column for each neuron");
        dpi_html_add(h, "<figcaption><code>");
        dpi_html_text(h, name);
        dpi_html_add(h, "</code>: a row for each input, a column for each neuron; blue is below, red above zero."
                        "</figcaption></figure>\n");
    }
    dp_figure_free(&figure);
    return status;
}

dp_status dpi_report_filters(dpi_report *r)
{
    filters f;
    if (find_filters(r, &f))
        return write_tiles(r, &f);
    for (int i = 0; i < dp_model_param_count(r->model); i++) {
        dp_array weights = dp_model_param(r->model, i);
        if (weights.shape.rank != 2 || !dp_array_elems(&weights))
            continue;
        dpi_report_note(r, "The inputs are no images, so the weights are shown as a matrix.");
        return draw_matrix(r, &weights, dp_model_param_name(r->model, i));
    }
    dpi_report_note(r, "The model has no matrix of weights.");
    return DP_OK;
}
