/* Drawing a class: shares by hand. */
#include <math.h>

#include "train/sampling.h"

#include "train_fixture.h"

/* The class for u of scores. */
static int64_t drawn(const double *scores, int count, double temperature, int64_t top_k, double top_p, double u)
{
    dpi_candidate candidates[8];
    for (int k = 0; k < count; k++) candidates[k] = (dpi_candidate){.value = scores[k], .class = k};
    return dpi_sample(candidates, count, temperature, top_k, top_p, u);
}

/* Where along [0, 1) each class begins, the most probable first: edges[i] is where order[i] ends. */
static void assert_shares(const double *scores, int count, double temperature, int64_t top_k, double top_p,
                          const int64_t *order, const double *edges, int kept)
{
    double from = 0;
    for (int i = 0; i < kept; i++) {
        assert_int_equal(drawn(scores, count, temperature, top_k, top_p, from + 1e-9), order[i]);
        assert_int_equal(drawn(scores, count, temperature, top_k, top_p, edges[i] - 1e-9), order[i]);
        from = edges[i];
    }
}

/* Shares 1/8, 1/2, 1/4, 1/8. */
static double scores[4];

static int setup(void **state)
{
    (void)state;
    static const double shares[] = {0.125, 0.5, 0.25, 0.125};
    for (int k = 0; k < 4; k++) scores[k] = log(shares[k]) + 7;
    return 0;
}

static const int64_t order[] = {1, 2, 0, 3};

static void shares_are_those_of_softmax(void **state)
{
    (void)state;
    assert_shares(scores, 4, 1, 0, 1, order, (const double[]){0.5, 0.75, 0.875, 1}, 4);
}

/* Halved, the exponents double: 1/64, 1/4, 1/16, 1/64, in all 22/64. */
static void temperature_sharpens(void **state)
{
    (void)state;
    assert_shares(scores, 4, 0.5, 0, 1, order, (const double[]){16 / 22.0, 20 / 22.0, 21 / 22.0, 1}, 4);
    assert_int_equal(drawn(scores, 4, 0, 0, 1, 0.999999), 1);
    assert_int_equal(drawn((const double[]){2, 5, 5, 1}, 4, 0, 0, 1, 0.999999), 1); /* of equal ones the first */
    assert_int_equal(drawn(scores, 4, 1e-300, 0, 1, 0.999999), 1);
}

static void only_the_most_probable(void **state)
{
    (void)state;
    assert_shares(scores, 4, 1, 2, 1, order, (const double[]){2 / 3.0, 1}, 2);
    assert_shares(scores, 4, 1, 1, 1, order, (const double[]){1}, 1);
    assert_shares(scores, 4, 1, 9, 1, order, (const double[]){0.5, 0.75, 0.875, 1}, 4);
    assert_int_equal(drawn((const double[]){3, 3}, 2, 1, 0, 0.5, 0.999999), 0); /* a half is enough */
    assert_shares(scores, 4, 1, 0, 0.51, order, (const double[]){2 / 3.0, 1}, 2);
    assert_shares(scores, 4, 1, 0, 0.8, order, (const double[]){4 / 7.0, 6 / 7.0, 1}, 3);
    assert_shares(scores, 4, 1, 2, 0.6, order, (const double[]){1}, 1); /* of the two 2/3 is enough */
    assert_shares(scores, 4, 1, 0, 1e-9, order, (const double[]){1}, 1);
}

static void infinite_scores(void **state)
{
    (void)state;
    const double some[] = {-INFINITY, 1, -INFINITY, 1}, one[] = {0, INFINITY, 3, INFINITY};
    assert_int_equal(drawn(some, 4, 1, 0, 1, 0.49), 1);
    assert_int_equal(drawn(some, 4, 1, 0, 1, 0.9999999), 3);
    assert_int_equal(drawn(one, 4, 1, 0, 1, 0.49), 1);
    assert_int_equal(drawn(one, 4, 1, 0, 1, 0.9999999), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_those_of_softmax),
        cmocka_unit_test(temperature_sharpens),
        cmocka_unit_test(only_the_most_probable),
        cmocka_unit_test(infinite_scores),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
