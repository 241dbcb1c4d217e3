/* Rules of the ops that take indices. */
#include "graph/rules.h"

#include <inttypes.h>

static bool indices_ok(dpi_rule *rule, int i)
{
    dp_dtype dtype = dpi_rule_in(rule, i)->dtype;
    if (dtype == DP_I64) return true;
    return dpi_rule_fail(rule, DP_ERR_DTYPE, "%s must hold integers, it is %s", DPI_RULE_OPERAND(rule, i),
                         dp_dtype_name(dtype));
}

/* The axes of a followed by those of b from axis `skip` on. */
static bool join(dpi_rule *rule, dp_shape a, dp_shape b, int skip)
{
    if (a.rank + b.rank - skip > DP_MAX_RANK)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "the result would have %d axes, %d are the most",
                             a.rank + b.rank - skip, DP_MAX_RANK);
    for (int i = skip; i < b.rank; i++) a.dims[a.rank++] = b.dims[i];
    rule->node->shape = a;
    return true;
}

bool dpi_rule_gather(dpi_rule *rule)
{
    dp_shape a = dpi_rule_in(rule, 0)->shape;
    if (a.rank < 1)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s is a number, it has no rows", DPI_RULE_OPERAND(rule, 0));
    rule->node->dtype = dpi_rule_in(rule, 0)->dtype;
    return indices_ok(rule, 1) && join(rule, dpi_rule_in(rule, 1)->shape, a, 1);
}

bool dpi_rule_scatter(dpi_rule *rule)
{
    dp_shape a = dpi_rule_in(rule, 0)->shape, index = dpi_rule_in(rule, 1)->shape;
    int64_t rows = rule->node->shape.dims[0];
    bool fits = a.rank >= index.rank;
    for (int i = 0; fits && i < index.rank; i++) fits = a.dims[i] == index.dims[i];
    if (!fits)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s is %s: it must begin with the axes of the indices, %s",
                             DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(a), DPI_SHAPE_WORDS(index));
    if (rows < 0) return dpi_rule_fail(rule, DP_ERR_ARG, "%" PRId64 " rows are wanted", rows);
    rule->node->dtype = dpi_rule_in(rule, 0)->dtype;
    if (rule->node->dtype < DP_I64)
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "does not add %s", dp_dtype_name(rule->node->dtype));
    return indices_ok(rule, 1) && join(rule, (dp_shape){.rank = 1, .dims = {rows}}, a, index.rank);
}

bool dpi_rule_one_hot(dpi_rule *rule)
{
    dp_shape a = dpi_rule_in(rule, 0)->shape;
    if (!indices_ok(rule, 0)) return false;
    int64_t classes = rule->node->classes;
    if (classes < 1)
        return dpi_rule_fail(rule, DP_ERR_ARG, "%" PRId64 " classes are wanted, there must be at least 1", classes);
    rule->node->dtype = rule->g->float_dtype;
    return join(rule, a, (dp_shape){.rank = 1, .dims = {classes}}, 0);
}

/* Scores [..., K] with class indices [...] or targets [..., K]. */
bool dpi_rule_xent(dpi_rule *rule)
{
    const dpi_node *y = dpi_rule_in(rule, 0), *t = dpi_rule_in(rule, 1);
    if (!dp_dtype_is_float(y->dtype))
        return dpi_rule_fail(rule, DP_ERR_DTYPE, "does not work on %s", dp_dtype_name(y->dtype));
    dp_shape rows = y->shape;
    bool has_classes = rows.rank >= 1 && rows.dims[rows.rank - 1] > 0;
    if (!has_classes)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "the scores %s are %s: there are no classes in the last axis",
                             DPI_OPERAND_WORDS(rule->g, rule->inputs[0], "y"), DPI_SHAPE_WORDS(rows));
    rows.rank--;
    bool targets = dp_shape_equal(t->shape, y->shape) && t->dtype == y->dtype;
    bool indices = dp_shape_equal(t->shape, dp_shape_of(rows.rank, rows.dims)) && t->dtype == DP_I64;
    if (!targets && !indices)
        return dpi_rule_fail(rule, DP_ERR_SHAPE,
                             "%s is %s %s for scores %s %s; it must hold class indices (integers, %s) or one target "
                             "per score (floating, %s)",
                             DPI_OPERAND_WORDS(rule->g, rule->inputs[1], "t"), dp_dtype_name(t->dtype),
                             DPI_SHAPE_WORDS(t->shape), DPI_OPERAND_WORDS(rule->g, rule->inputs[0], "y"),
                             DPI_SHAPE_WORDS(y->shape), DPI_SHAPE_WORDS(rows), DPI_SHAPE_WORDS(y->shape));
    rule->node->dtype = y->dtype;
    rule->node->shape = dp_shape_scalar();
    return true;
}
