/* Functions that reach beyond one op: gradients, data sets, printing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <denpa/grad.h>
#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "formula/functions.h"

/* What can be differentiated by: something that is in the graph already. */
static dp_status variable_arg(dp_scope *s, const dpi_object *object, const char *what, dp_val *out)
{
    char text[240];
    if (object->value == DP_VAL_NONE)
        return dpi_object_fail(s, object, DP_ERR_ARG,
                               "%s: x must be a name or a value that the loss is made of, not %s", what,
                               dpi_object_kind_text(s, object, text));
    *out = object->value;
    return DP_OK;
}

dp_status dpi_fn_grad(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val loss, x = DP_VAL_NONE, gradient = DP_VAL_NONE, upstream = DP_VAL_NONE;
    DPI_TRY(dpi_object_value(s, &args[0], "grad: loss", &loss));
    DPI_TRY(variable_arg(s, &args[1], "grad", &x));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_value(s, &args[2], "grad: upstream", &upstream));
    if (dp_grad(s->graph, loss, upstream, &x, 1, &gradient) != DP_OK)
        return dpi_scope_graph_error(s);
    return dpi_scope_value(s, gradient, out);
}

/* The words of an error that a hook left in the context, with the place. */
static dp_status hook_error(dp_scope *s, dp_status status)
{
    return dpi_scope_fail(s, status, "%s", dp_ctx_message(s->ctx));
}

dp_status dpi_fn_numeric_grad(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val loss, x = DP_VAL_NONE;
    double h = 1e-4;
    dp_array *array = NULL;
    DPI_TRY(dpi_object_value(s, &args[0], "numeric_grad: loss", &loss));
    DPI_TRY(variable_arg(s, &args[1], "numeric_grad", &x));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_real(s, &args[2], "numeric_grad: h", &h));
    if (!(h > 0))
        return dpi_object_fail(s, &args[2], DP_ERR_RANGE, "numeric_grad: h must be positive");
    if (!s->hooks.numeric_grad)
        return dpi_scope_fail(s, DP_ERR_UNSUPPORTED, "numeric_grad is not supported here");
    dp_status status = s->hooks.numeric_grad(s->hooks.user, s->graph, loss, x, h, &array);
    if (status != DP_OK)
        return hook_error(s, status);
    return dpi_scope_value(s, dp_const_take(s->graph, &array), out);
}

/* ---- Data sets: each is read once ---- */

static dp_status string_arg(dp_scope *s, const dpi_object *object, const char *what, const char **out)
{
    char text[240];
    if (object->kind != DPI_OBJECT_STRING)
        return dpi_object_fail(s, object, DP_ERR_ARG, "dataset: %s must be a text in quotes, not %s", what,
                               dpi_object_kind_text(s, object, text));
    *out = dpi_object_string(s, object);
    return DP_OK;
}

static dp_status load_dataset(dp_scope *s, const char *name, const char *split, const char *field, const char *key,
                              dp_val *out)
{
    dp_array *array = NULL;
    if (!s->hooks.dataset)
        return dpi_scope_fail(s, DP_ERR_UNSUPPORTED, "dataset is not supported here");
    dp_status status = s->hooks.dataset(s->hooks.user, s->ctx, name, split, field, &array);
    if (status != DP_OK)
        return hook_error(s, status);
    *out = dp_const_take(s->graph, &array);
    if (*out == DP_VAL_NONE)
        return dpi_scope_graph_error(s);
    DPI_TRY(dpi_grow(s->ctx, (void **)&s->datasets, &s->dataset_capacity, s->dataset_count + 1, sizeof *s->datasets,
                     "data sets"));
    DPI_TRY(dpi_strdup(s->ctx, key, &s->datasets[s->dataset_count].key));
    s->datasets[s->dataset_count++].value = *out;
    return DP_OK;
}

dp_status dpi_fn_dataset(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    char key[1024];
    dp_val value = DP_VAL_NONE;
    const char *name = NULL, *split = NULL, *field = NULL;
    DPI_TRY(string_arg(s, &args[0], "the name", &name));
    DPI_TRY(string_arg(s, &args[1], "the part", &split));
    DPI_TRY(string_arg(s, &args[2], "the field", &field));
    if (snprintf(key, sizeof key, "%s\n%s\n%s", name, split, field) >= (int)sizeof key)
        return dpi_scope_fail(s, DP_ERR_ARG, "dataset: the name is too long");
    for (size_t i = 0; i < s->dataset_count; i++)
        if (strcmp(s->datasets[i].key, key) == 0)
            value = s->datasets[i].value;
    if (value == DP_VAL_NONE)
        DPI_TRY(load_dataset(s, name, split, field, key, &value));
    return dpi_scope_value(s, value, out);
}

/* ---- Printing ---- */

/* Text of what has no value in the graph, as Python prints it. */
static dp_status object_text(dp_scope *s, const dpi_object *object, int repr, dp_text *text);

