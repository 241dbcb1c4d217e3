/* Matrix product, f32, AVX-512. */
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA avx512
#define WIDEST 3
#include "kernels/gemm_tmpl.c"
