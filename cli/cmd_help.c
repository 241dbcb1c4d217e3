/* denpa help: help for a command or a function; that for commands also as Markdown and as man pages, from which docs/cli.md and the
 * installed pages are made. */
#include <errno.h>
#include <string.h>

#include <denpa/formula.h>

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

/* The functions of the language, or the one of that name. Returns how many. */
static int show_functions(const char *name)
{
    int shown = 0;
    for (int i = 0; i < dp_formula_function_count(); i++) {
        const dp_formula_function *function = dp_formula_function_get(i);
        if (name && strcmp(function->name, name) != 0) continue;
        printf("%s\n    %s\n", function->signature, function->summary);
        shown++;
    }
    return shown;
}

static int show_topic(const char *name, int man)
{
    const cli_command *command = cli_command_find(name);
    if (command && man) cli_help_man(command, stdout);
    else if (command) cli_help_command(command, stdout);
    else if (strcmp(name, "functions") == 0) show_functions(NULL);
    else if (!show_functions(name))
        return cli_wrong_use(&cli_help, "there is no command and no function \"%s\"", name);
    return CLI_FINE;
}

static int run(const void *given, const cli_list *operands)
{
    const help_options *options = given;
    if (options->man_pages) return write_pages(options->man_pages);
    if (options->markdown) {
        cli_help_markdown(stdout);
        return CLI_FINE;
    }
    if (operands->count) return show_topic(operands->items[0], options->man);
    if (options->man) cli_help_man(NULL, stdout);
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
static const char *const usage[] = {"[COMMAND | FUNCTION | functions]", "--markdown", "--man-pages DIR", NULL};
static const cli_example examples[] = {
    {"denpa help", "the list of commands"},
    {"denpa help softmax", "a function of the formula language"},
    {"denpa help functions", "all of them"},
    {"denpa help --man | man -l -", "the page as man shows it"},
};
const cli_command cli_help = {
    .name = "help",
    .summary = "help for a command or a function of the language",
    .usage = usage,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .most_operands = 1,
    .options_bytes = sizeof(help_options),
    .run = run,
};
