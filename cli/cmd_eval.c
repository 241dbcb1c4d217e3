/* denpa eval: formulas in; values, gradients and their check out. */
#include <stdlib.h>
#include <string.h>

#include <denpa/grad.h>
#include <denpa/plan.h>

#include "session.h"

typedef struct eval_options {
    cli_source source;
    const char *grad, *dtype, *rows;
    cli_list print;
    int check, json;
} eval_options;

/* What is to be shown, in order. */
typedef enum item_kind {
    ITEM_PIECE,      /* of a line that the formula or --print prints: words, or a value if there is one */
    ITEM_VALUE,      /* of a name */
    ITEM_EXPRESSION, /* of --print, for JSON */
    ITEM_GRADIENT    /* in the variable `text` */
} item_kind;

typedef struct item {
    item_kind kind;
    const char *text;
    dp_val value; /* DP_VAL_NONE: words only */
    int repr, ends_line;
    dp_array *array;
} item;

typedef struct evaluation {
    cli_session session;
    const eval_options *options;
    item *items;
    int count, capacity;
    dp_val loss, *variables;
    int variable_count;
    dp_check_result *results; /* of --check */
} evaluation;

static dp_status add_item(evaluation *e, item added)
{
    if (e->count == e->capacity) {
        int capacity = e->capacity ? 2 * e->capacity : 16;
        item *items = realloc(e->items, (size_t)capacity * sizeof *items);
        if (!items) return DP_ERR_NOMEM;
        e->items = items;
        e->capacity = capacity;
    }
    e->items[e->count++] = added;
    return DP_OK;
}

/* ---- What is wanted ---- */

/* The names that were computed, or all of them; one that was bound again counts where it was bound last. */
static dp_status want_names(evaluation *e, int all)
{
    const dp_scope *scope = e->session.scope;
    dp_status status = DP_OK;
    for (int i = 0; i < dp_scope_count(scope) && status == DP_OK; i++) {
        const char *name = dp_scope_name(scope, i);
        if ((all || dp_scope_kind(scope, i) == DP_NAME_VALUE) && dp_scope_find(scope, name) == dp_scope_value(scope, i))
            status = add_item(e, (item){.kind = ITEM_VALUE, .text = name, .value = dp_scope_value(scope, i)});
    }
    return status;
}

/* The pieces of one line, which ends with the last of them. */
static dp_status add_line(evaluation *e, const dp_print_piece *pieces, int n)
{
    dp_status status = n ? DP_OK : add_item(e, (item){.kind = ITEM_PIECE, .text = "", .ends_line = 1});
    for (int i = 0; i < n && status == DP_OK; i++)
        status = add_item(e, (item){.kind = ITEM_PIECE,
                                    .text = pieces[i].text,
                                    .value = pieces[i].value,
                                    .repr = pieces[i].repr,
                                    .ends_line = i + 1 == n});
    return status;
}

static dp_status want_prints(evaluation *e)
{
    dp_status status = DP_OK;
    for (int line = 0; line < dp_scope_print_count(e->session.scope) && status == DP_OK; line++) {
        const dp_print_piece *pieces = NULL;
        int n = dp_scope_print_pieces(e->session.scope, line, &pieces);
        status = add_line(e, pieces, n);
    }
    return status;
}

/* As text --print takes whatever print(...) takes; JSON wants a value under the expression's name. */
static dp_status want_expression(evaluation *e, const char *text)
{
    const dp_print_piece *pieces = NULL;
    item added = {.kind = ITEM_EXPRESSION, .text = text};
    int n = 0;
    dp_status status = e->options->json ? dp_scope_expression(e->session.scope, text, "--print", &added.value, NULL)
                                        : dp_scope_print(e->session.scope, text, "--print", &pieces, &n);
    if (status != DP_OK) return status;
    return e->options->json ? add_item(e, added) : add_line(e, pieces, n);
}

static dp_status want_expressions(evaluation *e)
{
    dp_status status = DP_OK;
    for (int i = 0; i < e->options->print.count && status == DP_OK; i++)
        status = want_expression(e, e->options->print.items[i]);
    return status;
}

