/* Functions that need no code of their own to be fast, f32, any processor: vectors of 16 bytes. */
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA base
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
