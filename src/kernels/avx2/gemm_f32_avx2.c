/* Matrix product, f32, AVX2 and FMA. */
#include <math.h>

#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA avx2
#define M(name) name##f
#define WIDEST 2
#define HALVES 0
#define QUAD 4
#include "kernels/gemm_tmpl.c"
