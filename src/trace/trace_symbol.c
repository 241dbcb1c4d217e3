/* Values and gradients in names instead of numbers: "x + y", "∂L/∂y y (1 - y)". */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <denpa/text.h>

#include "trace/trace_internal.h"

/* What is longer gets a short name instead. */
enum { LONGEST_VALUE = 48, LONGEST_GRADIENT = 80, LONGEST_FACTOR = 20, SYMBOL_BYTES = 512 };

/* ---- Text ---- */

/* Is it one thing that needs no brackets beside a product or a power? */
static bool is_atom(const char *text)
{
    int depth = 0;
    if (*text == '-')
        return false;
    for (const char *c = text; *c; c++) {
        if (*c == '(' || *c == '[')
            depth++;
        if (*c == ')' || *c == ']')
            depth--;
        if (depth == 0 && (*c == ' ' || *c == '*'))
            return false;
    }
    return true;
}

/* Is it a sum (or difference) outside all brackets? */
static bool is_sum(const char *text)
{
    int depth = 0;
    for (const char *c = text; *c; c++) {
        if (*c == '(' || *c == '[')
            depth++;
        if (*c == ')' || *c == ']')
            depth--;
        if (depth == 0 && (strncmp(c, " + ", 3) == 0 || strncmp(c, " - ", 3) == 0))
            return true;
    }
    return false;
}

/* The plain letters and digits at the end (at the beginning) of a text that begin with a letter: a name of several of them
 * would run into its neighbour. */
static bool ends_long(const char *text)
{
    size_t end = strlen(text), begin = end;
    while (begin && (isalnum((unsigned char)text[begin - 1]) || text[begin - 1] == '_'))
        begin--;
    bool derivative = begin >= strlen("∂") && strncmp(text + begin - strlen("∂"), "∂", strlen("∂")) == 0;
    return end - begin > 1 && isalpha((unsigned char)text[begin]) && !derivative;
}

static bool begins_long(const char *text)
{
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return length > 1 && isalpha((unsigned char)*text) && text[length] != '(';
}

/* left * right, signs in front. */
static void multiply(char *out, const char *left, const char *right)
{
    bool negative = (*left == '-') != (*right == '-');
    left += *left == '-';
    right += *right == '-';
    bool one_left = strcmp(left, "1") == 0, one_right = strcmp(right, "1") == 0;
    const char *sign = negative ? "-" : "";
    if (one_left || one_right) {
        const char *only = one_left ? right : left;
        snprintf(out, SYMBOL_BYTES, negative && is_sum(only) ? "%s(%s)" : "%s%s", sign, only);
        return;
    }
    char l[SYMBOL_BYTES / 2], r[SYMBOL_BYTES / 2];
    snprintf(l, sizeof l, is_sum(left) ? "(%.200s)" : "%.200s", left);
    snprintf(r, sizeof r, is_sum(right) ? "(%.200s)" : "%.200s", right);
    bool touching = isdigit((unsigned char)*r) || ends_long(l) || begins_long(r);
    /* 1 / b in front of more would read as 1 / (b more): what comes from behind goes first, and stays there. */
    if (strncmp(r, "1 / ", 4) == 0)
        snprintf(out, SYMBOL_BYTES, "%s%.250s / %.250s", sign, l, r + 4);
    else
        snprintf(out, SYMBOL_BYTES, "%s%.250s%s%.250s", sign, l, touching ? " × " : " ", r);
}

/* ---- Templates ---- */

typedef struct letter_set {
    const char *of[3]; /* %a %b %c */
    const char *y, *d;
} letter_set;

static const char *letter(const letter_set *letters, char c)
{
    switch (tolower((unsigned char)c)) {
    case 'y':
        return letters->y;
    case 'd':
        return letters->d;
    default:
        return letters->of[tolower((unsigned char)c) - 'a'];
    }
}

