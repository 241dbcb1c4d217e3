#include "base/context_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/alloc_default.h"
#include "base/fail.h"
#include "base/far.h"

void dp_config_init(dp_config *config)
{
    *config = (dp_config){0};
}

static int core_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores < 1 ? 1 : cores > 1024 ? 1024 : (int)cores;
}

/* The machine's memory, as far as the system tells; no limit otherwise. */
static uint64_t machine_memory_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page : UINT64_MAX;
}

dp_status dp_ctx_new(const dp_config *given, dp_ctx **out)
{
    dp_config config = {0};
    if (given) config = *given;
    if (config.threads < 0 || config.threads > 1024) return DP_ERR_ARG;
    if (!config.allocator.alloc != !config.allocator.free) return DP_ERR_ARG;
    if (!config.allocator.alloc) config.allocator = dpi_default_allocator();

    dp_ctx *ctx = config.allocator.alloc(config.allocator.user, sizeof *ctx, _Alignof(dp_ctx));
    if (!ctx) return DP_ERR_NOMEM;
    memset(ctx, 0, sizeof *ctx);
    ctx->config = config;
    ctx->threads = config.threads ? config.threads : core_count();
    ctx->memory.limit_bytes = config.memory_limit_bytes ? config.memory_limit_bytes : machine_memory_bytes();
    ctx->far_bytes = DPI_FAR_BYTES;
    *out = ctx;
    return DP_OK;
}

void dp_ctx_free(dp_ctx **ctx)
{
    if (!ctx || !*ctx) return;
    dp_allocator allocator = (*ctx)->config.allocator;
    allocator.free(allocator.user, *ctx, sizeof **ctx, _Alignof(dp_ctx));
    *ctx = NULL;
}

const char *dp_ctx_message(const dp_ctx *ctx)
{
    return ctx->message;
}

int dp_ctx_threads(const dp_ctx *ctx)
{
    return ctx->threads;
}

int dp_ctx_naive_plans(const dp_ctx *ctx)
{
    return ctx->config.naive_plans != 0;
}

size_t dpi_far_bytes(const dp_ctx *ctx)
{
    return ctx->far_bytes;
}

void dpi_set_far_bytes(dp_ctx *ctx, size_t bytes)
{
    ctx->far_bytes = bytes;
}

dp_memory_stats dp_ctx_memory(const dp_ctx *ctx)
{
    return ctx->memory;
}

dp_status dpi_vfail(dp_ctx *ctx, dp_status status, const char *format, va_list args)
{
    /* Through a second buffer, since the arguments may point into the message that is there. */
    char text[DPI_MESSAGE_BYTES / 4];
    vsnprintf(text, sizeof text, format, args);
    memcpy(ctx->message, text, strlen(text) + 1);
    return status;
}

dp_status dpi_fail(dp_ctx *ctx, dp_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    dpi_vfail(ctx, status, format, args);
    va_end(args);
    return status;
}

dp_status dpi_fail_prefix(dp_ctx *ctx, dp_status status, const char *format, ...)
{
    char prefix[DPI_MESSAGE_BYTES / 4];
    va_list args;
    va_start(args, format);
    vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    size_t added = strlen(prefix), there = strlen(ctx->message);
    if (added + there >= sizeof ctx->message) there = sizeof ctx->message - added - 1;
    memmove(ctx->message + added, ctx->message, there);
    memcpy(ctx->message, prefix, added);
    ctx->message[added + there] = 0;
    return status;
}

void dpi_log(const dp_ctx *ctx, dp_log_level level, const char *format, ...)
{
    if (!ctx->config.log) return;
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ctx->config.log(ctx->config.log_user, level, text);
}
