/* docs/language.md: every example prints what it says, and every function is in it.
 *
 * An example is a block fenced by ```denpa, followed at once by a block ```output or ```error. It is built with a batch of 2. */
#include "formula/formula_fixture.h"

#include <denpa/check.h>

/* The reference, zero-ended; freed by the caller. */
static char *read_reference(void)
{
    char path[4096];
    const char *folder = getenv("DENPA_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/docs/language.md", folder ? folder : ".");
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    enum { BYTES = 1 << 20 };
    char *text = malloc(BYTES);
    assert_non_null(text);
    text[fread(text, 1, BYTES - 1, file)] = 0;
    fclose(file);
    return text;
}

/* Cuts out the block that begins behind `at` and returns what is behind it. */
static char *take_block(char *at, const char *fence, char **body)
{
    assert_int_equal(strncmp(at, fence, strlen(fence)), 0);
    *body = at + strlen(fence);
    char *end = strstr(*body, "```\n");
    assert_non_null(end);
    *end = 0;
    return end + 4;
}

static void expect_block(const char *text, const char *expected, int is_error)
{
    char words[4096];
    dp_status status;
    dp_build_config config = fixture_config();
    config.batch = 2;
    config.hooks.numeric_grad = dp_numeric_gradient_hook;
    char *shown = run_bytes(text, strlen(text), &config, DP_F64, &status);
    snprintf(words, sizeof words, "%s%s", shown, is_error ? "\n" : "");
    if ((status != DP_OK) != is_error || strcmp(words, expected) != 0)
        fail_msg("%s\nprints\n%s\ninstead of\n%s", text, words, expected);
    free(shown);
}

static void test_examples(void **state)
{
    (void)state;
    int count = 0;
    char *reference = read_reference();
    for (char *at = strstr(reference, "```denpa\n"); at; at = strstr(at, "```denpa\n"), count++) {
        char *text, *expected;
        at = take_block(at, "```denpa\n", &text);
        int is_error = strncmp(at, "```error\n", 9) == 0;
        at = take_block(at, is_error ? "```error\n" : "```output\n", &expected);
        expect_block(text, expected, is_error);
    }
    assert_true(count > 10);
    free(reference);
}

static void test_every_function_is_in_the_reference(void **state)
{
    (void)state;
    char entry[256];
    char *reference = read_reference();
    for (int i = 0; i < dp_formula_function_count(); i++) {
        const char *signature = dp_formula_function_get(i)->signature;
        snprintf(entry, sizeof entry, "| `%s` |", signature);
        if (!strstr(reference, entry))
            fail_msg("docs/language.md has no table entry for %s", signature);
    }
    free(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_every_function_is_in_the_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
