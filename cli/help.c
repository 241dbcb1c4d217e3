/* Help, in three dresses of the one text that is in each cli_command: for the terminal, as Markdown (docs/cli.md), as
 * a man page. */
#include "cli.h"

#include <string.h>

#include <denpa/version.h>

enum { WIDTH = 79, LABEL = 26 };

static const char overview[] = "denpa is a neural-network engine that you can see through: write a network as "
                               "formulas; denpa evaluates it, differentiates it, checks "
                               "the gradient, trains it, and hands the result back as a file other programs can use.";
static const char overview_usage[] = "denpa COMMAND [words] [options]";
static const char statuses[] =
    "0 fine; 1 a check failed; 2 wrong use or bad input; 3 input/output failed; 4 internal error.";

/* ---- The terminal ---- */

/* Characters in the first `bytes` bytes of UTF-8. */
static int width(const char *text, size_t bytes)
{
    int count = 0;
    for (size_t i = 0; i < bytes && text[i]; i++) count += (text[i] & 0xC0) != 0x80;
    return count;
}

/* Words, wrapped; `column` is where the line stands, further lines begin at `indent`. */
static void wrap(FILE *to, const char *text, int column, int indent)
{
    const char *gap = "";
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (*gap && column + 1 + width(text, (size_t)length) > WIDTH) {
            fprintf(to, "\n%*s", indent, "");
            column = indent, gap = "";
        }
        fprintf(to, "%s%.*s", gap, length, text);
        column += width(gap, 1) + width(text, (size_t)length);
        gap = " ";
        text += length + (text[length] == ' ');
    }
    fputc('\n', to);
}

/* Lines as they are, but for those that are too long. */
static void as_it_is(FILE *to, const char *text)
{
    for (const char *end = text; *text; text = *end ? end + 1 : end) {
        char line[512];
        end = text + strcspn(text, "\n");
        snprintf(line, sizeof line, "%.*s", (int)(end - text), text);
        if (width(line, sizeof line) <= WIDTH) fprintf(to, "%s\n", line);
        else wrap(to, line, 0, 4);
    }
}

/* "-e, --expression TEXT" */
static void option_label(const cli_option *option, char *label, size_t bytes)
{
    char letter[8] = "";
    if (option->letter) snprintf(letter, sizeof letter, "-%c, ", option->letter);
    const char *between = !option->argument ? "" : option->bare ? "[=" : " ";
    snprintf(label, bytes, "%s--%s%s%s%s", letter, option->name, between, option->argument ? option->argument : "",
             option->bare ? "]" : "");
}

/* The help of an option with its default. */
static const char *option_help(const cli_option *option, char *text, size_t bytes)
{
    if (!option->value || option->kind == CLI_FLAG) return option->help;
    snprintf(text, bytes, "%s (default %s)", option->help, option->value);
    return text;
}

static void labelled(FILE *to, const char *label, const char *text)
{
    fprintf(to, "  %s", label);
    int column = 2 + width(label, strlen(label));
    if (column > LABEL - 2) {
        fputc('\n', to);
        column = 0;
    }
    fprintf(to, "%*s", LABEL - column, "");
    wrap(to, text, LABEL, LABEL);
}

void cli_help_overview(FILE *to)
{
    wrap(to, overview, 0, 0);
    fprintf(to, "\nUsage:\n  %s\n\nCommands:\n", overview_usage);
    for (const cli_command *const *c = cli_commands; *c; c++) labelled(to, (*c)->name, (*c)->summary);
    fprintf(to, "\nOptions:\n");
    labelled(to, "--help", "this text; behind a command, help for it with examples");
    labelled(to, "--version", "the version");
    fprintf(to, "\nExit status:\n  ");
    wrap(to, statuses, 2, 2);
}

void cli_help_command(const cli_command *command, FILE *to)
{
    char label[64], text[600];
    fprintf(to, "denpa %s: %s\n\nUsage:\n", command->name, command->summary);
    for (const char *const *line = command->usage; *line; line++) fprintf(to, "  denpa %s %s\n", command->name, *line);
    for (const char *const *p = command->paragraphs; p && *p; p++) {
        fputc('\n', to);
        if (**p == ' ') as_it_is(to, *p);
        else wrap(to, *p, 0, 0);
    }
    fprintf(to, "\nOptions:\n");
    for (int i = 0; i < command->option_count; i++) {
        option_label(&command->options[i], label, sizeof label);
        labelled(to, label, option_help(&command->options[i], text, sizeof text));
    }
    labelled(to, "-h, --help", "this text");
    fprintf(to, command->example_count ? "\nExamples:\n" : "");
    for (int i = 0; i < command->example_count; i++) {
        fprintf(to, "  %s\n      ", command->examples[i].command);
        wrap(to, command->examples[i].what, 6, 6);
    }
}

/* ---- Markdown ---- */

/* Text in a table: a bar would end the cell. */
static void markdown_cell(FILE *to, const char *text)
{
    for (; *text; text++) fprintf(to, *text == '|' ? "\\%c" : "%c", *text);
}

