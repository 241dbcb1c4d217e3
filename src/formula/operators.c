/* Operators. Two numbers are worked out at once, as Python does it, so that they can serve as shapes and options; if
 * one of them is a variable, the graph gets the operation, too. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "formula/scope.h"

typedef dp_val binary_op(dp_graph *g, dp_val a, dp_val b);

static binary_op *op_of(dpi_token_kind token)
{
    switch (token) {
    case DPI_TOKEN_ADD:
        return dp_add;
    case DPI_TOKEN_SUB:
        return dp_sub;
    case DPI_TOKEN_MUL:
        return dp_mul;
    case DPI_TOKEN_DIV:
        return dp_div;
    case DPI_TOKEN_POW:
        return dp_pow;
    case DPI_TOKEN_EQ:
        return dp_equal;
    case DPI_TOKEN_NE:
        return dp_not_equal;
    case DPI_TOKEN_LT:
        return dp_less;
    case DPI_TOKEN_LE:
        return dp_less_equal;
    case DPI_TOKEN_GT:
        return dp_greater;
    case DPI_TOKEN_GE:
        return dp_greater_equal;
    default:
        return dp_matmul;
    }
}

/* a ** b by squaring; b >= 0. Is false when it does not fit. */
static int power(int64_t a, int64_t b, int64_t *out)
{
    int64_t result = 1;
    for (; b > 0; b >>= 1) {
        if ((b & 1) && __builtin_mul_overflow(result, a, &result))
            return 0;
        if (b > 1 && __builtin_mul_overflow(a, a, &a))
            return 0;
    }
    *out = result;
    return 1;
}

static int whole_arithmetic(dpi_token_kind token, int64_t a, int64_t b, int64_t *out)
{
    switch (token) {
    case DPI_TOKEN_ADD:
        return !__builtin_add_overflow(a, b, out);
    case DPI_TOKEN_SUB:
        return !__builtin_sub_overflow(a, b, out);
    case DPI_TOKEN_MUL:
        return !__builtin_mul_overflow(a, b, out);
    default:
        return power(a, b, out);
    }
}

static double real_arithmetic(dpi_token_kind token, double a, double b)
{
    switch (token) {
    case DPI_TOKEN_ADD:
        return a + b;
    case DPI_TOKEN_SUB:
        return a - b;
    case DPI_TOKEN_MUL:
        return a * b;
    case DPI_TOKEN_DIV:
        return a / b;
    default:
        return pow(a, b);
    }
}

static int compare(dpi_token_kind token, double a, double b)
{
    switch (token) {
    case DPI_TOKEN_EQ:
        return a == b;
    case DPI_TOKEN_NE:
        return a != b;
    case DPI_TOKEN_LT:
        return a < b;
    case DPI_TOKEN_LE:
        return a <= b;
    case DPI_TOKEN_GT:
        return a > b;
    default:
        return a >= b;
    }
}

static int is_comparison(dpi_token_kind token)
{
    return token >= DPI_TOKEN_EQ && token <= DPI_TOKEN_GE;
}

/* The difference of two integers as a double has the right sign and is 0 only for equal ones. */
static int compare_numbers(dpi_token_kind token, const dpi_object *a, const dpi_object *b)
{
    if (a->kind == DPI_OBJECT_FLOAT || b->kind == DPI_OBJECT_FLOAT)
        return compare(token, dpi_object_number(a), dpi_object_number(b));
    return compare(token, (a->whole > b->whole) - (a->whole < b->whole), 0);
}

static dp_status fold(dp_scope *s, dpi_token_kind token, const dpi_object *a, const dpi_object *b, dpi_object *out)
{
    int whole = a->kind != DPI_OBJECT_FLOAT && b->kind != DPI_OBJECT_FLOAT && token != DPI_TOKEN_DIV &&
                !(token == DPI_TOKEN_POW && b->whole < 0);
    int64_t result;
    if (is_comparison(token)) {
        *out = dpi_object_bool(compare_numbers(token, a, b));
    } else if (!whole) {
        *out = dpi_object_float(real_arithmetic(token, dpi_object_number(a), dpi_object_number(b)));
    } else if (whole_arithmetic(token, a->whole, b->whole, &result)) {
        *out = dpi_object_int(result);
    } else {
        return dpi_scope_fail(s, DP_ERR_RANGE,
                              "the result does not fit into int64 (%" PRId64 " and %" PRId64
                              "); write one of them with a point",
                              a->whole, b->whole);
    }
    return DP_OK;
}

dp_status dpi_object_binary(dp_scope *s, dpi_token_kind token, const dpi_object *a, const dpi_object *b,
                            dpi_object *out)
{
    char what[16];
    dpi_object folded = {0};
    int numbers = dpi_object_is_number(a) && dpi_object_is_number(b) && token != DPI_TOKEN_MATMUL;
    if (numbers) {
        DPI_TRY(fold(s, token, a, b, &folded));
        if (a->value == DP_VAL_NONE && b->value == DP_VAL_NONE) {
            *out = folded;
            return DP_OK;
        }
    }
    dp_val left, right;
    snprintf(what, sizeof what, "%s", dpi_token_text(token));
    DPI_TRY(dpi_object_value(s, a, what, &left));
    DPI_TRY(dpi_object_value(s, b, what, &right));
    DPI_TRY(dpi_scope_value(s, op_of(token)(s->graph, left, right), out));
    if (!numbers)
        return DP_OK;
    folded.value = out->value;
    *out = folded;
    return DP_OK;
}

dp_status dpi_object_unary(dp_scope *s, dpi_token_kind token, const dpi_object *a, dpi_object *out)
{
    dpi_object number = *a;
    dp_val value = DP_VAL_NONE;
    int is_number = dpi_object_is_number(a);
    if (!is_number || a->value != DP_VAL_NONE)
        DPI_TRY(dpi_object_value(s, a, dpi_token_text(token), &value));
    if (value != DP_VAL_NONE && token == DPI_TOKEN_SUB)
        value = dp_neg(s->graph, value);
    if (!is_number)
        return dpi_scope_value(s, value, out);
    if (a->value != DP_VAL_NONE && value == DP_VAL_NONE)
        return dpi_scope_graph_error(s);
    if (number.kind == DPI_OBJECT_BOOL)
        number.kind = DPI_OBJECT_INT;
    if (token == DPI_TOKEN_SUB) {
        if (number.kind == DPI_OBJECT_FLOAT)
            number.number = -number.number;
        else if (__builtin_sub_overflow((int64_t)0, number.whole, &number.whole))
            return dpi_scope_fail(s, DP_ERR_RANGE, "the result does not fit into int64");
    }
    number.value = value;
    *out = number;
    return DP_OK;
}
