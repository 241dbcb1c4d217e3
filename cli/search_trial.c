/* denpa search: a trial, the training of one model with values of its own. */
#include <stdlib.h>
#include <string.h>

#include "search.h"

/* Settings that are no ranges: those after them were taken away. */
static int plain_settings(const searching *s)
{
    int count = 0;
    while (count < s->settings.count && s->settings.settings[count].name) count++;
    return count;
}

/* "adam:lr=0.01" with the trial's values put in, before the groups. */
dp_status search_add_optimizer(dp_text *text, const searching *s, const search_trial *trial)
{
    char value[SEARCH_VALUE_BYTES];
    const char *given = s->options->optimizer;
    size_t front = strcspn(given, ";");
    int has_options = memchr(given, ':', front) != NULL;
    dp_status status = dp_text_add(text, given, front);
    for (int i = 0; i < s->space.count && status == DP_OK; i++) {
        if (s->space.ranges[i].target != SEARCH_OPTIMIZER) continue;
        status = dp_text_addf(text, "%c%s=%s", has_options ? ',' : ':', s->space.ranges[i].name,
                              search_value_of(&s->result, trial, i, value));
        has_options = 1;
    }
    return status == DP_OK ? dp_text_addf(text, "%s", given + front) : status;
}

static dp_status open_model(const searching *s, const search_trial *trial, dp_model **model)
{
    int plain = plain_settings(s), count = plain;
    dp_setting *settings = calloc((size_t)(plain + s->space.count) + CLI_SETTINGS_ROOM, sizeof *settings);
    char(*values)[SEARCH_VALUE_BYTES] = calloc((size_t)s->space.count + 1, sizeof *values);
    dp_status status = settings && values ? DP_OK : DP_ERR_NOMEM;
    for (int i = 0; i < plain && status == DP_OK; i++) settings[i] = s->settings.settings[i];
    for (int i = 0; i < s->space.count && status == DP_OK; i++) {
        if (s->space.ranges[i].target != SEARCH_MODEL) continue;
        search_value_of(&s->result, trial, i, values[i]);
        settings[count++] = (dp_setting){.name = s->space.ranges[i].name, .expression = values[i]};
    }
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = strcmp(s->options->dtype, "f64") == 0 ? DP_F64 : DP_F32;
    config.loss = s->options->loss;
    config.output = s->options->output;
    config.settings = settings;
    config.setting_count = status == DP_OK ? cli_settings_add_data(settings, count, s->train) : 0;
    config.seed = (uint64_t)s->options->seed;
    if (status == DP_OK) status = dp_model_open(s->ctx, s->path, &config, model);
    free(settings);
    free(values);
    return status;
}

int64_t search_batch_of(const searching *s, const search_trial *trial)
{
    char value[SEARCH_VALUE_BYTES];
    for (int i = 0; i < s->space.count; i++)
        if (s->space.ranges[i].target == SEARCH_BATCH)
            return strtoll(search_value_of(&s->result, trial, i, value), NULL, 10);
    return s->options->batch;
}

dp_status search_run_trial(void *user, const search_trial *trial, int (*progress)(void *, const dp_progress *),
                           void *progress_user, dp_progress *end, dp_ctx **ctx)
{
    const searching *s = user;
    const search_options *options = s->options;
    dp_model *model = NULL;
    dp_text optimizer = {.ctx = s->ctx}, dir = {.ctx = s->ctx};
    dp_train_config config;
    dp_train_config_init(&config);
    *ctx = s->ctx;
    dp_status status = open_model(s, trial, &model);
    if (status == DP_OK) status = search_add_optimizer(&optimizer, s, trial);
    if (status == DP_OK && options->out) status = dp_text_addf(&dir, "%s/trial-%04lld", options->out, (long long)trial->number);
    config.epochs = options->epochs;
    config.steps = options->steps;
    config.batch = search_batch_of(s, trial);
    config.optimizer = optimizer.data;
    config.schedule = options->schedule;
    config.validation = options->validation;
    config.patience = options->patience;
    config.seed = (uint64_t)options->seed;
    config.standardize = options->standardize;
    config.bindings = s->bindings.bindings;
    config.binding_count = s->bindings.count;
    config.out_dir = dir.data;
    config.progress = progress;
    config.user = progress_user;
    if (status == DP_OK) status = dp_train(model, s->train, s->test, &config, end);
    dp_text_free(&optimizer);
    dp_text_free(&dir);
    dp_model_free(&model);
    return status;
}
