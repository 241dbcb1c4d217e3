/* Matrix product, f32, by oneDNN. */
#include <stdbool.h>

#include "kernels/gemm_unit.h"
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#if DENPA_HAVE_ONEDNN
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>

/* It would start threads of its own, as many as there are cores, for each of ours. */
static void multiply_f32(bool ta, bool tb, int64_t m, int64_t n, int64_t k, const float *a, int64_t lda, const float *b,
                         int64_t ldb, float *y, int64_t ldy)
{
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', m, n, k, 1, a, lda, b, ldb, 0, y, ldy);
    omp_set_num_threads(threads);
}

#define T float
#define TYPE f32
#define ISA base
#define M(name) name##_f32
#define LIBRARY_OP gemm_onednn
#include "kernels/gemm_library_tmpl.c"
#else
typedef int onednn_is_left_out; /* a file with nothing in it is none */
#endif
