#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/text.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "base/half.h"
#include "base/size.h"
#include "base/utf8.h"
#include "file/fileio.h"
#include "file/safetensors.h"

static int compare_strings(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Each string is UTF-8 and occurs once. */
static dp_status check_strings(dp_ctx *ctx, const char *path, const char *kind, const char **strings, size_t count)
{
    char shown[128];
    qsort(strings, count, sizeof *strings, compare_strings);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(strings[i]);
        if (!dpi_utf8_valid(strings[i], length))
            return dpi_fail(ctx, DP_ERR_ARG, "%s: the %s %s is no UTF-8", path, kind,
                            dpi_utf8_shown(strings[i], length, shown, sizeof shown));
        if (i && strcmp(strings[i], strings[i - 1]) == 0)
            return dpi_fail(ctx, DP_ERR_ARG, "%s: the %s %s is there twice", path, kind,
                            dpi_utf8_shown(strings[i], length, shown, sizeof shown));
    }
    return DP_OK;
}

static bool as_half(const dp_tensor *tensor)
{
    return tensor->float16 && dp_dtype_is_float(tensor->array->dtype);
}

/* float16 has no number above 65504. */
static dp_status check_halves(dp_ctx *ctx, const char *path, const dp_tensor *tensor)
{
    for (int64_t i = 0; i < dp_array_elems(tensor->array) && as_half(tensor); i++) {
        double x = dp_array_get(tensor->array, i);
        if (isfinite(x) && isinf(dpi_half_round_f64(x)))
            return dpi_fail(ctx, DP_ERR_RANGE, "%s: tensor %s: element %lld is %g, and float16 holds numbers up to %g",
                            path, tensor->name, (long long)i, x, DPI_HALF_MOST);
    }
    return DP_OK;
}

static dp_status check_tensors(dp_ctx *ctx, const char *path, const dp_tensor *tensors, int count)
{
    for (int i = 0; i < count; i++) {
        const dp_array *array = tensors[i].array;
        if (!tensors[i].name || !array)
            return dpi_fail(ctx, DP_ERR_ARG, "%s: tensor %d has no name or no array", path, i);
        if (!dp_dtype_bytes(array->dtype) || dp_shape_elems(array->shape) < 0 ||
            (!array->data && dp_shape_elems(array->shape) > 0))
            return dpi_fail(ctx, DP_ERR_ARG, "%s: tensor %s has no dtype, no shape or no data", path, tensors[i].name);
        if (strcmp(tensors[i].name, DPI_METADATA_KEY) == 0)
            return dpi_fail(ctx, DP_ERR_ARG, "%s: a tensor cannot be named %s", path, tensors[i].name);
        dp_status status = check_halves(ctx, path, &tensors[i]);
        if (status != DP_OK)
            return status;
    }
    return DP_OK;
}

static dp_status check_names(dp_ctx *ctx, const char *path, const dp_tensor *tensors, int count,
                             const char *const *metadata, int metadata_count)
{
    void *memory;
    size_t most = (size_t)(count > metadata_count ? count : metadata_count);
    dp_status status = dpi_alloc(ctx, most, sizeof(char *), "names", &memory);
    if (status != DP_OK)
        return status;
    const char **names = memory;
    for (int i = 0; i < count; i++)
        names[i] = tensors[i].name;
    status = check_strings(ctx, path, "name", names, (size_t)count);
    for (int i = 0; i < metadata_count; i++)
        names[i] = metadata[2 * i];
    if (status == DP_OK)
        status = check_strings(ctx, path, "key", names, (size_t)metadata_count);
    for (int i = 0; i < metadata_count && status == DP_OK; i++)
        status = check_strings(ctx, path, "text", (const char *[]){metadata[2 * i + 1]}, 1);
    dpi_free(ctx, memory);
    return status;
}

static dpi_stored_type stored_type(const dp_tensor *tensor)
{
    dpi_stored stored = as_half(tensor) ? DPI_STORED_F16 : 0;
    while (!as_half(tensor) && dpi_stored_type_of(stored).dtype != tensor->array->dtype)
        stored++;
    return dpi_stored_type_of(stored);
}

static size_t stored_bytes(const dp_tensor *tensor)
{
    return (size_t)dp_array_elems(tensor->array) * stored_type(tensor).bytes;
}

static dp_status add_metadata(dp_text *text, const char *const *metadata, int metadata_count)
{
    dp_status status = dp_text_addf(text, "\"" DPI_METADATA_KEY "\":{");
    for (int i = 0; i < metadata_count && status == DP_OK; i++) {
        if (i)
            status = dp_text_add(text, ",", 1);
        if (status == DP_OK)
            status = dp_text_json_string(text, metadata[2 * i]);
        if (status == DP_OK)
            status = dp_text_add(text, ":", 1);
        if (status == DP_OK)
            status = dp_text_json_string(text, metadata[2 * i + 1]);
    }
    return status == DP_OK ? dp_text_add(text, "}", 1) : status;
}

