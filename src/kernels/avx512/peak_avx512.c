/* The peak of a core, AVX-512. */
#include "kernels/tmpl.h"

#define ISA avx512
#include "kernels/peak_tmpl.c"
