/* Draws the parameters: how each begins is said in graph.h. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <denpa/random.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/normal.h"
#include "train/model_internal.h"

static void put(dp_array *into, int64_t at, double value)
{
    if (into->dtype == DP_F32) ((float *)into->data)[at] = (float)value;
    else ((double *)into->data)[at] = value;
}

/* torch.nn.Linear keeps a weight as [out, in]: the stream runs along its rows, which are our columns. */
static void draw_torch(dp_array *into, double fan_in, dp_mt19937 *mt)
{
    int64_t rows = 1, columns = dp_array_elems(into);
    if (into->shape.rank == 2) rows = into->shape.dims[0], columns = into->shape.dims[1];
    float bound = (float)(1 / sqrt(fan_in));
    for (int64_t c = 0; c < columns; c++)
        for (int64_t r = 0; r < rows; r++) put(into, r * columns + c, dp_mt19937_uniform(mt, -bound, bound));
}

static void draw_normal(dp_array *into, double mean, double std, dp_rng rng)
{
    for (int64_t k = 0, n = dp_array_elems(into); k < n; k++) put(into, k, mean + std * dp_rng_normal(&rng));
}

static void draw_uniform(dp_array *into, double low, double high, dp_rng rng)
{
    for (int64_t k = 0, n = dp_array_elems(into); k < n; k++) put(into, k, low + (high - low) * dp_rng_uniform(&rng));
}

/* u goes through the inverse of the distribution, as in torch.nn.init.trunc_normal_. */
static void draw_trunc_normal(dp_array *into, dp_init init, dp_rng rng)
{
    double low = erfc((init.a - init.low) / init.b * M_SQRT1_2) / 2;
    double high = erfc((init.a - init.high) / init.b * M_SQRT1_2) / 2;
    for (int64_t k = 0, n = dp_array_elems(into); k < n; k++) {
        double p = low + (high - low) * dp_rng_uniform(&rng);
        double value = p > 0 && p < 1 ? init.a + init.b * dpi_normal_quantile(p) : init.a;
        put(into, k, fmin(fmax(value, init.low), init.high));
    }
}

