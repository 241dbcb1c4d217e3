/* Measuring the machine: what the loops compute, what is refused, that nothing leaks. How fast it is, is no matter for
 * a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/info.h>
#include <denpa/machine.h>

#include "kernels/kern.h"
#include "support/failing_memory.h"

/* y = y / 2 + 1/2 has exact sums here: after r rounds 1 - (1 - y) / 2^r. */
static void the_loop_adds_and_multiplies(void **state)
{
    (void)state;
    enum { PAST = 4 };
    const float guard = -7;
    for (int isa = DPK_base; isa <= (int)dpk_cpu_best(); isa++) {
        dpk_peak peak = dpk_find_peak((dpk_isa)isa);
        int64_t n = peak.chains * peak.lanes;
        float y[DPK_PEAK_MAX_FLOATS + PAST];
        assert_in_range(n, 1, DPK_PEAK_MAX_FLOATS);
        for (int64_t i = 0; i < n; i++)
            y[i] = (float)i;
        for (int64_t i = n; i < n + PAST; i++)
            y[i] = guard;
        peak.run(y, 0);
        for (int64_t i = 0; i < n; i++)
            assert_true(y[i] == (float)i);
        peak.run(y, 3);
        for (int64_t i = 0; i < n; i++)
            assert_true(y[i] == 1 - (1 - (float)i) / 8);
        for (int64_t i = n; i < n + PAST; i++)
            assert_true(y[i] == guard);
    }
}

/* A level without vectors of its own takes those of the next lower one. */
static void each_level_has_a_loop(void **state)
{
    (void)state;
    for (int isa = DPK_base; isa < DPK_ISA_COUNT; isa++)
        assert_non_null(dpk_find_peak((dpk_isa)isa).run);
}

static void the_peak_is_measured_alone(void **state)
{
    (void)state;
    assert_true(dp_machine_peak(0) > 0.01 && dp_machine_peak(0.001) < 1e5);
}

static void speeds_are_measured(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 3; threads += 2) {
        dp_config config;
        dp_ctx *ctx = NULL;
        dp_machine_speed speed = {0};
        dp_config_init(&config);
        config.threads = threads;
        assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
        assert_int_equal(dp_machine_measure(ctx, 0, &speed), DP_OK);
        assert_true(speed.peak_gflops > 0 && speed.peak_gflops < 1e6);
        assert_true(speed.bandwidth_gbs > 0 && speed.bandwidth_gbs < 1e6);
        assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
        dp_ctx_free(&ctx);
    }
}

static void wrong_times_are_refused(void **state)
{
    (void)state;
    const double wrong[] = {-1, 61, 0.0 / 0.0};
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        dp_machine_speed speed = {.peak_gflops = 5};
        assert_int_equal(dp_machine_measure(ctx, wrong[i], &speed), DP_ERR_RANGE);
        assert_true(speed.peak_gflops == 5);
        assert_non_null(strstr(dp_ctx_message(ctx), "seconds"));
    }
    dp_ctx_free(&ctx);
}

static dp_status measure(dp_ctx *ctx, void *user)
{
    return dp_machine_measure(ctx, 0, user);
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    dp_machine_speed speed;
    assert_int_equal(failing_memory_try_all(measure, &speed), 3);
}

static void the_name_fits(void **state)
{
    (void)state;
    char whole[64], part[4] = "xyz", none[1] = "x";
    assert_ptr_equal(dp_machine_cpu(whole, sizeof whole), whole);
    assert_true(strlen(whole) > 0 && strlen(whole) < DPK_CPU_NAME_BYTES && whole[0] != ' ');
    dp_machine_cpu(part, sizeof part);
    assert_int_equal(strlen(part), strlen(whole) < 3 ? strlen(whole) : 3);
    assert_memory_equal(part, whole, strlen(part));
    dp_machine_cpu(none, 0);
    assert_int_equal(none[0], 'x');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loop_adds_and_multiplies), cmocka_unit_test(each_level_has_a_loop),
        cmocka_unit_test(the_peak_is_measured_alone),
        cmocka_unit_test(speeds_are_measured),          cmocka_unit_test(wrong_times_are_refused),
        cmocka_unit_test(no_memory_is_an_error),        cmocka_unit_test(the_name_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
