#include "data/digits.h"

#include <denpa/random.h>

#include "data/digits_fixed.h"
#include "data/digits_raster.h"
#include "data/digits_strokes.h"

/* Lines per span between two points of a style; a span is some 8 pixels long. */
enum { SPAN_LINES = 6, BREAK_LINES = 3, INK_POINTS_MAX = DPI_STROKE_POINTS_MAX * SPAN_LINES };

/* Keeps this stream apart from others that are seeded with the same number; an arbitrary constant. */
static const uint32_t stream_tag = 0x64696774;

/* How far things vary. The unit is the height of the digit where nothing else is said; "spread" is a standard
 * deviation, "most" a largest value.
 *
 * Tuned by training on 60,000 (split 0) and testing on 10,000 (split 1) digits of seed 0, f32, SGD 0.1, batch 100,
 * 10 epochs, three initialisations: a linear softmax reached 87.6 to 87.8 %, a 784-50-10 relu net 96.8 to 97.5 %.
 * Turn, slant, bend and shift make it hard for the linear one; the limits are where a person still reads nearly all. */
static const dpi_fixed jitter_spread = DPI_FIXED(0.035); /* of each point of a style */
static const dpi_fixed slant_mean = DPI_FIXED(0.1);      /* x moved per y, to the right at the top */
static const dpi_fixed slant_spread = DPI_FIXED(0.20);
static const dpi_fixed turn_spread = DPI_FIXED(0.08); /* tan of half the angle of rotation */
static const dpi_fixed narrowest = DPI_FIXED(0.6);    /* width of the style's box */
static const dpi_fixed widest = DPI_FIXED(1.0);
static const dpi_fixed warp_spread = DPI_FIXED(0.20);     /* of each second-order term that bends the page */
static const dpi_fixed smallest_pixels = DPI_FIXED(15.0); /* longer side of the digit, without the line's width */
static const dpi_fixed largest_pixels = DPI_FIXED(20.0);
static const dpi_fixed shift_most_pixels = DPI_FIXED(2.0); /* of the centre of the line */
static const dpi_fixed margin_pixels = DPI_FIXED(3.5);     /* between that line and the edge of the image */
static const dpi_fixed thinnest_pixels = DPI_FIXED(0.8);   /* half the width of the line */
static const dpi_fixed thickest_pixels = DPI_FIXED(2.1);
static const dpi_fixed pressure_most = DPI_FIXED(0.3);   /* relative change of the line's width to either end */
static const dpi_fixed sharpest_pixels = DPI_FIXED(0.8); /* width of the grey rim */
static const dpi_fixed softest_pixels = DPI_FIXED(2.2);
static const dpi_fixed palest_ink = DPI_FIXED(215.0);
static const dpi_fixed darkest_ink = DPI_FIXED(255.0);
static const dpi_fixed break_chance = DPI_FIXED(0.2);
static const dpi_fixed grain_most = DPI_FIXED(0.25); /* share of ink that a pixel may lose */
static const dpi_fixed specks_most = DPI_FIXED(3.0); /* stray dots, of 256 pixels */

/* Random words, four at a time: the counter is (index, split, block). */
typedef struct stream {
    uint32_t key[2];
    uint32_t counter[4];
    uint32_t words[4];
    int used;
} stream;

static void stream_init(stream *s, uint64_t seed, uint32_t split, uint64_t index)
{
    *s = (stream){.key = {(uint32_t)seed, (uint32_t)(seed >> 32) ^ stream_tag},
                  .counter = {(uint32_t)index, (uint32_t)(index >> 32), split, 0},
                  .used = 4};
}

static uint32_t next_word(stream *s)
{
    if (s->used == 4) {
        dp_philox(s->counter, s->key, s->words);
        s->counter[3]++;
        s->used = 0;
    }
    return s->words[s->used++];
}

/* C leaves the order of two calls in one expression open: with more than one draw per statement the bytes would
 * depend on the compiler. */
static dpi_fixed uniform(stream *s, dpi_fixed low, dpi_fixed high)
{
    return low + (dpi_fixed)((uint64_t)(high - low) * next_word(s) >> 32);
}

/* Nearly normal: the sum of four uniform bytes, which has mean 510 and variance 4 (256^2 - 1) / 12 = 147.8^2. */
static dpi_fixed normal(stream *s, dpi_fixed spread)
{
    uint32_t w = next_word(s);
    int sum = (int)((w & 255) + (w >> 8 & 255) + (w >> 16 & 255) + (w >> 24));
    return (dpi_fixed)((int64_t)spread * (sum - 510) * 10 / 1478);
}

typedef struct point {
    dpi_fixed x, y;
} point;

