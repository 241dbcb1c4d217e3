/* Every entry of kern_list.def on every shape that matters, against the same op in f64 (or, for integers and moved
 * bytes, against the plain statement here), within an error bound that follows from the arithmetic. Levels that this
 * machine cannot run are shown as skipped.
 *
 * u = 2^-24 or 2^-53 (rounding to nearest), gamma_n = n u / (1 - n u); Higham, Accuracy and Stability, ch. 3 and 4. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/random.h>

#include "kernels/kern.h"
#include "kernels/thin_unit.h"
#include "support/guarded.h"

typedef struct entry {
    dpk_op op;
    dpk_type type;
    dpk_isa isa;
    dpk_fn *fn;
    const char *name;
    int checks; /* how often it was compared */
} entry;

static entry entries[] = {
#define DPK_KERNEL(op, type, isa) \
    {DPK_##op, DPK_##type, DPK_##isa, dpk_##op##_##type##__##isa, #op "_" #type "__" #isa, 0},
#include "kernels/kern_list.def"
};
enum { ENTRIES = sizeof entries / sizeof *entries };

static const char *const families[DPK_OP_COUNT] = {
#define DPK_OP(op, family) [DPK_##op] = #family,
#include "kernels/kern_list.def"
};

static dp_rng rng = {.seed = 20240607};
static entry *current;

static bool family_is(const entry *e, const char *family)
{
    return strcmp(families[e->op], family) == 0;
}

static size_t type_bytes(dpk_type type)
{
    static const size_t bytes[DPK_TYPE_COUNT] = {1, 1, 8, 4, 8, 1, 4, 8};
    return bytes[type];
}

static double unit(dpk_type type)
{
    return type == DPK_f32 ? 0x1p-24 : 0x1p-53;
}

/* ---- Numbers ---- */

static double get(dpk_type type, const void *data, int64_t i)
{
    switch (type) {
    case DPK_f32:
        return ((const float *)data)[i];
    case DPK_f64:
        return ((const double *)data)[i];
    case DPK_i64:
        return (double)((const int64_t *)data)[i];
    default:
        return ((const uint8_t *)data)[i];
    }
}

static void put(dpk_type type, void *data, int64_t i, double x)
{
    switch (type) {
    case DPK_f32:
        ((float *)data)[i] = (float)x;
        break;
    case DPK_f64:
        ((double *)data)[i] = x;
        break;
    case DPK_i64:
        ((int64_t *)data)[i] = (int64_t)x;
        break;
    default:
        ((uint8_t *)data)[i] = (uint8_t)x;
        break;
    }
}

/* Ordinary numbers; with `special` one in four is at the edge of what there is. */
static double number(dpk_type type, bool special)
{
    static const double edges[] = {0.0, -0.0, 1.0,  -1.0,   INFINITY, -INFINITY, NAN, 1e-40, -1e-40,
                                   1e4, -1e4, 88.0, -104.0, 3e38,     1e-300,    0.5, 2.0};
    if (type == DPK_i64)
        return (double)dp_rng_below(&rng, 41) - 20;
    if (type != DPK_f32 && type != DPK_f64)
        return (double)dp_rng_below(&rng, type == DPK_bool ? 2 : 256);
    if (special && dp_rng_below(&rng, 4) == 0)
        return edges[dp_rng_below(&rng, sizeof edges / sizeof *edges)];
    return 2 * dp_rng_normal(&rng);
}

static guarded numbers(dpk_type type, int64_t count, bool special)
{
    guarded memory = guarded_new((size_t)count * type_bytes(type));
    for (int64_t i = 0; i < count; i++)
        put(type, memory.data, i, number(type, special));
    return memory;
}

static guarded widened(dpk_type type, const guarded *from, int64_t count)
{
    guarded memory = guarded_new((size_t)count * sizeof(double));
    for (int64_t i = 0; i < count; i++)
        put(DPK_f64, memory.data, i, get(type, from->data, i));
    return memory;
}

/* |have - want| <= bound; NaN with NaN, infinity with the same infinity. A result that f32 cannot hold may be
 * infinite. */
static void near(dpk_type type, double have, double want, double bound, int64_t at, const char *what)
{
    current->checks++;
    bool same = isnan(want) ? isnan(have) : have == want || fabs(have - want) <= bound;
    if (type == DPK_f32 && isinf(have) && fabs(want) >= 3.4028235e38 && signbit(have) == signbit(want))
        same = true;
    if (!same)
        fail_msg("%s %s: element %lld is %.17g, not %.17g (+- %.3g)", current->name, what, (long long)at, have, want,
                 bound);
}

/* Calls the kernel over 0..units, whole or in pieces that begin at multiples of `cut`. */
static void call(const entry *e, const void *args, int64_t units, int64_t cut, bool pieces)
{
    for (int64_t first = 0, last; first < units || (first == 0 && units == 0); first = last) {
        last = pieces ? first + cut * (1 + (int64_t)dp_rng_below(&rng, 3)) : units;
        if (last > units)
            last = units;
        assert_int_equal(e->fn(args, first, last), DPK_DONE);
        if (units == 0)
            break;
    }
}

static const int64_t sizes[] = {0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 97, 128, 257};
enum { SIZES = sizeof sizes / sizeof *sizes };

/* ---- Element by element ---- */

/* The C library's functions err by less than 2 units in the last place (glibc manual, "Errors in Math Functions");
 * gelu and softplus put one, a product and a sum together, and gelu's sum 1 + erf loses what it cancels: relative to
 * x. Below the smallest normal number (sigmoid: where exp(-x) is infinite) the error is that number. */
static double unary_bound(const entry *e, double x, double y)
{
    if (e->op == DPK_float16)
        return 0;
    if (e->op == DPK_gelu_slope) /* erf and exp within 4 ulp, and a sum that may cancel; x exp(-x x / 2) is below 1 */
        return isfinite(y) ? 16 * unit(e->type) : 0;
    double ulps = e->op == DPK_softplus || e->op == DPK_gelu || e->op == DPK_sigmoid ? 8 : 4;
    double size = fabs(y) + (e->op == DPK_gelu && isfinite(x) ? fabs(x) : 0);
    return isfinite(size) ? ulps * unit(e->type) * size + (e->type == DPK_f32 ? 1.2e-38 : 2.3e-308) : 0;
}

/* The parameters of a unary kernel: exact in f32; integers have whole ones. */
static double unary_p(dpk_op op, dpk_type type)
{
    return op == DPK_clip ? (type == DPK_i64 ? -3 : -0.75) : op == DPK_leaky_relu ? 0.125 : 1;
}

static double unary_q(dpk_op op, dpk_type type)
{
    return op == DPK_clip ? (type == DPK_i64 ? 5 : 1.25) : 0;
}

static double integer_unary(const entry *e, double x)
{
    switch (e->op) {
    case DPK_relu:
        return x > 0 ? x : 0;
    case DPK_clip:
        return fmin(fmax(x, unary_p(e->op, e->type)), unary_q(e->op, e->type));
    case DPK_neg:
        return -x;
    case DPK_abs:
        return fabs(x);
    case DPK_square:
        return x * x;
    case DPK_sign:
        return (x > 0) - (x < 0);
    default:
        fail_msg("%s has no statement here", e->name);
        return 0;
    }
}

static void check_unary_n(const entry *e, int64_t n, bool in_place, bool pieces)
{
    guarded a = numbers(e->type, n, true), wide = widened(e->type, &a, n), want = guarded_new((size_t)n * 8);
    guarded y = in_place ? a : guarded_new((size_t)n * type_bytes(e->type));
    dpk_unary_args args = {.a = a.data, .y = y.data, .p = unary_p(e->op, e->type), .q = unary_q(e->op, e->type)},
                   oracle = {.a = wide.data, .y = want.data, .p = unary_p(e->op, e->type), .q = unary_q(e->op, e->type)};
    dpk_fn *f64 = dpk_find(DPK_ref, e->op, DPK_f64);
    if (e->type == DPK_i64)
        for (int64_t i = 0; i < n; i++)
            ((double *)want.data)[i] = integer_unary(e, get(DPK_i64, a.data, i));
    else
        f64(&oracle, 0, n);
    call(e, &args, n, 64, pieces);
    for (int64_t i = 0; i < n; i++) {
        double x = ((double *)wide.data)[i], w = ((double *)want.data)[i];
        near(e->type, get(e->type, y.data, i), w, unary_bound(e, x, w), i, in_place ? "in place" : "unary");
    }
    if (!in_place)
        guarded_free(&y);
    guarded_free(&a), guarded_free(&wide), guarded_free(&want);
}

/* The second result against the kernel that makes it alone, the first against that of the function. */
static void check_pair(const entry *e)
{
    assert_int_equal(e->op, DPK_gelu_both);
    for (int s = 0; s < SIZES; s++)
        for (int in_place = 0; in_place < 2; in_place++) {
            int64_t n = sizes[s];
            guarded a = numbers(e->type, n, true), wide = widened(e->type, &a, n), want = guarded_new((size_t)n * 8),
                    want_slope = guarded_new((size_t)n * 8);
            guarded y = in_place ? a : guarded_new(a.bytes), slope = guarded_new(a.bytes);
            dpk_pair_args args = {.a = a.data, .y = y.data, .slope = slope.data};
            dpk_unary_args oracle = {.a = wide.data, .y = want.data},
                           slope_oracle = {.a = wide.data, .y = want_slope.data};
            dpk_find(DPK_ref, DPK_gelu, DPK_f64)(&oracle, 0, n);
            dpk_find(DPK_ref, DPK_gelu_slope, DPK_f64)(&slope_oracle, 0, n);
            call(e, &args, n, 64, s & 1);
            for (int64_t i = 0; i < n; i++) {
                double x = ((double *)wide.data)[i], w = ((double *)want.data)[i], u = unit(e->type);
                double bound = isfinite(w) && isfinite(x) ? 8 * u * (fabs(w) + fabs(x)) + 1.2e-38 : 0;
                near(e->type, get(e->type, y.data, i), w, bound, i, "value");
                w = ((double *)want_slope.data)[i];
                near(e->type, get(e->type, slope.data, i), w, isfinite(w) ? 16 * u : 0, i, "slope");
            }
            if (!in_place)
                guarded_free(&y);
            guarded_free(&a), guarded_free(&wide), guarded_free(&want), guarded_free(&want_slope), guarded_free(&slope);
        }
}

static double cast_to(dpk_type to, double x)
{
    double whole =
        x >= -9223372036854775808.0 && x < 9223372036854775808.0 ? (double)(int64_t)x : -9223372036854775808.0;
    switch (to) {
    case DPK_bool:
        return x != 0;
    case DPK_u8:
        return (uint8_t)(int64_t)whole;
    case DPK_i64:
        return whole;
    case DPK_f32:
        return (float)x;
    default:
        return x;
    }
}

static dpk_type cast_from(dpk_op op)
{
    return op == DPK_cast_u8 ? DPK_u8 : op == DPK_cast_i64 ? DPK_i64 : op == DPK_cast_f32 ? DPK_f32 : DPK_f64;
}

static void check_cast_n(const entry *e, int64_t n, bool pieces)
{
    dpk_type from = cast_from(e->op);
    guarded a = numbers(from, n, true), y = guarded_new((size_t)n * type_bytes(e->type));
    dpk_unary_args args = {.a = a.data, .y = y.data};
    call(e, &args, n, 64, pieces);
    for (int64_t i = 0; i < n; i++)
        near(DPK_f64, get(e->type, y.data, i), cast_to(e->type, get(from, a.data, i)), 0, i, "cast");
    guarded_free(&a), guarded_free(&y);
}

static bool is_cast(dpk_op op)
{
    return op == DPK_cast_u8 || op == DPK_cast_i64 || op == DPK_cast_f32 || op == DPK_cast_f64;
}

static void check_unary(const entry *e)
{
    for (int s = 0; s < SIZES; s++)
        for (int pieces = 0; pieces < 2; pieces++) {
            if (is_cast(e->op))
                check_cast_n(e, sizes[s], pieces);
            else
                check_unary_n(e, sizes[s], false, pieces), check_unary_n(e, sizes[s], true, pieces);
        }
}

static double binary_statement(dpk_op op, dpk_type type, double x, double z)
{
    switch (op) {
    case DPK_add:
        return x + z;
    case DPK_sub:
        return x - z;
    case DPK_mul:
        return x * z;
    case DPK_div:
        return x / z;
    case DPK_pow:
        return type == DPK_i64 ? trunc(pow(x, z)) : pow(x, z);
    case DPK_maximum:
        return isnan(x) || isnan(z) ? NAN : x > z ? x : z;
    case DPK_minimum:
        return isnan(x) || isnan(z) ? NAN : x < z ? x : z;
    case DPK_relu_grad:
        return x > 0 ? z : 0;
    case DPK_sigmoid_grad:
        return z * (x * (1 - x));
    case DPK_tanh_grad:
        return z * (1 - x * x);
    case DPK_equal:
        return x == z;
    case DPK_not_equal:
        return x != z;
    case DPK_less:
        return x < z;
    case DPK_less_equal:
        return x <= z;
    case DPK_greater:
        return x > z;
    case DPK_greater_equal:
        return x >= z;
    default:
        fail_msg("%s has no statement here", dpk_op_text(op));
        return 0;
    }
}

/* + - * / of two f32 numbers in f64, rounded to f32, are the f32 results themselves (Figueroa 1995); pow is the C
 * library's, within 4 ulp. */
static double binary_bound(const entry *e, double x, double z, double want)
{
    double u = unit(e->type);
    if (!isfinite(want))
        return 0;
    switch (e->op) {
    case DPK_sigmoid_grad: /* three roundings */
        return 4 * u * fabs(want) + 1e-44;
    case DPK_tanh_grad: /* that of x x is of the size of x x */
        return 4 * u * fabs(z) * (1 + x * x) + 1e-44;
    case DPK_pow:
        break;
    default:
        return 0;
    }
    return 4 * unit(e->type) * fabs(want) + (e->type == DPK_f32 ? 1.2e-38 : 2.3e-308);
}

/* What sigmoid and tanh give lies between -1 and 1. */
static void bring_into_range(const entry *e, guarded *a)
{
    if (e->op != DPK_sigmoid_grad && e->op != DPK_tanh_grad)
        return;
    for (int64_t i = 0; i < (int64_t)(a->bytes / type_bytes(e->type)); i++)
        put(e->type, a->data, i, tanh(get(e->type, a->data, i)));
}

/* How an operand walks [outer, inner]: elements it has, and its steps. */
typedef struct walk2 {
    int64_t outer, inner;
} walk2;

static int64_t span(walk2 step, int64_t outer, int64_t inner)
{
    return outer && inner ? (outer - 1) * step.outer + (inner - 1) * step.inner + 1 : 0;
}

static void check_binary_n(const entry *e, int64_t outer, int64_t inner, walk2 a_step, walk2 b_step, bool pieces)
{
    dpk_type result = e->op >= DPK_equal && e->op <= DPK_greater_equal ? DPK_bool : e->type;
    int64_t n = outer * inner;
    guarded a = numbers(e->type, span(a_step, outer, inner), true),
            b = numbers(e->type, span(b_step, outer, inner), true);
    bring_into_range(e, &a);
    guarded y = guarded_new((size_t)n * type_bytes(result));
    dpk_binary_args *args = calloc(1, sizeof *args + 2 * sizeof(dpk_axis));
    *args = (dpk_binary_args){.a = a.data, .b = b.data, .y = y.data, .axis_count = 2};
    args->axis[0] = (dpk_axis){inner, a_step.inner, b_step.inner, 0};
    args->axis[1] = (dpk_axis){outer, a_step.outer, b_step.outer, 0};
    if (e->type == DPK_i64 && e->op == DPK_pow) /* whole powers that a double holds */
        for (int64_t i = 0; i < span(b_step, outer, inner); i++)
            ((int64_t *)b.data)[i] = (int64_t)dp_rng_below(&rng, 12) - 2;
    if (e->type == DPK_i64 && e->op == DPK_pow)
        for (int64_t i = 0; i < span(a_step, outer, inner); i++)
            ((int64_t *)a.data)[i] = 1 + (int64_t)dp_rng_below(&rng, 20);
    call(e, args, n, 64, pieces);
    for (int64_t i = 0; i < n; i++) {
        int64_t o = i / inner, k = i % inner;
        double x = get(e->type, a.data, o * a_step.outer + k * a_step.inner),
               z = get(e->type, b.data, o * b_step.outer + k * b_step.inner);
        double want = binary_statement(e->op, e->type, x, z);
        if (result == DPK_f32 && e->op != DPK_pow)
            want = (float)want;
        near(result, get(result, y.data, i), want, binary_bound(e, x, z, want), i, "binary");
    }
    free(args);
    guarded_free(&a), guarded_free(&b), guarded_free(&y);
}

/* y over a: a and y contiguous. */
static void check_binary_in_place(const entry *e, int64_t n)
{
    guarded a = numbers(e->type, n, true), b = numbers(e->type, 1, false), before = guarded_new(a.bytes);
    bring_into_range(e, &a);
    if (n)
        memcpy(before.data, a.data, a.bytes);
    if (e->type == DPK_i64)
        put(DPK_i64, b.data, 0, 3);
    dpk_binary_args *args = calloc(1, sizeof *args + sizeof(dpk_axis));
    *args = (dpk_binary_args){.a = a.data, .b = b.data, .y = a.data, .axis_count = 1};
    args->axis[0] = (dpk_axis){n, 1, 0, 0};
    call(e, args, n, 64, false);
    for (int64_t i = 0; i < n; i++) {
        double x = get(e->type, before.data, i), z = get(e->type, b.data, 0),
               want = binary_statement(e->op, e->type, x, z);
        if (e->type == DPK_f32 && e->op != DPK_pow)
            want = (float)want;
        near(e->type, get(e->type, a.data, i), want, binary_bound(e, x, z, want), i, "in place");
    }
    free(args);
    guarded_free(&a), guarded_free(&b), guarded_free(&before);
}

static void check_binary(const entry *e)
{
    bool compares = e->op >= DPK_equal && e->op <= DPK_greater_equal;
    for (int s = 0; s < SIZES; s++) {
        int64_t n = sizes[s];
        const walk2 steps[] = {{n, 1}, {0, 1}, {1, 0}, {0, 0}, {2 * n + 1, 2}, {1, 3}};
        for (int i = 0; i < 6; i++)
            for (int k = 0; k < 6; k++)
                check_binary_n(e, 1 + s % 4, n, steps[i], steps[k], (i + k) % 2);
        if (!compares)
            check_binary_in_place(e, n);
    }
}

/* ---- Moved about ---- */

/* Each operand element by element, or one number for each row. */
static void check_where(const entry *e)
{
    size_t bytes = type_bytes(e->type);
    for (int s = 0; s < SIZES; s++)
        for (int form = 0; form < 8; form++) {
            int64_t n = sizes[s], rows = 3, a_step = form >> 1 & 1, b_step = form & 1, c_step = form < 4;
            guarded a = numbers(DPK_bool, a_step ? rows * n : rows, false),
                    b = numbers(DPK_u8, (int64_t)bytes * (b_step ? rows * n : rows), false),
                    c = numbers(DPK_u8, (int64_t)bytes * (c_step ? rows * n : rows), false),
                    y = guarded_new(bytes * (size_t)(rows * n));
            dpk_where_args *args = calloc(1, sizeof *args + 2 * sizeof(dpk_axis));
            *args = (dpk_where_args){.a = a.data, .b = b.data, .c = c.data, .y = y.data, .axis_count = 2};
            args->axis[0] = (dpk_axis){n, a_step, b_step, c_step};
            args->axis[1] = (dpk_axis){rows, a_step ? n : 1, b_step ? n : 1, c_step ? n : 1};
            call(e, args, rows * n, 64, form & 1);
            for (int64_t i = 0; i < rows * n; i++) {
                int64_t row = i / n;
                const unsigned char *want = a.data[a_step ? i : row] ? b.data + bytes * (size_t)(b_step ? i : row)
                                                                     : c.data + bytes * (size_t)(c_step ? i : row);
                near(DPK_u8, memcmp(y.data + bytes * (size_t)i, want, bytes) == 0, 1, 0, i, "where");
            }
            free(args);
            guarded_free(&a), guarded_free(&b), guarded_free(&c), guarded_free(&y);
        }
}

/* [rows, n] to its transpose, to its reverse, and one row to many. */
static void check_copy(const entry *e)
{
    size_t bytes = type_bytes(e->type);
    for (int s = 0; s < SIZES; s++)
        for (int form = 0; form < 4; form++) {
            int64_t n = sizes[s], rows = 1 + s % 5, total = rows * n;
            guarded a = numbers(DPK_u8, (int64_t)bytes * total, false), y = guarded_new(bytes * (size_t)total);
            dpk_copy_args *args = calloc(1, sizeof *args + 2 * sizeof(dpk_axis));
            *args = (dpk_copy_args){
                .a = form == 2 && total ? a.data + bytes * (size_t)(total - 1) : a.data, .y = y.data, .axis_count = 2};
            static const char *const names[] = {"copy", "transpose", "reverse", "repeat"};
            args->axis[0] = form == 1   ? (dpk_axis){n, 1, rows, 0}
                            : form == 2 ? (dpk_axis){n, -1, 1, 0}
                                        : (dpk_axis){n, 1, 1, 0};
            args->axis[1] = form == 1   ? (dpk_axis){rows, n, 1, 0}
                            : form == 2 ? (dpk_axis){rows, -n, n, 0}
                                        : (dpk_axis){rows, form == 3 ? 0 : n, n, 0};
            call(e, args, total, 64, s & 1);
            for (int64_t i = 0; i < total; i++) {
                int64_t row = i / n, k = i % n, to = form == 1 ? k * rows + row : i,
                        from = form == 2   ? total - 1 - i
                               : form == 3 ? k
                                           : i;
                near(DPK_u8, memcmp(y.data + bytes * (size_t)to, a.data + bytes * (size_t)from, bytes) == 0, 1, 0, i,
                     names[form]);
            }
            free(args);
            guarded_free(&a), guarded_free(&y);
        }
}

static void check_zero(const entry *e)
{
    for (int s = 0; s < SIZES; s++) {
        guarded y = numbers(DPK_u8, sizes[s], false);
        dpk_zero_args args = {.y = y.data};
        call(e, &args, sizes[s], 64, s & 1);
        for (int64_t i = 0; i < sizes[s]; i++)
            near(DPK_u8, y.data[i], 0, 0, i, "zero");
        guarded_free(&y);
    }
}

static guarded indices(int64_t count, int64_t low, int64_t high)
{
    guarded index = guarded_new((size_t)count * 8);
    for (int64_t i = 0; i < count; i++)
        ((int64_t *)index.data)[i] = low + (int64_t)dp_rng_below(&rng, (uint64_t)(high - low));
    return index;
}

static void check_gather(const entry *e)
{
    size_t bytes = type_bytes(e->type);
    for (int s = 0; s < SIZES; s++) {
        int64_t rows = 6, row = sizes[s], count = 11;
        guarded a = numbers(DPK_u8, (int64_t)bytes * rows * row, false), index = indices(count, -rows, rows),
                y = guarded_new(bytes * (size_t)(count * row));
        int64_t *at = (int64_t *)index.data;
        dpk_gather_args args = {.a = a.data, .index = at, .y = y.data, .rows = rows, .row = row};
        call(e, &args, count, 1, s & 1);
        for (int64_t i = 0; i < count; i++) {
            int64_t from = at[i] < 0 ? at[i] + rows : at[i];
            size_t width = bytes * (size_t)row;
            near(DPK_u8, width == 0 || memcmp(y.data + (size_t)i * width, a.data + (size_t)from * width, width) == 0, 1,
                 0, i, "gather");
        }
        at[4] = rows, at[7] = -rows - 1;
        assert_int_equal(e->fn(&args, 0, count), 4);
        assert_int_equal(e->fn(&args, 5, count), 7);
        guarded_free(&a), guarded_free(&index), guarded_free(&y);
    }
}

/* Division by 255 in f32, for all bytes, exactly. */
static void check_pixels(const entry *e)
{
    for (int s = 0; s < SIZES; s++) {
        int64_t rows = 7, row = sizes[s], n = 5, gap = s % 3;
        guarded a = numbers(DPK_u8, rows * row, false), index = indices(n, 0, rows),
                y = guarded_new((size_t)((n - 1) * (row + gap) + row) * sizeof(float));
        if (row == 257)
            for (int64_t i = 0; i < rows * row; i++)
                a.data[i] = (uint8_t)i;
        int64_t *r = (int64_t *)index.data;
        dpk_pixels_args args = {.a = a.data, .index = r, .y = y.data, .rows = rows, .row = row, .y_row = row + gap};
        call(e, &args, n, 1, s & 1);
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j < row; j++)
                near(e->type, get(e->type, y.data, i * (row + gap) + j), (float)a.data[r[i] * row + j] / 255.0f, 0, i,
                     "pixels");
        r[3] = s % 2 ? -1 : rows;
        assert_int_equal(e->fn(&args, 0, n), 3);
        guarded_free(&a), guarded_free(&index), guarded_free(&y);
    }
}

