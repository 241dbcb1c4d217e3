/* conv2d and conv2d_input with an image in each lane (conv_lanes.h). A tile of rows (filters; of the input's gradient
 * channels) by 2 x 2 places stays in registers while the taps go by: four vectors of the planes and a number for each row
 * make four multiply-adds for each row. Four places that belong together are a window of the pool, which is made of them
 * right there. The including file says LANE_ROWS, the most rows of a tile. */

/* How taps are gone through: along two axes, each with its step in planes and weights, and at each place of these by a table
 * of places in the planes, whose weights are `weight` apart. */
typedef struct LOCAL(grid) {
    const T *weights, *planes;
    int64_t weight_row; /* from a row's weight to the next row's */
    int64_t count[2], plane[2], weight_of[2];
    const int32_t *taps;
    int64_t tap_count, weight;
    int64_t step[2]; /* in the planes, from a place to the one below, to the one on the right */
    int64_t places[2];
    const dpk_window
        *back;     /* planes are a result's gradient with an edge of 0: taps that do not reach it are left out */
    const T *bias; /* of the first row, or NULL */
    int relu, pool;
    T *y; /* of the first row */
    int64_t y_row, y_columns;
    uint8_t *choice;         /* of the first row's first result, or NULL */
    int64_t choices, images; /* bytes to the next result's; lanes that there are images for */
} LOCAL(grid);

/* The taps along an axis that reach what there is of it (-1 and `places` are its edge) from places y and y + 1. */
static inline void LOCAL(reaching)(const dpk_window *w, int axis, int64_t y, int64_t *first, int64_t *count)
{
    int64_t d = w->dilation[axis], at = y + w->padding[axis], beyond = at - (w->places[axis] - 1);
    int64_t last = (at + 1) / d < w->kernel[axis] - 1 ? (at + 1) / d : w->kernel[axis] - 1;
    *first = beyond > 0 ? (beyond + d - 1) / d : 0;
    *count = last - *first + 1;
}

INLINE void LOCAL(lane_sums)(int rows, const LOCAL(grid) * g, int64_t i, int64_t j, VEC *sum)
{
    const T *planes = g->planes + i * g->step[0] + j * g->step[1], *weights = g->weights;
    int64_t count[2] = {g->count[0], g->count[1]};
    if (g->back)
        for (int axis = 0; axis < 2; axis++) {
            int64_t first;
            LOCAL(reaching)(g->back, axis, axis ? j : i, &first, &count[axis]);
            planes += first * g->plane[axis], weights += first * g->weight_of[axis];
        }
    DPK_UNROLL
    for (int k = 0; k < 4 * rows; k++)
        sum[k] = (VEC){0} + (g->bias ? g->bias[k / 4] : 0);
    const int64_t right = g->step[1], down = g->step[0], weight = g->weight, row = g->weight_row;
    for (int64_t p = 0; p < count[0]; p++)
        for (int64_t q = 0; q < count[1]; q++) {
            const T *from = planes + p * g->plane[0] + q * g->plane[1];
            const T *w = weights + p * g->weight_of[0] + q * g->weight_of[1];
            for (const int32_t *tap = g->taps, *end = tap + g->tap_count; tap < end; tap++, w += weight) {
                const T *x = from + *tap;
                VEC v[4] = {CONST_AT(x), CONST_AT(x + right), CONST_AT(x + down), CONST_AT(x + down + right)};
                DPK_UNROLL
                for (int r = 0; r < rows; r++) {
                    T s = w[r * row];
                    DPK_UNROLL
                    for (int k = 0; k < 4; k++)
                        sum[4 * r + k] += s * v[k];
                }
            }
        }
}

#define CHOOSE(mask, b, a) (((mask) & (b)) | (~(mask) & (a)))

INLINE void LOCAL(write_choices)(uint8_t *to, LOCAL(which) which, int64_t images)
{
    LOCAL(which_bytes) c = __builtin_convertvector(which, LOCAL(which_bytes));
    if (images == VLEN)
        *(LOCAL(which_bytes) *)to = c;
    else
        for (int64_t i = 0; i < images; i++)
            to[i] = c[i];
}

/* With the members of g in registers: the vectors that are written could be members for all a compiler knows. `images` is how
 * many lanes count, a constant. */
