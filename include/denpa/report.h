/* Reports: all there is to see of a run, as one HTML page.
 *
 * The page needs nothing else: no network, no scripts, pictures are in it. It is made for people: light and dark, on
 * paper, by keyboard, by ear. The same run and data give the same bytes. In libdenpa-plot, as plot.h.
 */
#ifndef DENPA_REPORT_H
#define DENPA_REPORT_H

#include <denpa/text.h>
#include <denpa/train.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_report_config {
    const char *title; /* NULL: the last part of the folder's path */
    const char *data;  /* as in dp_dataset_open; NULL: what the run was trained with */
    int train_part;    /* look at the part of the data for training; also where there is no other */
    int64_t rows;      /* of the data whose activations and gradients are shown; default 500 */
    int64_t mistakes;  /* the most rows shown that the model gets wrong; default 24 */
} dp_report_config;
DP_API void dp_report_config_init(dp_report_config *config);

/* Adds the report on the run in the folder `dir` (dp_run_open) to `out`: result, learning curves, confusion matrix, worst
 * mistakes, first-layer weights, the network's graph with its numbers, histograms of weights, activations and gradients,
 * gradient check, timing, configuration. docs/training.md says what is in each.
 *
 * What cannot be shown is explained in its place: a run without a log, a regression without classes, data without
 * images; where data that the run was trained with cannot be opened, the log gets a warning, too.
 *
 * config   NULL: all defaults
 * Errors   as dp_run_open; as dp_dataset_open and dp_test for data that config names; DP_ERR_RANGE (rows, mistakes < 1);
 *          DP_ERR_UNSUPPORTED (no Cairo); DP_ERR_NOMEM. *out may have got a part.
 * Threads  as dp_drawing_write.
 * Tests    report/report_page, report/report_odd, report/report_faults */
DP_API dp_status dp_report_html(dp_ctx *ctx, const char *dir, const dp_report_config *config, dp_text *out);

/* The same into a file: all of it or nothing. Errors: DP_ERR_IO, and as above. */
DP_API dp_status dp_report_write(dp_ctx *ctx, const char *dir, const dp_report_config *config, const char *path);

#ifdef __cplusplus
}
#endif
#endif
