/* Every op of ops.def by values worked out by hand, in f32 and f64 (and int64 where the op has it). An op without a
 * case fails. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

enum { MAX = 32 };

static bool covered[DP_OP_COUNT];
static dp_ctx *ctx;
static dp_graph *g;

static dp_val numbers(dp_dtype dtype, dp_shape shape, const double *from)
{
    dp_array *array;
    assert_int_equal(dp_array_new(ctx, dtype, shape, &array), DP_OK);
    for (int64_t i = 0; i < dp_array_elems(array); i++) {
        switch (dtype) {
        case DP_F64:
            ((double *)array->data)[i] = from[i];
            break;
        case DP_F32:
            ((float *)array->data)[i] = (float)from[i];
            break;
        case DP_I64:
            ((int64_t *)array->data)[i] = (int64_t)from[i];
            break;
        default:
            ((uint8_t *)array->data)[i] = (uint8_t)from[i];
            break;
        }
    }
    return dp_const_take(g, &array);
}

#define LIST(...) ((const double[]){__VA_ARGS__})
#define SHAPE(...) dp_shape_of((int)(sizeof(int64_t[]){__VA_ARGS__} / sizeof(int64_t)), (int64_t[]){__VA_ARGS__})

/* Same numbers: NaN is NaN, infinities and integers exactly, the rest to a few units in the last place of the dtype. */
static void same(const dp_array *y, const double *want, double ulps)
{
    double unit = y->dtype == DP_F32 ? 0x1p-23 : y->dtype == DP_F64 ? 0x1p-52 : 0;
    for (int64_t i = 0; i < dp_array_elems(y); i++) {
        double have = dp_array_get(y, i);
        bool fits =
            isnan(want[i]) ? isnan(have) : have == want[i] || fabs(have - want[i]) <= ulps * unit * fabs(want[i]);
        if (!fits)
            fail_msg("element %lld is %.17g, not %.17g", (long long)i, have, want[i]);
    }
}

static void expect_ulps(dp_val v, dp_dtype dtype, dp_shape shape, const double *want, double ulps)
{
    dp_array *y = NULL;
    if (v == DP_VAL_NONE)
        fail_msg("%s", dp_graph_message(g));
    covered[dp_val_op(g, v)] = true;
    if (dp_eval(g, &v, 1, NULL, NULL, 0, &y) != DP_OK)
        fail_msg("%s", dp_ctx_message(ctx));
    assert_int_equal(y->dtype, dtype);
    assert_true(dp_shape_equal(y->shape, shape));
    same(y, want, ulps);
    dp_array_free(&y);
}

#define expect(v, dtype, shape, ...) expect_ulps((v), (dtype), (shape), LIST(__VA_ARGS__), 4)

