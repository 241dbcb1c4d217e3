/* denpa search from inside: what its parts share. */
#ifndef DENPA_CLI_SEARCH_H
#define DENPA_CLI_SEARCH_H

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

/* Sorts the trials. */
void search_sort(search_result *result);

/* The value of range i in a trial. */
const char *search_value_of(const search_result *result, const search_trial *trial, int i,
                            char value[SEARCH_VALUE_BYTES]);

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
