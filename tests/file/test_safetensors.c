#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/file.h>

#include "base/bytes.h"
#include "support/failing_memory.h"
#include "support/scratch_ctx.h"

/* One array of each dtype that is written, with an empty one and a scalar among them. */
static const float weights[] = {1.5f, -0.0f, 0x1p-149f, 3e38f, 0.1f, -7.0f}; /* [2, 3] */
static const double bias[] = {0.1, -1e300};                                  /* [2] */
static const int64_t steps[] = {-9007199254740993};                          /* [] */
static const uint8_t pixels[] = {0, 128, 255};                               /* [3, 1] */
static const uint8_t mask[] = {1, 0, 1, 1};                                  /* [4] */
enum { ARRAYS = 6 };

static void fill(dp_array arrays[ARRAYS], dp_tensor tensors[ARRAYS])
{
    static const char *const names[ARRAYS] = {"W1", "b", "empty", "step", "り\"んご\n", "mask"};
    const dp_array given[ARRAYS] = {
        {.dtype = DP_F32, .shape = dp_shape_of(2, (int64_t[]){2, 3}), .data = (void *)weights},
        {.dtype = DP_F64, .shape = dp_shape_of(1, (int64_t[]){2}), .data = (void *)bias},
        {.dtype = DP_F32, .shape = dp_shape_of(2, (int64_t[]){0, 5}), .data = NULL},
        {.dtype = DP_I64, .shape = dp_shape_scalar(), .data = (void *)steps},
        {.dtype = DP_U8, .shape = dp_shape_of(2, (int64_t[]){3, 1}), .data = (void *)pixels},
        {.dtype = DP_BOOL, .shape = dp_shape_of(1, (int64_t[]){4}), .data = (void *)mask},
    };
    for (int i = 0; i < ARRAYS; i++) {
        arrays[i] = given[i];
        tensors[i] = (dp_tensor){.name = names[i], .array = &arrays[i]};
    }
}

static const char *const metadata[] = {"format", "1", "言葉", "a \"b\" \\ c"};

static void assert_same(const dp_array *a, const dp_array *b)
{
    assert_int_equal(a->dtype, b->dtype);
    assert_true(dp_shape_equal(a->shape, b->shape));
    if (dp_array_bytes(b))
        assert_memory_equal(a->data, b->data, dp_array_bytes(b));
}

static dp_array *write_and_load(const char *name)
{
    dp_array arrays[ARRAYS], *bytes = NULL;
    dp_tensor tensors[ARRAYS];
    fill(arrays, tensors);
    assert_int_equal(dp_safetensors_write(ctx, scratch_path(name), tensors, ARRAYS, metadata, 2), DP_OK);
    assert_int_equal(dp_file_read(ctx, scratch_path(name), 0, &bytes), DP_OK);
    return bytes;
}

static void writes_the_format(void **state)
{
    (void)state;
    dp_array *bytes = write_and_load("a.safetensors"), *again = write_and_load("b.safetensors");
    const uint8_t *data = bytes->data;
    uint64_t length = dpi_load_le(data, 8);
    static const char header[] = "{\"__metadata__\":{\"format\":\"1\",\"言葉\":\"a \\\"b\\\" \\\\ c\"},"
                                 "\"W1\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                                 "\"b\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[24,40]},"
                                 "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,5],\"data_offsets\":[40,40]},"
                                 "\"step\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[40,48]},"
                                 "\"り\\\"んご\\n\":{\"dtype\":\"U8\",\"shape\":[3,1],\"data_offsets\":[48,51]},"
                                 "\"mask\":{\"dtype\":\"BOOL\",\"shape\":[4],\"data_offsets\":[51,55]}}";
    assert_memory_equal(data + 8, header, sizeof header - 1);
    assert_true(length % 8 == 0 && length < sizeof header - 1 + 8);
    for (uint64_t i = sizeof header - 1; i < length; i++)
        assert_int_equal(data[8 + i], ' ');
    assert_int_equal(dp_array_bytes(bytes), 8 + length + 55);
    assert_memory_equal(data + 8 + length, "\0\0\xc0\x3f\0\0\0\x80", 8); /* 1.5, -0 little-endian */
    assert_same(bytes, again);
    dp_array_free(&bytes);
    dp_array_free(&again);
}

