/* The reference kernels for elements of 4 bytes, whatever they are. */
#include "kernels/tmpl.h"
#include "kernels/walk.h"

#define T uint32_t
#define TYPE b4
#define ISA ref

#include "kernels/reference/move_tmpl.c"
