/* Writing HTML: markup as it is given, text escaped. The page is well-formed XML, too. Nothing here fails at once: the
 * first error sticks, and what follows is not written. */
#ifndef DENPA_REPORT_HTML_H
#define DENPA_REPORT_HTML_H

#include <denpa/plot.h>
#include <denpa/text.h>

typedef struct dpi_html {
    dp_ctx *ctx;
    dp_text *out;
    dp_status status;
} dpi_html;

/* Markup as it stands; format takes numbers and what is known to be harmless. */
void dpi_html_add(dpi_html *html, const char *markup);
void dpi_html_addf(dpi_html *html, const char *format, ...) DP_PRINTF(2, 3);

/* Text, for content and for attributes: < > & " are escaped; what is no UTF-8, or may not stand in XML, is U+FFFD. */
void dpi_html_text(dpi_html *html, const char *text);

/* Text between tags: <tag>text</tag>. */
void dpi_html_element(dpi_html *html, const char *tag, const char *text);

/* A whole number with commas: 60,000. */
void dpi_html_integer(dpi_html *html, int64_t value);

/* <data value="0.09184870931">0.0918</data>: all digits for programs, some for people. what is its class, or NULL; NaN
 * is "not known". */
void dpi_html_number(dpi_html *html, const char *what, double value, int digits);

/* The same, as a share of a hundred: 97.15 %. */
void dpi_html_percent(dpi_html *html, const char *what, double value);

/* The same, as a time: 2.45 s, 6.87 ms, 21.5 µs. The value is in seconds. */
void dpi_html_seconds(dpi_html *html, const char *what, double value);

/* A picture in the page. classes: of CSS; alt: what those hear who cannot see it, not escaped yet. Figures are freed in
 * any case. */
void dpi_html_figure(dpi_html *html, dp_figure **figure, const char *classes, const char *alt);
void dpi_html_svg(dpi_html *html, const dp_array *svg, const char *classes, const char *alt);

/* Pixels [H, W, 3] as <img>, `scale` times as large. */
void dpi_html_image(dpi_html *html, const dp_array *rgb, int scale, const char *classes, const char *alt);

#endif
