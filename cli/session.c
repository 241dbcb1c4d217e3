#include "session.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <denpa/file.h>
#include <denpa/grad.h>
#include <denpa/plan.h>
#include <denpa/train.h>

int cli_dtype_read(const cli_command *command, const char *text, dp_dtype *out)
{
    *out = strcmp(text, "f32") == 0 ? DP_F32 : DP_F64;
    if (*out == DP_F32 || strcmp(text, "f64") == 0) return CLI_FINE;
    return cli_wrong_use(command, "--dtype: \"%s\" is neither f32 nor f64", text);
}

/* Digits, or nothing for `missing`. Returns the place behind them. */
static const char *read_count(const char *c, int64_t missing, int64_t *out)
{
    int64_t value = 0;
    const char *begin = c;
    for (; *c >= '0' && *c <= '9' && c - begin < 18; c++) value = 10 * value + (*c - '0');
    *out = c == begin ? missing : value;
    return c;
}

int cli_rows_read(const cli_command *command, const char *text, int64_t *first, int64_t *rows)
{
    int64_t end;
    const char *c = read_count(text, 0, first);
    if (*c == ':' && !*read_count(c + 1, -1, &end) && (end < 0 || end > *first)) {
        *rows = end < 0 ? -1 : end - *first;
        return CLI_FINE;
    }
    return cli_wrong_use(command, "--rows: \"%s\" is not A:B with A below B", text);
}

int cli_is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* The formula of the operand, and what messages call it. */
static dp_status read_operand(cli_session *s, const char *path)
{
    if (strcmp(path, "-") == 0) {
        dp_status status = dp_file_read(s->ctx, "/dev/stdin", 0, &s->text);
        return status == DP_OK ? dp_text_addf(&s->file, "stdin") : status;
    }
    if (cli_is_folder(path)) {
        dp_status status = dp_run_open(s->ctx, path, &s->run);
        return status == DP_OK ? dp_text_addf(&s->file, "%s/model.dp", path) : status;
    }
    dp_status status = dp_file_read(s->ctx, path, 0, &s->text);
    return status == DP_OK ? dp_text_addf(&s->file, "%s", path) : status;
}

static int read_text(const cli_command *command, const cli_source *source, const cli_list *operands, cli_session *s)
{
    if (!source->text == !operands->count)
        return cli_wrong_use(command, source->text ? "give either a file or -e TEXT" : "give a file or -e TEXT");
    dp_status status = source->text ? dp_text_addf(&s->file, "-e") : read_operand(s, operands->items[0]);
    return status == DP_OK ? CLI_FINE : cli_fail(s->ctx, status);
}

static dp_status open_array(cli_session *s, const dp_array *array)
{
    dp_array *copy = NULL;
    dp_status status = dp_array_convert(s->ctx, array, array->dtype, &copy);
    if (status == DP_OK) status = dp_dataset_new(s->ctx, 1, (const char *const[]){"data"}, &copy, &s->dataset);
    if (status != DP_OK) dp_array_free(&copy);
    return status;
}

/* The range of rows, cut to those there are. */
static dp_status open_data(const cli_source *source, int64_t first, int64_t rows, cli_session *s)
{
    const dp_encoding *learned = NULL;
    int count = s->run ? dp_model_encoding(s->run, &learned) : 0;
    dp_status status = source->data
                           ? dp_dataset_open_as(s->ctx, source->data, DP_SPLIT_TRAIN, learned, count, &s->dataset)
                           : open_array(s, source->array);
    if (status != DP_OK) return status;
    int64_t left = dp_dataset_rows(s->dataset) - first;
    s->first = first;
    s->rows = rows < 0 || rows > left ? left : rows;
    return DP_OK;
}

/* --set, behind it what a run was trained with and --set does not change, and then what the data give. *all is to be freed; its texts are
 * borrowed. */
static dp_status all_settings(const cli_session *s, dp_setting **all, int *count)
{
    const dp_setting *trained = NULL;
    int trained_count = s->run ? dp_model_settings(s->run, &trained) : 0;
    *all = calloc((size_t)s->set.count + (size_t)trained_count + CLI_SETTINGS_ROOM, sizeof **all);
    if (!*all) return DP_ERR_NOMEM;
    *count = cli_settings_add(*all, 0, s->set.settings, s->set.count);
    *count = cli_settings_add(*all, *count, trained, trained_count);
    if (s->dataset) *count = cli_settings_add_data(*all, *count, s->dataset);
    return DP_OK;
}

