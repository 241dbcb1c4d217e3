/* The real MNIST, where $DENPA_DATA/mnist has it: what the first article prints of it (A-N01 to A-N03 of the
 * acceptance list). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/data.h>

static dp_ctx *ctx;

static dp_dataset *open_part(dp_split split, int64_t rows, const int64_t counts[10])
{
    dp_dataset *d = NULL;
    assert_int_equal(dp_dataset_open(ctx, "mnist", split, &d), DP_OK);
    assert_int_equal(dp_dataset_rows(d), rows);
    const dp_array *t = dp_dataset_column(d, dp_dataset_find(d, "t"));
    assert_true(dp_shape_equal(dp_dataset_column(d, 0)->shape, dp_shape_of(3, (int64_t[]){rows, 28, 28})));
    int64_t found[10] = {0};
    for (int64_t i = 0; i < rows; i++) {
        int64_t class = ((const int64_t *)t->data)[i];
        assert_in_range(class, 0, 9);
        found[class]++;
    }
    assert_memory_equal(found, counts, sizeof found);
    return d;
}

static void training_part(void **state)
{
    (void)state;
    static const int64_t counts[10] = {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949};
    static const uint8_t pixels[10] = {0, 0, 3, 18, 18, 18, 126, 136, 175, 26};
    float expected[10];
    for (int i = 0; i < 10; i++)
        expected[i] = (float)pixels[i] / 255.0f; /* printed in the article as 0 0 0.01176471 0.07058824 … */
    dp_dataset *d = open_part(DP_SPLIT_TRAIN, 60000, counts);
    /* 47 MB of pixels, the labels, and little else while they are unpacked */
    assert_true(dp_ctx_memory(ctx).peak_bytes < 60000 * (784 + 2 * 8) + 1000000);
    assert_true(dp_array_get(dp_dataset_column(d, 1), 0) == 5);
    float row[784];
    assert_int_equal(dp_dataset_gather(d, (int[]){0}, 1, (int64_t[]){0}, 1, 1, DP_F32, 784, row), DP_OK);
    assert_memory_equal(row + 150, expected, sizeof expected);
    dp_array *x = NULL;
    assert_int_equal(dp_dataset_array(d, 0, NULL, &x), DP_OK);
    assert_true(dp_shape_equal(x->shape, dp_shape_of(2, (int64_t[]){60000, 784})));
    assert_memory_equal((float *)x->data + 150, expected, sizeof expected);
    dp_array_free(&x);
    dp_dataset_free(&d);
}

static void test_part(void **state)
{
    (void)state;
    static const int64_t counts[10] = {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009};
    dp_dataset *d = open_part(DP_SPLIT_TEST, 10000, counts);
    assert_true(dp_array_get(dp_dataset_column(d, 1), 0) == 7);
    dp_dataset_free(&d);
}

static int setup(void **state)
{
    (void)state;
    return dp_ctx_new(NULL, &ctx) == DP_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    dp_ctx_free(&ctx);
    return 0;
}

/* The last test: a failing teardown of a group does not fail cmocka's program. */
static void leaks_nothing(void **state)
{
    (void)state;
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const char *data = getenv("DENPA_DATA");
    if (!data || !DENPA_HAVE_ZLIB) {
        printf("skipped: needs zlib, and MNIST in $DENPA_DATA/mnist\n");
        return 77;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(training_part), cmocka_unit_test(test_part),
                                       cmocka_unit_test(leaks_nothing)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
