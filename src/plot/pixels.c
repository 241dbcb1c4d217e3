#include "plot/pixels.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"

dp_status dpi_pixels_new(dp_ctx *ctx, int64_t width, int64_t height, dpi_pixels *out)
{
    size_t count;
    void *rgba;
    if (width < 1 || height < 1 || !dpi_mul_size((size_t)width, (size_t)height, &count))
        return dpi_fail(ctx, DP_ERR_RANGE, "image: %lld by %lld pixels cannot be", (long long)width, (long long)height);
    dp_status status = dpi_alloc(ctx, count, 4, "image", &rgba);
    if (status == DP_OK)
        *out = (dpi_pixels){width, height, rgba};
    return status;
}

void dpi_pixels_free(dp_ctx *ctx, dpi_pixels *pixels)
{
    dpi_free(ctx, pixels->rgba);
    *pixels = (dpi_pixels){0};
}

/* Adds `part` of a pixel to a sum of colours multiplied by their alpha. */
static void gather(double sum[4], const uint8_t *pixel, double part)
{
    double alpha = part * pixel[3];
    for (int i = 0; i < 3; i++)
        sum[i] += alpha * pixel[i];
    sum[3] += alpha;
}

/* The mean over columns x0..x1 and rows y0..y1, which need not be whole. */
static void mean_of(const dpi_pixels *from, double x0, double x1, double y0, double y1, uint8_t *to)
{
    double sum[4] = {0}, area = (x1 - x0) * (y1 - y0);
    int64_t last_x = (int64_t)fmin(ceil(x1), (double)from->width),
            last_y = (int64_t)fmin(ceil(y1), (double)from->height);
    for (int64_t y = (int64_t)y0; y < last_y; y++) {
        double high = fmin(y1, (double)y + 1) - fmax(y0, (double)y);
        for (int64_t x = (int64_t)x0; x < last_x; x++) {
            double wide = fmin(x1, (double)x + 1) - fmax(x0, (double)x);
            gather(sum, from->rgba + 4 * (y * from->width + x), wide * high);
        }
    }
    for (int i = 0; i < 3; i++)
        to[i] = sum[3] > 0 ? (uint8_t)lround(fmin(255, sum[i] / sum[3])) : 0;
    to[3] = (uint8_t)lround(fmin(255, sum[3] / area));
}

dp_status dpi_pixels_shrink(dp_ctx *ctx, const dpi_pixels *from, int64_t width, int64_t height, dpi_pixels *out)
{
    dpi_pixels to;
    dp_status status = dpi_pixels_new(ctx, width, height, &to);
    if (status != DP_OK)
        return status;
    double sx = (double)from->width / (double)width, sy = (double)from->height / (double)height;
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++)
            mean_of(from, (double)x * sx, (double)(x + 1) * sx, (double)y * sy, (double)(y + 1) * sy,
                    to.rgba + 4 * (y * width + x));
    *out = to;
    return DP_OK;
}

void dpi_pixels_blend(dpi_pixels *pixels, int64_t x, int64_t y, dpi_rgba color, uint8_t part)
{
    if (x < 0 || y < 0 || x >= pixels->width || y >= pixels->height)
        return;
    uint8_t *p = pixels->rgba + 4 * (y * pixels->width + x);
    const uint8_t c[3] = {color.r, color.g, color.b};
    /* In units of 1/255^2 the alphas are whole numbers. */
    uint32_t over = (uint32_t)color.a * part, under = p[3] * (255 * 255 - over) / 255, alpha = over + under;
    if (alpha == 0)
        return;
    for (int i = 0; i < 3; i++)
        p[i] = (uint8_t)((c[i] * over + p[i] * under + alpha / 2) / alpha);
    p[3] = (uint8_t)((alpha + 127) / 255);
}
