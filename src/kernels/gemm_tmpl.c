/* Matrix product by register tiles, for one floating dtype and one level (tmpl.h; the tile's size is in kern_list.def;
 * for the preprocessor, WIDEST is its most vectors, QUAD the elements in 16 bytes, LANES the 16 bytes in a vector; with
 * HALVES the last columns may be a vector of half the size, which costs half where vectors are worked on in two halves, and
 * no more elsewhere).
 *
 * A unit goes from one panel of b's columns to the next, and with each down its rows, a tile at a time (gemm_tile_tmpl.c).
 * b is read where it lies where it is small enough to stay in the caches as it is. Otherwise the first tile of a panel copies
 * what it reads of b to the unit's own part of the work area, k_block rows at a time, for the tiles below it, and y holds
 * the sums between one block and the next; a transposed b is copied first, for its rows are not what a tile reads. a is
 * read where it lies, but with pack_a, where it is transposed, the tiles of the first panel copy what they read of it for
 * the panels to the right. What will be read next is asked for while k runs, a few lines at a time: memory and arithmetic
 * work side by side. A few columns behind the last whole vector are a tail: gemm_tail_tmpl.c. Of the others every element
 * of y is one sum in the order of k, whatever the tile: cutting changes no bit. Source: Goto, van de Geijn: Anatomy of
 * High-Performance Matrix Multiplication (ACM TOMS 2008). */
#include "kernels/epilogue_tmpl.c"
#include "kernels/gemm_unit.h"

#include "kernels/gemm_tile_tmpl.c"

#include "kernels/gemm_pack_tmpl.c"

#include "kernels/gemm_tail_tmpl.c"

/* One panel of a unit: rows x columns of y, which begin at element `at`. */
typedef struct LOCAL(block) {
    const T *b;
    int64_t at, j0;
    int64_t rows, columns;
    int64_t width; /* columns, rounded up to whole vectors and halves */
    int vectors, halves;
} LOCAL(block);

/* A unit, what it reads, and its part of the work area. */
typedef struct LOCAL(piece) {
    dpk_gemm_unit unit;
    const T *a, *b;
    T *packed_a, *packed_b;
} LOCAL(piece);

static LOCAL(piece) LOCAL(piece_of)(const dpk_matmul_args *args, int64_t number)
{
    dpk_gemm_unit unit = dpk_gemm_unit_of(args, number);
    T *scratch = args->k_block ? (T *)args->scratch + number * dpk_gemm_scratch(args, MR, NV * VL) : NULL;
    return (LOCAL(piece)){.unit = unit,
                          .a = (const T *)args->a + unit.a,
                          .b = (const T *)args->b + unit.b,
                          .packed_a = args->pack_a ? scratch + args->k_block * NV * VL : NULL,
                          .packed_b = scratch};
}

static LOCAL(block) LOCAL(block_of)(const dpk_matmul_args *args, const LOCAL(piece) * piece, int64_t panel)
{
    int64_t v0 = dpk_gemm_panel(args, panel), v1 = dpk_gemm_panel(args, panel + 1), j0 = v0 * VL;
    LOCAL(block)
    block = {.b = piece->b + j0 * args->b_col,
             .at = (piece->unit.matrix * args->m + piece->unit.i0) * args->n + j0,
             .j0 = j0,
             .rows = piece->unit.rows,
             .columns = (v1 - v0) * VL};
    if (block.columns > args->n - args->tail - j0)
        block.columns = args->n - args->tail - j0;
    block.halves = HALVES && (v1 - v0) * VL - block.columns >= VL / 2;
    block.vectors = (int)(v1 - v0) - block.halves;
    block.width = block.vectors * VL + (block.halves ? VL / 2 : 0);
    return block;
}

static LOCAL(block) LOCAL(tail_block)(const dpk_matmul_args *args, const LOCAL(piece) * piece)
{
    int64_t j0 = args->n - args->tail;
    return (LOCAL(block)){.b = piece->b + j0 * args->b_col,
                          .at = (piece->unit.matrix * args->m + piece->unit.i0) * args->n + j0,
                          .j0 = j0,
                          .rows = piece->unit.rows,
                          .columns = args->tail};
}

/* `rows` x `columns` elements. */
static void LOCAL(move_rows)(const T *from, int64_t from_row, T *to, int64_t to_row, int64_t rows, int64_t columns)
{
    for (int64_t i = 0; i < rows; i++)
        memcpy(to + i * to_row, from + i * from_row, (size_t)columns * sizeof(T));
}

