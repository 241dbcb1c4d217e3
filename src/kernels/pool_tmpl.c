/* max_pool2d and max_pool2d_put where the windows are 2 x 2 and lie side by side, as they nearly always do: runs of
 * windows at once, in vectors of as many as are left of the row. Other windows are left to the plain loops. */

#define PICK(mask, b, a) (LOCAL(pool))(((mask) & (LOCAL(lanes))(b)) | (~(mask) & (LOCAL(lanes))(a)))

/* L windows: the rows r0 and r1 of a, which begin at the first of them. The vectors' types are those of this L. */
#define DEFINE_WINDOWS(L)                                                                                      \
    INLINE void LOCAL(max_##L)(const T *r0, const T *r1, T *y)                                                 \
    {                                                                                                          \
        typedef T LOCAL(pool) __attribute__((vector_size(L * sizeof(T))));                                     \
        typedef T LOCAL(pool_at) __attribute__((vector_size(L * sizeof(T)), aligned(sizeof(T)), may_alias));   \
        typedef __typeof__((LOCAL(pool)){0} == (LOCAL(pool)){0}) LOCAL(lanes);                                 \
        LOCAL(pool) a = *(const LOCAL(pool_at) *)r0, b = *(const LOCAL(pool_at) *)(r0 + L);                    \
        LOCAL(pool) c = *(const LOCAL(pool_at) *)r1, d = *(const LOCAL(pool_at) *)(r1 + L);                    \
        LOCAL(pool) m = __builtin_shufflevector(a, b, EVEN_##L), o0 = __builtin_shufflevector(a, b, ODD_##L);  \
        LOCAL(pool) e1 = __builtin_shufflevector(c, d, EVEN_##L), o1 = __builtin_shufflevector(c, d, ODD_##L); \
        m = PICK(BEATS(o0, m), o0, m);                                                                         \
        m = PICK(BEATS(e1, m), e1, m);                                                                         \
        *(LOCAL(pool_at) *)y = PICK(BEATS(o1, m), o1, m);                                                      \
    }                                                                                                          \
    INLINE void LOCAL(put_##L)(const T *r0, const T *r1, const T *from, T *y0, T *y1, int gate)                \
    {                                                                                                          \
        typedef T LOCAL(pool) __attribute__((vector_size(L * sizeof(T))));                                     \
        typedef T LOCAL(pool_at) __attribute__((vector_size(L * sizeof(T)), aligned(sizeof(T)), may_alias));   \
        typedef __typeof__((LOCAL(pool)){0} == (LOCAL(pool)){0}) LOCAL(lanes);                                 \
        LOCAL(pool) a = *(const LOCAL(pool_at) *)r0, b = *(const LOCAL(pool_at) *)(r0 + L);                    \
        LOCAL(pool) c = *(const LOCAL(pool_at) *)r1, d = *(const LOCAL(pool_at) *)(r1 + L);                    \
        LOCAL(pool) m = __builtin_shufflevector(a, b, EVEN_##L), o0 = __builtin_shufflevector(a, b, ODD_##L);  \
        LOCAL(pool) e1 = __builtin_shufflevector(c, d, EVEN_##L), o1 = __builtin_shufflevector(c, d, ODD_##L); \
        LOCAL(lanes) all = (LOCAL(lanes)) * (const LOCAL(pool_at) *)from, second = BEATS(o0, m);               \
        m = PICK(second, o0, m);                                                                               \
        LOCAL(lanes) third = BEATS(e1, m);                                                                     \
        m = PICK(third, e1, m);                                                                                \
        LOCAL(lanes) fourth = BEATS(o1, m);                                                                    \
        if (gate)                                                                                              \
            all &= PICK(fourth, o1, m) > 0;                                                                    \
        LOCAL(pool) p = (LOCAL(pool))(all & ~(second | third | fourth));                                       \
        LOCAL(pool) q = (LOCAL(pool))(all & second & ~(third | fourth));                                       \
        LOCAL(pool) r = (LOCAL(pool))(all & third & ~fourth), s = (LOCAL(pool))(all & fourth);                 \
        *(LOCAL(pool_at) *)y0 = __builtin_shufflevector(p, q, LOW_##L);                                        \
        *(LOCAL(pool_at) *)(y0 + L) = __builtin_shufflevector(p, q, HIGH_##L);                                 \
        *(LOCAL(pool_at) *)y1 = __builtin_shufflevector(r, s, LOW_##L);                                        \
        *(LOCAL(pool_at) *)(y1 + L) = __builtin_shufflevector(r, s, HIGH_##L);                                 \
    }

/* The largest of L windows and which it was, 4 where `relu` takes it away; and a pooled gradient to where that says. */
#define DEFINE_CHOICES(L)                                                                                      \
    INLINE void LOCAL(choose_##L)(const T *r0, const T *r1, T *y, uint8_t *choice, int relu)                   \
    {                                                                                                          \
        typedef T LOCAL(pool) __attribute__((vector_size(L * sizeof(T))));                                     \
        typedef T LOCAL(pool_at) __attribute__((vector_size(L * sizeof(T)), aligned(sizeof(T)), may_alias));   \
        typedef __typeof__((LOCAL(pool)){0} == (LOCAL(pool)){0}) LOCAL(lanes);                                 \
        typedef uint8_t LOCAL(pool_bytes) __attribute__((vector_size(L), aligned(1), may_alias));              \
        LOCAL(pool) a = *(const LOCAL(pool_at) *)r0, b = *(const LOCAL(pool_at) *)(r0 + L);                    \
        LOCAL(pool) c = *(const LOCAL(pool_at) *)r1, d = *(const LOCAL(pool_at) *)(r1 + L);                    \
        LOCAL(pool) m = __builtin_shufflevector(a, b, EVEN_##L), o0 = __builtin_shufflevector(a, b, ODD_##L);  \
        LOCAL(pool) e1 = __builtin_shufflevector(c, d, EVEN_##L), o1 = __builtin_shufflevector(c, d, ODD_##L); \
        LOCAL(lanes) beats = BEATS(o0, m), which = beats & 1;                                                  \
        m = PICK(beats, o0, m);                                                                                \
        beats = BEATS(e1, m);                                                                                  \
        which = (beats & 2) | (~beats & which);                                                                \
        m = PICK(beats, e1, m);                                                                                \
        beats = BEATS(o1, m);                                                                                  \
        which = (beats & 3) | (~beats & which);                                                                \
        m = PICK(beats, o1, m);                                                                                \
        if (relu)                                                                                              \
            which = ((m > 0) & which) | (~(m > 0) & 4);                                                        \
        *(LOCAL(pool_at) *)y = m;                                                                              \
        *(LOCAL(pool_bytes) *)choice = __builtin_convertvector(which, LOCAL(pool_bytes));                      \
    }                                                                                                          \
    INLINE void LOCAL(place_##L)(const T *from, const uint8_t *choice, T *y0, T *y1)                           \
    {                                                                                                          \
        typedef T LOCAL(pool) __attribute__((vector_size(L * sizeof(T))));                                     \
        typedef T LOCAL(pool_at) __attribute__((vector_size(L * sizeof(T)), aligned(sizeof(T)), may_alias));   \
        typedef __typeof__((LOCAL(pool)){0} == (LOCAL(pool)){0}) LOCAL(lanes);                                 \
        typedef uint8_t LOCAL(pool_bytes) __attribute__((vector_size(L), aligned(1), may_alias));              \
        LOCAL(lanes) which = __builtin_convertvector(*(const LOCAL(pool_bytes) *)choice, LOCAL(lanes));        \
        LOCAL(lanes) d = (LOCAL(lanes)) * (const LOCAL(pool_at) *)from;                                        \
        LOCAL(pool) p = (LOCAL(pool))(d & (which == 0)), q = (LOCAL(pool))(d & (which == 1));                  \
        LOCAL(pool) r = (LOCAL(pool))(d & (which == 2)), s = (LOCAL(pool))(d & (which == 3));                  \
        *(LOCAL(pool_at) *)y0 = __builtin_shufflevector(p, q, LOW_##L);                                        \
        *(LOCAL(pool_at) *)(y0 + L) = __builtin_shufflevector(p, q, HIGH_##L);                                 \
        *(LOCAL(pool_at) *)y1 = __builtin_shufflevector(r, s, LOW_##L);                                        \
        *(LOCAL(pool_at) *)(y1 + L) = __builtin_shufflevector(r, s, HIGH_##L);                                 \
    }

/* Runs of windows from j on, the longest vectors first. */
#if VLEN >= 16
DEFINE_WINDOWS(16)
DEFINE_CHOICES(16)
#define RUNS_16(call, j, n)            \
    for (; (n) - (j) >= 16; (j) += 16) \
        call(16);
#else
#define RUNS_16(call, j, n)
#endif
#if VLEN >= 8
DEFINE_WINDOWS(8)
DEFINE_CHOICES(8)
#define RUNS_8(call, j, n)           \
    for (; (n) - (j) >= 8; (j) += 8) \
        call(8);
#else
#define RUNS_8(call, j, n)
#endif
#if VLEN >= 4
DEFINE_WINDOWS(4)
DEFINE_CHOICES(4)
#define RUNS_4(call, j, n)           \
    for (; (n) - (j) >= 4; (j) += 4) \
        call(4);
#else
#define RUNS_4(call, j, n)
#endif
DEFINE_WINDOWS(2)
DEFINE_CHOICES(2)
#define RUNS(call, j, n) \
    RUNS_16(call, j, n)  \
    RUNS_8(call, j, n)   \
    RUNS_4(call, j, n) for (; (n) - (j) >= 2; (j) += 2) call(2);

static int LOCAL(is_two_by_two)(const dpk_window *w)
{
    for (int i = 0; i < 2; i++)
        if (w->kernel[i] != 2 || w->stride[i] != 2 || w->padding[i] || w->dilation[i] != 1)
            return 0;
    return 1;
}

int64_t NAME(max_pool2d)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pool_args *args = args_;
    const dpk_window *w = &args->window;
    const int64_t columns = w->plane[1], plane = w->plane[0] * columns, run = w->places[1];
    if (!LOCAL(is_two_by_two)(w))
        return DPK_GLUE(max_pool2d, TYPE, ref)(args_, first, last);
    for (int64_t n = first; n < last; n++)
        for (int64_t i = 0; i < w->places[0]; i++) {
            const T *a = (const T *)args->a + n * plane + 2 * i * columns;
            T *y = (T *)args->y + (n * w->places[0] + i) * run;
            int64_t j = 0;
#define WINDOWS(L) LOCAL(max_##L)(a + 2 * j, a + columns + 2 * j, y + j)
            RUNS(WINDOWS, j, run)
#undef WINDOWS
            if (j < run) {
                T four[4] = {a[2 * j], a[2 * j + 1], a[columns + 2 * j], a[columns + 2 * j + 1]}, most = four[0];
                for (int k = 1; k < 4; k++)
                    if (!(four[k] <= most) && most == most)
                        most = four[k];
                y[j] = most;
            }
        }
    return DPK_DONE;
}

/* Window j of the last column, and zeros where no window is. */
INLINE void LOCAL(put_rest)(const dpk_window *w, const T *a, const T *b, T *y, int64_t j, int gate)
{
    const int64_t columns = w->plane[1];
    for (int64_t k = 2 * j; k < columns; k++)
        y[k] = y[columns + k] = 0;
    if (j == w->places[1])
        return;
    int64_t at[4] = {2 * j, 2 * j + 1, columns + 2 * j, columns + 2 * j + 1}, best = at[0];
    for (int k = 1; k < 4; k++)
        if (!(a[at[k]] <= a[best]) && a[best] == a[best])
            best = at[k];
    y[best] = !gate || a[best] > 0 ? b[j] : 0;
}

int64_t NAME(max_pool2d_put)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pool_args *args = args_;
    const dpk_window *w = &args->window;
    const int64_t columns = w->plane[1], plane = w->plane[0] * columns, run = w->places[1];
    const int gate = args->gate != 0;
    if (!LOCAL(is_two_by_two)(w))
        return DPK_GLUE(max_pool2d_put, TYPE, ref)(args_, first, last);
    for (int64_t n = first; n < last; n++) {
        for (int64_t i = 0; i < w->places[0]; i++) {
            const T *a = (const T *)args->a + n * plane + 2 * i * columns,
                    *b = (const T *)args->b + (n * w->places[0] + i) * run;
            T *y = (T *)args->y + n * plane + 2 * i * columns;
            int64_t j = 0;
#define WINDOWS(L) LOCAL(put_##L)(a + 2 * j, a + columns + 2 * j, b + j, y + 2 * j, y + columns + 2 * j, gate)
            RUNS(WINDOWS, j, run)
#undef WINDOWS
            LOCAL(put_rest)(w, a, b, y, j, gate);
        }
        if (w->plane[0] % 2)
            memset((T *)args->y + (n + 1) * plane - columns, 0, (size_t)columns * sizeof(T));
    }
    return DPK_DONE;
}
