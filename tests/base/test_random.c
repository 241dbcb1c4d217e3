/* Random numbers: published answers, quantiles, distribution, permutations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/random.h>

/* The known answers of Random123 (kat_vectors: philox4x32 10). */
static void test_philox(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (int i = 0; i < 3; i++) {
        uint32_t out[4];
        dp_philox(cases[i].counter, cases[i].key, out);
        assert_memory_equal(out, cases[i].out, sizeof out);
    }
}

/* Number i of a stream is what the header says, wherever one begins. */
static void test_stream(void **state)
{
    (void)state;
    dp_rng rng = {.seed = 0x1122334455667788, .stream = 0x99AABBCCDDEEFF00, .index = 0xFFFFFFFF};
    for (int i = 0; i < 3; i++) {
        uint64_t index = 0xFFFFFFFF + (uint64_t)i;
        uint32_t out[4];
        dp_philox((uint32_t[]){(uint32_t)index, (uint32_t)(index >> 32), 0xDDEEFF00, 0x99AABBCC},
                  (uint32_t[]){0x55667788, 0x11223344}, out);
        assert_int_equal(dp_rng_bits(&rng), (uint64_t)out[1] << 32 | out[0]);
        assert_int_equal(rng.index, index + 1);
    }
    dp_rng a = {.seed = 5, .index = 9}, b = a;
    assert_true(dp_rng_uniform(&a) == (double)(dp_rng_bits(&b) >> 11) * 0x1p-53);
}

/* The mean of n uniform numbers is off by at most 5 of its standard errors, sqrt(1 / 12 n), but for one seed in two
 * million; that of normal numbers by 5 sqrt(1 / n), their mean square by 5 sqrt(2 / n), and the share beyond 1.96 is
 * 0.05 with sqrt(0.0475 / n). */
static void test_distributions(void **state)
{
    (void)state;
    enum { N = 100000 };
    dp_rng rng = {.seed = 3};
    double uniform = 0, normal = 0, square = 0, beyond = 0;
    for (int i = 0; i < N; i++) {
        double u = dp_rng_uniform(&rng);
        assert_true(u >= 0 && u < 1);
        uniform += u;
    }
    for (int i = 0; i < N; i++) {
        double z = dp_rng_normal(&rng);
        normal += z, square += z * z, beyond += fabs(z) > 1.959963984540054;
    }
    assert_true(fabs(uniform / N - 0.5) < 5 * sqrt(1.0 / 12 / N));
    assert_true(fabs(normal / N) < 5 * sqrt(1.0 / N));
    assert_true(fabs(square / N - 1) < 5 * sqrt(2.0 / N));
    assert_true(fabs(beyond / N - 0.05) < 5 * sqrt(0.0475 / N));
}

/* Each normal number is the quantile of the uniform one of the same index, shifted by half a step: held against the C
 * library's erfc, in the smaller tail, relative. An error e of the quantile shows there as about z^2 e, below 25e-15 for
 * |z| < 5; rounding z / sqrt 2 adds 3e-15 and erfc a few ulps. */
static void test_normal_is_quantile(void **state)
{
    (void)state;
    dp_rng rng = {.seed = 12}, same = rng;
    for (int i = 0; i < 200000; i++) {
        double z = dp_rng_normal(&rng), p = (double)(dp_rng_bits(&same) >> 11) * 0x1p-53 + 0x1p-54;
        double tail = fmin(p, 1 - p), back = 0.5 * erfc(fabs(z) / sqrt(2));
        if (fabs(back - tail) > 4e-14 * tail || (z < 0) != (p < 0.5))
            fail_msg("p = %.17g gave %.17g, whose tail is %.17g", p, z, back);
    }
}

static void test_below(void **state)
{
    (void)state;
    dp_rng rng = {.seed = 1};
    int seen[7] = {0};
    assert_int_equal(dp_rng_below(&rng, 0), 0);
    assert_int_equal(dp_rng_below(&rng, 1), 0);
    assert_int_equal(rng.index, 2);
    for (int i = 0; i < 70000; i++) seen[dp_rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++) assert_true(abs(seen[i] - 10000) < 5 * 93); /* sqrt(70000 * 6 / 49) */
    /* Of four draws in a row, 3 * 2^62 has three places: keeping all would give every third of them twice as often. */
    int thirds = 0;
    for (int i = 0; i < 9000; i++) thirds += dp_rng_below(&rng, UINT64_C(3) << 62) % 3 == 0;
    assert_true(abs(thirds - 3000) < 5 * 45); /* sqrt(9000 * 2 / 9) */
}

static void test_permutation(void **state)
{
    (void)state;
    enum { N = 1000 };
    int64_t order[N];
    dp_rng rng = {.seed = 4};
    for (int round = 0; round < 3; round++) {
        char seen[N] = {0};
        int fixed = 0;
        dp_rng_permutation(&rng, N, order);
        for (int i = 0; i < N; i++) {
            assert_in_range(order[i], 0, N - 1);
            assert_false(seen[order[i]]);
            seen[order[i]] = 1;
            fixed += order[i] == i;
        }
        assert_true(fixed < 10); /* one on average */
        assert_int_equal(rng.index, (uint64_t)(round + 1) * N);
    }
    /* All 24 orders of four come about equally often: 1000 each, sqrt(24000 / 24 * 23 / 24) = 31. */
    int counts[256] = {0}, kinds = 0;
    for (int i = 0; i < 24000; i++) {
        dp_rng_permutation(&rng, 4, order);
        counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    for (int i = 0; i < 256; i++) {
        if (counts[i]) kinds++, assert_true(abs(counts[i] - 1000) < 5 * 31);
    }
    assert_int_equal(kinds, 24);
}

static void test_mt19937(void **state)
{
    (void)state;
    dp_mt19937 mt;
    dp_mt19937_init(&mt, 5489);
    assert_int_equal(dp_mt19937_bits(&mt), 3499211612u);
    uint32_t last = 0;
    for (int i = 1; i < 10000; i++) last = dp_mt19937_bits(&mt);
    assert_int_equal(last, 4123659995u);
}

/* torch.manual_seed(0); torch.nn.Linear(2, 4, bias=False).weight, bit by bit, as PyTorch 2.15 has it. */
static void test_torch_uniform(void **state)
{
    (void)state;
    static const float weights[8] = {-0x1.5af244p-8f, 0x1.846d38p-2f, -0x1.29f962p-1f, -0x1.0a703ap-1f,
                                     -0x1.16e1acp-2f, 0x1.845556p-3f, -0x1.cb14aep-7f, 0x1.1f0e8p-1f};
    dp_mt19937 mt;
    float bound = (float)sqrt(0.5);
    dp_mt19937_init(&mt, 0);
    for (int i = 0; i < 8; i++) assert_true(dp_mt19937_uniform(&mt, -bound, bound) == weights[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox),        cmocka_unit_test(test_stream),
        cmocka_unit_test(test_distributions), cmocka_unit_test(test_normal_is_quantile),
        cmocka_unit_test(test_below),         cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_mt19937),       cmocka_unit_test(test_torch_uniform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
