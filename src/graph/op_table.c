#include "graph/rules.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/size.h"

typedef struct op_entry {
    const char *name, *formula;
    int arity;
    dpi_rule_fn *rule;
} op_entry;

static const op_entry op_table[DP_OP_COUNT] = {
    [DP_OP_NONE] = {"none", "", 0, NULL},
#define DP_OP(id, name, arity, rule, kind, formula) [DP_OP_##id] = {#name, formula, arity, dpi_rule_##rule},
#include <denpa/ops.def>
#undef DP_OP
};

static const op_entry *entry_of(dp_op op)
{
    return &op_table[op > DP_OP_NONE && op < DP_OP_COUNT ? op : DP_OP_NONE];
}

const char *dp_op_name(dp_op op)
{
    return entry_of(op)->name;
}

const char *dp_op_formula(dp_op op)
{
    return entry_of(op)->formula;
}

bool dpi_rule_fail(dpi_rule *rule, dp_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(rule->message, sizeof rule->message, format, args);
    va_end(args);
    rule->status = status;
    return false;
}

bool dpi_op_takes_integers(dp_op op)
{
    switch (op) {
    case DP_OP_NEG:
    case DP_OP_ABS:
    case DP_OP_SQUARE:
    case DP_OP_SIGN:
    case DP_OP_RELU:
    case DP_OP_CLIP:
    case DP_OP_ADD:
    case DP_OP_SUB:
    case DP_OP_MUL:
    case DP_OP_POW:
    case DP_OP_MAXIMUM:
    case DP_OP_MINIMUM:
    case DP_OP_MATMUL:
    case DP_OP_SUM:
    case DP_OP_MAX:
    case DP_OP_MIN: return true;
    default: return false;
    }
}

/* Sizes in bytes must at least be a number; whether there is so much memory is seen when it is asked for. */
static bool size_fits(dpi_rule *rule)
{
    const dpi_node *node = rule->node;
    int64_t elems = dp_shape_elems(node->shape);
    size_t bytes;
    if (elems >= 0 && dpi_mul_size((size_t)elems, dp_dtype_bytes(node->dtype), &bytes) && bytes <= INT64_MAX)
        return true;
    double estimate = (double)dp_dtype_bytes(node->dtype);
    for (int i = 0; i < node->shape.rank; i++) {
        if (node->shape.dims[i] < 0)
            return dpi_rule_fail(rule, DP_ERR_SHAPE, "shape %s has a negative size", DPI_SHAPE_WORDS(node->shape));
        estimate *= (double)node->shape.dims[i];
    }
    if (estimate == 0)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "shape %s has axes too long to count with", DPI_SHAPE_WORDS(node->shape));
    return dpi_rule_fail(rule, DP_ERR_NOMEM, "shape %s needs %.3g bytes, which is more than memory can hold",
                         DPI_SHAPE_WORDS(node->shape), estimate);
}

bool dpi_rule_apply(dpi_rule *rule)
{
    dpi_node *node = rule->node;
    const op_entry *entry = entry_of(node->op);
    if (!entry->rule) return dpi_rule_fail(rule, DP_ERR_INTERNAL, "op number %d does not exist", (int)node->op);
    if (entry->arity >= 0 ? rule->count != entry->arity : rule->count < 1)
        return dpi_rule_fail(rule, DP_ERR_INTERNAL, "%d inputs instead of %d", rule->count, entry->arity);
    return entry->rule(rule) && size_fits(rule);
}

bool dpi_rule_same_number(dpi_rule *rule)
{
    dp_dtype dtype = dpi_rule_in(rule, 0)->dtype;
    for (int i = 1; i < rule->count; i++)
        if (dpi_rule_in(rule, i)->dtype != dtype)
            return dpi_rule_fail(rule, DP_ERR_DTYPE, "dtypes differ: %s and %s", dp_dtype_name(dtype),
                                 dp_dtype_name(dpi_rule_in(rule, i)->dtype));
    if (!dp_dtype_is_float(dtype) && !(dtype == DP_I64 && dpi_op_takes_integers(rule->node->op)))
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "does not work on %s", dp_dtype_name(dtype));
    rule->node->dtype = dtype;
    return true;
}