static void check_scatter(const entry *e)
{
    for (int s = 0; s < SIZES; s++) {
        int64_t rows = 4, row = sizes[s], count = 9;
        guarded a = numbers(e->type, count * row, false), index = indices(count, -rows, rows),
                y = numbers(e->type, rows * row, true);
        int64_t *at = (int64_t *)index.data;
        dpk_scatter_args args = {.a = a.data, .index = at, .y = y.data, .rows = rows, .row = row, .count = count};
        call(e, &args, row, 16, s & 1);
        for (int64_t r = 0; r < rows; r++)
            for (int64_t j = 0; j < row; j++) {
                double sum = 0, size = 0;
                for (int64_t i = 0; i < count; i++) {
                    if ((at[i] < 0 ? at[i] + rows : at[i]) != r)
                        continue;
                    sum += get(e->type, a.data, i * row + j), size += fabs(get(e->type, a.data, i * row + j));
                }
                near(e->type, get(e->type, y.data, r * row + j), sum, 2 * (double)count * unit(e->type) * size, j,
                     "scatter_add");
            }
        at[3] = rows;
        assert_int_equal(e->fn(&args, 0, row), row ? 3 : DPK_DONE);
        guarded_free(&a), guarded_free(&index), guarded_free(&y);
    }
}

static void check_one_hot(const entry *e)
{
    for (int s = 1; s < SIZES; s++) {
        int64_t classes = sizes[s], count = 7;
        guarded index = indices(count, 0, classes), y = numbers(e->type, count * classes, true);
        int64_t *at = (int64_t *)index.data;
        dpk_one_hot_args args = {.index = at, .y = y.data, .classes = classes};
        call(e, &args, count, 1, s & 1);
        for (int64_t i = 0; i < count * classes; i++)
            near(e->type, get(e->type, y.data, i), at[i / classes] == i % classes, 0, i, "one_hot");
        at[2] = classes, at[5] = -1;
        assert_int_equal(e->fn(&args, 0, count), 2);
        assert_int_equal(e->fn(&args, 3, count), 5);
        guarded_free(&index), guarded_free(&y);
    }
}

