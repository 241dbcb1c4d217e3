/* denpa test: a trained model against data it has not seen. */
#include <math.h>

#include "ask.h"
#include "run_json.h"

typedef struct test_options {
    cli_ask_options ask;
    int64_t top_k;
    int json;
} test_options;

/* A table wider than this is not shown. */
enum { MOST_CLASSES = 20 };

static dp_status add_array(dp_text *text, const char *name, const dp_array *array)
{
    dp_status status = dp_text_addf(text, ", \"%s\": ", name);
    if (status != DP_OK) return status;
    return array ? dp_text_json_data(text, array) : dp_text_addf(text, "null");
}

static dp_status print_json(dp_ctx *ctx, const dp_test_result *result, int64_t top_k)
{
    dp_text text = {.ctx = ctx};
    dp_status status = dp_text_addf(&text, "{\"n\": %lld", (long long)result->rows);
    if (status == DP_OK) status = cli_json_scores(&text, "", &result->scores, 1);
    if (status == DP_OK) status = dp_text_addf(&text, ", \"k\": %lld", (long long)top_k);
    if (status == DP_OK) status = add_array(&text, "confusion", result->confusion);
    if (status == DP_OK) status = add_array(&text, "by_class", result->by_class);
    if (status == DP_OK) status = dp_text_addf(&text, "}\n");
    if (status == DP_OK) cli_print(&text);
    dp_text_free(&text);
    return status;
}

/* Rows are true classes, columns what the model took them for. */
static void print_confusion(const dp_test_result *result)
{
    const int64_t *counts = result->confusion->data;
    int classes = (int)result->classes;
    printf("\nclass  taken for\n     ");
    for (int said = 0; said < classes; said++) printf(" %6d", said);
    printf("  precision  recall      F1\n");
    for (int is = 0; is < classes; is++) {
        const double *of = (const double *)result->by_class->data + 3 * is;
        printf("%5d", is);
        for (int said = 0; said < classes; said++) {
            int64_t count = counts[is * classes + said];
            if (count) printf(" %6lld", (long long)count);
            else printf("      .");
        }
        printf("     %.4f  %.4f  %.4f\n", of[0], of[1], of[2]);
    }
}

/* Rows that have one class each are those of the confusion matrix; else there are more. */
static int64_t count_places(const dp_test_result *result)
{
    int64_t sum = 0;
    for (int64_t i = 0; result->confusion && i < dp_array_elems(result->confusion); i++)
        sum += ((const int64_t *)result->confusion->data)[i];
    return sum;
}

static void print_text(const dp_test_result *result, int64_t top_k)
{
    const dp_scores *scores = &result->scores;
    printf("%lld rows  loss %.6f", (long long)result->rows, scores->loss);
    if (count_places(result) > result->rows && !isnan(scores->perplexity))
        printf("  perplexity %.4f  bits %.4f", scores->perplexity, log2(scores->perplexity));
    if (!isnan(scores->accuracy)) {
        printf("  accuracy %.4f", scores->accuracy);
        if (top_k < result->classes) printf("  top %lld %.4f", (long long)top_k, scores->top_k);
        printf("  precision %.4f  recall %.4f  F1 %.4f", scores->precision, scores->recall, scores->f1);
    }
    if (!isnan(scores->mse)) printf("  MSE %.6f  R2 %.6f", scores->mse, scores->r2);
    printf("\n");
    if (result->confusion && result->classes <= MOST_CLASSES) print_confusion(result);
}

static dp_status test(const cli_asked *asked, const test_options *options)
{
    dp_test_result result = {0};
    dp_status status = dp_test(asked->model, asked->data, asked->bindings.bindings, asked->bindings.count, asked->normalize, &result);
    if (status == DP_OK && result.classes) result.scores.top_k = dp_test_top_k(&result, options->top_k);
    if (status == DP_OK && options->json) status = print_json(asked->ctx, &result, options->top_k);
    else if (status == DP_OK) print_text(&result, options->top_k);
    dp_test_result_free(&result);
    return status;
}

static int run(const void *given, const cli_list *operands)
{
    const test_options *options = given;
    cli_asked asked;
    int exit_status = cli_ask_open(&cli_test, &options->ask, operands->items[0], &asked);
    if (exit_status == CLI_FINE) {
        dp_status status = test(&asked, options);
        if (status != DP_OK) exit_status = cli_fail(asked.ctx, status);
    }
    cli_ask_close(&asked);
    return exit_status;
}

#define OPTION(member) .offset = offsetof(test_options, member)
static const cli_option options[] = {
    CLI_ASK_OPTIONS(test_options),
    {.name = "top-k", .kind = CLI_INTEGER, OPTION(top_k), .argument = "K", .value = "5", .least = 1,
     .help = "the k of top_k: right if the class is among the k with the largest scores"},
    {.name = "json", .kind = CLI_FLAG, OPTION(json),
     .help = "one JSON object: n, loss, accuracy, precision, recall, f1 (means over classes), top_k, "
             "perplexity, mse, r2, k, "
             "confusion (rows: true class; columns: predicted class), by_class (rows of precision, recall, F1)"},
};
static const char *const usage[] = {"RUN --data SRC [options]", NULL};
static const char *const paragraphs[] = {
    "Tests the model that denpa train left in the folder RUN: its loss, how many rows it gets right, and which classes "
    "it takes for which; of a regression the mean squared error and R2.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa test run --data mnist", "accuracy on MNIST's 10,000 test images"},
};
const cli_command cli_test = {
    .name = "test",
    .summary = "test a trained model on data",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 1,
    .most_operands = 1,
    .options_bytes = sizeof(test_options),
    .run = run,
};
