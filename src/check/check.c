/* Gradient check, element by element.
 *
 * Which difference counts. The loss is computed with a relative error of a few units in the last place; taking 4 eps
 * max(1, |loss|) for the difference of two losses (the 1 stands for intermediate values of ordinary size that cancel),
 * a central difference is uncertain by
 *     noise = 4 eps max(1, |loss|) / h.
 * With floor = noise / tolerance, |a - n| / max(|a|, |n|, floor) exceeds the tolerance only where |a - n| exceeds the
 * noise; a flipped sign, |a - n| = 2 |a|, fails for every gradient above half of it (about 1e-10 for a loss of 1).
 *
 * Kinks. Where a kink (relu, max, abs) lies between x - h and x + h, the central difference is wrong by
 *     |loss(x + h) - 2 loss(x) + loss(x - h)| / (2 h),
 * which a smooth function keeps near h f'' / 2. A difference that this explains, and only such a one, is tried again
 * with a smaller step.
 */
#include <denpa/check.h>

#include <float.h>
#include <math.h>

#include <denpa/grad.h>
#include <denpa/random.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "check/numeric.h"
#include "graph/graph_internal.h"

enum { KINK_RETRIES = 3 };

void dp_check_config_init(dp_check_config *config)
{
    *config = (dp_check_config){.h = 6e-6, .tolerance = 1e-6, .max_elements = 200};
}

/* One comparison with one step. maybe_kink is looked at where the tolerance is exceeded. */
typedef struct comparison {
    double numeric, absolute, relative;
    bool maybe_kink;
} comparison;

static dp_status compare(dpi_numeric *numeric, int64_t place, double analytic, double h, const dp_check_config *config,
                         comparison *out)
{
    double x = dp_array_get(numeric->x, place), above = 0, below = 0;
    volatile double up = x + h * fmax(1, fabs(x)), down = x - (up - x); /* steps that are exactly those taken */
    dp_status status = dpi_numeric_loss(numeric, place, up, &above);
    if (status == DP_OK) status = dpi_numeric_loss(numeric, place, down, &below);
    if (status != DP_OK) return status;
    double way = up - down, n = (above - below) / way, difference = fabs(analytic - n);
    double noise = 4 * DBL_EPSILON * fmax(1, fmax(fabs(above), fabs(below))) / (way / 2);
    double size = fmax(fmax(fabs(analytic), fabs(n)), noise / config->tolerance);
    bool finite = isfinite(analytic) && isfinite(n);
    *out = (comparison){
        .numeric = n, .absolute = finite ? difference : INFINITY, .relative = finite ? difference / size : INFINITY};
    if (!finite || out->relative <= config->tolerance) return DP_OK;
    double at = 0;
    status = dpi_numeric_loss(numeric, place, x, &at);
    out->maybe_kink = difference <= 1.001 * fabs(above - 2 * at + below) / way + noise;
    return status;
}

static dp_status check_element(dpi_numeric *numeric, int64_t place, double analytic, const dp_check_config *config,
                               dp_check_result *result)
{
    comparison best, next;
    double h = config->h;
    dp_status status = compare(numeric, place, analytic, h, config, &best);
    for (int retry = 0; status == DP_OK && best.relative > config->tolerance && best.maybe_kink && retry < KINK_RETRIES;
         retry++) {
        h /= 10;
        status = compare(numeric, place, analytic, h, config, &next);
        if (status == DP_OK && next.relative < best.relative) best = next;
    }
    if (status != DP_OK) return status;
    result->checked++;
    if (best.absolute > result->max_abs) result->max_abs = best.absolute;
    if (result->place >= 0 && !(best.relative > result->max_rel)) return DP_OK;
    result->max_rel = best.relative;
    result->place = place;
    result->analytic = analytic;
    result->numeric = best.numeric;
    return DP_OK;
}

