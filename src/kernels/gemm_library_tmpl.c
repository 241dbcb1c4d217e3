/* Matrix product by a library, for one floating dtype (tmpl.h): the including file has
 *   LIBRARY_OP       the kernel's name in kern_list.def
 *   multiply_<type>  y [m, n] = a b by one thread; a and b are transposed or not, with rows lda and ldb elements apart
 * Each unit is one call, and what follows the product (epilogue_tmpl.c). Units are cut by dpk_gemm_cut_library. */
#include "kernels/epilogue_tmpl.c"

static int64_t LOCAL(larger)(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void LOCAL(library_unit)(const dpk_matmul_args *args, int64_t number)
{
    dpk_gemm_unit unit = dpk_gemm_unit_of(args, number);
    int64_t j0 = dpk_gemm_panel(args, unit.panel), columns = dpk_gemm_panel(args, unit.end) - j0,
            at = (unit.matrix * args->m + unit.i0) * args->n + j0;
    bool ta = args->a_col != 1, tb = args->b_col != 1;
    int64_t lda = ta ? LOCAL(larger)(args->a_col, args->m) : LOCAL(larger)(args->a_row, args->k);
    int64_t ldb = tb ? LOCAL(larger)(args->b_col, args->k) : LOCAL(larger)(args->b_row, args->n);
    LOCAL(multiply)
    (ta, tb, unit.rows, columns, args->k, (const T *)args->a + unit.a, lda,
     (const T *)args->b + unit.b + j0 * args->b_col, ldb, (T *)args->y + at, args->n);
    LOCAL(epilogue)(args, at, j0, unit.rows, columns);
    if (args->sums && unit.i0 == 0)
        LOCAL(sum_b)(args, j0, columns);
}

int64_t NAME(LIBRARY_OP)(const void *args, int64_t first, int64_t last)
{
    for (int64_t unit = first; unit < last; unit++)
        LOCAL(library_unit)(args, unit);
    return DPK_DONE;
}
