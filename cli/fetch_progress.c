#if DENPA_HAVE_CURL
#include "fetch_progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define REDRAW_SECONDS 0.1
enum { WIDTH = 24 };

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_fetch_progress_init(cli_fetch_progress *progress, const char *name)
{
    *progress = (cli_fetch_progress){.name = name, .terminal = isatty(STDERR_FILENO), .began = now_seconds()};
}

int cli_fetch_progress_show(void *user, curl_off_t total, curl_off_t got, curl_off_t up_total, curl_off_t up)
{
    cli_fetch_progress *p = user;
    double now = now_seconds();
    (void)up_total, (void)up;
    if (!p->terminal || now - p->shown < REDRAW_SECONDS)
        return 0;
    p->shown = now;
    p->drawn = 1;
    double rate = now > p->began ? (double)got / (now - p->began) : 0;
    double all = (double)(p->before + total), have = (double)(p->before + got);
    if (total <= 0) {
        fprintf(stderr, "\r%s  %.1f MB  %.1f MB/s\033[K", p->name, have / 1e6, rate / 1e6);
        return 0;
    }
    char bar[WIDTH + 1];
    for (int i = 0; i < WIDTH; i++)
        bar[i] = (i + 0.5) * all < have * WIDTH ? '#' : '.';
    bar[WIDTH] = 0;
    fprintf(stderr, "\r%s  %s %3.0f %%  %.1f of %.1f MB  %.1f MB/s", p->name, bar, 100 * have / all, have / 1e6,
            all / 1e6, rate / 1e6);
    if (rate > 0) {
        long left = (long)((all - have) / rate);
        fprintf(stderr, "  %ld:%02ld left", left / 60, left % 60);
    }
    fputs("\033[K", stderr);
    return 0;
}

void cli_fetch_progress_end(cli_fetch_progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = 0;
}
#else
/* ISO C wants something in every file. */
typedef int cli_fetch_progress_is_missing;
#endif
