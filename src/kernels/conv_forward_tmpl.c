/* conv2d and conv2d_input, image by image: both are sums over taps, each an element of the kernels times a run of a laid
 * out plane (conv_layout.h). A tile of rows (filters, or channels of the input's gradient) and vectors of places stays in
 * registers while the taps go by:
 *
 *             plane, from the tap's place on        for each tap: load `vectors` vectors of its plane,
 *                    |||                            and for each of the rows one weight,
 *     weights  rows -> ###                          rows * vectors multiply-adds
 *
 * Nothing is copied for it but the plane itself: im2col would copy each element KH * KW times. The including file says ROWS
 * and WIDEST, the tile's size. */

typedef struct LOCAL(sums) {
    const T *weights, *planes;
    int64_t weight_row; /* from a row's weight to the next row's */
    const dpk_conv_tap *taps;
    int64_t tap_count;
    T *to;
    int64_t to_row;
} LOCAL(sums);

/* rows and vectors are constants wherever this is inlined. */
INLINE void LOCAL(conv_tile)(int rows, int vectors, const LOCAL(sums) * s, int64_t j)
{
    const T *planes = s->planes + j, *row[ROWS];
    VEC sum[ROWS * WIDEST];
    DPK_UNROLL
    for (int i = 0; i < rows; i++)
        row[i] = s->weights + i * s->weight_row;
    DPK_UNROLL
    for (int i = 0; i < rows * vectors; i++)
        sum[i] = (VEC){0};
    for (const dpk_conv_tap *tap = s->taps, *end = tap + s->tap_count; tap < end; tap++) {
        const T *from = planes + tap->plane;
        const int64_t weight = tap->weight;
        VEC v[WIDEST];
        DPK_UNROLL
        for (int k = 0; k < vectors; k++)
            v[k] = CONST_AT(from + k * VLEN);
        DPK_UNROLL
        for (int i = 0; i < rows; i++) {
            T x = row[i][weight];
            DPK_UNROLL
            for (int k = 0; k < vectors; k++)
                sum[i * vectors + k] += x * v[k];
        }
    }
    DPK_UNROLL
    for (int i = 0; i < rows; i++)
        DPK_UNROLL
    for (int k = 0; k < vectors; k++)
        AT(s->to + i * s->to_row + j + k * VLEN) = sum[i * vectors + k];
}

