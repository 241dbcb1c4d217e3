/* config.json: everything that is needed to use a run's model, and to make the run again. */
#include <math.h>
#include <stdio.h>

#include <denpa/version.h>

#include "train/model_internal.h"
#include "train/run_dir.h"

/* Adds `  "key": ` after what came before. */
static dp_status add_key(dp_text *text, const char *key)
{
    return dp_text_addf(text, "%s  \"%s\": ", text->length > 2 ? ",\n" : "", key);
}

static dp_status add_string(dp_text *text, const char *key, const char *value)
{
    dp_status status = add_key(text, key);
    if (status != DP_OK) return status;
    return value ? dp_text_json_string(text, value) : dp_text_addf(text, "null");
}

static dp_status add_integer(dp_text *text, const char *key, long long value)
{
    dp_status status = add_key(text, key);
    return status == DP_OK ? dp_text_addf(text, "%lld", value) : status;
}

static dp_status add_number(dp_text *text, const char *key, double value)
{
    dp_status status = add_key(text, key);
    if (status != DP_OK) return status;
    return isnan(value) ? dp_text_addf(text, "null") : dp_text_json_number(text, value);
}

/* What JSON readers cannot hold as an integer is written as a string. */
static dp_status add_seed(dp_text *text, const char *key, uint64_t seed)
{
    dp_status status = add_key(text, key);
    return status == DP_OK ? dp_text_addf(text, seed > INT64_MAX ? "\"%llu\"" : "%llu", (unsigned long long)seed)
                           : status;
}

static dp_status add_flag(dp_text *text, const char *key, int value)
{
    dp_status status = add_key(text, key);
    return status == DP_OK ? dp_text_addf(text, value ? "true" : "false") : status;
}

/* [["first", "second"], …] */
static dp_status add_pair(dp_text *text, int i, const char *first, const char *second)
{
    dp_status status = dp_text_addf(text, i ? ", [" : "[");
    if (status == DP_OK) status = dp_text_json_string(text, first);
    if (status == DP_OK) status = dp_text_addf(text, ", ");
    if (status == DP_OK) status = dp_text_json_string(text, second);
    return status == DP_OK ? dp_text_addf(text, "]") : status;
}

static dp_status add_settings(dp_text *text, const dp_model *model)
{
    dp_status status = add_key(text, "settings");
    if (status == DP_OK) status = dp_text_addf(text, "[");
    for (int i = 0; i < model->setting_count && status == DP_OK; i++)
        status = add_pair(text, i, model->settings[i].name, model->settings[i].expression);
    return status == DP_OK ? dp_text_addf(text, "]") : status;
}

static dp_status add_bindings(dp_text *text, const dp_model *model)
{
    dp_status status = add_key(text, "bindings");
    if (status == DP_OK) status = dp_text_addf(text, "[");
    for (int i = 0; i < model->binding_count && status == DP_OK; i++)
        status = add_pair(text, i, model->bindings[i].input, model->bindings[i].columns);
    return status == DP_OK ? dp_text_addf(text, "]") : status;
}

static dp_status add_encoding(dp_text *text, const dp_model *model)
{
    dp_status status = add_key(text, "encoding");
    if (status == DP_OK) status = dp_text_addf(text, "[");
    for (int i = 0; i < model->encoding.count && status == DP_OK; i++)
        status = add_pair(text, i, model->encoding.items[i].column, model->encoding.items[i].rule);
    return status == DP_OK ? dp_text_addf(text, "]") : status;
}

static dp_status add_model(dp_text *text, const dp_model *model)
{
    dp_status status = add_integer(text, "format", DPI_RUN_FORMAT);
    if (status == DP_OK) status = add_string(text, "denpa", dp_version());
    if (status == DP_OK) status = add_string(text, "model", *dp_model_text(model) ? "model.dp" : NULL);
    if (status == DP_OK) status = add_string(text, "dtype", dp_dtype_name(model->dtype));
    if (status == DP_OK) status = add_string(text, "loss", model->loss);
    if (status == DP_OK) status = add_string(text, "output", model->output);
    if (status == DP_OK) status = add_seed(text, "model_seed", model->seed);
    if (status == DP_OK) status = add_settings(text, model);
    if (status == DP_OK) status = add_bindings(text, model);
    return status == DP_OK ? add_encoding(text, model) : status;
}

