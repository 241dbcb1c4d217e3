/* The grammar, in docs/language.md, by precedence: an expression is read in a loop with a stack of operators that wait
 * for their right operand; only brackets are read by recursion, DPI_MAX_NESTING deep. */
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "formula/codepoint.h"
#include "formula/syntax.h"

enum { MAX_TEXT_BYTES = 1 << 28 };

typedef struct parser {
    dp_ctx *ctx;
    dp_formula *formula;
    dpi_lexer lexer;
    dpi_token token; /* at hand */
    dpi_token ahead; /* the one behind it, if has_ahead */
    int has_ahead;
    dpi_syntax *operators; /* that wait for their right operand */
    size_t operator_count, operator_capacity;
    dpi_span *spans; /* of the operands that wait for their operator */
    size_t span_count, span_capacity;
} parser;

int dpi_span_is(const dp_formula *formula, dpi_span span, const char *word)
{
    int bytes;
    const char *text = dpi_span_text(formula, span, &bytes);
    return strlen(word) == (size_t)bytes && memcmp(text, word, (size_t)bytes) == 0;
}

int dpi_is_attribute(const char *name, size_t bytes)
{
    static const char *const attributes[] = {"T", "shape", "ndim", "size", "dtype"};
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++)
        if (strlen(attributes[i]) == bytes && memcmp(attributes[i], name, bytes) == 0)
            return 1;
    return 0;
}

static dp_status advance(parser *p)
{
    if (p->has_ahead) {
        p->token = p->ahead;
        p->has_ahead = 0;
        return DP_OK;
    }
    return dpi_lexer_next(&p->lexer, &p->token);
}

static dp_status look_ahead(parser *p, dpi_token_kind *kind)
{
    if (!p->has_ahead)
        DPI_TRY(dpi_lexer_next(&p->lexer, &p->ahead));
    p->has_ahead = 1;
    *kind = p->ahead.kind;
    return DP_OK;
}

static dp_status expected(parser *p, const char *what)
{
    dpi_span span = p->token.span;
    if (p->token.kind != DPI_TOKEN_NAME)
        return dpi_fail_at(p->ctx, DP_ERR_SYNTAX, &p->formula->text, span, "expected %s, but %s came", what,
                           dpi_token_text(p->token.kind));
    int bytes;
    const char *name = dpi_span_text(p->formula, span, &bytes);
    return dpi_fail_at(p->ctx, DP_ERR_SYNTAX, &p->formula->text, span, "expected %s, but the name %.*s came", what,
                       bytes < 60 ? bytes : 60, name);
}

/* Adds a node that takes `operands` spans from the stack and leaves its own. */
static dp_status emit(parser *p, dpi_syntax node, size_t operands)
{
    dp_formula *f = p->formula;
    DPI_TRY(dpi_grow(p->ctx, (void **)&f->nodes, &f->node_capacity, f->node_count + 1, sizeof *f->nodes, "formula"));
    DPI_TRY(dpi_grow(p->ctx, (void **)&p->spans, &p->span_capacity, p->span_count + 1, sizeof *p->spans, "formula"));
    p->span_count -= operands;
    if (operands) {
        dpi_span first = p->spans[p->span_count], last = p->spans[p->span_count + operands - 1];
        if (first.first < node.span.first)
            node.span.first = first.first;
        if (last.last > node.span.last)
            node.span.last = last.last;
    }
    p->spans[p->span_count++] = node.span;
    f->nodes[f->node_count++] = node;
    return DP_OK;
}

static dp_status emit_leaf(parser *p, dpi_syntax_kind kind)
{
    dpi_syntax node = {.kind = (uint8_t)kind, .span = p->token.span, .place = p->token.span};
    if (kind == DPI_SYNTAX_INT)
        node.whole = p->token.whole;
    if (kind == DPI_SYNTAX_FLOAT)
        node.number = p->token.number;
    if (kind == DPI_SYNTAX_BOOL)
        node.whole = p->token.kind == DPI_TOKEN_TRUE;
    DPI_TRY(emit(p, node, 0));
    return advance(p);
}

static dp_status parse_expression(parser *p);

static dp_status open_bracket(parser *p)
{
    if (p->lexer.brackets == DPI_MAX_NESTING)
        return dpi_fail_at(p->ctx, DP_ERR_SYNTAX, &p->formula->text, p->token.span,
                           "brackets are nested more than %d deep", DPI_MAX_NESTING);
    p->lexer.brackets++;
    return advance(p);
}