static void check_random(const entry *e)
{
    for (int s = 0; s < SIZES; s++) {
        guarded y = guarded_new((size_t)sizes[s] * type_bytes(e->type));
        dpk_random_args args = {.y = y.data, .seed = 5, .stream = (uint64_t)s, .p = -1, .q = 3};
        dp_rng draws = {.seed = 5, .stream = (uint64_t)s};
        call(e, &args, sizes[s], 1, s & 1);
        for (int64_t i = 0; i < sizes[s]; i++) {
            double want = e->op == DPK_random_normal ? -1 + 3 * dp_rng_normal(&draws) : -1 + 4 * dp_rng_uniform(&draws);
            near(e->type, get(e->type, y.data, i), e->type == DPK_f32 ? (float)want : want, 0, i, "random");
        }
        guarded_free(&y);
    }
}

/* The draws by dp_philox, as kern.h states them: the same elements at every level, in whatever pieces. */
static void check_dropout(const entry *e)
{
    const uint64_t seed = UINT64_C(0x123456789), stream = (UINT64_C(1) << 63) + (UINT64_C(3) << 40);
    for (int s = 0; s < SIZES; s++)
        for (int in_place = 0; in_place < 2; in_place++) {
            int64_t n = sizes[s], step = 1000 + s;
            const double p = in_place ? 0.25 : 0.875; /* 1 - p is exact */
            guarded a = numbers(e->type, n, true), before = widened(e->type, &a, n);
            guarded y = in_place ? a : guarded_new(a.bytes);
            dpk_dropout_args args = {
                .a = a.data, .step = &step, .y = y.data, .seed = seed, .stream = stream, .p = p};
            call(e, &args, n, 64, s & 1);
            for (int64_t i = 0; i < n; i++) {
                uint64_t counter = (uint64_t)(i / 64 * 16 + i % 16), place = stream + (uint64_t)step;
                uint32_t words[4];
                dp_philox((uint32_t[]){(uint32_t)counter, (uint32_t)(counter >> 32), (uint32_t)place,
                                       (uint32_t)(place >> 32)},
                          (uint32_t[]){(uint32_t)seed, (uint32_t)(seed >> 32)}, words);
                double want = words[i % 64 / 16] < p * 0x1p32 ? 0 : get(DPK_f64, before.data, i) / (1 - p);
                double bound = isfinite(want) ? unit(e->type) * fabs(want) + 1e-45 : 0;
                near(e->type, get(e->type, y.data, i), want, bound, i, "dropout");
            }
            if (!in_place)
                guarded_free(&y);
            guarded_free(&a), guarded_free(&before);
        }
}

/* ---- Over axes ---- */

/* Roundings that one term of the sum goes through. A row: 15 in a block of 128 over 8 sums, 3 to join them, 7 at its
 * end, one more for each halving; a column: one for each term. */
static double roundings(int64_t len, int64_t inner)
{
    return inner == 1 ? 25 + log2((double)(len > 1 ? len : 1)) : (double)len;
}

typedef struct lane {
    double sum, size, largest, smallest, exp_sum;
    int64_t place;
    bool nan;
} lane;

/* What one lane a[0], a[step], … says, in f64. */
static lane look(dpk_type type, const void *a, int64_t start, int64_t len, int64_t step)
{
    lane l = {.largest = -INFINITY, .smallest = INFINITY};
    for (int64_t k = 0; k < len; k++) {
        double x = get(type, a, start + k * step);
        l.sum += x, l.size += fabs(x);
        if (!l.nan && (isnan(x) || x > l.largest || k == 0))
            l.place = k;
        if (isnan(x))
            l.nan = true;
        if (x > l.largest)
            l.largest = x;
        if (x < l.smallest)
            l.smallest = x;
    }
    for (int64_t k = 0; k < len; k++)
        l.exp_sum += exp(get(type, a, start + k * step) - l.largest);
    return l;
}

static void check_reduce_n(const entry *e, int64_t outer, int64_t len, int64_t inner, bool special, bool pieces)
{
    guarded a = numbers(e->type, outer * len * inner, special);
    dpk_type result = e->op == DPK_argmax ? DPK_i64 : e->type;
    guarded y = guarded_new((size_t)(outer * inner) * type_bytes(result));
    double divisor = e->op == DPK_sum && e->type != DPK_i64 && len % 2 ? 3 : 1, u = unit(e->type);
    dpk_reduce_args args = {.a = a.data, .y = y.data, .len = len, .inner = inner, .divisor = divisor};
    call(e, &args, outer * inner, 64, pieces);
    for (int64_t i = 0; i < outer * inner; i++) {
        lane l = look(e->type, a.data, i / inner * len * inner + i % inner, len, inner);
        double want = 0, bound = 0;
        if (e->op == DPK_sum)
            want = l.sum / divisor, bound = 1.01 * (roundings(len, inner) + 1) * u * l.size;
        if (e->op == DPK_max)
            want = l.nan ? NAN : l.largest;
        if (e->op == DPK_min)
            want = l.nan ? NAN : l.smallest;
        if (e->op == DPK_argmax)
            want = (double)l.place;
        if (e->op == DPK_logsumexp) {
            want = l.nan ? NAN : isinf(l.largest) ? l.largest : l.largest + log(l.exp_sum);
            bound = isfinite(want) ? u * ((double)len + 8 + 2 * fabs(want) + 2 * fabs(l.largest)) : 0;
        }
        near(result, get(result, y.data, i), want, isfinite(bound) ? bound : 0, i, "reduce");
    }
    guarded_free(&a), guarded_free(&y);
}

static void check_reduce(const entry *e)
{
    static const int64_t inners[] = {1, 2, 9, 64, 67};
    for (int s = e->op == DPK_sum ? 0 : 1; s < SIZES; s++)
        for (int k = 0; k < 5; k++)
            for (int special = 0; special < 2; special++)
                check_reduce_n(e, 1 + s % 3, sizes[s], inners[k], special && e->op != DPK_sum, (s + k) % 2);
    if (e->op == DPK_sum)
        check_reduce_n(e, 2, 100003, 1, false, false);
}

/* a - max is exact to u |a - max|; exp turns that into a relative error of the same size, plus its own 2 ulp. */
static void check_softmax_n(const entry *e, int64_t outer, int64_t len, int64_t inner, double scale, bool in_place)
{
    int64_t n = outer * len * inner;
    guarded a = numbers(e->type, n, false), before = guarded_new(a.bytes);
    for (int64_t i = 0; i < n; i++)
        put(e->type, a.data, i, scale * get(e->type, a.data, i));
    if (n)
        memcpy(before.data, a.data, a.bytes);
    guarded y = in_place ? a : guarded_new(a.bytes);
    dpk_softmax_args args = {.a = a.data, .y = y.data, .len = len, .inner = inner};
    call(e, &args, outer * inner, 1, !in_place);
    double u = unit(e->type);
    for (int64_t i = 0; i < outer * inner; i++) {
        int64_t start = i / inner * len * inner + i % inner;
        lane l = look(e->type, before.data, start, len, inner);
        for (int64_t k = 0; k < len; k++) {
            double x = get(e->type, before.data, start + k * inner) - l.largest,
                   have = get(e->type, y.data, start + k * inner);
            double relative = u * (fabs(x) + (double)len + 12), tiny = e->type == DPK_f32 ? 1.2e-38 : 2.3e-308;
            if (e->op == DPK_softmax)
                near(e->type, have, exp(x) / l.exp_sum, 2 * relative * exp(x) / l.exp_sum + tiny, k, "softmax");
            else
                near(e->type, have, x - log(l.exp_sum), u * ((double)len + 12 + 4 * fabs(x)), k, "log_softmax");
        }
    }
    if (!in_place)
        guarded_free(&y);
    guarded_free(&a), guarded_free(&before);
}

static void check_softmax(const entry *e)
{
    for (int s = 0; s < SIZES; s++)
        for (int form = 0; form < 4; form++)
            check_softmax_n(e, 3, sizes[s], form & 1 ? 5 : 1, s % 2 ? 1 : 5000, form & 2);
}

static void check_xent(const entry *e)
{
    bool index = e->op == DPK_xent_index;
    for (int s = 1; s < SIZES; s++) {
        int64_t classes = sizes[s], rows = 6;
        guarded y = numbers(e->type, rows * classes, false), loss = guarded_new((size_t)rows * type_bytes(e->type));
        guarded t = index ? indices(rows, 0, classes) : numbers(e->type, rows * classes, false);
        double u = unit(e->type), scale = s % 2 ? 1 : 5000;
        for (int64_t i = 0; i < rows * classes; i++)
            put(e->type, y.data, i, scale * get(e->type, y.data, i));
        dpk_xent_args args = {.y = y.data, .t = t.data, .loss = loss.data, .classes = classes};
        call(e, &args, rows, 1, s & 1);
        for (int64_t i = 0; i < rows; i++) {
            lane l = look(e->type, y.data, i * classes, classes, 1);
            double want = 0, size = 0;
            for (int64_t k = 0; k < classes; k++) {
                double weight = index ? ((int64_t *)t.data)[i] == k : get(e->type, t.data, i * classes + k);
                double term = log(l.exp_sum) - (get(e->type, y.data, i * classes + k) - l.largest);
                want += weight * term, size += fabs(weight) * (fabs(term) + 1);
            }
            near(e->type, get(e->type, loss.data, i), want, 2 * u * ((double)classes + 12) * size, i, "xent");
        }
        if (index) {
            ((int64_t *)t.data)[2] = classes, ((int64_t *)t.data)[4] = -1;
            assert_int_equal(e->fn(&args, 0, rows), 2);
            assert_int_equal(e->fn(&args, 3, rows), 4);
        }
        guarded_free(&y), guarded_free(&loss), guarded_free(&t);
    }
}

static void check_xent_grad(const entry *e)
{
    for (int s = 1; s < SIZES; s++)
        for (int form = 0; form < 4; form++) {
            int64_t classes = sizes[s], rows = 6, n = rows * classes;
            bool in_place = form & 1, with_loss = form & 2;
            guarded y = numbers(e->type, n, false), before = guarded_new(y.bytes), t = indices(rows, 0, classes),
                    loss = guarded_new((size_t)rows * type_bytes(e->type)), scale = numbers(e->type, 1, false);
            guarded dy = in_place ? y : guarded_new(y.bytes);
            double u = unit(e->type), c = get(e->type, scale.data, 0), tiny = e->type == DPK_f32 ? 1.2e-38 : 2.3e-308;
            for (int64_t i = 0; i < n; i++)
                put(e->type, y.data, i, (s % 2 ? 1 : 500) * get(e->type, y.data, i));
            memcpy(before.data, y.data, y.bytes);
            int64_t *k = (int64_t *)t.data;
            dpk_xent_grad_args args = {.y = y.data,
                                       .t = k,
                                       .scale = scale.data,
                                       .loss = with_loss ? loss.data : NULL,
                                       .dy = dy.data,
                                       .classes = classes};
            call(e, &args, rows, 1, !in_place);
            for (int64_t i = 0; i < n; i++) {
                lane l = look(e->type, before.data, i / classes * classes, classes, 1);
                double x = get(e->type, before.data, i) - l.largest, p = exp(x) / l.exp_sum;
                bool chosen = k[i / classes] == i % classes;
                double relative = u * (fabs(x) + (double)classes + 12);
                near(e->type, get(e->type, dy.data, i), (p - chosen) * c,
                     fabs(c) * (2 * relative * p + 2 * u * (p + chosen) + tiny), i, "xent_grad");
                if (chosen && with_loss)
                    near(e->type, get(e->type, loss.data, i / classes), log(l.exp_sum) - x,
                         2 * u * ((double)classes + 12) * (fabs(log(l.exp_sum) - x) + fabs(x) + 1), i, "loss");
            }
            k[2] = classes, k[4] = -1;
            assert_int_equal(e->fn(&args, 0, rows), 2);
            assert_int_equal(e->fn(&args, 3, rows), 4);
            if (!in_place)
                guarded_free(&dy);
            guarded_free(&y), guarded_free(&before), guarded_free(&t), guarded_free(&loss), guarded_free(&scale);
        }
}

