#include "graph/rules.h"

bool dpi_rule_reduce(dpi_rule *rule)
{
    dp_shape a = dpi_rule_in(rule, 0)->shape, y = {0};
    int first = rule->node->attrs.reduce.first, count = rule->node->attrs.reduce.count;
    if (first < 0 || count < 1 || first > a.rank - count)
        return dpi_rule_fail(rule, DP_ERR_RANGE, "axes %d..%d are outside %s", first, first + count - 1,
                             DPI_SHAPE_WORDS(a));
    bool nothing = false;
    for (int i = 0; i < a.rank; i++) {
        bool reduced = i >= first && i < first + count;
        if (reduced && a.dims[i] == 0) nothing = true;
        if (!reduced) y.dims[y.rank++] = a.dims[i];
        else if (rule->node->attrs.reduce.keepdims) y.dims[y.rank++] = 1;
    }
    if (nothing && rule->node->op != DP_OP_SUM)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s %s has no elements there", DPI_RULE_OPERAND(rule, 0),
                             DPI_SHAPE_WORDS(a));
    rule->node->shape = y;
    return dpi_rule_same_number(rule);
}

static bool axis_ok(dpi_rule *rule, dp_shape a)
{
    int axis = rule->node->attrs.axis.axis;
    if (axis >= 0 && axis < a.rank) return true;
    return dpi_rule_fail(rule, DP_ERR_RANGE, "axis %d is outside %s", axis, DPI_SHAPE_WORDS(a));
}

bool dpi_rule_argmax(dpi_rule *rule)
{
    dp_shape a = dpi_rule_in(rule, 0)->shape, y = {0};
    if (!axis_ok(rule, a)) return false;
    int axis = rule->node->attrs.axis.axis;
    if (a.dims[axis] == 0)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s %s has no elements along axis %d", DPI_RULE_OPERAND(rule, 0),
                             DPI_SHAPE_WORDS(a), axis);
    if (dpi_rule_in(rule, 0)->dtype < DP_I64)
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "does not work on %s", dp_dtype_name(dpi_rule_in(rule, 0)->dtype));
    for (int i = 0; i < a.rank; i++)
        if (i != axis) y.dims[y.rank++] = a.dims[i];
    rule->node->shape = y;
    rule->node->dtype = DP_I64;
    return true;
}

bool dpi_rule_softmax(dpi_rule *rule)
{
    rule->node->shape = dpi_rule_in(rule, 0)->shape;
    return axis_ok(rule, rule->node->shape) && dpi_rule_same_number(rule);
}
