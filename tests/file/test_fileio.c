#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <denpa/file.h>

#include "file/fileio.h"
#include "support/failing_memory.h"
#include "support/scratch_ctx.h"

static void assert_holds(const char *path, const char *text)
{
    dp_array *bytes = NULL;
    assert_int_equal(dp_file_read(ctx, path, 0, &bytes), DP_OK);
    assert_int_equal(bytes->dtype, DP_U8);
    assert_int_equal(bytes->shape.rank, 1);
    assert_int_equal(bytes->shape.dims[0], strlen(text));
    assert_string_equal(bytes->data, text); /* the zero behind the end, too */
    dp_array_free(&bytes);
}

static void reads_whole_files(void **state)
{
    (void)state;
    assert_holds(scratch_write("text", "some text", 9), "some text");
    assert_holds(scratch_write("empty", "", 0), "");
    assert_holds("/dev/null", "");
    dp_array *bytes = NULL; /* a file whose size the system says is 0 */
    assert_int_equal(dp_file_read(ctx, "/proc/self/status", 0, &bytes), DP_OK);
    assert_true(dp_array_bytes(bytes) > 100);
    dp_array_free(&bytes);
}

static void respects_the_limit(void **state)
{
    (void)state;
    const char *path = scratch_write("ten", "0123456789", 10);
    dp_array *bytes = NULL;
    assert_int_equal(dp_file_read(ctx, path, 9, &bytes), DP_ERR_RANGE);
    assert_says("10 bytes, more than the 9 bytes allowed");
    assert_int_equal(dp_file_read(ctx, "/dev/zero", 100000, &bytes), DP_ERR_RANGE);
    assert_null(bytes);
    assert_int_equal(dp_file_read(ctx, path, 10, &bytes), DP_OK);
    dp_array_free(&bytes);
}

static void cannot_read(void **state)
{
    (void)state;
    dp_array *bytes = NULL;
    assert_int_equal(dp_file_read(ctx, scratch_path("none"), 0, &bytes), DP_ERR_IO);
    assert_says("none: cannot open: No such file or directory");
    assert_int_equal(dp_file_read(ctx, scratch_path("."), 0, &bytes), DP_ERR_IO);
    assert_says("cannot read: Is a directory");
    assert_null(bytes);
}

static void *feed_pipe(void *path)
{
    FILE *file = fopen(path, "wb");
    for (int i = 0; i < 100000; i++)
        fputs("pipe", file);
    fclose(file);
    return NULL;
}

