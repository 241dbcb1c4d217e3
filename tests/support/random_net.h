/* Random networks: layers of all kinds put together, a loss, and the gradients of all parameters, for properties that
 * hold for every network. */
#ifndef DENPA_TESTS_RANDOM_NET_H
#define DENPA_TESTS_RANDOM_NET_H

#include <denpa/graph.h>

enum { RANDOM_NET_PARAMS = 16 };

typedef struct random_net {
    dp_val x, t; /* inputs: [rows, columns] numbers, [rows] classes (t 0: there is none) */
    int64_t classes;
    dp_val params[RANDOM_NET_PARAMS], gradients[RANDOM_NET_PARAMS];
    int param_count;
    dp_val loss;
} random_net;

/* Adds a network to g. The same seed gives the same one. */
void random_net_make(dp_graph *g, uint64_t seed, random_net *net);

#endif
