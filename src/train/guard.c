/* From a result that is not finite the graph is walked back, each time to what is not finite there, until everything a
 * value is made from is finite. An infinity that leads nowhere, as that of a mask, is not met on the way. */
#include "train/guard.h"

#include <math.h>

#include <denpa/grad.h>
#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"

/* The first element that is not finite, NaN before infinity; -1 if there is none. */
static int64_t find_bad(const dp_array *array)
{
    int64_t infinite = -1;
    if (!array->data || !dp_dtype_is_float(array->dtype)) return -1;
    for (int64_t i = 0, n = dp_array_elems(array); i < n; i++) {
        double value = dp_array_get(array, i);
        if (isnan(value)) return i;
        if (isinf(value) && infinite < 0) infinite = i;
    }
    return infinite;
}

int dpi_guard_bad_gradient(const dp_model *model)
{
    for (int p = 0; p < model->trained_count; p++) {
        dp_array gradient = dp_model_param(model, p);
        gradient.data = dpi_param_gradient(model, p);
        if (find_bad(&gradient) >= 0) return p;
    }
    return DPI_GUARD_LOSS;
}

/* The batch computed once more, with every value kept. */
typedef struct again {
    dp_model *model;
    const dpi_instance *instance;
    dpi_built built;
    dp_val *gradients, *wanted; /* by parameter; every value that is computed */
    dp_val forward;             /* values up to this one are the model's own, those behind it are of its gradients */
    int wanted_count;
    char *reached;
    dp_plan *plan;
} again;

/* The number of the leaf among those of its op. */
static int number_of(const dp_graph *g, dp_val v)
{
    int number = 0;
    for (dp_val u = 1; u < v; u++) number += dp_val_op(g, u) == dp_val_op(g, v);
    return number;
}

static dp_array numbers_of(const again *a, dp_val v)
{
    const dp_graph *g = a->built.graph;
    dp_op op = dp_val_op(g, v);
    if (op == DP_OP_PARAM) return dp_model_param(a->model, number_of(g, v));
    if (op == DP_OP_STATE) return dp_model_param(a->model, a->model->trained_count + number_of(g, v));
    if (op == DP_OP_INPUT) return a->instance->inputs[number_of(g, v)];
    dp_array constant = dp_val_const(g, v);
    return constant.data ? constant : dp_plan_value(a->plan, v);
}

static dp_status add_gradients(again *a, dp_val *params)
{
    dp_graph *g = a->built.graph;
    int count = a->model->trained_count;
    for (int i = 0; i < count; i++) params[i] = dpi_graph_nth(g, DP_OP_PARAM, i);
    return dp_grad(g, a->built.values.loss, DP_VAL_NONE, params, count, a->gradients);
}

/* Everything the loss and the gradients are made of. */
static void mark(again *a)
{
    const dp_graph *g = a->built.graph;
    a->reached[a->built.values.loss] = 1;
    for (int i = 0; i < a->model->trained_count; i++) a->reached[a->gradients[i]] = 1;
    for (dp_val v = dp_graph_count(g); v > 0; v--)
        for (int i = 0; a->reached[v] && i < dp_val_input_count(g, v); i++) a->reached[dp_val_input(g, v, i)] = 1;
    for (dp_val v = 1; v <= dp_graph_count(g); v++)
        if (a->reached[v] && dp_val_input_count(g, v) > 0) a->wanted[a->wanted_count++] = v;
}

static dp_status bind_leaves(again *a)
{
    const dp_graph *g = a->built.graph;
    dp_status status = DP_OK;
    for (dp_val v = 1; v <= dp_graph_count(g) && status == DP_OK; v++) {
        dp_op op = dp_val_op(g, v);
        if ((op == DP_OP_PARAM || op == DP_OP_STATE || op == DP_OP_INPUT) && dp_plan_needs(a->plan, v))
            status = dp_plan_bind(a->plan, v, numbers_of(a, v).data);
    }
    dp_val step = dp_graph_step(g);
    if (status == DP_OK && dp_plan_needs(a->plan, step)) status = dp_plan_bind(a->plan, step, &a->model->step);
    return status;
}

static dp_status compute(again *a)
{
    dp_ctx *ctx = a->model->ctx;
    void *memory = NULL;
    size_t params = (size_t)a->model->trained_count;
    dp_status status = dpi_model_build(a->model, a->instance->batch, true, &a->built);
    if (status == DP_OK) status = dpi_alloc(ctx, 2 * params, sizeof(dp_val), "gradients", &memory);
    a->gradients = memory;
    if (status == DP_OK) a->forward = dp_graph_count(a->built.graph);
    if (status == DP_OK) status = add_gradients(a, a->gradients + params);
    if (status != DP_OK) return status;
    size_t count = (size_t)dp_graph_count(a->built.graph) + 1;
    status = dpi_alloc(ctx, count, sizeof(dp_val) + 1, "values of the graph", &memory);
    if (status != DP_OK) return status;
    a->wanted = memory;
    a->reached = (char *)(a->wanted + count);
    mark(a);
    status = dp_plan_new(a->built.graph, a->wanted, a->wanted_count, &a->plan);
    if (status == DP_OK) status = bind_leaves(a);
    return status == DP_OK ? dp_plan_run(a->plan) : status;
}