INLINE void LOCAL(lane_pool)(int rows, const LOCAL(grid) * g, int64_t i, int64_t j, const VEC *sum, int relu,
                             int choose, int64_t images)
{
    const int64_t at = i / 2 * g->y_columns + j / 2, y_step = g->y_row * VLEN, choice_step = g->y_row * g->choices;
    T *y = g->y + at * VLEN;
    uint8_t *choice = g->choice + at * g->choices;
    DPK_UNROLL
    for (int r = 0; r < rows; r++, y += y_step, choice += choice_step) {
        VEC most = sum[4 * r];
        LOCAL(which) which = {0};
        DPK_UNROLL
        for (int k = 1; k < 4; k++) {
            VEC v = sum[4 * r + k];
            LOCAL(which) beats = BEATS(v, most);
            most = (VEC)CHOOSE(beats, (LOCAL(which))v, (LOCAL(which))most);
            which = CHOOSE(beats, (LOCAL(which)){0} + k, which);
        }
        if (relu) {
            which = CHOOSE(most > 0, which, (LOCAL(which)){0} + 4);
            most = (VEC)((LOCAL(which))most & ~(most <= 0)); /* NaN stays */
        }
        AT(y) = most;
        if (choose)
            LOCAL(write_choices)(choice, which, images);
    }
}

INLINE void LOCAL(lane_window)(int rows, const LOCAL(grid) * g, int64_t i, int64_t j, const VEC *sum)
{
    if (g->choice && g->images == VLEN && g->relu)
        LOCAL(lane_pool)(rows, g, i, j, sum, 1, 1, VLEN);
    else
        LOCAL(lane_pool)(rows, g, i, j, sum, g->relu, g->choice != NULL, g->images);
}

INLINE void LOCAL(lane_put)(int rows, const LOCAL(grid) * g, int64_t i, int64_t j, const VEC *sum)
{
    const int right = j + 1 < g->places[1], below = i + 1 < g->places[0], relu = g->relu;
    const int64_t step = g->y_row * VLEN, row = g->y_columns * VLEN;
    T *y = g->y + i * row + j * VLEN;
    DPK_UNROLL
    for (int r = 0; r < rows; r++, y += step) {
        VEC v[4];
        DPK_UNROLL
        for (int k = 0; k < 4; k++) {
            v[k] = sum[4 * r + k];
            if (relu)
                v[k] = (VEC)((LOCAL(which))(v[k]) & ~(v[k] <= 0));
        }
        AT(y) = v[0];
        if (right)
            AT(y + VLEN) = v[1];
        if (below)
            AT(y + row) = v[2];
        if (below && right)
            AT(y + row + VLEN) = v[3];
    }
}

#define DEFINE_GRID(rows)                                             \
    static void LOCAL(grid_##rows)(const LOCAL(grid) * g)             \
    {                                                                 \
        for (int64_t i = 0; i + g->pool < g->places[0]; i += 2)       \
            for (int64_t j = 0; j + g->pool < g->places[1]; j += 2) { \
                VEC sum[4 * rows];                                    \
                LOCAL(lane_sums)(rows, g, i, j, sum);                 \
                if (g->pool)                                          \
                    LOCAL(lane_window)(rows, g, i, j, sum);           \
                else                                                  \
                    LOCAL(lane_put)(rows, g, i, j, sum);              \
            }                                                         \
    }
DEFINE_GRID(1)
DEFINE_GRID(2)
#if LANE_ROWS >= 3
DEFINE_GRID(3)
#endif
#if LANE_ROWS >= 6
DEFINE_GRID(4)
DEFINE_GRID(5)
DEFINE_GRID(6)
#endif

static void (*const LOCAL(grids)[])(const LOCAL(grid) *) = {
    LOCAL(grid_1), LOCAL(grid_2),
#if LANE_ROWS >= 3
    LOCAL(grid_3),
#endif
#if LANE_ROWS >= 6
    LOCAL(grid_4), LOCAL(grid_5), LOCAL(grid_6),
#endif
};

/* All rows of one group, in tiles of about the same size. */
static void LOCAL(run_grid)(LOCAL(grid) g, int64_t rows)
{
    const int64_t tiles = (rows + LANE_ROWS - 1) / LANE_ROWS;
    for (int64_t tile = 0, row = 0; tile < tiles; tile++) {
        int64_t next = (tile + 1) * rows / tiles, some = next - row;
        LOCAL(grids)[some - 1](&g);
        g.weights += some * g.weight_row;
        g.y += some * g.y_row * VLEN;
        if (g.bias)
            g.bias += some;
        if (g.choice)
            g.choice += some * g.y_row * g.choices;
        row = next;
    }
}

/* What no grid does to its results. */
static void LOCAL(activate)(dpk_activation activation, T *y, int64_t elems)
{
    if (activation == DPK_ACT_SIGMOID)
        LOCAL(sigmoid_all)(y, elems);
    if (activation == DPK_ACT_TANH)
        LOCAL(tanh_all)(y, elems);
}

/* The first and last image of a unit's. */
static inline int64_t LOCAL(unit_end)(const dpk_conv_args *args, int64_t n)
{
    return args->images - n < args->row_block ? args->images : n + args->row_block;
}

int64_t NAME(conv2d_lanes)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_window *w = &args->window;
    const dpk_lanes l = dpk_lanes_of(args);
    const int64_t taps = l.depth * l.kernel;
    for (int64_t unit = first; unit < last; unit++) {
        T *planes = LOCAL(lanes_area)(args, unit), *out = planes + l.planes * VLEN;
        int32_t *table = (int32_t *)(out + l.results * VLEN);
        const int32_t *places = LOCAL(image_edges)(args, &l, planes, table + taps);
        LOCAL(lane_taps)(w, &l, table);
        LOCAL(grid)
        g = {.weight_row = taps,
             .count = {1, 1},
             .taps = table,
             .tap_count = taps,
             .weight = 1,
             .step = {w->stride[0] * l.columns * VLEN, w->stride[1] * VLEN},
             .places = {w->places[0], w->places[1]},
             .relu = args->activation == DPK_ACT_RELU,
             .pool = args->pool != 0,
             .y_row = l.result[0] * l.result[1],
             .y_columns = l.result[1]};
        for (int64_t n = unit * args->row_block, end = LOCAL(unit_end)(args, n); n < end; n += VLEN) {
            int64_t count = end - n < VLEN ? end - n : VLEN;
            if (dpk_lanes_few(args, n)) {
                for (int64_t i = 0; i < count; i++)
                    LOCAL(few_result)(args, &l, planes, n + i);
                continue;
            }
            LOCAL(image_in)(args, &l, n, count, planes, places);
            g.choices = dpk_lanes_group(args, n), g.images = count;
            for (int64_t group = 0; group < args->groups; group++) {
                int64_t o = group * l.share;
                g.planes = planes + group * l.depth * l.channel * VLEN;
                g.weights = (const T *)args->b + o * taps;
                g.bias = args->bias ? (const T *)args->bias + o : NULL;
                g.y = out + o * g.y_row * VLEN;
                g.choice = args->choice ? args->choice + dpk_lanes_choice(&l, n) + o * g.y_row * g.choices : NULL;
                LOCAL(run_grid)(g, l.share);
            }
            T *y = (T *)args->y + n * l.results;
            LOCAL(lanes_out)(out, y, l.results, count, l.results);
            LOCAL(activate)(args->activation, y, count * l.results);
        }
    }
    return DPK_DONE;
}

