/* Functions of real numbers. Where the textbook's formula would overflow, the one that does not stands here. */
UNARY(exp, M(exp)(x))
UNARY(log, M(log)(x))
UNARY(erf, M(erf)(x))
#ifdef TANH_ROW
void ROW(tanh)(void *y, void *z, const void *a, const void *b, int64_t n, int repeats, double p, double q)
{
    (void)z, (void)b, (void)repeats, (void)p, (void)q;
    TANH_ROW(a, y, n);
}
UNARY_KERNEL(tanh)
#else
UNARY(tanh, M(tanh)(x))
#endif
UNARY(softplus, (x <= 0 ? 0 : x) + M(log1p)(M(exp)(-M(fabs)(x))))

/* The normal distribution Phi and its density phi, unless the file that includes this one has them. gelu is x Phi(x), its
 * derivative Phi(x) + x phi(x). */
#ifndef NORMAL_BELOW
#define NORMAL_BELOW(x) (M(erf)((x) * (T)0.70710678118654752440) * (T)0.5 + (T)0.5)
#define NORMAL_DENSITY(x) (M(exp)((x) * (x) * (T)-0.5) * (T)0.39894228040143267794)
#endif
#ifdef GELU_ROW
void ROW(gelu)(void *y, void *z, const void *a, const void *b, int64_t n, int repeats, double p, double q)
{
    (void)z, (void)b, (void)repeats, (void)p, (void)q;
    GELU_ROW(a, y, NULL, n);
}
UNARY_KERNEL(gelu)

void ROW(gelu_slope)(void *y, void *z, const void *a, const void *b, int64_t n, int repeats, double p, double q)
{
    (void)z, (void)b, (void)repeats, (void)p, (void)q;
    GELU_ROW(a, NULL, y, n);
}
UNARY_KERNEL(gelu_slope)

void ROW(gelu_both)(void *y, void *z, const void *a, const void *b, int64_t n, int repeats, double p, double q)
{
    (void)b, (void)repeats, (void)p, (void)q;
    GELU_ROW(a, y, z, n);
}
#else
UNARY(gelu, x *NORMAL_BELOW(x))
UNARY(gelu_slope, NORMAL_BELOW(x) + x * NORMAL_DENSITY(x))

void ROW(gelu_both)(void *y_, void *z, const void *a_, const void *b, int64_t n, int repeats, double p, double q)
{
    const T *a = a_;
    T *y = y_, *slope = z;
    (void)b, (void)repeats, (void)p, (void)q;
    DPK_INDEPENDENT
    for (int64_t i = 0; i < n; i++) {
        T x = a[i], below = NORMAL_BELOW(x);
        y[i] = x * below;
        slope[i] = below + x * NORMAL_DENSITY(x);
    }
}
#endif

int64_t NAME(gelu_both)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pair_args *args = args_;
    ROW(gelu_both)((T *)args->y + first, (T *)args->slope + first, (const T *)args->a + first, NULL, last - first, 0, 0, 0);
    return DPK_DONE;
}

/* For x far below 0, exp(-x) is infinite and the quotient 0, which is right to half an ulp of 1. */
UNARY(sigmoid, 1 / (1 + M(exp)(-x)))

BINARY(pow, T, z == 2 ? x * x : M(pow)(x, z))
