#include "fetch.h"

#include <stdio.h>

#include "cli.h"

#if DENPA_HAVE_CURL
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <denpa/version.h>

#include "curl_loader.h"
#include "fetch_progress.h"
#include "sha256.h"

enum { PATH_BYTES = 4096, TRIES = 5, LEAST_SPEED = 100, REDIRECTS = 5, NO_RANGES = 416 };

/* What came of a transfer. */
typedef enum outcome { COMPLETE, CUT, REFUSED, DISK } outcome;

typedef struct transfer {
    const cli_curl_library *curl;
    const cli_fetch *file;
    char path[PATH_BYTES], part[PATH_BYTES];
    int fd;         /* of the part */
    int64_t have;   /* bytes of it */
    int disk_error; /* errno of a write that failed */
    int too_long;   /* more came than the file has */
    cli_fetch_progress progress;
} transfer;

static int say(const char *what, const char *why)
{
    fprintf(stderr, "denpa: %s: %s\n", what, why);
    return CLI_IO_FAILED;
}

/* ---- The part on the disk ---- */

static int set_length(transfer *t, int64_t bytes)
{
    if (ftruncate(t->fd, bytes) != 0 || lseek(t->fd, bytes, SEEK_SET) < 0) {
        t->disk_error = errno;
        return 0;
    }
    t->have = bytes;
    return 1;
}

static size_t on_bytes(char *bytes, size_t size, size_t count, void *user)
{
    transfer *t = user;
    size_t left = size * count;
    if (t->file->bytes >= 0 && (int64_t)left > t->file->bytes - t->have) {
        t->too_long = 1;
        return 0;
    }
    while (left) {
        ssize_t n = write(t->fd, bytes, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            t->disk_error = errno;
            return 0;
        }
        bytes += n;
        left -= (size_t)n;
        t->have += n;
    }
    return size * count;
}

