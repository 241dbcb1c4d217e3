/* The matrix product. */
#include "plan/build.h"

/* One matrix of an operand: its steps along rows and columns, transposed or not. */
static void matrix_steps(dp_shape shape, bool transposed, int64_t *row, int64_t *column)
{
    int64_t width = shape.dims[shape.rank - 1];
    *row = transposed ? 1 : width;
    *column = transposed ? width : 1;
}

/* Leading axes of the operands along those of the result. */
static int32_t batch_axes(dp_shape a, dp_shape b, dp_shape y, dpk_axis axis[DP_MAX_RANK])
{
    int64_t step_a[DP_MAX_RANK], step_b[DP_MAX_RANK];
    dpi_axes_broadcast(a, y, step_a);
    dpi_axes_broadcast(b, y, step_b);
    y.rank -= 2;
    return y.rank ? dpi_axes_collapse(y, step_a, step_b, NULL, axis) : 0;
}

void dpi_lower_matmul(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0), b = dpi_build_input(build, node, 1);
    dp_shape shape_a = dpi_build_node(build, a)->shape, shape_b = dpi_build_node(build, b)->shape, y = node->shape;
    bool ta = node->attrs.transposed.a, tb = node->attrs.transposed.b;
    dpk_matmul_args plain = {.m = y.dims[y.rank - 2], .n = y.dims[y.rank - 1]};
    plain.k = shape_a.dims[shape_a.rank - (ta ? 2 : 1)];
    matrix_steps(shape_a, ta, &plain.a_row, &plain.a_col);
    matrix_steps(shape_b, tb, &plain.b_row, &plain.b_col);
    plain.batch_axes = batch_axes(shape_a, shape_b, y, plain.batch);
    int64_t rows = dpi_axes_elems(y, 0, y.rank - 1);
    build->plan->stats.flops += 2.0 * (double)rows * (double)plain.n * (double)plain.k;
    dpk_matmul_args *args = dpi_build_step(build, DPK_matmul, dpk_type_of(node->dtype), sizeof *args, rows, 1,
                                           1 + (double)plain.n * (double)plain.k);
    if (!args) return;
    *args = plain;
    dpi_build_read(build, &args->a, a, 0);
    dpi_build_read(build, &args->b, b, 0);
    dpi_build_write(build, &args->y, v, 0);
}
