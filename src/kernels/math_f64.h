/* exp, log, log1p, tanh, erf and the normal distribution in double precision, without branches, tables or calls, so that a
 * loop over them becomes vector code of any width. Nothing is fused and every operation is rounded as IEEE 754 has it, so
 * that a number gives the same bits in a vector and alone, at every level and on every processor: include this only where
 * the compiler is told -ffp-contract=off.
 *
 * Printed float64 has all its digits, so what is large in a sum is kept in two parts, of which the second holds what the
 * first lacks (Dekker, A floating-point technique for extending the available precision, 1971): the last rounding is
 * nearly the only one.
 *
 * Largest errors seen among 84 million arguments of each, the same at every level (DENPA_EXHAUSTIVE=1
 * tests/kernels/test_math_f64 tried them; the test holds what is in brackets: of the first five what their roundings add up to,
 * of the others some more than was seen): in units in the last place exp 0.554 (0.57; denormals 0.760 of the smallest, 0.79), log
 * 0.665 (0.7), tanh 0.629 (0.67), sigmoid 2.474 (2.65), softplus 1.481 (1.85), erf 1.425 (1.5); gelu 2.458 units of 2^-53 x
 * (2.8), its slope 2.554 units of 2^-53 (2.9). Of the exponentials between -3 and 3, 996 of 1000 are the number nearest to
 * the true one. The sigmoid is 1 / (1 + exp(-x)), operation by operation, as one who writes that in NumPy gets it.
 *
 * The polynomials come from tools/fit_functions_f64.py, which prints their errors. Cutting exp and log into an exponent and
 * a polynomial is Cody and Waite, Software Manual for the Elementary Functions, 1980, ch. 5 and 6. */
#ifndef DENPA_KERNELS_MATH_F64_H
#define DENPA_KERNELS_MATH_F64_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Never called, however long: a loop with a call in it is no vector code. */
#define DPK_MATH_F64 static inline __attribute__((always_inline))

