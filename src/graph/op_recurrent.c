/* Recurrent layers, step by step: the graph has a copy of the cell for every step, so that gradients of any order follow. What
 * the input gives to all steps is one product. */
#include "graph/graph_internal.h"

#include "base/alloc.h"

/* x [N, T, D] with its weights, and what all steps get from x: [T, N, gates H]. */
typedef struct sequence {
    dp_graph *g;
    const dp_recurrent_weights *w;
    int64_t rows, steps, hidden;
    dp_val from_x;
} sequence;

static bool weights_ok(dp_graph *g, const char *op, dp_val x, const dp_recurrent_weights *w, int gates)
{
    const dp_val values[] = {x, w->w_ih, w->w_hh};
    for (int i = 0; i < 3; i++)
        if (!dpi_graph_usable(g, op, values[i]))
            return false;
    dp_shape sx = dp_val_shape(g, x), ih = dp_val_shape(g, w->w_ih), hh = dp_val_shape(g, w->w_hh);
    if (sx.rank != 3) {
        dpi_graph_fail(g, DP_ERR_SHAPE, "%s: %s is %s; it must be [N, steps, size]", op, DPI_OPERAND_WORDS(g, x, "x"),
                       DPI_SHAPE_WORDS(sx));
        return false;
    }
    int64_t h = hh.rank == 2 ? hh.dims[1] : -1;
    dp_shape want_ih = dp_shape_of(2, (int64_t[]){gates * h, sx.dims[2]});
    dp_shape want_hh = dp_shape_of(2, (int64_t[]){gates * h, h}), want_b = dp_shape_of(1, (int64_t[]){gates * h});
    bool fits = h > 0 && dp_shape_equal(hh, want_hh) && dp_shape_equal(ih, want_ih);
    for (int i = 0; i < 2; i++) {
        dp_val b = i ? w->b_hh : w->b_ih;
        if (b && (!dpi_graph_usable(g, op, b) || !dp_shape_equal(dp_val_shape(g, b), want_b)))
            fits = false;
    }
    if (!fits)
        dpi_graph_fail(
            g, DP_ERR_SHAPE,
            "%s: %s is %s, W_ih is %s, W_hh is %s: they must be [N, steps, D], [%d H, D], [%d H, H], and biases "
            "[%d H]",
            op, DPI_OPERAND_WORDS(g, x, "x"), DPI_SHAPE_WORDS(sx), DPI_SHAPE_WORDS(ih), DPI_SHAPE_WORDS(hh), gates,
            gates, gates);
    return g->status == DP_OK;
}

static bool open(sequence *s, dp_graph *g, const char *op, dp_val x, const dp_recurrent_weights *w, int gates)
{
    if (!weights_ok(g, op, x, w, gates))
        return false;
    dp_shape shape = dp_val_shape(g, x);
    *s = (sequence){.g = g, .w = w, .rows = shape.dims[0], .steps = shape.dims[1]};
    s->hidden = dp_val_shape(g, w->w_hh).dims[1];
    if (s->steps < 1) {
        dpi_graph_fail(g, DP_ERR_SHAPE, "%s: %s is %s: there is no step", op, DPI_OPERAND_WORDS(g, x, "x"),
                       DPI_SHAPE_WORDS(shape));
        return false;
    }
    x = dp_transpose(g, dpi_coerce_float(g, x), (int[]){1, 0, 2}, 3);
    x = dp_reshape(g, x, dp_shape_of(2, (int64_t[]){s->rows * s->steps, shape.dims[2]}));
    s->from_x = dp_matmul_flags(g, x, w->w_ih, 0, 1);
    if (w->b_ih)
        s->from_x = dp_add(g, s->from_x, w->b_ih);
    s->from_x = dp_reshape(g, s->from_x, dp_shape_of(3, (int64_t[]){s->steps, s->rows, gates * s->hidden}));
    return g->status == DP_OK;
}

/* A state before the first step: [N, H], DP_VAL_NONE for zeros. */
static bool state_ok(const sequence *s, const char *op, const char *what, dp_val state)
{
    if (!state)
        return true;
    if (!dpi_graph_usable(s->g, op, state))
        return false;
    dp_shape shape = dp_val_shape(s->g, state), want = dp_shape_of(2, (int64_t[]){s->rows, s->hidden});
    if (dp_shape_equal(shape, want))
        return true;
    dpi_graph_fail(s->g, DP_ERR_SHAPE, "%s: %s is %s; it must be %s", op, what, DPI_SHAPE_WORDS(shape),
                   DPI_SHAPE_WORDS(want));
    return false;
}

static dp_val zeros(const sequence *s)
{
    dp_shape shape = dp_shape_of(2, (int64_t[]){s->rows, s->hidden});
    return dp_full(s->g, shape, dp_val_dtype(s->g, s->from_x), 0);
}

/* h W_hh^T + b_hh. */
static dp_val from_h(const sequence *s, dp_val h)
{
    dp_val y = dp_matmul_flags(s->g, h, s->w->w_hh, 0, 1);
    return s->w->b_hh ? dp_add(s->g, y, s->w->b_hh) : y;
}

