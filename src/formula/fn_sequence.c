/* Layers of sequences: embedding, linear, attention, recurrent ones. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "formula/functions.h"
#include "formula/layers.h"
#include "graph/graph_internal.h"

static dp_status optional_value(dp_scope *s, const dpi_object *arg, const char *what, dp_val *out)
{
    *out = DP_VAL_NONE;
    return dpi_given(arg) ? dpi_object_value(s, arg, what, out) : DP_OK;
}

static dp_status optional_truth(dp_scope *s, const dpi_object *arg, const char *what, int preset, int *out)
{
    *out = preset;
    return dpi_given(arg) ? dpi_object_truth(s, arg, what, out) : DP_OK;
}

static dp_status read_size(dp_scope *s, const dpi_object *arg, const char *what, int64_t *out)
{
    DPI_TRY(dpi_object_whole(s, arg, what, out));
    return *out >= 1 ? DP_OK : dpi_object_fail(s, arg, DP_ERR_RANGE, "%s must be at least 1", what);
}

/* The last axis of x, which has at least `rank` axes. */
static dp_status last_size(dp_scope *s, const dpi_object *x_arg, const char *layer, dp_val x, int rank, int64_t *out)
{
    dp_shape shape = dp_val_shape(s->graph, x);
    if (shape.rank < rank)
        return dpi_object_fail(s, x_arg, DP_ERR_SHAPE, "%s: x is %s; it must be %s", layer, DPI_SHAPE_WORDS(shape),
                               rank == 3 ? "[N, steps, size]" : "[..., size]");
    *out = shape.dims[shape.rank - 1];
    return DP_OK;
}

/* ---- embedding, linear ---- */

/* Rows of w by the whole numbers in index. A frequent mistake is to give the array first. */
static dp_status pick_rows(dp_scope *s, const dpi_object *index_arg, dp_val index, dp_val w, dpi_object *out)
{
    dp_dtype dtype = dp_val_dtype(s->graph, index);
    if (dp_dtype_is_float(dtype) && dp_graph_status(s->graph) == DP_OK)
        return dpi_object_fail(s, index_arg, DP_ERR_DTYPE,
                               "embedding(x, W): x says which rows of W, in integers; it is %s", dp_dtype_name(dtype));
    return dpi_scope_value(s, dp_gather(s->graph, w, index), out);
}

dp_status dpi_fn_embedding(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    char prefix[DPI_LAYER_NAME_BYTES];
    int64_t shape[2];
    dp_val index, w;
    dp_init init = {.kind = DP_INIT_NORMAL, .b = 1};
    DPI_TRY(dpi_object_value(s, &args[0], "embedding: x", &index));
    if (args[1].kind != DPI_OBJECT_INT) {
        if (dpi_given(&args[2]) || dpi_given(&args[3]))
            return dpi_scope_fail(s, DP_ERR_ARG, "embedding: with an array there is only embedding(x, W)");
        DPI_TRY(dpi_object_value(s, &args[1], "embedding: W", &w));
        return pick_rows(s, &args[0], index, w, out);
    }
    DPI_TRY(read_size(s, &args[1], "embedding: rows", &shape[0]));
    DPI_TRY(read_size(s, &args[2], "embedding: size", &shape[1]));
    if (dpi_given(&args[3]))
        DPI_TRY(dpi_initializer(s, &args[3], "embedding: init", &init));
    DPI_TRY(dpi_layer_prefix(s, "embedding", prefix));
    DPI_TRY(dpi_layer_member(s, prefix, "W", dp_shape_of(2, shape), init, &w));
    return pick_rows(s, &args[0], index, w, out);
}

dp_status dpi_fn_linear(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    int64_t in, width;
    int bias;
    dp_val x, w, b;
    dp_init init;
    DPI_TRY(dpi_object_value(s, &args[0], "linear: x", &x));
    DPI_TRY(last_size(s, &args[0], "linear", x, 1, &in));
    DPI_TRY(read_size(s, &args[1], "linear: out", &width));
    DPI_TRY(dpi_layer_init(s, "linear", &args[2], &args[3], &init));
    DPI_TRY(optional_truth(s, &args[4], "linear: bias", 1, &bias));
    DPI_TRY(dpi_layer_params(s, "linear", dp_shape_of(2, (int64_t[]){in, width}), in, init, bias ? width : 0, &w, &b));
    dp_val y = dp_matmul(s->graph, x, w);
    return dpi_scope_value(s, b ? dp_add(s->graph, y, b) : y, out);
}

/* ---- Attention ---- */

