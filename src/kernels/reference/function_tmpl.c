/* Functions of real numbers. Where the textbook's formula would overflow, the one that does not stands here. */
UNARY(exp, M(exp)(x))
UNARY(log, M(log)(x))
UNARY(erf, M(erf)(x))
UNARY(tanh, M(tanh)(x))
UNARY(softplus, (x <= 0 ? 0 : x) + M(log1p)(M(exp)(-M(fabs)(x))))

/* gelu and its derivative, the normal distribution and x times its density: Phi(x) + x phi(x). */
#define GELU(erf_x) (x * ((1 + (erf_x)) / 2))
#define GELU_SLOPE(erf_x) (((erf_x) * (T)0.5 + (T)0.5) + x * (M(exp)(x * x * (T)-0.5) * (T)0.39894228040143267794))
UNARY(gelu, GELU(M(erf)(x *(T)0.70710678118654752440)))
UNARY(gelu_slope, GELU_SLOPE(M(erf)(x *(T)0.70710678118654752440)))

int64_t NAME(gelu_both)(const void *args_, int64_t first, int64_t last)
{
    const dpk_pair_args *args = args_;
    const T *a = args->a;
    T *y = args->y, *slope = args->slope;
    DPK_INDEPENDENT
    for (int64_t i = first; i < last; i++) {
        T x = a[i], erf_x = M(erf)(x * (T)0.70710678118654752440);
        y[i] = GELU(erf_x);
        slope[i] = GELU_SLOPE(erf_x);
    }
    return DPK_DONE;
}

/* For x far below 0, exp(-x) is infinite and the quotient 0, which is right to half an ulp of 1. */
UNARY(sigmoid, 1 / (1 + M(exp)(-x)))

BINARY(pow, T, z == 2 ? x * x : M(pow)(x, z))
