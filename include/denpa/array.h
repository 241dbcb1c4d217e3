/* Arrays: a dtype, a shape and numbers in row-major (C, NumPy) order. */
#ifndef DENPA_ARRAY_H
#define DENPA_ARRAY_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/context.h>
#include <denpa/export.h>
#include <denpa/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DP_MAX_RANK 8

/* X(constant, number, NumPy's name, bytes per element, C type). In the order of promotion: mixing two dtypes gives the
 * later one (int64 with float32 gives float32, as in PyTorch). */
#define DP_DTYPE_MAP(X)                    \
    X(DP_BOOL, 1, "bool", 1, uint8_t)      \
    X(DP_U8, 2, "uint8", 1, uint8_t)       \
    X(DP_I64, 3, "int64", 8, int64_t)      \
    X(DP_F32, 4, "float32", 4, float)      \
    X(DP_F64, 5, "float64", 8, double)

typedef enum dp_dtype {
    DP_DTYPE_NONE = 0,
#define DP_DTYPE_ENUM_(name, number, text, bytes, type) name = number,
    DP_DTYPE_MAP(DP_DTYPE_ENUM_)
#undef DP_DTYPE_ENUM_
} dp_dtype;

/* NumPy's name of the dtype, "none" for DP_DTYPE_NONE; bytes per element, 0 for DP_DTYPE_NONE; is it f32 or f64. */
DP_API const char *dp_dtype_name(dp_dtype dtype);
DP_API size_t dp_dtype_bytes(dp_dtype dtype);
DP_API int dp_dtype_is_float(dp_dtype dtype);

/* A shape: dims[0] is the outermost axis. rank 0 is a scalar. Entries past the rank are 0. */
typedef struct dp_shape {
    int32_t rank;
    int64_t dims[DP_MAX_RANK];
} dp_shape;

/* Makes a shape from `rank` dims, e.g. dp_shape_of(2, (int64_t[]){2, 3}). A rank outside 0..DP_MAX_RANK gives rank -1,
 * which every function refuses with DP_ERR_SHAPE. dp_shape_scalar() is rank 0. */
DP_API dp_shape dp_shape_of(int rank, const int64_t *dims);
DP_API dp_shape dp_shape_scalar(void);
DP_API int dp_shape_equal(dp_shape a, dp_shape b);

/* The number of elements (1 for a scalar); -1 if a dim is negative, the rank is out of range, or the product overflows. */
DP_API int64_t dp_shape_elems(dp_shape shape);

/* Writes the shape as NumPy does: "()", "(3,)", "(2, 3)". Returns buffer. 192 bytes suffice for any shape. */
#define DP_SHAPE_TEXT_BYTES 192
DP_API char *dp_shape_text(dp_shape shape, char *buffer, size_t buffer_bytes);

/* An array. ctx is the context that owns data, or NULL when the data is borrowed: then whoever filled in the struct keeps
 * data alive, and an array may simply be written down:
 *     dp_array x = {.dtype = DP_F32, .shape = dp_shape_of(2, (int64_t[]){2, 3}), .data = numbers};
 * Elements of DP_BOOL are 0 or 1. */
typedef struct dp_array {
    dp_ctx *ctx;
    dp_dtype dtype;
    dp_shape shape;
    void *data;
} dp_array;

/* Makes an array of zeros, data aligned to 64 bytes.
 *
 * *out     owned by the caller; free with dp_array_free
 * Errors   DP_ERR_DTYPE, DP_ERR_SHAPE, DP_ERR_NOMEM (says how many bytes); *out is untouched.
 */
DP_API dp_status dp_array_new(dp_ctx *ctx, dp_dtype dtype, dp_shape shape, dp_array **out);

/* Makes a copy of src converted to dtype (as NumPy's astype; float to int64 truncates toward zero, and NaN or what does not
 * fit gives the smallest int64; to bool is != 0). Errors as dp_array_new. */
DP_API dp_status dp_array_convert(dp_ctx *ctx, const dp_array *src, dp_dtype dtype, dp_array **out);

/* Frees an array made by denpa and sets *array to NULL; NULL and a pointer to NULL are fine. */
DP_API void dp_array_free(dp_array **array);

/* Elements and bytes of an array. */
DP_API int64_t dp_array_elems(const dp_array *array);
DP_API size_t dp_array_bytes(const dp_array *array);

/* The element at flat (row-major) index i as a double; i must be inside (NaN if it is not). int64 beyond 2^53 rounds. */
DP_API double dp_array_get(const dp_array *array, int64_t i);

#ifdef __cplusplus
}
#endif
#endif
