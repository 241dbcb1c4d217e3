/* Inputs brought to mean 0 and standard deviation 1: learned from the rows that are trained on, kept with the model. */
#ifndef DENPA_TRAIN_SCALE_H
#define DENPA_TRAIN_SCALE_H

#include <denpa/array.h>

typedef struct dp_model dp_model;
struct dpi_feed;

/* For each number of a row of an input. */
typedef struct dpi_scale {
    double *mean, *deviation; /* [elems]; NULL: the input is taken as it is. deviation > 0 */
    int64_t elems;
} dpi_scale;

/* Learns for the inputs named (commas between) from rows[0..n-1] of the feed, NULL: all of them: mean and population
 * standard deviation (a number that is always the same has 1). The model's encoding gets a rule for each. Errors:
 * DP_ERR_NAME (no such input), DP_ERR_DTYPE (a label), DP_ERR_NOMEM; the model is then unchanged or without scales. */
dp_status dpi_scale_learn(dp_model *model, const struct dpi_feed *feed, const char *names, const int64_t *rows,
                          int64_t n);

/* The same from the rules of the model's encoding, which may have been written by anyone: DP_ERR_FORMAT. */
dp_status dpi_scale_recall(dp_model *model, const char *path);

void dpi_scale_free(dp_model *model);

/* rows [n, elems] of f32 or f64 become (x - mean) / deviation. */
void dpi_scale_rows(const dpi_scale *scale, const dp_array *rows);

#endif
