/* One step of an optimiser (kern.h: update), once for each floating dtype and level.
 *
 * Factors come in double and are rounded once, and the operations are in PyTorch's order, so that a run replays
 * PyTorch's: they are the same bits at every level. Each method is a loop without a branch in it, which a compiler turns
 * into SIMD code. */
#ifndef ROOT_QUOTIENT
#define HAS_ROOT_QUOTIENT(c) 0
#define ROOT_QUOTIENT(x, c, part) ((x) / (c))
#endif
#define FACTORS                                                                                                       \
    const dpk_update_args *args = args_;                                                                              \
    T *p = args->p, *s0 = args->s[0], *s1 = args->s[1], *s2 = args->s[2];                                             \
    const T *g = args->g;                                                                                             \
    const T lr = (T)args->lr, decay = (T)args->decay, left = (T)args->left, eps = (T)args->eps, keep = (T)args->keep, \
            take = (T)args->take, momentum = (T)args->momentum, take_m = (T)args->take_m, lr_m = (T)args->lr_m,       \
            correction = (T)args->correction;                                                                         \
    (void)s0, (void)s1, (void)s2, (void)left, (void)eps, (void)keep, (void)take, (void)momentum, (void)take_m;        \
    (void)lr_m, (void)correction;
#define EACH        \
    DPK_INDEPENDENT \
    for (int64_t i = first; i < last; i++)
#define GRADIENT T gradient = g[i] + decay * p[i];

int64_t NAME(update_sgd)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    if (decay == 0)
        EACH
        {
            p[i] -= lr * g[i];
        }
    else
        EACH
        {
            p[i] -= lr * (g[i] + decay * p[i]);
        }
    return DPK_DONE;
}

int64_t NAME(update_momentum)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    EACH
    {
        s0[i] = keep * s0[i] + take * (g[i] + decay * p[i]);
        p[i] -= lr * s0[i];
    }
    return DPK_DONE;
}

int64_t NAME(update_nesterov)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    EACH
    {
        GRADIENT
        s0[i] = keep * s0[i] + take * gradient;
        p[i] -= lr * (gradient + momentum * s0[i]);
    }
    return DPK_DONE;
}

int64_t NAME(update_adagrad)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    EACH
    {
        GRADIENT
        s0[i] += gradient * gradient;
        p[i] -= lr * gradient / (M(sqrt)(s0[i]) + eps);
    }
    return DPK_DONE;
}

/* s0 the squares, s1 the velocity, if there is one. */
int64_t NAME(update_rmsprop)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    if (s1)
        EACH
        {
            GRADIENT
            s0[i] = keep * s0[i] + take * gradient * gradient;
            s1[i] = momentum * s1[i] + gradient / (M(sqrt)(s0[i]) + eps);
            p[i] -= lr * s1[i];
        }
    else
        EACH
        {
            GRADIENT
            s0[i] = keep * s0[i] + take * gradient * gradient;
            p[i] -= lr * (gradient / (M(sqrt)(s0[i]) + eps));
        }
    return DPK_DONE;
}

/* s2 the means. What is under the root may be a rounding error below 0. */
#define CENTERED                                       \
    GRADIENT                                           \
    s0[i] = keep * s0[i] + take * gradient * gradient; \
    s2[i] = s2[i] + take * (gradient - s2[i]);         \
    T step = gradient / (M(sqrt)(s0[i] - s2[i] * s2[i]) + eps);

int64_t NAME(update_rmsprop_centered)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    if (s1)
        EACH
        {
            CENTERED
            s1[i] = momentum * s1[i] + step;
            p[i] -= lr * s1[i];
        }
    else
        EACH
        {
            CENTERED
            p[i] -= lr * step;
        }
    return DPK_DONE;
}
#undef CENTERED

/* s0 the squares, s1 how far it went. */
int64_t NAME(update_adadelta)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    EACH
    {
        GRADIENT
        s0[i] = keep * s0[i] + take * gradient * gradient;
        T step = M(sqrt)(s1[i] + eps) / M(sqrt)(s0[i] + eps) * gradient;
        s1[i] = keep * s1[i] + take * step * step;
        p[i] -= lr * step;
    }
    return DPK_DONE;
}

/* s0 the means, s1 the squares, s2 the largest squares so far. A NaN among them stays. */
#define MOMENTS                                  \
    GRADIENT                                     \
    s0[i] = s0[i] + take_m * (gradient - s0[i]); \
    s1[i] = keep * s1[i] + take * gradient * gradient;

/* The divider is what these wait for: one division of two is saved where a level has quotients of roots by such a
 * correction without it (tmpl.h). */
#define ADAM(corrected)                                                      \
    EACH                                                                     \
    {                                                                        \
        MOMENTS                                                              \
        p[i] = left * p[i] - lr * s0[i] / (corrected(M(sqrt)(s1[i])) + eps); \
    }
#define AMSGRAD(corrected)                                                   \
    EACH                                                                     \
    {                                                                        \
        MOMENTS                                                              \
        s2[i] = s1[i] <= s2[i] ? s2[i] : s1[i];                              \
        p[i] = left * p[i] - lr * s0[i] / (corrected(M(sqrt)(s2[i])) + eps); \
    }
#define DIVIDED(root) ((root) / correction)
#define MULTIPLIED(root) ROOT_QUOTIENT(root, correction, part)

int64_t NAME(update_adam)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    const T part = 1 / correction;
    if (HAS_ROOT_QUOTIENT(correction))
        ADAM(MULTIPLIED)
    else
        ADAM(DIVIDED)
    (void)part;
    return DPK_DONE;
}

int64_t NAME(update_amsgrad)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    const T part = 1 / correction;
    if (HAS_ROOT_QUOTIENT(correction))
        AMSGRAD(MULTIPLIED)
    else
        AMSGRAD(DIVIDED)
    (void)part;
    return DPK_DONE;
}

int64_t NAME(update_nadam)(const void *args_, int64_t first, int64_t last)
{
    FACTORS
    EACH
    {
        MOMENTS
        T denominator = M(sqrt)(s1[i] / correction) + eps;
        p[i] = left * p[i] - lr * gradient / denominator - lr_m * s0[i] / denominator;
    }
    return DPK_DONE;
}

/* x - x is 0, or NaN where x is not finite. In pieces, so that a compiler makes vectors of them. */
int64_t NAME(finite)(const void *args_, int64_t first, int64_t last)
{
    enum { PIECE = 1024 };
    const T *a = ((const dpk_finite_args *)args_)->a;
    for (int64_t from = first; from < last; from += PIECE) {
        int64_t to = last - from < PIECE ? last : from + PIECE;
        int bad = 0;
        for (int64_t i = from; i < to; i++)
            bad |= a[i] - a[i] != 0;
        for (int64_t i = from; bad && i < to; i++)
            if (a[i] - a[i] != 0)
                return i;
    }
    return DPK_DONE;
}
#undef MULTIPLIED
#undef DIVIDED
#undef AMSGRAD
#undef ADAM
#undef MOMENTS
#undef GRADIENT
#undef EACH
#undef FACTORS
