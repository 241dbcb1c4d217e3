/* The register tile of a matrix product, for gemm_tmpl.c: MR rows and up to NV vectors of columns stay in registers while k
 * runs.
 *
 *             b panel: nv vectors           for each p: load nv vectors of b's row p,
 *                    |||                    and for each of the rows one element of a,
 *     a  MR rows ->  ###  y tile            repeated: MR * nv multiply-adds
 *
 * A tile may put what it reads where later ones find it side by side: b's rows, for the tiles below, and a's columns, for
 * the tiles to the right. That costs a store or two beside so many multiply-adds, and no way through memory of its own. */
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

/* One tile: a moves along two stretches of b's rows, one after the other. */
typedef struct LOCAL(job) {
    const T *a;
    int64_t a_row, a_col;
    const T *b[2];
    int64_t b_row[2], k[2];
    T *y;
    int64_t y_row;
    int more;           /* y has the sums of what was before */
    int fetch;          /* y is asked for before it is written */
    T *b_copy, *a_copy; /* of the tiles that copy: whole vectors, MR elements for each k */
    const T *next;      /* of the tiles that ask: a place in the first of k lines, */
    int64_t next_step;  /* and from one to the next: */
    int64_t pause;      /* 0: in each step of k, 1: in every other */
} LOCAL(job);

/* What a tile of MR rows does besides: it copies b, a (whose rows lie side by side), or asks for what will be read next, so
 * that the second cache has it by then. */
enum { LOCAL(copy_b) = 1, LOCAL(copy_a) = 2, LOCAL(ask) = 4 };
enum {
    LOCAL(line) = 64 / sizeof(T),
    LOCAL(rows_ahead) = 8 /* of b, where it is copied: from the second cache to the first */
};

