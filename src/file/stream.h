/* Bytes in order from a file or from memory, unpacked on the way where they are gzip. Needs a small buffer, whatever
 * the size. */
#ifndef DENPA_FILE_STREAM_H
#define DENPA_FILE_STREAM_H

#include <stdint.h>

#include <denpa/context.h>

typedef struct dpi_stream dpi_stream;

/* *out is the caller's, who closes it. gzip is known by its first two bytes. Errors: DP_ERR_IO, DP_ERR_NOMEM,
 * DP_ERR_UNSUPPORTED (gzip in a build without zlib). */
dp_status dpi_stream_open(dp_ctx *ctx, const char *path, dpi_stream **out);

/* bytes and name (which messages show) must stay while the stream is used. */
dp_status dpi_stream_from_bytes(dp_ctx *ctx, const void *bytes, size_t count, const char *name, dpi_stream **out);
void dpi_stream_close(dpi_stream **stream);

/* Reads up to `count` bytes, fewer only at the end. Errors: DP_ERR_IO, DP_ERR_FORMAT (damaged gzip: names its
 * offset). */
dp_status dpi_stream_read(dpi_stream *stream, void *to, size_t count, size_t *got);

const char *dpi_stream_name(const dpi_stream *stream);

/* The bytes there are before unpacking, and the most that can come out of them. */
uint64_t dpi_stream_stored_bytes(const dpi_stream *stream);
uint64_t dpi_stream_most_bytes(const dpi_stream *stream);

#endif
