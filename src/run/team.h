/* A team of threads that works on one job at a time together with the thread that asks for it.
 *
 * A job is cut into chunks beforehand; each thread begins with a part of them, the same one in every job, and helps with
 * the others' when it is done. Who does which chunk is left to chance, the result is not: each writes its own part of
 * the output. Threads that are late (busy cores) are not waited for: only those that have begun a chunk are. */
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

/* What is wrong in a chunk: an index out of range, found by this step at this place. */
typedef struct dpi_found {
    int64_t chunk, place;
    int32_t step;
} dpi_found;

/* Does one chunk as thread number `worker` (0: who asked). Returns DPK_DONE, or the place and *step. */
typedef int64_t dpi_chunk_fn(const void *job, int64_t chunk, int worker, int32_t *step);

/* Does chunks 0 .. chunks-1. Returns whether all went well; if not, *found is of the first chunk that did not. */
bool dpi_team_run(dpi_team *team, dpi_chunk_fn *run, const void *job, int64_t chunks, dpi_found *found);

#endif
