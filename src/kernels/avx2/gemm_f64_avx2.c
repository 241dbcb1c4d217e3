/* Matrix product, f64, AVX2 and FMA. */
#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA avx2
#define WIDEST 2
#define HALVES 0
#define QUAD 2
#define LANES 2
#include "kernels/gemm_tmpl.c"
