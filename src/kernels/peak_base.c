/* The peak of a core, for any processor: vectors of 16 bytes. */
#include "kernels/tmpl.h"

#define ISA base
#include "kernels/peak_tmpl.c"
