/* The peak of a core, AVX2 and FMA. */
#include "kernels/tmpl.h"

#define ISA avx2
#include "kernels/peak_tmpl.c"
