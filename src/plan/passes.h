/* What a pass may use. A pass looks at the plan's own copy of the nodes and changes it: an op, the inputs. Numbers of
 * values stay what they are in the graph, so a value that is wanted can still be found; a node that nothing reads any
 * more takes no step. */
#ifndef DENPA_PLAN_PASSES_H
#define DENPA_PLAN_PASSES_H

#include "plan/build.h"

typedef void dpi_pass_fn(dpi_build *build);
#define DPI_PASS(name) dpi_pass_fn dpi_pass_##name;
#include "plan/passes.def"
#undef DPI_PASS

/* v is made of other values from now on. Once in a node's life that may be up to
 * three inputs, otherwise no more than it had. */
void dpi_pass_rewrite(dpi_build *build, dp_val v, int op, const dp_val *inputs, int count);

/* v is the same numbers as `of`, which has its shape and dtype and comes before it. */
void dpi_pass_replace(dpi_build *build, dp_val v, dp_val of);

/* Is v a number (rank 0) that nothing can change, of this value? */
bool dpi_pass_is_number(const dpi_build *build, dp_val v, double value);

/* Input i of v if v is this op, else DP_VAL_NONE. */
dp_val dpi_pass_operand(const dpi_build *build, dp_val v, int op, int i);

/* How often a value is read, or wanted, and the first node that reads it (0: none). */
typedef struct dpi_use {
    int32_t count;
    dp_val first;
} dpi_use;

/* Those of all values, for dpi_free; NULL where the status of build is an error. */
dpi_use *dpi_pass_uses(dpi_build *build);

#endif
