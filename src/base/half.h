/* IEEE 754 binary16, "half precision" or float16: 1 bit sign, 5 bits exponent (bias 15), 10 bits fraction. Spacing 2^-24 below
 * 2^-14, then 2^-10 of the power of two below; the largest number is 65504, from 65520 on numbers round to infinity.
 *
 * dpi_half_round_f32 and _f64 give the nearest of them, halves to even, as a number of the type they came in; NaN stays NaN.
 * There is no branch in them, so that a loop over them is vector code on every processor. */
#ifndef DENPA_BASE_HALF_H
#define DENPA_BASE_HALF_H

#include <stdint.h>
#include <string.h>

#define DPI_HALF_MOST 65504.0

/* Where the spacing is as in float16's normal numbers, the bits below are rounded off by adding just less than half of the last
 * one that stays (just half where that one is odd); a carry goes on into the exponent. Below 2^-14 the sum with a power of two
 * whose spacing is 2^-24 does it. */
#define DPI_HALF_ROUND(suffix, real, word, sign_bit, infinity, dropped, least_normal, to_infinity, power) \
    static inline real dpi_half_round_##suffix(real x)                                                    \
    {                                                                                                     \
        const word lowest = (word)1 << (dropped);                                                         \
        word bits, size, small_bits;                                                                      \
        real small;                                                                                       \
        memcpy(&bits, &x, sizeof bits);                                                                   \
        size = bits & ~(sign_bit);                                                                        \
        memcpy(&small, &size, sizeof small);                                                              \
        small = (small + (power)) - (power);                                                              \
        memcpy(&small_bits, &small, sizeof small_bits);                                                   \
        word normal = (size + (lowest / 2 - 1) + (size >> (dropped)&1)) & ~(lowest - 1);                  \
        word large = size > (infinity) ? size : (infinity);                                               \
        word rounded = size < (least_normal) ? small_bits : size >= (to_infinity) ? large : normal;       \
        rounded |= bits & (sign_bit);                                                                     \
        memcpy(&x, &rounded, sizeof x);                                                                   \
        return x;                                                                                         \
    }
DPI_HALF_ROUND(f32, float, uint32_t, UINT32_C(1) << 31, UINT32_C(0x7f800000), 23 - 10, UINT32_C(0x38800000),
               UINT32_C(0x477ff000), 0.5f)
DPI_HALF_ROUND(f64, double, uint64_t, UINT64_C(1) << 63, UINT64_C(0x7ff0000000000000), 52 - 10,
               UINT64_C(0x3f10000000000000), UINT64_C(0x40effe0000000000), 0x1p28)
#undef DPI_HALF_ROUND

/* The 16 bits of the float16 nearest to x, rounded once; a NaN becomes the quiet one of its sign. */
static inline uint16_t dpi_half_bits(double x)
{
    uint64_t word;
    double half = dpi_half_round_f64(x);
    memcpy(&word, &half, sizeof word);
    uint16_t sign = (uint16_t)(word >> 48 & 0x8000);
    uint64_t size = word & ~(UINT64_C(1) << 63);
    if (half != half)
        return sign | 0x7e00;
    if (size >= UINT64_C(0x7ff0000000000000))
        return sign | 0x7c00;
    if (size < UINT64_C(0x3f10000000000000))
        return (uint16_t)(sign | (uint16_t)((sign ? -half : half) * 0x1p24));
    return (uint16_t)(sign | (uint16_t)((size >> 42) - ((uint64_t)(1023 - 15) << 10)));
}

/* What 16 bits stand for: every float16 is a float32. */
static inline float dpi_half_value(uint16_t bits)
{
    uint32_t exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
    if (exponent == 0)
        return (bits & 0x8000 ? -1.0f : 1.0f) * (float)fraction * 0x1p-24f;
    uint32_t wide = exponent == 0x1f ? 0xff : exponent + 127 - 15;
    uint32_t word = (uint32_t)(bits & 0x8000) << 16 | wide << 23 | fraction << 13;
    float value;
    memcpy(&value, &word, sizeof value);
    return value;
}

#endif
