/* Copies past the caches, AVX2. */
#include <immintrin.h>

#include "kernels/reference/unary_tmpl.c"
#include "kernels/tmpl.h"

#define ISA avx2
#define LANE_BYTES 32
#define STREAM(to, from) _mm256_stream_si256((__m256i *)(to), _mm256_loadu_si256((const __m256i *)(from)))

#define T float
#define TYPE f32
#include "kernels/stream_tmpl.c"
#undef T
#undef TYPE
#define T double
#define TYPE f64
#include "kernels/stream_tmpl.c"
