#include "graph/rules.h"

#include <inttypes.h>
#include <stdio.h>

/* NumPy's words for a reshape that does not fit, shape without blanks, so that they can be held against a notebook. */
bool dpi_rule_reshape(dpi_rule *rule)
{
    dp_shape from = dpi_rule_in(rule, 0)->shape, to = rule->node->shape;
    rule->node->dtype = dpi_rule_in(rule, 0)->dtype;
    if (to.rank >= 0 && to.rank <= DP_MAX_RANK && dp_shape_elems(from) == dp_shape_elems(to)) return true;
    char words[DP_SHAPE_TEXT_BYTES] = "";
    int used = 0;
    for (int i = 0; i < to.rank && i < DP_MAX_RANK; i++)
        used += snprintf(words + used, sizeof words - (size_t)used, "%s%" PRId64, i ? "," : "", to.dims[i]);
    return dpi_rule_fail(rule, DP_ERR_SHAPE, "cannot reshape array of size %" PRId64 " into shape (%s%s)",
                         dp_shape_elems(from), words, to.rank == 1 ? "," : "");
}

bool dpi_rule_transpose(dpi_rule *rule)
{
    dp_shape from = dpi_rule_in(rule, 0)->shape;
    dp_shape to = {.rank = from.rank};
    unsigned seen = 0;
    for (int i = 0; i < from.rank; i++) {
        int axis = rule->node->attrs.perm.axis[i];
        if (axis < 0 || axis >= from.rank || (seen & 1u << axis))
            return dpi_rule_fail(rule, DP_ERR_RANGE, "the axes must be 0..%d in some order", from.rank - 1);
        seen |= 1u << axis;
        to.dims[i] = from.dims[axis];
    }
    rule->node->shape = to;
    rule->node->dtype = dpi_rule_in(rule, 0)->dtype;
    return true;
}

bool dpi_rule_concat(dpi_rule *rule)
{
    const dpi_node *first = dpi_rule_in(rule, 0);
    dp_shape y = first->shape;
    int axis = rule->node->attrs.axis.axis;
    if (axis < 0 || axis >= y.rank)
        return dpi_rule_fail(rule, DP_ERR_RANGE, "axis %d is outside %s", axis, DPI_SHAPE_WORDS(y));
    for (int i = 1; i < rule->count; i++) {
        const dpi_node *next = dpi_rule_in(rule, i);
        dp_shape same = next->shape;
        if (next->dtype != first->dtype)
            return dpi_rule_fail(rule, DP_ERR_DTYPE, "dtypes differ: %s and %s", dp_dtype_name(first->dtype),
                                 dp_dtype_name(next->dtype));
        if (same.rank == y.rank) same.dims[axis] = first->shape.dims[axis];
        if (!dp_shape_equal(same, first->shape))
            return dpi_rule_fail(rule, DP_ERR_SHAPE, "number %d is %s, number 0 is %s: all axes but axis %d must agree",
                                 i, DPI_SHAPE_WORDS(next->shape), DPI_SHAPE_WORDS(first->shape), axis);
        if (__builtin_add_overflow(y.dims[axis], next->shape.dims[axis], &y.dims[axis]))
            return dpi_rule_fail(rule, DP_ERR_NOMEM, "the result is more than memory can hold");
    }
    rule->node->shape = y;
    rule->node->dtype = first->dtype;
    return true;
}

/* Are the places start, start + step, … (count of them) all in 0..size-1? */
static bool places_fit(int64_t start, int64_t step, int64_t count, int64_t size)
{
    if (step == 0 || count < 0) return false;
    if (count == 0) return true;
    int64_t way, last;
    if (__builtin_mul_overflow(count - 1, step, &way) || __builtin_add_overflow(start, way, &last)) return false;
    return start >= 0 && start < size && last >= 0 && last < size;
}

static bool places_ok(dpi_rule *rule, dp_shape part, dp_shape whole)
{
    const dpi_attrs *attrs = &rule->node->attrs;
    bool ok = part.rank == whole.rank;
    for (int i = 0; ok && i < part.rank; i++)
        ok = places_fit(attrs->slice.start[i], attrs->slice.step[i], part.dims[i], whole.dims[i]);
    if (ok) return true;
    return dpi_rule_fail(rule, DP_ERR_RANGE, "%s does not lie inside %s", DPI_SHAPE_WORDS(part),
                         DPI_SHAPE_WORDS(whole));
}

bool dpi_rule_slice(dpi_rule *rule)
{
    rule->node->dtype = dpi_rule_in(rule, 0)->dtype;
    return places_ok(rule, rule->node->shape, dpi_rule_in(rule, 0)->shape);
}

bool dpi_rule_slice_put(dpi_rule *rule)
{
    rule->node->dtype = dpi_rule_in(rule, 0)->dtype;
    return places_ok(rule, dpi_rule_in(rule, 0)->shape, rule->node->shape);
}

bool dpi_rule_broadcast(dpi_rule *rule)
{
    dp_shape from = dpi_rule_in(rule, 0)->shape, to = rule->node->shape;
    rule->node->dtype = dpi_rule_in(rule, 0)->dtype;
    if (to.rank >= 0 && to.rank <= DP_MAX_RANK && dp_shape_equal(dpi_broadcast(from, to), to)) return true;
    return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s %s cannot be repeated to %s", DPI_RULE_OPERAND(rule, 0),
                         DPI_SHAPE_WORDS(from), DPI_SHAPE_WORDS(to));
}