/* ---- Matrix product ---- */

/* A matrix of rows x columns as it lies in memory, transposed or not. */
static void steps_of(bool transposed, int64_t rows, int64_t columns, int64_t *row, int64_t *column)
{
    *row = transposed ? 1 : columns;
    *column = transposed ? rows : 1;
}

static bool is_gemm(const entry *e)
{
    return e->op == DPK_gemm || e->op == DPK_thin || e->op == DPK_thin_row || e->op == DPK_gemm_onednn || e->op == DPK_gemm_cblas;
}

/* Blocks of a few rows, or of all of them; the work area holds NaN. */
static int64_t cut_thin(const entry *e, dpk_matmul_args *args, guarded *scratch, bool small)
{
    int64_t lanes = dpk_find_gemm_tile(e->isa, e->type).vector, elems = dpk_thin_scratch(args, lanes);
    args->row_block = small ? 1 + (int64_t)dp_rng_below(&rng, 40) : args->m + 1;
    int64_t units = (args->m + args->row_block - 1) / args->row_block;
    *scratch = guarded_new((size_t)(units * elems) * type_bytes(e->type));
    if (elems)
        memset(scratch->data, 0xFF, scratch->bytes);
    args->scratch = elems ? scratch->data : NULL;
    return units;
}

/* Cuts the work for gemm, a second time with blocks so small that their edges are met; the work area holds NaN. */
static int64_t cut(const entry *e, dpk_matmul_args *args, guarded *scratch, int64_t matrices, bool small)
{
    double ns;
    if (e->op == DPK_thin_row) {
        *scratch = guarded_new(0);
        return dpk_thin_row_cut(e->isa, e->type, args, &ns);
    }
    if (e->op == DPK_thin)
        return cut_thin(e, args, scratch, small);
    if (e->op != DPK_gemm) {
        int64_t library_units = dpk_gemm_cut_library(matrices, args, &ns);
        if (small) {
            args->row_block = 1 + (int64_t)dp_rng_below(&rng, 9);
            args->panels = 1 + (int64_t)dp_rng_below(&rng, (uint32_t)(args->n < 3 ? args->n : 3));
            library_units = matrices * ((args->m + args->row_block - 1) / args->row_block) * args->panels;
        }
        *scratch = guarded_new(0);
        return library_units;
    }
    int64_t elems, units = dpk_gemm_cut(e->isa, e->type, matrices, args, &elems, &ns);
    if (small) {
        dpk_gemm_tile tile = dpk_find_gemm_tile(e->isa, e->type);
        args->row_block = 1 + (int64_t)dp_rng_below(&rng, 4 * (uint32_t)tile.rows);
        args->k_block = 1 + (int64_t)dp_rng_below(&rng, 9);
        args->pack_a = args->a_row == 1 && dp_rng_below(&rng, 2);
        args->group = 1 + (int64_t)dp_rng_below(&rng, 3);
        units = matrices * ((args->m + args->row_block - 1) / args->row_block) * dpk_gemm_groups(args);
        elems = dpk_gemm_scratch(args, tile.rows, tile.max_vectors * tile.vector);
    }
    *scratch = guarded_new((size_t)(units * elems) * type_bytes(e->type));
    if (elems)
        memset(scratch->data, 0xFF, scratch->bytes);
    args->scratch = scratch->data;
    return units;
}

/* y = a b for two matrices (thin: one; thin_row: of one row), b shared or not, within gamma_k sum |a||b|: twice that where the oracle has the same
 * precision. */
static void check_matmul_n(const entry *e, int64_t m, int64_t n, int64_t k, bool ta, bool tb, bool share_b, bool small,
                           bool pieces)
{
    if (e->op == DPK_thin_row)
        m = 1, tb = false;
    int64_t matrices = e->op == DPK_thin || e->op == DPK_thin_row ? 1 : 2, b_matrices = share_b ? 1 : matrices;
    guarded a = numbers(e->type, matrices * m * k, false), b = numbers(e->type, b_matrices * k * n, false),
            scratch = {0};
    guarded y = guarded_new((size_t)(matrices * m * n) * type_bytes(e->type));
    memset(y.data, 0xFF, y.bytes); /* NaN: what was there must not matter */
    dpk_matmul_args args = {.a = a.data, .b = b.data, .y = y.data, .m = m, .n = n, .k = k};
    steps_of(ta, m, k, &args.a_row, &args.a_col);
    steps_of(tb, k, n, &args.b_row, &args.b_col);
    args.batch_axes = matrices > 1;
    args.batch[0] = (dpk_axis){matrices, m * k, share_b ? 0 : k * n, 0};
    int64_t units = matrices * m;
    if (is_gemm(e))
        units = cut(e, &args, &scratch, matrices, small);
    call(e, &args, units, 1, pieces);
    double u = unit(e->type),
           gamma = e->type == DPK_i64 ? 0 : (double)k * u / (1 - (double)k * u) * (e->type == DPK_f64 ? 2 : 1);
    for (int64_t i = 0; i < matrices * m * n; i++) {
        int64_t matrix = i / (m * n), row = i / n % m, column = i % n;
        double sum = 0, size = 0;
        for (int64_t p = 0; p < k; p++) {
            double x = get(e->type, a.data, matrix * m * k + row * args.a_row + p * args.a_col);
            double z = get(e->type, b.data, (share_b ? 0 : matrix * k * n) + p * args.b_row + column * args.b_col);
            sum += x * z, size += fabs(x * z);
        }
        near(e->type, get(e->type, y.data, i), sum, gamma * size, i, "matmul");
    }
    if (scratch.map)
        guarded_free(&scratch);
    guarded_free(&a), guarded_free(&b), guarded_free(&y);
}

static double activated(dpk_activation activation, double x)
{
    switch (activation) {
    case DPK_ACT_RELU:
        return x <= 0 ? 0 : x;
    case DPK_ACT_SIGMOID:
        return 1 / (1 + exp(-x));
    case DPK_ACT_TANH:
        return tanh(x);
    default:
        return x;
    }
}

static double gate_factor(dpk_gate kind, double g)
{
    switch (kind) {
    case DPK_GATE_RELU:
        return g > 0;
    case DPK_GATE_SIGMOID:
        return g * (1 - g);
    case DPK_GATE_TANH:
        return 1 - g * g;
    default:
        return 1;
    }
}

/* A row has the same bits in a product of few rows, which gemm makes, and of many, which thin does; dpk_thin_cut leaves the
 * tails to gemm. */
static void check_thin_bits(const entry *e, const dpk_matmul_args *args, const guarded *y)
{
    guarded same, scratch;
    dpk_matmul_args other = *args;
    double ns;
    int64_t elems, units = dpk_gemm_cut(e->isa, e->type, 1, &other, &elems, &ns);
    if (other.tail)
        return;
    same = guarded_new(y->bytes), scratch = guarded_new((size_t)(units * elems) * type_bytes(e->type));
    other.scratch = scratch.data, other.y = same.data;
    dpk_find(e->isa, DPK_gemm, e->type)(&other, 0, units);
    for (int64_t i = 0; i < args->m * args->n; i++)
        near(e->type, get(e->type, y->data, i), get(e->type, same.data, i), 0, i, "thin, against gemm");
    guarded_free(&same), guarded_free(&scratch);
}

/* Where y may be the gate: the same bits. */
static void check_gate_in_place(const entry *e, const dpk_matmul_args *args, int64_t units, const guarded *y)
{
    if (e->op != DPK_thin || !dpk_thin_in_place(e->isa, e->type, args))
        return;
    guarded same = guarded_new(y->bytes);
    memcpy(same.data, args->gate, y->bytes);
    dpk_matmul_args again = *args;
    again.gate = again.y = same.data;
    dpk_find(e->isa, e->op, e->type)(&again, 0, units);
    assert_memory_equal(same.data, y->data, y->bytes);
    guarded_free(&same);
}

/* Bias, activation, gate and column sums. No activation has a slope above 1, so the error of the sum goes through as it
 * is; relu has a kink, but no jump. Activation and gate add 8 and 4 roundings, of numbers that 1 + g g bounds. */
static void check_epilogue_n(const entry *e, int64_t m, int64_t n, int64_t k, bool tb, dpk_activation activation,
                             dpk_gate gate_kind, bool with_bias, bool with_sums)
{
    if (e->op == DPK_thin_row)
        m = 1, tb = false;
    guarded a = numbers(e->type, m * k, false), b = numbers(e->type, k * n, false), bias = numbers(e->type, n, false),
            gate = numbers(e->type, m * n, false), y = guarded_new(gate.bytes), sums = guarded_new(bias.bytes),
            scratch = {0};
    memset(y.data, 0xFF, y.bytes), memset(sums.data, 0xFF, sums.bytes);
    dpk_matmul_args args = {.a = a.data, .b = b.data, .y = y.data, .m = m, .n = n, .k = k};
    steps_of(false, m, k, &args.a_row, &args.a_col);
    steps_of(tb, k, n, &args.b_row, &args.b_col);
    args.bias = with_bias ? bias.data : NULL, args.sums = with_sums ? sums.data : NULL;
    args.gate = gate_kind ? gate.data : NULL;
    args.activation = activation, args.gate_kind = gate_kind;
    const int64_t units = is_gemm(e) ? cut(e, &args, &scratch, 1, tb) : m;
    call(e, &args, units, 1, true);
    check_gate_in_place(e, &args, units, &y);
    double u = unit(e->type), gamma = (double)(k + 1) * u / (1 - (double)(k + 1) * u) * (e->type == DPK_f64 ? 2 : 1);
    for (int64_t i = 0; i < m * n; i++) {
        double sum = with_bias ? get(e->type, bias.data, i % n) : 0, size = fabs(sum), g = get(e->type, gate.data, i);
        for (int64_t p = 0; p < k; p++) {
            double x = get(e->type, a.data, i / n * k + p),
                   z = get(e->type, b.data, p * args.b_row + i % n * args.b_col);
            sum += x * z, size += fabs(x * z);
        }
        double factor = gate_factor(gate_kind, g), f = activated(activation, sum),
               room = gate_kind > DPK_GATE_RELU ? 1 + g * g : 1;
        near(e->type, get(e->type, y.data, i), f * factor,
             gamma * size * fabs(factor) + (activation ? 8 : 0) * u * fabs(f * factor) + 4 * u * room * fabs(f), i,
             "epilogue");
    }
    if (e->op == DPK_thin || e->op == DPK_thin_row)
        check_thin_bits(e, &args, &y);
    for (int64_t j = 0; with_sums && j < n; j++) {
        double sum = 0, size = 0;
        for (int64_t p = 0; p < k; p++) {
            double z = get(e->type, b.data, p * args.b_row + j * args.b_col);
            sum += z, size += fabs(z);
        }
        near(e->type, get(e->type, sums.data, j), sum, gamma * size, j, "sums");
    }
    if (scratch.map)
        guarded_free(&scratch);
    guarded_free(&a), guarded_free(&b), guarded_free(&bias), guarded_free(&gate), guarded_free(&y), guarded_free(&sums);
}

static void check_epilogue(const entry *e)
{
    static const int64_t shapes[][3] = {{1, 1, 1}, {7, 10, 5}, {17, 50, 9}, {9, 97, 33}, {19, 32, 4}, {37, 4, 6}, {41, 16, 5}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int activation = DPK_ACT_NONE; activation <= DPK_ACT_TANH; activation++)
            for (int gate = DPK_GATE_NONE; gate <= DPK_GATE_TANH; gate++)
                for (int form = 0; form < 8; form++)
                    check_epilogue_n(e, shapes[s][0], shapes[s][1], shapes[s][2], form & 1, (dpk_activation)activation,
                                     (dpk_gate)gate, form & 2, form & 4);
}

/* The products and sums of each block of steps of k by itself, within gamma of its steps. */
static void check_thin_grad_n(const entry *e, int64_t m, int64_t n, int64_t k, int64_t block, bool with_sums)
{
    int64_t units = (k + block - 1) / block;
    guarded a = numbers(e->type, k * m, false), d = numbers(e->type, k * n, false);
    guarded y = guarded_new((size_t)(units * m * n) * type_bytes(e->type)),
            sums = guarded_new((size_t)(units * n) * type_bytes(e->type));
    memset(y.data, 0xFF, y.bytes), memset(sums.data, 0xFF, sums.bytes);
    dpk_matmul_args args = {.a = a.data, .b = d.data, .y = y.data, .m = m, .n = n, .k = k, .row_block = block};
    args.a_row = 1, args.a_col = m, args.b_row = n, args.b_col = 1;
    args.sums = with_sums ? sums.data : NULL;
    call(e, &args, units, 1, with_sums);
    double u = unit(e->type), terms = (double)(block + 1),
           gamma = terms * u / (1 - terms * u) * (e->type == DPK_f64 ? 2 : 1);
    for (int64_t i = 0; i < units * (m + 1) * n; i++) {
        int64_t part = i / ((m + 1) * n), row = i / n % (m + 1), column = i % n, first = part * block;
        bool is_sum = row == m;
        if (is_sum && !with_sums)
            continue;
        double sum = 0, size = 0;
        for (int64_t p = first; p < k && p < first + block; p++) {
            double z = get(e->type, d.data, p * n + column) * (is_sum ? 1 : get(e->type, a.data, p * m + row));
            sum += z, size += fabs(z);
        }
        double have =
            is_sum ? get(e->type, sums.data, part * n + column) : get(e->type, y.data, part * m * n + row * n + column);
        near(e->type, have, sum, gamma * size, i, is_sum ? "sums" : "gradient");
    }
    guarded_free(&a), guarded_free(&d), guarded_free(&y), guarded_free(&sums);
}

