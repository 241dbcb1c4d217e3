/* The gradient of softmax_cross_entropy with class indices, as grad/ writes it, in one step; the one-hot rows are never
 * made. If the loss is needed, too, the same step works it out (lower_reduce.c):
 *
 *     (softmax(y) - one_hot(t)) * share   ->   xent_grad(y, t, share)        share: one number */
#include "plan/passes.h"

/* t of one_hot(t), also where it was converted to another dtype; y and t have the same rows. */
static dp_val match_target(const dpi_build *build, dp_val v, dp_val y)
{
    dp_val cast = dpi_pass_operand(build, v, DP_OP_CAST, 0), t;
    t = dpi_pass_operand(build, cast ? cast : v, DP_OP_ONE_HOT, 0);
    return t && dpi_build_node(build, t)->dtype == DP_I64 &&
                   dp_shape_equal(dpi_build_node(build, v)->shape, dpi_build_node(build, y)->shape)
               ? t
               : DP_VAL_NONE;
}

static void fuse(dpi_build *build, dp_val v)
{
    dp_val difference = dpi_pass_operand(build, v, DP_OP_MUL, 0), share = dpi_pass_operand(build, v, DP_OP_MUL, 1);
    dp_val p = difference ? dpi_pass_operand(build, difference, DP_OP_SUB, 0) : DP_VAL_NONE;
    dp_val y = p ? dpi_pass_operand(build, p, DP_OP_SOFTMAX, 0) : DP_VAL_NONE;
    if (!y || dpi_build_node(build, p)->attrs.axis.axis != dpi_build_node(build, y)->shape.rank - 1 ||
        dp_shape_elems(dpi_build_node(build, share)->shape) != 1 ||
        !dp_shape_equal(dpi_build_node(build, v)->shape, dpi_build_node(build, y)->shape))
        return;
    dp_val t = match_target(build, dpi_pass_operand(build, difference, DP_OP_SUB, 1), y);
    if (t)
        dpi_pass_rewrite(build, v, DPI_OP_XENT_GRAD, (dp_val[]){y, t, share}, 3);
}

/* The loss whose step can make the gradient v as well: the scale has to be there before. */
static void pair(dpi_build *build, dp_val v)
{
    dp_val y = dpi_pass_operand(build, v, DPI_OP_XENT_GRAD, 0), t = dpi_pass_operand(build, v, DPI_OP_XENT_GRAD, 1);
    if (!y || dpi_build_node(build, dpi_pass_operand(build, v, DPI_OP_XENT_GRAD, 2))->op != DP_OP_CONST)
        return;
    for (dp_val loss = 1; loss < v; loss++)
        if (dpi_pass_operand(build, loss, DP_OP_SOFTMAX_CROSS_ENTROPY, 0) == y &&
            dpi_pass_operand(build, loss, DP_OP_SOFTMAX_CROSS_ENTROPY, 1) == t && !build->partner[loss]) {
            build->partner[loss] = v;
            build->partner[v] = loss;
            return;
        }
}

void dpi_pass_fuse_xent(dpi_build *build)
{
    for (dp_val v = 1; v <= build->count; v++)
        if (dp_dtype_is_float(dpi_build_node(build, v)->dtype))
            fuse(build, v);
    for (dp_val v = 1; v <= build->count; v++)
        if (!build->partner[v])
            pair(build, v);
}
