/* denpa search from inside: what its parts share. */
#ifndef DENPA_CLI_SEARCH_H
#define DENPA_CLI_SEARCH_H

#include "run_options.h"
#include "search_space.h"
#include "search_trials.h"

/* All that was tried. */
typedef struct search_result {
    const search_space *space;
    search_trial *trials; /* the best first, then those that did not end, by number */
    int64_t count;
    int grid;
    uint64_t seed;
    const char *score; /* "accuracy" of the validation part */
    int smaller;       /* smaller scores are better */
} search_result;

typedef struct search_options {
    const char *data, *optimizer, *schedule, *dtype, *loss, *output, *standardize, *score, *out, *plot, *curves;
    cli_list bind, set;
    int64_t trials, jobs, epochs, steps, batch, patience, seed, show;
    double validation;
    int grid, json;
} search_options;

/* What every trial has in common. The trials are processes of their own and see it as it was when they began. */
typedef struct searching {
    const search_options *options;
    const char *path;
    dp_ctx *ctx;
    dp_dataset *train, *test;
    cli_pairs bindings, settings; /* settings that are no ranges */
    search_space space;
    search_result result;
} searching;

/* ---- search_names.c ---- */

/* Parts --set into ranges and plain settings and finds what each range sets. Returns an exit status. */
int search_read_sets(searching *s);

/* ---- search_trial.c ---- */

/* "adam:lr=0.01" with the trial's values put in, before the groups. */
dp_status search_add_optimizer(dp_text *text, const searching *s, const search_trial *trial);

/* Rows of an update in a trial. */
int64_t search_batch_of(const searching *s, const search_trial *trial);

/* Trains a trial, for search_run_all; user is a searching. */
search_run_fn search_run_trial;

/* ---- search_scores.c ---- */

/* The value of range i in a trial. */
const char *search_value_of(const search_result *result, const search_trial *trial, int i,
                            char value[SEARCH_VALUE_BYTES]);

/* Gives each trial its score. Without --score: accuracy where there is one, else loss. */
void search_take_scores(searching *s);

/* Sorts the trials. */
void search_sort(search_result *result);

/* ---- search_table.c ---- */

void search_print_table(const search_result *result, int64_t most);
dp_status search_write_csv(const search_result *result, dp_ctx *ctx, const char *path);
dp_status search_print_json(const search_result *result, dp_ctx *ctx);

/* ---- search_plot.c: exit statuses ---- */

/* The score over each range. */
int search_plot_scores(const search_result *result, dp_ctx *ctx, const char *path);

/* The learning curves of the best 20: validation and training. */
int search_plot_curves(const search_result *result, dp_ctx *ctx, const char *path);

#endif
