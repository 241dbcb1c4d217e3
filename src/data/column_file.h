/* A column that stays on the disk: rows are read when they are asked for. Not mapped into memory, since a mapped file that
 * somebody makes shorter ends the process with a signal; a read that finds less is an error like any other. */
#ifndef DENPA_DATA_COLUMN_FILE_H
#define DENPA_DATA_COLUMN_FILE_H

#include <pthread.h>

#include "file/array_layout.h"

typedef struct dpi_column_file {
    dp_ctx *ctx;
    char *path;
    int fd;
    dpi_layout layout;
    pthread_mutex_t words; /* several threads may find that something is wrong; one at a time may say so */
} dpi_column_file;

/* Opens a file whose rows can be read one by one. Errors: DP_ERR_IO, DP_ERR_FORMAT, DP_ERR_UNSUPPORTED (packed, in Fortran order, of
 * integers that denpa has as others), DP_ERR_NOMEM. */
dp_status dpi_column_file_open(dp_ctx *ctx, const char *path, bool is_npy, dpi_column_file **out);
void dpi_column_file_free(dpi_column_file **file);

/* Elements first .. first + count - 1, in the machine's byte order. Any thread may. Errors: DP_ERR_IO (also a file that has become
 * shorter). */
dp_status dpi_column_file_read(dpi_column_file *file, int64_t first, int64_t count, void *to);

#endif
