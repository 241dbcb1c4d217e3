/* tanh in single precision, 16 numbers at a time, by a table in registers and without a division: half of what the way of
 * math_f32.h takes. |x| = n s + d with s = 37/128 and |d| <= s / 2, and tanh(|x|) = c0 + d (c1 + d (c2 + ... d c5)) with the
 * c of n, which tools/fit_functions.py finds; at 0, c0 = 0 and c1 = 1, so that small numbers keep all their digits. Largest
 * error of all 2^32 numbers: see math_f32.h. */
#ifndef DENPA_KERNELS_TANH_AVX512_H
#define DENPA_KERNELS_TANH_AVX512_H

#include <immintrin.h>
#include <stdint.h>

static const float tanh_table[6][32] __attribute__((aligned(64))) = {
    {0x0.0p+0f,      0x1.2005b0p-2f, 0x1.0ae802p-1f, 0x1.665ed8p-1f, 0x1.a3beaap-1f, 0x1.ca1e42p-1f, 0x1.e10f6ep-1f,
     0x1.ee693ap-1f, 0x1.f60efcp-1f, 0x1.fa6644p-1f, 0x1.fcd9d0p-1f, 0x1.fe3b28p-1f, 0x1.ff01cap-1f, 0x1.ff7156p-1f,
     0x1.ffaff4p-1f, 0x1.ffd318p-1f, 0x1.ffe6cep-1f, 0x1.fff1dep-1f, 0x1.fff812p-1f, 0x1.fffb8ep-1f, 0x1.fffd82p-1f,
     0x1.fffe9ap-1f, 0x1.ffff38p-1f, 0x1.ffff90p-1f, 0x1.ffffc0p-1f, 0x1.ffffdcp-1f, 0x1.ffffecp-1f, 0x1.fffff4p-1f,
     0x1.fffffap-1f, 0x1.fffffcp-1f, 0x1.fffffep-1f, 0x1.fffffep-1f},
    {0x1.000000p+0f,  0x1.d77e72p-1f,  0x1.74dc86p-1f,  0x1.05294cp-1f,  0x1.4fc654p-2f,  0x1.985f72p-3f,
     0x1.e01418p-4f,  0x1.1496dap-4f,  0x1.3b09f0p-5f,  0x1.647958p-6f,  0x1.91daf0p-7f,  0x1.c40f86p-8f,
     0x1.fbefb0p-9f,  0x1.1d2b50p-9f,  0x1.401574p-10f, 0x1.6732a2p-11f, 0x1.930b44p-12f, 0x1.c4366ap-13f,
     0x1.fb5c4ap-14f, 0x1.1c9c6cp-14f, 0x1.3f4f34p-15f, 0x1.663c54p-16f, 0x1.91e7e8p-17f, 0x1.c2e612p-18f,
     0x1.f9dcfcp-19f, 0x1.1bc388p-19f, 0x1.3e5ab2p-20f, 0x1.652944p-21f, 0x1.90b2dap-22f, 0x1.c18b0cp-23f,
     0x1.f8577cp-24f, 0x1.1ae8fap-24f},
    {0x1.584f26p-21f,  -0x1.093828p-2f,  -0x1.84bf22p-2f,  -0x1.6d990cp-2f,  -0x1.13481cp-2f,  -0x1.6d674cp-3f,
     -0x1.c3191cp-4f,  -0x1.0b0f96p-4f,  -0x1.34ff34p-5f,  -0x1.60b8a4p-6f,  -0x1.8f97fep-7f,  -0x1.c2562ep-8f,
     -0x1.fc5b3cp-9f,  -0x1.1c2a98p-9f,  -0x1.3ec2bap-10f, -0x1.68d622p-11f, -0x1.8af5cap-12f, -0x1.c1af7ep-13f,
     -0x1.e3d0e4p-14f, -0x1.328a02p-14f, -0x1.7a783cp-15f, -0x1.933892p-16f, -0x1.7d8a36p-16f, -0x1.f402dcp-17f,
     0x1.48261ap-18f,  0x1.03411ep-18f,  -0x1.abbad2p-26f, 0x1.275d88p-17f,  -0x1.bd687ep-19f, 0x1.639998p-18f,
     0x1.d90840p-23f,  0x1.50c128p-17f},
    {-0x1.555fbap-2f, -0x1.df970ap-3f, -0x1.6f880cp-5f, 0x1.47260ep-4f,  0x1.c6fa0ep-4f,  0x1.7da3c6p-4f,
     0x1.07c8a2p-4f,  0x1.4b7032p-5f,  0x1.8bd1bcp-6f,  0x1.cbc888p-7f,  0x1.06f890p-7f,  0x1.2a41a4p-8f,
     0x1.50a652p-9f,  0x1.7afd5ep-10f, 0x1.a9feb0p-11f, 0x1.de6eb0p-12f, 0x1.0c8acep-12f, 0x1.2d607cp-13f,
     0x1.522ebap-14f, 0x1.7b7032p-15f, 0x1.a9b71ep-16f, 0x1.dda0bep-17f, 0x1.0bece6p-17f, 0x1.2c9722p-18f,
     0x1.513e7cp-19f, 0x1.7a59d8p-20f, 0x1.a877dep-21f, 0x1.dc3916p-22f, 0x1.0b20f2p-22f, 0x1.2bb228p-23f,
     0x1.5039dep-24f, 0x1.793832p-25f},
    {0x1.7d4d00p-11f,  0x1.333956p-3f,   0x1.319ef6p-3f,   0x1.03e73ep-4f,   -0x1.621c92p-11f, -0x1.820e08p-6f,
     -0x1.7f6f66p-6f,  -0x1.211cd0p-6f,  -0x1.5e9fb8p-7f,  -0x1.9c79e0p-8f,  -0x1.da3600p-9f,  -0x1.36441ap-9f,
     -0x1.92f87ep-11f, -0x1.fddb8ep-11f, -0x1.4023ccp-11f, -0x1.2109b4p-14f, -0x1.015614p-11f, -0x1.0cb4f6p-13f,
     -0x1.417b1ep-12f, 0x1.d93b22p-13f,  0x1.51cd6ep-12f,  0x1.f81276p-14f,  0x1.09d74ap-11f,  0x1.9503fep-12f,
     -0x1.b065b6p-12f, -0x1.2a5348p-12f, -0x1.d1c0f0p-15f, -0x1.d796cep-12f, 0x1.250236p-13f,  -0x1.124c5ap-12f,
     -0x1.0da7e2p-16f, -0x1.f6f294p-12f},
    {0x1.07f042p-3f,  0x1.dc9ddcp-5f,  -0x1.737d54p-5f, -0x1.e47deap-5f, -0x1.d27fbep-6f, -0x1.5f76c0p-8f,
     0x1.c69632p-9f,  0x1.343202p-8f,  0x1.e6d6aap-9f,  0x1.40bd7ap-9f,  0x1.87cd32p-10f, 0x1.c9e378p-11f,
     0x1.08c370p-11f, 0x1.2b0370p-12f, 0x1.531954p-13f, 0x1.7ef334p-14f, 0x1.aceceep-15f, 0x1.e2c1dcp-16f,
     0x1.0e4ca2p-16f, 0x1.30e73cp-17f, 0x1.566404p-18f, 0x1.7f9e7ep-19f, 0x1.b0105cp-20f, 0x1.e406a2p-21f,
     0x1.0d994cp-21f, 0x1.2f12f0p-22f, 0x1.54bc38p-23f, 0x1.7c41e2p-24f, 0x1.ad79a0p-25f, 0x1.e01d08p-26f,
     0x1.0dce62p-26f, 0x1.2d4526p-27f},
};

