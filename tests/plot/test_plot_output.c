/* Files: sizes, well-formed SVG with text as text, one image for many cells or points, nothing half-written; hostile
 * numbers; memory that runs out at every place. */
#include "plot_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <denpa/file.h>

#include "plot/pixels.h"

static uint32_t big_endian(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static dp_array *encoded(dp_figure *figure, dp_format format)
{
    dp_array *bytes = NULL;
    OK(dp_figure_encode(figure, format, &bytes));
    return bytes;
}

static int count_of(const char *text, const char *part)
{
    int count = 0;
    for (const char *p = text; (p = strstr(p, part)); p += strlen(part))
        count++;
    return count;
}

/* Tags are balanced, attributes quoted, & escaped: enough to be well-formed, given that text is UTF-8. */
static void check_xml(const char *text)
{
    char open[64][16];
    int depth = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '&')
            assert_true(!strncmp(p, "&lt;", 4) || !strncmp(p, "&gt;", 4) || !strncmp(p, "&amp;", 5) ||
                        !strncmp(p, "&quot;", 6));
        if (*p != '<')
            continue;
        const char *end = p;
        for (int quoted = 0; *end && (*end != '>' || quoted); end++) {
            quoted ^= *end == '"';
            assert_true(end == p || *end != '<');
        }
        assert_int_equal(*end, '>');
        char name[16] = {0};
        sscanf(p + 1 + (p[1] == '/'), "%15[a-zA-Z?]", name);
        if (p[1] == '/') {
            assert_true(depth > 0);
            assert_string_equal(name, open[--depth]);
        } else if (end[-1] != '/' && p[1] != '?') {
            assert_true(depth < 64);
            memcpy(open[depth++], name, sizeof name);
        }
        p = end;
    }
    assert_int_equal(depth, 0);
}

static dp_figure *sample(void)
{
    static const double cells[] = {0, 1, 2, NAN, 4, 5};
    dp_array m = plot_matrix(DP_F64, 2, 3, cells);
    dp_figure *figure = plot_figure(&(dp_figure_options){.width = 5, .height = 3, .dpi = 120, .columns = 2});
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    OK(dp_axes_heat(axes, &m, &(dp_field_options){.label = "cells"}));
    OK(dp_axes_colorbar(axes, "a < b & \"c\""));
    OK(dp_axes_title(axes, DP_TITLE_LEFT, "$t_n=5$ りんご", 0));
    dp_axes_legend(axes, DP_LEGEND_BEST);
    axes = dp_figure_axes(figure, 0, 1);
    OK(dp_axes_line(axes, (double[]){0, 1, 2}, (double[]){1, NAN, 2}, 3,
                    &(dp_style){.label = "line", .marker = DP_MARKER_PLUS}));
    OK(dp_axes_scatter(axes, (double[]){0, 1}, (double[]){1, 1}, (double[]){0, 1}, 2, NULL));
    OK(dp_axes_bars(axes, NULL, (double[]){1, 2}, NULL, 2,
                    &(dp_style){.horizontal = 1, .edge = "black", .opacity = 0.5}));
    OK(dp_axes_arrow(axes, 0, 0, 1, 1, NULL));
    OK(dp_axes_ellipse(axes, 1, 1, 1, 1, &(dp_style){.color = "pink"}));
    OK(dp_axes_curve(axes, (double[]){0, 1, 1, 2}, (double[]){0, 0, 1, 1}, 4, 1, &(dp_style){.dash = DP_DASHED}));
    OK(dp_axes_text(axes, 1, 1, "$\\frac{1}{x}$\nturned", &(dp_style){.angle = 30}));
    dp_array z = plot_matrix(DP_F64, 2, 2, ((double[]){0, 1, 2, 0}));
    OK(dp_axes_contour(axes, &z, NULL, NULL, NULL, 0, NULL));
    dp_axes_grid(axes);
    dp_axes_legend(axes, DP_LEGEND_OUTSIDE);
    OK(dp_figure_suptitle(figure, "both", 0, 0));
    return figure;
}

