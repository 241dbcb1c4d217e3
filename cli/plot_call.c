/* Calls in --add: KIND(argument, …, key=argument). Words are cut out here; what expressions mean, the formula language says. */
#include <stdlib.h>
#include <string.h>

#include "plot_scene.h"

const plot_key plot_keys[KEY_COUNT] = {
#define ENTRY(id, name, scope, meaning, argument, help) {name, PLOT_##scope, PLOT_##meaning},
    PLOT_KEYS(ENTRY)
#undef ENTRY
};

const plot_key plot_flags[FLAG_COUNT] = {
#define ENTRY(id, name, scope, help) {name, PLOT_##scope, PLOT_WORD},
    PLOT_FLAGS(ENTRY)
#undef ENTRY
};

typedef struct call_reader {
    const cli_command *command;
    const char *text; /* as given, for messages */
    char *at;
    plot_layer *layer;
    int positional;
} call_reader;

static char *skip_blanks(char *c)
{
    while (*c == ' ' || *c == '\t' || *c == '\n') c++;
    return c;
}

/* The end of an argument: the comma or bracket that is in no bracket and no string. */
static char *argument_end(char *c)
{
    int depth = 0;
    for (; *c; c++) {
        if (*c == '"' || *c == '\'') {
            char quote = *c++;
            while (*c && *c != quote) c += *c == '\\' && c[1] ? 2 : 1;
            if (!*c) return c;
        } else if (strchr("([{", *c)) depth++;
        else if (depth && strchr(")]}", *c)) depth--;
        else if (!depth && (*c == ',' || *c == ')')) return c;
    }
    return c;
}

/* Behind the name of `name = …`, or NULL: it is no such argument. "==" compares. */
static char *find_equals(char *c)
{
    while ((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_') c++;
    c = skip_blanks(c);
    return *c == '=' && c[1] != '=' ? c : NULL;
}

/* Takes a string out of its quotes, in place. Of escapes there are those that a quote needs, and \n. */
static void unquote(char *word)
{
    size_t length = strlen(word);
    if (length < 2 || (*word != '"' && *word != '\'') || word[length - 1] != *word) return;
    char *to = word;
    for (char *from = word + 1; from < word + length - 1; from++) {
        if (*from == '\\' && (from[1] == *word || from[1] == '\0')) from++;
        else if (*from == '\\' && from[1] == 'n' && !strchr("abcdefghijklmnopqrstuvwxyz", from[2])) {
            *to++ = '\n';
            from++;
            continue;
        }
        *to++ = *from;
    }
    *to = 0;
}

static int find_key(const plot_key *keys, int count, const char *name)
{
    for (int k = 0; k < count; k++)
        if (strcmp(keys[k].name, name) == 0) return k;
    return -1;
}

static int put_named(call_reader *r, char *name, char *value)
{
    for (char *c = name; *c; c++)
        if (*c == '_') *c = '-';
    int key = find_key(plot_keys, KEY_COUNT, name), flag = find_key(plot_flags, FLAG_COUNT, name);
    int truth = strcmp(value, "True") == 0 || strcmp(value, "1") == 0;
    if (flag >= 0 && (truth || strcmp(value, "False") == 0 || strcmp(value, "0") == 0)) {
        r->layer->said.flag[flag] = truth;
        return CLI_FINE;
    }
    if (flag >= 0) return cli_wrong_use(r->command, "--add: %s is True or False, not %s", name, value);
    if (key < 0) {
        const char *names[KEY_COUNT];
        for (int k = 0; k < KEY_COUNT; k++) names[k] = plot_keys[k].name;
        const char *meant = cli_nearest(name, names, KEY_COUNT);
        return cli_wrong_use(r->command, "--add: %s takes no \"%s\"%s%s%s", r->layer->kind->name, name,
                             meant ? "; did you mean " : "", meant ? meant : "", meant ? "?" : "");
    }
    if (plot_keys[key].scope == PLOT_FIGURE)
        return cli_wrong_use(r->command, "--add: %s is of the whole figure: say it as --%s", name, name);
    if (plot_keys[key].meaning != PLOT_EXPRESSION) unquote(value);
    r->layer->said.text[key] = value;
    return CLI_FINE;
}

static int put_argument(call_reader *r, char *begin, char *end)
{
    while (end > begin && strchr(" \t\n", end[-1])) end--;
    *end = 0;
    char *equals = find_equals(begin);
    if (equals) {
        char *value = skip_blanks(equals + 1), *name_end = equals;
        while (name_end > begin && name_end[-1] == ' ') name_end--;
        *name_end = 0;
        return put_named(r, begin, value);
    }
    int key = r->positional < 4 ? r->layer->kind->positional[r->positional++] : -1;
    if (key < 0 || r->positional > 4)
        return cli_wrong_use(r->command, "--add: %s: \"%s\" needs a name: key=%s", r->text, begin, begin);
    if (plot_keys[key].meaning != PLOT_EXPRESSION) unquote(begin);
    r->layer->said.text[key] = begin;
    return CLI_FINE;
}

static int read_arguments(call_reader *r)
{
    for (r->at = skip_blanks(r->at); *r->at != ')'; r->at = skip_blanks(r->at)) {
        char *begin = r->at, *end = argument_end(begin), mark = *end;
        if (!mark || end == begin) return cli_wrong_use(r->command, "--add: %s: an argument or \")\" is missing", r->text);
        int status = put_argument(r, begin, end);
        if (status) return status;
        r->at = end + 1;
        if (mark == ')') return *skip_blanks(r->at) ? cli_wrong_use(r->command, "--add: %s: more follows after \")\"", r->text) : CLI_FINE;
    }
    return *skip_blanks(r->at + 1) ? cli_wrong_use(r->command, "--add: %s: more follows after \")\"", r->text) : CLI_FINE;
}

int plot_call_read(const cli_command *command, const char *text, plot_layer *layer)
{
    layer->memory = strdup(text);
    if (!layer->memory) {
        fputs("denpa: out of memory\n", stderr);
        return CLI_WRONG_USE;
    }
    call_reader r = {.command = command, .text = text, .layer = layer};
    char *name = skip_blanks(layer->memory), *open = name + strcspn(name, "( \t\n");
    r.at = skip_blanks(open);
    int has_arguments = *r.at == '(';
    if (*r.at && !has_arguments) return cli_wrong_use(command, "--add: \"%s\" is neither KIND nor KIND(...)", text);
    r.at += has_arguments;
    *open = 0;
    layer->kind = plot_kind_find(name);
    if (layer->kind) return has_arguments ? read_arguments(&r) : CLI_FINE;
    const char *names[64];
    int count = 0;
    for (const plot_kind *k = plot_kinds; k->name && count < CLI_COUNT(names); k++) names[count++] = k->name;
    const char *meant = cli_nearest(name, names, count);
    return cli_wrong_use(command, "--add: there is no kind \"%s\"%s%s%s", name, meant ? "; did you mean " : "",
                         meant ? meant : "", meant ? "?" : "");
}
