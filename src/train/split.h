/* Which rows are trained on, and which are kept back for validation. */
#ifndef DENPA_TRAIN_SPLIT_H
#define DENPA_TRAIN_SPLIT_H

#include "train/feed.h"

typedef struct dpi_split {
    int64_t *train; /* ascending; NULL: all rows */
    int64_t train_count;
    int64_t *validation; /* ascending; NULL: none */
    int64_t validation_count;
} dpi_split;

/* Draws `share` of the feed's rows for validation, of each class of the model alike; of a text it is the end. Share 0: none. *split is to
 * be given to dpi_split_deinit whether it worked or not. DP_ERR_RANGE: one of the parts would be empty. */
dp_status dpi_split_init(dpi_split *split, const dpi_feed *feed, double share, uint64_t seed);
void dpi_split_deinit(dpi_split *split, dp_ctx *ctx);

#endif
