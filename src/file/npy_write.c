/* Writing NPY: magic, version 1.0, the length of the header, the header (a Python dict), the elements. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "file/fileio.h"
#include "file/npy.h"

enum { ALIGN = 64, HEADER_BYTES = 512 };

/* What NumPy calls the dtype in a file of this byte order. */
static const char *descr_of(dp_dtype dtype)
{
    switch (dtype) {
    case DP_BOOL: return "|b1";
    case DP_U8: return "|u1";
    case DP_I64: return "<i8";
    case DP_F32: return "<f4";
    case DP_F64: return "<f8";
    case DP_DTYPE_NONE: break;
    }
    return NULL;
}

/* The header, padded so that the elements begin at a multiple of 64. Returns its bytes. */
static size_t write_header(const dp_array *array, char header[HEADER_BYTES])
{
    char shape[DP_SHAPE_TEXT_BYTES];
    int length = snprintf(header + DPI_NPY_START_BYTES, HEADER_BYTES - DPI_NPY_START_BYTES,
                          "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", descr_of(array->dtype),
                          dp_shape_text(array->shape, shape, sizeof shape));
    size_t used = DPI_NPY_START_BYTES + (size_t)length + 1, whole = (used + ALIGN - 1) / ALIGN * ALIGN;
    memset(header + used - 1, ' ', whole - used);
    header[whole - 1] = '\n';
    memcpy(header, DPI_NPY_MAGIC "\1\0", DPI_NPY_MAGIC_BYTES + 2);
    dpi_store_le((uint8_t *)header + DPI_NPY_MAGIC_BYTES + 2, 2, whole - DPI_NPY_START_BYTES);
    return whole;
}

dp_status dp_npy_write(dp_ctx *ctx, const char *path, const dp_array *array)
{
    char header[HEADER_BYTES];
    if (!descr_of(array->dtype)) return dpi_fail(ctx, DP_ERR_DTYPE, "%s: %d is no dtype", path, (int)array->dtype);
    if (dp_shape_elems(array->shape) < 0) return dpi_fail(ctx, DP_ERR_SHAPE, "%s: the array's shape is none", path);
    size_t bytes = dp_array_bytes(array), size = dp_dtype_bytes(array->dtype);
    dpi_piece pieces[2] = {{header, write_header(array, header)}, {array->data, bytes}};
    void *turned = NULL;
    if (!dpi_host_is_little() && size > 1) {
        dp_status status = dpi_alloc_raw(ctx, bytes, 1, path, &turned);
        if (status != DP_OK) return status;
        memcpy(turned, array->data, bytes);
        dpi_swap_bytes(turned, bytes / size, size);
        pieces[1].bytes = turned;
    }
    dp_status status = dpi_file_write_pieces(ctx, path, pieces, 2);
    dpi_free(ctx, turned);
    return status;
}
