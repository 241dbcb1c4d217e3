/* Where a number that is not finite comes from. */
#ifndef DENPA_TRAIN_GUARD_H
#define DENPA_TRAIN_GUARD_H

#include "train/model_internal.h"

/* In place of a parameter's number: what is not finite is the loss. */
enum { DPI_GUARD_LOSS = -1 };

/* The first parameter whose gradient is not finite. */
int dpi_guard_bad_gradient(const dp_model *model);

/* DP_ERR_RANGE with words: the step (from 1) whose loss, or gradient of parameter number `bad`, is not finite, and the
 * value of the graph that it begins in, found by computing every value of the batch once more. instance: for training, with
 * the batch in place. */
dp_status dpi_guard_fail(dp_model *model, const dpi_instance *instance, int64_t step, int bad);

#endif
