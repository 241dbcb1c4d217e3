#include "formula/place.h"

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/utf8.h"
#include "formula/codepoint.h"

enum {
    SHOWN_COLUMNS = 100, /* of a long line */
    BEFORE_COLUMNS = 40, /* of them before the place, if the line is cut */
    LONG_WALK = 100,     /* bytes; after a longer one the place it began at is kept, too */
    MESSAGE_BYTES = 1000,
    LINE_BYTES = 4 * SHOWN_COLUMNS + 16
};

static int starts_code(char byte)
{
    return ((unsigned char)byte & 0xc0) != 0x80;
}

/* "\r\n" counts at its '\n'; a '\r' alone ends a line, too. */
static int ends_line(const dpi_source_text *text, size_t at)
{
    char byte = text->bytes[at];
    return byte == '\n' || (byte == '\r' && (at + 1 == text->count || text->bytes[at + 1] != '\n'));
}

static size_t line_start(const dpi_source_text *text, size_t at)
{
    while (at > 0 && !ends_line(text, at - 1))
        at--;
    return at;
}

static int32_t codes_between(const dpi_source_text *text, size_t from, size_t to)
{
    int32_t count = 0;
    for (size_t i = from; i < to; i++)
        count += starts_code(text->bytes[i]);
    return count;
}

static size_t distance(size_t a, size_t b)
{
    return a < b ? b - a : a - b;
}

dp_source dpi_source_at(const dpi_source_text *text, dpi_walker *walker, size_t offset)
{
    if (offset > text->count)
        offset = text->count;
    dpi_place *known = walker->known;
    int nearer = distance(known[1].offset, offset) < distance(known[0].offset, offset);
    dpi_place *at = &known[nearer];
    if (distance(at->offset, offset) > LONG_WALK) {
        known[!nearer] = *at;
        at = &known[!nearer];
    }
    for (; at->offset < offset; at->offset++) {
        if (ends_line(text, at->offset)) {
            at->line++;
            at->column = 0;
        } else {
            at->column += starts_code(text->bytes[at->offset]);
        }
    }
    while (at->offset > offset) {
        at->offset--;
        if (ends_line(text, at->offset)) {
            at->line--;
            at->column = codes_between(text, line_start(text, at->offset), at->offset);
        } else {
            at->column -= starts_code(text->bytes[at->offset]);
        }
    }
    return (dp_source){.line = at->line + 1, .column = at->column + 1};
}

/* One code point as it may be shown: a control character as a blank. */
static size_t shown(const dpi_source_text *text, size_t at, size_t end, uint32_t *code)
{
    size_t length = dpi_utf8_decode(text->bytes + at, end - at, code);
    if (length == 0 || *code < 0x20 || (*code >= 0x7f && *code < 0xa0)) {
        *code = ' ';
        return length ? length : 1;
    }
    return length;
}

static int width_between(const dpi_source_text *text, size_t from, size_t to)
{
    int width = 0;
    uint32_t code;
    while (from < to) {
        from += shown(text, from, to, &code);
        width += dpi_code_width(code);
    }
    return width;
}

/* Goes back from `at` by at most `columns`. */
static size_t back_by(const dpi_source_text *text, size_t start, size_t at, int columns)
{
    for (int i = 0; i < columns && at > start; i++) {
        at--;
        while (at > start && !starts_code(text->bytes[at]))
            at--;
    }
    return at;
}

/* Writes the line from `at`, at most SHOWN_COLUMNS of it, and returns where it stopped. */
static size_t copy_line(const dpi_source_text *text, size_t at, size_t end, char *line, size_t *used)
{
    int width = 0;
    while (at < end && width < SHOWN_COLUMNS && *used < LINE_BYTES - 8) {
        uint32_t code;
        size_t length = shown(text, at, end, &code);
        if (code == ' ')
            line[(*used)++] = ' ';
        else
            memcpy(line + *used, text->bytes + at, length), *used += length;
        width += dpi_code_width(code);
        at += length;
    }
    return at;
}

/* The line that holds `span` and the underline below it. */
static void quote(const dpi_source_text *text, dpi_span span, char line[LINE_BYTES], char under[LINE_BYTES])
{
    size_t start = line_start(text, span.first), end = span.first;
    while (end < text->count && !ends_line(text, end))
        end++;
    if (end > start && text->bytes[end - 1] == '\r')
        end--;
    size_t from = start, used = 0;
    if (width_between(text, start, span.first) > SHOWN_COLUMNS - BEFORE_COLUMNS)
        from = back_by(text, start, span.first, BEFORE_COLUMNS);
    int indent = width_between(text, from, span.first);
    if (from > start)
        memcpy(line, "...", used = 3), indent += 3;
    size_t stop = copy_line(text, from, end, line, &used);
    if (stop < end)
        memcpy(line + used, "...", 3), used += 3;
    line[used] = 0;

    size_t last = span.last < stop ? span.last : stop;
    int width = last > span.first ? width_between(text, span.first, last) : 1;
    if (width < 1)
        width = 1;
    memset(under, ' ', (size_t)indent);
    under[indent] = '^';
    memset(under + indent + 1, '~', (size_t)width - 1);
    under[indent + width] = 0;
}

dp_status dpi_vfail_at(dp_ctx *ctx, dp_status status, const dpi_source_text *text, dpi_span span, const char *format,
                       va_list args)
{
    char message[MESSAGE_BYTES], line[LINE_BYTES], under[LINE_BYTES];
    vsnprintf(message, sizeof message, format, args);
    dpi_walker walker = {0};
    dp_source place = dpi_source_at(text, &walker, span.first);
    quote(text, span, line, under);
    return dpi_fail(ctx, status, "%.200s:%d:%d: %s\n    %s\n    %s", text->file, place.line, place.column, message,
                    line, under);
}

dp_status dpi_fail_at(dp_ctx *ctx, dp_status status, const dpi_source_text *text, dpi_span span, const char *format,
                      ...)
{
    va_list args;
    va_start(args, format);
    dpi_vfail_at(ctx, status, text, span, format, args);
    va_end(args);
    return status;
}
