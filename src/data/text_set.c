#include "data/text_set.h"

#include <stdio.h>
#include <string.h>

#include <denpa/file.h>
#include <denpa/text.h>

#include "base/fail.h"
#include "data/dataset.h"
#include "data/vocabulary.h"

static const char prefix[] = "text:";

#define DEFAULT_LENGTH 64
#define DEFAULT_TAIL 0.1
#define COUNT_MOST 1e9

/* What is asked for. */
typedef struct text_rules {
    int64_t length, stride;
    double tail;    /* the share of the characters, at the end, that is the test part */
    bool tail_said; /* then there has to be room for a window in it */
} text_rules;

bool dpi_source_is_text(const char *source)
{
    return strncmp(source, prefix, sizeof prefix - 1) == 0;
}

/* A whole number of characters from 1 on. */
static dp_status read_count(const dpi_data_options *o, const char *key, const char *text, int64_t *out)
{
    const char *end;
    double value = dp_number_parse(text, strlen(text), &end);
    if (!*text || *end || !(value >= 1 && value <= COUNT_MOST) || value != (double)(int64_t)value)
        return dpi_fail(o->ctx, DP_ERR_ARG, "%s: %s=%s: it is a number of characters, 1 or more", o->source, key, text);
    *out = (int64_t)value;
    return DP_OK;
}

static dp_status read_tail(const dpi_data_options *o, const char *text, text_rules *rules)
{
    const char *end;
    rules->tail_said = true;
    rules->tail = dp_number_parse(text, strlen(text), &end);
    if (*text && !*end && rules->tail >= 0 && rules->tail < 1)
        return DP_OK;
    return dpi_fail(o->ctx, DP_ERR_ARG, "%s: tail=%s: it is a share of the text, 0 or more and below 1", o->source, text);
}

static dp_status read_rules(const dpi_data_options *o, const dp_encoding *learned, int count, text_rules *rules)
{
    *rules = (text_rules){.length = DEFAULT_LENGTH, .tail = DEFAULT_TAIL};
    const char *length = dpi_data_option(o, "length"), *stride = dpi_data_option(o, "stride"), *tail = dpi_data_option(o, "tail");
    dp_status status = dpi_data_options_check(o, "a text", "length stride tail");
    if (!length)
        length = dpi_encoding_option(learned, count, "length");
    if (status == DP_OK && length)
        status = read_count(o, "length", length, &rules->length);
    rules->stride = rules->length;
    if (status == DP_OK && stride)
        status = read_count(o, "stride", stride, &rules->stride);
    return status == DP_OK && tail ? read_tail(o, tail, rules) : status;
}

/* ---- The parts ---- */

/* How many characters the training part has; the rest are for testing, if a window fits in. */
static dp_status cut(const dpi_data_options *o, const text_rules *rules, const dpi_characters *text, int64_t *train)
{
    int64_t tail = (int64_t)(rules->tail * (double)text->count + 0.5);
    *train = text->count - tail;
    if (tail > rules->length || !tail)
        return DP_OK;
    *train = text->count;
    if (!rules->tail_said)
        return DP_OK;
    return dpi_fail(o->ctx, DP_ERR_RANGE,
                    "%s: the tail of %lld of %lld characters is shorter than a window of %lld and what follows it; tail=0 leaves it out",
                    o->source, (long long)tail, (long long)text->count, (long long)rules->length);
}

static void take_id(void *windows, int64_t i, uint32_t id)
{
    dpi_windows_set(windows, i, id);
}

