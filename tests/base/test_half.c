/* float16: all of its values against their definition and NumPy, rounding at every place between two of them, and numbers of
 * every kind against NumPy (vectors/half.txt). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/half.h"

enum { INFINITE = 0x7c00, MOST = 0x7bff };

/* IEEE 754-2008, 3.4, of a number that is not negative; the power of two behind the largest where infinity is. */
static double defined(int bits)
{
    int exponent = bits >> 10, fraction = bits & 0x3ff;
    return exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
}

static bool is_nan(int bits)
{
    return (bits & 0x7fff) > INFINITE;
}

static void test_values(void **state)
{
    (void)state;
    for (int bits = 0; bits < 1 << 16; bits++) {
        float value = dpi_half_value((uint16_t)bits);
        int size = bits & 0x7fff;
        if (is_nan(bits)) {
            assert_true(isnan(value));
            assert_int_equal(dpi_half_bits(value), (bits & 0x8000) | 0x7e00);
            continue;
        }
        assert_true(fabs(value) == (size == INFINITE ? INFINITY : defined(size)));
        assert_int_equal(!!signbit(value), bits >> 15);
        assert_int_equal(dpi_half_bits(value), bits);
        float same = dpi_half_round_f32(value);
        double same_f64 = dpi_half_round_f64(value), wide = value;
        assert_memory_equal(&same, &value, sizeof value);
        assert_memory_equal(&same_f64, &wide, sizeof wide);
    }
}

static void expect(double x, int bits)
{
    for (int negative = 0; negative < 2; negative++) {
        double given = negative ? -x : x;
        uint16_t want = (uint16_t)(bits | negative << 15);
        if (dpi_half_bits(given) != want)
            fail_msg("%a becomes %04x, not %04x", given, dpi_half_bits(given), want);
        double rounded = dpi_half_round_f64(given);
        if (rounded != dpi_half_value(want) || !signbit(rounded) != !negative)
            fail_msg("%a is rounded to %a, not %a", given, rounded, (double)dpi_half_value(want));
        if (given != (float)given)
            continue;
        float narrow = dpi_half_round_f32((float)given);
        if (narrow != dpi_half_value(want) || !signbit(narrow) != !negative)
            fail_msg("%a in float32 is rounded to %a, not %a", given, (double)narrow, (double)dpi_half_value(want));
    }
}

/* Halfway between two neighbours goes to the even one, anything less or more to the nearer one; behind the largest lies infinity. */
static void test_between(void **state)
{
    (void)state;
    for (int bits = 0; bits <= MOST; bits++) {
        double low = defined(bits), high = defined(bits + 1), middle = (low + high) / 2;
        expect(middle, bits + (bits & 1));
        expect(nextafter(middle, low), bits);
        expect(nextafter(middle, high), bits + 1);
        expect(nextafterf((float)middle, (float)low), bits);
        expect(nextafterf((float)middle, (float)high), bits + 1);
        expect(low + (high - low) / 4, bits);
    }
    expect(0x1p16, INFINITE);
    expect(1e300, INFINITE);
    expect(INFINITY, INFINITE);
    expect(0x1p-1074, 0);
}

static uint64_t hash_of_values(void)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int bits = 0; bits < 1 << 16; bits++) {
        float value = dpi_half_value((uint16_t)bits);
        uint32_t word;
        memcpy(&word, &value, sizeof word);
        for (int i = 0; i < 4 && !is_nan(bits); i++)
            hash = (hash ^ (word >> 8 * i & 0xff)) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static void compare(const char *type, uint64_t word, unsigned half)
{
    uint32_t narrow = (uint32_t)word;
    float single;
    double wide;
    memcpy(&single, &narrow, sizeof single);
    memcpy(&wide, &word, sizeof wide);
    bool is_f32 = strcmp(type, "f32") == 0;
    if (is_f32)
        wide = single;
    double rounded = is_f32 ? dpi_half_round_f32(single) : dpi_half_round_f64(wide),
           value = dpi_half_value((uint16_t)half);
    bool same = isnan(wide) ? isnan(rounded) && is_nan(dpi_half_bits(wide))
                            : dpi_half_bits(wide) == half && rounded == value && signbit(rounded) == signbit(value);
    if (!same)
        fail_msg("%s %a: %04x and %a, and NumPy has %04x, %a", type, wide, dpi_half_bits(wide), rounded, half, value);
}

static void test_against_numpy(void **state)
{
    (void)state;
    char path[4096], type[8], line[256];
    unsigned half;
    uint64_t word;
    int count = 0;
    snprintf(path, sizeof path, "%s/tests/base/vectors/half.txt", getenv("DENPA_SOURCE_DIR"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(sscanf(line, "values %" SCNx64, &word), 1);
    assert_true(word == hash_of_values());
    while (fgets(line, sizeof line, file)) {
        assert_int_equal(sscanf(line, "%7s %" SCNx64 " %x", type, &word, &half), 3);
        compare(type, word, half);
        count++;
    }
    fclose(file);
    assert_int_equal(count, 2 * (60 + 160 + 3 * 40 + 17));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_values), cmocka_unit_test(test_between),
                                       cmocka_unit_test(test_against_numpy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
