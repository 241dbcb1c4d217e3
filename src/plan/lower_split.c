/* Products over many rows with a small result, as the gradients of the weights of a small layer are: too little for
 * several threads, unless the rows are cut. Each piece of the rows makes a product of its own, and these are summed:
 *
 *     a^T [m, K] b [K, n]   ->   for c of C pieces: p[c] = a^T[:, piece c] b[piece c, :];   y = sum over c of p[c]
 *
 * and the sums of b's columns in the same way. The pieces follow from K alone. The error bound of a product in one piece
 * holds, since every term goes through fewer additions. */
#include "plan/lower.h"

enum { LEAST_K = 2048, MOST_ELEMS = 4096, LEAST_PIECES = 16, MOST_PIECES = 64 };

int64_t dpi_split_pieces(const dpi_build *build, dp_val v, const dpk_matmul_args *shape)
{
    const dpi_fusion *fusion = &build->fusions[v];
    if (build->naive || shape->batch_axes || shape->k < LEAST_K || shape->m * shape->n > MOST_ELEMS || fusion->bias ||
        fusion->gate || fusion->activation)
        return 1;
    for (int64_t pieces = LEAST_PIECES; pieces <= MOST_PIECES; pieces++)
        if (shape->k % pieces == 0)
            return pieces;
    return 1;
}

/* The sums of b's columns, of each piece and then of all. */
static void sum_columns(dpi_build *build, dp_val sums, dp_val b, dpk_type type, int64_t pieces,
                        const dpk_matmul_args *shape)
{
    int32_t parts = dpi_build_scratch(build, pieces * shape->n, dp_dtype_bytes(dpi_build_node(build, b)->dtype));
    dpi_lower_sum_step(build, type, parts, b, pieces, shape->k / pieces, shape->n);
    dpi_lower_sum_step(build, type, sums, parts, 1, pieces, shape->n);
}

void dpi_lower_split(dpi_build *build, dp_val v, dp_val a, dp_val b, dpk_type type, int64_t pieces,
                     const dpk_matmul_args *shape)
{
    dpk_matmul_args piece = *shape;
    size_t bytes = dp_dtype_bytes(dpi_build_node(build, v)->dtype);
    int64_t scratch_elems, elems = shape->m * shape->n;
    double unit_ns;
    piece.k /= pieces;
    piece.batch_axes = 1;
    piece.batch[0] = (dpk_axis){.count = pieces, .a = piece.k * shape->a_col, .b = piece.k * shape->b_row};
    int64_t units = dpk_gemm_cut(build->isa, type, pieces, &piece, &scratch_elems, &unit_ns);
    int32_t scratch = dpi_gemm_scratch(build, units, scratch_elems, bytes);
    int32_t parts = dpi_build_scratch(build, pieces * elems, bytes);
    dpk_matmul_args *args = dpi_build_step(build, DPK_gemm, type, sizeof *args, units, 1, unit_ns);
    if (!args)
        return;
    *args = piece;
    dpi_build_read(build, &args->a, a, 0);
    dpi_build_read(build, &args->b, b, 0);
    if (scratch)
        dpi_build_write(build, &args->scratch, scratch, 0);
    dpi_build_write(build, &args->y, parts, 0);
    dpi_lower_sum_step(build, type, v, parts, 1, pieces, elems);
    if (dpi_partner(build, v))
        sum_columns(build, dpi_partner(build, v), b, type, pieces, shape);
}