static void refuses_to_write(void **state)
{
    (void)state;
    dp_array array = {.dtype = DP_U8, .shape = dp_shape_of(1, (int64_t[]){3}), .data = (void *)pixels};
    const dp_tensor twice[] = {{.name = "a", .array = &array},
                               {.name = "b", .array = &array},
                               {.name = "a", .array = &array}},
                    reserved = {.name = "__metadata__", .array = &array}, no_utf8 = {.name = "\xff", .array = &array},
                    no_array = {.name = "a", .array = NULL};
    const char *path = scratch_path("refused.safetensors");
    assert_int_equal(dp_safetensors_write(ctx, path, twice, 3, NULL, 0), DP_ERR_ARG);
    assert_non_null(strstr(dp_ctx_message(ctx), "name a is there twice"));
    assert_int_equal(dp_safetensors_write(ctx, path, &reserved, 1, NULL, 0), DP_ERR_ARG);
    assert_int_equal(dp_safetensors_write(ctx, path, &no_utf8, 1, NULL, 0), DP_ERR_ARG);
    assert_int_equal(dp_safetensors_write(ctx, path, &no_array, 1, NULL, 0), DP_ERR_ARG);
    assert_int_equal(dp_safetensors_write(ctx, path, twice, 1, (const char *[]){"k", "\xc0\x80"}, 1), DP_ERR_ARG);
    assert_int_equal(dp_safetensors_write(ctx, path, twice, 1, (const char *[]){"k", "1", "k", "2"}, 2), DP_ERR_ARG);
    dp_array *none = NULL;
    assert_int_equal(dp_file_read(ctx, path, 0, &none), DP_ERR_IO);
}

#if DENPA_HAVE_JSON
static void assert_contents(const dp_tensors *read)
{
    dp_array arrays[ARRAYS];
    dp_tensor tensors[ARRAYS];
    fill(arrays, tensors);
    assert_int_equal(dp_tensors_count(read), ARRAYS);
    for (int i = 0; i < ARRAYS; i++) {
        assert_string_equal(dp_tensors_get(read, i).name, tensors[i].name);
        assert_same(dp_tensors_get(read, i).array, &arrays[i]);
        assert_ptr_equal(dp_tensors_find(read, tensors[i].name), dp_tensors_get(read, i).array);
    }
    assert_string_equal(dp_tensors_metadata(read, "format"), "1");
    assert_string_equal(dp_tensors_metadata(read, "言葉"), "a \"b\" \\ c");
    assert_null(dp_tensors_metadata(read, "none"));
    assert_null(dp_tensors_find(read, "none"));
    assert_null(dp_tensors_get(read, ARRAYS).name);
}

static void round_trip(void **state)
{
    (void)state;
    dp_array *bytes = write_and_load("c.safetensors");
    dp_tensors *read = NULL;
    assert_int_equal(dp_safetensors_read(ctx, scratch_path("c.safetensors"), &read), DP_OK);
    assert_contents(read);
    dp_tensors_free(&read);
    assert_null(read);
    dp_tensors_free(&read);
    dp_array_free(&bytes);
}

/* A file of the first release must be read for ever, with the same contents. */
static void golden(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    dp_tensors *read = NULL;
    snprintf(path, sizeof path, "%s/tests/file/golden/all_dtypes.safetensors", getenv("DENPA_SOURCE_DIR"));
    assert_int_equal(dp_safetensors_read(ctx, path, &read), DP_OK);
    assert_contents(read);
    dp_tensors_free(&read);
    dp_array *old = NULL, *now = write_and_load("d.safetensors");
    assert_int_equal(dp_file_read(ctx, path, 0, &old), DP_OK);
    assert_same(now, old);
    dp_array_free(&old);
    dp_array_free(&now);
}

