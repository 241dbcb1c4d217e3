#include "data/picture.h"

#include <math.h>

#include "base/alloc.h"

/* The old places that make a new one, along one axis. */
typedef struct window {
    int64_t first, last; /* first .. last - 1 */
    double middle, radius;
} window;

static window window_of(int64_t place, int64_t from, int64_t to)
{
    double ratio = (double)from / (double)to, radius = ratio > 1 ? ratio : 1;
    double middle = ((double)place + 0.5) * ratio - 0.5;
    window w = {.first = (int64_t)ceil(middle - radius),
                .last = (int64_t)floor(middle + radius) + 1,
                .middle = middle,
                .radius = radius};
    if (w.first < 0)
        w.first = 0;
    if (w.last > from)
        w.last = from;
    return w;
}

static double weight(const window *w, int64_t place)
{
    double off = fabs((double)place - w->middle) / w->radius;
    return off < 1 ? 1 - off : 0;
}

/* [H, W, C] bytes to [H, width, C] floats. */
static void resize_rows(const dp_array *from, int64_t width, float *to)
{
    int64_t rows = from->shape.dims[0], old = from->shape.dims[1], channels = from->shape.dims[2];
    const uint8_t *pixels = from->data;
    for (int64_t x = 0; x < width; x++) {
        window w = window_of(x, old, width);
        for (int64_t y = 0; y < rows; y++)
            for (int64_t c = 0; c < channels; c++) {
                double sum = 0, weights = 0;
                for (int64_t i = w.first; i < w.last; i++) {
                    sum += weight(&w, i) * pixels[(y * old + i) * channels + c];
                    weights += weight(&w, i);
                }
                to[(y * width + x) * channels + c] = (float)(sum / weights);
            }
    }
}

/* [old, row] floats to [height, row] bytes. */
static void resize_columns(const float *from, int64_t old, int64_t row, int64_t height, uint8_t *to)
{
    for (int64_t y = 0; y < height; y++) {
        window w = window_of(y, old, height);
        for (int64_t x = 0; x < row; x++) {
            double sum = 0, weights = 0;
            for (int64_t i = w.first; i < w.last; i++) {
                sum += weight(&w, i) * (double)from[i * row + x];
                weights += weight(&w, i);
            }
            to[y * row + x] = (uint8_t)lrint(sum / weights);
        }
    }
}

dp_status dpi_picture_resize(dp_ctx *ctx, const dp_array *from, int64_t height, int64_t width, dp_array **out)
{
    int64_t old = from->shape.dims[0], channels = from->shape.dims[2];
    void *middle = NULL;
    dp_array *to = NULL;
    dp_status status = dp_array_new(ctx, DP_U8, dp_shape_of(3, (int64_t[]){height, width, channels}), &to);
    if (status == DP_OK)
        status = dpi_alloc_raw(ctx, (size_t)old * (size_t)width, (size_t)channels * sizeof(float), "resizing a picture",
                               &middle);
    if (status != DP_OK) {
        dp_array_free(&to);
        return status;
    }
    resize_rows(from, width, middle);
    resize_columns(middle, old, width * channels, height, to->data);
    dpi_free(ctx, middle);
    *out = to;
    return DP_OK;
}
