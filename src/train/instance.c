/* Instances: the model planned for a purpose and a batch size, a few of them kept. */
#include <string.h>

#include <denpa/grad.h>
#include <denpa/ops.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/model_internal.h"

void dpi_instance_free(dp_ctx *ctx, int input_count, dpi_instance **pointer)
{
    dpi_instance *instance = *pointer;
    if (!instance) return;
    dp_plan_free(&instance->plan);
    for (int i = 0; instance->places && i < 2 * input_count; i++)
        dpi_free(ctx, instance->places[i / 2].buffers[i % 2]);
    dpi_free(ctx, instance->places);
    dpi_free(ctx, instance->inputs);
    dpi_free(ctx, instance->updates);
    dpi_free(ctx, instance);
    *pointer = NULL;
}

/* d loss / d each parameter in the model's dtype. */
static dp_status add_gradients(const dp_model *model, dp_graph *g, dp_val loss, dp_val *params, dp_val *gradients)
{
    for (int i = 0; i < model->trained_count; i++) params[i] = dpi_graph_nth(g, DP_OP_PARAM, i);
    dp_status status = dp_grad(g, loss, DP_VAL_NONE, params, model->trained_count, gradients);
    for (int i = 0; i < model->trained_count && status == DP_OK; i++) {
        if (dp_val_dtype(g, gradients[i]) != model->dtype) gradients[i] = dp_cast(g, gradients[i], model->dtype);
        status = dp_graph_status(g);
    }
    return status == DP_OK ? status : dpi_fail(model->ctx, status, "%s", dp_graph_message(g));
}

static dp_status bind_params(dp_model *model, const dp_graph *g, dp_plan *plan)
{
    for (int i = 0; i < model->param_count; i++) {
        dp_val v = dpi_params_leaf(model, g, i);
        if (!dp_plan_needs(plan, v)) continue;
        dp_status status = dp_plan_bind(plan, v, dpi_param_value(model, i));
        if (status != DP_OK) return status;
    }
    dp_val step = dp_graph_step(g);
    return dp_plan_needs(plan, step) ? dp_plan_bind(plan, step, &model->step) : DP_OK;
}

/* Each gradient is a value of its own (grad.h), and is written where the optimiser reads it. */
static dp_status bind_gradients(const dp_model *model, const dp_val *gradients, dp_plan *plan)
{
    for (int i = 0; i < model->trained_count; i++) {
        dp_status status = dp_plan_bind(plan, gradients[i], dpi_param_gradient(model, i));
        if (status != DP_OK) return status;
    }
    return DP_OK;
}

/* What a state becomes is written to its place in the gradients' buffer: a run does not write where it reads. */
static dp_status bind_updates(const dp_model *model, const dp_graph *g, dpi_instance *instance)
{
    void *memory = NULL;
    dp_status status =
        dpi_alloc(model->ctx, (size_t)dp_graph_update_count(g), sizeof(int), "states of the model", &memory);
    instance->updates = memory;
    for (int u = 0; u < dp_graph_update_count(g) && status == DP_OK; u++) {
        dp_val state, value;
        int i = model->trained_count;
        dp_graph_update(g, u, &state, &value);
        while (dpi_params_leaf(model, g, i) != state) i++;
        instance->updates[instance->update_count++] = i;
        status = dp_plan_bind(instance->plan, value, dpi_param_gradient(model, i));
    }
    return status;
}

void dpi_instance_keep_states(const dp_model *model, const dpi_instance *instance)
{
    for (int u = 0; u < instance->update_count; u++) {
        int i = instance->updates[u];
        memcpy(dpi_param_value(model, i), dpi_param_gradient(model, i),
               model->params[i].elems * dp_dtype_bytes(model->dtype));
    }
}

static dp_status find_inputs(const dp_model *model, const dp_graph *g, dpi_instance *instance)
{
    void *inputs = NULL, *places = NULL;
    dp_status status = dpi_alloc(model->ctx, (size_t)model->input_count, sizeof(dp_array), "inputs", &inputs);
    instance->inputs = inputs;
    if (status == DP_OK)
        status = dpi_alloc(model->ctx, (size_t)model->input_count, sizeof(dpi_place), "inputs", &places);
    instance->places = places;
    instance->label_input = -1;
    for (int i = 0; i < model->input_count && status == DP_OK; i++) {
        dp_val v = dpi_graph_nth(g, DP_OP_INPUT, i);
        bool read = dp_plan_needs(instance->plan, v);
        instance->inputs[i] = (dp_array){.dtype = dp_val_dtype(g, v), .shape = dp_val_shape(g, v)};
        instance->places[i] = (dpi_place){.v = v, .read = read, .needed = read || v == instance->label};
        if (v == instance->label) instance->label_input = i;
    }
    return status;
}

