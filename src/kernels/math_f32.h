/* exp, log, log1p, tanh, erf and the normal distribution in single precision, without branches, tables or calls, so that a
 * loop over them becomes vector code of any width. Every operation is rounded as IEEE 754 has it, and fused only where MADD
 * says so: a number gives the same bits in a vector and alone.
 *
 * Largest errors of all 2^32 numbers on x86-64, with FMA | without (DENPA_EXHAUSTIVE=1 tests/kernels/test_math_slow tried
 * every number; the test holds what is in brackets): in units in the last place exp 1.013 | 0.989 (1.1), log 0.852 | 0.860
 * (0.9), tanh 2.566 | 2.606 (2.8), erf 1.107 | 1.200 (1.3); gelu 2.546 | 2.546 units of 2^-24 x (2.6), its slope 2.588 |
 * 2.598 units of 2^-24 (2.7). AVX-512 has a tanh of its own (tanh_avx512.h), 1.770, and a
 * gelu (gelu_avx512.h), 2.546, its slope 2.588. Results below the smallest normal number are within one of the smallest denormals.
 *
 * The polynomials and fractions come from tools/fit_functions.py, which prints their errors. Cutting exp and log into an
 * exponent and a polynomial is Cody and Waite, Software Manual for the Elementary Functions, 1980, ch. 5 and 6. */
#ifndef DENPA_KERNELS_MATH_F32_H
#define DENPA_KERNELS_MATH_F32_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define MADD(a, b, c) __builtin_fmaf(a, b, c)
#else
#define MADD(a, b, c) ((a) * (b) + (c))
#endif

