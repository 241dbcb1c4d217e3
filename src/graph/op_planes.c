/* Convolution and pooling. Signals [N, C, L] are planes [N, C, 1, L]: reshaping costs nothing. */
#include "graph/graph_internal.h"

#include <inttypes.h>

static dpi_window window_of(int axes, const int64_t stride[2], const int64_t padding[2], const int64_t dilation[2])
{
    dpi_window window = {.groups = 1, .stride = {1, 1}, .dilation = {1, 1}};
    for (int i = 2 - axes; i < 2; i++) {
        window.stride[i] = stride[i] ? stride[i] : 1;
        window.padding[i] = padding[i];
        window.dilation[i] = dilation[i] ? dilation[i] : 1;
    }
    return window;
}

static dpi_window conv_window(int axes, const dp_conv *how)
{
    dp_conv usual = {0};
    if (!how)
        how = &usual;
    dpi_window window = window_of(axes, how->stride, how->padding, how->dilation);
    window.groups = how->groups ? how->groups : 1;
    return window;
}

dp_val dpi_conv(dp_graph *g, dp_op op, dp_val a, dp_val b, dpi_window window)
{
    dpi_node node = {.op = op, .attrs.window = window};
    dp_val inputs[2] = {a, b};
    return dpi_graph_add(g, &node, inputs, 2);
}

dp_val dpi_pool(dp_graph *g, dp_op op, dp_val a, dp_val b, dpi_window window)
{
    dpi_node node = {.op = op, .attrs.window = window};
    dp_val inputs[2] = {a, b};
    return dpi_graph_add(g, &node, inputs, b ? 2 : 1);
}

/* The operands in one floating dtype; a window of one axis makes planes of height 1 of signals. False with the error in
 * g. */
typedef struct planes {
    dp_graph *g;
    const char *op;
    int axes; /* of the window: 1 or 2 */
    dp_val x, w, b;
} planes;

static bool is_rank(const planes *p, dp_val v, const char *letter, const char *wanted)
{
    if (dp_val_shape(p->g, v).rank == p->axes + 2)
        return true;
    dpi_graph_fail(p->g, DP_ERR_SHAPE, "%s: %s is %s; it must be %s", p->op, DPI_OPERAND_WORDS(p->g, v, letter),
                   DPI_SHAPE_WORDS(dp_val_shape(p->g, v)), wanted);
    return false;
}

/* [A, B, L] as [A, B, 1, L]. */
static dp_val raised(const planes *p, dp_val v)
{
    dp_shape shape = dp_val_shape(p->g, v);
    if (!v || p->axes == 2)
        return v;
    shape.rank = 4;
    shape.dims[3] = shape.dims[2];
    shape.dims[2] = 1;
    return dpi_reshape(p->g, v, shape);
}

static dp_val lowered(const planes *p, dp_val v)
{
    dp_shape shape = dp_val_shape(p->g, v);
    if (!v || p->axes == 2)
        return v;
    shape.rank = 3;
    shape.dims[2] = shape.dims[3];
    return dpi_reshape(p->g, v, shape);
}

static bool open_conv(planes *p)
{
    dp_graph *g = p->g;
    if (!dpi_graph_usable(g, p->op, p->x) || !dpi_graph_usable(g, p->op, p->w) ||
        (p->b && !dpi_graph_usable(g, p->op, p->b)))
        return false;
    if (!is_rank(p, p->x, "x", p->axes == 2 ? "[N, C, H, W]" : "[N, C, L]") ||
        !is_rank(p, p->w, "W", p->axes == 2 ? "four axes, kernels of [KH, KW]" : "three axes, kernels of [K]"))
        return false;
    dp_dtype dtype = dpi_promote(g, p->x, p->w);
    if (!dp_dtype_is_float(dtype))
        dtype = g->float_dtype;
    p->x = raised(p, dpi_coerce(g, p->x, dtype));
    p->w = raised(p, dpi_coerce(g, p->w, dtype));
    return p->x && p->w;
}

/* y plus one number for each channel. */
static dp_val close_conv(const planes *p, dp_val y)
{
    if (!y || !p->b)
        return lowered(p, y);
    dp_shape b = dp_val_shape(p->g, p->b), column = {.rank = 3, .dims = {0, 1, 1}};
    column.dims[0] = dp_val_shape(p->g, y).dims[1];
    if (b.rank != 1 || b.dims[0] != column.dims[0])
        return dpi_graph_fail(p->g, DP_ERR_SHAPE,
                              "%s: %s is %s; it must hold one number for each of the %" PRId64 " filters", p->op,
                              DPI_OPERAND_WORDS(p->g, p->b, "b"), DPI_SHAPE_WORDS(b), column.dims[0]);
    return lowered(p, dp_add(p->g, y, dpi_reshape(p->g, p->b, column)));
}

static dp_val conv(planes p, const dp_conv *how)
{
    if (!open_conv(&p))
        return DP_VAL_NONE;
    return close_conv(&p, dpi_conv(p.g, DP_OP_CONV2D, p.x, p.w, conv_window(p.axes, how)));
}

dp_val dp_conv2d(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how)
{
    return conv((planes){g, "conv2d", 2, x, w, b}, how);
}

dp_val dp_conv1d(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how)
{
    return conv((planes){g, "conv1d", 1, x, w, b}, how);
}

