/* Elements moved about: strided copies, rows by index. */
#include "plan/build.h"

typedef struct strided {
    dp_shape shape; /* of the walk */
    int64_t a[DP_MAX_RANK], y[DP_MAX_RANK];
    int64_t a_first, y_first; /* in elements */
} strided;

static void copy_step(dpi_build *build, int32_t to, int32_t from, dp_dtype dtype, const strided *walk)
{
    dpk_axis axis[DP_MAX_RANK];
    int64_t elems = dp_shape_elems(walk->shape);
    if (!elems)
        return;
    int32_t axes = dpi_axes_collapse(walk->shape, walk->a, walk->y, NULL, axis);
    dpk_copy_args *args = dpi_build_step(build, DPK_copy, dpk_size_type(dtype),
                                         sizeof *args + (size_t)axes * sizeof *axis, elems, 64, 0.5);
    if (!args)
        return;
    args->axis_count = axes;
    for (int32_t k = 0; k < axes; k++)
        args->axis[k] = axis[k];
    dpi_build_read(build, &args->a, from, (size_t)walk->a_first * dp_dtype_bytes(dtype));
    dpi_build_write(build, &args->y, to, (size_t)walk->y_first * dp_dtype_bytes(dtype));
}

static void zero_step(dpi_build *build, dp_val v)
{
    size_t bytes = build->plan->slots[v].bytes;
    dpk_zero_args *args = dpi_build_step(build, DPK_zero, DPK_b1, sizeof *args, (int64_t)bytes, 4096, 0.05);
    if (args)
        dpi_build_write(build, &args->y, v, 0);
}

void dpi_lower_duplicate(dpi_build *build, int32_t to, int32_t from)
{
    strided walk = {.shape = {.rank = 1, .dims = {(int64_t)build->plan->slots[to].bytes}}, .a = {1}, .y = {1}};
    copy_step(build, to, from, DP_U8, &walk);
}

int32_t dpi_lower_turn(dpi_build *build, dp_val v)
{
    const dpi_node *node = dpi_build_node(build, v);
    int64_t rows = node->shape.dims[0], columns = node->shape.dims[1];
    int32_t to = dpi_build_scratch(build, rows * columns, dp_dtype_bytes(node->dtype));
    strided walk = {.shape = {.rank = 2, .dims = {columns, rows}}, .a = {1, columns}, .y = {rows, 1}};
    copy_step(build, to, v, node->dtype, &walk);
    return to;
}

void dpi_lower_reshape(dpi_build *build, dp_val v, const dpi_node *node)
{
    dpi_build_alias(build, v, dpi_build_input(build, node, 0));
}

void dpi_lower_transpose(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0);
    int64_t step[DP_MAX_RANK];
    strided walk = {.shape = node->shape};
    dpi_axes_steps(dpi_build_node(build, a)->shape, step);
    dpi_axes_steps(node->shape, walk.y);
    for (int i = 0; i < node->shape.rank; i++)
        walk.a[i] = step[node->attrs.perm.axis[i]];
    copy_step(build, v, a, node->dtype, &walk);
}

void dpi_lower_broadcast(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0);
    strided walk = {.shape = node->shape};
    dpi_axes_broadcast(dpi_build_node(build, a)->shape, node->shape, walk.a);
    dpi_axes_steps(node->shape, walk.y);
    copy_step(build, v, a, node->dtype, &walk);
}

void dpi_lower_concat(dpi_build *build, dp_val v, const dpi_node *node)
{
    int64_t step[DP_MAX_RANK], first = 0;
    int axis = node->attrs.axis.axis;
    dpi_axes_steps(node->shape, step);
    for (int i = 0; i < node->input_count; i++) {
        dp_val a = dpi_build_input(build, node, i);
        strided walk = {.shape = dpi_build_node(build, a)->shape, .y_first = first};
        dpi_axes_steps(walk.shape, walk.a);
        for (int k = 0; k < node->shape.rank; k++)
            walk.y[k] = step[k];
        copy_step(build, v, a, node->dtype, &walk);
        first += walk.shape.dims[axis] * step[axis];
    }
}

