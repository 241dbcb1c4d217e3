/* denpa report: a run as one HTML page. */
#include <string.h>
#include <sys/stat.h>

#include "report_page.h"

typedef struct report_options {
    const char *out, *data, *title;
    int64_t threads, rows, mistakes;
    int train_part;
} report_options;

static int run(const void *given, const cli_list *operands)
{
    const report_options *options = given;
    cli_plot_library plot;
    dp_report_config config;
    int status = cli_plot_load(&plot);
    if (status) return status;
    plot.dp_report_config_init(&config);
    config.title = options->title;
    config.data = options->data;
    config.train_part = options->train_part;
    config.rows = options->rows;
    config.mistakes = options->mistakes;
    dp_ctx *ctx = cli_ctx_new(options->threads);
    if (!ctx) return CLI_WRONG_USE;
    status = cli_report_write(&plot, ctx, operands->items[0], options->out, 1, &config);
    dp_ctx_free(&ctx);
    return status;
}

int cli_report_write(const cli_plot_library *plot, dp_ctx *ctx, const char *dir, const char *path, int aloud,
                     const dp_report_config *config)
{
    dp_text usual = {.ctx = ctx};
    size_t bytes = strlen(dir);
    dp_status status = dp_text_addf(&usual, "%s%sreport.html", dir, bytes && dir[bytes - 1] == '/' ? "" : "/");
    if (!path || !*path) path = usual.data;
    if (status == DP_OK) status = plot->dp_report_write(ctx, dir, config, path);
    struct stat info;
    if (status == DP_OK && aloud && stat(path, &info) == 0)
        printf("report in %s (%lld kB)\n", path, ((long long)info.st_size + 999) / 1000);
    int exit_status = status == DP_OK ? CLI_FINE : cli_fail(ctx, status);
    dp_text_free(&usual);
    return exit_status;
}

#define OPTION(member) .offset = offsetof(report_options, member)
static const cli_option options[] = {
    {.name = "out", .letter = 'o', .kind = CLI_TEXT, OPTION(out), .argument = "FILE",
     .help = "where to; without it report.html in the run's folder"},
    {.name = "data", .kind = CLI_TEXT, OPTION(data), .argument = "SRC",
     .help = "look at the model with these data, as for denpa train; without it, with those it was trained with"},
    {.name = "train-part", .kind = CLI_FLAG, OPTION(train_part), .help = "the data's part for training instead"},
    {.name = "title", .kind = CLI_TEXT, OPTION(title), .argument = "TEXT", .help = "without it, the folder's name"},
    {.name = "rows", .kind = CLI_INTEGER, OPTION(rows), .argument = "N", .value = "500", .least = 1,
     .help = "rows of the data whose activations and gradients are shown"},
    {.name = "mistakes", .kind = CLI_INTEGER, OPTION(mistakes), .argument = "N", .value = "24", .least = 1, .most = 1000,
     .help = "the most rows shown that the model gets wrong"},
    {.name = "threads", .kind = CLI_INTEGER, OPTION(threads), .argument = "T", .value = "0", .most = 1024,
     .help = "0: one for each core"},
};
static const char *const usage[] = {"RUN [options]", NULL};
static const char *const paragraphs[] = {
    "Makes a report on the run that denpa train left in the folder RUN: one HTML page that needs nothing else, with the "
    "result, learning curves, confusion matrix, worst mistakes, first-layer weights, the network's graph, histograms of "
    "weights, activations and gradients, the gradient check, timing and configuration. It can be read in a light and a dark "
    "room, on paper, by keyboard and by ear.",
    "The test part of the data is looked at, or all of it if it has none. What there is nothing of, or what is missing, is "
    "said in its place. The same run and data give the same bytes. denpa train --report makes one at the end.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa report run", "into run/report.html"},
    {"denpa report run --data mnist -o mnist.html", "with other data than it was trained with"},
};
const cli_command cli_report = {
    .name = "report",
    .summary = "a trained model as one HTML page",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 1,
    .most_operands = 1,
    .options_bytes = sizeof(report_options),
    .run = run,
};
