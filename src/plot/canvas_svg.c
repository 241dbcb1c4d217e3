/* Painting as SVG 1.1. Text stays text: every run has its place and its length as Pango measured it, so that it fits
 * where another font is used. Clipping is done by nested <svg>, which needs no ids: several pictures can stand in one
 * page. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "plot/canvas.h"

typedef struct svg_canvas {
    dpi_canvas base;
    dp_text *out;
} svg_canvas;

static void add(dpi_canvas *canvas, const char *words)
{
    if (canvas->status == DP_OK)
        canvas->status = dp_text_add(((svg_canvas *)canvas)->out, words, strlen(words));
}

/* A length with up to two digits behind the point, whatever the locale. */
static void add_number(dpi_canvas *canvas, double value)
{
    char buffer[32], *end = buffer + sizeof buffer - 1, *p = end;
    double hundredths = round(fmin(fmax(value, -1e7), 1e7) * 100);
    unsigned long n = (unsigned long)fabs(hundredths);
    *end = 0;
    unsigned fraction = (unsigned)(n % 100);
    if (fraction) {
        if (fraction % 10)
            *--p = (char)('0' + fraction % 10);
        *--p = (char)('0' + fraction / 10);
        *--p = '.';
    }
    n /= 100;
    do
        *--p = (char)('0' + n % 10);
    while (n /= 10);
    if (hundredths < 0)
        *--p = '-';
    add(canvas, p);
}

static void add_attribute(dpi_canvas *canvas, const char *name, double value)
{
    add(canvas, " ");
    add(canvas, name);
    add(canvas, "=\"");
    add_number(canvas, value);
    add(canvas, "\"");
}

static void add_point(dpi_canvas *canvas, const char *before, const double *p)
{
    add(canvas, before);
    add_number(canvas, p[0]);
    add(canvas, " ");
    add_number(canvas, p[1]);
}

static void add_paint(dpi_canvas *canvas, const char *name, dpi_rgba color)
{
    char text[10];
    dpi_rgba solid = {color.r, color.g, color.b, 255};
    add(canvas, " ");
    add(canvas, name);
    add(canvas, "=\"");
    add(canvas, color.a ? dpi_color_text(solid, text) : "none");
    add(canvas, "\"");
    if (color.a == 0 || color.a == 255)
        return;
    add(canvas, " ");
    add(canvas, name);
    add(canvas, "-opacity=\"");
    add_number(canvas, color.a / 255.0);
    add(canvas, "\"");
}

static void add_pen(dpi_canvas *canvas, dpi_pen pen)
{
    if (!pen.color.a)
        return;
    add_paint(canvas, "stroke", pen.color);
    add_attribute(canvas, "stroke-width", pen.width);
    if (pen.dash == DP_SOLID)
        return;
    double on = pen.dash == DP_DASHED ? 3.7 : 1, off = pen.dash == DP_DASHED ? 1.6 : 1.65;
    add_point(canvas, " stroke-dasharray=\"", (double[]){on * pen.width, off * pen.width});
    add(canvas, "\"");
}

static void paint_path(dpi_canvas *canvas, const dpi_path *path, dpi_rgba fill, dpi_pen pen)
{
    const double *p = path->points;
    add(canvas, "<path d=\"");
    for (size_t i = 0; i < path->step_count; i++) {
        switch ((dpi_step)path->steps[i]) {
        case DPI_MOVE:
            add_point(canvas, "M", p), p += 2;
            break;
        case DPI_LINE:
            add_point(canvas, "L", p), p += 2;
            break;
        case DPI_CURVE:
            add_point(canvas, "C", p), add_point(canvas, " ", p + 2), add_point(canvas, " ", p + 4), p += 6;
            break;
        case DPI_CLOSE:
            add(canvas, "Z");
            break;
        }
    }
    add(canvas, "\"");
    add_paint(canvas, "fill", fill);
    add_pen(canvas, pen);
    add(canvas, "/>\n");
}

static void paint_image(dpi_canvas *canvas, const dpi_pixels *pixels, dpi_box box)
{
    dp_text png = {.ctx = canvas->ctx};
    if (canvas->status == DP_OK)
        canvas->status = dpi_cairo_png(canvas->ctx, pixels, &png);
    add(canvas, "<image");
    add_attribute(canvas, "x", box.x);
    add_attribute(canvas, "y", box.y);
    add_attribute(canvas, "width", box.w);
    add_attribute(canvas, "height", box.h);
    add(canvas, " preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" "
                "style=\"image-rendering:crisp-edges;image-rendering:pixelated\" "
                "xlink:href=\"data:image/png;base64,");
    if (canvas->status == DP_OK)
        canvas->status = dpi_base64(((svg_canvas *)canvas)->out, png.data, png.length);
    add(canvas, "\"/>\n");
    dp_text_free(&png);
}

