/* Reverse accumulation: from the loss back through the nodes it is made of, each after all its users. */
#include <denpa/grad.h>

#include "base/alloc.h"
#include "grad/grad_internal.h"

static dpi_grad_fn *const grad_table[DP_OP_COUNT] = {
#define DPI_GRAD_RULE_D(name) dpi_grad_##name
#define DPI_GRAD_RULE_P(name) NULL
#define DPI_GRAD_RULE_L(name) NULL
#define DP_OP(id, name, arity, rule, kind, formula) [DP_OP_##id] = DPI_GRAD_RULE_##kind(name),
#include <denpa/ops.def>
#undef DP_OP
};

/* Does a gradient pass from v to its input i? Not to conditions and indices, and not back through what makes integers
 * of real numbers. */
static bool passes(const dp_graph *g, const dpi_node *node, int i)
{
    if (!grad_table[node->op])
        return false;
    switch (node->op) {
    case DP_OP_WHERE:
        return i > 0;
    case DP_OP_GATHER:
    case DP_OP_SCATTER_ADD:
    case DP_OP_DROPOUT:
        return i == 0;
    case DP_OP_MAX_POOL2D_PUT:
    case DP_OP_MAX_POOL2D_PICK:
        return i == 1;
    case DP_OP_SOFTMAX_CROSS_ENTROPY:
        return i == 0 || dp_dtype_is_float(dp_val_dtype(g, dpi_node_input(g, node, 1)));
    case DP_OP_CAST:
        return dp_dtype_is_float(node->dtype) ||
               (node->dtype == DP_I64 && !dp_dtype_is_float(dp_val_dtype(g, dpi_node_input(g, node, 0))));
    default:
        return true;
    }
}

/* marks[v] for those values up to `last` that are marked already or depend on one that is. */
static void spread(const dp_graph *g, dp_val last, uint8_t *marks)
{
    for (dp_val v = 1; v <= last; v++) {
        const dpi_node *node = dpi_node_get(g, v);
        for (int i = 0; !marks[v] && i < node->input_count; i++)
            if (marks[dpi_node_input(g, node, i)] && passes(g, node, i))
                marks[v] = 1;
    }
}

int dp_val_depends(const dp_graph *g, dp_val a, dp_val b)
{
    void *memory;
    if (a < 1 || a > g->count || b < 1 || b > a)
        return 0;
    if (dpi_alloc(g->ctx, (size_t)a + 1, 1, "dependencies", &memory) != DP_OK)
        return -1;
    uint8_t *marks = memory;
    marks[b] = 1;
    spread(g, a, marks);
    int depends = marks[a];
    dpi_free(g->ctx, memory);
    return depends;
}

/* What comes back along one axis from a slice of a value, until all of them are there. */
typedef struct piece {
    dp_val slice, gradient;
    int axis;
    int64_t start;
    int32_t next; /* of the same value; -1: none */
} piece;

/* The memory of one pass. */
typedef struct pass {
    dpi_backward backward;
    uint8_t *marks;
    dp_val *gradients; /* [value], sums so far */
    dp_val *dx;        /* what one rule gives, for as many inputs as any node has */
    int32_t *first_piece; /* [value]: -1: none */
    piece *pieces;
    int32_t piece_count;
    dp_val *edges;     /* by place in the inputs of the graph: what goes back along each; NULL: not asked for */
    dp_val last;
} pass;

static void pass_close(pass *p)
{
    dp_ctx *ctx = p->backward.g->ctx;
    dpi_free(ctx, p->marks);
    dpi_free(ctx, p->gradients);
    dpi_free(ctx, p->dx);
    dpi_free(ctx, p->first_piece);
    dpi_free(ctx, p->pieces);
}

static dp_status pass_open(pass *p, dp_graph *g, dp_val loss)
{
    int32_t most_inputs = 1;
    size_t slices = 0;
    for (dp_val v = 1; v <= loss; v++)
        slices += g->nodes[v].op == DP_OP_SLICE;
    for (dp_val v = 1; v <= loss; v++)
        if (g->nodes[v].input_count > most_inputs)
            most_inputs = g->nodes[v].input_count;
    void *memory;
    dp_status status = dpi_alloc(g->ctx, (size_t)g->count + 1, 1, "gradient", &memory);
    if (status != DP_OK)
        goto fail;
    p->marks = memory;
    status = dpi_alloc(g->ctx, (size_t)g->count + 1, sizeof *p->gradients, "gradient", &memory);
    if (status != DP_OK)
        goto fail;
    p->gradients = memory;
    status = dpi_alloc(g->ctx, (size_t)most_inputs, sizeof *p->dx, "gradient", &memory);
    if (status != DP_OK)
        goto fail;
    p->dx = memory;
    status = dpi_alloc(g->ctx, (size_t)g->count + 1, sizeof *p->first_piece, "gradient", &memory);
    if (status != DP_OK)
        goto fail;
    p->first_piece = memory;
    for (dp_val v = 0; v <= g->count; v++)
        p->first_piece[v] = -1;
    status = dpi_alloc(g->ctx, slices, sizeof *p->pieces, "gradient", &memory);
    if (status != DP_OK)
        goto fail;
    p->pieces = memory;
    p->backward.wanted = p->marks;
    p->last = g->count;
    return DP_OK;
fail:
    dpi_graph_adopt_failure(g, status);
    return status;
}

