/* Named arrays, and elements as safetensors stores them. */
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "base/half.h"
#include "file/safetensors.h"

dpi_stored_type dpi_stored_type_of(dpi_stored stored)
{
    static const dpi_stored_type types[] = {
#define STORED_ROW(name, bytes, dtype) {#name, bytes, dtype},
        DPI_SAFETENSORS_MAP(STORED_ROW)
#undef STORED_ROW
    };
    return stored < DPI_STORED_COUNT ? types[stored] : (dpi_stored_type){0};
}

/* The upper half of a float32. */
static float from_bfloat(uint64_t bits)
{
    uint32_t word = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

static void convert_integers(const uint8_t *bytes, size_t size, bool is_signed, int64_t n, int64_t *to)
{
    for (int64_t i = 0; i < n; i++, bytes += size) {
        uint64_t value = dpi_load_le(bytes, size);
        to[i] = is_signed ? dpi_sign_extend(value, size) : (int64_t)value;
    }
}

static void convert_floats(const uint8_t *bytes, bool brain, int64_t n, float *to)
{
    for (int64_t i = 0; i < n; i++, bytes += 2)
        to[i] = brain ? from_bfloat(dpi_load_le(bytes, 2)) : dpi_half_value((uint16_t)dpi_load_le(bytes, 2));
}

static void copy_elements(const uint8_t *bytes, dp_array *array)
{
    if (dp_array_bytes(array))
        memcpy(array->data, bytes, dp_array_bytes(array));
    if (!dpi_host_is_little())
        dpi_swap_bytes(array->data, (size_t)dp_array_elems(array), dp_dtype_bytes(array->dtype));
}

static dp_status check_bools(dp_ctx *ctx, const uint8_t *bytes, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (bytes[i] > 1)
            return dpi_fail(ctx, DP_ERR_FORMAT, "element %lld is %d, and a bool is 0 or 1", (long long)i, bytes[i]);
    return DP_OK;
}

dp_status dpi_stored_read(dp_ctx *ctx, dpi_stored stored, dp_shape shape, const uint8_t *bytes, dp_array **out)
{
    dpi_stored_type type = dpi_stored_type_of(stored);
    dp_array *array;
    dp_status status = stored == DPI_STORED_BOOL ? check_bools(ctx, bytes, dp_shape_elems(shape)) : DP_OK;
    if (status == DP_OK)
        status = dp_array_new(ctx, type.dtype, shape, &array);
    if (status != DP_OK)
        return status;
    int64_t n = dp_array_elems(array);
    switch (stored) {
    case DPI_STORED_I8:
    case DPI_STORED_I16:
    case DPI_STORED_I32:
        convert_integers(bytes, type.bytes, true, n, array->data);
        break;
    case DPI_STORED_U16:
    case DPI_STORED_U32:
        convert_integers(bytes, type.bytes, false, n, array->data);
        break;
    case DPI_STORED_F16:
    case DPI_STORED_BF16:
        convert_floats(bytes, stored == DPI_STORED_BF16, n, array->data);
        break;
    default:
        copy_elements(bytes, array);
    }
    *out = array;
    return DP_OK;
}

void dp_tensors_free(dp_tensors **tensors)
{
    if (!tensors || !*tensors)
        return;
    dp_tensors *t = *tensors;
    for (int i = 0; i < t->count; i++) {
        dpi_free(t->ctx, t->items[i].name);
        dp_array_free(&t->items[i].array);
    }
    for (int i = 0; i < 2 * t->metadata_count; i++)
        dpi_free(t->ctx, t->metadata[i]);
    dpi_free(t->ctx, t->items);
    dpi_free(t->ctx, t->metadata);
    dpi_free(t->ctx, t);
    *tensors = NULL;
}

int dp_tensors_count(const dp_tensors *tensors)
{
    return tensors->count;
}

dp_tensor dp_tensors_get(const dp_tensors *tensors, int i)
{
    if (i < 0 || i >= tensors->count)
        return (dp_tensor){0};
    const dpi_named *item = &tensors->items[i];
    return (dp_tensor){.name = item->name, .array = item->array, .float16 = item->float16};
}

const dp_array *dp_tensors_find(const dp_tensors *tensors, const char *name)
{
    for (int i = 0; i < tensors->count; i++)
        if (strcmp(tensors->items[i].name, name) == 0)
            return tensors->items[i].array;
    return NULL;
}

const char *dp_tensors_metadata(const dp_tensors *tensors, const char *key)
{
    for (int i = 0; i < tensors->metadata_count; i++)
        if (strcmp(tensors->metadata[2 * i], key) == 0)
            return tensors->metadata[2 * i + 1];
    return NULL;
}
