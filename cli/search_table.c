/* What denpa search found, as a table, a CSV file and JSON. Nothing in it depends on how many trials ran at a time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/file.h>

#include "run_json.h"
#include "search.h"

/* "killed by signal 9", or what went wrong, as one line. */
static const char *why(const search_trial *trial, char *buffer, size_t bytes)
{
    if (trial->fate == SEARCH_KILLED) snprintf(buffer, bytes, "killed by signal %d", trial->signal);
    else snprintf(buffer, bytes, "%.*s", (int)strcspn(trial->message, "\n"), trial->message);
    return buffer;
}

static int width_of(const search_result *result, int i, int64_t most)
{
    char value[SEARCH_VALUE_BYTES];
    size_t width = strlen(result->space->ranges[i].name);
    for (int64_t t = 0; t < most; t++) {
        size_t bytes = strlen(search_value_of(result, &result->trials[t], i, value));
        if (bytes > width) width = bytes;
    }
    return (int)width;
}

static void print_heading(const search_result *result, int64_t most)
{
    printf("trial  val_%-12s", result->score);
    for (int i = 0; i < result->space->count; i++)
        printf("  %-*s", width_of(result, i, most), result->space->ranges[i].name);
    printf("  epoch\n");
}

static void print_trial(const search_result *result, const search_trial *trial, int64_t most)
{
    char value[SEARCH_VALUE_BYTES], score[32] = "-", words[1024];
    if (trial->fate == SEARCH_ENDED) snprintf(score, sizeof score, "%.6f", trial->score);
    printf("%5lld  %-16s", (long long)trial->number, score);
    for (int i = 0; i < result->space->count; i++)
        printf("  %-*s", width_of(result, i, most), search_value_of(result, trial, i, value));
    if (trial->fate == SEARCH_ENDED) printf("  %5lld\n", (long long)trial->end.epoch);
    else printf("  %s\n", why(trial, words, sizeof words));
}

void search_print_table(const search_result *result, int64_t most)
{
    if (!most || most > result->count) most = result->count;
    print_heading(result, most);
    for (int64_t t = 0; t < most; t++) print_trial(result, &result->trials[t], most);
    for (int64_t t = most; t < result->count; t++)
        if (result->trials[t].fate != SEARCH_ENDED) print_trial(result, &result->trials[t], most);
}

/* A cell in quotes, where it needs them. */
static dp_status add_cell(dp_text *text, const char *words)
{
    if (!strpbrk(words, ",\"\n")) return dp_text_addf(text, ",%s", words);
    dp_status status = dp_text_addf(text, ",\"");
    for (; *words && status == DP_OK; words++) status = dp_text_addf(text, *words == '"' ? "\"\"" : "%c", *words);
    return status == DP_OK ? dp_text_addf(text, "\"") : status;
}

static dp_status add_number(dp_text *text, double value)
{
    char number[DP_NUMBER_TEXT_BYTES] = "";
    if (!isnan(value)) dp_number_text_f64(value, number);
    return dp_text_addf(text, ",%s", number);
}

static dp_status add_line(dp_text *text, const search_result *result, const search_trial *trial)
{
    char value[SEARCH_VALUE_BYTES], words[1024];
    int ended = trial->fate == SEARCH_ENDED;
    dp_status status = dp_text_addf(text, "%lld", (long long)trial->number);
    for (int i = 0; i < result->space->count && status == DP_OK; i++)
        status = add_cell(text, search_value_of(result, trial, i, value));
    if (status == DP_OK) status = add_number(text, ended ? trial->score : NAN);
    const double numbers[] = {trial->end.validation.loss, trial->end.validation.accuracy, trial->end.loss,
                              trial->end.train_accuracy, trial->end.test.loss, trial->end.test.accuracy};
    for (int i = 0; i < CLI_COUNT(numbers) && status == DP_OK; i++) status = add_number(text, ended ? numbers[i] : NAN);
    if (status == DP_OK) status = dp_text_addf(text, ",%lld", ended ? (long long)trial->end.epoch : 0);
    if (status == DP_OK) status = ended ? dp_text_addf(text, ",") : add_cell(text, why(trial, words, sizeof words));
    return status == DP_OK ? dp_text_addf(text, "\n") : status;
}

dp_status search_write_csv(const search_result *result, dp_ctx *ctx, const char *path)
{
    dp_text text = {.ctx = ctx};
    dp_status status = dp_text_addf(&text, "trial");
    for (int i = 0; i < result->space->count && status == DP_OK; i++)
        status = add_cell(&text, result->space->ranges[i].name);
    if (status == DP_OK)
        status = dp_text_addf(&text,
                              ",score,val_loss,val_accuracy,train_loss,train_accuracy,test_loss,test_accuracy,epoch,error\n");
    for (int64_t t = 0; t < result->count && status == DP_OK; t++) status = add_line(&text, result, &result->trials[t]);
    if (status == DP_OK) status = dp_file_write(ctx, path, text.data, text.length);
    dp_text_free(&text);
    return status;
}

static dp_status add_trial(dp_text *text, const search_result *result, const search_trial *trial)
{
    char value[SEARCH_VALUE_BYTES], words[1024];
    dp_progress end = trial->end;
    dp_status status = dp_text_addf(text, "{\"trial\": %lld, \"values\": {", (long long)trial->number);
    for (int i = 0; i < result->space->count && status == DP_OK; i++) {
        if (i) status = dp_text_addf(text, ", ");
        if (status == DP_OK) status = dp_text_json_string(text, result->space->ranges[i].name);
        if (status == DP_OK) status = dp_text_addf(text, ": ");
        if (status == DP_OK) status = dp_text_json_string(text, search_value_of(result, trial, i, value));
    }
    if (status == DP_OK) status = dp_text_addf(text, "}, \"score\": ");
    end.seconds = 0;
    if (trial->fate == SEARCH_ENDED) {
        if (status == DP_OK) status = cli_json_known(text, trial->score);
        if (status == DP_OK) status = cli_json_row(text, &end);
    } else {
        if (status == DP_OK) status = dp_text_addf(text, "null, \"error\": ");
        if (status == DP_OK) status = dp_text_json_string(text, why(trial, words, sizeof words));
    }
    return status == DP_OK ? dp_text_addf(text, "}") : status;
}

dp_status search_print_json(const search_result *result, dp_ctx *ctx)
{
    dp_text text = {.ctx = ctx};
    dp_status status = dp_text_addf(&text, "{\"score\": \"val_%s\", \"trials\": [", result->score);
    for (int64_t t = 0; t < result->count && status == DP_OK; t++) {
        if (t) status = dp_text_addf(&text, ", ");
        if (status == DP_OK) status = add_trial(&text, result, &result->trials[t]);
    }
    if (status == DP_OK) status = dp_text_addf(&text, "]}\n");
    if (status == DP_OK) cli_print(&text);
    dp_text_free(&text);
    return status;
}
