#include "graph/rules.h"

#include <inttypes.h>
#include <math.h>

static bool broadcast_mismatch(dpi_rule *rule, int i, int k, dp_shape a, dp_shape b)
{
    int rank = a.rank > b.rank ? a.rank : b.rank, axis = rank - 1;
    int64_t da = 1, db = 1;
    for (; axis >= 0; axis--) {
        int ia = axis - (rank - a.rank), ib = axis - (rank - b.rank);
        da = ia < 0 ? 1 : a.dims[ia], db = ib < 0 ? 1 : b.dims[ib];
        if (da != db && da != 1 && db != 1) break;
    }
    return dpi_rule_fail(
        rule, DP_ERR_SHAPE, "shapes of %s %s and %s %s do not broadcast (axis %d: %" PRId64 " and %" PRId64 ")",
        DPI_RULE_OPERAND(rule, i), DPI_SHAPE_WORDS(a), DPI_RULE_OPERAND(rule, k), DPI_SHAPE_WORDS(b), axis, da, db);
}

bool dpi_rule_broadcast_pair(dpi_rule *rule, int i, int k)
{
    dp_shape a = dpi_rule_in(rule, i)->shape, b = dpi_rule_in(rule, k)->shape, y = dpi_broadcast(a, b);
    if (y.rank < 0) return broadcast_mismatch(rule, i, k, a, b);
    rule->node->shape = y;
    return true;
}

bool dpi_rule_unary(dpi_rule *rule)
{
    const dpi_attrs *attrs = &rule->node->attrs;
    if (rule->node->op == DP_OP_CLIP && !(attrs->range.low <= attrs->range.high))
        return dpi_rule_fail(rule, DP_ERR_ARG, "the lower bound %g is above the upper bound %g", attrs->range.low,
                             attrs->range.high);
    if (rule->node->op == DP_OP_LEAKY_RELU && isnan(attrs->range.low))
        return dpi_rule_fail(rule, DP_ERR_ARG, "the slope is NaN");
    rule->node->shape = dpi_rule_in(rule, 0)->shape;
    return dpi_rule_same_number(rule);
}

bool dpi_rule_dropout(dpi_rule *rule)
{
    const dpi_node *a = dpi_rule_in(rule, 0), *step = dpi_rule_in(rule, 1);
    if (!dp_dtype_is_float(a->dtype))
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "does not work on %s", dp_dtype_name(a->dtype));
    if (step->dtype != DP_I64 || step->shape.rank != 0)
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "the number of the step is %s %s; it must be one int64",
                             dp_dtype_name(step->dtype), DPI_SHAPE_WORDS(step->shape));
    double p = rule->node->attrs.range.low;
    if (!(p >= 0 && p <= 1)) return dpi_rule_fail(rule, DP_ERR_RANGE, "p is %g, it must be from 0 to 1", p);
    rule->node->dtype = a->dtype;
    rule->node->shape = a->shape;
    return true;
}

bool dpi_rule_binary(dpi_rule *rule)
{
    return dpi_rule_same_number(rule) && dpi_rule_broadcast_pair(rule, 0, 1);
}

bool dpi_rule_compare(dpi_rule *rule)
{
    dp_dtype a = dpi_rule_in(rule, 0)->dtype, b = dpi_rule_in(rule, 1)->dtype;
    if (a != b)
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "dtypes differ: %s and %s", dp_dtype_name(a), dp_dtype_name(b));
    rule->node->dtype = DP_BOOL;
    return dpi_rule_broadcast_pair(rule, 0, 1);
}

bool dpi_rule_where(dpi_rule *rule)
{
    const dpi_node *condition = dpi_rule_in(rule, 0), *b = dpi_rule_in(rule, 1), *c = dpi_rule_in(rule, 2);
    if (condition->dtype != DP_BOOL)
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "the condition is %s, not bool", dp_dtype_name(condition->dtype));
    if (b->dtype != c->dtype)
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "dtypes differ: %s and %s", dp_dtype_name(b->dtype),
                             dp_dtype_name(c->dtype));
    rule->node->dtype = b->dtype;
    if (!dpi_rule_broadcast_pair(rule, 1, 2)) return false;
    dp_shape y = dpi_broadcast(condition->shape, rule->node->shape);
    if (y.rank < 0)
        return broadcast_mismatch(rule, 0, dpi_broadcast(condition->shape, b->shape).rank < 0 ? 1 : 2, condition->shape,
                                  dpi_broadcast(condition->shape, b->shape).rank < 0 ? b->shape : c->shape);
    rule->node->shape = y;
    return true;
}
