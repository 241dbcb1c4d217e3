/* The pictures of a run, changed at random on their way into a batch. */
#ifndef DENPA_TRAIN_CHANGE_H
#define DENPA_TRAIN_CHANGE_H

#include "train/feed.h"

typedef struct dpi_change {
    dp_augment *augment; /* NULL: nothing is changed */
    uint64_t seed;
    int64_t epoch;        /* from 0 */
    int64_t (*shapes)[3]; /* by input: channels, height, width; channels 0: no pictures */
    void **before;        /* by input: [batch, row], the rows as they are; NULL: no pictures */
    int count;
} dpi_change;

/* For the inputs that one column of pictures fills. text NULL: nothing will be changed. dpi_change_deinit is to be called in any case.
 * Errors: as dp_augment_new; DP_ERR_SHAPE (no input is filled by pictures), DP_ERR_NOMEM. */
dp_status dpi_change_init(dpi_change *change, const dpi_feed *feed, const char *text, uint64_t seed, int64_t batch);
void dpi_change_deinit(dpi_change *change, dp_ctx *ctx);

/* Are the rows of input i changed? */
bool dpi_change_has(const dpi_change *change, int i);

/* Rows rows[first..last-1] of a batch, of input i, into `into` [last - first, row]. Different rows by different threads at once. */
dp_status dpi_change_rows(const dpi_change *change, const dpi_feed *feed, int i, const int64_t *rows, int64_t first,
                          dp_array *into);

#endif
