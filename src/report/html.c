#include "report/html.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "plot/canvas.h"
#include "plot/pixels.h"
#include "plot/short_number.h"

static void add_bytes(dpi_html *html, const char *bytes, size_t count)
{
    if (html->status == DP_OK)
        html->status = dp_text_add(html->out, bytes, count);
}

void dpi_html_add(dpi_html *html, const char *markup)
{
    add_bytes(html, markup, strlen(markup));
}

void dpi_html_addf(dpi_html *html, const char *format, ...)
{
    char buffer[1024];
    va_list args;
    va_start(args, format);
    int bytes = vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    if (bytes < 0 || (size_t)bytes >= sizeof buffer)
        html->status =
            html->status == DP_OK ? dpi_fail(html->ctx, DP_ERR_INTERNAL, "report: too long: %s", format) : html->status;
    else
        add_bytes(html, buffer, (size_t)bytes);
}

/* What stands for a character, or NULL where it may stand as it is. XML 1.0, section 2.2. */
static const char *escape_of(const char *c, size_t bytes)
{
    switch (*c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\n':
    case '\t':
        return NULL;
    default:
        break;
    }
    if (bytes == 3 && (memcmp(c, "\xEF\xBF\xBE", 3) == 0 || memcmp(c, "\xEF\xBF\xBF", 3) == 0))
        return "\xEF\xBF\xBD";
    return bytes == 0 || (unsigned char)*c < 0x20 || *c == 0x7F ? "\xEF\xBF\xBD" : NULL;
}

void dpi_html_text(dpi_html *html, const char *text)
{
    size_t left = strlen(text), plain = 0;
    while (plain < left) {
        const char *c = text + plain;
        size_t bytes = dpi_utf8_char_bytes(c, left - plain);
        const char *instead = escape_of(c, bytes);
        if (!instead) {
            plain += bytes;
            continue;
        }
        add_bytes(html, text, plain);
        dpi_html_add(html, instead);
        plain += bytes ? bytes : 1;
        text += plain;
        left -= plain;
        plain = 0;
    }
    add_bytes(html, text, plain);
}

void dpi_html_element(dpi_html *html, const char *tag, const char *text)
{
    dpi_html_addf(html, "<%s>", tag);
    dpi_html_text(html, text);
    dpi_html_addf(html, "</%.*s>", (int)strcspn(tag, " "), tag);
}

/* ---- Numbers ---- */

void dpi_html_integer(dpi_html *html, int64_t value)
{
    char digits[24], grouped[32];
    int count = snprintf(digits, sizeof digits, "%" PRIu64, value < 0 ? 0 - (uint64_t)value : (uint64_t)value),
        used = 0;
    for (int i = 0; i < count; i++) {
        if (i && (count - i) % 3 == 0)
            grouped[used++] = ',';
        grouped[used++] = digits[i];
    }
    dpi_html_addf(html, "%s%.*s", value < 0 ? "−" : "", used, grouped);
}

static void open_data(dpi_html *html, const char *what, double value)
{
    char exact[DP_NUMBER_TEXT_BYTES];
    if (what)
        dpi_html_addf(html, "<data class=\"%s\" value=\"%s\">", what, dp_number_text_f64(value, exact));
    else
        dpi_html_addf(html, "<data value=\"%s\">", dp_number_text_f64(value, exact));
}

void dpi_html_number(dpi_html *html, const char *what, double value, int digits)
{
    char shown[DPI_NUMBER_BYTES];
    if (isnan(value)) {
        dpi_html_add(html, "<span class=\"none\">not known</span>");
        return;
    }
    open_data(html, what, value);
    dpi_html_add(html, dpi_short_number(value, digits, shown));
    dpi_html_add(html, "</data>");
}