dp_status dpi_fn_attention(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    int causal;
    dp_val q, k, v, mask;
    DPI_TRY(dpi_object_value(s, &args[0], "attention: q", &q));
    DPI_TRY(dpi_object_value(s, &args[1], "attention: k", &k));
    DPI_TRY(dpi_object_value(s, &args[2], "attention: v", &v));
    DPI_TRY(optional_value(s, &args[3], "attention: mask", &mask));
    DPI_TRY(optional_truth(s, &args[4], "attention: causal", 0, &causal));
    return dpi_scope_value(s, dp_attention(s->graph, q, k, v, mask, causal), out);
}

dp_status dpi_fn_scaled_dot_product_attention(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    return dpi_fn_attention(s, args, count, out);
}

/* W_in begins as Xavier's uniform one and W_out as PyTorch's Linear does, biases as zeros: as in PyTorch. */
static dp_status make_heads(dp_scope *s, int64_t d, int bias, dp_heads_weights *w)
{
    const char *layer = "multi_head_attention";
    char prefix[DPI_LAYER_NAME_BYTES];
    int64_t in[] = {d, 3 * d}, square[] = {d, d};
    dp_init xavier = {.kind = DP_INIT_XAVIER_UNIFORM}, zero = {.kind = DP_INIT_CONSTANT};
    dp_init kaiming = {.kind = DP_INIT_KAIMING_UNIFORM, .a = 0.57735026918962576}; /* 1/sqrt(3): bound 1/sqrt(d) */
    *w = (dp_heads_weights){0};
    DPI_TRY(dpi_layer_prefix(s, layer, prefix));
    DPI_TRY(dpi_layer_member(s, prefix, "W_in", dp_shape_of(2, in), xavier, &w->w_in));
    if (bias)
        DPI_TRY(dpi_layer_member(s, prefix, "b_in", dp_shape_of(1, &in[1]), zero, &w->b_in));
    DPI_TRY(dpi_layer_member(s, prefix, "W_out", dp_shape_of(2, square), kaiming, &w->w_out));
    return bias ? dpi_layer_member(s, prefix, "b_out", dp_shape_of(1, &d), zero, &w->b_out) : DP_OK;
}

/* The arguments (…, bias, W_in, b_in, W_out, b_out): arrays, or else parameters. */
static dp_status read_heads(dp_scope *s, const dpi_object *args, int64_t d, dp_heads_weights *w)
{
    int bias;
    DPI_TRY(optional_truth(s, &args[4], "multi_head_attention: bias", 1, &bias));
    if (dpi_given(&args[5]) != dpi_given(&args[7]))
        return dpi_scope_fail(s, DP_ERR_ARG, "multi_head_attention: of W_in and W_out there must be both, or neither");
    if (!dpi_given(&args[5]) && (dpi_given(&args[6]) || dpi_given(&args[8])))
        return dpi_scope_fail(s, DP_ERR_ARG, "multi_head_attention: b_in and b_out go with arrays W_in and W_out");
    if (!dpi_given(&args[5]))
        return make_heads(s, d, bias, w);
    DPI_TRY(optional_value(s, &args[5], "multi_head_attention: W_in", &w->w_in));
    DPI_TRY(optional_value(s, &args[6], "multi_head_attention: b_in", &w->b_in));
    DPI_TRY(optional_value(s, &args[7], "multi_head_attention: W_out", &w->w_out));
    return optional_value(s, &args[8], "multi_head_attention: b_out", &w->b_out);
}

dp_status dpi_fn_multi_head_attention(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    const char *layer = "multi_head_attention";
    int64_t d, heads;
    int causal;
    dp_val x, mask;
    dp_heads_weights weights = {0};
    DPI_TRY(dpi_object_value(s, &args[0], "multi_head_attention: x", &x));
    DPI_TRY(last_size(s, &args[0], layer, x, 3, &d));
    DPI_TRY(read_size(s, &args[1], "multi_head_attention: heads", &heads));
    DPI_TRY(optional_value(s, &args[2], "multi_head_attention: mask", &mask));
    DPI_TRY(optional_truth(s, &args[3], "multi_head_attention: causal", 0, &causal));
    DPI_TRY(read_heads(s, args, d, &weights));
    return dpi_scope_value(s, dp_multi_head_attention(s->graph, x, heads, &weights, mask, causal), out);
}

/* ---- Recurrent ---- */

/* The arguments of a recurrent layer: (x, hidden, W_hh, b_ih, b_hh, h0, …, bias). */
typedef struct recurrent_layer {
    const char *name;
    int gates;
    dp_val x, h0;
    dp_recurrent_weights weights;
    char prefix[DPI_LAYER_NAME_BYTES];
} recurrent_layer;

