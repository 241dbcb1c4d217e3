/* A build without Cairo paints nothing, and says so. */
#include "base/fail.h"
#include "plot/canvas.h"

dp_status dpi_can_paint(dp_ctx *ctx)
{
    return dpi_fail(ctx, DP_ERR_UNSUPPORTED,
                    "this build of denpa cannot paint pictures: Cairo and Pango were not there when it was built. On "
                    "Debian install "
                    "libcairo2-dev and libpango1.0-dev (tools/install-deps does) and build it again");
}

dp_status dpi_cairo_image_new(dp_ctx *ctx, dpi_fonts *fonts, double width, double height, double dpi, dpi_canvas **out)
{
    (void)fonts, (void)width, (void)height, (void)dpi, (void)out;
    return dpi_can_paint(ctx);
}

dp_status dpi_cairo_image_rgb(dpi_canvas **canvas, dp_array **out)
{
    (void)out;
    return dpi_can_paint((*canvas)->ctx);
}

dp_status dpi_cairo_image_png(dpi_canvas **canvas, dp_text *out)
{
    (void)out;
    return dpi_can_paint((*canvas)->ctx);
}

dp_status dpi_cairo_pdf_new(dp_ctx *ctx, dpi_fonts *fonts, double width, double height, dpi_canvas **out)
{
    (void)fonts, (void)width, (void)height, (void)out;
    return dpi_can_paint(ctx);
}

dp_status dpi_cairo_pdf_end(dpi_canvas **canvas, dp_text *out)
{
    (void)out;
    return dpi_can_paint((*canvas)->ctx);
}

void dpi_cairo_free(dpi_canvas **canvas)
{
    *canvas = NULL;
}

dp_status dpi_cairo_png(dp_ctx *ctx, const dpi_pixels *pixels, dp_text *out)
{
    (void)pixels, (void)out;
    return dpi_can_paint(ctx);
}
