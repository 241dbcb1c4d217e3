/* Functions that need no code of their own to be fast, f64, any processor: vectors of 16 bytes. */
#include "kernels/math_f64.h"
#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA base
#define M(name) name##_f64
#include "kernels/loops_tmpl.c"

#define NORMAL_BELOW normal_below_f64
#define NORMAL_DENSITY normal_density_f64
#include "kernels/reference/function_tmpl.c"
#include "kernels/reference/softmax_tmpl.c"

/* The smallest products, so that an activation in them has the bits that it has alone. */
#include "kernels/epilogue_tmpl.c"
#define FINISH_ROWS LOCAL(finish_rows)
#include "kernels/reference/matmul_tmpl.c"
