/* UNARY(op, f) makes the kernel y = f, an expression in x (from a) and the parameters p and q. */
#define UNARY(op, f)                                                 \
    int64_t NAME(op)(const void *args_, int64_t first, int64_t last) \
    {                                                                \
        const dpk_unary_args *args = args_;                          \
        const T *a = args->a;                                        \
        T *y = args->y;                                              \
        const T p = (T)args->p, q = (T)args->q;                      \
        (void)p, (void)q;                                            \
        DPK_INDEPENDENT                                              \
        for (int64_t i = first; i < last; i++) {                     \
            T x = a[i];                                              \
            y[i] = (f);                                              \
        }                                                            \
        return DPK_DONE;                                             \
    }
