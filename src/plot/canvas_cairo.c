/* Painting with Cairo: pixels in memory, PNG, PDF. */
#include <math.h>
#include <string.h>

#include <cairo-pdf.h>
#include <cairo.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/font_cairo.h"
#include "plot/pixels.h"

typedef struct cairo_canvas {
    dpi_canvas base;
    dpi_fonts *fonts;
    cairo_surface_t *surface;
    cairo_t *cr;
    dp_text pdf; /* what a PDF surface has written so far */
} cairo_canvas;

static dp_status cairo_failed(dp_ctx *ctx, cairo_status_t status)
{
    if (status == CAIRO_STATUS_NO_MEMORY)
        return dpi_fail(ctx, DP_ERR_NOMEM, "picture: Cairo has no memory for it");
    return dpi_fail(ctx, DP_ERR_INTERNAL, "picture: Cairo says: %s", cairo_status_to_string(status));
}

dp_status dpi_can_paint(dp_ctx *ctx)
{
    (void)ctx;
    return DP_OK;
}

static void set_color(cairo_t *cr, dpi_rgba c)
{
    cairo_set_source_rgba(cr, c.r / 255.0, c.g / 255.0, c.b / 255.0, c.a / 255.0);
}

static void trace(cairo_t *cr, const dpi_path *path)
{
    const double *p = path->points;
    cairo_new_path(cr);
    for (size_t i = 0; i < path->step_count; i++) {
        switch ((dpi_step)path->steps[i]) {
        case DPI_MOVE:
            cairo_move_to(cr, p[0], p[1]), p += 2;
            break;
        case DPI_LINE:
            cairo_line_to(cr, p[0], p[1]), p += 2;
            break;
        case DPI_CURVE:
            cairo_curve_to(cr, p[0], p[1], p[2], p[3], p[4], p[5]), p += 6;
            break;
        case DPI_CLOSE:
            cairo_close_path(cr);
            break;
        }
    }
}

static void set_pen(cairo_t *cr, dpi_pen pen)
{
    double dashes[2] = {3.7 * pen.width, 1.6 * pen.width};
    if (pen.dash == DP_DOTTED)
        dashes[0] = pen.width, dashes[1] = 1.65 * pen.width;
    cairo_set_dash(cr, dashes, pen.dash == DP_SOLID ? 0 : 2, 0);
    cairo_set_line_width(cr, pen.width);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    set_color(cr, pen.color);
}

static void paint_path(dpi_canvas *canvas, const dpi_path *path, dpi_rgba fill, dpi_pen pen)
{
    cairo_t *cr = ((cairo_canvas *)canvas)->cr;
    trace(cr, path);
    if (fill.a) {
        set_color(cr, fill);
        cairo_fill_preserve(cr);
    }
    if (pen.color.a) {
        set_pen(cr, pen);
        cairo_stroke_preserve(cr);
    }
    cairo_new_path(cr);
}

/* Cairo wants 32-bit words of alpha, red, green, blue, the colours multiplied by alpha. */
static cairo_surface_t *surface_of(const dpi_pixels *pixels)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)pixels->width, (int)pixels->height);
    uint8_t *data = cairo_image_surface_get_data(surface);
    if (!data)
        return surface;
    cairo_surface_flush(surface);
    int stride = cairo_image_surface_get_stride(surface);
    for (int64_t y = 0; y < pixels->height; y++) {
        const uint8_t *from = pixels->rgba + 4 * y * pixels->width;
        for (int64_t x = 0; x < pixels->width; x++, from += 4) {
            uint32_t a = from[3], word = a << 24;
            for (int i = 0; i < 3; i++)
                word |= ((from[i] * a + 127) / 255) << (16 - 8 * i);
            memcpy(data + y * stride + 4 * x, &word, 4);
        }
    }
    cairo_surface_mark_dirty(surface);
    return surface;
}

static void paint_pixels(cairo_t *cr, const dpi_pixels *pixels, dpi_box box)
{
    cairo_surface_t *surface = surface_of(pixels);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(surface);
    cairo_matrix_t matrix;
    cairo_matrix_init_scale(&matrix, (double)pixels->width / box.w, (double)pixels->height / box.h);
    cairo_matrix_translate(&matrix, -box.x, -box.y);
    cairo_pattern_set_matrix(pattern, &matrix);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
    cairo_pattern_set_extend(pattern, CAIRO_EXTEND_PAD);
    cairo_set_source(cr, pattern);
    cairo_rectangle(cr, box.x, box.y, box.w, box.h);
    cairo_fill(cr);
    cairo_pattern_destroy(pattern);
    cairo_surface_destroy(surface);
}