static void reads_pipes(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    pthread_t feeder;
    dp_array *bytes = NULL;
    snprintf(path, sizeof path, "%s", scratch_path("fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pthread_create(&feeder, NULL, feed_pipe, path), 0);
    assert_int_equal(dp_file_read(ctx, path, 0, &bytes), DP_OK);
    pthread_join(feeder, NULL);
    assert_int_equal(bytes->shape.dims[0], 400000);
    assert_memory_equal((char *)bytes->data + 399992, "pipepipe", 8);
    dp_array_free(&bytes);
    unlink(path);
}

static void writes_and_replaces(void **state)
{
    (void)state;
    struct stat info;
    const char *path = scratch_path("new");
    int there = scratch_count();
    assert_int_equal(dp_file_write(ctx, path, "first", 5), DP_OK);
    assert_holds(path, "first");
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(dp_file_write(ctx, path, "second one", 10), DP_OK);
    assert_holds(path, "second one");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
    assert_int_equal(dp_file_write(ctx, path, NULL, 0), DP_OK);
    assert_holds(path, "");
    assert_int_equal(scratch_count(), there + 1);
}

static void writes_pieces_in_order(void **state)
{
    (void)state;
    const char *path = scratch_path("pieces");
    assert_int_equal(dpi_file_write_pieces(ctx, path, (dpi_piece[]){{"one ", 4}, {NULL, 0}, {"two", 3}}, 3), DP_OK);
    assert_holds(path, "one two");
}

static void gives_new_files_the_usual_rights(void **state)
{
    (void)state;
    struct stat info;
    mode_t mask = umask(027);
    assert_int_equal(dp_file_write(ctx, scratch_path("rights"), "x", 1), DP_OK);
    umask(mask);
    assert_int_equal(stat(scratch_path("rights"), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0640);
}

static void writes_behind_links(void **state)
{
    (void)state;
    struct stat info;
    const char *target = scratch_write("target", "old", 3), *link = scratch_path("link");
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(dp_file_write(ctx, link, "new", 3), DP_OK);
    assert_holds(target, "new");
    assert_int_equal(lstat(link, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(symlink("nowhere", scratch_path("dangling")), 0);
    assert_int_equal(dp_file_write(ctx, scratch_path("dangling"), "x", 1), DP_ERR_IO);
}

static void *drain_pipe(void *path)
{
    char text[64] = "";
    FILE *file = fopen(path, "rb");
    size_t count = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    return count == 5 && strcmp(text, "piped") == 0 ? path : NULL;
}

static void *open_and_close(void *path)
{
    close(open(path, O_RDONLY));
    return NULL;
}

/* What is no regular file is written to, not replaced. Tried on a pipe of the test's own: were it a device like
 * /dev/null, a mistake here would take it away from the whole machine. */
static void writes_into_pipes(void **state)
{
    (void)state;
    struct stat info;
    char path[SCRATCH_PATH_BYTES];
    pthread_t reader;
    void *right = NULL;
    snprintf(path, sizeof path, "%s", scratch_path("out-fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pthread_create(&reader, NULL, drain_pipe, path), 0);
    assert_int_equal(dp_file_write(ctx, path, "piped", 5), DP_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_true(S_ISFIFO(info.st_mode));
    pthread_join(reader, &right);
    assert_non_null(right);
    /* One whose reader goes away: more than a pipe holds cannot be written. */
    static char large[1 << 20];
    void (*handler)(int) = signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pthread_create(&reader, NULL, open_and_close, path), 0);
    assert_int_equal(dp_file_write(ctx, path, large, sizeof large), DP_ERR_IO);
    pthread_join(reader, NULL);
    signal(SIGPIPE, handler);
    assert_says("out-fifo: cannot write: Broken pipe");
    unlink(path);
}

static void cannot_write(void **state)
{
    (void)state;
    const char *file = scratch_write("file", "stays", 5);
    char inside[SCRATCH_PATH_BYTES + 8];
    int there = scratch_count();
    assert_int_equal(dp_file_write(ctx, scratch_path("no/folder"), "x", 1), DP_ERR_IO);
    assert_says("no/folder: cannot write: No such file or directory");
    snprintf(inside, sizeof inside, "%s/inside", file);
    assert_int_equal(dp_file_write(ctx, inside, "x", 1), DP_ERR_IO);
    assert_says("Not a directory");
    assert_int_equal(dp_file_write(ctx, scratch_path("."), "x", 1), DP_ERR_IO);
    assert_says("Is a directory");
    assert_int_equal(dp_file_write(ctx, "", "x", 1), DP_ERR_IO);
    assert_holds(file, "stays");
    assert_int_equal(scratch_count(), there);
}

/* A disk that fills up half way, by way of the largest size that a file may have. */
static void full_disk_keeps_the_old_file(void **state)
{
    (void)state;
    static char large[100000];
    struct rlimit limit, small;
    const char *path = scratch_write("kept", "what was there", 14);
    int there = scratch_count();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    small = limit;
    small.rlim_cur = 50000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    dp_status status = dp_file_write(ctx, path, large, sizeof large);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(status, DP_ERR_IO);
    assert_says("kept: cannot write: File too large");
    assert_holds(path, "what was there");
    assert_int_equal(scratch_count(), there);
}

static void a_temporary_name_in_use_is_passed_over(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof name, ".denpa-%ld-0.tmp", (long)getpid());
    const char *other = scratch_write(name, "of another", 10);
    assert_int_equal(dp_file_write(ctx, scratch_path("beside"), "x", 1), DP_OK);
    assert_holds(other, "of another");
    unlink(other);
}

static bool is_there(const char *name)
{
    return access(scratch_path(name), F_OK) == 0;
}

/* A temporary file of a writer that was killed goes with the next write; those that somebody holds, that are new, or that are none, stay. */
static void removes_what_killed_writers_left(void **state)
{
    (void)state;
    static const char *const names[] = {".denpa-99999999-0.tmp", ".denpa-99999998-12.tmp", ".denpa-99999997-0.tmp",
                                        ".denpa-99999996-0.tmp", ".denpa-99999995-0.tmp.old", "denpa-99999994-0.tmp"};
    enum { LEFT, LEFT_TOO, HELD, NEW, NOT_ALL, OTHER, NAMES };
    struct timespec old[2] = {{.tv_sec = time(NULL) - 120}, {.tv_sec = time(NULL) - 120}};
    char own[64];
    snprintf(own, sizeof own, ".denpa-%ld-7.tmp", (long)getpid());
    for (int i = 0; i < NAMES; i++) {
        const char *path = scratch_write(names[i], "part", 4);
        if (i != NEW) assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    }
    assert_int_equal(utimensat(AT_FDCWD, scratch_write(own, "part", 4), old, 0), 0);
    int fd = open(scratch_path(names[HELD]), O_RDONLY);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    assert_int_equal(dp_file_write(ctx, scratch_path("next"), "x", 1), DP_OK);
    assert_holds(scratch_path("next"), "x");
    for (int i = 0; i < NAMES; i++)
        if (is_there(names[i]) != (i > LEFT_TOO)) fail_msg("%s is %s", names[i], is_there(names[i]) ? "there" : "gone");
    assert_true(is_there(own));
    close(fd);
    assert_int_equal(dp_file_write(ctx, scratch_path("next"), "y", 1), DP_OK);
    assert_false(is_there(names[HELD]));
    for (int i = NEW; i < NAMES; i++) unlink(scratch_path(names[i]));
    unlink(scratch_path(own));
    unlink(scratch_path("next"));
}

static int locked; /* 1: the temporary file of this process has a lock; -1: it is not there */

static void look_at_lock(int signal_number)
{
    char name[64];
    (void)signal_number;
    snprintf(name, sizeof name, ".denpa-%ld-0.tmp", (long)getpid());
    int fd = open(scratch_path(name), O_RDONLY);
    locked = fd < 0 ? -1 : flock(fd, LOCK_EX | LOCK_NB) != 0;
    close(fd);
}

/* In the middle of writing, where the file becomes larger than is allowed, the lock is held. */
static void holds_a_lock_while_writing(void **state)
{
    (void)state;
    static char bytes[100000];
    struct rlimit before, small = {.rlim_cur = 4096};
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%s", scratch_path("large"));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small.rlim_max = before.rlim_max;
    struct sigaction look = {.sa_handler = look_at_lock}, was;
    assert_int_equal(sigaction(SIGXFSZ, &look, &was), 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    dp_status status = dp_file_write(ctx, path, bytes, sizeof bytes);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(sigaction(SIGXFSZ, &was, NULL), 0);
    assert_int_equal(status, DP_ERR_IO);
    assert_int_equal(locked, 1);
}

static dp_status read_and_write(dp_ctx *with, void *path)
{
    dp_array *bytes = NULL;
    dp_status status = dp_file_read(with, path, 0, &bytes);
    if (status == DP_OK)
        status = dp_file_write(with, path, bytes->data, dp_array_bytes(bytes));
    dp_array_free(&bytes);
    return status;
}

static void without_memory(void **state)
{
    (void)state;
    char path[SCRATCH_PATH_BYTES];
    snprintf(path, sizeof path, "%s", scratch_write("memory", "abc", 3));
    int there = scratch_count();
    assert_int_equal(failing_memory_try_all(read_and_write, path), 3);
    assert_int_equal(failing_memory_try_all(read_and_write, (void *)scratch_path("link")), 4);
    assert_holds(path, "abc");
    assert_int_equal(scratch_count(), there);
}

/* The last test: a failing teardown of a group does not fail cmocka's program. */
static void leaks_nothing(void **state)
{
    (void)state;
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_whole_files),
        cmocka_unit_test(respects_the_limit),
        cmocka_unit_test(cannot_read),
        cmocka_unit_test(reads_pipes),
        cmocka_unit_test(writes_and_replaces),
        cmocka_unit_test(writes_pieces_in_order),
        cmocka_unit_test(gives_new_files_the_usual_rights),
        cmocka_unit_test(writes_behind_links),
        cmocka_unit_test(writes_into_pipes),
        cmocka_unit_test(cannot_write),
        cmocka_unit_test(full_disk_keeps_the_old_file),
        cmocka_unit_test(a_temporary_name_in_use_is_passed_over),
        cmocka_unit_test(removes_what_killed_writers_left),
        cmocka_unit_test(holds_a_lock_while_writing),
        cmocka_unit_test(without_memory),
        cmocka_unit_test(leaks_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
