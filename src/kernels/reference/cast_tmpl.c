/* From T to every dtype. */
#define CAST(to, R, f)                                                                                              \
    void DPK_GLUE(DPK_JOIN(row_cast, TYPE), to, ISA)(void *y_, void *z_, const void *a_, const void *b_, int64_t n, \
                                                     int repeats, double p_, double q_)                             \
    {                                                                                                               \
        const T *a = a_;                                                                                            \
        R *y = y_;                                                                                                  \
        (void)z_, (void)b_, (void)repeats, (void)p_, (void)q_;                                                      \
        DPK_INDEPENDENT                                                                                             \
        for (int64_t i = 0; i < n; i++) {                                                                           \
            T x = a[i];                                                                                             \
            y[i] = (R)(f);                                                                                          \
        }                                                                                                           \
    }                                                                                                               \
    int64_t DPK_GLUE(DPK_JOIN(cast, TYPE), to, ISA)(const void *args_, int64_t first, int64_t last)                 \
    {                                                                                                               \
        const dpk_unary_args *args = args_;                                                                         \
        DPK_GLUE(DPK_JOIN(row_cast, TYPE), to, ISA)                                                                 \
        ((R *)args->y + first, NULL, (const T *)args->a + first, NULL, last - first, 0, 0, 0);                      \
        return DPK_DONE;                                                                                            \
    }

CAST(bool, uint8_t, x != 0)
CAST(u8, uint8_t, TO_INT(x))
CAST(i64, int64_t, TO_INT(x))
CAST(f32, float, x)
CAST(f64, double, x)
