/* Groups of so few images that most lanes would be empty: with places in the lanes (conv_forward_tmpl.c,
 * conv_weight_tmpl.c), image by image, and a pool before or behind that. Their choices are [images][results]. */

/* The work area of conv2d and so on lies behind what is pooled of an image, or is to be. */
static dpk_conv_args LOCAL(few_of)(const dpk_conv_args *args, T *area, int64_t n)
{
    dpk_conv_args few = *args;
    few.a = (const T *)args->a + n * args->channels * dpk_window_plane(&args->window);
    few.scratch = area + dpk_conv_round(args->filters * dpk_window_places(&args->window));
    few.scratch_elems = 0;
    few.images = few.pieces = 1;
    return few;
}

/* A row of windows: the largest of each, which it was; a pooled gradient to where that says (pool_tmpl.c). */
static void LOCAL(few_largest)(const T *a, const T *b, int64_t windows, int relu, T *y, uint8_t *choice)
{
    int64_t j = 0;
#define WINDOWS(L) LOCAL(choose_##L)(a + 2 * j, b + 2 * j, y + j, choice + j, relu)
    RUNS(WINDOWS, j, windows)
#undef WINDOWS
    if (j == windows)
        return;
    const T last[2][4] = {{a[2 * j], a[2 * j + 1]}, {b[2 * j], b[2 * j + 1]}};
    T most[2];
    uint8_t which[2];
    LOCAL(choose_2)(last[0], last[1], most, which, relu);
    y[j] = most[0], choice[j] = which[0];
}

static void LOCAL(few_places)(const T *dy, const uint8_t *choice, int64_t windows, T *a, T *b)
{
    int64_t j = 0;
#define WINDOWS(L) LOCAL(place_##L)(dy + j, choice + j, a + 2 * j, b + 2 * j)
    RUNS(WINDOWS, j, windows)
#undef WINDOWS
    for (int k = 0; k < 2 && j < windows; k++) {
        a[2 * j + k] = choice[j] == k ? dy[j] : 0;
        b[2 * j + k] = choice[j] == 2 + k ? dy[j] : 0;
    }
}

/* conv2d_lanes of image n. */
static void LOCAL(few_result)(const dpk_conv_args *args, const dpk_lanes *l, T *area, int64_t n)
{
    const dpk_window *w = &args->window;
    dpk_conv_args few = LOCAL(few_of)(args, area, n);
    T *y = (T *)args->y + n * l->results;
    uint8_t *choice =
        args->choice ? args->choice + n * l->results : (uint8_t *)few.scratch; /* kept, or over its planes */
    few.y = args->pool ? area : y;
    NAME(conv2d)(&few, 0, 1);
    for (int64_t o = 0; o < args->filters && args->pool; o++, area += dpk_window_places(w))
        for (int64_t i = 0; i < l->result[0]; i++, y += l->result[1]) {
            const T *row = area + 2 * i * w->places[1];
            LOCAL(few_largest)(row, row + w->places[1], l->result[1], args->activation == DPK_ACT_RELU, y, choice);
            choice += args->choice ? l->result[1] : 0;
        }
}

/* The gradient of image n's results, as planes of all places. */
static const T *LOCAL(few_gradient)(const dpk_conv_args *args, const dpk_lanes *l, const T *dy, T *area, int64_t n)
{
    const dpk_window *w = &args->window;
    const int64_t wide = w->places[1], all = args->filters * dpk_window_places(w);
    const uint8_t *choice = args->choice + n * l->results;
    T *y = area;
    dy += n * l->results;
    if (!args->pool)
        return dy;
    if (w->places[0] % 2 || wide % 2) /* what no window of the pool has */
        memset(area, 0, (size_t)all * sizeof(T));
    for (int64_t o = 0; o < args->filters; o++, y = area + o * dpk_window_places(w))
        for (int64_t i = 0; i < l->result[0]; i++, y += 2 * wide, dy += l->result[1], choice += l->result[1])
            LOCAL(few_places)(dy, choice, l->result[1], y, y + wide);
    return area;
}

/* conv2d_lanes_input of image n. */
static void LOCAL(few_input)(const dpk_conv_args *args, const dpk_lanes *l, T *area, int64_t n)
{
    dpk_conv_args few = LOCAL(few_of)(args, area, n);
    few.a = LOCAL(few_gradient)(args, l, args->a, area, n);
    few.y = (T *)args->y + n * args->channels * dpk_window_plane(&args->window);
    NAME(conv2d_input)(&few, 0, 1);
}

/* conv2d_lanes_weight of image n, the images before it in its piece being there if `more`. */
static void LOCAL(few_weights)(const dpk_conv_args *args, const dpk_lanes *l, T *area, int64_t n, int more)
{
    const int64_t piece = n / DPK_CONV_LANES;
    dpk_conv_args few = LOCAL(few_of)(args, area, n);
    const dpk_conv_layout layout = dpk_conv_layout_of(&few);
    few.b = LOCAL(few_gradient)(args, l, args->b, area, n);
    few.y = (T *)args->y + piece * args->filters * l->depth * l->kernel;
    few.sums = args->sums ? (T *)args->sums + piece * args->filters : NULL;
    if (few.sums && !more)
        memset(few.sums, 0, (size_t)args->filters * sizeof(T));
    LOCAL(weights_of_images)(&few, &layout, 0, 0, 1, more);
}
