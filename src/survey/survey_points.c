/* A value over a plane of points: the graph cut open at `over`, run again and again with other points in it. */
#include <math.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "check/float_twin.h"
#include "survey/plane.h"

dp_status dpi_plane_check(dp_ctx *ctx, const dp_plane *plane)
{
    int64_t points;
    const double all[4] = {plane->x0, plane->dx, plane->y0, plane->dy};
    for (int i = 0; i < 4; i++)
        if (!isfinite(all[i]))
            return dpi_fail(ctx, DP_ERR_ARG, "survey: the plane begins at (%g, %g) and goes in steps of (%g, %g)",
                            plane->x0, plane->y0, plane->dx, plane->dy);
    if (plane->columns < 1 || plane->rows < 1 || __builtin_mul_overflow(plane->columns, plane->rows, &points))
        return dpi_fail(ctx, DP_ERR_ARG, "survey: a plane of %lld by %lld points", (long long)plane->columns,
                        (long long)plane->rows);
    return DP_OK;
}

dp_status dpi_survey_bind(dp_plan *plan, dp_val planned, const dp_graph *g, dp_val v, const dp_array *feed)
{
    if (!dp_plan_needs(plan, planned)) return DP_OK;
    if (feed->dtype != dp_val_dtype(g, v) || !dp_shape_equal(feed->shape, dp_val_shape(g, v)))
        return dpi_fail(g->ctx, DP_ERR_SHAPE, "survey: %s is %s %s, but %s %s is given", dp_val_name(g, v),
                        dp_dtype_name(dp_val_dtype(g, v)), DPI_SHAPE_WORDS(dp_val_shape(g, v)),
                        dp_dtype_name(feed->dtype), DPI_SHAPE_WORDS(feed->shape));
    return dp_plan_bind(plan, planned, feed->data);
}

typedef struct survey {
    dp_graph *g;
    dp_val value, over;
    const dp_plane *plane;
    int64_t batch, row_elems; /* points per run; numbers of `value` per point */
    dp_plan *plan;
    dp_val wanted;   /* value in the plan's graph */
    dp_array *points, *out;
} survey;

static dp_status check_shapes(survey *s)
{
    const dp_shape over = dp_val_shape(s->g, s->over), value = dp_val_shape(s->g, s->value);
    s->batch = over.rank == 2 ? over.dims[0] : 1;
    if (over.rank < 1 || over.rank > 2 || over.dims[over.rank - 1] != 2 || s->batch < 1)
        return dpi_fail(s->g->ctx, DP_ERR_SHAPE, "survey: %s is %s; points are wanted, [N, 2] or [2]",
                        DPI_OPERAND_WORDS(s->g, s->over, "what is surveyed"), DPI_SHAPE_WORDS(over));
    int rank = value.rank - (over.rank - 1);
    if (rank < 0 || rank > 1 || (over.rank == 2 && value.dims[0] != s->batch) || dp_shape_elems(value) < 1)
        return dpi_fail(s->g->ctx, DP_ERR_SHAPE,
                        "survey: %s is %s; a number or a row of numbers is wanted for each of %lld points",
                        DPI_OPERAND_WORDS(s->g, s->value, "the value"), DPI_SHAPE_WORDS(value), (long long)s->batch);
    s->row_elems = dp_shape_elems(value) / s->batch;
    return DP_OK;
}

static dp_status make_plan(survey *s, dp_val *twins, const dp_val *feed_vals, const dp_array *const *feeds, int count)
{
    dp_graph *twin = NULL;
    dp_status status = dpi_float_twin(s->g, s->value, s->over, &twin, twins);
    s->wanted = twins[s->value];
    if (status == DP_OK && !twins[s->over])
        status = dpi_fail(s->g->ctx, DP_ERR_ARG, "survey: %s does not depend on %s",
                          DPI_OPERAND_WORDS(s->g, s->value, "the value"),
                          DPI_OPERAND_WORDS(s->g, s->over, "what is surveyed"));
    if (status == DP_OK) status = dp_plan_new(twin, &s->wanted, 1, &s->plan);
    if (status == DP_OK) status = dp_plan_bind(s->plan, twins[s->over], s->points->data);
    for (int i = 0; i < count && status == DP_OK; i++) {
        dp_val v = feed_vals[i];
        if (v != s->over && v >= 1 && v <= s->value && twins[v])
            status = dpi_survey_bind(s->plan, twins[v], s->g, v, feeds[i]);
    }
    dp_graph_free(&twin);
    return status;
}

