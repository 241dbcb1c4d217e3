/* What reading and writing safetensors share.
 *
 * Source   github.com/huggingface/safetensors, "Format": 8 bytes length of the header (little-endian), the header in
 *          JSON (it begins with "{" and may end with spaces), the data without holes. / */
#ifndef DENPA_FILE_SAFETENSORS_H
#define DENPA_FILE_SAFETENSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <denpa/file.h>

/* X(name in the file, bytes per element there, dtype it is read as). A dtype is written as the first that is read as it, or as F16. */
#define DPI_SAFETENSORS_MAP(X) \
    X(BOOL, 1, DP_BOOL)        \
    X(U8, 1, DP_U8)            \
    X(I64, 8, DP_I64)          \
    X(F32, 4, DP_F32)          \
    X(F64, 8, DP_F64)          \
    X(I8, 1, DP_I64)           \
    X(U16, 2, DP_I64)          \
    X(I16, 2, DP_I64)          \
    X(U32, 4, DP_I64)          \
    X(I32, 4, DP_I64)          \
    X(F16, 2, DP_F32)          \
    X(BF16, 2, DP_F32)

typedef enum dpi_stored {
#define STORED_ENUM(name, bytes, dtype) DPI_STORED_##name,
    DPI_SAFETENSORS_MAP(STORED_ENUM)
#undef STORED_ENUM
        DPI_STORED_COUNT
} dpi_stored;

typedef struct dpi_stored_type {
    const char *name;
    size_t bytes;
    dp_dtype dtype;
} dpi_stored_type;

dpi_stored_type dpi_stored_type_of(dpi_stored stored); /* name NULL outside */

#define DPI_METADATA_KEY "__metadata__"

enum { DPI_LENGTH_BYTES = 8, DPI_DATA_ALIGN = 8 };

/* The container, filled in by the reader. */
typedef struct dpi_named {
    char *name;
    dp_array *array;
    bool float16; /* in the file */
} dpi_named;

struct dp_tensors {
    dp_ctx *ctx;
    int count;
    dpi_named *items; /* [count] */
    int metadata_count;
    char **metadata; /* [2 * metadata_count], key and value in turn */
};

/* Makes the array of elements stored at `bytes`, as many as the shape has; the caller has checked that they are
 * there. Errors: DP_ERR_NOMEM, DP_ERR_FORMAT (a bool that is neither 0 nor 1). */
dp_status dpi_stored_read(dp_ctx *ctx, dpi_stored stored, dp_shape shape, const uint8_t *bytes, dp_array **out);

#endif
