/* Text laid out: formulas without their dollar signs, places of scripts and fractions, lines, hostile text. */
#include "plot_fixture.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "plot/label.h"

static dpi_fonts *fonts;

static int setup(void **state)
{
    if (plot_setup(state))
        return 1;
    fonts = NULL;
    return dpi_fonts_new(plot_ctx, &fonts) != DP_OK;
}

static int teardown(void **state)
{
    dpi_fonts_free(&fonts);
    return plot_teardown(state);
}

static dpi_label set(const char *text, double align)
{
    dpi_label label = {0};
    OK(dpi_label_set(plot_ctx, fonts, text, (dpi_face){.size = 10}, align, &label));
    return label;
}

/* The runs in words: "(x)" italic, "_" lower than the line and "^" higher, "-" a bar. */
static void words(const dpi_label *label, char *out, size_t bytes)
{
    out[0] = 0;
    for (size_t i = 0; i < label->count; i++) {
        const dpi_run *run = &label->runs[i];
        size_t used = strlen(out);
        if (!run->text) {
            snprintf(out + used, bytes - used, "[bar]");
            continue;
        }
        const char *height = run->y > 0.01 ? "_" : run->y < -0.01 ? "^" : "";
        snprintf(out + used, bytes - used, "%s%s%.*s%s", height, run->face.italic ? "(" : "<", (int)run->bytes,
                 run->text, run->face.italic ? ")" : ">");
    }
}

static void test_formulas(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"plain text", "<plain text>"},
        {"$x_n$", "(x)_(n)"},
        {"$t_n=5$", "(t)_(n)<=><5>"},
        {"$Z = X \\cdot W$", "(Z)<=>(X)<⋅>(W)"},
        {"$x_n * w_k$", "(x)_(n)<∗>(w)_(k)"},
        {"$n=0, t_n=5$", "(n)<=><0,>(t)_(n)<=><5>"},
        {"$0\\ (t_n=5)$", "<0><(>(t)_(n)<=><5)>"},
        {"$Y = h(X \\cdot W)$", "(Y)<=>(h)<(>(X)<⋅>(W)<)>"},
        {"$10^{-3}$", "<10>^<−3>"},
        {"$w_{d,k}^2$", "(w)_(d)_<,>_(k)^<2>"},
        {"$\\alpha\\Sigma$", "(α)<Σ>"},
        {"$\\mathrm{loss}$ of $L$", "<loss of >(L)"},
        {"$\\frac{a}{b}$", "^(a)_(b)[bar]"},
        {"$\\exp(-x)$", "<exp(−>(x)<)>"},
        {"5$ and nothing", "<5$ and nothing>"},
        {"\\$5 each", "<$5 each>"},
        {"$\\unknown$", "<\\unknown>"},
        {"$a_{b_{c}}$", "(a)_(b)_(c)"},
        {"$a\\log b$", "(a)<log>(b)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        dpi_label label = set(cases[i].text, 0);
        words(&label, text, sizeof text);
        if (strcmp(text, cases[i].words) != 0)
            fail_msg("%s gives %s, not %s", cases[i].text, text, cases[i].words);
        dpi_label_free(&label);
    }
}

static void test_places(void **state)
{
    (void)state;
    dpi_label label = set("$x_n^2$", 0);
    assert_int_equal(label.count, 3);
    assert_true(label.runs[1].face.size < label.runs[0].face.size);
    assert_true(label.runs[1].x == label.runs[2].x); /* both scripts begin where the letter ends */
    assert_true(label.runs[1].x >= label.runs[0].x + label.runs[0].width - 1e-9);
    dpi_label_free(&label);

    label = set("$\\frac{1}{1+x}$", 0); /* the bar is as wide as the wider half, the other is centred on it */
    const dpi_run *bar = &label.runs[label.count - 1], *one = &label.runs[0];
    assert_null(bar->text);
    assert_true(fabs(one->x + one->width / 2 - (bar->x + bar->width / 2)) < 1e-9);
    for (size_t i = 1; i + 1 < label.count; i++)
        assert_true(label.runs[i].y > bar->y && one->y < bar->y);
    assert_true(label.ascent > 9 && label.descent > 4);
    dpi_label_free(&label);

    dpi_label minus = set("$-x$", 0), between = set("$a-x$", 0), a = set("$a$", 0);
    assert_true(between.width > minus.width + a.width + 3); /* blanks around an operation, none behind a sign */
    dpi_label_free(&minus), dpi_label_free(&between), dpi_label_free(&a);
}

