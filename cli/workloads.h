/* What `denpa bench` measures: small programs that do what a user of the library would do, and how long they take. */
#ifndef DENPA_CLI_WORKLOADS_H
#define DENPA_CLI_WORKLOADS_H

#include <denpa/data.h>
#include <denpa/status.h>

typedef enum bench_kind {
    BENCH_FIT,     /* dp_train on a data set, its rows gathered in a new order for every epoch */
    BENCH_STEP,    /* dp_train_step on arrays that are there */
    BENCH_PREDICT, /* dp_model_predict on an array that is there */
    BENCH_PLAN     /* a value and its gradient, by dp_plan_run */
} bench_kind;

typedef struct bench_workload {
    const char *name;
    bench_kind kind;
    const char *text;      /* the model */
    const char *optimizer; /* NULL: none */
    int64_t batch;
} bench_workload;

enum { BENCH_WORKLOADS = 10 };
extern const bench_workload bench_workloads[BENCH_WORKLOADS];

typedef struct bench_result {
    double least_us, median_us, most_us; /* of a step */
    double flops;                        /* of the matrix products of a step */
    double share; /* of the peak of so many cores: the median of the repeats' shares, the peak measured behind each */
    uint64_t bytes;                      /* the most memory that it took at once, without the data set */
} bench_result;

/* Runs a workload `repeats` times for about `seconds` in all, after a warm-up, in a context of its own with `threads`
 * threads and plans as --plan says. On failure says so and returns the exit status. */
int bench_run(const bench_workload *workload, int64_t threads, const char *plan, const dp_dataset *images, int repeats,
              double seconds, bench_result *result);

#endif
