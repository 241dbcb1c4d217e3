/* The reference kernels in single precision. */
#include <math.h>

#include <denpa/random.h>

#include "kernels/tmpl.h"
#include "kernels/window.h"

#define T float
#define TYPE f32
#define ISA ref
#define M(name) name##f
#define WRAP(x) (x)
#define IS_NAN(x) ((x) != (x))
#define TO_INT(x) ((x) >= -9223372036854775808.0 && (x) < 9223372036854775808.0 ? (int64_t)(x) : INT64_MIN)

#include "kernels/reference/binary_tmpl.c"
#include "kernels/reference/unary_tmpl.c"

#include "kernels/epilogue_tmpl.c"
#include "kernels/reference/argmax_tmpl.c"
#include "kernels/reference/arith_tmpl.c"
#include "kernels/reference/cast_tmpl.c"
#include "kernels/reference/compare_tmpl.c"
#include "kernels/reference/conv_tmpl.c"
#include "kernels/reference/function_tmpl.c"
#define FINISH_ROWS LOCAL(finish_rows)
#include "kernels/reference/dropout_tmpl.c"
#include "kernels/reference/matmul_tmpl.c"
#define DIVIDE_BY_255(x) ((x) / 255)
#include "kernels/reference/pixels_tmpl.c"
#include "kernels/reference/pools_tmpl.c"
#include "kernels/reference/random_tmpl.c"
#include "kernels/reference/real_tmpl.c"
#include "kernels/reference/reduce_tmpl.c"
#include "kernels/reference/rows_tmpl.c"
#include "kernels/reference/softmax_tmpl.c"
#include "kernels/reference/update_tmpl.c"

UNARY(stream, x)
