/* Matrix product, f32, AVX-512. */
#include <math.h>

#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA avx512
#define M(name) name##f
#define WIDEST 3
#define HALVES 1
#define QUAD 4
#include "kernels/gemm_tmpl.c"
