/* The scope: names and their objects, and what the public interface shows of them. */
#include "formula/scope.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "graph/graph_internal.h"

void dp_scope_free(dp_scope **scope)
{
    if (!scope || !*scope)
        return;
    dp_scope *s = *scope;
    dp_ctx *ctx = s->ctx;
    for (size_t i = 0; i < s->owned_count; i++)
        dp_formula_free(&s->owned[i]);
    for (size_t i = 0; i < s->string_count; i++)
        dpi_free(ctx, s->strings[i]);
    for (size_t i = 0; i < s->dataset_count; i++)
        dpi_free(ctx, s->datasets[i].key);
    dpi_names_free(ctx, &s->names);
    dpi_free(ctx, s->owned);
    dpi_free(ctx, s->bindings);
    dpi_free(ctx, s->shown);
    dpi_free(ctx, s->stack);
    dpi_free(ctx, s->items);
    dpi_free(ctx, s->strings);
    dpi_free(ctx, s->inits);
    dpi_free(ctx, s->pieces);
    dpi_free(ctx, s->lines);
    dpi_free(ctx, s->datasets);
    dpi_free(ctx, s);
    *scope = NULL;
}

/* ---- Errors ---- */

enum { LONG_SPAN_BYTES = 60 };

/* What a message underlines: the subexpression; of a long one with an operator, what follows the operator. */
static dpi_span shown_span(const dp_formula *formula, uint32_t node)
{
    if (node >= formula->node_count)
        return (dpi_span){0};
    const dpi_syntax *syntax = &formula->nodes[node];
    if (syntax->kind != DPI_SYNTAX_BINARY || syntax->place.first - syntax->span.first < LONG_SPAN_BYTES)
        return syntax->span;
    return (dpi_span){syntax->place.first, syntax->span.last};
}

/* The graph keeps the words without the place, as it keeps those of its own errors. */
static dp_status fail_at_node(dp_scope *s, uint32_t node, dp_status status, const char *format, va_list args)
{
    va_list copy;
    char words[512];
    va_copy(copy, args);
    vsnprintf(words, sizeof words, format, copy);
    va_end(copy);
    if (dp_graph_status(s->graph) == DP_OK)
        dpi_graph_fail(s->graph, status, "%s", words);
    return dpi_vfail_at(s->ctx, status, &s->formula->text, shown_span(s->formula, node), format, args);
}

dp_status dpi_scope_fail(dp_scope *s, dp_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail_at_node(s, s->node, status, format, args);
    va_end(args);
    return status;
}

dp_status dpi_object_fail(dp_scope *s, const dpi_object *object, dp_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fail_at_node(s, object->kind == DPI_OBJECT_ABSENT ? s->node : object->node, status, format, args);
    va_end(args);
    return status;
}

dp_status dpi_scope_graph_error(dp_scope *s)
{
    dp_status status = dp_graph_status(s->graph);
    if (status == DP_OK)
        return dpi_fail(s->ctx, DP_ERR_INTERNAL, "formula: an op gave no value and no error");
    return dpi_scope_fail(s, status, "%s", dp_graph_message(s->graph));
}

dp_status dpi_scope_value(dp_scope *s, dp_val value, dpi_object *out)
{
    if (value == DP_VAL_NONE)
        return dpi_scope_graph_error(s);
    *out = (dpi_object){.kind = DPI_OBJECT_VALUE, .value = value};
    return DP_OK;
}

/* ---- Names ---- */

dp_status dpi_scope_binding(dp_scope *s, const char *name, size_t bytes, dpi_binding **out)
{
    uint32_t number;
    DPI_TRY(dpi_names_add(s->ctx, &s->names, name, bytes, &number));
    DPI_TRY(dpi_grow(s->ctx, (void **)&s->bindings, &s->binding_capacity, (size_t)number + 1, sizeof *s->bindings,
                     "names"));
    *out = &s->bindings[number];
    return DP_OK;
}

const dpi_binding *dpi_scope_lookup(const dp_scope *s, const char *name, size_t bytes)
{
    uint32_t number = dpi_names_find(&s->names, name, bytes);
    return number != DPI_NO_NAME && s->bindings[number].bound ? &s->bindings[number] : NULL;
}

const dpi_binding *dpi_scope_setting(const dp_scope *s, const char *name, size_t bytes)
{
    const dpi_binding *binding = dpi_scope_lookup(s, name, bytes);
    return binding && binding->fixed ? binding : NULL;
}