static void add_escaped(dpi_canvas *canvas, const char *text, size_t bytes)
{
    dp_text *out = ((svg_canvas *)canvas)->out;
    for (size_t i = 0, n; i < bytes && canvas->status == DP_OK; i += n) {
        n = 1;
        while (i + n <= bytes && !strchr("<>&\"\n", text[i + n - 1]))
            n++;
        n--;
        if (n) {
            canvas->status = dp_text_add(out, text + i, n);
            continue;
        }
        n = 1;
        char c = text[i];
        add(canvas, c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : " ");
    }
}

static void add_run(dpi_canvas *canvas, const dpi_run *run, double size)
{
    add(canvas, "<tspan");
    add_attribute(canvas, "x", run->x);
    add_attribute(canvas, "y", run->y);
    if (run->face.size != size)
        add_attribute(canvas, "font-size", run->face.size);
    if (run->face.italic)
        add(canvas, " font-style=\"italic\"");
    if (run->face.bold)
        add(canvas, " font-weight=\"bold\"");
    if (run->width > 0)
        add_attribute(canvas, "textLength", run->width);
    add(canvas, ">");
    add_escaped(canvas, run->text, run->bytes);
    add(canvas, "</tspan>");
}

static void add_transform(dpi_canvas *canvas, double x, double y, double degrees)
{
    add_point(canvas, " transform=\"translate(", (double[]){x, y});
    if (degrees != 0) {
        add(canvas, ") rotate(");
        add_number(canvas, -degrees);
    }
    add(canvas, ")\"");
}

static void paint_bars(dpi_canvas *canvas, const dpi_label *label, double x, double y, double degrees, dpi_rgba color)
{
    for (size_t i = 0; i < label->count; i++) {
        const dpi_run *run = &label->runs[i];
        if (run->text)
            continue;
        add(canvas, "<rect");
        add_transform(canvas, x, y, degrees);
        add_attribute(canvas, "x", run->x);
        add_attribute(canvas, "y", run->y);
        add_attribute(canvas, "width", run->width);
        add_attribute(canvas, "height", run->descent);
        add_paint(canvas, "fill", color);
        add(canvas, "/>\n");
    }
}

static void paint_label(dpi_canvas *canvas, const dpi_label *label, double x, double y, double degrees, dpi_rgba color)
{
    if (!label->count)
        return;
    double size = label->runs[0].face.size;
    add(canvas, "<text");
    add_transform(canvas, x, y, degrees);
    add_attribute(canvas, "font-size", size);
    add_paint(canvas, "fill", color);
    add(canvas, " xml:space=\"preserve\">");
    for (size_t i = 0; i < label->count; i++)
        if (label->runs[i].text)
            add_run(canvas, &label->runs[i], size);
    add(canvas, "</text>\n");
    paint_bars(canvas, label, x, y, degrees, color);
}

static void set_clip(dpi_canvas *canvas, dpi_box box)
{
    add(canvas, "<svg overflow=\"hidden\"");
    add_attribute(canvas, "x", box.x);
    add_attribute(canvas, "y", box.y);
    add_attribute(canvas, "width", box.w);
    add_attribute(canvas, "height", box.h);
    add_point(canvas, " viewBox=\"", (double[]){box.x, box.y});
    add_point(canvas, " ", (double[]){box.w, box.h});
    add(canvas, "\" preserveAspectRatio=\"none\">\n");
}

static void end_clip(dpi_canvas *canvas)
{
    add(canvas, "</svg>\n");
}

static const dpi_canvas_class svg_class = {paint_path, paint_image, paint_label, set_clip, end_clip};

dp_status dpi_svg_new(dp_ctx *ctx, dp_text *out, double width, double height, const char *title, dpi_canvas **result)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(svg_canvas), "canvas", &memory);
    if (status != DP_OK)
        return status;
    svg_canvas *svg = memory;
    *svg = (svg_canvas){.base = {.class = &svg_class, .ctx = ctx}, .out = out};
    dpi_canvas *canvas = &svg->base;
    add(canvas, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
                "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" role=\"img\" width=\"");
    add_number(canvas, width);
    add(canvas, "pt\" height=\"");
    add_number(canvas, height);
    add_point(canvas, "pt\" viewBox=\"0 0 ", (double[]){width, height});
    add(canvas, "\" font-family=\"" DPI_FONT_FAMILIES "\">\n");
    if (title && *title) {
        add(canvas, "<title>");
        add_escaped(canvas, title, strlen(title));
        add(canvas, "</title>\n");
    }
    *result = canvas;
    return DP_OK;
}

dp_status dpi_svg_end(dpi_canvas **canvas)
{
    add(*canvas, "</svg>\n");
    dp_status status = (*canvas)->status;
    dpi_svg_free(canvas);
    return status;
}

void dpi_svg_free(dpi_canvas **canvas)
{
    if (!*canvas)
        return;
    dpi_free((*canvas)->ctx, *canvas);
    *canvas = NULL;
}
