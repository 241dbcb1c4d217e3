/* Text laid out: lines, and the small part of TeX between dollar signs, as runs of letters with places. */
#ifndef DENPA_PLOT_LABEL_H
#define DENPA_PLOT_LABEL_H

#include "plot/font.h"

/* Letters of one face, or (text NULL) a filled bar such as that of a fraction. */
typedef struct dpi_run {
    const char *text;
    size_t bytes;
    dpi_face face;
    double x, y; /* left end of the base line (bar: upper left corner) from that of the label; y grows downward */
    double width, ascent, descent; /* bar: descent is its thickness */
} dpi_run;

typedef struct dpi_label {
    dp_ctx *ctx;
    dpi_run *runs;
    size_t count, capacity;
    char *text;                    /* what the runs point into */
    double width, ascent, descent; /* from the first line's base line */
} dpi_label;

/* Lays text out. align places lines of unequal length: -1 left, 0 centre, 1 right. NULL or "" gives a label without
 * runs and extent. *out is written only on success; free with dpi_label_free, which is fine on zeroes. */
dp_status dpi_label_set(dp_ctx *ctx, dpi_fonts *fonts, const char *text, dpi_face face, double align, dpi_label *out);
void dpi_label_free(dpi_label *label);

static inline double dpi_label_height(const dpi_label *label)
{
    return label->ascent + label->descent;
}

/* A copy of text without what neither Pango nor XML takes: what is no UTF-8 becomes U+FFFD, control characters blanks.
 */
dp_status dpi_text_clean(dp_ctx *ctx, const char *text, char **out);

/* The formula at text[0..bytes-1], without its dollar signs, is added to `label` with the pen at *x; *x moves on.
 * `letters` is room for the text of the runs (at least 4 bytes per byte of the formula) and moves on, too. */
dp_status dpi_math_set(dpi_fonts *fonts, const char *text, size_t bytes, dpi_face face, dpi_label *label, double *x,
                       double y, char **letters);

/* One run of letters: copied to *letters, measured, put at (*x, y). Joined to the run before where nothing is between.
 */
dp_status dpi_label_add(dpi_fonts *fonts, dpi_label *label, const char *text, size_t bytes, dpi_face face, double *x,
                        double y, char **letters);

#endif