static dp_status want_gradients(evaluation *e)
{
    cli_session *s = &e->session;
    dp_status status = cli_session_value(s, e->options->grad, "--grad", &e->loss);
    if (status != DP_OK) return status;
    e->variable_count = cli_session_variables(s, e->loss, &e->variables);
    if (e->variable_count < 0) return DP_ERR_NOMEM;
    dp_val *gradients = calloc((size_t)e->variable_count + 1, sizeof *gradients);
    if (!gradients) return DP_ERR_NOMEM;
    status = dp_grad(s->graph, e->loss, DP_VAL_NONE, e->variables, e->variable_count, gradients);
    for (int i = 0; i < e->variable_count && status == DP_OK; i++)
        status = add_item(
            e, (item){.kind = ITEM_GRADIENT, .text = dp_val_name(s->graph, e->variables[i]), .value = gradients[i]});
    free(gradients);
    return status;
}

static dp_status want(evaluation *e)
{
    const eval_options *options = e->options;
    dp_status status = DP_OK;
    if (options->print.count) status = want_expressions(e);
    else {
        if (options->json) status = want_names(e, 1);
        if (status == DP_OK) status = want_prints(e);
        if (status == DP_OK && e->count == 0) status = want_names(e, 0);
        if (status == DP_OK && e->count == 0 && !options->grad) status = want_names(e, 1);
    }
    if (status == DP_OK && options->grad) status = want_gradients(e);
    return status;
}

/* ---- Numbers ---- */

static dp_status evaluate(evaluation *e)
{
    cli_session *s = &e->session;
    dp_val *wanted = calloc((size_t)e->count + 1, sizeof *wanted);
    dp_array **arrays = calloc((size_t)e->count + 1, sizeof *arrays);
    int n = 0;
    dp_status status = wanted && arrays ? DP_OK : DP_ERR_NOMEM;
    for (int i = 0; i < e->count && status == DP_OK; i++)
        if (e->items[i].value) wanted[n++] = e->items[i].value;
    if (status == DP_OK && n)
        status = dp_eval(s->graph, wanted, n, s->feed_vals, (const dp_array *const *)s->feeds, s->feed_count, arrays);
    for (int i = e->count - 1; i >= 0 && status == DP_OK; i--)
        if (e->items[i].value) e->items[i].array = arrays[--n];
    free(wanted);
    free(arrays);
    return status;
}

/* ---- As text ---- */

static dp_status add_value(dp_text *text, const item *shown)
{
    return shown->repr ? dp_text_array_repr(text, shown->array) : dp_text_array_str(text, shown->array);
}

/* "name = value", the value below if it takes several lines. */
static dp_status add_named(dp_text *text, const evaluation *e, const item *shown)
{
    dp_text value = {.ctx = text->ctx};
    dp_status status = add_value(&value, shown);
    if (status == DP_OK) {
        const char *gap = strchr(value.data, '\n') ? "\n" : " ";
        if (shown->kind == ITEM_GRADIENT)
            status = dp_text_addf(text, "d%s/d%s =%s", e->options->grad, shown->text, gap);
        else status = dp_text_addf(text, "%s =%s", shown->text, gap);
    }
    if (status == DP_OK) status = dp_text_add(text, value.data, value.length);
    dp_text_free(&value);
    return status == DP_OK ? dp_text_add(text, "\n", 1) : status;
}

static dp_status add_item_text(dp_text *text, const evaluation *e, const item *shown)
{
    if (shown->kind == ITEM_VALUE || shown->kind == ITEM_GRADIENT) return add_named(text, e, shown);
    dp_status status = shown->array ? add_value(text, shown) : dp_text_add(text, shown->text, strlen(shown->text));
    return status == DP_OK ? dp_text_add(text, shown->ends_line ? "\n" : " ", 1) : status;
}

