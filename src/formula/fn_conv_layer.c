/* conv: the layer of a convolution. */
#include <inttypes.h>

#include "formula/functions.h"
#include "formula/layers.h"
#include "formula/planes.h"
#include "graph/graph_internal.h"

/* The shape of W: [out, C / groups, kernel...], and how many numbers one result is made of. */
static dp_status kernels(dp_scope *s, const dpi_object *args, dp_shape x, const dp_conv *how, dp_shape *w,
                         int64_t *fan_in)
{
    int axes = x.rank - 2;
    int64_t kernel[2] = {1, 1}, groups = how->groups ? how->groups : 1;
    *w = (dp_shape){.rank = x.rank};
    DPI_TRY(dpi_object_whole(s, &args[1], "conv: out", &w->dims[0]));
    if (w->dims[0] < 1)
        return dpi_object_fail(s, &args[1], DP_ERR_RANGE, "conv: out must be at least 1");
    DPI_TRY(dpi_pair(s, &args[2], "conv: kernel_size", axes, 1, kernel));
    if (x.dims[1] % groups)
        return dpi_object_fail(s, &args[6], DP_ERR_SHAPE,
                               "conv: %" PRId64 " groups do not divide the %" PRId64 " channels of x %s", groups,
                               x.dims[1], DPI_SHAPE_WORDS(x));
    w->dims[1] = x.dims[1] / groups;
    for (int i = 0; i < axes; i++)
        w->dims[2 + i] = kernel[2 - axes + i];
    dp_shape one = *w;
    one.dims[0] = 1;
    *fan_in = dp_shape_elems(one);
    return *fan_in >= 0 ? DP_OK : dpi_object_fail(s, &args[2], DP_ERR_RANGE, "conv: the kernel is too large");
}

dp_status dpi_fn_conv(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x, w, b;
    dp_conv how;
    dp_init init;
    dp_shape w_shape;
    int64_t fan_in = 0;
    int bias = 1;
    DPI_TRY(dpi_object_value(s, &args[0], "conv: x", &x));
    dp_shape shape = dp_val_shape(s->graph, x);
    if (shape.rank != 3 && shape.rank != 4)
        return dpi_object_fail(s, &args[0], DP_ERR_SHAPE,
                               "conv: x is %s; it must be [N, C, H, W] or [N, C, L] (reshape it)",
                               DPI_SHAPE_WORDS(shape));
    DPI_TRY(dpi_read_conv(s, &args[3], &args[4], &args[5], &args[6], shape.rank - 2, &how));
    DPI_TRY(kernels(s, args, shape, &how, &w_shape, &fan_in));
    DPI_TRY(dpi_layer_init(s, "conv", &args[7], &args[8], &init));
    if (dpi_given(&args[9]))
        DPI_TRY(dpi_object_truth(s, &args[9], "conv: bias", &bias));
    DPI_TRY(dpi_layer_params(s, "conv", w_shape, fan_in, init, bias ? w_shape.dims[0] : 0, &w, &b));
    return dpi_scope_value(s, (shape.rank == 4 ? dp_conv2d : dp_conv1d)(s->graph, x, w, b, &how), out);
}
