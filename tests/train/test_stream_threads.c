/* Data that stay in their file: the same numbers as when they are read as a whole, files larger than memory, files that somebody makes
 * shorter meanwhile. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "train_fixture.h"

#include "support/failing_memory.h"
#include "support/scratch.h"

enum { ROWS = 37, WIDTH = 1100 };

static const char text[] =
    "x = input(1100)\nt = label(3)\ny = affine(x, 3, std=0.01)\nloss = softmax_cross_entropy(y, t)\n";

static const char *source(const char *name, const char *options)
{
    static char texts[4][4 * SCRATCH_PATH_BYTES];
    static int next;
    char *made = texts[next++ % 4];
    snprintf(made, sizeof texts[0], "%s:t=%s%s", scratch_path(name), scratch_path("t.npy"), options);
    return made;
}

/* x.npy, x.idx of a dtype, and t.npy. */
static void write_files(dp_ctx *ctx, dp_dtype dtype)
{
    dp_array *numbers = NULL, *x = NULL, *t = NULL;
    must(ctx, dp_array_new(ctx, DP_F64, SHAPE(ROWS, 2, WIDTH / 2), &numbers));
    must(ctx, dp_array_new(ctx, DP_I64, SHAPE(ROWS), &t));
    for (int i = 0; i < ROWS * WIDTH; i++)
        ((double *)numbers->data)[i] = (i * 7919 % 251) * (dtype == DP_U8 ? 1 : 0.01);
    for (int i = 0; i < ROWS; i++)
        ((int64_t *)t->data)[i] = i % 3;
    must(ctx, dp_array_convert(ctx, numbers, dtype, &x));
    must(ctx, dp_npy_write(ctx, scratch_path("x.npy"), x));
    if (dtype != DP_I64)
        must(ctx, dp_idx_write(ctx, scratch_path("x.idx"), x));
    must(ctx, dp_npy_write(ctx, scratch_path("t.npy"), t));
    dp_array_free(&numbers);
    dp_array_free(&x);
    dp_array_free(&t);
}

static void open_part(dp_ctx *ctx, const char *from, dp_dataset **d)
{
    must(ctx, dp_dataset_open(ctx, from, DP_SPLIT_TRAIN, d));
}

static void numbers_are_the_same(void **state)
{
    static const dp_dtype dtypes[] = {DP_U8, DP_F32, DP_F64, DP_I64};
    static const int64_t rows[] = {36, 0, 5, 5, 17};
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    float *read = test_malloc(5 * WIDTH * sizeof *read), *whole = test_malloc(5 * WIDTH * sizeof *whole);
    for (int k = 0; k < 7; k++) {
        dp_dataset *stream = NULL, *memory = NULL;
        dp_dtype dtype = dtypes[k % 4];
        const char *name = k < 4 ? "x.npy" : "x.idx";
        write_files(ctx, dtype);
        open_part(ctx, source(name, ",stream=1"), &stream);
        open_part(ctx, source(name, ",stream=0"), &memory);
        assert_null(dp_dataset_column(stream, 0)->data);
        assert_int_equal(dp_dataset_column(stream, 0)->dtype, dtype);
        assert_true(dp_shape_equal(dp_dataset_column(stream, 0)->shape, SHAPE(ROWS, 2, WIDTH / 2)));
        for (int normalize = 0; normalize < 2; normalize++) {
            must(ctx, dp_dataset_gather(stream, &(int){0}, 1, rows, 5, normalize, DP_F32, WIDTH, read));
            must(ctx, dp_dataset_gather(memory, &(int){0}, 1, rows, 5, normalize, DP_F32, WIDTH, whole));
            assert_memory_equal(read, whole, 5 * WIDTH * sizeof *read);
        }
        double value = dp_array_get(dp_dataset_column(memory, 0), 36 * WIDTH + 1);
        assert_true(fabs((double)whole[1] - value / (dtype == DP_U8 ? 255 : 1)) < 1e-6);
        dp_dataset_free(&stream);
        dp_dataset_free(&memory);
    }
    test_free(read);
    test_free(whole);
    ctx_close(ctx);
}

static void train_on(const char *from, int threads, float weights[3 * WIDTH])
{
    dp_ctx *ctx = ctx_open(threads);
    dp_dataset *data = NULL;
    dp_model *model = NULL;
    dp_train_config config;
    dp_train_config_init(&config);
    config.epochs = 3;
    config.batch = 8;
    config.optimizer = "sgd:lr=0.1";
    config.standardize = "x";
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model));
    open_part(ctx, from, &data);
    must(ctx, dp_train(model, data, data, &config, NULL));
    memcpy(weights, dp_model_param(model, 0).data, 3 * WIDTH * sizeof *weights);
    dp_model_free(&model);
    dp_dataset_free(&data);
    ctx_close(ctx);
}

