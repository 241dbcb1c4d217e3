#include "plan/passes.h"

void dpi_pass_rewrite(dpi_build *build, dp_val v, int op, const dp_val *inputs, int count)
{
    dpi_node *node = &build->nodes[v];
    node->op = (dp_op)op;
    if (count > node->input_count) { /* dpi_nodes_open left room behind the others */
        node->input_first = build->input_count;
        build->input_count += (size_t)count;
    }
    for (int i = 0; i < count; i++)
        build->inputs[node->input_first + (size_t)i] = inputs[i];
    node->input_count = count;
}

void dpi_pass_replace(dpi_build *build, dp_val v, dp_val of)
{
    dpi_pass_rewrite(build, v, DP_OP_RESHAPE, &of, 1);
}

bool dpi_pass_is_number(const dpi_build *build, dp_val v, double value)
{
    const dpi_node *node = dpi_build_node(build, v);
    return node->op == DP_OP_CONST && !(node->flags & DPI_NODE_VARIABLE) && node->shape.rank == 0 &&
           dp_array_get(node->blob->array, 0) == value;
}

dp_val dpi_pass_operand(const dpi_build *build, dp_val v, int op, int i)
{
    const dpi_node *node = dpi_build_node(build, v);
    return (int)node->op == op && i < node->input_count ? dpi_build_input(build, node, i) : DP_VAL_NONE;
}
