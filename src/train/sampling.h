/* One class drawn from scores. */
#ifndef DENPA_TRAIN_SAMPLING_H
#define DENPA_TRAIN_SAMPLING_H

#include <stdint.h>

/* A class with its score, then its weight. */
typedef struct dpi_candidate {
    double value;
    int64_t class;
} dpi_candidate;

/* The class that u of [0, 1) falls on, of candidates[0..count-1], which have scores without NaN and are put into another order;
 * temperature, top_k and top_p as dp_generate_config has them. */
int64_t dpi_sample(dpi_candidate *candidates, int64_t count, double temperature, int64_t top_k, double top_p, double u);

#endif
