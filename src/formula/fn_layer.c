/* What data and training fill in: input, label, param, affine; and what layers that make their own parameters share. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "formula/functions.h"
#include "formula/layers.h"
#include "graph/graph_internal.h"

enum { NAME_BYTES = DPI_LAYER_NAME_BYTES };

static dp_status must_be_named(dp_scope *s, const char *what, const char *example)
{
    if (dpi_is_whole_statement(s, 1))
        return DP_OK;
    return dpi_scope_fail(s, DP_ERR_ARG, "%s(...) needs a statement of its own, as in %s", what, example);
}

/* The name on the left of the statement, cut to a buffer. */
static dp_status target_name(dp_scope *s, const char *fallback, char name[NAME_BYTES])
{
    int bytes = (int)strlen(fallback);
    const char *text = dpi_span_empty(s->target) ? fallback : dpi_span_text(s->formula, s->target, &bytes);
    if (bytes > NAME_BYTES - 40)
        return dpi_scope_fail(s, DP_ERR_ARG, "the name is too long: %d bytes, at most %d", bytes, NAME_BYTES - 40);
    memcpy(name, text, (size_t)bytes);
    name[bytes] = 0;
    return DP_OK;
}

/* ---- Inputs ---- */

typedef struct declaration {
    char name[NAME_BYTES];
    char text[NAME_BYTES]; /* as a message shows it: "input(784)" */
    dp_dtype dtype;
    dp_shape row;    /* of one row */
    int64_t classes; /* 0: no label */
} declaration;

static dp_shape with_batch(dp_shape row, int64_t batch)
{
    dp_shape shape = {.rank = row.rank + 1, .dims = {batch}};
    for (int i = 0; i < row.rank; i++)
        shape.dims[i + 1] = row.dims[i];
    return shape;
}

/* Classes are whole numbers: 0.5 would be class 0 unnoticed. */
static dp_status check_classes(dp_scope *s, const declaration *d, dp_dtype dtype)
{
    if (d->dtype != DP_I64 || !dp_dtype_is_float(dtype))
        return DP_OK;
    return dpi_scope_fail(s, DP_ERR_DTYPE,
                          "%s holds %swhole numbers, but what is set is floating; write int(...)", d->name,
                          d->classes ? "classes, " : "");
}

/* A literal becomes a variable in the declared dtype, anything else is converted. */
static dp_status given_value(dp_scope *s, const declaration *d, dp_val *out, dp_name_kind *kind)
{
    dp_array *array = NULL, *converted = NULL;
    if (s->given->value != DP_VAL_NONE || !(s->given->flags & DPI_OBJECT_LITERAL)) {
        dp_val value;
        DPI_TRY(dpi_object_value(s, s->given, d->name, &value));
        DPI_TRY(check_classes(s, d, dp_val_dtype(s->graph, value)));
        *out = dp_val_dtype(s->graph, value) == d->dtype ? value : dp_cast(s->graph, value, d->dtype);
        *kind = DP_NAME_VALUE;
        return *out == DP_VAL_NONE ? dpi_scope_graph_error(s) : DP_OK;
    }
    DPI_TRY(dpi_object_array(s, s->given, &array));
    dp_status status = check_classes(s, d, array->dtype);
    if (status == DP_OK)
        status = dp_array_convert(s->ctx, array, d->dtype, &converted);
    if (status == DP_OK) {
        *out = dp_variable(s->graph, d->name, converted);
        *kind = DP_NAME_LITERAL;
        if (*out == DP_VAL_NONE)
            status = dpi_scope_graph_error(s);
    }
    dp_array_free(&converted);
    dp_array_free(&array);
    return status;
}

