/* conv2d and conv2d_input with an image in each lane (conv_lanes.h). A tile of rows (filters; of the input's gradient
 * channels) by 2 x 2 places stays in registers while the taps go by: four vectors of the planes and a number for each row
 * make four multiply-adds for each row. Four places that belong together are a window of the pool, which is made of them
 * right there. The including file says LANE_ROWS, the most rows of a tile. */

/* How taps are gone through: along three axes, the last one innermost, each with its step in planes and weights. */
typedef struct LOCAL(grid) {
    const T *weights, *planes;
    int64_t weight_row; /* from a row's weight to the next row's */
    int64_t count[3], plane[3], weight[3];
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
            planes += first * g->plane[axis], weights += first * g->weight[axis];
        }
    DPK_UNROLL
    for (int k = 0; k < 4 * rows; k++)
        sum[k] = (VEC){0};
    const int64_t right = g->step[1], down = g->step[0], inner = g->count[2], plane = g->plane[2],
                  weight = g->weight[2], row = g->weight_row;
    for (int64_t p = 0; p < count[0]; p++)
        for (int64_t q = 0; q < count[1]; q++) {
            const T *x = planes + p * g->plane[0] + q * g->plane[1], *w = weights + p * g->weight[0] + q * g->weight[1];
            for (int64_t c = 0; c < inner; c++, x += plane, w += weight) {
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

INLINE void LOCAL(lane_pool)(int rows, const LOCAL(grid) * g, int64_t i, int64_t j, const VEC *sum)
{
    int64_t at = i / 2 * g->y_columns + j / 2;
    DPK_UNROLL
    for (int r = 0; r < rows; r++) {
        T bias = g->bias ? g->bias[r] : 0;
        VEC most = sum[4 * r] + bias;
        LOCAL(which) which = {0};
        DPK_UNROLL
        for (int k = 1; k < 4; k++) {
            VEC v = sum[4 * r + k] + bias;
            LOCAL(which) beats = BEATS(v, most);
            most = (VEC)CHOOSE(beats, (LOCAL(which))v, (LOCAL(which))most);
            which = CHOOSE(beats, (LOCAL(which)){0} + k, which);
        }
        if (g->relu) {
            which = CHOOSE(most > 0, which, (LOCAL(which)){0} + 4);
            most = (VEC)((LOCAL(which))(most) & ~(most <= 0)); /* NaN stays */
        }
        AT(g->y + (r * g->y_row + at) * VLEN) = most;
        if (g->choice)
            LOCAL(write_choices)(g->choice + (r * g->y_row + at) * g->choices, which, g->images);
    }
}

INLINE void LOCAL(lane_put)(int rows, const LOCAL(grid) * g, int64_t i, int64_t j, const VEC *sum)
{
    const int right = j + 1 < g->places[1], below = i + 1 < g->places[0];
    int64_t at = i * g->y_columns + j;
    DPK_UNROLL
    for (int r = 0; r < rows; r++) {
        T bias = g->bias ? g->bias[r] : 0, *y = g->y + (r * g->y_row + at) * VLEN;
        VEC v[4];
        DPK_UNROLL
        for (int k = 0; k < 4; k++) {
            v[k] = sum[4 * r + k] + bias;
            if (g->relu)
                v[k] = (VEC)((LOCAL(which))(v[k]) & ~(v[k] <= 0));
        }
        AT(y) = v[0];
        if (right)
            AT(y + VLEN) = v[1];
        if (below)
            AT(y + g->y_columns * VLEN) = v[2];
        if (below && right)
            AT(y + (g->y_columns + 1) * VLEN) = v[3];
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
                    LOCAL(lane_pool)(rows, g, i, j, sum);             \
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

/* Axes of taps: rows and columns of the kernel, channels; the longer one of the last two innermost. */
static void LOCAL(set_taps)(LOCAL(grid) * g, const dpk_window *w, int64_t depth, const int64_t plane[3],
                            const int64_t weight[3])
{
    const int64_t count[3] = {w->kernel[0], w->kernel[1], depth};
    for (int k = 0; k < 3; k++)
        g->count[k] = count[k], g->plane[k] = plane[k] * VLEN, g->weight[k] = weight[k];
    if (g->back || depth >= w->kernel[1])
        return;
    g->count[1] = count[2], g->plane[1] = plane[2] * VLEN, g->weight[1] = weight[2];
    g->count[2] = count[1], g->plane[2] = plane[1] * VLEN, g->weight[2] = weight[1];
}

/* What no grid does to its results. */
static void LOCAL(activate)(dpk_activation activation, T *y, int64_t elems)
{
    if (activation == DPK_ACT_SIGMOID)
        for (int64_t i = 0; i < elems; i++)
            y[i] = 1 / (1 + M(exp)(-y[i]));
    if (activation == DPK_ACT_TANH)
        for (int64_t i = 0; i < elems; i++)
            y[i] = M(tanh)(y[i]);
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
        const int32_t *places = LOCAL(image_edges)(args, &l, planes, (int32_t *)(out + l.results * VLEN));
        LOCAL(grid)
        g = {.weight_row = taps,
             .step = {w->stride[0] * l.columns * VLEN, w->stride[1] * VLEN},
             .places = {w->places[0], w->places[1]},
             .relu = args->activation == DPK_ACT_RELU,
             .pool = args->pool != 0,
             .y_row = l.result[0] * l.result[1],
             .y_columns = l.result[1]};
        LOCAL(set_taps)
        (&g, w, l.depth, (int64_t[]){w->dilation[0] * l.columns, w->dilation[1], l.channel},
         (int64_t[]){w->kernel[1], 1, l.kernel});
        for (int64_t n = unit * args->row_block, end = LOCAL(unit_end)(args, n); n < end; n += VLEN) {
            int64_t count = end - n < VLEN ? end - n : VLEN;
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
        to.places = LOCAL(make_places)((int32_t *)(pooled + (args->pool ? l.results * VLEN : 0)), w->places[0],
                                       w->places[1], l.edged[1], (int64_t[]){1, 1});
        LOCAL(grid)
        g = {.weight_row = l.kernel,
             .step = {l.edged[1] * VLEN, VLEN},
             .places = {w->plane[0], w->plane[1]},
             .back = w,
             .y_row = plane,
             .y_columns = w->plane[1]};
        LOCAL(set_taps)
        (&g, w, l.share, (int64_t[]){-w->dilation[0] * l.edged[1], -w->dilation[1], filter},
         (int64_t[]){w->kernel[1], 1, l.depth * l.kernel});
        memset(edged, 0, (size_t)(args->filters * filter * VLEN) * sizeof(T));
        for (int64_t n = unit * args->row_block, end = LOCAL(unit_end)(args, n); n < end; n += VLEN) {
            int64_t count = end - n < VLEN ? end - n : VLEN;
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
