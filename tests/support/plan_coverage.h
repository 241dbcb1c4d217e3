/* What of the planner and the kernels a property test has really used: how often each pass of passes.def changed something, each op
 * of fused.def was made, and each kernel that plans call (kern_list.def) was a step. */
#ifndef DENPA_TESTS_PLAN_COVERAGE_H
#define DENPA_TESTS_PLAN_COVERAGE_H

#include <denpa/plan.h>

/* Adds the optimised plan of wanted[0..n-1] of g to what was counted. */
void plan_coverage_add(dp_graph *g, const dp_val *wanted, int n, const dp_plan *plan);

/* Prints the counts, and fails for those that are 0; not with the plain C kernels, for which plans leave some out. */
void plan_coverage_check(void);

#endif
