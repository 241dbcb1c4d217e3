/* What the machine can do at best: multiply-adds in registers, and copies of much memory. */
#include <denpa/machine.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <denpa/info.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "kernels/kern.h"

/* A try at the peak takes a third of a millisecond: too short to be disturbed often. One at the bandwidth copies this
 * much. */
enum { ROUNDS = 100000, ALIGN = 64 };
#define COPY_BYTES ((size_t)128 << 20)

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double measure_peak(double seconds)
{
    dpk_peak peak = dpk_find_peak(dpk_cpu_best());
    float y[DPK_PEAK_MAX_FLOATS] = {0};
    double flops = 2.0 * ROUNDS * (double)(peak.chains * peak.lanes), best = 0, begun = now();
    do {
        double start = now();
        peak.run(y, ROUNDS);
        double speed = flops / (now() - start);
        if (speed > best)
            best = speed;
    } while (now() - begun < seconds);
    return best;
}

/* ---- Bandwidth ---- */

typedef struct piece {
    pthread_t thread;
    const char *from;
    char *to;
    size_t bytes;
    bool past_caches; /* copied by the library's own kernel, else by memcpy */
} piece;

static void *copy_piece(void *given)
{
    const piece *p = given;
    dpk_unary_args args = {.a = p->from, .y = p->to};
    if (p->past_caches) {
        dpk_find(dpk_cpu_best(), DPK_stream, DPK_f32)(&args, 0, (int64_t)(p->bytes / sizeof(float)));
        dpk_settle();
    } else
        memcpy(p->to, p->from, p->bytes);
    return NULL;
}

/* Bytes a second of one copy by `count` threads, or by fewer if not all can be started. */
static double copy_once(piece *pieces, int count, bool past_caches)
{
    int started = 1;
    for (int i = 0; i < count; i++)
        pieces[i].past_caches = past_caches;
    double start = now();
    while (started < count && pthread_create(&pieces[started].thread, NULL, copy_piece, &pieces[started]) == 0)
        started++;
    copy_piece(&pieces[0]);
    size_t bytes = pieces[0].bytes;
    for (int i = 1; i < started; i++) {
        pthread_join(pieces[i].thread, NULL);
        bytes += pieces[i].bytes;
    }
    return 2 * (double)bytes / (now() - start);
}

static dp_status measure_bandwidth(dp_ctx *ctx, double seconds, double *best)
{
    void *from = NULL, *to = NULL, *pieces = NULL;
    int threads = dp_ctx_threads(ctx);
    dp_status status = dpi_alloc(ctx, COPY_BYTES, 1, "memory to copy from", &from);
    if (status == DP_OK)
        status = dpi_alloc(ctx, COPY_BYTES, 1, "memory to copy to", &to);
    if (status == DP_OK)
        status = dpi_alloc(ctx, (size_t)threads, sizeof(piece), "threads that copy", &pieces);
    if (status == DP_OK) {
        memset(from, 1, COPY_BYTES); /* the system gives zeros out as one page, seen many times */
        size_t bytes = COPY_BYTES / (size_t)threads / ALIGN * ALIGN;
        for (int i = 0; i < threads; i++)
            ((piece *)pieces)[i] =
                (piece){.from = (char *)from + (size_t)i * bytes, .to = (char *)to + (size_t)i * bytes, .bytes = bytes};
        double begun = now();
        copy_once(pieces, threads, false); /* the first touches the pages */
        for (int i = 0; i < 2 || now() - begun < seconds; i++) {
            double speed = copy_once(pieces, threads, i & 1);
            if (speed > *best)
                *best = speed;
        }
    }
    dpi_free(ctx, pieces);
    dpi_free(ctx, to);
    dpi_free(ctx, from);
    return status;
}

dp_status dp_machine_measure(dp_ctx *ctx, double seconds, dp_machine_speed *out)
{
    if (!(seconds >= 0 && seconds <= 60))
        return dpi_fail(ctx, DP_ERR_RANGE, "machine: %g seconds; from 0 to 60 can be measured", seconds);
    double peak = measure_peak(seconds / 2), bandwidth = 0;
    dp_status status = measure_bandwidth(ctx, seconds / 2, &bandwidth);
    if (status == DP_OK)
        *out = (dp_machine_speed){.peak_gflops = peak * 1e-9, .bandwidth_gbs = bandwidth * 1e-9};
    return status;
}

double dp_machine_peak(double seconds)
{
    return measure_peak(seconds) * 1e-9;
}

char *dp_machine_cpu(char *text, size_t bytes)
{
    char name[DPK_CPU_NAME_BYTES];
    if (bytes)
        snprintf(text, bytes, "%s", *dpk_cpu_name(name) ? name : dp_build_get().machine);
    return text;
}