/* A literal becomes a variable: it has a name and may be differentiated. A number stays weak, as a Python number is. */
static dp_status make_variable(dp_scope *s, const char *name, dpi_object *object)
{
    dp_array *array = NULL;
    DPI_TRY(dpi_object_array(s, object, &array));
    object->value = dp_variable(s->graph, name, array);
    dp_array_free(&array);
    return object->value == DP_VAL_NONE ? dpi_scope_graph_error(s) : DP_OK;
}

/* Numbers, lists and tuples of numbers can have a value; None, texts and initialisers cannot. */
static int can_have_value(const dp_scope *s, const dpi_object *object)
{
    if (object->kind != DPI_OBJECT_TUPLE)
        return dpi_object_is_number(object) || object->kind == DPI_OBJECT_LIST;
    for (uint32_t i = 0; i < object->count; i++) {
        const dpi_object *item = &s->items[object->first + i];
        if (!dpi_object_is_number(item))
            return 0;
    }
    return 1;
}

static dp_status give_value(dp_scope *s, const char *name, dpi_object *object, dp_name_kind *kind)
{
    if (object->value == DP_VAL_NONE && can_have_value(s, object)) {
        if (object->flags & DPI_OBJECT_LITERAL) {
            DPI_TRY(make_variable(s, name, object));
            *kind = DP_NAME_LITERAL;
        } else {
            DPI_TRY(dpi_object_value(s, object, name, &object->value));
        }
    }
    if (object->value != DP_VAL_NONE && !*dp_val_name(s->graph, object->value)) {
        dp_val_set_name(s->graph, object->value, name);
        if (dp_graph_status(s->graph) != DP_OK)
            return dpi_scope_graph_error(s);
    }
    if (object->kind == DPI_OBJECT_LIST)
        object->kind = DPI_OBJECT_VALUE;
    object->flags = 0;
    return DP_OK;
}

static dp_status show(dp_scope *s, uint32_t number)
{
    for (size_t i = 0; i < s->shown_count && s->bindings[number].bound; i++)
        if (s->shown[i] == number)
            return DP_OK;
    DPI_TRY(dpi_grow(s->ctx, (void **)&s->shown, &s->shown_capacity, s->shown_count + 1, sizeof *s->shown, "names"));
    s->shown[s->shown_count++] = number;
    return DP_OK;
}

dp_status dpi_scope_bind(dp_scope *s, const char *name, size_t bytes, const dpi_object *object, dp_name_kind kind)
{
    dpi_binding *binding;
    dpi_object bound = *object;
    if (bound.flags & DPI_OBJECT_REPR)
        return dpi_scope_fail(s, DP_ERR_ARG, "repr(...) is for printing; it cannot be bound to a name");
    if (bound.kind == DPI_OBJECT_ELLIPSIS)
        return dpi_scope_fail(s, DP_ERR_ARG, "'...' is for indices; it cannot be bound to a name");
    DPI_TRY(dpi_scope_binding(s, name, bytes, &binding));
    uint32_t number = (uint32_t)(binding - s->bindings);
    DPI_TRY(give_value(s, s->names.texts[number], &bound, &kind));
    if (bound.value != DP_VAL_NONE)
        DPI_TRY(show(s, number));
    binding->object = bound;
    binding->kind = kind;
    binding->bound = 1;
    return DP_OK;
}

/* ---- The public interface ---- */

static const dpi_binding *shown_binding(const dp_scope *scope, int i)
{
    return i >= 0 && (size_t)i < scope->shown_count ? &scope->bindings[scope->shown[i]] : NULL;
}

int dp_scope_count(const dp_scope *scope)
{
    return (int)scope->shown_count;
}

const char *dp_scope_name(const dp_scope *scope, int i)
{
    return shown_binding(scope, i) ? scope->names.texts[scope->shown[i]] : "";
}

dp_val dp_scope_value(const dp_scope *scope, int i)
{
    const dpi_binding *binding = shown_binding(scope, i);
    return binding ? binding->object.value : DP_VAL_NONE;
}

dp_name_kind dp_scope_kind(const dp_scope *scope, int i)
{
    const dpi_binding *binding = shown_binding(scope, i);
    return binding ? binding->kind : DP_NAME_VALUE;
}

dp_val dp_scope_find(const dp_scope *scope, const char *name)
{
    const dpi_binding *binding = dpi_scope_lookup(scope, name, strlen(name));
    return binding ? binding->object.value : DP_VAL_NONE;
}

int dp_scope_print_count(const dp_scope *scope)
{
    return (int)scope->line_count;
}

int dp_scope_print_pieces(const dp_scope *scope, int line, const dp_print_piece **pieces)
{
    if (line < 0 || (size_t)line >= scope->line_count)
        return 0;
    *pieces = scope->pieces + scope->lines[line].first;
    return (int)scope->lines[line].count;
}
