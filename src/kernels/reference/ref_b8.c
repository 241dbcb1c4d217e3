/* The reference kernels for elements of 8 bytes, whatever they are. */
#include "kernels/tmpl.h"
#include "kernels/walk.h"

#define T uint64_t
#define TYPE b8
#define ISA ref

#include "kernels/reference/move_tmpl.c"
