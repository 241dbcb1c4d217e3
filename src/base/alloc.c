/* The only file that calls malloc's family. Each block carries a small header in front, so that it can be freed and counted without
 * its size; the header takes one alignment unit. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/alloc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc_default.h"
#include "base/context_internal.h"
#include "base/fail.h"
#include "base/sanitizer.h"
#include "base/size.h"

enum { ALIGN = 64 };

typedef struct header {
    size_t bytes; /* of the whole block, header included */
} header;

enum { LARGE_PAGE = 2 << 20, LARGE_FROM = 2 * LARGE_PAGE };

/* Little memory is aligned here: malloc has a short way for it, which posix_memalign has not (300 bytes and back: 6 ns, not 40; an
 * array makes two of them). In front of it is what malloc gave. The address sanitizer has to know where it ends, to the byte. */
static bool is_small(size_t bytes, size_t align)
{
#if DPI_ADDRESS_SANITIZER
    (void)bytes, (void)align;
    return false;
#else
    return bytes < LARGE_FROM && align <= ALIGN;
#endif
}

static void *small_alloc(size_t bytes)
{
    char *given = malloc(bytes + ALIGN);
    if (!given) return NULL;
    char *memory = given + ALIGN - (uintptr_t)given % ALIGN;
    memcpy(memory - sizeof given, &given, sizeof given);
    return memory;
}

static void small_free(char *memory)
{
    char *given;
    memcpy(&given, memory - sizeof given, sizeof given);
    free(given);
}

/* Much memory comes in large pages where the system has them: a product goes through rows that are far apart, and
 * would spend a third of its time on finding their small pages (1024 x 1024 x 1024 in float32: 19.8 ms without, 15.9 ms
 * with; Intel Xeon with AVX-512, one core, 2026-11). */
static void *libc_alloc(void *user, size_t bytes, size_t align)
{
    (void)user;
    if (is_small(bytes, align)) return small_alloc(bytes);
    if (align < sizeof(void *)) align = sizeof(void *);
    void *memory = NULL;
#ifdef MADV_HUGEPAGE
    if (bytes >= LARGE_FROM && align < LARGE_PAGE && posix_memalign(&memory, LARGE_PAGE, bytes) == 0) {
        madvise(memory, bytes / LARGE_PAGE * LARGE_PAGE, MADV_HUGEPAGE); /* a wish: without it all works as well */
        return memory;
    }
#endif
    return posix_memalign(&memory, align, bytes) == 0 ? memory : NULL;
}

static void libc_free(void *user, void *memory, size_t bytes, size_t align)
{
    (void)user;
    if (is_small(bytes, align)) small_free(memory);
    else free(memory);
}

dp_allocator dpi_default_allocator(void)
{
    return (dp_allocator){.alloc = libc_alloc, .free = libc_free};
}

dp_status dpi_no_memory(dp_ctx *ctx, size_t count, size_t size, const char *what)
{
    size_t bytes;
    if (!dpi_mul_size(count, size, &bytes))
        return dpi_fail(ctx, DP_ERR_NOMEM, "%s: %zu elements of %zu bytes are more than memory can hold", what, count, size);
    return dpi_fail(ctx, DP_ERR_NOMEM, "%s needs %zu bytes, which is more than there is (in use: %llu bytes, limit: %llu bytes)", what,
                    bytes, (unsigned long long)ctx->memory.current_bytes, (unsigned long long)ctx->memory.limit_bytes);
}

dp_status dpi_alloc_raw(dp_ctx *ctx, size_t count, size_t size, const char *what, void **out)
{
    size_t bytes;
    if (!dpi_mul_size(count, size, &bytes) || !dpi_add_size(bytes, ALIGN, &bytes)) return dpi_no_memory(ctx, count, size, what);
    dp_memory_stats *memory = &ctx->memory;
    if (bytes > memory->limit_bytes || memory->current_bytes > memory->limit_bytes - bytes) return dpi_no_memory(ctx, count, size, what);
    char *block = ctx->config.allocator.alloc(ctx->config.allocator.user, bytes, ALIGN);
    if (!block) return dpi_no_memory(ctx, count, size, what);
    ((header *)(void *)block)->bytes = bytes;
    memory->allocations++;
    memory->current_bytes += bytes;
    if (memory->current_bytes > memory->peak_bytes) memory->peak_bytes = memory->current_bytes;
    *out = block + ALIGN;
    return DP_OK;
}

dp_status dpi_alloc(dp_ctx *ctx, size_t count, size_t size, const char *what, void **out)
{
    void *memory;
    dp_status status = dpi_alloc_raw(ctx, count, size, what, &memory);
    if (status != DP_OK) return status;
    memset(memory, 0, count * size);
    *out = memory;
    return DP_OK;
}

void dpi_free(dp_ctx *ctx, void *memory)
{
    if (!memory) return;
    char *block = (char *)memory - ALIGN;
    size_t bytes = ((header *)(void *)block)->bytes;
    ctx->memory.current_bytes -= bytes;
    ctx->config.allocator.free(ctx->config.allocator.user, block, bytes, ALIGN);
}

dp_status dpi_grow(dp_ctx *ctx, void **array, size_t *capacity, size_t wanted, size_t size, const char *what)
{
    if (wanted <= *capacity) return DP_OK;
    size_t larger = *capacity < 8 ? 8 : *capacity;
    while (larger < wanted)
        if (!dpi_mul_size(larger, 2, &larger)) return dpi_no_memory(ctx, wanted, size, what);
    void *grown;
    dp_status status = dpi_alloc(ctx, larger, size, what, &grown);
    if (status != DP_OK) return status;
    if (*capacity) memcpy(grown, *array, *capacity * size);
    dpi_free(ctx, *array);
    *array = grown;
    *capacity = larger;
    return DP_OK;
}

dp_status dpi_strndup(dp_ctx *ctx, const char *text, size_t bytes, char **out)
{
    size_t with_end;
    void *copy;
    if (!dpi_add_size(bytes, 1, &with_end)) return dpi_no_memory(ctx, bytes, 1, "text");
    dp_status status = dpi_alloc_raw(ctx, with_end, 1, "text", &copy);
    if (status != DP_OK) return status;
    memcpy(copy, text, bytes);
    ((char *)copy)[bytes] = 0;
    *out = copy;
    return DP_OK;
}

dp_status dpi_strdup(dp_ctx *ctx, const char *text, char **out)
{
    return dpi_strndup(ctx, text, strlen(text), out);
}
