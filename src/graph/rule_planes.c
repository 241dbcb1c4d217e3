/* Rules of convolution and pooling, for planes of any size: every product is checked. */
#include "graph/rules.h"

#include <inttypes.h>

static const char *const side[2] = {"height", "width"};

/* Strides, dilations and padding that make sense. */
static bool window_ok(dpi_rule *rule)
{
    const dpi_window *w = &rule->node->attrs.window;
    for (int i = 0; i < 2; i++) {
        if (w->stride[i] < 1 || w->dilation[i] < 1)
            return dpi_rule_fail(rule, DP_ERR_RANGE, "%s is %" PRId64 "; it must be at least 1",
                                 w->stride[i] < 1 ? "stride" : "dilation",
                                 w->stride[i] < 1 ? w->stride[i] : w->dilation[i]);
        if (w->padding[i] < 0)
            return dpi_rule_fail(rule, DP_ERR_RANGE, "padding is %" PRId64 "; it must not be negative", w->padding[i]);
    }
    return true;
}

/* How far a kernel reaches, (kernel - 1) * dilation + 1, and the plane with its padding. False where they are no numbers. */
static bool extents(const dpi_window *w, int i, int64_t plane, int64_t kernel, int64_t *reach, int64_t *padded)
{
    int64_t both;
    return !__builtin_mul_overflow(kernel - 1, w->dilation[i], reach) && !__builtin_add_overflow(*reach, 1, reach) &&
           !__builtin_mul_overflow(w->padding[i], 2, &both) && !__builtin_add_overflow(plane, both, padded);
}

static bool no_kernel(dpi_rule *rule, int i, int64_t kernel)
{
    return dpi_rule_fail(rule, DP_ERR_RANGE, "a kernel of %s %" PRId64 " has no elements", side[i], kernel);
}

/* The places of a window of `kernel` along axis i of a plane; -1 with the words why there are none. */
static int64_t places(dpi_rule *rule, int i, int64_t plane, int64_t kernel, dp_shape of)
{
    const dpi_window *w = &rule->node->attrs.window;
    int64_t reach, padded;
    if (kernel < 1) {
        no_kernel(rule, i, kernel);
        return -1;
    }
    if (!extents(w, i, plane, kernel, &reach, &padded)) {
        dpi_rule_fail(rule, DP_ERR_RANGE, "padding %" PRId64 " and dilation %" PRId64 " reach further than numbers go",
                      w->padding[i], w->dilation[i]);
        return -1;
    }
    if (reach > padded) {
        dpi_rule_fail(rule, DP_ERR_SHAPE,
                      "the kernel's %s %" PRId64 " (it reaches over %" PRId64 " with dilation %" PRId64
                      ") is larger than the padded input's, %" PRId64 " + 2 * %" PRId64 ", of %s %s",
                      side[i], kernel, reach, w->dilation[i], plane, w->padding[i], DPI_RULE_OPERAND(rule, 0),
                      DPI_SHAPE_WORDS(of));
        return -1;
    }
    return (padded - reach) / w->stride[i] + 1;
}

static bool is_rank4(dpi_rule *rule, int i)
{
    dp_shape shape = dpi_rule_in(rule, i)->shape;
    return shape.rank == 4 || dpi_rule_fail(rule, DP_ERR_SHAPE, "%s is %s; it must have four axes",
                                            DPI_RULE_OPERAND(rule, i), DPI_SHAPE_WORDS(shape));
}

/* Do `filters` kernels of `depth` channels fit an input of `channels`? */
static bool groups_ok(dpi_rule *rule, int64_t channels, int64_t filters, int64_t depth)
{
    int64_t groups = rule->node->attrs.window.groups;
    if (groups < 1)
        return dpi_rule_fail(rule, DP_ERR_RANGE, "groups is %" PRId64 "; it must be at least 1", groups);
    if (channels % groups || filters % groups)
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s %s and %s %s: %" PRId64 " groups do not divide %s %" PRId64 " %s",
                             DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(dpi_rule_in(rule, 0)->shape),
                             DPI_RULE_OPERAND(rule, 1), DPI_SHAPE_WORDS(dpi_rule_in(rule, 1)->shape), groups, "the",
                             channels % groups ? channels : filters, channels % groups ? "channels" : "filters");
    if (depth != channels / groups)
        return dpi_rule_fail(
            rule, DP_ERR_SHAPE,
            "%s is %s, %s is %s: the kernels are for %" PRId64 " channels, %s %" PRId64 " (channels / groups)",
            DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(dpi_rule_in(rule, 0)->shape), DPI_RULE_OPERAND(rule, 1),
            DPI_SHAPE_WORDS(dpi_rule_in(rule, 1)->shape), depth, "the input has", channels / groups);
    return true;
}

