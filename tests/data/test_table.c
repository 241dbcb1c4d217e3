/* Tables with words and missing cells; data sets out of files of arrays. */
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
#include <denpa/file.h>

#include "support/failing_memory.h"
#include "support/scratch_ctx.h"

#define TEXT(text) text, sizeof text - 1

/* "PATH:OPTIONS" of a file in the folder of this test. */
static const char *source(const char *name, const char *options)
{
    static char texts[4][8 * SCRATCH_PATH_BYTES];
    static int next;
    char *text = texts[next++ % 4];
    snprintf(text, sizeof texts[0], "%s%s%s", scratch_path(name), *options ? ":" : "", options);
    return text;
}

static void open_as(const char *from, dp_split split, const dp_encoding *learned, int count, dp_dataset **out)
{
    if (dp_dataset_open_as(ctx, from, split, learned, count, out) != DP_OK)
        fail_msg("%s: %s", from, dp_ctx_message(ctx));
}

/* Opening fails with this status and these words. */
static void refuses(const char *from, dp_split split, dp_status status, const char *words)
{
    dp_dataset *none = NULL;
    dp_status got = dp_dataset_open(ctx, from, split, &none);
    if (got != status)
        fail_msg("%s: %s: %s", from, dp_status_name(got), dp_ctx_message(ctx));
    assert_says(words);
    assert_null(none);
}

static void assert_column(const dp_dataset *d, int column, const char *name, dp_dtype dtype, dp_shape shape,
                          const double *values)
{
    const dp_array *array = dp_dataset_column(d, column);
    assert_string_equal(dp_dataset_column_name(d, column), name);
    assert_int_equal(array->dtype, dtype);
    assert_true(dp_shape_equal(array->shape, shape));
    for (int64_t i = 0; i < dp_array_elems(array); i++)
        if (dp_array_get(array, i) != values[i])
            fail_msg("%s: element %d is %g, not %g", name, (int)i, dp_array_get(array, i), values[i]);
}

#define SHAPE(...) dp_shape_of((int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})
#define VALUES(...) ((double[]){__VA_ARGS__})

static const char flowers[] = "kind,size,color\n"
                              "rose,1.5,red\n"
                              "tulip,,yellow\n"
                              "rose,2.5,\"y\"\"y\"\n"
                              "iris,5,NA\n";

static void words_become_categories(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    scratch_write("flowers.csv", TEXT(flowers));
    open_as(source("flowers.csv", "target=kind,categories=kind/c*,missing=mean"), DP_SPLIT_TRAIN, NULL, 0, &d);
    assert_int_equal(dp_dataset_columns(d), 3);
    assert_column(d, 0, "size", DP_F64, SHAPE(4), VALUES(1.5, 3, 2.5, 5));
    assert_column(d, 1, "color", DP_BOOL, SHAPE(4, 3), VALUES(1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0));
    assert_column(d, 2, "kind", DP_I64, SHAPE(4), VALUES(1, 2, 1, 0));
    assert_string_equal(dp_dataset_class_name(d, 2, 0), "iris");
    assert_string_equal(dp_dataset_class_name(d, 2, 2), "tulip");
    assert_null(dp_dataset_class_name(d, 2, 3));
    assert_null(dp_dataset_class_name(d, 0, 0));
    dp_dataset_free(&d);
    open_as(source("flowers.csv", "categories=kind/color,missing=drop"), DP_SPLIT_TRAIN, NULL, 0, &d);
    assert_column(d, 0, "kind", DP_BOOL, SHAPE(2, 1), VALUES(1, 1));
    assert_column(d, 1, "size", DP_F64, SHAPE(2), VALUES(1.5, 2.5));
    dp_dataset_free(&d);
}

static void numbers_are_sorted_as_numbers(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    scratch_write("numbers.csv", TEXT("t\n10\n9\n1e1\n-1\n"));
    open_as(source("numbers.csv", "target=t,categories=t"), DP_SPLIT_TRAIN, NULL, 0, &d);
    assert_column(d, 0, "t", DP_I64, SHAPE(4), VALUES(2, 1, 3, 0));
    assert_string_equal(dp_dataset_class_name(d, 0, 1), "9");
    dp_dataset_free(&d);
}

