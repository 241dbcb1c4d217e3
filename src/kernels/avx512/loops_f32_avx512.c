/* Element by element, and along rows, f32, AVX-512. */
#include "kernels/avx512/gelu_avx512.h"
#include "kernels/avx512/tanh_avx512.h"
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define T float
#define TYPE f32
#define ISA avx512
#define M(name) name##_f32
#define HAS_ROOT_QUOTIENT has_root_quotient_f32
#define ROOT_QUOTIENT root_quotient_f32
#define TANH_ROW tanh_row
#include "kernels/loops_tmpl.c"

#define GELU_ROW gelu_row
#include "kernels/reference/function_tmpl.c"
#define DIVIDE_BY_255 divide_by_255
#include "kernels/reference/pixels_tmpl.c"
#include "kernels/reference/softmax_tmpl.c"
