#include "file/fileio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

static int write_pieces(int fd, const dpi_piece *pieces, int count)
{
    enum { LARGEST = 1 << 30 }; /* below the most that write() takes at once */
    for (int i = 0; i < count; i++) {
        const char *next = pieces[i].bytes;
        for (size_t left = pieces[i].count; left > 0;) {
            ssize_t n = write(fd, next, left < LARGEST ? left : LARGEST);
            if (n < 0 && errno == EINTR)
                continue;
            if (n <= 0)
                return n < 0 ? errno : ENOSPC;
            next += n;
            left -= (size_t)n;
        }
    }
    return 0;
}

/* Some file systems cannot flush and say so; that is no failure to write. */
static int flush(int fd)
{
    while (fsync(fd) != 0) {
        if (errno == EINVAL || errno == ENOTSUP)
            return 0;
        if (errno != EINTR)
            return errno;
    }
    return 0;
}

/* With the number of the process, and a count. */
#define TEMPORARY ".denpa-%ld-%d.tmp"

/* The folder of the path with a name for the temporary file put in; a short one, so that it is allowed wherever the
 * target's is. */
static dp_status temporary_name(dp_ctx *ctx, const char *path, int attempt, char **out)
{
    enum { NAME_BYTES = 64 };
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    void *name;
    dp_status status = dpi_alloc(ctx, folder + NAME_BYTES, 1, "file name", &name);
    if (status != DP_OK)
        return status;
    memcpy(name, path, folder);
    snprintf((char *)name + folder, NAME_BYTES, TEMPORARY, (long)getpid(), attempt);
    *out = name;
    return DP_OK;
}

/* Makes a file that was not there before, with the rights of the one it will replace. */
static dp_status create_temporary(dp_ctx *ctx, const char *path, const struct stat *old, int *fd, char **name)
{
    for (int attempt = 0;; attempt++) {
        dp_status status = temporary_name(ctx, path, attempt, name);
        if (status != DP_OK)
            return status;
        *fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (*fd >= 0)
            break;
        int error = errno;
        dpi_free(ctx, *name);
        *name = NULL;
        if (error != EINTR && (error != EEXIST || attempt == 1000))
            return dpi_file_fail(ctx, path, "write", error);
    }
    (void)flock(*fd, LOCK_EX | LOCK_NB); /* it says that somebody is at it; not every system has locks */
    if (old)
        (void)!fchmod(*fd, old->st_mode & 07777); /* best effort: the owner's default rights do as well */
    return DP_OK;
}

/* The folder that the file is in, -1: it cannot be opened. */
static int open_folder(char *name)
{
    char *slash = strrchr(name, '/'), *end = slash && slash != name ? slash : NULL;
    if (end)
        *end = 0;
    int fd = open(end ? name : slash ? "/" : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (end)
        *end = '/';
    return fd;
}

/* The new name is safe on the disk only when the folder is. Best effort: not every system can open a folder. */
static void flush_folder(char *name)
{
    int fd = open_folder(name);
    if (fd < 0)
        return;
    (void)flush(fd);
    close(fd);
}

/* ---- Temporary files of writers that were killed ---- */

static bool is_temporary_of_another(const char *name)
{
    long process = 0;
    int attempt, end = 0;
    return sscanf(name, TEMPORARY "%n", &process, &attempt, &end) == 2 && end > 0 && !name[end] &&
           process != (long)getpid();
}

/* Nobody holds its lock, which ends with the process. A writer has its file a moment before the lock. */
static void remove_if_left(int folder, const char *name)
{
    enum { MOMENT_SECONDS = 60 };
    struct stat info;
    int fd = openat(folder, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && time(NULL) - info.st_mtime > MOMENT_SECONDS &&
        flock(fd, LOCK_EX | LOCK_NB) == 0)
        (void)unlinkat(folder, name, 0);
    close(fd);
}

/* Those beside this file are removed before it is written: they may be what fills the disk. */
static void remove_left(char *beside)
{
    int folder = open_folder(beside);
    DIR *dir = folder < 0 ? NULL : fdopendir(folder);
    if (!dir) {
        if (folder >= 0)
            close(folder);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(dir));)
        if (is_temporary_of_another(entry->d_name))
            remove_if_left(folder, entry->d_name);
    closedir(dir);
}

static dp_status replace(dp_ctx *ctx, const char *path, const struct stat *old, const dpi_piece *pieces, int count)
{
    char *name = NULL;
    int fd = -1;
    dp_status status = create_temporary(ctx, path, old, &fd, &name);
    if (status != DP_OK)
        return status;
    remove_left(name);
    int lock = dup(fd), error = write_pieces(fd, pieces, count);
    if (!error)
        error = flush(fd);
    if (close(fd) != 0 && !error)
        error = errno;
    if (!error && rename(name, path) != 0)
        error = errno;
    if (lock >= 0)
        close(lock);
    if (error) {
        unlink(name);
        status = dpi_file_fail(ctx, path, "write", error);
    } else {
        flush_folder(name);
    }
    dpi_free(ctx, name);
    return status;
}

/* Devices and pipes cannot be replaced: they are written to. */
static dp_status write_through(dp_ctx *ctx, const char *path, const dpi_piece *pieces, int count)
{
    int fd;
    do
        fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    if (fd < 0)
        return dpi_file_fail(ctx, path, "write", errno);
    int error = write_pieces(fd, pieces, count);
    if (close(fd) != 0 && !error)
        error = errno;
    return error ? dpi_file_fail(ctx, path, "write", error) : DP_OK;
}

/* Replaces what a link points to, not the link. */
static dp_status replace_behind_link(dp_ctx *ctx, const char *path, const struct stat *old, const dpi_piece *pieces,
                                     int count)
{
    void *target;
    dp_status status = dpi_alloc(ctx, PATH_MAX, 1, "file name", &target);
    if (status != DP_OK)
        return status;
    status =
        realpath(path, target) ? replace(ctx, target, old, pieces, count) : dpi_file_fail(ctx, path, "write", errno);
    dpi_free(ctx, target);
    return status;
}

dp_status dpi_file_write_pieces(dp_ctx *ctx, const char *path, const dpi_piece *pieces, int count)
{
    struct stat old, link;
    if (stat(path, &old) != 0) {
        /* A link to nothing is refused, because what rename() would do is to put a file in its place. */
        if (errno != ENOENT || lstat(path, &link) == 0)
            return dpi_file_fail(ctx, path, "write", errno);
        return replace(ctx, path, NULL, pieces, count);
    }
    if (S_ISDIR(old.st_mode))
        return dpi_file_fail(ctx, path, "write", EISDIR);
    if (!S_ISREG(old.st_mode))
        return write_through(ctx, path, pieces, count);
    if (access(path, W_OK) != 0)
        return dpi_file_fail(ctx, path, "write", errno);
    if (lstat(path, &link) == 0 && S_ISLNK(link.st_mode))
        return replace_behind_link(ctx, path, &old, pieces, count);
    return replace(ctx, path, &old, pieces, count);
}

dp_status dp_file_write(dp_ctx *ctx, const char *path, const void *bytes, size_t count)
{
    return dpi_file_write_pieces(ctx, path, &(dpi_piece){.bytes = bytes, .count = count}, 1);
}
