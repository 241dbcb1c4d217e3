/* How parameters begin: moments, bounds, orthogonality, fans, determinism.
 *
 * Allowed for the mean of n draws: 5 standard deviations of it; for the variance the same, with the fourth moment of the
 * distribution (2/n of a normal's squared variance, 0.8/n of a uniform's). Seeds are fixed, so that a test that passes
 * always does. */
#include <math.h>
#include <stdio.h>

#include "train_fixture.h"

/* Parameters from formula text. */
static dp_model *open_text(dp_ctx *ctx, const char *text, uint64_t seed)
{
    char all[512];
    snprintf(all, sizeof all, "%s\nloss = sum(W)", text);
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = DP_F64;
    dp_model *model = NULL;
    must(ctx, dp_model_from_text(ctx, all, strlen(all), "test", &config, &model));
    must(ctx, dp_model_init(model, seed));
    return model;
}

typedef struct moments_case {
    const char *text;
    double mean, variance, low, high; /* low, high: bounds that no number passes and some number comes near to */
    double fourth;                    /* how many n-ths of the squared variance the variance of the variance is */
} moments_case;

enum { NORMAL = 2 };
#define UNIFORM 0.8
#define NO_BOUND 0, 0

static void moments_are_as_they_say(void **state)
{
    (void)state;
    /* [200, 300]: fan_in 200, fan_out 300; filters [20, 30, 10, 10]: fan_in 3000, fan_out 2000. */
    const moments_case moments[] = {
        {"W = param((200, 300), he)", 0, 2 / 200.0, NO_BOUND, NORMAL},
        {"W = param((200, 300), xavier)", 0, 1 / 200.0, NO_BOUND, NORMAL},
        {"W = param((200, 300), kaiming_normal)", 0, 2 / 200.0, NO_BOUND, NORMAL},
        {"W = param((200, 300), kaiming_normal(mode=\"fan_out\", gain=3))", 0, 9 / 300.0, NO_BOUND, NORMAL},
        {"W = param((200, 300), kaiming_uniform(gain=1))", 0, 1 / 200.0, -sqrt(3 / 200.0), sqrt(3 / 200.0), UNIFORM},
        {"W = param((200, 300), kaiming_uniform(\"fan_out\"))", 0, 2 / 300.0, -sqrt(6 / 300.0), sqrt(6 / 300.0), UNIFORM},
        {"W = param((200, 300), xavier_normal)", 0, 2 / 500.0, NO_BOUND, NORMAL},
        {"W = param((200, 300), xavier_uniform(gain=2))", 0, 8 / 500.0, -2 * sqrt(6 / 500.0), 2 * sqrt(6 / 500.0), UNIFORM},
        {"W = param((20, 30, 10, 10), he)", 0, 2 / 3000.0, NO_BOUND, NORMAL},
        {"W = param((20, 30, 10, 10), xavier_normal)", 0, 2 / 5000.0, NO_BOUND, NORMAL},
        {"W = param((20, 30, 10, 10), kaiming_normal(\"fan_out\"))", 0, 2 / 2000.0, NO_BOUND, NORMAL},
        /* the variance of a normal in ±1: 1 - 2 phi(1) / (Phi(1) - Phi(-1)) */
        {"W = param((200, 300), trunc_normal(low=-1, high=1))", 0, 0.29112509477279653, -1, 1, UNIFORM},
        /* only the upper half: mean sqrt(2 / pi), variance 1 - 2 / pi, both times std */
        {"W = param((200, 300), trunc_normal(std=2, mean=1, low=1, high=100))", 1 + 2 * 0.79788456080286541,
         4 * 0.36338022763241862, 1, 0, 3},
    };
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        const moments_case *c = &moments[i];
        dp_model *model = open_text(ctx, c->text, 11 + i);
        dp_array p = dp_model_param(model, 0);
        int64_t n = dp_array_elems(&p);
        const double *v = p.data;
        double sum = 0, square = 0, low = v[0], high = v[0];
        for (int64_t k = 0; k < n; k++) {
            sum += v[k];
            low = fmin(low, v[k]);
            high = fmax(high, v[k]);
        }
        for (int64_t k = 0; k < n; k++) square += (v[k] - c->mean) * (v[k] - c->mean);
        double mean = sum / (double)n, variance = square / (double)n;
        if (fabs(mean - c->mean) > 5 * sqrt(c->variance / (double)n))
            fail_msg("%s: the mean is %g, not %g", c->text, mean, c->mean);
        if (fabs(variance - c->variance) > 5 * c->variance * sqrt(c->fourth / (double)n))
            fail_msg("%s: the variance is %g, not %g", c->text, variance, c->variance);
        double width = c->high - c->low;
        if (c->low != 0 && (low < c->low || low > c->low + 0.01 * fabs(c->low)))
            fail_msg("%s: the least is %g", c->text, low);
        if (width > 0 && (high > c->high || high < c->high - 0.01 * width))
            fail_msg("%s: the largest is %g", c->text, high);
        dp_model_free(&model);
    }
    ctx_close(ctx);
}

