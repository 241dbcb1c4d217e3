/* What train, search and others have in common: bindings, settings, data sets, progress. */
#ifndef DENPA_CLI_RUN_OPTIONS_H
#define DENPA_CLI_RUN_OPTIONS_H

#include <denpa/formula.h>
#include <denpa/train.h>

#include "cli.h"

/* NAME=REST words, split: as bindings for --bind, as settings for --set. texts holds what they point to. */
typedef struct cli_pairs {
    dp_binding *bindings;
    dp_setting *settings;
    char **texts;
    int count;
} cli_pairs;

/* Splits "x=x1,x2" at its first "=". `what` is the option's name. On failure says so and returns the exit status. */
int cli_pairs_read(const cli_command *command, const char *what, const cli_list *list, cli_pairs *pairs);
void cli_pairs_free(cli_pairs *pairs);

/* Behind settings[0..count-1] come more[0..more_count-1], but for names that are there already. Returns how many there are now; their texts
 * are borrowed. The second is of the names that the data give (dp_dataset_settings), for which CLI_SETTINGS_ROOM is kept free behind
 * cli_pairs.settings. */
enum { CLI_SETTINGS_ROOM = 8 };
int cli_settings_add(dp_setting *settings, int count, const dp_setting *more, int more_count);
int cli_settings_add_data(dp_setting *settings, int count, const dp_dataset *data);

/* The part of a data set to test a model on: its test part, or the whole of one that has none; read as the data were
 * that the model was trained on. */
dp_status cli_dataset_for_test(dp_ctx *ctx, const dp_model *model, const char *source, int train_part, dp_dataset **out);

/* Adds a number for JSON: null where it is NaN, that is, not known. */
dp_status cli_json_known(dp_text *text, double value);

#endif