static bool conv_ok(dpi_rule *rule)
{
    return is_rank4(rule, 0) && is_rank4(rule, 1) && window_ok(rule) && dpi_rule_same_number(rule);
}

bool dpi_rule_conv(dpi_rule *rule)
{
    if (!conv_ok(rule))
        return false;
    dp_shape x = dpi_rule_in(rule, 0)->shape, w = dpi_rule_in(rule, 1)->shape, y = x;
    if (!groups_ok(rule, x.dims[1], w.dims[0], w.dims[1]))
        return false;
    y.dims[1] = w.dims[0];
    for (int i = 0; i < 2; i++)
        if ((y.dims[2 + i] = places(rule, i, x.dims[2 + i], w.dims[2 + i], x)) < 0)
            return false;
    rule->node->shape = y;
    return true;
}

/* a [N, O, OH, OW], b [O, C / groups, KH, KW] to [N, C, plane]. */
bool dpi_rule_conv_input(dpi_rule *rule)
{
    if (!conv_ok(rule))
        return false;
    dp_shape dy = dpi_rule_in(rule, 0)->shape, w = dpi_rule_in(rule, 1)->shape, x = dy;
    const dpi_window *window = &rule->node->attrs.window;
    if (dy.dims[1] != w.dims[0])
        return dpi_rule_fail(rule, DP_ERR_SHAPE,
                             "%s is %s, %s is %s: there are %" PRId64 " channels and kernels for %" PRId64,
                             DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(dy), DPI_RULE_OPERAND(rule, 1),
                             DPI_SHAPE_WORDS(w), dy.dims[1], w.dims[0]);
    if (window->groups < 1 || w.dims[0] % window->groups ||
        __builtin_mul_overflow(w.dims[1], window->groups, &x.dims[1]))
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s is %s: %" PRId64 " groups do not divide the %" PRId64 " channels",
                             DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(dy), window->groups, w.dims[0]);
    for (int i = 0; i < 2; i++) {
        int64_t reach, padded, kernel = w.dims[2 + i];
        x.dims[2 + i] = window->plane[i];
        bool fits =
            kernel > 0 && window->plane[i] >= 0 && extents(window, i, window->plane[i], kernel, &reach, &padded);
        int64_t there = !fits ? -1 : padded < reach ? 0 : (padded - reach) / window->stride[i] + 1;
        if (there != dy.dims[2 + i])
            return dpi_rule_fail(rule, DP_ERR_SHAPE,
                                 "%s %s and %s %s: a result of %s %" PRId64
                                 " is not one that the kernels bring to %" PRId64,
                                 DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(dy), DPI_RULE_OPERAND(rule, 1),
                                 DPI_SHAPE_WORDS(w), side[i], window->plane[i], dy.dims[2 + i]);
    }
    rule->node->shape = x;
    return true;
}

/* a [N, C, H, W], b [N, O, OH, OW] to [O, C / groups, kernel]. */
bool dpi_rule_conv_weight(dpi_rule *rule)
{
    if (!conv_ok(rule))
        return false;
    dp_shape x = dpi_rule_in(rule, 0)->shape, dy = dpi_rule_in(rule, 1)->shape, w = {.rank = 4};
    const dpi_window *window = &rule->node->attrs.window;
    if (x.dims[0] != dy.dims[0])
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s is %s, %s is %s: the numbers of images differ",
                             DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(x), DPI_RULE_OPERAND(rule, 1),
                             DPI_SHAPE_WORDS(dy));
    if (!groups_ok(rule, x.dims[1], dy.dims[1], window->groups > 0 ? x.dims[1] / window->groups : 0))
        return false;
    w.dims[0] = dy.dims[1];
    w.dims[1] = x.dims[1] / window->groups;
    for (int i = 0; i < 2; i++) {
        int64_t there = places(rule, i, x.dims[2 + i], window->kernel[i], x);
        if (there < 0)
            return false;
        if (there != dy.dims[2 + i])
            return dpi_rule_fail(rule, DP_ERR_SHAPE,
                                 "%s is %s, %s is %s: a kernel of %s %" PRId64 " makes %" PRId64 " of %" PRId64,
                                 DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(x), DPI_RULE_OPERAND(rule, 1),
                                 DPI_SHAPE_WORDS(dy), side[i], window->kernel[i], there, x.dims[2 + i]);
        w.dims[2 + i] = window->kernel[i];
    }
    rule->node->shape = w;
    return true;
}

