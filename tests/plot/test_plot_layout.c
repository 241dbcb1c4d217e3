/* What is laid out is seen whole: no text is cut off or lies on another text or on a panel's data. Figures of many
 * kinds are painted on a canvas that only remembers where things are. */
#include "plot_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <denpa/random.h>

#include "plot/draw.h"

enum { MOST_TEXTS = 20000 };

typedef struct recorder {
    dpi_canvas base;
    dpi_box texts[MOST_TEXTS];
    char words[MOST_TEXTS][24];
    int count, images;
} recorder;

static void record_path(dpi_canvas *canvas, const dpi_path *path, dpi_rgba fill, dpi_pen pen)
{
    (void)canvas, (void)path, (void)fill, (void)pen;
}

static void record_image(dpi_canvas *canvas, const dpi_pixels *pixels, dpi_box box)
{
    (void)pixels, (void)box;
    ((recorder *)canvas)->images++;
}

/* The box of the letters: half a point narrower all round, since neighbours may touch. */
static void record_label(dpi_canvas *canvas, const dpi_label *label, double x, double y, double degrees, dpi_rgba color)
{
    (void)color;
    recorder *r = (recorder *)canvas;
    assert_true(r->count < MOST_TEXTS);
    double top = label->ascent, bottom = label->descent, slack = 0.5;
    dpi_box box = {x + slack, y - top + slack, label->width - 2 * slack, top + bottom - 2 * slack};
    if (degrees != 0)
        box = (dpi_box){x - top + slack, y - label->width + slack, top + bottom - 2 * slack, label->width - 2 * slack};
    snprintf(r->words[r->count], sizeof r->words[0], "%s", label->text);
    r->texts[r->count++] = box;
}

static void record_clip(dpi_canvas *canvas, dpi_box box)
{
    (void)canvas, (void)box;
}

static void record_unclip(dpi_canvas *canvas)
{
    (void)canvas;
}

static const dpi_canvas_class recorder_class = {record_path, record_image, record_label, record_clip, record_unclip};