void dpi_html_percent(dpi_html *html, const char *what, double value)
{
    char shown[DPI_NUMBER_BYTES];
    if (isnan(value)) {
        dpi_html_number(html, what, value, 4);
        return;
    }
    open_data(html, what, value);
    /* Two digits behind the point, and 100 only where it is all; small ones with three digits. */
    int64_t hundredths = value >= 1 ? 10000 : (int64_t)fmin(lround(1e4 * value), 9999);
    if (value >= 0.01 && value < 1)
        dpi_html_addf(html, "%" PRId64 ".%02" PRId64 " %%</data>", hundredths / 100, hundredths % 100);
    else
        dpi_html_addf(html, "%s %%</data>", dpi_short_number(100 * value, 3, shown));
}

void dpi_html_seconds(dpi_html *html, const char *what, double value)
{
    char shown[DPI_NUMBER_BYTES];
    const char *unit = value < 1e-3 ? "µs" : value < 1 ? "ms" : "s";
    if (isnan(value)) {
        dpi_html_number(html, what, value, 4);
        return;
    }
    open_data(html, what, value);
    dpi_html_addf(html, "%s %s</data>",
                  dpi_short_number(value * (value < 1e-3 ? 1e6
                                            : value < 1  ? 1e3
                                                         : 1),
                                   value < 1000 ? 3 : 6, shown),
                  unit);
}

/* ---- Pictures ---- */

/* The number behind ` width="`. */
static double width_of(const char *svg, size_t bytes)
{
    static const char key[] = " width=\"";
    const char *end;
    for (size_t i = 0; i + sizeof key < bytes && svg[i] != '>'; i++)
        if (memcmp(svg + i, key, sizeof key - 1) == 0)
            return dp_number_parse(svg + i + sizeof key - 1, bytes - i - sizeof key + 1, &end);
    return 0;
}

void dpi_html_svg(dpi_html *html, const dp_array *svg, const char *classes, const char *alt)
{
    const char *bytes = svg->data;
    size_t count = dp_array_bytes(svg), prolog = 0;
    while (prolog + 4 < count && memcmp(bytes + prolog, "<svg", 4) != 0)
        prolog++;
    int points = (int)width_of(bytes + prolog, count - prolog);
    dpi_html_addf(html, "<svg class=\"%s\" style=\"--points:%d\" aria-label=\"", classes, points);
    dpi_html_text(html, alt);
    dpi_html_add(html, "\"");
    add_bytes(html, bytes + prolog + 4, count - prolog - 4);
}

void dpi_html_figure(dpi_html *html, dp_figure **figure, const char *classes, const char *alt)
{
    dp_array *svg = NULL;
    if (html->status == DP_OK)
        html->status = dp_figure_encode(*figure, DP_FORMAT_SVG, &svg);
    if (html->status == DP_OK)
        dpi_html_svg(html, svg, classes, alt);
    dp_array_free(&svg);
    dp_figure_free(figure);
}

static void add_png(dpi_html *html, const dp_array *rgb)
{
    dpi_pixels pixels;
    dp_text png = {.ctx = html->ctx};
    const uint8_t *from = rgb->data;
    if (html->status == DP_OK)
        html->status = dpi_pixels_new(html->ctx, rgb->shape.dims[1], rgb->shape.dims[0], &pixels);
    if (html->status != DP_OK)
        return;
    for (int64_t i = 0; i < pixels.width * pixels.height; i++) {
        memcpy(pixels.rgba + 4 * i, from + 3 * i, 3);
        pixels.rgba[4 * i + 3] = 255;
    }
    html->status = dpi_cairo_png(html->ctx, &pixels, &png);
    if (html->status == DP_OK)
        html->status = dpi_base64(html->out, png.data, png.length);
    dp_text_free(&png);
    dpi_pixels_free(html->ctx, &pixels);
}

void dpi_html_image(dpi_html *html, const dp_array *rgb, int scale, const char *classes, const char *alt)
{
    dpi_html_addf(html, "<img class=\"%s\" width=\"%" PRId64 "\" height=\"%" PRId64 "\" alt=\"", classes,
                  scale * rgb->shape.dims[1], scale * rgb->shape.dims[0]);
    dpi_html_text(html, alt);
    dpi_html_add(html, "\" src=\"data:image/png;base64,");
    add_png(html, rgb);
    dpi_html_add(html, "\"/>");
}
