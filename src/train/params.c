/* Parameters: named arrays in one flat buffer, and as many zeros for their gradients. */
#include <string.h>

#include <denpa/file.h>
#include <denpa/version.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"
#include "train/model_internal.h"

/* Each parameter begins at a cache line. What is between them begins as zero and is never read. */
#define LINE_BYTES 64

static size_t padded(size_t elems, dp_dtype dtype)
{
    size_t line = LINE_BYTES / dp_dtype_bytes(dtype);
    return (elems + line - 1) / line * line;
}

static dp_status take_one(dp_model *model, const dp_graph *g, dp_val v, dpi_param *param)
{
    dp_status status = dpi_strdup(model->ctx, dp_val_name(g, v), &param->name);
    if (status != DP_OK) return status;
    param->shape = dp_val_shape(g, v);
    param->first = model->elems;
    param->elems = (size_t)dp_shape_elems(param->shape);
    if (param->elems > SIZE_MAX / 16 || !dpi_add_size(model->elems, padded(param->elems, model->dtype), &model->elems))
        return dpi_fail(model->ctx, DP_ERR_NOMEM, "model: parameter %s is larger than any memory", param->name);
    return DP_OK;
}

dp_val dpi_params_leaf(const dp_model *model, const dp_graph *g, int i)
{
    return i < model->trained_count ? dpi_graph_nth(g, DP_OP_PARAM, i)
                                    : dpi_graph_nth(g, DP_OP_STATE, i - model->trained_count);
}

dp_status dpi_params_take(dp_model *model, const dp_graph *g)
{
    int count = 0, states = 0;
    while (dpi_graph_nth(g, DP_OP_PARAM, count)) count++;
    while (dpi_graph_nth(g, DP_OP_STATE, states)) states++;
    model->trained_count = count;
    count += states;
    void *memory = NULL;
    dp_status status = dpi_alloc(model->ctx, (size_t)count, sizeof(dpi_param), "parameters of the model", &memory);
    if (status != DP_OK) return status;
    model->params = memory;
    model->param_count = count;
    for (int i = 0; i < count && status == DP_OK; i++) {
        if (i == model->trained_count) model->trained_elems = model->elems;
        status = take_one(model, g, dpi_params_leaf(model, g, i), &model->params[i]);
    }
    if (!states) model->trained_elems = model->elems;
    size_t size = dp_dtype_bytes(model->dtype);
    if (status == DP_OK) status = dpi_alloc(model->ctx, model->elems, size, "the parameters' numbers", &model->values);
    if (status == DP_OK)
        status = dpi_alloc(model->ctx, model->elems, size, "the parameters' gradients", &model->gradients);
    return status;
}

dp_status dpi_params_compare(const dp_model *model, const dp_graph *g, int64_t batch)
{
    char was[DP_SHAPE_TEXT_BYTES], is[DP_SHAPE_TEXT_BYTES];
    for (int i = 0; i < model->param_count; i++) {
        const dpi_param *param = &model->params[i];
        dp_val v = dpi_params_leaf(model, g, i);
        if (!v || strcmp(dp_val_name(g, v), param->name) != 0)
            return dpi_fail(model->ctx, DP_ERR_SHAPE, "model: for a batch of %lld, parameter %d is %s instead of %s",
                            (long long)batch, i, v ? dp_val_name(g, v) : "missing", param->name);
        if (!dp_shape_equal(dp_val_shape(g, v), param->shape))
            return dpi_fail(
                model->ctx, DP_ERR_SHAPE,
                "model: parameter %s is %s for a batch of %lld, but was %s; its shape may not follow the batch",
                param->name, dp_shape_text(dp_val_shape(g, v), is, sizeof is), (long long)batch,
                dp_shape_text(param->shape, was, sizeof was));
    }
    if (dpi_graph_nth(g, DP_OP_PARAM, model->trained_count) || dpi_params_leaf(model, g, model->param_count))
        return dpi_fail(model->ctx, DP_ERR_SHAPE, "model: for a batch of %lld there are more than %d parameters",
                        (long long)batch, model->param_count);
    return DP_OK;
}

void dpi_params_free(dp_model *model)
{
    for (int i = 0; i < model->param_count; i++) dpi_free(model->ctx, model->params[i].name);
    dpi_free(model->ctx, model->params);
    dpi_free(model->ctx, model->values);
    dpi_free(model->ctx, model->gradients);
}

static void *place(const dp_model *model, void *buffer, int i)
{
    return (char *)buffer + model->params[i].first * dp_dtype_bytes(model->dtype);
}

void *dpi_param_value(const dp_model *model, int i)
{
    return place(model, model->values, i);
}

