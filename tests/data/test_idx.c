#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <denpa/data.h>

#if DENPA_HAVE_ZLIB
#include <zlib.h>
#endif

#include "support/failing_memory.h"
#include "support/scratch_ctx.h"

#define BYTES(text) text, sizeof text - 1

static const struct good {
    const char *bytes;
    size_t count;
    dp_dtype dtype;
    int rank;
    int64_t dims[3];
    double values[6];
} good[] = {
    {BYTES("\0\0\x08\1\0\0\0\3\0\x7f\xff"), DP_U8, 1, {3}, {0, 127, 255}},
    {BYTES("\0\0\x09\1\0\0\0\3\0\x7f\x80"), DP_I64, 1, {3}, {0, 127, -128}},
    {BYTES("\0\0\x0b\2\0\0\0\2\0\0\0\2\1\0\xff\xfe\x7f\xff\x80\0"), DP_I64, 2, {2, 2}, {256, -2, 32767, -32768}},
    {BYTES("\0\0\x0c\1\0\0\0\2\1\2\3\4\xff\xff\xff\xff"), DP_I64, 1, {2}, {16909060, -1}},
    {BYTES("\0\0\x0d\1\0\0\0\2\x3f\x80\0\0\xc1\x20\0\0"), DP_F32, 1, {2}, {1, -10}},
    {BYTES("\0\0\x0e\1\0\0\0\1\xc0\x24\0\0\0\0\0\0"), DP_F64, 1, {1}, {-10}},
    {BYTES("\0\0\x08\3\0\0\0\1\0\0\0\2\0\0\0\3\1\2\3\4\5\6"), DP_U8, 3, {1, 2, 3}, {1, 2, 3, 4, 5, 6}},
    {BYTES("\0\0\x08\3\0\0\0\0\0\0\0\x1c\0\0\0\x1c"), DP_U8, 3, {0, 28, 28}, {0}},
    {BYTES("\0\0\x0b\0\0\7"), DP_I64, 0, {0}, {7}},
};

static void reads_every_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dp_array *array = NULL;
        assert_int_equal(dp_idx_parse(ctx, good[i].bytes, good[i].count, "good", &array), DP_OK);
        assert_int_equal(array->dtype, good[i].dtype);
        assert_true(dp_shape_equal(array->shape, dp_shape_of(good[i].rank, good[i].dims)));
        for (int64_t j = 0; j < dp_array_elems(array); j++)
            assert_true(dp_array_get(array, j) == good[i].values[j]);
        dp_array_free(&array);
    }
}

static const struct bad {
    const char *bytes;
    size_t count;
    const char *message;
} bad[] = {
    {BYTES(""), "bad: an IDX file has at least 4 bytes, this one has 0"},
    {BYTES("\0\0\x08"), "bad: an IDX file has at least 4 bytes, this one has 3"},
    {BYTES("\1\0\x08\1\0\0\0\0"), "bad: byte 0: an IDX file begins with two zero bytes, this one with 01 00"},
    {BYTES("x1,x2\n0,1\n"), "bad: byte 0: an IDX file begins with two zero bytes, this one with 78 31"},
    {BYTES("\0\0\x0a\1\0\0\0\0"), "bad: byte 2: IDX has the types 08 09 0b 0c 0d 0e, this is 0a"},
    {BYTES("\0\0\x08\x09\0\0\0\0"), "bad: byte 3: 9 axes, and an array has at most 8"},
    {BYTES("\0\0\x08\xff\0\0\0\0"), "bad: byte 3: 255 axes, and an array has at most 8"},
    {BYTES("\0\0\x08\3\0\0\0\1\0\0\0\2"), "bad: the header of 3 axes needs 16 bytes, the file has 12"},
    {BYTES("\0\0\x08\1\0\0\0\3\1\2"),
     "bad: byte 4: the header says (3,), 11 bytes in all, and the file's 10 bytes are too few for that"},
    {BYTES("\0\0\x0e\1\0\0\0\1\0\0\0\0\0\0\0"),
     "bad: byte 4: the header says (1,), 16 bytes in all, and the file's 15 bytes are too few"},
    {BYTES("\0\0\x08\1\0\0\0\2\1\2\3"), "bad: byte 10: more bytes follow after the 2 bytes of data"},
    {BYTES("\0\0\x08\3\0\0\0\0\0\0\0\x1c\0\0\0\x1c\1"), "bad: byte 16: more bytes follow after the 0 bytes of data"},
    {BYTES("\0\0\x08\1\xff\xff\xff\xff\1"), "(4294967295,), 4294967303 bytes in all"},
    {BYTES("\0\0\x08\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"),
     "(4294967295, 4294967295, 4294967295), which no file can hold"},
    {BYTES("\0\0\x0e\2\x7f\xff\xff\xff\x80\0\0\0\1"), "(2147483647, 2147483648), which no file can hold"},
};

