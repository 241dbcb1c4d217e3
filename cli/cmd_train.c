/* denpa train: a model and data in, a trained model out. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keep_path.h"
#include "progress.h"
#include "report_page.h"
#include "run_json.h"

typedef struct train_options {
    const char *plan;
    const char *data, *optimizer, *schedule, *dtype, *loss, *output, *out, *metrics, *report, *standardize, *augment;
    cli_list bind, set;
    int64_t epochs, steps, batch, seed, threads, log_every, patience, top_k, checkpoint_every, keep;
    double validation;
    int shuffle, keep_path, guard, resume, quiet, json, jsonl;
} train_options;

/* Ctrl-C, or a terminal that is closed: the run stops after the step at hand. The second time it kills as usual. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

static void catch_interrupts(void)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESETHAND | SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    struct sigaction before;
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) /* nohup denpa train */
        sigaction(SIGHUP, &action, NULL);
}

typedef struct training {
    dp_ctx *ctx;
    dp_model *model;
    dp_dataset *train, *test;
    cli_pairs bindings, settings;
    cli_progress progress;
    int json, jsonl;
    dp_text log; /* JSON: the rows; JSON lines: the one at hand */
    dp_status log_status;
    cli_path path; /* of --keep-path */
    cli_plot_library plot; /* for --report */
} training;

static dp_status add_row(dp_text *log, const dp_progress *at)
{
    dp_status status = dp_text_addf(log, log->length ? ", {" : "{");
    if (status == DP_OK) status = cli_json_row(log, at);
    return status == DP_OK ? dp_text_addf(log, "}") : status;
}

/* A line that can be read at once. */
static dp_status print_line(dp_text *line, const dp_progress *at)
{
    line->length = 0;
    dp_status status = add_row(line, at);
    if (status == DP_OK) status = dp_text_addf(line, "\n");
    if (status == DP_OK) cli_print(line);
    fflush(stdout);
    line->length = 0;
    return status;
}

static int on_progress(void *user, const dp_progress *at)
{
    training *t = user;
    cli_progress_show(&t->progress, at);
    if (at->is_row && t->json && t->log_status == DP_OK) t->log_status = add_row(&t->log, at);
    if (at->is_row && t->jsonl && t->log_status == DP_OK) t->log_status = print_line(&t->log, at);
    if (at->is_row && t->log_status == DP_OK) t->log_status = cli_path_add(&t->path, t->model, at->step);
    return interrupted || t->log_status != DP_OK;
}

static dp_status open_data(training *t, const train_options *options)
{
    dp_status status = dp_dataset_open(t->ctx, options->data, DP_SPLIT_TRAIN, &t->train);
    if (status != DP_OK) return status;
    status = dp_dataset_open(t->ctx, options->data, DP_SPLIT_TEST, &t->test);
    return status == DP_ERR_NAME ? DP_OK : status; /* a table has no test part */
}

static dp_status open_model(training *t, const train_options *options, const char *path)
{
    dp_model_config config;
    dp_model_config_init(&config);
    config.dtype = strcmp(options->dtype, "f64") == 0 ? DP_F64 : DP_F32;
    config.loss = options->loss;
    config.output = options->output;
    config.settings = t->settings.settings;
    config.setting_count = cli_settings_add_data(t->settings.settings, t->settings.count, t->train);
    config.seed = (uint64_t)options->seed;
    return dp_model_open(t->ctx, path, &config, &t->model);
}

static void set_progress(training *t, const train_options *options)
{
    int64_t rows = dp_dataset_rows(t->train), batch = options->batch < rows ? options->batch : rows;
    double an_epoch = (double)((rows + batch - 1) / batch);
    double steps = options->steps ? (double)options->steps : (double)options->epochs * an_epoch;
    t->json = options->json;
    t->jsonl = options->jsonl;
    t->progress = (cli_progress){.bar = isatty(STDERR_FILENO) && !options->quiet,
                                 .lines = !options->json && !options->jsonl && !options->quiet,
                                 .batch = batch};
    if (!options->log_every && steps / an_epoch > 100 && steps < 0x1p62) t->progress.spacing = (int64_t)(steps / 20);
}

