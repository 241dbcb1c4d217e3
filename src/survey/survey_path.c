/* The plane in which a path moves most. With D the rows path[k] - path[K - 1], the directions are the leading eigenvectors
 * of D^T D, found by power iteration without making that matrix: v <- D^T (D v). */
#include <denpa/random.h>
#include <denpa/survey.h>

#include <math.h>

#include "base/alloc.h"
#include "base/fail.h"

/* Power iteration shrinks what is not wanted by the ratio of two eigenvalues in each round; a picture needs three digits. */
enum { ROUNDS = 300 };

typedef struct track {
    const double *path; /* [steps, length] */
    int64_t steps, length;
    double *dot; /* steps */
} track;

static double difference(const track *t, int64_t k, int64_t j)
{
    return t->path[k * t->length + j] - t->path[(t->steps - 1) * t->length + j];
}

static double dot(const double *a, const double *b, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* dot[k] = D[k] . v */
static void project(const track *t, const double *v)
{
    for (int64_t k = 0; k < t->steps; k++) {
        t->dot[k] = 0;
        for (int64_t j = 0; j < t->length; j++) t->dot[k] += difference(t, k, j) * v[j];
    }
}

/* Takes the part along `other` (or NULL) out of v and makes its length 1. Returns the length that it had. */
static double normalize(double *v, const double *other, int64_t n)
{
    double along = other ? dot(v, other, n) : 0;
    for (int64_t i = 0; i < n && other; i++) v[i] -= along * other[i];
    double length = sqrt(dot(v, v, n));
    for (int64_t i = 0; i < n && length > 0; i++) v[i] /= length;
    return length;
}

static void draw(double *v, dp_rng *rng, int64_t n)
{
    for (int64_t i = 0; i < n; i++) v[i] = dp_rng_normal(rng);
}

/* The leading direction at right angles to `other`. `size` is the length of the path's rows: what is far below it is
 * rounding. */
static void lead(const track *t, const double *other, double size, dp_rng *rng, double *v)
{
    draw(v, rng, t->length);
    normalize(v, other, t->length);
    for (int round = 0; round < ROUNDS; round++) {
        project(t, v);
        if (sqrt(dot(t->dot, t->dot, t->steps)) <= 1e-9 * size) return; /* no direction is left: any will do */
        for (int64_t j = 0; j < t->length; j++) {
            v[j] = 0;
            for (int64_t k = 0; k < t->steps; k++) v[j] += t->dot[k] * difference(t, k, j);
        }
        normalize(v, other, t->length);
    }
}

static void turn(const track *t, double *v, double *places, int axis)
{
    project(t, v);
    double sign = t->dot[0] < 0 ? -1 : 1;
    for (int64_t j = 0; j < t->length; j++) v[j] *= sign;
    for (int64_t k = 0; k < t->steps; k++) places[2 * k + axis] = sign * t->dot[k];
}

static double size_of(const track *t)
{
    double sum = 0;
    for (int64_t k = 0; k < t->steps; k++)
        for (int64_t j = 0; j < t->length; j++) sum += difference(t, k, j) * difference(t, k, j);
    return sqrt(sum);
}

static dp_status check_path(dp_ctx *ctx, const dp_array *path)
{
    char text[DP_SHAPE_TEXT_BYTES];
    if (path->dtype != DP_F64)
        return dpi_fail(ctx, DP_ERR_DTYPE, "survey: a path is float64, not %s", dp_dtype_name(path->dtype));
    if (path->shape.rank != 2 || path->shape.dims[0] < 1 || path->shape.dims[1] < 2)
        return dpi_fail(ctx, DP_ERR_SHAPE, "survey: a path is [steps, weights], at least 1 by 2, not %s",
                        dp_shape_text(path->shape, text, sizeof text));
    for (int64_t i = 0; i < dp_array_elems(path); i++)
        if (!isfinite(((const double *)path->data)[i]))
            return dpi_fail(ctx, DP_ERR_RANGE, "survey: step %lld of the path has a weight that is no finite number",
                            (long long)(i / path->shape.dims[1]));
    return DP_OK;
}

dp_status dp_survey_path(dp_ctx *ctx, const dp_array *path, uint64_t seed, dp_array **across, dp_array **up,
                         dp_array **places)
{
    dp_status status = check_path(ctx, path);
    if (status != DP_OK) return status;
    track t = {.path = path->data, .steps = path->shape.dims[0], .length = path->shape.dims[1]};
    dp_array *made[3] = {NULL, NULL, NULL};
    void *memory = NULL;
    dp_rng rng = {.seed = seed};
    status = dpi_alloc(ctx, (size_t)t.steps, sizeof(double), "survey", &memory);
    t.dot = memory;
    for (int i = 0; i < 2 && status == DP_OK; i++)
        status = dp_array_new(ctx, DP_F64, dp_shape_of(1, &t.length), &made[i]);
    if (status == DP_OK) status = dp_array_new(ctx, DP_F64, dp_shape_of(2, (int64_t[]){t.steps, 2}), &made[2]);
    if (status == DP_OK) {
        double size = size_of(&t);
        lead(&t, NULL, size, &rng, made[0]->data);
        lead(&t, made[0]->data, size, &rng, made[1]->data);
        turn(&t, made[0]->data, made[2]->data, 0);
        turn(&t, made[1]->data, made[2]->data, 1);
        *across = made[0], *up = made[1], *places = made[2];
    }
    for (int i = 0; i < 3 && status != DP_OK; i++) dp_array_free(&made[i]);
    dpi_free(ctx, memory);
    return status;
}
