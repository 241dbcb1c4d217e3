/* A formula, read, built and fed: what eval and check have in common. */
#ifndef DENPA_CLI_SESSION_H
#define DENPA_CLI_SESSION_H

#include <denpa/check.h>
#include <denpa/data.h>
#include <denpa/formula.h>
#include <denpa/train.h>

#include "cli.h"
#include "run_options.h"

/* Where the formula and its numbers come from. */
typedef struct cli_source {
    const char *text; /* -e TEXT; NULL: the operand is a file, or the folder of a run */
    const char *plan;
    const char *data; /* NULL: none */
    int as_trained; /* of a run: compute in what it was trained in */
    const dp_array *array; /* in place of a data set: its one column, named `data`; NULL: none */
    cli_list set, bind;
    int64_t seed;
    int training; /* as in the first step of a training */
    int64_t zero_rows; /* without data: that many rows of zeros for inputs; 0: an input without data is an error */
} cli_source;

/* The options that fill a cli_source, for a struct of options `type` with a member `source`. */
#define CLI_SOURCE_OPTIONS(type)                                                                                     \
    {.name = "expression",                                                                                           \
     .letter = 'e',                                                                                                  \
     .kind = CLI_LINES,                                                                                              \
     .offset = offsetof(type, source.text),                                                                          \
     .argument = "TEXT",                                                                                             \
     .help = "the formula itself, in place of a file; given again, the next line of it"},                                                              \
        {.name = "set",                                                                                              \
         .kind = CLI_LIST,                                                                                           \
         .offset = offsetof(type, source.set),                                                                       \
         .argument = "NAME=EXPR",                                                                                    \
         .help = "what NAME is bound to, in place of what the formula says; may be given again"},                    \
        {.name = "seed",                                                                                             \
         .kind = CLI_INTEGER,                                                                                        \
         .offset = offsetof(type, source.seed),                                                                      \
         .argument = "S",                                                                                            \
         .value = "0",                                                                                               \
         .help = "of parameters, normal() and uniform()"},                                                           \
        {.name = "training",                                                                                         \
         .kind = CLI_FLAG,                                                                                           \
         .offset = offsetof(type, source.training),                                                                  \
         .help = "as in the first step of a training: dropout drops, batch_norm looks at its batch"},                                               \
        {.name = "data",                                                                                             \
         .kind = CLI_TEXT,                                                                                           \
         .offset = offsetof(type, source.data),                                                                      \
         .argument = "SRC",                                                                                          \
         .help = "fills input() and label(): mnist, digits, or a file or folder (denpa data --help)"}, \
        CLI_PLAN_OPTION(type, source.plan),                                                                          \
    {                                                                                                                \
        .name = "bind", .kind = CLI_LIST, .offset = offsetof(type, source.bind), .argument = "NAME=COL,…",           \
        .help = "the columns that fill an input; without it the column of its name, or else the next ones"           \
    }

/* "f32" or "f64"; "A:B", "A:", ":B", ":" as the first row and how many (-1: to the end). Say what is wrong and return
 * the exit status. */
int cli_dtype_read(const cli_command *command, const char *text, dp_dtype *out);
int cli_rows_read(const cli_command *command, const char *text, int64_t *first, int64_t *rows);

typedef struct cli_session {
    dp_ctx *ctx;
    int64_t seed;
    dp_array *text;
    dp_text file;  /* what messages call the formula */
    dp_model *run; /* where the operand is the folder of a run: its formula and weights, and how it read its data; else NULL */
    cli_pairs set, bind;
    dp_formula *formula;
    dp_graph *graph;
    dp_scope *scope;
    dp_dataset *dataset;
    int64_t first, rows; /* of the data set */
    dp_val *feed_vals;
    dp_array **feeds;
    int feed_count;
} cli_session;

/* Reads and builds the formula for rows first..first+rows-1 of the data (rows < 0: to the end). Says what is wrong
 * and returns the exit status. *session is to be closed in any case. */
int cli_session_open(const cli_command *command, const cli_source *source, const cli_list *operands, dp_dtype dtype,
                     int64_t first, int64_t rows, cli_session *session);

/* The numbers of inputs and parameters, once everything that is wanted is in the graph. Parameters and states of a run are as they were trained. */
dp_status cli_session_feed(cli_session *session);
void cli_session_close(cli_session *session);

/* Is this the folder of something, and not a file? */
int cli_is_folder(const char *path);

/* The numbers `from`, of any dtype, as feed i. A shape that the formula does not want is an error of the evaluation. */
dp_status cli_session_put(cli_session *session, int i, const dp_array *from);

/* The value a name or expression stands for. `what` names the option in messages. */
dp_status cli_session_value(cli_session *session, const char *name, const char *what, dp_val *out);

/* The variables that `loss` depends on, in order; *out is to be freed. Returns how many, -1 if there is no memory. */
int cli_session_variables(const cli_session *session, dp_val loss, dp_val **out);

/* Checks the gradients of loss in the n variables. *results is to be freed. */
dp_status cli_session_check(cli_session *session, dp_val loss, const dp_val *variables, int n,
                            const dp_check_config *config, dp_check_result **results);

/* Is any of them not ok? */
int cli_check_failed(const dp_check_result *results, int n);

/* Results as a table, and as a JSON object {NAME: {"max_abs": …, "max_rel": …, "ok": …}}, `full` with the numbers of
 * the table, too. */
dp_status cli_check_table(dp_text *text, const dp_graph *g, const dp_check_result *results, int n);
dp_status cli_check_json(dp_text *text, const dp_graph *g, const dp_check_result *results, int n, int full);

#endif
