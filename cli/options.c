/* Options: --name VALUE, --name=VALUE, -l VALUE; `--` ends them; the words that are no options are operands. */
#include "cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One reading of a command line. */
typedef struct reader {
    const cli_command *command;
    char *values; /* the command's struct of options */
    cli_list operands;
    int argc;
    char **argv;
    int next;
} reader;

static int list_add(cli_list *list, const char *word, int most)
{
    if (!list->items && !(list->items = calloc((size_t)most, sizeof *list->items))) {
        fputs("denpa: out of memory\n", stderr);
        return CLI_WRONG_USE;
    }
    list->items[list->count++] = word;
    return CLI_FINE;
}

static int line_add(char **lines, const char *line)
{
    size_t before = *lines ? strlen(*lines) + 1 : 0, bytes = strlen(line) + 1;
    char *longer = realloc(*lines, before + bytes);
    if (!longer) {
        fputs("denpa: out of memory\n", stderr);
        return CLI_WRONG_USE;
    }
    if (before) longer[before - 1] = '\n';
    memcpy(longer + before, line, bytes);
    *lines = longer;
    return CLI_FINE;
}

static int read_integer(const reader *r, const cli_option *option, const char *text)
{
    const char *c = text + (*text == '-' || *text == '+');
    int64_t value = 0, most = option->most ? option->most : INT64_MAX;
    int fits = *c != 0;
    for (; *c; c++) {
        if (*c < '0' || *c > '9')
            return cli_wrong_use(r->command, "--%s: \"%s\" is not a whole number", option->name, text);
        fits = fits && !__builtin_mul_overflow(value, 10, &value) && !__builtin_add_overflow(value, *c - '0', &value);
    }
    if (*text == '-') value = -value;
    if (!fits || value < option->least || value > most)
        return cli_wrong_use(r->command,
                             option->most || value > option->least || !fits
                                 ? "--%s: %s is not between %lld and %lld"
                                 : "--%s: %s is not a whole number of at least %lld",
                             option->name, *text ? text : "\"\"", (long long)option->least, (long long)most);
    memcpy(r->values + option->offset, &value, sizeof value);
    return CLI_FINE;
}

static int read_real(const reader *r, const cli_option *option, const char *text)
{
    const char *end;
    double value = dp_number_parse(text, strlen(text), &end);
    if (end == text || *end || !isfinite(value))
        return cli_wrong_use(r->command, "--%s: \"%s\" is not a number", option->name, text);
    memcpy(r->values + option->offset, &value, sizeof value);
    return CLI_FINE;
}

static int read_value(reader *r, const cli_option *option, const char *text)
{
    switch (option->kind) {
    case CLI_FLAG: break;
    case CLI_TEXT: memcpy(r->values + option->offset, &text, sizeof text); break;
    case CLI_LINES: return line_add((char **)(void *)(r->values + option->offset), text);
    case CLI_INTEGER: return read_integer(r, option, text);
    case CLI_REAL: return read_real(r, option, text);
    case CLI_LIST: return list_add((cli_list *)(void *)(r->values + option->offset), text, r->argc);
    }
    return CLI_FINE;
}

static void set_flag(reader *r, const cli_option *option, int value)
{
    memcpy(r->values + option->offset, &value, sizeof value);
}

static const cli_option *find_option(const cli_command *command, const char *name, size_t length)
{
    for (int i = 0; i < command->option_count; i++)
        if (strlen(command->options[i].name) == length && memcmp(command->options[i].name, name, length) == 0)
            return &command->options[i];
    return NULL;
}

static const cli_option *find_letter(const cli_command *command, char letter)
{
    for (int i = 0; i < command->option_count; i++)
        if (letter && command->options[i].letter == letter) return &command->options[i];
    return NULL;
}

static int unknown_option(const reader *r, const char *word)
{
    const char *names[64];
    int count = 0;
    for (; count < r->command->option_count && count < CLI_COUNT(names); count++)
        names[count] = r->command->options[count].name;
    char bare[64];
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    const char *meant = word[1] == '-' ? cli_nearest(bare, names, count) : NULL;
    return cli_wrong_use(r->command, meant ? "unknown option %.*s. Did you mean --%s?" : "unknown option %.*s",
                         (int)strcspn(word, "="), word, meant);
}