static dp_status print_json(training *t, const dp_progress *end, int stopped)
{
    dp_text text = {.ctx = t->ctx};
    dp_status status = dp_text_addf(&text, "{\"stopped\": %s", stopped ? "true" : "false");
    if (status == DP_OK) status = cli_json_row(&text, end);
    if (status == DP_OK && t->json) status = dp_text_addf(&text, ", \"log\": [");
    if (status == DP_OK && t->log.length) status = dp_text_add(&text, t->log.data, t->log.length);
    if (status == DP_OK) status = dp_text_addf(&text, t->json ? "]}\n" : "}\n");
    if (status == DP_OK) cli_print(&text);
    dp_text_free(&text);
    return status;
}

static void print_end(const training *t, const train_options *options, const dp_progress *end, int stopped)
{
    if (stopped) printf("stopped after step %lld of %lld\n", (long long)end->step, (long long)end->steps);
    if (stopped && (options->checkpoint_every || options->resume))
        printf("a checkpoint was kept: the same command with --resume goes on from it\n");
    if (!stopped && options->patience && end->best_epoch && end->step < end->steps)
        printf("ended early: no epoch was better than %lld for %lld epochs\n", (long long)end->best_epoch,
               (long long)options->patience);
    if (end->best_epoch && options->patience)
        printf("the weights are those of epoch %lld: validation loss %.6f\n", (long long)end->best_epoch,
               end->validation.loss);
    if (!isnan(end->test.accuracy))
        printf("test accuracy %.4f on %lld rows\n", end->test.accuracy, (long long)dp_dataset_rows(t->test));
    if (isnan(end->loss) || isinf(end->loss))
        printf("the loss is no longer a finite number: try a smaller learning rate\n");
    if (options->out) printf("saved in %s\n", options->out);
    else printf("not saved: no folder was given with --out\n");
}

/* The path begins with the weights before the first step: they are drawn here, as dp_train would. */
static dp_status begin_path(training *t, const train_options *options, dp_train_config *config)
{
    if (!options->keep_path) return DP_OK;
    t->path.keep = config->keep_params = 1;
    dp_status status = dp_model_init(t->model, config->seed);
    return status == DP_OK ? cli_path_add(&t->path, t->model, 0) : status;
}

static int train(training *t, const train_options *options, const char *path)
{
    dp_train_config config;
    dp_train_config_init(&config);
    dp_progress end = {0};
    dp_status status = open_data(t, options);
    if (status == DP_OK) status = open_model(t, options, path);
    if (status != DP_OK) return cli_fail(t->ctx, status);
    config.epochs = options->epochs;
    config.steps = options->steps;
    config.batch = options->batch;
    config.optimizer = options->optimizer;
    config.schedule = options->schedule;
    config.validation = options->validation;
    config.patience = options->patience;
    config.metrics = options->metrics;
    config.top_k = options->top_k;
    config.no_guard = !options->guard;
    config.seed = (uint64_t)options->seed;
    config.shuffle = options->shuffle;
    config.standardize = options->standardize;
    config.augment = options->augment;
    config.log_every = options->log_every;
    config.bindings = t->bindings.bindings;
    config.binding_count = t->bindings.count;
    config.out_dir = options->out;
    config.checkpoint_every = options->checkpoint_every;
    config.keep_checkpoints = options->keep;
    config.resume = options->resume;
    config.progress = on_progress;
    config.user = t;
    set_progress(t, options);
    catch_interrupts();
    status = begin_path(t, options, &config);
    if (status == DP_OK) status = dp_train(t->model, t->train, t->test, &config, &end);
    cli_progress_end(&t->progress);
    int stopped = status == DP_ERR_CANCELLED;
    if (stopped) status = t->log_status;
    if (status == DP_OK && options->keep_path) status = cli_path_write(&t->path, t->model, options->out);
    if (status == DP_OK && (t->json || t->jsonl)) status = print_json(t, &end, stopped);
    if (status != DP_OK) return cli_fail(t->ctx, status);
    if (!t->json && !t->jsonl && !options->quiet) print_end(t, options, &end, stopped);
    return CLI_FINE;
}

