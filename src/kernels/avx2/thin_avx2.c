/* Products of many rows with a small matrix, AVX2. */
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define ISA avx2
#define REGISTERS 16

#define T float
#define TYPE f32
#define LANES 8
#define M(name) name##_f32
#include "kernels/thin_tmpl.c"
#undef M
#undef LANES
#undef TYPE
#undef T

#define T double
#define TYPE f64
#define LANES 4
#include "kernels/thin_tmpl.c"
