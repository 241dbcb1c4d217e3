/* Where a window lies on its plane. */
#ifndef DENPA_KERNELS_WINDOW_H
#define DENPA_KERNELS_WINDOW_H

#include "kernels/kern.h"

/* The row (axis 0) or column (axis 1) of element q of the window at place i; may lie outside. */
static inline int64_t dpk_window_at(const dpk_window *w, int axis, int64_t i, int64_t q)
{
    return i * w->stride[axis] - w->padding[axis] + q * w->dilation[axis];
}

/* The element p, q of the window at place i, j; 0 where that is outside the plane. */
static inline int dpk_window_find(const dpk_window *w, int64_t i, int64_t j, int64_t p, int64_t q, int64_t *at)
{
    int64_t row = dpk_window_at(w, 0, i, p), column = dpk_window_at(w, 1, j, q);
    *at = row * w->plane[1] + column;
    return row >= 0 && row < w->plane[0] && column >= 0 && column < w->plane[1];
}

static inline int64_t dpk_window_plane(const dpk_window *w)
{
    return w->plane[0] * w->plane[1];
}

static inline int64_t dpk_window_places(const dpk_window *w)
{
    return w->places[0] * w->places[1];
}

static inline int64_t dpk_window_kernel(const dpk_window *w)
{
    return w->kernel[0] * w->kernel[1];
}

#endif
