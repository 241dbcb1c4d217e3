#include "train/optimizer.h"

#include "base/alloc.h"
#include "base/fail.h"
#include "train/model_internal.h"

struct dp_optimizer {
    dp_model *model;
    dpi_method method;
    dpi_optimizer_options options;
    int64_t steps;     /* done */
    void *m, *v, *top; /* flat, as long as the parameters; NULL where the method has none */
};

static dp_status state_new(dp_optimizer *optimizer, void **out)
{
    const dp_model *model = optimizer->model;
    return dpi_alloc(model->ctx, model->elems, dp_dtype_bytes(model->dtype), "the optimiser's state", out);
}

dp_status dp_optimizer_new(dp_model *model, const char *text, dp_optimizer **out)
{
    dp_optimizer start = {.model = model};
    dp_status status = dpi_optimizer_parse(model->ctx, text, &start.method, &start.options);
    void *memory = NULL;
    if (status == DP_OK) status = dpi_alloc(model->ctx, 1, sizeof(dp_optimizer), "optimiser", &memory);
    if (status != DP_OK) return status;
    dp_optimizer *optimizer = memory;
    *optimizer = start;
    if (start.method == DPI_ADAM) status = state_new(optimizer, &optimizer->m);
    if (status == DP_OK && start.method != DPI_SGD) status = state_new(optimizer, &optimizer->v);
    if (status == DP_OK && start.options.amsgrad != 0) status = state_new(optimizer, &optimizer->top);
    if (status != DP_OK) {
        dp_optimizer_free(&optimizer);
        return status;
    }
    *out = optimizer;
    return DP_OK;
}

void dp_optimizer_free(dp_optimizer **pointer)
{
    if (!pointer || !*pointer) return;
    dp_optimizer *optimizer = *pointer;
    dp_ctx *ctx = optimizer->model->ctx;
    dpi_free(ctx, optimizer->m);
    dpi_free(ctx, optimizer->v);
    dpi_free(ctx, optimizer->top);
    dpi_free(ctx, optimizer);
    *pointer = NULL;
}

dp_status dpi_optimizer_describe(const dp_optimizer *optimizer, dp_text *text)
{
    return dpi_optimizer_text(text, optimizer->method, &optimizer->options);
}

void dpi_optimizer_step(dp_optimizer *o)
{
    const dp_model *model = o->model;
    o->steps++;
    if (model->dtype == DP_F32)
        dpi_update_f32(o->method, &o->options, o->steps, model->elems, model->values, model->gradients, o->m, o->v,
                       o->top);
    else
        dpi_update_f64(o->method, &o->options, o->steps, model->elems, model->values, model->gradients, o->m, o->v,
                       o->top);
}

dp_status dp_train_step(dp_model *model, dp_optimizer *optimizer, const dp_array *const *inputs, double *loss)
{
    int64_t batch = model->input_count && inputs[0] && inputs[0]->shape.rank > 0 ? inputs[0]->shape.dims[0] : 1;
    dpi_instance *instance = NULL;
    dp_status status = dpi_model_instance(model, DPI_TRAIN, batch, &instance);
    if (status == DP_OK) status = dpi_instance_feed(model, instance, inputs);
    if (status == DP_OK) status = dp_plan_run(instance->plan);
    if (status != DP_OK) return status;
    *loss = dpi_instance_loss(instance);
    dpi_optimizer_step(optimizer);
    return DP_OK;
}
