/* Attention: rows of values, mixed by how well queries fit keys. */
#include "graph/graph_internal.h"

#include <inttypes.h>
#include <math.h>

static int64_t steps_of(const dp_graph *g, dp_val v)
{
    dp_shape shape = dp_val_shape(g, v);
    return shape.dims[shape.rank - 2];
}

static int64_t width_of(const dp_graph *g, dp_val v)
{
    dp_shape shape = dp_val_shape(g, v);
    return shape.dims[shape.rank - 1];
}

static bool shapes_ok(dp_graph *g, dp_val q, dp_val k, dp_val v)
{
    dp_shape sq = dp_val_shape(g, q), sk = dp_val_shape(g, k), sv = dp_val_shape(g, v);
    const char *rule = NULL;
    if (sq.rank < 2 || sk.rank < 2 || sv.rank < 2)
        rule = "each must be [..., steps, size]";
    else if (width_of(g, q) != width_of(g, k))
        rule = "the last axes of q and k must be equally long";
    else if (steps_of(g, k) != steps_of(g, v))
        rule = "there must be one row of v for each row of k";
    if (rule)
        dpi_graph_fail(g, DP_ERR_SHAPE, "attention: q is %s, k is %s, v is %s: %s", DPI_SHAPE_WORDS(sq),
                       DPI_SHAPE_WORDS(sk), DPI_SHAPE_WORDS(sv), rule);
    return g->status == DP_OK;
}

/* The first rows and columns of a mask that is made for longer sequences. */
static dp_val cut(dp_graph *g, dp_val mask, int64_t rows, int64_t columns)
{
    dp_shape shape = dp_val_shape(g, mask);
    if (shape.rank < 2)
        return dpi_graph_fail(g, DP_ERR_SHAPE, "attention: the mask is %s; it must be [steps of q, steps of k]",
                              DPI_SHAPE_WORDS(shape));
    int64_t has_rows = shape.dims[shape.rank - 2], has_columns = shape.dims[shape.rank - 1];
    bool fits = (has_rows == 1 || has_rows >= rows) && (has_columns == 1 || has_columns >= columns);
    if (!fits)
        return dpi_graph_fail(g, DP_ERR_SHAPE,
                              "attention: q has %" PRId64 " steps and k %" PRId64
                              ", but the mask is %s: the sequence is longer than the mask",
                              rows, columns, DPI_SHAPE_WORDS(shape));
    if (has_rows <= rows && has_columns <= columns)
        return mask;
    dp_slice_spec specs[DP_MAX_RANK];
    for (int i = 0; i < shape.rank; i++)
        specs[i] = (dp_slice_spec){DP_SLICE_NONE, DP_SLICE_NONE, DP_SLICE_NONE};
    specs[shape.rank - 2].stop = has_rows == 1 ? 1 : rows;
    specs[shape.rank - 1].stop = has_columns == 1 ? 1 : columns;
    return dp_slice(g, mask, specs, shape.rank);
}

/* True and False choose; numbers are added. */
static dp_val masked(dp_graph *g, dp_val scores, dp_val mask)
{
    if (!dpi_graph_usable(g, "attention", mask))
        return DP_VAL_NONE;
    mask = cut(g, mask, steps_of(g, scores), width_of(g, scores));
    if (!mask)
        return DP_VAL_NONE;
    return dp_val_dtype(g, mask) == DP_BOOL ? dp_where(g, mask, scores, dp_scalar(g, -INFINITY))
                                            : dp_add(g, scores, mask);
}

/* Step i sees the steps up to i. */
static dp_val causal_mask(dp_graph *g, int64_t rows, int64_t columns)
{
    dp_val i = dp_arange(g, 0, (double)rows, 1, DP_I64), k = dp_arange(g, 0, (double)columns, 1, DP_I64);
    return dp_less_equal(g, k, dpi_reshape(g, i, dp_shape_of(2, (int64_t[]){rows, 1})));
}

