/* Variables with random numbers, away from the kinks where asked for. */
#ifndef DENPA_TESTS_RANDOM_NUMBERS_H
#define DENPA_TESTS_RANDOM_NUMBERS_H

#include <stdio.h>

#include <denpa/random.h>

#include "graph/graph_fixture.h"

/* An array of uniform numbers in [low, high), f64; each with a random sign where `both_signs`. */
static inline dp_array *random_array(dp_ctx *ctx, dp_rng *rng, dp_shape shape, double low, double high, int both_signs)
{
    dp_array *array;
    assert_int_equal(dp_array_new(ctx, DP_F64, shape, &array), DP_OK);
    for (int64_t i = 0; i < dp_array_elems(array); i++) {
        double x = low + (high - low) * dp_rng_uniform(rng);
        ((double *)array->data)[i] = both_signs && dp_rng_below(rng, 2) ? -x : x;
    }
    return array;
}

static inline dp_val random_variable(fixture *f, dp_rng *rng, dp_shape shape, double low, double high, int both_signs)
{
    char name[24];
    snprintf(name, sizeof name, "x%d", (int)dp_graph_count(f->g));
    dp_array *array = random_array(f->ctx, rng, shape, low, high, both_signs);
    dp_val v = dp_variable(f->g, name, array);
    dp_array_free(&array);
    assert_int_not_equal(v, DP_VAL_NONE);
    return v;
}

/* sum(v * weights), with random weights, so that no symmetry hides an error. */
static inline dp_val random_weighted_sum(fixture *f, dp_rng *rng, dp_val v)
{
    dp_array *weights = random_array(f->ctx, rng, dp_val_shape(f->g, v), 0.5, 1.5, 1);
    return dp_sum(f->g, dp_mul(f->g, v, dp_const_take(f->g, &weights)), NULL, 0, 0);
}

#endif
