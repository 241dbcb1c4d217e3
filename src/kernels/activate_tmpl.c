/* Activations that are functions, in place, for what products and convolutions have made (tmpl.h). Without M they are the
 * kernels of the list: so in f64, where the sums of a file may be fused, and the functions of math_f64.h may not. */

static inline void LOCAL(sigmoid_all)(T *y, int64_t count)
{
#ifdef M
    DPK_INDEPENDENT
    for (int64_t i = 0; i < count; i++)
        y[i] = 1 / (1 + M(exp)(-y[i]));
#else
    NAME(sigmoid)(&(dpk_unary_args){.a = y, .y = y}, 0, count);
#endif
}

static inline void LOCAL(tanh_all)(T *y, int64_t count)
{
#if defined(TANH_ROW)
    TANH_ROW(y, y, count);
#elif defined(M)
    DPK_INDEPENDENT
    for (int64_t i = 0; i < count; i++)
        y[i] = M(tanh)(y[i]);
#else
    NAME(tanh)(&(dpk_unary_args){.a = y, .y = y}, 0, count);
#endif
}
