#include "keep_path.h"

#include <stdlib.h>
#include <string.h>

#include <denpa/file.h>
#include <denpa/text.h>

static size_t bytes_of(const dp_model *model, int i)
{
    dp_array param = dp_model_param(model, i);
    return dp_array_bytes(&param);
}

static dp_status make_room(cli_path *path, const dp_model *model)
{
    if (path->rows < path->capacity) return DP_OK;
    size_t capacity = path->capacity ? 2 * path->capacity : 64, bytes;
    path->row_bytes = 0;
    for (int i = 0; i < dp_model_param_count(model); i++) path->row_bytes += bytes_of(model, i);
    if (__builtin_mul_overflow(capacity, path->row_bytes + 1, &bytes)) return DP_ERR_NOMEM;
    char *weights = realloc(path->weights, bytes);
    if (weights) path->weights = weights;
    int64_t *steps = realloc(path->steps, capacity * sizeof *steps);
    if (steps) path->steps = steps;
    if (!weights || !steps) return DP_ERR_NOMEM;
    path->capacity = capacity;
    return DP_OK;
}

dp_status cli_path_add(cli_path *path, const dp_model *model, int64_t step)
{
    if (!path->keep) return DP_OK;
    dp_status status = make_room(path, model);
    if (status != DP_OK) return status;
    char *to = path->weights + path->rows * path->row_bytes;
    for (int i = 0; i < dp_model_param_count(model); i++) {
        dp_array param = dp_model_param(model, i);
        memcpy(to, param.data, dp_array_bytes(&param));
        to += dp_array_bytes(&param);
    }
    path->steps[path->rows++] = step;
    return DP_OK;
}

/* Parameter i over all rows; `first` is where it begins in a row. */
static dp_status gather(const cli_path *path, const dp_model *model, int i, size_t first, dp_array **out)
{
    dp_array param = dp_model_param(model, i);
    size_t bytes = dp_array_bytes(&param);
    dp_shape shape = {.rank = param.shape.rank + 1, .dims = {(int64_t)path->rows}};
    if (shape.rank > DP_MAX_RANK) return DP_ERR_SHAPE;
    memcpy(shape.dims + 1, param.shape.dims, (size_t)param.shape.rank * sizeof *shape.dims);
    dp_status status = dp_array_new(dp_model_ctx(model), param.dtype, shape, out);
    for (size_t row = 0; row < path->rows && status == DP_OK; row++)
        memcpy((char *)(*out)->data + row * bytes, path->weights + row * path->row_bytes + first, bytes);
    return status;
}

dp_status cli_path_write(const cli_path *path, const dp_model *model, const char *dir)
{
    int count = dp_model_param_count(model);
    size_t first = 0;
    dp_text name = {.ctx = dp_model_ctx(model)};
    dp_array **arrays = calloc((size_t)count + 1, sizeof *arrays);
    dp_tensor *tensors = calloc((size_t)count + 1, sizeof *tensors);
    const int64_t rows = (int64_t)path->rows;
    const dp_array steps = {.dtype = DP_I64, .shape = dp_shape_of(1, &rows), .data = path->steps};
    dp_status status = arrays && tensors ? DP_OK : DP_ERR_NOMEM;
    for (int i = 0; i < count && status == DP_OK; i++) {
        status = gather(path, model, i, first, &arrays[i]);
        tensors[i] = (dp_tensor){.name = dp_model_param_name(model, i), .array = arrays[i]};
        first += bytes_of(model, i);
    }
    if (status == DP_OK) tensors[count] = (dp_tensor){.name = "step", .array = &steps};
    if (status == DP_OK) status = dp_text_addf(&name, "%s/path.safetensors", dir);
    if (status == DP_OK)
        status = dp_safetensors_write(dp_model_ctx(model), name.data, tensors,
                                      count + (dp_model_param_find(model, "step") < 0), NULL, 0);
    for (int i = 0; arrays && i < count; i++) dp_array_free(&arrays[i]);
    free(arrays);
    free(tensors);
    dp_text_free(&name);
    return status;
}

void cli_path_free(cli_path *path)
{
    free(path->weights);
    free(path->steps);
    *path = (cli_path){0};
}
