/* How an error gets its words. */
#ifndef DENPA_BASE_FAIL_H
#define DENPA_BASE_FAIL_H

#include <stdarg.h>

#include <denpa/context.h>

#include "base/sibling.h"

/* Records the message of an error and returns its status:
 *     return dpi_fail(ctx, DP_ERR_SHAPE, "matmul: inner sizes differ: a is %s, b is %s", …);
 */
DPI_SIBLING dp_status dpi_fail(dp_ctx *ctx, dp_status status, const char *format, ...) DP_PRINTF(3, 4);
dp_status dpi_vfail(dp_ctx *ctx, dp_status status, const char *format, va_list args);

/* Adds words before the message that is there ("data.csv: " …), when a caller knows where it happened. Returns status. */
dp_status dpi_fail_prefix(dp_ctx *ctx, dp_status status, const char *format, ...) DP_PRINTF(3, 4);

/* Writes a line to the context's log, if it has one. */
DPI_SIBLING void dpi_log(const dp_ctx *ctx, dp_log_level level, const char *format, ...) DP_PRINTF(3, 4);

/* For what cannot happen unless denpa itself is wrong: traps in debug builds, returns DP_ERR_INTERNAL in release builds. */
#ifdef NDEBUG
#define DPI_CHECK(ctx, condition) \
    do { if (!(condition)) return dpi_fail((ctx), DP_ERR_INTERNAL, "%s:%d: %s does not hold", __FILE__, __LINE__, #condition); } while (0)
#else
#define DPI_CHECK(ctx, condition) \
    do { if (!(condition)) { (void)(ctx); __builtin_trap(); } } while (0)
#endif

#endif
