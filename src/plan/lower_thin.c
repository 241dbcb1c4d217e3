/* Products of many rows with a small matrix, as in small layers, and the gradients of such matrices. Both go by blocks of
 * rows, whose size the schedule chooses, so that a whole net, forward and back, can be one item:
 *
 *     h = act(x W + b)   by rows;      p[c] = h^T[:, block c] d[block c, :] for each block c;   dW = sum over c of p[c]
 *
 * (a single row has a kernel of its own) and the gradient of the bias, the sums of d's columns, in the same way. The error bound of a product in one piece holds, since
 * every term goes through fewer additions. */
#include "plan/lower.h"

/* The sums of the blocks of a product and, if they are wanted, of d's columns. */
static void grad_step(dpi_build *build, dp_val v, dp_val a, dp_val d, dpk_type type, int64_t units, double unit_ns,
                      const dpk_matmul_args *cut)
{
    const size_t bytes = dp_dtype_bytes(dpi_build_node(build, v)->dtype);
    const int64_t elems = cut->m * cut->n;
    dp_val sums = dpi_partner(build, v);
    int32_t parts = dpi_build_scratch(build, units * elems, bytes),
            sum_parts = sums ? dpi_build_scratch(build, units * cut->n, bytes) : 0;
    dpk_matmul_args *args = dpi_build_step(build, DPK_thin_grad, type, sizeof *args, units, 1, unit_ns);
    if (!args)
        return;
    *args = *cut;
    build->plan->slots[parts].block_bytes = (size_t)elems * bytes;
    dpi_build_read_rows(build, &args->a, a, cut->k);
    dpi_build_read_rows(build, &args->b, d, cut->k);
    if (sums) {
        build->plan->slots[sum_parts].block_bytes = (size_t)cut->n * bytes;
        dpi_build_write_rows(build, &args->sums, sum_parts, cut->k);
    }
    dpi_build_write_rows(build, &args->y, parts, cut->k);
    dpi_build_blocks(build, &args->row_block, 1, 1);
    dpi_lower_sum_parts(build, type, v, parts, units, elems);
    if (sums)
        dpi_lower_sum_parts(build, type, sums, sum_parts, units, cut->n);
}

/* What the product reads besides a and b; rows: it goes by them, 0: it does not. */
static void fused_operands(dpi_build *build, dp_val v, dpk_type type, dpk_matmul_args *args, int64_t rows)
{
    const dpi_fusion *fusion = &build->fusions[v];
    args->activation = fusion->activation;
    args->gate_kind = fusion->gate_kind;
    if (fusion->bias)
        dpi_build_read(build, &args->bias, fusion->bias, 0);
    if (fusion->gate)
        (rows && dpk_thin_in_place(build->isa, type, args) ? dpi_build_read_shared : dpi_build_read_rows)(
            build, &args->gate, fusion->gate, rows);
}

static void row_step(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t units, double unit_ns,
                     const dpk_matmul_args *shape)
{
    dp_val sums = dpi_partner(build, v);
    dpk_matmul_args *args = dpi_build_step(build, DPK_thin_row, type, sizeof *args, units, 1, unit_ns);
    if (!args)
        return;
    *args = *shape;
    dpi_build_read(build, &args->a, a, 0);
    dpi_build_read(build, &args->b, b, 0);
    fused_operands(build, v, type, args, 0);
    if (sums)
        dpi_build_write(build, &args->sums, sums, 0);
    dpi_build_write(build, &args->y, v, 0);
}

static void thin_step(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t units, int64_t elems,
                      double unit_ns, const dpk_matmul_args *cut)
{
    enum { MULTIPLE = 4 }; /* single rows take the longest way through the kernel */
    const size_t bytes = dp_dtype_bytes(dpi_build_node(build, v)->dtype);
    int32_t scratch = dpi_gemm_scratch(build, units, elems, bytes);
    dpk_matmul_args *args = dpi_build_step(build, DPK_thin, type, sizeof *args, units, 1, unit_ns);
    if (!args)
        return;
    *args = *cut;
    dpi_build_read_rows(build, &args->a, a, args->a_col == 1 ? args->m : 0);
    dpi_build_read(build, &args->b, b, 0);
    fused_operands(build, v, type, args, args->m);
    if (scratch)
        dpi_build_write_rows(build, &args->scratch, scratch, args->m);
    dpi_build_write_rows(build, &args->y, v, args->m);
    dpi_build_blocks(build, &args->row_block, 1, MULTIPLE);
}

bool dpi_lower_thin(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, const dpk_matmul_args *shape)
{
    const dpi_fusion *fusion = &build->fusions[v];
    dpk_matmul_args cut = *shape;
    int64_t scratch_elems = 0;
    double unit_ns;
    if (build->naive || shape->batch_axes || dpk_gemm_chosen(build->isa, type) != DPK_gemm)
        return false;
    int64_t units =
        fusion->bias || fusion->gate || fusion->activation ? 0 : dpk_thin_grad_cut(build->isa, type, &cut, &unit_ns);
    if (units) {
        grad_step(build, v, a, b, type, units, unit_ns, &cut);
        return true;
    }
    units = dpk_thin_row_cut(build->isa, type, shape, &unit_ns);
    if (units) {
        row_step(build, v, a, b, type, units, unit_ns, shape);
        return true;
    }
    units = dpi_partner(build, v) ? 0 : dpk_thin_cut(build->isa, type, &cut, &scratch_elems, &unit_ns);
    if (units)
        thin_step(build, v, a, b, type, units, scratch_elems, unit_ns, &cut);
    return units > 0;
}
