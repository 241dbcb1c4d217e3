/* Matrix product, f64, for any processor: vectors of 16 bytes (SSE2 on x86-64, NEON on ARM). */
#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA base
#define WIDEST 2
#define HALVES 0
#define QUAD 2
#define LANES 1
#include "kernels/gemm_tmpl.c"
