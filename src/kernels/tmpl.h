/* Words shared by the kernel templates (*_tmpl.c). A file that includes a template defines
 *   T      the C type of an element         TYPE   its word in kern_list.def
 *   ISA    the level it is compiled for
 *   WRAP(x)    x, or x as an unsigned number where T is an integer type: integers wrap around, as in NumPy
 *   IS_NAN(x)  and TO_INT(x), x as int64: cut off toward zero; NaN and what does not fit give the smallest int64
 *   OF_DOUBLE(x)   a parameter, which comes in double, as a T, where that is not (T)(x)
 *   M(name)    the C library's function for T, where T is floating, or one in its place
 *   ROOT_QUOTIENT(x, c, part)  where T has a quotient of a square root by c, rounded as a division, that is shorter: for
 *              c with HAS_ROOT_QUOTIENT(c), part = 1 / c
 *   TANH_ROW(a, y, count)  where a level has a tanh of its own for many numbers: it is used in place of M(tanh)
 *   GELU_ROW(a, y, slope, count)  the same for gelu and its slope, of which one may be NULL
 *   LOAD_QUADS(a, row)  where a level has a way of its own to load four numbers of each of LANES / 4 rows (thin_tmpl.c) */
#ifndef DENPA_KERNELS_TMPL_H
#define DENPA_KERNELS_TMPL_H

#include <string.h>

#include "base/half.h"
#include "base/philox.h"
#include "kernels/kern.h"

#define DPK_GLUE_(op, type, isa) dpk_##op##_##type##__##isa
#define DPK_GLUE(op, type, isa) DPK_GLUE_(op, type, isa)
#define DPK_JOIN_(a, b) a##_##b
#define DPK_JOIN(a, b) DPK_JOIN_(a, b)
#define NAME(op) DPK_GLUE(op, TYPE, ISA) /* a kernel of the list */
#define ROW(op) DPK_GLUE(DPK_JOIN(row, op), TYPE, ISA) /* its row form */
#define LOCAL(name) DPK_JOIN(name, TYPE) /* a helper of one dtype */

/* The next loop's iterations are independent, or touch one place each (y is a): gcc need not look for overlap before
 * it vectorises. (clang has such a word, too, but warns wherever it cannot follow it.) */
#if defined(__GNUC__) && !defined(__clang__)
#define DPK_INDEPENDENT _Pragma("GCC ivdep")
#else
#define DPK_INDEPENDENT
#endif

/* Unroll the next loop wholly: its counter is a constant in each copy, so that arrays become registers. */
#if defined(__clang__)
#define DPK_UNROLL _Pragma("unroll")
#elif defined(__GNUC__)
#define DPK_UNROLL _Pragma("GCC unroll 32")
#else
#define DPK_UNROLL
#endif

#endif
