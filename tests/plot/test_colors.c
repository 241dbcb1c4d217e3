/* Colour maps against matplotlib's, names, cycles. */
#include "plot_fixture.h"

#include <math.h>

#include "plot/color.h"

static uint32_t mapped(dp_colormap map, double t)
{
    uint8_t c[3];
    dp_colormap_rgb(map, t, c);
    return (uint32_t)c[0] << 16 | (uint32_t)c[1] << 8 | c[2];
}

/* matplotlib 3.11: to_hex(colormaps["viridis"](t)) */
static void test_viridis(void **state)
{
    (void)state;
    static const struct {
        double t;
        uint32_t rgb;
    } anchors[] = {
        {0.0, 0x440154},  {0.1, 0x482475}, {0.25, 0x3b528b},  {0.5, 0x21918c}, {0.6, 0x22a884},
        {0.75, 0x5ec962}, {0.9, 0xbddf26}, {0.999, 0xfde725}, {1.0, 0xfde725},
    };
    for (size_t i = 0; i < sizeof anchors / sizeof *anchors; i++)
        assert_int_equal(mapped(DP_VIRIDIS, anchors[i].t), anchors[i].rgb);
    assert_int_equal(mapped(DP_VIRIDIS, -3), 0x440154);
    assert_int_equal(mapped(DP_VIRIDIS, 1e300), 0xfde725);
    assert_int_equal(mapped(DP_VIRIDIS, NAN), 0xe7298a);
}

static void test_other_maps(void **state)
{
    (void)state;
    assert_int_equal(mapped(DP_GRAY, 0.5), 0x808080);
    assert_int_equal(mapped(DP_GRAY, 0.25), 0x404040);
    assert_int_equal(mapped(DP_GRAY_R, 0), 0xffffff);
    assert_int_equal(mapped(DP_DIVERGING, 0.5), 0xf7f6f6); /* white in the middle, but for half a step of 256 */
    uint8_t low[3], high[3];
    dp_colormap_rgb(DP_DIVERGING, 0.1, low);
    dp_colormap_rgb(DP_DIVERGING, 0.9, high);
    assert_true(low[2] > low[0] && high[0] > high[2]);
}

static void test_names(void **state)
{
    (void)state;
    assert_int_equal(dp_colormap_find("gray_r"), DP_GRAY_R);
    assert_int_equal(dp_colormap_find("jet"), -1);
    assert_string_equal(dp_colormap_name(DP_DIVERGING), "diverging");
    assert_null(dp_colormap_name((dp_colormap)99));
    static const struct {
        const char *text;
        uint8_t rgba[4];
    } cases[] = {{"lightskyblue", {0x87, 0xce, 0xfa, 255}}, {"orange", {0xff, 0xa5, 0, 255}},
                 {"#1f77b4", {0x1f, 0x77, 0xb4, 255}},      {"#0F8", {0, 0xff, 0x88, 255}},
                 {"#11223344", {0x11, 0x22, 0x33, 0x44}},   {"none", {0, 0, 0, 0}},
                 {"C0", {0x1f, 0x77, 0xb4, 255}},           {"C1", {0xff, 0x7f, 0x0e, 255}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t rgba[4] = {1, 2, 3, 4};
        assert_int_equal(dp_color_parse(cases[i].text, DP_CYCLE_TAB10, rgba), 1);
        assert_memory_equal(rgba, cases[i].rgba, 4);
    }
    static const char *const wrong[] = {"", "#12", "#12345g", "C10", "Orange", "#123456789"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        uint8_t rgba[4] = {1, 2, 3, 4};
        assert_int_equal(dp_color_parse(wrong[i], DP_CYCLE_SAFE, rgba), 0);
        assert_memory_equal(rgba, ((uint8_t[]){1, 2, 3, 4}), 4);
    }
    assert_int_equal(dp_color_parse(NULL, DP_CYCLE_SAFE, NULL), 0);
}

/* The difference of two neighbours in the order of the cycle, as those with deuteranopia see it, stays large. The
 * matrix is that of Machado, Oliveira, Fernandes (2009) for full severity, applied to the values as they are. */
static void test_cycle_is_safe(void **state)
{
    (void)state;
    static const double seen[3][3] = {
        {0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}};
    double before[3] = {0};
    for (int i = 0; i < 8; i++) {
        dpi_rgba c = dpi_cycle_color(DP_CYCLE_SAFE, i);
        double rgb[3] = {c.r, c.g, c.b}, now[3] = {0}, distance = 0;
        for (int r = 0; r < 3; r++)
            for (int k = 0; k < 3; k++)
                now[r] += seen[r][k] * rgb[k];
        for (int r = 0; r < 3; r++)
            distance += (now[r] - before[r]) * (now[r] - before[r]);
        if (i)
            assert_true(sqrt(distance) > 60);
        memcpy(before, now, sizeof now);
    }
}

static void test_norm(void **state)
{
    (void)state;
    assert_true(dpi_norm(5, 0, 10) == 0.5);
    assert_true(dpi_norm(3, 3, 3) == 0); /* a constant array is the lowest colour, as in matplotlib */
    assert_true(fabs(dpi_norm(0, -1.7e308, 1.7e308) - 0.5) < 1e-15);
    assert_true(fabs(dpi_norm(5e-324, 0, 1e-323) - 0.5) < 1e-15);
    assert_true(isnan(dpi_norm(INFINITY, 0, 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_viridis),       cmocka_unit_test(test_other_maps), cmocka_unit_test(test_names),
        cmocka_unit_test(test_cycle_is_safe), cmocka_unit_test(test_norm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
