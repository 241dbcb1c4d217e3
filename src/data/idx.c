/* IDX, the format of MNIST: two zero bytes, a type, the number of axes, their lengths (4 bytes each), then the
 * elements; all most significant byte first.
 *
 * Source   LeCun, Cortes, Burges: The MNIST database, "The IDX file format". / */
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "base/size.h"
#include "data/dataset.h"
#include "data/idx_layout.h"
#include "file/fileio.h"
#include "file/stream.h"

/* X(type byte, bytes per element in the file, dtype it is read as) */
#define IDX_TYPES(X)   \
    X(0x08, 1, DP_U8)  \
    X(0x09, 1, DP_I64) \
    X(0x0B, 2, DP_I64) \
    X(0x0C, 4, DP_I64) \
    X(0x0D, 4, DP_F32) \
    X(0x0E, 8, DP_F64)

enum { START_BYTES = 4, DIM_BYTES = 4, HEADER_BYTES = START_BYTES + DP_MAX_RANK * DIM_BYTES };

typedef struct idx_header {
    dp_dtype dtype;
    size_t size; /* bytes per element in the file */
    dp_shape shape;
    size_t header_bytes;
    size_t data_bytes;
} idx_header;

static bool find_type(int type, idx_header *header)
{
    switch (type) {
#define TYPE_CASE(code, bytes, as)                \
    case code:                                    \
        header->size = bytes, header->dtype = as; \
        return true;
        IDX_TYPES(TYPE_CASE)
#undef TYPE_CASE
    default:
        return false;
    }
}

static dp_status read_start(dp_ctx *ctx, dpi_stream *stream, idx_header *header)
{
    const char *name = dpi_stream_name(stream);
    uint8_t start[START_BYTES];
    size_t got;
    dp_status status = dpi_stream_read(stream, start, sizeof start, &got);
    if (status != DP_OK)
        return status;
    if (got < sizeof start)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: an IDX file has at least %d bytes, this one has %zu", name,
                        START_BYTES, got);
    if (start[0] || start[1])
        return dpi_fail(ctx, DP_ERR_FORMAT,
                        "%s: byte 0: an IDX file begins with two zero bytes, this one with %02x %02x", name, start[0],
                        start[1]);
    if (!find_type(start[2], header))
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: byte 2: IDX has the types 08 09 0b 0c 0d 0e, this is %02x", name,
                        start[2]);
    if (start[3] > DP_MAX_RANK)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: byte 3: %d axes, and an array has at most %d", name, start[3],
                        DP_MAX_RANK);
    header->shape.rank = start[3];
    return DP_OK;
}

static dp_status read_header(dp_ctx *ctx, dpi_stream *stream, idx_header *header)
{
    const char *name = dpi_stream_name(stream);
    uint8_t dims[DP_MAX_RANK * DIM_BYTES];
    size_t got;
    *header = (idx_header){0};
    dp_status status = read_start(ctx, stream, header);
    if (status != DP_OK)
        return status;
    size_t dims_bytes = (size_t)header->shape.rank * DIM_BYTES;
    status = dpi_stream_read(stream, dims, dims_bytes, &got);
    if (status != DP_OK)
        return status;
    header->header_bytes = START_BYTES + dims_bytes;
    if (got < dims_bytes)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: the header of %d axes needs %zu bytes, the file has %zu", name,
                        header->shape.rank, header->header_bytes, START_BYTES + got);
    for (int i = 0; i < header->shape.rank; i++)
        header->shape.dims[i] = (int64_t)dpi_load_be(dims + i * DIM_BYTES, DIM_BYTES);
    return DP_OK;
}

/* What the header promises must be able to be there: before memory is asked for. */
static dp_status check_promise(dp_ctx *ctx, const dpi_stream *stream, idx_header *header)
{
    char shape[DP_SHAPE_TEXT_BYTES];
    const char *name = dpi_stream_name(stream);
    int64_t elems = dp_shape_elems(header->shape);
    dp_shape_text(header->shape, shape, sizeof shape);
    if (elems < 0 || !dpi_mul_size((size_t)elems, header->size, &header->data_bytes) ||
        header->data_bytes > SIZE_MAX - HEADER_BYTES)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: byte %d: the header says %s, which no file can hold", name,
                        START_BYTES, shape);
    if (header->header_bytes + header->data_bytes <= dpi_stream_most_bytes(stream))
        return DP_OK;
    return dpi_fail(ctx, DP_ERR_FORMAT,
                    "%s: byte %d: the header says %s, %zu bytes in all, and the file's %llu bytes are too few for that",
                    name, START_BYTES, shape, header->header_bytes + header->data_bytes,
                    (unsigned long long)dpi_stream_stored_bytes(stream));
}

