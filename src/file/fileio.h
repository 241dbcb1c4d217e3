/* Whole files, written in one safe step from several pieces. */
#ifndef DENPA_FILE_FILEIO_H
#define DENPA_FILE_FILEIO_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/file.h>

typedef struct dpi_piece {
    const void *bytes;
    size_t count;
} dpi_piece;

/* dp_file_write of all pieces, one after the other. */
dp_status dpi_file_write_pieces(dp_ctx *ctx, const char *path, const dpi_piece *pieces, int count);

/* Opens a file for reading. *size is the size of a regular file, -1 of anything else (a pipe). */
dp_status dpi_file_open(dp_ctx *ctx, const char *path, int *fd, int64_t *size);

/* Reads up to `count` bytes, fewer only at the end of the file. */
dp_status dpi_file_read_some(dp_ctx *ctx, const char *path, int fd, void *to, size_t count, size_t *got);

/* dp_file_read of what is left to read of an open file. `size` as dpi_file_open gave it. */
dp_status dpi_file_read_rest(dp_ctx *ctx, const char *path, int fd, int64_t size, size_t limit_bytes, dp_array **out);

/* DP_ERR_IO with the system's words for `error`: "PATH: cannot ACTION: No such file or directory". */
dp_status dpi_file_fail(dp_ctx *ctx, const char *path, const char *action, int error);

#endif
