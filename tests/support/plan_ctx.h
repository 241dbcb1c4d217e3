/* Contexts for tests that hold optimised plans and naive ones: BOTH_PLANS(test, before, after) are two entries of a group, with
 * before_naive set up for the second. */
#ifndef DENPA_TESTS_PLAN_CTX_H
#define DENPA_TESTS_PLAN_CTX_H

#include <denpa/context.h>

/* threads as in dp_config. */
static inline dp_status plan_ctx_new(int threads, int naive, dp_ctx **out)
{
    dp_config config;
    dp_config_init(&config);
    config.threads = threads;
    config.naive_plans = naive;
    return dp_ctx_new(&config, out);
}

#define BOTH_PLANS(test, before, after)                          \
    {#test ", optimised plans", test, before, after, NULL},      \
    {                                                            \
#test ", naive plans", test, before##_naive, after, NULL \
    }

#endif