static inline double double_of_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline uint64_t bits_of_double(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* x without the last 27 of its 53 bits: the product of two such numbers is exact, and so is that with what one lost. */
static inline double upper_bits(double x)
{
    return double_of_bits(bits_of_double(x) & 0xFFFFFFFFF8000000);
}

/* x = n ln 2 + r + lost, |r| <= ln 2 / 2: n is in the low bits of `shifted`, into which adding 1.5 * 2^52 has rounded it.
 * ln 2 in two parts, the first with few bits, so that n times it is exact. */
typedef struct dpk_reduced {
    double shifted, r, lost;
} dpk_reduced;

static inline dpk_reduced reduce_by_ln2(double x)
{
    dpk_reduced to;
    to.shifted = x * 0x1.71547652b82fep+0 + 0x1.8p52;
    double n = to.shifted - 0x1.8p52, rest = x - n * 0x1.62e42fefa38p-1, low = n * 0x1.ef35793c7673p-45;
    to.r = rest - low;
    to.lost = (rest - to.r) - low;
    return to;
}

/* A number in two parts, the first the nearest to it or next to it. */
typedef struct dpk_parts {
    double high, low;
} dpk_parts;

/* exp(r + lost) - 1 = r + r r / 2 + r r r Q(r) + lost (1 + r). */
static inline dpk_parts exp_less_1_of(dpk_reduced from)
{
    double r = from.r, v = r * r, half_square = 0.5 * v;
    double even = 0x1.af68605a1089ep-26, odd = 0x1.1e66eb7142195p-29;
    even = even * v + 0x1.71ddf27083068p-19;
    odd = odd * v + 0x1.27e58d0f0b32bp-22;
    even = even * v + 0x1.a01a01b268ed3p-13;
    odd = odd * v + 0x1.a01a01526c3ecp-16;
    even = even * v + 0x1.111111110efc3p-7;
    odd = odd * v + 0x1.6c16c16c27022p-10;
    even = even * v + 0x1.555555555555ap-3;
    odd = odd * v + 0x1.5555555555530p-5;
    dpk_parts y = {.high = r + half_square};
    y.low = (half_square - (y.high - r)) + ((even + odd * r) * (v * r) + (from.lost + from.lost * r));
    return y;
}

/* 2^n is put together in two factors, for either may be as large as it gets while the product is not, or is a denormal.
 * Where the result is 0 nothing is worked out: products too small for a number are slow. */
DPK_MATH_F64 double exp_f64(double x)
{
    const double low = -745.14, high = 710; /* beyond them: 0 and infinity */
    const int is_zero = x < low;
    x = is_zero ? 0 : x;
    x = x > high ? high : x;
    dpk_reduced from = reduce_by_ln2(x);
    dpk_parts t = exp_less_1_of(from);
    double most = 1 + t.high, y = most + ((t.high - (most - 1)) + t.low);
    uint64_t whole = bits_of_double(from.shifted), half = whole >> 1;
    double power = double_of_bits(((whole - half) << 52) + bits_of_double(1));
    return y * double_of_bits((half << 52) + bits_of_double(1)) * (is_zero ? 0 : power);
}

/* log(u + lost) for a positive normal u = m 2^e with sqrt(1/2) <= m < sqrt 2: e ln 2 + log m, and with f = m - 1 and s = f /
 * (2 + f), log m = f - f f / 2 + s (f f / 2 + s s R(s s)). `lost` is over u already. e is from the exponent less `scale`. */
static inline double log_sum_of(double u, double scale, double lost)
{
    const uint64_t root = 0x3FE6A09E667F3BCD, mantissa = 0xFFFFFFFFFFFFF; /* sqrt(1/2) */
    uint64_t bits = bits_of_double(u) - root + bits_of_double(1);
    double n = double_of_bits((bits >> 52) + bits_of_double(0x1p52)) - (0x1p52 + 1023 + scale);
    double f = double_of_bits((bits & mantissa) + root) - 1;
    double s = f / (2 + f), z = s * s, v = z * z, upper = upper_bits(f);
    double even = 0x1.2f09bb3ed917fp-3, odd = 0x1.39a14ae87834ap-3;
    even = even * v + 0x1.7466436036edbp-3;
    odd = odd * v + 0x1.c71c51f24f92cp-3;
    even = even * v + 0x1.24924942106d3p-2;
    odd = odd * v + 0x1.999999997fb1dp-2;
    even = even * v + 0x1.5555555555593p-1;
    double half_square = 0.5 * (upper * upper), rest_square = 0.5 * ((f - upper) * (f + upper));
    double large = n * 0x1.62e42fefa38p-1, sum = large + f, most = sum - half_square;
    double rest =
        s * ((half_square + rest_square) + z * (even + odd * z)) + ((n * 0x1.ef35793c7673p-45 - rest_square) + lost);
    return most + (((f - (sum - large)) + ((sum - most) - half_square)) + rest);
}

DPK_MATH_F64 double log_f64(double x)
{
    int small = x < 0x1p-1022; /* denormals are made normal first */
    double y = log_sum_of(small ? x * 0x1p54 : x, small ? 54 : 0, 0);
    y = x == INFINITY ? x : y;
    y = x == 0 ? -INFINITY : y;
    return x < 0 || x != x ? NAN : y;
}

/* log(1 + x) for 0 <= x <= 1: what 1 + x has lost is put back to first order, over 1 + x to 1/400 of itself. */
DPK_MATH_F64 double log1p_f64(double x)
{
    double u = 1 + x, v = u - 1, lost = x - v;
    double part = (-0x1.e5850144c79edp-3 * v + 0x1.628dcaba062e1p-1) * v - 0x1.e9ba291ae4d6dp-1;
    return log_sum_of(u, 0, lost + lost * (v * part));
}

/* With exp(2 |x|) = p (1 + t), p = 2^n: tanh(|x|) = (p - 1 + p t) / (p + 1 + p t), both in two parts. The first half of the
 * quotient times the divisor is exact, and what it leaves over makes the second. */
DPK_MATH_F64 double tanh_f64(double x)
{
    double a = fabs(x);
    a = a > 20 ? 20 : a; /* beyond it: 1 */
    dpk_reduced from = reduce_by_ln2(2 * a);
    dpk_parts e = exp_less_1_of(from);
    double p = double_of_bits((bits_of_double(from.shifted) << 52) + bits_of_double(1));
    double t = e.high + e.low, pt = p * t, p_lost = p * (e.low - (t - e.high));
    double less = p - 1, more = p + 1, off = (more - less) - 2; /* not 0 from 2^53 on, where the quotient is about 1 */
    double over = less + pt, over_lost = (pt - (over - less)) + p_lost + off;
    double under = more + pt, under_lost = (pt - (under - more)) + p_lost;
    double part = 1 / under, first = upper_bits(over * part), upper = upper_bits(under);
    double left = (over - first * upper) - first * (under - upper) + (over_lost - first * under_lost);
    return copysign(first + left * part, x);
}

/* 1 - exp(-x x) P / Q from 1 on. */
DPK_MATH_F64 double erf_f64(double x)
{
    double a = fabs(x), v = x * x, w = v * v;
    double even = 0x1.d4ca729e2556cp-27, odd = -0x1.a4ccb23a49ed7p-31;
    even = even * w + 0x1.b971ba34304ffp-20;
    odd = odd * w - 0x1.5bb122e14aee8p-23;
    even = even * w + 0x1.f9a2a2aae11cdp-14;
    odd = odd * w - 0x1.f4c8de398396ap-17;
    even = even * w + 0x1.565bccf267bebp-8;
    odd = odd * w - 0x1.c02daf3bf86fdp-11;
    even = even * w + 0x1.ce2f21a03ff71p-4;
    odd = odd * w - 0x1.b82ce311c54d5p-6;
    even = even * w + 0x1.06eba8214db68p-3;
    odd = odd * w - 0x1.812746b0379a6p-2;
    double below = x + x * (even + odd * v);
    double t = a > 6 ? 6 : a; /* beyond it: 1 */
    double p = 0x1.2413d70f97188p-7, q = 0x1.02d955d5afb11p-6;
    p = p * t + 0x1.5908d49374631p-4;
    q = q * t + 0x1.31c553e8f1912p-3;
    p = p * t + 0x1.7e34aa556451cp-2;
    q = q * t + 0x1.56cbce4228c36p-1;
    p = p * t + 0x1.e5da6ade18fd3p-1;
    q = q * t + 0x1.c18a126152096p+0;
    p = p * t + 0x1.63ddd5179e128p+0;
    q = q * t + 0x1.6536f8e6f6018p+1;
    p = p * t + 0x1.fffffc472d99ep-1;
    q = q * t + 0x1.425d9b3cd90e0p+1;
    q = q * t + 1;
    double above = copysign(1 - exp_f64(-(t * t)) * (p / q), x);
    return a < 1 ? below : above;
}

/* The normal distribution: its density, and how much of it lies below x. Below -a that is the density times Mills' ratio,
 * here exp(-a a / 2) P / Q, which is as good far out as it is near 0. */
static inline double normal_density_f64(double x)
{
    return exp_f64(x * -0.5 * x) * 0x1.9884533d43651p-2;
}

DPK_MATH_F64 double normal_below_f64(double x)
{
    double a = fabs(x);
    a = a > 39 ? 39 : a; /* where exp(-a a / 2) is 0 */
    double p = 0x1.e195b5bbee0f9p-23, q = 0x1.2dc9dc9005303p-21;
    p = p * a + 0x1.d446f836e3ee9p-18;
    q = q * a + 0x1.257300f0e2016p-16;
    p = p * a + 0x1.bf1a25023cc53p-14;
    q = q * a + 0x1.18c4e64d53365p-12;
    p = p * a + 0x1.109bc6abb9b75p-10;
    q = q * a + 0x1.57f4e7a229737p-9;
    p = p * a + 0x1.d2e15f37fcc0fp-8;
    q = q * a + 0x1.28eeea7ada839p-6;
    p = p * a + 0x1.243a8da772e8fp-5;
    q = q * a + 0x1.78c9c18714a94p-4;
    p = p * a + 0x1.0e753a0416575p-3;
    q = q * a + 0x1.64b68f0ef9695p-2;
    p = p * a + 0x1.6df2c3ad379d4p-2;
    q = q * a + 0x1.f5d9b082df8f6p-1;
    p = p * a + 0x1.5bfa167bffc63p-1;
    q = q * a + 0x1.0032beaad9d9dp+1;
    p = p * a + 0x1.a7e878409e67bp-1;
    q = q * a + 0x1.6897344bdab47p+1;
    p = p * a + 0.5;
    q = q * a + 0x1.3a1550efa00d2p+1;
    q = q * a + 1;
    double tail = exp_f64(x * -0.5 * x) * (p / q);
    return x < 0 ? tail : 1 - tail;
}

/* What compilers turn into vector code themselves, and what is left to the C library, under the same kind of name. */
static inline double sqrt_f64(double x)
{
    return sqrt(x);
}

static inline double fabs_f64(double x)
{
    return fabs(x);
}

static inline double nearbyint_f64(double x)
{
    return nearbyint(x);
}

static inline double pow_f64(double x, double z)
{
    return pow(x, z);
}

#endif
