/* How the columns of a data set fill the inputs of a model. */
#ifndef DENPA_TRAIN_FEED_H
#define DENPA_TRAIN_FEED_H

#include <stdbool.h>

#include <denpa/train.h>

#include "train/model_internal.h"

struct dpi_change;

typedef struct dpi_feed_input {
    int *columns;     /* of the data set, side by side */
    int column_count; /* 0: the data have nothing for it, and it is not needed */
    bool expand;      /* one column of class indices makes rows of one-hot targets */
} dpi_feed_input;

typedef struct dpi_feed {
    dp_ctx *ctx;
    const dp_model_input *wanted; /* the inputs, borrowed */
    int count;
    const dp_dataset *data;
    bool normalize;
    const dpi_scale *scales; /* by input; NULL: none. Set by whoever knows the model. */
    const dpi_instance *predicting; /* only the inputs that it needs have to be there; NULL: all */
    dpi_feed_input *inputs;         /* how each is filled */
} dpi_feed;

/* Finds the columns of every input as dp_train_config says. *feed is to be given to dpi_feed_deinit whether it worked
 * or not. */
dp_status dpi_feed_init(dpi_feed *feed, dp_ctx *ctx, const dp_model_input *wanted, int wanted_count,
                        const dp_dataset *data, const dp_binding *bindings, int count, bool normalize,
                        const dpi_instance *predicting);
bool dpi_feed_is_complete(const dpi_feed *feed);
void dpi_feed_deinit(dpi_feed *feed);

/* Looks at all the data once: numbers have to be finite, labels integers within their classes. DP_ERR_RANGE names row,
 * column and value. */
dp_status dpi_feed_check(const dpi_feed *feed);

/* Puts rows rows[0..batch-1] into the first buffers of an instance of the model, which reads them. */
dp_status dpi_feed_instance(const dpi_feed *feed, const dp_model *model, const int64_t *rows, dpi_instance *instance);

/* The same for rows[first..last-1] of the batch and buffers `which`, which are there; `change` (change.h) says what is
 * done to pictures, NULL: nothing. Different rows may be put there by different threads at once; after dpi_feed_check it
 * can fail only where a column stays in its file: DP_ERR_IO. */
dp_status dpi_feed_rows(const dpi_feed *feed, const struct dpi_change *change, const int64_t *rows, int64_t first,
                        int64_t last, const dpi_instance *instance, int which);

/* Rows rows[0..n-1] of input i into [n, elems], as it is wanted but for the scale. */
dp_status dpi_feed_input_rows(const dpi_feed *feed, int i, const int64_t *rows, dp_array *into);

/* What dpi_feed_init found, as bindings; owned by the caller. */
dp_status dpi_feed_bindings(const dpi_feed *feed, dp_binding **bindings);
void dpi_bindings_free(dp_ctx *ctx, dp_binding *bindings, int count);

#endif
