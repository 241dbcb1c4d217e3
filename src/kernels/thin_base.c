/* Products of many rows with a small matrix, any processor: vectors of 16 bytes. */
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define ISA base
#define REGISTERS 16

#define T float
#define TYPE f32
#define LANES 4
#define M(name) name##_f32
#include "kernels/thin_tmpl.c"
#undef M
#undef LANES
#undef TYPE
#undef T

#define T double
#define TYPE f64
#define LANES 2
#include "kernels/thin_tmpl.c"
