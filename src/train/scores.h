/* Counting how good a model is, batch by batch. */
#ifndef DENPA_TRAIN_SCORES_H
#define DENPA_TRAIN_SCORES_H

#include <denpa/train.h>

#include "train/model_internal.h"

/* Mean and squares of one number of a regression's target, and the squares of what was missed. */
typedef struct dpi_spread {
    double mean, squares, missed;
} dpi_spread;

/* What the batches so far have given. */
typedef struct dpi_tally {
    dp_ctx *ctx;
    int64_t rows;
    double loss_sum;
    int64_t classes;
    int64_t places;      /* rows, or places of rows, that have a class */
    bool has_scores;     /* the output goes into softmax_cross_entropy */
    double surprise;     /* sum over them of -log softmax(scores)[class] */
    int64_t *confusion;  /* [classes, classes]: row true class, column predicted */
    int64_t *ranks;      /* [classes]: places whose class has the largest score, the second largest, … */
    int64_t numbers;     /* of a row of a regression's target */
    dpi_spread *spreads; /* [numbers] */
} dpi_tally;

/* *tally is to be given to dpi_tally_deinit whether it worked or not. */
dp_status dpi_tally_init(dpi_tally *tally, const dp_model *model);
void dpi_tally_deinit(dpi_tally *tally);

/* Adds the rows of an instance for testing that has been run. */
void dpi_tally_add(dpi_tally *tally, const dp_model *model, const dpi_instance *instance);

dp_scores dpi_tally_scores(const dpi_tally *tally, int64_t top_k);

/* Precision, recall and F1 of a class. */
typedef struct dpi_class_scores {
    double precision, recall, f1;
    bool occurs; /* a row has the class or is said to have it */
} dpi_class_scores;
dpi_class_scores dpi_tally_class(const dpi_tally *tally, int64_t class);

/* All NaN. */
dp_scores dpi_scores_unknown(void);

/* The score of a name, "f1,…" up to a comma or the end: its place in DP_SCORES, -1 if there is none. */
int dpi_score_find(const char *name, size_t bytes);
/* DP_ERR_NAME: says which there are. */
dp_status dpi_score_unknown_name(dp_ctx *ctx, const char *name, size_t bytes);
const char *dpi_score_name(int score);
double dpi_score_get(const dp_scores *scores, int score);
enum {
#define DPI_SCORE_COUNT_(name, what) +1
    DPI_SCORE_COUNT = 0 DP_SCORES(DPI_SCORE_COUNT_)
#undef DPI_SCORE_COUNT_
};

#endif
