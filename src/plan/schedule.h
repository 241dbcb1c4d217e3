/* In which order the steps run, and which of them together. */
#ifndef DENPA_PLAN_SCHEDULE_H
#define DENPA_PLAN_SCHEDULE_H

#include "plan/build.h"

/* After all steps are made: puts them into items and phases, and in the order in which they run. */
dp_status dpi_schedule(dpi_build *build);

/* After the schedule: which slots are tiles, which outputs take over the memory of an input (share.c). */
void dpi_share(dp_plan *plan);

/* How often the plan's steps refer to a slot's memory, and whether steps of several items do. */
typedef struct dpi_slot_use {
    int32_t count, item;
    bool crosses;
} dpi_slot_use;

/* Puts those of an item's steps that go element by element together where that is worth it (chain.c). The item's steps are `first`,
 * next[first] and so on to -1; those that are part of another one from now on lose their kernel. Returns how many. */
int32_t dpi_chain(dpi_build *build, int32_t first, int32_t *next, const dpi_slot_use *uses);

#endif
