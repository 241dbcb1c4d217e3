/* The fit loop from inside: what fit.c, fit_step.c and checkpoints share. */
#ifndef DENPA_TRAIN_FIT_H
#define DENPA_TRAIN_FIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

#include <denpa/text.h>

#include "train/best.h"
#include "train/change.h"
#include "train/evaluate.h"
#include "train/optimizer.h"
#include "train/rate_schedule.h"
#include "train/run_dir.h"
#include "train/split.h"

/* What the steps since some moment have given. */
typedef struct dpi_sums {
    double loss_sum;
    int64_t steps, correct, places; /* of the places that have a class, how many were right */
} dpi_sums;

typedef struct dpi_fit {
    dp_model *model;
    const dp_train_config *config;
    dp_text words; /* config.json without what came out: what this run is */
    dpi_feed train, test;
    dpi_change change; /* of the pictures that are trained on */
    bool has_test;
    dpi_split split; /* which rows of train are trained on, and which are for validation */
    dp_optimizer *optimizer;
    dp_schedule *schedule; /* NULL: none */
    dpi_run_dir dir;
    int64_t batch, steps_per_epoch;
    int64_t *order;             /* of the rows that are trained on */
    const int64_t *filled_rows; /* the batch that is in place, NULL: none; in which instance and buffers */
    uint64_t filled_number;
    int filled_which;
    atomic_int fill_status; /* a dp_status: what went wrong while a batch was filled */

    int64_t has_ended;     /* all steps are done, or patience is over */
    double seconds_before; /* of a run that was resumed */
    struct timespec start;
    double told; /* when progress was last called */
    bool stop;   /* it asked for the end */
    dp_progress at;
    dpi_sums row, epoch; /* since the last row of the log; since the epoch began */
    dpi_best best;
    dpi_log_place log; /* of the checkpoint that is written or read */
} dpi_fit;

/* ---- fit_step.c ---- */

/* The order of an epoch (from 0). */
void dpi_fit_order(dpi_fit *f, int64_t epoch);

/* Step number `place` of the epoch: forward and backward, while the rows of the next step are put in place; then the
 * update. */
dp_status dpi_fit_step(dpi_fit *f, int64_t place);

#endif