/* The first axis is N, the rest is as declared; all agree on N. */
static dp_status check_given(dp_scope *s, const declaration *d, dp_shape shape)
{
    dp_shape row = {.rank = shape.rank - 1};
    for (int i = 1; i < shape.rank; i++)
        row.dims[i - 1] = shape.dims[i];
    if (shape.rank < 1 || !dp_shape_equal(row, d->row)) {
        char rest[DP_SHAPE_TEXT_BYTES];
        dpi_shape_words(d->row, rest);
        return dpi_scope_fail(s, DP_ERR_SHAPE,
                              "%s is %s, so its numbers must have the shape [N%s%s, but what is set has %s", d->name,
                              d->text, d->row.rank ? ", " : "", rest + 1, DPI_SHAPE_WORDS(shape));
    }
    if (s->batch > 0 && s->batch != shape.dims[0])
        return dpi_scope_fail(s, DP_ERR_SHAPE, "%s has %" PRId64 " rows, but %s has %" PRId64, d->name, shape.dims[0],
                              s->batch_from ? s->batch_from : "the batch", s->batch);
    if (s->batch == 0) {
        dpi_binding *binding;
        DPI_TRY(dpi_scope_binding(s, d->name, strlen(d->name), &binding));
        s->batch_from = s->names.texts[binding - s->bindings];
    }
    s->batch = shape.dims[0];
    return DP_OK;
}

static dp_status declare(dp_scope *s, declaration *d, dpi_object *out)
{
    DPI_TRY(target_name(s, "", d->name));
    dpi_span span = s->formula->nodes[s->node].span;
    snprintf(d->text, sizeof d->text, "%.*s", span.last - span.first < 80 ? (int)(span.last - span.first) : 80,
             s->formula->text.bytes + span.first);
    if (d->row.rank >= DP_MAX_RANK)
        return dpi_scope_fail(s, DP_ERR_SHAPE, "%s: with the batch there are more than %d axes", d->name, DP_MAX_RANK);
    if (s->given) {
        dp_val value;
        DPI_TRY(given_value(s, d, &value, &s->kind));
        DPI_TRY(check_given(s, d, dp_val_shape(s->graph, value)));
        return dpi_scope_value(s, value, out);
    }
    if (s->batch <= 0)
        return dpi_scope_fail(s, DP_ERR_ARG, "%s %s has no data: give --set %s=... or --data",
                              d->classes ? "label" : "input", d->name, d->name);
    dp_shape shape = with_batch(d->row, s->batch);
    s->kind = d->classes ? DP_NAME_LABEL : DP_NAME_INPUT;
    return dpi_scope_value(s,
                           d->classes ? dp_label(s->graph, d->name, d->dtype, shape, d->classes)
                                      : dp_input(s->graph, d->name, d->dtype, shape),
                           out);
}

dp_status dpi_fn_input(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    declaration d = {.dtype = dp_graph_float_dtype(s->graph)};
    DPI_TRY(must_be_named(s, "input", "x = input(784)"));
    if (dpi_given(&args[0]))
        DPI_TRY(dpi_object_shape(s, &args[0], "input: shape", &d.row));
    if (dpi_given(&args[1])) {
        const char *word = args[1].kind == DPI_OBJECT_STRING ? dpi_object_string(s, &args[1]) : "";
        if (strcmp(word, "int64") != 0)
            return dpi_object_fail(s, &args[1], DP_ERR_ARG, "input: dtype is \"int64\", or left out for floating data");
        d.dtype = DP_I64;
    }
    return declare(s, &d, out);
}

dp_status dpi_fn_label(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    declaration d = {.dtype = DP_I64};
    int one_hot = 0;
    DPI_TRY(must_be_named(s, "label", "t = label(10)"));
    DPI_TRY(dpi_object_whole(s, &args[0], "label: classes", &d.classes));
    if (d.classes < 1)
        return dpi_object_fail(s, &args[0], DP_ERR_RANGE, "label: there must be at least 1 class");
    if (dpi_given(&args[1]))
        DPI_TRY(dpi_object_truth(s, &args[1], "label: one_hot", &one_hot));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_shape(s, &args[2], "label: shape", &d.row));
    if (one_hot && d.row.rank)
        return dpi_object_fail(s, &args[2], DP_ERR_ARG, "label: one_hot is for one label in a row");
    if (one_hot) {
        d.dtype = dp_graph_float_dtype(s->graph);
        d.row = (dp_shape){.rank = 1, .dims = {d.classes}};
    }
    return declare(s, &d, out);
}

