#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include <denpa/data.h>

#include "support/failing_memory.h"
#include "support/scratch_ctx.h"

static dp_array *array_of(dp_ctx *with, dp_dtype dtype, dp_shape shape, const void *values)
{
    dp_array *array = NULL;
    if (dp_array_new(with, dtype, shape, &array) == DP_OK)
        memcpy(array->data, values, dp_array_bytes(array));
    return array;
}

#define SHAPE(...) dp_shape_of((int)(sizeof((int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})

enum { ROWS = 3, PIXELS = 20 };

/* pixels u8 [3, 4, 5], class i64 [3], height f64 [3], wide f32 [3, 2], flag bool [3] */
enum { PIXEL, CLASS, HEIGHT, WIDE, FLAG, COLUMNS };
static const char *const names[COLUMNS] = {"pixels", "class", "height", "wide", "flag"};

static uint8_t pixel(int64_t row, int i)
{
    return (uint8_t)(row * 85 + i * 4);
}

static dp_status make(dp_ctx *with, dp_dataset **out)
{
    uint8_t pixels[ROWS * PIXELS], flags[ROWS] = {1, 0, 1};
    for (int i = 0; i < ROWS * PIXELS; i++)
        pixels[i] = pixel(i / PIXELS, i % PIXELS);
    dp_array *arrays[COLUMNS] = {
        array_of(with, DP_U8, SHAPE(ROWS, 4, 5), pixels),
        array_of(with, DP_I64, SHAPE(ROWS), (int64_t[]){2, 0, 1}),
        array_of(with, DP_F64, SHAPE(ROWS), (double[]){0.1, NAN, -3}),
        array_of(with, DP_F32, SHAPE(ROWS, 2), (float[]){1, 2, 3, 4, 5.5f, 1e30f}),
        array_of(with, DP_BOOL, SHAPE(ROWS), flags),
    };
    dp_status status = DP_ERR_NOMEM;
    for (int i = 0; i < COLUMNS; i++)
        if (!arrays[i])
            goto fail;
    status = dp_dataset_new(with, COLUMNS, names, arrays, out);
    if (status == DP_OK)
        return DP_OK;
fail:
    for (int i = 0; i < COLUMNS; i++)
        dp_array_free(&arrays[i]);
    return status;
}

static void takes_columns(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    assert_int_equal(make(ctx, &d), DP_OK);
    assert_int_equal(dp_dataset_rows(d), ROWS);
    assert_int_equal(dp_dataset_columns(d), COLUMNS);
    assert_int_equal(dp_dataset_find(d, "height"), HEIGHT);
    assert_int_equal(dp_dataset_find(d, "none"), -1);
    assert_string_equal(dp_dataset_column_name(d, WIDE), "wide");
    assert_string_equal(dp_dataset_column_name(d, COLUMNS), "");
    assert_string_equal(dp_dataset_column_name(d, -1), "");
    assert_null(dp_dataset_column(d, COLUMNS));
    dp_dataset_free(&d);
    dp_dataset_free(&d);
    dp_dataset_free(NULL);
}

static void refuses_columns(void **state)
{
    (void)state;
    double values[3] = {1, 2, 3};
    dp_array three = {.dtype = DP_F64, .shape = SHAPE(3), .data = values},
             two = {.dtype = DP_F64, .shape = SHAPE(2), .data = values},
             scalar = {.dtype = DP_F64, .shape = dp_shape_scalar(), .data = values},
             empty = {.dtype = DP_F64, .shape = SHAPE(3)}, none = {.shape = SHAPE(3), .data = values};
    const char *const ab[] = {"a", "b"};
    dp_dataset *d = NULL;
    assert_int_equal(dp_dataset_new(ctx, 2, ab, (dp_array *[]){&three, &two}, &d), DP_ERR_SHAPE);
    assert_says("rows differ: column a is (3,), column b is (2,)");
    assert_int_equal(dp_dataset_new(ctx, 1, ab, (dp_array *[]){&scalar}, &d), DP_ERR_SHAPE);
    assert_says("column a has the shape (), which has no rows");
    assert_int_equal(dp_dataset_new(ctx, 2, (const char *[]){"a", "a"}, (dp_array *[]){&three, &three}, &d),
                     DP_ERR_ARG);
    assert_int_equal(dp_dataset_new(ctx, 1, (const char *[]){""}, (dp_array *[]){&three}, &d), DP_ERR_ARG);
    assert_int_equal(dp_dataset_new(ctx, 1, (const char *[]){NULL}, (dp_array *[]){&three}, &d), DP_ERR_ARG);
    assert_int_equal(dp_dataset_new(ctx, 1, ab, (dp_array *[]){NULL}, &d), DP_ERR_ARG);
    assert_int_equal(dp_dataset_new(ctx, 1, ab, (dp_array *[]){&empty}, &d), DP_ERR_ARG);
    assert_int_equal(dp_dataset_new(ctx, 1, ab, (dp_array *[]){&none}, &d), DP_ERR_ARG);
    assert_int_equal(dp_dataset_new(ctx, 0, ab, NULL, &d), DP_ERR_ARG);
    assert_null(d);
}