/* Where start, start + step, … of `whole` are. */
static int64_t slice_places(const dpi_attrs *attrs, dp_shape whole, int64_t place[DP_MAX_RANK])
{
    int64_t step[DP_MAX_RANK], first = 0;
    dpi_axes_steps(whole, step);
    for (int i = 0; i < whole.rank; i++) {
        place[i] = step[i] * attrs->slice.step[i];
        first += step[i] * attrs->slice.start[i];
    }
    return first;
}

void dpi_lower_slice(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0);
    strided walk = {.shape = node->shape};
    if (!dp_shape_elems(node->shape))
        return; /* the bounds of nothing may lie anywhere */
    walk.a_first = slice_places(&node->attrs, dpi_build_node(build, a)->shape, walk.a);
    dpi_axes_steps(node->shape, walk.y);
    copy_step(build, v, a, node->dtype, &walk);
}

void dpi_lower_slice_put(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0);
    strided walk = {.shape = dpi_build_node(build, a)->shape};
    zero_step(build, v);
    if (!dp_shape_elems(walk.shape))
        return;
    walk.y_first = slice_places(&node->attrs, node->shape, walk.y);
    dpi_axes_steps(walk.shape, walk.a);
    copy_step(build, v, a, node->dtype, &walk);
}

void dpi_lower_gather(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0), index = dpi_build_input(build, node, 1);
    dp_shape shape = dpi_build_node(build, a)->shape;
    int64_t row = dpi_axes_elems(shape, 1, shape.rank);
    dpk_gather_args *args =
        dpi_build_step(build, DPK_gather, dpk_size_type(node->dtype), sizeof *args,
                       dp_shape_elems(dpi_build_node(build, index)->shape), 1, 5 + 0.5 * (double)row);
    if (!args)
        return;
    args->rows = shape.dims[0];
    args->row = row;
    dpi_build_read(build, &args->a, a, 0);
    int64_t rows = dp_shape_elems(dpi_build_node(build, index)->shape);
    dpi_build_read_rows(build, &args->index, index, rows);
    dpi_build_write_rows(build, &args->y, v, rows);
    dpi_build_fault(build, index, a, shape.dims[0]);
}

void dpi_lower_scatter(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val a = dpi_build_input(build, node, 0), index = dpi_build_input(build, node, 1);
    int64_t row = dpi_axes_elems(node->shape, 1, node->shape.rank),
            count = dp_shape_elems(dpi_build_node(build, index)->shape);
    dpk_scatter_args *args = dpi_build_step(build, DPK_scatter_add, dpk_type_of(node->dtype), sizeof *args, row, 16,
                                            1 + 0.5 * (double)(count + node->shape.dims[0]));
    if (!args)
        return;
    args->rows = node->shape.dims[0];
    args->row = row;
    args->count = count;
    dpi_build_read(build, &args->a, a, 0);
    dpi_build_read(build, &args->index, index, 0);
    dpi_build_write(build, &args->y, v, 0);
    dpi_build_fault(build, index, DP_VAL_NONE, node->shape.dims[0]);
}

void dpi_lower_one_hot(dpi_build *build, dp_val v, const dpi_node *node)
{
    dp_val index = dpi_build_input(build, node, 0);
    dpk_one_hot_args *args =
        dpi_build_step(build, DPK_one_hot, dpk_type_of(node->dtype), sizeof *args,
                       dp_shape_elems(dpi_build_node(build, index)->shape), 1, 5 + 0.1 * (double)node->classes);
    if (!args)
        return;
    int64_t rows = dp_shape_elems(dpi_build_node(build, index)->shape);
    args->classes = node->classes;
    dpi_build_read_rows(build, &args->index, index, rows);
    dpi_build_write_rows(build, &args->y, v, rows);
    dpi_build_fault(build, index, DP_VAL_NONE, node->classes);
}
