/* The trials of denpa search: each in a process of its own, several at a time, so that one that fails or is killed takes
 * nothing with it. */
#ifndef DENPA_CLI_SEARCH_TRIALS_H
#define DENPA_CLI_SEARCH_TRIALS_H

#include <denpa/train.h>

#include "cli.h"

/* A point of a learning curve: the end of an epoch. */
typedef struct search_point {
    int64_t epoch;
    double train_accuracy, train_loss;
    dp_scores validation;
} search_point;

typedef enum search_fate { SEARCH_WAITING, SEARCH_ENDED, SEARCH_FAILED, SEARCH_KILLED } search_fate;

typedef struct search_trial {
    int64_t number;
    search_fate fate;
    int signal;         /* killed */
    char message[1024]; /* failed */
    dp_progress end;    /* ended */
    double score;
    search_point *curve; /* owned */
    int points, capacity;
} search_trial;

/* Runs a trial in a process of its own; *end and the rows of progress come back. A status other than DP_OK is in the words
 * of ctx. */
typedef dp_status search_run_fn(void *user, const search_trial *trial, int (*progress)(void *, const dp_progress *),
                                void *progress_user, dp_progress *end, dp_ctx **ctx);

/* Runs all of trials[0..count-1], `jobs` at a time. told, if not NULL, is called as each ends. Returns 0, or an exit status
 * where no process can be made. */
int search_run_all(search_trial *trials, int64_t count, int jobs, search_run_fn *run, void *user,
                   void (*told)(const search_trial *trial, int64_t done, int64_t count));
void search_trials_free(search_trial *trials, int64_t count);

#endif
