/* denpa generate: text from a model of text. */
#include <unistd.h>

#include <denpa/generate.h>

#include "run_options.h"

typedef struct generate_options {
    const char *prompt;
    int64_t length, top_k, seed, threads;
    double temperature, top_p;
    int json;
} generate_options;

/* What was written: kept for JSON, else shown as it comes. */
typedef struct page {
    const char *prompt; /* to be shown first; NULL: nothing */
    dp_text text;
    dp_status status;
    int keep, at_terminal;
    char last;
} page;

static void show_prompt(page *p)
{
    if (p->prompt) fputs(p->prompt, stdout);
    p->prompt = NULL;
}

static int take(void *user, const char *character)
{
    page *p = user;
    p->last = character[0];
    if (p->keep) {
        p->status = dp_text_addf(&p->text, "%s", character);
        return p->status != DP_OK;
    }
    show_prompt(p);
    fputs(character, stdout);
    if (p->at_terminal) fflush(stdout);
    return ferror(stdout);
}

static dp_status print_json(dp_ctx *ctx, const dp_generate_config *config, const page *written)
{
    dp_text text = {.ctx = ctx};
    dp_status status = dp_text_addf(&text, "{\"prompt\": ");
    if (status == DP_OK) status = dp_text_json_string(&text, config->prompt ? config->prompt : "");
    if (status == DP_OK) status = dp_text_addf(&text, ", \"text\": ");
    if (status == DP_OK) status = dp_text_json_string(&text, written->text.data ? written->text.data : "");
    if (status == DP_OK) status = dp_text_addf(&text, ", \"temperature\": ");
    if (status == DP_OK) status = dp_text_json_number(&text, config->temperature);
    if (status == DP_OK) status = dp_text_addf(&text, ", \"top_k\": %lld, \"top_p\": ", (long long)config->top_k);
    if (status == DP_OK) status = dp_text_json_number(&text, config->top_p);
    if (status == DP_OK) status = dp_text_addf(&text, ", \"seed\": %llu}\n", (unsigned long long)config->seed);
    if (status == DP_OK) cli_print(&text);
    dp_text_free(&text);
    return status;
}

static dp_status generate(dp_ctx *ctx, const generate_options *options, const char *dir)
{
    dp_generate_config config;
    dp_model *model = NULL;
    page written = {.prompt = options->prompt, .text = {.ctx = ctx}, .keep = options->json,
                    .at_terminal = isatty(STDOUT_FILENO), .last = '\n'};
    dp_generate_config_init(&config);
    config.prompt = options->prompt;
    config.length = options->length;
    config.temperature = options->temperature;
    config.top_k = options->top_k;
    config.top_p = options->top_p;
    config.seed = (uint64_t)options->seed;
    config.take = take;
    config.user = &written;
    dp_status status = dp_run_open(ctx, dir, &model);
    if (status == DP_OK) status = dp_generate(model, &config);
    if (status == DP_OK) status = written.status;
    if (status == DP_OK && options->json) status = print_json(ctx, &config, &written);
    else if (status == DP_OK) {
        show_prompt(&written);
        if (written.last != '\n' || !options->length) putchar('\n');
    }
    dp_text_free(&written.text);
    dp_model_free(&model);
    return status;
}

static int run(const void *given, const cli_list *operands)
{
    const generate_options *options = given;
    dp_ctx *ctx = cli_ctx_new(options->threads);
    if (!ctx) return CLI_WRONG_USE;
    dp_status status = generate(ctx, options, operands->items[0]);
    int exit_status = status == DP_OK ? CLI_FINE : cli_fail(ctx, status);
    dp_ctx_free(&ctx);
    return exit_status;
}

#define OPTION(member) .offset = offsetof(generate_options, member)
static const cli_option options[] = {
    {.name = "prompt", .kind = CLI_TEXT, OPTION(prompt), .argument = "TEXT",
     .help = "what the text begins with; its characters have to be among those of the text that was trained on"},
    {.name = "length", .kind = CLI_INTEGER, OPTION(length), .argument = "N", .value = "500",
     .help = "how many characters to write"},
    {.name = "temperature", .kind = CLI_REAL, OPTION(temperature), .argument = "T", .value = "1",
     .help = "below 1 bolder, above 1 more varied; 0: always the most probable character"},
    {.name = "top-k", .kind = CLI_INTEGER, OPTION(top_k), .argument = "K", .value = "0",
     .help = "draw from the K most probable characters only; 0: from all"},
    {.name = "top-p", .kind = CLI_REAL, OPTION(top_p), .argument = "P", .value = "1",
     .help = "draw from the most probable characters that together have the share P"},
    {.name = "seed", .kind = CLI_INTEGER, OPTION(seed), .argument = "S", .value = "0",
     .help = "another text; the same seed gives the same one"},
    {.name = "threads", .kind = CLI_INTEGER, OPTION(threads), .argument = "T", .value = "0", .most = 1024,
     .help = "0: one for each core; the text does not depend on it"},
    {.name = "json", .kind = CLI_FLAG, OPTION(json),
     .help = "one JSON object: prompt, text (what was written behind it), temperature, top_k, top_p, seed"},
};
static const char *const usage[] = {"RUN [options]", NULL};
static const char *const paragraphs[] = {
    "Writes with the model that denpa train left in the folder RUN, if it was trained on a text (--data text:FILE): each "
    "character is drawn from what the model thinks comes next, and then belongs to what came before. The model sees as "
    "many of the last characters as its window has.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa train models/char_transformer.dp --data text:docs/book.md --optim adamw --out run",
     "a model of a text"},
    {"denpa generate run --prompt 'The network ' --temperature 0.8", "what it writes"},
};
const cli_command cli_generate = {
    .name = "generate",
    .summary = "let a model that was trained on a text write",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .least_operands = 1,
    .most_operands = 1,
    .options_bytes = sizeof(generate_options),
    .run = run,
};
