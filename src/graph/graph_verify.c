/* Does the graph keep its promises? Every node is held against the rule that made it. */
#include "base/fail.h"
#include "graph/rules.h"

static dp_status broken(const dp_graph *g, dp_val v, const char *what)
{
    const char *name = g->nodes[v].name < g->name_bytes ? dp_val_name(g, v) : "";
    return dpi_fail(g->ctx, DP_ERR_INTERNAL, "graph: %%%d %s(%s): %s", (int)v, name, dp_op_name(g->nodes[v].op), what);
}

static dp_status verify_links(const dp_graph *g, dp_val v)
{
    const dpi_node *node = &g->nodes[v];
    if (node->name >= g->name_bytes && node->name) return broken(g, v, "its name lies outside the names");
    if (node->input_count < 0 || node->input_first > g->input_count ||
        (size_t)node->input_count > g->input_count - node->input_first)
        return broken(g, v, "its inputs lie outside the list of inputs");
    for (int i = 0; i < node->input_count; i++) {
        dp_val input = dpi_node_input(g, node, i);
        if (input < 1 || input >= v) return broken(g, v, "an input does not come before it");
    }
    return DP_OK;
}

static dp_status verify_leaf(const dp_graph *g, dp_val v)
{
    const dpi_node *node = &g->nodes[v];
    if (!node->blob != (node->op != DP_OP_CONST))
        return broken(g, v, "a constant without numbers, or numbers without a constant");
    if (node->blob && (node->blob->references < 1 || node->blob->array->dtype != node->dtype ||
                       !dp_shape_equal(node->blob->array->shape, node->shape)))
        return broken(g, v, "its numbers have another dtype or shape");
    if ((node->flags & DPI_NODE_VARIABLE) && node->op != DP_OP_CONST)
        return broken(g, v, "a variable that is no constant");
    if ((node->flags & DPI_NODE_WEAK) && node->shape.rank != 0) return broken(g, v, "a weak number that has axes");
    if (node->op == DP_OP_PARAM && node->init.kind == DP_INIT_VALUE && (node->init.value < 1 || node->init.value >= v))
        return broken(g, v, "its first value does not come before it");
    return DP_OK;
}

static dp_status verify_rule(const dp_graph *g, dp_val v)
{
    const dpi_node *node = &g->nodes[v];
    dpi_node again = *node;
    dpi_rule rule = {.g = g,
                     .node = &again,
                     .inputs = node->input_count ? g->inputs + node->input_first : NULL,
                     .count = node->input_count};
    if (!dpi_rule_apply(&rule)) return broken(g, v, rule.message);
    if (again.dtype != node->dtype) return broken(g, v, "its dtype is not what the rule gives");
    if (!dp_shape_equal(again.shape, node->shape)) return broken(g, v, "its shape is not what the rule gives");
    return DP_OK;
}

dp_status dp_graph_verify(const dp_graph *g)
{
    for (dp_val v = 1; v <= g->count; v++) {
        dp_status status = verify_links(g, v);
        if (status == DP_OK) status = verify_leaf(g, v);
        if (status == DP_OK) status = verify_rule(g, v);
        if (status != DP_OK) return status;
    }
    return DP_OK;
}
