/* Values over planes, against the formulas they come from. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/ops.h>
#include <denpa/survey.h>

static dp_ctx *ctx;
static dp_graph *g;

static int setup(void **state)
{
    (void)state;
    return dp_ctx_new(NULL, &ctx) == DP_OK && dp_graph_new(ctx, DP_F64, &g) == DP_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    dp_graph_free(&g);
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
    return 0;
}

static dp_val make(const char *name, dp_dtype dtype, int rank, const int64_t *dims, const void *numbers)
{
    dp_array array = {.dtype = dtype, .shape = dp_shape_of(rank, dims), .data = (void *)(uintptr_t)numbers};
    return name ? dp_variable(g, name, &array) : dp_const(g, &array);
}

#define DIMS(...) ((const int64_t[]){__VA_ARGS__})
#define REALS(...) ((const double[]){__VA_ARGS__})
#define INTEGERS(...) ((const int64_t[]){__VA_ARGS__})

/* Integer points X [3, 2] in place of which real ones are put; 7 columns by 5 rows is no multiple of 3. */
static void a_value_follows_the_points(void **state)
{
    (void)state;
    dp_val x = make("X", DP_I64, 2, DIMS(3, 2), INTEGERS(0, 0, 1, 2, 3, 4));
    dp_val w = make("W", DP_F64, 2, DIMS(2, 2), REALS(1, 2, 10, 20));
    dp_val y = dp_matmul(g, dp_cast(g, x, DP_F64), w);
    const dp_plane plane = {-1.5, 0.5, 2, 0.25, 7, 5};
    dp_array *values = NULL, *classes = NULL;
    assert_int_equal(dp_survey_points(g, y, x, &plane, NULL, NULL, 0, &values), DP_OK);
    assert_true(dp_shape_equal(values->shape, dp_shape_of(3, DIMS(5, 7, 2))));
    for (int row = 0; row < 5; row++)
        for (int column = 0; column < 7; column++) {
            double px = -1.5 + 0.5 * column, py = 2 + 0.25 * row, first = px + 10 * py;
            assert_true(dp_array_get(values, (row * 7 + column) * 2) == first);
            assert_true(dp_array_get(values, (row * 7 + column) * 2 + 1) == 2 * first);
        }
    assert_int_equal(dp_survey_classes(ctx, values, &classes), DP_OK);
    assert_true(dp_shape_equal(classes->shape, dp_shape_of(2, DIMS(5, 7))));
    assert_int_equal(((int64_t *)classes->data)[34], 1);
    dp_array_free(&values);
    dp_array_free(&classes);
}

static void one_point_and_whole_numbers(void **state)
{
    (void)state;
    dp_val x = make("x", DP_F64, 1, DIMS(2), REALS(0, 0));
    dp_val total = dp_sum(g, x, NULL, 0, 0);
    const dp_plane plane = {1, 1, 1, 1, 3, 2};
    dp_array *values = NULL, *classes = NULL;
    assert_int_equal(dp_survey_points(g, total, x, &plane, NULL, NULL, 0, &values), DP_OK);
    assert_true(dp_shape_equal(values->shape, dp_shape_of(2, DIMS(2, 3))));
    assert_int_equal(dp_survey_classes(ctx, values, &classes), DP_OK);
    assert_memory_equal(classes->data, INTEGERS(2, 3, 4, 3, 4, 5), 48);
    dp_array_free(&values);
    dp_array_free(&classes);
}

static void wrong_points_are_refused(void **state)
{
    (void)state;
    dp_val x = make("x", DP_F64, 2, DIMS(2, 3), REALS(0, 0, 0, 0, 0, 0)), other = make("other", DP_F64, 2, DIMS(2, 2), REALS(0, 0, 0, 0));
    dp_val sum = dp_sum(g, other, NULL, 0, 0), rows = dp_exp(g, other);
    const dp_plane plane = {0, 1, 0, 1, 2, 2}, empty = {0, 1, 0, 1, 0, 2}, endless = {0, INFINITY, 0, 1, 2, 2};
    dp_array *values = NULL;
    assert_int_equal(dp_survey_points(g, dp_exp(g, x), x, &plane, NULL, NULL, 0, &values), DP_ERR_SHAPE);
    assert_non_null(strstr(dp_ctx_message(ctx), "x is [2, 3]"));
    assert_int_equal(dp_survey_points(g, sum, other, &plane, NULL, NULL, 0, &values), DP_ERR_SHAPE);
    assert_int_equal(dp_survey_points(g, rows, x, &plane, NULL, NULL, 0, &values), DP_ERR_SHAPE);
    assert_int_equal(dp_survey_points(g, rows, other, &empty, NULL, NULL, 0, &values), DP_ERR_ARG);
    assert_int_equal(dp_survey_points(g, rows, other, &endless, NULL, NULL, 0, &values), DP_ERR_ARG);
    dp_val third = make("third", DP_F64, 2, DIMS(2, 2), REALS(0, 0, 0, 0));
    assert_int_equal(dp_survey_points(g, rows, third, &plane, NULL, NULL, 0, &values), DP_ERR_ARG);
    assert_non_null(strstr(dp_ctx_message(ctx), "does not depend on third"));
    assert_null(values);
}