/* *last is where the bracket ends. */
static dp_status close_bracket(parser *p, dpi_token_kind kind, const char *what, uint32_t *last)
{
    if (p->token.kind != kind)
        return expected(p, what);
    p->lexer.brackets--;
    *last = p->token.span.last;
    return advance(p);
}

/* Expressions with commas between them, up to the bracket `end`, which stays. */
static dp_status parse_items(parser *p, dpi_token_kind end, uint32_t *count, int *comma)
{
    *count = 0;
    *comma = 0;
    while (p->token.kind != end) {
        DPI_TRY(parse_expression(p));
        ++*count;
        if (p->token.kind != DPI_TOKEN_COMMA)
            return DP_OK;
        *comma = 1;
        DPI_TRY(advance(p));
    }
    return DP_OK;
}

static dp_status parse_parenthesis(parser *p)
{
    dpi_syntax node = {.kind = DPI_SYNTAX_TUPLE, .span = p->token.span};
    int comma;
    DPI_TRY(open_bracket(p));
    DPI_TRY(parse_items(p, DPI_TOKEN_RPAREN, &node.count, &comma));
    DPI_TRY(close_bracket(p, DPI_TOKEN_RPAREN, "',' or ')'", &node.span.last));
    if (node.count != 1 || comma)
        return emit(p, node, node.count);
    p->spans[p->span_count - 1] = node.span; /* only brackets around a value */
    return DP_OK;
}

static dp_status parse_list(parser *p)
{
    dpi_syntax node = {.kind = DPI_SYNTAX_LIST, .span = p->token.span};
    int comma;
    DPI_TRY(open_bracket(p));
    DPI_TRY(parse_items(p, DPI_TOKEN_RBRACKET, &node.count, &comma));
    DPI_TRY(close_bracket(p, DPI_TOKEN_RBRACKET, "',' or ']'", &node.span.last));
    return emit(p, node, node.count);
}

static dp_status parse_argument(parser *p, int *keyword_seen)
{
    dpi_token_kind behind = DPI_TOKEN_END;
    if (p->token.kind == DPI_TOKEN_NAME)
        DPI_TRY(look_ahead(p, &behind));
    if (behind != DPI_TOKEN_ASSIGN) {
        if (*keyword_seen)
            return dpi_fail_at(p->ctx, DP_ERR_SYNTAX, &p->formula->text, p->token.span,
                               "an argument without a name stands behind one with a name");
        return parse_expression(p);
    }
    *keyword_seen = 1;
    dpi_syntax node = {.kind = DPI_SYNTAX_KEYWORD, .span = p->token.span, .place = p->token.span};
    DPI_TRY(advance(p));
    DPI_TRY(advance(p));
    DPI_TRY(parse_expression(p));
    return emit(p, node, 1);
}

static dp_status parse_call(parser *p, dpi_span name)
{
    dpi_syntax node = {.kind = DPI_SYNTAX_CALL, .span = name, .place = name};
    int keyword_seen = 0;
    DPI_TRY(open_bracket(p));
    while (p->token.kind != DPI_TOKEN_RPAREN) {
        DPI_TRY(parse_argument(p, &keyword_seen));
        node.count++;
        if (p->token.kind != DPI_TOKEN_COMMA)
            break;
        DPI_TRY(advance(p));
    }
    DPI_TRY(close_bracket(p, DPI_TOKEN_RPAREN, "',' or ')'", &node.span.last));
    return emit(p, node, node.count);
}

/* Where the name ends in a dotted name like "x.T.shape" or "y.W.T": before its attributes. */
static uint32_t end_of_name(const char *bytes, dpi_span dotted)
{
    uint32_t end = dotted.last;
    for (;;) {
        uint32_t dot = end;
        while (dot > dotted.first && bytes[dot - 1] != '.')
            dot--;
        if (dot == dotted.first || !dpi_is_attribute(bytes + dot, end - dot))
            return end;
        end = dot - 1;
    }
}

/* "T" or "T.shape": each part between points is an attribute of what is before it. */
static dp_status emit_attributes(parser *p, dpi_span dotted)
{
    const char *bytes = p->formula->text.bytes;
    dpi_span part = {dotted.first, dotted.first};
    for (; part.last <= dotted.last; part.last++) {
        if (part.last < dotted.last && bytes[part.last] != '.')
            continue;
        DPI_TRY(emit(p, (dpi_syntax){.kind = DPI_SYNTAX_ATTRIBUTE, .span = part, .place = part}, 1));
        part.first = part.last + 1;
    }
    return DP_OK;
}