static void check_thin_grad(const entry *e)
{
    static const int64_t sides[] = {1, 2, 3, 4, 7, 8, 10, 16, 17, 32, 33, 50};
    enum { SIDES = sizeof sides / sizeof *sides };
    for (int i = 0; i < SIDES; i++)
        for (int j = 0; j < SIDES; j++)
            for (int form = 0; form < 4; form++)
                check_thin_grad_n(e, sides[i], sides[j], form & 1 ? 19 : 40, form & 2 ? 7 : 40, form & 1);
}

static void check_matmul(const entry *e)
{
    if (e->op == DPK_thin_grad) {
        check_thin_grad(e);
        return;
    }
    static const int64_t shapes[][3] = {{1, 1, 1},    {2, 4, 4},    {4, 2, 4},   {3, 5, 7},   {8, 16, 9},
                                        {9, 17, 10},  {7, 15, 1},   {16, 48, 5}, {17, 49, 6}, {13, 96, 3},
                                        {6, 8, 2},    {5, 4, 300},  {1, 50, 31}, {31, 1, 50}, {23, 10, 19},
                                        {41, 50, 64}, {65, 33, 12}, {24, 100, 8}, {20, 35, 600},
                                        {43, 36, 37}, {50, 100, 70}, {70, 165, 41},
                                        {70, 4, 16},  {33, 8, 4},   {35, 32, 4}, {29, 16, 32}, {37, 3, 5},
                                        {41, 10, 9},  {45, 6, 7},   {64, 16, 3}};
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int form = 0; form < 16; form++)
            check_matmul_n(e, shapes[s][0], shapes[s][1], shapes[s][2], form & 1, form & 2, form & 4, form & 8, s & 1);
    if (e->op == DPK_matmul) {
        check_matmul_n(e, 3, 3, 0, false, false, false, false, false);
        check_matmul_n(e, 0, 3, 3, false, false, false, false, false);
    }
    if (e->type != DPK_i64)
        check_epilogue(e);
}

/* NaN and infinities go through a tile as through the plain product, also where a tile is padded. The other numbers
 * are exact in any order. */
static guarded special_numbers(dpk_type type, int64_t count)
{
    static const double few[] = {0.0, -0.0, 1.0, -1.0, 2.0, 0.5, -3.0, 1.0, INFINITY, -INFINITY, NAN};
    guarded memory = guarded_new((size_t)count * type_bytes(type));
    for (int64_t i = 0; i < count; i++)
        put(type, memory.data, i, few[dp_rng_below(&rng, i % 3 ? 8 : 11)]);
    return memory;
}

static void check_gemm_special(const entry *e)
{
    for (int round = 0; round < 20; round++) {
        int64_t m = e->op == DPK_thin_row ? 1 : 11, n = 13, k = 5;
        guarded a = special_numbers(e->type, m * k), b = special_numbers(e->type, k * n), scratch;
        guarded y = guarded_new((size_t)(m * n) * type_bytes(e->type)), want = guarded_new(y.bytes);
        dpk_matmul_args args = {.a = a.data,
                                .b = b.data,
                                .y = want.data,
                                .m = m,
                                .n = n,
                                .k = k,
                                .a_row = k,
                                .a_col = 1,
                                .b_row = n,
                                .b_col = 1};
        dpk_find(DPK_ref, DPK_matmul, e->type)(&args, 0, m);
        args.y = y.data;
        call(e, &args, cut(e, &args, &scratch, 1, round % 2), 1, false);
        for (int64_t i = 0; i < m * n; i++)
            near(e->type, get(e->type, y.data, i), get(e->type, want.data, i), 0, i, "special values");
        guarded_free(&a), guarded_free(&b), guarded_free(&scratch), guarded_free(&y), guarded_free(&want);
    }
}

/* The same bits, however the rows are cut. */
static void check_gemm_rows(const entry *e)
{
    static const int64_t shapes[][3] = {{43, 36, 37}, {43, 50, 300}, {20, 35, 600}};
    for (int form = 0; e->op == DPK_gemm && form < 6; form++) {
        int64_t m = shapes[form / 2][0], n = shapes[form / 2][1], k = shapes[form / 2][2], elems;
        double ns;
        guarded a = numbers(e->type, m * k, false), b = numbers(e->type, k * n, false);
        guarded whole = guarded_new((size_t)(m * n) * type_bytes(e->type)), cut_up = guarded_new(whole.bytes);
        dpk_matmul_args args = {.a = a.data, .b = b.data, .y = whole.data, .m = m, .n = n, .k = k};
        steps_of(form & 1, m, k, &args.a_row, &args.a_col);
        steps_of(false, k, n, &args.b_row, &args.b_col);
        int64_t units = dpk_gemm_cut(e->isa, e->type, 1, &args, &elems, &ns);
        int64_t small_units = (m + 2) / 3 * dpk_gemm_groups(&args);
        guarded scratch = guarded_new((size_t)(elems * small_units) * type_bytes(e->type));
        args.scratch = scratch.data;
        call(e, &args, units, 1, false);
        args.y = cut_up.data, args.row_block = 3;
        call(e, &args, small_units, 1, true);
        for (int64_t i = 0; i < m * n; i++)
            near(e->type, get(e->type, cut_up.data, i), get(e->type, whole.data, i), 0, i, "in blocks of 3 rows");
        guarded_free(&a), guarded_free(&b), guarded_free(&whole), guarded_free(&cut_up), guarded_free(&scratch);
    }
}

/* ---- Planes ---- */

/* A window: x, kernel, stride, padding, dilation along both axes; edges, gaps and leftovers of each. */
typedef struct window_case {
    int64_t plane[2], kernel[2], stride[2], padding[2], dilation[2];
} window_case;
static const window_case windows[] = {
    {{1, 1}, {1, 1}, {1, 1}, {0, 0}, {1, 1}},   {{5, 7}, {3, 3}, {1, 1}, {1, 1}, {1, 1}},
    {{28, 28}, {5, 5}, {1, 1}, {0, 0}, {1, 1}}, {{12, 12}, {5, 5}, {1, 1}, {0, 0}, {1, 1}},
    {{14, 14}, {3, 3}, {1, 1}, {2, 2}, {1, 1}}, {{4, 4}, {4, 4}, {1, 1}, {0, 0}, {1, 1}},
    {{9, 8}, {2, 3}, {2, 1}, {1, 0}, {1, 1}},   {{9, 17}, {2, 2}, {3, 2}, {0, 1}, {2, 3}},
    {{2, 2}, {5, 3}, {1, 2}, {3, 1}, {1, 1}},   {{1, 33}, {1, 4}, {1, 1}, {0, 2}, {1, 2}},
    {{7, 1}, {3, 1}, {2, 1}, {0, 0}, {2, 1}},   {{6, 40}, {1, 1}, {2, 3}, {0, 0}, {1, 1}},
};
enum { WINDOWS = sizeof windows / sizeof *windows };

static dpk_window window_of(const window_case *c)
{
    dpk_window w;
    for (int i = 0; i < 2; i++) {
        w.plane[i] = c->plane[i], w.kernel[i] = c->kernel[i], w.stride[i] = c->stride[i];
        w.padding[i] = c->padding[i], w.dilation[i] = c->dilation[i];
        w.places[i] =
            (c->plane[i] + 2 * c->padding[i] - (c->kernel[i] - 1) * c->dilation[i] - 1) / c->stride[i] + 1;
    }
    return w;
}

static bool is_lanes(const entry *e)
{
    return e->op == DPK_conv2d_lanes || e->op == DPK_conv2d_lanes_input || e->op == DPK_conv2d_lanes_weight;
}

/* The three operands of a convolution, and one of them summed up in f64 from the other two, with the sizes of the sums
 * and how many terms they have. */
enum { IMAGE, KERNEL, RESULT, OPERANDS };
typedef struct conv_sums {
    int64_t elems[OPERANDS];
    double *sum, *size;
    int64_t *terms;
} conv_sums;

static void add_up(const dpk_conv_args *args, const entry *e, int made, guarded operand[OPERANDS], conv_sums *s)
{
    const dpk_window *w = &args->window;
    int64_t depth = args->channels / args->groups, share = args->filters / args->groups, at[OPERANDS];
    for (int64_t n = 0; n < args->images; n++)
        for (int64_t o = 0; o < args->filters; o++)
            for (int64_t c = 0; c < depth; c++)
                for (int64_t i = 0; i < w->places[0] * w->places[1]; i++)
                    for (int64_t k = 0; k < w->kernel[0] * w->kernel[1]; k++) {
                        int64_t row = i / w->places[1] * w->stride[0] - w->padding[0] + k / w->kernel[1] * w->dilation[0];
                        int64_t col = i % w->places[1] * w->stride[1] - w->padding[1] + k % w->kernel[1] * w->dilation[1];
                        if (row < 0 || col < 0 || row >= w->plane[0] || col >= w->plane[1])
                            continue;
                        at[IMAGE] = ((n * args->channels + o / share * depth + c) * w->plane[0] + row) * w->plane[1] + col;
                        at[KERNEL] = (o * depth + c) * w->kernel[0] * w->kernel[1] + k;
                        at[RESULT] = (n * args->filters + o) * w->places[0] * w->places[1] + i;
                        double term = get(e->type, operand[(made + 1) % 3].data, at[(made + 1) % 3]) *
                                      get(e->type, operand[(made + 2) % 3].data, at[(made + 2) % 3]);
                        s->sum[at[made]] += term, s->size[at[made]] += fabs(term), s->terms[at[made]]++;
                    }
}

/* Pieces of the weight's gradient together. */
static double of_pieces(const entry *e, const void *y, int64_t i, int64_t pieces, int64_t step)
{
    double sum = 0;
    for (int64_t p = 0; p < pieces; p++)
        sum += get(e->type, y, p * step + i);
    return sum;
}

/* What becomes of a sum: bias, activation; *bound grows with it. */
static double conv_activated(const dpk_conv_args *args, const entry *e, double want, double *bound)
{
    if (args->activation == DPK_ACT_RELU)
        return want <= 0 ? 0 : want;
    if (args->activation == DPK_ACT_TANH) /* its slope is at most 1 */
        return *bound += 4 * unit(e->type) * (e->type == DPK_f64 ? 2 : 1), tanh(want);
    return want;
}

/* Result m of image n, of `all` results: groups of images, [results][images], or the other way in a group of few. */
static int64_t choice_at(const dpk_conv_args *args, int64_t all, int64_t n, int64_t m)
{
    int64_t first = n / DPK_CONV_LANES * DPK_CONV_LANES, left = args->images - first;
    if (left <= 5) /* they go one by one */
        return n * all + m;
    return first * all + m * (left < DPK_CONV_LANES ? left : DPK_CONV_LANES) + n - first;
}

/* The largest of each window of 2 x 2 side by side of `want`, each off by at most its bound, and which of them was chosen. */
static void check_pooled(const dpk_conv_args *args, const entry *e, const void *y, const double *want, const double *bound)
{
    const int64_t *places = args->window.places, high = places[0] / 2, wide = places[1] / 2;
    for (int64_t n = 0, i = 0; n < args->images; n++)
        for (int64_t m = 0; m < args->filters * high * wide; m++, i++) {
            int64_t corner = ((n * args->filters + m / (high * wide)) * places[0] + m / wide % high * 2) * places[1] + m % wide * 2;
            int64_t at[4] = {corner, corner + 1, corner + places[1], corner + places[1] + 1}, best = 0, choice;
            double most = 0;
            for (int k = 0; k < 4; k++) {
                best = want[at[k]] > want[at[best]] ? k : best;
                most = fmax(most, bound[at[k]]);
            }
            near(e->type, get(e->type, y, i), want[at[best]], most, i, "pooled convolution");
            choice = args->choice[choice_at(args, args->filters * high * wide, n, m)];
            assert_in_range(choice, 0, 4);
            if (choice == 4)
                assert_true(args->activation == DPK_ACT_RELU && get(e->type, y, i) == 0);
            else
                assert_true(want[at[choice]] + 2 * most >= want[at[best]]);
        }
}

