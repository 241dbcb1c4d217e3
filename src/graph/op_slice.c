/* Python's slices. */
#include "graph/graph_internal.h"

#include <inttypes.h>

/* A bound as Python reads it: negative ones count from the end, and none reaches outside low..high. */
static int64_t bound(int64_t at, int64_t size, int64_t low, int64_t high)
{
    if (at < 0) at = at < -size ? low : at + size;
    return at < low ? low : at > high ? high : at;
}

/* start, step and count of start:stop:step along an axis of `size` (Python's slice.indices). */
static void resolve(dp_slice_spec spec, int64_t size, int64_t *start, int64_t *step, int64_t *count)
{
    *step = spec.step == DP_SLICE_NONE ? 1 : spec.step;
    bool up = *step > 0;
    int64_t low = up ? 0 : -1, high = up ? size : size - 1;
    *start = spec.start == DP_SLICE_NONE ? (up ? low : high) : bound(spec.start, size, low, high);
    int64_t stop = spec.stop == DP_SLICE_NONE ? (up ? high : low) : bound(spec.stop, size, low, high);
    int64_t way = up ? stop - *start : *start - stop;
    uint64_t stride = up ? (uint64_t)*step : 0 - (uint64_t)*step;
    *count = way <= 0 ? 0 : (int64_t)(((uint64_t)way - 1) / stride) + 1;
    if (*count <= 1) *step = 1; /* of no consequence, and so within the rule's bounds */
    if (*count == 0) *start = 0;
}

dp_val dp_slice(dp_graph *g, dp_val a, const dp_slice_spec *specs, int n)
{
    if (!dpi_graph_usable(g, "slice", a)) return DP_VAL_NONE;
    dp_shape shape = dp_val_shape(g, a);
    if (n < 0 || n > shape.rank)
        return dpi_graph_fail(g, DP_ERR_RANGE, "slice: %d axes are sliced, %s is %s", n, DPI_OPERAND_WORDS(g, a, "a"),
                              DPI_SHAPE_WORDS(shape));
    dpi_node node = {.op = DP_OP_SLICE, .shape = shape};
    for (int i = 0; i < shape.rank; i++) {
        dp_slice_spec spec = i < n ? specs[i] : (dp_slice_spec){DP_SLICE_NONE, DP_SLICE_NONE, DP_SLICE_NONE};
        if (spec.step == 0) return dpi_graph_fail(g, DP_ERR_ARG, "slice: the step along axis %d is 0", i);
        resolve(spec, shape.dims[i], &node.attrs.slice.start[i], &node.attrs.slice.step[i], &node.shape.dims[i]);
    }
    return dpi_graph_add(g, &node, &a, 1);
}

dp_val dp_select(dp_graph *g, dp_val a, int axis, int64_t index)
{
    if (!dpi_graph_usable(g, "select", a)) return DP_VAL_NONE;
    axis = dpi_axis(g, "select", a, axis);
    if (axis < 0) return DP_VAL_NONE;
    dp_shape shape = dp_val_shape(g, a), left = {0};
    int64_t size = shape.dims[axis];
    if (index < -size || index >= size)
        return dpi_graph_fail(g, DP_ERR_RANGE, "select: index %" PRId64 " is outside axis %d of %s %s", index, axis,
                              DPI_OPERAND_WORDS(g, a, "a"), DPI_SHAPE_WORDS(shape));
    dpi_node node = {.op = DP_OP_SLICE, .shape = shape};
    for (int i = 0; i < shape.rank; i++) {
        node.attrs.slice.step[i] = 1;
        if (i != axis) left.dims[left.rank++] = shape.dims[i];
    }
    node.shape.dims[axis] = 1;
    node.attrs.slice.start[axis] = index < 0 ? index + size : index;
    return dpi_reshape(g, dpi_graph_add(g, &node, &a, 1), left);
}

dp_val dpi_slice_put(dp_graph *g, dp_val a, dp_shape shape, const int64_t *start, const int64_t *step)
{
    dpi_node node = {.op = DP_OP_SLICE_PUT, .shape = shape};
    for (int i = 0; i < shape.rank; i++) node.attrs.slice.start[i] = start[i], node.attrs.slice.step[i] = step[i];
    return dpi_graph_add(g, &node, &a, 1);
}
