/* Matrix product, f64, AVX-512. */
#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA avx512
#define WIDEST 3
#define HALVES 1
#define QUAD 2
#define LANES 4
#include "kernels/gemm_tmpl.c"
