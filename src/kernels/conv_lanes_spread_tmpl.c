/* To lanes and back (conv_lanes.h): small square matrices, transposed in registers. */

/* Of two vectors, lane by lane in turn: the first halves, the second halves. */
#define LOW(a, b) __builtin_shufflevector(a, b, DPK_JOIN(LOW, VLEN))
#define HIGH(a, b) __builtin_shufflevector(a, b, DPK_JOIN(HIGH, VLEN))

/* Masks, and which of four; the same in bytes. */
typedef __typeof__(__builtin_choose_expr(sizeof(T) == 4, (int32_t)0, (int64_t)0)) LOCAL(lane);
typedef LOCAL(lane) LOCAL(which) __attribute__((vector_size(VLEN * sizeof(T))));
typedef unsigned char LOCAL(which_bytes) __attribute__((vector_size(VLEN), aligned(1), may_alias));

/* Row i and row i + half become rows 2i and 2i + 1, log2(VLEN) times. */
INLINE void LOCAL(transpose)(VEC r[VLEN])
{
    DPK_UNROLL
    for (int round = 1; round < VLEN; round *= 2) {
        VEC t[VLEN];
        DPK_UNROLL
        for (int i = 0; i < VLEN / 2; i++)
            t[2 * i] = LOW(r[i], r[i + VLEN / 2]), t[2 * i + 1] = HIGH(r[i], r[i + VLEN / 2]);
        DPK_UNROLL
        for (int i = 0; i < VLEN; i++)
            r[i] = t[i];
    }
}

/* Lane i: the sum of the lanes of r[i], always in the same order. Each round leaves half as many vectors. */
INLINE VEC LOCAL(fold_all)(VEC r[VLEN])
{
    DPK_UNROLL
    for (int half = VLEN / 2; half > 0; half /= 2)
        DPK_UNROLL
    for (int i = 0; i < half; i++)
        r[i] = LOW(r[i], r[i + half]) + HIGH(r[i], r[i + half]);
    return r[0];
}

/* Where element e of a plane goes, counted in vectors; without a table it stays where it is. */
static inline int64_t LOCAL(place_of)(const int32_t *places, int64_t e)
{
    return places ? places[e] : e;
}

INLINE void LOCAL(block_in)(const T *from, int64_t image, int64_t count, T *to, const int32_t *places, int64_t e)
{
    VEC r[VLEN];
    DPK_UNROLL
    for (int i = 0; i < VLEN; i++)
        if (i < count)
            r[i] = CONST_AT(from + i * image + e);
        else
            r[i] = (VEC){0};
    LOCAL(transpose)(r);
    DPK_UNROLL
    for (int i = 0; i < VLEN; i++)
        AT(to + LOCAL(place_of)(places, e + i) * VLEN) = r[i];
}

/* `elems` elements of each of `count` images, which are `image` elements apart; further lanes are 0. The last block begins
 * earlier rather than to go beyond the last element. */
static void LOCAL(lanes_in)(const T *from, int64_t image, int64_t count, int64_t elems, T *to, const int32_t *places)
{
    int64_t e = 0;
    if (count == VLEN)
        for (; e + VLEN <= elems; e += VLEN)
            LOCAL(block_in)(from, image, VLEN, to, places, e);
    for (; e < elems && elems >= VLEN; e += VLEN)
        LOCAL(block_in)(from, image, count, to, places, e + VLEN <= elems ? e : elems - VLEN);
    for (; e < elems; e++)
        for (int i = 0; i < VLEN; i++)
            to[LOCAL(place_of)(places, e) * VLEN + i] = i < count ? from[i * image + e] : 0;
}

INLINE void LOCAL(block_out)(const T *from, T *to, int64_t image, int64_t count, int64_t e)
{
    VEC r[VLEN];
    DPK_UNROLL
    for (int i = 0; i < VLEN; i++)
        r[i] = CONST_AT(from + (e + i) * VLEN);
    LOCAL(transpose)(r);
    DPK_UNROLL
    for (int i = 0; i < VLEN; i++)
        if (i < count)
            AT(to + i * image + e) = r[i];
}

/* And back. */
static void LOCAL(lanes_out)(const T *from, T *to, int64_t image, int64_t count, int64_t elems)
{
    int64_t e = 0;
    if (count == VLEN)
        for (; e + VLEN <= elems; e += VLEN)
            LOCAL(block_out)(from, to, image, VLEN, e);
    for (; e < elems && elems >= VLEN; e += VLEN)
        LOCAL(block_out)(from, to, image, count, e + VLEN <= elems ? e : elems - VLEN);
    for (; e < elems; e++)
        for (int i = 0; i < count; i++)
            to[i * image + e] = from[e * VLEN + i];
}

/* The table for planes of height x width inside rows of `columns`, from row and column `edge` on. */
static const int32_t *LOCAL(make_places)(int32_t *table, int64_t height, int64_t width, int64_t columns,
                                         const int64_t edge[2])
{
    for (int64_t i = 0, e = 0; i < height; i++)
        for (int64_t j = 0; j < width; j++, e++)
            table[e] = (int32_t)((i + edge[0]) * columns + j + edge[1]);
    return table;
}

