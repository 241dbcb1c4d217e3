/* Where the elements of an array lie in a file, for reading them a few at a time. */
#ifndef DENPA_FILE_ARRAY_LAYOUT_H
#define DENPA_FILE_ARRAY_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include <denpa/array.h>

typedef struct dpi_layout {
    dp_dtype dtype;
    dp_shape shape;
    uint64_t first;  /* byte of the first element */
    size_t size;     /* bytes per element in the file */
    bool big;        /* the most significant byte comes first */
    bool row_by_row; /* in C order, in elements as denpa has them: rows can be read one by one */
} dpi_layout;

/* Of an NPY file, from its first bytes (as many as HEADER_MOST below, or all) and its size: errors as dp_npy_parse. */
enum { DPI_NPY_HEADER_MOST = 65536 + 12 };
dp_status dpi_npy_layout(dp_ctx *ctx, const void *bytes, size_t count, uint64_t file_bytes, const char *what,
                         dpi_layout *out);

#endif
