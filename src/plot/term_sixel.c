/* Sixel graphics (DEC, VT340): bands of six rows; for each colour of a band, one character per column says which of its
 * six pixels have it. An image of few colours, such as a heat map, has its own palette; others get a cube of 6 levels
 * each way and 24 grays. Source: DEC, VT330/VT340 Programmer Reference Manual, vol. 2, chapter 14. */
#include <string.h>

#include "base/alloc.h"
#include "plot/terminal.h"

enum { LEVELS = 6, GRAYS = 24, COLORS = LEVELS * LEVELS * LEVELS + GRAYS };

/* Colours as sixel wants them: three parts in percent. */
typedef struct palette {
    uint8_t percent[COLORS][3];
    int count;
} palette;

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

static void use_cube(const dpi_pixels *pixels, palette *colors, uint8_t *indexed)
{
    colors->count = COLORS;
    for (int color = 0; color < COLORS; color++) {
        int gray = (color - LEVELS * LEVELS * LEVELS) * 100 / (GRAYS - 1);
        const int cube[3] = {color / LEVELS / LEVELS * 20, color / LEVELS % LEVELS * 20, color % LEVELS * 20};
        for (int i = 0; i < 3; i++)
            colors->percent[color][i] = (uint8_t)(color < LEVELS * LEVELS * LEVELS ? cube[i] : gray);
    }
    for (int64_t i = 0; i < pixels->width * pixels->height; i++)
        indexed[i] = (uint8_t)nearest_color(pixels->rgba + 4 * i);
}

/* False where there are more colours than a palette has. */
static bool use_own(const dpi_pixels *pixels, palette *colors, uint8_t *indexed)
{
    int color = 0;
    colors->count = 0;
    for (int64_t i = 0; i < pixels->width * pixels->height; i++) {
        uint8_t percent[3];
        for (int k = 0; k < 3; k++)
            percent[k] = (uint8_t)((pixels->rgba[4 * i + k] * 100 + 127) / 255);
        if (color >= colors->count || memcmp(colors->percent[color], percent, 3) != 0)
            for (color = 0; color < colors->count && memcmp(colors->percent[color], percent, 3) != 0;)
                color++;
        if (color == COLORS)
            return false;
        if (color == colors->count)
            memcpy(colors->percent[colors->count++], percent, 3);
        indexed[i] = (uint8_t)color;
    }
    return true;
}

static dp_status add_color(dp_text *out, const palette *colors, int color)
{
    const uint8_t *percent = colors->percent[color];
    return dp_text_addf(out, "#%d;2;%d;%d;%d", color, percent[0], percent[1], percent[2]);
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
    palette colors;
    if (!use_own(pixels, &colors, indexed))
        use_cube(pixels, &colors, indexed);
    status = dp_text_addf(out, "\x1bPq\"1;1;%lld;%lld", (long long)pixels->width, (long long)pixels->height);
    for (int color = 0; color < colors.count && status == DP_OK; color++)
        status = add_color(out, &colors, color);
    for (int64_t y = 0; y < pixels->height && status == DP_OK; y += 6) {
        int64_t rows = pixels->height - y < 6 ? pixels->height - y : 6;
        status = add_band(out, indexed + y * pixels->width, pixels->width, rows);
    }
    if (status == DP_OK)
        status = dp_text_add(out, "\x1b\\\n", 3);
    dpi_free(out->ctx, memory);
    return status;
}
