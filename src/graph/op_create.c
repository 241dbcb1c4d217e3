/* Arrays made from nothing. */
#include "graph/graph_internal.h"

#include <math.h>

dp_val dp_full(dp_graph *g, dp_shape shape, dp_dtype dtype, double value)
{
    dp_val number = dpi_number(g, dtype, value);
    return dp_broadcast_to(g, number, shape);
}

static void store(dp_array *array, int64_t i, double value)
{
    switch (array->dtype) {
    case DP_BOOL: ((uint8_t *)array->data)[i] = value != 0; break;
    case DP_U8: ((uint8_t *)array->data)[i] = (uint8_t)value; break;
    case DP_I64: ((int64_t *)array->data)[i] = (int64_t)value; break;
    case DP_F32: ((float *)array->data)[i] = (float)value; break;
    case DP_F64: ((double *)array->data)[i] = value; break;
    case DP_DTYPE_NONE: break;
    }
}

static dp_array *new_array(dp_graph *g, dp_dtype dtype, dp_shape shape)
{
    dp_array *array = NULL;
    if (g->status != DP_OK) return NULL;
    dp_status status = dp_array_new(g->ctx, dtype, shape, &array);
    if (status != DP_OK) dpi_graph_adopt_failure(g, status);
    return array;
}

dp_val dp_arange(dp_graph *g, double start, double stop, double step, dp_dtype dtype)
{
    if (dtype != DP_I64 && !dp_dtype_is_float(dtype))
        return dpi_graph_fail(g, DP_ERR_DTYPE, "arange: the dtype must be int64, float32 or float64, not %s",
                              dp_dtype_name(dtype));
    double count = ceil((stop - start) / step);
    if (step == 0 || isnan(count))
        return dpi_graph_fail(g, DP_ERR_ARG, "arange: no way from %g to %g by steps of %g", start, stop, step);
    if (count < 0) count = 0;
    if (count > 0x1p53)
        return dpi_graph_fail(g, DP_ERR_NOMEM, "arange: %g elements are more than memory can hold", count);
    bool exact = dtype != DP_I64 ||
                 (start == floor(start) && step == floor(step) && fabs(start) < 0x1p62 && fabs(stop) < 0x1p62);
    if (!exact) return dpi_graph_fail(g, DP_ERR_ARG, "arange: %g and %g are no integers of int64", start, step);
    dp_array *array = new_array(g, dtype, dp_shape_of(1, (int64_t[]){(int64_t)count}));
    if (!array) return DP_VAL_NONE;
    for (int64_t i = 0; i < (int64_t)count; i++) store(array, i, start + (double)i * step);
    return dp_const_take(g, &array);
}

dp_val dp_eye(dp_graph *g, int64_t n, dp_dtype dtype)
{
    dp_array *array = new_array(g, dtype, dp_shape_of(2, (int64_t[]){n, n}));
    if (!array) return DP_VAL_NONE;
    for (int64_t i = 0; i < n; i++) store(array, i * n + i, 1);
    return dp_const_take(g, &array);
}

static dp_val random_array(dp_graph *g, dp_op op, dp_shape shape, double low, double high, uint64_t seed,
                           uint64_t stream)
{
    dpi_node node = {.op = op, .shape = shape, .attrs.range = {low, high}, .seed = seed, .stream = stream};
    return dpi_graph_add(g, &node, NULL, 0);
}

dp_val dp_random_normal(dp_graph *g, dp_shape shape, double mean, double std, uint64_t seed, uint64_t stream)
{
    return random_array(g, DP_OP_RANDOM_NORMAL, shape, mean, std, seed, stream);
}

dp_val dp_random_uniform(dp_graph *g, dp_shape shape, double low, double high, uint64_t seed, uint64_t stream)
{
    return random_array(g, DP_OP_RANDOM_UNIFORM, shape, low, high, seed, stream);
}
