/* A convolution and the pool behind it, where both go by images in the lanes of vectors (kern.h): the largest is taken while
 * the four that it is taken from are in registers, and which one it was is kept for the way back, in place of all of them:
 *
 *     r = conv(x, w; b, relu);  p = max_pool2d(r)            ->   p, c = conv_pool(x, w; b, relu)
 *     g = pool_gate(r, d), d the gradient of p               ->   g = pooled(c, d), which takes no step:
 *     conv2d_weight(x, g), conv2d_input(g, w)                     these read c and d
 *
 * Only where nothing else reads r or g. And, with or without a pool, where both are wanted:
 *
 *     conv2d_weight(x, g), sum(sum(g, axes 2, 3), axis 0)    ->   conv2d_weight(x, g; sums)   */
#include "plan/lower.h"
#include "plan/passes.h"

#include "base/alloc.h"

/* The sum over images and planes that v is of g, made in two steps; else DP_VAL_NONE. *middle: the first of them. */
static dp_val sums_of(const dpi_build *build, const dpi_use *uses, dp_val v, dp_val *middle)
{
    const dpi_node *node = dpi_build_node(build, v);
    dp_val s = dpi_pass_operand(build, v, DP_OP_SUM, 0), g = s ? dpi_pass_operand(build, s, DP_OP_SUM, 0) : DP_VAL_NONE;
    if (!g || uses[s].count != 1 || node->attrs.reduce.first != 0 || node->attrs.reduce.count != 1)
        return DP_VAL_NONE;
    const dpi_node *first = dpi_build_node(build, s);
    if (dpi_build_node(build, g)->shape.rank != 4 || first->shape.rank != 2 || first->attrs.reduce.first != 2 ||
        !dp_dtype_is_float(node->dtype))
        return DP_VAL_NONE;
    *middle = s;
    return g;
}

/* The first node that does more with v than to give it another shape; 0: none. */
static dp_val first_step(const dpi_build *build, const dpi_use *uses, dp_val v)
{
    while (uses[v].count == 1 && uses[v].first && dpi_build_node(build, uses[v].first)->op == DP_OP_RESHAPE)
        v = uses[v].first;
    return uses[v].first;
}

/* The gradient of a bias, if it can be made beside that of the kernels: before anybody reads it. */
static void fuse_sums(dpi_build *build, dpi_use *uses, dp_val v)
{
    dp_val middle, g = sums_of(build, uses, v, &middle), reader = g ? first_step(build, uses, v) : DP_VAL_NONE;
    for (dp_val p = g; g && p <= build->count; p++) {
        if (!uses[p].count || dpi_pass_operand(build, p, DP_OP_CONV2D_WEIGHT, 1) != g || build->partner[p] ||
            (reader && reader < p))
            continue;
        build->partner[v] = p;
        build->partner[p] = v;
        uses[middle].count = 0;
        dpi_pass_rewrite(build, v, DPI_OP_CONV_SUMS, &g, 1);
        return;
    }
}

static bool is_two_by_two(const dpi_window *w)
{
    for (int i = 0; i < 2; i++)
        if (w->kernel[i] != 2 || w->stride[i] != 2 || w->padding[i] || w->dilation[i] != 1)
            return false;
    return true;
}

/* Is v what takes the gradient of the pool of r back to r? */
static bool is_way_back(const dpi_build *build, dp_val v, dp_val r)
{
    int op = build->fusions[r].activation == DPK_ACT_RELU ? (int)DPI_OP_POOL_GATE : (int)DP_OP_MAX_POOL2D_PUT;
    return dpi_pass_operand(build, v, op, 0) == r && dpi_pass_operand(build, v, op, 1) != r &&
           is_two_by_two(&dpi_build_node(build, v)->attrs.window);
}

/* Can v read the gradient g in its pooled form? */
static bool reads_pooled(const dpi_build *build, dp_val v, dp_val g)
{
    const dpi_node *node = dpi_build_node(build, v);
    if ((int)node->op == DPI_OP_CONV_SUMS)
        return true;
    int place = node->op == DP_OP_CONV2D_WEIGHT;
    return (place || node->op == DP_OP_CONV2D_INPUT) && dpi_build_input(build, node, 1 - place) != g &&
           dpi_conv_by_lanes(build, v, true);
}

static bool reads(const dpi_build *build, dp_val v, dp_val a)
{
    const dpi_node *node = dpi_build_node(build, v);
    for (int i = 0; i < node->input_count; i++)
        if (dpi_build_input(build, node, i) == a)
            return true;
    return build->fusions[v].bias == a || build->fusions[v].gate == a;
}

static bool all_read_pooled(const dpi_build *build, const dpi_use *uses, dp_val g)
{
    bool all = build->plan->slots[g].wanted < 0;
    for (dp_val v = g + 1; v <= build->count && all; v++)
        all = !uses[v].count || !reads(build, v, g) || reads_pooled(build, v, g);
    return all;
}

/* Is r, the convolution that p is the pool of, read by p and by ways back behind it only? */
static bool can_fuse(const dpi_build *build, const dpi_use *uses, dp_val p, dp_val r)
{
    const dpi_fusion *fusion = &build->fusions[r];
    if (!r || !dpi_is_conv(dpi_build_node(build, r)) || build->plan->slots[r].wanted >= 0 ||
        !is_two_by_two(&dpi_build_node(build, p)->attrs.window) ||
        (fusion->activation != DPK_ACT_NONE && fusion->activation != DPK_ACT_RELU) ||
        !dpi_conv_by_lanes(build, r, true))
        return false;
    for (dp_val v = r + 1; v <= build->count; v++)
        if (v != p && uses[v].count && reads(build, v, r) &&
            (v < p || !is_way_back(build, v, r) || !all_read_pooled(build, uses, v)))
            return false;
    return true;
}

static void fuse(dpi_build *build, const dpi_use *uses, dp_val p, dp_val r)
{
    bool kept = false;
    for (dp_val v = p + 1; v <= build->count; v++)
        if (uses[v].count && is_way_back(build, v, r)) {
            dp_val inputs[3] = {r, dpi_build_input(build, dpi_build_node(build, v), 1), p};
            dpi_pass_rewrite(build, v, DPI_OP_POOLED, inputs, 3);
            kept = true;
        }
    dpi_node *conv = &build->nodes[r], *pool = &build->nodes[p];
    dp_val inputs[2] = {dpi_build_input(build, conv, 0), dpi_build_input(build, conv, 1)};
    pool->attrs = conv->attrs;
    build->fusions[p] = build->fusions[r];
    build->fusions[r] = (dpi_fusion){0};
    dpi_pass_rewrite(build, p, DPI_OP_CONV_POOL, inputs, 2);
    dpi_pass_rewrite(build, r, DPI_OP_POOL_CHOICE, NULL, 0);
    conv->dtype = DP_U8;
    conv->shape = pool->shape;
    if (kept)
        build->partner[p] = r, build->partner[r] = p;
}

void dpi_pass_fuse_pool(dpi_build *build)
{
    dpi_use *uses = dpi_pass_uses(build);
    for (dp_val v = 1; uses && v <= build->count; v++)
        if (uses[v].count)
            fuse_sums(build, uses, v);
    for (dp_val p = 1; uses && p <= build->count; p++) {
        dp_val r = uses[p].count ? dpi_pass_operand(build, p, DP_OP_MAX_POOL2D, 0) : DP_VAL_NONE;
        if (r && can_fuse(build, uses, p, r))
            fuse(build, uses, p, r);
    }
    dpi_free(build->ctx, uses);
}
