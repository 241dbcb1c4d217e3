/* The reference kernels for bytes: bool and uint8. */
#include "kernels/tmpl.h"

#define T uint8_t
#define TYPE u8
#define ISA ref
#define TO_INT(x) (x)

#include "kernels/reference/binary_tmpl.c"

#include "kernels/reference/cast_tmpl.c"
#include "kernels/reference/compare_tmpl.c"
