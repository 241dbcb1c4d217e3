/* Numbers to text and back. The C library does the exact arithmetic (its printf and strtod round correctly); here are
 * the search for the shortest digits, the layout, and the independence of the locale, which only ever touches the
 * decimal point: digits are read out of printf's answer around it, and strtod is given whole numbers with an
 * exponent, which have none. */
#include "base/number.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/text.h>

/* ---- Digits ---- */

void dpi_decimal_rounded(double value, int digits, dpi_decimal *out)
{
    char text[DPI_DECIMAL_DIGITS + 24];
    snprintf(text, sizeof text, "%.*e", digits - 1, fabs(value));
    const char *c = text;
    int count = 0;
    for (; *c && *c != 'e'; c++)
        if (*c >= '0' && *c <= '9') out->digits[count++] = *c;
    out->exponent = *c == 'e' ? atoi(c + 1) + 1 : 1;
    while (count > 1 && out->digits[count - 1] == '0') count--;
    out->digits[count] = 0;
    out->count = count;
    out->negative = signbit(value);
}

static double magnitude(const dpi_decimal *decimal, bool narrow)
{
    char text[DPI_DECIMAL_DIGITS + 16];
    snprintf(text, sizeof text, "%se%d", decimal->digits, decimal->exponent - decimal->count);
    return narrow ? (double)strtof(text, NULL) : strtod(text, NULL);
}

/* The neighbour one unit of digit number `digits` above. */
static void step_up(dpi_decimal *decimal, int digits)
{
    while (decimal->count < digits) decimal->digits[decimal->count++] = '0';
    while (decimal->count && decimal->digits[decimal->count - 1] == '9') decimal->count--;
    if (decimal->count) decimal->digits[decimal->count - 1]++;
    else {
        decimal->digits[decimal->count++] = '1';
        decimal->exponent++;
    }
    decimal->digits[decimal->count] = 0;
}

/* Tries lengths upwards. The nearest decimal of a length is the one to try; only above a power of two, where the gap
 * below is half as wide as the gap above, can the one after it read back while the nearest, below, does not. */
static void shortest(double value, int from, int to, bool narrow, dpi_decimal *out)
{
    int saved_errno = errno, unused;
    bool power_of_two = frexp(fabs(value), &unused) == 0.5;
    for (int digits = from; digits <= to; digits++) {
        dpi_decimal_rounded(value, digits, out);
        if (digits == to || magnitude(out, narrow) == fabs(value)) break;
        if (!power_of_two) continue;
        step_up(out, digits);
        if (magnitude(out, narrow) == fabs(value)) break;
    }
    errno = saved_errno;
}

/* Every decimal of up to 15 (float: 6) digits survives the way through a normal double, so that stripping zeros is
 * enough there; subnormal numbers have fewer bits. 17 (float: 9) digits always read back. */
void dpi_decimal_shortest_f64(double value, dpi_decimal *out)
{
    shortest(value, fabs(value) < 0x1p-1022 ? 1 : 15, 17, false, out);
}

void dpi_decimal_shortest_f32(float value, dpi_decimal *out)
{
    shortest((double)value, fabsf(value) < 0x1p-126f ? 1 : 6, 9, true, out);
}

/* ---- Layout ---- */

size_t dpi_decimal_scientific(const dpi_decimal *decimal, int fraction_digits, int exponent_digits, bool point,
                              char *buffer)
{
    char *c = buffer;
    if (decimal->negative) *c++ = '-';
    *c++ = decimal->digits[0];
    if (point || decimal->count > 1 || fraction_digits > 0) *c++ = '.';
    for (int i = 1; i < decimal->count || i <= fraction_digits; i++)
        *c++ = i < decimal->count ? decimal->digits[i] : '0';
    bool zero = decimal->digits[0] == '0';
    int exponent = zero ? 0 : decimal->exponent - 1;
    c += sprintf(c, "e%c%0*d", exponent < 0 ? '-' : '+', exponent_digits, abs(exponent));
    return (size_t)(c - buffer);
}

size_t dpi_decimal_positional(const dpi_decimal *decimal, char *buffer)
{
    char *c = buffer;
    if (decimal->negative) *c++ = '-';
    if (decimal->exponent <= 0) *c++ = '0';
    for (int i = 0; i < decimal->exponent; i++) *c++ = i < decimal->count ? decimal->digits[i] : '0';
    *c++ = '.';
    for (int i = decimal->exponent; i < 0; i++) *c++ = '0';
    for (int i = decimal->exponent > 0 ? decimal->exponent : 0; i < decimal->count; i++) *c++ = decimal->digits[i];
    *c = 0;
    return (size_t)(c - buffer);
}

