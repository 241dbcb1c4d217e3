#include "file/fileio.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fail.h"

dp_status dpi_file_fail(dp_ctx *ctx, const char *path, const char *action, int error)
{
    char words[256];
    if (strerror_r(error, words, sizeof words) != 0)
        return dpi_fail(ctx, DP_ERR_IO, "%s: cannot %s: error %d", path, action, error);
    return dpi_fail(ctx, DP_ERR_IO, "%s: cannot %s: %s", path, action, words);
}

dp_status dpi_file_open(dp_ctx *ctx, const char *path, int *fd, int64_t *size)
{
    struct stat info;
    int opened;
    do
        opened = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (opened < 0 && errno == EINTR);
    if (opened < 0)
        return dpi_file_fail(ctx, path, "open", errno);
    if (fstat(opened, &info) != 0) {
        int error = errno;
        close(opened);
        return dpi_file_fail(ctx, path, "read", error);
    }
    *fd = opened;
    *size = S_ISREG(info.st_mode) ? (int64_t)info.st_size : -1;
    return DP_OK;
}

dp_status dpi_file_read_some(dp_ctx *ctx, const char *path, int fd, void *to, size_t count, size_t *got)
{
    enum { LARGEST = 1 << 30 }; /* below the most that read() takes at once */
    size_t done = 0;
    while (done < count) {
        size_t wanted = count - done < LARGEST ? count - done : LARGEST;
        ssize_t n = read(fd, (char *)to + done, wanted);
        if (n == 0)
            break;
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            return dpi_file_fail(ctx, path, "read", errno);
    }
    *got = done;
    return DP_OK;
}

typedef struct content {
    void *bytes;
    size_t capacity;
    size_t count;
} content;

/* Reads to the end. The size that the system told is where to begin: a file may grow meanwhile, and a pipe has none.
 * One byte is always left for the zero behind the end. */
static dp_status read_all(dp_ctx *ctx, const char *path, int fd, int64_t size, size_t limit, content *all)
{
    size_t first = size < 0 ? 65536 : (size_t)size + 1;
    if (size >= 0 && (uint64_t)size > limit)
        return dpi_fail(ctx, DP_ERR_RANGE, "%s: %lld bytes, more than the %zu bytes allowed here", path,
                        (long long)size, limit);
    dp_status status = dpi_alloc_raw(ctx, first, 1, path, &all->bytes);
    if (status != DP_OK)
        return status;
    all->capacity = first;
    for (;;) {
        size_t room = all->capacity - all->count, got;
        status = dpi_file_read_some(ctx, path, fd, (char *)all->bytes + all->count, room, &got);
        if (status != DP_OK)
            return status;
        all->count += got;
        if (all->count > limit)
            return dpi_fail(ctx, DP_ERR_RANGE, "%s: more than the %zu bytes allowed here", path, limit);
        if (got < room)
            return DP_OK;
        status = dpi_grow(ctx, &all->bytes, &all->capacity, all->capacity + 1, 1, path);
        if (status != DP_OK)
            return status;
    }
}

dp_status dpi_file_read_rest(dp_ctx *ctx, const char *path, int fd, int64_t size, size_t limit_bytes, dp_array **out)
{
    content all = {0};
    void *array;
    dp_status status = read_all(ctx, path, fd, size, limit_bytes ? limit_bytes : SIZE_MAX, &all);
    if (status != DP_OK)
        goto fail;
    status = dpi_alloc(ctx, 1, sizeof(dp_array), "array", &array);
    if (status != DP_OK)
        goto fail;
    ((char *)all.bytes)[all.count] = 0;
    *(dp_array *)array = (dp_array){
        .ctx = ctx, .dtype = DP_U8, .shape = dp_shape_of(1, (int64_t[]){(int64_t)all.count}), .data = all.bytes};
    *out = array;
    return DP_OK;
fail:
    dpi_free(ctx, all.bytes);
    return status;
}

dp_status dp_file_read(dp_ctx *ctx, const char *path, size_t limit_bytes, dp_array **out)
{
    int fd;
    int64_t size;
    dp_status status = dpi_file_open(ctx, path, &fd, &size);
    if (status != DP_OK)
        return status;
    status = dpi_file_read_rest(ctx, path, fd, size, limit_bytes, out);
    close(fd);
    return status;
}