/* PyTorch draws all of them from ±1 / sqrt(hidden). */
static dp_status make_recurrent(dp_scope *s, recurrent_layer *r, int64_t in, int64_t hidden, int bias)
{
    double bound = 1 / sqrt((double)hidden);
    int64_t rows = r->gates * hidden;
    dp_init init = {.kind = DP_INIT_UNIFORM, .a = -bound, .b = bound};
    dp_recurrent_weights *w = &r->weights;
    DPI_TRY(dpi_layer_member(s, r->prefix, "W_ih", dp_shape_of(2, (int64_t[]){rows, in}), init, &w->w_ih));
    DPI_TRY(dpi_layer_member(s, r->prefix, "W_hh", dp_shape_of(2, (int64_t[]){rows, hidden}), init, &w->w_hh));
    if (!bias)
        return DP_OK;
    DPI_TRY(dpi_layer_member(s, r->prefix, "b_ih", dp_shape_of(1, &rows), init, &w->b_ih));
    return dpi_layer_member(s, r->prefix, "b_hh", dp_shape_of(1, &rows), init, &w->b_hh);
}

static dp_status read_recurrent(dp_scope *s, const dpi_object *args, const dpi_object *bias_arg, recurrent_layer *r)
{
    int64_t in, hidden;
    int bias;
    DPI_TRY(dpi_object_value(s, &args[0], r->name, &r->x));
    DPI_TRY(last_size(s, &args[0], r->name, r->x, 3, &in));
    DPI_TRY(optional_value(s, &args[5], r->name, &r->h0));
    DPI_TRY(optional_truth(s, bias_arg, r->name, 1, &bias));
    DPI_TRY(dpi_layer_prefix(s, r->name, r->prefix));
    if (args[1].kind == DPI_OBJECT_INT) {
        DPI_TRY(read_size(s, &args[1], "hidden", &hidden));
        if (dpi_given(&args[2]) || dpi_given(&args[3]) || dpi_given(&args[4]))
            return dpi_scope_fail(s, DP_ERR_ARG, "%s: W_hh, b_ih and b_hh go with an array W_ih in place of hidden",
                                  r->name);
        return make_recurrent(s, r, in, hidden, bias);
    }
    DPI_TRY(dpi_object_value(s, &args[1], r->name, &r->weights.w_ih));
    if (!dpi_given(&args[2]))
        return dpi_scope_fail(s, DP_ERR_ARG, "%s: with an array W_ih there must be W_hh, too", r->name);
    DPI_TRY(dpi_object_value(s, &args[2], r->name, &r->weights.w_hh));
    DPI_TRY(optional_value(s, &args[3], r->name, &r->weights.b_ih));
    return optional_value(s, &args[4], r->name, &r->weights.b_hh);
}

/* Binds PREFIX.h or PREFIX.c, what the last step left. */
static dp_status bind_last(dp_scope *s, const recurrent_layer *r, const char *member, dp_val v)
{
    char name[DPI_LAYER_NAME_BYTES + DPI_MEMBER_BYTES];
    dpi_object object = {0};
    snprintf(name, sizeof name, "%s.%s", r->prefix, member);
    DPI_TRY(dpi_scope_value(s, v, &object));
    return dpi_scope_bind(s, name, strlen(name), &object, DP_NAME_VALUE);
}

dp_status dpi_fn_rnn(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    int relu = 0;
    dp_val h;
    recurrent_layer r = {.name = "rnn", .gates = 1};
    DPI_TRY(read_recurrent(s, args, &args[7], &r));
    if (dpi_given(&args[6])) {
        const char *word = args[6].kind == DPI_OBJECT_STRING ? dpi_object_string(s, &args[6]) : "";
        relu = strcmp(word, "relu") == 0;
        if (!relu && strcmp(word, "tanh") != 0)
            return dpi_object_fail(s, &args[6], DP_ERR_ARG, "rnn: nonlinearity is \"tanh\" or \"relu\"");
    }
    DPI_TRY(dpi_scope_value(s, dp_rnn(s->graph, r.x, &r.weights, r.h0, relu, &h), out));
    return bind_last(s, &r, "h", h);
}

dp_status dpi_fn_gru(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val h;
    recurrent_layer r = {.name = "gru", .gates = 3};
    DPI_TRY(read_recurrent(s, args, &args[6], &r));
    DPI_TRY(dpi_scope_value(s, dp_gru(s->graph, r.x, &r.weights, r.h0, &h), out));
    return bind_last(s, &r, "h", h);
}

dp_status dpi_fn_lstm(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val c0, h, c;
    recurrent_layer r = {.name = "lstm", .gates = 4};
    DPI_TRY(read_recurrent(s, args, &args[7], &r));
    DPI_TRY(optional_value(s, &args[6], "lstm: c0", &c0));
    DPI_TRY(dpi_scope_value(s, dp_lstm(s->graph, r.x, &r.weights, r.h0, c0, &h, &c), out));
    DPI_TRY(bind_last(s, &r, "h", h));
    return bind_last(s, &r, "c", c);
}
