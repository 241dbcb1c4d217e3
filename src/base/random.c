#include <denpa/random.h>

#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "base/philox.h"

void dp_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
    uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]}, k0 = key[0], k1 = key[1];
    for (int round = 0; round < DPI_PHILOX_ROUNDS; round++, k0 += DPI_PHILOX_W0, k1 += DPI_PHILOX_W1)
        dpi_philox_round(c, k0, k1);
    memcpy(out, c, sizeof c);
}

/* Bits number `index` of the stream; `attempt` is 0 but for draws that dp_rng_below had to repeat. */
static uint64_t bits_at(const dp_rng *rng, uint32_t attempt)
{
    uint32_t counter[4] = {(uint32_t)rng->index, (uint32_t)(rng->index >> 32), (uint32_t)rng->stream, (uint32_t)(rng->stream >> 32)};
    uint32_t key[2] = {(uint32_t)rng->seed, (uint32_t)(rng->seed >> 32) + attempt * DPI_PHILOX_W0};
    uint32_t out[4];
    dp_philox(counter, key, out);
    return (uint64_t)out[1] << 32 | out[0];
}

uint64_t dp_rng_bits(dp_rng *rng)
{
    uint64_t bits = bits_at(rng, 0);
    rng->index++;
    return bits;
}

double dp_rng_uniform(dp_rng *rng)
{
    return (double)(dp_rng_bits(rng) >> 11) * 0x1p-53;
}

/* log(x) for normal x > 0 from + - * / alone, so that its bits are the same everywhere (a C library's may differ).
 * x = m 2^e with m in [1/sqrt 2, sqrt 2); log m = 2 atanh(s), s = (m - 1) / (m + 1), |s| < 0.1716, the series cut after s^21. */
static double portable_log(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> 52) - 1023;
    bits = (bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) m *= 0.5, exponent++;
    double s = (m - 1) / (m + 1), s2 = s * s, sum = 0;
    for (int k = 21; k >= 1; k -= 2) sum = sum * s2 + 1.0 / k;
    return exponent * 0.6931471805599453 + 2 * s * sum;
}

static double ratio(const double a[8], const double b[8], double x)
{
    double top = a[7], bottom = b[7];
    for (int i = 6; i >= 0; i--) top = top * x + a[i], bottom = bottom * x + b[i];
    return top / bottom;
}

/* The p-quantile of the standard normal distribution, 0 < p < 1: AS 241, routine PPND16, with its published coefficients. */
double dpi_normal_quantile(double p)
{
    static const double a[8] = {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                                2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3};
    static const double c[8] = {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
                                1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[8] = {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                                1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9};
    static const double e[8] = {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
                                2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                                7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};
    double q = p - 0.5;
    if (fabs(q) <= 0.425) return q * ratio(a, b, 0.180625 - q * q);
    double r = sqrt(-portable_log(q < 0 ? p : 1 - p));
    double x = r <= 5 ? ratio(c, d, r - 1.6) : ratio(e, f, r - 5);
    return q < 0 ? -x : x;
}

double dp_rng_normal(dp_rng *rng)
{
    return dpi_normal_quantile((double)(dp_rng_bits(rng) >> 11) * 0x1p-53 + 0x1p-54);
}

/* The 128-bit product of bits and bound has the number in its upper half; the lower half tells the few draws that would bias it. */
uint64_t dp_rng_below(dp_rng *rng, uint64_t bound)
{
    uint64_t result = 0;
    if (bound) {
        uint64_t threshold = (0 - bound) % bound;
        for (uint32_t attempt = 0;; attempt++) {
            unsigned __int128 product = (unsigned __int128)bits_at(rng, attempt) * bound;
            result = (uint64_t)(product >> 64);
            if ((uint64_t)product >= threshold) break;
        }
    }
    rng->index++;
    return result;
}

void dp_rng_permutation(dp_rng *rng, int64_t n, int64_t *permutation)
{
    for (int64_t i = 0; i < n; i++) {
        int64_t j = (int64_t)dp_rng_below(rng, (uint64_t)i + 1);
        permutation[i] = permutation[j];
        permutation[j] = i;
    }
}

void dp_mt19937_init(dp_mt19937 *mt, uint32_t seed)
{
    mt->state[0] = seed;
    for (uint32_t i = 1; i < 624; i++) mt->state[i] = 1812433253u * (mt->state[i - 1] ^ (mt->state[i - 1] >> 30)) + i;
    mt->next = 624;
}

static void mt19937_refill(dp_mt19937 *mt)
{
    for (int i = 0; i < 624; i++) {
        uint32_t y = (mt->state[i] & 0x80000000u) | (mt->state[(i + 1) % 624] & 0x7FFFFFFFu);
        mt->state[i] = mt->state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 ? 0x9908B0DFu : 0);
    }
    mt->next = 0;
}

uint32_t dp_mt19937_bits(dp_mt19937 *mt)
{
    if (mt->next >= 624) mt19937_refill(mt);
    uint32_t y = mt->state[mt->next++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680u;
    y ^= (y << 15) & 0xEFC60000u;
    return y ^ (y >> 18);
}

float dp_mt19937_uniform(dp_mt19937 *mt, float low, float high)
{
    float unit = (float)(dp_mt19937_bits(mt) & 0xFFFFFFu) * 0x1p-24f;
    return fmaf(unit, high - low, low);
}
