/* The loss as a function of real numbers, for central differences. */
#ifndef DENPA_CHECK_FLOAT_TWIN_H
#define DENPA_CHECK_FLOAT_TWIN_H

#include "graph/graph_internal.h"

/* Copies what `loss` is made of into a new graph, cut open at the value `cut`: it becomes an input of DP_F64, whatever
 * it was (a variable, an integer, something computed), so that a run may be given other numbers for it. What follows
 * from the cut is computed in f64 even where the graph computes it with integers; indices and conditions stay what
 * they are. Params become inputs.
 *
 * *twin    owned by the caller; it shares the numbers of constants
 * twins    [dp_graph_count(g) + 1] entries, zeroed by the caller: the value in the twin, DP_VAL_NONE for what loss
 *          does not need
 * Errors   DP_ERR_NOMEM; *twin is untouched. */
dp_status dpi_float_twin(const dp_graph *g, dp_val loss, dp_val cut, dp_graph **twin, dp_val *twins);

#endif
