/* Leaves: constants, variables, inputs, labels, params. */
#include "graph/graph_internal.h"

#include <string.h>

#include "base/alloc.h"

dp_val dpi_const_add(dp_graph *g, dp_array **array, uint32_t flags)
{
    void *memory = NULL;
    dp_val v = DP_VAL_NONE;
    dp_status status = dpi_alloc(g->ctx, 1, sizeof(dpi_blob), "constant", &memory);
    if (status == DP_OK) {
        dpi_node node = {
            .op = DP_OP_CONST, .dtype = (*array)->dtype, .shape = (*array)->shape, .flags = flags, .blob = memory};
        *node.blob = (dpi_blob){.array = *array, .references = 1};
        v = dpi_graph_add(g, &node, NULL, 0);
    } else dpi_graph_adopt_failure(g, status);
    if (v) *array = NULL;
    else {
        dpi_free(g->ctx, memory);
        dp_array_free(array);
    }
    return v;
}

dp_val dp_const_take(dp_graph *g, dp_array **array)
{
    if (!(*array)->ctx)
        return dpi_graph_fail(g, DP_ERR_ARG, "const: a borrowed array cannot be taken over, dp_const copies it");
    return dpi_const_add(g, array, 0);
}

static dp_val const_copy(dp_graph *g, const dp_array *array, uint32_t flags)
{
    if (g->status != DP_OK) return DP_VAL_NONE;
    if (!array->data && dp_shape_elems(array->shape) != 0)
        return dpi_graph_fail(g, DP_ERR_ARG, "const: the array has no data");
    dp_array *copy;
    dp_status status = dp_array_convert(g->ctx, array, array->dtype, &copy);
    if (status != DP_OK) return dpi_graph_adopt_failure(g, status);
    return dpi_const_add(g, &copy, flags);
}

dp_val dp_const(dp_graph *g, const dp_array *array)
{
    return const_copy(g, array, 0);
}

dp_val dpi_number(dp_graph *g, dp_dtype dtype, double value)
{
    dp_array source = {.dtype = DP_F64, .data = &value};
    dp_array *array;
    if (g->status != DP_OK) return DP_VAL_NONE;
    dp_status status = dp_array_convert(g->ctx, &source, dtype, &array);
    if (status != DP_OK) return dpi_graph_adopt_failure(g, status);
    return dpi_const_add(g, &array, DPI_NODE_WEAK);
}

dp_val dp_scalar(dp_graph *g, double value)
{
    return dpi_number(g, g->float_dtype, value);
}

dp_val dp_integer(dp_graph *g, int64_t value)
{
    dp_array source = {.dtype = DP_I64, .data = &value};
    return const_copy(g, &source, DPI_NODE_WEAK);
}

dp_val dp_variable(dp_graph *g, const char *name, const dp_array *array)
{
    if (!name || !*name) return dpi_graph_fail(g, DP_ERR_ARG, "variable: it needs a name");
    uint32_t weak = array->shape.rank == 0 ? DPI_NODE_WEAK : 0;
    dp_val v = const_copy(g, array, DPI_NODE_VARIABLE | weak);
    if (v) dp_val_set_name(g, v, name);
    return g->status == DP_OK ? v : DP_VAL_NONE;
}

/* Inputs, params and states are addressed by name: a name may be used once. */
static bool name_is_free(dp_graph *g, const char *what, const char *name)
{
    if (g->status != DP_OK) return false;
    if (!name || !*name) {
        dpi_graph_fail(g, DP_ERR_ARG, "%s: it needs a name", what);
        return false;
    }
    for (dp_val v = 1; v <= g->count; v++) {
        dp_op op = g->nodes[v].op;
        if ((op != DP_OP_INPUT && op != DP_OP_PARAM && op != DP_OP_STATE) || strcmp(dp_val_name(g, v), name) != 0) continue;
        dpi_graph_fail(g, DP_ERR_ARG, "%s: the name %s is taken by another %s", what, name, dp_op_name(op));
        return false;
    }
    return true;
}

