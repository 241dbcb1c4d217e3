/* What every two-operand kernel shares: BINARY(op, R, f) makes the kernel y = f(x, z) with results of type R, where f is
 * an expression in x (from a) and z (from b), in its two forms (kern.h). The inner loop is written out for the steps that
 * matter, so that it vectorises. */
#include "kernels/walk.h"

#define RUN_(R, f, step_a, step_b)                      \
    do {                                                \
        DPK_INDEPENDENT                                 \
        for (int64_t j = 0; j < n; j++) {               \
            T x = a[j * (step_a)], z = b[j * (step_b)]; \
            y[j] = (R)(f);                              \
        }                                               \
    } while (0)

#define BINARY(op, R, f)                                                                                           \
    void ROW(op)(void *y_, void *z_, const void *a_, const void *b_, int64_t n, int repeats, double p_, double q_) \
    {                                                                                                              \
        const T *a = a_, *b = b_;                                                                                  \
        R *y = y_;                                                                                                 \
        (void)z_, (void)p_, (void)q_;                                                                              \
        if (repeats == 0)                                                                                          \
            RUN_(R, f, 1, 1);                                                                                      \
        else if (repeats == DPK_REPEATS_B)                                                                         \
            RUN_(R, f, 1, 0);                                                                                      \
        else if (repeats == DPK_REPEATS_A)                                                                         \
            RUN_(R, f, 0, 1);                                                                                      \
        else                                                                                                       \
            RUN_(R, f, 0, 0);                                                                                      \
    }                                                                                                              \
    static void DPK_JOIN(LOCAL(op), run)(R * y, const T *a, const T *b, int64_t n, int64_t step_a, int64_t step_b) \
    {                                                                                                              \
        if ((step_a | step_b) >> 1 == 0)                                                                           \
            ROW(op)(y, NULL, a, b, n, (step_a ? 0 : DPK_REPEATS_A) | (step_b ? 0 : DPK_REPEATS_B), 0, 0);          \
        else                                                                                                       \
            RUN_(R, f, step_a, step_b);                                                                            \
    }                                                                                                              \
    int64_t NAME(op)(const void *args_, int64_t first, int64_t last)                                               \
    {                                                                                                              \
        const dpk_binary_args *args = args_;                                                                       \
        R *y = (R *)args->y + first;                                                                               \
        const T *a = args->a, *b = args->b;                                                                        \
        const int64_t step_a = args->axis[0].a, step_b = args->axis[0].b;                                          \
        if (first >= last)                                                                                         \
            return DPK_DONE;                                                                                       \
        if (args->axis_count == 1) {                                                                               \
            DPK_JOIN(LOCAL(op), run)(y, a + first * step_a, b + first * step_b, last - first, step_a, step_b);     \
            return DPK_DONE;                                                                                       \
        }                                                                                                          \
        dpk_walk walk = dpk_walk_start(args->axis, args->axis_count, first);                                       \
        for (int64_t left = last - first, n; left > 0; left -= n, y += n) {                                        \
            n = dpk_walk_run(&walk, left);                                                                         \
            DPK_JOIN(LOCAL(op), run)(y, a + walk.a, b + walk.b, n, step_a, step_b);                                \
            dpk_walk_next(&walk, n);                                                                               \
        }                                                                                                          \
        return DPK_DONE;                                                                                           \
    }
