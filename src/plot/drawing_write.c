/* Drawings to files and images. */
#include <string.h>
#include <strings.h>

#include <denpa/file.h>

#include "base/fail.h"
#include "plot/drawing_internal.h"
#include "plot/pixels.h"

/* Everything measured and placed; the fonts are for painting. */
static dp_status prepare(dp_drawing *d, dpi_fonts **fonts)
{
    dp_status status = dpi_can_paint(d->ctx);
    if (status == DP_OK)
        status = dpi_fonts_new(d->ctx, fonts);
    if (status == DP_OK && !d->measured)
        status = dpi_drawing_measure(d, *fonts);
    d->measured = status == DP_OK;
    if (status == DP_OK && !d->placed)
        status = dpi_drawing_layout(d);
    d->placed = status == DP_OK;
    return status;
}

static dp_status paint_pixels(dp_drawing *d, dpi_fonts *fonts, dpi_canvas **canvas)
{
    dp_status status = dpi_cairo_image_new(d->ctx, fonts, d->width, d->height, d->options.dpi, canvas);
    if (status != DP_OK)
        return status;
    dpi_drawing_paint(d, *canvas);
    status = (*canvas)->status;
    if (status != DP_OK)
        dpi_cairo_free(canvas);
    return status;
}

static dp_status paint_svg(dp_drawing *d, dp_text *out)
{
    dpi_canvas *canvas = NULL;
    const dpi_gnode *end = &d->nodes[d->node_count - 1];
    dp_status status =
        dpi_svg_new(d->ctx, out, d->width, d->height, end->label ? end->label : "computation graph", &canvas);
    if (status != DP_OK)
        return status;
    dpi_drawing_paint(d, canvas);
    return dpi_svg_end(&canvas);
}

static dp_status paint_pdf(dp_drawing *d, dpi_fonts *fonts, dp_text *out)
{
    dpi_canvas *canvas = NULL;
    dp_status status = dpi_cairo_pdf_new(d->ctx, fonts, d->width, d->height, &canvas);
    if (status != DP_OK)
        return status;
    dpi_drawing_paint(d, canvas);
    return dpi_cairo_pdf_end(&canvas, out);
}

static dp_status encode(dp_drawing *d, dp_format format, dp_text *out)
{
    dpi_fonts *fonts = NULL;
    dpi_canvas *canvas = NULL;
    dp_status status = prepare(d, &fonts);
    if (status == DP_OK && format == DP_FORMAT_SVG)
        status = paint_svg(d, out);
    else if (status == DP_OK && format == DP_FORMAT_PDF)
        status = paint_pdf(d, fonts, out);
    else if (status == DP_OK) {
        status = paint_pixels(d, fonts, &canvas);
        if (status == DP_OK)
            status = dpi_cairo_image_png(&canvas, out);
    }
    dpi_fonts_free(&fonts);
    return status;
}

dp_status dp_drawing_write(dp_drawing *d, const char *path)
{
    const char *ending = path ? strrchr(path, '.') : NULL;
    bool dot = ending && strcasecmp(ending, ".dot") == 0;
    dp_format format = dp_format_of(path);
    if (!dot && format == DP_FORMAT_NONE)
        return dpi_fail(d->ctx, DP_ERR_ARG, "%s: a drawing is written as .svg, .png, .pdf or .dot",
                        path ? path : "(no path)");
    dp_text bytes = {.ctx = d->ctx};
    dp_status status = dot ? dp_drawing_dot(d, &bytes) : encode(d, format, &bytes);
    if (status == DP_OK)
        status = dp_file_write(d->ctx, path, bytes.data, bytes.length);
    dp_text_free(&bytes);
    return status;
}

dp_status dp_drawing_encode(dp_drawing *d, dp_format format, dp_array **out)
{
    if (format < DP_FORMAT_PNG || format > DP_FORMAT_PDF)
        return dpi_fail(d->ctx, DP_ERR_ARG, "drawing: there is no format %d", (int)format);
    dp_text bytes = {.ctx = d->ctx};
    dp_status status = encode(d, format, &bytes);
    return dpi_bytes_take(&bytes, status, out);
}

dp_status dp_drawing_image(dp_drawing *d, dp_array **out)
{
    dpi_fonts *fonts = NULL;
    dpi_canvas *canvas = NULL;
    dp_status status = prepare(d, &fonts);
    if (status == DP_OK)
        status = paint_pixels(d, fonts, &canvas);
    if (status == DP_OK)
        status = dpi_cairo_image_rgb(&canvas, out);
    dpi_fonts_free(&fonts);
    return status;
}
