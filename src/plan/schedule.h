/* In which order the steps run, and which of them together. */
#ifndef DENPA_PLAN_SCHEDULE_H
#define DENPA_PLAN_SCHEDULE_H

#include "plan/build.h"

/* After all steps are made: puts them into items and phases, and in the order in which they run. */
dp_status dpi_schedule(dpi_build *build);

/* After the schedule: which slots are tiles, which outputs take over the memory of an input (share.c). */
void dpi_share(dp_plan *plan);

/* After memory has been placed: what each item asks for one block ahead (ahead.c). */
dp_status dpi_look_ahead(dp_plan *plan);

#endif