/* ---- Pools ---- */

/* The result of pooling planes of shape x. */
static bool pooled_shape(dpi_rule *rule, dp_shape x, dp_shape *out)
{
    const dpi_window *w = &rule->node->attrs.window;
    *out = x;
    for (int i = 0; i < 2; i++)
        if (w->kernel[i] < 1)
            return no_kernel(rule, i, w->kernel[i]);
    if (!window_ok(rule))
        return false;
    for (int i = 0; i < 2; i++) {
        if ((out->dims[2 + i] = places(rule, i, x.dims[2 + i], w->kernel[i], x)) < 0)
            return false;
        if (w->padding[i] > w->kernel[i] / 2)
            return dpi_rule_fail(rule, DP_ERR_RANGE,
                                 "padding is %" PRId64
                                 "; of a pool it must be at most half of the kernel, which is %" PRId64,
                                 w->padding[i], w->kernel[i]);
    }
    return true;
}

bool dpi_rule_pool(dpi_rule *rule)
{
    return is_rank4(rule, 0) && dpi_rule_same_number(rule) &&
           pooled_shape(rule, dpi_rule_in(rule, 0)->shape, &rule->node->shape);
}

static bool is_pooled(dpi_rule *rule, int i, dp_shape wanted)
{
    return dp_shape_equal(dpi_rule_in(rule, i)->shape, wanted) ||
           dpi_rule_fail(rule, DP_ERR_SHAPE, "%s is %s; it must have the shape of what was pooled, %s",
                         DPI_RULE_OPERAND(rule, i), DPI_SHAPE_WORDS(dpi_rule_in(rule, i)->shape),
                         DPI_SHAPE_WORDS(wanted));
}

/* max_pool2d_put(x, dy), avg_pool2d_put(dy). */
bool dpi_rule_pool_put(dpi_rule *rule)
{
    dp_shape pooled;
    bool of_max = rule->node->op == DP_OP_MAX_POOL2D_PUT;
    if (!is_rank4(rule, 0) || !dpi_rule_same_number(rule))
        return false;
    dp_shape x = dpi_rule_in(rule, 0)->shape;
    for (int i = 0; i < 2 && !of_max; i++)
        if ((x.dims[2 + i] = rule->node->attrs.window.plane[i]) < 0)
            return dpi_rule_fail(rule, DP_ERR_SHAPE, "a plane of %s %" PRId64, side[i], x.dims[2 + i]);
    if (!pooled_shape(rule, x, &pooled) || !is_pooled(rule, of_max, pooled))
        return false;
    rule->node->shape = x;
    return true;
}

/* max_pool2d_pick(x, a), a of x's shape. */
bool dpi_rule_pool_pick(dpi_rule *rule)
{
    dp_shape x = dpi_rule_in(rule, 0)->shape;
    if (!is_rank4(rule, 0) || !dpi_rule_same_number(rule))
        return false;
    if (!dp_shape_equal(dpi_rule_in(rule, 1)->shape, x))
        return dpi_rule_fail(rule, DP_ERR_SHAPE, "%s is %s, %s is %s: the shapes must be the same",
                             DPI_RULE_OPERAND(rule, 0), DPI_SHAPE_WORDS(x), DPI_RULE_OPERAND(rule, 1),
                             DPI_SHAPE_WORDS(dpi_rule_in(rule, 1)->shape));
    return pooled_shape(rule, x, &rule->node->shape);
}
