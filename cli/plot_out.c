/* A picture in the terminal. Heat maps are shown cell by cell, which needs no painting: a digit is 28 columns wide. */
#include <stdlib.h>
#include <string.h>

#include "plot_scene.h"
#include "term_out.h"

/* Is the picture one layer of cells, and nothing else? */
static int is_cells(const plot_scene *scene)
{
    const plot_layer *layer = &scene->layers[0];
    return scene->layer_count == 1 && (layer->kind->draw == plot_draw_heat || layer->kind->draw == plot_draw_digits) &&
           layer->value[KEY_VALUE] && !layer->said.flag[FLAG_ANNOTATE];
}

/* One matrix of n in a row of arrays, as an image; borrows from value. */
static dp_status image_of(plot_scene *scene, const dp_array *value, int64_t i, int64_t height, int64_t width,
                          const dp_field_options *options, dp_array **out)
{
    dp_array one = {.dtype = value->dtype, .shape = dp_shape_of(2, (int64_t[]){height, width})};
    one.data = (char *)value->data + (size_t)(i * height * width) * dp_dtype_bytes(value->dtype);
    return scene->plot.dp_heat_image(scene->session.ctx, &one, options, out);
}

static void paste(dp_array *canvas, const dp_array *image, int64_t row, int64_t column)
{
    size_t line = (size_t)image->shape.dims[1] * 3;
    for (int64_t y = 0; y < image->shape.dims[0]; y++)
        memcpy((char *)canvas->data + ((row + y) * canvas->shape.dims[1] + column) * 3, (char *)image->data + (size_t)y * line,
               line);
}

/* Images side by side, a pixel apart, as many as fit beside each other; a matrix is one image. */
static dp_status draw_cells(plot_scene *scene, int64_t columns, dp_array **out)
{
    const plot_layer *layer = &scene->layers[0];
    const dp_array *value = layer->value[KEY_VALUE];
    dp_field_options options;
    double rows = 28;
    if (plot_field_read(scene, layer, &options) || plot_number(scene, layer, KEY_ROWS, 28, 1, &rows)) return DP_ERR_ARG;
    int64_t elems = dp_array_elems(value), width = value->shape.rank ? value->shape.dims[value->shape.rank - 1] : 1;
    if (layer->kind->draw == plot_draw_heat) return image_of(scene, value, 0, elems / width, width, &options, out);
    int64_t height = (int64_t)rows;
    if (value->shape.rank == 3) height = value->shape.dims[1];
    else width /= height;
    int64_t n = elems / (height * width), across = (columns + 1) / (width + 1) < n ? (columns + 1) / (width + 1) : n;
    if (across < 1) across = 1;
    const int64_t size[3] = {(n + across - 1) / across * (height + 1) - 1, across * (width + 1) - 1, 3};
    dp_status status = dp_array_new(scene->session.ctx, DP_U8, dp_shape_of(3, size), out);
    for (int64_t i = 0; i < n && status == DP_OK; i++) {
        dp_array *image = NULL;
        status = image_of(scene, value, i, height, width, &options, &image);
        if (status == DP_OK) paste(*out, image, i / across * (height + 1), i % across * (width + 1));
        dp_array_free(&image);
    }
    return status;
}

int plot_term(plot_scene *scene, int64_t columns)
{
    dp_array *image = NULL;
    if (!columns) columns = cli_term_columns();
    dp_status status = is_cells(scene) ? draw_cells(scene, columns, &image)
                                       : scene->plot.dp_figure_image(scene->figure, &image);
    if (status == DP_OK) status = cli_term_print(&scene->plot, scene->session.ctx, image, columns);
    dp_array_free(&image);
    return plot_status(scene, status);
}
