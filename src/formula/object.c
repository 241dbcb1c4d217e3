/* Objects: what an expression gives, and what it can be turned into. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "formula/scope.h"
#include "graph/graph_internal.h"

dpi_object dpi_object_int(int64_t whole)
{
    return (dpi_object){.kind = DPI_OBJECT_INT, .whole = whole};
}

dpi_object dpi_object_float(double number)
{
    return (dpi_object){.kind = DPI_OBJECT_FLOAT, .number = number};
}

dpi_object dpi_object_bool(int truth)
{
    return (dpi_object){.kind = DPI_OBJECT_BOOL, .whole = truth};
}

int dpi_object_is_number(const dpi_object *object)
{
    return object->kind == DPI_OBJECT_BOOL || object->kind == DPI_OBJECT_INT || object->kind == DPI_OBJECT_FLOAT;
}

double dpi_object_number(const dpi_object *object)
{
    return object->kind == DPI_OBJECT_FLOAT ? object->number : (double)object->whole;
}

const char *dpi_object_kind_text(const dp_scope *s, const dpi_object *object, char buffer[240])
{
    char text[DP_SHAPE_TEXT_BYTES];
    switch ((dpi_object_kind)object->kind) {
    case DPI_OBJECT_ABSENT:
        return "nothing";
    case DPI_OBJECT_NONE:
        return "None";
    case DPI_OBJECT_BOOL:
        return object->whole ? "True" : "False";
    case DPI_OBJECT_INT:
        snprintf(buffer, 240, "the number %" PRId64, object->whole);
        break;
    case DPI_OBJECT_FLOAT:
        snprintf(buffer, 240, "the number %s", dp_number_text_f64(object->number, text));
        break;
    case DPI_OBJECT_VALUE:
        snprintf(buffer, 240, "an array %s of %s", dpi_shape_words(dp_val_shape(s->graph, object->value), text),
                 dp_dtype_name(dp_val_dtype(s->graph, object->value)));
        break;
    case DPI_OBJECT_STRING:
        snprintf(buffer, 240, "the text \"%.60s\"", dpi_object_string(s, object));
        break;
    case DPI_OBJECT_TUPLE:
        snprintf(buffer, 240, "a tuple of %u", object->count);
        break;
    case DPI_OBJECT_LIST:
        snprintf(buffer, 240, "a list of %u", object->count);
        break;
    case DPI_OBJECT_SLICE:
        return "a slice";
    case DPI_OBJECT_ELLIPSIS:
        return "...";
    case DPI_OBJECT_INIT:
        return "an initialiser";
    }
    return buffer;
}

dp_status dpi_scope_items(dp_scope *s, const dpi_object *items, size_t count, uint32_t *first)
{
    DPI_TRY(dpi_grow(s->ctx, (void **)&s->items, &s->item_capacity, s->item_count + count, sizeof *items, "list"));
    if (count)
        memcpy(s->items + s->item_count, items, count * sizeof *items);
    *first = (uint32_t)s->item_count;
    s->item_count += count;
    return DP_OK;
}

dp_status dpi_scope_string(dp_scope *s, const char *bytes, size_t count, dpi_object *out)
{
    DPI_TRY(
        dpi_grow(s->ctx, (void **)&s->strings, &s->string_capacity, s->string_count + 1, sizeof *s->strings, "text"));
    DPI_TRY(dpi_strndup(s->ctx, bytes, count, &s->strings[s->string_count]));
    *out = (dpi_object){.kind = DPI_OBJECT_STRING, .first = (uint32_t)s->string_count++};
    return DP_OK;
}

dp_status dpi_scope_init(dp_scope *s, dp_init init, dpi_object *out)
{
    DPI_TRY(
        dpi_grow(s->ctx, (void **)&s->inits, &s->init_capacity, s->init_count + 1, sizeof *s->inits, "initialiser"));
    s->inits[s->init_count] = init;
    *out = (dpi_object){.kind = DPI_OBJECT_INIT, .first = (uint32_t)s->init_count++};
    return DP_OK;
}

const char *dpi_object_string(const dp_scope *s, const dpi_object *object)
{
    return object->kind == DPI_OBJECT_STRING ? s->strings[object->first] : "";
}

/* ---- Lists into arrays ---- */

static int is_sequence(const dpi_object *object)
{
    return object->kind == DPI_OBJECT_LIST || object->kind == DPI_OBJECT_TUPLE;
}

/* What a nested list is, found out in one walk. */
typedef struct list_facts {
    dp_shape shape;
    dp_dtype dtype; /* of the numbers */
    int has_values; /* some elements are values of the graph */
} list_facts;