static void test_formats(void **state)
{
    (void)state;
    SKIP_WITHOUT_CAIRO();
    dp_figure *figure = sample();
    dp_array *png = encoded(figure, DP_FORMAT_PNG), *pdf = encoded(figure, DP_FORMAT_PDF),
             *svg = encoded(figure, DP_FORMAT_SVG);
    const uint8_t *p = png->data;
    assert_memory_equal(p, "\x89PNG\r\n\x1a\n", 8);
    assert_int_equal(big_endian(p + 16), 600); /* 5 in at 120 dpi */
    assert_int_equal(big_endian(p + 20), 360);
    assert_memory_equal(p + dp_array_bytes(png) - 8, "IEND", 4);
    assert_memory_equal(pdf->data, "%PDF-", 5);
    assert_memory_equal((char *)pdf->data + dp_array_bytes(pdf) - 6, "%%EOF\n", 6);

    char *text = malloc(dp_array_bytes(svg) + 1);
    memcpy(text, svg->data, dp_array_bytes(svg));
    text[dp_array_bytes(svg)] = 0;
    check_xml(text);
    assert_non_null(strstr(text, "width=\"360pt\" height=\"216pt\""));
    assert_non_null(strstr(text, "<title>both</title>"));
    assert_non_null(strstr(text, "りんご"));
    assert_non_null(strstr(text, "a &lt; b &amp; &quot;c&quot;"));
    assert_null(strchr(text, '$'));
    assert_int_equal(count_of(text, "<image"), 2); /* the heat map and its colour bar */
    free(text);

    dp_array *again = encoded(figure, DP_FORMAT_SVG); /* the same description gives the same bytes */
    assert_int_equal(dp_array_bytes(again), dp_array_bytes(svg));
    assert_memory_equal(again->data, svg->data, dp_array_bytes(svg));
    dp_array_free(&png), dp_array_free(&pdf), dp_array_free(&svg), dp_array_free(&again);
    dp_figure_free(&figure);
}

/* Pixels of the image are the colours of the cells, without seams or blur: only those two colours in the box. */
static void test_pixels(void **state)
{
    (void)state;
    SKIP_WITHOUT_CAIRO();
    static double board[16 * 16];
    for (int i = 0; i < 256; i++)
        board[i] = (i + i / 16) % 2;
    dp_array m = plot_matrix(DP_F64, 16, 16, board), *rgb = NULL;
    dp_figure *figure = plot_figure(&(dp_figure_options){.width = 2, .height = 2});
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    OK(dp_axes_place(axes, 0, 0, 1, 1));
    dp_axes_off(axes);
    OK(dp_axes_heat(axes, &m, NULL));
    OK(dp_figure_image(figure, &rgb));
    assert_int_equal(rgb->shape.dims[0], 200);
    assert_int_equal(rgb->shape.dims[1], 200);
    const uint8_t *p = rgb->data;
    int low = 0, high = 0;
    for (int y = 2; y < 198; y++)
        for (int x = 2; x < 198; x++) {
            const uint8_t *c = p + 3 * (y * 200 + x);
            low += c[0] == 0x44 && c[1] == 0x01 && c[2] == 0x54;
            high += c[0] == 0xfd && c[1] == 0xe7 && c[2] == 0x25;
        }
    assert_int_equal(low + high, 196 * 196);
    assert_true(abs(low - high) < 2000);
    const uint8_t *corner = p + 3 * (195 * 200 + 4); /* row 0, column 0 is the lower left cell: 0 */
    assert_int_equal(corner[0], 0x44);
    dp_array_free(&rgb);
    dp_figure_free(&figure);
}

/* Many translucent marks on one place come near their colour and stay opaque; the first is as the formula of "over"
 * says. */
static void test_blend(void **state)
{
    (void)state;
    uint8_t rgba[8] = {255, 255, 255, 255, 0, 0, 0, 0};
    dpi_pixels pixels = {2, 1, rgba};
    dpi_rgba blue = {0, 100, 200, 128};
    dpi_pixels_blend(&pixels, 0, 0, blue, 255);
    dpi_pixels_blend(&pixels, 1, 0, blue, 255);
    assert_memory_equal(rgba, ((uint8_t[]){127, 177, 227, 255, 0, 100, 200, 128}), 8);
    for (int part = 1; part < 256; part++) {
        dpi_pixels_blend(&pixels, 0, 0, blue, (uint8_t)part);
        assert_int_equal(rgba[3], 255);
    }
    assert_true(rgba[0] < 3 && abs(rgba[1] - 100) < 3 && abs(rgba[2] - 200) < 3);
    dpi_pixels_blend(&pixels, -1, 0, blue, 255); /* outside: nothing */
    dpi_pixels_blend(&pixels, 0, 1, blue, 255);
}