/* A pooled gradient, choices for it, and what they make of it. */
static guarded unpool(const dpk_conv_args *args, const entry *e, const guarded *full, uint8_t *choices)
{
    const int64_t *places = args->window.places, high = places[0] / 2, wide = places[1] / 2, all = args->filters * high * wide;
    guarded pooled = numbers(e->type, args->images * all, false);
    memset(full->data, 0, full->bytes);
    for (int64_t i = 0; i < args->images * all; i++) {
        int64_t n = i / all, m = i % all, choice = (int64_t)dp_rng_below(&rng, 5);
        int64_t corner = ((n * args->filters + m / (high * wide)) * places[0] + m / wide % high * 2) * places[1] + m % wide * 2;
        choices[choice_at(args, all, n, m)] = (uint8_t)choice;
        if (choice < 4)
            put(e->type, full->data, corner + choice / 2 * places[1] + choice % 2, get(e->type, pooled.data, i));
    }
    return pooled;
}

typedef struct conv_case {
    int64_t images, channels, filters, groups;
    dpk_activation activation;
    int64_t row_block; /* of the kernels with an image in each lane */
    bool pool;
} conv_case;

static void check_conv_n(const entry *e, const window_case *c, const conv_case *n)
{
    bool lanes = is_lanes(e);
    int made = e->op == DPK_conv2d || e->op == DPK_conv2d_lanes               ? RESULT
               : e->op == DPK_conv2d_input || e->op == DPK_conv2d_lanes_input ? IMAGE
                                                                              : KERNEL;
    int64_t images = n->images, filters = n->filters, blocks = lanes ? (images + n->row_block - 1) / n->row_block : images;
    int64_t groups_of_lanes = (images + DPK_CONV_LANES - 1) / DPK_CONV_LANES;
    dpk_conv_args args = {.images = images, .channels = n->channels, .filters = filters, .groups = n->groups,
                          .window = window_of(c), .activation = n->activation, .row_block = n->row_block, .pool = n->pool,
                          .pieces = made != KERNEL ? 1 : lanes ? groups_of_lanes : images > 1 ? 2 : 1};
    int64_t plane = args.window.plane[0] * args.window.plane[1], places = args.window.places[0] * args.window.places[1];
    int64_t pooled = n->pool ? filters * (args.window.places[0] / 2) * (args.window.places[1] / 2) : 0;
    conv_sums s = {.elems = {images * n->channels * plane,
                             filters * (n->channels / n->groups) * args.window.kernel[0] * args.window.kernel[1],
                             images * filters * places}};
    guarded operand[OPERANDS], bias = numbers(e->type, filters, false), sums = guarded_new((size_t)(args.pieces * filters) * type_bytes(e->type));
    guarded choices = guarded_new((size_t)(images * pooled)), part = {0};
    for (int k = 0; k < OPERANDS; k++)
        operand[k] = numbers(e->type, s.elems[k] * (k == made ? args.pieces : 1), false);
    if (n->pool && made != RESULT)
        part = unpool(&args, e, &operand[RESULT], choices.data);
    if (n->pool && made == RESULT)
        part = guarded_new((size_t)(images * pooled) * type_bytes(e->type));
    guarded *result = n->pool ? &part : &operand[RESULT], *to = made == RESULT ? result : &operand[made];
    memset(to->data, 0xFF, to->bytes); /* NaN: what was there must not matter */
    s.sum = calloc((size_t)s.elems[made] + 1, sizeof *s.sum), s.size = calloc((size_t)s.elems[made] + 1, sizeof *s.size);
    s.terms = calloc((size_t)s.elems[made] + 1, sizeof *s.terms);
    args.a = made == IMAGE ? result->data : operand[IMAGE].data;
    args.b = made == KERNEL ? result->data : operand[KERNEL].data;
    args.y = to->data;
    args.choice = n->pool ? choices.data : NULL;
    bool has_bias = made == RESULT && n->activation != DPK_ACT_NONE;
    args.bias = has_bias ? bias.data : NULL;
    args.sums = made == KERNEL ? sums.data : NULL;
    add_up(&args, e, made, operand, &s);
    int64_t units = made == KERNEL && !lanes ? args.pieces : blocks;
    args.scratch_elems = dpk_conv_scratch(e->op, e->type, &args);
    assert_true(args.scratch_elems >= 0);
    guarded scratch = guarded_new((size_t)(units * args.scratch_elems) * type_bytes(e->type));
    memset(scratch.data, 0xFF, scratch.bytes);
    args.scratch = scratch.data;
    call(e, &args, units, 1, filters & 1);
    guarded_free(&scratch);
    double u = unit(e->type) * (e->type == DPK_f64 ? 2 : 1);
    for (int64_t i = 0; i < s.elems[made]; i++) {
        double terms = (double)s.terms[i] + (double)args.pieces;
        double b = has_bias ? get(e->type, bias.data, i / places % filters) : 0;
        s.size[i] = (terms + 1) * u / (1 - (terms + 1) * u) * (s.size[i] + fabs(b));
        s.sum[i] = conv_activated(&args, e, s.sum[i] + b, &s.size[i]);
        if (!n->pool || made != RESULT)
            near(e->type, of_pieces(e, operand[made].data, i, args.pieces, s.elems[made]), s.sum[i], s.size[i], i,
                 "convolution");
    }
    if (n->pool && made == RESULT)
        check_pooled(&args, e, part.data, s.sum, s.size);
    for (int64_t o = 0; made == KERNEL && o < filters; o++) {
        double want = 0, size = 0, terms = (double)(images * places + args.pieces);
        for (int64_t i = 0; i < s.elems[RESULT]; i++)
            if (i / places % filters == o)
                want += get(e->type, operand[RESULT].data, i), size += fabs(get(e->type, operand[RESULT].data, i));
        near(e->type, of_pieces(e, sums.data, o, args.pieces, filters), want, terms * u / (1 - terms * u) * size, o, "sums");
    }
    for (int k = 0; k < OPERANDS; k++)
        guarded_free(&operand[k]);
    guarded_free(&bias), guarded_free(&sums), guarded_free(&choices);
    if (part.data)
        guarded_free(&part);
    free(s.sum), free(s.size), free(s.terms);
}

/* Groups of fewer and of more images than lanes, blocks of one group and of two; all windows, with and without a pool. */
static void check_lanes(const entry *e)
{
    static const int64_t counts[][4] = {{1, 1, 1, 1}, {17, 2, 7, 1}, {16, 3, 8, 1}, {39, 4, 6, 2}, {5, 3, 3, 3}, {20, 6, 16, 1}};
    bool weight = e->op == DPK_conv2d_lanes_weight, input = e->op == DPK_conv2d_lanes_input;
    for (int i = 0; i < WINDOWS; i++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++)
            for (int pool = 0; pool < 2; pool++) {
                const window_case *w = &windows[i];
                if ((input && (w->stride[0] != 1 || w->stride[1] != 1)) || (w->plane[0] > 20 && k > 1) || (w->plane[0] * w->kernel[0] > 40 && (k + (size_t)pool) % 3))
                    continue;
                conv_case n = {counts[k][0], counts[k][1], counts[k][2], counts[k][3], DPK_ACT_NONE, 16, pool};
                if (k == 3)
                    n.row_block = 32;
                if (!weight && !input && k % 3)
                    n.activation = k % 3 == 2 && !pool ? DPK_ACT_TANH : DPK_ACT_RELU;
                check_conv_n(e, w, &n);
            }
    check_conv_n(e, &windows[1], &(conv_case){0, 2, 3, 1, DPK_ACT_NONE, 16, true});
    check_conv_n(e, &windows[1], &(conv_case){2, 0, 3, 1, DPK_ACT_NONE, 16, false});
    check_conv_n(e, &windows[1], &(conv_case){2, 2, 0, 1, DPK_ACT_NONE, 16, true});
}

static void check_conv(const entry *e)
{
    if (is_lanes(e)) {
        check_lanes(e);
        return;
    }
    static const int64_t counts[][4] = {/* images, channels, filters, groups */
                                        {1, 1, 1, 1}, {3, 2, 3, 1}, {2, 3, 8, 1}, {2, 4, 6, 2}, {1, 3, 3, 3},
                                        {4, 1, 30, 1}, {2, 17, 9, 1}, {1, 2, 16, 1}};
    for (int i = 0; i < WINDOWS; i++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            if (windows[i].plane[0] > 20 && k % 5) /* slow, and nothing new */
                continue;
            int64_t most = windows[i].plane[0] * windows[i].kernel[0] > 100 && counts[k][1] > 4 ? 3 : 100;
            conv_case n = {counts[k][0], counts[k][1] < most ? counts[k][1] : most, counts[k][2], counts[k][3],
                           DPK_ACT_NONE, 0, false};
            if (e->op == DPK_conv2d && (i + (int)k) % 3 < 2)
                n.activation = (i + (int)k) % 3 ? DPK_ACT_TANH : DPK_ACT_RELU;
            check_conv_n(e, &windows[i], &n);
        }
    for (int k = 0; k < 3; k++)
        check_conv_n(e, &windows[1], &(conv_case){k == 0 ? 0 : 2, k == 1 ? 0 : 2, k == 2 ? 0 : 3, 1, DPK_ACT_NONE, 0, false});
}

/* Of one plane, in f64; *terms is what goes into one result at most. */
static void pool_by_hand(dpk_op op, const dpk_pool_args *args, const double *a, const double *b, double *y)
{
    const dpk_window *w = &args->window;
    for (int64_t i = 0; i < w->places[0] * w->places[1]; i++) {
        int64_t best = -1, inside = 0;
        double sum = 0, all = (double)(w->kernel[0] * w->kernel[1]);
        for (int pass = 0; pass < 2; pass++)
            for (int64_t k = 0; k < w->kernel[0] * w->kernel[1]; k++) {
                int64_t row = i / w->places[1] * w->stride[0] - w->padding[0] + k / w->kernel[1] * w->dilation[0];
                int64_t col = i % w->places[1] * w->stride[1] - w->padding[1] + k % w->kernel[1] * w->dilation[1];
                int64_t at = row * w->plane[1] + col;
                if (row < 0 || col < 0 || row >= w->plane[0] || col >= w->plane[1])
                    continue;
                if (pass && op == DPK_avg_pool2d_put)
                    y[at] += a[i] / (args->count_real ? (double)inside : all);
                if (pass || op == DPK_avg_pool2d_put) {
                    inside += !pass;
                    continue;
                }
                inside++, sum += a[at];
                if (best < 0 || a[at] > a[best] || (isnan(a[at]) && !isnan(a[best])))
                    best = at;
            }
        if (op == DPK_max_pool2d)
            y[i] = best < 0 ? -INFINITY : a[best];
        else if (op == DPK_max_pool2d_pick)
            y[i] = best < 0 ? 0 : b[best];
        else if (op == DPK_max_pool2d_put && best >= 0 && (!args->gate || a[best] > 0))
            y[best] += b[i];
        else if (op == DPK_avg_pool2d)
            y[i] = sum / (args->count_real ? (double)inside : all);
    }
}

static void check_pool_n(const entry *e, const window_case *c, int64_t planes, bool option)
{
    bool of_max = e->op == DPK_max_pool2d || e->op == DPK_max_pool2d_put || e->op == DPK_max_pool2d_pick;
    bool puts = e->op == DPK_max_pool2d_put || e->op == DPK_avg_pool2d_put;
    dpk_pool_args args = {.window = window_of(c), .count_real = option, .gate = option};
    int64_t plane = c->plane[0] * c->plane[1], places = args.window.places[0] * args.window.places[1];
    int64_t a_elems = e->op == DPK_avg_pool2d_put ? places : plane, y_elems = puts ? plane : places;
    int64_t b_elems = e->op == DPK_max_pool2d_put ? places : e->op == DPK_max_pool2d_pick ? plane : 0;
    guarded a = numbers(e->type, planes * a_elems, of_max), b = numbers(e->type, planes * b_elems, false);
    for (int64_t i = 0; of_max && i < planes * a_elems; i++)
        if (dp_rng_below(&rng, 2)) /* ties */
            put(e->type, a.data, i, (double)dp_rng_below(&rng, 3));
    guarded y = guarded_new((size_t)(planes * y_elems) * type_bytes(e->type));
    guarded wide_a = widened(e->type, &a, planes * a_elems), wide_b = widened(e->type, &b, planes * b_elems);
    double *want = calloc((size_t)(planes * y_elems) + 1, sizeof *want), *size = calloc((size_t)(planes * y_elems) + 1, sizeof *size);
    memset(y.data, 0xFF, y.bytes);
    args.a = a.data, args.b = b_elems ? b.data : NULL, args.y = y.data;
    call(e, &args, planes, 1, planes & 1);
    for (int64_t n = 0; n < planes; n++) {
        double *from = (double *)wide_a.data + n * a_elems, *other = (double *)wide_b.data + n * b_elems;
        pool_by_hand(e->op, &args, from, other, want + n * y_elems);
        for (int64_t i = 0; i < a_elems && !of_max; i++)
            from[i] = fabs(from[i]);
        for (int64_t i = 0; i < b_elems; i++)
            other[i] = fabs(other[i]);
        pool_by_hand(e->op, &args, from, other, size + n * y_elems);
    }
    double terms = (double)(c->kernel[0] * c->kernel[1]) + 2, u = unit(e->type) * (e->type == DPK_f64 ? 2 : 1);
    bool exact = e->op == DPK_max_pool2d || e->op == DPK_max_pool2d_pick;
    for (int64_t i = 0; i < planes * y_elems; i++)
        near(e->type, get(e->type, y.data, i), want[i], exact ? 0 : terms * u * fabs(size[i]), i, "pool");
    free(want), free(size);
    guarded_free(&a), guarded_free(&b), guarded_free(&y), guarded_free(&wide_a), guarded_free(&wide_b);
}

