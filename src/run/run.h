/* The executor from inside. */
#ifndef DENPA_RUN_RUN_H
#define DENPA_RUN_RUN_H

#include "plan/plan_internal.h"
#include "run/team.h"

/* Runs one phase. Returns whether all went well; if not, found->step and ->place say what did not. */
bool dpi_run_phase(const dp_plan *plan, size_t phase, dpi_found *found);

#endif