static void training_is_the_same(void **state)
{
    (void)state;
    static float whole[3 * WIDTH], one[3 * WIDTH], four[3 * WIDTH];
    dp_ctx *ctx = ctx_open(1);
    write_files(ctx, DP_F32);
    ctx_close(ctx);
    train_on(source("x.npy", ",stream=0"), 1, whole);
    train_on(source("x.npy", ",stream=1"), 1, one);
    train_on(source("x.idx", ",stream=1"), 4, four);
    assert_memory_equal(whole, one, sizeof whole);
    assert_memory_equal(whole, four, sizeof whole);
}

/* 16 GiB, nearly all of it a hole, through a context that may have 32 MiB. */
static void files_may_be_larger_than_memory(void **state)
{
    enum { LONG = 1 << 20, MANY = 1 << 14 };
    static const char net[] = "x = input(1048576)\nt = label(2)\ny = affine(x, 1, std=0.01) @ ones((1, 2))\n"
                              "loss = softmax_cross_entropy(y, t)\n";
    char header[128];
    (void)state;
    dp_ctx *ctx = NULL;
    dp_dataset *data = NULL;
    dp_model *model = NULL;
    dp_train_config config;
    int length =
        snprintf(header, sizeof header,
                 "\x93NUMPY\x01%cv%c{'descr': '|u1', 'fortran_order': False, 'shape': (%d, %d), }", 0, 0, MANY, LONG);
    memset(header + length, ' ', sizeof header - (size_t)length);
    header[127] = '\n';
    int fd = open(scratch_path("huge.npy"), O_RDWR | O_CREAT, 0666);
    if (write(fd, header, sizeof header) != sizeof header || ftruncate(fd, 128 + (off_t)MANY * LONG) != 0) {
        close(fd);
        skip();
    }
    assert_int_equal(pwrite(fd, "\xff", 1, 128 + (off_t)MANY * LONG - 1), 1);
    close(fd);
    assert_int_equal(dp_ctx_new(&(dp_config){.memory_limit_bytes = 32 << 20, .threads = 2}, &ctx), DP_OK);
    dp_array *t = NULL;
    must(ctx, dp_array_new(ctx, DP_I64, SHAPE(MANY), &t));
    must(ctx, dp_npy_write(ctx, scratch_path("t.npy"), t));
    dp_array_free(&t);
    open_part(ctx, source("huge.npy", ""), &data); /* of this size without stream=1 */
    uint8_t *row = test_malloc(LONG);
    must(ctx, dp_dataset_gather(data, &(int){0}, 1, &(int64_t){MANY - 1}, 1, 0, DP_U8, LONG, row));
    assert_true(row[LONG - 1] == 255 && row[LONG - 2] == 0);
    test_free(row);
    dp_train_config_init(&config);
    config.steps = 2;
    config.batch = 2;
    must(ctx, dp_model_from_text(ctx, net, sizeof net - 1, "net.dp", NULL, &model));
    must(ctx, dp_train(model, data, NULL, &config, NULL));
    assert_true(dp_ctx_memory(ctx).peak_bytes <= 32 << 20);
    dp_model_free(&model);
    dp_dataset_free(&data);
    must_fail(ctx, dp_dataset_open(ctx, source("huge.npy", ",stream=0"), DP_SPLIT_TRAIN, &data), DP_ERR_NOMEM, "");
    ctx_close(ctx);
    unlink(scratch_path("huge.npy"));
}

static int make_shorter(void *user, const dp_progress *at)
{
    (void)user;
    if (at->is_row && at->epoch == 2)
        assert_int_equal(truncate(scratch_path("x.npy"), 128 + 4 * WIDTH), 0);
    return 0;
}

static void a_file_that_becomes_shorter_is_an_error(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads += 3) {
        dp_ctx *ctx = ctx_open(threads);
        dp_dataset *data = NULL;
        dp_model *model = NULL;
        dp_train_config config;
        dp_train_config_init(&config);
        config.epochs = 5;
        config.batch = 8;
        config.progress = make_shorter;
        write_files(ctx, DP_F32);
        must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model));
        open_part(ctx, source("x.npy", ",stream=1"), &data);
        must_fail(ctx, dp_train(model, data, NULL, &config, NULL), DP_ERR_IO,
                  "x.npy: the file has become shorter since it was opened: element ");
        dp_test_result result = {0};
        must_fail(ctx, dp_test(model, data, NULL, 0, 1, &result), DP_ERR_IO, "has become shorter");
        dp_model_free(&model);
        dp_dataset_free(&data);
        ctx_close(ctx);
    }
}

