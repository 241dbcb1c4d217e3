/* Which products are for thin and thin_grad, and how they are cut. */
#include "kernels/gemm_unit.h"
#include "kernels/thin_unit.h"

enum {
    ROW_BLOCK = 256,         /* unless the plan has a reason for another */
    LEAST_ROWS = 64,         /* fewer do not pay for copying b */
    MOST_B_BYTES = 16 << 10, /* b, besides the rows at hand, in the first cache */
    LEAST_GRAD_ROWS = 2048,  /* fewer are not worth more than one sum */
    MOST_GRAD_ELEMS = 4096
};

static int64_t lanes_of(dpk_isa isa, dpk_type type)
{
    return dpk_find(isa, DPK_thin, type) ? dpk_find_gemm_tile(isa, type).vector : 0;
}

int64_t dpk_thin_cut(dpk_isa isa, dpk_type type, dpk_matmul_args *args, int64_t *scratch, double *unit_ns)
{
    const int64_t lanes = lanes_of(isa, type), bytes = type == DPK_f32 ? 4 : 8;
    /* A few columns behind whole vectors are other sums in gemm. */
    if (lanes && args->n >= 2 * lanes && args->n % lanes && args->n % lanes <= DPK_GEMM_TAIL)
        return 0;
    if (!lanes || args->m < LEAST_ROWS || args->n < 1 || args->k < 1 || args->n > MOST_B_BYTES ||
        (args->k + 1) * dpk_thin_vectors(args, lanes) * lanes > MOST_B_BYTES / bytes)
        return 0;
    args->row_block = ROW_BLOCK;
    *scratch = dpk_thin_scratch(args, lanes);
    *unit_ns = 0.3 / (double)lanes * (double)args->k * (double)(dpk_thin_vectors(args, lanes) * lanes * ROW_BLOCK);
    return (args->m + ROW_BLOCK - 1) / ROW_BLOCK;
}

int dpk_thin_in_place(dpk_isa isa, dpk_type type, const dpk_matmul_args *args)
{
    const int64_t lanes = lanes_of(isa, type);
    return lanes && dpk_thin_gates(args, lanes);
}

int64_t dpk_thin_row_cut(dpk_isa isa, dpk_type type, const dpk_matmul_args *args, double *unit_ns)
{
    const int64_t lanes = lanes_of(isa, type), columns = lanes * DPK_THIN_ROW_VECTORS;
    if (!lanes || args->m != 1 || args->n < 1 || args->k < 1 || args->b_col != 1)
        return 0;
    *unit_ns = 0.3 / (double)lanes * (double)args->k * (double)columns;
    return (args->n + columns - 1) / columns;
}

int64_t dpk_thin_grad_cut(dpk_isa isa, dpk_type type, dpk_matmul_args *args, double *unit_ns)
{
    const int64_t lanes = lanes_of(isa, type);
    if (!lanes || args->k < LEAST_GRAD_ROWS || args->m < 1 || args->n < 1 || args->m > MOST_GRAD_ELEMS ||
        args->n > MOST_GRAD_ELEMS / args->m || args->a_row != 1 || args->b_col != 1)
        return 0;
    args->row_block = ROW_BLOCK;
    *unit_ns = 0.3 / (double)lanes * (double)(args->m * args->n * ROW_BLOCK);
    return (args->k + ROW_BLOCK - 1) / ROW_BLOCK;
}