/* Python's rule: an exponent below 1e-4 and from 1e16 on; NumPy (2.3 and later) has it from 1e6 on for float32. */
static char *number_text(double value, bool narrow, char buffer[DP_NUMBER_TEXT_BYTES])
{
    if (isnan(value)) return strcpy(buffer, "nan");
    if (isinf(value)) return strcpy(buffer, value < 0 ? "-inf" : "inf");
    dpi_decimal decimal;
    if (narrow) dpi_decimal_shortest_f32((float)value, &decimal);
    else dpi_decimal_shortest_f64(value, &decimal);
    if (value != 0 && (fabs(value) < 1e-4 || fabs(value) >= (narrow ? 1e6 : 1e16))) {
        dpi_decimal_scientific(&decimal, 0, 2, false, buffer);
        return buffer;
    }
    size_t length = dpi_decimal_positional(&decimal, buffer);
    if (buffer[length - 1] == '.') strcpy(buffer + length, "0");
    return buffer;
}

char *dp_number_text_f64(double value, char buffer[DP_NUMBER_TEXT_BYTES])
{
    return number_text(value, false, buffer);
}

char *dp_number_text_f32(float value, char buffer[DP_NUMBER_TEXT_BYTES])
{
    return number_text((double)value, true, buffer);
}

/* ---- Reading ---- */

/* A double or the point halfway between two of them has at most 767 digits; with what lies behind reduced to one more
 * digit that is not zero, the rounding comes out as if all digits had been read. */
enum { KEPT_DIGITS = 770 };

typedef struct scan {
    char digits[KEPT_DIGITS + 24]; /* of a whole number, zero-ended; room for the exponent behind */
    int count;
    int64_t exponent; /* power of ten to multiply with */
} scan;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void take_digit(scan *s, char digit, bool behind_point)
{
    if (behind_point) s->exponent--;
    if (s->count == 0 && digit == '0') return;
    if (s->count < KEPT_DIGITS) {
        s->digits[s->count++] = digit;
        return;
    }
    s->exponent++;
    if (digit != '0')
        s->digits[KEPT_DIGITS - 1] = (char)(s->digits[KEPT_DIGITS - 1] == '0' ? '1' : s->digits[KEPT_DIGITS - 1]);
}

/* The digits and the point; returns the place behind them, or NULL if there is no digit. */
static const char *scan_mantissa(const char *c, const char *limit, scan *s)
{
    bool point = false, any = false;
    for (; c < limit; c++) {
        if (is_digit(*c)) {
            take_digit(s, *c, point);
            any = true;
        } else if (*c == '.' && !point) point = true;
        else break;
    }
    return any ? c : NULL;
}

/* "e-7" if it is there and complete; returns the place behind it. */
static const char *scan_exponent(const char *c, const char *limit, scan *s)
{
    if (c == limit || (*c != 'e' && *c != 'E')) return c;
    const char *d = c + 1;
    bool negative = d < limit && *d == '-';
    if (d < limit && (*d == '-' || *d == '+')) d++;
    if (d == limit || !is_digit(*d)) return c;
    int64_t exponent = 0;
    for (; d < limit && is_digit(*d); d++)
        if (exponent < INT64_C(1000000000000)) exponent = exponent * 10 + (*d - '0');
    s->exponent += negative ? -exponent : exponent;
    return d;
}

/* Exactly rounded. Numbers below 2^53 times powers of ten up to 10^22 take one rounding only, the division's or the
 * product's. */
static double scan_value(scan *s)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (s->count == 0) return 0;
    if (s->count <= 15 && s->exponent >= -22 && s->exponent <= 22) {
        int64_t whole = 0;
        for (int i = 0; i < s->count; i++) whole = whole * 10 + (s->digits[i] - '0');
        return s->exponent < 0 ? (double)whole / power[-s->exponent] : (double)whole * power[s->exponent];
    }
    int64_t exponent = s->exponent < -99999 ? -99999 : s->exponent > 99999 ? 99999 : s->exponent;
    snprintf(s->digits + s->count, sizeof s->digits - (size_t)s->count, "e%lld", (long long)exponent);
    int saved_errno = errno;
    double value = strtod(s->digits, NULL);
    errno = saved_errno;
    return value;
}

/* Is `word`, in lower case, what stands at c? Returns the place behind it, or NULL. */
static const char *scan_word(const char *c, const char *limit, const char *word)
{
    for (; *word; word++, c++)
        if (c == limit || (*c | 0x20) != *word) return NULL;
    return c;
}

double dp_number_parse(const char *text, size_t bytes, const char **end)
{
    const char *limit = text + bytes, *c = text, *behind;
    bool negative = c < limit && *c == '-';
    if (c < limit && (*c == '-' || *c == '+')) c++;
    scan s;
    s.count = 0;
    s.exponent = 0;
    double value = 0;
    if ((behind = scan_mantissa(c, limit, &s))) {
        behind = scan_exponent(behind, limit, &s);
        value = scan_value(&s);
    } else if ((behind = scan_word(c, limit, "infinity")) || (behind = scan_word(c, limit, "inf"))) value = INFINITY;
    else if ((behind = scan_word(c, limit, "nan"))) value = NAN;
    *end = behind ? behind : text;
    return behind && negative ? -value : value;
}
