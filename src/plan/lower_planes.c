/* Convolution and pooling: image by image. */
#include "plan/lower.h"
#include "plan/passes.h"

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

/* ---- An image in each lane of a vector ---- */

/* Fewer images would leave most lanes empty; planes of more than that would not stay in the second cache. */
enum { LEAST_IMAGES = 12, LANES_BYTES = 2 << 20 };

static dpk_op lanes_op(dpk_op op)
{
    return op == DPK_conv2d         ? DPK_conv2d_lanes
           : op == DPK_conv2d_input ? DPK_conv2d_lanes_input
                                    : DPK_conv2d_lanes_weight;
}

static bool by_lanes(const dpi_build *build, dpk_op op, dp_dtype dtype, const dpk_conv_args *shape)
{
    dpk_type type = dpk_type_of(dtype);
    if (build->naive || shape->images < LEAST_IMAGES || !dpk_find(build->isa, lanes_op(op), type))
        return false;
    if (op == DPK_conv2d_input && (shape->window.stride[0] != 1 || shape->window.stride[1] != 1))
        return false;
    int64_t elems = dpk_conv_scratch(lanes_op(op), type, shape);
    return elems >= 0 && (size_t)elems * dp_dtype_bytes(dtype) <= LANES_BYTES;
}

static int64_t lane_groups(const dpk_conv_args *shape)
{
    return (shape->images + DPK_CONV_LANES - 1) / DPK_CONV_LANES;
}

/* A step whose units are blocks of images. */
static dpk_conv_args *lanes_step(dpi_build *build, dpk_op op, dpk_type type, size_t bytes, const dpk_conv_args *shape)
{
    int64_t units = lane_groups(shape), elems = dpk_conv_scratch(op, type, shape);
    int32_t scratch = dpi_build_work(build, units, elems, bytes);
    double unit_ns = 1 + 0.02 * image_work(shape) * DPK_CONV_LANES;
    dpk_conv_args *args = dpi_build_step(build, op, type, sizeof *args, units, 1, unit_ns);
    if (!args)
        return NULL;
    *args = *shape;
    args->scratch_elems = elems;
    args->row_block = DPK_CONV_LANES;
    build->plan->slots[scratch].block_bytes = (size_t)elems * bytes;
    dpi_build_write_rows(build, &args->scratch, scratch, shape->images);
    dpi_build_blocks(build, &args->row_block, 1, DPK_CONV_LANES);
    return args;
}

/* ---- An image after another ---- */

/* A step whose units are images, or pieces of them; its work area goes with them. Planes too large for the fast kernels are
 * left to the plain ones. */
