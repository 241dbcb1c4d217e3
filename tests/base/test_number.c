/* Numbers to text and back: known texts, the hard cases of rounding, random round trips, foreign locales. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/random.h>
#include <denpa/text.h>

#include "base/number.h"

static void test_text_f64(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {-2.5, "-2.5"},
        {0.1, "0.1"},
        {0.1 + 0.2, "0.30000000000000004"},
        {100 * 2 * 1.1, "220.00000000000003"},
        {100.0 / 3, "33.333333333333336"},
        {1e-4, "0.0001"},
        {1e-5, "1e-05"},
        {1.5e-7, "1.5e-07"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {9007199254740993.0, "9007199254740992.0"},
        {9999999999999998.0, "9999999999999998.0"},
        {1e16, "1e+16"},
        {1e22, "1e+22"},
        {1e23, "1e+23"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {5e-324, "5e-324"},
        {-5e-324, "-5e-324"},
        {0x1p-44, "5.684341886080802e-14"},
        {0x1p-1021, "4.450147717014403e-308"},
        {2.2250738585072009e-308, "2.225073858507201e-308"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
        {-NAN, "nan"},
        {9.3576229688393e-14, "9.3576229688393e-14"},
        {1000000.0, "1000000.0"},
    };
    char buffer[DP_NUMBER_TEXT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(dp_number_text_f64(cases[i].value, buffer), cases[i].text);
}

static void test_text_f32(void **state)
{
    (void)state;
    static const struct {
        float value;
        const char *text;
    } cases[] = {
        {0, "0.0"},
        {-0.0f, "-0.0"},
        {0.1f, "0.1"},
        {1.0f / 3, "0.33333334"},
        {0.70917749404907227f, "0.7091775"},
        {16777216, "1.6777216e+07"},
        {999999, "999999.0"},
        {1e6f, "1e+06"},
        {1e-4f, "1e-04"},
        {0.00011f, "0.00011"},
        {FLT_MAX, "3.4028235e+38"},
        {FLT_MIN, "1.1754944e-38"},
        {1e-45f, "1e-45"},
        {6e-45f, "6e-45"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {NAN, "nan"},
        {0x1p-96f, "1.2621775e-29"},
        {0x1p90f, "1.2379401e+27"},
    };
    char buffer[DP_NUMBER_TEXT_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(dp_number_text_f32(cases[i].value, buffer), cases[i].text);
}

static double parsed(const char *text, size_t *used)
{
    const char *end;
    double value = dp_number_parse(text, strlen(text), &end);
    *used = (size_t)(end - text);
    return value;
}

static void test_parse(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t used;
        double value;
    } cases[] = {
        {"1", 1, 1},
        {"-2.5e-3", 7, -2.5e-3},
        {".5", 2, 0.5},
        {"5.", 2, 5},
        {"+3", 2, 3},
        {"1e", 1, 1},
        {"1e+", 1, 1},
        {"1e5x", 3, 1e5},
        {"0x10", 1, 0},
        {"1..2", 2, 1},
        {"1_0", 1, 1},
        {"1,5", 1, 1},
        {"inf", 3, INFINITY},
        {"-Infinity", 9, -INFINITY},
        {"info", 3, INFINITY},
        {"", 0, 0},
        {".", 0, 0},
        {"-", 0, 0},
        {"e5", 0, 0},
        {"x", 0, 0},
        {"1e999", 5, INFINITY},
        {"-1e999", 6, -INFINITY},
        {"1e-999", 6, 0},
        {"0e99999999999999999999", 22, 0},
        {"1e99999999999999999999", 22, INFINITY},
        {"9007199254740993", 16, 9007199254740992.0},
        {"9007199254740993.00000000000000000000000001", 43, 9007199254740994.0},
        {"2e-324", 6, 0},
        {"3e-324", 6, 5e-324},
        {"1.7976931348623159e308", 22, INFINITY},
        {"0.1e1", 5, 1},
        {"100000000000000000000000e-22", 28, 10},
        {"123456789012345678901234567890", 30, 123456789012345678901234567890.0},
        {"8.5e22", 6, 8.5e22},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t used;
        double value = parsed(cases[i].text, &used);
        if (value != cases[i].value || used != cases[i].used)
            fail_msg("\"%s\" gave %.17g, %zu bytes", cases[i].text, value, used);
    }
    size_t used;
    assert_true(isnan(parsed("NaN", &used)) && used == 3);
    assert_true(signbit(parsed("-0", &used)) && used == 2);
}

/* The text need not be zero-ended: not a byte behind it is looked at. */
static void test_parse_is_bounded(void **state)
{
    (void)state;
    const char *end;
    static const char text[] = {'1', '2', '3'};
    assert_true(dp_number_parse(text, 2, &end) == 12 && end == text + 2);
    assert_true(dp_number_parse(text, 0, &end) == 0 && end == text);
    assert_true(dp_number_parse("1e5", 2, &end) == 1);
    assert_true(dp_number_parse("infinity", 5, &end) == INFINITY && *end == 'i');
}

