/* Activations that are made of other ops. */
#include "graph/graph_internal.h"

#include <math.h>

dp_val dp_silu(dp_graph *g, dp_val a)
{
    a = dpi_coerce_float(g, a);
    return a ? dp_mul(g, a, dp_sigmoid(g, a)) : DP_VAL_NONE;
}

/* exp(a) - 1 = 2 t / (1 - t) with t = tanh(a / 2): for a <= 0 nothing cancels, so no digit is lost near 0. */
dp_val dp_elu(dp_graph *g, dp_val a, double alpha)
{
    a = dpi_coerce_float(g, a);
    if (!a)
        return DP_VAL_NONE;
    dp_val t = dp_tanh(g, dp_mul(g, dp_clip(g, a, -INFINITY, 0), dp_scalar(g, 0.5)));
    dp_val below = dp_div(g, dp_mul(g, t, dp_scalar(g, 2 * alpha)), dp_sub(g, dp_scalar(g, 1), t));
    return dp_where(g, dp_greater(g, a, dp_scalar(g, 0)), a, below);
}

/* A slope for each channel stands at axis 1, as in [N, C, H, W]. */
static dp_val slopes(dp_graph *g, dp_val a, dp_val slope)
{
    dp_shape shape = dp_val_shape(g, a), of = dp_val_shape(g, slope), channels = {.rank = 1};
    if (dp_shape_elems(of) == 1)
        return dpi_reshape(g, slope, dp_shape_scalar());
    if (of.rank != 1 || shape.rank < 2 || of.dims[0] != shape.dims[1])
        return dpi_graph_fail(
            g, DP_ERR_SHAPE,
            "prelu: %s is %s, the slopes %s are %s: there must be one slope, or one for each channel (axis 1)",
            DPI_OPERAND_WORDS(g, a, "x"), DPI_SHAPE_WORDS(shape), DPI_OPERAND_WORDS(g, slope, "a"),
            DPI_SHAPE_WORDS(of));
    channels.rank = shape.rank - 1;
    for (int i = 0; i < channels.rank; i++)
        channels.dims[i] = i ? 1 : of.dims[0];
    return dpi_reshape(g, slope, channels);
}

dp_val dp_prelu(dp_graph *g, dp_val a, dp_val slope)
{
    if (!dpi_graph_usable(g, "prelu", a) || !dpi_graph_usable(g, "prelu", slope))
        return DP_VAL_NONE;
    a = dpi_coerce_float(g, a);
    slope = slopes(g, a, slope);
    return slope ? dp_where(g, dp_greater(g, a, dp_scalar(g, 0)), a, dp_mul(g, slope, a)) : DP_VAL_NONE;
}
