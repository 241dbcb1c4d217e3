#include "data/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"

enum { CODES = 0x110000 };

/* ---- The text ---- */

static int64_t line_of(const char *bytes, size_t at)
{
    int64_t line = 1;
    for (size_t i = 0; i < at; i++)
        line += bytes[i] == '\n';
    return line;
}

dp_status dpi_characters_check(dp_ctx *ctx, const char *bytes, size_t count, const char *what, dpi_characters *out)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t begin = count >= 3 && memcmp(bytes, mark, 3) == 0 ? 3 : 0;
    int64_t characters = 0;
    for (size_t at = begin, n; at < count; at += n, characters++) {
        n = dpi_utf8_char_bytes(bytes + at, count - at);
        if (!n || !bytes[at])
            return dpi_fail(ctx, DP_ERR_FORMAT, "%s: byte %zu (line %lld) %s", what, at + 1, (long long)line_of(bytes, at),
                            n ? "is zero, which no text has" : "is no UTF-8");
    }
    if (!characters)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: it is empty: there is no text", what);
    *out = (dpi_characters){.bytes = bytes + begin, .byte_count = count - begin, .what = what, .count = characters};
    return DP_OK;
}

/* ---- Which characters ---- */

static dp_status take_room(dp_ctx *ctx, int64_t count, dpi_vocabulary *out)
{
    void *memory;
    *out = (dpi_vocabulary){.ctx = ctx};
    dp_status status = dpi_alloc(ctx, (size_t)count, sizeof *out->codes, "characters that a text has", &memory);
    if (status == DP_OK)
        out->codes = memory;
    return status;
}

dp_status dpi_vocabulary_learn(dp_ctx *ctx, const dpi_characters *text, dpi_vocabulary *out)
{
    void *memory;
    int64_t count = 0;
    *out = (dpi_vocabulary){.ctx = ctx};
    dp_status status = dpi_alloc(ctx, CODES, 1, "marks of characters", &memory);
    if (status != DP_OK)
        return status;
    char *occurs = memory;
    uint32_t code;
    for (size_t at = 0; at < text->byte_count;) {
        at += dpi_utf8_decode(text->bytes + at, text->byte_count - at, &code);
        count += !occurs[code];
        occurs[code] = 1;
    }
    status = take_room(ctx, count, out);
    for (code = 0; code < CODES && status == DP_OK; code++)
        if (occurs[code])
            out->codes[out->count++] = code;
    dpi_free(ctx, occurs);
    return status;
}

void dpi_vocabulary_deinit(dpi_vocabulary *vocabulary)
{
    if (vocabulary->ctx)
        dpi_free(vocabulary->ctx, vocabulary->codes);
    *vocabulary = (dpi_vocabulary){0};
}

dp_status dpi_vocabulary_remember(const dpi_vocabulary *vocabulary, dpi_encoding *encoding)
{
    dp_status status = DP_OK;
    for (int64_t i = 0; i < vocabulary->count && status == DP_OK; i++) {
        char character[5] = {0};
        dpi_utf8_encode(vocabulary->codes[i], character);
        status = dpi_encoding_add(encoding, DPI_TEXT_COLUMN, DPI_RULE_CLASS, character);
    }
    return status;
}

/* What is remembered may have been written by anyone: one character each, rising. */
dp_status dpi_vocabulary_recall(dp_ctx *ctx, const dp_encoding *learned, int count, dpi_vocabulary *out)
{
    int at = 0;
    dp_status status = take_room(ctx, count, out);
    for (const char *name; status == DP_OK && (name = dpi_encoding_next(learned, count, DPI_TEXT_COLUMN, DPI_RULE_CLASS, &at));) {
        uint32_t code = 0, before = out->count ? out->codes[out->count - 1] : 0;
        size_t bytes = strlen(name);
        if (!bytes || dpi_utf8_decode(name, bytes, &code) != bytes || code <= before)
            return dpi_fail(ctx, DP_ERR_FORMAT, "the model was not trained on a text: its classes are no characters in their order");
        out->codes[out->count++] = code;
    }
    return status;
}

/* ---- Numbers ---- */

int64_t dpi_vocabulary_find(const dpi_vocabulary *vocabulary, uint32_t code)
{
    int64_t low = 0, high = vocabulary->count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (vocabulary->codes[middle] < code)
            low = middle + 1;
        else
            high = middle;
    }
    return low < vocabulary->count && vocabulary->codes[low] == code ? low : -1;
}

static dp_status unknown_character(const dpi_vocabulary *vocabulary, const dpi_characters *text, size_t at)
{
    char shown[16];
    int64_t column = 1;
    size_t bytes = dpi_utf8_char_bytes(text->bytes + at, text->byte_count - at);
    for (size_t i = at; i > 0 && text->bytes[i - 1] != '\n'; i--)
        column += ((unsigned char)text->bytes[i - 1] & 0xc0) != 0x80;
    uint32_t code = 0;
    dpi_utf8_decode(text->bytes + at, bytes, &code);
    return dpi_fail(vocabulary->ctx, DP_ERR_RANGE,
                    "%s:%lld:%lld: \"%s\" (U+%04X) is none of the %lld characters of the text that was trained on", text->what,
                    (long long)line_of(text->bytes, at), (long long)column,
                    dpi_utf8_shown(text->bytes + at, bytes, shown, sizeof shown), (unsigned)code, (long long)vocabulary->count);
}

dp_status dpi_vocabulary_ids(const dpi_vocabulary *vocabulary, const dpi_characters *text, int64_t first, int64_t count,
                             void (*take)(void *user, int64_t i, uint32_t id), void *user)
{
    uint32_t code;
    size_t bytes;
    int64_t i = 0;
    for (size_t at = 0; at < text->byte_count && i < first + count; at += bytes, i++) {
        bytes = dpi_utf8_decode(text->bytes + at, text->byte_count - at, &code);
        if (i < first)
            continue;
        int64_t id = dpi_vocabulary_find(vocabulary, code);
        if (id < 0)
            return unknown_character(vocabulary, text, at);
        take(user, i - first, (uint32_t)id);
    }
    return DP_OK;
}
