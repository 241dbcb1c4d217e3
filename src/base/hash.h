/* FNV-1a with 64 bits: tells bytes that were cut or changed by accident, not those changed on purpose.
 * Source   Fowler, Noll, Vo; RFC 9923. */
#ifndef DENPA_BASE_HASH_H
#define DENPA_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define DPI_HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* The hash of what `hash` is of, followed by these bytes. */
static inline uint64_t dpi_hash(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++) hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

#endif