/* The wanted values. A label that is an input is at hand without the plan. */
static int list_wanted(const dp_graph *g, const dpi_instance *instance, const dp_val *gradients, int gradient_count,
                       dp_val *wanted)
{
    dp_val label = dp_val_op(g, instance->label) == DP_OP_INPUT ? DP_VAL_NONE : instance->label;
    const dp_val heads[] = {instance->output, instance->loss, label};
    int count = 0;
    for (int i = 0; i < 3; i++)
        if (heads[i]) wanted[count++] = heads[i];
    for (int i = 0; i < gradient_count; i++) wanted[count++] = gradients[i];
    return count;
}

static dp_status plan_instance(dp_model *model, dpi_built *built, dp_val *scratch, dpi_instance *instance)
{
    dp_graph *g = built->graph;
    dp_val *params = scratch, *gradients = params + model->param_count, *wanted = gradients + model->param_count;
    instance->output = built->values.output;
    if (instance->purpose != DPI_PREDICT) instance->loss = built->values.loss, instance->label = built->values.label;
    if (instance->purpose == DPI_PREDICT && !instance->output)
        return dpi_fail(model->ctx, DP_ERR_NAME,
                        "model: it is not known which value is the prediction: name one y, or give output");

    bool trains = instance->purpose == DPI_TRAIN;
    int gradient_count = trains ? model->trained_count : 0;
    dp_status status = gradient_count ? add_gradients(model, g, instance->loss, params, gradients) : DP_OK;
    if (status != DP_OK) return status;
    int count = list_wanted(g, instance, gradients, gradient_count, wanted);
    for (int u = 0; u < dp_graph_update_count(g) && trains; u++) dp_graph_update(g, u, &(dp_val){0}, &wanted[count++]);
    status = dp_plan_new(g, wanted, count, &instance->plan);
    if (status == DP_OK) status = bind_params(model, g, instance->plan);
    if (status == DP_OK) status = find_inputs(model, g, instance);
    if (status == DP_OK && gradient_count) status = bind_gradients(model, gradients, instance->plan);
    if (status == DP_OK && trains) status = bind_updates(model, g, instance);
    return status;
}

static dp_status make_instance(dp_model *model, dpi_purpose purpose, int64_t batch, dpi_instance **out)
{
    dpi_built built = {0};
    void *memory = NULL, *scratch = NULL;
    dp_status status = dpi_alloc(model->ctx, 1, sizeof(dpi_instance), "plan of the model", &memory);
    if (status != DP_OK) return status;
    dpi_instance *instance = memory;
    *instance = (dpi_instance){.purpose = purpose, .batch = batch};
    status = dpi_alloc(model->ctx, 3 * (size_t)model->param_count + 3, sizeof(dp_val), "values of the graph", &scratch);
    if (status == DP_OK) status = dpi_model_build(model, batch, purpose == DPI_TRAIN, &built);
    if (status == DP_OK) status = dpi_params_compare(model, built.graph, batch);
    if (status == DP_OK) status = plan_instance(model, &built, scratch, instance);
    dpi_built_free(&built);
    dpi_free(model->ctx, scratch);
    if (status != DP_OK) dpi_instance_free(model->ctx, model->input_count, &instance);
    else *out = instance;
    return status;
}

void dp_model_set_float16(dp_model *model, int float16)
{
    if (model->float16 == (float16 != 0)) return;
    model->float16 = float16 != 0;
    for (int i = 0; i < DPI_INSTANCES; i++) dpi_instance_free(model->ctx, model->input_count, &model->instances[i]);
}

dp_status dpi_model_instance(dp_model *model, dpi_purpose purpose, int64_t batch, dpi_instance **out)
{
    int oldest = 0;
    for (int i = 0; i < DPI_INSTANCES; i++) {
        dpi_instance *instance = model->instances[i];
        if (instance && instance->purpose == purpose && instance->batch == batch) {
            instance->used = ++model->uses;
            *out = instance;
            return DP_OK;
        }
        uint64_t used = instance ? instance->used : 0;
        if (model->instances[oldest] && used < model->instances[oldest]->used) oldest = i;
    }
    dpi_instance *made = NULL;
    dp_status status = make_instance(model, purpose, batch, &made);
    if (status != DP_OK) return status;
    dpi_instance_free(model->ctx, model->input_count, &model->instances[oldest]);
    made->number = made->used = ++model->uses;
    model->instances[oldest] = made;
    *out = made;
    return DP_OK;
}

dp_status dpi_instance_buffers(const dp_model *model, dpi_instance *instance, int which)
{
    dp_status status = DP_OK;
    for (int i = 0; i < model->input_count && status == DP_OK; i++) {
        const dp_array *input = &instance->inputs[i];
        void **buffer = &instance->places[i].buffers[which];
        if (instance->places[i].needed && !*buffer)
            status =
                dpi_alloc(model->ctx, (size_t)dp_array_elems(input), dp_dtype_bytes(input->dtype), "a batch", buffer);
    }
    return status;
}

