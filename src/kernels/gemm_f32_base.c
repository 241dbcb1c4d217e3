/* Matrix product, f32, for any processor: vectors of 16 bytes (SSE2 on x86-64, NEON on ARM). */
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA base
#define M(name) name##_f32
#define WIDEST 2
#define HALVES 0
#define QUAD 4
#define LANES 1
#include "kernels/gemm_tmpl.c"
