/* Figures by their descriptions: panels, limits, ticks, shared axes, colours of cells, legends; and what is refused. */
#include "plot_fixture.h"

#include <math.h>
#include <stdlib.h>

#if DENPA_HAVE_JSON
#include <jansson.h>

#include "plot/figure.h"
#include "plot/view.h"

static json_t *described(dp_figure *figure)
{
    dp_text text = {.ctx = plot_ctx};
    json_error_t error;
    OK(dp_figure_describe(figure, &text));
    json_t *json = json_loads(text.data, 0, &error);
    if (!json)
        fail_msg("no JSON: %s at %d in %s", error.text, error.position, text.data);
    dp_text_free(&text);
    return json;
}

static json_t *panel_of(json_t *figure, size_t i)
{
    json_t *panel = json_array_get(json_object_get(figure, "panels"), i);
    assert_non_null(panel);
    return panel;
}

static json_t *artist_of(json_t *panel, size_t i)
{
    return json_array_get(json_object_get(panel, "artists"), i);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "(none)";
}

static double number_at(const json_t *object, const char *name, size_t i)
{
    return json_number_value(json_array_get(json_object_get(object, name), i));
}

/* "label label …" of the ticks of an axis */
static void tick_labels(const json_t *axis, char *out)
{
    size_t i;
    json_t *tick;
    out[0] = 0;
    json_array_foreach(json_object_get(axis, "ticks"), i, tick)
    {
        if (i)
            strcat(out, " ");
        strcat(out, text_of(tick, "label"));
    }
}

static void check_ticks(const json_t *panel, const char *axis, const char *wanted)
{
    char text[2000];
    tick_labels(json_object_get(panel, axis), text);
    assert_string_equal(text, wanted);
}

/* A-F01 of the acceptance list, with a ramp for the digit. */
static void test_heat(void **state)
{
    (void)state;
    static double cells[28 * 28];
    for (int i = 0; i < 784; i++)
        cells[i] = i;
    dp_array m = plot_matrix(DP_F64, 28, 28, cells);
    dp_figure *figure = plot_figure(&(dp_figure_options){.width = 6, .height = 6});
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    OK(dp_axes_heat(axes, &m, NULL));
    dp_axes_invert(axes, DP_Y);
    dp_axes_equal(axes);
    OK(dp_axes_cell_ticks(axes, DP_X, 28));
    OK(dp_axes_label(axes, DP_X, "d"));
    OK(dp_axes_title(axes, DP_TITLE_LEFT, "$t_n=5$", 0));
    OK(dp_figure_suptitle(figure, "$x_n$", 15, 0));

    json_t *json = described(figure), *panel = panel_of(json, 0), *heat = artist_of(panel, 0);
    assert_string_equal(text_of(json, "suptitle"), "$x_n$");
    assert_true(json_number_value(json_object_get(json, "suptitle_size")) == 15);
    assert_int_equal(json_array_size(json_object_get(json, "panels")), 1);
    assert_string_equal(text_of(panel, "title_left"), "$t_n=5$");
    check_ticks(panel, "x", "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27");
    check_ticks(panel, "y", "0 5 10 15 20 25");
    assert_true(json_is_true(json_object_get(json_object_get(panel, "y"), "inverted")));
    assert_true(json_is_false(json_object_get(json_object_get(panel, "x"), "inverted")));
    assert_string_equal(text_of(json_object_get(panel, "x"), "label"), "d");
    assert_true(number_at(json_object_get(panel, "x"), "limits", 1) == 28); /* no room around a heat map */
    assert_true(fabs(number_at(panel, "box", 2) - number_at(panel, "box", 3)) < 1e-3);
    assert_string_equal(text_of(heat, "kind"), "heat");
    assert_string_equal(text_of(heat, "colormap"), "viridis");
    assert_true(number_at(heat, "scale", 0) == 0 && number_at(heat, "scale", 1) == 783);
    json_t *cells_said = json_object_get(heat, "cells"), *most = json_object_get(cells_said, "most");
    assert_string_equal(text_of(most, "color"), "#fde725");
    assert_int_equal(json_integer_value(json_object_get(most, "row")), 27);
    assert_string_equal(text_of(json_object_get(cells_said, "least"), "color"), "#440154");
    uint8_t rgb[3];
    OK(dp_axes_heat_color(axes, 14, 0, rgb)); /* 392 of 783: step 128 */
    assert_memory_equal(rgb, ((uint8_t[]){0x21, 0x91, 0x8c}), 3);
    FAILS(dp_axes_heat_color(axes, 28, 0, rgb), DP_ERR_RANGE, "no cell [28, 0] in 28 rows and 28 columns");
    json_decref(json);
    dp_figure_free(&figure);
}

