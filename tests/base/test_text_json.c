/* JSON pieces: escapes, numbers, arrays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include <denpa/text.h>

static dp_ctx *ctx;

static void is_text(dp_text *text, const char *wanted)
{
    assert_string_equal(text->data, wanted);
    assert_int_equal(text->length, strlen(wanted));
    dp_text_free(text);
}

static void test_strings(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "\"\""},
        {"a\"b\\c", "\"a\\\"b\\\\c\""},
        {"\n\t\r\b\f\x01\x1f\x7f", "\"\\n\\t\\r\\b\\f\\u0001\\u001f\x7f\""},
        {"りんご", "\"りんご\""},
        {"\xF0\x9F\x8D\x8E", "\"\xF0\x9F\x8D\x8E\""},
        {"\xFF|", "\"\xEF\xBF\xBD|\""},                                               /* no UTF-8 byte */
        {"\xC0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                                 /* too long */
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},                 /* a surrogate */
        {"\xE3\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},                                 /* cut off */
        {"\xF4\x90\x80\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""}, /* beyond U+10FFFF */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dp_text text = {.ctx = ctx};
        assert_int_equal(dp_text_json_string(&text, cases[i][0]), DP_OK);
        is_text(&text, cases[i][1]);
    }
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.1, "0.1"},
        {-0.0, "-0.0"},
        {1e300, "1e+300"},
        {NAN, "\"NaN\""},
        {INFINITY, "\"Infinity\""},
        {-INFINITY, "\"-Infinity\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dp_text text = {.ctx = ctx};
        assert_int_equal(dp_text_json_number(&text, cases[i].value), DP_OK);
        is_text(&text, cases[i].text);
    }
}

static void is_data(dp_dtype dtype, dp_shape shape, const void *data, const char *wanted)
{
    dp_array array = {.dtype = dtype, .shape = shape, .data = (void *)(uintptr_t)data};
    dp_text text = {.ctx = ctx};
    assert_int_equal(dp_text_json_data(&text, &array), DP_OK);
    is_text(&text, wanted);
}

static void test_arrays(void **state)
{
    (void)state;
    is_data(DP_F64, dp_shape_scalar(), (double[]){2.5}, "2.5");
    is_data(DP_F32, dp_shape_of(2, (int64_t[]){2, 2}), (float[]){0.1f, NAN, -INFINITY, 3},
            "[[0.1, \"NaN\"], [\"-Infinity\", 3.0]]");
    is_data(DP_I64, dp_shape_of(3, (int64_t[]){1, 2, 1}), (int64_t[]){INT64_MIN, 7}, "[[[-9223372036854775808], [7]]]");
    is_data(DP_BOOL, dp_shape_of(1, (int64_t[]){2}), (uint8_t[]){1, 0}, "[true, false]");
    is_data(DP_U8, dp_shape_of(1, (int64_t[]){2}), (uint8_t[]){0, 255}, "[0, 255]");
    is_data(DP_F64, dp_shape_of(2, (int64_t[]){INT64_MAX, 0}), "", "[]");
    dp_text text = {.ctx = ctx};
    dp_array array = {.dtype = DP_U8, .shape = dp_shape_of(2, (int64_t[]){1, 2}), .data = "\1\2"};
    assert_int_equal(dp_text_json_array(&text, &array), DP_OK);
    is_text(&text, "{\"dtype\": \"uint8\", \"shape\": [1, 2], \"data\": [[1, 2]]}");
}

static int set_up(void **state)
{
    (void)state;
    return dp_ctx_new(NULL, &ctx) != DP_OK;
}

static int tear_down(void **state)
{
    (void)state;
    int leaked = dp_ctx_memory(ctx).current_bytes != 0;
    dp_ctx_free(&ctx);
    return leaked;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_strings), cmocka_unit_test(test_numbers),
                                       cmocka_unit_test(test_arrays)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
