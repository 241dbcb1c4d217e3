/* What a unit of a gemm is (kern.h): for the gemms only. */
#ifndef DENPA_KERNELS_GEMM_UNIT_H
#define DENPA_KERNELS_GEMM_UNIT_H

#include "kernels/kern.h"

enum { DPK_GEMM_TAIL = 4 }; /* most columns of a tail */

/* Rows i0 on of a matrix of the batch, panels `panel` to `end`; where the first of these rows of a, and that matrix of
 * b, begin, in elements. */
typedef struct dpk_gemm_unit {
    int64_t matrix, i0, rows, panel, end, a, b;
} dpk_gemm_unit;

static inline dpk_gemm_unit dpk_gemm_unit_of(const dpk_matmul_args *args, int64_t number)
{
    int64_t blocks = (args->m + args->row_block - 1) / args->row_block, groups = dpk_gemm_groups(args),
            group = number % groups, matrix = number / groups / blocks;
    dpk_gemm_unit unit = {.matrix = matrix,
                          .i0 = number / groups % blocks * args->row_block,
                          .panel = group * args->panels / groups,
                          .end = (group + 1) * args->panels / groups};
    unit.rows = args->m - unit.i0 < args->row_block ? args->m - unit.i0 : args->row_block;
    unit.a = unit.i0 * args->a_row;
    for (int32_t axis = 0; axis < args->batch_axes; axis++) {
        int64_t place = matrix % args->batch[axis].count;
        matrix /= args->batch[axis].count;
        unit.a += place * args->batch[axis].a;
        unit.b += place * args->batch[axis].b;
    }
    return unit;
}

#endif