/* Where the taps of a filter begin on the planes of its group. */
static void LOCAL(lane_taps)(const dpk_window *w, const dpk_lanes *l, int32_t *taps)
{
    for (int64_t c = 0; c < l->depth; c++)
        for (int64_t p = 0; p < w->kernel[0]; p++)
            for (int64_t q = 0; q < w->kernel[1]; q++)
                *taps++ = (int32_t)((c * l->channel + p * w->dilation[0] * l->columns + q * w->dilation[1]) * VLEN);
}

/* Images n .. n + count - 1 of x, with their padding, whose zeros are there; places: NULL if there is none. */
static void LOCAL(image_in)(const dpk_conv_args *args, const dpk_lanes *l, int64_t n, int64_t count, T *to,
                            const int32_t *places)
{
    const int64_t plane = dpk_window_plane(&args->window), image = args->channels * plane;
    const T *x = (const T *)args->a + n * image;
    if (!places)
        LOCAL(lanes_in)(x, image, count, image, to, NULL);
    for (int64_t c = 0; c < args->channels && places; c++)
        LOCAL(lanes_in)(x + c * plane, image, count, plane, to + c * l->channel * VLEN, places);
}

/* Zeros wherever no element of x goes, and the table for image_in. */
static const int32_t *LOCAL(image_edges)(const dpk_conv_args *args, const dpk_lanes *l, T *planes, int32_t *table)
{
    const dpk_window *w = &args->window;
    int64_t elems = args->channels * l->channel;
    if (!w->padding[0] && !w->padding[1]) {
        memset(planes + elems * VLEN, 0, (size_t)((l->planes - elems) * VLEN) * sizeof(T));
        return NULL;
    }
    memset(planes, 0, (size_t)(l->planes * VLEN) * sizeof(T));
    return LOCAL(make_places)(table, w->plane[0], w->plane[1], l->columns, w->padding);
}

/* Where the gradient of a result goes: rows of `columns`, filters `filter` apart, from row and column `edge` on. */
typedef struct LOCAL(gradient_place) {
    T *to;
    int64_t columns, filter, edge;
    const int32_t *places; /* of a filter's gradient, where it is not pooled */
} LOCAL(gradient_place);

/* `count` choices, one in each lane. */
INLINE LOCAL(which) LOCAL(read_choices)(const uint8_t *from, int64_t count)
{
    LOCAL(which_bytes) c = {0};
    if (count == VLEN)
        c = *(const LOCAL(which_bytes) *)from;
    else
        for (int64_t i = 0; i < count; i++)
            c[i] = from[i];
    return __builtin_convertvector(c, LOCAL(which));
}

/* Each of a pooled gradient to the one of four that was chosen. */
static void LOCAL(unpool)(const dpk_conv_args *args, const dpk_lanes *l, int64_t n, int64_t count, const T *pooled,
                          const LOCAL(gradient_place) * p)
{
    const int64_t group = dpk_lanes_group(args, n), row = p->columns * VLEN;
    const uint8_t *choice = args->choice + dpk_lanes_choice(l, n);
    for (int64_t o = 0; o < args->filters; o++)
        for (int64_t i = 0; i < l->result[0]; i++) {
            T *y = p->to + (o * p->filter + (2 * i + p->edge) * p->columns + p->edge) * VLEN;
            for (int64_t j = 0; j < l->result[1]; j++, pooled += VLEN, choice += group, y += 2 * VLEN) {
                LOCAL(which) d = (LOCAL(which))CONST_AT(pooled), c = LOCAL(read_choices)(choice, count);
                AT(y) = (VEC)(d & (c == 0)), AT(y + VLEN) = (VEC)(d & (c == 1));
                AT(y + row) = (VEC)(d & (c == 2)), AT(y + row + VLEN) = (VEC)(d & (c == 3));
            }
        }
}

/* The gradient of the results of images n .. n + count - 1; `pooled` has room for what is in memory. */
static void LOCAL(gradient_in)(const dpk_conv_args *args, const dpk_lanes *l, const T *dy, int64_t n, int64_t count,
                               T *pooled, const LOCAL(gradient_place) * p)
{
    const int64_t places = dpk_window_places(&args->window);
    dy += n * l->results;
    if (args->pool) {
        LOCAL(lanes_in)(dy, l->results, count, l->results, pooled, NULL);
        LOCAL(unpool)(args, l, n, count, pooled, p);
    } else if (!p->places)
        LOCAL(lanes_in)(dy, l->results, count, l->results, p->to, NULL);
    else
        for (int64_t o = 0; o < args->filters; o++)
            LOCAL(lanes_in)(dy + o * places, l->results, count, places, p->to + o * p->filter * VLEN, p->places);
}

static T *LOCAL(lanes_area)(const dpk_conv_args *args, int64_t unit)
{
    return (T *)args->scratch + unit * args->scratch_elems;
}