static dp_status tuple_text(dp_scope *s, const dpi_object *object, dp_text *text)
{
    DPI_TRY(dp_text_add(text, "(", 1));
    for (uint32_t i = 0; i < object->count; i++) {
        dpi_object item = s->items[object->first + i];
        item.node = object->node;
        if (i)
            DPI_TRY(dp_text_add(text, ", ", 2));
        DPI_TRY(object_text(s, &item, 1, text));
    }
    const char *end = object->count == 1 ? ",)" : ")";
    return dp_text_add(text, end, strlen(end));
}

static dp_status quoted_text(const char *string, dp_text *text)
{
    char quote = strchr(string, '\'') && !strchr(string, '"') ? '"' : '\'';
    DPI_TRY(dp_text_add(text, &quote, 1));
    for (const char *c = string; *c; c++) {
        if (*c == quote || *c == '\\')
            DPI_TRY(dp_text_add(text, "\\", 1));
        if (*c == '\n')
            DPI_TRY(dp_text_add(text, "\\n", 2));
        else if (*c == '\t')
            DPI_TRY(dp_text_add(text, "\\t", 2));
        else if (*c == '\r')
            DPI_TRY(dp_text_add(text, "\\r", 2));
        else
            DPI_TRY(dp_text_add(text, c, 1));
    }
    return dp_text_add(text, &quote, 1);
}

static dp_status object_text(dp_scope *s, const dpi_object *object, int repr, dp_text *text)
{
    char buffer[240];
    const char *string = dpi_object_string(s, object);
    switch ((dpi_object_kind)object->kind) {
    case DPI_OBJECT_TUPLE:
        return tuple_text(s, object, text);
    case DPI_OBJECT_STRING:
        return repr ? quoted_text(string, text) : dp_text_add(text, string, strlen(string));
    case DPI_OBJECT_NONE:
        return dp_text_add(text, "None", 4);
    case DPI_OBJECT_BOOL:
        return dp_text_add(text, object->whole ? "True" : "False", object->whole ? 4 : 5);
    case DPI_OBJECT_INT:
        return dp_text_addf(text, "%" PRId64, object->whole);
    case DPI_OBJECT_FLOAT:
        dp_number_text_f64(object->number, buffer);
        return dp_text_add(text, buffer, strlen(buffer));
    default:
        break;
    }
    return dpi_object_fail(s, object, DP_ERR_UNSUPPORTED,
                           "a tuple with arrays in it cannot be shown; print them one by one: print(a, b)");
}

static dp_status make_piece(dp_scope *s, const dpi_object *object, dp_print_piece *out)
{
    dpi_object shown = *object, kept;
    *out = (dp_print_piece){.repr = (object->flags & DPI_OBJECT_REPR) != 0 && !dpi_object_is_number(object)};
    shown.flags = 0;
    int is_text = shown.kind == DPI_OBJECT_TUPLE || shown.kind == DPI_OBJECT_STRING || shown.kind == DPI_OBJECT_NONE;
    if (!is_text)
        return dpi_object_value(s, &shown, "print", &out->value);
    dp_text text = {.ctx = s->ctx};
    dp_status status = object_text(s, &shown, out->repr, &text);
    if (status == DP_OK)
        status = dpi_scope_string(s, text.data ? text.data : "", text.length, &kept);
    if (status == DP_OK)
        out->text = dpi_object_string(s, &kept);
    dp_text_free(&text);
    return status;
}

dp_status dpi_print(dp_scope *s, const dpi_object *objects, size_t count)
{
    size_t first = s->piece_count;
    DPI_TRY(dpi_grow(s->ctx, (void **)&s->pieces, &s->piece_capacity, first + count + 1, sizeof *s->pieces,
                     "printed text"));
    DPI_TRY(
        dpi_grow(s->ctx, (void **)&s->lines, &s->line_capacity, s->line_count + 1, sizeof *s->lines, "printed text"));
    for (size_t i = 0; i < count; i++)
        DPI_TRY(make_piece(s, &objects[i], &s->pieces[first + i]));
    s->piece_count = first + count;
    s->lines[s->line_count++] = (dpi_print_line){(uint32_t)first, (uint32_t)count};
    return DP_OK;
}

dp_status dpi_fn_print(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    if (!dpi_is_whole_statement(s, 0))
        return dpi_scope_fail(s, DP_ERR_ARG, "print(...) needs a statement of its own");
    for (size_t i = 0; i < count; i++)
        if (args[i].keyword)
            return dpi_object_fail(s, &args[i], DP_ERR_ARG, "print has no arguments with names");
    *out = (dpi_object){.kind = DPI_OBJECT_NONE};
    return dpi_print(s, args, count);
}

dp_status dpi_fn_repr(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count, (void)s;
    *out = args[0];
    out->flags = DPI_OBJECT_REPR;
    return DP_OK;
}