static void markdown_command(const cli_command *command, FILE *to)
{
    char label[64], text[600];
    fprintf(to, "\n## denpa %s\n\n%s.\n\n```\n", command->name, command->summary);
    for (const char *const *line = command->usage; *line; line++) fprintf(to, "denpa %s %s\n", command->name, *line);
    fprintf(to, "```\n");
    for (const char *const *p = command->paragraphs; p && *p; p++) {
        if (**p == ' ') {
            fputs("\n```\n", to);
            as_it_is(to, *p);
            fputs("```\n", to);
        } else fputc('\n', to), wrap(to, *p, 0, 0);
    }
    fprintf(to, command->option_count ? "\n| option | |\n|---|---|\n" : "");
    for (int i = 0; i < command->option_count; i++) {
        option_label(&command->options[i], label, sizeof label);
        fputs("| `", to);
        markdown_cell(to, label);
        fputs("` | ", to);
        markdown_cell(to, option_help(&command->options[i], text, sizeof text));
        fputs(" |\n", to);
    }
    for (int i = 0; i < command->example_count; i++)
        fprintf(to, "\n`%s`\n: %s\n", command->examples[i].command, command->examples[i].what);
}

void cli_help_markdown(FILE *to)
{
    fprintf(to, "# The command denpa\n\nThis file is what `denpa help --markdown` prints.\n\n");
    wrap(to, overview, 0, 0);
    fprintf(to, "\n```\n%s\n```\n\n| command | |\n|---|---|\n", overview_usage);
    for (const cli_command *const *c = cli_commands; *c; c++)
        fprintf(to, "| [%s](#denpa-%s) | %s |\n", (*c)->name, (*c)->name, (*c)->summary);
    fprintf(to, "\nExit status: ");
    wrap(to, statuses, 13, 0);
    for (const cli_command *const *c = cli_commands; *c; c++) markdown_command(*c, to);
}

/* ---- Man pages ---- */

/* Escapes what troff would read as its own. */
static void man_text(FILE *to, const char *text)
{
    if (*text == '.' || *text == '\'') fputs("\\&", to);
    for (; *text; text++) {
        if (*text == '\\') fputs("\\e", to);
        else if (*text == '-') fputs("\\-", to);
        else if (*text == '\n') fputs("\n.br\n\\&", to);
        else fputc(*text, to);
    }
    fputc('\n', to);
}

static void man_labelled(FILE *to, const char *label, const char *text)
{
    fputs(".TP\n.B ", to);
    man_text(to, label);
    man_text(to, text);
}

static void man_head(FILE *to, const char *page, const char *summary)
{
    fprintf(to, ".TH \"%s\" 1 \"\" \"denpa %s\"\n.SH NAME\n", page, dp_version());
    man_text(to, page);
    fputs("\\- ", to);
    man_text(to, summary);
    fputs(".SH SYNOPSIS\n", to);
}

static void man_overview(FILE *to)
{
    man_head(to, "denpa", "a neural-network engine that you can see through");
    man_text(to, overview_usage);
    fputs(".SH DESCRIPTION\n", to);
    man_text(to, overview);
    fputs(".SH COMMANDS\n", to);
    for (const cli_command *const *c = cli_commands; *c; c++) man_labelled(to, (*c)->name, (*c)->summary);
    fputs(".SH OPTIONS\n", to);
    man_labelled(to, "--help", "help; behind a command, help for it with examples");
    man_labelled(to, "--version", "the version");
    fputs(".SH EXIT STATUS\n", to);
    man_text(to, statuses);
    fputs(".SH SEE ALSO\n", to);
    for (const cli_command *const *c = cli_commands; *c; c++)
        fprintf(to, "denpa\\-%s(1)%s\n", (*c)->name, c[1] ? "," : "");
}

static void man_command(const cli_command *command, FILE *to)
{
    char label[64], text[600];
    snprintf(label, sizeof label, "denpa-%s", command->name);
    man_head(to, label, command->summary);
    for (const char *const *line = command->usage; *line; line++) {
        snprintf(text, sizeof text, "denpa %s %s", command->name, *line);
        man_text(to, text);
        fputs(line[1] ? ".br\n" : "", to);
    }
    fputs(".SH DESCRIPTION\n", to);
    for (const char *const *p = command->paragraphs; p && *p; p++) {
        fputs(**p == ' ' ? ".PP\n.nf\n" : ".PP\n", to);
        man_text(to, *p);
        fputs(**p == ' ' ? ".fi\n" : "", to);
    }
    fputs(".SH OPTIONS\n", to);
    for (int i = 0; i < command->option_count; i++) {
        option_label(&command->options[i], label, sizeof label);
        man_labelled(to, label, option_help(&command->options[i], text, sizeof text));
    }
    man_labelled(to, "-h, --help", "help for this command");
    fputs(command->example_count ? ".SH EXAMPLES\n" : "", to);
    for (int i = 0; i < command->example_count; i++)
        man_labelled(to, command->examples[i].command, command->examples[i].what);
    fputs(".SH EXIT STATUS\n", to);
    man_text(to, statuses);
    fputs(".SH SEE ALSO\ndenpa(1)\n", to);
}

void cli_help_man(const cli_command *command, FILE *to)
{
    if (command) man_command(command, to);
    else man_overview(to);
}
