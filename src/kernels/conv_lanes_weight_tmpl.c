/* conv2d_weight with an image in each lane (conv_lanes.h): for a filter and a tap, the sum over places of the filter's gradient
 * times the plane's element that the tap meets there. A tile of filters and taps (WEIGHT_TILES) stays in registers while
 * places go by; then the lanes of all its sums are added, as many sums at once as a vector has lanes. */

typedef struct LOCAL(lane_weights) {
    const T *planes, *gradients;
    int64_t row, step;           /* in the planes, to the place below, to the place on the right */
    int64_t places[2], gradient; /* elements of a filter's gradient */
    const int32_t *taps;         /* where each begins in the planes */
    int64_t filters, tap_count;  /* there are; tiles at the edge do their last one several times */
    T *y;
    int more; /* y has the sums of images before */
} LOCAL(lane_weights);

INLINE void LOCAL(lane_weight_tile)(int rows, int columns, const LOCAL(lane_weights) * job, int64_t o, int64_t k)
{
    enum { ROOM = (WEIGHT_ROOM + VLEN - 1) / VLEN * VLEN };
    VEC sum[ROOM];
    const T *gradient[WEIGHT_ROOM], *tap[WEIGHT_ROOM];
    DPK_UNROLL
    for (int i = 0; i < rows; i++)
        gradient[i] = job->gradients + (o + i < job->filters ? o + i : job->filters - 1) * job->gradient;
    DPK_UNROLL
    for (int c = 0; c < columns; c++)
        tap[c] = job->planes + job->taps[k + c < job->tap_count ? k + c : job->tap_count - 1];
    DPK_UNROLL
    for (int i = 0; i < ROOM; i++)
        sum[i] = (VEC){0};
    const int64_t step = job->step, width = job->places[1] * VLEN;
    int64_t below = 0;
    for (int64_t i = 0, at = 0; i < job->places[0]; i++, below += job->row)
        for (int64_t x = below, end = at + width; at < end; at += VLEN, x += step) {
            VEC d[WEIGHT_ROOM];
            DPK_UNROLL
            for (int r = 0; r < rows; r++)
                d[r] = CONST_AT(gradient[r] + at);
            DPK_UNROLL
            for (int c = 0; c < columns; c++) {
                VEC v = CONST_AT(tap[c] + x);
                DPK_UNROLL
                for (int r = 0; r < rows; r++)
                    sum[r * columns + c] += d[r] * v;
            }
        }
    T all[ROOM];
    DPK_UNROLL
    for (int i = 0; i < ROOM; i += VLEN)
        if (i < rows * columns)
            AT(all + i) = LOCAL(fold_all)(sum + i);
    for (int r = 0; r < rows && o + r < job->filters; r++)
        for (int c = 0; c < columns && k + c < job->tap_count; c++) {
            T *y = job->y + (o + r) * job->tap_count + k + c;
            *y = job->more ? *y + all[r * columns + c] : all[r * columns + c];
        }
}

