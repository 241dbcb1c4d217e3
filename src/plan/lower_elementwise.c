/* Element by element: one step per node. */
#include <math.h>

#include "plan/build.h"

/* The kernel has the op's name. */
static const dpk_op kernel_of[DPI_OP_COUNT] = {
#define KERNEL_unary(id, name) [DP_OP_##id] = DPK_##name,
#define KERNEL_binary(id, name) [DP_OP_##id] = DPK_##name,
#define KERNEL_compare(id, name) [DP_OP_##id] = DPK_##name,
#define KERNEL_leaf(id, name)
#define KERNEL_random(id, name)
#define KERNEL_dropout(id, name)
#define KERNEL_cast(id, name)
#define KERNEL_where(id, name)
#define KERNEL_matmul(id, name)
#define KERNEL_conv(id, name)
#define KERNEL_conv_input(id, name)
#define KERNEL_conv_weight(id, name)
#define KERNEL_pool(id, name)
#define KERNEL_pool_put(id, name)
#define KERNEL_pool_pick(id, name)
#define KERNEL_reshape(id, name)
#define KERNEL_transpose(id, name)
#define KERNEL_broadcast(id, name)
#define KERNEL_concat(id, name)
#define KERNEL_slice(id, name)
#define KERNEL_slice_put(id, name)
#define KERNEL_gather(id, name)
#define KERNEL_scatter(id, name)
#define KERNEL_one_hot(id, name)
#define KERNEL_reduce(id, name)
#define KERNEL_argmax(id, name)
#define KERNEL_softmax(id, name)
#define KERNEL_xent(id, name)
#define DP_OP(id, name, arity, rule, kind, formula) KERNEL_##rule(id, name)
#include <denpa/ops.def>
#undef DP_OP
#define FUSED_unary(id, name) [DPI_OP_##id] = DPK_##name,
#define FUSED_binary(id, name) [DPI_OP_##id] = DPK_##name,
#define FUSED_xent_grad(id, name)
#define FUSED_matmul(id, name)
#define FUSED_conv(id, name)
#define FUSED_nothing(id, name)
#define FUSED_pool_put(id, name)
#define DPI_FUSED(id, name, rule) FUSED_##rule(id, name)
#include "plan/fused.def"
#undef DPI_FUSED
};

/* Rough costs of one element: arithmetic is bound by memory, a function of the C library takes some 10 to 20
 * instructions. */
static double cost_of(int op)
{
    switch (op) {
    case DP_OP_EXP:
    case DP_OP_LOG:
    case DP_OP_ERF:
    case DP_OP_SIGMOID:
    case DP_OP_TANH:
    case DP_OP_SOFTPLUS:
    case DP_OP_GELU:
    case DPI_OP_GELU_SLOPE:
        return 6;
    case DP_OP_POW:
        return 15;
    default:
        return 0.3;
    }
}

void dpi_lower_leaf(dpi_build *build, dp_val v, const dpi_node *node)
{
    (void)build, (void)v, (void)node; /* its numbers are there */
}

void dpi_lower_random(dpi_build *build, dp_val v, const dpi_node *node)
{
    dpk_op op = node->op == DP_OP_RANDOM_NORMAL ? DPK_random_normal : DPK_random_uniform;
    dpk_random_args *args =
        dpi_build_step(build, op, dpk_type_of(node->dtype), sizeof *args, dp_shape_elems(node->shape), DPI_CUT, 40);
    if (!args)
        return;
    args->seed = node->seed, args->stream = node->stream;
    args->p = node->attrs.range.low, args->q = node->attrs.range.high;
    dpi_build_write_rows(build, &args->y, v, dp_shape_elems(node->shape));
}

static dpk_unary_args *unary_step(dpi_build *build, dp_val v, const dpi_node *node, dpk_op op, double cost)
{
    dpk_unary_args *args =
        dpi_build_step(build, op, dpk_type_of(node->dtype), sizeof *args, dp_shape_elems(node->shape), DPI_CUT, cost);
    if (!args)
        return NULL;
    dpi_build_read_shared(build, &args->a, dpi_build_input(build, node, 0), dp_shape_elems(node->shape));
    dpi_build_write_rows(build, &args->y, v, dp_shape_elems(node->shape));
    return args;
}

void dpi_lower_cast(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0);
    dp_dtype from = dpi_build_node(build, a)->dtype;
    if (from == node->dtype)
        dpi_build_alias(build, v, a);
    else
        unary_step(build, v, node,
                   from == DP_F64   ? DPK_cast_f64
                   : from == DP_F32 ? DPK_cast_f32
                   : from == DP_I64 ? DPK_cast_i64
                                    : DPK_cast_u8,
                   0.3);
}

/* gelu and its slope. */
static void pair_step(dpi_build *build, dp_val v, dp_val slope, const dpi_node *node)
{
    int64_t elems = dp_shape_elems(node->shape);
    dpk_pair_args *args =
        dpi_build_step(build, DPK_gelu_both, dpk_type_of(node->dtype), sizeof *args, elems, DPI_CUT, cost_of(node->op));
    if (!args)
        return;
    dpi_build_read_shared(build, &args->a, dpi_build_input(build, node, 0), elems);
    dpi_build_write_rows(build, &args->slope, slope, elems);
    dpi_build_write_rows(build, &args->y, v, elems);
}