static dp_status build(cli_session *s, const cli_source *source, dp_dtype dtype)
{
    const char *text = source->text ? source->text : s->run ? dp_model_text(s->run) : s->text->data;
    size_t bytes = s->text ? dp_array_bytes(s->text) : strlen(text);
    dp_build_config config;
    dp_build_config_init(&config);
    config.batch = s->rows;
    dp_setting *settings = NULL;
    dp_status status = all_settings(s, &settings, &config.setting_count);
    config.settings = settings;
    config.seed = (uint64_t)source->seed;
    config.hooks = (dp_formula_hooks){
        .dataset = dp_dataset_hook, .numeric_grad = dp_numeric_gradient_hook, .evaluate = dp_evaluate_hook};
    if (status == DP_OK) status = dp_formula_parse(s->ctx, text, bytes, s->file.data, &s->formula);
    if (status == DP_OK) status = dp_graph_new(s->ctx, dtype, &s->graph);
    if (status == DP_OK) dp_graph_set_training(s->graph, source->training);
    if (status == DP_OK) status = dp_formula_build(s->formula, s->graph, &config, &s->scope);
    free(settings);
    return status;
}

int cli_session_open(const cli_command *command, const cli_source *source, const cli_list *operands, dp_dtype dtype,
                     int64_t first, int64_t rows, cli_session *session)
{
    *session = (cli_session){.ctx = cli_ctx_planned(command, 0, source->plan), .seed = source->seed};
    if (!session->ctx) return CLI_WRONG_USE;
    session->file.ctx = session->ctx;
    int failed = read_text(command, source, operands, session);
    if (!failed) failed = cli_pairs_read(command, "set", &source->set, &session->set);
    if (!failed) failed = cli_pairs_read(command, "bind", &source->bind, &session->bind);
    if (failed) return failed;
    int has_data = source->data || source->array;
    dp_status status = has_data ? open_data(source, first, rows, session) : DP_OK;
    if (status == DP_OK && has_data && session->rows < 1)
        return cli_wrong_use(command, "%s has only %lld rows", source->data ? source->data : "the array",
                             (long long)dp_dataset_rows(session->dataset));
    if (!has_data) session->rows = source->zero_rows;
    if (status == DP_OK) status = build(session, source, source->as_trained && session->run ? dp_model_dtype(session->run) : dtype);
    return status == DP_OK ? CLI_FINE : cli_fail(session->ctx, status);
}

void cli_session_close(cli_session *session)
{
    for (int i = 0; i < session->feed_count; i++) dp_array_free(&session->feeds[i]);
    free(session->feeds);
    free(session->feed_vals);
    dp_scope_free(&session->scope);
    dp_graph_free(&session->graph);
    dp_formula_free(&session->formula);
    dp_dataset_free(&session->dataset);
    dp_array_free(&session->text);
    dp_text_free(&session->file);
    dp_model_free(&session->run);
    cli_pairs_free(&session->set);
    cli_pairs_free(&session->bind);
    dp_ctx_free(&session->ctx);
}

dp_status cli_session_value(cli_session *session, const char *name, const char *what, dp_val *out)
{
    *out = dp_scope_find(session->scope, name);
    return *out ? DP_OK : dp_scope_expression(session->scope, name, what, out, NULL);
}

int cli_session_variables(const cli_session *session, dp_val loss, dp_val **out)
{
    const dp_graph *g = session->graph;
    int count = 0;
    dp_val *found = calloc((size_t)dp_graph_count(g) + 1, sizeof *found);
    if (!found) return -1;
    for (dp_val v = 1; v <= dp_graph_count(g); v++)
        if (dp_val_is_variable(g, v) && *dp_val_name(g, v) && dp_val_depends(g, loss, v)) found[count++] = v;
    *out = found;
    return count;
}

/* ---- Numbers for inputs and parameters ---- */

/* The values of one op, in order, appended to the feeds. Returns how many. */
static int list_leaves(cli_session *s, dp_op op)
{
    int before = s->feed_count;
    for (dp_val v = 1; v <= dp_graph_count(s->graph); v++)
        if (dp_val_op(s->graph, v) == op) s->feed_vals[s->feed_count++] = v;
    return s->feed_count - before;
}