/* A name, with its attributes split off: "x.T" is the name x and .T of it; "y.W" is one name. */
static dp_status parse_name(parser *p)
{
    dpi_token_kind behind;
    DPI_TRY(look_ahead(p, &behind));
    dpi_span dotted = p->token.span;
    DPI_TRY(advance(p));
    if (behind == DPI_TOKEN_LPAREN)
        return parse_call(p, dotted);
    dpi_span part = {dotted.first, end_of_name(p->formula->text.bytes, dotted)};
    DPI_TRY(emit(p, (dpi_syntax){.kind = DPI_SYNTAX_NAME, .span = part, .place = part}, 0));
    return part.last == dotted.last ? DP_OK : emit_attributes(p, (dpi_span){part.last + 1, dotted.last});
}

static dp_status parse_primary(parser *p)
{
    switch (p->token.kind) {
    case DPI_TOKEN_INT:
        return emit_leaf(p, DPI_SYNTAX_INT);
    case DPI_TOKEN_FLOAT:
        return emit_leaf(p, DPI_SYNTAX_FLOAT);
    case DPI_TOKEN_STRING:
        return emit_leaf(p, DPI_SYNTAX_STRING);
    case DPI_TOKEN_TRUE:
    case DPI_TOKEN_FALSE:
        return emit_leaf(p, DPI_SYNTAX_BOOL);
    case DPI_TOKEN_NONE:
        return emit_leaf(p, DPI_SYNTAX_NONE);
    case DPI_TOKEN_ELLIPSIS:
        return emit_leaf(p, DPI_SYNTAX_ELLIPSIS);
    case DPI_TOKEN_NAME:
        return parse_name(p);
    case DPI_TOKEN_LPAREN:
        return parse_parenthesis(p);
    case DPI_TOKEN_LBRACKET:
        return parse_list(p);
    default:
        return expected(p, "a value");
    }
}

static dp_status parse_slice_part(parser *p)
{
    if (p->token.kind != DPI_TOKEN_COLON && p->token.kind != DPI_TOKEN_COMMA && p->token.kind != DPI_TOKEN_RBRACKET)
        return parse_expression(p);
    dpi_span here = {p->token.span.first, p->token.span.first};
    return emit(p, (dpi_syntax){.kind = DPI_SYNTAX_NONE, .span = here}, 0);
}

/* An index: an expression, or start:stop:step. */
static dp_status parse_index_item(parser *p)
{
    dpi_syntax node = {.kind = DPI_SYNTAX_SLICE, .span = p->token.span};
    DPI_TRY(parse_slice_part(p));
    if (p->token.kind != DPI_TOKEN_COLON)
        return DP_OK;
    DPI_TRY(advance(p));
    DPI_TRY(parse_slice_part(p));
    node.span.last = p->spans[p->span_count - 1].last;
    if (p->token.kind == DPI_TOKEN_COLON)
        DPI_TRY(advance(p));
    DPI_TRY(parse_slice_part(p));
    return emit(p, node, 3);
}

static dp_status parse_index(parser *p)
{
    dpi_syntax node = {.kind = DPI_SYNTAX_INDEX, .span = p->token.span};
    DPI_TRY(open_bracket(p));
    if (p->token.kind == DPI_TOKEN_RBRACKET)
        return expected(p, "an index");
    while (p->token.kind != DPI_TOKEN_RBRACKET) {
        DPI_TRY(parse_index_item(p));
        node.count++;
        if (p->token.kind != DPI_TOKEN_COMMA)
            break;
        DPI_TRY(advance(p));
    }
    DPI_TRY(close_bracket(p, DPI_TOKEN_RBRACKET, "',' or ']'", &node.span.last));
    return emit(p, node, node.count + 1);
}

static dp_status parse_attribute(parser *p)
{
    DPI_TRY(advance(p));
    if (p->token.kind != DPI_TOKEN_NAME)
        return expected(p, "a name behind the point");
    DPI_TRY(emit_attributes(p, p->token.span));
    return advance(p);
}

