/* A model against a data set, without training. */
#ifndef DENPA_TRAIN_EVALUATE_H
#define DENPA_TRAIN_EVALUATE_H

#include "train/feed.h"
#include "train/scores.h"

/* Rows tested at once: enough for the matrix product, little memory, and the same whatever the number of threads. */
#define DPI_TEST_BATCH 1000

/* Of rows with a class at each of many places so many places: the steps of a sequence are rows to most of its layers. */
#define DPI_TEST_PLACES 8192

/* Adds rows rows[0..n-1] of the feed (NULL: rows 0 to n-1) to a tally. */
dp_status dpi_test_feed(dp_model *model, const dpi_feed *feed, const int64_t *rows, int64_t n, dpi_tally *tally);

#endif