int64_t NAME(conv2d_lanes_input)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_window *w = &args->window;
    const dpk_lanes l = dpk_lanes_of(args);
    const int64_t plane = dpk_window_plane(w), filter = l.edged[0] * l.edged[1], image = args->channels * plane;
    for (int64_t unit = first; unit < last; unit++) {
        T *edged = LOCAL(lanes_area)(args, unit), *out = edged + args->filters * filter * VLEN,
          *pooled = out + image * VLEN;
        LOCAL(gradient_place) to = {.to = edged, .columns = l.edged[1], .filter = filter, .edge = 1};
        int32_t *table = (int32_t *)(pooled + (args->pool ? l.results * VLEN : 0));
        for (int64_t o = 0; o < l.share; o++)
            table[o] = (int32_t)(o * filter * VLEN);
        to.places = LOCAL(make_places)(table + l.share, w->places[0], w->places[1], l.edged[1], (int64_t[]){1, 1});
        LOCAL(grid)
        g = {.weight_row = l.kernel,
             .plane = {-w->dilation[0] * l.edged[1] * VLEN, -w->dilation[1] * VLEN},
             .weight_of = {w->kernel[1], 1},
             .taps = table,
             .tap_count = l.share,
             .weight = l.depth * l.kernel,
             .step = {l.edged[1] * VLEN, VLEN},
             .places = {w->plane[0], w->plane[1]},
             .back = w,
             .y_row = plane,
             .y_columns = w->plane[1]};
        memset(edged, 0, (size_t)(args->filters * filter * VLEN) * sizeof(T));
        for (int64_t n = unit * args->row_block, end = LOCAL(unit_end)(args, n); n < end; n += VLEN) {
            int64_t count = end - n < VLEN ? end - n : VLEN;
            if (dpk_lanes_few(args, n)) {
                for (int64_t i = 0; i < count; i++)
                    LOCAL(few_input)(args, &l, edged, n + i);
                continue;
            }
            LOCAL(gradient_in)(args, &l, args->a, n, count, pooled, &to);
            for (int64_t group = 0; group < args->groups; group++) {
                g.planes =
                    edged + (group * l.share * filter + (1 + w->padding[0]) * l.edged[1] + 1 + w->padding[1]) * VLEN;
                g.weights = (const T *)args->b + group * l.share * l.depth * l.kernel;
                g.y = out + group * l.depth * plane * VLEN;
                LOCAL(run_grid)(g, l.depth);
            }
            LOCAL(lanes_out)(out, (T *)args->y + n * image, image, count, image);
        }
    }
    return DPK_DONE;
}