/* Rows or columns, whichever are fewer, have length `gain` and are at right angles. 784 roundings of numbers up to 1. */
static void check_orthogonal(const dp_array *p, double gain)
{
    int64_t rows = p->shape.dims[0], columns = dp_array_elems(p) / rows;
    int64_t count = rows < columns ? rows : columns, n = rows < columns ? columns : rows;
    const double *v = p->data;
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j <= i; j++) {
            double sum = 0;
            for (int64_t k = 0; k < n; k++)
                sum += rows < columns ? v[i * columns + k] * v[j * columns + k] : v[k * columns + i] * v[k * columns + j];
            if (fabs(sum - (i == j ? gain * gain : 0)) > gain * gain * 784 * 0x1p-53)
                fail_msg("vectors %d and %d: %.17g", (int)i, (int)j, sum);
        }
}

static void orthogonal_is_orthogonal(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double gain;
    } cases[] = {
        {"W = param((784, 50), orthogonal)", 1},          {"W = param((50, 784), orthogonal)", 1},
        {"W = param((40, 40), orthogonal(gain=2))", 2},   {"W = param((8, 3, 5, 5), orthogonal)", 1},
        {"W = param((1, 7), \"orthogonal\")", 1},
    };
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dp_model *model = open_text(ctx, cases[i].text, 3);
        dp_array p = dp_model_param(model, 0);
        check_orthogonal(&p, cases[i].gain);
        dp_model_free(&model);
    }
    ctx_close(ctx);
}

/* Rotations of the plane, half of them reflected: neither sign may be preferred anywhere. */
static void orthogonal_has_no_favourite_direction(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    int positive[4] = {0}, proper = 0, draws = 400;
    dp_model *model = open_text(ctx, "W = param((2, 2), orthogonal)", 0);
    for (int seed = 0; seed < draws; seed++) {
        must(ctx, dp_model_init(model, (uint64_t)seed));
        const double *v = dp_model_param(model, 0).data;
        for (int k = 0; k < 4; k++) positive[k] += v[k] > 0;
        proper += v[0] * v[3] - v[1] * v[2] > 0;
    }
    for (int k = 0; k < 4; k++) assert_in_range(positive[k], 150, 250); /* 5 standard deviations of 10 */
    assert_in_range(proper, 150, 250);
    dp_model_free(&model);
    ctx_close(ctx);
}

static void the_seed_decides(void **state)
{
    (void)state;
    static const char *const texts[] = {"W = param((5, 6), kaiming_normal)", "W = param((5, 6), kaiming_uniform)",
                                        "W = param((5, 6), xavier_normal)",  "W = param((5, 6), xavier_uniform)",
                                        "W = param((5, 6), orthogonal)",     "W = param((5, 6), trunc_normal)"};
    dp_ctx *ctx = ctx_open(1);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        dp_model *a = open_text(ctx, texts[i], 5), *b = open_text(ctx, texts[i], 5), *c = open_text(ctx, texts[i], 6);
        dp_array p = dp_model_param(a, 0);
        assert_memory_equal(p.data, dp_model_param(b, 0).data, dp_array_bytes(&p));
        assert_memory_not_equal(p.data, dp_model_param(c, 0).data, dp_array_bytes(&p));
        dp_model_free(&a);
        dp_model_free(&b);
        dp_model_free(&c);
    }
    ctx_close(ctx);
}

/* A range that a normal number hardly ever meets gives numbers in that range all the same. */
static void far_tails_stay_in_bounds(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open(1);
    dp_model *model = open_text(ctx, "W = param(50, trunc_normal(low=50, high=51))", 1);
    const double *v = dp_model_param(model, 0).data;
    for (int k = 0; k < 50; k++) assert_true(v[k] >= 50 && v[k] <= 51);
    dp_model_free(&model);
    model = open_text(ctx, "W = param(50, trunc_normal(std=0, mean=1))", 1);
    v = dp_model_param(model, 0).data;
    for (int k = 0; k < 50; k++) assert_true(v[k] == 1);
    dp_model_free(&model);
    ctx_close(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_as_they_say),
        cmocka_unit_test(orthogonal_is_orthogonal),
        cmocka_unit_test(orthogonal_has_no_favourite_direction),
        cmocka_unit_test(the_seed_decides),
        cmocka_unit_test(far_tails_stay_in_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