static void forget(again *a)
{
    dp_plan_free(&a->plan);
    dpi_free(a->model->ctx, a->wanted);
    dpi_free(a->model->ctx, a->gradients);
    dpi_built_free(&a->built);
}

/* Where what is not finite in v begins: DP_VAL_NONE if v is finite. What is computed comes before constants. */
static dp_val origin_of(const again *a, dp_val v)
{
    const dp_graph *g = a->built.graph;
    dp_array numbers = numbers_of(a, v);
    if (find_bad(&numbers) < 0) return DP_VAL_NONE;
    for (dp_val next = v; next;) {
        v = next;
        next = DP_VAL_NONE;
        for (int i = 0; i < dp_val_input_count(g, v); i++) {
            dp_val input = dp_val_input(g, v, i);
            numbers = numbers_of(a, input);
            bool computed = next && dp_val_input_count(g, next) > 0;
            if (find_bad(&numbers) >= 0 && !(computed && dp_val_input_count(g, input) == 0)) next = input;
        }
    }
    return v;
}

/* "[3, 7]", "" for a single number */
static dp_status add_place(dp_text *text, dp_shape shape, int64_t at)
{
    int64_t index[DP_MAX_RANK];
    for (int i = shape.rank - 1; i >= 0; at /= shape.dims[i--]) index[i] = at % shape.dims[i];
    dp_status status = DP_OK;
    for (int i = 0; i < shape.rank && status == DP_OK; i++)
        status = dp_text_addf(text, "%s%lld%s", i ? ", " : "[", (long long)index[i], i + 1 == shape.rank ? "]" : "");
    return status;
}

/* sqrt "d" of line 5 */
static dp_status add_words(const again *a, dp_val v, dp_text *text)
{
    const dp_graph *g = a->built.graph;
    const char *name = dp_val_name(g, v);
    int line = dp_val_source(g, v).line;
    dp_status status = dp_text_addf(text, *name ? "%s \"%s\"" : "%s", dp_op_name(dp_val_op(g, v)), name);
    return status == DP_OK && line > 0 ? dp_text_addf(text, " of line %d", line) : status;
}

/* The model's own value that a value of its gradients is computed from most directly: the last one. */
static dp_val nearest_forward(const again *a, dp_val v)
{
    const dp_graph *g = a->built.graph;
    while (v > a->forward) {
        dp_val last_own = DP_VAL_NONE, last = DP_VAL_NONE;
        for (int i = 0; i < dp_val_input_count(g, v); i++) {
            dp_val input = dp_val_input(g, v, i);
            if (input <= a->forward && input > last_own && dp_val_input_count(g, input) > 0) last_own = input;
            if (input > last) last = input;
        }
        v = last_own ? last_own : last;
    }
    return v;
}

static dp_status describe(const again *a, dp_val v, dp_text *text)
{
    const dp_graph *g = a->built.graph;
    char number[DP_NUMBER_TEXT_BYTES];
    dp_array numbers = numbers_of(a, v);
    int64_t at = find_bad(&numbers);
    dp_val near = nearest_forward(a, v);
    dp_status status = add_words(a, v, text);
    if (status == DP_OK && near && near != v) {
        status = dp_text_addf(text, " of the gradient behind ");
        if (status == DP_OK) status = add_words(a, near, text);
    }
    if (status == DP_OK) status = dp_text_addf(text, ", whose value%s", numbers.shape.rank ? " at " : "");
    if (status == DP_OK) status = add_place(text, numbers.shape, at);
    dp_number_text_f64(dp_array_get(&numbers, at), number);
    if (status == DP_OK) status = dp_text_addf(text, " is %s", number);
    if (status == DP_OK && dp_val_input_count(g, v) > 0)
        status = dp_text_addf(text, " while all that it is computed from is finite");
    if (status == DP_OK && dp_val_op(g, v) == DP_OP_PARAM)
        status = dp_text_addf(text, " since the update before, or from the beginning");
    return status;
}

/* Words for where it begins; none if it does not show when computed once more. */
static dp_status explain(again *a, int bad, dp_text *text)
{
    dp_status status = compute(a);
    if (status != DP_OK) return status;
    dp_val v = origin_of(a, bad == DPI_GUARD_LOSS ? a->built.values.loss : a->gradients[bad]);
    if (!v) return DP_OK;
    status = dp_text_addf(text, "; it begins in ");
    return status == DP_OK ? describe(a, v, text) : status;
}

dp_status dpi_guard_fail(dp_model *model, const dpi_instance *instance, int64_t step, int bad)
{
    again a = {.model = model, .instance = instance};
    dp_text text = {.ctx = model->ctx};
    dp_status status = explain(&a, bad, &text);
    forget(&a);
    if (status == DP_OK) {
        const char *more = text.length ? text.data : "";
        status = bad == DPI_GUARD_LOSS
                     ? dpi_fail(model->ctx, DP_ERR_RANGE, "train: step %lld: the loss is no finite number%s",
                                (long long)step, more)
                     : dpi_fail(model->ctx, DP_ERR_RANGE, "train: step %lld: the gradient of %s is not finite%s",
                                (long long)step, model->params[bad].name, more);
    }
    dp_text_free(&text);
    return status;
}
