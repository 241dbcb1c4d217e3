/* What the rules share. */
#include "grad/grad_internal.h"

dp_val dpi_input(const dpi_backward *b, dp_val y, int i)
{
    return dp_val_input(b->g, y, i);
}

dp_val dpi_forward(dpi_backward *b, dp_val v)
{
    return dpi_coerce(b->g, v, b->dtype);
}

bool dpi_wants(const dpi_backward *b, dp_val y, int i)
{
    return b->wanted[dpi_input(b, y, i)];
}

dp_val dpi_constant(dpi_backward *b, double value)
{
    return dpi_number(b->g, b->dtype, value);
}

dp_val dpi_full(dpi_backward *b, dp_val y, dp_val dy)
{
    dp_shape shape = dp_val_shape(b->g, y);
    return dy && !dp_shape_equal(dp_val_shape(b->g, dy), shape) ? dp_broadcast_to(b->g, dy, shape) : dy;
}

dp_val dpi_unbroadcast(dpi_backward *b, dp_val y, dp_val d, dp_shape shape)
{
    dp_shape full = dp_val_shape(b->g, y);
    if (!d || dp_shape_equal(shape, full)) return d;
    int axes[DP_MAX_RANK], n = 0, missing = full.rank - shape.rank;
    for (int i = 0; i < full.rank; i++)
        if (i < missing || (shape.dims[i - missing] == 1 && full.dims[i] != 1)) axes[n++] = i;
    return dpi_reshape(b->g, dp_sum(b->g, dpi_full(b, y, d), axes, n, 0), shape);
}

/* Is v a number that neither a run nor a derivative can change? */
static bool fixed_number(const dpi_backward *b, dp_val v, double *value)
{
    dp_array array = dp_val_const(b->g, v);
    if (!array.data || array.shape.rank != 0 || dp_val_is_variable(b->g, v)) return false;
    *value = dp_array_get(&array, 0);
    return true;
}

dp_val dpi_times(dpi_backward *b, dp_val a, dp_val c)
{
    double x, z;
    bool know_a = fixed_number(b, a, &x), know_c = fixed_number(b, c, &z);
    if (know_a && know_c) return dpi_constant(b, x * z);
    if (know_a && x == 1) return c;
    if (know_c && z == 1) return a;
    return dp_mul(b->g, a, c);
}

dp_val dpi_over(dpi_backward *b, dp_val a, dp_val c)
{
    double x, z;
    bool know_a = fixed_number(b, a, &x), know_c = fixed_number(b, c, &z);
    if (know_a && know_c) return dpi_constant(b, x / z);
    if (know_c && z == 1) return a;
    return dp_div(b->g, a, c);
}
