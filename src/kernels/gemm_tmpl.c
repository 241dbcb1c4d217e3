/* Matrix product by register tiles, for one floating dtype and one level (tmpl.h; the tile's size is in kern_list.def;
 * for the preprocessor, WIDEST is its most vectors, QUAD the elements in 16 bytes; with HALVES the last columns may be a
 * vector of half the size, which costs half where vectors are worked on in two halves, and no more elsewhere).
 *
 * A tile of MR rows and up to NV vectors of columns stays in registers while k runs:
 *
 *             b panel: nv vectors           for each p: load nv vectors of b's row p,
 *                    |||                    and for each of the rows one element of a,
 *     a  MR rows ->  ###  y tile            repeated: MR * nv multiply-adds
 *
 * b is read where it lies where it is small enough to stay in the caches as it is; otherwise a panel is copied, k_block
 * rows at a time, to the unit's own part of the work area, so that its vectors follow one another, and y holds the sums
 * between one block and the next. a is read where it lies (rows by step a_row, along k by a_col), but with pack_a, where
 * it is transposed, the unit's part of it is copied, too: MR rows side by side for each k, for all panels of the unit.
 * What will be copied next is asked for while k runs, a few lines at a time: memory and arithmetic work side by side.
 * A few columns behind the last whole vector are a tail: gemm_tail_tmpl.c. Of the others every element of y is one sum in
 * the order of k, whatever the tile: cutting changes no bit. Source: Goto, van de Geijn: Anatomy of High-Performance Matrix
 * Multiplication (ACM TOMS 2008). */
#include "kernels/epilogue_tmpl.c"
#include "kernels/gemm_unit.h"

#define TILE_CONST_(what, type, isa) DPK_##what##_##type##_##isa
#define TILE_CONST(what, type, isa) TILE_CONST_(what, type, isa)
enum {
    LOCAL(mr) = TILE_CONST(ROWS, TYPE, ISA),
    LOCAL(vl) = TILE_CONST(VECTOR, TYPE, ISA),
    LOCAL(nv) = TILE_CONST(MAX_VECTORS, TYPE, ISA)
};
_Static_assert(LOCAL(nv) == WIDEST, "WIDEST of the including file is the tile's max_vectors in kern_list.def");
#define MR LOCAL(mr)
#define VL LOCAL(vl)
#define NV LOCAL(nv)

typedef T LOCAL(vec) __attribute__((vector_size(VL * sizeof(T))));
typedef T LOCAL(vec_at) __attribute__((vector_size(VL * sizeof(T)), aligned(sizeof(T)), may_alias));
#define HALF_LENGTH (HALVES ? VL / 2 : VL) /* without halves the type is there, and not used */
typedef T LOCAL(half) __attribute__((vector_size(HALF_LENGTH * sizeof(T))));
typedef T LOCAL(half_at) __attribute__((vector_size(HALF_LENGTH * sizeof(T)), aligned(sizeof(T)), may_alias));
#define VEC LOCAL(vec)
#define HALF LOCAL(half)
#define VEC_AT(place) (*(LOCAL(vec_at) *)(place))
#define CONST_VEC_AT(place) (*(const LOCAL(vec_at) *)(place))
#define HALF_AT(place) (*(LOCAL(half_at) *)(place))
#define CONST_HALF_AT(place) (*(const LOCAL(half_at) *)(place))

/* What will be copied next, asked for while tiles are worked on: `runs` runs of `length` elements side by side. */
enum { LOCAL(line) = 64 / sizeof(T), LOCAL(steps) = 32 /* of k, between asking and asking */ };
typedef struct LOCAL(ahead) {
    const T *from;
    int64_t step, runs, length;
    int64_t at;    /* the next line to ask for, in the first of the runs */
    int64_t lines; /* how many to ask for at a time */
} LOCAL(ahead);

static inline __attribute__((always_inline)) void LOCAL(ask)(LOCAL(ahead) * ahead)
{
    for (int64_t i = 0; i < ahead->lines && ahead->runs > 0; i++) {
        __builtin_prefetch(ahead->from + ahead->at, 0, 2);
        ahead->at += LOCAL(line);
        if (ahead->at >= ahead->length)
            ahead->at = 0, ahead->from += ahead->step, ahead->runs--;
    }
}

/* One tile: a moves along two stretches of b's rows, one after the other. */
typedef struct LOCAL(job) {
    const T *a;
    int64_t a_row, a_col;
    const T *b[2];
    int64_t b_row[2], k[2];
    T *y;
    int64_t y_row;
    int64_t part; /* how many elements of the last vector, or half vector, are y's */
    int more;     /* y has the sums of what was before */
    LOCAL(ahead) * ahead;
} LOCAL(job);

