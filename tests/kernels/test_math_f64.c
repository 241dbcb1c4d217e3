/* The functions of math_f64.h, at every level that this machine runs, against the C library in long double, within the
 * errors that the header states; the same bits at every level, in a vector and alone; and what they give where C's functions
 * have a rule. Arguments of all sizes, around the places where the exponent that is cut off changes, and any bits: 2^15 of
 * each kind or, with DENPA_EXHAUSTIVE set, 2^23. An argument, test_tanh for instance, chooses one function. */
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

enum { BLOCK = 1 << 12 };

typedef struct function {
    dpk_op op;
    long double (*oracle)(long double x);
    double (*unit)(double x, double want); /* what errors are counted in */
    double low, high, bound;               /* where, and how many */
    double (*edge)(int64_t k);             /* where the reduction takes another step */
} function;

static dp_rng rng = {.seed = 20240811};

/* ---- What an error is counted in ---- */

/* The last place of `want`; below the normal numbers, the smallest denormal. */
static double last_place(double x, double want)
{
    (void)x;
    int exponent;
    frexp(want, &exponent);
    return ldexp(1, (exponent < DBL_MIN_EXP ? DBL_MIN_EXP : exponent) - DBL_MANT_DIG);
}

/* Of sums that may cancel. */
static double of_1(double x, double want)
{
    (void)x, (void)want;
    return 0x1p-53;
}

static double of_x(double x, double want)
{
    (void)want;
    return 0x1p-53 * fabs(x) + 0x1p-1074;
}

/* ---- Arguments ---- */

static double half_ln2(int64_t k)
{
    return ((double)k + 0.5) * 0.69314718055994530942;
}

static double half_half_ln2(int64_t k)
{
    return half_ln2(k) / 2;
}

static double root(int64_t k)
{
    return ldexp(0.70710678118654752440, (int)k);
}

static double of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static double argument(const function *f, int kind)
{
    double x = f->low + (f->high - f->low) * dp_rng_uniform(&rng);
    uint64_t bits;
    switch (kind) {
    case 0: /* anywhere */
        break;
    case 1: /* of any size */
        x = ldexp(x, -(int)dp_rng_below(&rng, 60));
        break;
    case 2: /* around 1 */
        x = (1 + dp_rng_uniform(&rng)) / (dp_rng_below(&rng, 2) ? 1 : 2) * (x < 0 ? -1 : 1);
        break;
    case 3: /* a few places from an edge */
        x = f->edge((int64_t)dp_rng_below(&rng, 2000) - 1000);
        memcpy(&bits, &x, sizeof bits);
        x = of_bits(bits + dp_rng_below(&rng, 64) - 32);
        break;
    default: /* any bits */
        x = of_bits(dp_rng_bits(&rng));
    }
    return x >= f->low && x <= f->high ? x : f->high;
}

/* ---- The check ---- */

static double wrong_by(const function *f, double x, double have)
{
    long double want = f->oracle((long double)x);
    double rounded = (double)want;
    if (isnan(want) || isinf(rounded))
        return isnan(want) ? (isnan(have) ? 0 : INFINITY) : have == rounded ? 0 : INFINITY;
    return (double)(fabsl((long double)have - want) / (long double)f->unit(x, rounded));
}

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void call(dpk_isa isa, dpk_op op, const double *x, double *y, int64_t first, int64_t last)
{
    dpk_find(isa, op, DPK_f64)(&(dpk_unary_args){.a = x, .y = y}, first, last);
}

static void check_block(const function *f, const double *x, double *worst)
{
    static double y[DPK_ISA_COUNT][BLOCK], alone[BLOCK];
    for (int isa = DPK_base; isa <= (int)dpk_cpu_best(); isa++) {
        const char *level = dpk_isa_name((dpk_isa)isa), *name = dpk_op_text(f->op);
        call((dpk_isa)isa, f->op, x, y[isa], 0, BLOCK);
        for (int i = 0; i < 64; i++)
            call((dpk_isa)isa, f->op, x, alone, i, i + 1);
        for (int i = 0; i < BLOCK; i++) {
            if (!same(y[isa][i], y[DPK_base][i]))
                fail_msg("%s of %a is %a at level %s, %a at level base", name, x[i], y[isa][i], level, y[DPK_base][i]);
            if (i < 64 && !same(y[isa][i], alone[i]))
                fail_msg("%s of %a at level %s is %a, but %a alone", name, x[i], level, y[isa][i], alone[i]);
        }
    }
    for (int i = 0; i < BLOCK; i++) {
        double error = wrong_by(f, x[i], y[DPK_base][i]);
        if (!(error <= f->bound))
            fail_msg("%s: %a gives %a, not %a: off by %.3f", dpk_op_text(f->op), x[i], y[DPK_base][i],
                     (double)f->oracle((long double)x[i]), error);
        *worst = error > *worst ? error : *worst;
    }
}