/* ---- Gathering ---- */

/* Every byte, and more than one block of them: as pixel / 255 in float32. */
static void normalizes_exactly(void **state)
{
    (void)state;
    enum { N = 2, ALL = 259 };
    uint8_t bytes[N * ALL];
    float out32[N * ALL];
    double out64[N * ALL];
    dp_dataset *d = NULL;
    for (int i = 0; i < N * ALL; i++)
        bytes[i] = (uint8_t)i;
    dp_array *column = array_of(ctx, DP_U8, SHAPE(N, ALL), bytes);
    assert_int_equal(dp_dataset_new(ctx, 1, (const char *[]){"x"}, &column, &d), DP_OK);
    assert_int_equal(dp_dataset_gather(d, (int[]){0}, 1, (int64_t[]){1, 0}, N, 1, DP_F32, ALL, out32), DP_OK);
    assert_int_equal(dp_dataset_gather(d, (int[]){0}, 1, (int64_t[]){1, 0}, N, 1, DP_F64, ALL, out64), DP_OK);
    for (int i = 0; i < N * ALL; i++) {
        float expected = (float)bytes[(i + ALL) % (N * ALL)] / 255.0f;
        assert_memory_equal(&out32[i], &expected, sizeof expected);
        assert_true(out64[i] == (double)expected);
    }
    dp_dataset_free(&d);
}

static void gathers_side_by_side(void **state)
{
    (void)state;
    enum { WIDTH = PIXELS + 1 + 2 + 1 };
    static const int64_t rows[] = {2, 0, 2, 1};
    static const int columns[] = {WIDE, PIXEL, CLASS, FLAG};
    float out[4 * WIDTH];
    dp_dataset *d = NULL;
    assert_int_equal(make(ctx, &d), DP_OK);
    assert_int_equal(dp_dataset_gather(d, columns, 4, rows, 4, 0, DP_F32, WIDTH, out), DP_OK);
    for (int i = 0; i < 4; i++) {
        const float *row = out + i * WIDTH;
        assert_true(row[0] == ((const float[]){1, 3, 5.5f})[rows[i]] &&
                    row[1] == ((const float[]){2, 4, 1e30f})[rows[i]]);
        for (int j = 0; j < PIXELS; j++)
            assert_true(row[2 + j] == pixel(rows[i], j));
        assert_true(row[2 + PIXELS] == ((const float[]){2, 0, 1})[rows[i]] &&
                    row[3 + PIXELS] == ((const float[]){1, 0, 1})[rows[i]]);
    }
    dp_dataset_free(&d);
}

/* From each dtype into each, numbers that all of them hold. */
static void converts_between_all_dtypes(void **state)
{
    (void)state;
    const dp_dtype dtypes[] = {DP_BOOL, DP_U8, DP_I64, DP_F32, DP_F64};
    const double values[] = {1, 0, 1};
    const dp_array source = {.dtype = DP_F64, .shape = SHAPE(3), .data = (void *)values};
    for (int from = 0; from < 5; from++) {
        dp_array *column = NULL;
        dp_dataset *d = NULL;
        assert_int_equal(dp_array_convert(ctx, &source, dtypes[from], &column), DP_OK);
        assert_int_equal(dp_dataset_new(ctx, 1, (const char *[]){"a"}, &column, &d), DP_OK);
        for (int to = 0; to < 5; to++) {
            double room[3];
            const dp_array out = {.dtype = dtypes[to], .shape = SHAPE(3), .data = room};
            assert_int_equal(dp_dataset_gather(d, (int[]){0}, 1, (int64_t[]){0, 1, 2}, 3, 0, dtypes[to], 1, room),
                             DP_OK);
            for (int i = 0; i < 3; i++)
                assert_true(dp_array_get(&out, i) == values[i]);
        }
        dp_dataset_free(&d);
    }
}