/* On pixels, an image with more of them than there is room for is averaged first: nearest neighbour would drop cells.
 */
static void paint_image(dpi_canvas *canvas, const dpi_pixels *pixels, dpi_box box)
{
    cairo_t *cr = ((cairo_canvas *)canvas)->cr;
    double scale = canvas->pixels_per_point;
    int64_t wide = (int64_t)fmax(1, round(box.w * scale)), high = (int64_t)fmax(1, round(box.h * scale));
    if (!(scale > 0) || (wide >= pixels->width && high >= pixels->height)) {
        paint_pixels(cr, pixels, box);
        return;
    }
    dpi_pixels small;
    dp_status status = dpi_pixels_shrink(canvas->ctx, pixels, wide < pixels->width ? wide : pixels->width,
                                         high < pixels->height ? high : pixels->height, &small);
    if (status != DP_OK) {
        canvas->status = status;
        return;
    }
    paint_pixels(cr, &small, box);
    dpi_pixels_free(canvas->ctx, &small);
}

static void paint_label(dpi_canvas *canvas, const dpi_label *label, double x, double y, double degrees, dpi_rgba color)
{
    cairo_canvas *c = (cairo_canvas *)canvas;
    cairo_save(c->cr);
    cairo_translate(c->cr, x, y);
    if (degrees != 0)
        cairo_rotate(c->cr, -degrees * (3.14159265358979323846 / 180));
    set_color(c->cr, color);
    for (size_t i = 0; i < label->count; i++) {
        const dpi_run *run = &label->runs[i];
        if (!run->text) {
            cairo_rectangle(c->cr, run->x, run->y, run->width, run->descent);
            cairo_fill(c->cr);
            continue;
        }
        PangoLayoutLine *line = dpi_fonts_line(c->fonts, run->face, run->text, run->bytes);
        cairo_move_to(c->cr, run->x, run->y);
        pango_cairo_show_layout_line(c->cr, line);
    }
    cairo_new_path(c->cr);
    cairo_restore(c->cr);
}

static void set_clip(dpi_canvas *canvas, dpi_box box)
{
    cairo_t *cr = ((cairo_canvas *)canvas)->cr;
    cairo_save(cr);
    cairo_rectangle(cr, box.x, box.y, box.w, box.h);
    cairo_clip(cr);
}

static void end_clip(dpi_canvas *canvas)
{
    cairo_restore(((cairo_canvas *)canvas)->cr);
}

static const dpi_canvas_class cairo_class = {paint_path, paint_image, paint_label, set_clip, end_clip};

void dpi_cairo_free(dpi_canvas **canvas)
{
    cairo_canvas *c = (cairo_canvas *)*canvas;
    if (!c)
        return;
    if (c->cr)
        cairo_destroy(c->cr);
    if (c->surface)
        cairo_surface_destroy(c->surface);
    dp_text_free(&c->pdf);
    dpi_free(c->base.ctx, c);
    *canvas = NULL;
}

static dp_status canvas_new(dp_ctx *ctx, dpi_fonts *fonts, cairo_canvas **out)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(cairo_canvas), "canvas", &memory);
    if (status != DP_OK)
        return status;
    *out = memory;
    **out = (cairo_canvas){.base = {.class = &cairo_class, .ctx = ctx}, .fonts = fonts, .pdf = {.ctx = ctx}};
    return DP_OK;
}

/* Takes the surface; on failure frees the canvas. */
static dp_status canvas_begin(cairo_canvas *c, cairo_surface_t *surface, dpi_canvas **out)
{
    c->surface = surface;
    c->cr = cairo_create(surface);
    dpi_canvas *canvas = &c->base;
    if (cairo_status(c->cr) != CAIRO_STATUS_SUCCESS) {
        dp_status status = cairo_failed(canvas->ctx, cairo_status(c->cr));
        dpi_cairo_free(&canvas);
        return status;
    }
    *out = canvas;
    return DP_OK;
}

