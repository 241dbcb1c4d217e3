/* Composites found in what was written out, and folded into one node: their inputs and their value stay as they are. */
#include "graph/graph_internal.h"
#include "trace/trace_internal.h"

typedef struct folder {
    const dp_graph *g;
    dp_trace *trace;
} folder;

static bool is_op(const folder *f, int n, dp_op op)
{
    const dpi_trace_node *node = &f->trace->nodes[n];
    return node->pub.op == op && node->form == DPI_FORM_OP;
}

/* Of this op, and of use to one other node only: it may disappear. */
static bool is_inner(const folder *f, int n, dp_op op)
{
    return is_op(f, n, op) && f->trace->nodes[n].users == 1;
}

static bool is_number(const folder *f, int n, double wanted)
{
    double value;
    return dpi_trace_number(f->g, f->trace, n, &value) && value == wanted;
}

/* The input of a two-input node that is not this number; NULL if the number is not there. */
static dpi_trace_edge *beside_number(const folder *f, int n, double number)
{
    for (int i = 0; i < 2; i++)
        if (is_number(f, dpi_trace_in(f->trace, n, 1 - i), number))
            return dpi_trace_edge_in(f->trace, n, i);
    return NULL;
}

/* Makes node n a composite with these inputs, which belong to nodes that disappear. */
static dp_status fold(const folder *f, int n, dp_op op, dpi_trace_form form, const dpi_trace_edge *const *inputs,
                      int count)
{
    dpi_trace_edge kept[3];
    for (int i = 0; i < count; i++)
        kept[i] = *inputs[i]; /* adding moves them */
    dpi_trace_node *node = &f->trace->nodes[n];
    node->pub.op = op;
    node->form = form;
    node->pub.input_count = 0;
    dp_status status = DP_OK;
    for (int i = 0; i < count && status == DP_OK; i++)
        status = dpi_trace_add_edge(f->trace, kept[i].pub.from, n, i, kept[i].backward);
    return status;
}

/* 1 / (1 + exp(-x)), with -x or x * -1, sums either way round. */
static dp_status fold_sigmoid(const folder *f, int n)
{
    if (!is_op(f, n, DP_OP_DIV) || !is_number(f, dpi_trace_in(f->trace, n, 0), 1))
        return DP_OK;
    int sum = dpi_trace_in(f->trace, n, 1);
    const dpi_trace_edge *x = is_inner(f, sum, DP_OP_ADD) ? beside_number(f, sum, 1) : NULL;
    if (!x || !is_inner(f, x->pub.from, DP_OP_EXP))
        return DP_OK;
    int negative = dpi_trace_in(f->trace, x->pub.from, 0);
    if (is_inner(f, negative, DP_OP_NEG))
        x = dpi_trace_edge_in(f->trace, negative, 0);
    else
        x = is_inner(f, negative, DP_OP_MUL) ? beside_number(f, negative, -1) : NULL;
    return x ? fold(f, n, DP_OP_SIGMOID, DPI_FORM_OP, &x, 1) : DP_OK;
}

/* x @ W + b. */
static dp_status fold_affine(const folder *f, int n)
{
    if (!is_op(f, n, DP_OP_ADD))
        return DP_OK;
    int product = dpi_trace_in(f->trace, n, 0), bias = dpi_trace_in(f->trace, n, 1);
    if (!is_inner(f, product, DP_OP_MATMUL) || dp_val_shape(f->g, f->trace->nodes[bias].source).rank > 1)
        return DP_OK;
    const dpi_trace_edge *inputs[] = {dpi_trace_edge_in(f->trace, product, 0), dpi_trace_edge_in(f->trace, product, 1),
                                      dpi_trace_edge_in(f->trace, n, 1)};
    return fold(f, n, DP_OP_NONE, DPI_FORM_AFFINE, inputs, 3);
}