/* ---- Slices ----
 *
 * Each slice of a value would give back zeros of the whole value with a part written. Where slices lie beside each other
 * along an axis, as the steps of a sequence or the gates of a cell do, what comes back is one concatenation instead. */

static void add_gradient(pass *p, dp_val v, dp_val d)
{
    p->gradients[v] = p->gradients[v] ? dp_add(p->backward.g, p->gradients[v], d) : d;
}

/* The one axis that the slice cuts, step by step of 1; -1 if it is not such a slice. */
static int sliced_axis(const dp_graph *g, const dpi_node *node)
{
    dp_shape whole = dp_val_shape(g, dpi_node_input(g, node, 0));
    int axis = -1;
    for (int i = 0; i < whole.rank; i++) {
        if (node->attrs.slice.step[i] != 1)
            return -1;
        if (node->shape.dims[i] == whole.dims[i])
            continue;
        if (axis >= 0)
            return -1;
        axis = i;
    }
    return dp_shape_elems(node->shape) > 0 ? axis : -1;
}

/* Keeps what comes back from slice v, in the order of the places. */
static bool keep_piece(pass *p, dp_val v, const dpi_node *node)
{
    int axis = node->op == DP_OP_SLICE && !p->edges ? sliced_axis(p->backward.g, node) : -1;
    if (axis < 0)
        return false;
    piece *fresh = &p->pieces[p->piece_count];
    *fresh = (piece){.slice = v, .gradient = p->gradients[v], .axis = axis, .start = node->attrs.slice.start[axis]};
    int32_t *at = &p->first_piece[dpi_node_input(p->backward.g, node, 0)];
    while (*at >= 0 && p->pieces[*at].start < fresh->start)
        at = &p->pieces[*at].next;
    fresh->next = *at;
    *at = p->piece_count++;
    return true;
}

static int64_t end_of(const dp_graph *g, const piece *it)
{
    return it->start + dp_val_shape(g, it->slice).dims[it->axis];
}

/* Do the pieces lie along one axis and apart? */
static bool are_apart(const pass *p, int32_t first)
{
    for (int32_t i = first, next = p->pieces[i].next; next >= 0; i = next, next = p->pieces[i].next)
        if (p->pieces[next].axis != p->pieces[i].axis || p->pieces[next].start < end_of(p->backward.g, &p->pieces[i]))
            return false;
    return true;
}

/* Zeros where no piece is, along the axis from `from` to `to`. */
static dp_val gap(pass *p, dp_val v, int axis, int64_t from, int64_t to)
{
    dp_shape shape = dp_val_shape(p->backward.g, v);
    shape.dims[axis] = to - from;
    return dp_broadcast_to(p->backward.g, dpi_constant(&p->backward, 0), shape);
}

static void concat_pieces(pass *p, dp_val v, int32_t first)
{
    dp_graph *g = p->backward.g;
    int axis = p->pieces[first].axis, count = 0;
    int64_t at = 0, whole = dp_val_shape(g, v).dims[axis];
    void *memory;
    dp_status status = dpi_alloc(g->ctx, 2 * (size_t)p->piece_count + 1, sizeof(dp_val), "gradient", &memory);
    if (status != DP_OK) {
        dpi_graph_adopt_failure(g, status);
        return;
    }
    dp_val *parts = memory;
    for (int32_t i = first; i >= 0; i = p->pieces[i].next) {
        const piece *it = &p->pieces[i];
        if (it->start > at)
            parts[count++] = gap(p, v, axis, at, it->start);
        parts[count++] = dpi_full(&p->backward, it->slice, it->gradient);
        at = end_of(g, it);
    }
    if (at < whole)
        parts[count++] = gap(p, v, axis, at, whole);
    add_gradient(p, v, dp_concat(g, parts, count, axis));
    dpi_free(g->ctx, memory);
}

/* The gradient of v, as far as it comes from its slices. */
static void join_pieces(pass *p, dp_val v)
{
    int32_t first = p->first_piece[v];
    if (first < 0)
        return;
    if (p->pieces[first].next >= 0 && are_apart(p, first)) {
        concat_pieces(p, v, first);
        return;
    }
    for (int32_t i = first; i >= 0; i = p->pieces[i].next) {
        dp_val dx = DP_VAL_NONE;
        dpi_grad_slice(&p->backward, p->pieces[i].slice, p->pieces[i].gradient, &dx);
        add_gradient(p, v, dx);
    }
}

