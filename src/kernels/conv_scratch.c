/* The work areas of the fast convolutions. */
#include "kernels/conv_lanes.h"
#include "kernels/conv_layout.h"

#include <stdbool.h>

/* Taps take the place of so many elements. */
static int64_t tap_elems(const dpk_conv_layout *l, size_t bytes)
{
    return dpk_conv_round((int64_t)(((size_t)l->taps * sizeof(dpk_conv_tap) + bytes - 1) / bytes));
}

/* Vectors of as many lanes as any level has, and tables of 4 bytes an element; `few` is for an image by itself. */
static int64_t lanes_scratch(dpk_op op, int64_t few, const dpk_conv_args *args)
{
    const dpk_lanes l = dpk_lanes_of(args);
    int64_t pooled = args->pool ? l.results : 0, images = args->channels * dpk_window_plane(&args->window);
    int64_t vectors = op == DPK_conv2d         ? l.planes + l.results
                      : op == DPK_conv2d_input ? args->filters * l.edged[0] * l.edged[1] + images + pooled
                                               : l.planes + l.results + l.tile_sums + l.spread;
    int64_t elems = vectors * DPK_CONV_LANES + dpk_conv_round(l.table + l.depth * l.kernel + l.share);
    few += dpk_conv_round(args->filters * dpk_window_places(&args->window));
    elems = elems > few ? elems : few;
    return elems <= INT32_MAX ? elems : -1;
}

/* The kernel without lanes that does the same. */
static dpk_op without_lanes(dpk_op op)
{
    return op == DPK_conv2d_lanes          ? DPK_conv2d
           : op == DPK_conv2d_lanes_input  ? DPK_conv2d_input
           : op == DPK_conv2d_lanes_weight ? DPK_conv2d_weight
                                           : op;
}

int64_t dpk_conv_scratch(dpk_op op, dpk_type type, const dpk_conv_args *args)
{
    const dpk_window *w = &args->window;
    const bool lanes = without_lanes(op) != op;
    op = without_lanes(op);
    double most = (double)args->channels + (double)args->filters + 1;
    for (int i = 0; i < 2; i++)
        most *= ((double)w->plane[i] + 2 * (double)w->padding[i] + (double)w->stride[i]) *
                (i ? 1 : (double)w->kernel[0] + 1);
    most *= (double)DPK_CONV_COLUMNS; /* images together, and rounding: far above what there is */
    if (most > 0x1p60)
        return -1;
    dpk_conv_layout l = dpk_conv_layout_of(args);
    int64_t taps = tap_elems(&l, type == DPK_f32 ? sizeof(float) : sizeof(double)), elems;
    if (op == DPK_conv2d)
        elems = dpk_conv_round(l.image) + DPK_CONV_ROWS * l.width;
    else if (op == DPK_conv2d_input)
        elems = args->filters * dpk_conv_gradient_step(&l) +
                DPK_CONV_ROWS * w->stride[0] * w->stride[1] * dpk_conv_round(l.phase);
    else
        elems = l.together * (dpk_conv_round(l.image) + l.gradient);
    bool fits =
        elems <= INT32_MAX && l.taps * args->filters <= INT32_MAX && l.kernel * args->filters * l.depth <= INT32_MAX;
    if (!fits)
        return -1;
    return lanes ? lanes_scratch(op, elems + taps, args) : elems + taps;
}
