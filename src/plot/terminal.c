/* An image in the terminal: which way, and how large. */
#include "plot/terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

static bool has(const char *name, const char *part)
{
    const char *value = getenv(name);
    return value && strstr(value, part);
}

dp_term_protocol dp_term_guess(void)
{
    if (is_set("TMUX") || is_set("STY") || has("TERM", "screen") || has("TERM", "tmux"))
        return DP_TERM_BLOCKS;
    if (is_set("KITTY_WINDOW_ID") || has("TERM", "kitty") || has("TERM", "ghostty") || has("TERM_PROGRAM", "WezTerm"))
        return DP_TERM_KITTY;
    if (has("TERM", "sixel") || has("TERM", "foot") || has("TERM", "mlterm") || has("TERM", "contour"))
        return DP_TERM_SIXEL;
    return DP_TERM_BLOCKS;
}

static dp_status pixels_of(dp_ctx *ctx, const dp_array *rgb, dpi_pixels *out)
{
    char text[DP_SHAPE_TEXT_BYTES];
    if (rgb->dtype != DP_U8)
        return dpi_fail(ctx, DP_ERR_DTYPE, "terminal: uint8 is wanted, not %s", dp_dtype_name(rgb->dtype));
    if (rgb->shape.rank != 3 || rgb->shape.dims[2] != 3 || dp_array_elems(rgb) < 1)
        return dpi_fail(ctx, DP_ERR_SHAPE, "terminal: an image [H, W, 3] is wanted, not empty; this one is %s",
                        dp_shape_text(rgb->shape, text, sizeof text));
    dp_status status = dpi_pixels_new(ctx, rgb->shape.dims[1], rgb->shape.dims[0], out);
    if (status != DP_OK)
        return status;
    const uint8_t *from = rgb->data;
    for (int64_t i = 0; i < out->width * out->height; i++, from += 3)
        memcpy(out->rgba + 4 * i, &(uint8_t[4]){from[0], from[1], from[2], 255}, 4);
    return DP_OK;
}

static dp_status enlarge(dp_ctx *ctx, const dpi_pixels *from, int64_t factor, dpi_pixels *out)
{
    dp_status status = dpi_pixels_new(ctx, from->width * factor, from->height * factor, out);
    if (status != DP_OK)
        return status;
    for (int64_t y = 0; y < out->height; y++)
        for (int64_t x = 0; x < out->width; x++)
            memcpy(out->rgba + 4 * (y * out->width + x), from->rgba + 4 * (y / factor * from->width + x / factor), 4);
    return DP_OK;
}

/* To at most `widest` pixels, and not many more rows than that: enlarged by a whole factor, or averaged. */
static dp_status fit(dp_ctx *ctx, dpi_pixels *pixels, int64_t widest)
{
    dpi_pixels fitted;
    int64_t factor = widest / pixels->width, high_factor = 2 * widest / pixels->height;
    if (high_factor < factor)
        factor = high_factor;
    if (factor == 1 || (factor < 1 && pixels->width <= widest))
        return DP_OK;
    dp_status status;
    if (factor > 1) {
        status = enlarge(ctx, pixels, factor, &fitted);
    } else {
        double scale = (double)widest / (double)pixels->width;
        status =
            dpi_pixels_shrink(ctx, pixels, widest, (int64_t)fmax(1, round((double)pixels->height * scale)), &fitted);
    }
    if (status != DP_OK)
        return status;
    dpi_pixels_free(ctx, pixels);
    *pixels = fitted;
    return DP_OK;
}

dp_status dp_term_image(dp_text *out, const dp_array *rgb, const dp_term_options *options)
{
    dp_ctx *ctx = out->ctx;
    dp_term_options o = {0};
    if (options)
        o = *options;
    if (o.columns <= 0)
        o.columns = 80;
    if (o.cell_pixels <= 0)
        o.cell_pixels = 8;
    if (o.columns > 10000 || o.cell_pixels > 100)
        return dpi_fail(ctx, DP_ERR_ARG, "terminal: %d columns of %d pixels are too many", o.columns, o.cell_pixels);
    dpi_pixels pixels;
    dp_status status = pixels_of(ctx, rgb, &pixels);
    if (status != DP_OK)
        return status;
    status = fit(ctx, &pixels, (int64_t)o.columns * (o.protocol == DP_TERM_BLOCKS ? 1 : o.cell_pixels));
    size_t before = out->length;
    if (status == DP_OK) {
        switch (o.protocol) {
        case DP_TERM_BLOCKS:
            status = dpi_term_blocks(out, &pixels);
            break;
        case DP_TERM_KITTY:
            status = dpi_term_kitty(out, &pixels);
            break;
        case DP_TERM_SIXEL:
            status = dpi_term_sixel(out, &pixels);
            break;
        }
    }
    if (status != DP_OK && out->data) {
        out->length = before;
        out->data[before] = 0;
    }
    dpi_pixels_free(ctx, &pixels);
    return status;
}