/* ---- Parameters ---- */

static dp_status check_torch(dp_scope *s, dp_shape shape, const dp_init *init)
{
    if (init->kind != DP_INIT_TORCH || init->fan_in || shape.rank >= 2)
        return DP_OK;
    return dpi_scope_fail(s, DP_ERR_ARG,
                          "torch: a parameter of less than 2 axes does not tell fan_in: write torch(fan_in=...)");
}

dp_status dpi_fn_param(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    char name[NAME_BYTES];
    dp_shape shape;
    dp_init init = {.kind = DP_INIT_CONSTANT};
    DPI_TRY(must_be_named(s, "param", "W = param((784, 50))"));
    DPI_TRY(target_name(s, "", name));
    int is_array =
        args[0].kind == DPI_OBJECT_VALUE || args[0].kind == DPI_OBJECT_LIST || args[0].kind == DPI_OBJECT_FLOAT;
    if (is_array && !dpi_given(&args[1])) {
        DPI_TRY(dpi_initializer(s, &args[0], "param", &init));
        shape = init.kind == DP_INIT_VALUE ? dp_val_shape(s->graph, init.value) : dp_shape_scalar();
    } else {
        DPI_TRY(dpi_object_shape(s, &args[0], "param: shape", &shape));
        if (dpi_given(&args[1]))
            DPI_TRY(dpi_initializer(s, &args[1], "param: init", &init));
        else if (shape.rank >= 2)
            init.kind = DP_INIT_HE;
    }
    DPI_TRY(check_torch(s, shape, &init));
    s->kind = DP_NAME_PARAM;
    return dpi_scope_value(s, dp_param(s->graph, name, shape, init), out);
}

dp_status dpi_layer_param(dp_scope *s, const char *name, dp_shape shape, dp_init init, dp_val *out)
{
    const dpi_binding *set = dpi_scope_setting(s, name, strlen(name));
    dpi_object object = {.kind = DPI_OBJECT_VALUE};
    if (set) {
        DPI_TRY(dpi_object_value(s, &set->object, name, out));
        if (dp_shape_equal(dp_val_shape(s->graph, *out), shape))
            return DP_OK;
        return dpi_scope_fail(s, DP_ERR_SHAPE, "%s has the shape %s, but what is set has %s", name,
                              DPI_SHAPE_WORDS(shape), DPI_SHAPE_WORDS(dp_val_shape(s->graph, *out)));
    }
    DPI_TRY(dpi_scope_value(s, dp_param(s->graph, name, shape, init), &object));
    *out = object.value;
    return dpi_scope_bind(s, name, strlen(name), &object, DP_NAME_PARAM);
}

dp_status dpi_layer_init(dp_scope *s, const char *layer, const dpi_object *std, const dpi_object *init, dp_init *out)
{
    char what[NAME_BYTES];
    *out = (dp_init){.kind = DP_INIT_HE};
    if (dpi_given(std) && dpi_given(init))
        return dpi_object_fail(s, init, DP_ERR_ARG, "%s: give either std or init, not both", layer);
    if (dpi_given(init)) {
        snprintf(what, sizeof what, "%s: init", layer);
        return dpi_initializer(s, init, what, out);
    }
    if (!dpi_given(std))
        return DP_OK;
    *out = (dp_init){.kind = DP_INIT_NORMAL};
    snprintf(what, sizeof what, "%s: std", layer);
    DPI_TRY(dpi_object_real(s, std, what, &out->b));
    return out->b >= 0 ? DP_OK : dpi_object_fail(s, std, DP_ERR_RANGE, "%s: std must not be negative", layer);
}