static void test_shared(void **state)
{
    (void)state;
    static const double cells[] = {0, 1, 2, 3};
    dp_array m = plot_matrix(DP_F64, 2, 2, cells);
    dp_figure *figure = plot_figure(&(dp_figure_options){
        .width = 12, .height = 9, .rows = 2, .columns = 2, .share_x = 1, .share_y = 1, .label_outer = 1});
    for (int i = 0; i < 3; i++) {
        dp_axes *axes = dp_figure_axes(figure, i / 2, i % 2);
        OK(dp_axes_heat(axes, &m, NULL));
        OK(dp_axes_label(axes, DP_X, "d"));
        OK(dp_axes_label(axes, DP_Y, "d"));
    }
    dp_axes_invert(dp_figure_axes(figure, 1, 0), DP_Y); /* one turns all */
    assert_null(dp_figure_axes(figure, 2, 0));
    assert_null(dp_figure_axes(figure, 0, -1));
    json_t *json = described(figure);
    for (size_t i = 0; i < 4; i++) {
        json_t *panel = panel_of(json, i);
        assert_true(json_is_true(json_object_get(json_object_get(panel, "y"), "inverted")));
        assert_true(number_at(json_object_get(panel, "x"), "limits", 1) == 2); /* also of the empty one */
        assert_string_equal(text_of(json_object_get(panel, "x"), "label"), i == 2 ? "d" : "(none)");
        assert_string_equal(text_of(json_object_get(panel, "y"), "label"), i % 2 ? "(none)" : "d");
        json_t *first = json_array_get(json_object_get(json_object_get(panel, "x"), "ticks"), 0);
        assert_string_equal(text_of(first, "label"), i < 2 ? "" : "0.00");
    }
    json_decref(json);
    dp_figure_free(&figure);
}

static void test_scales(void **state)
{
    (void)state;
    static const double low[] = {-1, 0, NAN, 0.5}, high[] = {4, 5, 6, INFINITY}, same[] = {7, 7, 7, 7};
    const double *all[] = {low, high, same};
    dp_figure *figure = plot_figure(&(dp_figure_options){.columns = 3, .shared_scale = 1});
    dp_figure *own = plot_figure(&(dp_figure_options){.columns = 3});
    for (int i = 0; i < 3; i++) {
        dp_array m = plot_matrix(DP_F64, 2, 2, all[i]);
        OK(dp_axes_heat(dp_figure_axes(figure, 0, i), &m, NULL));
        OK(dp_axes_heat(dp_figure_axes(own, 0, i), &m, &(dp_field_options){.colormap = i ? DP_VIRIDIS : DP_DIVERGING}));
    }
    json_t *json = described(figure), *json_own = described(own);
    for (size_t i = 0; i < 3; i++) {
        json_t *heat = artist_of(panel_of(json, i), 0);
        assert_true(number_at(heat, "scale", 0) == -1 && number_at(heat, "scale", 1) == 7);
        assert_int_equal(json_integer_value(json_object_get(heat, "nonfinite")), i < 2);
    }
    json_t *heat = artist_of(panel_of(json_own, 0), 0); /* diverging: zero is white, so as far up as down */
    assert_true(number_at(heat, "scale", 0) == -1 && number_at(heat, "scale", 1) == 1);
    heat = artist_of(panel_of(json_own, 1), 0);
    assert_true(number_at(heat, "scale", 0) == 4 && number_at(heat, "scale", 1) == 6);
    assert_string_equal(text_of(json_object_get(json_object_get(heat, "cells"), "last"), "color"), "#e7298a");
    heat = artist_of(panel_of(json_own, 2), 0); /* constant: the lowest colour */
    assert_string_equal(text_of(json_object_get(json_object_get(heat, "cells"), "first"), "color"), "#440154");
    json_decref(json), json_decref(json_own);
    dp_figure_free(&figure), dp_figure_free(&own);
}

