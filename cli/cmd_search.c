/* denpa search: many short trainings with other values, and which were good. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "progress.h"
#include "run_json.h"
#include "search.h"

static void tell_of(const search_trial *trial, int64_t done, int64_t count)
{
    (void)trial;
    if (isatty(STDERR_FILENO)) fprintf(stderr, "\rtrial %lld of %lld\033[K%s", (long long)done, (long long)count, done == count ? "\r\033[K" : "");
}

static int open_all(searching *s)
{
    const search_options *options = s->options;
    int status = cli_pairs_read(&cli_search, "bind", &options->bind, &s->bindings);
    if (!status) status = search_read_sets(s);
    if (status) return status;
    dp_status opened = dp_dataset_open(s->ctx, options->data, DP_SPLIT_TRAIN, &s->train);
    if (opened == DP_OK) {
        opened = dp_dataset_open(s->ctx, options->data, DP_SPLIT_TEST, &s->test);
        if (opened == DP_ERR_NAME) opened = DP_OK; /* a table has no test part */
    }
    return opened == DP_OK ? CLI_FINE : cli_fail(s->ctx, opened);
}

static int make_trials(searching *s)
{
    search_result *result = &s->result;
    result->grid = s->options->grid;
    result->seed = (uint64_t)s->options->seed;
    result->count = s->options->trials;
    if (result->grid) {
        int64_t all = search_grid_count(&s->space);
        if (all == 0 || all > 100000) return cli_wrong_use(&cli_search, "--grid: there are more than 100000 points");
        if (!s->options->trials || all < s->options->trials) result->count = all;
    } else if (!result->count) result->count = 20;
    result->trials = calloc((size_t)result->count, sizeof *result->trials);
    if (!result->trials) return cli_fail(s->ctx, DP_ERR_NOMEM);
    for (int64_t t = 0; t < result->count; t++) result->trials[t].number = t;
    return CLI_FINE;
}

static void print_best(const searching *s)
{
    char value[SEARCH_VALUE_BYTES];
    const search_trial *best = &s->result.trials[0];
    dp_text optimizer = {.ctx = s->ctx};
    if (best->fate != SEARCH_ENDED) return;
    if (search_add_optimizer(&optimizer, s, best) != DP_OK) {
        dp_text_free(&optimizer);
        return;
    }
    printf("\nthe best, on all rows: denpa train %s --data %s --optim '%s' --batch %lld", s->path, s->options->data,
           optimizer.data, (long long)search_batch_of(s, best));
    for (int i = 0; i < s->space.count; i++)
        if (s->space.ranges[i].target == SEARCH_MODEL)
            printf(" --set '%s=%s'", s->space.ranges[i].name, search_value_of(&s->result, best, i, value));
    printf("\n");
    dp_text_free(&optimizer);
}

static int show(searching *s)
{
    const search_options *options = s->options;
    char path[4096];
    dp_status status = DP_OK;
    int failed = CLI_FINE;
    if (options->out) {
        (void)mkdir(options->out, 0777); /* where no trial came so far as to make it */
        snprintf(path, sizeof path, "%s/search.csv", options->out);
        status = search_write_csv(&s->result, s->ctx, path);
    }
    if (status == DP_OK && options->json) status = search_print_json(&s->result, s->ctx);
    if (status != DP_OK) return cli_fail(s->ctx, status);
    if (!options->json) {
        search_print_table(&s->result, options->show);
        print_best(s);
    }
    if (options->plot) failed = search_plot_scores(&s->result, s->ctx, options->plot);
    if (!failed && options->curves) failed = search_plot_curves(&s->result, s->ctx, options->curves);
    if (!failed && s->result.trials[0].fate != SEARCH_ENDED) return CLI_CHECK_FAILED; /* none did */
    return failed;
}

static int64_t jobs_of(const search_options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return options->jobs ? options->jobs : cores > 1 ? cores : 1;
}

static int check_use(const search_options *options)
{
    if (!options->data)
        return cli_wrong_use(&cli_search, "--data is missing: mnist, digits, a CSV file, or a folder with IDX files");
    if (!(options->validation > 0 && options->validation < 1))
        return cli_wrong_use(&cli_search, "--validation: a search needs a share of the rows to judge by, above 0 and below 1");
    if (strcmp(options->dtype, "f32") != 0 && strcmp(options->dtype, "f64") != 0)
        return cli_wrong_use(&cli_search, "--dtype: \"%s\" is neither f32 nor f64", options->dtype);
    if (options->score && !cli_is_score(options->score))
        return cli_wrong_use(&cli_search, "--score: there is no score \"%s\"", options->score);
    return CLI_FINE;
}

static int run(const void *given, const cli_list *operands)
{
    searching s = {.options = given, .path = operands->items[0]};
    int status = check_use(s.options);
    if (status) return status;
    s.ctx = cli_ctx_new(1);
    if (!s.ctx) return CLI_WRONG_USE;
    status = open_all(&s);
    if (!status) status = make_trials(&s);
    if (!status)
        status = search_run_all(s.result.trials, s.result.count, (int)jobs_of(s.options), search_run_trial, &s, tell_of);
    if (!status) {
        search_take_scores(&s);
        search_sort(&s.result);
        status = show(&s);
    }
    search_trials_free(s.result.trials, s.result.count);
    search_space_free(&s.space);
    cli_pairs_free(&s.bindings);
    cli_pairs_free(&s.settings);
    dp_dataset_free(&s.train);
    dp_dataset_free(&s.test);
    dp_ctx_free(&s.ctx);
    return status;
}

