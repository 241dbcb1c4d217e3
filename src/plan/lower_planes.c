/* Convolution and pooling: image by image. */
#include "plan/lower.h"

static dpk_window window_of(const dpi_window *from, dp_shape plane, dp_shape places, dp_shape kernel)
{
    dpk_window window;
    for (int i = 0; i < 2; i++) {
        window.plane[i] = plane.dims[2 + i];
        window.places[i] = places.dims[2 + i];
        window.kernel[i] = kernel.dims[2 + i];
        window.stride[i] = from->stride[i];
        window.padding[i] = from->padding[i];
        window.dilation[i] = from->dilation[i];
    }
    return window;
}

/* Of x [N, C, H, W], w [O, C / groups, KH, KW] and y [N, O, OH, OW], whichever of them the node makes. */
static dpk_conv_args conv_args(const dpi_node *node, dp_shape x, dp_shape w, dp_shape y)
{
    return (dpk_conv_args){.images = x.dims[0],
                           .channels = x.dims[1],
                           .filters = w.dims[0],
                           .groups = node->attrs.window.groups,
                           .window = window_of(&node->attrs.window, x, y, w),
                           .pieces = 1};
}

/* Multiply-adds of one image. */
static double image_work(const dpk_conv_args *args)
{
    double work = (double)args->filters * (double)(args->channels / args->groups);
    for (int i = 0; i < 2; i++)
        work *= (double)args->window.places[i] * (double)args->window.kernel[i];
    return work;
}

/* A step whose units are images, or pieces of them; its work area goes with them. Planes too large for the fast kernels are
 * left to the plain ones. */
static dpk_conv_args *conv_step(dpi_build *build, dpk_op op, const dpi_node *node, const dpk_conv_args *shape)
{
    int64_t units = op == DPK_conv2d_weight ? shape->pieces : shape->images;
    double work = image_work(shape) * (double)shape->images;
    dpk_isa isa = build->isa;
    dpk_type type = dpk_type_of(node->dtype);
    int64_t scratch_elems = isa == DPK_ref ? 0 : dpk_conv_scratch(op, type, shape);
    build->plan->stats.flops += 2 * work;
    if (scratch_elems < 0)
        build->isa = DPK_ref, scratch_elems = 0;
    int32_t scratch = scratch_elems ? dpi_build_work(build, units, scratch_elems, dp_dtype_bytes(node->dtype)) : 0;
    dpk_conv_args *args =
        dpi_build_step(build, op, type, sizeof *args, units, 1, 1 + 0.02 * work / (double)(units ? units : 1));
    build->isa = isa;
    if (!args)
        return NULL;
    *args = *shape;
    args->scratch_elems = scratch_elems;
    if (scratch)
        dpi_build_write_rows(build, &args->scratch, scratch, units);
    return args;
}

/* An image after another. */
static void by_images(dpi_build *build, dp_val v, const dpi_node *node, dpk_op op, const dpk_conv_args *shape)
{
    const dpi_fusion *fusion = &build->fusions[v];
    dpk_conv_args *args = conv_step(build, op, node, shape);
    if (!args)
        return;
    args->activation = fusion->activation;
    if (fusion->bias)
        dpi_build_read(build, &args->bias, fusion->bias, 0);
    dpi_build_read_rows(build, &args->a, dpi_build_input(build, node, 0), shape->images);
    dpi_build_read(build, &args->b, dpi_build_input(build, node, 1), 0);
    dpi_build_write_rows(build, &args->y, v, shape->images);
}

static dp_shape input_shape(const dpi_build *build, const dpi_node *node, int i)
{
    return dpi_build_node(build, dpi_build_input(build, node, i))->shape;
}

void dpi_lower_conv(dpi_build *build, dp_val v, const dpi_node *node)
{
    dpk_conv_args shape = conv_args(node, input_shape(build, node, 0), input_shape(build, node, 1), node->shape);
    by_images(build, v, node, DPK_conv2d, &shape);
}

void dpi_lower_conv_input(dpi_build *build, dp_val v, const dpi_node *node)
{
    dpk_conv_args shape = conv_args(node, node->shape, input_shape(build, node, 1), input_shape(build, node, 0));
    by_images(build, v, node, DPK_conv2d_input, &shape);
}