/* D-F03 and D-F09: series with colours of the cycle, regions with counts, a legend outside. */
static void test_marks(void **state)
{
    (void)state;
    static int64_t classes[600 * 1000];
    for (int i = 0; i < 600 * 1000; i++)
        classes[i] = i >= 115138;
    dp_array m = plot_matrix(DP_I64, 600, 1000, classes);
    dp_figure *figure = plot_figure(&(dp_figure_options){.cycle = DP_CYCLE_TAB10});
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    OK(dp_axes_regions(axes, &m, (const char *[]){"lightskyblue", "orange"},
                       (const char *[]){"predict_class1", "predict_class2"}, 2,
                       &(dp_field_options){.has_extent = 1, .x0 = -5, .x1 = 5, .y0 = 0, .y1 = 6, .loose = 1}));
    OK(dp_axes_scatter(axes, (double[]){0, 1}, (double[]){0, 1}, NULL, 2, &(dp_style){.label = "class1"}));
    OK(dp_axes_scatter(axes, (double[]){0, 1}, (double[]){1, 0}, NULL, 2, &(dp_style){.label = "class2"}));
    dp_axes_legend(axes, DP_LEGEND_OUTSIDE);
    json_t *json = described(figure), *panel = panel_of(json, 0), *regions = artist_of(panel, 0);
    json_t *first = json_array_get(json_object_get(regions, "classes"), 0);
    assert_string_equal(text_of(first, "color"), "#87cefa");
    assert_int_equal(json_integer_value(json_object_get(first, "count")), 115138);
    assert_string_equal(text_of(artist_of(panel, 1), "color"), "#1f77b4");
    assert_string_equal(text_of(artist_of(panel, 2), "color"), "#ff7f0e");
    assert_true(fabs(number_at(json_object_get(panel, "x"), "limits", 0) + 5.5) < 1e-12); /* 5 % of 10 */
    assert_true(fabs(number_at(json_object_get(panel, "y"), "limits", 1) - 6.3) < 1e-12);
    json_t *legend = json_object_get(panel, "legend"), *entries = json_object_get(legend, "entries");
    assert_int_equal(json_array_size(entries), 4);
    assert_string_equal(text_of(json_array_get(entries, 1), "label"), "predict_class2");
    assert_true(number_at(legend, "box", 0) > number_at(panel, "box", 0) + number_at(panel, "box", 2));
    json_decref(json);
    dp_figure_free(&figure);
}

static void check_limits(dp_axes *axes, dp_direction d, double lo, double hi)
{
    dpi_view view = dpi_view_of(axes, d);
    if (fabs(view.lo - lo) > 1e-12 * (fabs(lo) + 1) || fabs(view.hi - hi) > 1e-12 * (fabs(hi) + 1))
        fail_msg("limits %.17g to %.17g, not %.17g to %.17g", view.lo, view.hi, lo, hi);
}

static void test_limits(void **state)
{
    (void)state;
    dp_figure *figure = plot_figure(&(dp_figure_options){.columns = 6});
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    check_limits(axes, DP_X, 0, 1);
    OK(dp_axes_line(axes, (double[]){0, 10, NAN}, (double[]){-1, 1, 50}, 3, NULL));
    check_limits(axes, DP_X, -0.5, 10.5);
    check_limits(axes, DP_Y, -1.1, 1.1); /* what has no x is not shown and does not count */
    OK(dp_axes_limits(axes, DP_Y, 3, -3));
    check_limits(axes, DP_Y, -3, 3);
    assert_true(dpi_view_of(axes, DP_Y).inverted);

    axes = dp_figure_axes(figure, 0, 1); /* one point: as matplotlib, 5 % and another 5 % of that */
    OK(dp_axes_scatter(axes, (double[]){2}, (double[]){0}, NULL, 1, NULL));
    check_limits(axes, DP_X, 1.89, 2.11);
    check_limits(axes, DP_Y, -0.055, 0.055);

    axes = dp_figure_axes(figure, 0, 2); /* bars stand on the axis */
    OK(dp_axes_bars(axes, NULL, (double[]){1, 2, 4}, NULL, 3, NULL));
    check_limits(axes, DP_X, -0.54, 2.54);
    check_limits(axes, DP_Y, 0, 4.2);

    axes = dp_figure_axes(figure, 0, 3);
    dp_axes_log(axes, DP_Y);
    OK(dp_axes_line(axes, (double[]){0, 1, 2}, (double[]){0.01, 1, -5}, 3, NULL));
    check_limits(axes, DP_Y, pow(10, -2.1), pow(10, 0.1));
    assert_int_equal(dpi_count_hidden(axes, &axes->artists[0]), 1);

    axes = dp_figure_axes(figure, 0, 4);
    dp_array v = {.dtype = DP_F64, .shape = dp_shape_of(1, (int64_t[]){6}), .data = (double[]){0, 0.5, 1, 1, 2, NAN}};
    OK(dp_axes_hist(axes, &v, 4, 0, 0, NULL));
    assert_int_equal(axes->artists[0].n, 4);
    assert_memory_equal(axes->artists[0].y, ((double[]){1, 1, 2, 1}), 4 * sizeof(double)); /* numpy.histogram */
    dp_figure_free(&figure);
}

