/* Functions element by element, and conversions. */
#include <math.h>
#include <stdio.h>

#include "formula/functions.h"

static dp_status unary(dp_scope *s, const dpi_object *args, dp_val op(dp_graph *, dp_val), const char *what,
                       dpi_object *out)
{
    dp_val x;
    DPI_TRY(dpi_object_value(s, &args[0], what, &x));
    return dpi_scope_value(s, op(s->graph, x), out);
}

static dp_status binary(dp_scope *s, const dpi_object *args, dp_val op(dp_graph *, dp_val, dp_val), const char *what,
                        dpi_object *out)
{
    dp_val a, b;
    DPI_TRY(dpi_object_value(s, &args[0], what, &a));
    DPI_TRY(dpi_object_value(s, &args[1], what, &b));
    return dpi_scope_value(s, op(s->graph, a, b), out);
}

#define UNARY(name)                                                                             \
    dp_status dpi_fn_##name(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out) \
    {                                                                                           \
        (void)count;                                                                            \
        return unary(s, args, dp_##name, #name, out);                                           \
    }

#define BINARY(name)                                                                            \
    dp_status dpi_fn_##name(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out) \
    {                                                                                           \
        (void)count;                                                                            \
        return binary(s, args, dp_##name, #name, out);                                          \
    }

UNARY(exp)
UNARY(log)
UNARY(sqrt)
UNARY(abs)
UNARY(square)
UNARY(sign)
UNARY(erf)
UNARY(float16)
UNARY(relu)
UNARY(sigmoid)
UNARY(tanh)
UNARY(softplus)
UNARY(gelu)
UNARY(silu)
UNARY(flatten)
BINARY(maximum)
BINARY(minimum)
BINARY(matmul)
BINARY(mean_squared_error)
BINARY(sum_squared_error)

dp_status dpi_fn_where(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val condition;
    dp_val a, b;
    DPI_TRY(dpi_object_value(s, &args[0], "where", &condition));
    DPI_TRY(dpi_object_value(s, &args[1], "where", &a));
    DPI_TRY(dpi_object_value(s, &args[2], "where", &b));
    return dpi_scope_value(s, dp_where(s->graph, condition, a, b), out);
}

dp_status dpi_fn_clip(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    double low = -INFINITY, high = INFINITY;
    DPI_TRY(dpi_object_value(s, &args[0], "clip", &x));
    if (dpi_given(&args[1]))
        DPI_TRY(dpi_object_real(s, &args[1], "clip: low", &low));
    if (dpi_given(&args[2]))
        DPI_TRY(dpi_object_real(s, &args[2], "clip: high", &high));
    return dpi_scope_value(s, dp_clip(s->graph, x, low, high), out);
}

dp_status dpi_fn_round(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    int64_t decimals = 0;
    DPI_TRY(dpi_object_value(s, &args[0], "round", &x));
    if (dpi_given(&args[1]))
        DPI_TRY(dpi_object_whole(s, &args[1], "round: decimals", &decimals));
    if (decimals < -400 || decimals > 400)
        return dpi_object_fail(s, &args[1], DP_ERR_RANGE, "round: decimals must be in -400..400");
    return dpi_scope_value(s, dp_round(s->graph, x, (int)decimals), out);
}

/* x and a number that may be left out. */
static dp_status value_and_number(dp_scope *s, const dpi_object *args, const char *x_what, const char *number_what,
                                  dp_val *x, double *number)
{
    DPI_TRY(dpi_object_value(s, &args[0], x_what, x));
    return dpi_given(&args[1]) ? dpi_object_real(s, &args[1], number_what, number) : DP_OK;
}

dp_status dpi_fn_leaky_relu(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    double slope = 0.01;
    DPI_TRY(value_and_number(s, args, "leaky_relu", "leaky_relu: negative_slope", &x, &slope));
    return dpi_scope_value(s, dp_leaky_relu(s->graph, x, slope), out);
}

dp_status dpi_fn_elu(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    double alpha = 1;
    DPI_TRY(value_and_number(s, args, "elu: x", "elu: alpha", &x, &alpha));
    return dpi_scope_value(s, dp_elu(s->graph, x, alpha), out);
}

dp_status dpi_fn_dropout(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val x;
    double p = 0.5;
    DPI_TRY(value_and_number(s, args, "dropout: x", "dropout: p", &x, &p));
    return dpi_scope_value(s, dp_dropout(s->graph, x, p, s->seed), out);
}

/* NumPy's dot is a product of numbers, or @; beyond matrices it is another sum, which is rarely what is meant. */
dp_status dpi_fn_dot(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_val a, b;
    DPI_TRY(dpi_object_value(s, &args[0], "dot", &a));
    DPI_TRY(dpi_object_value(s, &args[1], "dot", &b));
    int a_rank = dp_val_shape(s->graph, a).rank, b_rank = dp_val_shape(s->graph, b).rank;
    if (a_rank > 2 || b_rank > 2)
        return dpi_scope_fail(s, DP_ERR_SHAPE, "dot is for at most 2 axes; use @ for a batch of matrices");
    return dpi_scope_value(s, a_rank && b_rank ? dp_matmul(s->graph, a, b) : dp_mul(s->graph, a, b), out);
}

/* ---- Conversions ---- */

static dp_status cast(dp_scope *s, const dpi_object *args, dp_dtype dtype, const char *what, dpi_object *out)
{
    dp_val x;
    DPI_TRY(dpi_object_value(s, &args[0], what, &x));
    return dpi_scope_value(s, dp_cast(s->graph, x, dtype), out);
}

/* Of a number that is known, int and float keep it known: int(7 / 2) may be a shape. */
static dp_status cast_number(dp_scope *s, const dpi_object *args, dp_dtype dtype, dpi_object number, const char *what,
                             dpi_object *out)
{
    if (args[0].value != DP_VAL_NONE) {
        DPI_TRY(cast(s, args, dtype, what, out));
        number.value = out->value;
    }
    *out = number;
    return DP_OK;
}

dp_status dpi_fn_int(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    char text[240];
    if (!dpi_object_is_number(&args[0]))
        return cast(s, args, DP_I64, "int", out);
    double number = dpi_object_number(&args[0]);
    if (args[0].kind != DPI_OBJECT_FLOAT)
        return cast_number(s, args, DP_I64, dpi_object_int(args[0].whole), "int", out);
    if (!(number >= -0x1p63 && number < 0x1p63))
        return dpi_scope_fail(s, DP_ERR_RANGE, "int: %s does not fit into int64",
                              dpi_object_kind_text(s, &args[0], text));
    return cast_number(s, args, DP_I64, dpi_object_int((int64_t)number), "int", out);
}

dp_status dpi_fn_float(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    dp_dtype dtype = dp_graph_float_dtype(s->graph);
    if (!dpi_object_is_number(&args[0]))
        return cast(s, args, dtype, "float", out);
    return cast_number(s, args, dtype, dpi_object_float(dpi_object_number(&args[0])), "float", out);
}

dp_status dpi_fn_float32(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return cast(s, args, DP_F32, "float32", out);
}

dp_status dpi_fn_float64(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return cast(s, args, DP_F64, "float64", out);
}

dp_status dpi_fn_bool(dp_scope *s, const dpi_object *args, size_t count, dpi_object *out)
{
    (void)count;
    return cast(s, args, DP_BOOL, "bool", out);
}
