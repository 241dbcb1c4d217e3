/* An optimised plan gives what the naive one gives: for how many random graphs and networks is up to the program.
 *
 * Graphs must agree bit by bit, where no product takes a function over: passes, blocks, tiles and shared memory change no
 * operation.
 * Networks may differ by the rounding of fused steps. The bound is derived for one number M, the loss plus the sum of
 * all gradients times random weights:
 *
 *     |M_fast - M_naive| <= 2 sum over nodes v, elements j of |dM/dv_j| e_v,j
 *
 * to first order in u, where e is the error that node v adds by itself (local_error below) and dM/dv comes from
 * differentiating the graph, gradients and all, once more; Higham, Accuracy and Stability, ch. 3 (running error
 * analysis). A wrong number anywhere in a gradient is as large as the gradient, and the bound some 1e-13 of it. */
#ifndef DENPA_TESTS_NAIVE_TEST_H
#define DENPA_TESTS_NAIVE_TEST_H

#include <stdint.h>

void naive_test_graphs(uint64_t first_seed, int count);
void naive_test_large(void);
void naive_test_nets(uint64_t first_seed, int count);

#endif
