/* Draws the parameters: how each begins is said in graph.h. */
#include <math.h>
#include <string.h>

#include <denpa/random.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/model_internal.h"

static void put(const dp_model *model, int i, size_t at, double value)
{
    if (model->dtype == DP_F32) ((float *)dpi_param_value(model, i))[at] = (float)value;
    else ((double *)dpi_param_value(model, i))[at] = value;
}

/* torch.nn.Linear keeps a weight as [out, in]: the stream runs along its rows, which are our columns. */
static void draw_torch(dp_model *model, int i, double fan_in, dp_mt19937 *mt)
{
    const dpi_param *param = &model->params[i];
    size_t rows = 1, columns = param->elems;
    if (param->shape.rank == 2) rows = (size_t)param->shape.dims[0], columns = (size_t)param->shape.dims[1];
    float bound = (float)(1 / sqrt(fan_in));
    for (size_t c = 0; c < columns; c++)
        for (size_t r = 0; r < rows; r++) put(model, i, r * columns + c, dp_mt19937_uniform(mt, -bound, bound));
}

static void draw_normal(dp_model *model, int i, double mean, double std, uint64_t seed)
{
    dp_rng rng = {.seed = seed, .stream = (uint64_t)i};
    for (size_t k = 0; k < model->params[i].elems; k++) put(model, i, k, mean + std * dp_rng_normal(&rng));
}

static void draw_uniform(dp_model *model, int i, double low, double high, uint64_t seed)
{
    dp_rng rng = {.seed = seed, .stream = (uint64_t)i};
    for (size_t k = 0; k < model->params[i].elems; k++) put(model, i, k, low + (high - low) * dp_rng_uniform(&rng));
}

static void draw(dp_model *model, int i, dp_init init, const dp_array *value, uint64_t seed, dp_mt19937 *mt)
{
    const dpi_param *param = &model->params[i];
    double fan_in = (double)(init.fan_in ? init.fan_in : param->shape.rank ? param->shape.dims[0] : 1);
    switch (init.kind) {
    case DP_INIT_VALUE:
        for (size_t k = 0; k < param->elems; k++) put(model, i, k, dp_array_get(value, (int64_t)k));
        break;
    case DP_INIT_CONSTANT:
        for (size_t k = 0; k < param->elems; k++) put(model, i, k, init.a);
        break;
    case DP_INIT_NORMAL: draw_normal(model, i, init.a, init.b, seed); break;
    case DP_INIT_UNIFORM: draw_uniform(model, i, init.a, init.b, seed); break;
    case DP_INIT_HE: draw_normal(model, i, 0, sqrt(2 / fan_in), seed); break;
    case DP_INIT_XAVIER: draw_normal(model, i, 0, sqrt(1 / fan_in), seed); break;
    case DP_INIT_TORCH: draw_torch(model, i, fan_in, mt); break;
    }
}

/* The inits that are values of the graph, evaluated together; values[i] stays NULL for the others. */
static dp_status evaluate_values(const dp_model *model, dp_graph *g, dp_val *wanted, dp_array **values)
{
    int count = 0;
    for (int i = 0; i < model->param_count; i++) {
        dp_init init = dp_val_param_init(g, dpi_graph_nth(g, DP_OP_PARAM, i));
        if (init.kind == DP_INIT_VALUE) wanted[count++] = init.value;
    }
    if (!count) return DP_OK;
    dp_status status = dp_eval(g, wanted, count, NULL, NULL, 0, values);
    if (status != DP_OK) return dpi_fail_prefix(model->ctx, status, "model: what a parameter begins with cannot be worked out: ");
    for (int i = model->param_count - 1; i >= 0; i--) {
        dp_init init = dp_val_param_init(g, dpi_graph_nth(g, DP_OP_PARAM, i));
        if (init.kind != DP_INIT_VALUE) continue;
        dp_array *value = values[--count];
        values[count] = NULL;
        values[i] = value;
    }
    return DP_OK;
}

static dp_status init_from(dp_model *model, dp_graph *g, uint64_t seed)
{
    void *memory = NULL;
    size_t count = (size_t)model->param_count;
    dp_status status = dpi_alloc(model->ctx, count, sizeof(dp_array *) + sizeof(dp_val), "first values", &memory);
    if (status != DP_OK) return status;
    dp_array **values = memory;
    status = evaluate_values(model, g, (dp_val *)(values + count), values);
    if (status == DP_OK) {
        dp_mt19937 mt;
        dp_mt19937_init(&mt, (uint32_t)seed);
        for (int i = 0; i < model->param_count; i++)
            draw(model, i, dp_val_param_init(g, dpi_graph_nth(g, DP_OP_PARAM, i)), values[i], seed, &mt);
    }
    for (size_t i = 0; i < count; i++) dp_array_free(&values[i]);
    dpi_free(model->ctx, memory);
    return status;
}

dp_status dp_model_init(dp_model *model, uint64_t seed)
{
    dpi_built built = {0};
    dp_status status = dpi_model_build(model, 1, &built);
    if (status == DP_OK) status = dpi_params_compare(model, built.graph, 1);
    if (status == DP_OK) status = init_from(model, built.graph, seed);
    dpi_built_free(&built);
    return status;
}