/* Arrays of zeros for the leaves from `first` on. */
static dp_status feed_zeros(cli_session *s, int first)
{
    dp_status status = DP_OK;
    for (int i = first; i < s->feed_count && status == DP_OK; i++)
        status = dp_array_new(s->ctx, dp_val_dtype(s->graph, s->feed_vals[i]), dp_val_shape(s->graph, s->feed_vals[i]),
                              &s->feeds[i]);
    return status;
}

static dp_status feed_params(cli_session *s)
{
    int first = s->feed_count, count = list_leaves(s, DP_OP_PARAM);
    dp_status status = feed_zeros(s, first);
    return status == DP_OK && count ? dp_params_draw(s->graph, (uint64_t)s->seed, s->feeds + first, count) : status;
}

static dp_status feed_states(cli_session *s)
{
    int first = s->feed_count;
    list_leaves(s, DP_OP_STATE);
    dp_status status = feed_zeros(s, first);
    for (int i = first; i < s->feed_count && status == DP_OK; i++) {
        double number = dp_val_state_first(s->graph, s->feed_vals[i]);
        for (int64_t k = 0; k < dp_array_elems(s->feeds[i]); k++)
            if (s->feeds[i]->dtype == DP_F32) ((float *)s->feeds[i]->data)[k] = (float)number;
            else ((double *)s->feeds[i]->data)[k] = number;
    }
    return status;
}

dp_status cli_session_put(cli_session *session, int i, const dp_array *from)
{
    dp_array *numbers = NULL;
    dp_status status = dp_array_convert(session->ctx, from, session->feeds[i]->dtype, &numbers);
    if (status != DP_OK) return status;
    dp_array_free(&session->feeds[i]);
    session->feeds[i] = numbers;
    return DP_OK;
}

/* The weights of a run. What the formula calls a parameter beyond those of the run was added on the command line. */
static dp_status feed_run(cli_session *s)
{
    dp_status status = DP_OK;
    for (int i = 0; i < s->feed_count && status == DP_OK; i++) {
        int found = dp_model_param_find(s->run, dp_val_name(s->graph, s->feed_vals[i]));
        dp_array weights = found < 0 ? (dp_array){0} : dp_model_param(s->run, found);
        if (found >= 0) status = cli_session_put(s, i, &weights);
    }
    return status;
}

static dp_model_input input_of(const dp_graph *g, dp_val v)
{
    dp_shape shape = dp_val_shape(g, v);
    dp_model_input input = {
        .name = dp_val_name(g, v), .dtype = dp_val_dtype(g, v), .classes = dp_val_label_classes(g, v)};
    input.row_shape = dp_shape_of(shape.rank > 0 ? shape.rank - 1 : 0, shape.dims + 1);
    return input;
}

static dp_status feed_inputs(cli_session *s)
{
    int first = s->feed_count, count = list_leaves(s, DP_OP_INPUT);
    if (!count) return DP_OK;
    if (!s->dataset) return feed_zeros(s, first);
    dp_model_input *inputs = calloc((size_t)count, sizeof *inputs);
    int64_t *rows = calloc((size_t)s->rows + 1, sizeof *rows);
    dp_status status = inputs && rows ? DP_OK : DP_ERR_NOMEM;
    for (int i = 0; i < count && status == DP_OK; i++) inputs[i] = input_of(s->graph, s->feed_vals[first + i]);
    for (int64_t i = 0; i < s->rows && status == DP_OK; i++) rows[i] = s->first + i;
    if (status == DP_OK)
        status = dp_inputs_gather(s->ctx, inputs, count, s->dataset, s->bind.bindings, s->bind.count, 1, rows, s->rows,
                                  s->feeds + first);
    for (int i = 0; i < count && status == DP_OK && s->run; i++)
        status = dp_model_standardize(s->run, inputs[i].name, s->feeds[first + i]);
    free(inputs);
    free(rows);
    return status;
}

dp_status cli_session_feed(cli_session *session)
{
    size_t most = (size_t)dp_graph_count(session->graph) + 1;
    session->feed_vals = calloc(most, sizeof *session->feed_vals);
    session->feeds = calloc(most, sizeof *session->feeds);
    dp_status status = session->feed_vals && session->feeds ? feed_params(session) : DP_ERR_NOMEM;
    if (status == DP_OK) status = feed_states(session);
    if (status == DP_OK && session->run) status = feed_run(session);
    return status == DP_OK ? feed_inputs(session) : status;
}