/* rows, vectors, halves and besides are constants wherever this is inlined. */
static inline __attribute__((always_inline)) void LOCAL(tile)(int rows, int vectors, int halves, int besides,
                                                              const LOCAL(job) * job)
{
    const T *row[MR];
    VEC sum[MR * NV];
    HALF half_sum[MR];
    const int64_t a_row = besides & LOCAL(copy_a) ? 1 : job->a_row;
    T *b_copy = job->b_copy, *a_copy = job->a_copy;
    const T *next = job->next;
    const int64_t next_step = job->next_step, pause = job->pause;
    DPK_UNROLL
    for (int i = 0; i < rows; i++)
        row[i] = job->a + i * a_row;
    if (job->more) {
        DPK_UNROLL
        for (int i = 0; i < rows; i++) {
            const T *y = job->y + i * job->y_row;
            DPK_UNROLL
            for (int j = 0; j < vectors; j++)
                sum[i * vectors + j] = CONST_VEC_AT(y + j * VL);
            if (halves)
                half_sum[i] = CONST_HALF_AT(y + vectors * VL);
        }
    } else {
        if (job->fetch) {
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
        for (int64_t p = job->k[stretch]; p > 0; p--, at += a_col, b += b_row) {
            VEC b_vec[NV];
            DPK_UNROLL
            for (int j = 0; j < vectors; j++)
                b_vec[j] = CONST_VEC_AT(b + j * VL);
            HALF b_half = {0};
            if (halves)
                b_half = CONST_HALF_AT(b + vectors * VL);
            if (besides & LOCAL(copy_b)) {
                DPK_UNROLL
                for (int j = 0; j < (vectors + halves) * VL; j += LOCAL(line))
                    __builtin_prefetch(b + LOCAL(rows_ahead) * b_row + j, 0, 3);
                DPK_UNROLL
                for (int j = 0; j < vectors; j++)
                    VEC_AT(b_copy + j * VL) = b_vec[j];
                if (halves)
                    HALF_AT(b_copy + vectors * VL) = b_half;
                b_copy += (vectors + halves) * VL;
            }
            if (besides & LOCAL(ask) && (p & pause) == 0) {
                __builtin_prefetch(next, 0, 2);
                next += next_step;
            }
            if (besides & LOCAL(copy_a)) {
                __builtin_prefetch(row[0] + at + MR, 0, 3); /* for the tile below */
                memcpy(a_copy, row[0] + at, MR * sizeof(T));
                a_copy += MR;
            }
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
    DPK_UNROLL
    for (int i = 0; i < rows; i++) {
        T *y = job->y + i * job->y_row;
        DPK_UNROLL
        for (int j = 0; j < vectors; j++)
            VEC_AT(y + j * VL) = sum[i * vectors + j];
        if (halves)
            HALF_AT(y + vectors * VL) = half_sum[i];
    }
}

/* Tiles of MR rows, and of 4, 2 and 1 for the rows that are left over; 1 to NV vectors wide, or half a vector more than
 * 0 to NV - 1. Those of MR rows are of kind LOCAL(most) + what they do besides. */
enum { LOCAL(most) = 3, LOCAL(kinds) = LOCAL(most) + 7 };
typedef void LOCAL(tile_fn)(const LOCAL(job) * job);
#define DEFINE_TILE(words, rows, besides, vectors, halves)                         \
    static void LOCAL(tile_##words##_##vectors##_##halves)(const LOCAL(job) * job) \
    {                                                                              \
        LOCAL(tile)(rows, vectors, halves, besides, job);                          \
    }
#define ENTER_TILE(words, rows, besides, vectors, halves) \
    [halves][vectors] = LOCAL(tile_##words##_##vectors##_##halves),
#if WIDEST > 2
#define EACH_WHOLE(X, words, rows, besides) \
    X(words, rows, besides, 1, 0) X(words, rows, besides, 2, 0) X(words, rows, besides, 3, 0)
#else
#define EACH_WHOLE(X, words, rows, besides) X(words, rows, besides, 1, 0) X(words, rows, besides, 2, 0)
#endif
#if HALVES
#define EACH_WIDTH(X, words, rows, besides) \
    EACH_WHOLE(X, words, rows, besides)     \
    X(words, rows, besides, 0, 1) X(words, rows, besides, 1, 1) X(words, rows, besides, 2, 1)
#else
#define EACH_WIDTH(X, words, rows, besides) EACH_WHOLE(X, words, rows, besides)
#endif
EACH_WIDTH(DEFINE_TILE, one, 1, 0)
EACH_WIDTH(DEFINE_TILE, two, 2, 0)
EACH_WIDTH(DEFINE_TILE, four, 4, 0)
EACH_WIDTH(DEFINE_TILE, most, MR, 0)
EACH_WIDTH(DEFINE_TILE, most_b, MR, LOCAL(copy_b))
EACH_WIDTH(DEFINE_TILE, most_a, MR, LOCAL(copy_a))
EACH_WIDTH(DEFINE_TILE, most_ab, MR, LOCAL(copy_a) | LOCAL(copy_b))
EACH_WIDTH(DEFINE_TILE, most_ask, MR, LOCAL(ask))
EACH_WIDTH(DEFINE_TILE, most_a_ask, MR, LOCAL(copy_a) | LOCAL(ask))

static LOCAL(tile_fn) *const LOCAL(tiles)[LOCAL(kinds)][2][NV + 1] = {
    {EACH_WIDTH(ENTER_TILE, one, 1, 0)},
    {EACH_WIDTH(ENTER_TILE, two, 2, 0)},
    {EACH_WIDTH(ENTER_TILE, four, 4, 0)},
    [LOCAL(most)] = {EACH_WIDTH(ENTER_TILE, most, MR, 0)},
    [LOCAL(most) + LOCAL(copy_b)] = {EACH_WIDTH(ENTER_TILE, most_b, MR, 0)},
    [LOCAL(most) + LOCAL(copy_a)] = {EACH_WIDTH(ENTER_TILE, most_a, MR, 0)},
    [LOCAL(most) + LOCAL(copy_a) + LOCAL(copy_b)] = {EACH_WIDTH(ENTER_TILE, most_ab, MR, 0)},
    [LOCAL(most) + LOCAL(ask)] = {EACH_WIDTH(ENTER_TILE, most_ask, MR, 0)},
    [LOCAL(most) + LOCAL(copy_a) + LOCAL(ask)] = {EACH_WIDTH(ENTER_TILE, most_a_ask, MR, 0)},
};

#undef EACH_WIDTH
#undef EACH_WHOLE
#undef ENTER_TILE
#undef DEFINE_TILE
