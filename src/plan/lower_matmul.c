/* The matrix product: plain for small ones, in packed register tiles for the rest. */
#include "plan/lower.h"

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
    while (!build->naive && swaps_last_axes(dpi_build_node(build, v))) {
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

/* The operands; one matrix whose rows lie in order is gone through row by row, if nothing is wanted of all rows. */
static void add_operands(dpi_build *build, dp_val v, dp_val a, dp_val b, int64_t matrices, bool by_rows,
                         dpk_matmul_args *args)
{
    const dpi_fusion *fusion = &build->fusions[v];
    dp_val sums = dpi_partner(build, v);
    int64_t rows = by_rows && matrices == 1 && !sums ? args->m : 0;
    args->activation = fusion->activation;
    args->gate_kind = fusion->gate_kind;
    dpi_build_read_rows(build, &args->a, a, args->a_col == 1 ? rows : 0);
    dpi_build_read(build, &args->b, b, 0);
    if (fusion->bias)
        dpi_build_read(build, &args->bias, fusion->bias, 0);
    if (fusion->gate)
        dpi_build_read_rows(build, &args->gate, fusion->gate, rows);
    if (sums)
        dpi_build_write(build, &args->sums, sums, 0);
    dpi_build_write_rows(build, &args->y, v, rows);
}

static void plain_step(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t matrices,
                       const dpk_matmul_args *shape)
{
    dpk_matmul_args *args = dpi_build_step(build, DPK_matmul, type, sizeof *args, matrices * shape->m, 1,
                                           1 + (double)shape->n * (double)shape->k);
    if (!args)
        return;
    *args = *shape;
    add_operands(build, v, a, b, matrices, true, args);
}

/* What bias, activation and gate cost for each element of the result, in nanoseconds. */
static double epilogue_ns(const dpi_fusion *fusion)
{
    bool function = fusion->activation == DPK_ACT_SIGMOID || fusion->activation == DPK_ACT_TANH;
    return 0.1 + (function ? 0.7 : 0) + (fusion->gate ? 0.1 : 0);
}

int32_t dpi_gemm_scratch(dpi_build *build, int64_t units, int64_t elems, size_t bytes)
{
    int32_t scratch = elems ? dpi_build_scratch(build, units * elems, bytes) : 0;
    if (scratch)
        build->plan->slots[scratch].block_bytes = (size_t)elems * bytes;
    return scratch;
}

/* The product in register tiles. Where b is read as it lies, or is small, its rows may be cut differently. */
static void gemm_step(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t matrices,
                      const dpk_matmul_args *shape)
{
    enum { SMALL_BYTES = 16 << 10 }; /* of scratch for a block of rows: copied again for each */
    dpk_matmul_args cut = *shape;
    int64_t scratch_elems;
    double unit_ns;
    int64_t units = dpk_gemm_cut(build->isa, type, matrices, &cut, &scratch_elems, &unit_ns);
    size_t bytes = dp_dtype_bytes(dpi_build_node(build, v)->dtype);
    int32_t scratch = dpi_gemm_scratch(build, units, scratch_elems, bytes);
    unit_ns += epilogue_ns(&build->fusions[v]) * (double)cut.m * (double)cut.n * (double)matrices / (double)(units + 1);
    dpk_matmul_args *args = dpi_build_step(build, DPK_gemm, type, sizeof *args, units, 1, unit_ns);
    if (!args)
        return;
    *args = cut;
    int64_t groups = dpk_gemm_groups(&cut), block_bytes = scratch_elems * groups * (int64_t)bytes;
    bool by_rows = cut.k_block == 0 || (cut.k_block == cut.k && !cut.pack_a && block_bytes <= SMALL_BYTES);
    add_operands(build, v, a, b, matrices, by_rows, args);
    if (scratch && by_rows && matrices == 1) {
        build->plan->slots[scratch].block_bytes = (size_t)block_bytes;
        dpi_build_write_rows(build, &args->scratch, scratch, cut.m);
    } else if (scratch) {
        dpi_build_write(build, &args->scratch, scratch, 0);
    }
    dpi_build_blocks(build, &args->row_block, groups, dpk_find_gemm_tile(build->isa, type).rows);
}

/* The product by the library that was asked for; false: it does not do this one. */
static bool library_step(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t matrices,
                         const dpk_matmul_args *shape)
{
    dpk_op op = dpk_gemm_chosen(build->isa, type);
    dpk_matmul_args cut = *shape;
    double unit_ns;
    int64_t units = op == DPK_gemm ? 0 : dpk_gemm_cut_library(matrices, &cut, &unit_ns);
    if (!units)
        return false;
    unit_ns += epilogue_ns(&build->fusions[v]) * (double)cut.m * (double)cut.n * (double)matrices / (double)(units + 1);
    dpk_matmul_args *args = dpi_build_step(build, op, type, sizeof *args, units, 1, unit_ns);
    if (args) {
        *args = cut;
        add_operands(build, v, a, b, matrices, false, args);
    }
    return true;
}

/* How many products read b transposed? */
static int transposed_readers(const dpi_build *build, dp_val b)
{
    int count = 0;
    for (dp_val v = b + 1; v <= build->count; v++) {
        const dpi_node *node = dpi_build_node(build, v);
        bool transposed = false;
        count += dpi_is_product(node) && build->plan->slots[v].kind != DPI_SLOT_UNUSED &&
                 dpi_matmul_operand(build, node, 1, &transposed) == b && transposed;
    }
    return count;
}

/* b, a matrix that is read transposed: the slot with it turned, if enough products read it so (the steps of a recurrent layer, which
 * would each turn it for themselves), otherwise 0. */
static int32_t turned_matrix(dpi_build *build, dp_val b, dpk_type type)
{
    enum { LEAST_READERS = 8 };
    const dpi_node *node = dpi_build_node(build, b);
    if (build->naive || node->shape.rank != 2 || dpk_gemm_chosen(build->isa, type) != DPK_gemm)
        return 0;
    if (!build->turned[b]) {
        build->turned[b] = -1;
        if (transposed_readers(build, b) >= LEAST_READERS) {
            bool once = build->once;
            build->once = build->fixed[b];
            build->turned[b] = dpi_lower_turn(build, b);
            build->once = once;
        }
    }
    return build->turned[b] > 0 ? build->turned[b] : 0;
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
    if (tiles && dpi_lower_thin(build, v, a, b, type, &shape))
        return;
    int64_t pieces = tiles ? dpi_split_pieces(build, v, &shape) : 1;
    int32_t turned = tiles && pieces == 1 && tb ? turned_matrix(build, b, type) : 0;
    if (turned) {
        b = turned;
        matrix_steps((dp_shape){.rank = 2, .dims = {shape.k, shape.n}}, false, &shape.b_row, &shape.b_col);
    }
    if (pieces > 1)
        dpi_lower_split(build, v, a, b, type, pieces, &shape);
    else if (!tiles || !library_step(build, v, a, b, type, matrices, &shape))
        (tiles ? gemm_step : plain_step)(build, v, a, b, type, matrices, &shape);
}