/* Fills a template in; false where it is longer than the buffer. A product is written as multiply does it. */
static bool fill(char *out, const char *template, const letter_set *letters)
{
    if (strcmp(template, "%a*%b") == 0) {
        char bracketed[SYMBOL_BYTES];
        snprintf(bracketed, sizeof bracketed, *letters->of[1] == '-' ? "(%s)" : "%s", letters->of[1]);
        if (strcmp(letters->of[1], "-1") == 0)
            multiply(out, letters->of[0], "-1");
        else
            multiply(out, letters->of[0], bracketed);
        return true;
    }
    size_t used = 0;
    for (const char *c = template; *c; c++) {
        char text[SYMBOL_BYTES] = {*c};
        bool whole = c == template && !c[1 + (*c == '%')];
        if (*c == '%') {
            const char *symbol = letter(letters, *++c);
            bool raw = whole || isupper((unsigned char)*c) || is_atom(symbol);
            snprintf(text, sizeof text, raw ? "%s" : "(%s)", symbol);
        }
        size_t length = strlen(text);
        if (used + length + 1 > SYMBOL_BYTES / 2)
            return false;
        memcpy(out + used, text, length + 1);
        used += length;
    }
    return true;
}

/* ---- Forward ---- */

static void letters_of(const dp_trace *trace, int n, letter_set *out)
{
    const dpi_trace_node *node = &trace->nodes[n];
    *out = (letter_set){.of = {"a", "b", "c"}, .y = node->pub.symbol, .d = ""};
    for (int i = 0; i < node->pub.input_count && i < 3; i++)
        out->of[i] = trace->nodes[dpi_trace_in(trace, n, i)].pub.symbol;
}

/* f(a, b) for what has no template. */
static void call(char *out, const dpi_trace_node *node, const letter_set *letters)
{
    const char *name = node->form != DPI_FORM_OP ? node->pub.label : dp_op_name(node->pub.op);
    size_t used = (size_t)snprintf(out, SYMBOL_BYTES, "%.40s(", name);
    for (int i = 0; i < node->pub.input_count && i < 3; i++)
        used += (size_t)snprintf(out + used, SYMBOL_BYTES - used, "%s%.60s", i ? ", " : "", letters->of[i]);
    snprintf(out + used, SYMBOL_BYTES - used, ")");
}

/* The probabilities of a loss that was taken apart are the book's y. */
static bool is_book_y(const dp_trace *trace, int n)
{
    if (trace->nodes[n].pub.value || trace->nodes[n].pub.op != DP_OP_SOFTMAX)
        return false;
    for (int i = 0; i < trace->node_count; i++)
        if (strcmp(trace->nodes[i].pub.name, "y") == 0)
            return false;
    return true;
}

static dp_status value_symbol(const dp_graph *g, dp_trace *trace, int n)
{
    dpi_trace_node *node = &trace->nodes[n];
    char text[SYMBOL_BYTES], buffer[64];
    double number;
    letter_set letters = {0};
    if (*node->pub.name)
        return dpi_trace_text(trace, node->pub.name, &node->pub.symbol);
    if (dpi_trace_number(g, trace, n, &number))
        return dpi_trace_text(trace, dpi_trace_digits(number, text), &node->pub.symbol);
    if (is_book_y(trace, n))
        return dpi_trace_text(trace, "y", &node->pub.symbol);
    letters_of(trace, n, &letters);
    const char *template = dpi_trace_value_template(node, buffer);
    bool known = template && fill(text, template, &letters);
    if (!known)
        call(text, node, &letters);
    if (!*node->pub.label || strlen(text) > LONGEST_VALUE)
        snprintf(text, sizeof text, "v%d", n);
    return dpi_trace_text(trace, text, &node->pub.symbol);
}

/* ---- Backward ---- */

/* "sum(…)" around what was repeated to fit: the bias of a batch. */
static void sum_repeated(char *text, dp_shape from, dp_shape to)
{
    char inner[SYMBOL_BYTES];
    if (dp_shape_elems(from) >= dp_shape_elems(to))
        return;
    bool rows = from.rank == to.rank - 1 && from.rank > 0 && from.dims[0] == to.dims[1];
    snprintf(inner, sizeof inner, "%s", text);
    snprintf(text, SYMBOL_BYTES, rows ? "sum(%.200s, axis=0)" : "sum(%.200s)", inner);
}

