/* Products of many rows with a small matrix, AVX-512. */
#include "kernels/avx512/tanh_avx512.h"
#include "kernels/math_f32.h"
#include "kernels/tmpl.h"

#define ISA avx512
#define REGISTERS 32

/* Four numbers of each of four rows: a load that repeats them and keeps those of one row needs no unit that moves lanes. */
static inline __attribute__((always_inline)) __m512 quads_of_rows(const float *a, int64_t row)
{
    __m512 v = _mm512_castps128_ps512(_mm_loadu_ps(a));
    v = _mm512_mask_broadcast_f32x4(v, 0x00F0, _mm_loadu_ps(a + row));
    v = _mm512_mask_broadcast_f32x4(v, 0x0F00, _mm_loadu_ps(a + 2 * row));
    return _mm512_mask_broadcast_f32x4(v, 0xF000, _mm_loadu_ps(a + 3 * row));
}

#define T float
#define TYPE f32
#define LANES 16
#define M(name) name##_f32
#define TANH_ROW tanh_row
#define LOAD_QUADS quads_of_rows
#include "kernels/thin_tmpl.c"
#undef LOAD_QUADS
#undef TANH_ROW
#undef M
#undef LANES
#undef TYPE
#undef T

#define T double
#define TYPE f64
#define LANES 8
#include "kernels/thin_tmpl.c"
