/* For the tests of pictures: a context, numbers as arrays, checks with the message that went wrong. */
#ifndef DENPA_TESTS_PLOT_FIXTURE_H
#define DENPA_TESTS_PLOT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/plot.h>

#define OK(call)                                                 \
    do {                                                         \
        dp_status status_ = (call);                              \
        if (status_ != DP_OK)                                    \
            fail_msg("%s: %s", #call, dp_ctx_message(plot_ctx)); \
    } while (0)

/* The call must fail with this status, and its message must have these words. */
#define FAILS(call, status, words)                             \
    do {                                                       \
        assert_int_equal(call, status);                        \
        if (!strstr(dp_ctx_message(plot_ctx), words))          \
            fail_msg("message: %s", dp_ctx_message(plot_ctx)); \
    } while (0)

#define SKIP_WITHOUT_CAIRO() \
    if (!DENPA_HAVE_CAIRO)   \
    skip()

static dp_ctx *plot_ctx;

static inline int plot_setup(void **state)
{
    (void)state;
    return dp_ctx_new(NULL, &plot_ctx) != DP_OK;
}

/* What was allocated has been freed. */
static inline int plot_teardown(void **state)
{
    (void)state;
    int left = dp_ctx_memory(plot_ctx).current_bytes != 0;
    if (left)
        print_error("%llu bytes were not freed\n", (unsigned long long)dp_ctx_memory(plot_ctx).current_bytes);
    dp_ctx_free(&plot_ctx);
    return left;
}

#define PLOT_TEST(name) cmocka_unit_test_setup_teardown(name, plot_setup, plot_teardown)

static inline dp_array plot_matrix(dp_dtype dtype, int64_t rows, int64_t columns, const void *data)
{
    dp_array m = {.dtype = dtype, .shape = dp_shape_of(2, (int64_t[]){rows, columns})};
    memcpy(&m.data, &data, sizeof data);
    return m;
}

static inline dp_figure *plot_figure(const dp_figure_options *options)
{
    dp_figure *figure = NULL;
    OK(dp_figure_new(plot_ctx, options, &figure));
    return figure;
}

#endif