/* All elements, or max_elements of them: one drawn from each of as many equal stretches. */
static dp_status check_variable(dpi_numeric *numeric, uint64_t stream, const dp_array *analytic,
                                const dp_check_config *config, dp_check_result *result)
{
    int64_t total = dp_array_elems(analytic), count = total < config->max_elements ? total : config->max_elements;
    dp_rng rng = {.seed = config->seed, .stream = stream};
    result->total = total;
    result->place = -1;
    for (int64_t k = 0; k < count; k++) {
        int64_t first = (int64_t)((double)k / (double)count * (double)total),
                next = (int64_t)((double)(k + 1) / (double)count * (double)total);
        int64_t place = count == total ? k : first + (int64_t)dp_rng_below(&rng, (uint64_t)(next - first));
        dp_status status = check_element(numeric, place, dp_array_get(analytic, place), config, result);
        if (status != DP_OK) return status;
    }
    if (result->place < 0) result->place = 0;
    result->ok = result->max_rel <= config->tolerance;
    return DP_OK;
}

static dp_status config_ok(const dp_graph *g, dp_val loss, const dp_check_config *config)
{
    if (g->float_dtype != DP_F64 || dp_val_dtype(g, loss) == DP_F32)
        return dpi_fail(g->ctx, DP_ERR_DTYPE, "gradient check: it needs float64, the graph computes in float32");
    if (!(config->h > 0) || !(config->tolerance > 0) || config->max_elements < 1)
        return dpi_fail(g->ctx, DP_ERR_ARG, "gradient check: step, tolerance and number of elements must be above 0");
    return DP_OK;
}

/* The gradients by back-propagation, analytic[i] owned by the caller. */
static dp_status evaluate_gradients(dp_graph *g, dp_val loss, const dp_val *wrt, int n, const dp_val *feed_vals,
                                    const dp_array *const *feeds, int feed_count, dp_array **analytic)
{
    void *memory;
    dp_status status = dpi_alloc(g->ctx, (size_t)n, sizeof(dp_val), "gradient check", &memory);
    if (status != DP_OK) return status;
    dp_val *gradients = memory;
    status = dp_grad(g, loss, DP_VAL_NONE, wrt, n, gradients);
    if (status == DP_OK) status = dp_eval(g, gradients, n, feed_vals, feeds, feed_count, analytic);
    dpi_free(g->ctx, memory);
    return status;
}

static dp_status check_all(dp_graph *g, dp_val loss, const dp_val *wrt, int n, const dp_val *feed_vals,
                           const dp_array *const *feeds, int feed_count, const dp_check_config *config,
                           dp_check_result *results)
{
    void *memory;
    dp_status status = dpi_alloc(g->ctx, (size_t)n, sizeof(dp_array *), "gradient check", &memory);
    if (status != DP_OK) return status;
    dp_array **analytic = memory;
    status = evaluate_gradients(g, loss, wrt, n, feed_vals, feeds, feed_count, analytic);
    for (int i = 0; i < n && status == DP_OK; i++) {
        dpi_numeric numeric;
        results[i] = (dp_check_result){.variable = wrt[i]};
        status = dpi_numeric_open(&numeric, g, loss, wrt[i], feed_vals, feeds, feed_count);
        if (status == DP_OK) status = check_variable(&numeric, (uint64_t)i, analytic[i], config, &results[i]);
        dpi_numeric_close(&numeric);
    }
    for (int i = 0; i < n; i++) dp_array_free(&analytic[i]);
    dpi_free(g->ctx, memory);
    return status;
}

dp_status dp_check_gradient(dp_graph *g, dp_val loss, const dp_val *wrt, int n, const dp_val *feed_vals,
                            const dp_array *const *feeds, int feed_count, const dp_check_config *given,
                            dp_check_result *results)
{
    dp_check_config config;
    dp_check_config_init(&config);
    if (given) config = *given;
    if (!dpi_graph_usable(g, "gradient check", loss)) return g->status;
    dp_status status = config_ok(g, loss, &config);
    if (status != DP_OK) return status;
    void *memory;
    status = dpi_alloc(g->ctx, (size_t)n, sizeof(dp_check_result), "gradient check", &memory);
    if (status != DP_OK) return status;
    dp_check_result *made = memory;
    status = check_all(g, loss, wrt, n, feed_vals, feeds, feed_count, &config, made);
    for (int i = 0; i < n && status == DP_OK; i++) results[i] = made[i];
    dpi_free(g->ctx, memory);
    return status;
}