static bool repeats(const dpi_trace_node *node, int slot)
{
    if (node->form == DPI_FORM_AFFINE)
        return slot == 2;
    if (node->form != DPI_FORM_OP)
        return false;
    switch (node->pub.op) {
    case DP_OP_ADD:
    case DP_OP_SUB:
    case DP_OP_MUL:
    case DP_OP_DIV:
    case DP_OP_POW:
        return true;
    default:
        return false;
    }
}

/* The softmax of a Softmax-with-Loss: what comes through it is y - t. */
static bool before_cross_entropy(const dp_trace *trace, int n, int *loss)
{
    if (trace->nodes[n].pub.op != DP_OP_SOFTMAX || trace->nodes[n].users != 1)
        return false;
    for (int e = 0; e < trace->edge_count; e++)
        if (trace->edges[e].pub.from == n)
            *loss = trace->edges[e].pub.to;
    return trace->nodes[*loss].form == DPI_FORM_CROSS_ENTROPY;
}

/* *whole: it is the gradient itself, not a factor of it. */
static const char *template_of(const dp_trace *trace, int n, int slot, letter_set *letters, char buffer[64],
                               bool *whole)
{
    int loss = 0;
    char inner[64];
    *whole = false;
    if (!before_cross_entropy(trace, n, &loss) || strcmp(trace->nodes[loss].pub.gradient_symbol, "1") != 0)
        return dpi_trace_derivative(trace, n, slot, buffer);
    *whole = true;
    letters->of[1] = trace->nodes[dpi_trace_in(trace, loss, 1)].pub.symbol;
    const char *probability = dpi_trace_derivative(trace, loss, 0, inner), *divisor = strstr(probability, "%a") + 2;
    snprintf(buffer, 64, *divisor ? "(%%y - %%b)%s" : "%%y - %%b", divisor);
    return buffer;
}

static dp_status edge_symbol(dp_trace *trace, dpi_trace_edge *edge)
{
    const dpi_trace_node *node = &trace->nodes[edge->pub.to], *from = &trace->nodes[edge->pub.from];
    int i = (int)(edge - trace->edges) - node->pub.first_input;
    letter_set letters = {0};
    char text[SYMBOL_BYTES] = "", part[SYMBOL_BYTES], buffer[64];
    letters_of(trace, edge->pub.to, &letters);
    letters.d = node->pub.gradient_symbol;
    bool whole;
    const char *template = template_of(trace, edge->pub.to, i, &letters, buffer, &whole);
    bool known = template && *letters.d && fill(part, template, &letters);
    bool factor = known && !strstr(template, "%d") && !strstr(template, "%D") && !whole;
    if (factor)
        multiply(text, letters.d, part);
    else if (known)
        snprintf(text, sizeof text, "%s", part);
    if (known && repeats(node, i))
        sum_repeated(text, from->pub.shape, node->pub.shape);
    const char *last = trace->nodes[trace->node_count - 1].pub.symbol;
    if (!known || strlen(text) > LONGEST_GRADIENT)
        snprintf(text, sizeof text, "∂%.60s/∂%.60s", last, from->pub.symbol);
    return dpi_trace_text(trace, text, &edge->pub.symbol);
}

/* "∂y/∂x"; brackets around what is more than a name. */
static void partial(char *out, const char *of, const char *in)
{
    snprintf(out, SYMBOL_BYTES, is_atom(in) ? "∂%.100s/∂%.100s" : "∂%.100s/∂(%.100s)", of, in);
}

static dp_status edge_chain(dp_trace *trace, dpi_trace_edge *edge, const char *behind)
{
    char step[SYMBOL_BYTES], text[SYMBOL_BYTES];
    partial(step, trace->nodes[edge->pub.to].pub.symbol, trace->nodes[edge->pub.from].pub.symbol);
    snprintf(text, sizeof text, "%.300s%s%.200s", behind, *behind ? " " : "", step);
    return dpi_trace_text(trace, text, &edge->pub.chain);
}

