/* How a matrix product is cut: into panels of columns and blocks of rows, by its shape alone, so that results do not
 * depend on the number of threads. */
#include <stdbool.h>

#include "kernels/gemm_unit.h"

typedef struct tune {
    int64_t direct_bytes, k_block, k_transposed, row_block, a_rows;
} tune;

static const tune tunes[DPK_ISA_COUNT][DPK_TYPE_COUNT] = {
#define DPK_TUNE(type, isa, direct_bytes, k_block, k_transposed, row_block, a_rows) \
    [DPK_##isa][DPK_##type] = {direct_bytes, k_block, k_transposed, row_block, a_rows},
#include "kernels/tune/gemm_tune.def"
};

enum { UNITS = 16, WIDE_UNITS = 8 }; /* of a product that is worth several threads */
/* Rows of a unit; the least where b is read where it lies, is copied by the first tile, or by itself. */
enum { DIRECT_ROWS = 64, LEAST_DIRECT = 16, LEAST_COPIED = 48, LEAST_TRANSPOSED = 128 };
/* Rows of a transposed a: worth copying for several panels, even where b is small; vectors of them for a few columns. */
enum { MANY_ROWS = 1024, NARROW = 4 };

static int64_t blocks_of(int64_t n, int64_t block)
{
    return (n + block - 1) / block;
}

/* n in so many blocks of about the same size, which is a multiple of `tile`. */
static int64_t even(int64_t n, int64_t blocks, int64_t tile)
{
    return blocks_of(blocks_of(n, blocks), tile) * tile;
}

/* Rows of a unit: `most`, or fewer where there would be few units for many threads, but not below `least`: units should stay
 * worth a thread's while. */
static int64_t row_block_of(const dpk_matmul_args *args, int64_t matrices, int64_t most, int64_t tile, int64_t least)
{
    int64_t blocks = args->m > most ? blocks_of(args->m, most) : 1;
    while (args->m >= 2 * least * blocks && blocks * args->panels * matrices < UNITS)
        blocks *= 2;
    /* A few rows are shared most evenly; among many, rows without a tile of their own would cost more. */
    return args->m < 1 ? tile : even(args->m, blocks, args->m < 8 * tile * blocks ? 4 : tile);
}

/* What is copied of a serves all panels of a unit: many, but not so many that there are few units. */
static void cut_packed_a(const tune *t, int64_t matrices, int64_t tile, dpk_matmul_args *args)
{
    int64_t blocks = blocks_of(args->m, t->a_rows);
    args->row_block = even(args->m > 0 ? args->m : 1, blocks > 0 ? blocks : 1, tile);
    int64_t groups = blocks_of(WIDE_UNITS, matrices * (blocks > 0 ? blocks : 1));
    args->group = groups < args->panels ? blocks_of(args->panels, groups) : 1;
}

/* A few columns behind the last whole vector would cost as much as a vector of them. Along k their sums have lanes to add up,
 * which only many steps pay for. */
static int64_t tail_of(const dpk_matmul_args *args, dpk_gemm_tile tile)
{
    enum { LEAST_VECTORS = 4 };
    int64_t rest = args->n % tile.vector;
    bool runs = args->a_col == 1 ? args->k >= LEAST_VECTORS * tile.vector : args->a_row == 1;
    return runs && rest <= DPK_GEMM_TAIL && args->n >= 2 * tile.vector && args->m >= tile.rows ? rest : 0;
}

int64_t dpk_gemm_cut(dpk_isa isa, dpk_type type, int64_t matrices, dpk_matmul_args *args, int64_t *scratch,
                     double *unit_ns)
{
    int level = (int)isa;
    while (level > DPK_base && !tunes[level][type].k_block)
        level--;
    const tune *t = &tunes[level][type];
    dpk_gemm_tile tile = dpk_find_gemm_tile(isa, type);
    const int64_t bytes = type == DPK_f32 ? 4 : 8, columns = tile.max_vectors * tile.vector;
    bool transposed_a = args->a_row == 1 && args->a_col != 1;
    bool direct = args->b_col == 1 && args->b_row == args->n && args->n <= t->direct_bytes / bytes / (args->k + 1) &&
                  !(transposed_a && args->m >= MANY_ROWS && args->n > columns);
    const bool narrow = transposed_a && args->n > 0 && args->n < tile.vector && args->m >= 2 * tile.vector;
    direct |= narrow;
    args->tail = narrow ? args->n : tail_of(args, tile);
    args->vectors = blocks_of(args->n - args->tail, tile.vector);
    args->panels = narrow ? 1 : blocks_of(args->vectors, tile.max_vectors);
    const int64_t most_k = args->b_col == 1 ? t->k_block : t->k_transposed;
    args->k_block = direct ? 0 : args->k < most_k ? args->k : most_k;
    args->pack_a = !direct && transposed_a && args->panels > 1;
    args->group = 1;
    if (args->pack_a)
        cut_packed_a(t, matrices, tile.rows, args);
    else if (narrow)
        args->row_block = row_block_of(args, matrices, NARROW * tile.vector, 4, NARROW * tile.vector);
    else if (direct)
        args->row_block = row_block_of(args, matrices, DIRECT_ROWS, tile.rows, LEAST_DIRECT);
    else
        args->row_block =
            row_block_of(args, matrices, t->row_block, tile.rows, args->b_col == 1 ? LEAST_COPIED : LEAST_TRANSPOSED);
    *scratch = dpk_gemm_scratch(args, tile.rows, columns);
    *unit_ns = 0.02 * (double)args->k * (double)args->row_block * (double)(columns * args->group);
    return matrices * blocks_of(args->m, args->row_block) * dpk_gemm_groups(args);
}

/* A library takes large pieces best; a few, so that several threads have something to do. */
int64_t dpk_gemm_cut_library(int64_t matrices, dpk_matmul_args *args, double *unit_ns)
{
    enum { SIDE = 512, LEAST_ROWS = 64, LIBRARY_UNITS = 4 };
    const int64_t most = INT32_MAX; /* a CBLAS counts in int */
    if (args->n > most || args->m > most || args->k > most || args->a_row > most || args->a_col > most ||
        args->b_row > most || args->b_col > most || (args->a_row != 1 && args->a_col != 1) ||
        (args->b_row != 1 && args->b_col != 1))
        return 0;
    args->tail = 0, args->vectors = args->n, args->panels = blocks_of(args->n, SIDE), args->group = 1;
    args->k_block = 0, args->pack_a = 0;
    int64_t blocks = blocks_of(args->m, SIDE);
    while (blocks * args->panels * matrices < LIBRARY_UNITS && args->m >= 2 * LEAST_ROWS * blocks)
        blocks *= 2;
    args->row_block = even(args->m, blocks, 1);
    *unit_ns = 0.02 * (double)args->k * (double)args->row_block * (double)args->n / (double)args->panels;
    return matrices * blocks_of(args->m, args->row_block) * args->panels;
}
