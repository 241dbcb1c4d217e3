/* Evaluation: a loop over the nodes of an expression with a stack of objects. */
#include <string.h>

#include "base/alloc.h"
#include "formula/scope.h"

static dp_status push(dp_scope *s, dpi_object object)
{
    DPI_TRY(
        dpi_grow(s->ctx, (void **)&s->stack, &s->stack_capacity, s->stack_count + 1, sizeof *s->stack, "expression"));
    object.node = s->node;
    object.keyword = 0;
    s->stack[s->stack_count++] = object;
    return DP_OK;
}

static dp_status unknown_name(dp_scope *s, const char *name, int bytes)
{
    if (dpi_is_function(name, (size_t)bytes))
        return dpi_scope_fail(s, DP_ERR_NAME, "%.*s is a function: write %.*s(...)", bytes, name, bytes, name);
    dpi_nearest nearest = {.text = name, .bytes = (size_t)bytes};
    for (size_t i = 0; i < s->names.count; i++)
        if (s->bindings[i].bound)
            dpi_nearest_try(&nearest, s->names.texts[i]);
    if (nearest.best)
        return dpi_scope_fail(s, DP_ERR_NAME, "unknown name %.*s; did you mean %s?", bytes, name, nearest.best);
    return dpi_scope_fail(s, DP_ERR_NAME, "unknown name %.*s", bytes < 200 ? bytes : 200, name);
}

static dp_status push_name(dp_scope *s, const dpi_syntax *node)
{
    int bytes;
    const char *name = dpi_span_text(s->formula, node->place, &bytes);
    const dpi_binding *binding = dpi_scope_lookup(s, name, (size_t)bytes);
    if (binding)
        return push(s, binding->object);
    dpi_object object = {0};
    DPI_TRY(dpi_bare_initializer(s, name, (size_t)bytes, &object));
    return object.kind == DPI_OBJECT_ABSENT ? unknown_name(s, name, bytes) : push(s, object);
}

static dp_status push_string(dp_scope *s, const dpi_syntax *node)
{
    void *memory;
    dpi_object object;
    DPI_TRY(dpi_alloc_raw(s->ctx, node->place.last - node->place.first, 1, "text", &memory));
    size_t bytes = dpi_string_unescape(&s->formula->text, node->place, memory);
    dp_status status = dpi_scope_string(s, memory, bytes, &object);
    dpi_free(s->ctx, memory);
    return status == DP_OK ? push(s, object) : status;
}

/* A tuple, list or slice of the top `count` objects. It is a literal if all of them are. */
static dp_status collect(dp_scope *s, dpi_object_kind kind, size_t count, dpi_object *out)
{
    const dpi_object *items = s->stack + s->stack_count - count;
    *out = (dpi_object){.kind = (uint8_t)kind, .flags = count ? DPI_OBJECT_LITERAL : 0, .count = (uint32_t)count};
    for (size_t i = 0; i < count; i++) {
        if (!(items[i].flags & DPI_OBJECT_LITERAL))
            out->flags = 0;
        if (items[i].depth >= out->depth)
            out->depth = items[i].depth;
    }
    if (out->depth++ >= DPI_MAX_NESTING)
        return dpi_scope_fail(s, DP_ERR_SYNTAX, "tuples are nested more than %d deep", DPI_MAX_NESTING);
    return dpi_scope_items(s, items, count, &out->first);
}

