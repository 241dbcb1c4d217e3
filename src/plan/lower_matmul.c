/* The matrix product: plain for small ones, in packed register tiles for the rest. */
#include "plan/build.h"

#include "base/fail.h"
#include "base/size.h"

/* Multiply-adds from which on packing b costs less than it gains. Measured on an EPYC (Zen 4), gcc 12, with
 * bench/bench_gemm: 10 x 10 x 10 takes 0.41 us plain, 0.10 packed; 4 x 4 x 2 0.02 us plain. */
static const double gemm_from_work = 256;

/* Does the node swap its last two axes and leave the others alone? */
static bool swaps_last_axes(const dpi_node *node)
{
    int rank = node->shape.rank;
    if (node->op != DP_OP_TRANSPOSE || rank < 2)
        return false;
    for (int i = 0; i < rank; i++)
        if (node->attrs.perm.axis[i] != (i < rank - 2 ? i : 2 * rank - 3 - i))
            return false;
    return true;
}

dp_val dpi_matmul_operand(const dpi_build *build, const dpi_node *node, int i, bool *transposed)
{
    dp_val v = dpi_build_input(build, node, i);
    *transposed = i ? node->attrs.transposed.b : node->attrs.transposed.a;
    while (swaps_last_axes(dpi_build_node(build, v))) {
        v = dpi_build_input(build, dpi_build_node(build, v), 0);
        *transposed = !*transposed;
    }
    return v;
}

/* One matrix of an operand: its steps along rows and columns, transposed or not. */
static void matrix_steps(dp_shape shape, bool transposed, int64_t *row, int64_t *column)
{
    int64_t width = shape.dims[shape.rank - 1];
    *row = transposed ? 1 : width;
    *column = transposed ? width : 1;
}

/* Leading axes of the operands along those of the result. */
static int32_t batch_axes(dp_shape a, dp_shape b, dp_shape y, dpk_axis axis[DP_MAX_RANK])
{
    int64_t step_a[DP_MAX_RANK], step_b[DP_MAX_RANK];
    dpi_axes_broadcast(a, y, step_a);
    dpi_axes_broadcast(b, y, step_b);
    y.rank -= 2;
    return y.rank ? dpi_axes_collapse(y, step_a, step_b, NULL, axis) : 0;
}

static void plain_step(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t matrices,
                       const dpk_matmul_args *shape)
{
    dpk_matmul_args *args = dpi_build_step(build, DPK_matmul, type, sizeof *args, matrices * shape->m, 1,
                                           1 + (double)shape->n * (double)shape->k);
    if (!args)
        return;
    *args = *shape;
    dpi_build_read(build, &args->a, a, 0);
    dpi_build_read(build, &args->b, b, 0);
    dpi_build_write(build, &args->y, v, 0);
}

/* Rows that share a panel of b while it is in the cache: 64, but fewer where the units would be few for many threads.
 * By shape only. */
static int64_t row_block_of(int64_t m, int64_t panels, int64_t matrices, int64_t tile)
{
    int64_t block = (64 + tile - 1) / tile * tile;
    while (block > 2 * tile && (m + block - 1) / block * panels * matrices < 16)
        block = (block / 2 + tile - 1) / tile * tile;
    return block;
}

/* b to panels in a work area, then the product. */
static void gemm_steps(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t matrices,
                       const dpk_matmul_args *shape)
{
    dpk_gemm_tile tile = dpk_find_gemm_tile(build->isa, type);
    const dpi_node *b_node = dpi_build_node(build, b);
    dpk_matmul_args plan = *shape;
    plan.vectors = (plan.n + tile.vector - 1) / tile.vector;
    plan.panels = (plan.vectors + tile.max_vectors - 1) / tile.max_vectors;
    plan.row_block = row_block_of(plan.m, plan.panels, matrices, tile.rows);
    int64_t b_matrices = dpi_axes_elems(b_node->shape, 0, b_node->shape.rank - 2), packed = plan.vectors * tile.vector,
            elems;
    if (!dpi_mul_i64(packed, plan.k, &packed) || !dpi_mul_i64(packed, b_matrices, &elems))
        elems = -1;
    int32_t panels = dpi_build_scratch(build, elems, dp_dtype_bytes(b_node->dtype));
    double panel_elems = (double)packed / (double)plan.panels;
    dpk_matmul_args *args =
        dpi_build_step(build, DPK_gemm_pack, type, sizeof *args, b_matrices * plan.panels, 1, 0.3 * panel_elems);
    if (!args)
        return;
    *args = plan;
    dpi_build_read(build, &args->b, b, 0);
    dpi_build_write(build, &args->y, panels, 0);
    int64_t blocks = (plan.m + plan.row_block - 1) / plan.row_block;
    args = dpi_build_step(build, DPK_gemm, type, sizeof *args, matrices * blocks * plan.panels, 1,
                          0.02 * panel_elems * (double)plan.row_block);
    if (!args)
        return;
    *args = plan;
    for (int32_t i = 0; i < plan.batch_axes; i++)
        args->batch[i].b = plan.batch[i].b / (plan.k * plan.n) * packed;
    dpi_build_read(build, &args->a, a, 0);
    dpi_build_read(build, &args->b, panels, 0);
    dpi_build_write(build, &args->y, v, 0);
}

void dpi_lower_matmul(dpi_build *build, dp_val v, const dpi_node *node)
{
    bool ta, tb;
    dp_val a = dpi_matmul_operand(build, node, 0, &ta), b = dpi_matmul_operand(build, node, 1, &tb);
    dp_shape shape_a = dpi_build_node(build, a)->shape, shape_b = dpi_build_node(build, b)->shape, y = node->shape;
    dpk_matmul_args shape = {
        .m = y.dims[y.rank - 2], .n = y.dims[y.rank - 1], .k = shape_a.dims[shape_a.rank - (ta ? 2 : 1)]};
    matrix_steps(shape_a, ta, &shape.a_row, &shape.a_col);
    matrix_steps(shape_b, tb, &shape.b_row, &shape.b_col);
    shape.batch_axes = batch_axes(shape_a, shape_b, y, shape.batch);
    int64_t matrices = dpi_axes_elems(y, 0, y.rank - 2);
    double work = (double)shape.m * (double)shape.n * (double)shape.k;
    build->plan->stats.flops += 2 * work * (double)matrices;
    dpk_type type = dpk_type_of(node->dtype);
    bool tiles = dpk_find(build->isa, DPK_gemm, type) && work >= gemm_from_work && matrices > 0;
    (tiles ? gemm_steps : plain_step)(build, v, a, b, type, matrices, &shape);
}