static dp_status add_tensor(dp_text *text, const dp_tensor *tensor, size_t begin)
{
    dp_status status = dp_text_json_string(text, tensor->name);
    if (status == DP_OK)
        status = dp_text_addf(text, ":{\"dtype\":\"%s\",\"shape\":[", stored_type(tensor).name);
    for (int i = 0; i < tensor->array->shape.rank && status == DP_OK; i++)
        status = dp_text_addf(text, i ? ",%lld" : "%lld", (long long)tensor->array->shape.dims[i]);
    if (status != DP_OK)
        return status;
    return dp_text_addf(text, "],\"data_offsets\":[%zu,%zu]}", begin, begin + stored_bytes(tensor));
}

/* Length, JSON, and spaces up to where the data begins. */
static dp_status add_header(dp_text *text, const dp_tensor *tensors, int count, const char *const *metadata,
                            int metadata_count)
{
    static const char length[DPI_LENGTH_BYTES + 1] = "01234567", spaces[DPI_DATA_ALIGN + 1] = "        ";
    size_t begin = 0;
    dp_status status = dp_text_add(text, length, DPI_LENGTH_BYTES);
    if (status == DP_OK)
        status = dp_text_add(text, "{", 1);
    if (status == DP_OK && metadata_count)
        status = add_metadata(text, metadata, metadata_count);
    for (int i = 0; i < count && status == DP_OK; i++) {
        if (i || metadata_count)
            status = dp_text_add(text, ",", 1);
        if (status == DP_OK)
            status = add_tensor(text, &tensors[i], begin);
        begin += stored_bytes(&tensors[i]);
    }
    if (status == DP_OK)
        status = dp_text_add(text, "}", 1);
    if (status == DP_OK)
        status = dp_text_add(text, spaces, (DPI_DATA_ALIGN - text->length % DPI_DATA_ALIGN) % DPI_DATA_ALIGN);
    if (status == DP_OK)
        dpi_store_le((uint8_t *)text->data, DPI_LENGTH_BYTES, text->length - DPI_LENGTH_BYTES);
    return status;
}

/* The elements as the file has them. */
static void convert(const dp_tensor *tensor, char *to)
{
    size_t size = dp_dtype_bytes(tensor->array->dtype), count = (size_t)dp_array_elems(tensor->array);
    for (size_t i = 0; i < count && as_half(tensor); i++)
        dpi_store_le((uint8_t *)to + 2 * i, 2, dpi_half_bits(dp_array_get(tensor->array, (int64_t)i)));
    if (as_half(tensor) || !count)
        return;
    memcpy(to, tensor->array->data, count * size);
    if (!dpi_host_is_little())
        dpi_swap_bytes(to, count, size);
}

/* The arrays themselves, or where the file has other bytes copies in *converted. */
static dp_status add_pieces(dp_ctx *ctx, const dp_tensor *tensors, int count, dpi_piece *pieces, void **converted)
{
    size_t total = 0;
    for (int i = 0; i < count; i++) {
        pieces[i] = (dpi_piece){tensors[i].array->data, stored_bytes(&tensors[i])};
        total += as_half(&tensors[i]) || !dpi_host_is_little() ? pieces[i].count : 0;
    }
    dp_status status = total ? dpi_alloc_raw(ctx, total, 1, "tensors in file order", converted) : DP_OK;
    char *to = *converted;
    for (int i = 0; i < count && status == DP_OK && total; i++) {
        if (!as_half(&tensors[i]) && dpi_host_is_little())
            continue;
        convert(&tensors[i], to);
        pieces[i].bytes = to;
        to += pieces[i].count;
    }
    return status;
}

dp_status dp_safetensors_write(dp_ctx *ctx, const char *path, const dp_tensor *tensors, int count,
                               const char *const *metadata, int metadata_count)
{
    dp_text header = {.ctx = ctx};
    void *pieces = NULL, *converted = NULL;
    if (count < 0 || metadata_count < 0)
        return dpi_fail(ctx, DP_ERR_ARG, "%s: a count is negative", path);
    for (int i = 0; i < 2 * metadata_count; i++)
        if (!metadata[i])
            return dpi_fail(ctx, DP_ERR_ARG, "%s: metadata %d is NULL", path, i);
    dp_status status = check_tensors(ctx, path, tensors, count);
    if (status == DP_OK)
        status = check_names(ctx, path, tensors, count, metadata, metadata_count);
    if (status == DP_OK)
        status = add_header(&header, tensors, count, metadata, metadata_count);
    if (status != DP_OK)
        goto fail;
    status = dpi_alloc(ctx, (size_t)count + 1, sizeof(dpi_piece), "pieces of a file", &pieces);
    if (status != DP_OK)
        goto fail;
    *(dpi_piece *)pieces = (dpi_piece){header.data, header.length};
    status = add_pieces(ctx, tensors, count, (dpi_piece *)pieces + 1, &converted);
    if (status == DP_OK)
        status = dpi_file_write_pieces(ctx, path, pieces, count + 1);
fail:
    dpi_free(ctx, converted);
    dpi_free(ctx, pieces);
    dp_text_free(&header);
    return status;
}
