/* Matrix product, f32, AVX2 and FMA. */
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA avx2
#define M(name) name##_f32
#define WIDEST 2
#define HALVES 0
#define QUAD 4
#define LANES 2
#include "kernels/gemm_tmpl.c"
