/* Element-wise steps repeat an operand by themselves, so it need not be repeated in memory first.
 *
 *     mul(x, broadcast_to(s, [N, K]))   ->   mul(x, s) */
#include "plan/passes.h"

static bool repeats_operands(const dpi_node *node)
{
    switch ((int)node->op) {
#define REPEATS_binary(id) case DP_OP_##id:
#define REPEATS_compare(id) case DP_OP_##id:
#define REPEATS_where(id) case DP_OP_##id:
#define REPEATS_leaf(id)
#define REPEATS_random(id)
#define REPEATS_dropout(id)
#define REPEATS_cast(id)
#define REPEATS_unary(id)
#define REPEATS_matmul(id)
#define REPEATS_conv(id)
#define REPEATS_conv_input(id)
#define REPEATS_conv_weight(id)
#define REPEATS_pool(id)
#define REPEATS_pool_put(id)
#define REPEATS_pool_pick(id)
#define REPEATS_reshape(id)
#define REPEATS_transpose(id)
#define REPEATS_broadcast(id)
#define REPEATS_concat(id)
#define REPEATS_slice(id)
#define REPEATS_slice_put(id)
#define REPEATS_gather(id)
#define REPEATS_scatter(id)
#define REPEATS_one_hot(id)
#define REPEATS_reduce(id)
#define REPEATS_argmax(id)
#define REPEATS_softmax(id)
#define REPEATS_xent(id)
#define DP_OP(id, name, arity, rule, kind, formula) REPEATS_##rule(id)
#include <denpa/ops.def>
#undef DP_OP
        return true;
    default:
        return false;
    }
}

void dpi_pass_fuse_broadcast(dpi_build *build)
{
    for (dp_val v = 1; v <= build->count; v++) {
        const dpi_node *node = dpi_build_node(build, v);
        for (int i = 0; repeats_operands(node) && i < node->input_count; i++) {
            dp_val *input = &build->inputs[node->input_first + (size_t)i];
            while (dpi_build_node(build, *input)->op == DP_OP_BROADCAST_TO)
                *input = dpi_build_input(build, dpi_build_node(build, *input), 0);
        }
    }
}
