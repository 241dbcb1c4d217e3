/* The data set from inside. */
#ifndef DENPA_DATA_DATASET_H
#define DENPA_DATA_DATASET_H

#include <denpa/data.h>

#include "data/encoding.h"
#include "kernels/kern.h"

struct dp_dataset {
    dp_ctx *ctx;
    char *source;
    int64_t rows;
    int columns;
    char **names;      /* [columns] */
    dp_array **arrays; /* [columns], each [rows, …] */
    dpk_fn *pixels;    /* found once: to ask the processor takes longer than a small batch */
    bool is_table;     /* "x" are all columns but the last, and "t" is the last, whatever their names */
    dpi_encoding encoding;
};

/* dp_dataset_new with the words that dp_dataset_source gives and messages begin with. */
dp_status dpi_dataset_new(dp_ctx *ctx, const char *source, int columns, const char *const *names,
                          dp_array *const *arrays, dp_dataset **out);

#endif