static void keeps_large_integers(void **state)
{
    (void)state;
    const int64_t values[] = {INT64_MAX, INT64_MIN, 9007199254740993};
    int64_t out[3];
    dp_array *column = array_of(ctx, DP_I64, SHAPE(3), values);
    dp_dataset *d = NULL;
    assert_int_equal(dp_dataset_new(ctx, 1, (const char *[]){"a"}, &column, &d), DP_OK);
    assert_int_equal(dp_dataset_gather(d, (int[]){0}, 1, (int64_t[]){0, 1, 2}, 3, 0, DP_I64, 1, out), DP_OK);
    assert_memory_equal(out, values, sizeof out);
    dp_dataset_free(&d);
}

static void gather_checks(void **state)
{
    (void)state;
    static const struct {
        int columns[2], column_count;
        int64_t row;
        dp_dtype dtype;
        int64_t elems;
        dp_status status;
        const char *message;
    } cases[] = {
        {{CLASS}, 1, 3, DP_I64, 1, DP_ERR_RANGE, "there is no row 3, only 3 rows"},
        {{CLASS}, 1, -1, DP_I64, 1, DP_ERR_RANGE, "there is no row -1"},
        {{COLUMNS}, 1, 0, DP_I64, 1, DP_ERR_RANGE, "there is no column 5, only 0 to 4"},
        {{CLASS, WIDE},
         2,
         0,
         DP_F32,
         2,
         DP_ERR_SHAPE,
         "a row of class (1) + wide (2) has 3 elements, and 2 are wanted"},
        {{PIXEL}, 1, 0, DP_F32, 784, DP_ERR_SHAPE, "a row of pixels (20) has 20 elements, and 784 are wanted"},
        {{0}, 0, 0, DP_F32, 1, DP_ERR_SHAPE, "a row of no columns has 0 elements"},
        {{CLASS}, 1, 0, DP_DTYPE_NONE, 1, DP_ERR_DTYPE, "no dtype"},
        {{HEIGHT},
         1,
         0,
         DP_I64,
         1,
         DP_ERR_RANGE,
         "column height, row 0: 0.1 is no number of the dtype int64"},
        {{HEIGHT}, 1, 1, DP_I64, 1, DP_ERR_RANGE, "column height, row 1: nan is no number"},
        {{HEIGHT}, 1, 2, DP_U8, 1, DP_ERR_RANGE, "column height, row 2: -3.0 is no number of the dtype uint8"},
        {{WIDE}, 1, 2, DP_I64, 2, DP_ERR_RANGE, "column wide, row 2: 5.5 is no number"},
        {{CLASS}, 1, 0, DP_BOOL, 1, DP_ERR_RANGE, "column class, row 0: 2.0 is no number of the dtype bool"},
    };
    dp_dataset *d = NULL;
    assert_int_equal(make(ctx, &d), DP_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t out[2 * 784 * 8], untouched[sizeof out];
        memset(out, 0xa5, sizeof out);
        memcpy(untouched, out, sizeof out);
        /* row 0 of a good row before the bad one would show that something was written too early */
        assert_int_equal(dp_dataset_gather(d, cases[i].columns, cases[i].column_count, (int64_t[]){cases[i].row}, 1, 0,
                                           cases[i].dtype, cases[i].elems, out),
                         cases[i].status);
        assert_says(cases[i].message);
        assert_memory_equal(out, untouched, sizeof out);
    }
    int64_t out[2] = {7, 7};
    assert_int_equal(dp_dataset_gather(d, (int[]){HEIGHT}, 1, (int64_t[]){2, 1}, 2, 0, DP_I64, 1, out), DP_ERR_RANGE);
    assert_true(out[0] == 7 && out[1] == 7);
    dp_dataset_free(&d);
}

/* ---- Views ---- */