static void step_back(pass *p, dp_val v)
{
    dp_graph *g = p->backward.g;
    join_pieces(p, v);
    dpi_node node = *dpi_node_get(g, v); /* a copy: rules add nodes */
    if (!p->marks[v] || !p->gradients[v])
        return;
    bool inward = false;
    for (int i = 0; i < node.input_count; i++) {
        p->dx[i] = DP_VAL_NONE;
        if (p->marks[dpi_node_input(g, &node, i)] && passes(g, &node, i))
            inward = true;
    }
    if (!inward || keep_piece(p, v, &node))
        return;
    grad_table[node.op](&p->backward, v, p->gradients[v], p->dx);
    for (int i = 0; i < node.input_count; i++) {
        dp_val input = dpi_node_input(g, &node, i);
        if (!p->marks[input] || !p->dx[i] || !passes(g, &node, i))
            continue;
        if (p->edges)
            p->edges[node.input_first + (size_t)i] = dpi_full(&p->backward, input, p->dx[i]);
        add_gradient(p, input, p->dx[i]);
    }
}

/* The gradient of wrt[i] as a value of its own, of the shape of wrt[i]: two results never are one value, nor one of
 * the values there were, so that each may be named and bound to memory by itself. */
static dp_val result(pass *p, dp_val wrt, const dp_val *before, int count)
{
    dp_graph *g = p->backward.g;
    dp_val d = p->gradients[wrt];
    if (!d)
        return dp_broadcast_to(g, dpi_constant(&p->backward, 0), dp_val_shape(g, wrt));
    d = dpi_full(&p->backward, wrt, d);
    bool own = d > p->last;
    for (int i = 0; i < count; i++)
        if (before[i] == d)
            own = false;
    return own || !d ? d : dp_reshape(g, d, dp_val_shape(g, d));
}

static dp_val seed_gradient(pass *p, dp_val upstream)
{
    dp_graph *g = p->backward.g;
    if (!upstream)
        return dpi_constant(&p->backward, 1);
    return dpi_coerce(g, upstream, p->backward.dtype);
}

static bool arguments_ok(dp_graph *g, dp_val loss, dp_val upstream, const dp_val *wrt, int n)
{
    if (!dpi_graph_usable(g, "grad", loss) || (upstream && !dpi_graph_usable(g, "grad", upstream)))
        return false;
    for (int i = 0; i < n; i++)
        if (!dpi_graph_usable(g, "grad", wrt[i]))
            return false;
    dp_shape shape = dp_val_shape(g, loss);
    const char *name = DPI_OPERAND_WORDS(g, loss, "the value");
    if (dp_val_dtype(g, loss) == DP_BOOL)
        dpi_graph_fail(g, DP_ERR_DTYPE, "grad: %s is bool: only numbers have a gradient", name);
    else if (!upstream && dp_shape_elems(shape) != 1)
        dpi_graph_fail(g, DP_ERR_SHAPE,
                       "grad: %s is %s: the gradient is that of one number (take a sum, or give upstream)", name,
                       DPI_SHAPE_WORDS(shape));
    else if (upstream && !dp_shape_equal(dp_val_shape(g, upstream), shape))
        dpi_graph_fail(g, DP_ERR_SHAPE, "grad: upstream is %s, but %s is %s",
                       DPI_SHAPE_WORDS(dp_val_shape(g, upstream)), name, DPI_SHAPE_WORDS(shape));
    return g->status == DP_OK;
}

/* Everything from the loss back to wrt; afterwards p->gradients has the sums. */
static void run_pass(pass *p, dp_graph *g, dp_val loss, dp_val upstream, const dp_val *wrt, int n)
{
    p->backward.g = g;
    if (!arguments_ok(g, loss, upstream, wrt, n) || pass_open(p, g, loss) != DP_OK)
        return;
    dp_dtype dtype = dp_val_dtype(g, loss);
    p->backward.dtype = dp_dtype_is_float(dtype) ? dtype : g->float_dtype;
    for (int i = 0; i < n; i++)
        p->marks[wrt[i]] = 1;
    spread(g, loss, p->marks);
    p->gradients[loss] = seed_gradient(p, upstream);
    for (dp_val v = loss; v >= 1 && g->status == DP_OK; v--)
        step_back(p, v);
}

dp_status dp_grad(dp_graph *g, dp_val loss, dp_val upstream, const dp_val *wrt, int n, dp_val *out)
{
    pass p = {0};
    run_pass(&p, g, loss, upstream, wrt, n);
    for (int i = 0; i < n && g->status == DP_OK; i++)
        out[i] = result(&p, wrt[i], out, i);
    pass_close(&p);
    for (int i = 0; i < n && g->status != DP_OK; i++)
        out[i] = DP_VAL_NONE;
    return g->status;
}

dp_status dpi_grad_edges(dp_graph *g, dp_val loss, dp_val upstream, const dp_val *wrt, int n, dp_val *gradients,
                         dp_val *edges)
{
    pass p = {.edges = edges};
    run_pass(&p, g, loss, upstream, wrt, n);
    for (dp_val v = 1; v <= loss && g->status == DP_OK; v++)
        gradients[v] = p.marks[v] && p.gradients[v] ? dpi_full(&p.backward, v, p.gradients[v]) : DP_VAL_NONE;
    pass_close(&p);
    return g->status;
}