/* A value and what follows it at once: indices and attributes. */
static dp_status parse_postfix(parser *p)
{
    DPI_TRY(parse_primary(p));
    for (;;) {
        if (p->token.kind == DPI_TOKEN_LBRACKET)
            DPI_TRY(parse_index(p));
        else if (p->token.kind == DPI_TOKEN_DOT)
            DPI_TRY(parse_attribute(p));
        else if (p->token.kind == DPI_TOKEN_LPAREN)
            return dpi_fail_at(p->ctx, DP_ERR_SYNTAX, &p->formula->text, p->token.span,
                               "only a function's name can be called");
        else
            return DP_OK;
    }
}

/* How tightly an operator binds; 0: the token is none. */
enum { BINDS_COMPARE = 1, BINDS_ADD, BINDS_MUL, BINDS_UNARY, BINDS_POW };

static int binding(dpi_token_kind kind)
{
    switch (kind) {
    case DPI_TOKEN_EQ:
    case DPI_TOKEN_NE:
    case DPI_TOKEN_LT:
    case DPI_TOKEN_LE:
    case DPI_TOKEN_GT:
    case DPI_TOKEN_GE:
        return BINDS_COMPARE;
    case DPI_TOKEN_ADD:
    case DPI_TOKEN_SUB:
        return BINDS_ADD;
    case DPI_TOKEN_MUL:
    case DPI_TOKEN_DIV:
    case DPI_TOKEN_MATMUL:
        return BINDS_MUL;
    case DPI_TOKEN_POW:
        return BINDS_POW;
    default:
        return 0;
    }
}

static int waiting_binding(const dpi_syntax *operator)
{
    return operator->kind == DPI_SYNTAX_UNARY ? BINDS_UNARY : binding((dpi_token_kind) operator->token);
}

static dp_status push_operator(parser *p, dpi_syntax_kind kind)
{
    DPI_TRY(dpi_grow(p->ctx, (void **)&p->operators, &p->operator_capacity, p->operator_count + 1, sizeof *p->operators,
                     "formula"));
    p->operators[p->operator_count++] = (dpi_syntax){
        .kind = (uint8_t)kind, .token = (uint8_t)p->token.kind, .span = p->token.span, .place = p->token.span};
    return advance(p);
}

/* Emits the waiting operators, down to `base`, that bind at least as tightly as `least`. */
static dp_status emit_waiting(parser *p, size_t base, int least)
{
    while (p->operator_count > base) {
        dpi_syntax node = p->operators[p->operator_count - 1];
        if (waiting_binding(&node) < least)
            break;
        p->operator_count--;
        DPI_TRY(emit(p, node, node.kind == DPI_SYNTAX_UNARY ? 1 : 2));
    }
    return DP_OK;
}

static dp_status parse_expression(parser *p)
{
    size_t base = p->operator_count;
    for (;;) {
        while (p->token.kind == DPI_TOKEN_ADD || p->token.kind == DPI_TOKEN_SUB)
            DPI_TRY(push_operator(p, DPI_SYNTAX_UNARY));
        DPI_TRY(parse_postfix(p));
        int binds = binding(p->token.kind);
        if (!binds)
            return emit_waiting(p, base, 0);
        /* what waits and binds as tightly goes first, but ** groups from the right */
        DPI_TRY(emit_waiting(p, base, binds == BINDS_COMPARE ? BINDS_ADD : binds == BINDS_POW ? BINDS_POW + 1 : binds));
        if (binds == BINDS_COMPARE && p->operator_count > base)
            return dpi_fail_at(p->ctx, DP_ERR_SYNTAX, &p->formula->text, p->token.span,
                               "comparisons cannot be chained; put brackets around one of them");
        DPI_TRY(push_operator(p, DPI_SYNTAX_BINARY));
    }
}

/* expression, or expression, expression, … as a tuple without brackets */
static dp_status parse_right_side(parser *p)
{
    DPI_TRY(parse_expression(p));
    if (p->token.kind != DPI_TOKEN_COMMA)
        return DP_OK;
    dpi_syntax node = {.kind = DPI_SYNTAX_TUPLE, .span = p->token.span, .count = 1};
    while (p->token.kind == DPI_TOKEN_COMMA) {
        DPI_TRY(advance(p));
        if (p->token.kind == DPI_TOKEN_NEWLINE || p->token.kind == DPI_TOKEN_SEMICOLON ||
            p->token.kind == DPI_TOKEN_END)
            break;
        DPI_TRY(parse_expression(p));
        node.count++;
    }
    return emit(p, node, node.count);
}

