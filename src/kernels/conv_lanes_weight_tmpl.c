/* conv2d_weight with an image in each lane (conv_lanes.h): for a filter and a tap, the sum over places of the filter's gradient
 * times the plane's element that the tap meets there. A tile of filters and taps (WEIGHT_TILES) stays in registers while a few
 * rows of places go by, whose gradients are in the first cache: for the filters of a tile they are spread from the pooled gradient
 * just then. When all rows have gone by, the lanes of a tile's sums are added, as many sums at once as a vector has lanes. */

enum { LOCAL(tile_room) = (WEIGHT_ROOM + VLEN - 1) / VLEN * VLEN };

/* A tile's filters over the places of some rows. */
typedef struct LOCAL(lane_weights) {
    const T *planes, *gradients; /* at the first place */
    int64_t gradient;            /* to the next filter's */
    int64_t row, step;           /* in the planes, to the place below, to the place on the right */
    int64_t places[2];
    const int32_t *taps;        /* where each begins in the planes */
    int64_t filters, tap_count; /* there are; tiles at the edge do their last one several times */
    T *sums;                    /* of the tiles, from one call to the next */
    int first, last;            /* there is nothing there yet; the sums are whole */
    T *y;
    int more; /* y has the sums of images before */
} LOCAL(lane_weights);

/* The lanes together, and where they belong. */
INLINE void LOCAL(lane_weight_end)(int rows, int columns, const LOCAL(lane_weights) * job, int64_t k, VEC *sum)
{
    T all[LOCAL(tile_room)];
    DPK_UNROLL
    for (int i = 0; i < LOCAL(tile_room); i += VLEN)
        if (i < rows * columns)
            AT(all + i) = LOCAL(fold_all)(sum + i);
    for (int r = 0; r < rows && r < job->filters; r++)
        for (int c = 0; c < columns && k + c < job->tap_count; c++) {
            T *y = job->y + r * job->tap_count + k + c;
            *y = job->more ? *y + all[r * columns + c] : all[r * columns + c];
        }
}

INLINE void LOCAL(lane_weight_tile)(int rows, int columns, const LOCAL(lane_weights) * job, int64_t k, T *sums)
{
    VEC sum[LOCAL(tile_room)];
    const T *tap[WEIGHT_ROOM];
    int64_t filter[WEIGHT_ROOM];
    DPK_UNROLL
    for (int r = 0; r < rows; r++)
        filter[r] = (r < job->filters ? r : job->filters - 1) * job->gradient;
    DPK_UNROLL
    for (int c = 0; c < columns; c++)
        tap[c] = job->planes + job->taps[k + c < job->tap_count ? k + c : job->tap_count - 1];
    DPK_UNROLL
    for (int i = 0; i < LOCAL(tile_room); i++)
        sum[i] = (VEC){0};
    if (!job->first) {
        DPK_UNROLL
        for (int i = 0; i < rows * columns; i++)
            sum[i] = CONST_AT(sums + i * VLEN);
    }
    const int64_t step = job->step, width = job->places[1] * VLEN;
    const T *d = job->gradients;
    int64_t below = 0;
    for (int64_t i = 0; i < job->places[0]; i++, below += job->row) {
        int64_t x = below;
        for (const T *end = d + width; d < end; d += VLEN, x += step) {
            VEC v[WEIGHT_ROOM];
            DPK_UNROLL
            for (int r = 0; r < rows; r++)
                v[r] = CONST_AT(d + filter[r]);
            DPK_UNROLL
            for (int c = 0; c < columns; c++) {
                VEC of_tap = CONST_AT(tap[c] + x);
                DPK_UNROLL
                for (int r = 0; r < rows; r++)
                    sum[r * columns + c] += v[r] * of_tap;
            }
        }
    }
    if (job->last) {
        LOCAL(lane_weight_end)(rows, columns, job, k, sum);
        return;
    }
    DPK_UNROLL
    for (int i = 0; i < rows * columns; i++)
        AT(sums + i * VLEN) = sum[i];
}

