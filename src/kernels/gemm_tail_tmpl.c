/* The last few columns of a product, fewer than fill a vector, or all where that is all there are (kern.h: tail), for
 * gemm_tmpl.c. Vectors run along what lies
 * side by side in a: along k, their lanes added in the end, or along the rows:
 *
 *     a_col = 1:  y[i, j] = sum over l of lane l of sum over p of a[i, p .. p + VL - 1] * b[p .. p + VL - 1, j]
 *     a_row = 1:  y[i .. i + VL - 1, j] = sum over p of a[i .. i + VL - 1, p] * b[p, j]
 *
 * What is added to what depends on the shape of the product alone, not on how its rows are cut. */
enum {
    LOCAL(tail_room) = 2048 / sizeof(T),   /* elements of b that are copied side by side at a time */
    LOCAL(tail_rows) = WIDEST > 2 ? 4 : 2, /* rows, or vectors of rows, at a time: as many sums as registers hold */
};

/* The lanes with even and with odd numbers of two vectors. */
#define EVERY_OTHER_2(l) l, (l) + 2
#define EVERY_OTHER_4(l) EVERY_OTHER_2(l), EVERY_OTHER_2((l) + 4)
#define EVERY_OTHER_8(l) EVERY_OTHER_4(l), EVERY_OTHER_4((l) + 8)
#define EVERY_OTHER_16(l) EVERY_OTHER_8(l), EVERY_OTHER_8((l) + 16)
#if QUAD * LANES == 2
#define EVERY_OTHER(l) EVERY_OTHER_2(l)
#elif QUAD * LANES == 4
#define EVERY_OTHER(l) EVERY_OTHER_4(l)
#elif QUAD * LANES == 8
#define EVERY_OTHER(l) EVERY_OTHER_8(l)
#else
#define EVERY_OTHER(l) EVERY_OTHER_16(l)
#endif

/* total[i] = the lanes of sum[i], neighbours added first, i < count, for a multiple of VL or a part of it: all halve at
 * once. count is a constant wherever this is inlined. */
static inline __attribute__((always_inline)) void LOCAL(sum_lanes)(const VEC *sum, int count, T *total)
{
    DPK_UNROLL
    for (int first = 0; first < count; first += VL) {
        VEC v[VL];
        DPK_UNROLL
        for (int i = 0; i < VL; i++)
            v[i] = first + i < count ? sum[first + i] : (VEC){0};
        DPK_UNROLL
        for (int left = VL / 2; left > 0; left /= 2) {
            DPK_UNROLL
            for (int i = 0; i < left; i++)
                v[i] = __builtin_shufflevector(v[2 * i], v[2 * i + 1], EVERY_OTHER(0)) +
                       __builtin_shufflevector(v[2 * i], v[2 * i + 1], EVERY_OTHER(1));
        }
        VEC_AT(total + first) = v[0];
    }
}

/* y (+)= a b for `rows` rows and the columns of the tail, b packed: k elements of one column, those of the next one
 * `step` further on. rows and columns are constants wherever this is inlined. */
static inline __attribute__((always_inline)) void LOCAL(tail_dots)(int rows, int columns, const T *a, int64_t a_row,
                                                                   const T *b, int64_t step, int64_t k, int more, T *y,
                                                                   int64_t y_row)
{
    VEC sum[LOCAL(tail_rows) * DPK_GEMM_TAIL];
    DPK_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] = (VEC){0};
    int64_t p = 0;
    for (; p + VL <= k; p += VL) {
        VEC b_vec[DPK_GEMM_TAIL];
        DPK_UNROLL
        for (int j = 0; j < columns; j++)
            b_vec[j] = CONST_VEC_AT(b + j * step + p);
        DPK_UNROLL
        for (int i = 0; i < rows; i++) {
            VEC x = CONST_VEC_AT(a + i * a_row + p);
            DPK_UNROLL
            for (int j = 0; j < columns; j++)
                sum[i * columns + j] += x * b_vec[j];
        }
    }
    T total[(LOCAL(tail_rows) * DPK_GEMM_TAIL + VL - 1) / VL * VL];
    LOCAL(sum_lanes)(sum, rows * columns, total);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            T s = total[i * columns + j];
            for (int64_t q = p; q < k; q++)
                s += a[i * a_row + q] * b[j * step + q];
            y[i * y_row + j] = more ? y[i * y_row + j] + s : s;
        }
}

/* y = a b for one vector of rows after another; a's rows lie side by side. vectors and columns are constants wherever
 * this is inlined. */
