#include "check/numeric.h"

#include <inttypes.h>

#include <denpa/check.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "check/float_twin.h"

/* The numbers of wrt, as f64. */
static dp_status take_numbers(dpi_numeric *numeric, dp_graph *g, dp_val wrt, const dp_val *feed_vals,
                              const dp_array *const *feeds, int feed_count)
{
    dp_array *own = NULL;
    dp_status status = dp_eval(g, &wrt, 1, feed_vals, feeds, feed_count, &own);
    if (status == DP_OK) status = dp_array_convert(g->ctx, own, DP_F64, &numeric->x);
    dp_array_free(&own);
    return status;
}

static dp_status bind_feed(dpi_numeric *numeric, const dp_graph *g, dp_val v, dp_val twin, const dp_array *feed)
{
    if (!twin || !dp_plan_needs(numeric->plan, twin)) return DP_OK;
    if (feed->dtype != dp_val_dtype(g, v) || !dp_shape_equal(feed->shape, dp_val_shape(g, v)))
        return dpi_fail(g->ctx, DP_ERR_SHAPE, "gradient check: %s is %s %s, but %s %s is given", dp_val_name(g, v),
                        dp_dtype_name(dp_val_dtype(g, v)), DPI_SHAPE_WORDS(dp_val_shape(g, v)),
                        dp_dtype_name(feed->dtype), DPI_SHAPE_WORDS(feed->shape));
    return dp_plan_bind(numeric->plan, twin, feed->data);
}

static dp_status make_plan(dpi_numeric *numeric, dp_graph *g, dp_val loss, dp_val wrt, dp_val *twins,
                           const dp_val *feed_vals, const dp_array *const *feeds, int feed_count)
{
    dp_graph *twin = NULL;
    dp_status status = dpi_float_twin(g, loss, wrt, &twin, twins);
    if (status == DP_OK) status = dp_plan_new(twin, &twins[loss], 1, &numeric->plan);
    numeric->loss = twins[loss];
    if (status == DP_OK && twins[wrt]) status = dp_plan_bind(numeric->plan, twins[wrt], numeric->x->data);
    for (int i = 0; i < feed_count && status == DP_OK; i++)
        if (feed_vals[i] != wrt && feed_vals[i] >= 1 && feed_vals[i] <= loss)
            status = bind_feed(numeric, g, feed_vals[i], twins[feed_vals[i]], feeds[i]);
    dp_graph_free(&twin);
    return status;
}

static dp_status arguments_ok(dp_graph *g, dp_val loss, dp_val wrt)
{
    if (!dpi_graph_usable(g, "gradient check", loss) || !dpi_graph_usable(g, "gradient check", wrt)) return g->status;
    if (dp_shape_elems(dp_val_shape(g, loss)) != 1)
        return dpi_fail(g->ctx, DP_ERR_SHAPE, "gradient check: %s is %s: the gradient is that of one number",
                        DPI_OPERAND_WORDS(g, loss, "the value"), DPI_SHAPE_WORDS(dp_val_shape(g, loss)));
    return DP_OK;
}

dp_status dpi_numeric_open(dpi_numeric *numeric, dp_graph *g, dp_val loss, dp_val wrt, const dp_val *feed_vals,
                           const dp_array *const *feeds, int feed_count)
{
    *numeric = (dpi_numeric){.ctx = g->ctx};
    dp_status status = arguments_ok(g, loss, wrt);
    if (status != DP_OK) return status;
    void *memory;
    status = dpi_alloc(g->ctx, (size_t)g->count + 1, sizeof(dp_val), "gradient check", &memory);
    if (status != DP_OK) return status;
    status = take_numbers(numeric, g, wrt, feed_vals, feeds, feed_count);
    if (status == DP_OK) status = make_plan(numeric, g, loss, wrt, memory, feed_vals, feeds, feed_count);
    dpi_free(g->ctx, memory);
    return status;
}

void dpi_numeric_close(dpi_numeric *numeric)
{
    dp_plan_free(&numeric->plan);
    dp_array_free(&numeric->x);
}

dp_status dpi_numeric_loss(dpi_numeric *numeric, int64_t place, double value, double *loss)
{
    double *x = (double *)numeric->x->data + place, was = *x;
    *x = value;
    dp_status status = dp_plan_run(numeric->plan);
    *x = was;
    if (status != DP_OK) return status;
    dp_array result = dp_plan_value(numeric->plan, numeric->loss);
    *loss = dp_array_get(&result, 0);
    return DP_OK;
}

dp_status dp_numeric_gradient(dp_graph *g, dp_val loss, dp_val wrt, const dp_val *feed_vals,
                              const dp_array *const *feeds, int feed_count, double h, dp_array **out)
{
    dpi_numeric numeric;
    dp_array *gradient = NULL;
    dp_status status = dpi_numeric_open(&numeric, g, loss, wrt, feed_vals, feeds, feed_count);
    if (status == DP_OK && !(h > 0))
        status = dpi_fail(g->ctx, DP_ERR_ARG, "numeric gradient: the step h must be above 0, it is %g", h);
    if (status == DP_OK) status = dp_array_new(g->ctx, DP_F64, dp_val_shape(g, wrt), &gradient);
    for (int64_t place = 0; status == DP_OK && place < dp_array_elems(gradient); place++) {
        double x = dp_array_get(numeric.x, place), above = 0, below = 0;
        status = dpi_numeric_loss(&numeric, place, x + h, &above);
        if (status == DP_OK) status = dpi_numeric_loss(&numeric, place, x - h, &below);
        ((double *)gradient->data)[place] = (above - below) / (2 * h);
    }
    dpi_numeric_close(&numeric);
    if (status == DP_OK) *out = gradient;
    else dp_array_free(&gradient);
    return status;
}

dp_status dp_numeric_gradient_hook(void *user, dp_graph *g, dp_val loss, dp_val x, double h, dp_array **out)
{
    (void)user;
    return dp_numeric_gradient(g, loss, x, NULL, NULL, 0, h, out);
}
