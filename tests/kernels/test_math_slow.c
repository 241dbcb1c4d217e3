/* The functions of math_f32.h, at every level that this machine runs, against the C library in double, within the errors
 * that the header states: for every 31st block of 65536 neighbouring numbers of f32, four blocks in each binade, or, with
 * DENPA_EXHAUSTIVE set, for every one of the 2^32 numbers. An argument, test_tanh for instance, chooses one function.
 *
 * The quotients of roots are held to be what division gives, through the update of Adam, which has them: for every 31st of the
 * 2^23 divisors from 1 to 2, or, with DENPA_EXHAUSTIVE, for each, by the dividends that are hardest for it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kernels/kern.h"

enum { BLOCK = 1 << 16 };

static float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Units in the last place of `want` that `have` is off; below the normal numbers, smallest denormals. Where f32 ends,
 * infinity counts as 2^128. */
static double error_in_ulps(double x, double have, double want)
{
    (void)x;
    if (isnan(want) || isinf(want))
        return (isnan(want) && isnan(have)) || have == want ? 0 : INFINITY;
    if (isinf(have))
        have = copysign(0x1p128, have);
    if (fabs(want) > 0x1p128)
        want = copysign(0x1p128, want);
    int exponent;
    frexp(want, &exponent);
    double ulp = ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
    return fabs(have - want) / ulp;
}

/* Of functions that are a sum which may cancel: in units of 2^-24, and of 2^-24 x. Below the normal numbers, which the
 * exponential function is not exact for, and where a product is not a number, nothing counts. */
static double error_in_units(double x, double have, double want)
{
    (void)x;
    if (isnan(want))
        return isnan(have) ? 0 : INFINITY;
    return have == want ? 0 : fabs(have - want) * 0x1p24;
}

static double error_in_units_of_x(double x, double have, double want)
{
    double error = error_in_units(x, have, want) - 0x1p-125 * 0x1p24;
    return error <= 0 ? 0 : error / fabs(x);
}

static void try_all(dpk_op op, double (*oracle)(double), double (*error_of)(double, double, double), double bound)
{
    static float x[BLOCK], y[DPK_ISA_COUNT][BLOCK];
    double worst[DPK_ISA_COUNT] = {0};
    dpk_isa best = dpk_cpu_best();
    uint64_t step = getenv("DENPA_EXHAUSTIVE") ? BLOCK : 31 * (uint64_t)BLOCK;
    for (uint64_t first = 0; first < (uint64_t)1 << 32; first += step) {
        for (int i = 0; i < BLOCK; i++)
            x[i] = from_bits((uint32_t)first + (uint32_t)i);
        for (int isa = DPK_base; isa <= (int)best; isa++)
            dpk_find((dpk_isa)isa, op, DPK_f32)(&(dpk_unary_args){.a = x, .y = y[isa]}, 0, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            double want = oracle(x[i]);
            for (int isa = DPK_base; isa <= (int)best; isa++) {
                double error = error_of(x[i], y[isa][i], want);
                if (!(error <= bound))
                    fail_msg("%s at level %s: %a gives %a, not %a: off by %.2f", dpk_op_text(op),
                             dpk_isa_name((dpk_isa)isa), x[i], y[isa][i], want, error);
                if (error > worst[isa])
                    worst[isa] = error;
            }
        }
    }
    for (int isa = DPK_base; isa < DPK_ISA_COUNT; isa++)
        if (isa <= (int)best)
            print_message("%s %s: at most %.3f\n", dpk_op_text(op), dpk_isa_name((dpk_isa)isa), worst[isa]);
        else
            print_message("[  SKIPPED ] %s: this machine has no %s\n", dpk_op_text(op), dpk_isa_name((dpk_isa)isa));
}

static void test_exp(void **state)
{
    (void)state;
    try_all(DPK_exp, exp, error_in_ulps, 1.1);
}

static void test_log(void **state)
{
    (void)state;
    try_all(DPK_log, log, error_in_ulps, 0.9);
}

static void test_tanh(void **state)
{
    (void)state;
    try_all(DPK_tanh, tanh, error_in_ulps, 2.8);
}

static void test_erf(void **state)
{
    (void)state;
    try_all(DPK_erf, erf, error_in_ulps, 1.3);
}

static double gelu(double x)
{
    return x * (erfc(-x * sqrt(0.5)) / 2);
}

