/* The C library's memory as a dp_allocator. */
#ifndef DENPA_BASE_ALLOC_DEFAULT_H
#define DENPA_BASE_ALLOC_DEFAULT_H

#include <denpa/context.h>

dp_allocator dpi_default_allocator(void);

#endif