static dp_status read_part(const dpi_data_options *o, const text_rules *rules, const dpi_vocabulary *vocabulary,
                           const dpi_characters *text, dp_split split, dpi_windows **out)
{
    int64_t train, first, count;
    dp_status status = cut(o, rules, text, &train);
    if (status != DP_OK)
        return status;
    first = split == DP_SPLIT_TRAIN ? 0 : train;
    count = split == DP_SPLIT_TRAIN ? train : text->count - train;
    if (split == DP_SPLIT_TEST && !count)
        return dpi_fail(o->ctx, DP_ERR_NAME, "%s: there is no test part", o->source);
    if (count <= rules->length)
        return dpi_fail(o->ctx, DP_ERR_RANGE,
                        "%s: there are %lld characters, and a window of %lld with the one that follows it takes %lld; "
                        "length= makes it shorter",
                        o->source, (long long)count, (long long)rules->length, (long long)rules->length + 1);
    dpi_windows *made = NULL;
    status = dpi_windows_new(o->ctx, count, vocabulary->count, rules->length, rules->stride, &made);
    if (status == DP_OK)
        status = dpi_vocabulary_ids(vocabulary, text, first, count, take_id, made);
    if (status == DP_OK)
        *out = made;
    else
        dpi_windows_free(&made);
    return status;
}

/* ---- The whole ---- */

static dp_status find_vocabulary(const dpi_data_options *o, const dpi_characters *text, const dp_encoding *learned, int count,
                                 dpi_vocabulary *vocabulary)
{
    if (!count)
        return dpi_vocabulary_learn(o->ctx, text, vocabulary);
    dp_status status = dpi_vocabulary_recall(o->ctx, learned, count, vocabulary);
    if (status == DP_OK && (!vocabulary->count || !dpi_encoding_option(learned, count, "length")))
        status = dpi_fail(o->ctx, DP_ERR_ARG, "%s: the model was not trained on a text", o->source);
    return status;
}

static dp_status remember(const text_rules *rules, const dpi_vocabulary *vocabulary, dpi_encoding *encoding)
{
    char length[40];
    snprintf(length, sizeof length, "length=%lld", (long long)rules->length);
    dp_status status = dpi_encoding_add(encoding, "", DPI_RULE_OPTION, length);
    return status == DP_OK ? dpi_vocabulary_remember(vocabulary, encoding) : status;
}

dp_status dpi_text_parse(const dpi_data_options *options, const char *bytes, size_t byte_count, dp_split split,
                         const dp_encoding *encoding, int count, dp_dataset **out)
{
    text_rules rules;
    dpi_characters text;
    dpi_vocabulary vocabulary = {0};
    dpi_windows *windows = NULL;
    dp_dataset *made = NULL;
    dp_status status = read_rules(options, encoding, count, &rules);
    if (status == DP_OK)
        status = dpi_characters_check(options->ctx, bytes, byte_count, options->path, &text);
    if (status == DP_OK)
        status = find_vocabulary(options, &text, encoding, count, &vocabulary);
    if (status == DP_OK)
        status = read_part(options, &rules, &vocabulary, &text, split, &windows);
    if (status == DP_OK)
        status = dpi_dataset_new_windows(options->ctx, options->source, windows, &made);
    if (status == DP_OK)
        windows = NULL; /* taken over */
    if (status == DP_OK)
        status = remember(&rules, &vocabulary, &made->encoding);
    if (status == DP_OK)
        *out = made;
    else
        dp_dataset_free(&made);
    dpi_windows_free(&windows);
    dpi_vocabulary_deinit(&vocabulary);
    return status;
}

dp_status dpi_text_open(dp_ctx *ctx, const char *source, dp_split split, const dp_encoding *encoding, int count, dp_dataset **out)
{
    dpi_data_options options;
    dp_array *bytes = NULL;
    dp_status status = dpi_data_options_init(&options, ctx, source + sizeof prefix - 1);
    options.source = source; /* as messages call it */
    if (status == DP_OK)
        status = dp_file_read(ctx, options.path, 0, &bytes);
    if (status == DP_OK)
        status = dpi_text_parse(&options, bytes->data, dp_array_bytes(bytes), split, encoding, count, out);
    dp_array_free(&bytes);
    dpi_data_options_deinit(&options);
    return status;
}