/* A tile of `count` rows; where the panel's last vector reaches behind the last column, beside y. */
static void LOCAL(run_tile)(const LOCAL(block) * block, int kind, const LOCAL(job) * job, int64_t count)
{
    LOCAL(tile_fn) *const tile = LOCAL(tiles)[kind][block->halves][block->vectors];
    if (block->columns == block->width) {
        tile(job);
        return;
    }
    T room[MR * NV * VL];
    LOCAL(job) beside = *job;
    beside.y = room, beside.y_row = block->width;
    if (job->more) {
        memset(room, 0, sizeof room); /* what is no column of y may take no time, as numbers close to zero would */
        LOCAL(move_rows)(job->y, job->y_row, room, block->width, count, block->columns);
    }
    tile(&beside);
    LOCAL(move_rows)(room, block->width, job->y, job->y_row, count, block->columns);
}

/* A panel of b, k rows, against the unit's rows. job is that of the first tile, with everything where it lies. The first
 * tile copies b to `panel` for those below it, if there is one and b is not there. The next ones ask for `lines` lines of each of
 * k rows: each for one line, of half of the rows where there are tiles enough, so that memory has twice the time. All copy a to
 * `packed_a` if it is the unit's first panel, and find it there if not. */
static void LOCAL(run_panel)(const LOCAL(block) * block, LOCAL(job) job, T *panel, T *packed_a, int first,
                             int64_t lines)
{
    const int64_t k = job.k[0] + job.k[1];
    const int64_t parts = block->rows / MR > 2 * lines ? 2 : 1;
    int64_t asked = 0;
    job.pause = parts - 1;
    for (int64_t left = block->rows, count; left > 0; left -= count) {
        int kind = left >= MR ? LOCAL(most) : left >= 4 ? 2 : left >= 2 ? 1 : 0;
        count = kind == LOCAL(most) ? MR : 1 << kind;
        LOCAL(job) tile = job;
        if (kind == LOCAL(most) && packed_a) {
            tile.a_copy = packed_a, packed_a += MR * k;
            if (first)
                kind += LOCAL(copy_a);
            else
                tile.a = tile.a_copy, tile.a_row = 1, tile.a_col = MR;
        }
        if (panel && job.b[0] != panel && left >= 2 * MR) {
            kind += LOCAL(copy_b);
            tile.b_copy = panel;
            job.b[0] = panel, job.b_row[0] = (block->vectors + block->halves) * VL, job.k[0] = k, job.k[1] = 0;
        } else if (kind >= LOCAL(most) && asked < lines * parts) {
            kind += LOCAL(ask);
            tile.next += asked % lines * LOCAL(line) + asked / lines * (k / parts) * job.next_step;
            asked++;
        }
        LOCAL(run_tile)(block, kind, &tile, count);
        job.a += count * job.a_row;
        job.y += count * job.y_row;
    }
}

/* Where the i-th of the blocks of k begins. */
static int64_t LOCAL(k_at)(const dpk_matmul_args *args, int64_t blocks, int64_t i)
{
    return i * args->k / blocks;
}

/* Where what is read after block i of k of this panel begins: the next panel's, or the first panel's next one; behind the
 * last of all, what another unit begins with. NULL: nothing. */
static const T *LOCAL(read_next)(const dpk_matmul_args *args, const LOCAL(piece) * piece, int64_t panel, int64_t i,
                                 int64_t blocks)
{
    if (!args->k_block || args->b_col != 1)
        return NULL;
    if (++panel == piece->unit.end && i + 1 < blocks)
        panel = piece->unit.panel, i++;
    else if (panel == args->panels)
        return NULL;
    else if (panel == piece->unit.end)
        i = 0;
    return piece->b + dpk_gemm_panel(args, panel) * VL + LOCAL(k_at)(args, blocks, i) * args->b_row;
}

static void LOCAL(finish)(const dpk_matmul_args *args, const LOCAL(piece) * piece, const LOCAL(block) * block)
{
    LOCAL(epilogue)(args, block->at, block->j0, block->rows, block->columns);
    if (args->sums && piece->unit.i0 == 0)
        LOCAL(sum_b)(args, block->j0, block->columns);
}

/* Rows k0 .. k1 - 1 of a panel of b that lies in order, for the first tile. The vectors of the last rows of all reach behind
 * b's end: those rows are copied to `end`. */
