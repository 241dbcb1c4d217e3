/* Random graphs: many ops, many shapes, long and short lives, for properties that hold for every graph. */
#ifndef DENPA_TESTS_RANDOM_GRAPH_H
#define DENPA_TESTS_RANDOM_GRAPH_H

#include <denpa/graph.h>

/* Adds about `nodes` values to g and writes those made to values[0..nodes-1]; returns how many. rows and columns are
 * the sizes of the larger arrays. The same seed gives the same graph. There are no inputs: the numbers are constants.
 * */
int random_graph_fill(dp_graph *g, uint64_t seed, int nodes, int64_t rows, int64_t columns, dp_val *values);

#endif
