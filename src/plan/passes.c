#include "plan/passes.h"

#include "base/alloc.h"

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

dpi_use *dpi_pass_uses(dpi_build *build)
{
    void *memory = NULL;
    build->status =
        dpi_alloc(build->ctx, (size_t)build->count + 1, sizeof(dpi_use), "uses of the plan's values", &memory);
    dpi_use *uses = memory;
    if (build->status != DP_OK)
        return NULL;
    for (int i = 0; i < build->wanted_count; i++)
        uses[build->wanted[i]].count++;
    for (dp_val v = build->count; v >= 1; v--) {
        const dpi_node *node = dpi_build_node(build, v);
        const dp_val besides[2] = {build->fusions[v].bias, build->fusions[v].gate};
        for (int i = 0; uses[v].count && i < node->input_count + 2; i++) {
            dp_val a = i < node->input_count ? dpi_build_input(build, node, i) : besides[i - node->input_count];
            uses[a].count += a != DP_VAL_NONE;
            uses[a].first = v;
        }
    }
    return uses;
}