/* The run is in its folder, whatever becomes of the report. */
static int report(const training *t, const train_options *options)
{
    dp_report_config config;
    t->plot.dp_report_config_init(&config);
    return cli_report_write(&t->plot, t->ctx, options->out, options->report,
                            !options->json && !options->jsonl && !options->quiet, &config);
}

static int run(const void *given, const cli_list *operands)
{
    const train_options *options = given;
    if (!options->data)
        return cli_wrong_use(&cli_train, "--data is missing: mnist, digits, or a file or folder (denpa data --help)");
    if ((options->resume || options->checkpoint_every) && !options->out)
        return cli_wrong_use(&cli_train, "--%s needs --out DIR, where checkpoints are",
                             options->resume ? "resume" : "checkpoint-every");
    if (options->resume && options->keep_path)
        return cli_wrong_use(&cli_train, "--keep-path keeps the path from the first step on; it does not go with --resume");
    if (options->json && options->jsonl)
        return cli_wrong_use(&cli_train, "--json gives one object at the end, --jsonl a line for each row: choose one");
    if (options->keep_path && !options->out)
        return cli_wrong_use(&cli_train, "--keep-path needs --out DIR to leave the path in");
    if (options->report && !options->out)
        return cli_wrong_use(&cli_train, "--report needs --out DIR: it is made from what the run leaves there");
    if (strcmp(options->dtype, "f32") != 0 && strcmp(options->dtype, "f64") != 0)
        return cli_wrong_use(&cli_train, "--dtype: \"%s\" is neither f32 nor f64", options->dtype);
    cli_plot_library plot = {0};
    if (options->report && cli_plot_load(&plot)) return CLI_WRONG_USE; /* before hours of training */
    training t = {.plot = plot, .ctx = cli_ctx_planned(&cli_train, options->threads, options->plan)};
    if (!t.ctx) return CLI_WRONG_USE;
    t.log.ctx = t.ctx;
    int status = cli_pairs_read(&cli_train, "bind", &options->bind, &t.bindings);
    if (status == CLI_FINE) status = cli_pairs_read(&cli_train, "set", &options->set, &t.settings);
    if (status == CLI_FINE) status = train(&t, options, operands->items[0]);
    if (status == CLI_FINE && options->report) status = report(&t, options);
    dp_text_free(&t.log);
    cli_path_free(&t.path);
    dp_model_free(&t.model);
    dp_dataset_free(&t.train);
    dp_dataset_free(&t.test);
    cli_pairs_free(&t.bindings);
    cli_pairs_free(&t.settings);
    dp_ctx_free(&t.ctx);
    return status;
}

