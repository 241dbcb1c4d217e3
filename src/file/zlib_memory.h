/* zlib with the context's memory, in builds that have it. */
#ifndef DENPA_FILE_ZLIB_MEMORY_H
#define DENPA_FILE_ZLIB_MEMORY_H

#include "base/alloc.h"

/* A run of 258 bytes takes at least two bits (RFC 1951: one for the length, one for the distance). */
enum { DPI_DEFLATE_MOST_RATIO = 1032 };

#if DENPA_HAVE_ZLIB
#include <zlib.h>

static inline void *dpi_zlib_alloc(void *ctx, unsigned count, unsigned size)
{
    void *memory;
    return dpi_alloc_raw(ctx, count, size, "unpacking", &memory) == DP_OK ? memory : NULL;
}

static inline void dpi_zlib_free(void *ctx, void *memory)
{
    dpi_free(ctx, memory);
}

static inline z_stream dpi_zlib_stream(dp_ctx *ctx)
{
    return (z_stream){.zalloc = dpi_zlib_alloc, .zfree = dpi_zlib_free, .opaque = ctx};
}
#endif

#endif