static void check(const function *f)
{
    static double x[BLOCK];
    double worst = 0;
    if (LDBL_MANT_DIG <= DBL_MANT_DIG) {
        print_message("[  SKIPPED ] long double is double here\n");
        skip();
    }
    int blocks = (1 << (getenv("DENPA_EXHAUSTIVE") ? 23 : 15)) / BLOCK;
    for (int kind = 0; kind < 5; kind++)
        for (int block = 0; block < blocks; block++) {
            for (int i = 0; i < BLOCK; i++)
                x[i] = argument(f, kind);
            check_block(f, x, &worst);
        }
    print_message("%s, levels base to %s: at most %.3f of %.3f\n", dpk_op_text(f->op), dpk_isa_name(dpk_cpu_best()),
                  worst, f->bound);
}

/* `want` for x, exactly, the sign of 0 as well, at every level. */
static void expect(dpk_op op, double x, double want)
{
    for (int isa = DPK_base; isa <= (int)dpk_cpu_best(); isa++) {
        double a[9], y[9];
        for (int i = 0; i < 9; i++)
            a[i] = x;
        call((dpk_isa)isa, op, a, y, 0, 9);
        if (!same(y[0], want) || !same(y[8], want))
            fail_msg("%s of %a at level %s is %a and %a, not %a", dpk_op_text(op), x, dpk_isa_name((dpk_isa)isa), y[0],
                     y[8], want);
    }
}

/* ---- The functions ---- */

