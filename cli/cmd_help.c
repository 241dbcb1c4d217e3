/* denpa help: help for a command, and the same text as Markdown and as man pages, from which docs/cli.md and the
 * installed pages are made. */
#include <errno.h>
#include <string.h>

#include "cli.h"

typedef struct help_options {
    int markdown;
    int man;
    const char *man_pages;
} help_options;

static int write_page(const char *dir, const cli_command *command)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/denpa%s%s.1", dir, command ? "-" : "", command ? command->name : "");
    if (length < 0 || (size_t)length >= sizeof path) return cli_wrong_use(&cli_help, "the path %s is too long", dir);
    FILE *to = fopen(path, "w");
    if (!to) {
        fprintf(stderr, "denpa: cannot write %s: %s\n", path, strerror(errno));
        return CLI_IO_FAILED;
    }
    cli_help_man(command, to);
    int failed = ferror(to);
    if ((fclose(to) != 0) | failed) {
        fprintf(stderr, "denpa: cannot write %s: %s\n", path, strerror(errno));
        return CLI_IO_FAILED;
    }
    return CLI_FINE;
}

static int write_pages(const char *dir)
{
    int status = write_page(dir, NULL);
    for (const cli_command *const *c = cli_commands; *c && status == CLI_FINE; c++) status = write_page(dir, *c);
    return status;
}

static int run(const void *given, const cli_list *operands)
{
    const help_options *options = given;
    if (options->man_pages) return write_pages(options->man_pages);
    if (options->markdown) {
        cli_help_markdown(stdout);
        return CLI_FINE;
    }
    const cli_command *command = operands->count ? cli_command_find(operands->items[0]) : NULL;
    if (operands->count && !command) return cli_wrong_use(&cli_help, "there is no command \"%s\"", operands->items[0]);
    if (options->man) cli_help_man(command, stdout);
    else if (command) cli_help_command(command, stdout);
    else cli_help_overview(stdout);
    return CLI_FINE;
}

static const cli_option options[] = {
    {.name = "man", .kind = CLI_FLAG, .offset = offsetof(help_options, man), .help = "as the source of a man page"},
    {.name = "markdown",
     .kind = CLI_FLAG,
     .offset = offsetof(help_options, markdown),
     .help = "help for all commands as Markdown"},
    {.name = "man-pages",
     .kind = CLI_TEXT,
     .offset = offsetof(help_options, man_pages),
     .argument = "DIR",
     .help = "write all man pages into this directory"},
};
static const char *const usage[] = {"[COMMAND]", "--markdown", "--man-pages DIR", NULL};
static const cli_example examples[] = {
    {"denpa help", "the list of commands"},
    {"denpa help --man | man -l -", "the page as man shows it"},
};
const cli_command cli_help = {
    .name = "help",
    .summary = "help for a command, as text, Markdown or man pages",
    .usage = usage,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .most_operands = 1,
    .options_bytes = sizeof(help_options),
    .run = run,
};
