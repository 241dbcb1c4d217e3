/* Rows added, and rows with one 1. */

int64_t NAME(scatter_add)(const void *args_, int64_t first, int64_t last)
{
    const dpk_scatter_args *args = args_;
    if (first >= last)
        return DPK_DONE;
    T *y = args->y;
    const T *a = args->a;
    for (int64_t r = 0; r < args->rows; r++)
        memset(y + r * args->row + first, 0, (size_t)(last - first) * sizeof *y);
    for (int64_t i = 0; i < args->count; i++) {
        int64_t r = args->index[i] < 0 ? args->index[i] + args->rows : args->index[i];
        if (r < 0 || r >= args->rows)
            return i;
        const T *from = a + i * args->row;
        T *to = y + r * args->row;
        DPK_INDEPENDENT
        for (int64_t j = first; j < last; j++)
            to[j] = (T)(WRAP(to[j]) + WRAP(from[j]));
    }
    return DPK_DONE;
}

int64_t NAME(one_hot)(const void *args_, int64_t first, int64_t last)
{
    const dpk_one_hot_args *args = args_;
    for (int64_t i = first; i < last; i++) {
        int64_t k = args->index[i];
        if (k < 0 || k >= args->classes)
            return i;
        T *y = (T *)args->y + i * args->classes;
        memset(y, 0, (size_t)args->classes * sizeof *y);
        y[k] = 1;
    }
    return DPK_DONE;
}
