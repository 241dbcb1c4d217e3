#include "formula/lexer.h"

#include <math.h>
#include <string.h>

#include <denpa/text.h>

#include "base/utf8.h"
#include "formula/codepoint.h"

const char *dpi_token_text(dpi_token_kind kind)
{
    static const char *const texts[] = {
#define TOKEN_TEXT(name, text) text,
        DPI_TOKEN_MAP(TOKEN_TEXT)
#undef TOKEN_TEXT
    };
    return texts[kind];
}

/* The byte at an offset from the place, 0 behind the end. */
static char peek(const dpi_lexer *lexer, size_t offset)
{
    size_t at = lexer->at + offset;
    return at < lexer->text->count ? lexer->text->bytes[at] : 0;
}

static int is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* Bytes of the letter at an offset, 0 if there is none. */
static size_t letter_bytes(const dpi_lexer *lexer, size_t at)
{
    uint32_t code;
    if (at >= lexer->text->count)
        return 0;
    size_t length = dpi_utf8_decode(lexer->text->bytes + at, lexer->text->count - at, &code);
    return length && dpi_is_letter(code) ? length : 0;
}

static int at_line_end(const dpi_lexer *lexer)
{
    return peek(lexer, 0) == '\n' || peek(lexer, 0) == '\r';
}

static void skip_blanks(dpi_lexer *lexer)
{
    for (; lexer->at < lexer->text->count; lexer->at++) {
        char byte = peek(lexer, 0);
        if (byte == '#') {
            while (lexer->at < lexer->text->count && !at_line_end(lexer))
                lexer->at++;
            byte = peek(lexer, 0);
            if (lexer->at == lexer->text->count)
                return;
        }
        if (byte == '\\' && (peek(lexer, 1) == '\n' || (peek(lexer, 1) == '\r'))) {
            lexer->at += peek(lexer, 1) == '\r' && peek(lexer, 2) == '\n' ? 2 : 1;
            continue;
        }
        if (byte == ' ' || byte == '\t' || byte == '\f')
            continue;
        if ((byte == '\n' || byte == '\r') && lexer->brackets > 0)
            continue;
        return;
    }
}

static dpi_span span_from(const dpi_lexer *lexer, size_t start)
{
    return (dpi_span){(uint32_t)start, (uint32_t)lexer->at};
}

static int is_word(const dpi_lexer *lexer, dpi_span span, const char *word)
{
    return span.last - span.first == strlen(word) &&
           memcmp(lexer->text->bytes + span.first, word, span.last - span.first) == 0;
}

static void skip_word(dpi_lexer *lexer)
{
    for (;;) {
        size_t length = is_digit(peek(lexer, 0)) ? 1 : letter_bytes(lexer, lexer->at);
        if (!length)
            return;
        lexer->at += length;
    }
}

/* Goes over ".W" and ".1.W" of a dotted name; a dot that is followed by anything else stays. */
static int skip_dotted(dpi_lexer *lexer)
{
    if (peek(lexer, 0) != '.')
        return 0;
    size_t at = lexer->at + 1;
    if (letter_bytes(lexer, at)) {
        lexer->at = at;
        skip_word(lexer);
        return 1;
    }
    while (at < lexer->text->count && is_digit(lexer->text->bytes[at]))
        at++;
    if (at == lexer->at + 1 || at >= lexer->text->count || lexer->text->bytes[at] != '.' ||
        !letter_bytes(lexer, at + 1))
        return 0;
    lexer->at = at;
    return 1;
}

static dp_status read_name(dpi_lexer *lexer, dpi_token *token)
{
    static const struct {
        const char *word;
        dpi_token_kind kind;
    } words[] = {{"True", DPI_TOKEN_TRUE}, {"False", DPI_TOKEN_FALSE}, {"None", DPI_TOKEN_NONE}};
    static const char *const foreign[] = {"and", "or",     "not",    "if",     "else", "for",   "while", "in",  "is",
                                          "def", "lambda", "return", "import", "from", "class", "with",  "try", "del"};
    size_t start = lexer->at;
    skip_word(lexer);
    dpi_span word = span_from(lexer, start);
    while (skip_dotted(lexer))
        continue;
    token->kind = DPI_TOKEN_NAME;
    token->span = span_from(lexer, start);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (is_word(lexer, token->span, words[i].word))
            token->kind = words[i].kind;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
        if (is_word(lexer, word, foreign[i]))
            return dpi_fail_at(
                lexer->ctx, DP_ERR_SYNTAX, lexer->text, word,
                "'%s' is Python, but not part of this language, which has statements NAME = EXPRESSION only",
                foreign[i]);
    return DP_OK;
}

