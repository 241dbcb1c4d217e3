/* Products of many rows with a small matrix, AVX-512. */
#include "kernels/avx512/tanh_avx512.h"
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define ISA avx512
#define REGISTERS 32

#define T float
#define TYPE f32
#define LANES 16
#define M(name) name##_f32
#define TANH_ROW tanh_row
#include "kernels/thin_tmpl.c"
#undef TANH_ROW
#undef M
#undef LANES
#undef TYPE
#undef T

#define T double
#define TYPE f64
#define LANES 8
#include "kernels/thin_tmpl.c"