/* `count` elements, fewer than `above`, without touching others: by powers of two, so that no copy has a variable
 * size. */
static inline __attribute__((always_inline)) void LOCAL(copy_part)(T *to, const T *from, int64_t count, int above)
{
    DPK_UNROLL
    for (int size = above / 2; size > 0; size /= 2)
        if (count & size) {
            memcpy(to, from, (size_t)size * sizeof(T));
            to += size, from += size;
        }
}

static inline __attribute__((always_inline)) VEC LOCAL(load_part)(const T *from, int64_t count)
{
    if (count == VL)
        return CONST_VEC_AT(from);
    VEC v = {0};
    LOCAL(copy_part)((T *)&v, from, count, VL);
    return v;
}

static inline __attribute__((always_inline)) HALF LOCAL(load_half_part)(const T *from, int64_t count)
{
    if (count == HALF_LENGTH)
        return CONST_HALF_AT(from);
    HALF v = {0};
    LOCAL(copy_part)((T *)&v, from, count, HALF_LENGTH);
    return v;
}

static inline __attribute__((always_inline)) void LOCAL(store_part)(T *to, VEC v, int64_t count)
{
    if (count == VL)
        VEC_AT(to) = v;
    else
        LOCAL(copy_part)(to, (const T *)&v, count, VL);
}

static inline __attribute__((always_inline)) void LOCAL(store_half_part)(T *to, HALF v, int64_t count)
{
    if (count == HALF_LENGTH)
        HALF_AT(to) = v;
    else
        LOCAL(copy_part)(to, (const T *)&v, count, HALF_LENGTH);
}

/* rows, vectors and halves are constants wherever this is inlined. */
static inline __attribute__((always_inline)) void LOCAL(tile)(int rows, int vectors, int halves, const LOCAL(job) * job)
{
    const T *row[MR];
    VEC sum[MR * NV];
    HALF half_sum[MR];
    const int whole = halves ? vectors : vectors - 1; /* vectors that lie in y for certain */
    const int64_t part = job->part;
    DPK_UNROLL
    for (int i = 0; i < rows; i++)
        row[i] = job->a + i * job->a_row;
    if (job->more) {
        DPK_UNROLL
        for (int i = 0; i < rows; i++) {
            const T *y = job->y + i * job->y_row;
            DPK_UNROLL
            for (int j = 0; j < whole; j++)
                sum[i * vectors + j] = CONST_VEC_AT(y + j * VL);
            if (halves)
                half_sum[i] = LOCAL(load_half_part)(y + whole * VL, part);
            else
                sum[i * vectors + whole] = LOCAL(load_part)(y + whole * VL, part);
        }
    } else {
        if (job->k[0] >= LOCAL(steps)) { /* time enough to fetch what will be written */
            DPK_UNROLL
            for (int i = 0; i < rows; i++) {
                DPK_UNROLL
                for (int j = 0; j < vectors + halves; j++)
                    __builtin_prefetch(job->y + i * job->y_row + j * VL, 1, 3);
            }
        }
        DPK_UNROLL
        for (int i = 0; i < rows * vectors; i++)
            sum[i] = (VEC){0};
        DPK_UNROLL
        for (int i = 0; i < rows; i++)
            half_sum[i] = (HALF){0};
    }
    int64_t at = 0;
    for (int stretch = 0; stretch < 2; stretch++) {
        const T *b = job->b[stretch];
        const int64_t b_row = job->b_row[stretch], a_col = job->a_col;
        for (int64_t left = job->k[stretch], count; left > 0; left -= count) {
            count = left < LOCAL(steps) || !job->ahead->lines ? left : LOCAL(steps);
            LOCAL(ask)(job->ahead);
            for (int64_t p = count; p > 0; p--, at += a_col, b += b_row) {
                VEC b_vec[NV];
                DPK_UNROLL
                for (int j = 0; j < vectors; j++)
                    b_vec[j] = CONST_VEC_AT(b + j * VL);
                HALF b_half = {0};
                if (halves)
                    b_half = CONST_HALF_AT(b + vectors * VL);
                DPK_UNROLL
                for (int i = 0; i < rows; i++) {
                    T x = row[i][at];
                    DPK_UNROLL
                    for (int j = 0; j < vectors; j++)
                        sum[i * vectors + j] += x * b_vec[j];
                    if (halves)
                        half_sum[i] += x * b_half;
                }
            }
        }
    }
    DPK_UNROLL
    for (int i = 0; i < rows; i++) {
        T *y = job->y + i * job->y_row;
        DPK_UNROLL
        for (int j = 0; j < whole; j++)
            VEC_AT(y + j * VL) = sum[i * vectors + j];
        y += whole * VL;
        if (halves) {
            LOCAL(store_half_part)(y, half_sum[i], part);
        } else {
            LOCAL(store_part)(y, sum[i * vectors + whole], part);
        }
    }
}