/* Gate number k of z [N, gates H]. */
static dp_val gate(const sequence *s, dp_val z, int k)
{
    const dp_slice_spec specs[] = {{DP_SLICE_NONE, DP_SLICE_NONE, DP_SLICE_NONE},
                                   {k * s->hidden, (k + 1) * s->hidden, 1}};
    return dp_slice(s->g, z, specs, 2);
}

/* What a cell hands on; c is the LSTM's. */
typedef struct cell_state {
    dp_val h, c;
} cell_state;
typedef void cell_fn(const sequence *s, dp_val from_x, cell_state *state);

static void tanh_cell(const sequence *s, dp_val from_x, cell_state *state)
{
    state->h = dp_tanh(s->g, dp_add(s->g, from_x, from_h(s, state->h)));
}

static void relu_cell(const sequence *s, dp_val from_x, cell_state *state)
{
    state->h = dp_relu(s->g, dp_add(s->g, from_x, from_h(s, state->h)));
}

/* Gates i, f, g, o. */
static void lstm_cell(const sequence *s, dp_val from_x, cell_state *state)
{
    dp_graph *g = s->g;
    dp_val z = dp_add(g, from_x, from_h(s, state->h));
    dp_val in = dp_sigmoid(g, gate(s, z, 0)), forget = dp_sigmoid(g, gate(s, z, 1));
    dp_val fresh = dp_tanh(g, gate(s, z, 2)), out = dp_sigmoid(g, gate(s, z, 3));
    state->c = dp_add(g, dp_mul(g, forget, state->c), dp_mul(g, in, fresh));
    state->h = dp_mul(g, out, dp_tanh(g, state->c));
}

/* Gates r, z, n; r lets the old state's part of n through, with its bias. */
static void gru_cell(const sequence *s, dp_val from_x, cell_state *state)
{
    dp_graph *g = s->g;
    dp_val old = from_h(s, state->h);
    dp_val r = dp_sigmoid(g, dp_add(g, gate(s, from_x, 0), gate(s, old, 0)));
    dp_val z = dp_sigmoid(g, dp_add(g, gate(s, from_x, 1), gate(s, old, 1)));
    dp_val n = dp_tanh(g, dp_add(g, gate(s, from_x, 2), dp_mul(g, r, gate(s, old, 2))));
    state->h = dp_add(g, n, dp_mul(g, z, dp_sub(g, state->h, n)));
}

static dp_val walk(sequence *s, cell_fn *cell, cell_state *state)
{
    dp_graph *g = s->g;
    void *memory = NULL;
    dp_status status = dpi_alloc(g->ctx, (size_t)s->steps, sizeof(dp_val), "steps of a sequence", &memory);
    if (status != DP_OK)
        return dpi_graph_adopt_failure(g, status);
    dp_val *outputs = memory;
    for (int64_t t = 0; t < s->steps && g->status == DP_OK; t++) {
        cell(s, dp_select(g, s->from_x, 0, t), state);
        outputs[t] = state->h;
    }
    dp_val y = g->status == DP_OK ? dp_stack(g, outputs, (int)s->steps, 1) : DP_VAL_NONE;
    dpi_free(g->ctx, memory);
    return y;
}

static dp_val recurrent(dp_graph *g, const char *op, dp_val x, const dp_recurrent_weights *w, int gates, cell_fn *cell,
                        cell_state *state)
{
    sequence s;
    if (!open(&s, g, op, x, w, gates) || !state_ok(&s, op, "h0", state->h) || !state_ok(&s, op, "c0", state->c))
        return DP_VAL_NONE;
    if (!state->h)
        state->h = zeros(&s);
    if (!state->c && cell == lstm_cell)
        state->c = zeros(&s);
    return walk(&s, cell, state);
}

dp_val dp_rnn(dp_graph *g, dp_val x, const dp_recurrent_weights *w, dp_val h0, int relu, dp_val *h)
{
    cell_state state = {.h = h0};
    dp_val y = recurrent(g, "rnn", x, w, 1, relu ? relu_cell : tanh_cell, &state);
    if (h)
        *h = y ? state.h : DP_VAL_NONE;
    return y;
}

dp_val dp_gru(dp_graph *g, dp_val x, const dp_recurrent_weights *w, dp_val h0, dp_val *h)
{
    cell_state state = {.h = h0};
    dp_val y = recurrent(g, "gru", x, w, 3, gru_cell, &state);
    if (h)
        *h = y ? state.h : DP_VAL_NONE;
    return y;
}

dp_val dp_lstm(dp_graph *g, dp_val x, const dp_recurrent_weights *w, dp_val h0, dp_val c0, dp_val *h, dp_val *c)
{
    cell_state state = {.h = h0, .c = c0};
    dp_val y = recurrent(g, "lstm", x, w, 4, lstm_cell, &state);
    if (h)
        *h = y ? state.h : DP_VAL_NONE;
    if (c)
        *c = y ? state.c : DP_VAL_NONE;
    return y;
}