static dp_status add_text(dp_text *text, const evaluation *e)
{
    dp_status status = DP_OK;
    for (int i = 0; i < e->count && status == DP_OK; i++) status = add_item_text(text, e, &e->items[i]);
    if (status != DP_OK || !e->results) return status;
    status = dp_text_addf(text, "\n");
    return status == DP_OK ? cli_check_table(text, e->session.graph, e->results, e->variable_count) : status;
}

/* ---- As JSON ---- */

/* The members "NAME": {array} of the items of one or two kinds. */
static dp_status add_members(dp_text *text, const evaluation *e, item_kind one, item_kind other)
{
    const char *gap = "";
    dp_status status = dp_text_addf(text, "{");
    for (int i = 0; i < e->count && status == DP_OK; i++) {
        const item *shown = &e->items[i];
        if (shown->kind != one && shown->kind != other) continue;
        status = dp_text_addf(text, "%s", gap);
        if (status == DP_OK) status = dp_text_json_string(text, shown->text);
        if (status == DP_OK) status = dp_text_addf(text, ": ");
        if (status == DP_OK) status = dp_text_json_array(text, shown->array);
        gap = ", ";
    }
    return status == DP_OK ? dp_text_addf(text, "}") : status;
}

/* "printed": the lines that the formula prints, as strings. */
static dp_status add_printed(dp_text *text, const evaluation *e)
{
    dp_text line = {.ctx = text->ctx};
    const char *gap = ", \"printed\": [";
    dp_status status = DP_OK;
    for (int i = 0; i < e->count && status == DP_OK; i++) {
        if (e->items[i].kind != ITEM_PIECE) continue;
        status = add_item_text(&line, e, &e->items[i]);
        if (status != DP_OK || !e->items[i].ends_line) continue;
        line.data[line.length - 1] = 0; /* the newline */
        status = dp_text_addf(text, "%s", gap);
        if (status == DP_OK) status = dp_text_json_string(text, line.data);
        gap = ", ";
        dp_text_free(&line);
    }
    dp_text_free(&line);
    return status == DP_OK && gap[2] == 0 ? dp_text_addf(text, "]") : status;
}

static dp_status add_json(dp_text *text, const evaluation *e)
{
    dp_status status = dp_text_addf(text, "{\"values\": ");
    if (status == DP_OK) status = add_members(text, e, ITEM_VALUE, ITEM_EXPRESSION);
    if (status == DP_OK) status = add_printed(text, e);
    if (status == DP_OK && e->options->grad) {
        status = dp_text_addf(text, ", \"grad_of\": ");
        if (status == DP_OK) status = dp_text_json_string(text, e->options->grad);
        if (status == DP_OK) status = dp_text_addf(text, ", \"grads\": ");
        if (status == DP_OK) status = add_members(text, e, ITEM_GRADIENT, ITEM_GRADIENT);
    }
    if (status == DP_OK && e->results) {
        status = dp_text_addf(text, ", \"check\": ");
        if (status == DP_OK) status = cli_check_json(text, e->session.graph, e->results, e->variable_count, 0);
    }
    return status == DP_OK ? dp_text_addf(text, "}\n") : status;
}

/* ---- The command ---- */

static dp_status show(const evaluation *e)
{
    dp_text text = {.ctx = e->session.ctx};
    dp_status status = e->options->json ? add_json(&text, e) : add_text(&text, e);
    if (status == DP_OK) cli_print(&text);
    dp_text_free(&text);
    return status;
}

static int eval(evaluation *e)
{
    cli_session *s = &e->session;
    dp_status status = want(e);
    if (status == DP_OK) status = cli_session_feed(s);
    if (status == DP_OK) status = evaluate(e);
    if (status == DP_OK && e->options->check)
        status = cli_session_check(s, e->loss, e->variables, e->variable_count, NULL, &e->results);
    if (status == DP_OK) status = show(e);
    if (status != DP_OK) return cli_fail(s->ctx, status);
    return e->results && cli_check_failed(e->results, e->variable_count) ? CLI_CHECK_FAILED : CLI_FINE;
}

