/* An allocator that fails when told to, and knows what is still in use. */
#ifndef DENPA_TESTS_FAILING_MEMORY_H
#define DENPA_TESTS_FAILING_MEMORY_H

#include <denpa/context.h>

typedef struct failing_memory {
    long count;   /* allocations so far */
    long fail_at; /* the number of the one that fails, from 0; < 0: none */
    long live;    /* blocks in use */
} failing_memory;

/* A context on it. `memory` must outlive the context. */
dp_ctx *failing_memory_ctx(failing_memory *memory);

/* Calls body with its first allocation failing, then its second, …, until it succeeds: each time but the last it
 * must return DP_ERR_NOMEM, and must leave as many blocks in use as there were. body returns DP_OK only after
 * freeing what it made. Gives how many failed. */
typedef dp_status failing_memory_body(dp_ctx *ctx, void *user);
long failing_memory_try_all(failing_memory_body *body, void *user);

#endif