static dp_status check_target(parser *p, dpi_span target)
{
    const char *dot = memchr(p->formula->text.bytes + target.first, '.', target.last - target.first);
    if (dot)
        return dpi_fail_at(p->ctx, DP_ERR_SYNTAX, &p->formula->text, target,
                           "a name with a point cannot be assigned; it is made by affine");
    return DP_OK;
}

static dp_status parse_statement(parser *p)
{
    dp_formula *f = p->formula;
    dpi_statement statement = {.first = (uint32_t)f->node_count};
    dpi_token_kind behind = DPI_TOKEN_END;
    if (p->token.kind == DPI_TOKEN_NAME)
        DPI_TRY(look_ahead(p, &behind));
    if (behind == DPI_TOKEN_ASSIGN) {
        statement.target = p->token.span;
        DPI_TRY(check_target(p, statement.target));
        DPI_TRY(advance(p));
        DPI_TRY(advance(p));
    }
    p->span_count = 0;
    DPI_TRY(parse_right_side(p));
    if (p->token.kind == DPI_TOKEN_ASSIGN)
        return dpi_fail_at(p->ctx, DP_ERR_SYNTAX, &f->text, p->spans[0],
                           dpi_span_empty(statement.target) ? "only a name can stand left of '='"
                                                            : "only one '=' in a statement");
    if (p->token.kind != DPI_TOKEN_NEWLINE && p->token.kind != DPI_TOKEN_SEMICOLON && p->token.kind != DPI_TOKEN_END)
        return expected(p, "an operator or the end of the statement");
    statement.last = (uint32_t)f->node_count;
    DPI_TRY(dpi_grow(p->ctx, (void **)&f->statements, &f->statement_capacity, f->statement_count + 1,
                     sizeof *f->statements, "formula"));
    f->statements[f->statement_count++] = statement;
    return DP_OK;
}

static dp_status parse_text(parser *p)
{
    DPI_TRY(advance(p));
    for (;;) {
        while (p->token.kind == DPI_TOKEN_NEWLINE || p->token.kind == DPI_TOKEN_SEMICOLON)
            DPI_TRY(advance(p));
        if (p->token.kind == DPI_TOKEN_END)
            return DP_OK;
        DPI_TRY(parse_statement(p));
    }
}

static dp_status take_text(dp_formula *f, const char *text, size_t bytes, const char *file)
{
    if (bytes > MAX_TEXT_BYTES)
        return dpi_fail(f->ctx, DP_ERR_FORMAT, "%s: %zu bytes are too long for a formula (limit: %d)", file, bytes,
                        MAX_TEXT_BYTES);
    size_t good = dpi_utf8_check(text, bytes);
    if (good < bytes)
        return dpi_fail(f->ctx, DP_ERR_FORMAT, "%s: not UTF-8: byte %zu (0x%02x) does not belong there", file, good,
                        (unsigned char)text[good]);
    if (bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        text += 3, bytes -= 3; /* a byte order mark */
    DPI_TRY(dpi_strdup(f->ctx, file, &f->file));
    DPI_TRY(dpi_strndup(f->ctx, text, bytes, &f->bytes));
    f->text = (dpi_source_text){.file = f->file, .bytes = f->bytes, .count = bytes};
    return DP_OK;
}

dp_status dp_formula_parse(dp_ctx *ctx, const char *text, size_t bytes, const char *file, dp_formula **out)
{
    void *memory = NULL;
    DPI_TRY(dpi_alloc(ctx, 1, sizeof(dp_formula), "formula", &memory));
    dp_formula *formula = memory;
    formula->ctx = ctx;
    parser p = {.ctx = ctx, .formula = formula, .lexer = {.ctx = ctx, .text = &formula->text}};
    dp_status status = take_text(formula, text, bytes, file);
    if (status == DP_OK)
        status = parse_text(&p);
    dpi_free(ctx, p.operators);
    dpi_free(ctx, p.spans);
    if (status != DP_OK) {
        dp_formula_free(&formula);
        return status;
    }
    *out = formula;
    return DP_OK;
}

void dp_formula_free(dp_formula **formula)
{
    if (!formula || !*formula)
        return;
    dp_formula *f = *formula;
    dpi_free(f->ctx, f->file);
    dpi_free(f->ctx, f->bytes);
    dpi_free(f->ctx, f->nodes);
    dpi_free(f->ctx, f->statements);
    dpi_free(f->ctx, f);
    *formula = NULL;
}
