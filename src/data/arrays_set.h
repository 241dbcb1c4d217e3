/* Data sets out of files of arrays: NPZ, NPY, IDX. */
#ifndef DENPA_DATA_ARRAYS_SET_H
#define DENPA_DATA_ARRAYS_SET_H

#include <denpa/data.h>

#include "data/data_options.h"

/* What a file is, by its first bytes; what is nothing else is taken for CSV. */
typedef enum dpi_file_kind { DPI_FILE_CSV, DPI_FILE_NPZ, DPI_FILE_NPY, DPI_FILE_IDX } dpi_file_kind;
dp_status dpi_file_kind_of(dp_ctx *ctx, const char *path, dpi_file_kind *kind);

/* As dp_dataset_open says. DP_ERR_NAME: there is no test part. */
dp_status dpi_npz_open(const dpi_data_options *options, dp_split split, dp_dataset **out);
dp_status dpi_array_file_open(const dpi_data_options *options, dpi_file_kind kind, dp_split split, dp_dataset **out);

#endif
