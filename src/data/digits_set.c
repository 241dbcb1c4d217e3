/* The built-in digits as arrays. */
#include "base/fail.h"
#include "data/dataset.h"
#include "data/digits.h"

dp_status dp_digits_draw(dp_ctx *ctx, uint64_t seed, dp_split split, int64_t first, int64_t n, dp_array **x,
                         dp_array **t)
{
    enum { SIDE = 28 };
    dp_array *pixels = NULL, *classes = NULL;
    if (first < 0 || n < 0)
        return dpi_fail(ctx, DP_ERR_RANGE, "digits: from %lld on %lld digits cannot be drawn", (long long)first,
                        (long long)n);
    dp_status status = dp_array_new(ctx, DP_U8, dp_shape_of(3, (int64_t[]){n, SIDE, SIDE}), &pixels);
    if (status == DP_OK)
        status = dp_array_new(ctx, DP_I64, dp_shape_of(1, (int64_t[]){n}), &classes);
    if (status != DP_OK)
        goto fail;
    for (int64_t i = 0; i < n; i++)
        ((int64_t *)classes->data)[i] = dpi_digits_draw(seed, (uint32_t)split, (uint64_t)first + (uint64_t)i,
                                                        (uint8_t *)pixels->data + i * SIDE * SIDE);
    *x = pixels;
    *t = classes;
    return DP_OK;
fail:
    dp_array_free(&pixels);
    dp_array_free(&classes);
    return status;
}
