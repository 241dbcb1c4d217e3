/* Surveys: a value seen over a plane. Of points, for decision regions; of weights, for the landscape of a loss.
 *
 * Everything here computes; painting is <denpa/plot.h>.
 */
#ifndef DENPA_SURVEY_H
#define DENPA_SURVEY_H

#include <denpa/graph.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Points (x0 + column * dx, y0 + row * dy). */
typedef struct dp_plane {
    double x0, dx, y0, dy;
    int64_t columns, rows;
} dp_plane;

/* `value` at every point of a plane, in f64.
 *
 * over     [N, 2] or [2], any value of g: its rows are replaced by points, N at a time, as dp_check_gradient puts other numbers
 *          in place of a value; integers are taken as real numbers
 * value    one number or row for each row of over: [N] or [N, K] (over [2]: a number, or [K]). Rows must not depend on each other.
 * feeds    as in dp_eval; one for `over` may be missing where it is an input
 * *out     f64 [rows, columns], or [rows, columns, K]; owned by the caller
 * Errors   DP_ERR_SHAPE (over, value: names them), DP_ERR_ARG (an empty plane, steps that are not finite), those of running a plan;
 *          *out is untouched. g stays as it is.
 * Threads  one run after the other; runs use the context's threads.
 * Tests    survey/plane */
DP_API dp_status dp_survey_points(dp_graph *g, dp_val value, dp_val over, const dp_plane *plane, const dp_val *feed_vals,
                                  const dp_array *const *feeds, int feed_count, dp_array **out);

/* What dp_survey_points gave, as classes: int64 [rows, columns], the index of the first largest of K numbers, or the number itself,
 * rounded. Errors: DP_ERR_SHAPE, DP_ERR_NOMEM. */
DP_API dp_status dp_survey_classes(dp_ctx *ctx, const dp_array *values, dp_array **out);

/* The loss over a plane of weights: at weights + x * across + y * up, computed in the dtypes of g.
 *
 * loss     one number
 * params   n floating params or variables of g; weights[i], across[i], up[i] have the shape of params[i], any floating dtype
 * feeds    as in dp_eval, for all that is not in params
 * *out     f64 [rows, columns]; owned by the caller
 * Errors   as dp_survey_points
 * Source   Li, Xu, Taylor, Studer, Goldstein: Visualizing the Loss Landscape of Neural Nets, 2018.
 * Tests    survey/landscape */
DP_API dp_status dp_survey_weights(dp_graph *g, dp_val loss, const dp_val *params, int n, const dp_array *const *weights,
                                   const dp_array *const *across, const dp_array *const *up, const dp_plane *plane,
                                   const dp_val *feed_vals, const dp_array *const *feeds, int feed_count, dp_array **out);

/* The plane in which a path through P weights moves most: the first two principal components of path[k] - path[K - 1].
 *
 * path     f64 [K, P], K >= 1
 * *across, *up  f64 [P], of length 1 and at right angles; where the path has fewer than two directions, the missing ones are
 *          drawn from `seed`. Their signs are such that the path begins at x >= 0, y >= 0.
 * *places  f64 [K, 2]: the path in that plane, (0, 0) its end
 * Errors   DP_ERR_SHAPE, DP_ERR_DTYPE, DP_ERR_RANGE (numbers that are not finite), DP_ERR_NOMEM; nothing is made then.
 * Source   as dp_survey_weights, section 7. */
DP_API dp_status dp_survey_path(dp_ctx *ctx, const dp_array *path, uint64_t seed, dp_array **across, dp_array **up,
                                dp_array **places);

#ifdef __cplusplus
}
#endif
#endif