/* Catmull-Rom: the cubic from b to c with tangents (c - a)/2 and (d - b)/2 (Catmull and Rom 1974), at t in 0..1. */
static dpi_fixed spline(dpi_fixed a, dpi_fixed b, dpi_fixed c, dpi_fixed d, dpi_fixed t)
{
    dpi_fixed linear = c - a;
    dpi_fixed square = 2 * a - 5 * b + 4 * c - d;
    dpi_fixed cube = 3 * (b - c) + d - a;
    return b + dpi_fixed_mul(t, linear + dpi_fixed_mul(t, square + dpi_fixed_mul(t, cube))) / 2;
}

/* Puts the style's points, each a little off its place and about the origin, into knots; returns how many. */
static int scatter_knots(stream *s, const dpi_stroke_point *points, point knots[DPI_STROKE_POINTS_MAX])
{
    int count = 0;
    for (; points[count].pen != DPI_PEN_END; count++) {
        knots[count].x = (points[count].x - 50) * DPI_FIXED_ONE / 100 + normal(s, jitter_spread);
        knots[count].y = (points[count].y - 50) * DPI_FIXED_ONE / 100 + normal(s, jitter_spread);
    }
    return count;
}

/* Draws the curve from knot i - 1 to knot i as SPAN_LINES lines. */
static void trace_span(const dpi_stroke_point *points, const point *knots, int i, dpi_ink_point *ink)
{
    point b = knots[i - 1], c = knots[i];
    /* past an end or a corner the curve would go on straight */
    point a = {2 * b.x - c.x, 2 * b.y - c.y}, d = {2 * c.x - b.x, 2 * c.y - b.y};
    if (points[i - 1].pen == DPI_PEN_SMOOTH)
        a = knots[i - 2];
    if (points[i].pen == DPI_PEN_SMOOTH && points[i + 1].pen > DPI_PEN_DOWN)
        d = knots[i + 1];
    for (int k = 1; k <= SPAN_LINES; k++, ink++) {
        dpi_fixed t = k * DPI_FIXED_ONE / SPAN_LINES;
        *ink = (dpi_ink_point){.x = spline(a.x, b.x, c.x, d.x, t), .y = spline(a.y, b.y, c.y, d.y, t), .joined = 1};
    }
}

/* Fills ink with the curve through the style's scattered points; returns how many points. */
static int trace_style(stream *s, const dpi_stroke_style *style, dpi_ink_point ink[INK_POINTS_MAX])
{
    point knots[DPI_STROKE_POINTS_MAX];
    int knot_count = scatter_knots(s, style->points, knots);
    int count = 0;
    for (int i = 0; i < knot_count; i++) {
        if (style->points[i].pen == DPI_PEN_DOWN) {
            ink[count++] = (dpi_ink_point){.x = knots[i].x, .y = knots[i].y};
        } else {
            trace_span(style->points, knots, i, ink + count);
            count += SPAN_LINES;
        }
    }
    return count;
}

/* Bends the page by a random quadratic map, then narrows, slants and turns it. */
static void warp(stream *s, dpi_ink_point *ink, int count)
{
    dpi_fixed bend[6];
    for (int i = 0; i < 6; i++)
        bend[i] = normal(s, warp_spread);
    dpi_fixed width = uniform(s, narrowest, widest);
    dpi_fixed slant = slant_mean + normal(s, slant_spread);
    dpi_fixed half = normal(s, turn_spread);
    /* cosine and sine of the angle whose half has this tangent */
    dpi_fixed square = dpi_fixed_mul(half, half);
    dpi_fixed cosine = dpi_fixed_div(DPI_FIXED_ONE - square, DPI_FIXED_ONE + square);
    dpi_fixed sine = dpi_fixed_div(2 * half, DPI_FIXED_ONE + square);
    for (int i = 0; i < count; i++) {
        dpi_fixed x = ink[i].x, y = ink[i].y;
        dpi_fixed xx = dpi_fixed_mul(x, x), xy = dpi_fixed_mul(x, y), yy = dpi_fixed_mul(y, y);
        dpi_fixed u = x + dpi_fixed_mul(bend[0], xx) + dpi_fixed_mul(bend[1], xy) + dpi_fixed_mul(bend[2], yy);
        dpi_fixed v = y + dpi_fixed_mul(bend[3], xx) + dpi_fixed_mul(bend[4], xy) + dpi_fixed_mul(bend[5], yy);
        u = dpi_fixed_mul(width, u) - dpi_fixed_mul(slant, v);
        ink[i].x = dpi_fixed_mul(cosine, u) - dpi_fixed_mul(sine, v);
        ink[i].y = dpi_fixed_mul(sine, u) + dpi_fixed_mul(cosine, v);
    }
}

