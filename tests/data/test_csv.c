#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/data.h>

#include "support/failing_memory.h"
#include "support/scratch_ctx.h"

#define BYTES(text) text, sizeof text - 1
enum { MOST = 3 };

static const struct good {
    const char *text;
    size_t count;
    int columns;
    const char *names[MOST];
    int64_t rows;
    double values[MOST * MOST]; /* row by row */
} good[] = {
    {BYTES("x1,x2,t\n0,1,2\n3,4,5\n"), 3, {"x1", "x2", "t"}, 2, {0, 1, 2, 3, 4, 5}},
    {BYTES("a,b\n1,2"), 2, {"a", "b"}, 1, {1, 2}},
    {BYTES("a,b\r\n1,2\r\n3,4\r\n"), 2, {"a", "b"}, 2, {1, 2, 3, 4}},
    {BYTES("a,b\r1,2\r3,4"), 2, {"a", "b"}, 2, {1, 2, 3, 4}},
    {BYTES("\xEF\xBB\xBF"
           "a\n1\n"),
     1,
     {"a"},
     1,
     {1}},
    {BYTES("a\n1\n2\n\n\r\n  \n"), 1, {"a"}, 2, {1, 2}},
    {BYTES("\"a,b\",\"say \"\"hi\"\"\" , c d \n\"1\", \"2\" ,\" 3 \"\n"),
     3,
     {"a,b", "say \"hi\"", "c d"},
     1,
     {1, 2, 3}},
    {BYTES("りんご,é\n1,2\n"), 2, {"りんご", "é"}, 1, {1, 2}},
    {BYTES("a,b,c\n1e3,-2.5E-3,+.5\n1., 7 ,\t-0\n"), 3, {"a", "b", "c"}, 2, {1000, -0.0025, 0.5, 1, 7, 0}},
    {BYTES("a,b,c\ninf,-Infinity,1e999\n"), 3, {"a", "b", "c"}, 1, {INFINITY, -INFINITY, INFINITY}},
    {BYTES("2020,b\n1,2\n"), 2, {"2020", "b"}, 1, {1, 2}},
    {BYTES("a\n9007199254740993\n0.1\n0.1000000000000000055511151231257827021181583404541015625\n"),
     1,
     {"a"},
     3,
     {9007199254740992, 0.1, 0.1}},
};

static void reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dp_dataset *table = NULL;
        if (dp_csv_parse(ctx, good[i].text, good[i].count, "good.csv", &table) != DP_OK)
            fail_msg("%s: %s", good[i].text, dp_ctx_message(ctx));
        assert_int_equal(dp_dataset_columns(table), good[i].columns);
        assert_int_equal(dp_dataset_rows(table), good[i].rows);
        assert_string_equal(dp_dataset_source(table), "good.csv");
        for (int j = 0; j < good[i].columns; j++) {
            const dp_array *column = dp_dataset_column(table, j);
            assert_string_equal(dp_dataset_column_name(table, j), good[i].names[j]);
            assert_int_equal(dp_dataset_find(table, good[i].names[j]), j);
            assert_int_equal(column->dtype, DP_F64);
            assert_true(dp_shape_equal(column->shape, dp_shape_of(1, &good[i].rows)));
            for (int64_t k = 0; k < good[i].rows; k++)
                assert_true(dp_array_get(column, k) == good[i].values[k * good[i].columns + j]);
        }
        dp_dataset_free(&table);
        assert_null(table);
    }
}

