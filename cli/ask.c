#include "ask.h"

#include <string.h>

static int use_ok(const cli_command *command, const cli_ask_options *options)
{
    if (options->dtype && strcmp(options->dtype, "f16") != 0)
        return cli_wrong_use(command, "--dtype: \"%s\" is not f16; without --dtype the model computes as it was trained",
                             options->dtype);
    if (!options->data)
        return cli_wrong_use(command, "--data is missing: mnist, digits, or a file or folder (denpa data --help)");
    return CLI_FINE;
}

int cli_ask_open(const cli_command *command, const cli_ask_options *options, const char *run, cli_asked *asked)
{
    const dp_binding *trained;
    *asked = (cli_asked){.normalize = 1};
    int failed = use_ok(command, options);
    if (failed) return failed;
    asked->ctx = cli_ctx_new(options->threads);
    if (!asked->ctx) return CLI_WRONG_USE;
    failed = cli_pairs_read(command, "bind", &options->bind, &asked->bindings);
    if (failed) return failed;
    dp_status status = dp_run_open(asked->ctx, run, &asked->model);
    if (status == DP_OK)
        status = cli_dataset_for_test(asked->ctx, asked->model, options->data, options->train_part, &asked->data);
    if (status != DP_OK) return cli_fail(asked->ctx, status);
    dp_model_set_float16(asked->model, options->dtype != NULL);
    dp_model_bindings(asked->model, &trained, &asked->normalize);
    return CLI_FINE;
}

void cli_ask_close(cli_asked *asked)
{
    dp_dataset_free(&asked->data);
    dp_model_free(&asked->model);
    cli_pairs_free(&asked->bindings);
    dp_ctx_free(&asked->ctx);
}
