/* NPY files as numpy.save (2.4) writes them, and files that lie; all are in the fuzzer's corpus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include <denpa/file.h>

#include "support/scratch_ctx.h"

static const struct good {
    const char *name;
    dp_dtype dtype;
    int rank;
    int64_t dims[8];
    double values[6];
    int same; /* written again it gives the same bytes */
} good[] = {
    {"f8", DP_F64, 2, {2, 2}, {1.5, -2, 3, NAN}, 1},
    {"half", DP_F32, 1, {2}, {1, 1}, 0},
    {"f2_big", DP_F32, 2, {2, 3}, {0.0999755859375, -65504, INFINITY, 0x1p-24, NAN, -2}, 0},
    {"f4_big", DP_F32, 1, {2}, {1.5, -2}, 0},
    {"i2", DP_I64, 2, {1, 3}, {1, -2, 300}, 0},
    {"u4_big", DP_I64, 1, {2}, {4000000000, 1}, 0},
    {"bool", DP_BOOL, 1, {2}, {1, 0}, 1},
    {"fortran", DP_I64, 2, {2, 3}, {0, 1, 2, 3, 4, 5}, 0},
    {"empty", DP_F64, 2, {0, 3}, {0}, 1},
    {"scalar", DP_F64, 0, {0}, {7}, 1},
    {"rank8", DP_U8, 8, {1, 1, 1, 1, 1, 1, 1, 1}, {0}, 1},
    {"v2", DP_U8, 1, {2}, {'a', 'b'}, 0},
    {"python2", DP_U8, 1, {2}, {'a', 'b'}, 0},
};

static void reads_what_numpy_writes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dp_array *array = NULL;
        if (dp_npy_read(ctx, corpus_file("npy", good[i].name), &array) != DP_OK) fail_msg("%s", dp_ctx_message(ctx));
        assert_int_equal(array->dtype, good[i].dtype);
        assert_true(dp_shape_equal(array->shape, dp_shape_of(good[i].rank, good[i].dims)));
        for (int64_t j = 0; j < dp_array_elems(array); j++) {
            double value = dp_array_get(array, j);
            if (!(isnan(good[i].values[j]) ? isnan(value) : value == good[i].values[j]))
                fail_msg("%s: element %d is %g", good[i].name, (int)j, value);
        }
        dp_array_free(&array);
    }
}

static void writes_the_bytes_that_numpy_writes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dp_array *array = NULL, *theirs = NULL, *ours = NULL;
        if (!good[i].same) continue;
        assert_int_equal(dp_npy_read(ctx, corpus_file("npy", good[i].name), &array), DP_OK);
        assert_int_equal(dp_npy_write(ctx, scratch_path("out.npy"), array), DP_OK);
        assert_int_equal(dp_file_read(ctx, corpus_file("npy", good[i].name), 0, &theirs), DP_OK);
        assert_int_equal(dp_file_read(ctx, scratch_path("out.npy"), 0, &ours), DP_OK);
        assert_int_equal(dp_array_bytes(ours), dp_array_bytes(theirs));
        assert_memory_equal(ours->data, theirs->data, dp_array_bytes(ours));
        dp_array_free(&array);
        dp_array_free(&theirs);
        dp_array_free(&ours);
    }
}

static const struct bad {
    const char *name;
    dp_status status;
    const char *message;
} bad[] = {
    {"empty_file", DP_ERR_FORMAT, "byte 0: an NPY file begins with"},
    {"magic", DP_ERR_FORMAT, "byte 0: an NPY file begins with"},
    {"cut_header", DP_ERR_FORMAT, "the header is longer than the file"},
    {"lying_length", DP_ERR_FORMAT, "byte 8: the header is longer than the file"},
    {"cut_data", DP_ERR_FORMAT, "byte 128: (2, 2) takes 32 bytes, and 29 are there"},
    {"trailing", DP_ERR_FORMAT, "byte 128: (2, 2) takes 32 bytes, and 33 are there"},
    {"huge", DP_ERR_FORMAT, "which no file can hold"},
    {"overflow", DP_ERR_FORMAT, "no file can hold an axis of this length"},
    {"negative", DP_ERR_FORMAT, "a length is a whole number"},
    {"rank9", DP_ERR_FORMAT, "an array has at most 8 axes"},
    {"twice", DP_ERR_FORMAT, "each once"},
    {"text", DP_ERR_UNSUPPORTED, "the dtype '<U2' is none of"},
    {"record", DP_ERR_UNSUPPORTED, "the dtype is not a plain one"},
};

static void refuses_what_is_wrong(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_array *array = NULL;
        assert_int_equal(dp_npy_read(ctx, corpus_file("npy", bad[i].name), &array), bad[i].status);
        assert_null(array);
        if (!strstr(dp_ctx_message(ctx), bad[i].message)) fail_msg("%s: %s", bad[i].name, dp_ctx_message(ctx));
    }
    dp_array none = {.dtype = DP_F64, .shape = {.rank = -1}};
    assert_int_equal(dp_npy_write(ctx, scratch_path("none.npy"), &none), DP_ERR_SHAPE);
    assert_int_equal(dp_npy_read(ctx, scratch_path("missing.npy"), &(dp_array *){NULL}), DP_ERR_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_numpy_writes),
        cmocka_unit_test(writes_the_bytes_that_numpy_writes),
        cmocka_unit_test(refuses_what_is_wrong),
    };
    return cmocka_run_group_tests_name("file/npy", tests, setup, teardown);
}