/* The elements of one row, which the layer sees as a vector. */
static dp_status row_elems(dp_scope *s, const dpi_object *x_arg, dp_val x, int64_t *out)
{
    dp_shape shape = dp_val_shape(s->graph, x), row = {0};
    if (shape.rank == 0)
        return dpi_object_fail(s, x_arg, DP_ERR_SHAPE, "affine: x is a number; it must have an axis of features");
    for (int i = shape.rank > 1 ? 1 : 0; i < shape.rank; i++)
        row.dims[row.rank++] = shape.dims[i];
    *out = dp_shape_elems(row);
    return DP_OK;
}

dp_status dpi_layer_prefix(dp_scope *s, const char *layer, char prefix[DPI_LAYER_NAME_BYTES])
{
    dpi_binding *binding;
    DPI_TRY(target_name(s, layer, prefix));
    DPI_TRY(dpi_scope_binding(s, prefix, strlen(prefix), &binding));
    uint32_t number = binding->layers++;
    if (number)
        snprintf(prefix + strlen(prefix), 16, ".%u", number);
    return DP_OK;
}

dp_status dpi_layer_member(dp_scope *s, const char *prefix, const char *member, dp_shape shape, dp_init init,
                           dp_val *out)
{
    char name[NAME_BYTES + DPI_MEMBER_BYTES];
    snprintf(name, sizeof name, "%s.%s", prefix, member);
    return dpi_layer_param(s, name, shape, init, out);
}

dp_status dpi_layer_params(dp_scope *s, const char *layer, dp_shape w_shape, int64_t fan_in, dp_init init,
                           int64_t biases, dp_val *w, dp_val *b)
{
    char prefix[NAME_BYTES];
    *b = DP_VAL_NONE;
    DPI_TRY(dpi_layer_prefix(s, layer, prefix));
    DPI_TRY(dpi_layer_member(s, prefix, "W", w_shape, init, w));
    if (!biases)
        return DP_OK;
    dp_init bias_init = {.kind = DP_INIT_CONSTANT};
    if (init.kind == DP_INIT_TORCH)
        bias_init = (dp_init){.kind = DP_INIT_TORCH, .fan_in = init.fan_in ? init.fan_in : fan_in};
    return dpi_layer_member(s, prefix, "b", dp_shape_of(1, &biases), bias_init, b);
}

static dp_status make_layer(dp_scope *s, const dpi_object *args, dp_val x, dpi_object *out)
{
    int64_t in = 0, width = 0;
    int bias = 1;
    dp_val w, b;
    dp_init init;
    DPI_TRY(row_elems(s, &args[0], x, &in));
    DPI_TRY(dpi_object_whole(s, &args[1], "affine: out", &width));
    if (width < 1)
        return dpi_object_fail(s, &args[1], DP_ERR_RANGE, "affine: out must be at least 1");
    if (dpi_given(&args[2]))
        return dpi_object_fail(s, &args[2], DP_ERR_ARG, "affine: b is only for affine(x, W, b) with arrays");
    DPI_TRY(dpi_layer_init(s, "affine", &args[3], &args[4], &init));
    if (dpi_given(&args[5]))
        DPI_TRY(dpi_object_truth(s, &args[5], "affine: bias", &bias));
    DPI_TRY(dpi_layer_params(s, "affine", dp_shape_of(2, (int64_t[]){in, width}), in, init, bias ? width : 0, &w, &b));
    return dpi_scope_value(s, dp_affine(s->graph, x, w, b), out);
}

dp_status dpi_fn_affine(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x, w, b = DP_VAL_NONE;
    DPI_TRY(dpi_object_value(s, &args[0], "affine: x", &x));
    if (args[1].kind == DPI_OBJECT_INT)
        return make_layer(s, args, x, out);
    for (int i = 3; i < 6; i++)
        if (dpi_given(&args[i]))
            return dpi_object_fail(s, &args[i], DP_ERR_ARG,
                                   "affine: with arrays there are only affine(x, W) and affine(x, W, b)");
    DPI_TRY(dpi_object_value(s, &args[1], "affine: W", &w));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_value(s, &args[2], "affine: b", &b));
    return dpi_scope_value(s, dp_affine(s->graph, x, w, b), out);
}