/* Exactly between 1 and its successor, 53 digits long, rounds to even; a digit more, however far off, rounds up. */
static void test_parse_halfway(void **state)
{
    (void)state;
    char text[4000];
    size_t used;
    snprintf(text, sizeof text, "%.53f", 1.0);
    const char *half = "1.00000000000000011102230246251565404236316680908203125";
    assert_true(parsed(half, &used) == 1);
    size_t length = strlen(half);
    memcpy(text, half, length);
    memset(text + length, '0', 3000);
    text[length + 3000] = '1', text[length + 3001] = 0;
    assert_true(parsed(text, &used) == 1 + DBL_EPSILON);
    assert_int_equal(used, length + 3001);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* Every finite number reads back as itself, and no text one digit shorter does. */
static void test_round_trip(void **state)
{
    (void)state;
    dp_rng rng = {.seed = 7};
    for (int i = 0; i < 40000; i++) {
        uint64_t bits = i < 4094 ? ((uint64_t)(i / 2) << 52) + (uint64_t)(i % 2) : dp_rng_bits(&rng);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        char buffer[DP_NUMBER_TEXT_BYTES];
        size_t used;
        double back = parsed(dp_number_text_f64(value, buffer), &used);
        if (bits_of(back) != bits || used != strlen(buffer)) fail_msg("%a became %s", value, buffer);
        dpi_decimal decimal;
        dpi_decimal_shortest_f64(value, &decimal);
        char shorter[64];
        snprintf(shorter, sizeof shorter, "%.*e", decimal.count < 2 ? 0 : decimal.count - 2, value);
        if (decimal.count > 1 && strtod(shorter, NULL) == value) fail_msg("%s is longer than %s", buffer, shorter);
    }
}

static void test_round_trip_f32(void **state)
{
    (void)state;
    dp_rng rng = {.seed = 8};
    for (int i = 0; i < 40000; i++) {
        uint32_t bits = i < 510 ? ((uint32_t)(i / 2) << 23) + (uint32_t)(i % 2) : (uint32_t)dp_rng_bits(&rng);
        float value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        char buffer[DP_NUMBER_TEXT_BYTES];
        if (strtof(dp_number_text_f32(value, buffer), NULL) != value) fail_msg("%a became %s", (double)value, buffer);
    }
}

/* Where the C library writes a comma, denpa does not. Such a locale need not be installed. */
static void test_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE", "sv_SE.UTF-8"};
    const char *found = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++) found = setlocale(LC_ALL, names[i]);
    if (!found) skip();
    char buffer[DP_NUMBER_TEXT_BYTES];
    size_t used;
    assert_string_equal(dp_number_text_f64(2.5, buffer), "2.5");
    assert_string_equal(dp_number_text_f32(0.1f, buffer), "0.1");
    assert_true(parsed("1234.5678901234567890123", &used) == 1234.567890123456789);
    assert_int_equal(used, 24);
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_f64),       cmocka_unit_test(test_text_f32),
        cmocka_unit_test(test_parse),          cmocka_unit_test(test_parse_is_bounded),
        cmocka_unit_test(test_parse_halfway),  cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_round_trip_f32), cmocka_unit_test(test_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
