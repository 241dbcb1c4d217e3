/* Sixel graphics (DEC, VT340): bands of six rows; for each colour of a band, one character per column says which of its
 * six pixels have it. Colours are those of a cube of 6 levels each way and 24 grays. Source: DEC, VT330/VT340
 * Programmer Reference Manual, vol. 2, chapter 14. */
#include <string.h>

#include "base/alloc.h"
#include "plot/terminal.h"

enum { LEVELS = 6, GRAYS = 24, COLORS = LEVELS * LEVELS * LEVELS + GRAYS };

static int nearest_level(int v)
{
    return (v * (LEVELS - 1) + 127) / 255;
}

static int nearest_color(const uint8_t *p)
{
    int low = p[0], high = p[0];
    for (int i = 1; i < 3; i++) {
        if (p[i] < low)
            low = p[i];
        if (p[i] > high)
            high = p[i];
    }
    if (high - low < 8)
        return LEVELS * LEVELS * LEVELS + (p[1] * (GRAYS - 1) + 127) / 255;
    return (nearest_level(p[0]) * LEVELS + nearest_level(p[1])) * LEVELS + nearest_level(p[2]);
}

/* A colour's three parts in percent, which is what sixel wants. */
static dp_status add_color(dp_text *out, int color)
{
    int r = color / LEVELS / LEVELS * 20, g = color / LEVELS % LEVELS * 20, b = color % LEVELS * 20;
    if (color >= LEVELS * LEVELS * LEVELS)
        r = g = b = (color - LEVELS * LEVELS * LEVELS) * 100 / (GRAYS - 1);
    return dp_text_addf(out, "#%d;2;%d;%d;%d", color, r, g, b);
}

/* n times the same character. */
static dp_status add_repeat(dp_text *out, char c, int64_t n)
{
    if (n > 3)
        return dp_text_addf(out, "!%lld%c", (long long)n, c);
    const char few[3] = {c, c, c};
    return dp_text_add(out, few, (size_t)n);
}

static dp_status add_row(dp_text *out, const uint8_t *indexed, int64_t width, int64_t rows, int color)
{
    int64_t run = 0;
    char before = 0;
    dp_status status = dp_text_addf(out, "#%d", color);
    for (int64_t x = 0; x <= width && status == DP_OK; x++) {
        char c = 0;
        if (x < width) {
            int bits = 0;
            for (int64_t y = 0; y < rows; y++)
                bits |= (indexed[y * width + x] == color) << y;
            c = (char)(63 + bits);
        }
        if (x && c != before)
            status = add_repeat(out, before, run), run = 0;
        before = c;
        run++;
    }
    return status == DP_OK ? dp_text_add(out, "$", 1) : status;
}

static dp_status add_band(dp_text *out, const uint8_t *indexed, int64_t width, int64_t rows)
{
    bool used[COLORS] = {false};
    dp_status status = DP_OK;
    for (int64_t i = 0; i < width * rows; i++)
        used[indexed[i]] = true;
    for (int color = 0; color < COLORS && status == DP_OK; color++)
        if (used[color])
            status = add_row(out, indexed, width, rows, color);
    return status == DP_OK ? dp_text_add(out, "-", 1) : status;
}

dp_status dpi_term_sixel(dp_text *out, const dpi_pixels *pixels)
{
    void *memory;
    dp_status status = dpi_alloc(out->ctx, (size_t)(pixels->width * pixels->height), 1, "sixel image", &memory);
    if (status != DP_OK)
        return status;
    uint8_t *indexed = memory;
    for (int64_t i = 0; i < pixels->width * pixels->height; i++)
        indexed[i] = (uint8_t)nearest_color(pixels->rgba + 4 * i);
    status = dp_text_addf(out, "\x1bPq\"1;1;%lld;%lld", (long long)pixels->width, (long long)pixels->height);
    for (int color = 0; color < COLORS && status == DP_OK; color++)
        status = add_color(out, color);
    for (int64_t y = 0; y < pixels->height && status == DP_OK; y += 6) {
        int64_t rows = pixels->height - y < 6 ? pixels->height - y : 6;
        status = add_band(out, indexed + y * pixels->width, pixels->width, rows);
    }
    if (status == DP_OK)
        status = dp_text_add(out, "\x1b\\\n", 3);
    dpi_free(out->ctx, memory);
    return status;
}