void *dpi_param_gradient(const dp_model *model, int i)
{
    return place(model, model->gradients, i);
}

int dp_model_param_count(const dp_model *model)
{
    return model->param_count;
}

int dp_model_param_is_state(const dp_model *model, int i)
{
    return i >= model->trained_count && i < model->param_count;
}

const char *dp_model_param_name(const dp_model *model, int i)
{
    return i < 0 || i >= model->param_count ? "" : model->params[i].name;
}

dp_array dp_model_param(const dp_model *model, int i)
{
    if (i < 0 || i >= model->param_count) return (dp_array){.shape = {.rank = -1}};
    return (dp_array){.dtype = model->dtype, .shape = model->params[i].shape, .data = dpi_param_value(model, i)};
}

int dp_model_param_find(const dp_model *model, const char *name)
{
    for (int i = 0; i < model->param_count; i++)
        if (strcmp(model->params[i].name, name) == 0) return i;
    return -1;
}

/* ---- Files ---- */

static dp_status save(const dp_model *model, const char *path, int float16)
{
    static const char *const metadata[] = {"denpa", DP_VERSION_TEXT, "format", "1"};
    void *memory = NULL;
    size_t count = (size_t)model->param_count;
    dp_status status = dpi_alloc(model->ctx, count, sizeof(dp_tensor) + sizeof(dp_array), "list of tensors", &memory);
    if (status != DP_OK) return status;
    dp_tensor *tensors = memory;
    dp_array *arrays = (dp_array *)(tensors + count);
    for (size_t i = 0; i < count; i++) {
        arrays[i] = dp_model_param(model, (int)i);
        tensors[i] = (dp_tensor){.name = model->params[i].name, .array = &arrays[i], .float16 = float16};
    }
    status = dp_safetensors_write(model->ctx, path, tensors, model->param_count, metadata, 2);
    dpi_free(model->ctx, memory);
    return status;
}

dp_status dp_model_save(const dp_model *model, const char *path)
{
    return save(model, path, 0);
}

dp_status dp_model_save_float16(const dp_model *model, const char *path)
{
    return save(model, path, 1);
}

/* dp_tensors_find, with how it was stored; name NULL: there is none. */
static dp_tensor find_tensor(const dp_tensors *tensors, const char *name)
{
    int i = 0;
    while (i < dp_tensors_count(tensors) && strcmp(dp_tensors_get(tensors, i).name, name) != 0) i++;
    return dp_tensors_get(tensors, i);
}

static dp_status check_tensors(const dp_model *model, const char *path, const dp_tensors *tensors)
{
    char shape[DP_SHAPE_TEXT_BYTES], wanted[DP_SHAPE_TEXT_BYTES];
    for (int i = 0; i < model->param_count; i++) {
        const dpi_param *param = &model->params[i];
        const dp_tensor there = find_tensor(tensors, param->name);
        const dp_array *array = there.array;
        if (!array)
            return dpi_fail(model->ctx, DP_ERR_FORMAT, "%s: it has no tensor %s, which the model needs", path,
                            param->name);
        if (!dp_shape_equal(array->shape, param->shape) || (array->dtype != model->dtype && !there.float16))
            return dpi_fail(model->ctx, DP_ERR_FORMAT, "%s: tensor %s is %s %s, but the model's is %s %s", path,
                            param->name, dp_dtype_name(array->dtype), dp_shape_text(array->shape, shape, sizeof shape),
                            dp_dtype_name(model->dtype), dp_shape_text(param->shape, wanted, sizeof wanted));
    }
    for (int i = 0; i < dp_tensors_count(tensors); i++)
        if (dp_model_param_find(model, dp_tensors_get(tensors, i).name) < 0)
            return dpi_fail(model->ctx, DP_ERR_FORMAT, "%s: tensor %s is none of the model's parameters", path,
                            dp_tensors_get(tensors, i).name);
    return DP_OK;
}

dp_status dp_model_load(dp_model *model, const char *path)
{
    dp_tensors *tensors = NULL;
    dp_status status = dp_safetensors_read(model->ctx, path, &tensors);
    if (status != DP_OK) return status;
    status = check_tensors(model, path, tensors);
    for (int i = 0; i < model->param_count && status == DP_OK; i++) {
        const dp_array *array = dp_tensors_find(tensors, model->params[i].name);
        if (array->dtype == model->dtype) memcpy(dpi_param_value(model, i), array->data, dp_array_bytes(array));
        for (int64_t k = 0; k < dp_array_elems(array) && array->dtype != model->dtype; k++)
            ((double *)dpi_param_value(model, i))[k] = dp_array_get(array, k);
    }
    dp_tensors_free(&tensors);
    return status;
}
