/* Rows of bytes to rows of numbers from 0 to 1. DIVIDE_BY_255(x) is x / 255 for a whole x below 256. The rows come in any
 * order, so that no processor guesses the next one: it is asked for while one of the rows before is worked on. */
int64_t NAME(pixels)(const void *args_, int64_t first, int64_t last)
{
    enum { AHEAD = 4, LINE = 64 };
    const dpk_pixels_args *args = args_;
    for (int64_t i = first - AHEAD; i < last; i++) {
        int64_t next = i + AHEAD < last ? args->index[i + AHEAD] : -1, r;
        if (next >= 0 && next < args->rows)
            for (int64_t j = 0; j < args->row; j += LINE)
                __builtin_prefetch(args->a + next * args->row + j, 0, 2);
        if (i < first)
            continue;
        r = args->index[i];
        if (r < 0 || r >= args->rows)
            return i;
        const uint8_t *a = args->a + r * args->row;
        T *y = (T *)args->y + i * args->y_row;
        DPK_INDEPENDENT
        for (int64_t j = 0; j < args->row; j++)
            y[j] = DIVIDE_BY_255((T)a[j]);
    }
    return DPK_DONE;
}