/* loss = sum (a - 1)^2 + sum b^2 at a = (x, 2y), b = (3x): x^2 - 2x + 1 + 4y^2 - 4y + 1 + 9x^2. */
static void a_landscape_is_that_of_its_formula(void **state)
{
    (void)state;
    dp_val a = make("a", DP_F64, 1, DIMS(2), REALS(7, 7)), b = make("b", DP_F64, 1, DIMS(1), REALS(7));
    dp_val loss = dp_add(g, dp_sum(g, dp_square(g, dp_sub(g, a, dp_scalar(g, 1))), NULL, 0, 0),
                         dp_sum(g, dp_square(g, b), NULL, 0, 0));
    double zeros[2] = {0, 0}, across_a[2] = {1, 0}, up_a[2] = {0, 2}, across_b[1] = {3};
    dp_array w[2], across[2], up[2];
    for (int i = 0; i < 2; i++) {
        dp_array base = {.dtype = DP_F64, .shape = dp_shape_of(1, i ? DIMS(1) : DIMS(2)), .data = zeros};
        w[i] = across[i] = up[i] = base;
    }
    across[0].data = across_a, up[0].data = up_a, across[1].data = across_b;
    const dp_array *ws[2] = {&w[0], &w[1]}, *xs[2] = {&across[0], &across[1]}, *ys[2] = {&up[0], &up[1]};
    const dp_plane plane = {-1, 0.5, 0, 0.25, 4, 3};
    const dp_val params[2] = {a, b};
    dp_array *z = NULL;
    assert_int_equal(dp_survey_weights(g, loss, params, 2, ws, xs, ys, &plane, NULL, NULL, 0, &z), DP_OK);
    for (int row = 0; row < 3; row++)
        for (int column = 0; column < 4; column++) {
            double x = -1 + 0.5 * column, y = 0.25 * row;
            assert_true(dp_array_get(z, row * 4 + column) == 10 * x * x - 2 * x + 4 * y * y - 4 * y + 2);
        }
    dp_array_free(&z);
    ys[1] = &up[0];
    assert_int_equal(dp_survey_weights(g, loss, params, 2, ws, xs, ys, &plane, NULL, NULL, 0, &z), DP_ERR_SHAPE);
    assert_int_equal(dp_survey_weights(g, a, params, 2, ws, xs, ys, &plane, NULL, NULL, 0, &z), DP_ERR_SHAPE);
    assert_null(z);
}

/* A path in a plane of five dimensions: the distances in the picture are those of the path. */
static void a_flat_path_keeps_its_distances(void **state)
{
    (void)state;
    double path[4][5];
    const double s[4][2] = {{5, 1}, {3, 2}, {1, -1}, {0, 0}};
    const double u[5] = {1, 0, 2, 0, -1}, v[5] = {0, 1, 1, 1, 2};
    for (int k = 0; k < 4; k++)
        for (int j = 0; j < 5; j++) path[k][j] = 3 + s[k][0] * u[j] + s[k][1] * v[j];
    const dp_array given = {.dtype = DP_F64, .shape = dp_shape_of(2, DIMS(4, 5)), .data = path};
    dp_array *across = NULL, *up = NULL, *places = NULL;
    assert_int_equal(dp_survey_path(ctx, &given, 1, &across, &up, &places), DP_OK);
    const double *p = places->data, *a = across->data, *b = up->data;
    double aa = 0, bb = 0, ab = 0;
    for (int j = 0; j < 5; j++) aa += a[j] * a[j], bb += b[j] * b[j], ab += a[j] * b[j];
    assert_true(fabs(aa - 1) < 1e-12 && fabs(bb - 1) < 1e-12 && fabs(ab) < 1e-12);
    assert_true(p[0] >= 0 && p[1] >= 0 && fabs(p[6]) < 1e-12 && fabs(p[7]) < 1e-12);
    for (int k = 0; k < 4; k++)
        for (int m = 0; m < k; m++) {
            double far = 0, near = hypot(p[2 * k] - p[2 * m], p[2 * k + 1] - p[2 * m + 1]);
            for (int j = 0; j < 5; j++) far += (path[k][j] - path[m][j]) * (path[k][j] - path[m][j]);
            /* The plane of two directions holds all of the path; what is missing is what 300 rounds have not turned away. */
            assert_true(fabs(near - sqrt(far)) < 1e-9 * sqrt(far));
        }
    dp_array_free(&across);
    dp_array_free(&up);
    dp_array_free(&places);
}

static void a_path_that_stands_still_has_directions(void **state)
{
    (void)state;
    double path[6] = {1, 2, 3, 1, 2, 3};
    dp_array given = {.dtype = DP_F64, .shape = dp_shape_of(2, DIMS(2, 3)), .data = path};
    dp_array *across = NULL, *up = NULL, *places = NULL;
    assert_int_equal(dp_survey_path(ctx, &given, 1, &across, &up, &places), DP_OK);
    assert_true(dp_array_get(places, 0) == 0 && isfinite(dp_array_get(across, 0)) && isfinite(dp_array_get(up, 2)));
    dp_array_free(&across);
    dp_array_free(&up);
    dp_array_free(&places);
    path[4] = NAN;
    assert_int_equal(dp_survey_path(ctx, &given, 1, &across, &up, &places), DP_ERR_RANGE);
    given.shape = dp_shape_of(1, DIMS(6));
    assert_int_equal(dp_survey_path(ctx, &given, 1, &across, &up, &places), DP_ERR_SHAPE);
    assert_null(across);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_value_follows_the_points, setup, teardown),
        cmocka_unit_test_setup_teardown(one_point_and_whole_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(wrong_points_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_landscape_is_that_of_its_formula, setup, teardown),
        cmocka_unit_test_setup_teardown(a_flat_path_keeps_its_distances, setup, teardown),
        cmocka_unit_test_setup_teardown(a_path_that_stands_still_has_directions, setup, teardown),
    };
    return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
