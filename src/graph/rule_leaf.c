#include "graph/rules.h"

static bool dtype_exists(dp_dtype dtype)
{
    return dp_dtype_bytes(dtype) > 0;
}

bool dpi_rule_leaf(dpi_rule *rule)
{
    const dpi_node *node = rule->node;
    if (!dtype_exists(node->dtype))
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "dtype number %d does not exist", (int)node->dtype);
    if (node->shape.rank < 0 || node->shape.rank > DP_MAX_RANK)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "a shape has 0 to %d axes", DP_MAX_RANK);
    if ((node->op == DP_OP_PARAM || node->op == DP_OP_STATE) && !dp_dtype_is_float(node->dtype))
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "must be floating, not %s", dp_dtype_name(node->dtype));
    return true;
}

bool dpi_rule_random(dpi_rule *rule)
{
    rule->node->dtype = rule->g->float_dtype;
    double low = rule->node->attrs.range.low, high = rule->node->attrs.range.high;
    if (rule->node->op == DP_OP_RANDOM_NORMAL && !(high >= 0))
        return dpi_rule_fail(rule, DP_ERR_ARG, "the standard deviation must not be negative, it is %g", high);
    if (rule->node->op == DP_OP_RANDOM_UNIFORM && !(low <= high))
        return dpi_rule_fail(rule, DP_ERR_ARG, "the lower bound %g is above the upper bound %g", low, high);
    return dpi_rule_leaf(rule);
}

bool dpi_rule_cast(dpi_rule *rule)
{
    if (!dtype_exists(rule->node->dtype))
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "dtype number %d does not exist", (int)rule->node->dtype);
    rule->node->shape = dpi_rule_in(rule, 0)->shape;
    return true;
}
