/* How thin lays out its small matrix: for thin_tmpl.c and thin_cut.c. */
#ifndef DENPA_KERNELS_THIN_UNIT_H
#define DENPA_KERNELS_THIN_UNIT_H

#include "kernels/kern.h"

enum { DPK_THIN_ROW_VECTORS = 4 }; /* of columns, of a unit of thin_row */

/* Does y go by fours of columns, several rows to a vector? a's rows have to lie in order. */
static inline int dpk_thin_quads(const dpk_matmul_args *args, int64_t lanes)
{
    return lanes >= 8 && args->n <= 8 && args->n <= lanes / 2 && args->a_col == 1;
}

/* Vectors of columns. */
static inline int64_t dpk_thin_vectors(const dpk_matmul_args *args, int64_t lanes)
{
    int64_t each = dpk_thin_quads(args, lanes) ? 4 : lanes;
    return (args->n + each - 1) / each;
}

/* Does the gate go into the tiles? Then each vector of it is read just before the same one of y is written. */
static inline int dpk_thin_gates(const dpk_matmul_args *args, int64_t lanes)
{
    return args->gate_kind != DPK_GATE_NONE && args->activation == DPK_ACT_NONE && args->n % lanes == 0 &&
           !dpk_thin_quads(args, lanes);
}

/* Elements of a unit's work area: b and the bias, as wide as whole vectors; 0 where both are read where they lie. */
static inline int64_t dpk_thin_scratch(const dpk_matmul_args *args, int64_t lanes)
{
    if (args->b_col == 1 && args->n % lanes == 0 && !dpk_thin_quads(args, lanes))
        return 0;
    return (args->k + 1) * dpk_thin_vectors(args, lanes) * lanes;
}

#endif
