/* The context from inside: only base/ may look. */
#ifndef DENPA_BASE_CONTEXT_INTERNAL_H
#define DENPA_BASE_CONTEXT_INTERNAL_H

#include <denpa/context.h>

#define DPI_MESSAGE_BYTES 8192

struct dp_ctx {
    dp_config config;
    int threads;
    dp_memory_stats memory;
    size_t far_bytes; /* far.h */
    char message[DPI_MESSAGE_BYTES];
};

#endif