static dp_status read_int(dpi_lexer *lexer, dpi_token *token)
{
    int64_t value = 0;
    for (size_t i = token->span.first; i < token->span.last; i++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, lexer->text->bytes[i] - '0', &value))
            return dpi_fail_at(
                lexer->ctx, DP_ERR_SYNTAX, lexer->text, token->span,
                "an integer must be below 2**63 = 9223372036854775808; write a point behind it for a float");
    token->kind = DPI_TOKEN_INT;
    token->whole = value;
    return DP_OK;
}

static dp_status read_number(dpi_lexer *lexer, dpi_token *token)
{
    size_t start = lexer->at;
    int is_float = 0;
    while (is_digit(peek(lexer, 0)))
        lexer->at++;
    if (peek(lexer, 0) == '.') {
        is_float = 1;
        lexer->at++;
        while (is_digit(peek(lexer, 0)))
            lexer->at++;
    }
    size_t sign = peek(lexer, 1) == '+' || peek(lexer, 1) == '-';
    if ((peek(lexer, 0) == 'e' || peek(lexer, 0) == 'E') && is_digit(peek(lexer, 1 + sign))) {
        is_float = 1;
        lexer->at += 1 + sign;
        while (is_digit(peek(lexer, 0)))
            lexer->at++;
    }
    token->span = span_from(lexer, start);
    if (letter_bytes(lexer, lexer->at)) {
        skip_word(lexer);
        return dpi_fail_at(lexer->ctx, DP_ERR_SYNTAX, lexer->text, span_from(lexer, start),
                           "a number runs into a name; numbers are written like 12, 1.5 or 2e-3");
    }
    if (!is_float)
        return read_int(lexer, token);
    const char *end;
    token->kind = DPI_TOKEN_FLOAT;
    token->number = dp_number_parse(lexer->text->bytes + start, lexer->at - start, &end);
    return DP_OK;
}

