/* A parsed text: statements whose expressions are nodes in post-order (operands before their operator), so that
 * evaluating one is a loop over an array with a stack of values, however long the expression is. */
#ifndef DENPA_FORMULA_SYNTAX_H
#define DENPA_FORMULA_SYNTAX_H

#include <denpa/formula.h>

#include "formula/lexer.h"
#include "formula/place.h"

#define DPI_TRY(call)                       \
    do {                                    \
        dp_status dpi_try_status_ = (call); \
        if (dpi_try_status_ != DP_OK)       \
            return dpi_try_status_;         \
    } while (0)

enum { DPI_MAX_NESTING = 100 };

typedef enum dpi_syntax_kind {
    DPI_SYNTAX_INT,
    DPI_SYNTAX_FLOAT,
    DPI_SYNTAX_BOOL, /* whole */
    DPI_SYNTAX_NONE,
    DPI_SYNTAX_STRING, /* place: the token */
    DPI_SYNTAX_ELLIPSIS,
    DPI_SYNTAX_NAME,      /* place: the name */
    DPI_SYNTAX_ATTRIBUTE, /* 1 operand; place: what stands behind the dot */
    DPI_SYNTAX_UNARY,     /* 1 operand; token ADD or SUB */
    DPI_SYNTAX_BINARY,    /* 2 operands; token; place: the operator */
    DPI_SYNTAX_TUPLE,     /* count operands */
    DPI_SYNTAX_LIST,      /* count operands */
    DPI_SYNTAX_SLICE,     /* 3 operands: start, stop, step; NONE where left out */
    DPI_SYNTAX_INDEX,     /* what is indexed and count indices */
    DPI_SYNTAX_KEYWORD,   /* 1 operand, an argument; place: its name */
    DPI_SYNTAX_CALL       /* count arguments; place: the function's name */
} dpi_syntax_kind;

typedef struct dpi_syntax {
    uint8_t kind;
    uint8_t token;
    uint32_t count;
    dpi_span span; /* of the whole subexpression */
    union {
        int64_t whole;
        double number;
        dpi_span place;
    };
} dpi_syntax;

typedef struct dpi_statement {
    dpi_span target;      /* empty: a bare expression */
    uint32_t first, last; /* nodes [first, last) */
} dpi_statement;

struct dp_formula {
    dp_ctx *ctx;
    char *file;
    char *bytes;
    dpi_source_text text;
    dpi_syntax *nodes;
    size_t node_count, node_capacity;
    dpi_statement *statements;
    size_t statement_count, statement_capacity;
};

static inline int dpi_span_empty(dpi_span span)
{
    return span.first == span.last;
}

static inline const char *dpi_span_text(const dp_formula *formula, dpi_span span, int *bytes)
{
    *bytes = (int)(span.last - span.first);
    return formula->text.bytes + span.first;
}

/* Is the span this word? */
int dpi_span_is(const dp_formula *formula, dpi_span span, const char *word);

/* Has the language `x.NAME` for this name: T, shape, … */
int dpi_is_attribute(const char *name, size_t bytes);

#endif