static dp_status note_element(dp_scope *s, const dpi_object *list, const dpi_object *element, int depth,
                              list_facts *facts)
{
    char text[240];
    int is_value =
        element->kind == DPI_OBJECT_VALUE || (dpi_object_is_number(element) && element->value != DP_VAL_NONE);
    if (is_value) {
        facts->has_values = 1;
        return DP_OK;
    }
    if (!dpi_object_is_number(element))
        return dpi_object_fail(s, list, DP_ERR_DTYPE, "an array is made of numbers; %s is none",
                               dpi_object_kind_text(s, element, text));
    if (depth != facts->shape.rank && !facts->has_values)
        return dpi_object_fail(s, list, DP_ERR_SHAPE,
                               "the rows of a nested list differ: some elements are lists and some are numbers");
    dp_dtype dtype = element->kind == DPI_OBJECT_BOOL ? DP_BOOL : element->kind == DPI_OBJECT_INT ? DP_I64 : DP_F64;
    if (dtype > facts->dtype)
        facts->dtype = dtype;
    return DP_OK;
}

/* `row` is the number of the row, where the list is one of rows; 0 further inside. */
static dp_status ragged(dp_scope *s, const dpi_object *list, int64_t first, uint32_t row, uint32_t count)
{
    char name[32] = "another";
    if (row)
        snprintf(name, sizeof name, "row %u", row);
    return dpi_object_fail(s, list, DP_ERR_SHAPE,
                           "the rows of a nested list must be equally long: %s has %" PRId64 " elements, %s has %u",
                           row ? "row 0" : "the first", first, name, count);
}

static dp_status note_list(dp_scope *s, const dpi_object *top, const dpi_object *list, int depth, list_facts *facts)
{
    for (uint32_t i = 0; i < list->count; i++) {
        dpi_object item = s->items[list->first + i];
        if (!is_sequence(&item) || item.value != DP_VAL_NONE) {
            if (is_sequence(&item))
                item.kind = DPI_OBJECT_VALUE;
            DPI_TRY(note_element(s, top, &item, depth + 1, facts));
            continue;
        }
        if (depth + 1 >= facts->shape.rank && !facts->has_values)
            return dpi_object_fail(s, top, DP_ERR_SHAPE,
                                   "the rows of a nested list differ: some elements are lists and some are numbers");
        if (depth + 1 < facts->shape.rank && (int64_t)item.count != facts->shape.dims[depth + 1])
            return ragged(s, top, facts->shape.dims[depth + 1], depth == 0 ? i : 0, item.count);
        if (depth + 1 < DP_MAX_RANK)
            DPI_TRY(note_list(s, top, &item, depth + 1, facts));
    }
    return DP_OK;
}

/* The shape is that of the first element of the first element and so on; note_list holds the others against it. */
static dp_status list_look(dp_scope *s, const dpi_object *list, list_facts *facts)
{
    *facts = (list_facts){.dtype = DP_DTYPE_NONE};
    dpi_object at = *list;
    for (; is_sequence(&at) && at.value == DP_VAL_NONE; at = s->items[at.first]) {
        if (facts->shape.rank == DP_MAX_RANK)
            return dpi_object_fail(s, list, DP_ERR_SHAPE,
                                   "a list is nested more than %d deep, the most axes an array can have", DP_MAX_RANK);
        facts->shape.dims[facts->shape.rank++] = at.count;
        if (!at.count)
            break;
    }
    facts->has_values = at.value != DP_VAL_NONE;
    DPI_TRY(note_list(s, list, list, 0, facts));
    if (facts->dtype == DP_DTYPE_NONE || facts->dtype == DP_F64)
        facts->dtype = dp_graph_float_dtype(s->graph);
    return DP_OK;
}

static void put_number(dp_array *array, int64_t i, const dpi_object *number)
{
    switch (array->dtype) {
    case DP_BOOL:
    case DP_U8:
        ((uint8_t *)array->data)[i] = (uint8_t)number->whole;
        break;
    case DP_I64:
        ((int64_t *)array->data)[i] = number->whole;
        break;
    case DP_F32:
        ((float *)array->data)[i] = (float)dpi_object_number(number);
        break;
    case DP_F64:
        ((double *)array->data)[i] = dpi_object_number(number);
        break;
    case DP_DTYPE_NONE:
        break;
    }
}

static void fill(const dp_scope *s, dp_array *array, const dpi_object *object, int64_t *at)
{
    if (!is_sequence(object)) {
        put_number(array, (*at)++, object);
        return;
    }
    for (uint32_t i = 0; i < object->count; i++)
        fill(s, array, &s->items[object->first + i], at);
}

dp_status dpi_object_array(dp_scope *s, const dpi_object *object, dp_array **out)
{
    list_facts facts = {.dtype = object->kind == DPI_OBJECT_BOOL  ? DP_BOOL
                                 : object->kind == DPI_OBJECT_INT ? DP_I64
                                                                  : dp_graph_float_dtype(s->graph)};
    if (is_sequence(object))
        DPI_TRY(list_look(s, object, &facts));
    *out = NULL;
    if (facts.has_values)
        return DP_OK;
    DPI_TRY(dp_array_new(s->ctx, facts.dtype, facts.shape, out));
    int64_t at = 0;
    fill(s, *out, object, &at);
    return DP_OK;
}

