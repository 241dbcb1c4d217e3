/* denpa check: back-propagation against central differences. */
#include <stdlib.h>

#include "session.h"

typedef struct check_options {
    cli_source source;
    const char *of;
    double tolerance, h;
    int64_t batch, elements;
    int json;
} check_options;

static dp_status show(const cli_session *s, const check_options *options, const dp_check_result *results, int n)
{
    dp_text text = {.ctx = s->ctx};
    char number[DP_NUMBER_TEXT_BYTES];
    dp_status status;
    if (options->json) {
        status = dp_text_addf(&text, "{\"of\": ");
        if (status == DP_OK) status = dp_text_json_string(&text, options->of);
        if (status == DP_OK)
            status = dp_text_addf(
                &text, ", \"tolerance\": %s, \"ok\": %s, \"check\": ", dp_number_text_f64(options->tolerance, number),
                cli_check_failed(results, n) ? "false" : "true");
        if (status == DP_OK) status = cli_check_json(&text, s->graph, results, n, 1);
        if (status == DP_OK) status = dp_text_addf(&text, "}\n");
    } else {
        status = dp_text_addf(&text, "gradient of %s against central differences in float64, tolerance %s\n\n",
                              options->of, dp_number_text_f64(options->tolerance, number));
        if (status == DP_OK) status = cli_check_table(&text, s->graph, results, n);
    }
    if (status == DP_OK) cli_print(&text);
    dp_text_free(&text);
    return status;
}

static int check(cli_session *s, const check_options *options)
{
    dp_check_config config;
    dp_check_config_init(&config);
    config.tolerance = options->tolerance;
    config.h = options->h;
    config.max_elements = options->elements;
    config.seed = (uint64_t)options->source.seed;
    dp_val loss, *variables = NULL;
    dp_check_result *results = NULL;
    int n = 0, exit_status = CLI_FINE;
    dp_status status = cli_session_value(s, options->of, "--of", &loss);
    if (status == DP_OK && (n = cli_session_variables(s, loss, &variables)) < 0) status = DP_ERR_NOMEM;
    if (status == DP_OK && n == 0)
        exit_status = cli_wrong_use(&cli_check, "%s does not depend on any variable or parameter", options->of);
    else {
        if (status == DP_OK) status = cli_session_feed(s);
        if (status == DP_OK) status = cli_session_check(s, loss, variables, n, &config, &results);
        if (status == DP_OK) status = show(s, options, results, n);
        exit_status = status != DP_OK                ? cli_fail(s->ctx, status)
                      : cli_check_failed(results, n) ? CLI_CHECK_FAILED
                                                     : CLI_FINE;
    }
    free(variables);
    free(results);
    return exit_status;
}

static int run(const void *given, const cli_list *operands)
{
    const check_options *options = given;
    if (!options->of)
        return cli_wrong_use(&cli_check, "--of NAME is missing: the value whose gradient is to be checked");
    if (options->tolerance <= 0 || options->h <= 0)
        return cli_wrong_use(&cli_check, "--tolerance and --h must be above 0");
    cli_session session;
    int exit_status = cli_session_open(&cli_check, &options->source, operands, DP_F64, 0, options->batch, &session);
    if (!exit_status) exit_status = check(&session, options);
    cli_session_close(&session);
    return exit_status;
}

static const cli_option options[] = {
    {.name = "of",
     .kind = CLI_TEXT,
     .offset = offsetof(check_options, of),
     .argument = "NAME",
     .help = "the scalar that is differentiated"},
    CLI_SOURCE_OPTIONS(check_options),
    {.name = "batch",
     .kind = CLI_INTEGER,
     .offset = offsetof(check_options, batch),
     .argument = "N",
     .value = "10",
     .least = 1,
     .help = "the first N rows of the data"},
    {.name = "tolerance",
     .kind = CLI_REAL,
     .offset = offsetof(check_options, tolerance),
     .argument = "T",
     .value = "1e-6",
     .help = "the largest relative difference that is fine"},
    {.name = "h",
     .kind = CLI_REAL,
     .offset = offsetof(check_options, h),
     .argument = "H",
     .value = "6e-6",
     .help = "step of the differences, times max(1, |x|)"},
    {.name = "elements",
     .kind = CLI_INTEGER,
     .offset = offsetof(check_options, elements),
     .argument = "K",
     .value = "200",
     .least = 1,
     .help = "of a larger variable K elements are checked, drawn from the seed"},
    {.name = "json", .kind = CLI_FLAG, .offset = offsetof(check_options, json), .help = "one JSON object on stdout"},
};
static const char *const usage[] = {"FILE --of NAME [options]", "RUN --of NAME [options]", "-e TEXT --of NAME [options]", NULL};
static const char *const paragraphs[] = {
    "Checks the gradient of NAME in every variable (a name bound to numbers) and parameter it depends on: "
    "back-propagation against "
    "(NAME(x + h) - NAME(x - h)) / 2h, element by element, signed, in float64. The relative difference of two numbers "
    "is their difference over "
    "the larger of the two, and over no less than what rounding lets a central difference see.",
    "Parameters are drawn from the seed; those of a RUN, the folder that denpa train leaves, are as they were trained. Exit status 1 if a difference is above the tolerance.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa check -e \"x = [1, 2]; L = sum(x ** 3)\" --of L", "a formula on the command line"},
    {"denpa check models/two_layer_net.dp --of loss --data digits --batch 5",
     "a network, its inputs filled with five digits"},
};
const cli_command cli_check = {
    .name = "check",
    .summary = "hold back-propagation against central differences",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .most_operands = 1,
    .options_bytes = sizeof(check_options),
    .run = run,
};