static inline float float_of_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint32_t bits_of_float(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* x = n ln 2 + r with |r| <= ln 2 / 2, then exp(x) = 2^n exp(r). Adding and taking off 1.5 * 2^23 rounds to a whole
 * number, which is then in the low bits of the sum; 2^n is put together in two factors, for either may be as large as
 * it gets while the product is not, or is a denormal. ln 2 in two parts, the first with few bits, so that n times it is
 * exact. Where the result is 0 nothing is worked out: a product too small for a number costs a processor a hundred cycles,
 * and a softmax behind a mask is full of them. */
static inline float exp_f32(float x)
{
    const float low = -104.0f, high = 89.0f; /* beyond them: 0 and infinity */
    const int is_zero = x < low;
    x = is_zero ? 0 : x;
    x = x > high ? high : x;
    float shifted = MADD(x, 0x1.715476p+0f, 0x1.8p23f), n = shifted - 0x1.8p23f;
    float r = MADD(n, -0x1.62e4p-1f, x);
    r = MADD(n, -0x1.7f7d1cp-20f, r);
    float q = 0x1.6a5136p-10f;
    q = MADD(q, r, 0x1.12397ap-7f);
    q = MADD(q, r, 0x1.5558acp-5f);
    q = MADD(q, r, 0x1.555492p-3f);
    q = MADD(q, r, 0x1.fffffcp-2f);
    float y = MADD(r * r, q, r) + 1;
    int32_t whole = (int32_t)(bits_of_float(shifted) - bits_of_float(0x1.8p23f)), half = whole >> 1;
    float power = float_of_bits((uint32_t)(whole - half + 127) << 23);
    return y * float_of_bits((uint32_t)(half + 127) << 23) * (is_zero ? 0 : power);
}

/* log of m 2^e = e ln 2 + log m with sqrt(1/2) <= m < sqrt 2; denormals are made normal first. */
static inline float log_f32(float x)
{
    float scaled = x < 0x1p-126f ? x * 0x1p23f : x;
    uint32_t bits = bits_of_float(scaled) - bits_of_float(0x1.6a09e6p-1f);
    int32_t e = (int32_t)bits >> 23;
    float f = float_of_bits((bits & 0x7FFFFF) + bits_of_float(0x1.6a09e6p-1f)) - 1;
    float n = (float)e - (x < 0x1p-126f ? 23.0f : 0.0f);
    float p = -0x1.38c974p-4f;
    p = MADD(p, f, 0x1.055eaep-3f);
    p = MADD(p, f, -0x1.0d8246p-3f);
    p = MADD(p, f, 0x1.22d930p-3f);
    p = MADD(p, f, -0x1.54728ap-3f);
    p = MADD(p, f, 0x1.99a01cp-3f);
    p = MADD(p, f, -0x1.000226p-2f);
    p = MADD(p, f, 0x1.555554p-2f);
    float square = f * f, tail = MADD(p, square * f, n * 0x1.7f7d1cp-20f);
    float y = MADD(n, 0x1.62e4p-1f, f + MADD(-0.5f, square, tail));
    y = x == INFINITY ? x : y;
    y = x == 0 ? -INFINITY : y;
    return x >= 0 ? y : NAN; /* one comparison: gcc 12 makes no vectors of log1p(exp(x)) with two */
}

/* log(1 + x) for 0 <= x <= 1: what 1 + x has lost is put back to first order. */
static inline float log1p_f32(float x)
{
    float u = 1 + x;
    return log_f32(u) + (x - (u - 1)) / u;
}

/* By half of exp(2 x) - 1 = 2^n (exp(2 h) - 1) + (2^n - 1) with x = n ln 2 / 2 + h, called t: tanh(x) = t / (t + 1). Nothing
 * cancels: 2^n - 1 is 0, or at least 1. */
static inline float tanh_f32(float x)
{
    float a = fabsf(x);
    a = a > 9.02f ? 9.02f : a; /* beyond it: 1 */
    float shifted = MADD(a, 0x1.715476p+1f, 0x1.8p23f), n = shifted - 0x1.8p23f;
    float h = MADD(n, -0x1.62e4p-2f, a);
    h = MADD(n, -0x1.7f7d1cp-21f, h);
    float q = 0x1.6b953ap-5f;
    q = MADD(q, h, 0x1.122534p-3f);
    q = MADD(q, h, 0x1.5556f8p-2f);
    q = MADD(q, h, 0x1.5554b4p-1f);
    q = MADD(q, h, 0x1.fffffep-1f);
    q = MADD(q, h * h, h);
    float power = float_of_bits((bits_of_float(shifted) << 23) + bits_of_float(1));
    float t = MADD(power, q, MADD(0.5f, power, -0.5f));
    return copysignf(t / (t + 1), x);
}

static inline float erf_f32(float x)
{
    float a = fabsf(x), v = x * x, t = a > 4.0f ? 4.0f : a;
    float p = 0x1.4fa924p-14f;
    p = MADD(p, v, -0x1.a61810p-11f);
    p = MADD(p, v, 0x1.544b08p-8f);
    p = MADD(p, v, -0x1.b80124p-6f);
    p = MADD(p, v, 0x1.ce2d64p-4f);
    p = MADD(p, v, -0x1.812740p-2f);
    p = MADD(p, v, 0x1.06eba8p-3f);
    float r = -0x1.be724ep-13f;
    r = MADD(r, t, 0x1.a431b4p-9f);
    r = MADD(r, t, -0x1.768c02p-6f);
    r = MADD(r, t, 0x1.aef692p-4f);
    r = MADD(r, t, 0x1.458182p-1f);
    r = MADD(r, t, 0x1.20e5a0p+0f);
    float below = MADD(p, x, x), above = copysignf(1 - exp_f32(-t * r), x);
    return a < 0.95f ? below : above;
}

/* The normal distribution: its density, and how much of it lies below x. Below -a that is the density times Mills' ratio,
 * here exp(-a a / 2) R(a), which is as good far out as it is near 0. */
static inline float normal_density_f32(float x)
{
    return exp_f32(x * -0.5f * x) * 0x1.988454p-2f;
}

static inline float normal_below_f32(float x)
{
    float a = fabsf(x);
    a = a > 15.0f ? 15.0f : a; /* where exp(-a a / 2) is 0 */
    float p = 0x1.0ba5acp-8f, q = 0x1.4f7126p-7f;
    p = MADD(p, a, 0x1.4b4128p-5f);
    p = MADD(p, a, 0x1.7621dep-3f);
    p = MADD(p, a, 0x1.c018fcp-2f);
    p = MADD(p, a, 0.5f);
    q = MADD(q, a, 0x1.9f315cp-4f);
    q = MADD(q, a, 0x1.df3b7ap-2f);
    q = MADD(q, a, 0x1.33459cp+0f);
    q = MADD(q, a, 0x1.ac4eacp+0f);
    q = MADD(q, a, 1.0f);
    float tail = exp_f32(x * -0.5f * x) * (p / q);
    return x < 0 ? tail : 1 - tail;
}

/* x / 255 for a whole x from 0 to 255, rounded as division does it (test_kerncheck.c tries all): what the product with
 * 1 / 255 lacks is put right by its remainder, which FMA gives exactly. */
static inline float divide_by_255(float x)
{
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    const float part = 1.0f / 255;
    float q = x * part;
    return MADD(MADD(q, -255.0f, x), part, q);
#else
    return x / 255;
#endif
}

/* x / c, rounded as division does it, where x is the square root of a float, c has a quotient and part is 1 / c rounded: the
 * product with part is off by a unit and a half at most, and its remainder, which FMA gives exactly, puts the last bit
 * right (Brisebarre, Muller, Raina: Accelerating Correctly Rounded Floating-Point Division When the Divisor Is Known in
 * Advance, IEEE Trans. Computers 53, 2004). From the smallest root, 2^-74.5, on nothing is lost below the denormals; of 0,
 * infinity and NaN the product is right, and not its remainder. test_math_slow.c tries each c with the hardest x. */
static inline int has_root_quotient_f32(float c)
{
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return c >= 0x1p-40f && c <= 0x1p40f;
#else
    (void)c;
    return 0;
#endif
}

static inline float root_quotient_f32(float x, float c, float part)
{
    float q = x * part, y = MADD(MADD(q, -c, x), part, q);
    return bits_of_float(x) - 1 < bits_of_float(INFINITY) - 1 ? y : q;
}

/* What compilers turn into vector code themselves, under the same kind of name. */
static inline float sqrt_f32(float x)
{
    return sqrtf(x);
}

static inline float fabs_f32(float x)
{
    return fabsf(x);
}

static inline float nearbyint_f32(float x)
{
    return nearbyintf(x);
}

static inline float pow_f32(float x, float z)
{
    return powf(x, z);
}

#endif
