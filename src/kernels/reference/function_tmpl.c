/* Functions of real numbers. Where the textbook's formula would overflow, the one that does not stands here. */
UNARY(exp, M(exp)(x))
UNARY(log, M(log)(x))
UNARY(erf, M(erf)(x))
#ifdef TANH_ROW
int64_t NAME(tanh)(const void *args_, int64_t first, int64_t last)
{
    const dpk_unary_args *args = args_;
    TANH_ROW((const T *)args->a + first, (T *)args->y + first, last - first);
    return DPK_DONE;
}
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
UNARY(gelu, x *NORMAL_BELOW(x))
UNARY(gelu_slope, NORMAL_BELOW(x) + x * NORMAL_DENSITY(x))

int64_t NAME(gelu_both)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pair_args *args = args_;
    const T *a = args->a;
    T *y = args->y, *slope = args->slope;
    DPK_INDEPENDENT
    for (int64_t i = first; i < last; i++) {
        T x = a[i], below = NORMAL_BELOW(x);
        y[i] = x * below;
        slope[i] = below + x * NORMAL_DENSITY(x);
    }
    return DPK_DONE;
}

/* For x far below 0, exp(-x) is infinite and the quotient 0, which is right to half an ulp of 1. */
UNARY(sigmoid, 1 / (1 + M(exp)(-x)))

BINARY(pow, T, z == 2 ? x * x : M(pow)(x, z))
