/* Over axes: sums, extremes, softmax, and the loss that is made of both. */
#include "plan/lower.h"

/* Units are elements of the result. Columns (inner > 1) go side by side in vectors: cut at 64. */
static dpk_reduce_args *reduce_step(dpi_build *build, dpk_op op, dpk_type type, int32_t to, int32_t from, int64_t outer,
                                    int64_t len, int64_t inner, double divisor, double cost)
{
    dpk_reduce_args *args =
        dpi_build_step(build, op, type, sizeof *args, outer * inner, inner > 1 ? 64 : 1, 3 + cost * (double)len);
    if (!args)
        return NULL;
    args->len = len;
    args->inner = inner;
    args->divisor = divisor;
    dpi_build_read_rows(build, &args->a, from, outer);
    dpi_build_write_rows(build, &args->y, to, outer);
    return args;
}

void dpi_lower_sum_step(dpi_build *build, dpk_type type, int32_t to, int32_t from, int64_t outer, int64_t len,
                        int64_t inner)
{
    reduce_step(build, DPK_sum, type, to, from, outer, len, inner, 1, 0.3);
}

void dpi_lower_sum_parts(dpi_build *build, dpk_type type, int32_t to, int32_t parts, int64_t blocks, int64_t elems)
{
    dpk_reduce_args *args = reduce_step(build, DPK_sum, type, to, parts, 1, blocks, elems, 1, 0.3);
    if (args)
        dpi_build_parts(build, &args->len, parts);
}

void dpi_lower_reduce(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0);
    if (dpi_partner(build, v))
        return; /* the product writes it */
    dp_shape shape = dpi_build_node(build, a)->shape;
    int first = node->attrs.reduce.first, end = first + node->attrs.reduce.count;
    dpk_op op = node->op == DP_OP_SUM   ? DPK_sum
                : node->op == DP_OP_MAX ? DPK_max
                : node->op == DP_OP_MIN ? DPK_min
                                        : DPK_logsumexp;
    reduce_step(build, op, dpk_type_of(node->dtype), v, a, dpi_axes_elems(shape, 0, first),
                dpi_axes_elems(shape, first, end), dpi_axes_elems(shape, end, shape.rank), 1,
                node->op == DP_OP_LOGSUMEXP ? 6 : 0.3);
}

void dpi_lower_argmax(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0);
    const dpi_node *input = dpi_build_node(build, a);
    int axis = node->attrs.axis.axis;
    reduce_step(build, DPK_argmax, dpk_type_of(input->dtype), v, a, dpi_axes_elems(input->shape, 0, axis),
                input->shape.dims[axis], dpi_axes_elems(input->shape, axis + 1, input->shape.rank), 1, 1);
}

void dpi_lower_softmax(dpi_build *build, dp_val v, const dpi_node *node)
{
    int axis = node->attrs.axis.axis;
    int64_t len = node->shape.dims[axis], inner = dpi_axes_elems(node->shape, axis + 1, node->shape.rank);
    int64_t outer = dpi_axes_elems(node->shape, 0, axis), rows = outer * inner;
    dpk_softmax_args *args = dpi_build_step(build, node->op == DP_OP_SOFTMAX ? DPK_softmax : DPK_log_softmax,
                                            dpk_type_of(node->dtype), sizeof *args, rows, 1, 10 + 7 * (double)len);
    if (!args)
        return;
    args->len = len;
    args->inner = inner;
    dpi_build_read_shared(build, &args->a, dpi_build_input(build, node, 0), outer);
    dpi_build_write_rows(build, &args->y, v, outer);
}

/* The loss and the gradient, or the gradient alone (losses 0). */
static void xent_grad_step(dpi_build *build, dp_val grad, int32_t losses)
{
    const dpi_node *node = dpi_build_node(build, grad);
    dp_val y = dpi_build_input(build, node, 0), t = dpi_build_input(build, node, 1);
    int64_t classes = node->shape.dims[node->shape.rank - 1], rows = dp_shape_elems(dpi_build_node(build, t)->shape);
    dpk_xent_grad_args *args = dpi_build_step(build, DPK_xent_index_grad, dpk_type_of(node->dtype), sizeof *args, rows,
                                              1, 20 + 7 * (double)classes);
    if (!args)
        return;
    args->classes = classes;
    dpi_build_read_shared(build, &args->y, y, rows);
    dpi_build_read_rows(build, &args->t, t, rows);
    dpi_build_read(build, &args->scale, dpi_build_input(build, node, 2), 0);
    if (losses)
        dpi_build_write_rows(build, &args->loss, losses, rows);
    dpi_build_write_rows(build, &args->dy, grad, rows);
    build->op = DP_OP_SOFTMAX_CROSS_ENTROPY;
    dpi_build_fault(build, t, DP_VAL_NONE, classes);
}

/* The loss of every row to a work area, then their mean. */
void dpi_lower_xent(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val y = dpi_build_input(build, node, 0), t = dpi_build_input(build, node, 1);
    dp_shape shape = dpi_build_node(build, y)->shape;
    bool index = dpi_build_node(build, t)->dtype == DP_I64;
    int64_t classes = shape.dims[shape.rank - 1], rows = dpi_axes_elems(shape, 0, shape.rank - 1);
    dpk_type type = dpk_type_of(node->dtype);
    int32_t losses = dpi_build_scratch(build, rows, dp_dtype_bytes(node->dtype));
    if (dpi_partner(build, v)) {
        xent_grad_step(build, dpi_partner(build, v), losses);
    } else {
        dpk_xent_args *args = dpi_build_step(build, index ? DPK_xent_index : DPK_xent_soft, type, sizeof *args, rows, 1,
                                             20 + 7 * (double)classes);
        if (!args)
            return;
        args->classes = classes;
        dpi_build_read_rows(build, &args->y, y, rows);
        dpi_build_read_rows(build, &args->t, t, rows);
        dpi_build_write_rows(build, &args->loss, losses, rows);
        if (index)
            dpi_build_fault(build, t, DP_VAL_NONE, classes);
    }
    reduce_step(build, DPK_sum, type, v, losses, 1, rows, 1, (double)rows, 0.3);
}

void dpi_lower_xent_grad(dpi_build *build, dp_val v, const dpi_node *node)
{
    (void)node;
    if (!dpi_partner(build, v))
        xent_grad_step(build, v, 0);
}