/* sum(x) / n, n as many as go into one sum. */
static dp_status fold_mean(const folder *f, int n)
{
    if (!is_op(f, n, DP_OP_DIV) || !is_inner(f, dpi_trace_in(f->trace, n, 0), DP_OP_SUM))
        return DP_OK;
    int sum = dpi_trace_in(f->trace, n, 0), x = dpi_trace_in(f->trace, sum, 0);
    double all = (double)dp_shape_elems(dp_val_shape(f->g, f->trace->nodes[x].source));
    double sums = (double)dp_shape_elems(dp_val_shape(f->g, f->trace->nodes[sum].source));
    if (sums <= 0 || !is_number(f, dpi_trace_in(f->trace, n, 1), all / sums))
        return DP_OK;
    const dpi_trace_edge *input = dpi_trace_edge_in(f->trace, sum, 0);
    return fold(f, n, DP_OP_NONE, DPI_FORM_MEAN, &input, 1);
}

/* The input of a log with or without a small number added; NULL: no log. */
static const dpi_trace_edge *probabilities(const folder *f, int n)
{
    double eps;
    if (!is_inner(f, n, DP_OP_LOG))
        return NULL;
    int inside = dpi_trace_in(f->trace, n, 0);
    bool added =
        is_inner(f, inside, DP_OP_ADD) && dpi_trace_number(f->g, f->trace, dpi_trace_in(f->trace, inside, 1), &eps);
    return added ? dpi_trace_edge_in(f->trace, inside, 0) : dpi_trace_edge_in(f->trace, n, 0);
}

/* -sum(t log(p)), also divided by the rows. With a softmax in front of it, which nothing else uses, that too. */
static dp_status fold_cross_entropy(const folder *f, int n)
{
    dp_trace *trace = f->trace;
    double rows;
    int negative = n;
    if (is_op(f, n, DP_OP_DIV) && dpi_trace_number(f->g, trace, dpi_trace_in(trace, n, 1), &rows))
        negative = dpi_trace_in(trace, n, 0);
    if (!is_op(f, negative, DP_OP_NEG) || (negative != n && trace->nodes[negative].users != 1))
        return DP_OK;
    int sum = dpi_trace_in(trace, negative, 0);
    int product = is_inner(f, sum, DP_OP_SUM) ? dpi_trace_in(trace, sum, 0) : -1;
    if (product < 0 || !is_inner(f, product, DP_OP_MUL))
        return DP_OK;
    for (int i = 0; i < 2; i++) {
        const dpi_trace_edge *p = probabilities(f, dpi_trace_in(trace, product, 1 - i));
        if (!p)
            continue;
        const dpi_trace_edge *t = dpi_trace_edge_in(trace, product, i);
        if (is_inner(f, t->pub.from, DP_OP_ONE_HOT))
            t = dpi_trace_edge_in(trace, t->pub.from, 0);
        bool softmax = is_inner(f, p->pub.from, DP_OP_SOFTMAX);
        if (softmax)
            p = dpi_trace_edge_in(trace, p->pub.from, 0);
        return fold(f, n, DP_OP_NONE, softmax ? DPI_FORM_SOFTMAX_LOSS : DPI_FORM_CROSS_ENTROPY,
                    (const dpi_trace_edge *[]){p, t}, 2);
    }
    return DP_OK;
}

dp_status dpi_trace_group(const dp_graph *g, dp_trace *trace)
{
    static dp_status (*const folds[])(const folder *, int) = {fold_sigmoid, fold_affine, fold_cross_entropy, fold_mean};
    folder f = {.g = g, .trace = trace};
    dp_status status = DP_OK;
    for (int i = 0; i < (int)(sizeof folds / sizeof *folds) && status == DP_OK; i++) {
        status = dpi_trace_compact(trace);
        for (int n = trace->node_count - 1; n >= 0 && status == DP_OK; n--)
            status = folds[i](&f, n);
    }
    return status == DP_OK ? dpi_trace_compact(trace) : status;
}

void dpi_trace_take_numbers(const dp_graph *g, dp_trace *trace)
{
    for (int n = 0; n < trace->node_count; n++) {
        dpi_trace_node *node = &trace->nodes[n];
        int slot = node->pub.op == DP_OP_POW;
        if ((!slot && node->pub.op != DP_OP_DIV) || node->pub.input_count != 2)
            continue;
        if (!dpi_trace_number(g, trace, dpi_trace_in(trace, n, slot), &node->number))
            continue;
        if (!slot && node->number != 1)
            continue;
        node->has_number = true;
        node->pub.input_count = 1;
        node->pub.first_input += !slot;
    }
}