/* What one table learned reads another: in another order, with fewer words, with a mean of its own not learned. */
static void learned_rules_are_used(void **state)
{
    (void)state;
    dp_dataset *d = NULL, *other = NULL;
    const dp_encoding *learned;
    scratch_write("flowers.csv", TEXT(flowers));
    scratch_write("other.csv", TEXT("color,kind,size\nyellow,tulip,\n,rose,100\n"));
    open_as(source("flowers.csv", "target=kind,categories=kind/color,missing=mean"), DP_SPLIT_TRAIN, NULL, 0, &d);
    int count = dp_dataset_encoding(d, &learned);
    assert_int_equal(count, 2 + 3 + 1 + 3);
    open_as(scratch_path("other.csv"), DP_SPLIT_TRAIN, learned, count, &other);
    assert_column(other, 0, "color", DP_BOOL, SHAPE(2, 3), VALUES(0, 0, 1, 0, 0, 0));
    assert_column(other, 1, "size", DP_F64, SHAPE(2), VALUES(3, 100));
    assert_column(other, 2, "kind", DP_I64, SHAPE(2), VALUES(2, 1));
    dp_dataset_free(&other);
    scratch_write("unknown.csv", TEXT("color,kind,size\nyellow,tulip,1\nyellow,tulpe,1\n"));
    assert_int_equal(dp_dataset_open_as(ctx, scratch_path("unknown.csv"), DP_SPLIT_TRAIN, learned, count, &other),
                     DP_ERR_RANGE);
    assert_says("unknown.csv:3 (column kind): \"tulpe\" is none of the 3 categories: iris, rose, tulip");
    scratch_write("unlabelled.csv", TEXT("color,size\nyellow,1\n"));
    open_as(scratch_path("unlabelled.csv"), DP_SPLIT_TRAIN, learned, count, &other);
    assert_int_equal(dp_dataset_columns(other), 2);
    dp_dataset_free(&other);
    dp_dataset_free(&d);
}

static void a_second_file_is_the_test_part(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    char options[2 * SCRATCH_PATH_BYTES];
    scratch_write("flowers.csv", TEXT(flowers));
    scratch_write("later.csv", TEXT("kind,size,color\ntulip,,red\n"));
    snprintf(options, sizeof options, "target=kind,categories=kind/color,missing=mean,test=%s",
             scratch_path("later.csv"));
    open_as(source("flowers.csv", options), DP_SPLIT_TEST, NULL, 0, &d);
    assert_column(d, 0, "size", DP_F64, SHAPE(1), VALUES(3));
    assert_column(d, 2, "kind", DP_I64, SHAPE(1), VALUES(2));
    dp_dataset_free(&d);
}