static void test_exp(void **state)
{
    (void)state;
    check(&(function){DPK_exp, expl, last_place, -760, 720, 0.79, half_ln2});
    check(&(function){DPK_exp, expl, last_place, -700, 700, 0.57, half_ln2});
    const double table[][2] = {
        {0, 1},
        {-0.0, 1},
        {INFINITY, INFINITY},
        {-INFINITY, 0},
        {NAN, NAN},
        {0x1.62e42fefa39efp+9, 0x1.fffffffffff2ap+1023},
        {0x1.62e42fefa39fp+9, INFINITY},
        {DBL_MAX, INFINITY},
        {-DBL_MAX, 0},
        {-0x1.74910d52d3051p+9, 0x1p-1074},
        {-0x1.74910d52d3052p+9, 0},
        {-0x1.6232bdd7abcd3p+9, 0x0.ffffffffffe7cp-1022}, /* a denormal */
        {0x1p-1074, 1},
        {-0x1p-60, 1}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(DPK_exp, table[i][0], table[i][1]);
}

static void test_log(void **state)
{
    (void)state;
    check(&(function){DPK_log, logl, last_place, 0x1p-1074, DBL_MAX, 0.7, root});
    check(&(function){DPK_log, logl, last_place, 0.5, 2, 0.7, root});
    const double table[][2] = {{0, -INFINITY},   {-0.0, -INFINITY},    {1, 0},
                               {-1, NAN},        {-0x1p-1074, NAN},    {-DBL_MAX, NAN},
                               {-INFINITY, NAN}, {INFINITY, INFINITY}, {NAN, NAN}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(DPK_log, table[i][0], table[i][1]);
    expect(DPK_log, 0x1p-1074, log(0x1p-1074));
    expect(DPK_log, DBL_MAX, log(DBL_MAX));
}

static void test_tanh(void **state)
{
    (void)state;
    check(&(function){DPK_tanh, tanhl, last_place, -DBL_MAX, DBL_MAX, 0.67, half_half_ln2});
    check(&(function){DPK_tanh, tanhl, last_place, -20, 20, 0.67, half_half_ln2});
    const double table[][2] = {
        {0, 0},  {-0.0, -0.0}, {INFINITY, 1},          {-INFINITY, -1}, {NAN, NAN},
        {20, 1}, {-19.1, -1},  {0x1p-1074, 0x1p-1074}, {-DBL_MAX, -1},  {-0x1.8p-1030, -0x1.8p-1030}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(DPK_tanh, table[i][0], table[i][1]);
}

static void test_erf(void **state)
{
    (void)state;
    check(&(function){DPK_erf, erfl, last_place, -DBL_MAX, DBL_MAX, 1.5, half_ln2});
    check(&(function){DPK_erf, erfl, last_place, -6.5, 6.5, 1.5, half_ln2});
    const double table[][2] = {{0, 0},     {-0.0, -0.0}, {INFINITY, 1}, {-INFINITY, -1},
                               {NAN, NAN}, {6, 1},       {-DBL_MAX, -1}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(DPK_erf, table[i][0], table[i][1]);
}

static long double sigmoid(long double x)
{
    return 1 / (1 + expl(-x));
}

static void test_sigmoid(void **state)
{
    (void)state;
    check(&(function){DPK_sigmoid, sigmoid, last_place, -708, DBL_MAX, 2.65, half_ln2});
    check(&(function){DPK_sigmoid, sigmoid, last_place, -40, 40, 2.65, half_ln2});
    const double table[][2] = {{0, 0.5}, {-0.0, 0.5}, {INFINITY, 1}, {-INFINITY, 0}, {NAN, NAN}, {-710, 0}, {40, 1}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(DPK_sigmoid, table[i][0], table[i][1]);
}

static long double softplus(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)));
}

static void test_softplus(void **state)
{
    (void)state;
    check(&(function){DPK_softplus, softplus, last_place, -700, DBL_MAX, 1.85, half_ln2});
    check(&(function){DPK_softplus, softplus, last_place, -40, 40, 1.85, half_ln2});
    const double table[][2] = {{INFINITY, INFINITY},      {-INFINITY, 0}, {NAN, NAN},
                               {0, 0x1.62e42fefa39efp-1}, {-760, 0},      {1e300, 1e300}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(DPK_softplus, table[i][0], table[i][1]);
}

static long double below(long double x)
{
    return erfcl(-x * 0.707106781186547524400844362104849039L) / 2;
}

static long double gelu(long double x)
{
    return x * below(x);
}

static void test_gelu(void **state)
{
    (void)state;
    check(&(function){DPK_gelu, gelu, of_x, -DBL_MAX, DBL_MAX, 2.8, half_ln2});
    check(&(function){DPK_gelu, gelu, of_x, -9, 9, 2.8, half_ln2});
    const double table[][2] = {{0, 0}, {-0.0, -0.0}, {INFINITY, INFINITY}, {NAN, NAN}, {-40, -0.0}, {40, 40}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(DPK_gelu, table[i][0], table[i][1]);
}

static long double gelu_slope(long double x)
{
    return below(x) + x * (expl(-x * x / 2) * 0.398942280401432677939946059934381868L);
}

static void test_gelu_slope(void **state)
{
    (void)state;
    check(&(function){DPK_gelu_slope, gelu_slope, of_1, -1e100, 1e100, 2.9, half_ln2});
    check(&(function){DPK_gelu_slope, gelu_slope, of_1, -9, 9, 2.9, half_ln2});
    const double table[][2] = {{0, 0.5}, {-0.0, 0.5}, {NAN, NAN}, {-40, 0}, {40, 1}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        expect(DPK_gelu_slope, table[i][0], table[i][1]);
}

/* gelu_both gives the bits of the two. */
static void test_gelu_both(void **state)
{
    (void)state;
    static double x[BLOCK], want[2][BLOCK], y[BLOCK], slope[BLOCK];
    for (int i = 0; i < BLOCK; i++)
        x[i] = 3 * dp_rng_normal(&rng);
    for (int isa = DPK_base; isa <= (int)dpk_cpu_best(); isa++) {
        call((dpk_isa)isa, DPK_gelu, x, want[0], 0, BLOCK);
        call((dpk_isa)isa, DPK_gelu_slope, x, want[1], 0, BLOCK);
        dpk_find((dpk_isa)isa, DPK_gelu_both, DPK_f64)(&(dpk_pair_args){.a = x, .y = y, .slope = slope}, 0, BLOCK);
        assert_memory_equal(y, want[0], sizeof y);
        assert_memory_equal(slope, want[1], sizeof slope);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),  cmocka_unit_test(test_log),        cmocka_unit_test(test_tanh),
        cmocka_unit_test(test_erf),  cmocka_unit_test(test_sigmoid),    cmocka_unit_test(test_softplus),
        cmocka_unit_test(test_gelu), cmocka_unit_test(test_gelu_slope), cmocka_unit_test(test_gelu_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