static void close_evaluation(evaluation *e)
{
    for (int i = 0; i < e->count; i++) dp_array_free(&e->items[i].array);
    free(e->items);
    free(e->variables);
    free(e->results);
    cli_session_close(&e->session);
}

static int run(const void *given, const cli_list *operands)
{
    const eval_options *options = given;
    dp_dtype dtype;
    int64_t first, rows;
    int exit_status = cli_dtype_read(&cli_eval, options->dtype, &dtype);
    if (!exit_status) exit_status = cli_rows_read(&cli_eval, options->rows, &first, &rows);
    if (!exit_status && options->check && !options->grad)
        exit_status = cli_wrong_use(&cli_eval, "--check needs --grad NAME");
    if (exit_status) return exit_status;
    evaluation e = {.options = options};
    exit_status = cli_session_open(&cli_eval, &options->source, operands, dtype, first, rows, &e.session);
    if (!exit_status) exit_status = eval(&e);
    close_evaluation(&e);
    return exit_status;
}

static const cli_option options[] = {
    CLI_SOURCE_OPTIONS(eval_options),
    {.name = "rows",
     .kind = CLI_TEXT,
     .offset = offsetof(eval_options, rows),
     .argument = "A:B",
     .value = ":",
     .help = "rows A to B - 1 of the data"},
    {.name = "print",
     .kind = CLI_LIST,
     .offset = offsetof(eval_options, print),
     .argument = "EXPR",
     .help = "print the value of this expression, and nothing that the formula prints; may be given again"},
    {.name = "grad",
     .kind = CLI_TEXT,
     .offset = offsetof(eval_options, grad),
     .argument = "NAME",
     .help = "print the gradient of NAME in every variable and parameter it depends on"},
    {.name = "check",
     .kind = CLI_FLAG,
     .offset = offsetof(eval_options, check),
     .help = "hold these gradients against central differences; exit status 1 if one differs"},
    {.name = "dtype",
     .kind = CLI_TEXT,
     .offset = offsetof(eval_options, dtype),
     .argument = "f32|f64",
     .value = "f64",
     .help = "what to compute in"},
    {.name = "json", .kind = CLI_FLAG, .offset = offsetof(eval_options, json), .help = "one JSON object on stdout"},
};
static const char *const usage[] = {"FILE [options]", "RUN [options]", "-e TEXT [options]", NULL};
static const char *const paragraphs[] = {
    "Evaluates a formula file (- is standard input) or the formula TEXT and prints as NumPy does. Without --print it "
    "shows what the formula "
    "prints, or, where it prints nothing, the value of every name it computes.",
    "A name bound to numbers is a variable; --grad differentiates in all variables and parameters, in the order in "
    "which they are made. "
    "Parameters are drawn from the seed; those of a RUN, the folder that denpa train leaves, are as they were trained.",
    "With --json: {\"values\": {NAME: {\"dtype\", \"shape\", \"data\"}}, \"printed\": [lines], \"grad_of\": NAME, "
    "\"grads\": {NAME: {...}}, "
    "\"check\": {NAME: {\"max_abs\", \"max_rel\", \"ok\"}}}; floats read back as the same number; NaN and the "
    "infinities are the strings "
    "\"NaN\", \"Infinity\", \"-Infinity\".",
    NULL,
};
static const cli_example examples[] = {
    {"denpa eval -e \"1 + 1\"", "prints 2"},
    {"denpa eval -e \"apple = 100; n = 2; tax = 1.1; price = apple * n * tax\" --grad price --check",
     "the book's apples: the price, its gradients, and their check"},
    {"denpa eval models/affine_mnist.dp --print \"round(Z[:5], 1)\"", "one expression over the values of a file"},
    {"denpa eval run --data mnist --rows 0:1000 --print accuracy", "a trained model, and the first 1000 rows"},
    {"denpa eval net.dp --set \"x=[[1, 2]]\" --print y", "a model file, its input given"},
};
const cli_command cli_eval = {
    .name = "eval",
    .summary = "evaluate formulas and differentiate them",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .most_operands = 1,
    .options_bytes = sizeof(eval_options),
    .run = run,
};
