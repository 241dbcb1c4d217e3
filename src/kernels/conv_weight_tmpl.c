/* conv2d_weight: for a filter and a tap, the sum over images and places of the filter's gradient times the plane from the
 * tap's place on (conv_layout.h). A tile of filters and taps stays in registers while places go by; the lanes of a vector
 * are places, and are added when all places are done. Where the gradient's rows end there are zeros, so that what lies
 * between the rows of a plane counts for nothing. The including file lists the sizes of tile there are. */

typedef struct LOCAL(weight_job) {
    const T *planes, *gradients; /* of the first image */
    int64_t image, gradient;     /* to the next image */
    int64_t images, width;
    const dpk_conv_tap *taps;
    int64_t filters, tap_count; /* there are; tiles at the edge do their last one several times */
    T *y;
    int more; /* y has the sums of the images before */
} LOCAL(weight_job);

INLINE void LOCAL(weight_tile)(int rows, int columns, const LOCAL(weight_job) * job, int64_t o, int64_t k)
{
    VEC sum[WEIGHT_ROOM];
    int64_t row[WEIGHT_ROOM], tap[WEIGHT_ROOM];
    DPK_UNROLL
    for (int i = 0; i < rows; i++)
        row[i] = (o + i < job->filters ? o + i : job->filters - 1) * job->width;
    DPK_UNROLL
    for (int c = 0; c < columns; c++)
        tap[c] = job->taps[k + c < job->tap_count ? k + c : job->tap_count - 1].plane;
    DPK_UNROLL
    for (int i = 0; i < rows * columns; i++)
        sum[i] = (VEC){0};
    for (int64_t n = 0; n < job->images; n++) {
        const T *planes = job->planes + n * job->image, *gradients = job->gradients + n * job->gradient;
        for (int64_t j = 0; j < job->width; j += VLEN) {
            VEC d[WEIGHT_ROOM];
            DPK_UNROLL
            for (int i = 0; i < rows; i++)
                d[i] = CONST_AT(gradients + row[i] + j);
            DPK_UNROLL
            for (int c = 0; c < columns; c++) {
                VEC v = CONST_AT(planes + tap[c] + j);
                DPK_UNROLL
                for (int i = 0; i < rows; i++)
                    sum[i * columns + c] += d[i] * v;
            }
        }
    }
    DPK_UNROLL
    for (int i = 0; i < rows; i++)
        DPK_UNROLL
    for (int c = 0; c < columns; c++)
        if (o + i < job->filters && k + c < job->tap_count) {
            T *y = job->y + (o + i) * job->tap_count + k + c, all = LOCAL(fold)(sum[i * columns + c]);
            *y = job->more ? *y + all : all;
        }
}

#define DEFINE_TILES(rows, columns)                                              \
    static void LOCAL(weights_##rows##x##columns)(const LOCAL(weight_job) * job) \
    {                                                                            \
        for (int64_t o = 0; o < job->filters; o += rows)                         \
            for (int64_t k = 0; k < job->tap_count; k += columns)                \
                LOCAL(weight_tile)(rows, columns, job, o, k);                    \
    }
WEIGHT_TILES(DEFINE_TILES)

static const dpk_weight_size LOCAL(weight_sizes)[] = {
#define TILE_ENTRY(r, c) {r, c},
    WEIGHT_TILES(TILE_ENTRY)
#undef TILE_ENTRY
};
enum { LOCAL(weight_size_count) = sizeof LOCAL(weight_sizes) / sizeof *LOCAL(weight_sizes) };

static void LOCAL(weights)(const LOCAL(weight_job) * job)
{
    static void (*const run[])(const LOCAL(weight_job) * job) = {
#define TILE_ENTRY(r, c) LOCAL(weights_##r##x##c),
        WEIGHT_TILES(TILE_ENTRY)
#undef TILE_ENTRY
    };
    run[dpk_weight_tile(LOCAL(weight_sizes), LOCAL(weight_size_count), job->filters, job->tap_count)](job);
}

/* Laid out, the gradients of a filter's planes; their sum is that of its bias. */
static void LOCAL(spread_gradients)(const dpk_conv_args *args, const dpk_conv_layout *l, int64_t n, T *to, T *sums)
{
    int64_t places = args->window.places[0] * args->window.places[1];
    for (int64_t o = 0; o < args->filters; o++, to += l->width) {
        LOCAL(spread_gradient)
        (&args->window, l, (const T *)args->b + (n * args->filters + o) * places, to, l->width);
        VEC sum = {0};
        for (int64_t j = 0; sums && j < l->width; j += VLEN)
            sum += CONST_AT(to + j);
        if (sums)
            sums[o] += LOCAL(fold)(sum);
    }
}

/* The images first .. last - 1 of a piece; whether there were others before. */
static void LOCAL(weights_of_images)(const dpk_conv_args *args, const dpk_conv_layout *l, int64_t piece, int64_t first,
                                     int64_t last, int more)
{
    const dpk_window *w = &args->window;
    const int64_t plane = w->plane[0] * w->plane[1], image = dpk_conv_round(l->image), taps_of = l->depth * l->kernel;
    T *planes = LOCAL(area)(args, piece), *gradients = planes + l->together * image;
    dpk_conv_tap *taps = (dpk_conv_tap *)(gradients + l->together * l->gradient);
    for (int64_t n = first; n < last; n++) {
        LOCAL(spread_image)(args, l, (const T *)args->a + n * args->channels * plane, planes + (n - first) * image);
        LOCAL(spread_gradients)
        (args, l, n, gradients + (n - first) * l->gradient,
         args->sums ? (T *)args->sums + piece * args->filters : NULL);
    }
    LOCAL(filter_taps)(w, l, taps);
    for (int64_t g = 0; g < args->groups; g++) {
        LOCAL(weight_job)
        job = {.planes = planes + g * l->depth * l->channel,
               .gradients = gradients + g * l->share * l->width,
               .image = image,
               .gradient = l->gradient,
               .images = last - first,
               .width = l->width,
               .taps = taps,
               .filters = l->share,
               .tap_count = taps_of,
               .more = more,
               .y = (T *)args->y + (piece * args->filters + g * l->share) * taps_of};
        LOCAL(weights)(&job);
    }
}

int64_t NAME(conv2d_weight)(const void *args_, int64_t first, int64_t last)
{
    const dpk_conv_args *args = args_;
    const dpk_conv_layout l = dpk_conv_layout_of(args);
    for (int64_t piece = first; piece < last; piece++) {
        int64_t n = piece * args->images / args->pieces, end = (piece + 1) * args->images / args->pieces, next;
        if (args->sums)
            memset((T *)args->sums + piece * args->filters, 0, (size_t)args->filters * sizeof(T));
        if (n == end)
            memset((T *)args->y + piece * args->filters * l.depth * l.kernel, 0,
                   (size_t)(args->filters * l.depth * l.kernel) * sizeof(T));
        for (int more = 0; n < end; n = next, more = 1) {
            next = n + l.together < end ? n + l.together : end;
            LOCAL(weights_of_images)(args, &l, piece, n, next, more);
        }
    }
    return DPK_DONE;
}
