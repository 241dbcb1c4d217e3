/* The decimal digits of floating-point numbers, for everything that prints them. Independent of the locale. */
#ifndef DENPA_BASE_NUMBER_H
#define DENPA_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#define DPI_DECIMAL_DIGITS 40

/* A finite number: 0.d1d2d3… * 10^exponent, with a sign. No zeros at the end but for the number 0, which is the digit
 * "0" with exponent 1. */
typedef struct dpi_decimal {
    char digits[DPI_DECIMAL_DIGITS];
    int count;
    int exponent;
    bool negative;
} dpi_decimal;

/* The fewest digits that read back as the same double (float), and of those the nearest. value must be finite. */
void dpi_decimal_shortest_f64(double value, dpi_decimal *out);
void dpi_decimal_shortest_f32(float value, dpi_decimal *out);

/* The exact value rounded to `digits` digits in all, 1..DPI_DECIMAL_DIGITS - 1, halves to even. value is finite. */
void dpi_decimal_rounded(double value, int digits, dpi_decimal *out);

/* Writes digits with the point after the first, "1.5e-07", and an exponent of at least two digits; with less than
 * `fraction_digits` digits behind the point zeros are added. `buffer` needs DPI_DECIMAL_DIGITS + fraction_digits + 8
 * bytes. Returns the length. */
size_t dpi_decimal_scientific(const dpi_decimal *decimal, int fraction_digits, int exponent_digits, bool point,
                              char *buffer);

/* Writes digits without an exponent, "0.001", "1500." (always with a point), and no zeros behind the last digit.
 * `buffer` needs DPI_DECIMAL_DIGITS + |exponent| + 4 bytes. Returns the length. */
size_t dpi_decimal_positional(const dpi_decimal *decimal, char *buffer);

#endif
