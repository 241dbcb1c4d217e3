#ifndef OF_DOUBLE
#define OF_DOUBLE(x) ((T)(x))
#endif

/* UNARY(op, f) makes the kernel y = f, an expression in x (from a) and the parameters p and q, in its two forms (kern.h). */
#define UNARY(op, f)                                                                                               \
    void ROW(op)(void *y_, void *z_, const void *a_, const void *b_, int64_t n, int repeats, double p_, double q_) \
    {                                                                                                              \
        const T *a = a_;                                                                                           \
        T *y = y_;                                                                                                 \
        const T p = OF_DOUBLE(p_), q = OF_DOUBLE(q_);                                                                              \
        (void)z_, (void)b_, (void)repeats, (void)p, (void)q;                                                       \
        DPK_INDEPENDENT                                                                                            \
        for (int64_t i = 0; i < n; i++) {                                                                          \
            T x = a[i];                                                                                            \
            y[i] = (f);                                                                                            \
        }                                                                                                          \
    }                                                                                                              \
    UNARY_KERNEL(op)

/* The kernel of a row form. */
#define UNARY_KERNEL(op)                                                                                          \
    int64_t NAME(op)(const void *args_, int64_t first, int64_t last)                                              \
    {                                                                                                             \
        const dpk_unary_args *args = args_;                                                                       \
        ROW(op)((T *)args->y + first, NULL, (const T *)args->a + first, NULL, last - first, 0, args->p, args->q); \
        return DPK_DONE;                                                                                          \
    }
