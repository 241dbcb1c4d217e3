/* Places in a text, and error messages that show them. */
#ifndef DENPA_FORMULA_PLACE_H
#define DENPA_FORMULA_PLACE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <denpa/context.h>
#include <denpa/graph.h>

/* Valid UTF-8 and what messages call it; borrowed. */
typedef struct dpi_source_text {
    const char *file;
    const char *bytes;
    size_t count;
} dpi_source_text;

/* A stretch of the text, in bytes. */
typedef struct dpi_span {
    uint32_t first, last; /* [first, last) */
} dpi_span;

typedef struct dpi_place {
    size_t offset;
    int32_t line, column; /* counted from 0 */
} dpi_place;

/* Two places in the text whose lines and columns are known. From the nearer one it walks to the place that is asked for,
 * so that asking for one place after another costs their distance, and little where an end that moves on and the begin
 * of a long expression are asked for in turns: x[:][:][:]... Begin with {0}. */
typedef struct dpi_walker {
    dpi_place known[2];
} dpi_walker;

/* Line and column, from 1, of a byte offset. */
dp_source dpi_source_at(const dpi_source_text *text, dpi_walker *walker, size_t offset);

/* Records the error
 *     net.dp:3:5: MESSAGE
 *         z = x @ w
 *             ^~~~~
 * and returns status. A long line is cut around the place. */
dp_status dpi_fail_at(dp_ctx *ctx, dp_status status, const dpi_source_text *text, dpi_span span, const char *format,
                      ...) DP_PRINTF(5, 6);
dp_status dpi_vfail_at(dp_ctx *ctx, dp_status status, const dpi_source_text *text, dpi_span span, const char *format,
                       va_list args);

#endif