static double dot(const double *a, const double *b, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

/* Takes out of `vector` what it has along those before it, twice, since once leaves rounding errors, and gives it
 * length 1. With that the signs are those of a QR decomposition whose R has a positive diagonal. */
static void orthonormalize(double *vectors, double *vector, int64_t n)
{
    for (int round = 0; round < 2; round++)
        for (double *before = vectors; before < vector; before += n) {
            double along = dot(before, vector, n);
            for (int64_t i = 0; i < n; i++) vector[i] -= along * before[i];
        }
    double length = sqrt(dot(vector, vector, n));
    for (int64_t i = 0; i < n && length > 0; i++) vector[i] /= length;
}

/* [rows, columns]: the first axis and all others. The fewer of them are the vectors. */
static dp_status draw_orthogonal(dp_ctx *ctx, dp_array *into, double gain, dp_rng rng)
{
    int64_t rows = into->shape.dims[0], columns = rows ? dp_array_elems(into) / rows : 0;
    int64_t count = rows < columns ? rows : columns, n = rows < columns ? columns : rows;
    void *memory = NULL;
    dp_status status = dpi_alloc(ctx, (size_t)(count * n), sizeof(double), "orthogonal first values", &memory);
    if (status != DP_OK) return status;
    double *vectors = memory;
    for (int64_t v = 0; v < count; v++) {
        for (int64_t i = 0; i < n; i++) vectors[v * n + i] = dp_rng_normal(&rng);
        orthonormalize(vectors, vectors + v * n, n);
        for (int64_t i = 0; i < n; i++) put(into, rows < columns ? v * n + i : i * columns + v, gain * vectors[v * n + i]);
    }
    dpi_free(ctx, memory);
    return DP_OK;
}

/* A matrix is [in, out]; filters are [out, in, …]. */
static void find_fans(dp_shape shape, double *fan_in, double *fan_out)
{
    double field = 1;
    for (int i = 2; i < shape.rank; i++) field *= (double)shape.dims[i];
    double first = shape.rank > 0 ? (double)shape.dims[0] : 1, second = shape.rank > 1 ? (double)shape.dims[1] : 1;
    *fan_in = shape.rank > 2 ? second * field : first;
    *fan_out = shape.rank > 2 ? first * field : second;
}

static dp_status draw(dp_ctx *ctx, dp_array *into, dp_init init, const dp_array *value, dp_rng rng, dp_mt19937 *mt)
{
    double fan_in, fan_out, bound;
    int64_t elems = dp_array_elems(into);
    find_fans(into->shape, &fan_in, &fan_out);
    if (init.fan_in) fan_in = (double)init.fan_in;
    bool kaiming = init.kind == DP_INIT_KAIMING_NORMAL || init.kind == DP_INIT_KAIMING_UNIFORM;
    double fan = kaiming && init.b != 0 ? fan_out : fan_in, gain = init.a != 0 ? init.a : kaiming ? sqrt(2) : 1;
    switch (init.kind) {
    case DP_INIT_VALUE:
        for (int64_t k = 0; k < elems; k++) put(into, k, dp_array_get(value, k));
        break;
    case DP_INIT_CONSTANT:
        for (int64_t k = 0; k < elems; k++) put(into, k, init.a);
        break;
    case DP_INIT_NORMAL: draw_normal(into, init.a, init.b, rng); break;
    case DP_INIT_UNIFORM: draw_uniform(into, init.a, init.b, rng); break;
    case DP_INIT_HE: draw_normal(into, 0, sqrt(2 / fan_in), rng); break;
    case DP_INIT_XAVIER: draw_normal(into, 0, sqrt(1 / fan_in), rng); break;
    case DP_INIT_TORCH: draw_torch(into, fan_in, mt); break;
    case DP_INIT_KAIMING_NORMAL: draw_normal(into, 0, gain / sqrt(fan), rng); break;
    case DP_INIT_KAIMING_UNIFORM:
        bound = gain * sqrt(3 / fan);
        draw_uniform(into, -bound, bound, rng);
        break;
    case DP_INIT_XAVIER_NORMAL: draw_normal(into, 0, gain * sqrt(2 / (fan_in + fan_out)), rng); break;
    case DP_INIT_XAVIER_UNIFORM:
        bound = gain * sqrt(6 / (fan_in + fan_out));
        draw_uniform(into, -bound, bound, rng);
        break;
    case DP_INIT_ORTHOGONAL: return draw_orthogonal(ctx, into, gain, rng);
    case DP_INIT_TRUNC_NORMAL: draw_trunc_normal(into, init, rng); break;
    }
    return DP_OK;
}

/* The inits that are values of the graph, evaluated together; values[p] stays NULL for the others. */
static dp_status evaluate_values(dp_graph *g, int count, dp_val *wanted, dp_array **values)
{
    int n = 0;
    for (int p = 0; p < count; p++) {
        dp_init init = dp_val_param_init(g, dpi_graph_nth(g, DP_OP_PARAM, p));
        if (init.kind == DP_INIT_VALUE) wanted[n++] = init.value;
    }
    if (!n) return DP_OK;
    dp_status status = dp_eval(g, wanted, n, NULL, NULL, 0, values);
    if (status != DP_OK)
        return dpi_fail_prefix(dp_graph_ctx(g), status, "what a parameter begins with cannot be worked out: ");
    for (int p = count - 1; p >= 0; p--) {
        dp_init init = dp_val_param_init(g, dpi_graph_nth(g, DP_OP_PARAM, p));
        if (init.kind != DP_INIT_VALUE) continue;
        dp_array *value = values[--n];
        values[n] = NULL;
        values[p] = value;
    }
    return DP_OK;
}

dp_status dp_params_draw(dp_graph *g, uint64_t seed, dp_array *const *params, int count)
{
    dp_ctx *ctx = dp_graph_ctx(g);
    void *memory = NULL;
    dp_status status = dpi_alloc(ctx, (size_t)count, sizeof(dp_array *) + sizeof(dp_val), "first values", &memory);
    if (status != DP_OK) return status;
    dp_array **values = memory;
    status = evaluate_values(g, count, (dp_val *)(values + count), values);
    if (status == DP_OK) {
        dp_mt19937 mt;
        dp_mt19937_init(&mt, (uint32_t)seed);
        for (int p = 0; p < count && status == DP_OK; p++)
            status = draw(ctx, params[p], dp_val_param_init(g, dpi_graph_nth(g, DP_OP_PARAM, p)), values[p],
                 (dp_rng){.seed = seed, .stream = (uint64_t)p}, &mt);
    }
    for (int p = 0; p < count; p++) dp_array_free(&values[p]);
    dpi_free(ctx, memory);
    return status;
}

static dp_status init_from(dp_model *model, dp_graph *g, uint64_t seed)
{
    void *memory = NULL;
    size_t count = (size_t)model->param_count;
    dp_status status =
        dpi_alloc(model->ctx, count, sizeof(dp_array) + sizeof(dp_array *), "list of parameters", &memory);
    if (status != DP_OK) return status;
    dp_array *arrays = memory, **list = (dp_array **)(arrays + count);
    for (size_t i = 0; i < count; i++) {
        arrays[i] = dp_model_param(model, (int)i);
        list[i] = &arrays[i];
    }
    status = dp_params_draw(g, seed, list, model->trained_count);
    for (int i = model->trained_count; i < model->param_count && status == DP_OK; i++) {
        double first = dp_val_state_first(g, dpi_params_leaf(model, g, i));
        for (int64_t k = 0; k < dp_array_elems(list[i]); k++) put(list[i], k, first);
    }
    dpi_free(model->ctx, memory);
    return status;
}

dp_status dp_model_init(dp_model *model, uint64_t seed)
{
    dpi_built built = {0};
    dp_status status = dpi_model_build(model, 1, false, &built);
    if (status == DP_OK) status = dpi_params_compare(model, built.graph, 1);
    if (status == DP_OK) status = init_from(model, built.graph, seed);
    dpi_built_free(&built);
    return status;
}
