/* Matrix product, f32, AVX2 and FMA. */
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA avx2
#define WIDEST 2
#include "kernels/gemm_tmpl.c"
