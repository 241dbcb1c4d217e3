/* Pictures changed at random. Two of their channels are the coordinates themselves, x and y: inside of the picture, where
 * linear interpolation is exact, the result then says from where each pixel came, and that can be held against what the
 * change is by its name. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/data.h>

#include "support/failing_memory.h"

enum { ROWS = 200, CHANNELS = 3, HEIGHT = 21, WIDTH = 31, PLANE = HEIGHT * WIDTH, ELEMS = CHANNELS * PLANE };
#define MIDDLE_X ((WIDTH - 1) / 2.0)
#define MIDDLE_Y ((HEIGHT - 1) / 2.0)

static dp_ctx *ctx;
static dp_dataset *ramps; /* channel 0: 1, channel 1: x + 1, channel 2: y + 1; so that outside can be told */

static dp_status make_ramps(dp_ctx *with, dp_dataset **out)
{
    dp_array *x = NULL;
    dp_status status = dp_array_new(with, DP_F32, dp_shape_of(4, (int64_t[]){ROWS, CHANNELS, HEIGHT, WIDTH}), &x);
    if (status != DP_OK)
        return status;
    for (int i = 0; i < ROWS * ELEMS; i++) {
        int place = i % PLANE, channel = i / PLANE % CHANNELS;
        ((float *)x->data)[i] = (float)(channel == 0 ? 1 : channel == 1 ? place % WIDTH + 1 : place / WIDTH + 1);
    }
    status = dp_dataset_new(with, 1, (const char *const[]){"x"}, &x, out);
    if (status != DP_OK)
        dp_array_free(&x);
    return status;
}

static int setup(void **state)
{
    (void)state;
    return dp_ctx_new(NULL, &ctx) == DP_OK && make_ramps(ctx, &ramps) == DP_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    dp_ctx_free(&ctx);
    return 0;
}

static dp_array *change(const char *text, uint64_t seed, int64_t epoch, const int64_t *rows, int64_t n)
{
    dp_augment *augment = NULL;
    dp_array *out = NULL;
    if (dp_augment_new(ctx, text, &augment) != DP_OK ||
        dp_dataset_augment(ramps, 0, rows, n, augment, seed, epoch, &out) != DP_OK)
        fail_msg("%s: %s", text, dp_ctx_message(ctx));
    dp_augment_free(&augment);
    return out;
}

static dp_array *change_all(const char *text)
{
    int64_t rows[ROWS];
    for (int i = 0; i < ROWS; i++)
        rows[i] = i;
    return change(text, 7, 3, rows, ROWS);
}

/* From where the pixel (x, y) of a row came; false if something of it came from outside. */
static int came_from(const dp_array *changed, int row, int x, int y, double *from_x, double *from_y)
{
    const float *p = (const float *)changed->data + row * ELEMS + y * WIDTH + x;
    *from_x = (double)p[PLANE] - 1;
    *from_y = (double)p[2 * PLANE] - 1;
    return fabs((double)p[0] - 1) < 1e-5;
}

/* Calls for every pixel that came from inside; the least and most of what it gives, over all of them, come out. */
typedef double measure_fn(double x, double y, double from_x, double from_y);

static void measure(const dp_array *changed, measure_fn *fn, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (int row = 0; row < ROWS; row++)
        for (int i = 0; i < PLANE; i++) {
            double from_x, from_y;
            if (!came_from(changed, row, i % WIDTH, i / WIDTH, &from_x, &from_y))
                continue;
            double value = fn(i % WIDTH - MIDDLE_X, i / WIDTH - MIDDLE_Y, from_x - MIDDLE_X, from_y - MIDDLE_Y);
            if (isnan(value))
                continue;
            *least = fmin(*least, value);
            *most = fmax(*most, value);
        }
}

static double step_x(double x, double y, double from_x, double from_y)
{
    (void)y, (void)from_y;
    return x - from_x;
}

static double step_y(double x, double y, double from_x, double from_y)
{
    (void)x, (void)from_x;
    return y - from_y;
}

