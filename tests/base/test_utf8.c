#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

/* Encodes any number below 2^21 in `bytes` bytes, allowed or not. */
static void encode(uint32_t code, size_t bytes, char out[4])
{
    static const uint32_t lead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    for (size_t i = bytes; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3F));
    out[0] = (char)(lead[bytes] | code);
}

/* Each number in each length: only the shortest is right, and of those no surrogate and nothing beyond U+10FFFF. */
static void every_character(void **state)
{
    (void)state;
    static const uint32_t room[] = {0, 0x80, 0x800, 0x10000, 0x200000};
    for (size_t bytes = 1; bytes <= 4; bytes++)
        for (uint32_t code = 0; code < room[bytes]; code++) {
            char text[4];
            encode(code, bytes, text);
            size_t right = code < room[bytes - 1] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ? 0 : bytes;
            if (dpi_utf8_char_bytes(text, bytes) != right)
                fail_msg("U+%X in %zu bytes", code, bytes);
            if (!right)
                continue;
            assert_int_equal(dpi_utf8_char_bytes(text, bytes - 1), 0);
            uint32_t decoded = 0;
            char again[4] = {0};
            assert_int_equal(dpi_utf8_decode(text, bytes, &decoded), bytes);
            assert_int_equal(decoded, code);
            assert_int_equal(dpi_utf8_encode(code, again), bytes);
            assert_memory_equal(again, text, bytes);
        }
}

static void following_bytes(void **state)
{
    (void)state;
    static const char good[] = "é€😀";
    char text[sizeof good];
    for (size_t i = 0; i < sizeof good - 1; i++)
        for (int byte = 0; byte < 256; byte++) {
            bool follows = ((uint8_t)good[i] & 0xC0) == 0x80;
            memcpy(text, good, sizeof good);
            text[i] = (char)byte;
            if (follows && (byte & 0xC0) != 0x80)
                assert_false(dpi_utf8_valid(text, sizeof good - 1));
        }
    assert_true(dpi_utf8_valid(good, sizeof good - 1));
    assert_true(dpi_utf8_valid("", 0));
    assert_false(dpi_utf8_valid("\x80", 1));
    assert_false(dpi_utf8_valid("\xF8\x80\x80\x80\x80", 5));
}

static void shown(void **state)
{
    (void)state;
    char buffer[12];
    assert_string_equal(dpi_utf8_shown("ab\n\x7f\xff"
                                       "é",
                                       7, buffer, sizeof buffer),
                        "ab???é");
    assert_string_equal(dpi_utf8_shown("", 0, buffer, sizeof buffer), "");
    assert_string_equal(dpi_utf8_shown("12345678901", 11, buffer, sizeof buffer), "12345678901");
    assert_string_equal(dpi_utf8_shown("123456789012", 12, buffer, sizeof buffer), "12345678…");
    assert_string_equal(dpi_utf8_shown("1234567é9012", 13, buffer, sizeof buffer), "1234567…");
    assert_string_equal(dpi_utf8_shown("éééééé", 12, buffer, sizeof buffer), "éééé…");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character),
        cmocka_unit_test(following_bytes),
        cmocka_unit_test(shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
