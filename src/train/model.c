#include <denpa/model.h>

#include <string.h>

#include <denpa/file.h>
#include <denpa/grad.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/feed.h"
#include "train/model_internal.h"

void dp_model_config_init(dp_model_config *config)
{
    *config = (dp_model_config){.dtype = DP_F32};
}

static dp_status copy_name(dp_ctx *ctx, const char *name, char **out)
{
    return name ? dpi_strdup(ctx, name, out) : DP_OK;
}

static dp_status copy_settings(dp_model *model, const dp_setting *settings, int count)
{
    void *copies = NULL;
    dp_status status = dpi_alloc(model->ctx, (size_t)count, sizeof(dp_setting), "settings", &copies);
    if (status != DP_OK) return status;
    model->settings = copies;
    for (int i = 0; i < count && status == DP_OK; i++) {
        model->setting_count = i + 1;
        status = dpi_strdup(model->ctx, settings[i].name, (char **)&model->settings[i].name);
        if (status == DP_OK)
            status = dpi_strdup(model->ctx, settings[i].expression, (char **)&model->settings[i].expression);
    }
    return status;
}

static dp_status model_start(dp_ctx *ctx, const dp_model_config *config, dp_model **out)
{
    if (config->dtype != DP_F32 && config->dtype != DP_F64)
        return dpi_fail(ctx, DP_ERR_DTYPE, "model: its dtype is float32 or float64, not %s",
                        dp_dtype_name(config->dtype));
    void *memory = NULL;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dp_model), "model", &memory);
    if (status != DP_OK) return status;
    dp_model *model = memory;
    *model = (dp_model){.ctx = ctx, .dtype = config->dtype, .seed = config->seed, .normalize = true,
                        .encoding = {.ctx = ctx}};
    status = copy_name(ctx, config->loss, &model->loss);
    if (status == DP_OK) status = copy_name(ctx, config->output, &model->output);
    if (status == DP_OK) status = copy_settings(model, config->settings, config->setting_count);
    if (status != DP_OK) {
        dp_model_free(&model);
        return status;
    }
    *out = model;
    return DP_OK;
}

static dp_status take_inputs(dp_model *model, const dp_graph *g)
{
    int count = 0;
    while (dpi_graph_nth(g, DP_OP_INPUT, count)) count++;
    void *memory = NULL;
    dp_status status = dpi_alloc(model->ctx, (size_t)count, sizeof(dp_model_input), "inputs of the model", &memory);
    if (status != DP_OK) return status;
    model->inputs = memory;
    model->input_count = count;
    for (int i = 0; i < count; i++) {
        dp_val v = dpi_graph_nth(g, DP_OP_INPUT, i);
        dp_shape shape = dp_val_shape(g, v);
        dp_model_input *input = &model->inputs[i];
        if (shape.rank < 1)
            return dpi_fail(model->ctx, DP_ERR_SHAPE,
                            "model: input %s is a single number; its first axis has to be the batch",
                            dp_val_name(g, v));
        char *name = NULL;
        status = dpi_strdup(model->ctx, dp_val_name(g, v), &name);
        if (status != DP_OK) return status;
        *input = (dp_model_input){.name = name,
                                  .dtype = dp_val_dtype(g, v),
                                  .row_shape = dp_shape_of(shape.rank - 1, shape.dims + 1),
                                  .classes = dp_val_label_classes(g, v)};
    }
    return DP_OK;
}

/* The one floating input, of the output's shape, that the output does not depend on; -1 if there is not exactly one. */
static dp_status find_target(const dp_model *model, const dpi_built *built, int *out)
{
    const dp_graph *g = built->graph;
    dp_val output = built->values.output;
    int found = -1, count = 0;
    for (int i = 0; output && i < model->input_count; i++) {
        dp_val v = dpi_graph_nth(g, DP_OP_INPUT, i);
        if (model->inputs[i].classes || !dp_dtype_is_float(model->inputs[i].dtype) ||
            !dp_shape_equal(dp_val_shape(g, v), dp_val_shape(g, output)))
            continue;
        int depends = dp_val_depends(g, output, v);
        if (depends < 0) return DP_ERR_NOMEM;
        if (!depends) found = i, count++;
    }
    *out = count == 1 ? found : -1;
    return DP_OK;
}

/* With a batch of two instead of one, a value that has lost its batch axis does not pass for one that has it. */
#define FIRST_BATCH 2

static dp_status model_learn(dp_model *model)
{
    dpi_built built = {0};
    dp_status status = dpi_model_build(model, FIRST_BATCH, false, &built);
    if (status == DP_OK) status = dpi_params_take(model, built.graph);
    if (status == DP_OK) status = take_inputs(model, built.graph);
    if (status == DP_OK && built.values.label) {
        dp_shape output = dp_val_shape(built.graph, built.values.output);
        model->classes = output.dims[output.rank - 1];
        model->places = dp_shape_elems(output) / model->classes / FIRST_BATCH;
    }
    model->target_input = -1;
    if (status == DP_OK && !model->classes) status = find_target(model, &built, &model->target_input);
    model->output_is_scores = built.output_is_scores;
    dpi_built_free(&built);
    return status;
}