static const struct bad {
    const char *text;
    size_t count;
    const char *message;
} bad[] = {
    {BYTES("x1,x2\n0,1\n0,abc\n"), "xor.csv:3:2 (column x2): \"abc\" is not a number"},
    {BYTES("x1,x2\n0,\n"), "xor.csv:2:2 (column x2): the cell is empty"},
    {BYTES("x1,x2\n,1\n"), "xor.csv:2:1 (column x1): the cell is empty"},
    {BYTES("x1\n\"\"\n"), "xor.csv:2:1 (column x1): the cell is empty"},
    {BYTES("x1\n1 2\n"), "xor.csv:2:1 (column x1): \"1 2\" is not a number"},
    {BYTES("x1,x2\n1,0x10\n"), "xor.csv:2:2 (column x2): \"0x10\" is not a number"},
    {BYTES("x1\n1e\n"), "\"1e\" is not a number"},
    {BYTES("x1\n1\"2\"\n"), "\"1\"2\"\" is not a number"},
    {BYTES("x1\n\"1\"\"2\"\n"), "\"1\"\"2\" is not a number"},
    {BYTES("x1\n\xff\x01\n"), "\"??\" is not a number"},
    {BYTES("x1\n１２\n"), "\"１２\" is not a number"},
    {BYTES("x1,x2\n1;2\n"), "xor.csv:2: 1 cell, and the header has 2 columns"},
    {BYTES("x1,x2\n1,2\n1,2,3\n"), "xor.csv:3: 3 cells, and the header has 2 columns"},
    {BYTES("x1,x2\n1,2\n\n3,4\n"), "xor.csv:3: 1 cell, and the header has 2 columns"},
    {BYTES("x1\n1,2\n"), "xor.csv:2: 2 cells, and the header has 1 column"},
    {BYTES("x1,x2,\n1,2,3\n"), "xor.csv:1:3: column 3 has no name"},
    {BYTES(",x2\n1,2\n"), "xor.csv:1:1: column 1 has no name"},
    {BYTES("\n1\n"), "xor.csv:1:1: column 1 has no name"},
    {BYTES("a,b,a\n1,2,3\n"), "xor.csv: there are two columns named a"},
    {BYTES("0,1\n0,1\n"), "xor.csv:1: the first line has numbers; put a line with the columns' names above it"},
    {BYTES("a\xff,b\n1,2\n"), "xor.csv:1:1: the name of column 1 is no text in UTF-8: a?"},
    {BYTES("a\tb\n1\t2\n"),
     "xor.csv:1:1: the name of column 1 has a control character in it (columns are parted by commas): a?b"},
    {BYTES("\"a\nb\",c\n1,2\n"), "xor.csv:1:1: the name of column 1 has a control character"},
    {BYTES("a,b\n1,\"2\n3,4\n"), "xor.csv:2: the quote that opens on this line is never closed"},
    {BYTES("a,b\n\"1\"2,3\n"), "xor.csv:2: a comma or the line's end must follow after the closing quote"},
    {BYTES("a,b\n1,2\n\"1\n\",x\n"), "xor.csv:3:1 (column a): \"1?\" is not a number"},
    {BYTES(""), "xor.csv: the file is empty"},
    {BYTES("\xEF\xBB\xBF"), "xor.csv: the file is empty"},
    {BYTES("\n \r\n"), "xor.csv: the file is empty"},
    {BYTES("a,b"), "xor.csv: no rows follow after the header"},
    {BYTES("a,b\n\n"), "xor.csv: no rows follow after the header"},
    {BYTES("a,b\n1,\0\n"), "xor.csv: byte 6 is 0, so this is no text file"},
    {BYTES("\xff\xfe"
           "a\0,\0"),
     "xor.csv: byte 3 is 0, so this is no text file"},
    {BYTES("a\n1111111111111111111111111111111111111111111111111111111111111111111111x\n"),
     "\"111111111111111111111111111111111111111111111111111111111111…\" is not a number"},
};

static void refuses_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_dataset *table = NULL;
        uint8_t *copy = malloc(bad[i].count + 1); /* a sanitizer sees one byte too many */
        memcpy(copy + 1, bad[i].text, bad[i].count);
        dp_status status = dp_csv_parse(ctx, copy + 1, bad[i].count, "xor.csv", &table);
        free(copy);
        assert_null(table);
        if (status != DP_ERR_FORMAT || !strstr(dp_ctx_message(ctx), bad[i].message))
            fail_msg("%s: %s\ninstead of %s", bad[i].text, dp_ctx_message(ctx), bad[i].message);
    }
}

static void accepts_nan(void **state)
{
    (void)state;
    dp_dataset *table = NULL;
    assert_int_equal(dp_csv_parse(ctx, BYTES("a\nnan\nNaN\n"), "nan.csv", &table), DP_OK);
    assert_true(isnan(dp_array_get(dp_dataset_column(table, 0), 0)) &&
                isnan(dp_array_get(dp_dataset_column(table, 0), 1)));
    dp_dataset_free(&table);
}

/* Where the decimal sign is a comma, files still have points. */
static void knows_no_locale(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8"))
        skip();
    dp_dataset *table = NULL;
    dp_status status = dp_csv_parse(ctx, BYTES("a\n1.5\n"), "a.csv", &table);
    setlocale(LC_ALL, "C");
    assert_int_equal(status, DP_OK);
    assert_true(dp_array_get(dp_dataset_column(table, 0), 0) == 1.5);
    dp_dataset_free(&table);
}

/* Memory is a small multiple of the file's size, whatever the header says: many columns and many empty lines. */
static void memory_is_bounded_by_the_file(void **state)
{
    (void)state;
    enum { COLUMNS = 20000, LINES = 1000000, MOST_BYTES = COLUMNS * 7 + LINES };
    char *text = malloc(MOST_BYTES);
    size_t count = 0;
    dp_dataset *table = NULL;
    for (int i = 0; i < COLUMNS; i++)
        count += (size_t)snprintf(text + count, MOST_BYTES - count, "c%d,", i);
    text[count - 1] = '\n';
    memset(text + count, '\n', LINES);
    text[count + LINES - 1] = '1';
    uint64_t before = dp_ctx_memory(ctx).peak_bytes;
    assert_int_equal(dp_csv_parse(ctx, text, count + LINES, "wide.csv", &table), DP_ERR_FORMAT);
    assert_true(dp_ctx_memory(ctx).peak_bytes < before + 20 * (count + LINES));
    free(text);
}

static dp_status read_once(dp_ctx *with, void *path)
{
    dp_dataset *table = NULL;
    dp_status status = dp_csv_read(with, path, &table);
    if (status != DP_OK)
        assert_null(table);
    dp_dataset_free(&table);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%s", scratch_write("memory.csv", BYTES("a,\"b\"\"\"\n1,2\n")));
    assert_true(failing_memory_try_all(read_once, path) > 10);
}

/* The last test: a failing teardown of a group does not fail cmocka's program. */
static void leaks_nothing(void **state)
{
    (void)state;
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(accepts_nan),
        cmocka_unit_test(knows_no_locale),
        cmocka_unit_test(memory_is_bounded_by_the_file),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