static void refuses_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_array *array = NULL;
        uint8_t *copy = malloc(bad[i].count + 1); /* a sanitizer sees one byte too many */
        memcpy(copy + 1, bad[i].bytes, bad[i].count);
        assert_int_equal(dp_idx_parse(ctx, copy + 1, bad[i].count, "bad", &array), DP_ERR_FORMAT);
        free(copy);
        assert_null(array);
        if (!strstr(dp_ctx_message(ctx), bad[i].message))
            fail_msg("%s\ninstead of %s", dp_ctx_message(ctx), bad[i].message);
    }
}

/* The same from a file as from memory, and nothing is kept in use (leaks_nothing). */
static void reads_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dp_array *a = NULL, *b = NULL;
        assert_int_equal(dp_idx_parse(ctx, good[i].bytes, good[i].count, "good", &a), DP_OK);
        assert_int_equal(dp_idx_read(ctx, scratch_write("idx", good[i].bytes, good[i].count), &b), DP_OK);
        assert_memory_equal(a->data, b->data, dp_array_bytes(a));
        dp_array_free(&a);
        dp_array_free(&b);
    }
    dp_array *none = NULL;
    assert_int_equal(dp_idx_read(ctx, scratch_write("idx", bad[8].bytes, bad[8].count), &none), DP_ERR_FORMAT);
    assert_int_equal(dp_idx_read(ctx, scratch_path("none"), &none), DP_ERR_IO);
    assert_int_equal(dp_idx_read(ctx, scratch_path("."), &none), DP_ERR_IO);
    assert_null(none);
}

enum { LARGE = 200000 };

/* More than the buffer of a stream: int64 [LARGE] of shorts. */
static uint8_t *large_file(size_t *count)
{
    uint8_t *bytes = malloc(8 + 2 * LARGE);
    memcpy(bytes, "\0\0\x0b\1\0\3\x0d\x40", 8);
    for (int i = 0; i < LARGE; i++) {
        int value = i * 7 % 65536;
        bytes[8 + 2 * i] = (uint8_t)(value >> 8);
        bytes[9 + 2 * i] = (uint8_t)value;
    }
    *count = 8 + 2 * LARGE;
    return bytes;
}

static void assert_large(dp_array *array)
{
    assert_int_equal(array->shape.dims[0], LARGE);
    for (int i = 0; i < LARGE; i++)
        assert_int_equal(((int64_t *)array->data)[i], (int16_t)(i * 7 % 65536));
    dp_array_free(&array);
}

static void reads_large_files(void **state)
{
    (void)state;
    size_t count;
    uint8_t *bytes = large_file(&count);
    dp_array *array = NULL;
    assert_int_equal(dp_idx_read(ctx, scratch_write("large", bytes, count), &array), DP_OK);
    assert_large(array);
    free(bytes);
}

static void *feed_pipe(void *path)
{
    size_t count;
    uint8_t *bytes = large_file(&count);
    FILE *file = fopen(path, "wb");
    fwrite(bytes, 1, count, file);
    fclose(file);
    free(bytes);
    return NULL;
}