static dp_array *view_of(const dp_dataset *d, int column, dp_view view)
{
    dp_array *array = NULL;
    assert_int_equal(dp_dataset_array(d, column, &view, &array), DP_OK);
    return array;
}

static void assert_is(dp_array *array, dp_dtype dtype, dp_shape shape, double first, double last)
{
    assert_int_equal(array->dtype, dtype);
    assert_true(dp_shape_equal(array->shape, shape));
    assert_true(dp_array_get(array, 0) == first);
    assert_true(dp_array_get(array, dp_array_elems(array) - 1) == last);
    dp_array_free(&array);
}

static void views_are_load_mnist(void **state)
{
    (void)state;
    dp_view standard, raw, image, one_hot, f64;
    dp_dataset *d = NULL;
    dp_array *array = NULL;
    assert_int_equal(make(ctx, &d), DP_OK);
    dp_view_init(&standard);
    assert_true(standard.normalize == 1 && standard.flatten == 1 && standard.one_hot_label == 0 &&
                standard.dtype == DP_DTYPE_NONE);
    raw = image = one_hot = f64 = standard;
    raw.normalize = 0, image.flatten = 0, one_hot.one_hot_label = 3, f64.dtype = DP_F64;
    const float last = pixel(2, 19) / 255.0f;
    assert_is(view_of(d, PIXEL, standard), DP_F32, SHAPE(3, 20), 0, last);
    assert_is(view_of(d, PIXEL, raw), DP_U8, SHAPE(3, 20), 0, pixel(2, 19));
    assert_is(view_of(d, PIXEL, image), DP_F32, SHAPE(3, 1, 4, 5), 0, last);
    assert_is(view_of(d, PIXEL, f64), DP_F64, SHAPE(3, 20), 0, last);
    assert_is(view_of(d, PIXEL, one_hot), DP_F32, SHAPE(3, 20), 0, last);
    assert_is(view_of(d, CLASS, standard), DP_I64, SHAPE(3), 2, 1);
    assert_is(view_of(d, CLASS, f64), DP_F64, SHAPE(3), 2, 1);
    assert_is(view_of(d, HEIGHT, standard), DP_F64, SHAPE(3), 0.1, -3);
    assert_is(view_of(d, WIDE, image), DP_F32, SHAPE(3, 2), 1, 1e30f);
    array = view_of(d, CLASS, one_hot);
    static const double rows[] = {0, 0, 1, 1, 0, 0, 0, 1, 0};
    assert_int_equal(array->dtype, DP_F64);
    assert_true(dp_shape_equal(array->shape, SHAPE(3, 3)));
    assert_memory_equal(array->data, rows, sizeof rows);
    dp_array_free(&array);
    one_hot.dtype = DP_U8;
    assert_is(view_of(d, CLASS, one_hot), DP_U8, SHAPE(3, 3), 0, 0);
    assert_int_equal(dp_dataset_array(d, PIXEL, NULL, &array), DP_OK);
    assert_is(array, DP_F32, SHAPE(3, 20), 0, last);
    dp_dataset_free(&d);
}

static void views_check(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    dp_array *array = NULL;
    dp_view view;
    assert_int_equal(make(ctx, &d), DP_OK);
    dp_view_init(&view);
    assert_int_equal(dp_dataset_array(d, COLUMNS, &view, &array), DP_ERR_RANGE);
    view.one_hot_label = 2;
    assert_int_equal(dp_dataset_array(d, CLASS, &view, &array), DP_ERR_RANGE);
    assert_says("column class, row 0: 2 is no class of 0..1");
    assert_int_equal(dp_dataset_array(d, HEIGHT, &view, &array), DP_ERR_RANGE);
    view.one_hot_label = -1;
    assert_int_equal(dp_dataset_array(d, CLASS, &view, &array), DP_ERR_RANGE);
    view = (dp_view){.dtype = DP_I64, .normalize = 1};
    assert_int_equal(dp_dataset_array(d, PIXEL, &view, &array), DP_ERR_DTYPE);
    assert_says("column pixels: pixels scaled to 0..1 are no int64");
    assert_null(array);
    dp_dataset_free(&d);
}

/* ---- Sources ---- */

static void write_idx(const char *name, dp_dtype dtype, dp_shape shape, const void *data)
{
    dp_array array = {.dtype = dtype, .shape = shape, .data = (void *)(uintptr_t)data};
    assert_int_equal(dp_idx_write(ctx, scratch_path(name), &array), DP_OK);
}