static inline __attribute__((always_inline)) void LOCAL(tail_rows_of)(int vectors, int columns, const T *a,
                                                                      int64_t a_col, const T *b, int64_t b_row,
                                                                      int64_t b_col, int64_t k, T *y, int64_t y_row)
{
    VEC sum[LOCAL(tail_rows) * DPK_GEMM_TAIL];
    DPK_UNROLL
    for (int i = 0; i < vectors * columns; i++)
        sum[i] = (VEC){0};
    for (int64_t p = 0; p < k; p++, a += a_col, b += b_row) {
        VEC x[LOCAL(tail_rows)];
        DPK_UNROLL
        for (int i = 0; i < vectors; i++)
            x[i] = CONST_VEC_AT(a + i * VL);
        DPK_UNROLL
        for (int j = 0; j < columns; j++) {
            T z = b[j * b_col];
            DPK_UNROLL
            for (int i = 0; i < vectors; i++)
                sum[i * columns + j] += x[i] * z;
        }
    }
    T lanes[LOCAL(tail_rows) * DPK_GEMM_TAIL * VL];
    DPK_UNROLL
    for (int j = 0; j < columns; j++) {
        DPK_UNROLL
        for (int i = 0; i < vectors; i++)
            VEC_AT(lanes + (j * vectors + i) * VL) = sum[i * columns + j];
    }
    for (int i = 0; i < vectors * VL; i++)
        for (int j = 0; j < columns; j++)
            y[i * y_row + j] = lanes[j * vectors * VL + i];
}

/* Fewer rows than a vector has: the same sums one by one. */
static void LOCAL(tail_few)(const dpk_matmul_args *args, int columns, const T *a, const T *b, int64_t rows, T *y)
{
    for (int64_t i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++) {
            T sum = 0;
            for (int64_t p = 0; p < args->k; p++)
                sum += a[i * args->a_row + p * args->a_col] * b[p * args->b_row + j * args->b_col];
            y[i * args->n + j] = sum;
        }
}

static inline __attribute__((always_inline)) void LOCAL(tail_along_rows)(const dpk_matmul_args *args, int columns,
                                                                         const T *a, const T *b, int64_t rows, T *y)
{
    enum { WIDE = LOCAL(tail_rows), HALF_WIDE = WIDE / 2 };
    int64_t i = 0;
    for (; i + WIDE * VL <= rows; i += WIDE * VL)
        LOCAL(tail_rows_of)
    (WIDE, columns, a + i, args->a_col, b, args->b_row, args->b_col, args->k, y + i * args->n, args->n);
    for (; i + HALF_WIDE * VL <= rows; i += HALF_WIDE * VL)
        LOCAL(tail_rows_of)
    (HALF_WIDE, columns, a + i, args->a_col, b, args->b_row, args->b_col, args->k, y + i * args->n, args->n);
    for (; i < rows && rows >= VL; i += VL) {
        if (i + VL > rows)
            i = rows - VL; /* some rows once more */
        LOCAL(tail_rows_of)
        (1, columns, a + i, args->a_col, b, args->b_row, args->b_col, args->k, y + i * args->n, args->n);
    }
    if (rows < VL)
        LOCAL(tail_few)(args, columns, a, b, rows, y);
}

static inline __attribute__((always_inline)) void LOCAL(tail_along_k)(const dpk_matmul_args *args, int columns,
                                                                      const T *a, const T *b, int64_t rows, T *y)
{
    enum { ROWS = LOCAL(tail_rows) };
    _Alignas(64) T packed[LOCAL(tail_room)];
    const int64_t step = LOCAL(tail_room) / columns / VL * VL;
    for (int64_t k0 = 0, k; k0 < args->k || k0 == 0; k0 += step) {
        k = args->k - k0 < step ? args->k - k0 : step;
        for (int64_t p = 0; p < k; p++)
            for (int j = 0; j < columns; j++)
                packed[j * step + p] = b[(k0 + p) * args->b_row + j * args->b_col];
        int64_t i = 0;
        for (; i + ROWS <= rows; i += ROWS)
            LOCAL(tail_dots)
        (ROWS, columns, a + i * args->a_row + k0, args->a_row, packed, step, k, k0 > 0, y + i * args->n, args->n);
        for (; i < rows; i++)
            LOCAL(tail_dots)
        (1, columns, a + i * args->a_row + k0, args->a_row, packed, step, k, k0 > 0, y + i * args->n, args->n);
    }
}

/* `rows` rows of the tail's columns: a and y begin with the first of them, b and y with the tail's first column. */
typedef void LOCAL(tail_fn)(const dpk_matmul_args *args, const T *a, const T *b, int64_t rows, T *y);
#define DEFINE_TAIL(columns)                                                                                         \
    static __attribute__((noinline)) void LOCAL(tail_##columns)(const dpk_matmul_args *args, const T *a, const T *b, \
                                                                int64_t rows, T *y)                                  \
    {                                                                                                                \
        if (args->a_col == 1)                                                                                        \
            LOCAL(tail_along_k)(args, columns, a, b, rows, y);                                                       \
        else                                                                                                         \
            LOCAL(tail_along_rows)(args, columns, a, b, rows, y);                                                    \
    }
DEFINE_TAIL(1)
DEFINE_TAIL(2)
DEFINE_TAIL(3)
DEFINE_TAIL(4)
static LOCAL(tail_fn) *const
    LOCAL(tails)[DPK_GEMM_TAIL + 1] = {NULL, LOCAL(tail_1), LOCAL(tail_2), LOCAL(tail_3), LOCAL(tail_4)};
#undef DEFINE_TAIL
#undef EVERY_OTHER
#undef EVERY_OTHER_2
#undef EVERY_OTHER_4
#undef EVERY_OTHER_8
#undef EVERY_OTHER_16
