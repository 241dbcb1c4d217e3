/* How the command talks: failures to stderr, text to stdout, near names for wrong ones. */
#include "cli.h"

#include <stdarg.h>
#include <string.h>

int cli_exit_status(dp_status status)
{
    switch (status) {
    case DP_OK: return CLI_FINE;
    case DP_ERR_IO: return CLI_IO_FAILED;
    case DP_ERR_INTERNAL: return CLI_INTERNAL;
    default: return CLI_WRONG_USE;
    }
}

int cli_fail(const dp_ctx *ctx, dp_status status)
{
    const char *message = dp_ctx_message(ctx);
    fprintf(stderr, "denpa: %s\n", *message ? message : dp_status_text(status));
    return cli_exit_status(status);
}

int cli_wrong_use(const cli_command *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "denpa %s: ", command->name);
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nTry: denpa %s --help\n", command->name);
    va_end(args);
    return CLI_WRONG_USE;
}

static void log_line(void *user, dp_log_level level, const char *text)
{
    (void)user;
    if (level >= DP_LOG_WARNING) fprintf(stderr, "denpa: %s\n", text);
}

static dp_ctx *new_ctx(int64_t threads, int naive_plans)
{
    dp_config config;
    dp_config_init(&config);
    config.log = log_line;
    config.threads = (int)threads;
    config.naive_plans = naive_plans;
    dp_ctx *ctx = NULL;
    dp_status status = dp_ctx_new(&config, &ctx);
    if (status != DP_OK) fprintf(stderr, "denpa: cannot begin: %s\n", dp_status_text(status));
    return ctx;
}

dp_ctx *cli_ctx_new(int64_t threads)
{
    return new_ctx(threads, 0);
}

dp_ctx *cli_ctx_planned(const cli_command *command, int64_t threads, const char *plan)
{
    int naive = strcmp(plan, "naive") == 0;
    if (naive || strcmp(plan, "fast") == 0) return new_ctx(threads, naive);
    cli_wrong_use(command, "--plan: \"%s\" is neither fast nor naive", plan);
    return NULL;
}

void cli_print(const dp_text *text)
{
    if (text->length) fwrite(text->data, 1, text->length, stdout);
}

enum { LONGEST_NAME = 40 };

/* Insertions, deletions, exchanges and swaps of neighbours that make b of a (restricted Damerau-Levenshtein
 * distance). */
static int distance(const char *a, const char *b)
{
    int rows[3][LONGEST_NAME + 1], la = (int)strlen(a), lb = (int)strlen(b);
    if (la > LONGEST_NAME || lb > LONGEST_NAME) return LONGEST_NAME;
    int *before = rows[0], *above = rows[1], *row = rows[2];
    for (int j = 0; j <= lb; j++) above[j] = before[j] = j;
    for (int i = 1; i <= la; i++) {
        row[0] = i;
        for (int j = 1; j <= lb; j++) {
            int best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        int *oldest = before;
        before = above, above = row, row = oldest;
    }
    return above[lb];
}

const char *cli_nearest(const char *word, const char *const *names, int count)
{
    const char *nearest = NULL;
    int least = (int)strlen(word) / 3 + 1;
    for (int i = 0; i < count; i++) {
        int steps = distance(word, names[i]);
        if (steps <= least && (steps < least || !nearest)) nearest = names[i], least = steps;
    }
    return nearest;
}
