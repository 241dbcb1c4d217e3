/* Functions of shapes and over axes. */
#include <inttypes.h>

#include "base/alloc.h"
#include "formula/functions.h"

/* axis=None, a number or a tuple of them. */
typedef struct axes {
    int list[DP_MAX_RANK];
    int count; /* 0: all */
} axes;

static dp_status to_axis(dp_scope *s, const dpi_object *object, int64_t axis, int *out)
{
    if (axis < -DP_MAX_RANK || axis >= DP_MAX_RANK)
        return dpi_object_fail(s, object, DP_ERR_RANGE, "there is no axis %" PRId64, axis);
    *out = (int)axis;
    return DP_OK;
}

static dp_status read_axes(dp_scope *s, const dpi_object *object, axes *out)
{
    dp_shape list;
    *out = (axes){0};
    if (!dpi_given(object))
        return DP_OK;
    DPI_TRY(dpi_object_shape(s, object, "axis", &list));
    for (int i = 0; i < list.rank; i++)
        DPI_TRY(to_axis(s, object, list.dims[i], &out->list[i]));
    out->count = list.rank;
    return DP_OK;
}

static dp_status read_axis(dp_scope *s, const dpi_object *object, int *out)
{
    int64_t axis;
    if (!dpi_given(object))
        return DP_OK;
    DPI_TRY(dpi_object_whole(s, object, "axis", &axis));
    return to_axis(s, object, axis, out);
}

typedef dp_val reduce_op(dp_graph *g, dp_val a, const int *axes, int n, int keepdims);

/* axis=() means no axis in NumPy: every element is its own sum. */
static dp_status reduce(dp_scope *s, const dpi_object *args, reduce_op *op, const char *what, dpi_object *out)
{
    dp_val x;
    axes over;
    int keepdims = 0;
    DPI_TRY(dpi_object_value(s, &args[0], what, &x));
    DPI_TRY(read_axes(s, &args[1], &over));
    if (dpi_given(&args[1]) && over.count == 0)
        return dpi_object_fail(s, &args[1], DP_ERR_ARG, "%s: axis names no axis", what);
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_truth(s, &args[2], "keepdims", &keepdims));
    return dpi_scope_value(s, op(s->graph, x, over.count ? over.list : NULL, over.count, keepdims), out);
}

#define REDUCE(name)                                                                            \
    dp_status dpi_fn_##name(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out) \
    {                                                                                           \
        (void)count;                                                                            \
        return reduce(s, args, dp_##name, #name, out);                                          \
    }

REDUCE(sum)
REDUCE(mean)
REDUCE(max)
REDUCE(min)
REDUCE(logsumexp)

dp_status dpi_fn_var(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    axes over;
    int keepdims = 0;
    int64_t ddof = 0;
    DPI_TRY(dpi_object_value(s, &args[0], "var", &x));
    DPI_TRY(read_axes(s, &args[1], &over));
    if (dpi_given(&args[1]) && over.count == 0)
        return dpi_object_fail(s, &args[1], DP_ERR_ARG, "var: axis names no axis");
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_truth(s, &args[2], "keepdims", &keepdims));
    if (dpi_given(&args[3]))
        DPI_TRY(dpi_object_whole(s, &args[3], "ddof", &ddof));
    if (ddof < 0 || ddof > 1000000)
        return dpi_object_fail(s, &args[3], DP_ERR_RANGE, "var: ddof must be 0 or a small positive number");
    return dpi_scope_value(s, dp_var(s->graph, x, over.count ? over.list : NULL, over.count, keepdims, (int)ddof), out);
}

dp_status dpi_fn_argmax(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    int axis = 0, keepdims = 0;
    DPI_TRY(dpi_object_value(s, &args[0], "argmax", &x));
    DPI_TRY(read_axis(s, &args[1], &axis));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_truth(s, &args[2], "keepdims", &keepdims));
    if (dpi_given(&args[1]))
        return dpi_scope_value(s, dp_argmax(s->graph, x, axis, keepdims), out);
    dp_val index = dp_argmax_all(s->graph, x);
    if (keepdims) {
        dp_shape ones = dp_val_shape(s->graph, x);
        for (int i = 0; i < ones.rank; i++)
            ones.dims[i] = 1;
        index = dp_reshape(s->graph, index, ones);
    }
    return dpi_scope_value(s, index, out);
}