#define DEFINE_LANE_TILES(rows, columns)                                                \
    static void LOCAL(lane_weights_##rows##x##columns)(const LOCAL(lane_weights) * job) \
    {                                                                                   \
        for (int64_t o = 0; o < job->filters; o += rows)                                \
            for (int64_t k = 0; k < job->tap_count; k += columns)                       \
                LOCAL(lane_weight_tile)(rows, columns, job, o, k);                      \
    }
WEIGHT_TILES(DEFINE_LANE_TILES)

static void (*const LOCAL(lane_weight_tiles)[])(const LOCAL(lane_weights) *) = {
#define TILE_ENTRY(r, c) LOCAL(lane_weights_##r##x##c),
    WEIGHT_TILES(TILE_ENTRY)
#undef TILE_ENTRY
};

/* Where the taps of a filter begin on the planes of its group. */
static void LOCAL(lane_taps)(const dpk_window *w, const dpk_lanes *l, int32_t *taps)
{
    for (int64_t c = 0; c < l->depth; c++)
        for (int64_t p = 0; p < w->kernel[0]; p++)
            for (int64_t q = 0; q < w->kernel[1]; q++)
                *taps++ = (int32_t)((c * l->channel + p * w->dilation[0] * l->columns + q * w->dilation[1]) * VLEN);
}

/* The sums of the filters' gradients, beside what is there. */
static void LOCAL(lane_totals)(const LOCAL(lane_weights) * job, int64_t filters, T *sums)
{
    for (int64_t o = 0; o < filters; o++) {
        VEC sum = {0};
        for (int64_t i = 0; i < job->gradient; i += VLEN)
            sum += CONST_AT(job->gradients + o * job->gradient + i);
        sums[o] += LOCAL(fold)(sum);
    }
}

/* Images n .. end - 1, which are one piece. */
static void LOCAL(lane_piece)(const dpk_conv_args *args, const dpk_lanes *l, int64_t n, int64_t end, T *planes,
                              const int32_t *places)
{
    const dpk_window *w = &args->window;
    const int64_t of_filter = l->depth * l->kernel, piece = n / DPK_CONV_LANES;
    T *gradients = planes + l->planes * VLEN, *pooled = gradients + l->places * VLEN, *sums = NULL;
    int32_t *taps = (int32_t *)(pooled + (args->pool ? l->results * VLEN : 0)) + l->table;
    LOCAL(gradient_place)
    to = {.to = gradients, .columns = w->places[1], .filter = dpk_window_places(w)};
    LOCAL(lane_weights)
    job = {.row = w->stride[0] * l->columns * VLEN,
           .step = w->stride[1] * VLEN,
           .places = {w->places[0], w->places[1]},
           .gradient = dpk_window_places(w) * VLEN,
           .taps = taps,
           .filters = l->share,
           .tap_count = of_filter};
    if (args->sums) {
        sums = (T *)args->sums + piece * args->filters;
        memset(sums, 0, (size_t)args->filters * sizeof(T));
    }
    for (; n < end; n += VLEN, job.more = 1) {
        int64_t count = end - n < VLEN ? end - n : VLEN;
        LOCAL(image_in)(args, l, n, count, planes, places);
        LOCAL(gradient_in)(args, l, args->b, n, count, pooled, &to);
        job.gradients = gradients;
        if (sums)
            LOCAL(lane_totals)(&job, args->filters, sums);
        for (int64_t group = 0; group < args->groups; group++) {
            int tile = dpk_weight_tile(LOCAL(weight_sizes), LOCAL(weight_size_count), l->share, of_filter);
            job.planes = planes + group * l->depth * l->channel * VLEN;
            job.gradients = gradients + group * l->share * job.gradient;
            job.y = (T *)args->y + (piece * args->filters + group * l->share) * of_filter;
            LOCAL(lane_weight_tiles)[tile](&job);
        }
    }
}

int64_t NAME(conv2d_lanes_weight)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_window *w = &args->window;
    const dpk_lanes l = dpk_lanes_of(args);
    for (int64_t unit = first; unit < last; unit++) {
        T *planes = LOCAL(lanes_area)(args, unit), *gradients = planes + l.planes * VLEN;
        int32_t *table = (int32_t *)(gradients + (l.places + (args->pool ? l.results : 0)) * VLEN);
        const int32_t *places = LOCAL(image_edges)(args, &l, planes, table);
        LOCAL(lane_taps)(w, &l, table + l.table);
        if (args->pool && (w->places[0] % 2 || w->places[1] % 2)) /* what no window of the pool has */
            memset(gradients, 0, (size_t)(l.places * VLEN) * sizeof(T));
        for (int64_t n = unit * args->row_block, end = LOCAL(unit_end)(args, n); n < end; n += DPK_CONV_LANES)
            LOCAL(lane_piece)
        (args, &l, n, end - n < DPK_CONV_LANES ? end : n + DPK_CONV_LANES, planes, places);
    }
    return DPK_DONE;
}
