/* The first index of the largest; NaN counts as largest. */
int64_t NAME(argmax)(const void *args_, int64_t first, int64_t last)
{
    const dpk_reduce_args *args = args_;
    int64_t *y = args->y;
    for (int64_t i = first; i < last; i++) {
        const T *a = (const T *)args->a + i / args->inner * args->len * args->inner + i % args->inner;
        int64_t best = 0;
        for (int64_t k = 1; k < args->len; k++) {
            T x = a[k * args->inner], m = a[best * args->inner];
            if (x > m || (IS_NAN(x) && !IS_NAN(m)))
                best = k;
        }
        y[i] = best;
    }
    return DPK_DONE;
}
