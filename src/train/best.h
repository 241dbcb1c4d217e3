/* The best epoch so far; for early stopping also what the model was then. */
#ifndef DENPA_TRAIN_BEST_H
#define DENPA_TRAIN_BEST_H

#include "train/model_internal.h"

typedef struct dpi_best {
    int64_t patience; /* 0: no early stopping */
    int64_t epoch;    /* 0: none yet */
    int64_t waited;   /* epochs since */
    dp_scores validation, test;
    void *values; /* with patience: the parameters of that epoch, laid out as the model's */
} dpi_best;

dp_status dpi_best_init(dpi_best *best, const dp_model *model, int64_t patience);
void dpi_best_deinit(dpi_best *best, const dp_model *model);

/* An epoch has ended with these scores. Returns whether it is the best so far. */
bool dpi_best_watch(dpi_best *best, const dp_model *model, const dp_progress *at);

/* Has the best epoch been too long ago? */
bool dpi_best_is_over(const dpi_best *best);

/* With patience: makes the parameters, and the scores of *at, those of the best epoch, if there is one. */
void dpi_best_restore(const dpi_best *best, dp_model *model, dp_progress *at);

#endif
