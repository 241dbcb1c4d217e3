/* The rows of a run's log, and scores, as JSON. */
#ifndef DENPA_CLI_RUN_JSON_H
#define DENPA_CLI_RUN_JSON_H

#include <denpa/train.h>

#include "run_options.h"

/* The members of a JSON object for a row of the log, or for the numbers at the end, without its braces. */
dp_status cli_json_row(dp_text *text, const dp_progress *at);

/* The members for scores that are known, their names behind a prefix: "val_f1": 0.9. With `all`, null for the others. */
dp_status cli_json_scores(dp_text *text, const char *prefix, const dp_scores *scores, int all);

/* The score of that name of DP_SCORES; NaN if there is none. */
double cli_score(const dp_scores *scores, const char *name);
int cli_is_score(const char *name);

#endif
