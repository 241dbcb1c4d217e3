/* Arrays as text, byte by byte against what NumPy itself printed (vectors/numpy_text.txt). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/text.h>

static dp_ctx *ctx;

static dp_dtype dtype_named(const char *name)
{
#define MATCH(constant, number, text, bytes, type) \
    if (strcmp(name, text) == 0) return constant;
    DP_DTYPE_MAP(MATCH)
#undef MATCH
    fail_msg("no dtype %s", name);
    return DP_DTYPE_NONE;
}

static dp_shape shape_of(char *dims)
{
    dp_shape shape = {0};
    if (strcmp(dims, "-") == 0) return shape;
    for (char *dim = strtok(dims, ","); dim; dim = strtok(NULL, ",")) shape.dims[shape.rank++] = atoll(dim);
    return shape;
}

static void fill(dp_array *array, const char *hex)
{
    uint8_t *bytes = array->data;
    for (size_t i = 0; i < dp_array_bytes(array); i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t)byte;
    }
}

/* The next `lines` lines of the file, joined. */
static char *read_lines(FILE *file, int lines, char *buffer, size_t bytes)
{
    size_t used = 0;
    buffer[0] = 0;
    for (int i = 0; i < lines; i++) {
        assert_non_null(fgets(buffer + used, (int)(bytes - used), file));
        used += strlen(buffer + used);
    }
    if (used && buffer[used - 1] == '\n') buffer[used - 1] = 0;
    return buffer;
}

static void compare(const dp_array *array, dp_status (*print)(dp_text *, const dp_array *), const char *wanted,
                    int number)
{
    dp_text text = {.ctx = ctx};
    assert_int_equal(print(&text, array), DP_OK);
    if (strcmp(text.data, wanted) != 0)
        fail_msg("case %d: NumPy prints\n%s\ndenpa prints\n%s", number, wanted, text.data);
    dp_text_free(&text);
}

static void test_vectors(void **state)
{
    (void)state;
    char path[4096], dtype[16], dims[64];
    snprintf(path, sizeof path, "%s/tests/base/vectors/numpy_text.txt", getenv("DENPA_SOURCE_DIR"));
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t bytes = 1 << 20;
    char *line = malloc(bytes);
    assert_non_null(line);
    int str_lines, repr_lines, count = 0;
    assert_non_null(fgets(line, (int)bytes, file));
    while (fgets(line, (int)bytes, file)) {
        assert_int_equal(sscanf(line, "%15s %63s %d %d", dtype, dims, &str_lines, &repr_lines), 4);
        dp_array *array;
        assert_int_equal(dp_array_new(ctx, dtype_named(dtype), shape_of(dims), &array), DP_OK);
        fill(array, read_lines(file, 1, line, bytes));
        count++;
        compare(array, dp_text_array_str, read_lines(file, str_lines, line, bytes), count);
        compare(array, dp_text_array_repr, read_lines(file, repr_lines, line, bytes), count);
        dp_array_free(&array);
    }
    free(line);
    fclose(file);
    assert_true(count > 300);
}

/* Text is added behind what is there; with too little memory nothing is, and the text stays whole. */
static void test_memory_runs_out(void **state)
{
    (void)state;
    double numbers[600] = {0};
    dp_array array = {.dtype = DP_F64, .shape = dp_shape_of(1, (int64_t[]){600}), .data = numbers};
    dp_ctx *small;
    assert_int_equal(dp_ctx_new(&(dp_config){.memory_limit_bytes = 1000}, &small), DP_OK);
    dp_text text = {.ctx = small};
    assert_int_equal(dp_text_addf(&text, "kept %d", 1), DP_OK);
    assert_int_equal(dp_text_array_str(&text, &array), DP_ERR_NOMEM);
    assert_string_equal(text.data, "kept 1");
    assert_int_equal(text.length, 6);
    dp_text_free(&text);
    assert_int_equal(dp_ctx_memory(small).current_bytes, 0);
    dp_ctx_free(&small);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_vectors), cmocka_unit_test(test_memory_runs_out)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