static void reads_pipes(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    pthread_t feeder;
    dp_array *array = NULL;
    snprintf(path, sizeof path, "%s", scratch_path("fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pthread_create(&feeder, NULL, feed_pipe, path), 0);
    assert_int_equal(dp_idx_read(ctx, path, &array), DP_OK);
    pthread_join(feeder, NULL);
    assert_large(array);
    unlink(path);
}

static void write_and_read(dp_array *array, int type, dp_dtype dtype)
{
    dp_array *back = NULL;
    const char *path = scratch_path("written");
    assert_int_equal(dp_idx_write(ctx, path, array), DP_OK);
    assert_int_equal(dp_idx_read(ctx, path, &back), DP_OK);
    assert_int_equal(back->dtype, dtype);
    assert_true(dp_shape_equal(back->shape, array->shape));
    for (int64_t i = 0; i < dp_array_elems(array); i++)
        assert_true(dp_array_get(back, i) == dp_array_get(array, i));
    FILE *file = fopen(path, "rb");
    assert_int_equal(fseek(file, 2, SEEK_SET), 0);
    assert_int_equal(fgetc(file), type);
    fclose(file);
    dp_array_free(&back);
}

static void writes(void **state)
{
    (void)state;
    dp_shape shape = dp_shape_of(2, (int64_t[]){1, 3});
    uint8_t bytes[] = {1, 0, 1};
    int64_t small[] = {0, 9, 255}, middle[] = {-1, 32767, -32768}, above[] = {32768, 0, 0}, below[] = {0, -32769, 0},
            large[] = {INT32_MAX, 0, INT32_MIN}, too_large[] = {1, 1, 2147483648};
    float floats[] = {1.5f, -0.1f, 3e38f};
    double doubles[] = {0.1, 1e300, -5e-324};
    write_and_read(&(dp_array){.dtype = DP_U8, .shape = shape, .data = bytes}, 0x08, DP_U8);
    write_and_read(&(dp_array){.dtype = DP_BOOL, .shape = shape, .data = bytes}, 0x08, DP_U8);
    write_and_read(&(dp_array){.dtype = DP_I64, .shape = shape, .data = small}, 0x08, DP_U8);
    write_and_read(&(dp_array){.dtype = DP_I64, .shape = shape, .data = middle}, 0x0b, DP_I64);
    write_and_read(&(dp_array){.dtype = DP_I64, .shape = shape, .data = above}, 0x0c, DP_I64);
    write_and_read(&(dp_array){.dtype = DP_I64, .shape = shape, .data = below}, 0x0c, DP_I64);
    write_and_read(&(dp_array){.dtype = DP_I64, .shape = shape, .data = large}, 0x0c, DP_I64);
    write_and_read(&(dp_array){.dtype = DP_F32, .shape = shape, .data = floats}, 0x0d, DP_F32);
    write_and_read(&(dp_array){.dtype = DP_F64, .shape = shape, .data = doubles}, 0x0e, DP_F64);
    write_and_read(&(dp_array){.dtype = DP_F64, .shape = dp_shape_scalar(), .data = doubles}, 0x0e, DP_F64);
    const char *path = scratch_path("written");
    assert_int_equal(dp_idx_write(ctx, path, &(dp_array){.dtype = DP_I64, .shape = shape, .data = too_large}),
                     DP_ERR_RANGE);
    assert_non_null(strstr(dp_ctx_message(ctx), "2147483648"));
    dp_array wide = {.dtype = DP_U8, .shape = dp_shape_of(2, (int64_t[]){0, (int64_t)1 << 32}), .data = NULL};
    assert_int_equal(dp_idx_write(ctx, path, &wide), DP_ERR_RANGE);
    assert_int_equal(
        dp_idx_write(ctx, scratch_path("no/folder"), &(dp_array){.dtype = DP_U8, .shape = shape, .data = bytes}),
        DP_ERR_IO);
}

#if DENPA_HAVE_ZLIB
/* gzip of the bytes, appended to out; the new size */
static size_t pack(uint8_t *out, size_t used, size_t room, const void *bytes, size_t count)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (unsigned)count;
    z.next_out = out + used;
    z.avail_out = (unsigned)(room - used);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    used = room - z.avail_out;
    deflateEnd(&z);
    return used;
}

static void reads_gzip(void **state)
{
    (void)state;
    static uint8_t packed[500000];
    size_t count;
    uint8_t *bytes = large_file(&count);
    dp_array *array = NULL;
    size_t size = pack(packed, 0, sizeof packed, bytes, count);
    assert_int_equal(dp_idx_parse(ctx, packed, size, "packed", &array), DP_OK);
    assert_large(array);
    assert_int_equal(dp_idx_read(ctx, scratch_write("packed.gz", packed, size), &array), DP_OK);
    assert_large(array);
    /* Several members, an empty one among them, are one file. */
    size = pack(packed, 0, sizeof packed, bytes, 5);
    size = pack(packed, size, sizeof packed, bytes, 0);
    size = pack(packed, size, sizeof packed, bytes + 5, count - 5);
    assert_int_equal(dp_idx_read(ctx, scratch_write("packed.gz", packed, size), &array), DP_OK);
    assert_large(array);
    free(bytes);
}

static void assert_damaged(const uint8_t *packed, size_t size, const char *message)
{
    dp_array *array = NULL;
    assert_int_equal(dp_idx_parse(ctx, packed, size, "packed", &array), DP_ERR_FORMAT);
    assert_null(array);
    if (!strstr(dp_ctx_message(ctx), message))
        fail_msg("%s\ninstead of %s", dp_ctx_message(ctx), message);
    assert_int_equal(dp_idx_read(ctx, scratch_write("damaged.gz", packed, size), &array), DP_ERR_FORMAT);
    assert_null(array);
}

static void refuses_damaged_gzip(void **state)
{
    (void)state;
    uint8_t packed[200];
    const char idx[] = "\0\0\x08\1\0\0\0\3abc";
    size_t size = pack(packed, 0, sizeof packed, idx, sizeof idx - 1);
    for (size_t cut = 2; cut < size; cut++)
        assert_damaged(packed, cut, "packed: damaged gzip data near byte");
    assert_damaged(packed, size - 1, "it ends too early");
    packed[size] = 0;
    assert_damaged(packed, size + 1, "it ends too early"); /* begins what is no member */
    packed[size + 1] = 0;
    assert_damaged(packed, size + 2, "incorrect header check");
    packed[size - 8] ^= 1;
    assert_damaged(packed, size, "incorrect data check");
    size = pack(packed, 0, sizeof packed, "\0\0\x08\1\0\0\0\2abc", 11);
    assert_damaged(packed, size, "packed: byte 10: more bytes follow after the 2 bytes of data");
    size = pack(packed, 0, sizeof packed, "\0\0\x08\1\0\0\0\4abc", 11);
    assert_damaged(packed, size, "packed: byte 11: the data ends after 3 of 4 bytes");
}

/* A header that promises 4 GiB in a file of a few bytes is refused before memory is asked for, and a hundred
 * megabytes of zeros that no header announced are not unpacked. */
static void refuses_bombs(void **state)
{
    (void)state;
    enum { BOMB = 100000000 };
    static uint8_t packed[200000];
    size_t size = pack(packed, 0, sizeof packed, "\0\0\x08\1\xff\xff\xff\xff", 8);
    uint64_t before = dp_ctx_memory(ctx).peak_bytes;
    assert_damaged(packed, size, "bytes are too few for that");
    uint8_t *zeros = calloc(BOMB, 1);
    zeros[2] = 8, zeros[3] = 1, zeros[7] = 1;
    size = pack(packed, 0, sizeof packed, zeros, BOMB);
    free(zeros);
    assert_damaged(packed, size, "packed: byte 9: more bytes follow after the 1 bytes of data");
    assert_true(dp_ctx_memory(ctx).peak_bytes <= before + 200000);
}

static dp_status read_packed(dp_ctx *with, void *path)
{
    dp_array *array = NULL;
    dp_status status = dp_idx_read(with, path, &array);
    dp_array_free(&array);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    uint8_t packed[200];
    char path[SCRATCH_PATH_BYTES];
    size_t size = pack(packed, 0, sizeof packed, BYTES("\0\0\x0c\1\0\0\0\1abcd"));
    snprintf(path, sizeof path, "%s", scratch_write("memory.gz", packed, size));
    assert_true(failing_memory_try_all(read_packed, path) >= 6);
}
#else
static void gzip_needs_zlib(void **state)
{
    (void)state;
    dp_array *array = NULL;
    assert_int_equal(dp_idx_parse(ctx, BYTES("\x1f\x8b\x08"), "packed", &array), DP_ERR_UNSUPPORTED);
    assert_non_null(strstr(dp_ctx_message(ctx), "zlib1g-dev"));
}
#endif

/* The last test: a failing teardown of a group does not fail cmocka's program. */
static void leaks_nothing(void **state)
{
    (void)state;
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_type),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(reads_files),
        cmocka_unit_test(reads_large_files),
        cmocka_unit_test(reads_pipes),
        cmocka_unit_test(writes),
#if DENPA_HAVE_ZLIB
        cmocka_unit_test(reads_gzip),
        cmocka_unit_test(refuses_damaged_gzip),
        cmocka_unit_test(refuses_bombs),
        cmocka_unit_test(without_memory),
#else
        cmocka_unit_test(gzip_needs_zlib),
#endif
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