#define OPTION(member) .offset = offsetof(search_options, member)
static const cli_option options[] = {
    {.name = "data", .kind = CLI_TEXT, OPTION(data), .argument = "SRC", .help = "as for denpa train"},
    {.name = "set", .kind = CLI_LIST, OPTION(set), .argument = "NAME=RANGE",
     .help = "what to try: log(A,B), uniform(A,B), int(A,B), choice(A,B,...); or a value, as for denpa train"},
    {.name = "trials", .kind = CLI_INTEGER, OPTION(trials), .argument = "N", .most = 100000,
     .help = "how many, at random; default 20. With --grid at most so many points, default all"},
    {.name = "grid", .kind = CLI_FLAG, OPTION(grid),
     .help = "all combinations: every choice, and of a range 3 points or as many as its third number says"},
    {.name = "jobs", .kind = CLI_INTEGER, OPTION(jobs), .argument = "J", .value = "0", .most = 256,
     .help = "trials at a time, each on one core; 0: as many as cores. The result does not depend on it"},
    {.name = "validation", .kind = CLI_REAL, OPTION(validation), .argument = "SHARE", .value = "0.1",
     .help = "the share of the rows that trials are judged by"},
    {.name = "score", .kind = CLI_TEXT, OPTION(score), .argument = "NAME",
     .help = "by what: accuracy, loss, f1, precision, recall, top_k, perplexity, mse, r2; without it accuracy or else loss"},
    {.name = "bind", .kind = CLI_LIST, OPTION(bind), .argument = "NAME=COL,...", .help = "as for denpa train"},
    {.name = "standardize", .kind = CLI_TEXT, OPTION(standardize), .argument = "NAME,...", .help = "as for denpa train"},
    {.name = "epochs", .kind = CLI_INTEGER, OPTION(epochs), .argument = "E", .value = "1", .least = 1,
     .help = "of each trial"},
    {.name = "steps", .kind = CLI_INTEGER, OPTION(steps), .argument = "S", .least = 1,
     .help = "of each trial, instead of whole epochs"},
    {.name = "batch", .kind = CLI_INTEGER, OPTION(batch), .argument = "B", .value = "100", .least = 1,
     .help = "rows of an update"},
    {.name = "optim", .kind = CLI_TEXT, OPTION(optimizer), .argument = "TEXT", .value = "sgd",
     .help = "the optimiser; what --set says of its options comes behind what is said here"},
    {.name = "schedule", .kind = CLI_TEXT, OPTION(schedule), .argument = "TEXT", .help = "as for denpa train"},
    {.name = "patience", .kind = CLI_INTEGER, OPTION(patience), .argument = "E",
     .help = "end a trial when E epochs have not made the validation loss smaller; it counts with its best epoch"},
    {.name = "seed", .kind = CLI_INTEGER, OPTION(seed), .argument = "S", .value = "0",
     .help = "of what is tried; and of every trial, so that all begin alike"},
    {.name = "dtype", .kind = CLI_TEXT, OPTION(dtype), .argument = "f32|f64", .value = "f32",
     .help = "the numbers to compute with"},
    {.name = "loss", .kind = CLI_TEXT, OPTION(loss), .argument = "NAME", .help = "as for denpa train"},
    {.name = "output", .kind = CLI_TEXT, OPTION(output), .argument = "NAME", .help = "as for denpa train"},
    {.name = "show", .kind = CLI_INTEGER, OPTION(show), .argument = "N", .value = "20",
     .help = "the best N of the table, and all that failed; 0: all"},
    {.name = "out", .kind = CLI_TEXT, OPTION(out), .argument = "DIR",
     .help = "leave search.csv there, and the run of each trial in trial-NUMBER"},
    {.name = "plot", .kind = CLI_TEXT, OPTION(plot), .argument = "FILE", .help = "a picture: the score over each range"},
    {.name = "curves", .kind = CLI_TEXT, OPTION(curves), .argument = "FILE",
     .help = "a picture: the learning curves of the best 20"},
    {.name = "json", .kind = CLI_FLAG, OPTION(json), .help = "one JSON object with all trials, the best first"},
};
static const char *const usage[] = {"MODEL --data SRC --set NAME=RANGE [options]", NULL};
static const char *const paragraphs[] = {
    "Trains a model again and again with values drawn from ranges, or with all points of a grid, and lists the trials, those "
    "with the best score on the validation part first.",
    "A NAME is what the model file binds, or else an option of the optimiser, or batch. Ranges: log(1e-4, 1e-1) draws evenly "
    "in the logarithm, uniform(0, 0.5) and int(10, 100) evenly, choice(50, 100, 200) one of these.",
    "What is tried depends on the seed and the trial's number alone. A trial that fails, or whose process is killed, is listed "
    "with the reason, and the others go on. The exit status is 1 if none ended.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa search net.dp --data mnist --set 'lr=log(1e-3, 1)' --set 'weight_decay=log(1e-8, 1e-4)'",
     "the book's search for a learning rate and a weight decay"},
    {"denpa search net.dp --data mnist --grid --set 'lr=log(0.01, 1, 5)' --set 'hidden=choice(50, 100)'",
     "a grid of ten points"},
};
const cli_command cli_search = {
    .name = "search",
    .summary = "try learning rates, sizes and other values",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 1,
    .most_operands = 1,
    .options_bytes = sizeof(search_options),
    .run = run,
};