/* Value of `count` hexadecimal digits at `at`, -1 if they are not there. */
static int64_t hex_value(const dpi_source_text *text, size_t at, int count)
{
    int64_t value = 0;
    for (int i = 0; i < count; i++, at++) {
        char c = at < text->count ? text->bytes[at] : 0;
        int digit = is_digit(c)            ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* The escapes of one character; 'x' and 'u' take hexadecimal digits. */
static const char escape_letters[] = "nrt\\'\"";
static const char escape_values[] = "\n\r\t\\'\"";

static int is_escape(const dpi_source_text *text, size_t at)
{
    char c = at < text->count ? text->bytes[at] : 0;
    if (c && strchr(escape_letters, c))
        return 1;
    int64_t code = c == 'x' ? hex_value(text, at + 1, 2) : c == 'u' ? hex_value(text, at + 1, 4) : -1;
    return code > 0 && !(code >= 0xd800 && code < 0xe000);
}

size_t dpi_string_unescape(const dpi_source_text *text, dpi_span span, char *out)
{
    size_t used = 0;
    for (size_t at = span.first + 1; at + 1 < span.last; at++) {
        char c = text->bytes[at];
        if (c != '\\') {
            out[used++] = c;
            continue;
        }
        c = text->bytes[++at];
        if (c == 'x' || c == 'u') {
            int digits = c == 'x' ? 2 : 4;
            used += dpi_utf8_encode((uint32_t)hex_value(text, at + 1, digits), out + used);
            at += (size_t)digits;
        } else {
            out[used++] = escape_values[strchr(escape_letters, c) - escape_letters];
        }
    }
    return used;
}

static dp_status unexpected(dpi_lexer *lexer)
{
    uint32_t code = 0;
    size_t length = dpi_utf8_decode(lexer->text->bytes + lexer->at, lexer->text->count - lexer->at, &code);
    dpi_span span = {(uint32_t)lexer->at, (uint32_t)(lexer->at + length)};
    const char *bytes = lexer->text->bytes + lexer->at;
    if (code >= 0xff01 && code <= 0xff5e)
        return dpi_fail_at(lexer->ctx, DP_ERR_SYNTAX, lexer->text, span, "the full-width character '%.*s'; write '%c'",
                           (int)length, bytes, (int)(code - 0xff01 + '!'));
    if (code < 0x20 || code == 0x7f)
        return dpi_fail_at(lexer->ctx, DP_ERR_SYNTAX, lexer->text, span,
                           "the control character U+%04X does not belong here", code);
    if (code == '%')
        return dpi_fail_at(lexer->ctx, DP_ERR_SYNTAX, lexer->text, span, "'%%' is not part of this language");
    return dpi_fail_at(lexer->ctx, DP_ERR_SYNTAX, lexer->text, span, "unexpected character '%.*s' (U+%04X)",
                       (int)length, bytes, code);
}

static dp_status read_string(dpi_lexer *lexer, dpi_token *token)
{
    size_t start = lexer->at;
    char quote = peek(lexer, 0);
    for (lexer->at++; lexer->at < lexer->text->count && !at_line_end(lexer) && peek(lexer, 0) != quote; lexer->at++) {
        if (peek(lexer, 0) != '\\') {
            if ((unsigned char)peek(lexer, 0) < 0x20 && peek(lexer, 0) != '\t')
                return unexpected(lexer);
            continue;
        }
        if (!is_escape(lexer->text, lexer->at + 1))
            return dpi_fail_at(lexer->ctx, DP_ERR_SYNTAX, lexer->text,
                               (dpi_span){(uint32_t)lexer->at, (uint32_t)lexer->at + 2},
                               "unknown escape; there are \\n \\r \\t \\\\ \\' \\\" \\xhh and \\uhhhh");
        lexer->at++;
    }
    if (peek(lexer, 0) != quote)
        return dpi_fail_at(lexer->ctx, DP_ERR_SYNTAX, lexer->text, span_from(lexer, start),
                           "the string is not closed: %c is missing", quote);
    lexer->at++;
    token->kind = DPI_TOKEN_STRING;
    token->span = span_from(lexer, start);
    return DP_OK;
}

/* Longer ones first. NONE marks what Python has and the language does not. */
static const struct {
    const char *text;
    dpi_token_kind kind;
} marks[] = {{"...", DPI_TOKEN_ELLIPSIS}, {"**=", DPI_TOKEN_NONE},   {"//=", DPI_TOKEN_NONE}, {"**", DPI_TOKEN_POW},
             {"==", DPI_TOKEN_EQ},        {"!=", DPI_TOKEN_NE},      {"<=", DPI_TOKEN_LE},    {">=", DPI_TOKEN_GE},
             {"//", DPI_TOKEN_NONE},      {"+=", DPI_TOKEN_NONE},    {"-=", DPI_TOKEN_NONE},  {"*=", DPI_TOKEN_NONE},
             {"/=", DPI_TOKEN_NONE},      {"@=", DPI_TOKEN_NONE},    {":=", DPI_TOKEN_NONE},  {"<<", DPI_TOKEN_NONE},
             {">>", DPI_TOKEN_NONE},      {"->", DPI_TOKEN_NONE},    {"+", DPI_TOKEN_ADD},    {"-", DPI_TOKEN_SUB},
             {"*", DPI_TOKEN_MUL},        {"/", DPI_TOKEN_DIV},      {"@", DPI_TOKEN_MATMUL}, {"<", DPI_TOKEN_LT},
             {">", DPI_TOKEN_GT},         {"=", DPI_TOKEN_ASSIGN},   {"(", DPI_TOKEN_LPAREN}, {")", DPI_TOKEN_RPAREN},
             {"[", DPI_TOKEN_LBRACKET},   {"]", DPI_TOKEN_RBRACKET}, {",", DPI_TOKEN_COMMA},  {":", DPI_TOKEN_COLON},
             {";", DPI_TOKEN_SEMICOLON},  {".", DPI_TOKEN_DOT}};

static dp_status read_mark(dpi_lexer *lexer, dpi_token *token)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t length = strlen(marks[i].text);
        if (lexer->text->count - lexer->at < length ||
            memcmp(lexer->text->bytes + lexer->at, marks[i].text, length) != 0)
            continue;
        size_t start = lexer->at;
        lexer->at += length;
        token->kind = marks[i].kind;
        token->span = span_from(lexer, start);
        if (token->kind != DPI_TOKEN_NONE)
            return DP_OK;
        return dpi_fail_at(lexer->ctx, DP_ERR_SYNTAX, lexer->text, token->span,
                           "'%s' is Python, but not part of this language", marks[i].text);
    }
    return unexpected(lexer);
}

dp_status dpi_lexer_next(dpi_lexer *lexer, dpi_token *token)
{
    skip_blanks(lexer);
    token->whole = 0;
    token->span = span_from(lexer, lexer->at);
    if (lexer->at == lexer->text->count) {
        token->kind = DPI_TOKEN_END;
        return DP_OK;
    }
    char byte = peek(lexer, 0);
    if (at_line_end(lexer)) {
        lexer->at += byte == '\r' && peek(lexer, 1) == '\n' ? 2 : 1;
        token->kind = DPI_TOKEN_NEWLINE;
        return DP_OK;
    }
    if (is_digit(byte) || (byte == '.' && is_digit(peek(lexer, 1))))
        return read_number(lexer, token);
    if (byte == '"' || byte == '\'')
        return read_string(lexer, token);
    if (letter_bytes(lexer, lexer->at))
        return read_name(lexer, token);
    return read_mark(lexer, token);
}
