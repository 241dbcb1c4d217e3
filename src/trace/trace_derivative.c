/* Local derivatives and values as templates of text. Each derivative is the rule that grad/ applies, in the book's letters. */
#include <stdio.h>

#include "trace/trace_internal.h"

static const char *const values[DP_OP_COUNT] = {
    [DP_OP_NEG] = "-%a",       [DP_OP_EXP] = "exp(%A)", [DP_OP_LOG] = "log(%A)", [DP_OP_SQRT] = "√%a",
    [DP_OP_ABS] = "|%A|",      [DP_OP_SQUARE] = "%a²",  [DP_OP_ADD] = "%A + %B", [DP_OP_SUB] = "%A - %b",
    [DP_OP_MUL] = "%a*%b",     [DP_OP_DIV] = "%a / %b", [DP_OP_POW] = "%a**%b",  [DP_OP_MATMUL] = "%a·%b",
    [DP_OP_CONV2D] = "%a ⊛ %b",
    [DP_OP_TRANSPOSE] = "%aᵀ",
};

static const char *const derivatives[DP_OP_COUNT][3] = {
    [DP_OP_CAST] = {"1"},
    [DP_OP_FLOAT16] = {"1"},
    [DP_OP_DROPOUT] = {"%y / %a"},
    [DP_OP_NEG] = {"-1"},
    [DP_OP_EXP] = {"%y"},
    [DP_OP_LOG] = {"1 / %a"},
    [DP_OP_SQRT] = {"1 / (2 %y)"},
    [DP_OP_ABS] = {"sign(%A)"},
    [DP_OP_SQUARE] = {"2 %a"},
    [DP_OP_ERF] = {"2/√π exp(-%a²)"},
    [DP_OP_RELU] = {"(%A > 0)"},
    [DP_OP_SIGMOID] = {"%y (1 - %Y)"},
    [DP_OP_TANH] = {"(1 - %y²)"},
    [DP_OP_SOFTPLUS] = {"sigmoid(%A)"},
    [DP_OP_ADD] = {"1", "1"},
    [DP_OP_SUB] = {"1", "-1"},
    [DP_OP_MUL] = {"%b", "%a"},
    [DP_OP_DIV] = {"1 / %b", "-%y / %b"},
    [DP_OP_POW] = {"%b %a**(%B - 1)", "%y log(%A)"},
    [DP_OP_MAXIMUM] = {"(%A > %B)", "(%B > %A)"},
    [DP_OP_MINIMUM] = {"(%A < %B)", "(%B < %A)"},
    [DP_OP_MATMUL] = {"%d · %bᵀ", "%aᵀ · %d"},
    [DP_OP_CONV2D] = {"%d ⊛ᵀ %b", "%a ⊛ %d"},
    [DP_OP_MAX_POOL2D] = {"%d where %a is largest"},
    [DP_OP_RESHAPE] = {"reshape(%D)"},
    [DP_OP_TRANSPOSE] = {"%dᵀ"},
    [DP_OP_SUM] = {"1"},
    [DP_OP_LOGSUMEXP] = {"softmax(%A)"},
    [DP_OP_SOFTMAX] = {"%y (%D - sum(%d %y))"},
    [DP_OP_LOG_SOFTMAX] = {"%D - exp(%Y) sum(%D)"},
    [DP_OP_SOFTMAX_CROSS_ENTROPY] = {"(softmax(%A) - %b)"},
};

static const char *const form_derivatives[DPI_FORM_COUNT][3] = {
    [DPI_FORM_AFFINE] = {"%d · %bᵀ", "%aᵀ · %d", "1"},
    [DPI_FORM_MEAN] = {"1"},
    [DPI_FORM_CROSS_ENTROPY] = {"-%b / %a", "-log(%A)"},
    [DPI_FORM_SOFTMAX_LOSS] = {"(softmax(%A) - %b)"},
};

const char *dpi_trace_value_template(const dpi_trace_node *node, char buffer[64])
{
    if (node->form == DPI_FORM_AFFINE)
        return "%a·%b + %C";
    if (node->form != DPI_FORM_OP)
        return NULL;
    if (!node->has_number)
        return values[node->pub.op];
    if (node->pub.op == DP_OP_DIV)
        return "1 / %a";
    if (node->number == 2)
        return "%a²";
    char number[DP_NUMBER_TEXT_BYTES];
    snprintf(buffer, 64, "%%a**%s", dpi_trace_digits(node->number, number));
    return buffer;
}

/* n a**(n-1), and -y² of 1 / a. */
static const char *with_number(const dpi_trace_node *node, char buffer[64])
{
    char number[DP_NUMBER_TEXT_BYTES], less[DP_NUMBER_TEXT_BYTES];
    if (node->pub.op == DP_OP_DIV)
        return "-%y²";
    if (node->number == 2)
        return "2 %a";
    snprintf(buffer, 64, "%s %%a**%s", dpi_trace_digits(node->number, number),
             dpi_trace_digits(node->number - 1, less));
    return buffer;
}

/* How many rows a loss is the mean of, or how many numbers a mean. */
static double divisor(const dp_trace *trace, int n)
{
    const dpi_trace_node *node = &trace->nodes[n];
    dp_shape shape = trace->nodes[dpi_trace_in(trace, n, 0)].pub.shape;
    if (node->form == DPI_FORM_MEAN)
        return (double)dp_shape_elems(shape) / (double)dp_shape_elems(node->pub.shape);
    if (node->form == DPI_FORM_OP && node->pub.op != DP_OP_SOFTMAX_CROSS_ENTROPY)
        return 1;
    if (node->form == DPI_FORM_AFFINE)
        return 1;
    shape.rank--;
    return shape.rank < 0 ? 1 : (double)dp_shape_elems(shape);
}

const char *dpi_trace_derivative(const dp_trace *trace, int n, int slot, char buffer[64])
{
    const dpi_trace_node *node = &trace->nodes[n];
    if (slot > 2)
        return NULL;
    if (node->has_number)
        return with_number(node, buffer);
    const char *found =
        node->form == DPI_FORM_OP ? derivatives[node->pub.op][slot] : form_derivatives[node->form][slot];
    double rows = divisor(trace, n);
    char number[DP_NUMBER_TEXT_BYTES];
    if (!found || rows == 1)
        return found;
    bool batch = node->form != DPI_FORM_MEAN && trace->nodes[dpi_trace_in(trace, n, 0)].pub.follows_batch;
    snprintf(buffer, 64, "%s / %s", found, batch ? "N" : dpi_trace_digits(rows, number));
    return buffer;
}
