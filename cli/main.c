/* denpa: the command. Finds the sub-command and runs it; every failure ends here, in an exit status:
 * 0 fine, 1 a check failed, 2 wrong use or bad input, 3 input/output, 4 internal. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include <denpa/version.h>

#include "cli.h"

static int unknown_command(const char *word)
{
    const char *names[32];
    int count = 0;
    for (; cli_commands[count] && count < CLI_COUNT(names); count++) names[count] = cli_commands[count]->name;
    const char *meant = cli_nearest(word, names, count);
    fprintf(stderr, "denpa: there is no command \"%s\"%s%s%s\nTry: denpa --help\n", word,
            meant ? ". Did you mean " : "", meant ? meant : "", meant ? "?" : "");
    return CLI_WRONG_USE;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        cli_help_overview(stderr);
        return CLI_WRONG_USE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
        cli_help_overview(stdout);
        return CLI_FINE;
    }
    if (strcmp(word, "--version") == 0) {
        printf("denpa %s\n", dp_version());
        return CLI_FINE;
    }
    const cli_command *command = cli_command_find(word);
    return command ? cli_command_run(command, argc - 2, argv + 2) : unknown_command(word);
}

/* What was printed has arrived, or else the command has failed, whatever it found out. */
static int flushed(int status)
{
    int failed = fflush(stdout) != 0 || ferror(stdout);
    if (!failed) return status;
    fprintf(stderr, "denpa: cannot write to standard output: %s\n", strerror(errno));
    return status > CLI_IO_FAILED ? status : CLI_IO_FAILED;
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a reader that has gone is a write error, not the end */
    signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
    return flushed(dispatch(argc, argv));
}
