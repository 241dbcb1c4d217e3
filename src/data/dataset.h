/* The data set from inside. */
#ifndef DENPA_DATA_DATASET_H
#define DENPA_DATA_DATASET_H

#include <denpa/data.h>

#include "data/column_file.h"
#include "data/encoding.h"
#include "data/windows.h"
#include "kernels/kern.h"

struct dp_dataset {
    dp_ctx *ctx;
    char *source;
    int64_t rows;
    int columns;
    char **names;      /* [columns] */
    dp_array **arrays; /* [columns], each [rows, …] */
    dpi_column_file **files; /* [columns]; NULL: the column lies in memory. Else its array has no data. */
    dpi_windows *windows; /* NULL, or both columns are windows of it, and their arrays have no data */
    dpk_fn *pixels;    /* found once: to ask the processor takes longer than a small batch */
    bool is_table;     /* "x" are all columns but the last, and "t" is the last, whatever their names */
    dpi_encoding encoding;
};

/* dp_dataset_new with the words that dp_dataset_source gives and messages begin with. */
dp_status dpi_dataset_new(dp_ctx *ctx, const char *source, int columns, const char *const *names,
                          dp_array *const *arrays, dp_dataset **out);

/* The same for one column "x" that stays in a file, and labels (or NULL). On success both are taken over. */
dp_status dpi_dataset_new_file(dp_ctx *ctx, const char *source, dpi_column_file *x, dp_array *labels, dp_dataset **out);

/* The columns "x" and "t" of windows, which on success are taken over. */
dp_status dpi_dataset_new_windows(dp_ctx *ctx, const char *source, dpi_windows *windows, dp_dataset **out);

/* How many numbers a row of a column has. */
int64_t dpi_dataset_row_elems(const dp_dataset *dataset, int column);

#endif
