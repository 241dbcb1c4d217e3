/* Building: the statements of a formula, one after another, into a graph. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "formula/scope.h"
#include "graph/graph_internal.h"

void dp_build_config_init(dp_build_config *config)
{
    *config = (dp_build_config){0};
}

/* A setting, parsed. */
typedef struct setting {
    const dp_formula *formula;
    uint8_t is_bound_by_text; /* a statement of the formula binds its name */
} setting;

typedef struct settings {
    dpi_names names; /* setting i has name i */
    setting *list;
    size_t capacity;
} settings;

/* Parses an expression and lets the scope own it. */
static dp_status parse_expression_text(dp_scope *s, const char *text, const char *what, const dp_formula **out)
{
    dp_formula *formula;
    DPI_TRY(dpi_grow(s->ctx, (void **)&s->owned, &s->owned_capacity, s->owned_count + 1, sizeof *s->owned, "formula"));
    DPI_TRY(dp_formula_parse(s->ctx, text, strlen(text), what, &formula));
    s->owned[s->owned_count++] = formula;
    if (formula->statement_count != 1 || !dpi_span_empty(formula->statements[0].target))
        return dpi_fail_at(s->ctx, DP_ERR_SYNTAX, &formula->text, (dpi_span){0, (uint32_t)formula->text.count},
                           "expected one expression");
    *out = formula;
    return DP_OK;
}

/* Is it one name, which may have dots in it? */
static int is_name(dp_ctx *ctx, const char *name)
{
    dpi_source_text text = {.file = "", .bytes = name, .count = strlen(name)};
    if (!dpi_utf8_valid(name, text.count))
        return 0;
    dpi_lexer lexer = {.ctx = ctx, .text = &text};
    dpi_token token;
    return dpi_lexer_next(&lexer, &token) == DP_OK && token.kind == DPI_TOKEN_NAME && token.span.first == 0 &&
           lexer.at == text.count;
}

static dp_status add_setting(dp_scope *s, settings *all, const dp_setting *given)
{
    char what[100];
    uint32_t number;
    if (!is_name(s->ctx, given->name))
        return dpi_fail(s->ctx, DP_ERR_SYNTAX, "setting %.60s: a name is expected left of '='", given->name);
    snprintf(what, sizeof what, "setting %.60s", given->name);
    DPI_TRY(dpi_names_add(s->ctx, &all->names, given->name, strlen(given->name), &number));
    DPI_TRY(dpi_grow(s->ctx, (void **)&all->list, &all->capacity, (size_t)number + 1, sizeof *all->list, "settings"));
    return parse_expression_text(s, given->expression, what, &all->list[number].formula);
}

static setting *find_setting(const settings *all, const dp_formula *formula, dpi_span name)
{
    int bytes;
    const char *text = dpi_span_text(formula, name, &bytes);
    uint32_t number = bytes ? dpi_names_find(&all->names, text, (size_t)bytes) : DPI_NO_NAME;
    return number == DPI_NO_NAME ? NULL : &all->list[number];
}

/* Binds what a statement gave, and gives back the room of its lists, unless a bound tuple still needs it. */
static dp_status bind_result(dp_scope *s, const char *name, size_t bytes, dpi_object *object, size_t items_before,
                             int fixed)
{
    DPI_TRY(dpi_scope_bind(s, name, bytes, object, s->kind));
    uint32_t number = dpi_names_find(&s->names, name, bytes);
    s->bindings[number].fixed = (uint8_t)fixed;
    if (object->kind != DPI_OBJECT_TUPLE)
        s->item_count = items_before;
    return DP_OK;
}

static dp_status evaluate_setting(dp_scope *s, const setting *set, dpi_object *out)
{
    s->target = (dpi_span){0};
    s->given = NULL;
    return dpi_evaluate(s, set->formula, &set->formula->statements[0], out);
}

/* Settings of names that the text does not bind come first. */
static dp_status bind_new_settings(dp_scope *s, const settings *all)
{
    for (size_t i = 0; i < all->names.count; i++) {
        dpi_object object;
        size_t items_before = s->item_count;
        if (all->list[i].is_bound_by_text)
            continue;
        DPI_TRY(evaluate_setting(s, &all->list[i], &object));
        DPI_TRY(bind_result(s, all->names.texts[i], strlen(all->names.texts[i]), &object, items_before, 1));
    }
    return DP_OK;
}

/* input(...) and label(...) check what is set against what they declare; everything else is replaced. */
static int is_declaration(const dp_formula *formula, const dpi_statement *statement)
{
    const dpi_syntax *last = &formula->nodes[statement->last - 1];
    return last->kind == DPI_SYNTAX_CALL &&
           (dpi_span_is(formula, last->place, "input") || dpi_span_is(formula, last->place, "label"));
}

static dp_status build_assignment(dp_scope *s, const settings *all, const dpi_statement *statement)
{
    int bytes;
    dpi_object object, given = {0};
    const char *name = dpi_span_text(s->main, statement->target, &bytes);
    setting *set = find_setting(all, s->main, statement->target);
    size_t items_before = s->item_count;
    if (set && dpi_scope_setting(s, name, (size_t)bytes))
        return DP_OK;
    if (set)
        DPI_TRY(evaluate_setting(s, set, &given));
    object = given;
    if (!set || is_declaration(s->main, statement)) {
        s->target = statement->target;
        s->given = set ? &given : NULL;
        DPI_TRY(dpi_evaluate(s, s->main, statement, &object));
    }
    return bind_result(s, name, (size_t)bytes, &object, items_before, set != NULL);
}

