/* Where every value lies. */
#ifndef DENPA_PLAN_MEMORY_H
#define DENPA_PLAN_MEMORY_H

#include "plan/build.h"

/* After the schedule: places and allocates memory, and sets every pointer that is known. */
dp_status dpi_memory_place(dpi_build *build);

/* Gives the slot (no alias) its memory: every pointer of every step that refers to it is set. */
void dpi_memory_set(dp_plan *plan, int32_t home, void *memory);

#endif
