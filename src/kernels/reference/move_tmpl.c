/* Elements moved about, whatever they are: by size only. */

/* The inner loop of `where`, with steps that a compiler makes vectors of. Both are read, so that nothing hangs on a. */
#define CHOOSE(step_b, step_c)                          \
    do {                                                \
        DPK_INDEPENDENT                                 \
        for (int64_t j = 0; j < n; j++) {               \
            T x = b[j * (step_b)], z = c[j * (step_c)]; \
            y[j] = a[j] ? x : z;                        \
        }                                               \
    } while (0)

int64_t NAME(where)(const void *args_, int64_t first, int64_t last)
{
    const dpk_where_args *args = args_;
    if (first >= last)
        return DPK_DONE;
    const dpk_axis *inner = &args->axis[0];
    dpk_walk walk = dpk_walk_start(args->axis, args->axis_count, first);
    T *y = (T *)args->y + first;
    for (int64_t left = last - first, n; left > 0; left -= n, y += n) {
        const uint8_t *a = args->a + walk.a;
        const T *b = (const T *)args->b + walk.b, *c = (const T *)args->c + walk.c;
        n = dpk_walk_run(&walk, left);
        if (inner->a == 1 && inner->b == 1 && inner->c == 1)
            CHOOSE(1, 1);
        else if (inner->a == 1 && inner->b == 1 && inner->c == 0)
            CHOOSE(1, 0);
        else if (inner->a == 1 && inner->b == 0 && inner->c == 1)
            CHOOSE(0, 1);
        else
            for (int64_t j = 0; j < n; j++)
                y[j] = a[j * inner->a] ? b[j * inner->b] : c[j * inner->c];
        dpk_walk_next(&walk, n);
    }
    return DPK_DONE;
}

#undef CHOOSE

int64_t NAME(copy)(const void *args_, int64_t first, int64_t last)
{
    const dpk_copy_args *args = args_;
    if (first >= last)
        return DPK_DONE;
    const dpk_axis *inner = &args->axis[0];
    dpk_walk walk = dpk_walk_start(args->axis, args->axis_count, first);
    for (int64_t left = last - first, n; left > 0; left -= n) {
        const T *a = (const T *)args->a + walk.a;
        T *y = (T *)args->y + walk.b;
        n = dpk_walk_run(&walk, left);
        if (inner->a == 1 && inner->b == 1)
            memcpy(y, a, (size_t)n * sizeof *y);
        else
            for (int64_t j = 0; j < n; j++)
                y[j * inner->b] = a[j * inner->a];
        dpk_walk_next(&walk, n);
    }
    return DPK_DONE;
}

int64_t NAME(gather)(const void *args_, int64_t first, int64_t last)
{
    const dpk_gather_args *args = args_;
    for (int64_t i = first; i < last; i++) {
        int64_t r = args->index[i] < 0 ? args->index[i] + args->rows : args->index[i];
        if (r < 0 || r >= args->rows)
            return i;
        memcpy((T *)args->y + i * args->row, (const T *)args->a + r * args->row, (size_t)args->row * sizeof(T));
    }
    return DPK_DONE;
}