/* How much farther from the middle; near to it there is no telling. */
static double ratio(double x, double y, double from_x, double from_y)
{
    return hypot(x, y) < 3 ? NAN : hypot(x, y) / hypot(from_x, from_y);
}

static double degrees(double x, double y, double from_x, double from_y)
{
    double turned = (atan2(y, x) - atan2(from_y, from_x)) * 180 / acos(-1);
    if (hypot(x, y) < 3)
        return NAN;
    return turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned;
}

/* tan of the slant; along the middle line there is none. */
static double slant(double x, double y, double from_x, double from_y)
{
    (void)y;
    return fabs(from_y) < 1 ? NAN : (from_x - x) / from_y;
}

/* With 200 rows the extremes lie within 5 % of what is allowed, and never outside. */
static void assert_fills(const char *what, double least, double most, double low, double high)
{
    double room = 0.05 * (high - low), rounding = 1e-4 * (high - low);
    if (!(least >= low - rounding && least < low + room && most <= high + rounding && most > high - room))
        fail_msg("%s: %g to %g, and not %g to %g", what, least, most, low, high);
}

static void each_change_is_what_it_is_called(void **state)
{
    static const struct {
        const char *text;
        measure_fn *fn;
        double low, high;
    } changes[] = {
        {"shift=3", step_x, -3, 3},
        {"shift=3", step_y, -3, 3},
        {"rotate=30", degrees, -30, 30},
        {"rotate=30", ratio, 1, 1},
        {"scale=0.25", ratio, 0.75, 1.25},
        {"scale=0.25", degrees, 0, 0},
        {"rotate=30,scale=0.25", degrees, -30, 30},
        {"rotate=30,scale=0.25", ratio, 0.75, 1.25},
        {"shear=20", slant, -0.36397, 0.36397}, /* tan 20° */
        {"shear=20", step_y, 0, 0},
        {"elastic=2", step_x, -2, 2},
        {"elastic=2", step_y, -2, 2},
        {"noise=0", step_x, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        double least, most;
        dp_array *changed = change_all(changes[i].text);
        measure(changed, changes[i].fn, &least, &most);
        if (changes[i].low < changes[i].high)
            assert_fills(changes[i].text, least, most, changes[i].low, changes[i].high);
        else if (!(fabs(least - changes[i].low) < 2e-4 && fabs(most - changes[i].low) < 2e-4))
            fail_msg("%s: %g to %g, and not %g", changes[i].text, least, most, changes[i].low);
        dp_array_free(&changed);
    }
}

/* All pixels of a picture are moved by the same; bent pictures are not, and their neighbours stay neighbours. */
static void pictures_stay_whole(void **state)
{
    (void)state;
    dp_array *shifted = change_all("shift=3"), *bent = change_all("elastic=2");
    int differ = 0;
    for (int row = 0; row < ROWS; row++) {
        double x, y, next_x, next_y;
        if (came_from(shifted, row, 10, 10, &x, &y) && came_from(shifted, row, 15, 12, &next_x, &next_y))
            assert_true(fabs(next_x - x - 5) < 1e-4 && fabs(next_y - y - 2) < 1e-4);
        if (!came_from(bent, row, 10, 10, &x, &y) || !came_from(bent, row, 11, 10, &next_x, &next_y))
            continue;
        assert_true(fabs(next_x - x - 1) < 1.5 && fabs(next_y - y) < 1.5);
        differ += fabs(next_x - x - 1) > 1e-3;
    }
    assert_true(differ > ROWS / 2);
    dp_array_free(&shifted);
    dp_array_free(&bent);
}

static void flips_are_mirrors(void **state)
{
    (void)state;
    dp_array *changed = change_all("flip=0.25");
    int mirrored = 0;
    for (int row = 0; row < ROWS; row++) {
        double x, y;
        assert_true(came_from(changed, row, 4, 6, &x, &y));
        assert_true(fabs(y - 6) < 1e-5 && (fabs(x - 4) < 1e-5 || fabs(x - (WIDTH - 5)) < 1e-5));
        mirrored += x > MIDDLE_X;
    }
    assert_in_range(mirrored, 25, 75); /* 50 expected, deviation 6 */
    dp_array_free(&changed);
}

static void erased_parts_are_rectangles(void **state)
{
    (void)state;
    enum { MOST = 8 };
    dp_array *changed = change_all("erase=8");
    int sizes[MOST + 1] = {0};
    for (int row = 0; row < ROWS; row++) {
        const float *p = (const float *)changed->data + row * ELEMS;
        int zeros = 0, left = WIDTH, right = -1, top = HEIGHT, bottom = -1;
        for (int i = 0; i < PLANE; i++) {
            assert_true((p[i] == 0) == (p[PLANE + i] == 0) && (p[i] == 0) == (p[2 * PLANE + i] == 0));
            if (p[i] != 0)
                continue;
            zeros++;
            left = i % WIDTH < left ? i % WIDTH : left;
            right = i % WIDTH > right ? i % WIDTH : right;
            top = i / WIDTH < top ? i / WIDTH : top;
            bottom = i / WIDTH;
        }
        int width = zeros ? right - left + 1 : 0, height = zeros ? bottom - top + 1 : 0;
        assert_true(width <= MOST && height <= MOST && zeros == width * height);
        sizes[width]++;
    }
    for (int width = 0; width <= MOST; width++)
        assert_true(sizes[width] > 0);
    dp_array_free(&changed);
}

static void noise_has_its_deviation(void **state)
{
    (void)state;
    dp_array *changed = change_all("noise=0.5");
    double sum = 0, squares = 0;
    for (int i = 0; i < ROWS * ELEMS; i++) {
        int place = i % PLANE, channel = i / PLANE % CHANNELS;
        double off = dp_array_get(changed, i) - (channel == 0   ? 1
                                                 : channel == 1 ? place % WIDTH + 1
                                                                : place / WIDTH + 1);
        sum += off;
        squares += off * off;
    }
    double n = (double)ROWS * ELEMS;
    assert_true(fabs(sum / n) < 5 * 0.5 / sqrt(n));
    assert_true(fabs(sqrt(squares / n) - 0.5) < 5 * 0.5 / sqrt(2 * n));
    dp_array_free(&changed);
}

/* A picture is a function of seed, epoch and row: not of what is beside it, and not of what else is asked for. */
static void draws_depend_on_nothing_else(void **state)
{
    static const char text[] = "shift=2,rotate=10,scale=0.1,shear=5,elastic=1,erase=4,noise=0.1,flip=0.5";
    (void)state;
    dp_array *all = change_all(text), *two = change(text, 7, 3, (int64_t[]){150, 2}, 2);
    size_t bytes = ELEMS * sizeof(float);
    assert_memory_equal(two->data, (float *)all->data + 150 * ELEMS, bytes);
    assert_memory_equal((float *)two->data + ELEMS, (float *)all->data + 2 * ELEMS, bytes);
    assert_memory_not_equal(all->data, (float *)all->data + ELEMS, bytes);
    dp_array *later = change(text, 7, 4, (int64_t[]){150, 2}, 2), *other = change(text, 8, 3, (int64_t[]){150, 2}, 2);
    assert_memory_not_equal(later->data, two->data, bytes);
    assert_memory_not_equal(other->data, two->data, bytes);
    dp_array *turned = change("rotate=10", 1, 0, (int64_t[]){9}, 1),
             *erased = change("rotate=10,erase=3", 1, 0, (int64_t[]){9}, 1);
    int differ = 0;
    for (int i = 0; i < PLANE; i++)
        differ += dp_array_get(turned, i) != dp_array_get(erased, i);
    assert_in_range(differ, 0, 9);
    dp_array *nothing = change("", 7, 3, (int64_t[]){5}, 1);
    assert_memory_equal(nothing->data, (float *)dp_dataset_column(ramps, 0)->data + 5 * ELEMS, bytes);
    dp_array_free(&all);
    dp_array_free(&two);
    dp_array_free(&later);
    dp_array_free(&other);
    dp_array_free(&turned);
    dp_array_free(&erased);
    dp_array_free(&nothing);
}

static void refuses_what_is_wrong(void **state)
{
    static const struct {
        const char *text;
        dp_status status;
        const char *words;
    } bad[] = {
        {"wobble=1", DP_ERR_NAME,
         "augment: there is no \"wobble\"; there are shift, rotate, scale, shear, elastic, erase, noise, flip"},
        {"shift", DP_ERR_RANGE, "augment: shift: shift is a number from 0 to 1e+06"},
        {"rotate=", DP_ERR_RANGE, "augment: rotate=: rotate is a number from 0 to 180"},
        {"rotate=1x", DP_ERR_RANGE, "rotate=1x"},
        {"rotate=-1", DP_ERR_RANGE, "from 0 to 180"},
        {"rotate=181", DP_ERR_RANGE, "from 0 to 180"},
        {"shear=nan", DP_ERR_RANGE, "from 0 to 60"},
        {"scale=1", DP_ERR_RANGE, "from 0 to 0.9"},
        {"flip=2", DP_ERR_RANGE, "from 0 to 1"},
        {"shift=1,shift=2", DP_ERR_ARG, "augment: shift is given twice"},
        {",shift=1", DP_ERR_NAME, "there is no \"\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dp_augment *none = NULL;
        assert_int_equal(dp_augment_new(ctx, bad[i].text, &none), bad[i].status);
        if (!strstr(dp_ctx_message(ctx), bad[i].words))
            fail_msg("%s: %s", bad[i].text, dp_ctx_message(ctx));
        assert_null(none);
    }
    dp_dataset *table = NULL;
    dp_augment *augment = NULL;
    dp_array *out = NULL;
    assert_int_equal(dp_augment_new(ctx, "shift=1", &augment), DP_OK);
    assert_int_equal(dp_csv_parse(ctx, "a\n1\n", 4, "a.csv", &table), DP_OK);
    assert_int_equal(dp_dataset_augment(table, 0, &(int64_t){0}, 1, augment, 0, 0, &out), DP_ERR_SHAPE);
    assert_non_null(strstr(dp_ctx_message(ctx), "augment: column a of a.csv holds no pictures"));
    assert_int_equal(dp_dataset_augment(ramps, 0, &(int64_t){ROWS}, 1, augment, 0, 0, &out), DP_ERR_RANGE);
    assert_null(out);
    dp_augment_free(&augment);
    dp_dataset_free(&table);
}

static dp_status change_once(dp_ctx *with, void *user)
{
    dp_dataset *data = NULL;
    dp_augment *augment = NULL;
    dp_array *out = NULL;
    (void)user;
    dp_status status = make_ramps(with, &data);
    if (status == DP_OK)
        status = dp_augment_new(with, "shift=1,noise=1", &augment);
    if (status == DP_OK)
        status = dp_dataset_augment(data, 0, (int64_t[]){1, 2}, 2, augment, 0, 0, &out);
    dp_array_free(&out);
    dp_augment_free(&augment);
    dp_dataset_free(&data);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(failing_memory_try_all(change_once, NULL) > 8);
}

static void leaks_nothing(void **state)
{
    (void)state;
    dp_dataset_free(&ramps);
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_what_it_is_called),
        cmocka_unit_test(pictures_stay_whole),
        cmocka_unit_test(flips_are_mirrors),
        cmocka_unit_test(erased_parts_are_rectangles),
        cmocka_unit_test(noise_has_its_deviation),
        cmocka_unit_test(draws_depend_on_nothing_else),
        cmocka_unit_test(refuses_what_is_wrong),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests_name("data/augment", tests, setup, teardown);
}
