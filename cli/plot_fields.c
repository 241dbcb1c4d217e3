/* Kinds of denpa plot that are arrays of cells. */
#include <stdlib.h>
#include <string.h>

#include "plot_scene.h"

/* A matrix of what is to be drawn: a vector is one row, a number one cell. view borrows. */
static int as_matrix(const plot_scene *scene, const plot_layer *layer, dp_array *view)
{
    char text[DP_SHAPE_TEXT_BYTES];
    const dp_array *value = layer->value[KEY_VALUE];
    if (!value) return plot_fail(scene, layer, "say what to draw: --value EXPR");
    *view = *value;
    view->ctx = NULL;
    if (dp_array_elems(value) < 1)
        return plot_fail(scene, layer, "%s is %s: it is empty, there is nothing to draw", layer->said.text[KEY_VALUE],
                         dp_shape_text(value->shape, text, sizeof text));
    if (value->shape.rank == 0) view->shape = dp_shape_of(2, (int64_t[]){1, 1});
    if (value->shape.rank == 1) view->shape = dp_shape_of(2, (int64_t[]){1, value->shape.dims[0]});
    if (value->shape.rank <= 2) return CLI_FINE;
    return plot_fail(scene, layer, "%s is %s: a matrix is wanted", layer->said.text[KEY_VALUE],
                     dp_shape_text(value->shape, text, sizeof text));
}

static int put_heat(plot_scene *scene, const plot_layer *layer, const dp_array *m, dp_field_options *options)
{
    int status = plot_status(scene, scene->plot.dp_axes_heat(scene->axes, m, options));
    if (!status && layer->said.flag[FLAG_ANNOTATE]) {
        double size;
        status = plot_number(scene, layer, KEY_TEXT_SIZE, 0, 1, &size);
        if (!status) status = plot_status(scene, scene->plot.dp_chart_numbers(scene->axes, m, options, size));
    }
    return status ? status : plot_colorbar(scene, layer);
}

int plot_draw_heat(plot_scene *scene, const plot_layer *layer)
{
    dp_array m;
    dp_field_options options;
    const char *at = layer->said.text[KEY_AT];
    int status = as_matrix(scene, layer, &m);
    if (!status) status = plot_field_read(scene, layer, &options);
    if (status) return status;
    double rows = (double)m.shape.dims[0], columns = (double)m.shape.dims[1];
    if (at) {
        if (!plot_pair(at, ',', &options.x0, &options.y0)) return plot_fail(scene, layer, "at: \"%s\" is not X,Y", at);
        options.has_extent = 1;
        options.x1 = options.x0 + columns;
        options.y1 = options.y0 + rows;
    }
    status = put_heat(scene, layer, &m, &options);
    plot_panel_down(scene);
    return status ? status : plot_panel_dress(scene, layer, 0, at ? 0 : m.shape.dims[0], at ? 0 : m.shape.dims[1]);
}

/* ---- Images ---- */

/* The images as [N, H, W]; view borrows. Of [..., H, W], as filters and feature maps are, each plane is an image. */
static int as_images(const plot_scene *scene, const plot_layer *layer, dp_array *view)
{
    double rows;
    char text[DP_SHAPE_TEXT_BYTES];
    const dp_array *value = layer->value[KEY_VALUE];
    if (!value) return plot_fail(scene, layer, "say what to draw: --value EXPR");
    int status = plot_number(scene, layer, KEY_ROWS, 28, 1, &rows);
    if (status) return status;
    *view = *value;
    view->ctx = NULL;
    int64_t height = (int64_t)rows, width = value->shape.rank ? value->shape.dims[value->shape.rank - 1] : 0;
    int64_t n = value->shape.rank == 1 ? 1 : value->shape.dims[0];
    dp_shape_text(value->shape, text, sizeof text);
    if (dp_array_elems(value) < 1) return plot_fail(scene, layer, "the images are %s: there is nothing to draw", text);
    if (value->shape.rank >= 3) {
        height = value->shape.dims[value->shape.rank - 2];
        view->shape = dp_shape_of(3, (int64_t[]){dp_array_elems(value) / (height * width), height, width});
        return CLI_FINE;
    }
    if (value->shape.rank < 1 || width % height)
        return plot_fail(scene, layer, "%s cannot be cut into images %lld pixels high; say --rows H", text,
                         (long long)height);
    view->shape = dp_shape_of(3, (int64_t[]){n, height, width / height});
    return CLI_FINE;
}

