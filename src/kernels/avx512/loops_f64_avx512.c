/* Element by element, f64, AVX-512. */
#include <math.h>

#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA avx512
#define M(name) name
#include "kernels/loops_tmpl.c"
