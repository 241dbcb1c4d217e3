/* Convolution and pooling: functions of arrays. The layer that makes its own kernels is in fn_layer.c. */
#include "formula/functions.h"

#include <inttypes.h>

#include "formula/planes.h"

dp_status dpi_pair(dp_scope *s, const dpi_object *object, const char *what, int axes, int64_t least, int64_t pair[2])
{
    dp_shape list;
    if (!dpi_given(object))
        return DP_OK;
    DPI_TRY(dpi_object_shape(s, object, what, &list));
    if (list.rank != 1 && list.rank != axes)
        return dpi_object_fail(s, object, DP_ERR_ARG,
                               axes == 2 ? "%s must be one number, or two: (height, width)" : "%s must be one number",
                               what);
    for (int i = 2 - axes; i < 2; i++) {
        pair[i] = list.rank == 1 ? list.dims[0] : list.dims[i];
        if (pair[i] < least)
            return dpi_object_fail(s, object, DP_ERR_RANGE, "%s is %" PRId64 "; it must be at least %" PRId64, what,
                                   pair[i], least);
    }
    return DP_OK;
}

dp_status dpi_read_conv(dp_scope *s, const dpi_object *stride, const dpi_object *padding, const dpi_object *dilation,
                        const dpi_object *groups, int axes, dp_conv *how)
{
    *how = (dp_conv){0};
    DPI_TRY(dpi_pair(s, stride, "stride", axes, 1, how->stride));
    DPI_TRY(dpi_pair(s, padding, "padding", axes, 0, how->padding));
    DPI_TRY(dpi_pair(s, dilation, "dilation", axes, 1, how->dilation));
    if (!dpi_given(groups))
        return DP_OK;
    DPI_TRY(dpi_object_whole(s, groups, "groups", &how->groups));
    return how->groups >= 1 ? DP_OK : dpi_object_fail(s, groups, DP_ERR_RANGE, "groups must be at least 1");
}

typedef dp_val conv_op(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how);

static dp_status arrays(dp_scope *s, const dpi_object *args, const dp_conv *how, conv_op *op, dpi_object *out)
{
    dp_val x, w, b = DP_VAL_NONE;
    DPI_TRY(dpi_object_value(s, &args[0], "x", &x));
    DPI_TRY(dpi_object_value(s, &args[1], "W", &w));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_value(s, &args[2], "b", &b));
    return dpi_scope_value(s, op(s->graph, x, w, b, how), out);
}

/* x, W, b, stride, padding, dilation, groups */
static dp_status conv(dp_scope *s, const dpi_object *args, conv_op *op, int axes, dpi_object *out)
{
    dp_conv how;
    DPI_TRY(dpi_read_conv(s, &args[3], &args[4], &args[5], &args[6], axes, &how));
    return arrays(s, args, &how, op, out);
}

/* x, W, b, stride, padding, output_padding, groups, dilation */
static dp_status conv_transpose(dp_scope *s, const dpi_object *args, conv_op *op, int axes, dpi_object *out)
{
    dp_conv how;
    DPI_TRY(dpi_read_conv(s, &args[3], &args[4], &args[7], &args[6], axes, &how));
    DPI_TRY(dpi_pair(s, &args[5], "output_padding", axes, 0, how.output_padding));
    return arrays(s, args, &how, op, out);
}

typedef dp_val pool_op(dp_graph *g, dp_val x, const dp_pool *how);

/* x, kernel_size, stride, padding, dilation or count_include_pad */
static dp_status pool(dp_scope *s, const dpi_object *args, pool_op *op, int axes, int is_max, dpi_object *out)
{
    dp_val x;
    dp_pool how = {0};
    int count_padding = 1;
    DPI_TRY(dpi_object_value(s, &args[0], "x", &x));
    DPI_TRY(dpi_pair(s, &args[1], "kernel_size", axes, 1, how.kernel));
    DPI_TRY(dpi_pair(s, &args[2], "stride", axes, 1, how.stride));
    DPI_TRY(dpi_pair(s, &args[3], "padding", axes, 0, how.padding));
    if (is_max)
        DPI_TRY(dpi_pair(s, &args[4], "dilation", axes, 1, how.dilation));
    else if (dpi_given(&args[4]))
        DPI_TRY(dpi_object_truth(s, &args[4], "count_include_pad", &count_padding));
    how.count_real = !count_padding;
    return dpi_scope_value(s, op(s->graph, x, &how), out);
}

#define DEFINE(name, call)                                                                      \
    dp_status dpi_fn_##name(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out) \
    {                                                                                           \
        (void)count;                                                                            \
        return call;                                                                            \
    }

DEFINE(conv2d, conv(s, args, dp_conv2d, 2, out))
DEFINE(conv1d, conv(s, args, dp_conv1d, 1, out))
DEFINE(conv_transpose2d, conv_transpose(s, args, dp_conv_transpose2d, 2, out))
DEFINE(conv_transpose1d, conv_transpose(s, args, dp_conv_transpose1d, 1, out))
DEFINE(max_pool2d, pool(s, args, dp_max_pool2d, 2, 1, out))
DEFINE(max_pool1d, pool(s, args, dp_max_pool1d, 1, 1, out))
DEFINE(avg_pool2d, pool(s, args, dp_avg_pool2d, 2, 0, out))
DEFINE(avg_pool1d, pool(s, args, dp_avg_pool1d, 1, 0, out))

static dp_status global(dp_scope *s, const dpi_object *args, dp_val op(dp_graph *, dp_val), dpi_object *out)
{
    dp_val x;
    DPI_TRY(dpi_object_value(s, &args[0], "x", &x));
    return dpi_scope_value(s, op(s->graph, x), out);
}

DEFINE(global_max_pool2d, global(s, args, dp_global_max_pool2d, out))
DEFINE(global_avg_pool2d, global(s, args, dp_global_avg_pool2d, out))
