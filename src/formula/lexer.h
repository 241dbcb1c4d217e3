/* From text to tokens, one at a time. */
#ifndef DENPA_FORMULA_LEXER_H
#define DENPA_FORMULA_LEXER_H

#include <denpa/context.h>

#include "formula/place.h"

/* X(kind, what a message calls it) */
#define DPI_TOKEN_MAP(X)              \
    X(END, "the end of the text")     \
    X(NEWLINE, "the end of the line") \
    X(NAME, "a name")                 \
    X(INT, "a number")                \
    X(FLOAT, "a number")              \
    X(STRING, "a string")             \
    X(TRUE, "True")                   \
    X(FALSE, "False")                 \
    X(NONE, "None")                   \
    X(SEMICOLON, "';'")               \
    X(LPAREN, "'('")                  \
    X(RPAREN, "')'")                  \
    X(LBRACKET, "'['")                \
    X(RBRACKET, "']'")                \
    X(COMMA, "','")                   \
    X(COLON, "':'")                   \
    X(DOT, "'.'")                     \
    X(ELLIPSIS, "'...'")              \
    X(ASSIGN, "'='")                  \
    X(ADD, "'+'")                     \
    X(SUB, "'-'")                     \
    X(MUL, "'*'")                     \
    X(DIV, "'/'")                     \
    X(MATMUL, "'@'")                  \
    X(POW, "'**'")                    \
    X(EQ, "'=='")                     \
    X(NE, "'!='")                     \
    X(LT, "'<'")                      \
    X(LE, "'<='")                     \
    X(GT, "'>'")                      \
    X(GE, "'>='")

typedef enum dpi_token_kind {
#define DPI_TOKEN_ENUM(kind, text) DPI_TOKEN_##kind,
    DPI_TOKEN_MAP(DPI_TOKEN_ENUM)
#undef DPI_TOKEN_ENUM
} dpi_token_kind;

typedef struct dpi_token {
    dpi_token_kind kind;
    dpi_span span;
    union {
        int64_t whole; /* INT */
        double number; /* FLOAT */
    };
} dpi_token;

typedef struct dpi_lexer {
    dp_ctx *ctx;
    const dpi_source_text *text;
    size_t at;
    int brackets; /* open ones: inside them line ends are blanks. Kept by the parser. */
} dpi_lexer;

const char *dpi_token_text(dpi_token_kind kind);

/* Reads the next token. Errors: DP_ERR_SYNTAX. A NAME may have dots in it: "y.W", "y.1.W", "x.T". */
dp_status dpi_lexer_next(dpi_lexer *lexer, dpi_token *token);

/* Resolves the escapes of a STRING token: writes at most as many bytes as the token has to `out` and returns how
 * many. */
size_t dpi_string_unescape(const dpi_source_text *text, dpi_span span, char *out);

#endif