int plot_draw_digits(plot_scene *scene, const plot_layer *layer)
{
    dp_array images;
    dp_field_options options;
    int first = scene->panel, status = as_images(scene, layer, &images);
    if (!status) status = plot_field_read(scene, layer, &options);
    if (status) return status;
    int64_t height = images.shape.dims[1], width = images.shape.dims[2];
    dp_array one = {.dtype = images.dtype, .shape = dp_shape_of(2, images.shape.dims + 1)};
    for (int64_t i = 0; i < images.shape.dims[0] && !status; i++) {
        one.data = (char *)images.data + (size_t)(i * height * width) * dp_dtype_bytes(one.dtype);
        status = plot_panel_go(scene, layer, first + (int)i);
        if (!status) status = put_heat(scene, layer, &one, &options);
        if (status) break;
        scene->plot.dp_axes_equal(scene->axes);
        plot_panel_down(scene);
        status = plot_panel_dress(scene, layer, i, layer->said.text[KEY_YTICKS] ? height : 0,
                                  layer->said.text[KEY_XTICKS] ? width : 0);
    }
    return status;
}

int plot_draw_mosaic(plot_scene *scene, const plot_layer *layer)
{
    dp_array images;
    dp_field_options options;
    double per_row;
    int status = as_images(scene, layer, &images);
    if (!status) status = plot_field_read(scene, layer, &options);
    if (!status) status = plot_number(scene, layer, KEY_PER_ROW, 0, 1, &per_row);
    if (!status)
        status = plot_status(scene, scene->plot.dp_axes_images(scene->axes, &images, 0, (int64_t)per_row,
                                                               layer->said.flag[FLAG_PER_IMAGE], &options));
    if (status) return status;
    scene->inverted[scene->share_y ? 0 : scene->panel] = 1;
    status = plot_colorbar(scene, layer);
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

int plot_draw_contour(plot_scene *scene, const plot_layer *layer)
{
    dp_array m;
    char color[64];
    dp_style style;
    const double *x, *y;
    int status = as_matrix(scene, layer, &m);
    if (status) return status;
    int64_t columns = m.shape.dims[1], rows = m.shape.dims[0];
    status = plot_style_read(scene, layer, 0, color, &style);
    if (!status) status = plot_numbers(scene, layer, KEY_AT_X, &x, &columns);
    if (!status) status = plot_numbers(scene, layer, KEY_AT_Y, &y, &rows);
    if (!status) status = plot_status(scene, scene->plot.dp_axes_contour(scene->axes, &m, x, y, NULL, 0, &style));
    return status ? status : plot_panel_dress(scene, layer, 0, 0, 0);
}

int plot_draw_panel(plot_scene *scene, const plot_layer *layer)
{
    double row, column;
    int panel = scene->panel + 1, status = CLI_FINE;
    if (layer->said.text[KEY_AT_X]) {
        status = plot_number(scene, layer, KEY_AT_X, 0, 0, &row);
        if (!status) status = plot_number(scene, layer, KEY_AT_Y, 0, 0, &column);
        if (status) return status;
        if (column >= scene->columns || row >= scene->rows) row = scene->rows, column = 0;
        panel = (int)row * scene->columns + (int)column;
    }
    status = plot_panel_go(scene, layer, panel);
    return status ? status : plot_panel_dress(scene, layer, panel, 0, 0);
}

int plot_draw_empty(plot_scene *scene, const plot_layer *layer)
{
    return plot_panel_dress(scene, layer, 0, 0, 0);
}
