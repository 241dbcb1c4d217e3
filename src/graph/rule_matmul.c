#include "graph/rules.h"

static dp_shape batch_axes(dp_shape shape)
{
    shape.rank -= 2;
    return shape;
}

bool dpi_rule_matmul(dpi_rule *rule)
{
    dp_shape a = dpi_rule_in(rule, 0)->shape, b = dpi_rule_in(rule, 1)->shape;
    if (a.rank < 2 || b.rank < 2)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "wants matrices: %s is %s, %s is %s", DPI_RULE_OPERAND(rule, 0),
                             DPI_SHAPE_WORDS(a), DPI_RULE_OPERAND(rule, 1), DPI_SHAPE_WORDS(b));
    bool ta = rule->node->attrs.transposed.a, tb = rule->node->attrs.transposed.b;
    int64_t m = a.dims[a.rank - (ta ? 1 : 2)], ka = a.dims[a.rank - (ta ? 2 : 1)];
    int64_t n = b.dims[b.rank - (tb ? 2 : 1)], kb = b.dims[b.rank - (tb ? 1 : 2)];
    if (ka != kb)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "inner sizes differ: %s is %s%s, %s is %s%s",
                             DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(a), ta ? " transposed" : "",
                             DPI_RULE_OPERAND(rule, 1), DPI_SHAPE_WORDS(b), tb ? " transposed" : "");
    dp_shape y = dpi_broadcast(batch_axes(a), batch_axes(b));
    if (y.rank < 0)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "leading axes of %s %s and %s %s do not broadcast",
                             DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(a), DPI_RULE_OPERAND(rule, 1),
                             DPI_SHAPE_WORDS(b));
    y.dims[y.rank++] = m;
    y.dims[y.rank++] = n;
    rule->node->shape = y;
    return dpi_rule_same_number(rule);
}
