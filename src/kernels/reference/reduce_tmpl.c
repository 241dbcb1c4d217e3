/* Sums, extremes and their places over the middle axis of [outer, len, inner]. */

/* Pairwise: halves are summed on their own, blocks of up to 128 in 8 interleaved sums, so the error grows with log(n)
 * (Higham, Accuracy and Stability, 4.2). The cuts follow from n alone; they are NumPy's, so that a sum has the digits
 * that NumPy prints. */
static T LOCAL(pairwise)(const T *a, int64_t n)
{
    if (n < 8) {
        T sum = 0;
        for (int64_t i = 0; i < n; i++)
            sum = (T)(WRAP(sum) + WRAP(a[i]));
        return sum;
    }
    if (n > 128) {
        int64_t half = n / 2 - n / 2 % 8;
        return (T)(WRAP(LOCAL(pairwise)(a, half)) + WRAP(LOCAL(pairwise)(a + half, n - half)));
    }
    T s[8];
    for (int k = 0; k < 8; k++)
        s[k] = a[k];
    int64_t i = 8;
    for (; i + 8 <= n; i += 8)
        for (int k = 0; k < 8; k++)
            s[k] = (T)(WRAP(s[k]) + WRAP(a[i + k]));
    for (int width = 1; width < 8; width *= 2)
        for (int k = 0; k < 8; k += 2 * width)
            s[k] = (T)(WRAP(s[k]) + WRAP(s[k + width]));
    for (; i < n; i++)
        s[0] = (T)(WRAP(s[0]) + WRAP(a[i]));
    return s[0];
}

/* Elements [first, last) of y, all in one row of y: columns of a, summed row by row. */
static void LOCAL(sum_columns)(const dpk_reduce_args *args, const T *a, T *y, int64_t n)
{
    DPK_INDEPENDENT
    for (int64_t j = 0; j < n; j++)
        y[j] = args->len ? a[j] : 0;
    for (int64_t k = 1; k < args->len; k++) {
        const T *row = a + k * args->inner;
        DPK_INDEPENDENT
        for (int64_t j = 0; j < n; j++)
            y[j] = (T)(WRAP(y[j]) + WRAP(row[j]));
    }
}

/* Calls `columns` for the part of each outer row that lies in [first, last). */
#define REDUCE(op, R, rows, columns)                                       \
    int64_t NAME(op)(const void *args_, int64_t first, int64_t last)       \
    {                                                                      \
        const dpk_reduce_args *args = args_;                               \
        const T *a = args->a;                                              \
        R *y = args->y;                                                    \
        int64_t len = args->len, inner = args->inner;                      \
        if (inner == 1) {                                                  \
            for (int64_t i = first; i < last; i++)                         \
                y[i] = rows(a + i * len, len);                             \
        } else {                                                           \
            for (int64_t i = first, n; i < last; i += n) {                 \
                int64_t outer = i / inner, column = i % inner;             \
                n = inner - column < last - i ? inner - column : last - i; \
                columns(args, a + outer * len * inner + column, y + i, n); \
            }                                                              \
        }                                                                  \
        FINISH(op)                                                         \
        return DPK_DONE;                                                   \
    }

/* The better of all, ABREAST at a time: enough for compilers to see vectors in the loop, and not to unroll it first. */
#define EXTREME(op, better)                                                                   \
    static inline T LOCAL(op##_of)(T m, T x)                                                  \
    {                                                                                         \
        return (better) ? x : m;                                                              \
    }                                                                                         \
    static T LOCAL(op##_row)(const T *a, int64_t n)                                           \
    {                                                                                         \
        enum { ABREAST = 32 };                                                                \
        T m = a[0], best[ABREAST];                                                            \
        int64_t i = 1;                                                                        \
        if (n >= ABREAST) {                                                                   \
            memcpy(best, a, sizeof best);                                                     \
            for (i = ABREAST; i + ABREAST <= n; i += ABREAST)                                 \
                for (int j = 0; j < ABREAST; j++)                                             \
                    best[j] = LOCAL(op##_of)(best[j], a[i + j]);                              \
            for (int width = ABREAST / 2; width > 0; width /= 2)                              \
                for (int j = 0; j < width; j++)                                               \
                    best[j] = LOCAL(op##_of)(best[j], best[j + width]);                       \
            m = best[0];                                                                      \
        }                                                                                     \
        for (; i < n; i++)                                                                    \
            m = LOCAL(op##_of)(m, a[i]);                                                      \
        return m;                                                                             \
    }                                                                                         \
    static void LOCAL(op##_columns)(const dpk_reduce_args *args, const T *a, T *y, int64_t n) \
    {                                                                                         \
        memcpy(y, a, (size_t)n * sizeof *y);                                                  \
        for (int64_t k = 1; k < args->len; k++) {                                             \
            const T *row = a + k * args->inner;                                               \
            DPK_INDEPENDENT                                                                   \
            for (int64_t j = 0; j < n; j++)                                                   \
                y[j] = LOCAL(op##_of)(y[j], row[j]);                                          \
        }                                                                                     \
    }

#define DIVIDE_sum                             \
    if (args->divisor != 1)                    \
        for (int64_t i = first; i < last; i++) \
            y[i] = (T)(y[i] / (T)args->divisor);
#define DIVIDE_max
#define DIVIDE_min
#define FINISH(op) DIVIDE_##op

/* NaN is taken, and not given up again: a comparison with it is false. */
EXTREME(max, (x > m) | IS_NAN(x))
EXTREME(min, (x < m) | IS_NAN(x))

REDUCE(sum, T, LOCAL(pairwise), LOCAL(sum_columns))
REDUCE(max, T, LOCAL(max_row), LOCAL(max_columns))
REDUCE(min, T, LOCAL(min_row), LOCAL(min_columns))
