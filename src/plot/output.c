/* Figures to bytes, images and files. */
#include <string.h>
#include <strings.h>

#include <denpa/file.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/draw.h"

dp_format dp_format_of(const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;
    if (!dot)
        return DP_FORMAT_NONE;
    if (strcasecmp(dot, ".png") == 0)
        return DP_FORMAT_PNG;
    if (strcasecmp(dot, ".svg") == 0)
        return DP_FORMAT_SVG;
    return strcasecmp(dot, ".pdf") == 0 ? DP_FORMAT_PDF : DP_FORMAT_NONE;
}

/* What an SVG is called for those who cannot see it. */
static const char *title_of(const dp_figure *figure)
{
    const dp_axes *first = &figure->axes[0];
    if (figure->suptitle)
        return figure->suptitle;
    return first->title[DP_TITLE_CENTER] ? first->title[DP_TITLE_CENTER] : first->title[DP_TITLE_LEFT];
}

static dp_status paint_pixels(dp_figure *figure, dpi_canvas **canvas)
{
    dpi_layout layout;
    double dpi = figure->options.dpi;
    dp_status status = dpi_layout_make(figure, dpi / 72, &layout);
    if (status != DP_OK)
        return status;
    /* Drawing needs the layout's fonts, the pixels do not. */
    status = dpi_cairo_image_new(figure->ctx, layout.fonts, layout.width, layout.height, dpi, canvas);
    if (status == DP_OK) {
        dpi_draw_figure(&layout, *canvas);
        status = (*canvas)->status;
        if (status != DP_OK)
            dpi_cairo_free(canvas);
    }
    dpi_layout_free(&layout);
    return status;
}

dp_status dp_figure_image(dp_figure *figure, dp_array **out)
{
    dpi_canvas *canvas = NULL;
    dp_status status = paint_pixels(figure, &canvas);
    return status == DP_OK ? dpi_cairo_image_rgb(&canvas, out) : status;
}

static dp_status encode_png(dp_figure *figure, dp_text *out)
{
    dpi_canvas *canvas = NULL;
    dp_status status = paint_pixels(figure, &canvas);
    return status == DP_OK ? dpi_cairo_image_png(&canvas, out) : status;
}

static dp_status encode_svg(dp_figure *figure, dp_text *out)
{
    dpi_layout layout;
    dpi_canvas *canvas = NULL;
    dp_status status = dpi_layout_make(figure, 0, &layout);
    if (status != DP_OK)
        return status;
    status = dpi_svg_new(figure->ctx, out, layout.width, layout.height, title_of(figure), &canvas);
    if (status == DP_OK) {
        dpi_draw_figure(&layout, canvas);
        status = dpi_svg_end(&canvas);
    }
    dpi_layout_free(&layout);
    return status;
}

static dp_status encode_pdf(dp_figure *figure, dp_text *out)
{
    dpi_layout layout;
    dpi_canvas *canvas = NULL;
    dp_status status = dpi_layout_make(figure, 0, &layout);
    if (status != DP_OK)
        return status;
    status = dpi_cairo_pdf_new(figure->ctx, layout.fonts, layout.width, layout.height, &canvas);
    if (status == DP_OK) {
        dpi_draw_figure(&layout, canvas);
        status = dpi_cairo_pdf_end(&canvas, out);
    }
    dpi_layout_free(&layout);
    return status;
}

static dp_status encode(dp_figure *figure, dp_format format, dp_text *out)
{
    dp_status status = dpi_can_paint(figure->ctx);
    if (status != DP_OK)
        return status;
    switch (format) {
    case DP_FORMAT_PNG:
        return encode_png(figure, out);
    case DP_FORMAT_SVG:
        return encode_svg(figure, out);
    case DP_FORMAT_PDF:
        return encode_pdf(figure, out);
    case DP_FORMAT_NONE:
        break;
    }
    return dpi_fail(figure->ctx, DP_ERR_ARG, "picture: there is no format %d", (int)format);
}

dp_status dpi_bytes_take(dp_text *bytes, dp_status status, dp_array **out)
{
    dp_array *array;
    if (status == DP_OK)
        status = dp_array_new(bytes->ctx, DP_U8, dp_shape_of(1, (int64_t[]){(int64_t)bytes->length}), &array);
    if (status == DP_OK) {
        memcpy(array->data, bytes->data, bytes->length);
        *out = array;
    }
    dp_text_free(bytes);
    return status;
}

dp_status dp_figure_encode(dp_figure *figure, dp_format format, dp_array **out)
{
    dp_text bytes = {.ctx = figure->ctx};
    dp_status status = encode(figure, format, &bytes);
    return dpi_bytes_take(&bytes, status, out);
}

dp_status dp_figure_write(dp_figure *figure, const char *path)
{
    dp_text bytes = {.ctx = figure->ctx};
    dp_format format = dp_format_of(path);
    if (format == DP_FORMAT_NONE)
        return dpi_fail(figure->ctx, DP_ERR_ARG,
                        "%s: the ending says no format that denpa writes; it writes .png, .svg and .pdf",
                        path ? path : "(no path)");
    dp_status status = encode(figure, format, &bytes);
    if (status == DP_OK)
        status = dp_file_write(figure->ctx, path, bytes.data, bytes.length);
    dp_text_free(&bytes);
    return status;
}

dp_status dp_plot_text_size(dp_ctx *ctx, const char *text, const dp_style *style, double *width, double *height)
{
    dpi_fonts *fonts = NULL;
    dpi_label label = {0};
    char *clean = NULL;
    dpi_face face = {style && style->font_size > 0 ? style->font_size : 10, false, style && style->bold};
    dp_status status = dpi_text_clean(ctx, text ? text : "", &clean);
    if (status == DP_OK)
        status = dpi_fonts_new(ctx, &fonts);
    if (status == DP_OK)
        status = dpi_label_set(ctx, fonts, clean, face, 0, &label);
    if (status == DP_OK) {
        *width = label.width;
        *height = dpi_label_height(&label);
    }
    dpi_label_free(&label);
    dpi_fonts_free(&fonts);
    dpi_free(ctx, clean);
    return status;
}
