/* Element by element, and along rows, f64, AVX2. */
#include "kernels/math_f64.h"
#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA avx2
#define M(name) name##_f64
#include "kernels/loops_tmpl.c"

#define NORMAL_BELOW normal_below_f64
#define NORMAL_DENSITY normal_density_f64
#include "kernels/reference/function_tmpl.c"
#include "kernels/reference/softmax_tmpl.c"