/* Points first .. first + batch - 1 of the plane, row by row; the last one again where there are no more. */
static void put_points(const survey *s, int64_t first, int64_t total)
{
    double *points = s->points->data;
    for (int64_t k = 0; k < s->batch; k++) {
        int64_t i = first + k < total ? first + k : total - 1;
        points[2 * k] = s->plane->x0 + (double)(i % s->plane->columns) * s->plane->dx;
        points[2 * k + 1] = s->plane->y0 + (double)(i / s->plane->columns) * s->plane->dy;
    }
}

static dp_status run_all(survey *s)
{
    int64_t total = s->plane->rows * s->plane->columns;
    double *out = s->out->data;
    dp_status status = DP_OK;
    for (int64_t first = 0; first < total && status == DP_OK; first += s->batch) {
        put_points(s, first, total);
        status = dp_plan_run(s->plan);
        dp_array found = dp_plan_value(s->plan, s->wanted);
        int64_t n = (first + s->batch < total ? s->batch : total - first) * s->row_elems;
        for (int64_t i = 0; i < n && status == DP_OK; i++) out[first * s->row_elems + i] = dp_array_get(&found, i);
    }
    return status;
}

static dp_status survey_all(survey *s, const dp_val *feed_vals, const dp_array *const *feeds, int feed_count)
{
    dp_shape shape = dp_shape_of(2, (int64_t[]){s->plane->rows, s->plane->columns});
    dp_shape value = dp_val_shape(s->g, s->value);
    if (value.rank == dp_val_shape(s->g, s->over).rank) shape.dims[shape.rank++] = s->row_elems;
    void *twins = NULL;
    dp_status status = dpi_alloc(s->g->ctx, (size_t)dp_graph_count(s->g) + 1, sizeof(dp_val), "survey", &twins);
    if (status == DP_OK)
        status = dp_array_new(s->g->ctx, DP_F64, dp_val_shape(s->g, s->over), &s->points);
    if (status == DP_OK) status = dp_array_new(s->g->ctx, DP_F64, shape, &s->out);
    if (status == DP_OK) status = make_plan(s, twins, feed_vals, feeds, feed_count);
    if (status == DP_OK) status = run_all(s);
    dpi_free(s->g->ctx, twins);
    return status;
}

dp_status dp_survey_points(dp_graph *g, dp_val value, dp_val over, const dp_plane *plane, const dp_val *feed_vals,
                           const dp_array *const *feeds, int feed_count, dp_array **out)
{
    survey s = {.g = g, .value = value, .over = over, .plane = plane};
    if (!dpi_graph_usable(g, "survey", value) || !dpi_graph_usable(g, "survey", over)) return g->status;
    dp_status status = dpi_plane_check(g->ctx, plane);
    if (status == DP_OK) status = check_shapes(&s);
    if (status == DP_OK) status = survey_all(&s, feed_vals, feeds, feed_count);
    dp_plan_free(&s.plan);
    dp_array_free(&s.points);
    if (status == DP_OK) *out = s.out;
    else dp_array_free(&s.out);
    return status;
}

/* ---- Classes ---- */

static int64_t class_of(const dp_array *values, int64_t first, int64_t n)
{
    int64_t best = 0;
    double most = dp_array_get(values, first);
    if (n == 1) return (int64_t)fmax(-1e18, fmin(1e18, nearbyint(most)));
    for (int64_t i = 1; i < n; i++)
        if (dp_array_get(values, first + i) > most) most = dp_array_get(values, first + i), best = i;
    return best;
}

dp_status dp_survey_classes(dp_ctx *ctx, const dp_array *values, dp_array **out)
{
    if ((values->shape.rank != 2 && values->shape.rank != 3) || dp_array_elems(values) < 1)
        return dpi_fail(ctx, DP_ERR_SHAPE, "survey: classes come from [rows, columns] or [rows, columns, K]");
    int64_t n = values->shape.rank == 3 ? values->shape.dims[2] : 1;
    dp_array *classes = NULL;
    dp_status status = dp_array_new(ctx, DP_I64, dp_shape_of(2, values->shape.dims), &classes);
    if (status != DP_OK) return status;
    for (int64_t i = 0; i < dp_array_elems(classes); i++) ((int64_t *)classes->data)[i] = class_of(values, i * n, n);
    *out = classes;
    return DP_OK;
}
