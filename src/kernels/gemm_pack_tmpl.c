/* A transposed b copied into the order of a panel, for gemm_tmpl.c: Q places along k (16 bytes) of VL columns at a time,
 *
 *     to[p][j] = from[j][p],   j < VL, p < Q
 *
 * Column l Q + i goes into the l-th 16 bytes of vector i; then it is enough to change places within 16 bytes. */
enum { LOCAL(quad) = QUAD };
typedef T LOCAL(quad_vec) __attribute__((vector_size(16)));
typedef T LOCAL(quad_at) __attribute__((vector_size(16), aligned(sizeof(T)), may_alias));
#define QUAD_AT(place) (*(const LOCAL(quad_at) *)(place))

/* The vector of 16 bytes at from, from + step, ...; EACH_LANE(X) is X of the first element of each 16 bytes. */
#if LANES == 1
#define EACH_LANE(X) X(0)
#define GATHER(from, step) QUAD_AT(from)
#elif LANES == 2
#define EACH_LANE(X) X(0), X(QUAD)
#define GATHER(from, step) TWO(from, step)
#else
#define EACH_LANE(X) X(0), X(QUAD), X(2 * QUAD), X(3 * QUAD)
#define GATHER(from, step) \
    __builtin_shufflevector(TWO(from, step), TWO(from + 2 * (step), step), FIRST_LANES(0), FIRST_LANES(2 * QUAD))
#endif
#if QUAD == 4
#define FIRST_LANES(l) l, l + 1, l + 2, l + 3, l + 4, l + 5, l + 6, l + 7
#else
#define FIRST_LANES(l) l, l + 1, l + 2, l + 3
#endif
#define TWO(from, step) __builtin_shufflevector(QUAD_AT(from), QUAD_AT(from + (step)), FIRST_LANES(0))

static inline __attribute__((always_inline)) void LOCAL(transpose)(const T *from, int64_t from_row, T *to,
                                                                   int64_t to_row)
{
#define COLUMN(i) GATHER(from + (i)*from_row, QUAD * from_row)
#define SHUFFLE(a, b, X) __builtin_shufflevector(a, b, EACH_LANE(X))
#if QUAD == 4
#define LOW(l) l, VL + l, l + 1, VL + l + 1
#define HIGH(l) l + 2, VL + l + 2, l + 3, VL + l + 3
#define LOW_PAIRS(l) l, l + 1, VL + l, VL + l + 1
#define HIGH_PAIRS(l) l + 2, l + 3, VL + l + 2, VL + l + 3
    VEC r0 = COLUMN(0), r1 = COLUMN(1), r2 = COLUMN(2), r3 = COLUMN(3);
    VEC a = SHUFFLE(r0, r1, LOW), b = SHUFFLE(r2, r3, LOW), c = SHUFFLE(r0, r1, HIGH), d = SHUFFLE(r2, r3, HIGH);
    VEC_AT(to) = SHUFFLE(a, b, LOW_PAIRS);
    VEC_AT(to + to_row) = SHUFFLE(a, b, HIGH_PAIRS);
    VEC_AT(to + 2 * to_row) = SHUFFLE(c, d, LOW_PAIRS);
    VEC_AT(to + 3 * to_row) = SHUFFLE(c, d, HIGH_PAIRS);
#undef HIGH_PAIRS
#undef LOW_PAIRS
#else
#define LOW(l) l, VL + l
#define HIGH(l) l + 1, VL + l + 1
    VEC r0 = COLUMN(0), r1 = COLUMN(1);
    VEC_AT(to) = SHUFFLE(r0, r1, LOW);
    VEC_AT(to + to_row) = SHUFFLE(r0, r1, HIGH);
#endif
#undef HIGH
#undef LOW
#undef SHUFFLE
#undef COLUMN
}

/* k x columns elements of b to rows of `width`, zeros at their ends. */
static void LOCAL(pack)(const T *b, int64_t b_row, int64_t b_col, int64_t k, int64_t columns, T *to, int64_t width)
{
    enum { Q = LOCAL(quad) };
    if (columns < width)
        for (int64_t p = 0; p < k; p++)
            memset(to + p * width + columns, 0, (size_t)(width - columns) * sizeof(T));
    int64_t j = 0;
    for (; b_row == 1 && j + VL <= columns; j += VL) {
        int64_t p = 0;
        for (; p + Q <= k; p += Q)
            LOCAL(transpose)(b + p + j * b_col, b_col, to + p * width + j, width);
        for (; p < k; p++)
            for (int64_t i = j; i < j + VL; i++)
                to[p * width + i] = b[p + i * b_col];
    }
    for (; j < columns; j++)
        for (int64_t p = 0; p < k; p++)
            to[p * width + j] = b[p * b_row + j * b_col];
}
#undef EACH_LANE
#undef GATHER
#undef TWO
#undef FIRST_LANES
#undef QUAD_AT
