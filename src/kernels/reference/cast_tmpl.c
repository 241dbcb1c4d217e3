/* From T to every dtype. */
#define CAST(to, R, f)                                                                              \
    int64_t DPK_GLUE(DPK_JOIN(cast, TYPE), to, ISA)(const void *args_, int64_t first, int64_t last) \
    {                                                                                               \
        const dpk_unary_args *args = args_;                                                         \
        const T *a = args->a;                                                                       \
        R *y = args->y;                                                                             \
        DPK_INDEPENDENT                                                                             \
        for (int64_t i = first; i < last; i++) {                                                    \
            T x = a[i];                                                                             \
            y[i] = (R)(f);                                                                          \
        }                                                                                           \
        return DPK_DONE;                                                                            \
    }

CAST(bool, uint8_t, x != 0)
CAST(u8, uint8_t, TO_INT(x))
CAST(i64, int64_t, TO_INT(x))
CAST(f32, float, x)
CAST(f64, double, x)
