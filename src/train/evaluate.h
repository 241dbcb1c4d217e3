/* A model against a data set, without training. */
#ifndef DENPA_TRAIN_EVALUATE_H
#define DENPA_TRAIN_EVALUATE_H

#include "train/feed.h"

/* Rows tested at once: enough for the matrix product, little memory, and the same whatever the number of threads. */
#define DPI_TEST_BATCH 1000

/* The mean loss over all rows of the feed, and the share of rows that are right (NaN without classes). confusion, if
 * not NULL, holds classes * classes counts: row true class, column predicted. */
dp_status dpi_test_feed(dp_model *model, const dpi_feed *feed, int64_t *confusion, double *loss, double *accuracy);

#endif
