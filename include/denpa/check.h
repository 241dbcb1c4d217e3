/* Gradient check: back-propagation against central differences.
 *
 *     numeric_i = (loss(x + h e_i) - loss(x - h e_i)) / (2 h)
 *
 * Signed and element by element. Wants a graph in f64 (DP_ERR_DTYPE otherwise).
 */
#ifndef DENPA_CHECK_H
#define DENPA_CHECK_H

#include <denpa/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_check_config {
    double h;             /* step: h * max(1, |x_i|), rounded so that x + h - x is exact. Default 6e-6 = cbrt(eps) */
    double tolerance;     /* largest relative difference that is fine. Default 1e-6 */
    int64_t max_elements; /* per variable; larger ones are sampled (seeded). Default 200 */
    uint64_t seed;
} dp_check_config;
DP_API void dp_check_config_init(dp_check_config *config);

/* One variable. relative difference of two gradients a (analytic) and n (numeric) of one element:
 *     |a - n| / max(|a|, |n|, floor)
 * where floor is the size below which a central difference in f64 says nothing (rounding of loss / h, stated in
 * check.c), so that a sign flip of any gradient that can be seen fails. */
typedef struct dp_check_result {
    dp_val variable;
    double max_abs;       /* largest |a - n| */
    double max_rel;       /* largest relative difference */
    int64_t place;        /* flat index of the element with max_rel */
    double analytic;      /* there */
    double numeric;       /* there */
    int64_t checked;      /* elements checked */
    int64_t total;        /* elements there are */
    int ok;               /* max_rel <= tolerance and everything finite */
} dp_check_result;

/* Checks d loss / d wrt[i]. wrt are any values, variables and params above all; integers are taken as real numbers. feeds
 * give inputs and params their numbers as in dp_eval. results[0..n-1] is filled in, untouched on error. The backward pass
 * is added to g. Where a kink (relu, max) lies within the step, a smaller one is tried; exactly on a kink the two differ.
 * Errors   as dp_grad, dp_plan_new and dp_plan_run; DP_ERR_ARG (config); a difference is not an error. */
DP_API dp_status dp_check_gradient(dp_graph *g, dp_val loss, const dp_val *wrt, int n, const dp_val *feed_vals,
                                   const dp_array *const *feeds, int feed_count, const dp_check_config *config,
                                   dp_check_result *results);

/* The numeric gradient alone, of every element of one variable, with one step h for all, as the book's
 * numerical_gradient (h = 1e-4). *out has the shape of wrt, f64, owned by the caller. Nothing is added to g. */
DP_API dp_status dp_numeric_gradient(dp_graph *g, dp_val loss, dp_val wrt, const dp_val *feed_vals,
                                     const dp_array *const *feeds, int feed_count, double h, dp_array **out);

/* dp_formula_hooks.numeric_grad for graphs without inputs and params; user is not used. */
DP_API dp_status dp_numeric_gradient_hook(void *user, dp_graph *g, dp_val loss, dp_val x, double h, dp_array **out);

#ifdef __cplusplus
}
#endif
#endif
