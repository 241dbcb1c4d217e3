#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/digits.h"
#include "data/digits_strokes.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, SAMPLE = 10000 };

/* FNV-1a over 64 bits (Fowler, Noll, Vo). */
static uint64_t hash_pixels(const uint8_t pixels[PIXELS])
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < PIXELS; i++)
        hash = (hash ^ pixels[i]) * 0x100000001b3u;
    return hash;
}

static uint64_t hash_digit(uint64_t seed, uint32_t split, uint64_t index)
{
    uint8_t pixels[PIXELS];
    dpi_digits_draw(seed, split, index, pixels);
    return hash_pixels(pixels);
}

/* Published runs name a seed: these bytes must never change, on any platform or compiler. */
static void known_bytes(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed;
        uint32_t split;
        uint64_t index;
        int label;
        uint64_t hash;
    } known[] = {
        {0, 0, 0, 4, 0xf4325943a03dfd8eu},
        {0, 0, 1, 5, 0x3ba2659d2e6f90f4u},
        {0, 1, 0, 7, 0xe7cbb40f1f0b21f7u},
        {1, 0, 0, 2, 0x3c04113026107dadu},
        {0x123456789abcdef0u, 7, 59999, 6, 0xc33467a023a4b660u},
        {0, 0, (uint64_t)1 << 40, 6, 0x0a301f9957cc9297u},
        {UINT64_MAX, UINT32_MAX, UINT64_MAX, 4, 0xe95e10dd97cfd4c3u},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint8_t pixels[PIXELS];
        assert_int_equal(dpi_digits_draw(known[i].seed, known[i].split, known[i].index, pixels), known[i].label);
        assert_int_equal(hash_pixels(pixels), known[i].hash);
    }
}

/* One hash over a whole stretch, so that rare paths (breaks, every style, the margin) are pinned, too. */
static void known_stretch(void **state)
{
    (void)state;
    uint64_t hash = 0;
    for (uint64_t i = 0; i < SAMPLE; i++)
        hash = hash * 31 + hash_digit(20, 3, i);
    assert_int_equal(hash, 0xc10c662e68b3f4fdu);
}

/* Pearson's chi-squared with 9 degrees of freedom exceeds 27.88 once in a thousand (fixed seeds: it passes or not). */
static void labels_are_balanced(void **state)
{
    (void)state;
    for (uint32_t split = 0; split < 2; split++) {
        int counts[10] = {0};
        for (uint64_t i = 0; i < SAMPLE; i++) {
            uint8_t pixels[PIXELS];
            int label = dpi_digits_draw(0, split, i, pixels);
            assert_in_range(label, 0, 9);
            counts[label]++;
        }
        double chi2 = 0.0;
        for (int k = 0; k < 10; k++)
            chi2 += (counts[k] - SAMPLE / 10.0) * (counts[k] - SAMPLE / 10.0) / (SAMPLE / 10.0);
        assert_true(chi2 < 27.88);
    }
}

/* Bounds: a million digits had means of 6.5 to 87, centres of 9.3 to 18.4 and a darkest pixel of 171 at least. */
static void images_are_sound(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < SAMPLE; i++) {
        uint8_t pixels[PIXELS];
        dpi_digits_draw(11, 0, i, pixels);
        int largest = 0;
        double sum = 0.0, x = 0.0, y = 0.0;
        for (int k = 0; k < PIXELS; k++) {
            largest = pixels[k] > largest ? pixels[k] : largest;
            sum += pixels[k];
            x += pixels[k] * (k % SIDE + 0.5);
            y += pixels[k] * (k / SIDE + 0.5);
        }
        assert_true(largest >= 150);
        assert_true(sum / PIXELS > 5.0 && sum / PIXELS < 95.0);
        assert_true(x / sum > 8.5 && x / sum < 19.5);
        assert_true(y / sum > 8.5 && y / sum < 19.5);
    }
}

/* On average the digits sit in the middle and cover about an eighth of the page, as those of MNIST do (mean 33). */
static void average_image_is_centred(void **state)
{
    (void)state;
    double sum = 0.0, x = 0.0, y = 0.0;
    for (uint64_t i = 0; i < SAMPLE; i++) {
        uint8_t pixels[PIXELS];
        dpi_digits_draw(12, 0, i, pixels);
        for (int k = 0; k < PIXELS; k++) {
            sum += pixels[k];
            x += pixels[k] * (k % SIDE + 0.5);
            y += pixels[k] * (k / SIDE + 0.5);
        }
    }
    assert_true(sum / PIXELS / SAMPLE > 28.0 && sum / PIXELS / SAMPLE < 38.0);
    assert_true(x / sum > 13.5 && x / sum < 14.5);
    assert_true(y / sum > 13.5 && y / sum < 14.5);
}