static dp_status add_run(dp_text *text, const dp_dataset *train, const dp_dataset *test, const dp_train_config *config,
                         const char *optimizer, const char *schedule)
{
    dp_status status = add_flag(text, "normalize", config->normalize);
    if (status == DP_OK) status = add_string(text, "augment", config->augment);
    if (status == DP_OK) status = add_string(text, "standardize", config->standardize);
    if (status == DP_OK) status = add_string(text, "data", dp_dataset_source(train));
    if (status == DP_OK) status = add_integer(text, "data_rows", dp_dataset_rows(train));
    if (status == DP_OK) status = add_string(text, "test_data", test ? dp_dataset_source(test) : NULL);
    if (status == DP_OK) status = add_integer(text, "test_rows", test ? dp_dataset_rows(test) : 0);
    if (status == DP_OK) status = add_string(text, "optimizer", optimizer);
    if (status == DP_OK) status = add_string(text, "schedule", schedule);
    if (status == DP_OK) status = add_integer(text, "epochs", config->epochs);
    if (status == DP_OK) status = add_integer(text, "steps", config->steps);
    if (status == DP_OK) status = add_integer(text, "batch", config->batch);
    if (status == DP_OK) status = add_seed(text, "seed", config->seed);
    if (status == DP_OK) status = add_flag(text, "shuffle", config->shuffle);
    if (status == DP_OK) status = add_number(text, "validation", config->validation);
    if (status == DP_OK) status = add_integer(text, "patience", config->patience);
    if (status == DP_OK) status = add_string(text, "metrics", config->metrics);
    if (status == DP_OK) status = add_integer(text, "top_k", config->top_k);
    if (status == DP_OK) status = add_flag(text, "keep_params", config->keep_params);
    return status == DP_OK ? add_integer(text, "log_every", config->log_every) : status;
}

/* "validation_loss": …, "validation_accuracy": …, … */
static dp_status add_scores(dp_text *text, const char *part, const dp_scores *scores)
{
    char key[64];
    dp_status status = DP_OK;
    for (int i = 0; i < DPI_SCORE_COUNT && status == DP_OK; i++) {
        snprintf(key, sizeof key, "%s_%s", part, dpi_score_name(i));
        status = add_number(text, key, dpi_score_get(scores, i));
    }
    return status;
}

static dp_status add_end(dp_text *text, const dp_progress *end)
{
    dp_status status = add_integer(text, "ended_epoch", end->epoch);
    if (status == DP_OK) status = add_integer(text, "ended_step", end->step);
    if (status == DP_OK) status = add_number(text, "train_loss", end->loss);
    if (status == DP_OK) status = add_number(text, "train_accuracy", end->train_accuracy);
    if (status == DP_OK) status = add_integer(text, "best_epoch", end->best_epoch);
    if (status == DP_OK) status = add_scores(text, "validation", &end->validation);
    if (status == DP_OK) status = add_scores(text, "test", &end->test);
    return status == DP_OK ? add_number(text, "seconds", end->seconds) : status;
}

dp_status dpi_run_config_text(dp_text *text, const dp_model *model, const dp_dataset *train, const dp_dataset *test,
                              const dp_train_config *config, const char *optimizer, const char *schedule,
                              const dp_progress *end)
{
    dp_status status = dp_text_addf(text, "{\n");
    if (status == DP_OK) status = add_model(text, model);
    if (status == DP_OK) status = add_run(text, train, test, config, optimizer, schedule);
    if (status == DP_OK && end) status = add_end(text, end);
    return status == DP_OK ? dp_text_addf(text, "\n}\n") : status;
}
