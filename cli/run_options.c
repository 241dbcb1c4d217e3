#include "run_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int cli_pairs_read(const cli_command *command, const char *what, const cli_list *list, cli_pairs *pairs)
{
    size_t count = (size_t)list->count;
    *pairs = (cli_pairs){.bindings = calloc(count + 1, sizeof(dp_binding)),
                         .settings = calloc(count + CLI_SETTINGS_ROOM, sizeof(dp_setting)),
                         .texts = calloc(count + 1, sizeof(char *))};
    int memory = pairs->bindings && pairs->settings && pairs->texts;
    for (int i = 0; memory && i < list->count; i++) {
        const char *equals = strchr(list->items[i], '=');
        if (!equals || equals == list->items[i])
            return cli_wrong_use(command, "--%s: \"%s\" is not NAME=…", what, list->items[i]);
        char *text = strdup(list->items[i]);
        if (!text) break;
        char *rest = text + (equals - list->items[i]) + 1;
        rest[-1] = 0;
        pairs->texts[i] = text;
        pairs->bindings[i] = (dp_binding){.input = text, .columns = rest};
        pairs->settings[i] = (dp_setting){.name = text, .expression = rest};
        pairs->count++;
    }
    if (memory && pairs->count == list->count) return CLI_FINE;
    fputs("denpa: out of memory\n", stderr);
    return CLI_WRONG_USE;
}

void cli_pairs_free(cli_pairs *pairs)
{
    for (int i = 0; i < pairs->count; i++) free(pairs->texts[i]);
    free(pairs->texts);
    free(pairs->bindings);
    free(pairs->settings);
    *pairs = (cli_pairs){0};
}

int cli_settings_add(dp_setting *settings, int count, const dp_setting *more, int more_count)
{
    int all = count;
    for (int i = 0; i < more_count; i++) {
        int said = 0;
        for (int k = 0; k < count; k++) said |= strcmp(settings[k].name, more[i].name) == 0;
        if (!said) settings[all++] = more[i];
    }
    return all;
}

int cli_settings_add_data(dp_setting *settings, int count, const dp_dataset *data)
{
    const dp_setting *given;
    int more = dp_dataset_settings(data, &given);
    return cli_settings_add(settings, count, given, more < CLI_SETTINGS_ROOM ? more : CLI_SETTINGS_ROOM);
}

dp_status cli_dataset_for_test(dp_ctx *ctx, const dp_model *model, const char *source, int train_part, dp_dataset **out)
{
    const dp_encoding *learned;
    int count = dp_model_encoding(model, &learned);
    dp_status status = DP_ERR_NAME;
    if (!train_part) status = dp_dataset_open_as(ctx, source, DP_SPLIT_TEST, learned, count, out);
    return status == DP_ERR_NAME ? dp_dataset_open_as(ctx, source, DP_SPLIT_TRAIN, learned, count, out) : status;
}

dp_status cli_json_known(dp_text *text, double value)
{
    return isnan(value) ? dp_text_addf(text, "null") : dp_text_json_number(text, value);
}