static dpk_conv_args *images_step(dpi_build *build, dpk_op op, dpk_type type, size_t bytes, const dpk_conv_args *shape)
{
    int64_t units = op == DPK_conv2d_weight ? shape->pieces : shape->images;
    double work = image_work(shape) * (double)shape->images;
    dpk_isa isa = build->isa;
    int64_t scratch_elems = isa == DPK_ref ? 0 : dpk_conv_scratch(op, type, shape);
    if (scratch_elems < 0)
        build->isa = DPK_ref, scratch_elems = 0;
    int32_t scratch = scratch_elems ? dpi_build_work(build, units, scratch_elems, bytes) : 0;
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

static dpk_conv_args *conv_step(dpi_build *build, dpk_op op, const dpi_node *node, const dpk_conv_args *shape)
{
    dpk_type type = dpk_type_of(node->dtype);
    size_t bytes = dp_dtype_bytes(node->dtype);
    build->plan->stats.flops += 2 * image_work(shape) * (double)shape->images;
    return by_lanes(build, op, node->dtype, shape) ? lanes_step(build, lanes_op(op), type, bytes, shape)
                                                   : images_step(build, op, type, bytes, shape);
}

/* ---- What a node wants ---- */

static dp_shape input_shape(const dpi_build *build, const dpi_node *node, int i)
{
    return dpi_build_node(build, dpi_build_input(build, node, i))->shape;
}

/* The convolution, or the gradient of one, that the node is: x, w and y, whichever of them it makes. */
static dpk_conv_args shape_of(const dpi_build *build, const dpi_node *node, dpk_op *op)
{
    dp_shape a = input_shape(build, node, 0), b = input_shape(build, node, 1), y = node->shape;
    *op = node->op == DP_OP_CONV2D_INPUT    ? DPK_conv2d_input
          : node->op == DP_OP_CONV2D_WEIGHT ? DPK_conv2d_weight
                                            : DPK_conv2d;
    dpk_conv_args shape = *op == DPK_conv2d_input    ? conv_args(node, y, b, a)
                          : *op == DPK_conv2d_weight ? conv_args(node, a, y, b)
                                                     : conv_args(node, a, b, y);
    if ((int)node->op == DPI_OP_CONV_POOL) {
        dpk_window *w = &shape.window;
        for (int i = 0; i < 2; i++) /* of the convolution: the node's are the pool's */
            w->places[i] =
                (w->plane[i] + 2 * w->padding[i] - (w->kernel[i] - 1) * w->dilation[i] - 1) / w->stride[i] + 1;
        shape.pool = 1;
    }
    return shape;
}

bool dpi_conv_by_lanes(const dpi_build *build, dp_val v, bool pool)
{
    dpk_op op;
    const dpi_node *node = dpi_build_node(build, v);
    dpk_conv_args shape = shape_of(build, node, &op);
    shape.pool = pool;
    return by_lanes(build, op, node->dtype, &shape);
}

/* Input i of the node: the gradient of a result, which may be there pooled only, with what was chosen. */
static dp_val gradient_of(const dpi_build *build, const dpi_node *node, int i, dp_val *choice)
{
    dp_val g = dpi_build_input(build, node, i);
    *choice = dpi_pass_operand(build, g, DPI_OP_POOLED, 0);
    return *choice ? dpi_pass_operand(build, g, DPI_OP_POOLED, 1) : g;
}

static void images_to_images(dpi_build *build, dp_val v, const dpi_node *node, bool back)
{
    dpk_op op;
    const dpi_fusion *fusion = &build->fusions[v];
    dpk_conv_args shape = shape_of(build, node, &op);
    dp_val a = dpi_build_input(build, node, 0), choice = back ? DP_VAL_NONE : dpi_partner(build, v);
    if (back)
        a = gradient_of(build, node, 0, &choice);
    shape.pool = shape.pool || choice;
    dpk_conv_args *args = conv_step(build, op, node, &shape);
    if (!args)
        return;
    args->activation = fusion->activation;
    if (fusion->bias)
        dpi_build_read(build, &args->bias, fusion->bias, 0);
    dpi_build_read_rows(build, &args->a, a, shape.images);
    dpi_build_read(build, &args->b, dpi_build_input(build, node, 1), 0);
    if (choice)
        (back ? dpi_build_read_rows : dpi_build_write_rows)(build, &args->choice, choice, shape.images);
    dpi_build_write_rows(build, &args->y, v, shape.images);
}

void dpi_lower_conv(dpi_build *build, dp_val v, const dpi_node *node)
{
    images_to_images(build, v, node, false);
}

void dpi_lower_conv_input(dpi_build *build, dp_val v, const dpi_node *node)
{
    images_to_images(build, v, node, true);
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

/* A result, or the parts that it is to be the sum of. */
static int32_t parts_of(dpi_build *build, dp_val v, int64_t pieces, int64_t *elems)
{
    const dpi_node *node = dpi_build_node(build, v);
    *elems = dp_shape_elems(node->shape);
    return pieces > 1 ? dpi_build_scratch(build, pieces * *elems, dp_dtype_bytes(node->dtype)) : v;
}

void dpi_lower_conv_weight(dpi_build *build, dp_val v, const dpi_node *node)
{
    dpk_op op;
    dpk_conv_args shape = shape_of(build, node, &op);
    dp_val sums = dpi_partner(build, v), choice, b = gradient_of(build, node, 1, &choice);
    int64_t rows = shape.images, elems, sum_elems = 0;
    shape.pool = choice != DP_VAL_NONE;
    if (by_lanes(build, op, node->dtype, &shape)) {
        shape.pieces = lane_groups(&shape);
    } else {
        bool even;
        size_t bytes = (size_t)dp_shape_elems(node->shape) * dp_dtype_bytes(node->dtype);
        shape.pieces = pieces_of(shape.images, bytes, &even);
        rows = even && shape.pieces > 1 ? shape.pieces : 0;
    }
    int32_t parts = parts_of(build, v, shape.pieces, &elems);
    int32_t sum_parts = sums ? parts_of(build, sums, shape.pieces, &sum_elems) : 0;
    dpk_conv_args *args = conv_step(build, op, node, &shape);
    if (!args)
        return;
    dpi_build_read_rows(build, &args->a, dpi_build_input(build, node, 0), rows);
    dpi_build_read_rows(build, &args->b, b, rows);
    if (choice)
        dpi_build_read_rows(build, &args->choice, choice, rows);
    dpi_build_write_rows(build, &args->y, parts, rows);
    if (sums)
        dpi_build_write_rows(build, &args->sums, sum_parts, rows);
    if (shape.pieces <= 1)
        return;
    dpi_lower_sum_step(build, dpk_type_of(node->dtype), v, parts, 1, shape.pieces, elems);
    if (sums)
        dpi_lower_sum_step(build, dpk_type_of(node->dtype), sums, sum_parts, 1, shape.pieces, sum_elems);
}

/* For what another step makes, or reads in another form. */
void dpi_lower_nothing(dpi_build *build, dp_val v, const dpi_node *node)
{
    (void)build, (void)v, (void)node;
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