static void refuses_rules_that_do_not_fit(void **state)
{
    (void)state;
    scratch_write("flowers.csv", TEXT(flowers));
    static const struct {
        const char *options;
        dp_status status;
        const char *words;
    } bad[] = {
        {"tagret=kind", DP_ERR_NAME, "a CSV file has no option tagret; there are target categories missing test"},
        {"target=sort", DP_ERR_NAME, "no column is named \"sort\"; the first is \"kind\", the last \"color\""},
        {"categories=kind/colour", DP_ERR_NAME, "no column is named \"colour\""},
        {"missing=median", DP_ERR_ARG, "missing is one of error, drop and mean, not \"median\""},
        {"target=kind,target=size", DP_ERR_ARG, "the option target is given twice"},
        {"=kind", DP_ERR_ARG, "come options as in KEY=VALUE"},
        {"target=kind", DP_ERR_FORMAT, ":2:1 (column kind): \"rose\" is not a number (the option categories=kind"},
        {"categories=kind/color", DP_ERR_FORMAT, ":3:2 (column size): the cell is empty (the options missing=drop"},
        {"target=color,categories=kind/color,missing=mean", DP_ERR_FORMAT, ":5 (column color): the target is missing"},
        {"target=size,categories=kind/color,missing=mean", DP_ERR_FORMAT, ":3 (column size): the target is missing"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        refuses(source("flowers.csv", bad[i].options), DP_SPLIT_TRAIN, bad[i].status, bad[i].words);
    scratch_write("holes.csv", TEXT("a,b\n,1\n,2\n"));
    refuses(source("holes.csv", "missing=mean"), DP_SPLIT_TRAIN, DP_ERR_FORMAT, "column a has no mean");
    refuses(source("holes.csv", "missing=drop"), DP_SPLIT_TRAIN, DP_ERR_FORMAT, "every row has a cell that is missing");
    refuses(source("holes.csv", "missing=mean,categories=a"), DP_SPLIT_TRAIN, DP_ERR_FORMAT,
            "column a has no categories");
    scratch_write("no_text.csv", TEXT("a\n\xff\xfe\n"));
    refuses(source("no_text.csv", "categories=a"), DP_SPLIT_TRAIN, DP_ERR_FORMAT, "\"??\" is no text in UTF-8");
    refuses(source("flowers.csv", "target=kind"), DP_SPLIT_TEST, DP_ERR_NAME, "a CSV file has no test part; test=FILE");
}

/* A path with a colon in it is a path. */
static void colons_may_be_in_paths(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    scratch_write("a:b.csv", TEXT("u,v\n1,2\n"));
    open_as(source("a:b.csv", ""), DP_SPLIT_TRAIN, NULL, 0, &d);
    dp_dataset_free(&d);
    open_as(source("a:b.csv", "target=u"), DP_SPLIT_TRAIN, NULL, 0, &d);
    assert_string_equal(dp_dataset_column_name(d, 1), "u");
    dp_dataset_free(&d);
}

static void formulas_see_words_as_numbers(void **state)
{
    (void)state;
    dp_array *x = NULL, *t = NULL;
    scratch_write("flowers.csv", TEXT(flowers));
    const char *from = source("flowers.csv", "target=kind,categories=kind/color,missing=drop");
    assert_int_equal(dp_dataset_hook(NULL, ctx, from, "train", "x", &x), DP_OK);
    assert_int_equal(dp_dataset_hook(NULL, ctx, from, "train", "t", &t), DP_OK);
    assert_true(dp_shape_equal(x->shape, SHAPE(2, 3)));
    assert_true(dp_array_get(x, 0) == 1.5 && dp_array_get(x, 1) == 1 && dp_array_get(x, 5) == 1);
    assert_int_equal(t->dtype, DP_I64);
    dp_array_free(&x);
    dp_array_free(&t);
}

/* ---- Files of arrays ---- */

static const char *corpus(const char *name, const char *options)
{
    static char path[1100];
    snprintf(path, sizeof path, "%s%s", corpus_file("npz", name), options);
    return path;
}

static const double pixels[] = {0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200, 220};

static void archives_are_data(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
#if DENPA_HAVE_ZLIB
    open_as(corpus("stored", ""), DP_SPLIT_TRAIN, NULL, 0, &d);
    assert_column(d, 0, "x", DP_U8, SHAPE(3, 2, 2), pixels);
    assert_column(d, 1, "t", DP_I64, SHAPE(3), VALUES(0, 1, 2));
    dp_dataset_free(&d);
    refuses(corpus("stored", ""), DP_SPLIT_TEST, DP_ERR_NAME, "it has no test part");
    for (int named = 0; named < 2; named++) {
        const char *options = named ? ":x=x_train,t=t_train,test_x=x_test,test_t=t_test" : "";
        open_as(corpus("parts", options), DP_SPLIT_TRAIN, NULL, 0, &d);
        assert_int_equal(dp_dataset_columns(d), 2);
        assert_column(d, 0, "x", DP_U8, SHAPE(3, 2, 2), pixels);
        assert_column(d, 1, "t", DP_I64, SHAPE(3), VALUES(0, 1, 2));
        dp_dataset_free(&d);
        open_as(corpus("parts", options), DP_SPLIT_TEST, NULL, 0, &d);
        assert_column(d, 0, "x", DP_U8, SHAPE(1, 2, 2), pixels);
        assert_column(d, 1, "t", DP_I64, SHAPE(1), VALUES(0));
        dp_dataset_free(&d);
    }
    refuses(corpus("parts", ":x=x_train"), DP_SPLIT_TEST, DP_ERR_NAME, "it has no test part");
    refuses(corpus("stored", ":x=pixels"), DP_SPLIT_TRAIN, DP_ERR_NAME,
            "there is no array pixels; the first is x, the last t");
    refuses(corpus("stored", ":x=x,t=x"), DP_SPLIT_TRAIN, DP_ERR_ARG, "the array x is asked for twice");
    refuses(corpus("stored", ":labels=x"), DP_SPLIT_TRAIN, DP_ERR_NAME,
            "an NPZ file has no option labels; there are x t");
    refuses(corpus("rows_differ", ""), DP_SPLIT_TRAIN, DP_ERR_SHAPE,
            "rows differ: column x is (3, 2, 2), column t is (2,)");
    refuses(corpus("wrong_crc", ""), DP_SPLIT_TRAIN, DP_ERR_FORMAT, "its checksum is not that of its data");
#else
    refuses(corpus("stored", ""), DP_SPLIT_TRAIN, DP_ERR_UNSUPPORTED, "built without zlib");
    (void)d, (void)pixels;
#endif
}

static void single_arrays_are_data(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    char options[4 * SCRATCH_PATH_BYTES];
    float x[] = {1, 2, 3, 4};
    uint8_t t[] = {1, 0};
    dp_array inputs = {.dtype = DP_F32, .shape = SHAPE(2, 2), .data = x};
    dp_array labels = {.dtype = DP_U8, .shape = SHAPE(2), .data = t};
    assert_int_equal(dp_npy_write(ctx, scratch_path("x.npy"), &inputs), DP_OK);
    assert_int_equal(dp_npy_write(ctx, scratch_path("t.npy"), &labels), DP_OK);
    assert_int_equal(dp_idx_write(ctx, scratch_path("x.idx"), &inputs), DP_OK);
    assert_int_equal(dp_idx_write(ctx, scratch_path("t.idx"), &labels), DP_OK);
    static const char *const names[][2] = {{"x.npy", "t.idx"}, {"x.idx", "t.npy"}};
    for (int i = 0; i < 2; i++) {
        snprintf(options, sizeof options, "t=%s,test=%s", scratch_path(names[i][1]), scratch_path(names[!i][0]));
        open_as(source(names[i][0], options), DP_SPLIT_TRAIN, NULL, 0, &d);
        assert_column(d, 0, "x", DP_F32, SHAPE(2, 2), VALUES(1, 2, 3, 4));
        assert_column(d, 1, "t", DP_I64, SHAPE(2), VALUES(1, 0));
        dp_dataset_free(&d);
        open_as(source(names[i][0], options), DP_SPLIT_TEST, NULL, 0, &d);
        assert_int_equal(dp_dataset_columns(d), 1);
        dp_dataset_free(&d);
    }
    refuses(scratch_path("x.npy"), DP_SPLIT_TEST, DP_ERR_NAME,
            "it has no test part; test=FILE,test_t=FILE would give one");
    snprintf(options, sizeof options, "t=%s", scratch_write("t.csv", TEXT("t\n1\n")));
    refuses(source("x.npy", options), DP_SPLIT_TRAIN, DP_ERR_FORMAT, "labels come from an NPY or IDX file");
    dp_array none = {.dtype = DP_F32, .shape = SHAPE(0, 2), .data = x};
    assert_int_equal(dp_npy_write(ctx, scratch_path("none.npy"), &none), DP_OK);
    open_as(scratch_path("none.npy"), DP_SPLIT_TRAIN, NULL, 0, &d);
    assert_int_equal(dp_dataset_rows(d), 0);
    dp_dataset_free(&d);
}

/* ---- Memory ---- */

static dp_status open_once(dp_ctx *with, void *from)
{
    dp_dataset *d = NULL;
    dp_status status = dp_dataset_open(with, from, DP_SPLIT_TRAIN, &d);
    dp_dataset_free(&d);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    scratch_write("flowers.csv", TEXT(flowers));
    const char *table = source("flowers.csv", "target=kind,categories=kind/color,missing=mean");
    assert_true(failing_memory_try_all(open_once, (void *)(uintptr_t)table) > 30);
#if DENPA_HAVE_ZLIB
    assert_true(failing_memory_try_all(open_once, (void *)(uintptr_t)corpus("parts", "")) > 20);
#endif
}

static void leaks_nothing(void **state)
{
    (void)state;
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_become_categories),
        cmocka_unit_test(numbers_are_sorted_as_numbers),
        cmocka_unit_test(learned_rules_are_used),
        cmocka_unit_test(a_second_file_is_the_test_part),
        cmocka_unit_test(refuses_rules_that_do_not_fit),
        cmocka_unit_test(colons_may_be_in_paths),
        cmocka_unit_test(formulas_see_words_as_numbers),
        cmocka_unit_test(archives_are_data),
        cmocka_unit_test(single_arrays_are_data),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests_name("data/table", tests, setup, teardown);
}