#define OPTION(member) .offset = offsetof(train_options, member)
static const cli_option options[] = {
    {.name = "data", .kind = CLI_TEXT, OPTION(data), .argument = "SRC",
     .help = "mnist, digits, digits:N, or a file or folder: denpa data --help has all, with their options"},
    {.name = "bind", .kind = CLI_LIST, OPTION(bind), .argument = "NAME=COL,...",
     .help = "fill the input NAME from these columns of the data, side by side; again for further inputs"},
    {.name = "set", .kind = CLI_LIST, OPTION(set), .argument = "NAME=EXPR",
     .help = "replace what the model binds NAME to"},
    {.name = "augment", .kind = CLI_TEXT, OPTION(augment), .argument = "NAME=AMOUNT,...",
     .help = "change pictures at random, each epoch anew: shift, rotate, scale, shear, elastic, erase, noise, flip"},
    {.name = "standardize", .kind = CLI_TEXT, OPTION(standardize), .argument = "NAME,...",
     .help = "bring these inputs to mean 0 and deviation 1, number by number; what is learned is kept with the model"},
    {.name = "epochs", .kind = CLI_INTEGER, OPTION(epochs), .argument = "E", .value = "1", .least = 1,
     .help = "how often to go through the data"},
    {.name = "steps", .kind = CLI_INTEGER, OPTION(steps), .argument = "S", .least = 1,
     .help = "this many updates instead of whole epochs"},
    {.name = "batch", .kind = CLI_INTEGER, OPTION(batch), .argument = "B", .value = "100", .least = 1,
     .help = "rows of an update"},
    {.name = "optim", .kind = CLI_TEXT, OPTION(optimizer), .argument = "TEXT", .value = "sgd:lr=0.01",
     .help = "the optimiser with its options"},
    {.name = "schedule", .kind = CLI_TEXT, OPTION(schedule), .argument = "TEXT",
     .help = "how the learning rate changes: cosine, or step:step_size=30, or warmup:total_iters=500;cosine, ..."},
    {.name = "validation", .kind = CLI_REAL, OPTION(validation), .argument = "SHARE",
     .help = "keep back this share of the rows, of every class alike, and test on it at the end of each epoch: 0.1"},
    {.name = "patience", .kind = CLI_INTEGER, OPTION(patience), .argument = "E",
     .help = "end when E epochs have not made the validation loss smaller, and keep the weights of the best epoch"},
    {.name = "seed", .kind = CLI_INTEGER, OPTION(seed), .argument = "S", .value = "0",
     .help = "of the first parameters, of the order and of the validation part"},
    {.name = "shuffle", .kind = CLI_FLAG, OPTION(shuffle), .value = "1",
     .help = "a new order in every epoch; --no-shuffle keeps that of the data"},
    {.name = "dtype", .kind = CLI_TEXT, OPTION(dtype), .argument = "f32|f64", .value = "f32",
     .help = "the numbers to compute with"},
    {.name = "loss", .kind = CLI_TEXT, OPTION(loss), .argument = "NAME",
     .help = "what is minimised, if it is not called loss"},
    {.name = "output", .kind = CLI_TEXT, OPTION(output), .argument = "NAME",
     .help = "the prediction, if it is not what softmax_cross_entropy is given"},
    {.name = "threads", .kind = CLI_INTEGER, OPTION(threads), .argument = "T", .value = "0", .most = 1024,
     .help = "0: one for each core; the result does not depend on it"},
    CLI_PLAN_OPTION(train_options, plan),
    {.name = "log-every", .kind = CLI_INTEGER, OPTION(log_every), .argument = "K", .value = "0",
     .help = "a row of the log every K steps; 0: one for each epoch"},
    {.name = "metrics", .kind = CLI_TEXT, OPTION(metrics), .argument = "NAME,...",
     .help = "further columns of the log: precision, recall, f1, top_k, perplexity, mse, r2"},
    {.name = "top-k", .kind = CLI_INTEGER, OPTION(top_k), .argument = "K", .value = "5", .least = 1,
     .help = "the k of top_k: right if the class is among the k with the largest scores"},
    {.name = "guard", .kind = CLI_FLAG, OPTION(guard), .value = "1",
     .help = "stop where the loss or a gradient is no finite number, and say where it begins; --no-guard goes on"},
    {.name = "out", .kind = CLI_TEXT, OPTION(out), .argument = "DIR",
     .help = "leave model.safetensors, model.dp, config.json and log.csv there"},
    {.name = "checkpoint-every", .kind = CLI_INTEGER, OPTION(checkpoint_every), .argument = "K", .least = 1,
     .help = "leave a checkpoint in DIR/checkpoints every K steps, and at the end"},
    {.name = "keep", .kind = CLI_INTEGER, OPTION(keep), .argument = "K", .value = "3", .least = 1,
     .help = "how many of the last checkpoints are kept; the best one is, too, where there is a validation part"},
    {.name = "resume", .kind = CLI_FLAG, OPTION(resume),
     .help = "go on from the last checkpoint in DIR, or begin where there is none yet"},
    {.name = "keep-path", .kind = CLI_FLAG, OPTION(keep_path),
     .help = "leave path.safetensors there, too: the weights at each row of the log, for denpa plot landscape"},
    {.name = "report", .kind = CLI_TEXT, OPTION(report), .argument = "FILE", .bare = "",
     .help = "make a report on the run at the end, as denpa report does; without FILE report.html in the folder"},
    {.name = "json", .kind = CLI_FLAG, OPTION(json),
     .help = "one JSON object with the last numbers and the rows of the log"},
    {.name = "jsonl", .kind = CLI_FLAG, OPTION(jsonl),
     .help = "a line of JSON for each row of the log as it is made, and one with the last numbers"},
    {.name = "quiet", .letter = 'q', .kind = CLI_FLAG, OPTION(quiet), .help = "no lines and no bar; errors are said"},
};
static const char *const usage[] = {"MODEL --data SRC [options]", NULL};
/* The optimisers with their options and defaults, from the library's list. */
static const char optimizers[] = "  all:"
#define DP_OPTIMIZER(id, name, one, two, three, formula) "\n  " #name ":"
#define DP_OPTIMIZER_OPTION(id, option, value, limits) " " #option "=" #value
#include <denpa/optimizers.def>
#undef DP_OPTIMIZER
#undef DP_OPTIMIZER_OPTION
    ;