static void refuses_what_cannot_be_read_by_rows(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        dp_status status;
        const char *words;
    } bad[] = {
        {"fuzz/corpus/npy/fortran:stream=1", DP_ERR_UNSUPPORTED,
         "npy/fortran: rows can be read one by one from files that are not packed"},
        {"fuzz/corpus/npy/i2:stream=1", DP_ERR_UNSUPPORTED, "stream=0 reads the file as a whole"},
        {"fuzz/corpus/npy/scalar:stream=1", DP_ERR_UNSUPPORTED, "rows can be read one by one"},
        {"fuzz/corpus/npy/cut_data:stream=1", DP_ERR_FORMAT,
         "npy/cut_data: byte 128: the header says (2, 2), and 29 bytes follow"},
        {"fuzz/corpus/npy/huge:stream=1", DP_ERR_FORMAT, "the header says"},
        {"fuzz/corpus/npy/cut_header:stream=1", DP_ERR_FORMAT, "the header is longer than the file"},
        {"fuzz/corpus/idx/short:stream=1", DP_ERR_UNSUPPORTED, "rows can be read one by one"},
        {"fuzz/corpus/idx/gzip:stream=1", DP_ERR_UNSUPPORTED, "gzip"},
        {"fuzz/corpus/npy/f8:stream=yes", DP_ERR_ARG, "stream is 1 or 0, not \"yes\""},
    };
    const char *root = getenv("DENPA_SOURCE_DIR");
    dp_ctx *ctx = ctx_open(1);
    dp_dataset *none = NULL;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char from[1024];
        snprintf(from, sizeof from, "%s/tests/%s", root ? root : ".", bad[i].from);
        must_fail(ctx, dp_dataset_open(ctx, from, DP_SPLIT_TRAIN, &none), bad[i].status, bad[i].words);
        assert_null(none);
    }
    /* Rows that differ name both shapes; a number that is none is found, with its row. */
    dp_array *t = NULL, *x = NULL;
    write_files(ctx, DP_F32);
    must(ctx, dp_array_new(ctx, DP_I64, SHAPE(3), &t));
    must(ctx, dp_npy_write(ctx, scratch_path("t.npy"), t));
    must_fail(ctx, dp_dataset_open(ctx, source("x.npy", ",stream=1"), DP_SPLIT_TRAIN, &none), DP_ERR_SHAPE,
              "rows differ: column x is (37, 2, 550), column t is (3,)");
    must(ctx, dp_array_new(ctx, DP_F32, SHAPE(3, WIDTH), &x));
    ((float *)x->data)[2 * WIDTH + 7] = NAN;
    must(ctx, dp_npy_write(ctx, scratch_path("nan.npy"), x));
    dp_model *model = NULL;
    must(ctx, dp_model_from_text(ctx, text, sizeof text - 1, "net.dp", NULL, &model));
    open_part(ctx, source("nan.npy", ",stream=1"), &none);
    must_fail(ctx, dp_train(model, none, NULL, NULL, NULL), DP_ERR_RANGE,
              "row 2 (counted from 0) of column x holds nan");
    dp_dataset_free(&none);
    dp_array_free(&t);
    dp_array_free(&x);
    dp_model_free(&model);
    ctx_close(ctx);
}

static dp_status open_once(dp_ctx *ctx, void *from)
{
    dp_dataset *data = NULL;
    float row[WIDTH];
    dp_status status = dp_dataset_open(ctx, from, DP_SPLIT_TRAIN, &data);
    if (status == DP_OK)
        status = dp_dataset_gather(data, &(int){0}, 1, &(int64_t){1}, 1, 1, DP_F32, WIDTH, row);
    dp_dataset_free(&data);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    write_files(ctx, DP_U8);
    ctx_close(ctx);
    assert_true(failing_memory_try_all(open_once, (void *)(uintptr_t)source("x.npy", ",stream=1")) > 10);
    assert_true(failing_memory_try_all(open_once, (void *)(uintptr_t)source("x.idx", ",stream=1")) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_the_same),
        cmocka_unit_test(training_is_the_same),
        cmocka_unit_test(files_may_be_larger_than_memory),
        cmocka_unit_test(a_file_that_becomes_shorter_is_an_error),
        cmocka_unit_test(refuses_what_cannot_be_read_by_rows),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("train/stream_threads", tests, scratch_setup, scratch_teardown);
}
