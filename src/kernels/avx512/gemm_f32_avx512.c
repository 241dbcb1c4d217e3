/* Matrix product, f32, AVX-512. */
#include "kernels/avx512/tanh_avx512.h"
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA avx512
#define M(name) name##_f32
#define TANH_ROW tanh_row
#define WIDEST 3
#define HALVES 1
#define QUAD 4
#define LANES 4
#include "kernels/gemm_tmpl.c"
