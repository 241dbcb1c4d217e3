/* From a model to its graph for a batch size: builds it, and finds what is minimised and what is predicted. */
#include <stdio.h>
#include <string.h>

#include <denpa/check.h>
#include <denpa/data.h>
#include <denpa/ops.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/model_internal.h"

dp_val dpi_graph_nth(const dp_graph *g, dp_op op, int wanted)
{
    for (dp_val v = 1; v <= dp_graph_count(g); v++)
        if (dp_val_op(g, v) == op && wanted-- == 0) return v;
    return DP_VAL_NONE;
}

/* The softmax_cross_entropy that loss depends on, the one nearest to it if there are several. */
static dp_status find_cross_entropy(const dp_graph *g, dp_val loss, dp_val *out)
{
    dp_ctx *ctx = dp_graph_ctx(g);
    void *memory = NULL;
    dp_status status = dpi_alloc(ctx, (size_t)loss + 1, 1, "marks of the graph's values", &memory);
    if (status != DP_OK) return status;
    char *reached = memory;
    reached[loss] = 1;
    *out = DP_VAL_NONE;
    for (dp_val v = loss; v > 0 && !*out; v--) {
        if (!reached[v]) continue;
        if (dp_val_op(g, v) == DP_OP_SOFTMAX_CROSS_ENTROPY) *out = v;
        for (int i = 0; i < dp_val_input_count(g, v); i++) reached[dp_val_input(g, v, i)] = 1;
    }
    dpi_free(ctx, memory);
    return DP_OK;
}

static dp_status no_such_name(const dp_model *model, const dp_scope *scope, const char *what, const char *name)
{
    char names[1024] = "";
    size_t used = 0;
    for (int i = 0; i < dp_scope_count(scope) && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, i ? ", %s" : "%s", dp_scope_name(scope, i));
    return dpi_fail(model->ctx, DP_ERR_NAME, "model: there is no value named \"%s\" for the %s; there are: %s", name,
                    what, names);
}

static dp_status check_loss(const dp_model *model, const dp_graph *g, dp_val loss)
{
    char text[DP_SHAPE_TEXT_BYTES];
    const char *name = dp_val_name(g, loss);
    if (dp_val_op(g, loss) == DP_OP_NONE) return dpi_fail(model->ctx, DP_ERR_ARG, "model: it has no loss");
    if (dp_shape_elems(dp_val_shape(g, loss)) != 1)
        return dpi_fail(model->ctx, DP_ERR_SHAPE,
                        "model: the loss%s%s has to be one number, but is %s; take its mean() or sum()",
                        *name ? " " : "", name, dp_shape_text(dp_val_shape(g, loss), text, sizeof text));
    if (!dp_dtype_is_float(dp_val_dtype(g, loss)))
        return dpi_fail(model->ctx, DP_ERR_DTYPE, "model: the loss%s%s has to be floating, but is %s", *name ? " " : "",
                        name, dp_dtype_name(dp_val_dtype(g, loss)));
    return DP_OK;
}

/* What the outputs can be held against when there is no softmax_cross_entropy: the one label with as many classes. */
static dp_val label_by_classes(const dp_graph *g, dp_val output)
{
    dp_val found = DP_VAL_NONE;
    dp_shape shape = dp_val_shape(g, output);
    for (dp_val v = 1; v <= dp_graph_count(g) && shape.rank >= 2; v++)
        if (dp_val_label_classes(g, v) > 1 && dp_val_label_classes(g, v) == shape.dims[shape.rank - 1]) {
            if (found) return DP_VAL_NONE;
            found = v;
        }
    return found;
}

/* Do they fit place by place: output [N, …, K] floating; label [N, …] of integers, or [N, …, K]? */
static bool comparable(const dp_graph *g, dp_val output, dp_val label)
{
    dp_shape y = dp_val_shape(g, output), t = dp_val_shape(g, label);
    if (y.rank < 2 || y.dims[y.rank - 1] < 1 || !dp_dtype_is_float(dp_val_dtype(g, output))) return false;
    if (dp_shape_equal(y, t)) return true;
    y.rank--;
    return dp_shape_equal(y, t) && !dp_dtype_is_float(dp_val_dtype(g, label));
}

/* In half precision what goes into softmax_cross_entropy is rounded. */
static dp_val before_rounding(const dp_graph *g, dp_val v)
{
    return dp_graph_float16(g) && dp_val_op(g, v) == DP_OP_FLOAT16 ? dp_val_input(g, v, 0) : v;
}