/* The shift nearest to `shift` that keeps low..high off the edges of the image. */
static dpi_fixed keep_inside(dpi_fixed shift, dpi_fixed low, dpi_fixed high)
{
    return dpi_fixed_clamp(shift, margin_pixels - low, DPI_INK_SIDE * DPI_FIXED_ONE - margin_pixels - high);
}

/* Scales the path to a random size and puts the centre of its line near the centre of the image, as MNIST does. */
static void place(stream *s, dpi_ink_point *ink, int count)
{
    point low = {ink[0].x, ink[0].y}, high = low, middle = {0, 0};
    for (int i = 0; i < count; i++) {
        low.x = ink[i].x < low.x ? ink[i].x : low.x;
        low.y = ink[i].y < low.y ? ink[i].y : low.y;
        high.x = ink[i].x > high.x ? ink[i].x : high.x;
        high.y = ink[i].y > high.y ? ink[i].y : high.y;
        middle.x += ink[i].x;
        middle.y += ink[i].y;
    }
    dpi_fixed side = high.x - low.x > high.y - low.y ? high.x - low.x : high.y - low.y;
    dpi_fixed scale = dpi_fixed_div(uniform(s, smallest_pixels, largest_pixels), side);
    dpi_fixed left = uniform(s, -shift_most_pixels, shift_most_pixels);
    dpi_fixed top = uniform(s, -shift_most_pixels, shift_most_pixels);
    left += DPI_INK_SIDE * DPI_FIXED_ONE / 2 - dpi_fixed_mul(scale, middle.x / count);
    top += DPI_INK_SIDE * DPI_FIXED_ONE / 2 - dpi_fixed_mul(scale, middle.y / count);
    left = keep_inside(left, dpi_fixed_mul(scale, low.x), dpi_fixed_mul(scale, high.x));
    top = keep_inside(top, dpi_fixed_mul(scale, low.y), dpi_fixed_mul(scale, high.y));
    for (int i = 0; i < count; i++) {
        ink[i].x = left + dpi_fixed_mul(scale, ink[i].x);
        ink[i].y = top + dpi_fixed_mul(scale, ink[i].y);
    }
}

/* Gives the line its width, and sometimes lifts the pen for a moment. */
static void press(stream *s, dpi_ink_point *ink, int count, dpi_fixed nib)
{
    dpi_fixed pressure = uniform(s, -pressure_most, pressure_most);
    for (int i = 0; i < count; i++) /* from 1 - pressure to 1 + pressure */
        ink[i].radius = dpi_fixed_mul(nib, DPI_FIXED_ONE + pressure * (2 * i - count) / count);
    int lift = uniform(s, 0, DPI_FIXED_ONE) < break_chance;
    int gap = uniform(s, 0, (count - BREAK_LINES) * DPI_FIXED_ONE) / DPI_FIXED_ONE;
    for (int i = gap; lift && i < gap + BREAK_LINES; i++)
        ink[i].joined = 0;
}

/* Takes some ink away at random and strews specks on the paper; 16 random bits per pixel. */
static void roughen(stream *s, uint8_t pixels[DPI_INK_PIXELS])
{
    int grain = uniform(s, 0, grain_most) / 256; /* of 256 */
    uint32_t specks = (uint32_t)(uniform(s, 0, specks_most) / DPI_FIXED_ONE);
    for (int i = 0; i < DPI_INK_PIXELS; i += 2) {
        uint32_t word = next_word(s);
        for (int k = i; k < i + 2; k++, word >>= 16) {
            int value = pixels[k], amount = (int)(word & 255);
            value -= value * amount / 256 * grain / 256;
            int speck = (word >> 8 & 255) < specks ? amount * amount / 256 : 0;
            value = value < speck ? speck : value;
            pixels[k] = (uint8_t)value;
        }
    }
}

int dpi_digits_draw(uint64_t seed, uint32_t split, uint64_t index, uint8_t pixels[784])
{
    stream s;
    stream_init(&s, seed, split, index);
    int label = (int)((uint64_t)next_word(&s) * 10 >> 32);
    const dpi_stroke_style *style = dpi_stroke_style_pick(label, next_word(&s));
    dpi_ink_point ink[INK_POINTS_MAX];
    int count = trace_style(&s, style, ink);
    warp(&s, ink, count);
    place(&s, ink, count);
    dpi_fixed nib = uniform(&s, thinnest_pixels, thickest_pixels);
    press(&s, ink, count, nib);
    dpi_fixed edge = uniform(&s, sharpest_pixels, softest_pixels);
    dpi_fixed peak = uniform(&s, palest_ink, darkest_ink);
    dpi_ink_paint(ink, count, nib, edge, peak, pixels);
    roughen(&s, pixels);
    return label;
}
