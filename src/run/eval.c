/* A single evaluation: plan, bind, run, and the results as arrays. */
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plan/plan_internal.h"

static dp_status bind_feed(dp_graph *g, dp_plan *plan, dp_val v, const dp_array *feed)
{
    dp_shape shape = dp_val_shape(g, v);
    char want[DP_SHAPE_TEXT_BYTES], have[DP_SHAPE_TEXT_BYTES];
    if (shape.rank < 0)
        return dpi_fail(g->ctx, DP_ERR_ARG, "eval: numbers are given for value %d, which the graph does not have",
                        (int)v);
    if (!dp_plan_needs(plan, v))
        return DP_OK;
    if (dp_shape_equal(shape, feed->shape) && dp_val_dtype(g, v) == feed->dtype)
        return dp_plan_bind(plan, v, feed->data);
    return dpi_fail(g->ctx, dp_val_dtype(g, v) == feed->dtype ? DP_ERR_SHAPE : DP_ERR_DTYPE,
                    "eval: %s is %s %s, but what is given for it is %s %s", dp_val_name(g, v),
                    dp_dtype_name(dp_val_dtype(g, v)), dp_shape_text(shape, want, sizeof want),
                    dp_dtype_name(feed->dtype), dp_shape_text(feed->shape, have, sizeof have));
}

/* A new array with the numbers of a wanted value. */
static dp_status take_result(dp_ctx *ctx, const dp_plan *plan, dp_val v, dp_array **out)
{
    dp_array value = dp_plan_value(plan, v);
    dp_status status = dp_array_new(ctx, value.dtype, value.shape, out);
    if (status == DP_OK)
        memcpy((*out)->data, value.data, dp_array_bytes(&value));
    return status;
}

dp_status dp_eval(dp_graph *g, const dp_val *wanted, int n, const dp_val *feed_vals, const dp_array *const *feeds,
                  int feed_count, dp_array **out)
{
    dp_plan *plan = NULL;
    void *results = NULL;
    dp_status status = dp_plan_new(g, wanted, n, &plan);
    for (int i = 0; i < feed_count && status == DP_OK; i++)
        status = bind_feed(g, plan, feed_vals[i], feeds[i]);
    if (status == DP_OK)
        status = dp_plan_run(plan);
    if (status == DP_OK)
        status = dpi_alloc(g->ctx, (size_t)n, sizeof(dp_array *), "results", &results);
    if (status != DP_OK)
        goto fail;
    dp_array **arrays = results;
    for (int i = 0; i < n && status == DP_OK; i++)
        status = take_result(g->ctx, plan, wanted[i], &arrays[i]);
    for (int i = 0; i < n; i++) {
        if (status == DP_OK)
            out[i] = arrays[i];
        else
            dp_array_free(&arrays[i]);
    }
fail:
    dpi_free(g->ctx, results);
    dp_plan_free(&plan);
    return status;
}

dp_status dp_evaluate_hook(void *user, dp_graph *g, dp_val value, dp_array **out)
{
    (void)user;
    return dp_eval(g, &value, 1, NULL, NULL, 0, out);
}
