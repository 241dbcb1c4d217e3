/* NPZ files as numpy.savez (1.26) writes them, and archives that lie; all are in the fuzzer's corpus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/file.h>

#include "support/failing_memory.h"
#include "support/scratch_ctx.h"

#if DENPA_HAVE_ZLIB
static void assert_named(const dp_tensors *tensors, int i, const char *name, dp_dtype dtype, dp_shape shape)
{
    dp_tensor tensor = dp_tensors_get(tensors, i);
    assert_string_equal(tensor.name, name);
    assert_int_equal(tensor.array->dtype, dtype);
    assert_true(dp_shape_equal(tensor.array->shape, shape));
}

static void reads_what_numpy_writes(void **state)
{
    static const char *const files[] = {"stored", "comment", "deflated", "zip64"};
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        dp_tensors *tensors = NULL;
        if (dp_npz_read(ctx, corpus_file("npz", files[i]), &tensors) != DP_OK)
            fail_msg("%s", dp_ctx_message(ctx));
        int last = dp_tensors_count(tensors) - 1;
        assert_int_equal(last, i < 3 ? 1 : 0);
        if (i < 2) {
            assert_named(tensors, 0, "x", DP_U8, dp_shape_of(3, (int64_t[]){3, 2, 2}));
            for (int j = 0; j < 12; j++)
                assert_true(dp_array_get(dp_tensors_find(tensors, "x"), j) == 20 * j);
        }
        if (i == 2)
            assert_named(tensors, 0, "x", DP_F32, dp_shape_of(2, (int64_t[]){40, 25}));
        assert_named(tensors, last, i == 3 ? "x" : "t", DP_I64, dp_shape_of(1, (int64_t[]){3}));
        for (int j = 0; j < 3; j++)
            assert_true(dp_array_get(dp_tensors_get(tensors, last).array, j) == j);
        dp_tensors_free(&tensors);
    }
}

static const struct bad {
    const char *name;
    dp_status status;
    const char *message;
} bad[] = {
    {"nothing", DP_ERR_FORMAT, "its 0 bytes do not end as a ZIP archive does"},
    {"only_mark", DP_ERR_FORMAT, "do not end as a ZIP archive does"},
    {"cut", DP_ERR_FORMAT, "do not end as a ZIP archive does (is it cut off?)"},
    {"cut_more", DP_ERR_FORMAT, "do not end as a ZIP archive does"},
    {"empty_zip", DP_ERR_FORMAT, "the archive has no arrays: none of its 0 entries ends in .npy"},
    {"not_arrays", DP_ERR_FORMAT, "the archive has no arrays: none of its 1 entries ends in .npy"},
    {"same_name", DP_ERR_FORMAT, "there are two arrays named x"},
    {"bad_npy", DP_ERR_FORMAT, "bad_npy: x: byte 128: (3,) takes 24 bytes, and 21 are there"},
    {"wrong_crc", DP_ERR_FORMAT, "entry x.npy: its checksum is not that of its data"},
    {"damaged", DP_ERR_FORMAT, "entry x.npy: its packed data is damaged"},
    {"promise", DP_ERR_FORMAT, "entry x.npy: it promises more or fewer bytes than can come out of it"},
    {"too_small", DP_ERR_FORMAT, "entry x.npy: its packed data is damaged"},
    {"packed_short", DP_ERR_FORMAT, "entry x.npy: "},
    {"entry_outside", DP_ERR_FORMAT, "there is no entry where the directory says that it is"},
    {"entry_elsewhere", DP_ERR_FORMAT, "there is no entry where the directory says that it is"},
    {"encrypted", DP_ERR_UNSUPPORTED, "the archive is encrypted"},
    {"lzma", DP_ERR_UNSUPPORTED, "packed by method 14; stored and deflated are read"},
    {"long_name", DP_ERR_FORMAT, "this entry reaches beyond the end of the directory"},
    {"overlap", DP_ERR_FORMAT, "entry a.npy: it overlaps another one"},
    {"other_name", DP_ERR_FORMAT, "it has another name in the directory than at its data"},
    {"no_utf8", DP_ERR_FORMAT, "the name of an entry is no text in UTF-8: ?"},
    {"count_lies", DP_ERR_FORMAT, "the directory of which this tells does not fit into the bytes before it"},
    {"directory_outside", DP_ERR_FORMAT, "the directory of which this tells does not fit"},
    {"several_parts", DP_ERR_UNSUPPORTED, "the archive is in several parts"},
    {"zip64_lie", DP_ERR_FORMAT, "it promises more or fewer bytes than can come out of it"},
    {"zip64_no_locator", DP_ERR_FORMAT, "refers to a zip64 record, and there is none"},
    {"zip64_cut_field", DP_ERR_FORMAT, "its zip64 field is missing or cut off"},
};

static void refuses_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_tensors *tensors = NULL;
        dp_status status = dp_npz_read(ctx, corpus_file("npz", bad[i].name), &tensors);
        if (status != bad[i].status || !strstr(dp_ctx_message(ctx), bad[i].message))
            fail_msg("%s: %s: %s", bad[i].name, dp_status_name(status), dp_ctx_message(ctx));
        assert_null(tensors);
    }
    assert_int_equal(dp_npz_read(ctx, corpus_file("npz", "there_is_none"), &(dp_tensors *){NULL}), DP_ERR_IO);
}

/* 3 MB that come out of 3 kB are read where there is room, and refused, not begun, where there is none. */
static void memory_is_bounded(void **state)
{
    (void)state;
    dp_tensors *tensors = NULL;
    dp_ctx *small = NULL;
    assert_int_equal(dp_npz_read(ctx, corpus_file("npz", "bomb"), &tensors), DP_OK);
    dp_tensors_free(&tensors);
    assert_int_equal(dp_ctx_new(&(dp_config){.memory_limit_bytes = 1 << 20}, &small), DP_OK);
    assert_int_equal(dp_npz_read(small, corpus_file("npz", "bomb"), &tensors), DP_ERR_NOMEM);
    assert_int_equal(dp_ctx_memory(small).current_bytes, 0);
    dp_ctx_free(&small);
}

static dp_status read_once(dp_ctx *with, void *path)
{
    dp_tensors *tensors = NULL;
    dp_status status = dp_npz_read(with, path, &tensors);
    dp_tensors_free(&tensors);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(read_once, (void *)(uintptr_t)corpus_file("npz", "deflated")) > 15);
}
#else
static void says_that_zlib_is_missing(void **state)
{
    (void)state;
    dp_tensors *tensors = NULL;
    assert_int_equal(dp_npz_read(ctx, corpus_file("npz", "deflated"), &tensors), DP_ERR_UNSUPPORTED);
    assert_non_null(strstr(dp_ctx_message(ctx), "built without zlib"));
}
#endif

static void leaks_nothing(void **state)
{
    (void)state;
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if DENPA_HAVE_ZLIB
        cmocka_unit_test(reads_what_numpy_writes),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(without_memory),
#else
        cmocka_unit_test(says_that_zlib_is_missing),
#endif
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests_name("file/npz", tests, setup, teardown);
}