static void LOCAL(where_it_lies)(const dpk_matmul_args *args, const LOCAL(block) * block, int64_t k0, int64_t k1,
                                 T *end, LOCAL(job) * job)
{
    int64_t over = block->j0 + block->width - args->n, rest = over > 0 ? (over + args->b_row - 1) / args->b_row : 0;
    int64_t middle = args->k - rest < k0 ? k0 : args->k - rest < k1 ? args->k - rest : k1;
    job->b[0] = block->b + k0 * args->b_row, job->b_row[0] = args->b_row, job->k[0] = middle - k0;
    if (middle < k1)
        LOCAL(pack)(block->b + middle * args->b_row, args->b_row, 1, k1 - middle, block->columns, end, block->width);
    job->b[1] = end, job->b_row[1] = block->width, job->k[1] = k1 - middle;
}

/* Block i of k of one panel. */
static void LOCAL(run_block)(const dpk_matmul_args *args, const LOCAL(piece) * piece, const LOCAL(block) * block,
                             int64_t panel, int64_t i, int64_t blocks)
{
    enum { ROOM = VL * (VL > NV ? VL : NV) };
    enum { FAR_BYTES = 2 << 20, LEAST_K = 32 }; /* a y that no second cache holds; time enough to fetch it */
    T end[ROOM];
    const int64_t k0 = LOCAL(k_at)(args, blocks, i), k1 = LOCAL(k_at)(args, blocks, i + 1),
                  width = (block->vectors + block->halves) * VL;
    LOCAL(job)
    job = {.a = piece->a + k0 * args->a_col,
           .a_row = args->a_row,
           .a_col = args->a_col,
           .y = (T *)args->y + block->at,
           .y_row = args->n,
           .more = i > 0,
           .fetch = k1 - k0 >= LEAST_K && args->m * args->n >= FAR_BYTES / (int64_t)sizeof(T),
           .next = LOCAL(read_next)(args, piece, panel, i, blocks),
           .next_step = args->b_row};
    if (args->b_col == 1 && args->b_row >= args->n) {
        LOCAL(where_it_lies)(args, block, k0, k1, end, &job);
    } else {
        LOCAL(pack)
        (block->b + k0 * args->b_row, args->b_row, args->b_col, k1 - k0, block->columns, piece->packed_b, width);
        job.b[0] = piece->packed_b, job.b_row[0] = width, job.k[0] = k1 - k0;
    }
    LOCAL(run_panel)
    (block, job, piece->packed_b, piece->packed_a, panel == piece->unit.panel,
     job.next ? (NV * VL - 1) / LOCAL(line) + 1 : 0);
}

/* The tail, a few columns at a time. */
static void LOCAL(run_tail)(const dpk_matmul_args *args, const LOCAL(piece) * piece)
{
    LOCAL(block) tail = LOCAL(tail_block)(args, piece);
    for (int64_t j = 0, count; j < tail.columns; j += count) {
        count = tail.columns - j < DPK_GEMM_TAIL ? tail.columns - j : DPK_GEMM_TAIL;
        LOCAL(tails)[count](args, piece->a, tail.b + j * args->b_col, tail.rows, (T *)args->y + tail.at + j);
    }
    LOCAL(finish)(args, piece, &tail);
}

static void LOCAL(unit)(const dpk_matmul_args *args, int64_t unit)
{
    LOCAL(piece) piece = LOCAL(piece_of)(args, unit);
    int64_t blocks = args->k_block ? (args->k + args->k_block - 1) / args->k_block : 1;
    if (args->tail && piece.unit.end == args->panels)
        LOCAL(run_tail)(args, &piece);
    if (!args->vectors)
        return;
    for (int64_t i = 0; i < blocks; i++)
        for (int64_t panel = piece.unit.panel; panel < piece.unit.end; panel++) {
            LOCAL(block) block = LOCAL(block_of)(args, &piece, panel);
            LOCAL(run_block)(args, &piece, &block, panel, i, blocks);
            if (i == blocks - 1)
                LOCAL(finish)(args, &piece, &block);
        }
}

int64_t NAME(gemm)(const void *args, int64_t first, int64_t last)
{
    for (int64_t unit = first; unit < last; unit++)
        LOCAL(unit)(args, unit);
    return DPK_DONE;
}

#undef CONST_HALF_AT
#undef HALF_AT
#undef CONST_VEC_AT
#undef VEC_AT
#undef HALF
#undef HALF_LENGTH
#undef VEC
#undef NV
#undef VL
#undef MR
#undef TILE_CONST
#undef TILE_CONST_
