/* The model's graph, fed. */
#include <string.h>

#include "base/alloc.h"
#include "report/report_internal.h"

static dp_val nth_of(const dp_graph *g, dp_op op, int wanted)
{
    for (dp_val v = 1; v <= dp_graph_count(g); v++)
        if (dp_val_op(g, v) == op && wanted-- == 0)
            return v;
    return DP_VAL_NONE;
}

/* Parameters come first, then states, in the model as in its graph. */
static dp_status feed_params(dpi_report *r, dpi_sample *s)
{
    dp_status status = DP_OK;
    for (int i = 0; i < dp_model_param_count(r->model) && status == DP_OK; i++) {
        dp_array param = dp_model_param(r->model, i);
        bool is_state = dp_model_param_is_state(r->model, i);
        s->trained += !is_state;
        dp_val v = nth_of(s->graph, is_state ? DP_OP_STATE : DP_OP_PARAM, is_state ? i - s->trained : i);
        s->vals[s->count] = v;
        status = dp_array_convert(r->ctx, &param, dp_val_dtype(s->graph, v), &s->feeds[s->count++]);
    }
    return status;
}

/* The inputs as the graph wants them. */
static void list_inputs(const dpi_report *r, const dpi_sample *s, dp_model_input *inputs)
{
    for (int i = 0; i < dp_model_input_count(r->model); i++) {
        inputs[i] = dp_model_get_input(r->model, i);
        inputs[i].dtype = dp_val_dtype(s->graph, nth_of(s->graph, DP_OP_INPUT, i));
    }
}

/* Rows first, first + 1, … of the data, as so many new arrays. */
static dp_status gather_rows(dpi_report *r, const dpi_sample *s, int64_t first, dp_array **out)
{
    const dp_binding *bindings;
    int normalize, bound = dp_model_bindings(r->model, &bindings, &normalize), count = dp_model_input_count(r->model);
    void *inputs = NULL, *rows = NULL;
    dp_status status = dpi_alloc(r->ctx, (size_t)count, sizeof(dp_model_input), "inputs of a report", &inputs);
    if (status == DP_OK)
        status = dpi_alloc(r->ctx, (size_t)s->rows, sizeof(int64_t), "rows of a report", &rows);
    for (int64_t i = 0; i < s->rows && status == DP_OK; i++)
        ((int64_t *)rows)[i] = first + i;
    if (status == DP_OK) {
        list_inputs(r, s, inputs);
        status = dp_inputs_gather(r->ctx, inputs, count, r->data, bindings, bound, normalize, rows, s->rows, out);
    }
    for (int i = 0; i < count && status == DP_OK; i++)
        status = dp_model_standardize(r->model, ((dp_model_input *)inputs)[i].name, out[i]);
    for (int i = 0; i < count && status != DP_OK; i++)
        dp_array_free(&out[i]);
    dpi_free(r->ctx, rows);
    dpi_free(r->ctx, inputs);
    return status;
}

static dp_status feed_inputs(dpi_report *r, dpi_sample *s)
{
    int first = s->count, count = dp_model_input_count(r->model);
    dp_status status = DP_OK;
    for (int i = 0; i < count; i++)
        s->vals[first + i] = nth_of(s->graph, DP_OP_INPUT, i);
    if (r->data && count) {
        status = gather_rows(r, s, 0, s->feeds + first);
        s->count += status == DP_OK ? count : 0;
    }
    for (int i = 0; i < count && !r->data && status == DP_OK; i++) {
        dp_val v = s->vals[first + i];
        status = dp_array_new(r->ctx, dp_val_dtype(s->graph, v), dp_val_shape(s->graph, v), &s->feeds[first + i]);
        s->count += status == DP_OK;
    }
    return status;
}

dp_status dpi_sample_row(dpi_report *r, dpi_sample *s, int64_t row)
{
    int first = s->count - dp_model_input_count(r->model);
    if (first == s->count)
        return DP_OK;
    for (int i = first; i < s->count; i++)
        dp_array_free(&s->feeds[i]);
    return gather_rows(r, s, row, s->feeds + first);
}

dp_status dpi_sample_open(dpi_report *r, int64_t rows, dp_dtype dtype, dpi_sample *s)
{
    int64_t most = r->data ? dp_dataset_rows(r->data) : rows;
    *s = (dpi_sample){.rows = rows < most ? rows : most};
    size_t count = (size_t)dp_model_param_count(r->model) + (size_t)dp_model_input_count(r->model);
    void *vals = NULL, *feeds = NULL;
    dp_status status = dp_model_graph(r->model, s->rows, dtype, &s->graph, &s->values);
    if (status == DP_OK)
        status = dpi_alloc(r->ctx, count, sizeof(dp_val), "numbers of a report", &vals);
    if (status == DP_OK)
        status = dpi_alloc(r->ctx, count, sizeof(dp_array *), "numbers of a report", &feeds);
    s->vals = vals;
    s->feeds = feeds;
    if (status == DP_OK)
        status = feed_params(r, s);
    return status == DP_OK ? feed_inputs(r, s) : status;
}

dp_status dpi_sample_trace(const dpi_sample *s, const dp_trace_config *config, dp_trace **out)
{
    return dp_trace_new(s->graph, s->values.loss, config, s->vals, (const dp_array *const *)s->feeds, s->count, out);
}

void dpi_sample_close(dp_ctx *ctx, dpi_sample *s)
{
    for (int i = 0; i < s->count; i++)
        dp_array_free(&s->feeds[i]);
    dpi_free(ctx, s->feeds);
    dpi_free(ctx, s->vals);
    dp_graph_free(&s->graph);
}