dp_status dpi_cairo_image_new(dp_ctx *ctx, dpi_fonts *fonts, double width, double height, double dpi, dpi_canvas **out)
{
    double scale = dpi / 72, wide = fmax(1, round(width * scale)), high = fmax(1, round(height * scale));
    if (wide > 32767 || high > 32767)
        return dpi_fail(ctx, DP_ERR_RANGE,
                        "picture: %.0f by %.0f pixels are too many; at most 32767 each way can be painted", wide, high);
    cairo_canvas *c;
    dp_status status = canvas_new(ctx, fonts, &c);
    if (status != DP_OK)
        return status;
    c->base.pixels_per_point = scale;
    status = canvas_begin(c, cairo_image_surface_create(CAIRO_FORMAT_ARGB32, (int)wide, (int)high), out);
    if (status == DP_OK)
        cairo_scale(c->cr, scale, scale);
    return status;
}

static dp_status canvas_status(const cairo_canvas *c)
{
    if (c->base.status != DP_OK)
        return c->base.status;
    if (cairo_status(c->cr) != CAIRO_STATUS_SUCCESS)
        return cairo_failed(c->base.ctx, cairo_status(c->cr));
    return DP_OK;
}

dp_status dpi_cairo_image_rgb(dpi_canvas **canvas, dp_array **out)
{
    cairo_canvas *c = (cairo_canvas *)*canvas;
    dp_array *rgb = NULL;
    dp_status status = canvas_status(c);
    if (status != DP_OK)
        goto done;
    cairo_surface_flush(c->surface);
    int64_t width = cairo_image_surface_get_width(c->surface), height = cairo_image_surface_get_height(c->surface);
    status = dp_array_new(c->base.ctx, DP_U8, dp_shape_of(3, (int64_t[]){height, width, 3}), &rgb);
    if (status != DP_OK)
        goto done;
    const uint8_t *data = cairo_image_surface_get_data(c->surface);
    int stride = cairo_image_surface_get_stride(c->surface);
    uint8_t *to = rgb->data;
    for (int64_t y = 0; y < height; y++) {
        for (int64_t x = 0; x < width; x++) {
            uint32_t word, white;
            memcpy(&word, data + y * stride + 4 * x, 4);
            white = 255 - (word >> 24);
            for (int i = 0; i < 3; i++)
                *to++ = (uint8_t)((word >> (16 - 8 * i) & 255) + white);
        }
    }
    *out = rgb;
done:
    dpi_cairo_free(canvas);
    return status;
}

static cairo_status_t take_bytes(void *text, const unsigned char *bytes, unsigned int count)
{
    return dp_text_add(text, (const char *)bytes, count) == DP_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_NO_MEMORY;
}

dp_status dpi_cairo_image_png(dpi_canvas **canvas, dp_text *out)
{
    cairo_canvas *c = (cairo_canvas *)*canvas;
    dp_status status = canvas_status(c);
    if (status == DP_OK) {
        cairo_status_t result = cairo_surface_write_to_png_stream(c->surface, take_bytes, out);
        if (result != CAIRO_STATUS_SUCCESS)
            status = cairo_failed(c->base.ctx, result);
    }
    dpi_cairo_free(canvas);
    return status;
}

dp_status dpi_cairo_png(dp_ctx *ctx, const dpi_pixels *pixels, dp_text *out)
{
    cairo_surface_t *surface = surface_of(pixels);
    cairo_status_t result = cairo_surface_write_to_png_stream(surface, take_bytes, out);
    cairo_surface_destroy(surface);
    return result == CAIRO_STATUS_SUCCESS ? DP_OK : cairo_failed(ctx, result);
}

dp_status dpi_cairo_pdf_new(dp_ctx *ctx, dpi_fonts *fonts, double width, double height, dpi_canvas **out)
{
    cairo_canvas *c;
    dp_status status = canvas_new(ctx, fonts, &c);
    if (status != DP_OK)
        return status;
    return canvas_begin(c, cairo_pdf_surface_create_for_stream(take_bytes, &c->pdf, width, height), out);
}

dp_status dpi_cairo_pdf_end(dpi_canvas **canvas, dp_text *out)
{
    cairo_canvas *c = (cairo_canvas *)*canvas;
    cairo_surface_finish(c->surface);
    dp_status status = c->base.status;
    cairo_status_t result = cairo_surface_status(c->surface);
    if (status == DP_OK && result != CAIRO_STATUS_SUCCESS)
        status = cairo_failed(c->base.ctx, result);
    if (status == DP_OK)
        status = dp_text_add(out, c->pdf.data, c->pdf.length);
    dpi_cairo_free(canvas);
    return status;
}
