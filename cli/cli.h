/* The frame of the command: what a sub-command is, how its options are read, how it fails.
 *
 * A sub-command is one constant, a cli_command in cli/cmd_NAME.c, and one line in CLI_COMMANDS below. Its help, its
 * man page and its part of docs/cli.md come from that constant.
 *
 *     typedef struct greet_options { const char *name; int64_t times; int loud; } greet_options;
 *
 *     static int run(const void *given, const cli_list *operands)
 *     {
 *         const greet_options *options = given;
 *         ...
 *         return CLI_FINE;
 *     }
 *
 *     static const cli_option options[] = {
 *         {.name = "name", .kind = CLI_TEXT, .offset = offsetof(greet_options, name), .argument = "NAME",
 *          .help = "whom to greet"},
 *         {.name = "times", .kind = CLI_INTEGER, .offset = offsetof(greet_options, times), .argument = "N",
 *          .value = "1", .least = 1, .help = "how often"},
 *         {.name = "loud", .kind = CLI_FLAG, .offset = offsetof(greet_options, loud), .help = "in capitals"},
 *     };
 *     const cli_command cli_greet = {.name = "greet", .summary = "...", .run = run, .options = options,
 *                                    .option_count = CLI_COUNT(options), .options_bytes = sizeof(greet_options), ...};
 */
#ifndef DENPA_CLI_CLI_H
#define DENPA_CLI_CLI_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <denpa/context.h>
#include <denpa/status.h>
#include <denpa/text.h>

#define CLI_COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

/* Exit statuses. */
enum { CLI_FINE = 0, CLI_CHECK_FAILED = 1, CLI_WRONG_USE = 2, CLI_IO_FAILED = 3, CLI_INTERNAL = 4 };

/* Words in the order given; they point into argv. */
typedef struct cli_list {
    const char **items;
    int count;
} cli_list;

/* What an option takes, and the type of the member at its offset. */
typedef enum cli_kind {
    CLI_FLAG,    /* --json            int: 1 when given; --no-json gives 0 */
    CLI_TEXT,    /* --out DIR         const char *; NULL when not given; given again, the last counts */
    CLI_LINES,   /* -e "a = 1" -e "a" const char *, the values in the order given, one to a line; NULL when not given */
    CLI_INTEGER, /* --batch 100       int64_t, between least and most */
    CLI_REAL,    /* --tolerance 1e-6  double, finite */
    CLI_LIST     /* --set A=1 --set B=2  cli_list, in the order given */
} cli_kind;

typedef struct cli_option {
    const char *name; /* "batch" for --batch */
    char letter;      /* 'e' for -e; 0: none */
    cli_kind kind;
    size_t offset;        /* of its member in the struct of options */
    const char *argument; /* what help calls its value: "N" */
    const char *value;    /* the default, as it would be given; NULL: zero, NULL or an empty list */
    const char *bare;     /* what --name alone says; a value stands behind "=" then. NULL: it needs a value */
    int64_t least, most;  /* of an integer; most 0: no bound. The default is not below 0. */
    const char *help;
} cli_option;

typedef struct cli_example {
    const char *command;
    const char *what;
} cli_example;

typedef struct cli_command {
    const char *name;
    const char *summary;           /* one line without a full stop */
    const char *const *usage;      /* lines, NULL-ended, without "denpa NAME": "FILE [options]" */
    const char *const *paragraphs; /* NULL-ended; wrapped when shown. One that begins with a blank is shown as it is. */
    const cli_option *options;
    int option_count;
    const cli_example *examples;
    int example_count;
    int least_operands, most_operands;
    size_t options_bytes;                                      /* of the struct that `run` is given */
    int (*run)(const void *options, const cli_list *operands); /* returns the exit status */
} cli_command;

/* X(name): the sub-commands, in the order in which help shows them. Each is a cli_command named cli_NAME in
 * cmd_NAME.c. */
#define CLI_COMMANDS(X) \
    X(eval)             \
    X(check)            \
    X(draw)             \
    X(train)            \
    X(search)           \
    X(test)             \
    X(predict)          \
    X(generate)         \
    X(convert)          \
    X(report)           \
    X(plot)             \
    X(data)             \
    X(bench)            \
    X(info)             \
    X(help)

#define CLI_DECLARE_(name) extern const cli_command cli_##name;
CLI_COMMANDS(CLI_DECLARE_)
#undef CLI_DECLARE_

/* The same as an array, NULL-ended. cli_command_find gives NULL for an unknown name. */
extern const cli_command *const cli_commands[];
const cli_command *cli_command_find(const char *name);

/* Reads argv[0..argc-1], the words behind the sub-command, calls its run and frees what was read. --help is answered
 * here. */
int cli_command_run(const cli_command *command, int argc, char **argv);

/* ---- Failing: a message on stderr, and the exit status it means ---- */

int cli_exit_status(dp_status status);

/* The message of ctx, behind "denpa: ". */
int cli_fail(const dp_ctx *ctx, dp_status status);

/* Wrong use of a command, CLI_WRONG_USE: says where help is. */
int cli_wrong_use(const cli_command *command, const char *format, ...) DP_PRINTF(2, 3);

/* A context with this many threads (0: as many as cores), logging warnings to stderr. On failure it says so and gives
 * NULL. */
dp_ctx *cli_ctx_new(int64_t threads);

/* The option --plan of a command, whose struct of options `type` has a const char * member for it; and the context that
 * a user asked for with it. */
#define CLI_PLAN_OPTION(type, member)                                                                                  \
    {                                                                                                                  \
        .name = "plan", .kind = CLI_TEXT, .offset = offsetof(type, member), .argument = "fast|naive", .value = "fast", \
        .help = "naive: compute node by node, just as the formula says, for comparison"                                \
    }
dp_ctx *cli_ctx_planned(const cli_command *command, int64_t threads, const char *plan);

/* ---- Small helpers ---- */

/* The name of names[0..count-1] that is nearest to `word`, if it is near enough to be meant, else NULL. */
const char *cli_nearest(const char *word, const char *const *names, int count);

/* Writes text to stdout. main() sees to write errors at the end. */
void cli_print(const dp_text *text);

/* ---- Help, in three dresses of one text (help.c) ---- */

void cli_help_overview(FILE *to);
void cli_help_command(const cli_command *command, FILE *to);
void cli_help_markdown(FILE *to);
void cli_help_man(const cli_command *command, FILE *to); /* NULL: denpa(1) itself */

#endif
