/* States, and what they become. */
#include "graph/graph_internal.h"

#include <math.h>

#include "base/alloc.h"

dp_val dp_state(dp_graph *g, const char *name, dp_shape shape, double first)
{
    dpi_node node = {
        .op = DP_OP_STATE, .dtype = g->float_dtype, .shape = shape, .init = {.kind = DP_INIT_CONSTANT, .a = first}};
    return dpi_graph_add_named(g, &node, name);
}

static bool may_become(dp_graph *g, dp_val state, dp_val value)
{
    if (!dpi_graph_usable(g, "state", state) || !dpi_graph_usable(g, "state", value))
        return false;
    dp_shape is = dp_val_shape(g, state), becomes = dp_val_shape(g, value);
    if (dp_val_op(g, state) != DP_OP_STATE)
        dpi_graph_fail(g, DP_ERR_ARG, "state: %s is no state, it is %s", DPI_OPERAND_WORDS(g, state, "it"),
                       dp_op_name(dp_val_op(g, state)));
    else if (!dp_shape_equal(is, becomes))
        dpi_graph_fail(g, DP_ERR_SHAPE, "state: %s is %s, it cannot become %s", DPI_OPERAND_WORDS(g, state, "it"),
                       DPI_SHAPE_WORDS(is), DPI_SHAPE_WORDS(becomes));
    else if (!dp_dtype_is_float(dp_val_dtype(g, value)))
        dpi_graph_fail(g, DP_ERR_DTYPE, "state: %s is floating, it cannot become %s", DPI_OPERAND_WORDS(g, state, "it"),
                       dp_dtype_name(dp_val_dtype(g, value)));
    return g->status == DP_OK;
}

void dp_state_update(dp_graph *g, dp_val state, dp_val value)
{
    if (!may_become(g, state, value))
        return;
    value = dpi_coerce(g, value, dp_val_dtype(g, state));
    value = dp_reshape(g, value, dp_val_shape(g, state)); /* a value of its own, which may be bound by itself */
    if (!value)
        return;
    for (size_t i = 0; i < g->update_count; i++)
        if (g->updates[2 * i] == state) {
            g->updates[2 * i + 1] = value;
            return;
        }
    dp_status status = dpi_grow(g->ctx, (void **)&g->updates, &g->update_capacity, 2 * (g->update_count + 1),
                                sizeof *g->updates, "updates of states");
    if (status != DP_OK) {
        dpi_graph_adopt_failure(g, status);
        return;
    }
    g->updates[2 * g->update_count] = state;
    g->updates[2 * g->update_count++ + 1] = value;
}

int dp_graph_update_count(const dp_graph *g)
{
    return (int)g->update_count;
}

void dp_graph_update(const dp_graph *g, int i, dp_val *state, dp_val *value)
{
    bool there = i >= 0 && (size_t)i < g->update_count;
    *state = there ? g->updates[2 * i] : DP_VAL_NONE;
    *value = there ? g->updates[2 * i + 1] : DP_VAL_NONE;
}
