/* Random numbers: one counter-based generator for everything denpa draws, and PyTorch's stream for replaying its runs.
 *
 * Philox4x32-10 turns a 128-bit counter and a 64-bit key into four 32-bit words. There is no state to carry: number i of
 * stream s under seed k is a pure function of (k, s, i), the same on every platform, in any order, on any thread.
 *
 * Source   Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011).
 *          Matsumoto, Nishimura: Mersenne Twister (ACM TOMACS 1998).
 *          Wichura: Algorithm AS 241, the percentage points of the normal distribution (Applied Statistics 1988).
 */
#ifndef DENPA_RANDOM_H
#define DENPA_RANDOM_H

#include <stdint.h>

#include <denpa/export.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Ten rounds of Philox 4x32: out = four random words for this counter and key. */
DP_API void dp_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* A place in the generator: numbers index, index + 1, … of stream `stream` under `seed`. Copy it freely. */
typedef struct dp_rng {
    uint64_t seed;
    uint64_t stream;
    uint64_t index;
} dp_rng;

/* The next 64 random bits; index goes up by one. bits(i) = words 0 (low) and 1 (high) of
 * philox(counter = {i low, i high, stream low, stream high}, key = {seed low, seed high}). */
DP_API uint64_t dp_rng_bits(dp_rng *rng);

/* Uniform in [0, 1), a multiple of 2^-53: (bits >> 11) * 2^-53. */
DP_API double dp_rng_uniform(dp_rng *rng);

/* Standard normal: AS 241 of (bits >> 11) * 2^-53 + 2^-54, so one draw takes one index. Error below 1e-15 relative;
 * computed with + - * / and sqrt only (the logarithm of the tails included), so the bits agree everywhere. */
DP_API double dp_rng_normal(dp_rng *rng);

/* Uniform integer in [0, bound) without bias; bound > 0 (0 gives 0). Takes one index. (Lemire's method on 64 bits;
 * a rejected draw is repeated under the key with attempt * 0x9E3779B9 added to its high word, so that one number stays one index.) */
DP_API uint64_t dp_rng_below(dp_rng *rng, uint64_t bound);

/* Fisher-Yates: permutation[0..n-1] becomes a random order of 0..n-1, drawn from n numbers of the stream. */
DP_API void dp_rng_permutation(dp_rng *rng, int64_t n, int64_t *permutation);

/* MT19937, seeded as PyTorch's CPU generator is by manual_seed(seed). */
typedef struct dp_mt19937 {
    uint32_t state[624];
    int next;
} dp_mt19937;
DP_API void dp_mt19937_init(dp_mt19937 *mt, uint32_t seed);
DP_API uint32_t dp_mt19937_bits(dp_mt19937 *mt);

/* PyTorch's float32 uniform(low, high): (bits & 0xffffff) * 2^-24 * (high - low) + low in float32, product and sum rounded once, as
 * its x86 builds compute it. */
DP_API float dp_mt19937_uniform(dp_mt19937 *mt, float low, float high);

#ifdef __cplusplus
}
#endif
#endif