void dpi_lower_unary(dpi_build *build, dp_val v, const dpi_node *node)
{
    if ((int)node->op == DPI_OP_GELU_SLOPE && dpi_partner(build, v))
        return; /* made with gelu */
    if (node->op == DP_OP_GELU && dpi_partner(build, v)) {
        pair_step(build, v, dpi_partner(build, v), node);
        return;
    }
    dpk_unary_args *args = unary_step(build, v, node, kernel_of[node->op], cost_of(node->op));
    if (!args)
        return;
    if (node->op == DP_OP_ROUND) {
        args->p = pow(10, fabs((double)node->attrs.round.decimals));
        args->q = node->attrs.round.decimals;
    } else if (node->op == DP_OP_CLIP || node->op == DP_OP_LEAKY_RELU) {
        args->p = node->attrs.range.low;
        args->q = node->attrs.range.high;
    }
}

void dpi_lower_dropout(dpi_build *build, dp_val v, const dpi_node *node)
{
    int64_t elems = dp_shape_elems(node->shape);
    dpk_dropout_args *args =
        dpi_build_step(build, DPK_dropout, dpk_type_of(node->dtype), sizeof *args, elems, DPI_CUT, 2);
    if (!args)
        return;
    args->seed = node->seed, args->stream = node->stream;
    args->p = node->attrs.range.low;
    dpi_build_read_shared(build, &args->a, dpi_build_input(build, node, 0), elems);
    dpi_build_read(build, &args->step, dpi_build_input(build, node, 1), 0);
    dpi_build_write_rows(build, &args->y, v, elems);
}

/* The operand of an element-wise step: its memory may be taken over if it is read element by element. */
static void read_operand(dpi_build *build, const void *member, dp_val a, const dpi_node *node)
{
    dp_shape shape = dpi_build_node(build, a)->shape;
    int64_t rows = dpi_axes_rows(shape, node->shape);
    if (dp_shape_elems(shape) == dp_shape_elems(node->shape))
        dpi_build_read_shared(build, member, a, rows);
    else
        dpi_build_read_rows(build, member, a, rows);
}

void dpi_lower_binary(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0), b = dpi_build_input(build, node, 1);
    int64_t step_a[DP_MAX_RANK], step_b[DP_MAX_RANK];
    dpk_axis axis[DP_MAX_RANK];
    dpi_axes_broadcast(dpi_build_node(build, a)->shape, node->shape, step_a);
    dpi_axes_broadcast(dpi_build_node(build, b)->shape, node->shape, step_b);
    int32_t axes = dpi_axes_collapse(node->shape, step_a, step_b, NULL, axis);
    dpk_type type = dpk_type_of(dpi_build_node(build, a)->dtype);
    if (type == DPK_bool)
        type = DPK_u8;
    dpk_binary_args *args = dpi_build_step(build, kernel_of[node->op], type, sizeof *args + (size_t)axes * sizeof *axis,
                                           dp_shape_elems(node->shape), DPI_CUT, cost_of(node->op));
    if (!args)
        return;
    args->axis_count = axes;
    for (int32_t k = 0; k < axes; k++)
        args->axis[k] = axis[k];
    read_operand(build, &args->a, a, node);
    read_operand(build, &args->b, b, node);
    dpi_build_write_rows(build, &args->y, v, dp_shape_elems(node->shape));
}

void dpi_lower_compare(dpi_build *build, dp_val v, const dpi_node *node)
{
    dpi_lower_binary(build, v, node);
}

void dpi_lower_where(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0), b = dpi_build_input(build, node, 1),
           c = dpi_build_input(build, node, 2);
    int64_t step_a[DP_MAX_RANK], step_b[DP_MAX_RANK], step_c[DP_MAX_RANK];
    dpk_axis axis[DP_MAX_RANK];
    dpi_axes_broadcast(dpi_build_node(build, a)->shape, node->shape, step_a);
    dpi_axes_broadcast(dpi_build_node(build, b)->shape, node->shape, step_b);
    dpi_axes_broadcast(dpi_build_node(build, c)->shape, node->shape, step_c);
    int32_t axes = dpi_axes_collapse(node->shape, step_a, step_b, step_c, axis);
    dpk_where_args *args =
        dpi_build_step(build, DPK_where, dpk_size_type(node->dtype), sizeof *args + (size_t)axes * sizeof *axis,
                       dp_shape_elems(node->shape), DPI_CUT, 0.5);
    if (!args)
        return;
    args->axis_count = axes;
    for (int32_t k = 0; k < axes; k++)
        args->axis[k] = axis[k];
    dpi_build_read_rows(build, &args->a, a, dpi_axes_rows(dpi_build_node(build, a)->shape, node->shape));
    read_operand(build, &args->b, b, node);
    read_operand(build, &args->c, c, node);
    dpi_build_write_rows(build, &args->y, v, dp_shape_elems(node->shape));
}
