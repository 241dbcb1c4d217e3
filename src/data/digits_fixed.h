/* Fixed-point numbers for drawing. The digits must be the same bytes everywhere, and float arithmetic is not safe from
 * the compiler: gcc 12 -O3 changed last bits of float expressions when vectorising, in spite of -ffp-contract=off. */
#ifndef DPI_DATA_DIGITS_FIXED_H
#define DPI_DATA_DIGITS_FIXED_H

#include <stdint.h>

/* A real number times 65536. */
typedef int32_t dpi_fixed;

enum { DPI_FIXED_ONE = 65536 };

/* The nearest fixed-point number to a constant >= 0. */
#define DPI_FIXED(constant) ((dpi_fixed)((constant)*65536.0 + 0.5))

static inline dpi_fixed dpi_fixed_mul(dpi_fixed a, dpi_fixed b)
{
    return (dpi_fixed)((int64_t)a * b / DPI_FIXED_ONE);
}

static inline dpi_fixed dpi_fixed_div(dpi_fixed a, dpi_fixed b)
{
    return (dpi_fixed)((int64_t)a * DPI_FIXED_ONE / b);
}

static inline dpi_fixed dpi_fixed_clamp(dpi_fixed value, dpi_fixed low, dpi_fixed high)
{
    return value < low ? low : value > high ? high : value;
}

#endif
