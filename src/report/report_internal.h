/* A report in the making: the run, what was found out about it, the page. */
#ifndef DENPA_REPORT_INTERNAL_H
#define DENPA_REPORT_INTERNAL_H

#include <stdbool.h>

#include <denpa/chart.h>
#include <denpa/drawing.h>
#include <denpa/report.h>
#include <denpa/trace.h>

#include "report/html.h"

/* X(id, heading): the sections in their order, each written by dpi_report_<id>. */
#define DPI_REPORT_SECTIONS(X)                   \
    X(curves, "Learning curves")                 \
    X(confusion, "Confusion matrix")             \
    X(mistakes, "Worst mistakes")                \
    X(filters, "First-layer weights")            \
    X(network, "The network")                    \
    X(layers, "Weights, activations, gradients") \
    X(gradients, "Gradient check")               \
    X(timing, "Timing")                          \
    X(configuration, "Configuration")

/* The images among the columns of the data: uint8 [N, H, W] or [N, C, H, W] with one or three colours. */
typedef struct dpi_images {
    bool found;
    int column;
    int64_t colors, height, width;
} dpi_images;

typedef struct dpi_report {
    dp_ctx *ctx;
    const char *dir;
    dp_report_config config;
    dpi_html html;
    dp_model *model;
    dp_run_info *info;
    dp_dataset *log;  /* NULL: no_log says why */
    dp_dataset *data; /* what the model is looked at with; NULL: no_data says why, and result is empty */
    char *no_log, *no_data;
    bool is_test; /* data is the part for testing */
    dp_test_result result;
    dpi_images images;
    int label_column; /* of the data, where the true classes are; -1: not known */
} dpi_report;

/* ---- report_gather.c ---- */

dp_status dpi_report_gather(dpi_report *r);
void dpi_report_free(dpi_report *r);

/* A number of config.json; NaN if there is none of that name. */
double dpi_report_said(const dpi_report *r, const char *name);

/* The name of a class in the data, else its number. Returns it, or buffer. */
enum { DPI_CLASS_BYTES = 24 };
const char *dpi_report_class(const dpi_report *r, int64_t class, char buffer[DPI_CLASS_BYTES]);

/* "test rows", "training rows". */
const char *dpi_report_rows_name(const dpi_report *r);

/* What has a class: the rows or, where each has labels at many places, those. */
int64_t dpi_report_places(const dpi_report *r);

/* ---- report_sample.c: the model's graph with numbers for its inputs and parameters ---- */

typedef struct dpi_sample {
    dp_graph *graph;
    dp_model_values values;
    dp_val *vals;
    dp_array **feeds;
    int count, trained; /* parameters come first, then states, then inputs */
    int64_t rows;
} dpi_sample;

/* For the first `rows` rows of the data (as many as there are), or that many rows of zeros where there are no data.
 * dtype DP_DTYPE_NONE: the model's. dpi_sample_close is to be called in any case. */
dp_status dpi_sample_open(dpi_report *r, int64_t rows, dp_dtype dtype, dpi_sample *sample);

/* Feeds its inputs with one other row of the data; for a sample of one row. */
dp_status dpi_sample_row(dpi_report *r, dpi_sample *sample, int64_t row);
dp_status dpi_sample_trace(const dpi_sample *sample, const dp_trace_config *config, dp_trace **out);
void dpi_sample_close(dp_ctx *ctx, dpi_sample *sample);

/* ---- report_picture.c ---- */

/* The colours of pictures; the style sheet gives them others in the dark. */
#define DPI_REPORT_INK "#222222"
#define DPI_REPORT_PAPER "#fdfdfc"

/* A figure of one panel, in inches. */
dp_status dpi_report_figure(dpi_report *r, double width, double height, dp_figure **out);

/* A histogram of what is finite in values: 10 to 40 bins, no numbers at its side. */
dp_status dpi_report_histogram(dpi_report *r, const dp_array *values, const char *color, const char *alt);

/* Row `row` of the images as <img>, about `size` pixels large. */
dp_status dpi_report_image(dpi_report *r, int64_t row, int64_t size, const char *alt);

/* ---- The page ---- */

/* <p class="note">: what is missing, and why. */
void dpi_report_note(dpi_report *r, const char *format, ...) DP_PRINTF(2, 3);

/* <table> with its column headings, parted by |, inside of something that scrolls; a heading that begins with # is of
 * numbers. The cells are the caller's. */
void dpi_report_table(dpi_report *r, const char *caption, const char *headings);
void dpi_report_table_end(dpi_report *r);

void dpi_report_result(dpi_report *r);       /* report_result.c */
extern const char *const dpi_report_style[]; /* the style sheet's lines, NULL-ended */

#define DPI_SECTION_(id, heading) dp_status dpi_report_##id(dpi_report *r);
DPI_REPORT_SECTIONS(DPI_SECTION_)
#undef DPI_SECTION_

#endif