/* Tiles of MR rows, and of 4, 2 and 1 for the rows that are left over; 1 to NV vectors wide, or half a vector more than
 * 0 to NV - 1. */
typedef void LOCAL(tile_fn)(const LOCAL(job) * job);
#define DEFINE_TILE(words, rows, vectors, halves)                                  \
    static void LOCAL(tile_##words##_##vectors##_##halves)(const LOCAL(job) * job) \
    {                                                                              \
        LOCAL(tile)(rows, vectors, halves, job);                                   \
    }
#define ENTER_TILE(words, rows, vectors, halves) [halves][vectors] = LOCAL(tile_##words##_##vectors##_##halves),
#if WIDEST > 2
#define EACH_WHOLE(X, words, rows) X(words, rows, 1, 0) X(words, rows, 2, 0) X(words, rows, 3, 0)
#else
#define EACH_WHOLE(X, words, rows) X(words, rows, 1, 0) X(words, rows, 2, 0)
#endif
#if HALVES
#define EACH_WIDTH(X, words, rows) \
    EACH_WHOLE(X, words, rows) X(words, rows, 0, 1) X(words, rows, 1, 1) X(words, rows, 2, 1)
#else
#define EACH_WIDTH(X, words, rows) EACH_WHOLE(X, words, rows)
#endif
EACH_WIDTH(DEFINE_TILE, most, MR)
EACH_WIDTH(DEFINE_TILE, four, 4)
EACH_WIDTH(DEFINE_TILE, two, 2)
EACH_WIDTH(DEFINE_TILE, one, 1)

static LOCAL(tile_fn) *const LOCAL(tiles)[4][2][NV + 1] = {
    {EACH_WIDTH(ENTER_TILE, one, 1)},
    {EACH_WIDTH(ENTER_TILE, two, 2)},
    {EACH_WIDTH(ENTER_TILE, four, 4)},
    {EACH_WIDTH(ENTER_TILE, most, MR)},
};

/* A panel of b against `rows` rows of a: job is that of the first tile, and a's next MR rows are a_tile further on. */
static void LOCAL(rows_of_tiles)(LOCAL(job) job, int64_t rows, int64_t a_tile, int vectors, int halves)
{
    for (int64_t left = rows, count; left > 0; left -= count) {
        int words = left >= MR ? 3 : left >= 4 ? 2 : left >= 2 ? 1 : 0;
        count = words == 3 ? MR : 1 << words;
        LOCAL(tiles)[words][halves][vectors](&job);
        job.a += words == 3 ? a_tile : count * job.a_row;
        job.y += count * job.y_row;
    }
}

/* Q x Q elements, Q to 16 bytes, transposed: to[p][j] = from[j][p]. */
enum { LOCAL(quad) = 16 / sizeof(T) };
typedef T LOCAL(quad_vec) __attribute__((vector_size(16)));
typedef T LOCAL(quad_at) __attribute__((vector_size(16), aligned(sizeof(T)), may_alias));

static inline __attribute__((always_inline)) void LOCAL(transpose)(const T *from, int64_t from_row, T *to,
                                                                   int64_t to_row)
{
#define FROM(j) (*(const LOCAL(quad_at) *)(from + (j)*from_row))
#define TO(p) (*(LOCAL(quad_at) *)(to + (p)*to_row))
#if QUAD == 4
    LOCAL(quad_vec) r0 = FROM(0), r1 = FROM(1), r2 = FROM(2), r3 = FROM(3);
    LOCAL(quad_vec) a = __builtin_shufflevector(r0, r1, 0, 4, 1, 5), b = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
    LOCAL(quad_vec) c = __builtin_shufflevector(r0, r1, 2, 6, 3, 7), d = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
    TO(0) = __builtin_shufflevector(a, b, 0, 1, 4, 5);
    TO(1) = __builtin_shufflevector(a, b, 2, 3, 6, 7);
    TO(2) = __builtin_shufflevector(c, d, 0, 1, 4, 5);
    TO(3) = __builtin_shufflevector(c, d, 2, 3, 6, 7);
#else
    LOCAL(quad_vec) r0 = FROM(0), r1 = FROM(1);
    TO(0) = __builtin_shufflevector(r0, r1, 0, 2);
    TO(1) = __builtin_shufflevector(r0, r1, 1, 3);
#endif
#undef TO
#undef FROM
}

/* k x columns elements of b to rows of `width`, zeros at their ends. */
static void LOCAL(pack)(const T *b, int64_t b_row, int64_t b_col, int64_t k, int64_t columns, T *to, int64_t width)
{
    enum { Q = LOCAL(quad) };
    if (columns < width)
        for (int64_t p = 0; p < k; p++)
            memset(to + p * width + columns, 0, (size_t)(width - columns) * sizeof(T));
    if (b_col == 1) {
        int64_t whole = columns / VL * VL;
        for (int64_t p = 0; p < k; p++, b += b_row, to += width) {
            for (int64_t j = 0; j < whole; j += VL)
                VEC_AT(to + j) = CONST_VEC_AT(b + j);
            LOCAL(copy_part)(to + whole, b + whole, columns - whole, VL);
        }
        return;
    }
    int64_t j = 0;
    for (; b_row == 1 && j + Q <= columns; j += Q) {
        int64_t p = 0;
        for (; p + Q <= k; p += Q)
            LOCAL(transpose)(b + p + j * b_col, b_col, to + p * width + j, width);
        for (; p < k; p++)
            for (int64_t i = j; i < j + Q; i++)
                to[p * width + i] = b[p + i * b_col];
    }
    for (; j < columns; j++)
        for (int64_t p = 0; p < k; p++)
            to[p * width + j] = b[p * b_row + j * b_col];
}

/* rows x columns of a, rows in groups of MR: for each column of a group, MR elements side by side. WIDE groups at a
 * time: whole lines are read, and few places written. */
static void LOCAL(pack_rows)(const T *a, int64_t a_row, int64_t a_col, int64_t rows, int64_t columns, T *to)
{
    enum { WIDE = 4 };
    int64_t i = 0, group = columns * MR;
    for (; a_row == 1 && i + WIDE * MR <= rows; i += WIDE * MR, to += WIDE * group)
        for (int64_t p = 0; p < columns; p++) {
            DPK_UNROLL
            for (int q = 0; q < WIDE; q++)
                memcpy(to + q * group + p * MR, a + i + q * MR + p * a_col, MR * sizeof(T));
        }
    for (; i < rows; i += MR, to += group)
        for (int64_t p = 0; p < columns; p++)
            for (int64_t j = i; j < i + MR && j < rows; j++)
                to[p * MR + j - i] = a[j * a_row + p * a_col];
}

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

static LOCAL(job)
    LOCAL(job_of)(const dpk_matmul_args *args, const LOCAL(block) * block, const T *a, LOCAL(ahead) * ahead)
{
    LOCAL(job)
    job = {.a = a, .a_row = args->a_row, .a_col = args->a_col, .y = (T *)args->y + block->at, .y_row = args->n};
    job.part = block->columns - (block->width - (block->halves ? VL / 2 : VL));
    job.ahead = ahead;
    return job;
}

/* b where it lies. The vectors of its last rows would reach behind its end: those rows are copied. */
static void LOCAL(run_direct)(const dpk_matmul_args *args, const LOCAL(piece) * piece, const LOCAL(block) * block)
{
    enum { ROOM = VL * (VL > NV ? VL : NV) };
    T end[ROOM];
    int64_t over = block->j0 + block->width - args->n, rest = over > 0 ? (over + args->b_row - 1) / args->b_row : 0;
    if (rest > args->k)
        rest = args->k;
    int64_t k = args->k - rest;
    LOCAL(ahead) nothing = {0};
    LOCAL(job) job = LOCAL(job_of)(args, block, piece->a, &nothing);
    if (rest)
        LOCAL(pack)(block->b + k * args->b_row, args->b_row, 1, rest, block->columns, end, block->width);
    job.b[0] = block->b, job.b_row[0] = args->b_row, job.k[0] = k;
    job.b[1] = end, job.b_row[1] = block->width, job.k[1] = rest;
    LOCAL(rows_of_tiles)(job, block->rows, MR * args->a_row, block->vectors, block->halves);
}

/* Rows k0 .. k1 - 1 of a panel of b, to be asked for while `rows` rows go through k_block of k. */
static LOCAL(ahead)
    LOCAL(copy_of)(const dpk_matmul_args *args, const LOCAL(piece) * piece, int64_t panel, int64_t k0, int64_t k1)
{
    LOCAL(block) block = LOCAL(block_of)(args, piece, panel);
    LOCAL(ahead)
    ahead = {.from = block.b + k0 * args->b_row, .step = args->b_row, .runs = k1 - k0, .length = block.columns};
    if (args->b_col != 1)
        ahead.step = args->b_col, ahead.runs = block.columns, ahead.length = k1 - k0;
    int64_t lines = ((ahead.length + LOCAL(line) - 1) / LOCAL(line) + 1) * ahead.runs,
            times = (piece->unit.rows / MR + 1) * (args->k_block / LOCAL(steps) + 1);
    ahead.lines = (lines + times - 1) / times;
    return ahead;
}

/* Where the i-th of the blocks of k begins. */
static int64_t LOCAL(k_at)(const dpk_matmul_args *args, int64_t blocks, int64_t i)
{
    return i * args->k / blocks;
}

/* What is copied after block i of k of this panel: the next panel's, or the first panel's next one; behind the last of
 * all, what another unit begins with. */
static LOCAL(ahead)
    LOCAL(next_copy)(const dpk_matmul_args *args, const LOCAL(piece) * piece, int64_t panel, int64_t i, int64_t blocks)
{
    if (args->k < LOCAL(steps))
        return (LOCAL(ahead)){0};
    if (++panel == piece->unit.end && i + 1 < blocks)
        panel = piece->unit.panel, i++;
    else if (panel == args->panels)
        return (LOCAL(ahead)){0};
    else if (panel == piece->unit.end)
        i = 0;
    return LOCAL(copy_of)(args, piece, panel, LOCAL(k_at)(args, blocks, i), LOCAL(k_at)(args, blocks, i + 1));
}

static void LOCAL(finish)(const dpk_matmul_args *args, const LOCAL(piece) * piece, const LOCAL(block) * block)
{
    LOCAL(epilogue)(args, block->at, block->j0, block->rows, block->columns);
    if (args->sums && piece->unit.i0 == 0)
        LOCAL(sum_b)(args, block->j0, block->columns);
}

static void LOCAL(run_packed)(const dpk_matmul_args *args, const LOCAL(piece) * piece)
{
    int64_t blocks = (args->k + args->k_block - 1) / args->k_block;
    for (int64_t i = 0; i < blocks; i++) {
        int64_t k0 = LOCAL(k_at)(args, blocks, i), k = LOCAL(k_at)(args, blocks, i + 1) - k0;
        const T *a = piece->a + k0 * args->a_col;
        if (args->pack_a)
            LOCAL(pack_rows)(a, args->a_row, args->a_col, piece->unit.rows, k, piece->packed_a);
        for (int64_t panel = piece->unit.panel; panel < piece->unit.end; panel++) {
            LOCAL(block) block = LOCAL(block_of)(args, piece, panel);
            LOCAL(ahead) ahead = LOCAL(next_copy)(args, piece, panel, i, blocks);
            LOCAL(job) job = LOCAL(job_of)(args, &block, args->pack_a ? piece->packed_a : a, &ahead);
            LOCAL(pack)
            (block.b + k0 * args->b_row, args->b_row, args->b_col, k, block.columns, piece->packed_b, block.width);
            if (args->pack_a)
                job.a_row = 1, job.a_col = MR;
            job.b[0] = piece->packed_b, job.b_row[0] = block.width, job.k[0] = k;
            job.more = i > 0;
            LOCAL(rows_of_tiles)(job, block.rows, MR * (args->pack_a ? k : args->a_row), block.vectors, block.halves);
            if (i == blocks - 1)
                LOCAL(finish)(args, piece, &block);
        }
    }
}

static void LOCAL(unit)(const dpk_matmul_args *args, int64_t unit)
{
    LOCAL(piece) piece = LOCAL(piece_of)(args, unit);
    if (args->tail && piece.unit.end == args->panels) {
        LOCAL(block) tail = LOCAL(tail_block)(args, &piece);
        LOCAL(tails)[args->tail](args, piece.a, tail.b, tail.rows, (T *)args->y + tail.at);
        LOCAL(finish)(args, &piece, &tail);
    }
    if (args->k_block) {
        LOCAL(run_packed)(args, &piece);
        return;
    }
    for (int64_t panel = piece.unit.panel; panel < piece.unit.end; panel++) {
        LOCAL(block) block = LOCAL(block_of)(args, &piece, panel);
        LOCAL(run_direct)(args, &piece, &block);
        LOCAL(finish)(args, &piece, &block);
    }
}

int64_t NAME(gemm)(const void *args, int64_t first, int64_t last)
{
    for (int64_t unit = first; unit < last; unit++)
        LOCAL(unit)(args, unit);
    return DPK_DONE;
}

#undef EACH_WIDTH
#undef EACH_WHOLE
#undef ENTER_TILE
#undef DEFINE_TILE
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
