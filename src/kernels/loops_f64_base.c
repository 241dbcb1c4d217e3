/* Element by element, f64, any processor: vectors of 16 bytes. */
#include <math.h>

#include "kernels/tmpl.h"

#define T double
#define TYPE f64
#define ISA base
#define M(name) name
#include "kernels/loops_tmpl.c"