static dp_val named_leaf(dp_graph *g, const dpi_node *node, const char *name)
{
    dp_val v = dpi_graph_add(g, node, NULL, 0);
    if (v) dp_val_set_name(g, v, name);
    return g->status == DP_OK ? v : DP_VAL_NONE;
}

dp_val dpi_graph_add_named(dp_graph *g, const dpi_node *node, const char *name)
{
    return name_is_free(g, dp_op_name(node->op), name) ? named_leaf(g, node, name) : DP_VAL_NONE;
}

dp_val dp_input(dp_graph *g, const char *name, dp_dtype dtype, dp_shape shape)
{
    if (!name_is_free(g, "input", name)) return DP_VAL_NONE;
    dpi_node node = {.op = DP_OP_INPUT, .dtype = dtype, .shape = shape};
    return named_leaf(g, &node, name);
}

dp_val dp_label(dp_graph *g, const char *name, dp_dtype dtype, dp_shape shape, int64_t label_classes)
{
    if (!name_is_free(g, "label", name)) return DP_VAL_NONE;
    if (label_classes < 1)
        return dpi_graph_fail(g, DP_ERR_ARG, "label %s: %lld classes, there must be at least 1", name,
                              (long long)label_classes);
    dpi_node node = {
        .op = DP_OP_INPUT, .dtype = dtype, .shape = shape, .flags = DPI_NODE_LABEL, .classes = label_classes};
    return named_leaf(g, &node, name);
}

/* Both fans, or rows and columns, are needed. */
static bool needs_two_axes(dp_init init)
{
    return init.kind >= DP_INIT_KAIMING_NORMAL && init.kind <= DP_INIT_ORTHOGONAL;
}

static bool init_ok(dp_graph *g, const char *name, dp_shape shape, dp_init init)
{
    if (init.kind < DP_INIT_VALUE || init.kind > DP_INIT_TRUNC_NORMAL)
        dpi_graph_fail(g, DP_ERR_ARG, "param %s: initialiser number %d does not exist", name, (int)init.kind);
    else if ((init.kind == DP_INIT_NORMAL || init.kind == DP_INIT_TRUNC_NORMAL) && !(init.b >= 0))
        dpi_graph_fail(g, DP_ERR_ARG, "param %s: the standard deviation must not be negative, it is %g", name, init.b);
    else if (init.kind == DP_INIT_UNIFORM && !(init.a <= init.b))
        dpi_graph_fail(g, DP_ERR_ARG, "param %s: the lower bound %g is above the upper bound %g", name, init.a, init.b);
    else if (init.fan_in < 0) dpi_graph_fail(g, DP_ERR_ARG, "param %s: fan_in must not be negative", name);
    else if (init.kind == DP_INIT_TRUNC_NORMAL && !(init.low <= init.high))
        dpi_graph_fail(g, DP_ERR_ARG, "param %s: the lower bound %g is above the upper bound %g", name, init.low,
                       init.high);
    else if (needs_two_axes(init) && shape.rank < 2)
        dpi_graph_fail(g, DP_ERR_ARG, "param %s: its initialiser needs two axes or more, its shape is %s", name,
                       DPI_SHAPE_WORDS(shape));
    else if (init.kind >= DP_INIT_HE && init.kind <= DP_INIT_TORCH && init.fan_in == 0 && shape.rank < 1)
        dpi_graph_fail(g, DP_ERR_ARG, "param %s: a number has no fan_in; say it", name);
    else if (init.kind == DP_INIT_VALUE && dpi_graph_usable(g, "param", init.value) &&
             !dp_shape_equal(dp_val_shape(g, init.value), shape))
        dpi_graph_fail(g, DP_ERR_SHAPE, "param %s: its shape is %s, its first value is %s", name,
                       DPI_SHAPE_WORDS(shape), DPI_SHAPE_WORDS(dp_val_shape(g, init.value)));
    return g->status == DP_OK;
}

dp_val dp_param(dp_graph *g, const char *name, dp_shape shape, dp_init init)
{
    if (!name_is_free(g, "param", name) || !init_ok(g, name, shape, init)) return DP_VAL_NONE;
    dpi_node node = {.op = DP_OP_PARAM, .dtype = g->float_dtype, .shape = shape, .init = init};
    return named_leaf(g, &node, name);
}