/* length (< 0: that of the header plus the number), header, bytes of data (zeros but for the first) */
static size_t compose(uint8_t *to, int64_t length, const char *header, size_t data_bytes, uint8_t first)
{
    size_t header_bytes = strlen(header);
    dpi_store_le(to, 8, length < 0 ? header_bytes : (uint64_t)length);
    memcpy(to + 8, header, header_bytes);
    memset(to + 8 + header_bytes, 0, data_bytes);
    if (data_bytes)
        to[8 + header_bytes] = first;
    return 8 + header_bytes + data_bytes;
}

#define T(name, dtype, shape, offsets) \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" offsets "]}"

static const struct bad {
    const char *header;
    size_t data_bytes;
    dp_status status;
    const char *message;
    int64_t length; /* 0: the header's own */
    uint8_t first;
} bad[] = {
    {"{}", 0, DP_ERR_FORMAT, "the header is said to have 3 bytes, and only 2 follow", 3, 0},
    {"{}", 0, DP_ERR_FORMAT, "said to have 9223372036854775807 bytes", INT64_MAX, 0},
    {"", 0, DP_ERR_FORMAT, "does not begin with {", 0, 0},
    {" {}", 0, DP_ERR_FORMAT, "does not begin with {", 0, 0},
    {"[]", 0, DP_ERR_FORMAT, "does not begin with {", 0, 0},
    {"{", 0, DP_ERR_FORMAT, "byte 9: the header is no JSON", 0, 0},
    {"{\"a\":1}x", 0, DP_ERR_FORMAT, "the header is no JSON: end of file expected", 0, 0},
    {"{\"a\":1}", 0, DP_ERR_FORMAT, "tensor \"a\": it is not described by an object", 0, 0},
    {"{\"\xff\":1}", 0, DP_ERR_FORMAT, "the header is no JSON", 0, 0},
    {"{\"a\\u0000b\":1}", 0, DP_ERR_FORMAT, "the header is no JSON: NUL byte", 0, 0},
    {"{" T("a", "U8", "1", "0,1") "," T("a", "U8", "1", "1,2") "}", 2, DP_ERR_FORMAT, "duplicate object key", 0, 0},
    {"{\"a\":{\"shape\":[1],\"data_offsets\":[0,1]}}", 1, DP_ERR_FORMAT, "tensor \"a\": it has no dtype", 0, 0},
    {"{\"a\":{\"dtype\":1,\"shape\":[1],\"data_offsets\":[0,1]}}", 1, DP_ERR_FORMAT, "it has no dtype", 0, 0},
    {"{" T("a", "F8_E4M3", "1", "0,1") "}", 1, DP_ERR_UNSUPPORTED,
     "tensor \"a\": denpa does not read the dtype F8_E4M3", 0, 0},
    {"{" T("a", "U64", "1", "0,8") "}", 8, DP_ERR_UNSUPPORTED, "U64", 0, 0},
    {"{\"a\":{\"dtype\":\"U8\",\"data_offsets\":[0,1]}}", 1, DP_ERR_FORMAT, "it has no shape", 0, 0},
    {"{" T("a", "U8", "1,1,1,1,1,1,1,1,1", "0,1") "}", 1, DP_ERR_UNSUPPORTED, "9 axes", 0, 0},
    {"{" T("a", "U8", "-1", "0,1") "}", 1, DP_ERR_FORMAT, "its shape has what is no length", 0, 0},
    {"{" T("a", "U8", "1.0", "0,1") "}", 1, DP_ERR_FORMAT, "its shape has what is no length", 0, 0},
    {"{" T("a", "U8", "99999999999999999999", "0,1") "}", 1, DP_ERR_FORMAT, "no JSON", 0, 0},
    {"{" T("a", "U8", "1", "0") "}", 1, DP_ERR_FORMAT, "not two integers", 0, 0},
    {"{" T("a", "U8", "1", "0,1,1") "}", 1, DP_ERR_FORMAT, "not two integers", 0, 0},
    {"{" T("a", "U8", "1", "0,\\\"1\\\"") "}", 1, DP_ERR_FORMAT, "no JSON", 0, 0},
    {"{" T("a", "U8", "1", "0,null") "}", 1, DP_ERR_FORMAT, "not two integers", 0, 0},
    {"{" T("a", "U8", "1", "1,0") "}", 1, DP_ERR_FORMAT, "[1, 0] are not inside of the 1 bytes", 0, 0},
    {"{" T("a", "U8", "1", "-1,0") "}", 1, DP_ERR_FORMAT, "not inside", 0, 0},
    {"{" T("a", "U8", "2", "0,2") "}", 1, DP_ERR_FORMAT, "[0, 2] are not inside of the 1 bytes of data", 0, 0},
    {"{" T("a", "F32", "2", "0,4") "}", 4, DP_ERR_FORMAT, "F32 of shape (2,) does not take the 4 bytes from 0 to 4", 0,
     0},
    {"{" T("a", "U8", "1", "0,2") "}", 2, DP_ERR_FORMAT, "U8 of shape (1,) does not take the 2 bytes from 0 to 2", 0,
     0},
    {"{" T("a", "U8", "4294967296,4294967296", "0,0") "}", 0, DP_ERR_FORMAT, "does not take the 0 bytes", 0, 0},
    {"{" T("a", "F64", "2305843009213693952", "0,0") "}", 0, DP_ERR_FORMAT, "does not take the 0 bytes", 0, 0},
    {"{" T("a", "U8", "2", "0,2") "," T("b", "U8", "2", "1,3") "}", 3, DP_ERR_FORMAT,
     "tensor \"b\" begins at byte 1 of the data, where another one still is", 0, 0},
    {"{" T("a", "U8", "1", "0,1") "," T("b", "U8", "1", "2,3") "}", 3, DP_ERR_FORMAT,
     "tensor \"b\" begins at byte 2 of the data, and no tensor has those before it", 0, 0},
    {"{" T("a", "U8", "1", "0,1") "}", 3, DP_ERR_FORMAT, "the tensors end at byte 1 of the data, and 2 bytes follow", 0,
     0},
    {"{}", 1, DP_ERR_FORMAT, "the tensors end at byte 0 of the data, and 1 bytes follow", 0, 0},
    {"{" T("a", "BOOL", "1", "0,1") "}", 1, DP_ERR_FORMAT, "tensor \"a\": element 0 is 2, and a bool is 0 or 1", 0, 2},
    {"{\"__metadata__\":[]}", 0, DP_ERR_FORMAT, "__metadata__ is no object", 0, 0},
    {"{\"__metadata__\":{\"a\":\"b\",\"k\":1}}", 0, DP_ERR_FORMAT, "\"k\" is no text", 0, 0},
};

