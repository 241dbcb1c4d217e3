/* What test and predict have in common: a trained model, and the data that it is asked about. */
#ifndef DENPA_CLI_ASK_H
#define DENPA_CLI_ASK_H

#include "run_options.h"

typedef struct cli_ask_options {
    const char *data, *dtype;
    cli_list bind;
    int64_t threads;
    int train_part;
} cli_ask_options;

/* The options that fill a cli_ask_options, for a struct of options `type` with a member `ask`. */
#define CLI_ASK_OPTIONS(type)                                                                                            \
    {.name = "data", .kind = CLI_TEXT, .offset = offsetof(type, ask.data), .argument = "SRC",                            \
     .help = "as for denpa train; its test part, or all of it if it has none"},                                          \
        {.name = "bind", .kind = CLI_LIST, .offset = offsetof(type, ask.bind), .argument = "NAME=COL,...",               \
         .help = "as for denpa train; without it, as the model was trained"},                                            \
        {.name = "train-part", .kind = CLI_FLAG, .offset = offsetof(type, ask.train_part),                               \
         .help = "the data's part for training instead"},                                                                \
        {.name = "dtype", .kind = CLI_TEXT, .offset = offsetof(type, ask.dtype), .argument = "f16",                      \
         .help = "compute in half precision: inputs, parameters, what goes into each product or convolution, and the "   \
                 "output are rounded to float16, and added up in float32; without it as the model was trained"},         \
    {                                                                                                                    \
        .name = "threads", .kind = CLI_INTEGER, .offset = offsetof(type, ask.threads), .argument = "T", .value = "0",    \
        .most = 1024, .help = "0: one for each core"                                                                     \
    }

typedef struct cli_asked {
    dp_ctx *ctx;
    dp_model *model;
    dp_dataset *data;
    cli_pairs bindings;
    int normalize; /* as the model was trained */
} cli_asked;

/* Opens the model of a run and the data. Says what is wrong and returns the exit status; *asked is to be closed in any case. */
int cli_ask_open(const cli_command *command, const cli_ask_options *options, const char *run, cli_asked *asked);
void cli_ask_close(cli_asked *asked);

#endif