dp_val dp_attention(dp_graph *g, dp_val q, dp_val k, dp_val v, dp_val mask, int causal)
{
    if (!dpi_graph_usable(g, "attention", q) || !dpi_graph_usable(g, "attention", k) ||
        !dpi_graph_usable(g, "attention", v))
        return DP_VAL_NONE;
    q = dpi_coerce_float(g, q), k = dpi_coerce_float(g, k), v = dpi_coerce_float(g, v);
    if (!q || !k || !v || !shapes_ok(g, q, k, v))
        return DP_VAL_NONE;
    q = dp_mul(g, q, dp_scalar(g, 1 / sqrt((double)width_of(g, q)))); /* fewer numbers than the scores have */
    dp_val scores = dp_matmul_flags(g, q, k, 0, 1);
    if (scores && causal)
        scores = masked(g, scores, causal_mask(g, steps_of(g, q), steps_of(g, k)));
    if (scores && mask)
        scores = masked(g, scores, mask);
    return scores ? dp_matmul(g, dp_softmax(g, scores, -1), v) : DP_VAL_NONE;
}

/* ---- Several heads ---- */

/* Part number `part` of x W + b [N, T, 3 D], by heads: [N, heads, T, D / heads]. */
static dp_val head_rows(dp_graph *g, dp_val parts, int part)
{
    return dp_select(g, parts, 0, part);
}

/* W_in [D, 3 D], b_in [3 D], W_out [D, D], b_out [D]; biases may be left out. */
static bool heads_weights_ok(dp_graph *g, const dp_heads_weights *w, int64_t d)
{
    const dp_val values[] = {w->w_in, w->w_out, w->b_in, w->b_out};
    const dp_shape wanted[] = {dp_shape_of(2, (int64_t[]){d, 3 * d}), dp_shape_of(2, (int64_t[]){d, d}),
                               dp_shape_of(1, (int64_t[]){3 * d}), dp_shape_of(1, &d)};
    static const char *const names[] = {"W_in", "W_out", "b_in", "b_out"};
    for (int i = 0; i < 4 && g->status == DP_OK; i++) {
        if (i >= 2 && !values[i])
            continue;
        if (dpi_graph_usable(g, "multi_head_attention", values[i]) && !dp_shape_equal(dp_val_shape(g, values[i]), wanted[i]))
            dpi_graph_fail(g, DP_ERR_SHAPE, "multi_head_attention: %s is %s; for x [N, steps, %" PRId64 "] it must be %s", names[i],
                           DPI_SHAPE_WORDS(dp_val_shape(g, values[i])), d, DPI_SHAPE_WORDS(wanted[i]));
    }
    return g->status == DP_OK;
}

static bool heads_ok(dp_graph *g, dp_val x, int64_t heads)
{
    dp_shape shape = dp_val_shape(g, x);
    if (shape.rank != 3)
        dpi_graph_fail(g, DP_ERR_SHAPE, "multi_head_attention: %s is %s; it must be [N, steps, size]",
                       DPI_OPERAND_WORDS(g, x, "x"), DPI_SHAPE_WORDS(shape));
    else if (heads < 1 || shape.dims[2] % heads)
        dpi_graph_fail(g, DP_ERR_SHAPE,
                       "multi_head_attention: %" PRId64 " heads do not divide the size %" PRId64 " of %s %s", heads,
                       shape.dims[2], DPI_OPERAND_WORDS(g, x, "x"), DPI_SHAPE_WORDS(shape));
    return g->status == DP_OK;
}

dp_val dp_multi_head_attention(dp_graph *g, dp_val x, int64_t heads, const dp_heads_weights *weights, dp_val mask,
                               int causal)
{
    if (!dpi_graph_usable(g, "multi_head_attention", x))
        return DP_VAL_NONE;
    x = dpi_coerce_float(g, x);
    if (!x || !heads_ok(g, x, heads) || !heads_weights_ok(g, weights, width_of(g, x)))
        return DP_VAL_NONE;
    dp_shape shape = dp_val_shape(g, x);
    int64_t n = shape.dims[0], t = shape.dims[1], d = shape.dims[2];
    dp_val all = dp_matmul(g, x, weights->w_in);
    if (weights->b_in)
        all = dp_add(g, all, weights->b_in);
    all = dp_reshape(g, all, dp_shape_of(5, (int64_t[]){n, t, 3, heads, d / heads}));
    all = dp_transpose(g, all, (int[]){2, 0, 3, 1, 4}, 5);
    dp_val mixed = dp_attention(g, head_rows(g, all, 0), head_rows(g, all, 1), head_rows(g, all, 2), mask, causal);
    mixed = dp_reshape(g, dp_transpose(g, mixed, (int[]){0, 2, 1, 3}, 4), shape);
    dp_val y = dp_matmul(g, mixed, weights->w_out);
    return weights->b_out ? dp_add(g, y, weights->b_out) : y;
}
