/* Element by element, and along rows, f32, AVX2. */
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA avx2
#define M(name) name##_f32
#define HAS_ROOT_QUOTIENT has_root_quotient_f32
#define ROOT_QUOTIENT root_quotient_f32
#include "kernels/loops_tmpl.c"

#define NORMAL_BELOW normal_below_f32
#define NORMAL_DENSITY normal_density_f32
#include "kernels/reference/function_tmpl.c"
#define DIVIDE_BY_255 divide_by_255
#include "kernels/reference/pixels_tmpl.c"
#include "kernels/reference/softmax_tmpl.c"
