/* What is written on a node, and the formula behind it. */
#include <stdio.h>
#include <string.h>

#include "trace/trace_internal.h"

typedef struct words {
    const char *label, *formula;
} words;

static const words form_words[DPI_FORM_COUNT] = {
    [DPI_FORM_AFFINE] = {"Affine", "a @ b + c"},
    [DPI_FORM_MEAN] = {"mean", "sum(a) / n"},
    [DPI_FORM_CROSS_ENTROPY] = {"cross entropy", "-sum(b log(a)) / N"},
    [DPI_FORM_SOFTMAX_LOSS] = {"Softmax-with-Loss", "-sum(b log(softmax(a))) / N"},
};

/* The book's words where it has some; the name of the op elsewhere. */
static const char *op_label(dp_op op)
{
    switch (op) {
    case DP_OP_ADD:
        return "+";
    case DP_OP_SUB:
        return "−";
    case DP_OP_NEG:
        return "−";
    case DP_OP_MUL:
        return "×";
    case DP_OP_DIV:
        return "/";
    case DP_OP_POW:
        return "**";
    case DP_OP_SQUARE:
        return "**2";
    case DP_OP_SQRT:
        return "√";
    case DP_OP_ABS:
        return "| |";
    case DP_OP_MATMUL:
        return "dot";
    case DP_OP_CONV2D:
        return "Convolution";
    case DP_OP_CONV2D_INPUT:
        return "Convᵀ";
    case DP_OP_MAX_POOL2D:
        return "Max Pooling";
    case DP_OP_AVG_POOL2D:
        return "Average Pooling";
    case DP_OP_RELU:
        return "ReLU";
    case DP_OP_SOFTMAX:
        return "Softmax";
    case DP_OP_SOFTMAX_CROSS_ENTROPY:
        return form_words[DPI_FORM_SOFTMAX_LOSS].label;
    case DP_OP_EQ:
        return "==";
    case DP_OP_NE:
        return "!=";
    case DP_OP_LT:
        return "<";
    case DP_OP_LE:
        return "<=";
    case DP_OP_GT:
        return ">";
    case DP_OP_GE:
        return ">=";
    default:
        return dp_op_name(op);
    }
}

char *dpi_trace_digits(double value, char buffer[DP_NUMBER_TEXT_BYTES])
{
    dp_number_text_f64(value, buffer);
    size_t length = strlen(buffer);
    if (length > 2 && strcmp(buffer + length - 2, ".0") == 0)
        buffer[length - 2] = 0;
    return buffer;
}

/* The formula of the op; with the number that the node has taken in its place: "a ** 2", "1 / a". */
static void op_formula(const dpi_trace_node *node, char *buffer, size_t bytes)
{
    const char *formula = dp_op_formula(node->pub.op);
    char number[DP_NUMBER_TEXT_BYTES];
    if (node->has_number && node->pub.op == DP_OP_DIV)
        snprintf(buffer, bytes, "1 / a");
    else if (node->has_number)
        snprintf(buffer, bytes, "a ** %s", dpi_trace_digits(node->number, number));
    else if (node->pub.op == DP_OP_SOFTMAX_CROSS_ENTROPY)
        snprintf(buffer, bytes, "%s", form_words[DPI_FORM_SOFTMAX_LOSS].formula);
    else
        snprintf(buffer, bytes, "%.*s", (int)strcspn(formula, ":"), formula);
}

static void op_words(const dpi_trace_node *node, char *buffer, size_t bytes)
{
    char number[DP_NUMBER_TEXT_BYTES];
    if (node->has_number && node->pub.op == DP_OP_POW)
        snprintf(buffer, bytes, "**%s", dpi_trace_digits(node->number, number));
    else if (node->pub.op == DP_OP_CAST)
        snprintf(buffer, bytes, "%s", dp_dtype_name(node->pub.dtype));
    else
        snprintf(buffer, bytes, "%s", op_label(node->pub.op));
}

static bool is_leaf(const dpi_trace_node *node)
{
    switch (node->pub.op) {
    case DP_OP_CONST:
    case DP_OP_INPUT:
    case DP_OP_PARAM:
    case DP_OP_STATE:
        return true;
    default:
        return false;
    }
}

static dp_status label(const dp_graph *g, dp_trace *trace, dpi_trace_node *node)
{
    char text[512] = "", formula[512] = "", attributes[512] = "";
    dp_trace_node *pub = &node->pub;
    if (!is_leaf(node)) {
        const words *form = &form_words[node->form];
        if (node->form != DPI_FORM_OP)
            snprintf(text, sizeof text, "%s", form->label);
        else
            op_words(node, text, sizeof text);
        if (node->form != DPI_FORM_OP)
            snprintf(formula, sizeof formula, "%s", form->formula);
        else
            op_formula(node, formula, sizeof formula);
        if (node->form == DPI_FORM_OP && dp_val_op(g, pub->value) == pub->op)
            dp_val_attrs_text(g, pub->value, attributes, sizeof attributes);
    }
    dp_status status = dpi_trace_text(trace, text, &pub->label);
    if (status == DP_OK)
        status = dpi_trace_text(trace, formula, &pub->formula);
    if (status == DP_OK)
        status = dpi_trace_text(trace, attributes, &pub->attributes);
    return status == DP_OK ? dpi_trace_text(trace, dp_val_name(g, pub->value), &pub->name) : status;
}

dp_status dpi_trace_labels(const dp_graph *g, dp_trace *trace)
{
    dp_status status = DP_OK;
    for (int n = 0; n < trace->node_count && status == DP_OK; n++) {
        dp_trace_node *pub = &trace->nodes[n].pub;
        pub->dtype = dp_val_dtype(g, trace->nodes[n].source);
        pub->shape = dp_val_shape(g, trace->nodes[n].source);
        pub->is_variable = dp_val_is_variable(g, pub->value);
        status = label(g, trace, &trace->nodes[n]);
    }
    return status;
}
