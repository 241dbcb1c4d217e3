/* Tick places against matplotlib's, tick labels, log ticks, and ranges that no axis should have. */
#include "plot_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "plot/ticks.h"

static void check_line(char *line)
{
    char *p;
    double lo = strtod(line, &p), hi = strtod(p, &p);
    int bins = (int)strtol(p, &p, 10);
    dpi_ticks found;
    dpi_ticks_linear(lo, hi, bins, &found);
    p = strchr(p, '|') + 1;
    int count = 0;
    for (char *end;; p = end, count++) {
        double wanted = strtod(p, &end);
        if (end == p)
            break;
        if (count >= found.count)
            fail_msg("%.17g to %.17g in %d: tick %g is missing", lo, hi, bins, wanted);
        /* Both count steps from a round place; they may round differently in the last digits of the range. */
        if (fabs(found.at[count] - wanted) > 1e-12 * (fabs(wanted) + hi - lo))
            fail_msg("%.17g to %.17g in %d: tick %d is %.17g, not %.17g", lo, hi, bins, count, found.at[count], wanted);
    }
    if (count != found.count)
        fail_msg("%.17g to %.17g in %d: %d ticks, not %d", lo, hi, bins, found.count, count);
}

static void test_places_are_matplotlibs(void **state)
{
    (void)state;
    char path[4096], line[1024];
    const char *root = getenv("DENPA_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/tests/plot/vectors/ticks.txt", root ? root : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    int count = 0;
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#')
            continue;
        check_line(line);
        count++;
    }
    fclose(file);
    assert_true(count > 300);
}

static void labels(double lo, double hi, int bins, char *out, size_t bytes)
{
    dpi_ticks ticks;
    char text[DPI_TICK_TEXT_BYTES];
    dpi_ticks_linear(lo, hi, bins, &ticks);
    out[0] = 0;
    for (int i = 0; i < ticks.count; i++) {
        size_t used = strlen(out);
        snprintf(out + used, bytes - used, "%s%s", i ? " " : "", dpi_tick_text(ticks.at, ticks.count, i, text));
    }
}

/* As matplotlib's ScalarFormatter without offset writes them, up to a million; beyond it our own way. */
static void test_labels(void **state)
{
    (void)state;
    static const struct {
        double lo, hi;
        int bins;
        const char *text;
    } cases[] = {
        {0, 1, 9, "0.0 0.2 0.4 0.6 0.8 1.0"},
        {0, 28, 9, "0 5 10 15 20 25"},
        {-5.5, 5.5, 9, "−4 −2 0 2 4"},
        {0.02, 0.71, 9, "0.1 0.2 0.3 0.4 0.5 0.6 0.7"},
        {99.5, 100.5, 6, "99.6 99.8 100.0 100.2 100.4"},
        {123.4, 123.5, 9, "123.40 123.42 123.44 123.46 123.48 123.50"},
        {-0.001, 0.001, 9, "−0.00100 −0.00075 −0.00050 −0.00025 0.00000 0.00025 0.00050 0.00075 0.00100"},
        {0, 60000, 9, "0 10000 20000 30000 40000 50000 60000"},
        {0, 3e6, 4, "0 1e6 2e6 3e6"},
        {0, 2.5e-7, 5, "0 0.5e−7 1.0e−7 1.5e−7 2.0e−7 2.5e−7"},
        {0, 1e300, 2, "0 0.5e300 1.0e300"},
        {1000000.1, 1000000.5, 6, "1.0000001e6 1.0000002e6 1.0000003e6 1.0000004e6 1.0000005e6"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        labels(cases[i].lo, cases[i].hi, cases[i].bins, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_log(void **state)
{
    (void)state;
    dpi_ticks t;
    char text[DPI_TICK_TEXT_BYTES];
    dpi_ticks_log(0.001, 10, 9, &t);
    assert_int_equal(t.count, 5);
    assert_int_equal(t.minor_count, 4 * 8);
    assert_string_equal(dpi_tick_text_log(t.at[0], text), "$10^{-3}$");
    dpi_ticks_log(0.02, 0.9, 9, &t); /* one power of ten only: multiples are named, too */
    assert_int_equal(t.count, 5);
    assert_string_equal(dpi_tick_text_log(t.at[1], text), "$5{\\times}10^{-2}$");
    dpi_ticks_log(3.1, 3.4, 9, &t);
    assert_true(t.count >= 2);
    dpi_ticks_log(1e-300, 1e300, 6, &t); /* only some of 600 powers */
    assert_in_range(t.count, 2, 8);
    assert_int_equal(t.minor_count, 0);
}

/* Whatever the range, ticks are few, ordered and inside. */
static void test_extremes(void **state)
{
    (void)state;
    static const double ranges[][2] = {{0, 5e-324}, {-4e307, 4e307}, {1e-300, 1e300},  {1e16, 1e16 + 4},
                                       {0, 1e-320}, {-1e-12, 1e12},  {1e307, 1.1e307}, {1, 1 + 2.3e-16}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        for (int bins = 1; bins < 10; bins++) {
            dpi_ticks t;
            char text[DPI_TICK_TEXT_BYTES];
            double lo = ranges[i][0], hi = ranges[i][1];
            dpi_ticks_linear(lo, hi, bins, &t);
            assert_in_range(t.count, 0, DPI_MOST_TICKS);
            for (int k = 0; k < t.count; k++) {
                assert_true(t.at[k] >= lo - (hi - lo) * 1e-9 && t.at[k] <= hi + (hi - lo) * 1e-9);
                assert_true(k == 0 || t.at[k] >= t.at[k - 1]);
                assert_true(strlen(dpi_tick_text(t.at, t.count, k, text)) < DPI_TICK_TEXT_BYTES);
            }
        }
}

static void test_widen(void **state)
{
    (void)state;
    double lo = 0, hi = 0;
    dpi_limits_widen(&lo, &hi, 0.05);
    assert_true(lo == -0.05 && hi == 0.05);
    lo = hi = 2;
    dpi_limits_widen(&lo, &hi, 0.05);
    assert_true(fabs(lo - 1.9) < 1e-15 && fabs(hi - 2.1) < 1e-15);
    lo = 1, hi = 2;
    dpi_limits_widen(&lo, &hi, 0.05);
    assert_true(lo == 1 && hi == 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_are_matplotlibs),
        cmocka_unit_test(test_labels),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_widen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