static void bad_files(void **state)
{
    (void)state;
    uint8_t bytes[1024];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_tensors *read = NULL;
        size_t count =
            compose(bytes, bad[i].length ? bad[i].length : -1, bad[i].header, bad[i].data_bytes, bad[i].first);
        dp_status status = dp_safetensors_parse(ctx, bytes, count, "bad", &read);
        if (status != bad[i].status || !strstr(dp_ctx_message(ctx), bad[i].message))
            fail_msg("%s gives %s, %s", bad[i].header, dp_status_name(status), dp_ctx_message(ctx));
        assert_memory_equal(dp_ctx_message(ctx), "bad: ", 5);
        assert_null(read);
    }
}

/* Each beginning of a good file is a bad one. */
static void cut_off(void **state)
{
    (void)state;
    dp_array *bytes = write_and_load("e.safetensors");
    for (size_t count = 0; count < dp_array_bytes(bytes); count++) {
        dp_tensors *read = NULL;
        uint8_t *copy = malloc(count ? count : 1);
        memcpy(copy, bytes->data, count);
        assert_int_equal(dp_safetensors_parse(ctx, copy, count, "cut", &read), DP_ERR_FORMAT);
        free(copy);
    }
    dp_array_free(&bytes);
}

static void deep_and_large_headers(void **state)
{
    (void)state;
    enum { DEEP = 1 << 20, LARGE = (16 << 20) + 1 };
    dp_tensors *read = NULL;
    char *header = malloc(LARGE + 9);
    memset(header + 8, '[', LARGE);
    memcpy(header + 8, "{\"a\":", 5);
    dpi_store_le((uint8_t *)header, 8, DEEP);
    assert_int_equal(dp_safetensors_parse(ctx, header, 8 + DEEP, "deep", &read), DP_ERR_FORMAT);
    assert_non_null(strstr(dp_ctx_message(ctx), "maximum parsing depth"));
    dpi_store_le((uint8_t *)header, 8, LARGE);
    assert_int_equal(dp_safetensors_parse(ctx, header, 8 + LARGE, "large", &read), DP_ERR_UNSUPPORTED);
    free(header);
}