/* The bounds of the issue: 60,000 points, 600,000 cells, each below 2 s of the processor and 2 MB. */
static void test_large(void **state)
{
    (void)state;
    SKIP_WITHOUT_CAIRO();
    enum { POINTS = 60000, ROWS = 600, COLUMNS = 1000 };
    double *x = malloc(POINTS * sizeof *x), *y = malloc(POINTS * sizeof *y);
    int64_t *classes = malloc(ROWS * COLUMNS * sizeof *classes);
    for (int i = 0; i < POINTS; i++)
        x[i] = sin(i * 0.37) * i, y[i] = cos(i * 0.73) * i;
    for (int i = 0; i < ROWS * COLUMNS; i++)
        classes[i] = sin(i % COLUMNS * 0.02) + cos(i / COLUMNS * 0.03) > 0;
    dp_array m = plot_matrix(DP_I64, ROWS, COLUMNS, classes);
    dp_figure *figures[2] = {plot_figure(NULL), plot_figure(NULL)};
    OK(dp_axes_scatter(dp_figure_axes(figures[0], 0, 0), x, y, NULL, POINTS, NULL));
    OK(dp_axes_regions(dp_figure_axes(figures[1], 0, 0), &m, NULL, NULL, 2, NULL));
    for (int i = 0; i < 2; i++) {
        clock_t begin = clock();
        dp_array *svg = encoded(figures[i], DP_FORMAT_SVG);
        double took = (double)(clock() - begin) / CLOCKS_PER_SEC;
        assert_true(dp_array_bytes(svg) < 2000000);
        assert_true(took < (getenv("DENPA_SANITIZED") && *getenv("DENPA_SANITIZED") == '1' ? 40 : 2));
        dp_array_free(&svg);
        dp_figure_free(&figures[i]);
    }
    free(x), free(y), free(classes);
}

static void test_files(void **state)
{
    (void)state;
    dp_figure *figure = sample();
    char dir[] = "/tmp/denpa-plot-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a.png", dir);
    OK(dp_file_write(plot_ctx, path, "old", 3));
#if DENPA_HAVE_CAIRO
    OK(dp_figure_write(figure, path));
    FAILS(dp_figure_write(figure, "/nowhere/at/all.svg"), DP_ERR_IO, "/nowhere/at/all.svg");
    unlink(path);
    dp_figure *huge = plot_figure(&(dp_figure_options){.width = 900, .height = 900});
    FAILS(dp_figure_write(huge, path), DP_ERR_RANGE, "90000 by 90000 pixels");
    dp_figure_free(&huge);
    assert_int_equal(access(path, F_OK), -1);
#else
    FAILS(dp_figure_write(figure, path), DP_ERR_UNSUPPORTED, "libpango1.0-dev");
    dp_array *rgb = NULL;
    FAILS(dp_figure_image(figure, &rgb), DP_ERR_UNSUPPORTED, "libcairo2-dev");
    unlink(path);
#endif
    rmdir(dir);
    dp_figure_free(&figure);
}

/* Numbers that no one should draw: every kind of drawing, linear and log, in every format, with a picture at the end.
 */
static void test_hostile_numbers(void **state)
{
    (void)state;
    static const double sets[][4] = {
        {0, 0, 0, 0},           {NAN, NAN, NAN, NAN},       {INFINITY, 1, -INFINITY, 2},
        {1e-300, 1e300, 1, 0},  {-1e308, 1e308, 0, 1e-308}, {5e-324, 1e-323, 0, 5e-324},
        {1, 1 + 2.3e-16, 1, 1}, {-1, -2, -3, -4},           {1e15, 1e15 + 1, 1e15 + 2, 1e15}};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        for (int mode = 0; mode < 8; mode++) {
            const double *v = sets[i];
            dp_figure *figure = plot_figure(&(dp_figure_options){.width = 3, .height = 3, .columns = 2, .rows = 2});
            dp_array m = plot_matrix(DP_F64, 2, 2, v);
            for (int k = 0; k < 4; k++) {
                dp_axes *axes = dp_figure_axes(figure, k / 2, k % 2);
                if (mode & 1)
                    dp_axes_log(axes, DP_X);
                if (mode & 2)
                    dp_axes_log(axes, DP_Y);
                if (mode & 4)
                    dp_axes_equal(axes);
                if (k == 0)
                    OK(dp_axes_heat(axes, &m, &(dp_field_options){.colormap = DP_DIVERGING}));
                if (k == 1)
                    OK(dp_axes_scatter(axes, v, v, v, 4, &(dp_style){.label = "points"}));
                if (k == 2)
                    OK(dp_axes_line(axes, v, v, 4, &(dp_style){.marker = DP_MARKER_DIAMOND, .label = "line"}));
                if (k == 2)
                    OK(dp_axes_contour(axes, &m, NULL, NULL, NULL, 0, NULL));
                if (k == 3)
                    OK(dp_axes_bars(axes, NULL, v, NULL, 4, NULL));
                if (k == 3)
                    OK(dp_axes_hist(axes, &m, 3, 0, 0, NULL));
                OK(dp_axes_colorbar(axes, NULL));
                dp_axes_legend(axes, DP_LEGEND_BEST);
            }
            dp_text text = {.ctx = plot_ctx};
            OK(dp_figure_describe(figure, &text));
            assert_null(strstr(text.data, "nan"));
            dp_text_free(&text);
            for (int format = DP_FORMAT_PNG; DENPA_HAVE_CAIRO && format <= DP_FORMAT_PDF; format++) {
                dp_array *bytes = encoded(figure, (dp_format)format);
                dp_array_free(&bytes);
            }
            dp_figure_free(&figure);
        }
}