static void check_pool(const entry *e)
{
    static const window_case halves[] = {
        {{2, 2}, {2, 2}, {2, 2}, {0, 0}, {1, 1}},   {{24, 24}, {2, 2}, {2, 2}, {0, 0}, {1, 1}},
        {{7, 9}, {2, 2}, {2, 2}, {0, 0}, {1, 1}},   {{3, 70}, {2, 2}, {2, 2}, {0, 0}, {1, 1}},
        {{16, 16}, {2, 2}, {2, 2}, {1, 1}, {1, 1}}, {{8, 9}, {2, 2}, {1, 1}, {0, 0}, {1, 1}},
        {{9, 6}, {3, 3}, {2, 2}, {1, 1}, {1, 1}},
    };
    for (int64_t planes = 0; planes < 4; planes++)
        for (int real = 0; real < 2; real++) {
            for (size_t i = 0; i < sizeof halves / sizeof *halves; i++)
                check_pool_n(e, &halves[i], planes, real);
            for (int i = 0; i < WINDOWS; i++)
                check_pool_n(e, &windows[i], planes, real);
        }
}

/* ---- Optimisers ---- */

enum { ARRAYS = 5 }; /* p, g, s[0], s[1], s[2] */

static void *array_of(const dpk_update_args *args, int i)
{
    return i == 0 ? args->p : i == 1 ? (void *)args->g : args->s[i - 2];
}

/* Numbers from 1 to 2, but the means (s[2]) below 1/2: then nothing cancels, and each result is a dozen operations that
 * are off by a unit at most, so that its error is below 16 units of what goes into it. */
static void check_update_n(const entry *e, int64_t n, int variant)
{
    guarded mine[ARRAYS], ref[ARRAYS], wide[ARRAYS];
    dpk_update_args args = {.lr = 0.0625,
                            .decay = variant & 1 ? 0.25 : 0,
                            .left = 0.875,
                            .eps = 0.5,
                            .keep = 0.75,
                            .take = 0.25,
                            .momentum = 0.5,
                            .take_m = 0.125,
                            .lr_m = 0.5,
                            .correction = 0.375};
    dpk_update_args same = args, oracle = args;
    for (int i = 0; i < ARRAYS; i++) {
        mine[i] = guarded_new((size_t)n * type_bytes(e->type)), ref[i] = guarded_new(mine[i].bytes);
        for (int64_t k = 0; k < n; k++)
            put(e->type, mine[i].data, k, (1 + dp_rng_uniform(&rng)) * (i == 4 ? 0.25 : 1));
        memcpy(ref[i].data, mine[i].data, mine[i].bytes);
        wide[i] = widened(e->type, &mine[i], n);
    }
    bool velocity = variant < 2 || (e->op != DPK_update_rmsprop && e->op != DPK_update_rmsprop_centered);
    args.p = mine[0].data, args.g = mine[1].data, same.p = ref[0].data, same.g = ref[1].data;
    oracle.p = wide[0].data, oracle.g = wide[1].data;
    for (int i = 0; i < DPK_STATES; i++)
        if (i != 1 || velocity)
            args.s[i] = mine[i + 2].data, same.s[i] = ref[i + 2].data, oracle.s[i] = wide[i + 2].data;
    guarded before = widened(e->type, &mine[0], n);
    call(e, &args, n, 64, variant & 1);
    dpk_find(DPK_ref, e->op, e->type)(&same, 0, n);
    dpk_find(DPK_ref, e->op, DPK_f64)(&oracle, 0, n);
    for (int i = 0; i < ARRAYS; i++)
        for (int64_t k = 0; k < n && array_of(&args, i); k++) {
            double have = get(e->type, mine[i].data, k), want = ((double *)wide[i].data)[k];
            double size = fabs(want) + (i == 0 ? fabs(((double *)before.data)[k]) : 1);
            near(e->type, have, want, 16 * unit(e->type) * size, k, "update");
            near(e->type, have, get(e->type, ref[i].data, k), 0, k, "update, against the plain loop");
        }
    for (int i = 0; i < ARRAYS; i++)
        guarded_free(&mine[i]), guarded_free(&ref[i]), guarded_free(&wide[i]);
    guarded_free(&before);
}

static bool same_bits(dpk_type type, const void *have, const void *want, int64_t i)
{
    size_t bytes = type_bytes(type);
    return memcmp((const char *)have + (size_t)i * bytes, (const char *)want + (size_t)i * bytes, bytes) == 0;
}

/* Of any size that there is: squares (s[1], s[2]) down to denormals and up to infinity, each also over corrections that are
 * nothing of the kind. */
static void check_update_bits(const entry *e, int64_t n, double correction)
{
    const int exponents = e->type == DPK_f32 ? 150 : 1074;
    guarded mine[ARRAYS], ref[ARRAYS];
    dpk_update_args args = {.lr = 0.01,
                            .left = 1,
                            .eps = n & 1 ? 1e-8 : 0,
                            .keep = 0.999,
                            .take = 0.001,
                            .momentum = 0.9,
                            .take_m = 0.1,
                            .lr_m = 0.02,
                            .correction = correction};
    for (int i = 0; i < ARRAYS; i++) {
        mine[i] = numbers(e->type, n, true), ref[i] = guarded_new(mine[i].bytes);
        for (int64_t k = 0; k < n; k++)
            if (dp_rng_below(&rng, 2) == 0) {
                int exponent = (int)dp_rng_below(&rng, 2 * (uint64_t)exponents) - exponents;
                double x = ldexp(1 + dp_rng_uniform(&rng), exponent);
                put(e->type, mine[i].data, k, i > 2 || dp_rng_below(&rng, 2) ? x : -x);
            }
        memcpy(ref[i].data, mine[i].data, mine[i].bytes);
    }
    dpk_update_args same = args;
    args.p = mine[0].data, args.g = mine[1].data, same.p = ref[0].data, same.g = ref[1].data;
    for (int i = 0; i < DPK_STATES; i++)
        args.s[i] = mine[i + 2].data, same.s[i] = ref[i + 2].data;
    call(e, &args, n, 64, n & 2);
    dpk_find(DPK_ref, e->op, e->type)(&same, 0, n);
    for (int i = 0; i < ARRAYS; i++)
        for (int64_t k = 0; k < n; k++) {
            double want = get(e->type, ref[i].data, k);
            near(e->type, get(e->type, mine[i].data, k), want, 0, k, "update of any numbers, against the plain loop");
            if (!isnan(want) && !same_bits(e->type, mine[i].data, ref[i].data, k))
                fail_msg("%s: element %lld of array %d has not the sign of the plain loop's zero", e->name,
                         (long long)k, i);
        }
    for (int i = 0; i < ARRAYS; i++)
        guarded_free(&mine[i]), guarded_free(&ref[i]);
}

static void check_update(const entry *e)
{
    static const double corrections[] = {1,           0.03162277660168379,
                                         0.9995,      0.3,
                                         1 - 0x1p-24, 0x1p-24,
                                         0x1p-40,     0x1p40,
                                         0x1p-41,     0x1.8p40,
                                         1e-30,       1e30,
                                         0,           -0.5,
                                         INFINITY,    NAN};
    for (int s = 0; s < SIZES; s++) {
        for (int variant = 0; variant < 4; variant++)
            check_update_n(e, sizes[s], variant);
        for (size_t c = 0; c < sizeof corrections / sizeof *corrections; c++)
            check_update_bits(e, sizes[s], corrections[c]);
    }
}

/* One number that is not finite, anywhere, or none; the first of two is found. */
static void check_finite(const entry *e)
{
    static const double odd[] = {NAN, -NAN, INFINITY, -INFINITY};
    static const double largest[DPK_TYPE_COUNT] = {[DPK_f32] = FLT_MAX, [DPK_f64] = DBL_MAX};
    for (int s = 0; s < SIZES; s++) {
        const int64_t n = sizes[s];
        guarded a = numbers(e->type, n, false);
        dpk_finite_args args = {.a = a.data};
        if (n)
            put(e->type, a.data, n / 2, -largest[e->type]);
        near(DPK_i64, (double)e->fn(&args, 0, n), DPK_DONE, 0, 0, "finite");
        for (int i = 0; n && i < 8; i++) {
            int64_t at = (int64_t)dp_rng_below(&rng, (uint64_t)n);
            double kept = get(e->type, a.data, at);
            put(e->type, a.data, at, odd[i & 3]);
            near(DPK_i64, (double)e->fn(&args, 0, n), (double)at, 0, at, "finite");
            near(DPK_i64, (double)e->fn(&args, at, n), (double)at, 0, at, "finite, from there");
            near(DPK_i64, (double)e->fn(&args, 0, at), DPK_DONE, 0, at, "finite, up to there");
            put(e->type, a.data, at, kept);
        }
        guarded_free(&a);
    }
}

/* ---- Row forms, and chains of them ---- */

typedef struct row_entry {
    dpk_op op;
    dpk_type type;
    dpk_isa isa;
    dpk_row_fn *row;
    dpk_fn *fn;
    const char *name;
} row_entry;

