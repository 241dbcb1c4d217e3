#include "file/stream.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"
#include "file/fileio.h"
#include "file/zlib_memory.h"

enum { BUFFER_BYTES = 65536 };

struct dpi_stream {
    dp_ctx *ctx;
    char *name;
    int fd;              /* -1: everything is in memory */
    const uint8_t *next; /* what was read and not yet used */
    size_t left;
    uint64_t total;  /* stored bytes in all */
    uint64_t taken;  /* stored bytes that have been at `next` */
    uint8_t *buffer; /* of the file; NULL for memory */
    dp_array *whole; /* what came out of a pipe */
    bool packed;
    bool ended; /* of a packed stream: all members are unpacked */
#if DENPA_HAVE_ZLIB
    z_stream z;
    bool z_ready;
#endif
};

const char *dpi_stream_name(const dpi_stream *stream)
{
    return stream->name;
}

uint64_t dpi_stream_stored_bytes(const dpi_stream *stream)
{
    return stream->total;
}

uint64_t dpi_stream_most_bytes(const dpi_stream *stream)
{
    if (!stream->packed)
        return stream->total;
    return stream->total > UINT64_MAX / DPI_DEFLATE_MOST_RATIO ? UINT64_MAX : stream->total * DPI_DEFLATE_MOST_RATIO;
}

/* Puts more bytes at `next` once all are used; left is 0 then only at the end. */
static dp_status refill(dpi_stream *s)
{
    if (s->left > 0 || s->fd < 0)
        return DP_OK;
    dp_status status = dpi_file_read_some(s->ctx, s->name, s->fd, s->buffer, BUFFER_BYTES, &s->left);
    if (status != DP_OK)
        return status;
    s->next = s->buffer;
    s->taken += s->left;
    return DP_OK;
}

static dp_status read_plain(dpi_stream *s, uint8_t *to, size_t count, size_t *got)
{
    size_t done = count < s->left ? count : s->left;
    if (done)
        memcpy(to, s->next, done);
    s->next += done;
    s->left -= done;
    *got = done;
    if (done == count || s->fd < 0)
        return DP_OK;
    dp_status status = dpi_file_read_some(s->ctx, s->name, s->fd, to + done, count - done, got);
    if (status != DP_OK)
        return status;
    s->taken += *got;
    *got += done;
    return DP_OK;
}

#if DENPA_HAVE_ZLIB
static dp_status start_unpacking(dpi_stream *s)
{
    enum { GZIP_WINDOW = 15 + 16 }; /* the largest window; 16 asks for gzip's header and checksum */
    s->z = dpi_zlib_stream(s->ctx);
    int result = inflateInit2(&s->z, GZIP_WINDOW);
    if (result == Z_MEM_ERROR)
        return DP_ERR_NOMEM; /* dpi_zlib_alloc said so */
    if (result != Z_OK)
        return dpi_fail(s->ctx, DP_ERR_INTERNAL, "%s: zlib does not start (%d)", s->name, result);
    s->z_ready = true;
    return DP_OK;
}

static void stop_unpacking(dpi_stream *s)
{
    if (s->z_ready)
        inflateEnd(&s->z);
}

static dp_status damaged(dpi_stream *s, const char *words)
{
    return dpi_fail(s->ctx, DP_ERR_FORMAT, "%s: damaged gzip data near byte %llu: %s", s->name,
                    (unsigned long long)(s->taken - s->left), words);
}

/* A gzip file may have several members; they are unpacked one after the other. */
static dp_status next_member(dpi_stream *s)
{
    dp_status status = refill(s);
    if (status != DP_OK)
        return status;
    s->ended = s->left == 0;
    if (!s->ended && inflateReset(&s->z) != Z_OK)
        return damaged(s, "a second part does not start");
    return DP_OK;
}

/* Unpacks what fits into `room` bytes out of what is at `next`. */
static dp_status unpack_some(dpi_stream *s, uint8_t *to, size_t room, size_t *got)
{
    enum { LARGEST = 1 << 30 }; /* zlib counts in unsigned int */
    dp_status status = refill(s);
    if (status != DP_OK)
        return status;
    if (s->left == 0)
        return damaged(s, "it ends too early");
    unsigned in = s->left < LARGEST ? (unsigned)s->left : LARGEST, space = room < LARGEST ? (unsigned)room : LARGEST;
    s->z.next_in = (unsigned char *)s->next; /* zlib does not write there; its header may be built without const */
    s->z.avail_in = in;
    s->z.next_out = to;
    s->z.avail_out = space;
    int result = inflate(&s->z, Z_NO_FLUSH);
    s->next += in - s->z.avail_in;
    s->left -= in - s->z.avail_in;
    *got = space - s->z.avail_out;
    if (result == Z_STREAM_END)
        return next_member(s);
    if (result == Z_MEM_ERROR)
        return DP_ERR_NOMEM;
    if (result != Z_OK && result != Z_BUF_ERROR)
        return damaged(s, s->z.msg ? s->z.msg : "not gzip");
    return DP_OK;
}

