/* Pools as their formulas have them. */

/* The first largest of a's window at place i, j; -1: the window lies outside the plane. */
static int64_t LOCAL(first_largest)(const dpk_window *w, const T *a, int64_t i, int64_t j)
{
    int64_t best = -1, at;
    for (int64_t p = 0; p < w->kernel[0]; p++)
        for (int64_t q = 0; q < w->kernel[1]; q++)
            if (dpk_window_find(w, i, j, p, q, &at) &&
                (best < 0 || a[at] > a[best] || (IS_NAN(a[at]) && !IS_NAN(a[best]))))
                best = at;
    return best;
}

/* The planes of one unit, and its places i, j one after another: `out`. */
#define EACH_PLACE(args, unit, a_elems, b_elems, y_elems, loop)               \
    for (int64_t n = first; n < last; n++) {                                  \
        const dpk_window *w = &(args)->window;                                \
        const T *a = (const T *)(args)->a + n * (a_elems);                    \
        const T *b = (args)->b ? (const T *)(args)->b + n * (b_elems) : NULL; \
        T *y = (T *)(args)->y + n * (y_elems);                                \
        (void)b;                                                              \
        unit;                                                                 \
        for (int64_t i = 0; i < w->places[0]; i++)                            \
            for (int64_t j = 0; j < w->places[1]; j++) {                      \
                int64_t out = i * w->places[1] + j;                           \
                loop;                                                         \
            }                                                                 \
    }

int64_t NAME(max_pool2d)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pool_args *args = args_;
    int64_t plane = dpk_window_plane(&args->window), places = dpk_window_places(&args->window), at;
    EACH_PLACE(args, , plane, 0, places, at = LOCAL(first_largest)(w, a, i, j); y[out] = at < 0 ? (T)-INFINITY : a[at])
    return DPK_DONE;
}

int64_t NAME(max_pool2d_put)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pool_args *args = args_;
    int64_t plane = dpk_window_plane(&args->window), places = dpk_window_places(&args->window), at;
    EACH_PLACE(args, memset(y, 0, (size_t)plane * sizeof(T)), plane, places, plane,
               at = LOCAL(first_largest)(w, a, i, j);
               if (at >= 0 && (!args->gate || a[at] > 0)) y[at] += b[out])
    return DPK_DONE;
}

int64_t NAME(max_pool2d_pick)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pool_args *args = args_;
    int64_t plane = dpk_window_plane(&args->window), places = dpk_window_places(&args->window), at;
    EACH_PLACE(args, , plane, plane, places, at = LOCAL(first_largest)(w, a, i, j); y[out] = at < 0 ? 0 : b[at])
    return DPK_DONE;
}

/* What a mean divides by. */
static T LOCAL(divisor)(const dpk_pool_args *args, int64_t i, int64_t j)
{
    const dpk_window *w = &args->window;
    int64_t at, real = 0;
    if (!args->count_real)
        return (T)dpk_window_kernel(w);
    for (int64_t p = 0; p < w->kernel[0]; p++)
        for (int64_t q = 0; q < w->kernel[1]; q++)
            real += dpk_window_find(w, i, j, p, q, &at);
    return (T)real;
}

static T LOCAL(window_sum)(const dpk_window *w, const T *a, int64_t i, int64_t j)
{
    T sum = 0;
    for (int64_t p = 0; p < w->kernel[0]; p++)
        for (int64_t q = 0, at; q < w->kernel[1]; q++)
            if (dpk_window_find(w, i, j, p, q, &at))
                sum += a[at];
    return sum;
}

int64_t NAME(avg_pool2d)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pool_args *args = args_;
    int64_t plane = dpk_window_plane(&args->window), places = dpk_window_places(&args->window);
    EACH_PLACE(args, , plane, 0, places, y[out] = LOCAL(window_sum)(w, a, i, j) / LOCAL(divisor)(args, i, j))
    return DPK_DONE;
}

static void LOCAL(spread)(const dpk_window *w, T *y, int64_t i, int64_t j, T share)
{
    for (int64_t p = 0; p < w->kernel[0]; p++)
        for (int64_t q = 0, at; q < w->kernel[1]; q++)
            if (dpk_window_find(w, i, j, p, q, &at))
                y[at] += share;
}

int64_t NAME(avg_pool2d_put)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pool_args *args = args_;
    int64_t plane = dpk_window_plane(&args->window), places = dpk_window_places(&args->window);
    EACH_PLACE(args, memset(y, 0, (size_t)plane * sizeof(T)), places, 0, plane,
               LOCAL(spread)(w, y, i, j, a[out] / LOCAL(divisor)(args, i, j)))
    return DPK_DONE;
}
#undef EACH_PLACE