/* The plan reads input i from `data`. */
static dp_status read_from(dpi_instance *instance, int i, void *data)
{
    bool same = instance->inputs[i].data == data;
    instance->inputs[i].data = data;
    return same || !instance->places[i].read ? DP_OK : dp_plan_bind(instance->plan, instance->places[i].v, data);
}

dp_status dpi_instance_use(const dp_model *model, dpi_instance *instance, int which)
{
    dp_status status = DP_OK;
    for (int i = 0; i < model->input_count && status == DP_OK; i++)
        if (instance->places[i].needed) status = read_from(instance, i, instance->places[i].buffers[which]);
    return status;
}

static dp_status check_input(const dp_model *model, const dpi_instance *instance, int i, const dp_array *array)
{
    char given[DP_SHAPE_TEXT_BYTES], wanted[DP_SHAPE_TEXT_BYTES];
    const dp_array *input = &instance->inputs[i];
    const char *name = model->inputs[i].name;
    if (!array) return dpi_fail(model->ctx, DP_ERR_ARG, "model: input %s is not given", name);
    if (array->dtype != input->dtype)
        return dpi_fail(model->ctx, DP_ERR_DTYPE, "model: input %s is %s, but %s was given", name,
                        dp_dtype_name(input->dtype), dp_dtype_name(array->dtype));
    if (!dp_shape_equal(array->shape, input->shape))
        return dpi_fail(model->ctx, DP_ERR_SHAPE, "model: input %s is %s, but %s was given", name,
                        dp_shape_text(input->shape, wanted, sizeof wanted),
                        dp_shape_text(array->shape, given, sizeof given));
    return DP_OK;
}

dp_status dpi_instance_feed(const dp_model *model, dpi_instance *instance, const dp_array *const *inputs)
{
    dp_status status = DP_OK;
    for (int i = 0; i < model->input_count && status == DP_OK; i++)
        if (instance->places[i].needed) status = check_input(model, instance, i, inputs[i]);
    for (int i = 0; i < model->input_count && status == DP_OK; i++)
        if (instance->places[i].needed) status = read_from(instance, i, inputs[i]->data);
    return status;
}

double dpi_instance_loss(const dpi_instance *instance)
{
    dp_array loss = dp_plan_value(instance->plan, instance->loss);
    return dp_array_get(&loss, 0);
}

/* ---- Accuracy ---- */

/* The first largest of a row; NaN counts as largest, as in dp_argmax. */
#define DEFINE_LARGEST(name, type)                                \
    static int64_t name(const type *row, int64_t n)               \
    {                                                             \
        int64_t best = 0;                                         \
        for (int64_t k = 1; k < n && row[best] == row[best]; k++) \
            if (!(row[k] <= row[best])) best = k;                 \
        return best;                                              \
    }
DEFINE_LARGEST(largest_f32, float)
DEFINE_LARGEST(largest_f64, double)

int64_t dpi_row_class(const dp_array *rows, int64_t row)
{
    if (rows->shape.rank == 1) return (int64_t)dp_array_get(rows, row);
    int64_t n = rows->shape.dims[1];
    if (rows->dtype == DP_F32) return largest_f32((const float *)rows->data + row * n, n);
    if (rows->dtype == DP_F64) return largest_f64((const double *)rows->data + row * n, n);
    int64_t best = 0;
    for (int64_t k = 1; k < n; k++)
        if (dp_array_get(rows, row * n + k) > dp_array_get(rows, row * n + best)) best = k;
    return best;
}

dp_array dpi_as_places(dp_array scores)
{
    int64_t classes = scores.shape.dims[scores.shape.rank - 1];
    scores.shape = dp_shape_of(2, (int64_t[]){dp_array_elems(&scores) / classes, classes});
    return scores;
}

dp_array dpi_instance_scores(const dpi_instance *instance)
{
    return dpi_as_places(dp_plan_value(instance->plan, instance->output));
}

dp_array dpi_instance_label(const dpi_instance *instance)
{
    dp_array output = dp_plan_value(instance->plan, instance->output);
    dp_array label = instance->label_input >= 0 ? instance->inputs[instance->label_input]
                                                : dp_plan_value(instance->plan, instance->label);
    if (label.shape.rank == output.shape.rank) return dpi_as_places(label);
    label.shape = dp_shape_of(1, (int64_t[]){dp_array_elems(&label)});
    return label;
}

int64_t dpi_instance_correct(const dpi_instance *instance)
{
    dp_array output = dpi_instance_scores(instance), label = dpi_instance_label(instance);
    int64_t correct = 0;
    for (int64_t row = 0; row < output.shape.dims[0]; row++)
        correct += dpi_row_class(&output, row) == dpi_row_class(&label, row);
    return correct;
}
