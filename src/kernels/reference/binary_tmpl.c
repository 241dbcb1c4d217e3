/* The loop that every two-operand kernel shares: BINARY(op, R, f) makes the kernel y = f(x, z) with results of type
 * R, where f is an expression in x (from a) and z (from b). The inner loop is written out for the steps that matter,
 * so that it vectorises. */
#include "kernels/walk.h"

#define RUN_(R, f, step_a, step_b)                      \
    do {                                                \
        DPK_INDEPENDENT                                 \
        for (int64_t j = 0; j < n; j++) {               \
            T x = a[j * (step_a)], z = b[j * (step_b)]; \
            y[j] = (R)(f);                              \
        }                                               \
    } while (0)

#define BINARY(op, R, f)                                                                \
    int64_t NAME(op)(const void *args_, int64_t first, int64_t last)                    \
    {                                                                                   \
        const dpk_binary_args *args = args_;                                            \
        if (first >= last)                                                              \
            return DPK_DONE;                                                            \
        R *y = (R *)args->y + first;                                                    \
        dpk_walk walk = dpk_walk_start(args->axis, args->axis_count, first);            \
        int64_t step_a = args->axis[0].a, step_b = args->axis[0].b;                     \
        for (int64_t left = last - first, n; left > 0; left -= n, y += n) {             \
            const T *a = (const T *)args->a + walk.a, *b = (const T *)args->b + walk.b; \
            n = dpk_walk_run(&walk, left);                                              \
            if (step_a == 1 && step_b == 1)                                             \
                RUN_(R, f, 1, 1);                                                       \
            else if (step_a == 1 && step_b == 0)                                        \
                RUN_(R, f, 1, 0);                                                       \
            else if (step_a == 0 && step_b == 1)                                        \
                RUN_(R, f, 0, 1);                                                       \
            else                                                                        \
                RUN_(R, f, step_a, step_b);                                             \
            dpk_walk_next(&walk, n);                                                    \
        }                                                                               \
        return DPK_DONE;                                                                \
    }