/* The size of the result along one axis; -1 with the error in g. */
static int64_t transposed_size(const planes *p, const dpi_window *window, int axis, int64_t extra)
{
    int64_t size = dp_val_shape(p->g, p->x).dims[2 + axis], kernel = dp_val_shape(p->g, p->w).dims[2 + axis];
    int64_t stride = window->stride[axis], padding = window->padding[axis], dilation = window->dilation[axis], out;
    if (extra < 0 || (extra > 0 && extra >= stride && extra >= dilation)) {
        dpi_graph_fail(p->g, DP_ERR_RANGE,
                       "%s: output_padding is %" PRId64 "; it must be smaller than the stride %" PRId64
                       " or the dilation %" PRId64,
                       p->op, extra, stride, dilation);
        return -1;
    }
    if (__builtin_mul_overflow(size - 1, stride, &out) || __builtin_mul_overflow(kernel - 1, dilation, &kernel) ||
        __builtin_mul_overflow(padding, 2, &padding) || __builtin_add_overflow(out, kernel, &out) ||
        __builtin_sub_overflow(out, padding, &out) || __builtin_add_overflow(out, extra + 1, &out) || out < 0) {
        dpi_graph_fail(p->g, DP_ERR_SHAPE,
                       "%s: nothing is left of %s %s: (%" PRId64 " - 1) * stride %" PRId64 " - 2 * padding %" PRId64
                       " + dilation %" PRId64 " * (kernel - 1) + output_padding %" PRId64 " + 1 is no size",
                       p->op, DPI_OPERAND_WORDS(p->g, p->x, "x"), DPI_SHAPE_WORDS(dp_val_shape(p->g, p->x)), size,
                       stride, window->padding[axis], dilation, extra);
        return -1;
    }
    return out;
}

static dp_val conv_transpose(planes p, const dp_conv *how)
{
    if (!open_conv(&p))
        return DP_VAL_NONE;
    dpi_window window = conv_window(p.axes, how);
    for (int i = 0; i < 2; i++) {
        window.plane[i] = transposed_size(&p, &window, i, how && i >= 2 - p.axes ? how->output_padding[i] : 0);
        if (window.plane[i] < 0)
            return DP_VAL_NONE;
    }
    return close_conv(&p, dpi_conv(p.g, DP_OP_CONV2D_INPUT, p.x, p.w, window));
}

dp_val dp_conv_transpose2d(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how)
{
    return conv_transpose((planes){g, "conv_transpose2d", 2, x, w, b}, how);
}

dp_val dp_conv_transpose1d(dp_graph *g, dp_val x, dp_val w, dp_val b, const dp_conv *how)
{
    return conv_transpose((planes){g, "conv_transpose1d", 1, x, w, b}, how);
}

/* ---- Pools ---- */

static dp_val pool(planes p, dp_op op, const dp_pool *how)
{
    if (!dpi_graph_usable(p.g, p.op, p.x) || !is_rank(&p, p.x, "x", p.axes == 2 ? "[N, C, H, W]" : "[N, C, L]"))
        return DP_VAL_NONE;
    dpi_window window = window_of(p.axes, how->stride, how->padding, how->dilation);
    for (int i = 2 - p.axes; i < 2; i++) {
        window.kernel[i] = how->kernel[i];
        if (!how->stride[i])
            window.stride[i] = how->kernel[i];
    }
    if (p.axes == 1)
        window.kernel[0] = 1;
    window.count_real = op == DP_OP_AVG_POOL2D && how->count_real;
    p.x = raised(&p, dpi_coerce_float(p.g, p.x));
    return p.x ? lowered(&p, dpi_pool(p.g, op, p.x, DP_VAL_NONE, window)) : DP_VAL_NONE;
}

dp_val dp_max_pool2d(dp_graph *g, dp_val x, const dp_pool *how)
{
    return pool((planes){.g = g, .op = "max_pool2d", .axes = 2, .x = x}, DP_OP_MAX_POOL2D, how);
}

dp_val dp_avg_pool2d(dp_graph *g, dp_val x, const dp_pool *how)
{
    return pool((planes){.g = g, .op = "avg_pool2d", .axes = 2, .x = x}, DP_OP_AVG_POOL2D, how);
}

dp_val dp_max_pool1d(dp_graph *g, dp_val x, const dp_pool *how)
{
    return pool((planes){.g = g, .op = "max_pool1d", .axes = 1, .x = x}, DP_OP_MAX_POOL2D, how);
}

dp_val dp_avg_pool1d(dp_graph *g, dp_val x, const dp_pool *how)
{
    return pool((planes){.g = g, .op = "avg_pool1d", .axes = 1, .x = x}, DP_OP_AVG_POOL2D, how);
}

static dp_val global_pool(planes p, dp_op op)
{
    if (!dpi_graph_usable(p.g, p.op, p.x) || !is_rank(&p, p.x, "x", "[N, C, H, W]"))
        return DP_VAL_NONE;
    dp_shape shape = dp_val_shape(p.g, p.x);
    return pool(p, op, &(dp_pool){.kernel = {shape.dims[2], shape.dims[3]}});
}

dp_val dp_global_max_pool2d(dp_graph *g, dp_val x)
{
    return global_pool((planes){.g = g, .op = "global_max_pool2d", .axes = 2, .x = x}, DP_OP_MAX_POOL2D);
}

dp_val dp_global_avg_pool2d(dp_graph *g, dp_val x)
{
    return global_pool((planes){.g = g, .op = "global_avg_pool2d", .axes = 2, .x = x}, DP_OP_AVG_POOL2D);
}