static inline __attribute__((always_inline)) __m512 tanh_of_16(__m512 x)
{
    const __m512 magic = _mm512_set1_ps(0x1.8p23f); /* added and taken off: rounds to a whole number */
    __m512 a = _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(x), _mm512_set1_epi32(INT32_MAX)));
    a = _mm512_min_ps(_mm512_set1_ps(9.02f), a); /* beyond it: 1; NaN stays */
    __m512 shifted = _mm512_fmadd_ps(a, _mm512_set1_ps(128.0f / 37), magic), n = _mm512_sub_ps(shifted, magic);
    __m512 d = _mm512_fnmadd_ps(n, _mm512_set1_ps(37.0f / 128), a);
    __m512i place = _mm512_castps_si512(shifted);
#define PICK(i) _mm512_permutex2var_ps(_mm512_load_ps(tanh_table[i]), place, _mm512_load_ps(tanh_table[i] + 16))
    __m512 y = PICK(5);
    y = _mm512_fmadd_ps(y, d, PICK(4));
    y = _mm512_fmadd_ps(y, d, PICK(3));
    y = _mm512_fmadd_ps(y, d, PICK(2));
    y = _mm512_fmadd_ps(y, d, PICK(1));
    y = _mm512_fmadd_ps(y, d, PICK(0));
#undef PICK
    /* All bits but the sign from y, the sign from x. */
    return _mm512_castsi512_ps(
        _mm512_ternarylogic_epi32(_mm512_set1_epi32(INT32_MAX), _mm512_castps_si512(y), _mm512_castps_si512(x), 0xCA));
}

/* y[i] = tanh(a[i]) for i = 0 .. count - 1; y may be a. */
static inline void tanh_row(const float *a, float *y, int64_t count)
{
    int64_t i = 0;
    for (; i + 16 <= count; i += 16)
        _mm512_storeu_ps(y + i, tanh_of_16(_mm512_loadu_ps(a + i)));
    if (i < count) {
        __mmask16 rest = (__mmask16)((1u << (count - i)) - 1);
        _mm512_mask_storeu_ps(y + i, rest, tanh_of_16(_mm512_maskz_loadu_ps(rest, a + i)));
    }
}

#endif
