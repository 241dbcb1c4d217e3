/* Copies past the caches, AVX-512. */
#include <immintrin.h>

#include "kernels/reference/unary_tmpl.c"
#include "kernels/tmpl.h"

#define ISA avx512
#define LANE_BYTES 64
#define STREAM(to, from) _mm512_stream_si512((void *)(to), _mm512_loadu_si512(from))

#define T float
#define TYPE f32
#include "kernels/stream_tmpl.c"
#undef T
#undef TYPE
#define T double
#define TYPE f64
#include "kernels/stream_tmpl.c"