static dp_status build_bare(dp_scope *s, const dpi_statement *statement)
{
    dpi_object object;
    size_t items_before = s->item_count;
    if (s->skip_prints)
        return DP_OK;
    s->target = (dpi_span){0};
    s->given = NULL;
    DPI_TRY(dpi_evaluate(s, s->main, statement, &object));
    if (object.kind != DPI_OBJECT_NONE)
        DPI_TRY(dpi_print(s, &object, 1));
    s->item_count = items_before;
    return DP_OK;
}

static dp_status build_statements(dp_scope *s, const settings *all)
{
    const dp_formula *formula = s->main;
    for (size_t i = 0; i < formula->statement_count; i++) {
        setting *set = find_setting(all, formula, formula->statements[i].target);
        if (set)
            set->is_bound_by_text = 1;
    }
    DPI_TRY(bind_new_settings(s, all));
    for (size_t i = 0; i < formula->statement_count; i++) {
        const dpi_statement *statement = &formula->statements[i];
        DPI_TRY(dpi_span_empty(statement->target) ? build_bare(s, statement) : build_assignment(s, all, statement));
    }
    return DP_OK;
}

static dp_status build(dp_scope *s, const dp_build_config *config)
{
    settings all = {0};
    dp_status status = DP_OK;
    for (int i = 0; i < config->setting_count && status == DP_OK; i++)
        status = add_setting(s, &all, &config->settings[i]);
    if (status == DP_OK)
        status = build_statements(s, &all);
    dpi_names_free(s->ctx, &all.names);
    dpi_free(s->ctx, all.list);
    return status;
}

/* Every failure of a build is the graph's, too. */
static dp_status adopt(dp_scope *s, dp_status status)
{
    if (status != DP_OK && dp_graph_status(s->graph) == DP_OK)
        dpi_graph_adopt_failure(s->graph, status);
    dp_graph_set_source(s->graph, (dp_source){0});
    return status;
}

dp_status dp_formula_build(const dp_formula *formula, dp_graph *g, const dp_build_config *config, dp_scope **out)
{
    dp_build_config defaults;
    void *memory = NULL;
    dp_ctx *ctx = dp_graph_ctx(g);
    dp_build_config_init(&defaults);
    if (!config)
        config = &defaults;
    if (dp_graph_status(g) != DP_OK)
        return dpi_fail(ctx, dp_graph_status(g), "%s", dp_graph_message(g));
    if (config->batch < 0)
        return dpi_fail(ctx, DP_ERR_ARG, "formula: the batch cannot be negative");
    DPI_TRY(dpi_alloc(ctx, 1, sizeof(dp_scope), "scope", &memory));
    dp_scope *scope = memory;
    *scope = (dp_scope){.ctx = ctx,
                        .graph = g,
                        .main = formula,
                        .formula = formula,
                        .batch = config->batch,
                        .seed = config->seed,
                        .hooks = config->hooks,
                        .skip_prints = config->skip_prints};
    dp_status status = adopt(scope, build(scope, config));
    if (status != DP_OK)
        dp_scope_free(&scope);
    else
        *out = scope;
    return status;
}

/* ---- One more expression ---- */

static dp_status evaluate_expression(dp_scope *s, const char *expression, const char *what, dpi_object *out)
{
    const dp_formula *formula;
    DPI_TRY(parse_expression_text(s, expression, what, &formula));
    s->target = (dpi_span){0};
    s->given = NULL;
    return dpi_evaluate(s, formula, &formula->statements[0], out);
}

dp_status dp_scope_expression(dp_scope *scope, const char *expression, const char *what, dp_val *out, int *wants_repr)
{
    dpi_object object = {0};
    dp_val value = DP_VAL_NONE;
    dp_status status = evaluate_expression(scope, expression, what, &object);
    int repr = (object.flags & DPI_OBJECT_REPR) != 0;
    object.flags = 0;
    if (status == DP_OK)
        status = dpi_object_value(scope, &object, what, &value);
    if (adopt(scope, status) != DP_OK)
        return status;
    *out = value;
    if (wants_repr)
        *wants_repr = repr;
    return DP_OK;
}

dp_status dp_scope_print(dp_scope *scope, const char *expression, const char *what, const dp_print_piece **pieces,
                         int *count)
{
    dpi_object object;
    size_t first = scope->piece_count, lines = scope->line_count;
    dp_status status = evaluate_expression(scope, expression, what, &object);
    if (status == DP_OK && scope->line_count == lines)
        status = dpi_print(scope, &object, 1);
    if (adopt(scope, status) != DP_OK)
        return status;
    /* these pieces are returned; they are not a line of the text */
    scope->line_count = lines;
    *pieces = scope->pieces + first;
    *count = (int)(scope->piece_count - first);
    return DP_OK;
}