static void with_graph(dp_dtype dtype, void (*test)(dp_dtype))
{
    assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
    assert_int_equal(dp_graph_new(ctx, dtype, &g), DP_OK);
    test(dtype);
    dp_graph_free(&g);
    assert_int_equal((int)dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
}

static void check_unary(dp_dtype t)
{
    const double inf = INFINITY, nan = NAN;
    dp_shape s5 = SHAPE(5), s3 = SHAPE(3);
    dp_val a = numbers(t, s5, LIST(-2, -0.5, 0, 1, 3)), edge = numbers(t, s3, LIST(nan, inf, -inf)),
           big = numbers(t, s3, LIST(-1e4, 0, 1e4));
    expect(dp_neg(g, a), t, s5, 2, 0.5, 0, -1, -3);
    expect(dp_exp(g, a), t, s5, 0.1353352832366127, 0.6065306597126334, 1, 2.718281828459045, 20.085536923187668);
    expect(dp_exp(g, edge), t, s3, nan, inf, 0);
    expect(dp_log(g, numbers(t, s5, LIST(0, 1, 2, -1, 10))), t, s5, -inf, 0, 0.6931471805599453, nan,
           2.302585092994046);
    expect(dp_sqrt(g, numbers(t, s5, LIST(0, 1, 2, -1, 16))), t, s5, 0, 1, 1.4142135623730951, nan, 4);
    expect(dp_abs(g, a), t, s5, 2, 0.5, 0, 1, 3);
    expect(dp_abs(g, edge), t, s3, nan, inf, inf);
    expect(dp_square(g, a), t, s5, 4, 0.25, 0, 1, 9);
    expect(dp_sign(g, a), t, s5, -1, -1, 0, 1, 1);
    expect(dp_sign(g, edge), t, s3, nan, 1, -1);
    expect(dp_erf(g, a), t, s5, -0.9953222650189527, -0.5204998778130465, 0, 0.8427007929497149, 0.9999779095030014);
    expect(dp_relu(g, a), t, s5, 0, 0, 0, 1, 3);
    expect(dp_relu(g, edge), t, s3, nan, inf, 0);
    expect(dp_leaky_relu(g, a, 0.25), t, s5, -0.5, -0.125, 0, 1, 3);
    expect(dp_sigmoid(g, a), t, s5, 0.11920292202211755, 0.3775406687981454, 0.5, 0.7310585786300049,
           0.9525741268224334);
    expect(dp_sigmoid(g, big), t, s3, 0, 0.5, 1);
    expect(dp_tanh(g, a), t, s5, -0.9640275800758169, -0.46211715726000973, 0, 0.7615941559557649, 0.9950547536867305);
    expect(dp_tanh(g, big), t, s3, -1, 0, 1);
    expect(dp_softplus(g, a), t, s5, 0.1269280110429725, 0.47407698418010663, 0.6931471805599453, 1.3132616875182228,
           3.048587351573742);
    expect(dp_softplus(g, big), t, s3, 0, 0.6931471805599453, 1e4);
    /* 1 + erf(-2 / sqrt(2)) = 0.0455 loses digits: 1 / 0.0455 = 22 units of 1 are left out there. */
    expect_ulps(dp_gelu(g, a), t, s5,
                LIST(-0.04550026389635842, -0.15426876936299344, 0, 0.8413447460685429, 2.9959503059051097), 48);
    expect(dp_clip(g, a, -0.5, 1), t, s5, -0.5, -0.5, 0, 1, 1);
    expect(dp_clip(g, edge, -1, 1), t, s3, nan, 1, -1);
    dp_graph_set_training(g, 1);
    dp_shape s8 = SHAPE(8); /* kept: 0 and 4, worked out in Python by the definition in ops.h */
    dp_val eight = numbers(t, s8, LIST(1, 2, 3, 4, 5, 6, 7, 8));
    expect(dp_dropout(g, eight, 0.5, 0), t, s8, 2, 0, 0, 0, 10, 0, 0, 0);
    expect(dp_dropout(g, edge, 0, 0), t, s3, nan, inf, -inf);
    expect(dp_dropout(g, edge, 1, 0), t, s3, 0, 0, 0);
    dp_graph_set_training(g, 0);
    assert_int_equal(dp_dropout(g, eight, 0.5, 0), eight);
    dp_val r = numbers(t, s5, LIST(0.5, 1.5, -2.5, 12.25, 2.375));
    expect(dp_round(g, r, 0), t, s5, 0, 2, -2, 12, 2);
    expect(dp_round(g, r, 1), t, s5, 0.5, 1.5, -2.5, 12.2, 2.4);
    expect(dp_round(g, numbers(t, s3, LIST(15, 25, -37)), -1), t, s3, 20, 20, -40);
    dp_val halves = numbers(t, s5, LIST(0.1, 2049, 2051, -65519, 65520));
    expect_ulps(dp_float16(g, halves), t, s5, LIST(0.0999755859375, 2048, 2052, -65504, inf), 0);
    expect_ulps(dp_float16(g, edge), t, s3, LIST(nan, inf, -inf), 0);
    expect_ulps(dp_float16(g, numbers(t, s3, LIST(0x1p-25, 0x1.8p-24, -0x1p-26))), t, s3, LIST(0, 0x1p-23, -0.0), 0);
    dp_val i = numbers(DP_I64, s3, LIST(-3, 0, 7));
    expect(dp_float16(g, i), t, s3, -3, 0, 7);
    expect(dp_neg(g, i), DP_I64, s3, 3, 0, -7);
    expect(dp_abs(g, i), DP_I64, s3, 3, 0, 7);
    expect(dp_square(g, i), DP_I64, s3, 9, 0, 49);
    expect(dp_sign(g, i), DP_I64, s3, -1, 0, 1);
    expect(dp_relu(g, i), DP_I64, s3, 0, 0, 7);
    expect(dp_clip(g, i, -2, 5), DP_I64, s3, -2, 0, 5);
    expect(dp_clip(g, i, -INFINITY, 5), DP_I64, s3, -3, 0, 5);
    expect(dp_clip(g, i, -1, INFINITY), DP_I64, s3, -1, 0, 7);
    expect(dp_clip(g, i, -0.5, 5), t, s3, -0.5, 0, 5);
}

static void check_cast(dp_dtype t)
{
    dp_shape s = SHAPE(4);
    dp_val a = numbers(t, s, LIST(-1.75, 0, 2.5, NAN)), i = numbers(DP_I64, s, LIST(-1, 0, 2, 300));
    expect(dp_cast(g, a, DP_BOOL), DP_BOOL, s, 1, 0, 1, 1);
    expect(dp_cast(g, a, DP_I64), DP_I64, s, -1, 0, 2, -9223372036854775808.0);
    expect(dp_cast(g, i, DP_U8), DP_U8, s, 255, 0, 2, 44);
    expect(dp_cast(g, i, DP_BOOL), DP_BOOL, s, 1, 0, 1, 1);
    expect(dp_cast(g, i, t), t, s, -1, 0, 2, 300);
    expect(dp_cast(g, numbers(DP_U8, s, LIST(0, 1, 255, 7)), t), t, s, 0, 1, 255, 7);
    expect(dp_cast(g, a, t == DP_F32 ? DP_F64 : DP_F32), t == DP_F32 ? DP_F64 : DP_F32, s, -1.75, 0, 2.5, NAN);
}

static void check_binary(dp_dtype t)
{
    const double inf = INFINITY, nan = NAN;
    dp_shape s23 = SHAPE(2, 3), s3 = SHAPE(3), s21 = SHAPE(2, 1), s4 = SHAPE(4);
    dp_val a = numbers(t, s23, LIST(1, 2, 3, 4, 5, 6)), row = numbers(t, s3, LIST(10, 20, 30)),
           column = numbers(t, s21, LIST(2, 4));
    expect(dp_add(g, a, a), t, s23, 2, 4, 6, 8, 10, 12);
    expect(dp_add(g, a, row), t, s23, 11, 22, 33, 14, 25, 36);
    expect(dp_add(g, row, column), t, s23, 12, 22, 32, 14, 24, 34);
    expect(dp_sub(g, a, column), t, s23, -1, 0, 1, 0, 1, 2);
    expect(dp_sub(g, dp_scalar(g, 1), a), t, s23, 0, -1, -2, -3, -4, -5);
    expect(dp_mul(g, column, a), t, s23, 2, 4, 6, 16, 20, 24);
    expect(dp_div(g, a, column), t, s23, 0.5, 1, 1.5, 1, 1.25, 1.5);
    expect(dp_div(g, numbers(t, s3, LIST(1, 0, -1)), numbers(t, s3, LIST(0, 0, 0))), t, s3, inf, nan, -inf);
    expect(dp_pow(g, a, dp_scalar(g, 2)), t, s23, 1, 4, 9, 16, 25, 36);
    expect(dp_pow(g, numbers(t, s4, LIST(2, 4, -8, 0)), numbers(t, s4, LIST(-1, 0.5, 3, 0))), t, s4, 0.5, 2, -512, 1);
    dp_val p = numbers(t, s4, LIST(1, nan, 3, -inf)), q = numbers(t, s4, LIST(2, 0, nan, 1));
    expect(dp_maximum(g, p, q), t, s4, 2, nan, nan, 1);
    expect(dp_minimum(g, p, q), t, s4, 1, nan, nan, -inf);
    dp_val r = numbers(t, s4, LIST(1, 2, 3, nan)), two = dp_scalar(g, 2);
    expect(dp_equal(g, r, two), DP_BOOL, s4, 0, 1, 0, 0);
    expect(dp_not_equal(g, r, two), DP_BOOL, s4, 1, 0, 1, 1);
    expect(dp_less(g, r, two), DP_BOOL, s4, 1, 0, 0, 0);
    expect(dp_less_equal(g, r, two), DP_BOOL, s4, 1, 1, 0, 0);
    expect(dp_greater(g, r, two), DP_BOOL, s4, 0, 0, 1, 0);
    expect(dp_greater_equal(g, r, two), DP_BOOL, s4, 0, 1, 1, 0);
    dp_val i = numbers(DP_I64, s4, LIST(7, -7, 2, 1)), k = numbers(DP_I64, s4, LIST(2, 3, -1, -2));
    expect(dp_add(g, i, k), DP_I64, s4, 9, -4, 1, -1);
    expect(dp_sub(g, i, k), DP_I64, s4, 5, -10, 3, 3);
    expect(dp_mul(g, i, k), DP_I64, s4, 14, -21, -2, -2);
    expect(dp_pow(g, i, dp_mul(g, k, dp_integer(g, 1))), DP_I64, s4, 49, -343, 0, 1);
    expect(dp_maximum(g, i, k), DP_I64, s4, 7, 3, 2, 1);
    expect(dp_minimum(g, i, k), DP_I64, s4, 2, -7, -1, -2);
    expect(dp_greater(g, i, k), DP_BOOL, s4, 1, 0, 1, 1);
    expect(dp_where(g, dp_less(g, row, dp_scalar(g, 15)), a, dp_neg(g, a)), t, s23, 1, -2, -3, 4, -5, -6);
    expect(dp_where(g, numbers(DP_BOOL, s21, LIST(0, 1)), row, column), t, s23, 2, 2, 2, 10, 20, 30);
}

static void check_matmul(dp_dtype t)
{
    dp_val a = numbers(t, SHAPE(2, 3), LIST(1, 2, 3, 4, 5, 6)), b = numbers(t, SHAPE(3, 2), LIST(1, 0, 2, 1, 0, 3));
    dp_shape s22 = SHAPE(2, 2);
    expect(dp_matmul(g, a, b), t, s22, 5, 11, 14, 23);
    expect(dp_matmul_flags(g, a, a, 0, 1), t, s22, 14, 32, 32, 77);
    expect(dp_matmul_flags(g, a, a, 1, 0), t, SHAPE(3, 3), 17, 22, 27, 22, 29, 36, 27, 36, 45);
    expect(dp_matmul_flags(g, a, b, 1, 1), t, SHAPE(3, 3), 1, 6, 12, 2, 9, 15, 3, 12, 18);
    dp_val turned = dp_transpose(g, a, NULL, 0), twice = dp_transpose(g, turned, NULL, 0);
    expect(dp_matmul(g, a, turned), t, s22, 14, 32, 32, 77);
    expect(dp_matmul_flags(g, twice, a, 0, 1), t, s22, 14, 32, 32, 77);
    expect(dp_matmul_flags(g, turned, b, 1, 0), t, s22, 5, 11, 14, 23);
    dp_val batch = numbers(t, SHAPE(2, 1, 2, 2), LIST(1, 2, 3, 4, 5, 6, 7, 8)),
           pair = numbers(t, SHAPE(2, 2, 1), LIST(1, 1, 1, -1));
    expect(dp_matmul(g, batch, pair), t, SHAPE(2, 2, 2, 1), 3, 7, -1, -1, 11, 15, -1, -1);
    dp_val i = numbers(DP_I64, s22, LIST(1, 2, 3, 4));
    expect(dp_matmul(g, i, i), DP_I64, s22, 7, 10, 15, 22);
    expect(dp_matmul(g, numbers(t, SHAPE(2, 0), LIST(0)), numbers(t, SHAPE(0, 2), LIST(0))), t, s22, 0, 0, 0, 0);
}

/* Large enough for packed tiles: every matrix of a batch is the product of its own two. */
static void check_batches(dp_dtype t)
{
    dp_val a = dp_random_normal(g, SHAPE(2, 1, 20, 30), 0, 1, 1, 1),
           b = dp_random_normal(g, SHAPE(3, 30, 40), 0, 1, 1, 2);
    dp_val shared = dp_random_normal(g, SHAPE(30, 40), 0, 1, 1, 3), y = dp_matmul(g, a, b), z = dp_matmul(g, a, shared);
    for (int i = 0; i < 2; i++) {
        dp_val ai = dp_select(g, dp_select(g, a, 0, i), 0, 0);
        dp_val zi = dp_select(g, dp_select(g, z, 0, i), 0, 0);
        expect(dp_max(g, dp_abs(g, dp_sub(g, zi, dp_matmul(g, ai, shared))), NULL, 0, 0), t, dp_shape_scalar(), 0);
        for (int k = 0; k < 3; k++) {
            dp_val yik = dp_select(g, dp_select(g, y, 0, i), 0, k), want = dp_matmul(g, ai, dp_select(g, b, 0, k));
            expect(dp_max(g, dp_abs(g, dp_sub(g, yik, want)), NULL, 0, 0), t, dp_shape_scalar(), 0);
            expect(dp_equal(g, dp_max(g, dp_abs(g, yik), NULL, 0, 0), dp_scalar(g, 0)), DP_BOOL, dp_shape_scalar(), 0);
        }
    }
}

static void check_shapes(dp_dtype t)
{
    dp_val a = numbers(t, SHAPE(2, 3), LIST(1, 2, 3, 4, 5, 6));
    expect(dp_reshape(g, a, SHAPE(3, 2)), t, SHAPE(3, 2), 1, 2, 3, 4, 5, 6);
    expect(dp_transpose(g, a, NULL, 0), t, SHAPE(3, 2), 1, 4, 2, 5, 3, 6);
    dp_val cube = numbers(t, SHAPE(2, 1, 3), LIST(1, 2, 3, 4, 5, 6));
    expect(dp_transpose(g, cube, (int[]){2, 0, 1}, 3), t, SHAPE(3, 2, 1), 1, 4, 2, 5, 3, 6);
    expect(dp_broadcast_to(g, numbers(t, SHAPE(2, 1), LIST(1, 2)), SHAPE(2, 2, 2)), t, SHAPE(2, 2, 2), 1, 1, 2, 2, 1, 1,
           2, 2);
    dp_val b = numbers(t, SHAPE(2, 1), LIST(7, 8));
    expect(dp_concat(g, (dp_val[]){a, b, b}, 3, 1), t, SHAPE(2, 5), 1, 2, 3, 7, 7, 4, 5, 6, 8, 8);
    expect(dp_concat(g, (dp_val[]){b, b}, 2, 0), t, SHAPE(4, 1), 7, 8, 7, 8);
    dp_slice_spec whole = {DP_SLICE_NONE, DP_SLICE_NONE, 1}, back = {DP_SLICE_NONE, DP_SLICE_NONE, -2},
                  none = {2, 1, 1};
    expect(dp_slice(g, a, (dp_slice_spec[]){whole, back}, 2), t, SHAPE(2, 2), 3, 1, 6, 4);
    expect(dp_slice(g, a, (dp_slice_spec[]){{1, DP_SLICE_NONE, 1}}, 1), t, SHAPE(1, 3), 4, 5, 6);
    expect(dp_slice(g, a, (dp_slice_spec[]){whole, none}, 2), t, SHAPE(2, 0), 0);
    dp_val index = numbers(DP_I64, SHAPE(3), LIST(1, -2, 1));
    expect(dp_gather(g, a, index), t, SHAPE(3, 3), 4, 5, 6, 1, 2, 3, 4, 5, 6);
    expect(dp_scatter_add(g, numbers(t, SHAPE(3, 2), LIST(1, 2, 3, 4, 5, 6)), index, 3), t, SHAPE(3, 2), 0, 0, 9, 12, 0,
           0);
    expect(dp_one_hot(g, numbers(DP_I64, SHAPE(2), LIST(2, 0)), 3), t, SHAPE(2, 3), 0, 0, 1, 1, 0, 0);
}

/* x = 0 .. 8 in a square; what is not worked out in the head: the book's chapter 7, Fig. 7-4 to 7-7. */
static void check_planes(dp_dtype t)
{
    dp_shape s33 = SHAPE(1, 1, 3, 3), s22 = SHAPE(1, 1, 2, 2);
    dp_val x = numbers(t, s33, LIST(0, 1, 2, 3, 4, 5, 6, 7, 8)), w = numbers(t, s22, LIST(1, 2, 3, 4)),
           b = numbers(t, SHAPE(1), LIST(100)), part = numbers(t, s22, LIST(1, 10, 100, 1000));
    dp_conv padded = {.padding = {1, 1}, .stride = {2, 2}}, wide = {.dilation = {2, 2}}, lower = {.padding = {1, 0}};
    expect(dp_conv2d(g, x, w, DP_VAL_NONE, NULL), t, s22, 27, 37, 57, 67);
    expect(dp_conv2d(g, x, w, b, &padded), t, s22, 100, 100 + 3 + 8, 100 + 6 + 24, 100 + 4 + 10 + 21 + 32);
    expect(dp_conv2d(g, x, w, DP_VAL_NONE, &wide), t, SHAPE(1, 1, 1, 1), 0 + 4 + 18 + 32);
    expect(dp_conv2d(g, x, w, DP_VAL_NONE, &lower), t, SHAPE(1, 1, 4, 2), 4, 11, 27, 37, 57, 67, 20, 23);
    dp_val book = numbers(t, SHAPE(1, 1, 4, 4), LIST(1, 2, 3, 0, 0, 1, 2, 3, 3, 0, 1, 2, 2, 3, 0, 1)),
           filter = numbers(t, s33, LIST(2, 0, 1, 0, 1, 2, 1, 0, 2));
    expect(dp_conv2d(g, book, filter, numbers(t, SHAPE(1), LIST(3)), NULL), t, s22, 18, 19, 9, 18);
    expect(dp_conv2d(g, book, filter, DP_VAL_NONE, &(dp_conv){.padding = {1, 1}}), t, SHAPE(1, 1, 4, 4), 7, 12, 10, 2, 4, 15,
           16, 10, 10, 6, 15, 6, 8, 10, 4, 3);
    /* two groups: filter 0 sees channel 0, filter 1 channel 1 */
    dp_val two = numbers(t, SHAPE(1, 2, 1, 2), LIST(1, 2, 3, 4)), each = numbers(t, SHAPE(2, 1, 1, 1), LIST(10, 100));
    expect(dp_conv2d(g, two, each, DP_VAL_NONE, &(dp_conv){.groups = 2}), t, SHAPE(1, 2, 1, 2), 10, 20, 300, 400);
    dp_val line = numbers(t, SHAPE(1, 1, 4), LIST(1, 2, 3, 4)), pair = numbers(t, SHAPE(1, 1, 2), LIST(1, 10));
    expect(dp_conv1d(g, line, pair, DP_VAL_NONE, &(dp_conv){.stride = {7, 2}}), t, SHAPE(1, 1, 2), 21, 43);
    expect(dp_conv_transpose1d(g, pair, line, DP_VAL_NONE, &(dp_conv){.stride = {0, 2}}), t, SHAPE(1, 1, 6), 1, 2, 13, 24, 30,
           40);
    /* transposed: each number puts a kernel down */
    dp_val up = dp_conv_transpose2d(g, part, w, b, &(dp_conv){.stride = {2, 2}, .padding = {1, 1}, .output_padding = {1, 1}});
    expect(up, t, s33, 104, 130, 140, 300, 1100, 2100, 500, 3100, 4100);
    covered[DP_OP_CONV2D_INPUT] = true;
    dp_val dw, y = dp_conv2d(g, x, w, DP_VAL_NONE, NULL), put, pick;
    assert_int_equal(dp_grad(g, y, part, &w, 1, &dw), DP_OK);
    expect(dw, t, s22, 0 + 10 + 300 + 4000, 1 + 20 + 400 + 5000, 3 + 40 + 600 + 7000, 4 + 50 + 700 + 8000);

    dp_val m = numbers(t, s33, LIST(1, 5, 5, 2, 5, 3, NAN, 0, 9)), ones = numbers(t, s22, LIST(1, 10, 100, 1000));
    dp_pool step = {.kernel = {2, 2}, .stride = {1, 1}}, edge = {.kernel = {2, 2}, .stride = {2, 2}, .padding = {1, 1}};
    dp_val most = dp_max_pool2d(g, m, &step);
    expect(most, t, s22, 5, 5, NAN, 9);
    expect(dp_max_pool2d(g, x, &edge), t, s22, 0, 2, 6, 8);
    expect(dp_max_pool2d(g, x, &(dp_pool){.kernel = {2, 2}, .stride = {1, 1}, .dilation = {2, 2}}), t, SHAPE(1, 1, 1, 1), 8);
    assert_int_equal(dp_grad(g, most, ones, &m, 1, &put), DP_OK); /* the first of those that tie */
    expect(put, t, s33, 0, 11, 0, 0, 0, 0, 100, 0, 1000);
    assert_int_equal(dp_grad(g, put, x, &ones, 1, &pick), DP_OK);
    expect(pick, t, s22, 1, 1, 6, 8);
    expect(dp_max_pool1d(g, line, &(dp_pool){.kernel = {0, 2}}), t, SHAPE(1, 1, 2), 2, 4);
    expect(dp_avg_pool1d(g, line, &(dp_pool){.kernel = {0, 2}}), t, SHAPE(1, 1, 2), 1.5, 3.5);
    dp_val mean = dp_avg_pool2d(g, x, &edge);
    expect(mean, t, s22, 0, 3.0 / 4, 9.0 / 4, 24.0 / 4);
    edge.count_real = 1;
    dp_val real = dp_avg_pool2d(g, x, &edge);
    expect(real, t, s22, 0, 3.0 / 2, 9.0 / 2, 24.0 / 4);
    assert_int_equal(dp_grad(g, real, part, &x, 1, &put), DP_OK);
    expect(put, t, s33, 1, 5, 5, 50, 250, 250, 50, 250, 250);
    expect(dp_global_max_pool2d(g, x), t, SHAPE(1, 1, 1, 1), 8);
    expect(dp_global_avg_pool2d(g, x), t, SHAPE(1, 1, 1, 1), 4);
    expect(dp_conv2d(g, numbers(t, SHAPE(0, 1, 3, 3), LIST(0)), w, DP_VAL_NONE, NULL), t, SHAPE(0, 1, 2, 2), 0);
}

static void check_axes(dp_dtype t)
{
    const double nan = NAN;
    dp_val a = numbers(t, SHAPE(2, 3), LIST(1, 5, 3, 4, 2, 6)),
           c = numbers(t, SHAPE(2, 2, 2), LIST(1, 2, 3, 4, 5, 6, 7, 8));
    dp_val holes = numbers(t, SHAPE(3), LIST(1, nan, 2));
    expect(dp_sum(g, a, NULL, 0, 0), t, dp_shape_scalar(), 21);
    expect(dp_sum(g, a, (int[]){0}, 1, 0), t, SHAPE(3), 5, 7, 9);
    expect(dp_sum(g, a, (int[]){1}, 1, 1), t, SHAPE(2, 1), 9, 12);
    expect(dp_sum(g, c, (int[]){1}, 1, 0), t, SHAPE(2, 2), 4, 6, 12, 14);
    expect(dp_sum(g, numbers(t, SHAPE(0, 2), LIST(0)), (int[]){0}, 1, 0), t, SHAPE(2), 0, 0);
    expect(dp_max(g, a, (int[]){1}, 1, 0), t, SHAPE(2), 5, 6);
    expect(dp_max(g, c, (int[]){0}, 1, 0), t, SHAPE(2, 2), 5, 6, 7, 8);
    expect(dp_max(g, holes, NULL, 0, 0), t, dp_shape_scalar(), nan);
    expect(dp_min(g, a, (int[]){0}, 1, 0), t, SHAPE(3), 1, 2, 3);
    expect(dp_min(g, holes, NULL, 0, 0), t, dp_shape_scalar(), nan);
    expect(dp_sum(g, numbers(DP_I64, SHAPE(2, 2), LIST(1, 2, 3, 4)), (int[]){1}, 1, 0), DP_I64, SHAPE(2), 3, 7);
    expect(dp_max(g, numbers(DP_I64, SHAPE(2, 2), LIST(1, 2, 3, 4)), (int[]){0}, 1, 0), DP_I64, SHAPE(2), 3, 4);
    expect(dp_logsumexp(g, numbers(t, SHAPE(2, 2), LIST(0, 0, 1e4, -1e4)), (int[]){1}, 1, 0), t, SHAPE(2),
           0.6931471805599453, 1e4);
    expect(dp_logsumexp(g, numbers(t, SHAPE(2, 2), LIST(0, -INFINITY, 0, -INFINITY)), (int[]){0}, 1, 0), t, SHAPE(2),
           0.6931471805599453, -INFINITY);
    expect(dp_argmax(g, a, 1, 0), DP_I64, SHAPE(2), 1, 2);
    expect(dp_argmax(g, a, 0, 0), DP_I64, SHAPE(3), 1, 0, 1);
    expect(dp_argmax(g, numbers(t, SHAPE(4), LIST(1, nan, 9, nan)), 0, 0), DP_I64, dp_shape_scalar(), 1);
    double e1 = 0.2689414213699951, e2 = 0.7310585786300049;
    expect(dp_softmax(g, numbers(t, SHAPE(2, 2), LIST(1, 2, 1e4, -1e4)), 1), t, SHAPE(2, 2), e1, e2, 1, 0);
    expect(dp_softmax(g, numbers(t, SHAPE(2, 2), LIST(1, 2, 2, 1)), 0), t, SHAPE(2, 2), e1, e2, e2, e1);
    expect(dp_log_softmax(g, numbers(t, SHAPE(2, 2), LIST(1, 2, 1e4, -1e4)), 1), t, SHAPE(2, 2), -1.3132616875182228,
           -0.31326168751822286, 0, -2e4);
    dp_val y = numbers(t, SHAPE(2, 2), LIST(1, 2, 3, 3));
    expect(dp_softmax_cross_entropy(g, y, numbers(DP_I64, SHAPE(2), LIST(0, 1))), t, dp_shape_scalar(),
           (1.3132616875182228 + 0.6931471805599453) / 2);
    expect(dp_softmax_cross_entropy(g, y, numbers(t, SHAPE(2, 2), LIST(0.5, 0.5, 1, 0))), t, dp_shape_scalar(),
           ((1.3132616875182228 + 0.31326168751822286) / 2 + 0.6931471805599453) / 2);
}

/* Draw i of the stream, wherever it lies. */
static void check_random(dp_dtype t)
{
    dp_rng normal = {.seed = 7, .stream = 3}, uniform = {.seed = 7, .stream = 4};
    double want[2][3];
    for (int i = 0; i < 3; i++)
        want[0][i] = 1 + 2 * dp_rng_normal(&normal), want[1][i] = -1 + 3 * dp_rng_uniform(&uniform);
    expect_ulps(dp_random_normal(g, SHAPE(3), 1, 2, 7, 3), t, SHAPE(3), want[0], 1);
    expect_ulps(dp_random_uniform(g, SHAPE(3), -1, 2, 7, 4), t, SHAPE(3), want[1], 1);
}

/* Leaves are what they were told; slice_put comes from a gradient. */
static void check_leaves(dp_dtype t)
{
    dp_val x = dp_input(g, "x", t, SHAPE(2, 3)), w = dp_param(g, "w", SHAPE(2), (dp_init){.kind = DP_INIT_CONSTANT}),
           put, part, state = dp_state(g, "s", SHAPE(2), 1);
    dp_slice_spec all = {DP_SLICE_NONE, DP_SLICE_NONE, 1}, last = {-1, DP_SLICE_NONE, -2};
    part = dp_slice(g, x, (dp_slice_spec[]){all, last}, 2);
    assert_int_equal(dp_grad(g, dp_sum(g, part, NULL, 0, 0), DP_VAL_NONE, &x, 1, &put), DP_OK);
    dp_array *feeds[2], *out[5];
    assert_int_equal(dp_array_new(ctx, t, SHAPE(2, 3), &feeds[0]), DP_OK);
    assert_int_equal(dp_array_new(ctx, t, SHAPE(2), &feeds[1]), DP_OK);
    for (int i = 0; i < 6; i++)
        t == DP_F32 ? (void)(((float *)feeds[0]->data)[i] = (float)i) : (void)(((double *)feeds[0]->data)[i] = i);
    dp_val c = numbers(t, SHAPE(1), LIST(5)), wanted[5] = {x, w, put, c, state};
    if (dp_eval(g, wanted, 5, (dp_val[]){x, w, state}, (const dp_array *const[]){feeds[0], feeds[1], feeds[1]}, 3, out) != DP_OK)
        fail_msg("%s", dp_ctx_message(ctx));
    same(out[0], LIST(0, 1, 2, 3, 4, 5), 0);
    same(out[1], LIST(0, 0), 0);
    same(out[2], LIST(1, 0, 1, 1, 0, 1), 0);
    same(out[3], LIST(5), 0);
    same(out[4], LIST(0, 0), 0);
    for (int i = 0; i < 5; i++)
        covered[dp_val_op(g, wanted[i])] = true, dp_array_free(&out[i]);
    for (int i = 0; i < 2; i++)
        dp_array_free(&feeds[i]);
}

#define BOTH(name)                        \
    static void test_##name(void **state) \
    {                                     \
        (void)state;                      \
        with_graph(DP_F64, check_##name); \
        with_graph(DP_F32, check_##name); \
    }
BOTH(unary)
BOTH(cast)
BOTH(binary)
BOTH(matmul)
BOTH(batches)
BOTH(shapes)
BOTH(planes)
BOTH(axes)
BOTH(random)
BOTH(leaves)

static void test_all_covered(void **state)
{
    (void)state;
    for (int op = 1; op < DP_OP_COUNT; op++)
        if (!covered[op])
            fail_msg("no value of %s is tested", dp_op_name((dp_op)op));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unary),       cmocka_unit_test(test_cast),    cmocka_unit_test(test_binary),
        cmocka_unit_test(test_matmul),      cmocka_unit_test(test_batches), cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_planes),
        cmocka_unit_test(test_axes),        cmocka_unit_test(test_random),  cmocka_unit_test(test_leaves),
        cmocka_unit_test(test_all_covered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