/* The middle of a line keeps 3.5 pixels from the edge, 3 from the middle of border pixels. The thickest, softest line
 * (radius 2.1 * 1.3, rim 2.2) leaves 255 (1/2 + 2.1 / 2.2 (1 - 3 / 2.73)) = 104 there: what is above 110 is a speck. */
static void ink_stays_on_the_page(void **state)
{
    (void)state;
    int64_t dark = 0;
    for (uint64_t i = 0; i < SAMPLE; i++) {
        uint8_t pixels[PIXELS];
        dpi_digits_draw(13, 0, i, pixels);
        for (int k = 0; k < SIDE; k++)
            dark += (pixels[k] > 110) + (pixels[PIXELS - 1 - k] > 110);
    }
    /* specks: mean chance 1/256 a pixel; amount^2 / 256 > 110 for 88 of 256 amounts; 56 pixels: 0.0752 a digit. The
     * standard deviation of the count is 28 (Poisson 27.4, and the chance varies by image), five of them allowed. */
    assert_in_range(dark, 752 - 140, 752 + 140);
}

static int compare_hashes(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Every bit of seed, split and index matters: no two of these images are the same. */
static void all_inputs_count(void **state)
{
    (void)state;
    enum { NEAR = 5000, ALL = NEAR + 64 + 32 + 51 };
    uint64_t *hashes = malloc(ALL * sizeof *hashes);
    assert_non_null(hashes);
    int count = 0;
    for (uint64_t i = 0; i < NEAR; i++)
        hashes[count++] = hash_digit(0, 0, i);
    for (int bit = 0; bit < 64; bit++)
        hashes[count++] = hash_digit((uint64_t)1 << bit, 0, 0);
    for (int bit = 0; bit < 32; bit++)
        hashes[count++] = hash_digit(0, (uint32_t)1 << bit, 0);
    for (int bit = 13; bit < 64; bit++)
        hashes[count++] = hash_digit(0, 0, (uint64_t)1 << bit);
    assert_int_equal(count, ALL);
    qsort(hashes, ALL, sizeof *hashes, compare_hashes);
    for (int i = 1; i < ALL; i++)
        assert_true(hashes[i - 1] != hashes[i]);
    free(hashes);
}

/* Same bytes whatever was drawn before and whatever lay in the buffer; nothing written beside it. */
static void drawing_is_pure(void **state)
{
    (void)state;
    uint8_t first[PIXELS + 2], second[PIXELS + 2];
    for (uint64_t i = 0; i < 200; i++) {
        memset(first, 0x00, sizeof first);
        memset(second, 0xff, sizeof second);
        int label = dpi_digits_draw(5, 1, i, first + 1);
        hash_digit(6, 0, 199 - i);
        assert_int_equal(dpi_digits_draw(5, 1, i, second + 1), label);
        assert_memory_equal(first + 1, second + 1, PIXELS);
        assert_true(first[0] == 0x00 && first[PIXELS + 1] == 0x00);
        assert_true(second[0] == 0xff && second[PIXELS + 1] == 0xff);
    }
}

/* What the tracer relies on: a path starts with the pen put down, each stroke has a line, and an end mark follows. */
static void styles_are_well_formed(void **state)
{
    (void)state;
    for (int digit = 0; digit < 10; digit++) {
        const dpi_stroke_style *last = NULL;
        int different = 0;
        for (uint32_t k = 0; k < 1000; k++) {
            const dpi_stroke_style *style = dpi_stroke_style_pick(digit, k * (UINT32_MAX / 999));
            assert_non_null(style);
            assert_int_equal(style->digit, digit);
            different += style != last;
            last = style;
            int count = 0;
            for (; count < DPI_STROKE_POINTS_MAX && style->points[count].pen != DPI_PEN_END; count++) {
                const dpi_stroke_point *point = &style->points[count];
                assert_true(point->x <= 100 && point->y <= 100 && point->pen <= DPI_PEN_CORNER);
                assert_true(point->pen != DPI_PEN_DOWN || point[1].pen > DPI_PEN_DOWN);
            }
            assert_int_equal(style->points[0].pen, DPI_PEN_DOWN);
            assert_int_equal(style->points[count].pen, DPI_PEN_END);
        }
        assert_in_range(different, 3, 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_bytes),
        cmocka_unit_test(known_stretch),
        cmocka_unit_test(labels_are_balanced),
        cmocka_unit_test(images_are_sound),
        cmocka_unit_test(average_image_is_centred),
        cmocka_unit_test(ink_stays_on_the_page),
        cmocka_unit_test(all_inputs_count),
        cmocka_unit_test(drawing_is_pure),
        cmocka_unit_test(styles_are_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
