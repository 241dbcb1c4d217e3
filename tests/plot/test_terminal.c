/* The terminal's three ways, to the letter; sizes; what the environment means. Needs no Cairo. */
#include "plot_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "plot/canvas.h"

static const uint8_t flag[] = {255,    0, 0,   /**/ 0,   255, 0,   /**/ 0, 0, 255,
                               /**/ 0, 0, 255, /**/ 255, 255, 255, /**/ 0, 0, 0};

static dp_array image(int64_t height, int64_t width, const uint8_t *data)
{
    dp_array a = {.dtype = DP_U8, .shape = dp_shape_of(3, (int64_t[]){height, width, 3})};
    memcpy(&a.data, &data, sizeof data);
    return a;
}

static dp_text shown(const dp_array *rgb, dp_term_protocol protocol, int columns)
{
    dp_text text = {.ctx = plot_ctx};
    OK(dp_term_image(&text, rgb, &(dp_term_options){.protocol = protocol, .columns = columns, .cell_pixels = 1}));
    return text;
}

static void test_blocks(void **state)
{
    (void)state;
    dp_array a = image(3, 2, flag);
    dp_text text = shown(&a, DP_TERM_BLOCKS, 2);
    /* Two rows in one line; a colour is said again only when it changes; the third row stands alone. */
    assert_string_equal(text.data, "\x1b[38;2;255;0;0m\x1b[48;2;0;0;255m▀\x1b[38;2;0;255;0m▀\x1b[0m\n"
                                   "\x1b[38;2;255;255;255m▀\x1b[38;2;0;0;0m▀\x1b[0m\n");
    dp_text_free(&text);
}

static void test_kitty(void **state)
{
    (void)state;
    dp_array a = image(3, 2, flag);
    dp_text text = shown(&a, DP_TERM_KITTY, 2);
    assert_string_equal(text.data, "\x1b_Ga=T,f=24,s=2,v=3,m=0;/wAAAP8AAAD/AAD/////AAAA\x1b\\\n");
    dp_text_free(&text);
    static uint8_t many[40 * 40 * 3];
    a = image(40, 40, many);
    text = shown(&a, DP_TERM_KITTY, 40); /* 4800 bytes: two pieces */
    assert_non_null(strstr(text.data, "s=40,v=40,m=1;"));
    assert_non_null(strstr(text.data, "\x1b\\\x1b_Gm=0;"));
    dp_text_free(&text);
}

/* RFC 4648, section 10 */
static void test_base64(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        dp_text text = {.ctx = plot_ctx};
        OK(dpi_base64(&text, pairs[i][0], strlen(pairs[i][0])));
        assert_string_equal(text.data, pairs[i][1]);
        dp_text_free(&text);
    }
}

static void test_sixel(void **state)
{
    (void)state;
    dp_array a = image(3, 2, flag);
    dp_text text = shown(&a, DP_TERM_SIXEL, 2);
    assert_memory_equal(text.data, "\x1bPq\"1;1;2;3", 10);
    /* its own five colours, as they come: red 0, green 1, blue 2, white 3, black 4 */
    assert_non_null(strstr(text.data, "#0;2;100;0;0#1;2;0;100;0#2;2;0;0;100"));
    assert_non_null(strstr(text.data, "#0@?$#1?@$#2AA$#3C?$#4?C$-\x1b\\\n"));
    dp_text_free(&text);

    /* More colours than a palette has: the nearest of the cube. Gray 1 of 23 is 11 of 255. */
    uint8_t many[300][3];
    for (int i = 0; i < 300; i++) many[i][0] = (uint8_t)(i % 256), many[i][1] = (uint8_t)(i % 50 * 5), many[i][2] = 0;
    memcpy(many[299], (uint8_t[3]){11, 11, 11}, 3);
    a = image(1, 300, (const uint8_t *)many);
    text = shown(&a, DP_TERM_SIXEL, 300);
    assert_non_null(strstr(text.data, "#180;2;100;0;0"));
    assert_non_null(strstr(text.data, "#217!"));
    dp_text_free(&text);
}

static int lines_of(const dp_text *text)
{
    int lines = 0;
    for (const char *p = text->data; *p; p++)
        lines += *p == '\n';
    return lines;
}

static int blocks_of(const dp_text *text)
{
    int blocks = 0;
    for (const char *p = text->data; (p = strstr(p, "▀")); p++)
        blocks++;
    return blocks;
}

static void test_sizes(void **state)
{
    (void)state;
    static uint8_t big[100 * 300 * 3];
    dp_array digit = image(28, 28, big), wide = image(100, 300, big);
    dp_text text = shown(&digit, DP_TERM_BLOCKS, 80); /* twice as large */
    assert_int_equal(lines_of(&text), 28);
    assert_int_equal(blocks_of(&text), 56 * 28);
    dp_text_free(&text);
    text = shown(&wide, DP_TERM_BLOCKS, 80); /* 80 by 27 pixels */
    assert_int_equal(lines_of(&text), 14);
    assert_int_equal(blocks_of(&text), 80 * 14);
    dp_text_free(&text);
    dp_array empty = image(0, 4, big), flat = plot_matrix(DP_U8, 4, 4, big);
    FAILS(dp_term_image(&text, &empty, NULL), DP_ERR_SHAPE, "(0, 4, 3)");
    FAILS(dp_term_image(&text, &flat, NULL), DP_ERR_SHAPE, "[H, W, 3]");
    FAILS(dp_term_image(&text, &digit, &(dp_term_options){.columns = 1 << 20}), DP_ERR_ARG, "too many");
    assert_null(text.data);
}

static void test_heat_image(void **state)
{
    (void)state;
    static const int64_t cells[] = {0, 5, 10, 10};
    dp_array m = plot_matrix(DP_I64, 2, 2, cells), *rgb = NULL;
    OK(dp_heat_image(plot_ctx, &m, NULL, &rgb));
    assert_true(dp_shape_equal(rgb->shape, dp_shape_of(3, (int64_t[]){2, 2, 3})));
    assert_memory_equal(rgb->data, ((uint8_t[]){0x44, 1, 0x54, 0x21, 0x91, 0x8c, 0xfd, 0xe7, 0x25, 0xfd, 0xe7, 0x25}),
                        12);
    dp_array_free(&rgb);
}

static void test_guess(void **state)
{
    (void)state;
    static const char *const names[] = {"TERM", "TERM_PROGRAM", "KITTY_WINDOW_ID", "TMUX", "STY"};
    static const struct {
        const char *values[5];
        dp_term_protocol wanted;
    } cases[] = {
        {{"xterm-256color"}, DP_TERM_BLOCKS},
        {{"xterm-kitty", NULL, "1"}, DP_TERM_KITTY},
        {{"xterm-256color", "WezTerm"}, DP_TERM_KITTY},
        {{"foot"}, DP_TERM_SIXEL},
        {{"xterm-kitty", NULL, "1", "/tmp/tmux-0/default,1,0"}, DP_TERM_BLOCKS},
        {{"screen.xterm-256color"}, DP_TERM_BLOCKS},
        {{NULL}, DP_TERM_BLOCKS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int k = 0; k < 5; k++) {
            if (cases[i].values[k])
                setenv(names[k], cases[i].values[k], 1);
            else
                unsetenv(names[k]);
        }
        assert_int_equal(dp_term_guess(), cases[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {PLOT_TEST(test_blocks), PLOT_TEST(test_kitty), PLOT_TEST(test_base64),
                                       PLOT_TEST(test_sixel),  PLOT_TEST(test_sizes), PLOT_TEST(test_heat_image),
                                       PLOT_TEST(test_guess)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
