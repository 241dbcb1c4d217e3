/* How a matrix product is cut: into panels of columns and blocks of rows, by its shape alone, so that results do not
 * depend on the number of threads. */
#include <stdbool.h>

#include "kernels/kern.h"

typedef struct tune {
    int64_t direct_bytes, k_block, row_block;
} tune;

static const tune tunes[DPK_ISA_COUNT][DPK_TYPE_COUNT] = {
#define DPK_TUNE(type, isa, direct_bytes, k_block, row_block) \
    [DPK_##isa][DPK_##type] = {direct_bytes, k_block, row_block},
#include "kernels/tune/gemm_tune.def"
};

/* Fewer rows to a unit where there would be few units for many threads; units should stay worth a thread's while. */
static int64_t row_block_of(const dpk_matmul_args *args, int64_t matrices, int64_t most, int64_t tile, int64_t least)
{
    enum { UNITS = 16 };
    int64_t block = (most + tile - 1) / tile * tile;
    while (block >= 2 * tile && block > least && (args->m + block - 1) / block * args->panels * matrices < UNITS)
        block = (block / 2 + tile - 1) / tile * tile;
    return block;
}

int64_t dpk_gemm_cut(dpk_isa isa, dpk_type type, int64_t matrices, dpk_matmul_args *args, int64_t *scratch,
                     double *unit_ns)
{
    int level = (int)isa;
    while (level > DPK_base && !tunes[level][type].k_block)
        level--;
    const tune *t = &tunes[level][type];
    dpk_gemm_tile tile = dpk_find_gemm_tile(isa, type);
    const int64_t bytes = type == DPK_f32 ? 4 : 8;
    args->vectors = (args->n + tile.vector - 1) / tile.vector;
    args->panels = (args->vectors + tile.max_vectors - 1) / tile.max_vectors;
    bool direct = args->b_col == 1 && args->b_row == args->n && args->n <= t->direct_bytes / bytes / (args->k + 1);
    args->k_block = direct ? 0 : args->k < t->k_block ? args->k : t->k_block;
    args->row_block = row_block_of(args, matrices, direct ? 64 : t->row_block, tile.rows, direct ? 16 : 128);
    int64_t units = matrices * ((args->m + args->row_block - 1) / args->row_block) * args->panels;
    *scratch = units * args->k_block * tile.max_vectors * tile.vector;
    *unit_ns = 0.02 * (double)args->k * (double)args->row_block * (double)tile.max_vectors * (double)tile.vector;
    return units;
}
