#include <denpa/array.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"

const char *dp_dtype_name(dp_dtype dtype)
{
    switch (dtype) {
#define NAME_CASE(name, number, text, bytes, type) \
    case name: return text;
        DP_DTYPE_MAP(NAME_CASE)
#undef NAME_CASE
    case DP_DTYPE_NONE: break;
    }
    return "none";
}

size_t dp_dtype_bytes(dp_dtype dtype)
{
    switch (dtype) {
#define BYTES_CASE(name, number, text, bytes, type) \
    case name: return bytes;
        DP_DTYPE_MAP(BYTES_CASE)
#undef BYTES_CASE
    case DP_DTYPE_NONE: break;
    }
    return 0;
}

int dp_dtype_is_float(dp_dtype dtype)
{
    return dtype == DP_F32 || dtype == DP_F64;
}

dp_shape dp_shape_of(int rank, const int64_t *dims)
{
    dp_shape shape = {.rank = rank};
    if (rank < 0 || rank > DP_MAX_RANK) return (dp_shape){.rank = -1};
    for (int i = 0; i < rank; i++) shape.dims[i] = dims[i];
    return shape;
}

dp_shape dp_shape_scalar(void)
{
    return (dp_shape){0};
}

int dp_shape_equal(dp_shape a, dp_shape b)
{
    if (a.rank != b.rank) return 0;
    for (int i = 0; i < a.rank; i++)
        if (a.dims[i] != b.dims[i]) return 0;
    return 1;
}

int64_t dp_shape_elems(dp_shape shape)
{
    if (shape.rank < 0 || shape.rank > DP_MAX_RANK) return -1;
    int64_t elems = 1;
    bool empty = false;
    for (int i = 0; i < shape.rank; i++) {
        if (shape.dims[i] < 0) return -1;
        if (shape.dims[i] == 0) empty = true;
        else if (!dpi_mul_i64(elems, shape.dims[i], &elems)) return -1;
    }
    return empty ? 0 : elems;
}

char *dp_shape_text(dp_shape shape, char *buffer, size_t buffer_bytes)
{
    size_t used = (size_t)snprintf(buffer, buffer_bytes, "(");
    for (int i = 0; i < shape.rank && used < buffer_bytes; i++)
        used += (size_t)snprintf(buffer + used, buffer_bytes - used, i ? ", %lld" : "%lld", (long long)shape.dims[i]);
    if (used < buffer_bytes) snprintf(buffer + used, buffer_bytes - used, shape.rank == 1 ? ",)" : ")");
    return buffer;
}

dp_status dp_array_new(dp_ctx *ctx, dp_dtype dtype, dp_shape shape, dp_array **out)
{
    char text[DP_SHAPE_TEXT_BYTES];
    size_t size = dp_dtype_bytes(dtype);
    if (!size) return dpi_fail(ctx, DP_ERR_DTYPE, "array: %d is no dtype", (int)dtype);
    int64_t elems = dp_shape_elems(shape);
    if (elems < 0)
        return dpi_fail(ctx, DP_ERR_SHAPE, "array: %s is no shape (negative, too many axes, or too large)",
                        dp_shape_text(shape, text, sizeof text));
    void *array = NULL, *data = NULL;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dp_array), "array", &array);
    if (status != DP_OK) return status;
    status = dpi_alloc(ctx, (size_t)elems, size, "array", &data);
    if (status != DP_OK) {
        snprintf(text, sizeof text, "array of %s ", dp_dtype_name(dtype)); /* here, and not before: it takes longer than all the rest */
        dp_shape_text(shape, text + strlen(text), sizeof text - strlen(text));
        (void)dpi_no_memory(ctx, (size_t)elems, size, text);
        dpi_free(ctx, array);
        return status;
    }
    *(dp_array *)array = (dp_array){.ctx = ctx, .dtype = dtype, .shape = shape, .data = data};
    *out = array;
    return DP_OK;
}

void dp_array_free(dp_array **array)
{
    if (!array || !*array) return;
    dp_ctx *ctx = (*array)->ctx;
    if (ctx) {
        dpi_free(ctx, (*array)->data);
        dpi_free(ctx, *array);
    }
    *array = NULL;
}

int64_t dp_array_elems(const dp_array *array)
{
    return dp_shape_elems(array->shape);
}

size_t dp_array_bytes(const dp_array *array)
{
    int64_t elems = dp_shape_elems(array->shape);
    return elems < 0 ? 0 : (size_t)elems * dp_dtype_bytes(array->dtype);
}

double dp_array_get(const dp_array *array, int64_t i)
{
    if (!array->data || i < 0 || i >= dp_shape_elems(array->shape)) return NAN;
    switch (array->dtype) {
    case DP_BOOL:
    case DP_U8: return ((const uint8_t *)array->data)[i];
    case DP_I64: return (double)((const int64_t *)array->data)[i];
    case DP_F32: return ((const float *)array->data)[i];
    case DP_F64: return ((const double *)array->data)[i];
    case DP_DTYPE_NONE: break;
    }
    return NAN;
}

/* As the x86 instruction does it and NumPy shows it: what does not fit is the smallest int64. */
static int64_t truncated(double value)
{
    return value >= -9223372036854775808.0 && value < 9223372036854775808.0 ? (int64_t)value : INT64_MIN;
}

static void convert(const dp_array *src, dp_array *dst, int64_t elems)
{
    for (int64_t i = 0; i < elems; i++) {
        bool exact = src->dtype == DP_I64;
        int64_t whole = exact ? ((const int64_t *)src->data)[i] : 0;
        double value = exact ? (double)whole : dp_array_get(src, i);
        switch (dst->dtype) {
        case DP_BOOL: ((uint8_t *)dst->data)[i] = value != 0; break;
        case DP_U8: ((uint8_t *)dst->data)[i] = (uint8_t)(exact ? whole : truncated(value)); break;
        case DP_I64: ((int64_t *)dst->data)[i] = exact ? whole : truncated(value); break;
        case DP_F32: ((float *)dst->data)[i] = exact ? (float)whole : (float)value; break;
        case DP_F64: ((double *)dst->data)[i] = value; break;
        case DP_DTYPE_NONE: break;
        }
    }
}

dp_status dp_array_convert(dp_ctx *ctx, const dp_array *src, dp_dtype dtype, dp_array **out)
{
    dp_array *array;
    dp_status status = dp_array_new(ctx, dtype, src->shape, &array);
    if (status != DP_OK) return status;
    if (dtype == src->dtype) memcpy(array->data, src->data, dp_array_bytes(src));
    else convert(src, array, dp_array_elems(src));
    *out = array;
    return DP_OK;
}
