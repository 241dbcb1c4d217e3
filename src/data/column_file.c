#include "data/column_file.h"

#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/fail.h"
#include "data/idx_layout.h"
#include "file/fileio.h"

static dp_status npy_layout(dp_ctx *ctx, const char *path, int fd, int64_t size, dpi_layout *layout)
{
    void *bytes;
    size_t got = 0;
    dp_status status = dpi_alloc_raw(ctx, DPI_NPY_HEADER_MOST, 1, path, &bytes);
    if (status != DP_OK)
        return status;
    status = dpi_file_read_some(ctx, path, fd, bytes, DPI_NPY_HEADER_MOST, &got);
    if (status == DP_OK)
        status = dpi_npy_layout(ctx, bytes, got, (uint64_t)size, path, layout);
    dpi_free(ctx, bytes);
    return status;
}

static dp_status read_layout(dpi_column_file *f, bool is_npy)
{
    int64_t size;
    dp_status status = dpi_file_open(f->ctx, f->path, &f->fd, &size);
    if (status != DP_OK)
        return status;
    if (size < 0)
        return dpi_fail(f->ctx, DP_ERR_UNSUPPORTED, "%s: what is read row by row has to be a regular file", f->path);
    status =
        is_npy ? npy_layout(f->ctx, f->path, f->fd, size, &f->layout) : dpi_idx_layout(f->ctx, f->path, &f->layout);
    if (status == DP_OK && (!f->layout.row_by_row || f->layout.shape.rank < 1))
        status = dpi_fail(
            f->ctx, DP_ERR_UNSUPPORTED,
            "%s: rows can be read one by one from files that are not packed, in C order, of bytes, int64, float32 "
            "or float64; stream=0 reads the file as a whole",
            f->path);
    return status;
}

dp_status dpi_column_file_open(dp_ctx *ctx, const char *path, bool is_npy, dpi_column_file **out)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dpi_column_file), "column", &memory);
    if (status != DP_OK)
        return status;
    dpi_column_file *f = memory;
    f->ctx = ctx;
    f->fd = -1;
    if (pthread_mutex_init(&f->words, NULL) != 0) {
        dpi_free(ctx, f);
        return dpi_fail(ctx, DP_ERR_NOMEM, "%s: no lock can be made", path);
    }
    status = dpi_strdup(ctx, path, &f->path);
    if (status == DP_OK)
        status = read_layout(f, is_npy);
    if (status != DP_OK)
        dpi_column_file_free(&f);
    else
        *out = f;
    return status;
}

void dpi_column_file_free(dpi_column_file **file)
{
    if (!file || !*file)
        return;
    dpi_column_file *f = *file;
    if (f->fd >= 0)
        close(f->fd);
    pthread_mutex_destroy(&f->words);
    dpi_free(f->ctx, f->path);
    dpi_free(f->ctx, f);
    *file = NULL;
}

static dp_status fail(dpi_column_file *f, int64_t element, int error)
{
    dp_status status;
    pthread_mutex_lock(&f->words);
    if (error)
        status = dpi_file_fail(f->ctx, f->path, "read", error);
    else
        status = dpi_fail(f->ctx, DP_ERR_IO,
                          "%s: the file has become shorter since it was opened: element %lld is not there", f->path,
                          (long long)element);
    pthread_mutex_unlock(&f->words);
    return status;
}

dp_status dpi_column_file_read(dpi_column_file *f, int64_t first, int64_t count, void *to)
{
    size_t wanted = (size_t)count * f->layout.size, done = 0;
    uint64_t at = f->layout.first + (uint64_t)first * f->layout.size;
    while (done < wanted) {
        ssize_t n = pread(f->fd, (char *)to + done, wanted - done, (off_t)(at + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return fail(f, first + (int64_t)(done / f->layout.size), n < 0 ? errno : 0);
        done += (size_t)n;
    }
    if (f->layout.size > 1 && f->layout.big == dpi_host_is_little())
        dpi_swap_bytes(to, (size_t)count, f->layout.size);
    return DP_OK;
}
