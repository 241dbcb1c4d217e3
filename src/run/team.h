/* A team of threads that works on one step at a time together with the thread that asks for it.
 *
 * A step is cut into chunks by its shape; who does which chunk is left to chance, the result is not: each unit of a
 * step writes its own part of the output. Threads that are late (busy cores) are not waited for: only those that have
 * begun a chunk are. */
#ifndef DENPA_RUN_TEAM_H
#define DENPA_RUN_TEAM_H

#include <pthread.h>

#include "plan/plan_internal.h"

typedef int dpi_thread_create_fn(pthread_t *thread, const pthread_attr_t *attr, void *(*entry)(void *), void *argument);

/* Starts up to threads - 1 helpers in zeroed memory of DPI_TEAM_BYTES; with fewer, or none, if `create` fails. */
void dpi_team_start(dpi_team *team, int threads, dpi_thread_create_fn *create);
void dpi_team_stop(dpi_team *team);

/* How many there are, the caller included. */
int dpi_team_size(const dpi_team *team);

/* Runs the whole step: DPK_DONE, or the smallest place that a chunk gave. */
int64_t dpi_team_run(dpi_team *team, const dpi_step *step);

#endif
