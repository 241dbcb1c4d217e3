/* Matrix product, f32, by any CBLAS. */
#include <stdbool.h>

#include "kernels/gemm_unit.h"
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#if DENPA_HAVE_CBLAS
#include <cblas.h>

static void multiply_f32(bool ta, bool tb, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b,
                         int64_t ldb, float *y, int64_t ldy)
{
    cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans, (int)m, (int)n, (int)k,
                1, a, (int)lda, b, (int)ldb, 0, y, (int)ldy);
}

#define T float
#define TYPE f32
#define ISA base
#define M(name) name##_f32
#define LIBRARY_OP gemm_cblas
#include "kernels/gemm_library_tmpl.c"
#else
typedef int cblas_is_left_out; /* a file with nothing in it is none */
#endif