/* `elems` places, whole vectors of them, of `rows` rows. */
#define DEFINE_STRIP(rows)                                                        \
    static void LOCAL(strip_##rows)(const LOCAL(sums) * s, int64_t elems)         \
    {                                                                             \
        int64_t j = 0;                                                            \
        for (; elems - j > 4 * VLEN || elems - j == 3 * VLEN; j += WIDEST * VLEN) \
            LOCAL(conv_tile)(rows, WIDEST, s, j);                                 \
        for (; elems - j >= 2 * VLEN; j += 2 * VLEN)                              \
            LOCAL(conv_tile)(rows, 2, s, j);                                      \
        if (elems - j > 0)                                                        \
            LOCAL(conv_tile)(rows, 1, s, j);                                      \
    }
#if ROWS >= 8
DEFINE_STRIP(8)
#endif
#if ROWS >= 6
DEFINE_STRIP(6)
#endif
DEFINE_STRIP(4)
DEFINE_STRIP(2)
DEFINE_STRIP(1)

/* As many rows as there is a tile for, at most `rows`; returns how many. */
static int64_t LOCAL(strip)(const LOCAL(sums) * s, int64_t rows, int64_t elems)
{
#if ROWS >= 8
    if (rows >= 8)
        return LOCAL(strip_8)(s, elems), 8;
#endif
#if ROWS >= 6
    if (rows >= 6)
        return LOCAL(strip_6)(s, elems), 6;
#endif
    if (rows >= 4)
        return LOCAL(strip_4)(s, elems), 4;
    if (rows >= 2)
        return LOCAL(strip_2)(s, elems), 2;
    return LOCAL(strip_1)(s, elems), 1;
}

/* The first `count` taps again, `times` in all, each time so much further on. Returns how many there are then. */
static int64_t LOCAL(repeat_taps)(dpk_conv_tap *taps, int64_t count, int64_t times, int64_t plane, int64_t weight)
{
    int64_t all = times > 0 ? count * times : 0;
    for (int64_t k = count; k < all; k++)
        taps[k] = (dpk_conv_tap){taps[k - count].plane + (int32_t)plane, taps[k - count].weight + (int32_t)weight};
    return all;
}

/* The taps of a filter, in the order of its weights: their planes are those of one group. */
static int64_t LOCAL(filter_taps)(const dpk_window *w, const dpk_conv_layout *l, dpk_conv_tap *taps)
{
    int64_t count = 0;
    for (int64_t p = 0; p < w->kernel[0] && l->depth; p++)
        for (int64_t q = 0; q < w->kernel[1]; q++, count++) {
            int64_t phase = dpk_conv_phase(w, 0, p) * w->stride[1] + dpk_conv_phase(w, 1, q);
            int64_t place = dpk_conv_offset(w, 0, p) * l->columns + dpk_conv_offset(w, 1, q);
            taps[count] = (dpk_conv_tap){(int32_t)(phase * l->phase + place), (int32_t)count};
        }
    return LOCAL(repeat_taps)(taps, count, l->depth, l->channel, l->kernel);
}

/* The work area of unit n: laid out planes, then the taps, then whatever else. */
static T *LOCAL(area)(const dpk_conv_args *args, int64_t n)
{
    return (T *)args->scratch + n * args->scratch_elems;
}

INLINE VEC LOCAL(finish_vector)(VEC v, T bias, int relu)
{
    v += bias;
    return relu ? (VEC)((LOCAL(mask))v & ~(LOCAL(mask))(v <= 0)) : v; /* NaN stays */
}

/* Rows of places from a strip to the plane they belong to. What a row's last vector puts behind it the next row puts right, where
 * there is one. */
INLINE void LOCAL(finish_plane)(const dpk_conv_args *args, const dpk_conv_layout *l, const T *from, T *y, T bias,
                                int relu)
{
    const dpk_window *w = &args->window;
    const int64_t vectors = (w->places[1] + VLEN - 1) / VLEN, all = w->places[0] * w->places[1];
    int64_t i = 0;
    for (; i * w->places[1] + vectors * VLEN <= all; i++, from += l->columns, y += w->places[1])
        for (int64_t j = 0; j < vectors; j++)
            AT(y + j * VLEN) = LOCAL(finish_vector)(CONST_AT(from + j * VLEN), bias, relu);
    for (; i < w->places[0]; i++, from += l->columns, y += w->places[1])
        for (int64_t j = 0; j < w->places[1]; j++) {
            T v = from[j] + bias;
            y[j] = relu && v <= 0 ? 0 : v;
        }
}

static void LOCAL(finish_filter)(const dpk_conv_args *args, const dpk_conv_layout *l, const T *from, T *y, int64_t o)
{
    T bias = args->bias ? ((const T *)args->bias)[o] : 0;
    if (args->activation == DPK_ACT_RELU)
        LOCAL(finish_plane)(args, l, from, y, bias, 1);
    else
        LOCAL(finish_plane)(args, l, from, y, bias, 0);
    int64_t places = args->window.places[0] * args->window.places[1];
    if (args->activation == DPK_ACT_SIGMOID)
        LOCAL(sigmoid_all)(y, places);
    if (args->activation == DPK_ACT_TANH)
        LOCAL(tanh_all)(y, places);
}

int64_t NAME(conv2d)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_window *w = &args->window;
    const dpk_conv_layout l = dpk_conv_layout_of(args);
    const int64_t plane = w->plane[0] * w->plane[1], places = w->places[0] * w->places[1], taps_of = l.depth * l.kernel;
    if (first >= last)
        return DPK_DONE;
    dpk_conv_tap *taps = (dpk_conv_tap *)(LOCAL(area)(args, first) + dpk_conv_round(l.image) + DPK_CONV_ROWS * l.width);
    int64_t count = LOCAL(filter_taps)(w, &l, taps);
    for (int64_t n = first; n < last; n++) {
        T *planes = LOCAL(area)(args, n), *strip = planes + dpk_conv_round(l.image);
        LOCAL(spread_image)(args, &l, (const T *)args->a + n * args->channels * plane, planes);
        for (int64_t o = 0, rows; o < args->filters; o += rows) {
            int64_t group = o / l.share, left = (group + 1) * l.share - o;
            LOCAL(sums)
            s = {.weights = (const T *)args->b + o * taps_of,
                 .weight_row = taps_of,
                 .taps = taps,
                 .tap_count = count,
                 .planes = planes + group * l.depth * l.channel,
                 .to = strip,
                 .to_row = l.width};
            rows = LOCAL(strip)(&s, left, l.width);
            for (int64_t i = 0; i < rows; i++)
                LOCAL(finish_filter)
            (args, &l, strip + i * l.width, (T *)args->y + (n * args->filters + o + i) * places, o + i);
        }
    }
    return DPK_DONE;
}

