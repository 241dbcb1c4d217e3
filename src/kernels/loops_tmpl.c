/* Kernels that need no code of their own to be fast: the reference loops, compiled for a level whose vectors they fill
 * (tmpl.h). */
#define WRAP(x) (x)
#define IS_NAN(x) ((x) != (x))

#include "kernels/reference/binary_tmpl.c"
#include "kernels/reference/unary_tmpl.c"

#include "kernels/reference/arith_tmpl.c"
#include "kernels/reference/compare_tmpl.c"
#include "kernels/reference/dropout_tmpl.c"
#include "kernels/reference/real_tmpl.c"
#include "kernels/reference/reduce_tmpl.c"
#include "kernels/reference/update_tmpl.c"
