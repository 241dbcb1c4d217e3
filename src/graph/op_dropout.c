/* Dropout. Its draws follow from counters: the seed, the place of the node among the dropouts, the step, the element. */
#include "graph/graph_internal.h"

#define FIRST_STREAM (UINT64_C(1) << 63) /* parameters, orders of rows and random arrays have streams below */
#define STEPS_OF_A_STREAM 40             /* bits */

static dp_val step_of(dp_graph *g)
{
    int64_t zero = 0;
    if (!g->step)
        g->step = dp_variable(g, "step", &(dp_array){.dtype = DP_I64, .data = &zero});
    return g->step;
}

dp_val dp_dropout(dp_graph *g, dp_val a, double p, uint64_t seed)
{
    if (!dpi_graph_usable(g, "dropout", a))
        return DP_VAL_NONE;
    if (!(p >= 0 && p <= 1))
        return dpi_graph_fail(g, DP_ERR_RANGE,
                              "dropout: p is the probability that an element is dropped, from 0 to 1; it is %g", p);
    a = dpi_coerce_float(g, a);
    if (!g->training || !a)
        return a;
    dpi_node node = {.op = DP_OP_DROPOUT,
                     .attrs.range = {p, 0},
                     .seed = seed,
                     .stream = FIRST_STREAM + (g->dropouts++ << STEPS_OF_A_STREAM)};
    return dpi_graph_add(g, &node, (dp_val[]){a, step_of(g)}, 2);
}
