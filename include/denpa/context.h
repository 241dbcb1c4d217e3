/* The context: allocator, log, thread count, memory limit, and the words of the last error.
 *
 * Everything else in denpa belongs to one context. There are no globals, so a program may have as many contexts as it
 * likes, one per thread for instance. A context, and whatever was made with it, must not be used by two threads at once.
 */
#ifndef DENPA_CONTEXT_H
#define DENPA_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/export.h>
#include <denpa/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_ctx dp_ctx;

/* Where memory comes from.
 *
 * alloc    returns `bytes` bytes (> 0) aligned to `align` (a power of two, at most 4096), or NULL
 * free     gives back what alloc returned (never NULL) with the same `bytes` and `align`
 * Both are called from the thread that uses the context only. Contents need not be zeroed.
 */
typedef struct dp_allocator {
    void *(*alloc)(void *user, size_t bytes, size_t align);
    void (*free)(void *user, void *memory, size_t bytes, size_t align);
    void *user;
} dp_allocator;

typedef enum dp_log_level { DP_LOG_DEBUG = 0, DP_LOG_INFO = 1, DP_LOG_WARNING = 2 } dp_log_level;

/* Called with one line of text without a newline; the text is valid during the call only. */
typedef void dp_log_fn(void *user, dp_log_level level, const char *text);

typedef struct dp_config {
    dp_allocator allocator; /* all NULL: the C library's */
    dp_log_fn *log;         /* NULL: no log */
    void *log_user;
    int threads;            /* worker threads a run may use; 0: as many as there are cores. Results do not depend on it. */
    uint64_t memory_limit_bytes; /* the most that may be allocated at once; 0: the machine's memory */
    int naive_plans;        /* 1: plans do what the graph says, node by node, for comparison; 0: they are optimised */
} dp_config;

/* Fills in the defaults named above. */
DP_API void dp_config_init(dp_config *config);

/* Makes a context. config may be NULL for the defaults.
 *
 * *out     the context; owned by the caller, who frees it last of all with dp_ctx_free
 * Errors   DP_ERR_ARG (threads < 0 or > 1024, only one of alloc and free given), DP_ERR_NOMEM; *out is untouched.
 */
DP_API dp_status dp_ctx_new(const dp_config *config, dp_ctx **out);

/* Frees the context and sets *ctx to NULL; NULL and a pointer to NULL are fine. */
DP_API void dp_ctx_free(dp_ctx **ctx);

/* The words of the last error in this context, "" if there was none. Valid until the next call with this context.
 * May have several lines (a formula error shows the line and underlines the place). */
DP_API const char *dp_ctx_message(const dp_ctx *ctx);

/* The number of threads that a run may use (at least 1). */
DP_API int dp_ctx_threads(const dp_ctx *ctx);

/* dp_config.naive_plans. */
DP_API int dp_ctx_naive_plans(const dp_ctx *ctx);

/* Memory now in use and the most that was in use at once, in bytes, and how often memory was asked for. */
typedef struct dp_memory_stats {
    uint64_t current_bytes;
    uint64_t peak_bytes;
    uint64_t limit_bytes;
    uint64_t allocations;
} dp_memory_stats;
DP_API dp_memory_stats dp_ctx_memory(const dp_ctx *ctx);

#ifdef __cplusplus
}
#endif
#endif