/* The checksum of a file from its beginning; 0 if it cannot be read. */
static int sum_of(int fd, char text[CLI_SHA256_TEXT_BYTES])
{
    static char buffer[1 << 16];
    cli_sha256 sha;
    ssize_t n;
    cli_sha256_init(&sha);
    if (lseek(fd, 0, SEEK_SET) < 0)
        return 0;
    while ((n = read(fd, buffer, sizeof buffer)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return 0;
        cli_sha256_add(&sha, buffer, (size_t)n);
    }
    cli_sha256_text(&sha, text);
    return 1;
}

static int is_there(const transfer *t)
{
    char sum[CLI_SHA256_TEXT_BYTES];
    if (!t->file->sha256)
        return 0;
    int fd = open(t->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    int same = sum_of(fd, sum) && strcmp(sum, t->file->sha256) == 0;
    close(fd);
    return same;
}

static int make_folders(const char *dir)
{
    char path[PATH_BYTES];
    if (snprintf(path, sizeof path, "%s", dir) >= (int)sizeof path)
        return say(dir, "the path is too long");
    for (char *slash = path + 1; *slash; slash++) {
        if (*slash != '/')
            continue;
        *slash = 0;
        (void)mkdir(path, 0777); /* what cannot be made is said for the last one */
        *slash = '/';
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return say(dir, strerror(errno));
    return CLI_FINE;
}

static int open_part(transfer *t)
{
    t->fd = open(t->part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (t->fd < 0)
        return say(t->part, strerror(errno));
    if (fcntl(t->fd, F_SETLK, &(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET}) != 0)
        return say(t->part, "another denpa is fetching this file");
    struct stat info;
    if (fstat(t->fd, &info) != 0 || !S_ISREG(info.st_mode))
        return say(t->part, "this is no regular file");
    t->have = info.st_size;
    return CLI_FINE;
}

/* The part gets its name, and both are on the disk before anyone is told. */
static int install(transfer *t)
{
    if (fsync(t->fd) != 0 || rename(t->part, t->path) != 0)
        return say(t->path, strerror(errno));
    int folder = open(t->file->dir, O_RDONLY | O_CLOEXEC);
    if (folder >= 0) {
        (void)fsync(folder); /* not every file system can */
        close(folder);
    }
    return CLI_FINE;
}

/* ---- Over the net ---- */

static void set_options(const transfer *t, CURL *easy, const char *url, char *words)
{
    const cli_curl_library *c = t->curl;
#define SET(option, value) c->curl_easy_setopt(easy, CURLOPT_##option, value)
    SET(URL, url);
    SET(ERRORBUFFER, words);
    SET(USERAGENT, "denpa/" DP_VERSION_TEXT);
#if LIBCURL_VERSION_NUM >= 0x075500
    SET(PROTOCOLS_STR, "http,https");
    SET(REDIR_PROTOCOLS_STR, "http,https");
#else
    SET(PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
    SET(REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    SET(FOLLOWLOCATION, 1L);
    SET(MAXREDIRS, (long)REDIRECTS);
    SET(FAILONERROR, 1L);
    SET(NOSIGNAL, 1L);
    SET(CONNECTTIMEOUT, (long)t->file->timeout);
    SET(LOW_SPEED_TIME, (long)t->file->timeout);
    SET(LOW_SPEED_LIMIT, (long)LEAST_SPEED);
    SET(RESUME_FROM_LARGE, (curl_off_t)t->have);
    SET(WRITEFUNCTION, on_bytes);
    SET(WRITEDATA, t);
    SET(NOPROGRESS, 0L);
    SET(XFERINFOFUNCTION, cli_fetch_progress_show);
    SET(XFERINFODATA, &t->progress);
#undef SET
}

/* What libcurl's result means; `words` is told why where something is wrong. */
static outcome judge(const transfer *t, CURLcode code, char words[CURL_ERROR_SIZE])
{
    int64_t bytes = t->file->bytes;
    if (t->disk_error)
        return DISK;
    if (t->too_long)
        snprintf(words, CURL_ERROR_SIZE, "it sends more than the %lld bytes that the file has", (long long)bytes);
    else if (code == CURLE_OK && bytes >= 0 && t->have < bytes)
        snprintf(words, CURL_ERROR_SIZE, "it ended after %lld of %lld bytes", (long long)t->have, (long long)bytes);
    else if (code == CURLE_OK)
        return COMPLETE;
    else if (!*words)
        snprintf(words, CURL_ERROR_SIZE, "%s", t->curl->curl_easy_strerror(code));
    return code == CURLE_OK || code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR ||
                   code == CURLE_OPERATION_TIMEDOUT
               ? CUT
               : REFUSED;
}

/* From where the part ends. A place that cannot do that is asked for the whole. */
static outcome transfer_once(transfer *t, const char *url, char words[CURL_ERROR_SIZE])
{
    CURLcode code = CURLE_OUT_OF_MEMORY;
    long response = 0;
    for (int again = 1; again--;) {
        CURL *easy = t->curl->curl_easy_init();
        *words = 0;
        if (!easy)
            break;
        t->progress.before = t->have;
        set_options(t, easy, url, words);
        code = t->curl->curl_easy_perform(easy);
        t->curl->curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &response);
        t->curl->curl_easy_cleanup(easy);
        if (t->have && (code == CURLE_RANGE_ERROR || (code == CURLE_HTTP_RETURNED_ERROR && response == NO_RANGES))) {
            if (!set_length(t, 0))
                break;
            again = 1;
        }
    }
    cli_fetch_progress_end(&t->progress);
    return judge(t, code, words);
}

/* Until it is complete, goes on after a break as long as something comes. */
static outcome transfer_from(transfer *t, const char *url)
{
    char words[CURL_ERROR_SIZE];
    outcome result = CUT;
    if (t->file->bytes >= 0 && t->have > t->file->bytes && !set_length(t, 0))
        return DISK;
    if (t->file->bytes >= 0 && t->have == t->file->bytes)
        return COMPLETE;
    for (int i = 0; i < TRIES && result == CUT; i++) {
        int64_t before = t->have;
        t->too_long = 0;
        if (lseek(t->fd, t->have, SEEK_SET) < 0)
            t->disk_error = errno;
        result = t->disk_error ? DISK : transfer_once(t, url, words);
        if (result == COMPLETE || result == DISK)
            return result;
        fprintf(stderr, "denpa: %s: %s\n", url, words);
        if (t->too_long && !set_length(t, 0))
            return DISK;
        if (t->have <= before)
            break;
    }
    return REFUSED;
}

/* ---- A file ---- */

/* Is it what it should be? If not, nothing of it is of use. */
static int check(transfer *t, const char *url, char sum[CLI_SHA256_TEXT_BYTES])
{
    if (!sum_of(t->fd, sum)) {
        t->disk_error = errno;
        return 0;
    }
    if (!t->file->sha256 || strcmp(sum, t->file->sha256) == 0)
        return 1;
    fprintf(stderr, "denpa: %s: its checksum is %s and has to be %s: damaged, or another file\n", url, sum,
            t->file->sha256);
    (void)set_length(t, 0);
    return 0;
}

static int fetch_open(transfer *t)
{
    char sum[CLI_SHA256_TEXT_BYTES];
    for (int i = 0; i < t->file->url_count && !t->disk_error; i++) {
        const char *url = t->file->urls[i];
        int resumed = t->have > 0;
        if (transfer_from(t, url) != COMPLETE)
            continue;
        if (!check(t, url, sum)) {
            i -= resumed; /* what was there before may be the damaged part */
            continue;
        }
        int failed = install(t);
        if (!failed)
            printf("%s: %lld bytes, %s %s\n", t->path, (long long)t->have,
                   t->file->sha256 ? "checked, SHA-256" : "not checked, SHA-256", sum);
        return failed;
    }
    if (t->disk_error)
        return say(t->part, strerror(t->disk_error));
    if (t->have)
        fprintf(stderr,
                "denpa: %s: not fetched; the %lld bytes that came are in %s, and the next try goes on from there\n",
                t->file->name, (long long)t->have, t->part);
    else {
        fprintf(stderr, "denpa: %s: not fetched\n", t->file->name);
        unlink(t->part);
    }
    return CLI_IO_FAILED;
}

static int fetch_file(const cli_curl_library *curl, const cli_fetch *file)
{
    transfer t = {.curl = curl, .file = file, .fd = -1};
    cli_fetch_progress_init(&t.progress, file->name);
    if (snprintf(t.path, sizeof t.path, "%s/%s", file->dir, file->name) >= PATH_BYTES ||
        snprintf(t.part, sizeof t.part, "%s/%s.part", file->dir, file->name) >= PATH_BYTES)
        return say(file->dir, "the path is too long");
    if (is_there(&t)) {
        printf("%s: is there, and has its checksum\n", t.path);
        return CLI_FINE;
    }
    int failed = open_part(&t);
    if (!failed)
        failed = fetch_open(&t);
    if (t.fd >= 0)
        close(t.fd);
    return failed;
}

int cli_fetch_files(const cli_fetch *files, int count)
{
    cli_curl_library curl;
    int failed = cli_curl_load(&curl);
    if (!failed)
        failed = make_folders(files[0].dir);
    for (int i = 0; i < count && !failed; i++)
        failed = fetch_file(&curl, &files[i]);
    return failed;
}
#else
int cli_fetch_files(const cli_fetch *files, int count)
{
    (void)files, (void)count;
    fprintf(stderr,
            "denpa: this denpa was built without libcurl (Debian: libcurl4-openssl-dev) and cannot fetch anything\n");
    return CLI_WRONG_USE;
}
#endif