static dp_status read_elements(dp_ctx *ctx, dpi_stream *stream, const idx_header *header, uint8_t *to)
{
    size_t got, extra;
    uint8_t byte;
    dp_status status = dpi_stream_read(stream, to, header->data_bytes, &got);
    if (status != DP_OK)
        return status;
    if (got < header->data_bytes)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: byte %zu: the data ends after %zu of %zu bytes",
                        dpi_stream_name(stream), header->header_bytes + got, got, header->data_bytes);
    status = dpi_stream_read(stream, &byte, 1, &extra);
    if (status == DP_OK && extra)
        status = dpi_fail(ctx, DP_ERR_FORMAT, "%s: byte %zu: more bytes follow after the %zu bytes of data",
                          dpi_stream_name(stream), header->header_bytes + got, header->data_bytes);
    return status;
}

/* Widens integers of `size` bytes, which lie at the end of the room for the result, from the front on: element i is
 * written to bytes 8i .. 8i+7, and element i + 1, which is read next, lies at 8n - size * (n - i - 1) or after,
 * which is no less than 8i + 8. */
static void widen(int64_t *result, const uint8_t *stored, int64_t n, size_t size)
{
    for (int64_t i = 0; i < n; i++)
        result[i] = dpi_sign_extend(dpi_load_be(stored + (size_t)i * size, size), size);
}

static dp_status read_idx(dp_ctx *ctx, dpi_stream *stream, dp_array **out)
{
    idx_header header;
    dp_array *array = NULL;
    dp_status status = read_header(ctx, stream, &header);
    if (status == DP_OK)
        status = check_promise(ctx, stream, &header);
    if (status == DP_OK)
        status = dp_array_new(ctx, header.dtype, header.shape, &array);
    if (status != DP_OK)
        return status;
    uint8_t *stored = (uint8_t *)array->data + dp_array_bytes(array) - header.data_bytes;
    status = read_elements(ctx, stream, &header, stored);
    if (status != DP_OK) {
        dp_array_free(&array);
        return status;
    }
    if (header.dtype == DP_I64)
        widen(array->data, stored, dp_array_elems(array), header.size);
    else if (dpi_host_is_little())
        dpi_swap_bytes(stored, (size_t)dp_array_elems(array), header.size);
    *out = array;
    return DP_OK;
}

dp_status dpi_idx_layout(dp_ctx *ctx, const char *path, dpi_layout *out)
{
    dpi_stream *stream;
    idx_header header;
    dp_status status = dpi_stream_open(ctx, path, &stream);
    if (status != DP_OK)
        return status;
    bool packed = dpi_stream_most_bytes(stream) != dpi_stream_stored_bytes(stream);
    status = read_header(ctx, stream, &header);
    if (status == DP_OK)
        status = check_promise(ctx, stream, &header);
    if (status == DP_OK)
        *out = (dpi_layout){.dtype = header.dtype,
                            .shape = header.shape,
                            .first = header.header_bytes,
                            .size = header.size,
                            .big = true,
                            .row_by_row = !packed && header.size == dp_dtype_bytes(header.dtype)};
    dpi_stream_close(&stream);
    return status;
}

dp_status dp_idx_read(dp_ctx *ctx, const char *path, dp_array **out)
{
    dpi_stream *stream;
    dp_status status = dpi_stream_open(ctx, path, &stream);
    if (status != DP_OK)
        return status;
    status = read_idx(ctx, stream, out);
    dpi_stream_close(&stream);
    return status;
}

dp_status dp_idx_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_array **out)
{
    dpi_stream *stream;
    dp_status status = dpi_stream_from_bytes(ctx, bytes, count, what, &stream);
    if (status != DP_OK)
        return status;
    status = read_idx(ctx, stream, out);
    dpi_stream_close(&stream);
    return status;
}