static dp_status along_axis(dp_scope *s, const dpi_object *args, dp_val op(dp_graph *, dp_val, int), const char *what,
                            dpi_object *out)
{
    dp_val x;
    int axis = -1;
    DPI_TRY(dpi_object_value(s, &args[0], what, &x));
    DPI_TRY(read_axis(s, &args[1], &axis));
    return dpi_scope_value(s, op(s->graph, x, axis), out);
}

dp_status dpi_fn_softmax(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return along_axis(s, args, dp_softmax, "softmax", out);
}

dp_status dpi_fn_log_softmax(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return along_axis(s, args, dp_log_softmax, "log_softmax", out);
}

dp_status dpi_fn_transpose(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    axes order;
    DPI_TRY(dpi_object_value(s, &args[0], "transpose", &x));
    DPI_TRY(read_axes(s, &args[1], &order));
    return dpi_scope_value(s, dp_transpose(s->graph, x, dpi_given(&args[1]) ? order.list : NULL, order.count), out);
}

dp_status dpi_fn_reshape(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    dp_shape shape;
    DPI_TRY(dpi_object_value(s, &args[0], "reshape", &x));
    DPI_TRY(dpi_object_shape(s, &args[1], "reshape: shape", &shape));
    return dpi_scope_value(s, dp_reshape(s->graph, x, shape), out);
}

typedef dp_val join_op(dp_graph *g, const dp_val *values, int n, int axis);

static dp_status join_values(dp_scope *s, const dpi_object *list, dp_val *values, join_op *op, int axis,
                             const char *what, dpi_object *out)
{
    for (uint32_t i = 0; i < list->count; i++) {
        dpi_object item = s->items[list->first + i];
        item.node = list->node;
        DPI_TRY(dpi_object_value(s, &item, what, &values[i]));
    }
    return dpi_scope_value(s, op(s->graph, values, (int)list->count, axis), out);
}

static dp_status join(dp_scope *s, const dpi_object *args, join_op *op, const char *what, dpi_object *out)
{
    char text[240];
    int axis = 0;
    void *values = NULL;
    const dpi_object *list = &args[0];
    if ((list->kind != DPI_OBJECT_LIST && list->kind != DPI_OBJECT_TUPLE) || list->count == 0)
        return dpi_object_fail(s, list, DP_ERR_ARG, "%s takes a list of arrays, as in %s([a, b]), not %s", what, what,
                               dpi_object_kind_text(s, list, text));
    DPI_TRY(read_axis(s, &args[1], &axis));
    DPI_TRY(dpi_alloc(s->ctx, list->count, sizeof(dp_val), "list", &values));
    dp_status status = join_values(s, list, values, op, axis, what, out);
    dpi_free(s->ctx, values);
    return status;
}

dp_status dpi_fn_concat(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return join(s, args, dp_concat, "concat", out);
}

dp_status dpi_fn_concatenate(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return join(s, args, dp_concat, "concatenate", out);
}

dp_status dpi_fn_stack(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return join(s, args, dp_stack, "stack", out);
}

dp_status dpi_fn_len(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    if (args[0].kind == DPI_OBJECT_TUPLE || args[0].kind == DPI_OBJECT_LIST) {
        *out = dpi_object_int(args[0].count);
        return DP_OK;
    }
    DPI_TRY(dpi_object_value(s, &args[0], "len", &x));
    dp_shape shape = dp_val_shape(s->graph, x);
    if (shape.rank == 0)
        return dpi_object_fail(s, &args[0], DP_ERR_SHAPE, "len: a number has no length");
    *out = dpi_object_int(shape.dims[0]);
    return DP_OK;
}