static const row_entry row_entries[] = {
#define DPK_ROW(op, type, isa)       \
    {DPK_##op,                       \
     DPK_##type,                     \
     DPK_##isa,                      \
     dpk_row_##op##_##type##__##isa, \
     dpk_##op##_##type##__##isa,     \
     #op "_" #type "__" #isa},
#include "kernels/kern_list.def"
};
enum { ROW_ENTRIES = sizeof row_entries / sizeof *row_entries };

static dpk_type result_type(const row_entry *e)
{
    return e->op >= DPK_equal && e->op <= DPK_greater_equal ? DPK_bool : e->type;
}

static dpk_type operand_type(const row_entry *e)
{
    return is_cast(e->op) ? cast_from(e->op) : e->type;
}

/* The kernel itself, whose arguments are put together here. */
static void by_kernel(const row_entry *e, const void *a, const void *b, void *y, void *z, int64_t n, int repeats,
                      double p, double q)
{
    dpk_unary_args unary = {.a = a, .y = y, .p = p, .q = q};
    dpk_pair_args pair = {.a = a, .y = y, .slope = z};
    dpk_binary_args *binary = calloc(1, sizeof *binary + sizeof(dpk_axis));
    *binary = (dpk_binary_args){.a = a, .b = b, .y = y, .axis_count = 1};
    binary->axis[0] = (dpk_axis){n, !(repeats & DPK_REPEATS_A), !(repeats & DPK_REPEATS_B), 0};
    const char *family = families[e->op];
    e->fn(strcmp(family, "unary") == 0  ? (void *)&unary
          : strcmp(family, "pair") == 0 ? (void *)&pair
                                        : (void *)binary,
          0, n);
    free(binary);
}

/* The same bits as the kernel, for each way to repeat, in place, and with a result that begins where no vector does. */
static void check_row_n(const row_entry *e, int64_t n, int repeats, bool in_place, int64_t shift)
{
    bool is_binary = strcmp(families[e->op], "binary") == 0, is_pair = strcmp(families[e->op], "pair") == 0;
    size_t bytes = type_bytes(result_type(e)) * (size_t)n, shift_bytes = type_bytes(result_type(e)) * (size_t)shift;
    guarded a = numbers(operand_type(e), repeats & DPK_REPEATS_A ? 1 : n, true),
            b = numbers(e->type, repeats & DPK_REPEATS_B ? 1 : n, true);
    if (e->type == DPK_i64 && e->op == DPK_pow)
        for (int64_t i = 0; i < (int64_t)(b.bytes / 8); i++)
            ((int64_t *)b.data)[i] = (int64_t)dp_rng_below(&rng, 12) - 2;
    guarded y = in_place ? a : guarded_new(bytes + shift_bytes), z = guarded_new(bytes), want = guarded_new(bytes),
            want_z = guarded_new(bytes);
    double p = unary_p(e->op, e->type), q = unary_q(e->op, e->type);
    by_kernel(e, a.data, b.data, want.data, want_z.data, n, repeats, p, q);
    e->row(y.data + (in_place ? 0 : shift_bytes), is_pair ? z.data : NULL, a.data, is_binary ? b.data : NULL, n,
           repeats, p, q);
    if (n && memcmp(y.data + (in_place ? 0 : shift_bytes), want.data, bytes) != 0)
        fail_msg("%s, row of %d: not what the kernel gives", e->name, (int)n);
    if (n && is_pair && memcmp(z.data, want_z.data, bytes) != 0)
        fail_msg("%s, row of %d: the second result is not what the kernel gives", e->name, (int)n);
    if (!in_place)
        guarded_free(&y);
    guarded_free(&a), guarded_free(&b), guarded_free(&z), guarded_free(&want), guarded_free(&want_z);
}

static void test_every_row(void **state)
{
    (void)state;
    for (int i = 0; i < ROW_ENTRIES; i++) {
        const row_entry *e = &row_entries[i];
        if (e->isa > dpk_cpu_best())
            continue;
        assert_ptr_equal(dpk_find_row(e->isa, e->op, e->type), e->row);
        bool is_binary = strcmp(families[e->op], "binary") == 0,
             same = type_bytes(operand_type(e)) == type_bytes(result_type(e));
        for (int s = 0; s < SIZES; s++)
            for (int repeats = 0; repeats < (is_binary ? 4 : 1); repeats++) {
                check_row_n(e, sizes[s], repeats, false, s % 3);
                if (same && !(repeats & DPK_REPEATS_A))
                    check_row_n(e, sizes[s], repeats, true, 0);
            }
    }
    assert_null(dpk_find_row(DPK_ref, DPK_sum, DPK_f32));
}

/* A chain put together at random of what this level has for one type: m arrays of numbers, then links that read any of what is
 * there and write a register or an array of their own; and the same, kernel by kernel, each with a whole array for its result. */
enum { CHAIN_INPUTS = 3, CHAIN_LINKS = 12 };

/* Floating operands and results only, so that each can go into each. */
static const row_entry *random_row(dpk_isa isa, dpk_type type)
{
    for (;;) {
        const row_entry *e = &row_entries[dp_rng_below(&rng, ROW_ENTRIES)];
        if (e->type == type && operand_type(e) == type && result_type(e) == type && e->isa <= isa &&
            dpk_find_row(isa, e->op, type) == e->row)
            return e;
    }
}

static bool same_number(dpk_type type, const unsigned char *a, const unsigned char *b, int64_t i)
{
    size_t size = type_bytes(type), at = (size_t)i * size;
    return memcmp(a + at, b + at, size) == 0 || (isnan(get(type, a, i)) && isnan(get(type, b, i)));
}

static void check_chain_n(const entry *e, dpk_isa isa, dpk_type type, int64_t row, int64_t rows, bool by_rows)
{
    const int64_t size = (int64_t)type_bytes(type), n = row * rows;
    guarded input[CHAIN_INPUTS] = {numbers(type, n, true), numbers(type, by_rows ? row : 1, true),
                                   numbers(type, by_rows ? rows : 1, true)};
    guarded want[CHAIN_LINKS][2], have[CHAIN_LINKS][2];
    dpk_chain_args *args =
        calloc(1, sizeof *args + DPK_CHAIN_OPERANDS * sizeof(dpk_chain_operand) + CHAIN_LINKS * sizeof(dpk_chain_link));
    dpk_chain_link links[CHAIN_LINKS];
    const guarded *source[DPK_CHAIN_OPERANDS] = {NULL}; /* what an operand holds now, in the plain way */
    bool in_place = false;
    int32_t operands = DPK_CHAIN_REGISTERS, count = 1 + (int32_t)dp_rng_below(&rng, CHAIN_LINKS);
    for (int32_t r = 0; r < DPK_CHAIN_REGISTERS; r++)
        args->operand[r].in_register = 1;
    for (int i = 0; i < CHAIN_INPUTS; i++, operands++) {
        int64_t step = i == 0 || (i == 1 && by_rows) ? size : 0, row_step = i == 0              ? row * size
                                                                            : i == 2 && by_rows ? size
                                                                                                : 0;
        args->operand[operands] = (dpk_chain_operand){input[i].data, step, row_step, 0, i == 0};
        source[operands] = &input[i];
    }
    for (int32_t i = 0; i < count; i++) {
        const row_entry *of = random_row(isa, type);
        bool is_binary = strcmp(families[of->op], "binary") == 0, is_pair = strcmp(families[of->op], "pair") == 0;
        int32_t in[2], out[2];
        for (int k = 0; k < 2; k++) /* a unary one reads all elements */
            do {
                in[k] = (int32_t)dp_rng_below(&rng, (uint64_t)operands);
            } while (!source[in[k]] ||
                     (!is_binary && in[k] > DPK_CHAIN_REGISTERS && in[k] < DPK_CHAIN_REGISTERS + CHAIN_INPUTS));
        for (int k = 0; k < 2; k++) {
            bool far = operands < DPK_CHAIN_OPERANDS && (dp_rng_below(&rng, 4) == 0 || i == count - 1);
            want[i][k] = guarded_new((size_t)(n * size));
            bool over = far && k == 0 && i == count - 1 && dp_rng_below(&rng, 2); /* the last one in place of the first input */
            have[i][k] = guarded_new(far && !over ? (size_t)(n * size) : 0);
            in_place = in_place || over;
            out[k] = far ? operands++ : (int32_t)dp_rng_below(&rng, DPK_CHAIN_REGISTERS);
            if (k && !far && out[1] == out[0])
                out[1] = (out[0] + 1) % DPK_CHAIN_REGISTERS;
            if (far)
                args->operand[out[k]] = (dpk_chain_operand){over ? input[0].data : have[i][k].data, size, row * size, 0, 0};
        }
        const dpk_chain_operand *a = &args->operand[in[0]], *b = &args->operand[in[1]];
        double p = unary_p(of->op, of->type), q = unary_q(of->op, of->type);
        links[i] = (dpk_chain_link){of->row,
                                    p,
                                    q,
                                    !is_binary ? 0
                                               : (a->in_register || a->step ? 0 : DPK_REPEATS_A) |
                                                     (b->in_register || b->step ? 0 : DPK_REPEATS_B),
                                    (uint8_t)out[0],
                                    (uint8_t)out[1],
                                    (uint8_t)in[0],
                                    (uint8_t)in[1]};
        for (int64_t r = 0; r < rows; r++) {
            const unsigned char *from[2];
            for (int k = 0; k < 2; k++) {
                const dpk_chain_operand *o = &args->operand[in[k]];
                from[k] = source[in[k]]->data + r * (o->in_register ? row * size : o->row_step);
            }
            by_kernel(of, from[0], from[1], want[i][0].data + r * row * size, want[i][1].data + r * row * size, row,
                      links[i].repeats, p, q);
        }
        source[out[0]] = &want[i][0];
        if (is_pair)
            source[out[1]] = &want[i][1];
    }
    args->row = row ? row : 1, args->piece = DPK_CHAIN_REGISTER_BYTES / size;
    args->links = count, args->operands = operands;
    memcpy((void *)(uintptr_t)dpk_chain_links(args), links, (size_t)count * sizeof *links);
    call(e, args, n, 64, dp_rng_below(&rng, 2));
    for (int64_t m = 0; in_place && m < n; m++)
        near(DPK_u8, same_number(type, input[0].data, want[count - 1][0].data, m), 1, 0, m, "in place");
    for (int32_t i = 0; i < count; i++)
        for (int k = 0; k < 2; k++) {
            bool written = k == 0 || links[i].row == dpk_find_row(isa, DPK_gelu_both, type);
            for (int64_t m = 0; have[i][k].bytes && written && m < n; m++) /* one NaN is as good as another */
                near(DPK_u8, same_number(type, have[i][k].data, want[i][k].data, m), 1, 0, m, "link");
            guarded_free(&want[i][k]), guarded_free(&have[i][k]);
        }
    for (int i = 0; i < CHAIN_INPUTS; i++)
        guarded_free(&input[i]);
    free(args);
}

static void check_chain(const entry *e)
{
    for (int isa = 0; isa <= (int)dpk_cpu_best(); isa++)
        for (int type = DPK_f32; type <= DPK_f64; type++)
            for (int s = 0; s < SIZES; s++)
                for (int form = 0; form < 8; form++)
                    check_chain_n(e, (dpk_isa)isa, (dpk_type)type, sizes[s] * (form & 2 ? 3 : 1), 1 + form % 4,
                                  form & 1);
}

/* ---- All of them ---- */

typedef struct family {
    const char *name;
    void (*check)(const entry *e);
} family;

static const family checks[] = {
    {"unary", check_unary},   {"binary", check_binary},   {"where", check_where},         {"copy", check_copy},
    {"zero", check_zero},     {"reduce", check_reduce},   {"softmax", check_softmax},     {"xent", check_xent},
    {"gather", check_gather}, {"scatter", check_scatter}, {"one_hot", check_one_hot},     {"random", check_random},
    {"matmul", check_matmul}, {"pixels", check_pixels},   {"xent_grad", check_xent_grad}, {"pair", check_pair},
    {"dropout", check_dropout},
    {"conv", check_conv},     {"pool", check_pool},
    {"update", check_update}, {"finite", check_finite},   {"chain", check_chain},
};

static void test_every_kernel(void **state)
{
    (void)state;
    for (int i = 0; i < ENTRIES; i++) {
        current = &entries[i];
        if (current->isa > dpk_cpu_best()) {
            print_message("[  SKIPPED ] %s: this machine has no %s\n", current->name, dpk_isa_name(current->isa));
            continue;
        }
        size_t f = 0;
        while (f < sizeof checks / sizeof *checks && !family_is(current, checks[f].name))
            f++;
        if (f == sizeof checks / sizeof *checks)
            fail_msg("%s: family %s is not checked", current->name, families[current->op]);
        checks[f].check(current);
        if (is_gemm(current))
            check_gemm_special(current), check_gemm_rows(current);
        if (current->checks < 50)
            fail_msg("%s was compared %d times only", current->name, current->checks);
    }
}

/* A level never lacks what a lower one has, tiles fit the registers, and ref is complete: it has every op in f64 or
 * for any bytes. */
static void test_dispatch(void **state)
{
    (void)state;
    for (int i = 0; i < ENTRIES; i++) {
        const entry *e = &entries[i];
        assert_ptr_equal(dpk_find(e->isa, e->op, e->type), e->fn);
        for (int level = e->isa; level < DPK_ISA_COUNT; level++)
            assert_non_null(dpk_find((dpk_isa)level, e->op, e->type));
        if (e->op == DPK_thin_grad || is_gemm(e) || is_lanes(e)) /* matmul and conv2d are what they do */
            continue;
        assert_non_null(dpk_find(DPK_ref, e->op, e->type));
    }
    for (int isa = DPK_base; isa < DPK_ISA_COUNT; isa++)
        for (int type = DPK_f32; type <= DPK_f64; type++) {
            dpk_gemm_tile tile = dpk_find_gemm_tile((dpk_isa)isa, (dpk_type)type);
            assert_true(tile.rows * tile.max_vectors + tile.max_vectors + 1 <= (isa == DPK_avx512 ? 32 : 16));
        }
    assert_int_equal(dpk_find_gemm_tile(DPK_ref, DPK_f32).rows, 0);
}

/* DENPA_GEMM chooses among what is there, and an unknown word changes nothing. */
static void test_gemm_choice(void **state)
{
    (void)state;
    unsetenv("DENPA_GEMM");
    assert_int_equal(dpk_gemm_chosen(dpk_cpu_best(), DPK_f32), DPK_gemm);
    setenv("DENPA_GEMM", "abacus", 1);
    assert_int_equal(dpk_gemm_chosen(dpk_cpu_best(), DPK_f32), DPK_gemm);
    assert_string_equal(dpk_gemm_word_at(0), "own");
    int count = 0;
    for (const char *word; (word = dpk_gemm_word_at(count)); count++) {
        setenv("DENPA_GEMM", word, 1);
        assert_string_equal(dpk_gemm_word(dpk_gemm_chosen(DPK_base, DPK_f32)), word);
        assert_int_equal(dpk_gemm_chosen(DPK_ref, DPK_f32), DPK_gemm);
    }
    assert_int_equal(count, 1 + DENPA_HAVE_ONEDNN + DENPA_HAVE_CBLAS);
    unsetenv("DENPA_GEMM");
}

/* A CBLAS counts in int: what is larger is not for it. */
static void test_gemm_library_limits(void **state)
{
    (void)state;
    double ns;
    dpk_matmul_args args = {.m = 4, .n = 5, .k = 6, .a_row = 6, .a_col = 1, .b_row = 5, .b_col = 1};
    assert_int_equal(dpk_gemm_cut_library(1, &args, &ns), 1);
    args.k = args.a_row = (int64_t)INT32_MAX + 1;
    assert_int_equal(dpk_gemm_cut_library(1, &args, &ns), 0);
    args.k = 6, args.a_row = 12, args.a_col = 2; /* neither axis lies in order */
    assert_int_equal(dpk_gemm_cut_library(1, &args, &ns), 0);
}

/* DENPA_CPU lowers the level and never raises it. */
static void test_environment(void **state)
{
    (void)state;
    dpk_isa best = dpk_cpu_best();
    for (int level = 0; level < DPK_ISA_COUNT; level++) {
        setenv("DENPA_CPU", dpk_isa_name((dpk_isa)level), 1);
        assert_int_equal(dpk_cpu_level(), level < (int)best ? level : (int)best);
    }
    setenv("DENPA_CPU", "quantum", 1);
    assert_int_equal(dpk_cpu_level(), best);
    unsetenv("DENPA_CPU");
    assert_int_equal(dpk_cpu_level(), best);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kernel),
        cmocka_unit_test(test_every_row),
        cmocka_unit_test(test_dispatch),
        cmocka_unit_test(test_gemm_choice),
        cmocka_unit_test(test_gemm_library_limits),
        cmocka_unit_test(test_environment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
