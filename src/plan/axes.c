/* Shapes to as few strided axes as possible. */
#include "plan/build.h"

int64_t dpi_axes_elems(dp_shape shape, int first, int last)
{
    int64_t elems = 1;
    for (int i = first; i < last; i++)
        elems *= shape.dims[i];
    return elems;
}

void dpi_axes_steps(dp_shape shape, int64_t step[DP_MAX_RANK])
{
    int64_t next = 1;
    for (int i = shape.rank - 1; i >= 0; i--) {
        step[i] = next;
        next *= shape.dims[i] ? shape.dims[i] : 1;
    }
}

void dpi_axes_broadcast(dp_shape from, dp_shape to, int64_t step[DP_MAX_RANK])
{
    int64_t own[DP_MAX_RANK];
    dpi_axes_steps(from, own);
    for (int i = 0; i < to.rank; i++) {
        int k = i - (to.rank - from.rank);
        step[i] = k < 0 || from.dims[k] == 1 ? 0 : own[k];
    }
}

/* Is the outer axis the inner one going on? */
static bool continues(const dpk_axis *inner, const dpk_axis *outer)
{
    return outer->a == inner->a * inner->count && outer->b == inner->b * inner->count &&
           outer->c == inner->c * inner->count;
}

int32_t dpi_axes_collapse(dp_shape shape, const int64_t *a, const int64_t *b, const int64_t *c,
                          dpk_axis axis[DP_MAX_RANK])
{
    int32_t count = 0;
    for (int i = shape.rank - 1; i >= 0; i--) {
        dpk_axis next = {shape.dims[i], a[i], b ? b[i] : 0, c ? c[i] : 0};
        if (next.count == 1)
            continue;
        if (count && continues(&axis[count - 1], &next))
            axis[count - 1].count *= next.count;
        else
            axis[count++] = next;
    }
    if (!count)
        axis[count++] = (dpk_axis){1, 1, 1, 1};
    return count;
}

int64_t dpi_axes_rows(dp_shape from, dp_shape to)
{
    int64_t rows = 1;
    if (from.rank < to.rank)
        return dp_shape_elems(from) == dp_shape_elems(to) ? dp_shape_elems(to) : 0;
    for (int i = 0; i < to.rank && from.dims[i] == to.dims[i]; i++)
        rows *= to.dims[i];
    return rows > 1 || dp_shape_elems(to) == 1 ? rows : 0;
}
