/* Memory, all of it through the context: counted, limited, overflow-checked. */
#ifndef DENPA_BASE_ALLOC_H
#define DENPA_BASE_ALLOC_H

#include <stddef.h>

#include <denpa/context.h>

#include "base/sibling.h"

/* *out = count * size zeroed bytes aligned to 64. count 0 gives a valid pointer. `what` names the thing in the message ("matmul
 * result"). Errors: DP_ERR_NOMEM, with the bytes asked for; *out is untouched. */
DPI_SIBLING dp_status dpi_alloc(dp_ctx *ctx, size_t count, size_t size, const char *what, void **out);

/* Says that count * size bytes for `what` cannot be had: for callers whose words cost more than the allocation. Returns DP_ERR_NOMEM. */
dp_status dpi_no_memory(dp_ctx *ctx, size_t count, size_t size, const char *what);

/* dpi_alloc without zeroing: for large buffers that are written before they are read. */
DPI_SIBLING dp_status dpi_alloc_raw(dp_ctx *ctx, size_t count, size_t size, const char *what, void **out);

/* Frees what dpi_alloc gave; NULL is fine. */
DPI_SIBLING void dpi_free(dp_ctx *ctx, void *memory);

/* Grows *array, which holds *capacity elements of `size`, to at least `wanted` (doubling). New elements are zero. On error nothing changes. */
DPI_SIBLING dp_status dpi_grow(dp_ctx *ctx, void **array, size_t *capacity, size_t wanted, size_t size, const char *what);

/* A copy of a zero-ended string, or of `bytes` bytes with a zero put behind. */
DPI_SIBLING dp_status dpi_strdup(dp_ctx *ctx, const char *text, char **out);
dp_status dpi_strndup(dp_ctx *ctx, const char *text, size_t bytes, char **out);

#endif
