/* Which arrays are so large that no cache keeps them: what is read of them comes from memory, what is written goes there. */
#ifndef DENPA_BASE_FAR_H
#define DENPA_BASE_FAR_H

#include <stddef.h>

#include <denpa/context.h>

/* From so many bytes on. Measured on a Sapphire Rapids core, one read and two writes of 40 MB: 8.7 ms, past the caches 4.5 ms. */
enum { DPI_FAR_BYTES = 16 << 20 };

size_t dpi_far_bytes(const dp_ctx *ctx);

/* For tests: plans made from now on take such small arrays for large. */
void dpi_set_far_bytes(dp_ctx *ctx, size_t bytes);

#endif