static dp_status read_packed(dpi_stream *s, uint8_t *to, size_t count, size_t *got)
{
    size_t done = 0;
    while (done < count && !s->ended) {
        size_t some = 0;
        dp_status status = unpack_some(s, to + done, count - done, &some);
        if (status != DP_OK)
            return status;
        done += some;
    }
    *got = done;
    return DP_OK;
}
#else
static dp_status start_unpacking(dpi_stream *s)
{
    return dpi_fail(s->ctx, DP_ERR_UNSUPPORTED,
                    "%s is gzip, and this denpa was built without zlib (Debian: zlib1g-dev); unpack it with gunzip",
                    s->name);
}

static void stop_unpacking(dpi_stream *s)
{
    (void)s;
}

static dp_status read_packed(dpi_stream *s, uint8_t *to, size_t count, size_t *got)
{
    (void)to, (void)count, (void)got;
    return start_unpacking(s);
}
#endif

dp_status dpi_stream_read(dpi_stream *stream, void *to, size_t count, size_t *got)
{
    return stream->packed ? read_packed(stream, to, count, got) : read_plain(stream, to, count, got);
}

void dpi_stream_close(dpi_stream **stream)
{
    if (!*stream)
        return;
    dpi_stream *s = *stream;
    stop_unpacking(s);
    if (s->fd >= 0)
        close(s->fd);
    dp_array_free(&s->whole);
    dpi_free(s->ctx, s->buffer);
    dpi_free(s->ctx, s->name);
    dpi_free(s->ctx, s);
    *stream = NULL;
}

static dp_status stream_new(dp_ctx *ctx, const char *name, dpi_stream **out)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dpi_stream), "stream", &memory);
    if (status != DP_OK)
        return status;
    dpi_stream *s = memory;
    s->ctx = ctx;
    s->fd = -1;
    status = dpi_strdup(ctx, name, &s->name);
    if (status != DP_OK)
        dpi_free(ctx, s);
    else
        *out = s;
    return status;
}

static void give_bytes(dpi_stream *s, const void *bytes, size_t count)
{
    s->next = bytes;
    s->left = count;
    s->total = s->taken = count;
}

/* Looks at the first bytes, which a file reads for that. */
static dp_status detect_gzip(dpi_stream *s)
{
    dp_status status = refill(s);
    if (status != DP_OK)
        return status;
    s->packed = s->left >= 2 && s->next[0] == 0x1f && s->next[1] == 0x8b;
    return s->packed ? start_unpacking(s) : DP_OK;
}

dp_status dpi_stream_from_bytes(dp_ctx *ctx, const void *bytes, size_t count, const char *name, dpi_stream **out)
{
    dpi_stream *s = NULL;
    dp_status status = stream_new(ctx, name, &s);
    if (status != DP_OK)
        return status;
    give_bytes(s, bytes, count);
    status = detect_gzip(s);
    if (status != DP_OK)
        goto fail;
    *out = s;
    return DP_OK;
fail:
    dpi_stream_close(&s);
    return status;
}

/* A pipe does not tell its size, which bounds what a header may promise; so it is read to its end first. */
static dp_status attach_file(dpi_stream *s)
{
    int64_t size;
    void *buffer;
    dp_status status = dpi_file_open(s->ctx, s->name, &s->fd, &size);
    if (status != DP_OK)
        return status;
    if (size < 0) {
        status = dpi_file_read_rest(s->ctx, s->name, s->fd, size, 0, &s->whole);
        close(s->fd);
        s->fd = -1;
        if (status == DP_OK)
            give_bytes(s, s->whole->data, dp_array_bytes(s->whole));
        return status;
    }
    s->total = (uint64_t)size;
    status = dpi_alloc_raw(s->ctx, BUFFER_BYTES, 1, s->name, &buffer);
    if (status == DP_OK)
        s->buffer = buffer;
    return status;
}

dp_status dpi_stream_open(dp_ctx *ctx, const char *path, dpi_stream **out)
{
    dpi_stream *s = NULL;
    dp_status status = stream_new(ctx, path, &s);
    if (status != DP_OK)
        return status;
    status = attach_file(s);
    if (status == DP_OK)
        status = detect_gzip(s);
    if (status != DP_OK)
        goto fail;
    *out = s;
    return DP_OK;
fail:
    dpi_stream_close(&s);
    return status;
}
