/* Matrix product, f64, by any CBLAS. */
#include <stdbool.h>

#include "kernels/gemm_unit.h"
#include "kernels/tmpl.h"

#if DENPA_HAVE_CBLAS
#include <cblas.h>

static void multiply_f64(bool ta, bool tb, int64_t m, int64_t n, int64_t k, const double *a, int64_t lda,
                         const double *b, int64_t ldb, double *y, int64_t ldy)
{
    cblas_dgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k,
                1, a, (int)lda, b, (int)ldb, 0, y, (int)ldy);
}

#define T double
#define TYPE f64
#define ISA base
#define LIBRARY_OP gemm_cblas
#include "kernels/gemm_library_tmpl.c"
#else
typedef int cblas_is_left_out; /* a file with nothing in it is none */
#endif
