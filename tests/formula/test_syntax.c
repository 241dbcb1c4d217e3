/* Lexer and parser: precedence by what comes out, and the exact words of errors. */
#include "formula/formula_fixture.h"

#include <time.h>

static void test_precedence_is_pythons(void **state)
{
    (void)state;
    static const struct {
        const char *text, *printed;
    } cases[] = {
        {"1 + 2 * 3", "7\n"},
        {"(1 + 2) * 3", "9\n"},
        {"10 - 4 - 3", "3\n"},
        {"24 / 4 / 2", "3.0\n"},
        {"2 ** 3 ** 2", "512\n"},
        {"0 ** 2, 0 ** 3, 0 ** 0, 0 ** 100000000000", "(0, 0, 1, 0)\n"},
        {"1 ** 100000000000, (-1) ** 100000000000, (-1) ** 100000000001", "(1, 1, -1)\n"},
        {"(-2) ** 63, (-3) ** 39, 3 ** 39", "(-9223372036854775808, -4052555153018976267, 4052555153018976267)\n"},
        {"-2 ** 2", "-4\n"},
        {"2 ** -1", "0.5\n"},
        {"2 ** -1 ** 2", "0.5\n"},
        {"2 ** -2 * 8", "2.0\n"},
        {"-2 * -3", "6\n"},
        {"--3", "3\n"},
        {"+-+3", "-3\n"},
        {"1 + 2 < 2 * 2", "True\n"},
        {"2 * 3 == 6", "True\n"},
        {"(1 < 2) == True", "True\n"},
        {"[1, 2] @ [3, 4] * 2", "22\n"},
        {"2 * [1, 2] @ [3, 4]", "22\n"},
        {"-[1, 2][0]", "-1\n"},
        {"[1, 2, 3][1] ** 2", "4\n"},
        {"7 / 2", "3.5\n"},
        {"1 == 1.0", "True\n"},
        {"1 != 2", "True\n"},
        {"1 >= 2", "False\n"},
        {"2.5 > 2, 2 == 2.5, 2 < 2.5, 9007199254740993 == 9007199254740992", "(True, False, True, False)\n"},
        {"2 <= 2, 2 >= 2, 2 < 2, 2 > 2, 2.5 <= 2", "(True, True, False, False, False)\n"},
        {"True + True", "2\n"},
        {"-True", "-1\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_prints(cases[i].text, cases[i].printed);
}

static void test_lines_and_blanks(void **state)
{
    (void)state;
    expect_prints("", "");
    expect_prints("\n\n;;\n# nothing\n", "");
    expect_prints("a = 1; b = 2 # two\r\na + b\r\n", "3\n");
    expect_prints("a = (1 +\n  2) # x\na\r a", "3\n3\n");
    expect_prints("a = [1,\r\n\t2,\n]\na", "[1 2]\n");
    expect_prints("a = 1 + \\\n 2\na", "3\n");
    expect_prints("a = 1 + \\\r\n 2\na", "3\n");
    expect_prints("a = 1 + \\\r 2\ra", "3\n");
    expect_error("a = 1 \\ 2", DP_ERR_SYNTAX,
                 "net.dp:1:7: unexpected character '\\' (U+005C)\n    a = 1 \\ 2\n          ^");
    expect_error("a = 1\rb = $", DP_ERR_SYNTAX, "net.dp:2:5: unexpected character '$' (U+0024)\n    b = $\n        ^");
    expect_error("a = 1\r\n\r\nb = (1", DP_ERR_SYNTAX,
                 "net.dp:3:7: expected ',' or ')', but the end of the text came\n    b = (1\n          ^");
    expect_error("a = 1 +\r\nb", DP_ERR_SYNTAX,
                 "net.dp:1:8: expected a value, but the end of the line came\n    a = 1 +\n           ^");
    expect_prints("\xef\xbb\xbf"
                  "1",
                  "1\n");
    expect_prints("a = [1, # one\n 2 # two\n]; a", "[1 2]\n");
    expect_prints("x = 1, 2\nx", "(1, 2)\n");
    expect_prints("(1,)", "(1,)\n");
    expect_prints("()", "()\n");
    expect_prints("((3))", "3\n");
}

static void test_numbers(void **state)
{
    (void)state;
    expect_prints("1.", "1.0\n");
    expect_prints(".5", "0.5\n");
    expect_prints("1e3", "1000.0\n");
    expect_prints("2.5E-1", "0.25\n");
    expect_prints("1e999", "inf\n");
    expect_prints("-1e999", "-inf\n");
    expect_prints("1e-999", "0.0\n");
    expect_prints("0.1 + 0.2", "0.30000000000000004\n");
    expect_prints("9223372036854775807", "9223372036854775807\n");
    expect_prints("007", "7\n");
    expect_prints("1 / 0", "inf\n");
    expect_prints("(-1) ** 9223372036854775807", "-1\n");
    expect_prints("(-2) ** 63", "-9223372036854775808\n");
    expect_prints("0 ** 0", "1\n");
}

static void test_names_may_have_any_letters(void **state)
{
    (void)state;
    expect_prints("りんご = 100; りんご", "100\n");
    expect_prints("α_1 = 2; Ünï = α_1 * 3; Ünï", "6\n");
    expect_error("価格 = 1 + 税", DP_ERR_NAME, "net.dp:1:10: unknown name 税\n    価格 = 1 + 税\n               ^~");
    expect_error("x = 1 × 2", DP_ERR_SYNTAX,
                 "net.dp:1:7: unexpected character '×' (U+00D7)\n    x = 1 × 2\n          ^");
    expect_error("x＝1", DP_ERR_SYNTAX, "net.dp:1:2: the full-width character '＝'; write '='\n    x＝1\n     ^~");
}

static void test_strings(void **state)
{
    (void)state;
    expect_prints("print('a', \"b'c\", 'd\\n\\te')", "a b'c d\n\te\n");
    expect_prints("'\\x41\\u3042\\\\'", "Aあ\\\n");
    expect_prints("'\\x4A\\x4a\\uE000'", "JJ\xee\x80\x80\n");
    expect_prints("print(repr('it\\'s'))", "\"it's\"\n");
    expect_prints("print(repr('a\\tb\\n\\r\\\\'), repr('\"\\''))", "'a\\tb\\n\\r\\\\' '\"\\''\n");
    expect_prints("'\\u00e9\\xe9\\u07ff\\u0800'", "éé\xdf\xbf\xe0\xa0\x80\n");
    expect_error("'abc", DP_ERR_SYNTAX, "net.dp:1:1: the string is not closed: ' is missing\n    'abc\n    ^~~~");
    expect_error("'a\nb'", DP_ERR_SYNTAX, "net.dp:1:1: the string is not closed: ' is missing\n    'a\n    ^~");
    expect_error(
        "'a\\q'", DP_ERR_SYNTAX,
        "net.dp:1:3: unknown escape; there are \\n \\r \\t \\\\ \\' \\\" \\xhh and \\uhhhh\n    'a\\q'\n      ^~");
    expect_error(
        "'\\ud800'", DP_ERR_SYNTAX,
        "net.dp:1:2: unknown escape; there are \\n \\r \\t \\\\ \\' \\\" \\xhh and \\uhhhh\n    '\\ud800'\n     ^~");
}

static void test_error_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"x = 3 +", "net.dp:1:8: expected a value, but the end of the text came\n    x = 3 +\n           ^"},
        {"x = 3 +\ny", "net.dp:1:8: expected a value, but the end of the line came\n    x = 3 +\n           ^"},
        {"x = 3 4",
         "net.dp:1:7: expected an operator or the end of the statement, but a number came\n    x = 3 4\n          ^"},
        {"x = 3 y",
         "net.dp:1:7: expected an operator or the end of the statement, but the name y came\n    x = 3 y\n          ^"},
        {"(1, 2", "net.dp:1:6: expected ',' or ')', but the end of the text came\n    (1, 2\n         ^"},
        {"[1, 2)", "net.dp:1:6: expected ',' or ']', but ')' came\n    [1, 2)\n         ^"},
        {"f(1 2)", "net.dp:1:5: expected ',' or ')', but a number came\n    f(1 2)\n        ^"},
        {"x[]", "net.dp:1:3: expected an index, but ']' came\n    x[]\n      ^"},
        {"1 < 2 < 3",
         "net.dp:1:7: comparisons cannot be chained; put brackets around one of them\n    1 < 2 < 3\n          ^"},
        {"1 < 2 == 3",
         "net.dp:1:7: comparisons cannot be chained; put brackets around one of them\n    1 < 2 == 3\n          ^~"},
        {"x = y = 1", "net.dp:1:5: only one '=' in a statement\n    x = y = 1\n        ^"},
        {"3 = x", "net.dp:1:1: only a name can stand left of '='\n    3 = x\n    ^"},
        {"y.W = 3", "net.dp:1:1: a name with a point cannot be assigned; it is made by affine\n    y.W = 3\n    ^~~"},
        {"f(a=1, 2)",
         "net.dp:1:8: an argument without a name stands behind one with a name\n    f(a=1, 2)\n           ^"},
        {"f(1)(2)", "net.dp:1:5: only a function's name can be called\n    f(1)(2)\n        ^"},
        {"1_000",
         "net.dp:1:1: a number runs into a name; numbers are written like 12, 1.5 or 2e-3\n    1_000\n    ^~~~~"},
        {"9223372036854775808",
         "net.dp:1:1: an integer must be below 2**63 = 9223372036854775808; write a point behind it for a float\n"
         "    9223372036854775808\n    ^~~~~~~~~~~~~~~~~~~"},
        {"a // b", "net.dp:1:3: '//' is Python, but not part of this language\n    a // b\n      ^~"},
        {"a % b", "net.dp:1:3: '%' is not part of this language\n    a % b\n      ^"},
        {"if a", "net.dp:1:1: 'if' is Python, but not part of this language, which has statements NAME = EXPRESSION "
                 "only\n    if a\n    ^~"},
        {"x. 3", "net.dp:1:4: expected a name behind the point, but a number came\n    x. 3\n       ^"},
        {"?", "net.dp:1:1: unexpected character '?' (U+003F)\n    ?\n    ^"},
        {"\tx = $", "net.dp:1:6: unexpected character '$' (U+0024)\n     x = $\n         ^"},
        {"a\x01", "net.dp:1:2: the control character U+0001 does not belong here\n    a \n     ^"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_error(cases[i].text, DP_ERR_SYNTAX, cases[i].words);
}

static void test_bad_bytes(void **state)
{
    (void)state;
    dp_build_config config = fixture_config();
    expect_error("x = \xff", DP_ERR_FORMAT, "net.dp: not UTF-8: byte 4 (0xff) does not belong there");
    expect_error("\xef\xbb\xbf\xc0", DP_ERR_FORMAT, "net.dp: not UTF-8: byte 3 (0xc0) does not belong there");
    expect_error_with("a\0b", 3, &config, DP_ERR_SYNTAX,
                      "net.dp:1:2: the control character U+0000 does not belong here\n    a b\n     ^");
    expect_error_with("'a\0b'", 5, &config, DP_ERR_SYNTAX,
                      "net.dp:1:3: the control character U+0000 does not belong here\n    'a b'\n      ^");
}

static void test_a_long_line_is_cut_around_the_place(void **state)
{
    (void)state;
    char text[400] = "x = [1, 2]; y = ";
    for (int i = 0; i < 60; i++)
        strcat(text, "1 + ");
    strcat(text, "x + [1, 2, 3]");
    for (int i = 0; i < 20; i++)
        strcat(text, " + 1");
    expect_error(text, DP_ERR_SHAPE,
                 "net.dp:1:259: add: shapes of a [2] and b [3] do not broadcast (axis 0: 2 and 3)\n"
                 "    ...+ 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + x + [1, 2, 3] + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + "
                 "1 + 1 ...\n"
                 "                                               ^~~~~~~~~~~");
}

static void test_a_long_line_of_wide_characters_is_cut_at_characters(void **state)
{
    (void)state;
    char text[1000] = "x = '", line[1000];
    for (int i = 0; i < 100; i++)
        strcat(text, "あ");
    strcat(text, "' $");
    snprintf(line, sizeof line, "net.dp:1:108: unexpected character '$' (U+0024)\n    ...%s\n%*s^",
             text + strlen(text) - 3 - (size_t)38 * 3, 4 + 3 + 2 * 38 + 2, "");
    expect_error(text, DP_ERR_SYNTAX, line);
}

/* `open` written `count` times, then `middle`, then `close` count times. */
static char *repeated(const char *open, const char *middle, const char *close, size_t count)
{
    size_t open_bytes = strlen(open), close_bytes = strlen(close), middle_bytes = strlen(middle);
    char *text = malloc(count * (open_bytes + close_bytes) + middle_bytes + 1), *at = text;
    assert_non_null(text);
    for (size_t i = 0; i < count; i++, at += open_bytes)
        memcpy(at, open, open_bytes);
    memcpy(at, middle, middle_bytes);
    at += middle_bytes;
    for (size_t i = 0; i < count; i++, at += close_bytes)
        memcpy(at, close, close_bytes);
    *at = 0;
    return text;
}

static void expect_repeated(const char *open, const char *middle, const char *close, size_t count, const char *printed)
{
    char *text = repeated(open, middle, close, count);
    expect_prints(text, printed);
    free(text);
}

static void test_long_expressions_work(void **state)
{
    (void)state;
    expect_repeated("1+", "1", "", 1000000, "1000001\n");
    expect_repeated("-", "1", "", 100001, "-1\n");
    expect_repeated("1**", "2", "", 100000, "1\n");
    expect_repeated("x = 1\n", "x", "", 50000, "1\n");
    expect_repeated("(", "1", ")", 100, "1\n");
    expect_repeated("x = [[1, 2]]; ", "x", ".T", 2000, "[[1 2]]\n");
}

/* Each slice asks for the place of the whole expression's begin and of its own end: a walk from one to the other each
 * time takes minutes here. */
static void test_a_long_chain_of_slices_does_not_hang(void **state)
{
    (void)state;
    clock_t begin = clock();
    expect_repeated("x = [1, 2]; ", "x", "[:]", 150000, "[1 2]\n");
    assert_true(clock() - begin < 20 * CLOCKS_PER_SEC);
}

static void expect_too_deep(const char *open, const char *close, const char *words)
{
    dp_status status;
    dp_build_config config = fixture_config();
    char *text = repeated(open, "1", close, 1000000), *shown = run_bytes(text, strlen(text), &config, DP_F64, &status);
    assert_int_equal(status, DP_ERR_SYNTAX);
    if (!strstr(shown, words))
        fail_msg("%s", shown);
    free(shown);
    free(text);
}

static void test_brackets_nest_100_deep(void **state)
{
    (void)state;
    expect_too_deep("(", ")", "net.dp:1:101: brackets are nested more than 100 deep");
    expect_too_deep("[", "]", "net.dp:1:101: brackets are nested more than 100 deep");
    expect_too_deep("f(", ")", "net.dp:1:202: brackets are nested more than 100 deep");
    expect_too_deep("x[", "]", "net.dp:1:202: brackets are nested more than 100 deep");
    expect_too_deep("f(a=(", "))", "brackets are nested more than 100 deep");
}

/* Tuples may nest by names, too: that is bounded as brackets are. */
static void test_tuples_nest_100_deep(void **state)
{
    (void)state;
    dp_status status;
    dp_build_config config = fixture_config();
    char *text = repeated("t = (t, 's')\n", "t", "", 100000), *with_start = malloc(strlen(text) + 16);
    sprintf(with_start, "t = 1\n%s", text);
    char *shown = run_bytes(with_start, strlen(with_start), &config, DP_F64, &status);
    assert_int_equal(status, DP_ERR_SYNTAX);
    assert_non_null(strstr(shown, "net.dp:102:5: tuples are nested more than 100 deep"));
    free(shown);
    free(with_start);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_precedence_is_pythons),
        cmocka_unit_test(test_lines_and_blanks),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_names_may_have_any_letters),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_error_words),
        cmocka_unit_test(test_bad_bytes),
        cmocka_unit_test(test_a_long_line_is_cut_around_the_place),
        cmocka_unit_test(test_a_long_line_of_wide_characters_is_cut_at_characters),
        cmocka_unit_test(test_long_expressions_work),
        cmocka_unit_test(test_a_long_chain_of_slices_does_not_hang),
        cmocka_unit_test(test_brackets_nest_100_deep),
        cmocka_unit_test(test_tuples_nest_100_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