static void opens_folders(void **state)
{
    (void)state;
    const uint8_t images[] = {0, 51, 102, 255, 1, 2, 3, 4};
    const int64_t labels[] = {7, 300};
    dp_dataset *d = NULL;
    assert_int_equal(mkdir(scratch_path("set"), 0777), 0);
    const char *folder = scratch_path("set");
    assert_int_equal(dp_dataset_open(ctx, folder, DP_SPLIT_TRAIN, &d), DP_ERR_IO);
    assert_says("set/train-images-idx3-ubyte: neither this file nor train-images-idx3-ubyte.gz is there");
    write_idx("set/train-images-idx3-ubyte", DP_U8, SHAPE(2, 2, 2), images);
    assert_int_equal(dp_dataset_open(ctx, folder, DP_SPLIT_TRAIN, &d), DP_ERR_IO);
    write_idx("set/train-labels-idx1-ubyte", DP_I64, SHAPE(1), labels);
    assert_int_equal(dp_dataset_open(ctx, folder, DP_SPLIT_TRAIN, &d), DP_ERR_FORMAT);
    assert_says("train-images-idx3-ubyte has 2 pictures, and ");
    assert_says("train-labels-idx1-ubyte has 1 labels");
    write_idx("set/train-labels-idx1-ubyte", DP_I64, SHAPE(2), labels);
    assert_int_equal(dp_dataset_open(ctx, folder, DP_SPLIT_TRAIN, &d), DP_OK);
    assert_int_equal(dp_dataset_find(d, "x"), 0);
    assert_int_equal(dp_dataset_find(d, "t"), 1);
    assert_int_equal(dp_dataset_column(d, 0)->dtype, DP_U8);
    assert_int_equal(dp_dataset_column(d, 1)->dtype, DP_I64);
    assert_true(dp_array_get(dp_dataset_column(d, 1), 1) == 300);
    dp_dataset_free(&d);
    assert_int_equal(dp_dataset_open(ctx, folder, DP_SPLIT_TEST, &d), DP_ERR_IO);
    assert_int_equal(dp_dataset_open(ctx, folder, (dp_split)2, &d), DP_ERR_ARG);
    write_idx("set/t10k-images-idx3-ubyte", DP_U8, SHAPE(8), images);
    assert_int_equal(dp_dataset_open(ctx, folder, DP_SPLIT_TEST, &d), DP_ERR_FORMAT);
    assert_says("pictures are uint8 (N, rows, columns), this is uint8 (8,)");
    write_idx("set/t10k-images-idx3-ubyte", DP_U8, SHAPE(0, 28, 28), images);
    assert_int_equal(dp_dataset_open(ctx, folder, DP_SPLIT_TEST, &d), DP_ERR_FORMAT);
    write_idx("set/t10k-images-idx3-ubyte", DP_U8, SHAPE(1, 2, 2), images);
    write_idx("set/t10k-labels-idx1-ubyte", DP_F32, SHAPE(1), (float[]){1});
    assert_int_equal(dp_dataset_open(ctx, folder, DP_SPLIT_TEST, &d), DP_ERR_FORMAT);
    assert_says("labels are integers (N,), these are float32 (1,)");
    assert_null(d);
}