/* The taps by which the gradients of a group's results reach one phase of one of its channels. */
static int64_t LOCAL(phase_taps)(const dpk_window *w, const dpk_conv_layout *l, int64_t phase, dpk_conv_tap *taps)
{
    int64_t count = 0;
    for (int64_t p = 0; p < w->kernel[0] && l->share; p++)
        for (int64_t q = 0; q < w->kernel[1]; q++) {
            if (dpk_conv_phase(w, 0, p) * w->stride[1] + dpk_conv_phase(w, 1, q) != phase)
                continue;
            int64_t back = dpk_conv_offset(w, 0, p) * l->columns + dpk_conv_offset(w, 1, q);
            taps[count++] = (dpk_conv_tap){(int32_t)(l->lead - back), (int32_t)(p * w->kernel[1] + q)};
        }
    return LOCAL(repeat_taps)(taps, count, l->share, dpk_conv_gradient_step(l), l->depth * l->kernel);
}

/* From the phases back to a plane. */
static void LOCAL(gather_plane)(const dpk_window *w, const dpk_conv_layout *l, const T *from, T *y)
{
    const int64_t step = dpk_conv_round(l->phase);
    for (int64_t i = 0; i < w->plane[0]; i++, y += w->plane[1]) {
        int64_t row = i + w->padding[0];
        const T *at = from + row % w->stride[0] * w->stride[1] * step + row / w->stride[0] * l->columns;
        if (w->stride[1] == 1)
            LOCAL(copy_row)(y, at + w->padding[1], w->plane[1]);
        else
            for (int64_t j = 0; j < w->plane[1]; j++) {
                int64_t column = j + w->padding[1];
                y[j] = at[column % w->stride[1] * step + column / w->stride[1]];
            }
    }
}

int64_t NAME(conv2d_input)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_window *w = &args->window;
    const dpk_conv_layout l = dpk_conv_layout_of(args);
    const int64_t plane = w->plane[0] * w->plane[1], places = w->places[0] * w->places[1];
    const int64_t step = dpk_conv_gradient_step(&l), phases = w->stride[0] * w->stride[1],
                  room = dpk_conv_round(l.phase);
    for (int64_t n = first; n < last; n++) {
        T *planes = LOCAL(area)(args, n), *strip = planes + args->filters * step;
        dpk_conv_tap *taps = (dpk_conv_tap *)(strip + DPK_CONV_ROWS * phases * room);
        for (int64_t o = 0; o < args->filters; o++) {
            memset(planes + o * step, 0, (size_t)l.lead * sizeof(T));
            LOCAL(spread_gradient)
            (w, &l, (const T *)args->a + (n * args->filters + o) * places, planes + o * step + l.lead, step - l.lead);
        }
        int64_t count = LOCAL(phase_taps)(w, &l, 0, taps);
        for (int64_t c = 0, rows = 1; c < args->channels; c += rows) {
            int64_t group = c / l.depth, left = (group + 1) * l.depth - c;
            for (int64_t phase = 0; phase < phases; phase++) {
                if (phases > 1)
                    count = LOCAL(phase_taps)(w, &l, phase, taps);
                LOCAL(sums)
                s = {.weights = (const T *)args->b + (group * l.share * l.depth + c - group * l.depth) * l.kernel,
                     .weight_row = l.kernel,
                     .taps = taps,
                     .tap_count = count,
                     .planes = planes + group * l.share * step,
                     .to = strip + phase * room,
                     .to_row = phases * room};
                rows = LOCAL(strip)(&s, left, room);
            }
            for (int64_t i = 0; i < rows; i++)
                LOCAL(gather_plane)
            (w, &l, strip + i * phases * room, (T *)args->y + (n * args->channels + c + i) * plane);
        }
    }
    return DPK_DONE;
}