static const char schedules[] = ""
#define DP_SCHEDULE(id, name, torch, formula) "\n  " #name ":"
#define DP_SCHEDULE_OPTION(id, option, value, limits) " " #option "=" #value
#include <denpa/schedules.def>
#undef DP_SCHEDULE
#undef DP_SCHEDULE_OPTION
    ;
static const char *const paragraphs[] = {
    "Trains a model file: the value named loss is made small. Inputs and labels are filled from the columns of the "
    "data: the column of the same "
    "name, or else the next columns that are not taken, in order. A test part of the data is tested on at the end of "
    "each epoch.",
    "Optimisers are written NAME:OPTION=NUMBER,… with PyTorch's names, meanings and defaults:",
    optimizers,
    "An option that is 0 or 1 may be given by its name alone: adam:amsgrad. clip_value and clip_norm limit each "
    "gradient "
    "and the norm of all. Groups of parameters come behind a ';', with a pattern of their names: "
    "'sgd:lr=0.1,weight_decay=1e-4;*.b:weight_decay=0'. docs/training.md has the formulas.",
    "Schedules of the learning rate:",
    schedules + 1, /* without its first line feed */
    "NAN stands where a number has to be given.",
    "Ctrl-C stops after the step at hand and keeps what was trained. With --checkpoint-every a run can be killed at any "
    "moment; the same command with --resume goes on and leaves the same bytes as a run that was not killed. It is refused "
    "where model, data or options are others; only --epochs and --steps may grow.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa train models/two_layer_net.dp --data mnist --optim sgd:lr=0.1 --epochs 16 --out run",
     "the book's network on MNIST"},
    {"denpa train net.dp --data mnist --checkpoint-every 1000 --resume --out run",
     "a run that can be killed at any moment: begun, or gone on with"},
    {"denpa train models/xor.dp --data models/data/xor.csv --bind x=x1,x2 --bind t=class1", "XOR from a CSV file"},
};
const cli_command cli_train = {
    .name = "train",
    .summary = "train a model on data",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 1,
    .most_operands = 1,
    .options_bytes = sizeof(train_options),
    .run = run,
};
