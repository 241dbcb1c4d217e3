#include "support/built_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/far.h"

static void must(const built_plan *b, dp_status status)
{
    if (status != DP_OK)
        fail_msg("%s: %s", b->what, dp_ctx_message(b->ctx));
}

static void bind_leaves(built_plan *b)
{
    for (dp_val v = 1; v <= dp_graph_count(b->g); v++) {
        if (!dp_plan_needs(b->plan, v) || dp_val_op(b->g, v) == DP_OP_CONST)
            continue;
        assert_true(b->data_count < BUILT_PLAN_LEAVES);
        dp_array **array = &b->data[b->data_count];
        must(b, dp_array_new(b->ctx, dp_val_dtype(b->g, v), dp_val_shape(b->g, v), array));
        b->leaves[b->data_count++] = v;
        must(b, dp_plan_bind(b->plan, v, (*array)->data));
    }
}

static void find_wanted(built_plan *b, const char *wanted)
{
    for (const char *at = wanted; *at;) {
        char name[20];
        size_t bytes = strcspn(at, " ");
        assert_true(b->count < BUILT_PLAN_WANTED);
        snprintf(name, sizeof name, "%.*s", (int)bytes, at);
        b->wanted[b->count++] = dp_scope_find(b->scope, name);
        at += bytes + (at[bytes] == ' ');
    }
}

void built_plan_open(built_plan *b, const char *what, const char *text, const char *wanted, built_plan_how how)
{
    *b = (built_plan){.what = what};
    dp_config config;
    dp_config_init(&config);
    config.naive_plans = how.naive;
    config.threads = how.threads;
    assert_int_equal(dp_ctx_new(&config, &b->ctx), DP_OK);
    if (how.far_bytes)
        dpi_set_far_bytes(b->ctx, how.far_bytes);
    dp_build_config settings;
    dp_build_config_init(&settings);
    settings.batch = how.batch;
    must(b, dp_formula_parse(b->ctx, text, strlen(text), "case", &b->formula));
    must(b, dp_graph_new(b->ctx, how.dtype, &b->g));
    must(b, dp_formula_build(b->formula, b->g, &settings, &b->scope));
    find_wanted(b, wanted);
    must(b, dp_plan_new(b->g, b->wanted, b->count, &b->plan));
    bind_leaves(b);
}

void built_plan_fill(built_plan *b, uint64_t seed, bool exact)
{
    for (int leaf = 0; leaf < b->data_count; leaf++) {
        dp_array *array = b->data[leaf];
        dp_rng rng = {.seed = seed, .stream = (uint64_t)b->leaves[leaf]};
        for (int64_t i = 0; i < dp_array_elems(array); i++) {
            if (array->dtype == DP_I64) {
                ((int64_t *)array->data)[i] = (int64_t)dp_rng_below(&rng, 4);
                continue;
            }
            double number = exact ? (double)dp_rng_below(&rng, 5) - 2 : dp_rng_normal(&rng);
            if (array->dtype == DP_F32)
                ((float *)array->data)[i] = (float)number;
            else
                ((double *)array->data)[i] = number;
        }
    }
}

void built_plan_run(built_plan *b)
{
    must(b, dp_plan_run(b->plan));
}

void built_plan_close(built_plan *b)
{
    dp_plan_free(&b->plan);
    for (int i = 0; i < b->data_count; i++)
        dp_array_free(&b->data[i]);
    dp_scope_free(&b->scope);
    dp_graph_free(&b->g);
    dp_formula_free(&b->formula);
    assert_int_equal((int)dp_ctx_memory(b->ctx).current_bytes, 0);
    dp_ctx_free(&b->ctx);
}
