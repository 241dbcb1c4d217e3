/* Constant folding: what depends on constants only is computed by the first run and kept.
 *
 *     x * (sqrt(2) / 3)   ->   x * c, c computed once
 *
 * The pass only marks such values. Their steps come first in the plan (schedule.c), and dp_plan_run leaves them out
 * from the second run on. A draw of a random stream is the same in every run, so it is a constant, too. */
#include "plan/passes.h"

void dpi_pass_fold(dpi_build *build)
{
    for (dp_val v = 1; v <= build->count; v++) {
        const dpi_node *node = dpi_build_node(build, v);
        bool fixed = node->op != DP_OP_INPUT && node->op != DP_OP_PARAM && node->op != DP_OP_STATE &&
                     !(node->flags & DPI_NODE_VARIABLE);
        for (int i = 0; i < node->input_count; i++)
            fixed = fixed && build->fixed[dpi_build_input(build, node, i)];
        const dpi_fusion *fusion = &build->fusions[v];
        fixed = fixed && (!fusion->bias || build->fixed[fusion->bias]) && (!fusion->gate || build->fixed[fusion->gate]);
        /* A partner writes it, whose other operands may change: it is there only when that one has run. */
        build->fixed[v] = fixed && !build->partner[v];
    }
}
