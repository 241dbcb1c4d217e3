/* Arrays: dtypes, shapes and their texts, conversion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#include <denpa/array.h>

static dp_ctx *ctx;

static void test_dtypes(void **state)
{
    (void)state;
    assert_string_equal(dp_dtype_name(DP_F32), "float32");
    assert_string_equal(dp_dtype_name(DP_DTYPE_NONE), "none");
    assert_string_equal(dp_dtype_name((dp_dtype)77), "none");
    assert_int_equal(dp_dtype_bytes(DP_I64), 8);
    assert_int_equal(dp_dtype_bytes((dp_dtype)77), 0);
    assert_true(dp_dtype_is_float(DP_F64) && !dp_dtype_is_float(DP_I64));
}

static void test_shapes(void **state)
{
    (void)state;
    char text[DP_SHAPE_TEXT_BYTES];
    dp_shape most = dp_shape_of(
        8, (int64_t[]){INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX});
    assert_string_equal(dp_shape_text(dp_shape_scalar(), text, sizeof text), "()");
    assert_string_equal(dp_shape_text(dp_shape_of(1, (int64_t[]){3}), text, sizeof text), "(3,)");
    assert_string_equal(dp_shape_text(dp_shape_of(2, (int64_t[]){2, 0}), text, sizeof text), "(2, 0)");
    assert_true(strlen(dp_shape_text(most, text, sizeof text)) + 1 <= DP_SHAPE_TEXT_BYTES);
    assert_int_equal(dp_shape_elems(dp_shape_scalar()), 1);
    assert_int_equal(dp_shape_elems(dp_shape_of(3, (int64_t[]){2, 3, 4})), 24);
    assert_int_equal(dp_shape_elems(most), -1);
    assert_int_equal(dp_shape_elems(dp_shape_of(2, (int64_t[]){0, -1})), -1);
    assert_int_equal(dp_shape_elems(dp_shape_of(3, (int64_t[]){INT64_MAX, INT64_MAX, 0})), -1);
    assert_int_equal(dp_shape_of(9, (int64_t[9]){0}).rank, -1);
    assert_int_equal(dp_shape_elems(dp_shape_of(9, (int64_t[9]){0})), -1);
    assert_true(dp_shape_equal(dp_shape_of(1, (int64_t[]){3}), dp_shape_of(1, (int64_t[]){3})));
    assert_false(dp_shape_equal(dp_shape_of(1, (int64_t[]){3}), dp_shape_of(2, (int64_t[]){3, 1})));
}

static void test_new(void **state)
{
    (void)state;
    dp_array *array = NULL;
    assert_int_equal(dp_array_new(ctx, DP_DTYPE_NONE, dp_shape_scalar(), &array), DP_ERR_DTYPE);
    assert_int_equal(dp_array_new(ctx, DP_F32, dp_shape_of(1, (int64_t[]){-1}), &array), DP_ERR_SHAPE);
    assert_int_equal(dp_array_new(ctx, DP_F64, dp_shape_of(3, (int64_t[]){100000, 100000, 1000}), &array),
                     DP_ERR_NOMEM);
    assert_non_null(strstr(dp_ctx_message(ctx), "80000000000000 bytes"));
    assert_null(array);
    assert_int_equal(dp_array_new(ctx, DP_F32, dp_shape_of(2, (int64_t[]){2, 3}), &array), DP_OK);
    assert_int_equal(dp_array_bytes(array), 24);
    assert_true(dp_array_get(array, 5) == 0 && isnan(dp_array_get(array, 6)) && isnan(dp_array_get(array, -1)));
    dp_array_free(&array);
    assert_null(array);
    dp_array_free(&array);
    dp_array_free(NULL);
    assert_int_equal(dp_array_new(ctx, DP_U8, dp_shape_of(1, (int64_t[]){0}), &array), DP_OK);
    assert_int_equal(dp_array_elems(array), 0);
    dp_array_free(&array);
    double number = 1;
    dp_array borrowed = {.dtype = DP_F64, .shape = dp_shape_scalar(), .data = &number}, *given = &borrowed;
    dp_array_free(&given); /* not ours: forgotten, not freed */
    assert_null(given);
}

static void converted(dp_dtype from, const void *data, dp_dtype to, const void *wanted, int64_t n)
{
    dp_array source = {.dtype = from, .shape = dp_shape_of(1, &n), .data = (void *)(uintptr_t)data}, *array;
    assert_int_equal(dp_array_convert(ctx, &source, to, &array), DP_OK);
    assert_int_equal(array->dtype, to);
    assert_memory_equal(array->data, wanted, (size_t)n * dp_dtype_bytes(to));
    dp_array_free(&array);
}

static void test_convert(void **state)
{
    (void)state;
    const double f64[] = {0, -1.75, 255, 1e300, NAN, -0.5};
    converted(DP_F64, f64, DP_I64, (int64_t[]){0, -1, 255, INT64_MIN, INT64_MIN, 0}, 6);
    converted(DP_F64, f64, DP_BOOL, (uint8_t[]){0, 1, 1, 1, 1, 1}, 6);
    converted(DP_F64, f64, DP_F32, (float[]){0, -1.75f, 255}, 3);
    converted(DP_F64, f64, DP_F64, f64, 6);
    const int64_t i64[] = {9007199254740993, -3, 256};
    converted(DP_I64, i64, DP_I64, i64, 3);
    converted(DP_I64, i64, DP_F64, (double[]){9007199254740992.0, -3, 256}, 3);
    converted(DP_I64, (int64_t[]){16777217, 9007199791611905}, DP_F32, (float[]){16777216, 9007200328482816.0f}, 2);
    converted(DP_I64, i64, DP_U8, (uint8_t[]){1, 253, 0}, 3);
    converted(DP_U8, (uint8_t[]){0, 128, 255}, DP_F32, (float[]){0, 128, 255}, 3);
    converted(DP_BOOL, (uint8_t[]){0, 1}, DP_I64, (int64_t[]){0, 1}, 2);
}

static int set_up(void **state)
{
    (void)state;
    return dp_ctx_new(&(dp_config){.memory_limit_bytes = 1 << 20}, &ctx) != DP_OK;
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dtypes),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_new),
        cmocka_unit_test(test_convert),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
