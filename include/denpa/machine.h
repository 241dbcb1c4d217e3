/* The machine: what it is called, and what it can do at best, measured: the numbers to hold a computation's speed
 * against.
 */
#ifndef DENPA_MACHINE_H
#define DENPA_MACHINE_H

#include <stddef.h>

#include <denpa/context.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dp_machine_speed {
    double peak_gflops;   /* float32 multiplications and additions of one core, in 10^9 a second: independent
                             multiply-adds in registers, with the widest vectors that this CPU and this build have
                             (DENPA_CPU does not lower them) */
    double bandwidth_gbs; /* of copying memory that is much larger than the caches, with as many threads as ctx has,
                             in 10^9 bytes a second; those read and those written are both counted. The faster of two ways:
                             the C library's memcpy, which may or may not write past the caches, and the library's own copy,
                             which does where the CPU can */
} dp_machine_speed;

/* Measures for about `seconds` (from 0 to 60; each number gets half, and at least one try). Each number is the best of
 * many short tries, so that what else the machine does has little influence.
 *
 * Errors   DP_ERR_RANGE (seconds), DP_ERR_NOMEM (128 MiB are copied from and to); *out is untouched.
 * Source   the copy is that of McCalpin's STREAM.
 */
DP_API dp_status dp_machine_measure(dp_ctx *ctx, double seconds, dp_machine_speed *out);

/* peak_gflops alone, measured for about `seconds`, with at least one try of a third of a millisecond: what this core can
 * do at this moment, for whoever compares a computation with it. Clocks change from one moment to the next. */
DP_API double dp_machine_peak(double seconds);

/* The processor's name as it says it itself, "AMD EPYC 9R14", or that of its kind ("arm64") where it does not; cut off
 * to `bytes`, zero-ended. Returns text. */
DP_API char *dp_machine_cpu(char *text, size_t bytes);

#ifdef __cplusplus
}
#endif
#endif