static bool overlap(dpi_box a, dpi_box b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static const char *describe(const recorder *r, int i, char *text, size_t bytes)
{
    snprintf(text, bytes, "\"%s\" at %.1f, %.1f, %.1f wide, %.1f high", r->words[i], r->texts[i].x, r->texts[i].y,
             r->texts[i].w, r->texts[i].h);
    return text;
}

static void check_texts(const dpi_layout *layout, const recorder *r, const char *what)
{
    char a[200], b[200];
    for (int i = 0; i < r->count; i++) {
        dpi_box t = r->texts[i];
        if (t.x < 0 || t.y < 0 || t.x + t.w > layout->width || t.y + t.h > layout->height)
            fail_msg("%s: %s is cut off by the picture of %.1f by %.1f", what, describe(r, i, a, sizeof a),
                     layout->width, layout->height);
        for (int k = 0; k < i; k++)
            if (overlap(t, r->texts[k]))
                fail_msg("%s: %s lies on %s", what, describe(r, i, a, sizeof a), describe(r, k, b, sizeof b));
        for (int k = 0; k < layout->figure->axes_count; k++)
            if (!layout->figure->axes[k].has_legend && overlap(t, layout->panels[k].box))
                fail_msg("%s: %s lies on panel %d", what, describe(r, i, a, sizeof a), k);
    }
}

/* Lays the figure out for pixels and for paper, checks, and frees it. */
static void check_figure(dp_figure *figure, const char *what)
{
    recorder *r = malloc(sizeof *r);
    assert_non_null(r);
    for (int paper = 0; paper < 2; paper++) {
        dpi_layout layout;
        OK(dpi_layout_make(figure, paper ? 0 : 100.0 / 72, &layout));
        r->count = 0;
        r->base = (dpi_canvas){.class = &recorder_class, .ctx = plot_ctx, .pixels_per_point = layout.pixels_per_point};
        dpi_draw_figure(&layout, &r->base);
        assert_int_equal(r->base.status, DP_OK);
        for (int i = 0; i < figure->axes_count; i++) {
            dpi_box b = layout.panels[i].box;
            assert_true(b.w > 0 && b.h > 0 && b.x >= 0 && b.y >= 0 && b.x + b.w <= layout.width &&
                        b.y + b.h <= layout.height);
        }
        check_texts(&layout, r, what);
        dpi_layout_free(&layout);
    }
    free(r);
    dp_figure_free(&figure);
}

static const double cells[28 * 28];

static void test_seed_figures(void **state)
{
    (void)state;
    dp_array digit = plot_matrix(DP_F64, 28, 28, cells), strip = plot_matrix(DP_F64, 1, 784, cells);

    dp_figure *figure = plot_figure(&(dp_figure_options){.width = 6, .height = 6}); /* A-F01 */
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    OK(dp_axes_heat(axes, &digit, NULL));
    dp_axes_equal(axes), dp_axes_invert(axes, DP_Y);
    OK(dp_axes_cell_ticks(axes, DP_X, 28));
    OK(dp_axes_cell_ticks(axes, DP_Y, 28));
    OK(dp_axes_label(axes, DP_X, "d"));
    OK(dp_axes_label(axes, DP_Y, "d"));
    OK(dp_axes_title(axes, DP_TITLE_LEFT, "$t_n=5$", 0));
    OK(dp_figure_suptitle(figure, "$x_n$", 15, 0));
    check_figure(figure, "A-F01");

    figure = plot_figure(&(dp_figure_options){.width = 12, .height = 0.3}); /* A-F02: thinner than its labels */
    axes = dp_figure_axes(figure, 0, 0);
    OK(dp_axes_heat(axes, &strip, NULL));
    OK(dp_axes_cell_ticks(axes, DP_Y, 1));
    OK(dp_axes_label(axes, DP_X, "d"));
    OK(dp_axes_label(axes, DP_Y, "n"));
    OK(dp_axes_title(axes, DP_TITLE_LEFT, "$t_n=5$", 0));
    OK(dp_figure_suptitle(figure, "$x_n$", 15, 3));
    check_figure(figure, "A-F02");

    figure = plot_figure(&(dp_figure_options){.width = 4, .height = 8}); /* A-F14: a title wider than the picture */
    axes = dp_figure_axes(figure, 0, 0);
    dp_array z = plot_matrix(DP_F64, 20, 10, cells);
    OK(dp_axes_heat(axes, &z, NULL));
    dp_axes_equal(axes);
    OK(dp_axes_title(axes, DP_TITLE_LEFT, "t=[5 0 4 1 9 2 1 3 1 4 3 5 3 6 1 7 2 8 6 9]", 0));
    OK(dp_figure_suptitle(figure, "$Z = X \\cdot W$", 20, 0));
    OK(dp_axes_colorbar(axes, "z"));
    check_figure(figure, "A-F14");
}

/* A label longer than its axis gets smaller; the picture keeps the size that was asked for. */
static void test_long_label(void **state)
{
    (void)state;
    dp_figure *figure = plot_figure(&(dp_figure_options){.width = 4, .height = 2});
    OK(dp_axes_label(dp_figure_axes(figure, 0, 0), DP_Y, "a rather long label for such a small axis"));
    dpi_layout layout;
    OK(dpi_layout_make(figure, 0, &layout));
    assert_true(layout.width == 288 && layout.height == 144);
    const dpi_panel *panel = &layout.panels[0];
    assert_true(panel->axis[DP_Y].label.width <= panel->box.h && panel->axis[DP_Y].label.width > 0.8 * panel->box.h);
    dpi_layout_free(&layout);
    check_figure(figure, "long label");
}

/* ---- Figures by chance ---- */

typedef struct dice {
    dp_rng rng;
} dice;

static int roll(dice *d, int sides)
{
    return (int)dp_rng_below(&d->rng, (uint64_t)sides);
}

static const char *const texts[] = {"d",
                                    "$x_n$",
                                    "epoch",
                                    "a rather long label for such a small axis",
                                    "りんごの値段",
                                    "$\\frac{\\partial L}{\\partial W}$",
                                    "two\nlines",
                                    "$t=[5\\ 0\\ 4\\ 1\\ 9]$"};

static const char *any_text(dice *d)
{
    return texts[roll(d, 8)];
}

static void fill_panel(dice *d, dp_axes *axes)
{
    double x[5], y[5], size = pow(10, roll(d, 12) - 6);
    for (int i = 0; i < 5; i++)
        x[i] = i * size, y[i] = (roll(d, 100) + 1) * size * (roll(d, 4) ? 1 : -1);
    dp_array m = plot_matrix(DP_F64, 1 + roll(d, 28), 1 + roll(d, 28), cells);
    if (roll(d, 2))
        OK(dp_axes_heat(axes, &m, NULL));
    else
        OK(dp_axes_line(axes, x, y, 5, &(dp_style){.label = roll(d, 2) ? any_text(d) : NULL}));
    for (int k = 0; k < 2; k++) {
        if (roll(d, 2))
            OK(dp_axes_label(axes, (dp_direction)k, any_text(d)));
        if (roll(d, 2))
            OK(dp_axes_title(axes, (dp_title_place)k, any_text(d), roll(d, 2) ? 0 : 6 + roll(d, 14)));
        if (roll(d, 5) == 0)
            OK(dp_axes_cell_ticks(axes, (dp_direction)k, roll(d, 200)));
        if (roll(d, 5) == 0)
            dp_axes_log(axes, (dp_direction)k);
        if (roll(d, 3) == 0)
            dp_axes_invert(axes, (dp_direction)k);
    }
    if (roll(d, 3) == 0)
        dp_axes_equal(axes);
    if (roll(d, 3) == 0)
        OK(dp_axes_colorbar(axes, roll(d, 2) ? any_text(d) : NULL));
    if (roll(d, 4) == 0)
        dp_axes_legend(axes, DP_LEGEND_OUTSIDE);
}

static void test_any_figure(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 150; seed++) {
        dice d;
        char what[64];
        d.rng = (dp_rng){.seed = seed};
        dp_figure_options o = {
            .width = 2 + roll(&d, 9), .height = 2 + roll(&d, 9), .rows = 1 + roll(&d, 3), .columns = 1 + roll(&d, 3)};
        o.share_x = roll(&d, 2), o.share_y = roll(&d, 2), o.label_outer = roll(&d, 2);
        dp_figure *figure = plot_figure(&o);
        if (roll(&d, 2))
            OK(dp_figure_suptitle(figure, any_text(&d), 0, 0));
        for (int i = 0; i < figure->axes_count; i++)
            fill_panel(&d, &figure->axes[i]);
        snprintf(what, sizeof what, "figure %d", (int)seed);
        check_figure(figure, what);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {PLOT_TEST(test_seed_figures), PLOT_TEST(test_long_label),
                                       PLOT_TEST(test_any_figure)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
