/* Planes laid out for the fast convolutions (conv_layout.h), and what their templates share. The including file says
 * VLEN, the elements of a vector. */
typedef T LOCAL(vec) __attribute__((vector_size(VLEN * sizeof(T))));
typedef T LOCAL(vec_at) __attribute__((vector_size(VLEN * sizeof(T)), aligned(sizeof(T)), may_alias));
typedef unsigned char LOCAL(mask) __attribute__((vector_size(VLEN * sizeof(T))));
#define VEC LOCAL(vec)
#define AT(place) (*(LOCAL(vec_at) *)(place))
#define CONST_AT(place) (*(const LOCAL(vec_at) *)(place))
#define INLINE static inline __attribute__((always_inline))

/* Of two vectors one after the other, what is at even and at odd places; and back. */
#define EVEN_16 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD_16 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define LOW_16 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_16 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define EVEN_8 0, 2, 4, 6, 8, 10, 12, 14
#define ODD_8 1, 3, 5, 7, 9, 11, 13, 15
#define LOW_8 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH_8 4, 12, 5, 13, 6, 14, 7, 15
#define EVEN_4 0, 2, 4, 6
#define ODD_4 1, 3, 5, 7
#define LOW_4 0, 4, 1, 5
#define HIGH_4 2, 6, 3, 7
#define EVEN_2 0, 2
#define ODD_2 1, 3
#define LOW_2 0, 2
#define HIGH_2 1, 3

/* b is larger than a so far, or the first NaN. */
#define BEATS(b, a) (~((b) <= (a)) & ((a) == (a)))

/* n elements, short rows mostly: by vectors, then by powers of two. */
INLINE void LOCAL(copy_row)(T *to, const T *from, int64_t n)
{
    for (; n >= VLEN; n -= VLEN, to += VLEN, from += VLEN)
        AT(to) = CONST_AT(from);
    DPK_UNROLL
    for (int size = VLEN / 2; size > 0; size /= 2)
        if (n & size) {
            memcpy(to, from, (size_t)size * sizeof(T));
            to += size, from += size;
        }
}

/* One plane to its phases, the padding as zeros. */
static void LOCAL(spread_plane)(const dpk_window *w, const dpk_conv_layout *l, const T *x, T *to)
{
    if (l->channel == w->plane[0] * w->plane[1] && w->stride[0] * w->stride[1] == 1) { /* it lies as it has to */
        LOCAL(copy_row)(to, x, l->channel);
        return;
    }
    memset(to, 0, (size_t)l->channel * sizeof(T));
    for (int64_t i = 0; i < w->plane[0]; i++, x += w->plane[1]) {
        int64_t row = i + w->padding[0];
        T *at = to + row % w->stride[0] * w->stride[1] * l->phase + row / w->stride[0] * l->columns;
        if (w->stride[1] == 1)
            LOCAL(copy_row)(at + w->padding[1], x, w->plane[1]);
        else
            for (int64_t j = 0; j < w->plane[1]; j++) {
                int64_t column = j + w->padding[1];
                at[column % w->stride[1] * l->phase + column / w->stride[1]] = x[j];
            }
    }
}

/* An image of x; DPK_CONV_ROUND zeros behind it, where the last vectors reach. */
static void LOCAL(spread_image)(const dpk_conv_args *args, const dpk_conv_layout *l, const T *x, T *to)
{
    for (int64_t c = 0; c < args->channels; c++)
        LOCAL(spread_plane)
    (&args->window, l, x + c * args->window.plane[0] * args->window.plane[1], to + c * l->channel);
    memset(to + args->channels * l->channel, 0, DPK_CONV_ROUND * sizeof(T));
}

/* A plane of the result's gradient: its rows `columns` apart, zeros between them and up to `elems`. */
INLINE void LOCAL(spread_gradient)(const dpk_window *w, const dpk_conv_layout *l, const T *dy, T *to, int64_t elems)
{
    int64_t gap = l->columns - w->places[1], used = 0;
    T *at = to;
    for (int64_t i = 0; i < w->places[0]; i++, dy += w->places[1]) {
        LOCAL(copy_row)(at, dy, w->places[1]);
        at += w->places[1], used += w->places[1];
        int64_t zeros = used + gap <= elems ? gap : elems - used;
        for (int64_t j = 0; j < zeros; j++)
            at[j] = 0;
        at += zeros, used += zeros;
    }
    memset(at, 0, (size_t)(elems - used) * sizeof(T));
}

/* The lanes of a vector together, always in the same order. */
INLINE T LOCAL(fold)(VEC v)
{
#if VLEN == 16
    v += __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3);
    v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1);
    return v[0] + v[1];
#elif VLEN == 8
    v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3);
    v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 2, 3, 0, 1);
    return v[0] + v[1];
#elif VLEN == 4
    v += __builtin_shufflevector(v, v, 2, 3, 0, 1);
    return v[0] + v[1];
#else
    return v[0] + v[1];
#endif
}
