/* Plan and run: from a graph to numbers.
 *
 * A plan holds what is to be run for a set of wanted values, in order, with all memory placed. Running it allocates nothing.
 * The plan keeps what it needs of the graph, so the graph may be freed first.
 */
#ifndef DENPA_PLAN_H
#define DENPA_PLAN_H

#include <denpa/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_plan dp_plan;

/* Makes a plan for wanted[0..n-1].
 *
 * *out     owned by the caller; free with dp_plan_free before the context
 * Errors   the status of g if that is not DP_OK; DP_ERR_ARG, DP_ERR_NOMEM (says how many bytes); *out is untouched.
 */
DP_API dp_status dp_plan_new(dp_graph *g, const dp_val *wanted, int n, dp_plan **out);
DP_API void dp_plan_free(dp_plan **plan);

/* Gives a value its memory, which the caller keeps alive and may write between runs: for an input, a param or a variable (dp_variable)
 * the place it is read from (never written), for any other wanted value the place it is written to. data holds dp_shape_elems(shape)
 * elements of the value's dtype, row-major, aligned to the element; what is written overlaps nothing that is read. May be called again
 * at any time. Without it a variable has the numbers it was made with, a wanted value lies in the plan's own memory, and an input or
 * param that is needed makes dp_plan_run fail with DP_ERR_ARG, by name.
 * Errors   DP_ERR_ARG: v is neither a leaf that the plan needs (dp_plan_needs tells) nor wanted, or data is NULL */
DP_API dp_status dp_plan_bind(dp_plan *plan, dp_val v, void *data);
DP_API int dp_plan_needs(const dp_plan *plan, dp_val v);

/* Runs it. Errors: DP_ERR_ARG (a leaf has no memory), DP_ERR_RANGE (an index outside, by name and place), after which the wanted
 * values are undefined. Allocates nothing. */
DP_API dp_status dp_plan_run(dp_plan *plan);

/* The value as an array borrowed from the plan (or the caller's own memory, if bound): good until the next run and until the plan is
 * freed. data is NULL if v was not wanted. */
DP_API dp_array dp_plan_value(const dp_plan *plan, dp_val v);

typedef struct dp_plan_stats {
    int64_t steps;              /* kernel calls per run */
    uint64_t arena_bytes;       /* memory of the plan, laid out by liveness */
    uint64_t unshared_bytes;    /* what it would take with a place for every value */
    double flops;               /* multiplications and additions of the matrix products of one run */
} dp_plan_stats;
DP_API dp_plan_stats dp_plan_get_stats(const dp_plan *plan);

/* Plans, binds, runs, copies out, in one call: for single evaluations.
 *
 * feeds    arrays for inputs and params: feed i belongs to value feed_vals[i] (dtype and shape must be those of the value)
 * out[i]   the numbers of wanted[i], owned by the caller (dp_array_free); on error all untouched
 */
DP_API dp_status dp_eval(dp_graph *g, const dp_val *wanted, int n, const dp_val *feed_vals, const dp_array *const *feeds,
                         int feed_count, dp_array **out);

/* dp_formula_hooks.evaluate: dp_eval of one value without feeds; user is not used. */
DP_API dp_status dp_evaluate_hook(void *user, dp_graph *g, dp_val value, dp_array **out);

#ifdef __cplusplus
}
#endif
#endif