/* Into how many pieces the images are cut, each with a sum of its own: by the shape alone. As many as share the work among
 * threads; more, if their sums are small, so that a piece goes through the cache with what makes its operands. *even: all have
 * the same number of images, so that it can. */
static int64_t pieces_of(int64_t images, size_t sum_bytes, bool *even)
{
    enum { LEAST = 8, USUAL = 16, MOST = 64, SUMS_BYTES = 512 << 10 };
    int64_t most = sum_bytes * MOST <= SUMS_BYTES ? MOST : USUAL;
    *even = true;
    for (int64_t pieces = most < images ? most : images; pieces >= LEAST; pieces--)
        if (images % pieces == 0)
            return pieces;
    *even = images <= USUAL;
    return images < 2 ? 1 : images < USUAL ? images : USUAL;
}

void dpi_lower_conv_weight(dpi_build *build, dp_val v, const dpi_node *node)
{
    dpk_conv_args shape = conv_args(node, input_shape(build, node, 0), node->shape, input_shape(build, node, 1));
    int64_t elems = dp_shape_elems(node->shape);
    bool even;
    shape.pieces = pieces_of(shape.images, (size_t)elems * dp_dtype_bytes(node->dtype), &even);
    int32_t parts = shape.pieces > 1 ? dpi_build_scratch(build, shape.pieces * elems, dp_dtype_bytes(node->dtype)) : v;
    dpk_conv_args *args = conv_step(build, DPK_conv2d_weight, node, &shape);
    if (!args)
        return;
    int64_t rows = even && shape.pieces > 1 ? shape.pieces : 0;
    dpi_build_read_rows(build, &args->a, dpi_build_input(build, node, 0), rows);
    dpi_build_read_rows(build, &args->b, dpi_build_input(build, node, 1), rows);
    dpi_build_write_rows(build, &args->y, parts, rows);
    if (shape.pieces > 1)
        dpi_lower_sum_step(build, dpk_type_of(node->dtype), v, parts, 1, shape.pieces, elems);
}

/* ---- Pools ---- */

static const dpk_op pool_ops[DPI_OP_COUNT] = {
    [DP_OP_MAX_POOL2D] = DPK_max_pool2d,           [DP_OP_MAX_POOL2D_PUT] = DPK_max_pool2d_put,
    [DP_OP_MAX_POOL2D_PICK] = DPK_max_pool2d_pick, [DP_OP_AVG_POOL2D] = DPK_avg_pool2d,
    [DP_OP_AVG_POOL2D_PUT] = DPK_avg_pool2d_put,   [DPI_OP_POOL_GATE] = DPK_max_pool2d_put,
};

static void pool_step(dpi_build *build, dp_val v, const dpi_node *node, dp_shape x, dp_shape y)
{
    int64_t planes = x.dims[0] * x.dims[1], images = x.dims[0];
    dp_shape kernel = {.rank = 4};
    for (int i = 0; i < 2; i++)
        kernel.dims[2 + i] = node->attrs.window.kernel[i];
    dpk_window window = window_of(&node->attrs.window, x, y, kernel);
    double work =
        (double)window.places[0] * (double)window.places[1] * (double)window.kernel[0] * (double)window.kernel[1];
    dpk_pool_args *args =
        dpi_build_step(build, pool_ops[node->op], dpk_type_of(node->dtype), sizeof *args, planes, 1, 1 + work);
    if (!args)
        return;
    args->window = window;
    args->count_real = node->attrs.window.count_real;
    args->gate = (int)node->op == DPI_OP_POOL_GATE;
    dpi_build_read_rows(build, &args->a, dpi_build_input(build, node, 0), images);
    if (node->input_count > 1)
        dpi_build_read_rows(build, &args->b, dpi_build_input(build, node, 1), images);
    dpi_build_write_rows(build, &args->y, v, images);
}

void dpi_lower_pool(dpi_build *build, dp_val v, const dpi_node *node)
{
    pool_step(build, v, node, input_shape(build, node, 0), node->shape);
}

void dpi_lower_pool_put(dpi_build *build, dp_val v, const dpi_node *node)
{
    pool_step(build, v, node, node->shape, input_shape(build, node, node->op != DP_OP_AVG_POOL2D_PUT));
}

void dpi_lower_pool_pick(dpi_build *build, dp_val v, const dpi_node *node)
{
    pool_step(build, v, node, input_shape(build, node, 0), node->shape);
}