#define DEFINE_LANE_TILES(rows, columns)                                                       \
    static void LOCAL(lane_weights_##rows##x##columns)(const LOCAL(lane_weights) * job)        \
    {                                                                                          \
        T *sums = job->sums;                                                                   \
        for (int64_t k = 0; k < job->tap_count; k += columns, sums += (rows) * (columns)*VLEN) \
            LOCAL(lane_weight_tile)(rows, columns, job, k, sums);                              \
    }
WEIGHT_TILES(DEFINE_LANE_TILES)

static void (*const LOCAL(lane_weight_tiles)[])(const LOCAL(lane_weights) *) = {
#define TILE_ENTRY(r, c) LOCAL(lane_weights_##r##x##c),
    WEIGHT_TILES(TILE_ENTRY)
#undef TILE_ENTRY
};

/* What belongs to a piece of the images, or to one group of them. */
typedef struct LOCAL(lane_piece) {
    const dpk_conv_args *args;
    const dpk_lanes *lanes;
    T *planes, *gradients, *sums; /* the gradient as it is in memory; the sums of a row of tiles */
    T *spread;                    /* some rows of some filters' gradients, where they are pooled */
    const int32_t *taps, *places;
    int64_t n, count;
    T *y, *totals; /* of the piece */
    int more;
} LOCAL(lane_piece);

/* Rows i .. end - 1 of the gradient of filter o, which is pooled. Each row comes here once: *total grows by them. */
static void LOCAL(spread_rows)(const LOCAL(lane_piece) * p, int64_t o, int64_t i, int64_t end, T *to, VEC *total)
{
    const dpk_lanes *l = p->lanes;
    const int64_t wide = l->result[1], high = l->result[0], columns = p->args->window.places[1],
                  group = dpk_lanes_group(p->args, p->n), row = columns * VLEN;
    int64_t m = (o * high + i / 2) * wide;
    if (columns % 2 || end > 2 * high) /* what no window of the pool has */
        memset(to, 0, (size_t)((end - i) * row) * sizeof(T));
    for (; i < end && i / 2 < high; i += 2, to += 2 * row) {
        T *y = to;
        for (int64_t j = 0; j < wide; j++, m++, y += 2 * VLEN) {
            LOCAL(which) c = LOCAL(read_choices)(p->args->choice + dpk_lanes_choice(l, p->n) + m * group, p->count);
            LOCAL(which) d = (LOCAL(which))CONST_AT(p->gradients + m * VLEN);
            AT(y) = (VEC)(d & (c == 0)), AT(y + VLEN) = (VEC)(d & (c == 1));
            AT(y + row) = (VEC)(d & (c == 2)), AT(y + row + VLEN) = (VEC)(d & (c == 3));
            *total += (VEC)(d & (c < 4));
        }
    }
}

static void LOCAL(add_rows)(const T *from, int64_t elems, VEC *total)
{
    for (int64_t i = 0; i < elems; i += VLEN)
        *total += CONST_AT(from + i);
}

/* Filters o .. o + filters - 1 of one group, no more than a tile has; so many rows of places at once that their gradients stay
 * in the first cache. */
static void LOCAL(lane_filters)(const LOCAL(lane_piece) * p, int tile, int64_t o, int64_t filters)
{
    const dpk_lanes *l = p->lanes;
    const dpk_window *w = &p->args->window;
    const int64_t row = w->places[1] * VLEN, plane = w->places[0] * row, group = o / l->share;
    int64_t rows = DPK_CONV_SPREAD * VLEN / (row * filters + 1) / 2 * 2;
    rows = rows < 2 ? 2 : rows < w->places[0] ? rows : w->places[0];
    VEC total[WEIGHT_ROOM];
    for (int64_t r = 0; r < filters; r++)
        total[r] = (VEC){0};
    LOCAL(lane_weights)
    job = {.row = w->stride[0] * l->columns * VLEN,
           .step = w->stride[1] * VLEN,
           .taps = p->taps,
           .filters = filters,
           .tap_count = l->depth * l->kernel,
           .sums = p->sums,
           .more = p->more,
           .y = p->y + o * l->depth * l->kernel};
    for (int64_t i = 0, next; i < w->places[0]; i = next) {
        next = i + rows < w->places[0] ? i + rows : w->places[0];
        job.first = i == 0, job.last = next == w->places[0];
        job.places[0] = next - i, job.places[1] = w->places[1];
        job.planes = p->planes + group * l->depth * l->channel * VLEN + i * job.row;
        job.gradients = p->args->pool ? p->spread : p->gradients + o * plane + i * row;
        job.gradient = p->args->pool ? (rows + 1) * row : plane;
        for (int64_t r = 0; r < filters; r++)
            if (p->args->pool)
                LOCAL(spread_rows)(p, o + r, i, next, p->spread + r * job.gradient, &total[r]);
            else if (p->totals)
                LOCAL(add_rows)(job.gradients + r * plane, (next - i) * row, &total[r]);
        LOCAL(lane_weight_tiles)[tile](&job);
    }
    for (int64_t r = 0; r < filters && p->totals; r++)
        p->totals[o + r] += LOCAL(fold)(total[r]);
}

/* The images of one piece, VLEN at a time. */
static void LOCAL(lane_images)(LOCAL(lane_piece) * p, int64_t n, int64_t end)
{
    const dpk_conv_args *args = p->args;
    const dpk_lanes *l = p->lanes;
    const int64_t of_filter = l->depth * l->kernel, piece = n / DPK_CONV_LANES;
    const int tile = dpk_weight_tile(LOCAL(weight_sizes), LOCAL(weight_size_count), l->share, of_filter);
    p->y = (T *)args->y + piece * args->filters * of_filter;
    p->totals = args->sums ? (T *)args->sums + piece * args->filters : NULL;
    if (p->totals)
        memset(p->totals, 0, (size_t)args->filters * sizeof(T));
    for (p->more = 0; n < end; n += VLEN, p->more = 1) {
        p->n = n, p->count = end - n < VLEN ? end - n : VLEN;
        LOCAL(image_in)(args, l, n, p->count, p->planes, p->places);
        LOCAL(lanes_in)((const T *)args->b + n * l->results, l->results, p->count, l->results, p->gradients, NULL);
        const int64_t most = LOCAL(weight_sizes)[tile].rows;
        for (int64_t o = 0, filters; o < args->filters; o += filters) {
            int64_t left = (o / l->share + 1) * l->share - o;
            filters = left < most ? left : most;
            LOCAL(lane_filters)(p, tile, o, filters);
        }
    }
}

int64_t NAME(conv2d_lanes_weight)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_lanes l = dpk_lanes_of(args);
    for (int64_t unit = first; unit < last; unit++) {
        LOCAL(lane_piece) p = {.args = args, .lanes = &l, .planes = LOCAL(lanes_area)(args, unit)};
        p.gradients = p.planes + l.planes * VLEN;
        p.sums = p.gradients + l.results * VLEN;
        p.spread = p.sums + l.tile_sums * VLEN;
        int32_t *taps = (int32_t *)(p.spread + l.spread * VLEN);
        p.taps = taps;
        p.places = LOCAL(image_edges)(args, &l, p.planes, taps + l.depth * l.kernel);
        LOCAL(lane_taps)(&args->window, &l, taps);
        for (int64_t n = unit * args->row_block, end = LOCAL(unit_end)(args, n); n < end; n += DPK_CONV_LANES)
            if (dpk_lanes_few(args, n))
                for (int64_t i = n; i < end; i++)
                    LOCAL(few_weights)(args, &l, p.planes, i, i > n);
            else
                LOCAL(lane_images)(&p, n, end - n < DPK_CONV_LANES ? end : n + DPK_CONV_LANES);
    }
    return DPK_DONE;
}