static dp_status find_values(const dp_model *model, dpi_built *built)
{
    dp_graph *g = built->graph;
    dp_model_values *values = &built->values;
    if (built->scope) {
        const char *name = model->loss ? model->loss : "loss";
        values->loss = dp_scope_find(built->scope, name);
        if (!values->loss) return no_such_name(model, built->scope, "loss", name);
    }
    dp_status status = check_loss(model, g, values->loss);
    if (status != DP_OK) return status;

    dp_val entropy = DP_VAL_NONE;
    status = find_cross_entropy(g, values->loss, &entropy);
    if (status != DP_OK) return status;
    dp_val scores = entropy ? before_rounding(g, dp_val_input(g, entropy, 0)) : DP_VAL_NONE;
    if (built->scope) {
        if (model->output) {
            values->output = dp_scope_find(built->scope, model->output);
            if (!values->output) return no_such_name(model, built->scope, "output", model->output);
        } else {
            values->output = scores ? scores : dp_scope_find(built->scope, "y");
        }
        values->label = entropy ? before_rounding(g, dp_val_input(g, entropy, 1)) : DP_VAL_NONE;
        /* Weights of classes and smoothed labels are targets that are worked out; accuracy is by the label itself. */
        dp_val label = dp_val_label_classes(g, values->label) ? DP_VAL_NONE : label_by_classes(g, values->output);
        if (label) values->label = label;
    }
    built->output_is_scores = scores && values->output == scores;
    if (!values->output || !values->label || !comparable(g, values->output, values->label)) values->label = DP_VAL_NONE;
    if (values->output && dp_graph_float16(g) && dp_dtype_is_float(dp_val_dtype(g, values->output)))
        values->output = dp_float16(g, values->output);
    if (dp_graph_status(g) == DP_OK) return DP_OK;
    return dpi_fail(model->ctx, dp_graph_status(g), "%s", dp_graph_message(g));
}

static dp_status build_formula(const dp_model *model, int64_t batch, dpi_built *built)
{
    dp_build_config config;
    dp_build_config_init(&config);
    config.batch = batch;
    config.settings = model->settings;
    config.setting_count = model->setting_count;
    config.seed = model->seed;
    config.hooks.dataset = dp_dataset_hook;
    config.hooks.numeric_grad = dp_numeric_gradient_hook;
    config.hooks.evaluate = dp_evaluate_hook;
    config.skip_prints = 1;
    return dp_formula_build(model->formula, built->graph, &config, &built->scope);
}

static dp_status build_in(const dp_model *model, int64_t batch, dp_dtype dtype, bool training, dpi_built *built)
{
    *built = (dpi_built){0};
    dp_status status = dp_graph_new(model->ctx, dtype, &built->graph);
    if (status != DP_OK) return status;
    dp_graph_set_training(built->graph, training);
    dp_graph_set_float16(built->graph, model->float16 && !training);
    status = model->formula ? build_formula(model, batch, built)
                            : model->build(model->user, built->graph, batch, &built->values);
    if (status == DP_OK && dp_graph_status(built->graph) != DP_OK)
        status = dpi_fail(model->ctx, dp_graph_status(built->graph), "%s", dp_graph_message(built->graph));
    if (status == DP_OK) status = find_values(model, built);
    if (status != DP_OK) dpi_built_free(built);
    return status;
}

dp_status dpi_model_build(const dp_model *model, int64_t batch, bool training, dpi_built *built)
{
    return build_in(model, batch, model->dtype, training, built);
}

void dpi_built_free(dpi_built *built)
{
    dp_scope_free(&built->scope);
    dp_graph_free(&built->graph);
}

dp_status dp_model_graph(const dp_model *model, int64_t batch, dp_dtype dtype, dp_graph **out, dp_model_values *values)
{
    dpi_built built;
    if (batch < 1)
        return dpi_fail(model->ctx, DP_ERR_RANGE, "model: a graph for a batch of %lld rows", (long long)batch);
    dp_status status = build_in(model, batch, dtype == DP_DTYPE_NONE ? model->dtype : dtype, false, &built);
    if (status == DP_OK) status = dpi_params_compare(model, built.graph, batch);
    if (status != DP_OK) {
        dpi_built_free(&built);
        return status;
    }
    dp_scope_free(&built.scope);
    *out = built.graph;
    *values = built.values;
    return DP_OK;
}