/* The word of an option that takes a value: behind the "=" or the next one. */
static int read_option(reader *r, const cli_option *option, const char *word, const char *inner)
{
    if (option->kind == CLI_FLAG) {
        if (inner) return cli_wrong_use(r->command, "--%s takes no value", option->name);
        set_flag(r, option, 1);
        return CLI_FINE;
    }
    if (!inner && option->bare) return read_value(r, option, option->bare);
    if (!inner && r->next == r->argc)
        return cli_wrong_use(r->command, "%s needs a value: %s %s", word, word, option->argument);
    return read_value(r, option, inner ? inner : r->argv[r->next++]);
}

static int read_long(reader *r, const char *word)
{
    const char *name = word + 2, *equals = strchr(name, '=');
    const cli_option *option = find_option(r->command, name, equals ? (size_t)(equals - name) : strlen(name));
    if (option) return read_option(r, option, word, equals ? equals + 1 : NULL);
    if (strncmp(name, "no-", 3) == 0 && (option = find_option(r->command, name + 3, strlen(name + 3))) &&
        option->kind == CLI_FLAG) {
        set_flag(r, option, 0);
        return CLI_FINE;
    }
    return unknown_option(r, word);
}

static int read_words(reader *r)
{
    int status = CLI_FINE, only_operands = 0;
    while (status == CLI_FINE && r->next < r->argc) {
        const char *word = r->argv[r->next++];
        const cli_option *option;
        if (only_operands || word[0] != '-' || !word[1]) status = list_add(&r->operands, word, r->argc);
        else if (strcmp(word, "--") == 0) only_operands = 1;
        else if (word[1] == '-') status = read_long(r, word);
        else if ((option = find_letter(r->command, word[1])))
            status = read_option(r, option, word, word[2] ? word + 2 : NULL);
        else status = unknown_option(r, word);
    }
    return status;
}

static int read_defaults(reader *r)
{
    int status = CLI_FINE;
    for (int i = 0; i < r->command->option_count && status == CLI_FINE; i++) {
        const cli_option *option = &r->command->options[i];
        if (!option->value) continue;
        if (option->kind == CLI_FLAG) set_flag(r, option, 1);
        else status = read_value(r, option, option->value);
    }
    return status;
}

static int check_operands(const reader *r)
{
    int count = r->operands.count;
    if (count < r->command->least_operands) return cli_wrong_use(r->command, "%s is missing", r->command->usage[0]);
    if (count > r->command->most_operands)
        return cli_wrong_use(r->command, "\"%s\" is one word too many", r->operands.items[r->command->most_operands]);
    return CLI_FINE;
}

static int asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return 1;
    return 0;
}

static void free_reader(reader *r)
{
    for (int i = 0; i < r->command->option_count && r->values; i++) {
        void *member = r->values + r->command->options[i].offset;
        if (r->command->options[i].kind == CLI_LIST) free(((cli_list *)member)->items);
        if (r->command->options[i].kind == CLI_LINES) free(*(char **)member);
    }
    free(r->operands.items);
    free(r->values);
}

int cli_command_run(const cli_command *command, int argc, char **argv)
{
    if (asks_for_help(argc, argv)) {
        cli_help_command(command, stdout);
        return CLI_FINE;
    }
    reader r = {.command = command, .argc = argc, .argv = argv, .values = calloc(1, command->options_bytes + 1)};
    if (!r.values) {
        fputs("denpa: out of memory\n", stderr);
        return CLI_WRONG_USE;
    }
    int status = read_defaults(&r);
    if (status == CLI_FINE) status = read_words(&r);
    if (status == CLI_FINE) status = check_operands(&r);
    if (status == CLI_FINE) status = command->run(r.values, &r.operands);
    free_reader(&r);
    return status;
}
