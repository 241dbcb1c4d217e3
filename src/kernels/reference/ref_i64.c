/* The reference kernels for integers. */
#include "kernels/tmpl.h"

#define T int64_t
#define TYPE i64
#define ISA ref
#define WRAP(x) ((uint64_t)(x))
#define IS_NAN(x) 0
#define TO_INT(x) (x)
#define OF_DOUBLE(x) ((x) >= 0x1p63 ? INT64_MAX : (x) >= -0x1p63 ? (int64_t)(x) : INT64_MIN) /* infinity: no bound */

#include "kernels/reference/binary_tmpl.c"
#include "kernels/reference/unary_tmpl.c"

#include "kernels/reference/argmax_tmpl.c"
#include "kernels/reference/arith_tmpl.c"
#include "kernels/reference/cast_tmpl.c"
#include "kernels/reference/compare_tmpl.c"
#define FINISH_ROWS(args, first, last) /* integers have none */
#include "kernels/reference/matmul_tmpl.c"
#include "kernels/reference/reduce_tmpl.c"
#include "kernels/reference/rows_tmpl.c"

/* By repeated squaring; a negative exponent gives the whole part of 1 / base**-exponent: 0 unless the base is 1 or
 * -1. */
static int64_t int_pow(int64_t base, int64_t exponent)
{
    if (exponent < 0)
        return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
    uint64_t power = 1, square = (uint64_t)base;
    for (; exponent; exponent >>= 1, square *= square)
        if (exponent & 1)
            power *= square;
    return (int64_t)power;
}

BINARY(pow, T, int_pow(x, z))
