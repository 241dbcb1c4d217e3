/* Softmax and its kin. The largest element is taken off first, so that no exponential overflows and the largest is 1.
 * */

/* The largest of a[0], a[step], ...; NaN if there is one. */
static T LOCAL(largest)(const T *a, int64_t len, int64_t step)
{
    if (step == 1)
        return LOCAL(max_row)(a, len);
    T m = a[0];
    for (int64_t k = 1; k < len; k++)
        m = LOCAL(max_of)(m, a[k * step]);
    return m;
}

/* y = exp(a - m) for a[0], a[step], ..., y likewise. */
static void LOCAL(exp_minus)(const T *a, int64_t step, T m, int64_t len, T *y, int64_t y_step)
{
    if (step == 1 && y_step == 1) {
        DPK_INDEPENDENT
        for (int64_t k = 0; k < len; k++)
            y[k] = M(exp)(a[k] - m);
    } else {
        for (int64_t k = 0; k < len; k++)
            y[k * y_step] = M(exp)(a[k * step] - m);
    }
}

/* y = exp(a - m); returns the sum of y: NumPy's order where the elements lie side by side. */
static T LOCAL(exponentials)(const T *a, T *y, T m, int64_t len, int64_t step)
{
    LOCAL(exp_minus)(a, step, m, len, y, step);
    if (step == 1)
        return LOCAL(pairwise)(y, len);
    T sum = 0;
    for (int64_t k = 0; k < len; k++)
        sum += y[k * step];
    return sum;
}

/* sum of exp(a - m). */
static T LOCAL(exp_sum)(const T *a, T m, int64_t len, int64_t step)
{
    enum { BLOCK = 64 };
    T sum = 0, e[BLOCK];
    for (int64_t k = 0, n; k < len; k += n) {
        n = len - k < BLOCK ? len - k : BLOCK;
        LOCAL(exp_minus)(a + k * step, step, m, n, e, 1);
        for (int64_t j = 0; j < n; j++)
            sum += e[j];
    }
    return sum;
}

int64_t NAME(logsumexp)(const void *args_, int64_t first, int64_t last)
{
    const dpk_reduce_args *args = args_;
    T *y = args->y;
    for (int64_t i = first; i < last; i++) {
        const T *a = (const T *)args->a + i / args->inner * args->len * args->inner + i % args->inner;
        T m = LOCAL(largest)(a, args->len, args->inner);
        y[i] = isinf(m) ? m : m + M(log)(LOCAL(exp_sum)(a, m, args->len, args->inner));
    }
    return DPK_DONE;
}

int64_t NAME(softmax)(const void *args_, int64_t first, int64_t last)
{
    const dpk_softmax_args *args = args_;
    int64_t len = args->len, inner = args->inner;
    for (int64_t i = first; len && i < last; i++) {
        int64_t start = i / inner * len * inner + i % inner;
        const T *a = (const T *)args->a + start;
        T *y = (T *)args->y + start;
        T sum = LOCAL(exponentials)(a, y, LOCAL(largest)(a, len, inner), len, inner);
        for (int64_t k = 0; k < len; k++)
            y[k * inner] /= sum;
    }
    return DPK_DONE;
}

int64_t NAME(log_softmax)(const void *args_, int64_t first, int64_t last)
{
    const dpk_softmax_args *args = args_;
    int64_t len = args->len, inner = args->inner;
    for (int64_t i = first; len && i < last; i++) {
        int64_t start = i / inner * len * inner + i % inner;
        const T *a = (const T *)args->a + start;
        T *y = (T *)args->y + start;
        T m = LOCAL(largest)(a, len, inner), log_sum = M(log)(LOCAL(exp_sum)(a, m, len, inner));
        for (int64_t k = 0; k < len; k++)
            y[k * inner] = a[k * inner] - m - log_sum;
    }
    return DPK_DONE;
}

int64_t NAME(xent_index)(const void *args_, int64_t first, int64_t last)
{
    const dpk_xent_args *args = args_;
    const int64_t *t = args->t;
    T *loss = args->loss;
    for (int64_t i = first; i < last; i++) {
        if (t[i] < 0 || t[i] >= args->classes)
            return i;
        const T *y = (const T *)args->y + i * args->classes;
        T m = LOCAL(largest)(y, args->classes, 1);
        loss[i] = M(log)(LOCAL(exp_sum)(y, m, args->classes, 1)) - (y[t[i]] - m);
    }
    return DPK_DONE;
}

/* A target of 0 takes no part, so that 0 * infinity does not make NaN. */
int64_t NAME(xent_soft)(const void *args_, int64_t first, int64_t last)
{
    const dpk_xent_args *args = args_;
    T *loss = args->loss;
    for (int64_t i = first; i < last; i++) {
        const T *y = (const T *)args->y + i * args->classes, *t = (const T *)args->t + i * args->classes;
        T m = args->classes ? LOCAL(largest)(y, args->classes, 1) : 0;
        T log_sum = M(log)(LOCAL(exp_sum)(y, m, args->classes, 1)), sum = 0;
        for (int64_t k = 0; k < args->classes; k++)
            if (t[k] != 0)
                sum += t[k] * (log_sum - (y[k] - m));
        loss[i] = sum;
    }
    return DPK_DONE;
}

int64_t NAME(xent_index_grad)(const void *args_, int64_t first, int64_t last)
{
    const dpk_xent_grad_args *args = args_;
    int64_t classes = args->classes;
    const T scale = first < last ? *(const T *)args->scale : 0;
    for (int64_t i = first; i < last; i++) {
        int64_t k = args->t[i];
        if (k < 0 || k >= classes)
            return i;
        const T *y = (const T *)args->y + i * classes;
        T *dy = (T *)args->dy + i * classes, m = LOCAL(largest)(y, classes, 1), chosen = y[k] - m;
        T sum = LOCAL(exponentials)(y, dy, m, classes, 1);
        if (args->loss)
            ((T *)args->loss)[i] = M(log)(sum) - chosen;
        for (int64_t j = 0; j < classes; j++)
            dy[j] = (dy[j] / sum - (j == k)) * scale;
    }
    return DPK_DONE;
}