static void opens_by_name(void **state)
{
    (void)state;
    dp_dataset *train = NULL, *test = NULL, *none = NULL;
    dp_array *x = NULL, *t = NULL;
    assert_int_equal(dp_dataset_open(ctx, "digits:60", DP_SPLIT_TRAIN, &train), DP_OK);
    assert_int_equal(dp_dataset_open(ctx, "digits:60", DP_SPLIT_TEST, &test), DP_OK);
    assert_int_equal(dp_dataset_rows(train), 60);
    assert_int_equal(dp_dataset_rows(test), 10);
    assert_true(dp_shape_equal(dp_dataset_column(train, 0)->shape, SHAPE(60, 28, 28)));
    assert_int_equal(dp_digits_draw(ctx, 0, DP_SPLIT_TRAIN, 5, 2, &x, &t), DP_OK);
    assert_memory_equal(x->data, (uint8_t *)dp_dataset_column(train, 0)->data + 5 * 784, 2 * 784);
    assert_memory_equal(t->data, (int64_t *)dp_dataset_column(train, 1)->data + 5, 2 * sizeof(int64_t));
    assert_memory_not_equal(dp_dataset_column(train, 0)->data, dp_dataset_column(test, 0)->data, 784);
    dp_array_free(&x);
    dp_array_free(&t);
    assert_int_equal(dp_digits_draw(ctx, 0, DP_SPLIT_TRAIN, -1, 2, &x, &t), DP_ERR_RANGE);
    dp_dataset_free(&train);
    dp_dataset_free(&test);
    static const char *const wrong[] = {"digits:", "digits:0", "digits:-1", "digits:ten", "digits: 1", "digits:1x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(dp_dataset_open(ctx, wrong[i], DP_SPLIT_TRAIN, &none), DP_ERR_RANGE);
    assert_int_equal(dp_dataset_open(ctx, "digits:9999999999999", DP_SPLIT_TRAIN, &none), DP_ERR_NOMEM);
    assert_int_equal(dp_dataset_open(ctx, scratch_path("none"), DP_SPLIT_TRAIN, &none), DP_ERR_IO);
    assert_says("there is no such file; data are mnist, digits");
    const char *table = scratch_write("table.csv", "a\n1\n", 4);
    assert_int_equal(dp_dataset_open(ctx, table, DP_SPLIT_TEST, &none), DP_ERR_NAME);
    assert_says("a CSV file has no test part");
    assert_int_equal(dp_dataset_open(ctx, table, DP_SPLIT_TRAIN, &none), DP_OK);
    dp_dataset_free(&none);
}

static void says_where_mnist_should_be(void **state)
{
    (void)state;
    dp_dataset *d = NULL;
    setenv("HOME", scratch_path("home"), 1);
    setenv("DENPA_DATA", scratch_path("elsewhere"), 1);
    assert_int_equal(dp_dataset_open(ctx, "mnist", DP_SPLIT_TRAIN, &d), DP_ERR_IO);
    assert_says("elsewhere/mnist and in ");
    assert_says("home/.local/share/denpa/mnist. `denpa data fetch mnist` gets it. Or put train-images-idx3-ubyte, ");
    unsetenv("DENPA_DATA");
    assert_int_equal(dp_dataset_open(ctx, "mnist", DP_SPLIT_TRAIN, &d), DP_ERR_IO);
    assert_says("DENPA_DATA is not set");
    /* The folder in HOME is found when $DENPA_DATA has none. */
    const uint8_t images[] = {1, 2, 3, 4, 5};
    static const char *const folders[] = {"home", "home/.local", "home/.local/share", "home/.local/share/denpa",
                                          "home/.local/share/denpa/mnist"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_int_equal(mkdir(scratch_path(folders[i]), 0777), 0);
    write_idx("home/.local/share/denpa/mnist/train-images-idx3-ubyte", DP_U8, SHAPE(1, 1, 1), images);
    write_idx("home/.local/share/denpa/mnist/train-labels-idx1-ubyte", DP_U8, SHAPE(1), images);
    setenv("DENPA_DATA", scratch_path("elsewhere"), 1);
    assert_int_equal(dp_dataset_open(ctx, "mnist", DP_SPLIT_TRAIN, &d), DP_OK);
    assert_int_equal(dp_dataset_rows(d), 1);
    assert_string_equal(dp_dataset_source(d), "mnist");
    dp_dataset_free(&d);
}

/* ---- The hook of formulas ---- */

static void hook_gives_fields(void **state)
{
    (void)state;
    dp_array *array = NULL;
    static const char text[] = "x1,x2,t\n0,1.5,1\n2,3,4\n", real[] = "a,b\n1,0.5\n";
    char table[SCRATCH_PATH_BYTES], regression[SCRATCH_PATH_BYTES];
    snprintf(table, sizeof table, "%s", scratch_write("hook.csv", text, sizeof text - 1));
    snprintf(regression, sizeof regression, "%s", scratch_write("real.csv", real, sizeof real - 1));
    assert_int_equal(dp_dataset_hook(NULL, ctx, table, "train", "x", &array), DP_OK);
    assert_true(dp_array_get(array, 1) == 1.5 && dp_array_get(array, 2) == 2);
    assert_is(array, DP_F64, SHAPE(2, 2), 0, 3);
    assert_int_equal(dp_dataset_hook(NULL, ctx, table, "train", "t", &array), DP_OK);
    assert_is(array, DP_I64, SHAPE(2), 1, 4);
    assert_int_equal(dp_dataset_hook(NULL, ctx, table, "train", "x2", &array), DP_OK);
    assert_is(array, DP_F64, SHAPE(2), 1.5, 3);
    assert_int_equal(dp_dataset_hook(NULL, ctx, regression, "train", "t", &array), DP_OK);
    assert_is(array, DP_F64, SHAPE(1), 0.5, 0.5);
    assert_int_equal(dp_dataset_hook(NULL, ctx, "digits:12", "test", "x", &array), DP_OK);
    assert_int_equal(array->dtype, DP_F32);
    assert_true(dp_shape_equal(array->shape, SHAPE(2, 784)));
    dp_array_free(&array);
    assert_int_equal(dp_dataset_hook(NULL, ctx, "digits:12", "train", "t", &array), DP_OK);
    assert_true(array->dtype == DP_I64 && dp_shape_equal(array->shape, SHAPE(12)));
    dp_array_free(&array);
    assert_int_equal(dp_dataset_hook(NULL, ctx, "digits", "both", "x", &array), DP_ERR_NAME);
    assert_says("the parts are \"train\" and \"test\", not \"both\"");
    assert_int_equal(dp_dataset_hook(NULL, ctx, "digits:12", "test", "y", &array), DP_ERR_NAME);
    assert_says("the fields are \"x\" and \"t\", not \"y\"");
    assert_int_equal(dp_dataset_hook(NULL, ctx, table, "test", "x", &array), DP_ERR_NAME);
    assert_int_equal(dp_dataset_hook(NULL, ctx, table, "train", "x3", &array), DP_ERR_NAME);
    assert_int_equal(dp_dataset_hook(NULL, ctx, scratch_write("one.csv", "a\n1\n", 4), "train", "x", &array),
                     DP_ERR_SHAPE);
    assert_null(array);
}

/* ---- Memory ---- */

static dp_status make_and_view(dp_ctx *with, void *user)
{
    (void)user;
    dp_dataset *d = NULL;
    dp_array *x = NULL, *t = NULL;
    dp_view view;
    dp_view_init(&view);
    view.one_hot_label = 3;
    dp_status status = make(with, &d);
    if (status == DP_OK)
        status = dp_dataset_array(d, PIXEL, &view, &x);
    if (status == DP_OK)
        status = dp_dataset_array(d, CLASS, &view, &t);
    dp_array_free(&x);
    dp_array_free(&t);
    dp_dataset_free(&d);
    return status;
}

static dp_status open_and_hook(dp_ctx *with, void *table)
{
    dp_dataset *d = NULL;
    dp_array *array = NULL;
    dp_status status = dp_dataset_open(with, "digits:2", DP_SPLIT_TRAIN, &d);
    dp_dataset_free(&d);
    if (status == DP_OK)
        status = dp_dataset_hook(NULL, with, table, "train", "x", &array);
    dp_array_free(&array);
    if (status == DP_OK)
        status = dp_dataset_hook(NULL, with, "digits:2", "train", "x", &array);
    dp_array_free(&array);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    char table[SCRATCH_PATH_BYTES];
    snprintf(table, sizeof table, "%s", scratch_write("memory.csv", "a,b,c\n1,2,3\n", 12));
    assert_true(failing_memory_try_all(make_and_view, NULL) > 20);
    assert_true(failing_memory_try_all(open_and_hook, table) > 20);
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
        cmocka_unit_test(takes_columns),
        cmocka_unit_test(refuses_columns),
        cmocka_unit_test(normalizes_exactly),
        cmocka_unit_test(gathers_side_by_side),
        cmocka_unit_test(converts_between_all_dtypes),
        cmocka_unit_test(keeps_large_integers),
        cmocka_unit_test(gather_checks),
        cmocka_unit_test(views_are_load_mnist),
        cmocka_unit_test(views_check),
        cmocka_unit_test(opens_folders),
        cmocka_unit_test(opens_by_name),
        cmocka_unit_test(says_where_mnist_should_be),
        cmocka_unit_test(hook_gives_fields),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
