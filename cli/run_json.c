#include "run_json.h"

#include <math.h>
#include <string.h>

/* Members follow one another, but for the first of an object. */
static const char *comma(const dp_text *text)
{
    return text->length && text->data[text->length - 1] != '{' ? ", " : "";
}

static dp_status add_known(dp_text *text, const char *prefix, const char *name, double value)
{
    dp_status status = dp_text_addf(text, "%s\"%s%s\": ", comma(text), prefix, name);
    return status == DP_OK ? cli_json_known(text, value) : status;
}

static const struct {
    const char *name;
    size_t offset;
} scores_list[] = {
#define ENTRY(name, what) {#name, offsetof(dp_scores, name)},
    DP_SCORES(ENTRY)
#undef ENTRY
};

static double score_at(const dp_scores *scores, int i)
{
    double value;
    memcpy(&value, (const char *)scores + scores_list[i].offset, sizeof value);
    return value;
}

double cli_score(const dp_scores *scores, const char *name)
{
    for (int i = 0; i < CLI_COUNT(scores_list); i++)
        if (strcmp(scores_list[i].name, name) == 0) return score_at(scores, i);
    return NAN;
}

int cli_is_score(const char *name)
{
    for (int i = 0; i < CLI_COUNT(scores_list); i++)
        if (strcmp(scores_list[i].name, name) == 0) return 1;
    return 0;
}

dp_status cli_json_scores(dp_text *text, const char *prefix, const dp_scores *scores, int all)
{
    dp_status status = DP_OK;
    for (int i = 0; i < CLI_COUNT(scores_list) && status == DP_OK; i++) {
        double value = score_at(scores, i);
        if (all || !isnan(value)) status = add_known(text, prefix, scores_list[i].name, value);
    }
    return status;
}

dp_status cli_json_row(dp_text *text, const dp_progress *at)
{
    dp_scores further = at->test; /* loss and accuracy are always there */
    further.loss = further.accuracy = NAN;
    dp_status status =
        dp_text_addf(text, "%s\"epoch\": %lld, \"step\": %lld", comma(text), (long long)at->epoch, (long long)at->step);
    if (status == DP_OK) status = add_known(text, "train_", "loss", at->loss);
    if (status == DP_OK) status = add_known(text, "train_", "accuracy", at->train_accuracy);
    if (status == DP_OK) status = add_known(text, "test_", "loss", at->test.loss);
    if (status == DP_OK) status = add_known(text, "test_", "accuracy", at->test.accuracy);
    if (status == DP_OK) status = cli_json_scores(text, "test_", &further, 0);
    if (status == DP_OK) status = cli_json_scores(text, "val_", &at->validation, 0);
    if (status == DP_OK && at->best_epoch)
        status = dp_text_addf(text, ", \"best_epoch\": %lld", (long long)at->best_epoch);
    if (status == DP_OK) status = add_known(text, "", "lr", at->lr);
    return status == DP_OK ? add_known(text, "", "seconds", at->seconds) : status;
}