static void test_gelu(void **state)
{
    (void)state;
    try_all(DPK_gelu, gelu, error_in_units_of_x, 2.6);
}

static double gelu_slope(double x)
{
    return erfc(-x * sqrt(0.5)) / 2 + x * (exp(-x * x / 2) / sqrt(2 * acos(-1)));
}

static void test_gelu_slope(void **state)
{
    (void)state;
    try_all(DPK_gelu_slope, gelu_slope, error_in_units, 2.7);
}

/* ---- Quotients of roots ---- */

/* Dividends of a divisor. */
typedef struct hard {
    float x[512];
    int count;
} hard;

/* 1 / odd, modulo 2^32: each step doubles the bits that are right. */
static uint32_t inverse(uint32_t odd)
{
    uint32_t y = odd;
    for (int i = 0; i < 4; i++)
        y *= 2 - odd * y;
    return y;
}

/* Whole numbers x below 2^24 so that x / c, for a whole c from 2^23 on, lies next to the middle between two floats:
 * x 2^shift - c (2 q + 1) = k for a small k, with 2^23 <= q < 2^24. Before its last rounding the
 * quotient is off by less than what k = 7 comes to, so that only these may go wrong. */
static void find_hard(uint32_t c, int shift, int32_t k, hard *found)
{
    int zeros = __builtin_ctz(c);
    if (k % (1 << zeros) != 0 || zeros > 3)
        return;
    uint32_t modulus = 1u << (shift - zeros), part = (uint32_t)(k / (1 << zeros));
    uint32_t middle = (0u - part) * inverse(c >> zeros) & (modulus - 1);
    for (uint64_t m = middle; m < (uint64_t)1 << 25; m += modulus) {
        int64_t x = (int64_t)(c * m) + k;
        if (m < (uint64_t)1 << 24 || m % 2 == 0 || x & (((int64_t)1 << shift) - 1))
            continue;
        x >>= shift;
        if (x >= 1 << 23 && x < 1 << 24 && found->count < 512)
            found->x[found->count++] = (float)x;
    }
}

/* With v = x x, of which the root is x, and m = x / c by division, an update of 0 is -1 if the kernel's quotient is the
 * same, and not if it is off by a unit. */
static void try_divisor(uint32_t c, int exponent, const hard *found, dpk_isa best)
{
    enum { MOST = 512 };
    static float p[MOST], g[MOST], m[MOST], v[MOST];
    float divisor = ldexpf((float)c, exponent);
    dpk_update_args args = {.p = p, .g = g, .s = {m, v}, .lr = 1, .left = 1, .keep = 1, .correction = (double)divisor};
    for (int isa = DPK_base; isa <= (int)best; isa++) {
        for (int i = 0; i < found->count; i++)
            p[i] = 0, m[i] = found->x[i] / divisor, v[i] = found->x[i] * found->x[i];
        dpk_find((dpk_isa)isa, DPK_update_adam, DPK_f32)(&args, 0, found->count);
        for (int i = 0; i < found->count; i++)
            if (p[i] != -1)
                fail_msg("level %s: %a / %a is not %a", dpk_isa_name((dpk_isa)isa), found->x[i], divisor, m[i]);
    }
}

static void test_root_quotient(void **state)
{
    (void)state;
    long quotients = 0;
    dpk_isa best = dpk_cpu_best();
    uint32_t step = getenv("DENPA_EXHAUSTIVE") ? 1 : 31;
    for (uint32_t c = 1 << 23; c < 1 << 24; c += step) {
        hard found = {.count = 0};
        for (int32_t k = -15; k <= 15; k++)
            find_hard(c, 24, k, &found), find_hard(c, 25, k, &found);
        for (int i = 0; i < 16; i++) /* and any */
            found.x[found.count++] = (float)((1 << 23) + (c * 2654435761u + (uint32_t)i * 40503u * 65537u) % (1 << 23));
        try_divisor(c, -24, &found, best);
        quotients += found.count;
    }
    print_message("root quotients: %ld\n", quotients);
    assert_true(quotients > 10000000 / (long)step);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp),           cmocka_unit_test(test_log),  cmocka_unit_test(test_tanh),
        cmocka_unit_test(test_erf),           cmocka_unit_test(test_gelu), cmocka_unit_test(test_gelu_slope),
        cmocka_unit_test(test_root_quotient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