static dp_status model_finish(dp_model *model, dp_status status, dp_model **out)
{
    if (status == DP_OK) status = model_learn(model);
    if (status != DP_OK) {
        dp_model_free(&model);
        return status;
    }
    *out = model;
    return DP_OK;
}

dp_status dp_model_from_text(dp_ctx *ctx, const char *text, size_t bytes, const char *file,
                             const dp_model_config *given, dp_model **out)
{
    dp_model_config config;
    dp_model_config_init(&config);
    if (given) config = *given;
    dp_model *model = NULL;
    dp_status status = model_start(ctx, &config, &model);
    if (status != DP_OK) return status;
    status = dp_formula_parse(ctx, text, bytes, file, &model->formula);
    if (status == DP_OK) status = dpi_strndup(ctx, text, bytes, &model->text);
    return model_finish(model, status, out);
}

dp_status dp_model_open(dp_ctx *ctx, const char *path, const dp_model_config *config, dp_model **out)
{
    dp_array *text = NULL;
    dp_status status = dp_file_read(ctx, path, 0, &text);
    if (status != DP_OK) return status;
    status = dp_model_from_text(ctx, text->data, dp_array_bytes(text), path, config, out);
    dp_array_free(&text);
    return status;
}

dp_status dp_model_from_function(dp_ctx *ctx, dp_model_build_fn *build, void *user, const dp_model_config *given,
                                 dp_model **out)
{
    dp_model_config config;
    dp_model_config_init(&config);
    if (given) config = *given;
    if (!build) return dpi_fail(ctx, DP_ERR_ARG, "model: no function that builds it was given");
    dp_model *model = NULL;
    dp_status status = model_start(ctx, &config, &model);
    if (status != DP_OK) return status;
    model->build = build;
    model->user = user;
    return model_finish(model, DP_OK, out);
}

void dp_model_free(dp_model **pointer)
{
    if (!pointer || !*pointer) return;
    dp_model *model = *pointer;
    dp_ctx *ctx = model->ctx;
    for (int i = 0; i < DPI_INSTANCES; i++) dpi_instance_free(ctx, model->input_count, &model->instances[i]);
    dpi_scale_free(model);
    for (int i = 0; i < model->input_count; i++) dpi_free(ctx, (char *)model->inputs[i].name);
    dpi_free(ctx, model->inputs);
    dpi_params_free(model);
    for (int i = 0; i < model->setting_count; i++) {
        dpi_free(ctx, (char *)model->settings[i].name);
        dpi_free(ctx, (char *)model->settings[i].expression);
    }
    dpi_free(ctx, model->settings);
    dpi_bindings_free(ctx, model->bindings, model->binding_count);
    dpi_encoding_free(&model->encoding);
    dpi_free(ctx, model->loss);
    dpi_free(ctx, model->output);
    dpi_free(ctx, model->text);
    dp_formula_free(&model->formula);
    dpi_free(ctx, model);
    *pointer = NULL;
}

const char *dp_model_text(const dp_model *model)
{
    return model->text ? model->text : "";
}

int dp_model_settings(const dp_model *model, const dp_setting **settings)
{
    *settings = model->settings;
    return model->setting_count;
}

dp_ctx *dp_model_ctx(const dp_model *model)
{
    return model->ctx;
}

dp_dtype dp_model_dtype(const dp_model *model)
{
    return model->dtype;
}

int dp_model_input_count(const dp_model *model)
{
    return model->input_count;
}

dp_model_input dp_model_get_input(const dp_model *model, int i)
{
    if (i < 0 || i >= model->input_count) return (dp_model_input){.name = ""};
    return model->inputs[i];
}

dp_status dp_model_predict(dp_model *model, const dp_array *const *inputs, dp_array **out)
{
    int64_t batch = 1;
    for (int i = 0; i < model->input_count; i++)
        if (inputs[i] && inputs[i]->shape.rank > 0) batch = inputs[i]->shape.dims[0];
    dpi_instance *instance = NULL;
    dp_status status = dpi_model_instance(model, DPI_PREDICT, batch, &instance);
    if (status == DP_OK) status = dpi_instance_feed(model, instance, inputs);
    if (status == DP_OK) status = dp_plan_run(instance->plan);
    if (status != DP_OK) return status;
    dp_array output = dp_plan_value(instance->plan, instance->output);
    return dp_array_convert(model->ctx, &output, output.dtype, out);
}
