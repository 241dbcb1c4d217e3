/* What the tests of graph/, grad/ and check/ share: a context, a graph, and short words for shapes. */
#ifndef DENPA_TESTS_GRAPH_FIXTURE_H
#define DENPA_TESTS_GRAPH_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <denpa/ops.h>

#include "support/plan_ctx.h"

#define DIMS(...) ((int64_t[]){__VA_ARGS__})
#define SHAPE(...) dp_shape_of((int)(sizeof(DIMS(__VA_ARGS__)) / sizeof(int64_t)), DIMS(__VA_ARGS__))

typedef struct fixture {
    dp_ctx *ctx;
    dp_graph *g;
} fixture;

static inline void fixture_open_planned(fixture *f, dp_dtype float_dtype, int naive)
{
    assert_int_equal(plan_ctx_new(0, naive, &f->ctx), DP_OK);
    assert_int_equal(dp_graph_new(f->ctx, float_dtype, &f->g), DP_OK);
}

static inline void fixture_open(fixture *f, dp_dtype float_dtype)
{
    fixture_open_planned(f, float_dtype, 0);
}

/* Also holds that nothing was left behind. */
static inline void fixture_close(fixture *f)
{
    dp_graph_free(&f->g);
    assert_int_equal(dp_ctx_memory(f->ctx).current_bytes, 0);
    dp_ctx_free(&f->ctx);
}

/* A new graph in place of the one that has an error. */
static inline void fixture_renew(fixture *f)
{
    dp_dtype dtype = dp_graph_float_dtype(f->g);
    dp_graph_free(&f->g);
    assert_int_equal(dp_graph_new(f->ctx, dtype, &f->g), DP_OK);
}

#endif
