/* A loss over a plane of weights: one plan, its parameters bound to memory that is filled anew for every point. */
#include "base/alloc.h"
#include "base/fail.h"
#include "graph/graph_internal.h"
#include "survey/plane.h"

typedef struct landscape {
    dp_graph *g;
    dp_val loss;
    const dp_val *params;
    int n;
    const dp_array *const *weights, *const *across, *const *up;
    dp_array **at; /* n: the weights of the run at hand, in the dtype of the parameter */
    dp_plan *plan;
} landscape;

static dp_status check_param(const landscape *l, int i)
{
    const dp_array *all[3] = {l->weights[i], l->across[i], l->up[i]};
    dp_val v = l->params[i];
    if (!dp_dtype_is_float(dp_val_dtype(l->g, v)))
        return dpi_fail(l->g->ctx, DP_ERR_DTYPE, "survey: %s is %s; weights are floating numbers", dp_val_name(l->g, v),
                        dp_dtype_name(dp_val_dtype(l->g, v)));
    for (int k = 0; k < 3; k++)
        if (!dp_shape_equal(all[k]->shape, dp_val_shape(l->g, v)))
            return dpi_fail(l->g->ctx, DP_ERR_SHAPE, "survey: %s is %s, but its %s are %s", dp_val_name(l->g, v),
                            DPI_SHAPE_WORDS(dp_val_shape(l->g, v)), k ? "directions" : "weights",
                            DPI_SHAPE_WORDS(all[k]->shape));
    return DP_OK;
}

static dp_status open_params(landscape *l)
{
    dp_status status = DP_OK;
    for (int i = 0; i < l->n && status == DP_OK; i++) {
        status = check_param(l, i);
        if (status == DP_OK)
            status = dp_array_new(l->g->ctx, dp_val_dtype(l->g, l->params[i]), dp_val_shape(l->g, l->params[i]),
                                  &l->at[i]);
        if (status == DP_OK && dp_plan_needs(l->plan, l->params[i]))
            status = dp_plan_bind(l->plan, l->params[i], l->at[i]->data);
    }
    return status;
}

static int is_param(const landscape *l, dp_val v)
{
    for (int i = 0; i < l->n; i++)
        if (l->params[i] == v) return 1;
    return 0;
}

static dp_status open_plan(landscape *l, const dp_val *feed_vals, const dp_array *const *feeds, int feed_count)
{
    dp_status status = dp_plan_new(l->g, &l->loss, 1, &l->plan);
    if (status == DP_OK) status = open_params(l);
    for (int i = 0; i < feed_count && status == DP_OK; i++)
        if (!is_param(l, feed_vals[i]))
            status = dpi_survey_bind(l->plan, feed_vals[i], l->g, feed_vals[i], feeds[i]);
    return status;
}

static void put_weights(const landscape *l, double x, double y)
{
    for (int i = 0; i < l->n; i++) {
        dp_array *at = l->at[i];
        for (int64_t j = 0; j < dp_array_elems(at); j++) {
            double value = dp_array_get(l->weights[i], j) + x * dp_array_get(l->across[i], j) +
                           y * dp_array_get(l->up[i], j);
            if (at->dtype == DP_F32) ((float *)at->data)[j] = (float)value;
            else ((double *)at->data)[j] = value;
        }
    }
}

static dp_status run_all(const landscape *l, const dp_plane *plane, double *out)
{
    dp_status status = DP_OK;
    for (int64_t row = 0; row < plane->rows; row++)
        for (int64_t column = 0; column < plane->columns && status == DP_OK; column++) {
            put_weights(l, plane->x0 + (double)column * plane->dx, plane->y0 + (double)row * plane->dy);
            status = dp_plan_run(l->plan);
            dp_array loss = dp_plan_value(l->plan, l->loss);
            if (status == DP_OK) out[row * plane->columns + column] = dp_array_get(&loss, 0);
        }
    return status;
}

static dp_status check_loss(dp_graph *g, dp_val loss, const dp_plane *plane)
{
    if (dp_shape_elems(dp_val_shape(g, loss)) != 1)
        return dpi_fail(g->ctx, DP_ERR_SHAPE, "survey: %s is %s; a landscape is that of one number",
                        DPI_OPERAND_WORDS(g, loss, "the loss"), DPI_SHAPE_WORDS(dp_val_shape(g, loss)));
    return dpi_plane_check(g->ctx, plane);
}

dp_status dp_survey_weights(dp_graph *g, dp_val loss, const dp_val *params, int n, const dp_array *const *weights,
                            const dp_array *const *across, const dp_array *const *up, const dp_plane *plane,
                            const dp_val *feed_vals, const dp_array *const *feeds, int feed_count, dp_array **out)
{
    landscape l = {.g = g, .loss = loss, .params = params, .n = n, .weights = weights, .across = across, .up = up};
    dp_array *found = NULL;
    void *at = NULL;
    if (!dpi_graph_usable(g, "survey", loss)) return g->status;
    for (int i = 0; i < n; i++)
        if (!dpi_graph_usable(g, "survey", params[i])) return g->status;
    dp_status status = check_loss(g, loss, plane);
    if (status == DP_OK) status = dpi_alloc(g->ctx, (size_t)n, sizeof *l.at, "survey", &at);
    if (status != DP_OK) return status;
    l.at = at;
    status = dp_array_new(g->ctx, DP_F64, dp_shape_of(2, (int64_t[]){plane->rows, plane->columns}), &found);
    if (status == DP_OK) status = open_plan(&l, feed_vals, feeds, feed_count);
    if (status == DP_OK) status = run_all(&l, plane, found->data);
    dp_plan_free(&l.plan);
    for (int i = 0; i < n; i++) dp_array_free(&l.at[i]);
    dpi_free(g->ctx, at);
    if (status == DP_OK) *out = found;
    else dp_array_free(&found);
    return status;
}