/* The derivative in plain letters. */
static dp_status edge_derivative(dp_trace *trace, dpi_trace_edge *edge)
{
    static const letter_set plain = {.of = {"a", "b", "c"}, .y = "y", .d = "d"};
    const dpi_trace_node *node = &trace->nodes[edge->pub.to];
    int i = (int)(edge - trace->edges) - node->pub.first_input;
    char text[SYMBOL_BYTES] = "", buffer[64];
    const char *template = dpi_trace_derivative(trace, edge->pub.to, i, buffer);
    if (template && !fill(text, template, &plain))
        *text = 0;
    edge->pub.is_factor = template && !strstr(template, "%d") && !strstr(template, "%D");
    return dpi_trace_text(trace, text, &edge->pub.derivative);
}

/* What goes back from a node is what its users send. Several of them, or a long one of a node with a name, go on under that
 * name: ∂L/∂h. */
static dp_status gather(dp_trace *trace, int n, const char **chain)
{
    dpi_trace_node *node = &trace->nodes[n];
    const dpi_trace_edge *only = NULL;
    int count = 0;
    for (int e = 0; e < trace->edge_count; e++)
        if (trace->edges[e].pub.from == n && trace->edges[e].backward)
            only = &trace->edges[e], count++;
    char text[SYMBOL_BYTES];
    *chain = "";
    if (count == 0)
        return DP_OK;
    *chain = only->pub.chain;
    node->pub.gradient_symbol = only->pub.symbol;
    bool is_long = strlen(only->pub.symbol) > LONGEST_FACTOR && *node->pub.name && node->pub.input_count > 0;
    if (count == 1 && !is_long)
        return DP_OK;
    partial(text, trace->nodes[trace->node_count - 1].pub.symbol, node->pub.symbol);
    dp_status status = dpi_trace_text(trace, text, &node->pub.gradient_symbol);
    if (count > 1)
        *chain = node->pub.gradient_symbol;
    return status;
}

/* The wanted value begins the way back: ∂z/∂z, which is 1, or, when something comes from behind, ∂L/∂z. */
static dp_status begin(dp_trace *trace, bool has_upstream, const char **chain)
{
    dpi_trace_node *last = &trace->nodes[trace->node_count - 1];
    char text[SYMBOL_BYTES];
    const char *name = *last->pub.name ? last->pub.name : "y";
    if (!*last->pub.name && has_upstream)
        last->pub.symbol = "y";
    partial(text, has_upstream ? strcmp(name, "L") == 0 ? "E" : "L" : last->pub.symbol, last->pub.symbol);
    dp_status status = dpi_trace_text(trace, text, chain);
    return status == DP_OK ? dpi_trace_text(trace, has_upstream ? text : "1", &last->pub.gradient_symbol) : status;
}

dp_status dpi_trace_symbols(const dp_graph *g, dp_trace *trace, bool has_upstream)
{
    dp_status status = DP_OK;
    for (int n = 0; n < trace->node_count && status == DP_OK; n++)
        status = value_symbol(g, trace, n);
    for (int n = trace->node_count - 1; n >= 0 && status == DP_OK; n--) {
        const char *chain = "";
        dpi_trace_node *node = &trace->nodes[n];
        bool last = n == trace->node_count - 1;
        node->pub.gradient_symbol = "";
        if (node->backward)
            status = last ? begin(trace, has_upstream, &chain) : gather(trace, n, &chain);
        for (int i = 0; i < node->pub.input_count && status == DP_OK; i++) {
            dpi_trace_edge *edge = dpi_trace_edge_in(trace, n, i);
            edge->pub.symbol = edge->pub.chain = "";
            status = edge_derivative(trace, edge);
            if (status == DP_OK && edge->backward)
                status = edge_symbol(trace, edge);
            if (status == DP_OK && edge->backward)
                status = edge_chain(trace, edge, chain);
        }
    }
    return status;
}