/* Limits below and above their sign, fractions as large as the rest; both are as they were beyond the display. */
static void test_displays(void **state)
{
    (void)state;
    enum { SUM, BELOW, ABOVE, X, STRUT, COUNT };
    dpi_label label = set("$\\displaystyle\\sum_k^9 x$", 0), plain = set("$\\sum_k^9 x$", 0);
    const dpi_run *r = label.runs;
    assert_int_equal(label.count, COUNT);
    assert_true(r[SUM].face.size > r[X].face.size && r[BELOW].face.size < r[X].face.size);
    assert_true(r[BELOW].y - r[BELOW].ascent > r[SUM].y + r[SUM].descent);
    assert_true(r[ABOVE].y + r[ABOVE].descent < r[SUM].y - r[SUM].ascent);
    for (int i = BELOW; i <= ABOVE; i++)
        assert_true(fabs(r[i].x + r[i].width / 2 - (r[SUM].x + r[SUM].width / 2)) < 1e-9);
    assert_true(r[X].y == 0 && r[X].x > r[SUM].x + r[SUM].width);
    assert_true(r[STRUT].width == 0 && fabs(r[STRUT].y + r[STRUT].descent / 2 + 2.8) < 1e-9); /* around the signs */
    assert_true(plain.runs[0].face.size == 10 && plain.runs[1].x == plain.runs[2].x);
    assert_true(plain.runs[1].y - plain.runs[1].ascent > plain.runs[2].y + plain.runs[2].descent); /* apart */
    dpi_label_free(&label), dpi_label_free(&plain);

    label = set("$\\displaystyle\\lim_{h \\to 0} \\frac{a}{b}$", 0), plain = set("$\\frac{a}{b}$", 0);
    assert_true(label.runs[0].face.size == 10 && label.runs[0].y == 0);
    const dpi_run *a = &label.runs[label.count - 4];
    assert_true(a->face.italic && a->face.size == 10 && plain.runs[0].face.size == 8);
    dpi_label_free(&label), dpi_label_free(&plain);

    label = set("$\\displaystyle\\frac{\\sum_k x}{b}$", 0); /* a sum inside is no display */
    assert_true(label.runs[1].x > label.runs[0].x + label.runs[0].width - 1e-9);
    dpi_label_free(&label);
}

static void test_lines(void **state)
{
    (void)state;
    dpi_label one = set("mean", -1), two = set("W1 [784, 50]\nmean", 0);
    assert_int_equal(two.count, 2);
    assert_true(two.runs[1].y == 12 && two.runs[0].y == 0);
    assert_true(fabs(two.runs[1].x + two.runs[1].width / 2 - two.width / 2) < 1e-9);
    assert_true(dpi_label_height(&two) > 2 * dpi_label_height(&one));
    dpi_label_free(&one);
    dpi_label_free(&two);
    dpi_label none = set(NULL, 0);
    assert_int_equal(none.count, 0);
    dpi_label_free(&none);
}

static void test_clean(void **state)
{
    (void)state;
    static const struct {
        const char *text, *clean;
    } cases[] = {{"りんご", "りんご"},
                 {"a\tb\x01", "a b "},
                 {"\xff", "\xEF\xBF\xBD"},
                 {"a\xE3\x82", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
                 {"\xC2\x85", "\xEF\xBF\xBD"},
                 {"\xEF\xBF\xBF", "\xEF\xBF\xBD"},
                 {"a\nb", "a\nb"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *clean = NULL;
        OK(dpi_text_clean(plot_ctx, cases[i].text, &clean));
        assert_string_equal(clean, cases[i].clean);
        dpi_free(plot_ctx, clean);
    }
}

/* Whatever stands between the dollar signs: no crash, no hang, a finite size. */
static void test_hostile(void **state)
{
    (void)state;
    static const char *const texts[] = {"$$",
                                        "$_$",
                                        "$^^^$",
                                        "$}$",
                                        "${$",
                                        "$\\$",
                                        "$\\frac$",
                                        "$\\frac{$",
                                        "$\\frac{a}$",
                                        "$x_$",
                                        "$x__y$",
                                        "$\\\\\\$",
                                        "$\\mathrm$",
                                        "$a$$b$",
                                        "$\n$",
                                        "$\\displaystyle$",
                                        "$\\displaystyle\\sum_$",
                                        "$\\displaystyle\\lim_^_^$",
                                        "$\\displaystyle\\sum_{\\sum_{x",
                                        "\n\n\n",
                                        "$\\ $",
                                        "$_{_{_{_{_{_{_{_{_{_{_{_{_{_{_{x}}}}}}}}}}}}}}}$"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        dpi_label label = set(texts[i], 0);
        assert_true(isfinite(label.width) && isfinite(label.ascent) && isfinite(label.descent));
        dpi_label_free(&label);
    }
    char deep[20003];
    memset(deep, '{', sizeof deep);
    deep[0] = deep[sizeof deep - 2] = '$', deep[sizeof deep - 1] = 0;
    dpi_label label = set(deep, 0);
    dpi_label_free(&label);
    for (size_t i = 1; i < sizeof deep - 2; i++)
        deep[i] = "\\frac{"[i % 6];
    label = set(deep, 0);
    dpi_label_free(&label);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_formulas, setup, teardown),
        cmocka_unit_test_setup_teardown(test_places, setup, teardown),
        cmocka_unit_test_setup_teardown(test_displays, setup, teardown),
        cmocka_unit_test_setup_teardown(test_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(test_clean, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