static void converts_other_dtypes(void **state)
{
    (void)state;
    static const struct {
        const char *dtype, *shape;
        const char *bytes;
        size_t count;
        dp_dtype as;
        double values[5];
    } cases[] = {
        {"I8", "2", "\x80\x7f", 2, DP_I64, {-128, 127}},
        {"I16", "2", "\x00\x80\xff\x7f", 4, DP_I64, {-32768, 32767}},
        {"U16", "1", "\xff\xff", 2, DP_I64, {65535}},
        {"I32", "1", "\xfe\xff\xff\xff", 4, DP_I64, {-2}},
        {"U32", "1", "\xfe\xff\xff\xff", 4, DP_I64, {4294967294.0}},
        {"BF16", "2", "\x80\x3f\x20\xc1", 4, DP_F32, {1, -10}},
        /* 1, -2, the largest 65504, the smallest normal 2^-14, the smallest 2^-24 */
        {"F16", "5", "\x00\x3c\x00\xc0\xff\x7b\x00\x04\x01\x00", 10, DP_F32, {1, -2, 65504, 0x1p-14, 0x1p-24}},
        {"F16", "2", "\x00\x7c\x00\xfc", 4, DP_F32, {INFINITY, -INFINITY}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char header[128];
        uint8_t bytes[256];
        dp_tensors *read = NULL;
        snprintf(header, sizeof header, "{\"a\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[0,%zu]}}",
                 cases[i].dtype, cases[i].shape, cases[i].count);
        size_t count = compose(bytes, -1, header, cases[i].count, 0);
        memcpy(bytes + count - cases[i].count, cases[i].bytes, cases[i].count);
        assert_int_equal(dp_safetensors_parse(ctx, bytes, count, "other", &read), DP_OK);
        const dp_array *array = dp_tensors_find(read, "a");
        assert_int_equal(array->dtype, cases[i].as);
        for (int64_t j = 0; j < dp_array_elems(array); j++)
            assert_true(dp_array_get(array, j) == cases[i].values[j]);
        dp_tensors_free(&read);
    }
}

/* float32 and float64 to F16, rounded once; what is no floating array is not. */
static void writes_halves(void **state)
{
    (void)state;
    static const float narrow[] = {1, -2, 0.1f, 65519, 1e-8f, INFINITY};
    static const double wide[] = {1 + 0x1p-11 + 0x1p-40, 1 + 0x1p-11, -0x1p-24};
    const dp_array arrays[] = {
        {.dtype = DP_F32, .shape = dp_shape_of(2, (int64_t[]){2, 3}), .data = (void *)narrow},
        {.dtype = DP_U8, .shape = dp_shape_of(1, (int64_t[]){3}), .data = (void *)pixels},
        {.dtype = DP_F64, .shape = dp_shape_of(1, (int64_t[]){3}), .data = (void *)wide},
    };
    const dp_tensor tensors[] = {
        {.name = "a", .array = &arrays[0], .float16 = 1},
        {.name = "u", .array = &arrays[1], .float16 = 1},
        {.name = "d", .array = &arrays[2], .float16 = 1},
        {.name = "f", .array = &arrays[0]},
    };
    static const char header[] = "{\"a\":{\"dtype\":\"F16\",\"shape\":[2,3],\"data_offsets\":[0,12]},"
                                 "\"u\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[12,15]},"
                                 "\"d\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[15,21]},"
                                 "\"f\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[21,45]}}";
    static const uint8_t halves[] = {0x00, 0x3c, 0x00, 0xc0, 0x66, 0x2e, 0xff, 0x7b, 0x00, 0x00, 0x00,
                                     0x7c, 0,    128,  255,  0x01, 0x3c, 0x00, 0x3c, 0x01, 0x80};
    dp_array *bytes = NULL;
    const char *path = scratch_path("half.safetensors");
    assert_int_equal(dp_safetensors_write(ctx, path, tensors, 4, NULL, 0), DP_OK);
    assert_int_equal(dp_file_read(ctx, path, 0, &bytes), DP_OK);
    const uint8_t *data = bytes->data;
    size_t begin = 8 + (size_t)dpi_load_le(data, 8);
    assert_memory_equal(data + 8, header, sizeof header - 1);
    assert_int_equal(dp_array_bytes(bytes), begin + 45);
    assert_memory_equal(data + begin, halves, sizeof halves);
    dp_array_free(&bytes);
    dp_tensors *read = NULL;
    assert_int_equal(dp_safetensors_read(ctx, path, &read), DP_OK);
    assert_true(dp_array_get(dp_tensors_find(read, "a"), 2) == 0.0999755859375);
    assert_true(dp_array_get(dp_tensors_find(read, "d"), 0) == 1 + 0x1p-10);
    dp_tensors_free(&read);
    static const double large[] = {1, -65520};
    dp_array far = {.dtype = DP_F64, .shape = dp_shape_of(1, (int64_t[]){2}), .data = (void *)large};
    dp_tensor beyond = {.name = "far", .array = &far, .float16 = 1};
    assert_int_equal(dp_safetensors_write(ctx, path, &beyond, 1, NULL, 0), DP_ERR_RANGE);
    assert_non_null(
        strstr(dp_ctx_message(ctx), "tensor far: element 1 is -65520, and float16 holds numbers up to 65504"));
    assert_int_equal(dp_safetensors_read(ctx, path, &read), DP_OK); /* what was there */
    dp_tensors_free(&read);
}

static dp_status read_once(dp_ctx *with, void *path)
{
    dp_tensors *read = NULL;
    dp_status status = dp_safetensors_read(with, path, &read);
    if (status != DP_OK)
        assert_null(read);
    dp_tensors_free(&read);
    return status;
}
#else
static void reading_needs_json(void **state)
{
    (void)state;
    dp_tensors *read = NULL;
    assert_int_equal(dp_safetensors_parse(ctx, "", 0, "a", &read), DP_ERR_UNSUPPORTED);
    assert_non_null(strstr(dp_ctx_message(ctx), "libjansson-dev"));
}
#endif

static dp_status write_once(dp_ctx *with, void *path)
{
    dp_array arrays[ARRAYS];
    dp_tensor tensors[ARRAYS];
    fill(arrays, tensors);
    return dp_safetensors_write(with, path, tensors, ARRAYS, metadata, 2);
}

static void without_memory(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%s", scratch_path("memory.safetensors"));
    assert_true(failing_memory_try_all(write_once, path) > 4);
#if DENPA_HAVE_JSON
    assert_true(failing_memory_try_all(read_once, path) > 12);
#endif
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
        cmocka_unit_test(writes_the_format),
        cmocka_unit_test(refuses_to_write),
#if DENPA_HAVE_JSON
        cmocka_unit_test(round_trip),
        cmocka_unit_test(golden),
        cmocka_unit_test(bad_files),
        cmocka_unit_test(cut_off),
        cmocka_unit_test(deep_and_large_headers),
        cmocka_unit_test(converts_other_dtypes),
        cmocka_unit_test(writes_halves),
#else
        cmocka_unit_test(reading_needs_json),
#endif
        cmocka_unit_test(without_memory),
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
