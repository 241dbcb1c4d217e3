/* denpa search: the scores of the trials, and their order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run_json.h"
#include "search.h"

const char *search_value_of(const search_result *result, const search_trial *trial, int i,
                            char value[SEARCH_VALUE_BYTES])
{
    search_value(result->space, i, trial->number, result->grid, result->seed, value);
    return value;
}

/* For qsort, which hands nothing on: scores are turned so that smaller is better. */
static int compare_trials(const void *a, const void *b)
{
    const search_trial *left = a, *right = b;
    int left_ended = left->fate == SEARCH_ENDED && !isnan(left->score);
    int right_ended = right->fate == SEARCH_ENDED && !isnan(right->score);
    if (left_ended != right_ended) return right_ended - left_ended;
    if (left_ended && left->score != right->score) return left->score < right->score ? -1 : 1;
    return left->number < right->number ? -1 : left->number > right->number;
}

void search_sort(search_result *result)
{
    double sign = result->smaller ? 1 : -1;
    for (int64_t t = 0; t < result->count; t++) result->trials[t].score *= sign;
    qsort(result->trials, (size_t)result->count, sizeof *result->trials, compare_trials);
    for (int64_t t = 0; t < result->count; t++) result->trials[t].score *= sign;
}

/* Without --score: accuracy where there is one, else loss. */
void search_take_scores(searching *s)
{
    search_result *result = &s->result;
    result->score = s->options->score ? s->options->score : "loss";
    for (int64_t t = 0; t < result->count && !s->options->score; t++)
        if (result->trials[t].fate == SEARCH_ENDED && !isnan(result->trials[t].end.validation.accuracy))
            result->score = "accuracy";
    result->smaller = strcmp(result->score, "loss") == 0 || strcmp(result->score, "mse") == 0 ||
                      strcmp(result->score, "perplexity") == 0;
    for (int64_t t = 0; t < result->count; t++)
        result->trials[t].score = cli_score(&result->trials[t].end.validation, result->score);
}