/* ---- Writing ---- */

/* Integers take the fewest bytes that hold them all: class labels become ubyte, as in MNIST. */
static dp_status type_of_integers(dp_ctx *ctx, const char *path, const dp_array *array, int *type)
{
    const int64_t *values = array->data;
    int64_t low = 0, high = 0;
    for (int64_t i = 0, n = dp_array_elems(array); i < n; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    if (low < INT32_MIN || high > INT32_MAX)
        return dpi_fail(ctx, DP_ERR_RANGE, "%s: IDX has integers of 32 bits, and %lld is not one", path,
                        (long long)(high > INT32_MAX ? high : low));
    *type = low >= 0 && high <= UINT8_MAX ? 0x08 : low >= INT16_MIN && high <= INT16_MAX ? 0x0B : 0x0C;
    return DP_OK;
}

static dp_status type_of_array(dp_ctx *ctx, const char *path, const dp_array *array, int *type)
{
    switch (array->dtype) {
    case DP_BOOL:
    case DP_U8:
        *type = 0x08;
        return DP_OK;
    case DP_I64:
        return type_of_integers(ctx, path, array, type);
    case DP_F32:
        *type = 0x0D;
        return DP_OK;
    case DP_F64:
        *type = 0x0E;
        return DP_OK;
    case DP_DTYPE_NONE:
        break;
    }
    return dpi_fail(ctx, DP_ERR_DTYPE, "%s: %d is no dtype", path, (int)array->dtype);
}

static dp_status write_header(dp_ctx *ctx, const char *path, const dp_array *array, uint8_t header[HEADER_BYTES])
{
    char shape[DP_SHAPE_TEXT_BYTES];
    int type = 0;
    if (dp_shape_elems(array->shape) < 0)
        return dpi_fail(ctx, DP_ERR_SHAPE, "%s: the array's shape is none", path);
    dp_status status = type_of_array(ctx, path, array, &type);
    if (status != DP_OK)
        return status;
    header[2] = (uint8_t)type;
    header[3] = (uint8_t)array->shape.rank;
    for (int i = 0; i < array->shape.rank; i++) {
        if (array->shape.dims[i] > UINT32_MAX)
            return dpi_fail(ctx, DP_ERR_RANGE, "%s: IDX has axes below 2^32, and the shape is %s", path,
                            dp_shape_text(array->shape, shape, sizeof shape));
        dpi_store_be(header + START_BYTES + i * DIM_BYTES, DIM_BYTES, (uint64_t)array->shape.dims[i]);
    }
    return DP_OK;
}

/* The array's elements as the file has them. */
static void encode(const dp_array *array, size_t size, uint8_t *to)
{
    int64_t n = dp_array_elems(array);
    if (array->dtype == DP_I64) {
        for (int64_t i = 0; i < n; i++)
            dpi_store_be(to + (size_t)i * size, size, (uint64_t)((const int64_t *)array->data)[i]);
    } else {
        memcpy(to, array->data, dp_array_bytes(array));
        if (dpi_host_is_little())
            dpi_swap_bytes(to, (size_t)n, size);
    }
}

dp_status dp_idx_write(dp_ctx *ctx, const char *path, const dp_array *array)
{
    uint8_t header[HEADER_BYTES] = {0};
    idx_header type;
    void *elements = NULL;
    dp_status status = write_header(ctx, path, array, header);
    if (status != DP_OK)
        return status;
    (void)find_type(header[2], &type);
    dpi_piece pieces[2] = {{header, (size_t)(START_BYTES + array->shape.rank * DIM_BYTES)},
                           {array->data, dp_array_bytes(array)}};
    if (type.size > 1 || array->dtype == DP_I64) {
        size_t n = (size_t)dp_array_elems(array);
        status = dpi_alloc_raw(ctx, n, type.size, path, &elements);
        if (status != DP_OK)
            return status;
        encode(array, type.size, elements);
        pieces[1] = (dpi_piece){elements, n * type.size};
    }
    status = dpi_file_write_pieces(ctx, path, pieces, 2);
    dpi_free(ctx, elements);
    return status;
}