static void test_nothing_to_draw(void **state)
{
    (void)state;
    dp_figure *figure = plot_figure(&(dp_figure_options){.width = 0.01, .height = 0.01});
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    OK(dp_axes_line(axes, NULL, NULL, 0, NULL));
    OK(dp_axes_scatter(axes, NULL, NULL, NULL, 0, &(dp_style){.label = ""}));
    OK(dp_axes_bars(axes, NULL, NULL, NULL, 0, NULL));
    OK(dp_axes_ticks(axes, DP_X, NULL, NULL, 0));
    OK(dp_axes_title(axes, DP_TITLE_CENTER, NULL, 0));
    dp_axes_legend(axes, DP_LEGEND_OUTSIDE);
    OK(dp_axes_colorbar(axes, "nothing to scale"));
    dp_text text = {.ctx = plot_ctx};
    OK(dp_figure_describe(figure, &text));
    dp_text_free(&text);
#if DENPA_HAVE_CAIRO
    dp_array *rgb = NULL;
    OK(dp_figure_image(figure, &rgb));
    dp_array_free(&rgb);
#endif
    dp_figure_free(&figure);
}

/* ---- Memory that runs out ---- */

typedef struct budget {
    int left;
} budget;

static void *limited_alloc(void *user, size_t bytes, size_t align)
{
    budget *b = user;
    if (b->left-- <= 0)
        return NULL;
    void *memory = NULL;
    return posix_memalign(&memory, align < sizeof(void *) ? sizeof(void *) : align, bytes) == 0 ? memory : NULL;
}

static void limited_free(void *user, void *memory, size_t bytes, size_t align)
{
    (void)user, (void)bytes, (void)align;
    free(memory);
}

static dp_status draw_all(dp_ctx *ctx)
{
    static const double cells[] = {0, 1, 2, NAN};
    dp_array m = plot_matrix(DP_F64, 2, 2, cells), *bytes = NULL;
    dp_figure *figure = NULL;
    dp_status status = dp_figure_new(ctx, NULL, &figure);
    if (status != DP_OK)
        return status;
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    if (status == DP_OK)
        status = dp_axes_heat(axes, &m, &(dp_field_options){.label = "heat"});
    if (status == DP_OK)
        status = dp_axes_regions(axes, &m, NULL, (const char *[]){"a", "b"}, 2, NULL);
    if (status == DP_OK)
        status = dp_axes_line(axes, cells, cells, 4, &(dp_style){.label = "line"});
    if (status == DP_OK)
        status = dp_axes_bars(axes, NULL, cells, NULL, 4, NULL);
    if (status == DP_OK)
        status = dp_axes_contour(axes, &m, NULL, NULL, NULL, 0, NULL);
    if (status == DP_OK)
        status = dp_axes_text(axes, 1, 1, "$\\frac{a}{b_c}$", NULL);
    if (status == DP_OK)
        status = dp_axes_cell_ticks(axes, DP_X, 2);
    if (status == DP_OK)
        status = dp_axes_title(axes, DP_TITLE_LEFT, "title", 0);
    if (status == DP_OK)
        status = dp_axes_colorbar(axes, "scale");
    if (status == DP_OK)
        status = dp_figure_suptitle(figure, "all", 0, 0);
    if (status == DP_OK)
        dp_axes_legend(axes, DP_LEGEND_BEST);
    dp_text text = {.ctx = ctx};
    if (status == DP_OK)
        status = dp_figure_describe(figure, &text);
    dp_text_free(&text);
    for (int format = DP_FORMAT_PNG; DENPA_HAVE_CAIRO && format <= DP_FORMAT_PDF && status == DP_OK; format++) {
        status = dp_figure_encode(figure, (dp_format)format, &bytes);
        dp_array_free(&bytes);
    }
    dp_figure_free(&figure);
    return status;
}

static void test_memory_runs_out(void **state)
{
    (void)state;
    for (int allowed = 1;; allowed += allowed < 300 ? 1 : 17) {
        budget b = {1};
        dp_config config;
        dp_ctx *ctx = NULL;
        dp_config_init(&config);
        config.allocator = (dp_allocator){limited_alloc, limited_free, &b};
        assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
        b.left = allowed;
        dp_status status = draw_all(ctx);
        if (status != DP_OK && status != DP_ERR_NOMEM)
            fail_msg("after %d: %s", allowed, dp_ctx_message(ctx));
        assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
        dp_ctx_free(&ctx);
        if (status == DP_OK)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLOT_TEST(test_formats),         PLOT_TEST(test_pixels),          PLOT_TEST(test_blend),
        PLOT_TEST(test_large),           PLOT_TEST(test_files),           PLOT_TEST(test_hostile_numbers),
        PLOT_TEST(test_nothing_to_draw), PLOT_TEST(test_memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
