#include "data/data_options.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fail.h"

static dp_status split_path(dpi_data_options *o)
{
    const char *source = o->source;
    size_t bytes = strlen(source);
    dp_status status = dpi_strdup(o->ctx, source, &o->path);
    if (status != DP_OK)
        return status;
    bool there = access(o->path, F_OK) == 0;
    for (const char *colon = source; !there && (colon = strchr(colon, ':')); colon++) {
        bytes = (size_t)(colon - source);
        o->path[bytes] = 0;
        there = bytes && access(o->path, F_OK) == 0;
        if (!there)
            o->path[bytes] = ':';
    }
    if (!there)
        return dpi_fail(
            o->ctx, DP_ERR_IO,
            "%s: there is no such file; data are mnist, digits, digits:N, a folder with the four IDX files "
                        "or with a folder of PNG pictures for each class, a CSV, NPZ, NPY or IDX file, or text:FILE",
                        source);
    return dpi_strdup(o->ctx, source[bytes] ? source + bytes + 1 : "", &o->text);
}

static dp_status add_option(dpi_data_options *o, char *text)
{
    char *equals = strchr(text, '=');
    if (o->count == DPI_DATA_OPTIONS_MOST)
        return dpi_fail(o->ctx, DP_ERR_ARG, "%s: too many options", o->source);
    if (equals)
        *equals = 0;
    if (!*text)
        return dpi_fail(o->ctx, DP_ERR_ARG, "%s: behind %s: come options as in KEY=VALUE,KEY=VALUE", o->source,
                        o->path);
    if (dpi_data_option(o, text))
        return dpi_fail(o->ctx, DP_ERR_ARG, "%s: the option %s is given twice", o->source, text);
    o->keys[o->count] = text;
    o->values[o->count++] = equals ? equals + 1 : "";
    return DP_OK;
}

dp_status dpi_data_options_init(dpi_data_options *options, dp_ctx *ctx, const char *source)
{
    *options = (dpi_data_options){.ctx = ctx, .source = source};
    dp_status status = split_path(options);
    char *next = options->text;
    while (status == DP_OK && next && *next) {
        char *text = next, *comma = strchr(next, ',');
        next = comma ? comma + 1 : NULL;
        if (comma)
            *comma = 0;
        status = add_option(options, text);
    }
    return status;
}

void dpi_data_options_deinit(dpi_data_options *options)
{
    dpi_free(options->ctx, options->path);
    dpi_free(options->ctx, options->text);
    *options = (dpi_data_options){0};
}

/* Is the word one of a list with blanks between? */
static bool is_among(const char *word, const char *list)
{
    size_t bytes = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += bytes)
        if ((at == list || at[-1] == ' ') && (at[bytes] == ' ' || !at[bytes]))
            return true;
    return false;
}

dp_status dpi_data_options_check(const dpi_data_options *options, const char *what, const char *known)
{
    for (int i = 0; i < options->count; i++)
        if (!is_among(options->keys[i], known))
            return dpi_fail(options->ctx, DP_ERR_NAME, "%s: %s has no option %s; there %s%s", options->source, what,
                            options->keys[i], *known ? "are " : "is none", known);
    return DP_OK;
}

const char *dpi_data_option(const dpi_data_options *options, const char *key)
{
    for (int i = 0; i < options->count; i++)
        if (strcmp(options->keys[i], key) == 0)
            return options->values[i];
    return NULL;
}