/* Evaluates an operator on the top objects, which it replaces. */
static dp_status apply(dp_scope *s, const dpi_syntax *node, size_t operands, dpi_object *out)
{
    int bytes;
    const dpi_object *top = s->stack + s->stack_count - operands;
    switch ((dpi_syntax_kind)node->kind) {
    case DPI_SYNTAX_UNARY:
        return dpi_object_unary(s, (dpi_token_kind)node->token, &top[0], out);
    case DPI_SYNTAX_BINARY:
        return dpi_object_binary(s, (dpi_token_kind)node->token, &top[0], &top[1], out);
    case DPI_SYNTAX_INDEX:
        return dpi_object_index(s, &top[0], top + 1, operands - 1, out);
    case DPI_SYNTAX_CALL:
        return dpi_call(s, node->place, top, operands, out);
    case DPI_SYNTAX_TUPLE:
        return collect(s, DPI_OBJECT_TUPLE, operands, out);
    case DPI_SYNTAX_LIST:
        return collect(s, DPI_OBJECT_LIST, operands, out);
    case DPI_SYNTAX_SLICE:
        return collect(s, DPI_OBJECT_SLICE, operands, out);
    default:
        break;
    }
    const char *name = dpi_span_text(s->formula, node->place, &bytes);
    return dpi_object_attribute(s, &top[0], name, (size_t)bytes, out);
}

/* Where the nodes made for this one come from: the operator, the function's name, else the begin of the expression. */
static void note_source(dp_scope *s, const dpi_syntax *node)
{
    int has_place = node->kind != DPI_SYNTAX_TUPLE && node->kind != DPI_SYNTAX_LIST && node->kind != DPI_SYNTAX_SLICE &&
                    node->kind != DPI_SYNTAX_INDEX;
    dp_source source = {0};
    if (s->formula == s->main)
        source = dpi_source_at(&s->formula->text, &s->walker, has_place ? node->place.first : node->span.first);
    dp_graph_set_source(s->graph, source);
}

static dp_status step(dp_scope *s, const dpi_syntax *node)
{
    dpi_object object = {0};
    size_t operands = node->count;
    switch ((dpi_syntax_kind)node->kind) {
    case DPI_SYNTAX_INT:
        object = dpi_object_int(node->whole);
        object.flags = DPI_OBJECT_LITERAL;
        return push(s, object);
    case DPI_SYNTAX_FLOAT:
        object = dpi_object_float(node->number);
        object.flags = DPI_OBJECT_LITERAL;
        return push(s, object);
    case DPI_SYNTAX_BOOL:
        return push(s, dpi_object_bool((int)node->whole));
    case DPI_SYNTAX_NONE:
        return push(s, (dpi_object){.kind = DPI_OBJECT_NONE});
    case DPI_SYNTAX_ELLIPSIS:
        return push(s, (dpi_object){.kind = DPI_OBJECT_ELLIPSIS});
    case DPI_SYNTAX_STRING:
        return push_string(s, node);
    case DPI_SYNTAX_NAME:
        return push_name(s, node);
    case DPI_SYNTAX_KEYWORD:
        s->stack[s->stack_count - 1].keyword = s->node + 1;
        return DP_OK;
    case DPI_SYNTAX_ATTRIBUTE:
    case DPI_SYNTAX_UNARY:
        operands = 1;
        break;
    case DPI_SYNTAX_BINARY:
        operands = 2;
        break;
    case DPI_SYNTAX_SLICE:
        operands = 3;
        break;
    case DPI_SYNTAX_INDEX:
        operands = (size_t)node->count + 1;
        break;
    case DPI_SYNTAX_TUPLE:
    case DPI_SYNTAX_LIST:
    case DPI_SYNTAX_CALL:
        break;
    }
    note_source(s, node);
    DPI_TRY(apply(s, node, operands, &object));
    s->stack_count -= operands;
    return push(s, object);
}

dp_status dpi_evaluate(dp_scope *s, const dp_formula *formula, const dpi_statement *statement, dpi_object *out)
{
    s->formula = formula;
    s->statement_last = statement->last;
    s->kind = DP_NAME_VALUE;
    s->stack_count = 0;
    DPI_TRY(dpi_grow(s->ctx, (void **)&s->stack, &s->stack_capacity, 1, sizeof *s->stack, "expression"));
    for (s->node = statement->first; s->node < statement->last; s->node++)
        DPI_TRY(step(s, &formula->nodes[s->node]));
    s->node = statement->last - 1;
    *out = s->stack[0];
    return DP_OK;
}

int dpi_is_whole_statement(const dp_scope *s, int has_target)
{
    return s->node + 1 == s->statement_last && !dpi_span_empty(s->target) == (has_target != 0);
}