static dp_status stack_values(dp_scope *s, const dpi_object *list, const char *what, dp_val *out)
{
    void *memory = NULL;
    DPI_TRY(dpi_alloc(s->ctx, list->count, sizeof(dp_val), "list", &memory));
    dp_val *values = memory;
    dp_status status = DP_OK;
    for (uint32_t i = 0; i < list->count && status == DP_OK; i++) {
        dpi_object item = s->items[list->first + i];
        item.node = list->node;
        status = dpi_object_value(s, &item, what, &values[i]);
    }
    if (status == DP_OK) {
        *out = dp_stack(s->graph, values, (int)list->count, 0);
        if (*out == DP_VAL_NONE)
            status = dpi_scope_graph_error(s);
    }
    dpi_free(s->ctx, memory);
    return status;
}

/* ---- Into values of the graph ---- */

dp_status dpi_object_value(dp_scope *s, const dpi_object *object, const char *what, dp_val *out)
{
    char text[240];
    if (object->flags & DPI_OBJECT_REPR)
        return dpi_object_fail(s, object, DP_ERR_ARG, "%s: repr(...) is for printing only", what);
    if (object->value != DP_VAL_NONE) {
        *out = object->value;
        return DP_OK;
    }
    dp_val value;
    if (object->kind == DPI_OBJECT_INT) {
        value = dp_integer(s->graph, object->whole);
    } else if (object->kind == DPI_OBJECT_FLOAT) {
        value = dp_scalar(s->graph, object->number);
    } else if (object->kind == DPI_OBJECT_BOOL || is_sequence(object)) {
        dp_array *array = NULL;
        DPI_TRY(dpi_object_array(s, object, &array));
        if (!array)
            return stack_values(s, object, what, out);
        value = dp_const_take(s->graph, &array);
    } else {
        return dpi_object_fail(s, object, DP_ERR_ARG, "%s: expected an array or a number, but %s came", what,
                               dpi_object_kind_text(s, object, text));
    }
    if (value == DP_VAL_NONE)
        return dpi_scope_graph_error(s);
    *out = value;
    return DP_OK;
}

/* ---- Into options ---- */

dp_status dpi_object_whole(dp_scope *s, const dpi_object *object, const char *what, int64_t *out)
{
    char text[240];
    if (object->kind == DPI_OBJECT_INT || object->kind == DPI_OBJECT_BOOL) {
        *out = object->whole;
        return DP_OK;
    }
    return dpi_object_fail(s, object, DP_ERR_ARG,
                           "%s must be an integer that is known when the formula is read, not %s", what,
                           dpi_object_kind_text(s, object, text));
}

dp_status dpi_object_real(dp_scope *s, const dpi_object *object, const char *what, double *out)
{
    char text[240];
    if (!dpi_object_is_number(object))
        return dpi_object_fail(s, object, DP_ERR_ARG,
                               "%s must be a number that is known when the formula is read, not %s", what,
                               dpi_object_kind_text(s, object, text));
    *out = dpi_object_number(object);
    return DP_OK;
}

dp_status dpi_object_truth(dp_scope *s, const dpi_object *object, const char *what, int *out)
{
    char text[240];
    if (object->kind != DPI_OBJECT_BOOL && object->kind != DPI_OBJECT_INT)
        return dpi_object_fail(s, object, DP_ERR_ARG, "%s must be True or False, not %s", what,
                               dpi_object_kind_text(s, object, text));
    *out = object->whole != 0;
    return DP_OK;
}

/* The shape that an integer array written down holds. */
static dp_status shape_of_value(dp_scope *s, const dpi_object *object, const char *what, dp_shape *out)
{
    char text[240];
    dp_array array = dp_val_const(s->graph, object->value);
    if (!array.data || array.dtype != DP_I64 || array.shape.rank != 1)
        return dpi_object_fail(s, object, DP_ERR_ARG, "%s must be an integer or a tuple of integers, not %s", what,
                               dpi_object_kind_text(s, object, text));
    if (array.shape.dims[0] > DP_MAX_RANK)
        return dpi_object_fail(s, object, DP_ERR_SHAPE, "%s has %" PRId64 " axes; an array can have %d", what,
                               array.shape.dims[0], DP_MAX_RANK);
    *out = dp_shape_of((int)array.shape.dims[0], array.data);
    return DP_OK;
}

dp_status dpi_object_shape(dp_scope *s, const dpi_object *object, const char *what, dp_shape *out)
{
    *out = dp_shape_scalar();
    if (object->kind == DPI_OBJECT_VALUE)
        return shape_of_value(s, object, what, out);
    if (!is_sequence(object)) {
        out->rank = 1;
        return dpi_object_whole(s, object, what, &out->dims[0]);
    }
    if (object->count > DP_MAX_RANK)
        return dpi_object_fail(s, object, DP_ERR_SHAPE, "%s has %u axes; an array can have %d", what, object->count,
                               DP_MAX_RANK);
    out->rank = (int32_t)object->count;
    for (uint32_t i = 0; i < object->count; i++) {
        dpi_object item = s->items[object->first + i];
        item.node = object->node;
        DPI_TRY(dpi_object_whole(s, &item, what, &out->dims[i]));
    }
    return DP_OK;
}