static void test_images(void **state)
{
    (void)state;
    static uint8_t digits[12 * 784];
    dp_array m = plot_matrix(DP_U8, 12, 784, digits);
    dp_figure *figure = plot_figure(NULL);
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    OK(dp_axes_images(axes, &m, 28, 5, 0, &(dp_field_options){.colormap = DP_GRAY}));
    json_t *json = described(figure), *panel = panel_of(json, 0);
    assert_int_equal(json_array_size(json_object_get(panel, "artists")), 12);
    assert_true(json_is_false(json_object_get(panel, "frame")));
    assert_true(number_at(artist_of(panel, 6), "extent", 0) == 30 && number_at(artist_of(panel, 6), "extent", 2) == 30);
    json_decref(json);
    FAILS(dp_axes_images(axes, &m, 27, 5, 0, NULL), DP_ERR_SHAPE, "(12, 784) cannot be cut into images of 27 rows");
    assert_int_equal(axes->artist_count, 12);
    dp_figure_free(&figure);
}
#endif

static void test_refused(void **state)
{
    (void)state;
    dp_figure *figure = NULL;
    FAILS(dp_figure_new(plot_ctx, &(dp_figure_options){.width = -1}, &figure), DP_ERR_ARG, "the size -1 by 4.8 inches");
    FAILS(dp_figure_new(plot_ctx, &(dp_figure_options){.width = NAN}, &figure), DP_ERR_ARG, "size");
    FAILS(dp_figure_new(plot_ctx, &(dp_figure_options){.rows = 1000, .columns = 1000}, &figure), DP_ERR_ARG,
          "1000 rows");
    FAILS(dp_figure_new(plot_ctx, &(dp_figure_options){.foreground = "bleu"}, &figure), DP_ERR_ARG,
          "\"bleu\" is no colour");
    assert_null(figure);
    figure = plot_figure(NULL);
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    double x[] = {0, INFINITY};
    dp_array empty = plot_matrix(DP_F64, 0, 3, NULL), m = plot_matrix(DP_F64, 1, 2, x);
    FAILS(dp_axes_heat(axes, &empty, NULL), DP_ERR_SHAPE, "this one is (0, 3)");
    FAILS(dp_axes_heat(axes, &m, &(dp_field_options){.has_scale = 1, .vmin = 2, .vmax = 1}), DP_ERR_RANGE,
          "from 2 to 1");
    FAILS(dp_axes_heat(axes, &m, &(dp_field_options){.has_extent = 1}), DP_ERR_RANGE, "extent");
    FAILS(dp_axes_heat(axes, &m, &(dp_field_options){.colormap = (dp_colormap)77}), DP_ERR_ARG, "no colour map 77");
    FAILS(dp_axes_image(axes, &m, NULL), DP_ERR_SHAPE, "[H, W, 3]");
    FAILS(dp_axes_limits(axes, DP_X, 1, 1), DP_ERR_RANGE, "x limits: 1 to 1");
    FAILS(dp_axes_limits(axes, DP_Y, 0, INFINITY), DP_ERR_RANGE, "y limits");
    dp_axes_log(axes, DP_Y);
    FAILS(dp_axes_limits(axes, DP_Y, 0, 1), DP_ERR_RANGE, "above zero");
    FAILS(dp_axes_ticks(axes, DP_X, x, NULL, 2), DP_ERR_RANGE, "place 1 is inf");
    FAILS(dp_axes_line(axes, x, NULL, 2, NULL), DP_ERR_ARG, "x and y");
    FAILS(dp_axes_line(axes, x, x, 2, &(dp_style){.color = "#12"}), DP_ERR_ARG, "\"#12\" is no colour");
    FAILS(dp_axes_line(axes, x, x, 2, &(dp_style){.width = -1}), DP_ERR_RANGE, "width -1");
    FAILS(dp_axes_curve(axes, x, x, 2, 0, NULL), DP_ERR_ARG, "2 points");
    FAILS(dp_axes_text(axes, NAN, 0, "x", NULL), DP_ERR_RANGE, "not finite");
    FAILS(dp_axes_box(axes, 0, 0, -1, 1, NULL), DP_ERR_RANGE, "width -1");
    FAILS(dp_axes_hist(axes, &m, -1, 0, 0, NULL), DP_ERR_ARG, "-1 bins");
    FAILS(dp_axes_contour(axes, &m, NULL, NULL, NULL, 0, NULL), DP_ERR_SHAPE, "at least 2 by 2");
    FAILS(dp_axes_regions(axes, &m, NULL, NULL, 0, NULL), DP_ERR_ARG, "0 classes");
    FAILS(dp_figure_write(figure, "picture.gif"), DP_ERR_ARG, ".png, .svg and .pdf");
    dp_figure_free(&figure);
    assert_null(figure);
    dp_figure_free(&figure);
    dp_figure_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if DENPA_HAVE_JSON
        PLOT_TEST(test_heat),
        PLOT_TEST(test_shared),
        PLOT_TEST(test_scales),
        PLOT_TEST(test_marks),
        PLOT_TEST(test_limits),
        PLOT_TEST(test_images),
#endif
        PLOT_TEST(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
