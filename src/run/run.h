/* The executor from inside. */
#ifndef DENPA_RUN_RUN_H
#define DENPA_RUN_RUN_H

#include "plan/plan_internal.h"
#include "run/team.h"

/* Work that is not the plan's own: fn for ranges that cover 0 .. units, each beginning at a multiple of `chunk`. */
typedef struct dpi_extra {
    dpk_fn *fn;
    const void *args;
    int64_t units, chunk;
} dpi_extra;

/* As dp_plan_run. The extra work (NULL: none) is done beside the plan's by threads that have nothing else to do: it
 * must not touch what the plan touches, and cannot fail. */
dp_status dpi_run_plan(dp_plan *plan, const dpi_extra *extra);

/* Does the extra work with the plan's threads, after or before a run; alone without a plan. */
void dpi_run_extra(dp_plan *plan, const dpi_extra *extra);

/* Runs one phase. Returns whether all went well; if not, found->step and ->place say what did not. *extra is done, too,
 * and set to NULL, if threads share the phase. */
bool dpi_run_phase(const dp_plan *plan, size_t phase, const dpi_extra **extra, dpi_found *found);

#endif
