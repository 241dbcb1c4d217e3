#include "train/option_words.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"

static const char *const limits_words[] = {
#define WORDS_ENTRY(name, words) [DPI_##name] = words,
    DPI_LIMITS(WORDS_ENTRY)
#undef WORDS_ENTRY
};

static double *number_place(void *options, const dpi_option *option)
{
    return (double *)((char *)options + option->offset);
}

static bool same(const char *word, size_t bytes, const char *name)
{
    return strlen(name) == bytes && memcmp(word, name, bytes) == 0;
}

static bool belongs(const dpi_option *option, int owner)
{
    return option->owner == owner || option->owner == DPI_OPTION_OF_ALL;
}

dp_status dpi_options_name(dp_ctx *ctx, const dpi_option_list *list, const char *text, size_t bytes, int *owner)
{
    const char *colon = memchr(text, ':', bytes);
    size_t length = colon ? (size_t)(colon - text) : bytes;
    char names[256] = "";
    size_t used = 0;
    for (int i = 0; i < list->name_count; i++) {
        if (same(text, length, list->names[i])) {
            *owner = i;
            return DP_OK;
        }
        used += (size_t)snprintf(names + used, sizeof names - used, i ? ", %s" : "%s", list->names[i]);
    }
    return dpi_fail(ctx, DP_ERR_NAME, "%s: there is no \"%.*s\"; there are %s", list->what, (int)length, text, names);
}

static dp_status unknown_option(dp_ctx *ctx, const dpi_option_list *list, int owner, const char *word, size_t bytes)
{
    char names[512] = "";
    size_t used = 0;
    for (int i = 0; i < list->option_count && used < sizeof names; i++)
        if (belongs(&list->options[i], owner))
            used += (size_t)snprintf(names + used, sizeof names - used, used ? ", %s" : "%s", list->options[i].name);
    return dpi_fail(ctx, DP_ERR_NAME, "%s: %s has no option \"%.*s\"; it has %s", list->what, list->names[owner],
                    (int)bytes, word, names);
}

void dpi_options_default(const dpi_option_list *list, int owner, void *options)
{
    for (int i = 0; i < list->option_count; i++) {
        const dpi_option *option = &list->options[i];
        if (!belongs(option, owner)) continue;
        if (option->limits == DPI_WHOLES)
            *(dpi_wholes *)(void *)number_place(options, option) = (dpi_wholes){.count = 0};
        else *number_place(options, option) = option->value;
    }
}

static bool is_within(dpi_limits limits, double value)
{
    switch (limits) {
    case DPI_ANY: return isfinite(value);
    case DPI_NOT_NEGATIVE: return isfinite(value) && value >= 0;
    case DPI_POSITIVE: return isfinite(value) && value > 0;
    case DPI_BELOW_ONE: return value >= 0 && value < 1;
    case DPI_UP_TO_ONE: return value >= 0 && value <= 1;
    case DPI_SWITCH: return value == 0 || value == 1;
    case DPI_WHOLE:
    case DPI_WHOLES: return value >= 0 && value <= 0x1p53 && value == floor(value);
    }
    return false;
}

/* All of the bytes are one number within the limits. */
static bool read_number(dpi_limits limits, const char *first, const char *end, double *out)
{
    const char *stop = first;
    double value = dp_number_parse(first, (size_t)(end - first), &stop);
    if (first == end || stop != end || !is_within(limits, value)) return false;
    *out = value;
    return true;
}

/* "30/80" */
static bool read_wholes(const char *first, const char *end, dpi_wholes *out)
{
    dpi_wholes made = {.count = 0};
    for (const char *at = first;; at++) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        if (made.count == (int)(sizeof made.at / sizeof *made.at)) return false;
        if (!read_number(DPI_WHOLES, at, slash ? slash : end, &made.at[made.count])) return false;
        if (made.count && made.at[made.count] <= made.at[made.count - 1]) return false;
        made.count++;
        if (!slash) break;
        at = slash;
    }
    *out = made;
    return true;
}

/* NAME=NUMBER, or NAME alone for a switch: bytes first .. end - 1. */
static dp_status read_option(dp_ctx *ctx, const dpi_option_list *list, int owner, const char *first, const char *end,
                             void *options)
{
    const char *equals = memchr(first, '=', (size_t)(end - first));
    size_t bytes = (size_t)((equals ? equals : end) - first);
    for (int i = 0; i < list->option_count; i++) {
        const dpi_option *option = &list->options[i];
        if (!belongs(option, owner) || !same(first, bytes, option->name)) continue;
        double *place = number_place(options, option);
        bool ok = !equals && option->limits == DPI_SWITCH;
        if (ok) *place = 1;
        else if (equals && option->limits == DPI_WHOLES) ok = read_wholes(equals + 1, end, (dpi_wholes *)(void *)place);
        else if (equals) ok = read_number(option->limits, equals + 1, end, place);
        if (ok) return DP_OK;
        return dpi_fail(ctx, DP_ERR_RANGE, "%s: %s of %s has to be %s, not \"%.*s\"", list->what, option->name,
                        list->names[owner], limits_words[option->limits], equals ? (int)(end - equals - 1) : 0,
                        equals ? equals + 1 : "");
    }
    return unknown_option(ctx, list, owner, first, bytes);
}

dp_status dpi_options_read(dp_ctx *ctx, const dpi_option_list *list, int owner, const char *text, size_t bytes,
                           void *options)
{
    const char *end = text + bytes;
    for (const char *at = text;; at++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        dp_status status = read_option(ctx, list, owner, at, comma ? comma : end, options);
        if (status != DP_OK || !comma) return status;
        at = comma;
    }
}

static bool is_missing(const dpi_option *option, const void *options)
{
    const void *place = (const char *)options + option->offset;
    if (option->limits == DPI_WHOLES) return ((const dpi_wholes *)place)->count == 0;
    return isnan(*(const double *)place);
}

dp_status dpi_options_complete(dp_ctx *ctx, const dpi_option_list *list, int owner, const void *options)
{
    for (int i = 0; i < list->option_count; i++) {
        const dpi_option *option = &list->options[i];
        if (belongs(option, owner) && is_missing(option, options))
            return dpi_fail(ctx, DP_ERR_RANGE, "%s: %s needs %s=…, %s", list->what, list->names[owner], option->name,
                            limits_words[option->limits]);
    }
    return DP_OK;
}

static dp_status write_value(dp_text *text, const dpi_option *option, const void *options)
{
    char number[DP_NUMBER_TEXT_BYTES];
    const void *place = (const char *)options + option->offset;
    if (option->limits != DPI_WHOLES) return dp_text_addf(text, "%s", dp_number_text_f64(*(const double *)place, number));
    const dpi_wholes *list = place;
    dp_status status = DP_OK;
    for (int i = 0; i < list->count && status == DP_OK; i++)
        status = dp_text_addf(text, i ? "/%lld" : "%lld", (long long)list->at[i]);
    return status;
}

dp_status dpi_options_write(dp_text *text, const dpi_option_list *list, int owner, const void *options)
{
    const char *before = ":";
    dp_status status = DP_OK;
    for (int i = 0; i < list->option_count && status == DP_OK; i++) {
        const dpi_option *option = &list->options[i];
        if (!belongs(option, owner)) continue;
        const double *place = (const double *)(const void *)((const char *)options + option->offset);
        if (option->owner == DPI_OPTION_OF_ALL && *place == option->value) continue;
        status = dp_text_addf(text, "%s%s=", before, option->name);
        if (status == DP_OK) status = write_value(text, option, options);
        before = ",";
    }
    return status;
}
