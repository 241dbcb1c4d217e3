#include "graph/graph_internal.h"

static dp_val product(dp_graph *g, dp_val a, dp_val b, bool transpose_a, bool transpose_b)
{
    dp_dtype dtype = dpi_promote(g, a, b);
    if (dtype < DP_I64) dtype = DP_I64;
    dpi_node node = {.op = DP_OP_MATMUL, .attrs.transposed = {transpose_a, transpose_b}};
    dp_val inputs[2] = {dpi_coerce(g, a, dtype), dpi_coerce(g, b, dtype)};
    return dpi_graph_add(g, &node, inputs, 2);
}

/* Many matrices times one are one tall matrix times one: [B..., M, K] @ [K, N] is done as [B * M, K] @ [K, N]. */
static dp_val tall_product(dp_graph *g, dp_val a, dp_val b)
{
    dp_shape shape = dp_val_shape(g, a), tall = {.rank = 2};
    tall.dims[1] = shape.dims[shape.rank - 1];
    tall.dims[0] = 1;
    for (int i = 0; i < shape.rank - 1; i++) tall.dims[0] *= shape.dims[i];
    dp_val y = product(g, dpi_reshape(g, a, tall), b, false, false);
    if (!y) return DP_VAL_NONE;
    shape.dims[shape.rank - 1] = dp_val_shape(g, y).dims[1];
    return dpi_reshape(g, y, shape);
}

/* The inner sizes of what the caller wrote, before 1-D operands become matrices. */
static bool inner_sizes_agree(dp_graph *g, dp_val a, dp_val b)
{
    dp_shape sa = dp_val_shape(g, a), sb = dp_val_shape(g, b);
    if (sa.rank == 0 || sb.rank == 0) {
        dpi_graph_fail(g, DP_ERR_SHAPE, "matmul: %s is %s, %s is %s: a number is no matrix, multiply with *",
                       DPI_OPERAND_WORDS(g, a, "a"), DPI_SHAPE_WORDS(sa), DPI_OPERAND_WORDS(g, b, "b"),
                       DPI_SHAPE_WORDS(sb));
        return false;
    }
    if (sa.dims[sa.rank - 1] == sb.dims[sb.rank == 1 ? 0 : sb.rank - 2]) return true;
    dpi_graph_fail(g, DP_ERR_SHAPE, "matmul: inner sizes differ: %s is %s, %s is %s", DPI_OPERAND_WORDS(g, a, "a"),
                   DPI_SHAPE_WORDS(sa), DPI_OPERAND_WORDS(g, b, "b"), DPI_SHAPE_WORDS(sb));
    return false;
}

dp_val dp_matmul(dp_graph *g, dp_val a, dp_val b)
{
    if (!dpi_graph_usable(g, "matmul", a) || !dpi_graph_usable(g, "matmul", b) || !inner_sizes_agree(g, a, b))
        return DP_VAL_NONE;
    dp_shape sa = dp_val_shape(g, a), sb = dp_val_shape(g, b);
    if (sa.rank > 2 && sb.rank == 2) return tall_product(g, a, b);
    if (sa.rank == 1) a = dpi_reshape(g, a, dp_shape_of(2, (int64_t[]){1, sa.dims[0]}));
    if (sb.rank == 1) b = dpi_reshape(g, b, dp_shape_of(2, (int64_t[]){sb.dims[0], 1}));
    if (!a || !b) return DP_VAL_NONE;
    dp_val y = product(g, a, b, false, false);
    if (!y || (sa.rank > 1 && sb.rank > 1)) return y;
    dp_shape full = dp_val_shape(g, y), left = {0};
    for (int i = 0; i < full.rank; i++) {
        bool row_of_a = i == full.rank - 2 && sa.rank == 1, column_of_b = i == full.rank - 1 && sb.rank == 1;
        if (!row_of_a && !column_of_b) left.dims[left.rank++] = full.dims[i];
    }
    return dpi_reshape(g, y, left);
}

dp_val dp_matmul_flags(dp_graph *g, dp_val a, dp_val b, int transpose_a, int transpose_b)
{
    if (!dpi_graph_usable(g, "matmul", a) || !dpi_graph_usable(g, "matmul", b)) return DP_VAL_NONE;
    return product(g, a, b, transpose_a, transpose_b);
}
