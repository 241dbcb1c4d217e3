/* Pictures that several sections want. */
#include <math.h>

#include "report/report_internal.h"

dp_status dpi_report_figure(dpi_report *r, double width, double height, dp_figure **out)
{
    return dp_figure_new(
        r->ctx,
        &(dp_figure_options){
            .width = width, .height = height, .foreground = DPI_REPORT_INK, .background = DPI_REPORT_PAPER},
        out);
}

/* Round places between least and most: the largest of 5, 2 and 1 times a power of ten that gives two or more. Between
 * one step and the next smaller one lies a factor of at most 2.5, so there are never more than six. */
enum { MOST_TICKS = 6 };

static int round_places(double least, double most, double at[MOST_TICKS])
{
    static const double steps[] = {5, 2, 1};
    double power = pow(10, floor(log10(most - least)));
    int count = 0;
    for (int k = 0; count < 2 && k < 6; k++) {
        double step = steps[k % 3] * (k < 3 ? power : power / 10), first = ceil(least / step - 1e-9);
        for (count = 0; count < MOST_TICKS && (first + count) * step <= most + 1e-9 * step; count++)
            at[count] = (first + count) * step;
    }
    return count;
}

static dp_status histogram_ticks(dp_axes *axes, const dp_array *values)
{
    double least = INFINITY, most = -INFINITY, at[MOST_TICKS];
    for (int64_t i = 0; i < dp_array_elems(values); i++) {
        double x = dp_array_get(values, i);
        least = isfinite(x) ? fmin(least, x) : least;
        most = isfinite(x) ? fmax(most, x) : most;
    }
    int count = most - least > 1e-300 && isfinite(most - least) ? round_places(least, most, at) : 0;
    dp_status status = dp_axes_ticks(axes, DP_Y, NULL, NULL, 0);
    return status == DP_OK && count > 1 ? dp_axes_ticks(axes, DP_X, at, NULL, count) : status;
}

dp_status dpi_report_histogram(dpi_report *r, const dp_array *values, const char *color, const char *alt)
{
    dp_figure *figure = NULL;
    int64_t elems = dp_array_elems(values);
    dp_status status = dpi_report_figure(r, 2.7, 1.5, &figure);
    if (status != DP_OK)
        return status;
    dp_axes *axes = dp_figure_axes(figure, 0, 0);
    status = dp_axes_hist(axes, values, elems < 100 ? 10 : elems < 1000 ? 20 : 40, 0, 0, &(dp_style){.color = color});
    if (status == DP_OK)
        status = histogram_ticks(axes, values);
    if (status == DP_OK)
        dpi_html_figure(&r->html, &figure, "plot", alt);
    dp_figure_free(&figure);
    return status;
}

static int scale_for(int64_t pixels, int64_t size)
{
    return size > pixels ? (int)(size / pixels) : 1;
}

static int64_t larger_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Colour by colour as they are stored, to pixel by pixel; one colour is ink: dark on light, as on paper. */
static void take_pixels(const dpi_images *images, const uint8_t *from, uint8_t *rgb)
{
    int64_t pixels = images->height * images->width;
    for (int64_t i = 0; i < 3 * pixels; i++)
        rgb[i] = images->colors == 1 ? (uint8_t)(255 - from[i / 3]) : from[i % 3 * pixels + i / 3];
}

dp_status dpi_report_image(dpi_report *r, int64_t row, int64_t size, const char *alt)
{
    const dpi_images *images = &r->images;
    dp_array *stored = NULL, *rgb = NULL;
    int64_t elems = images->colors * images->height * images->width;
    dp_status status = dp_array_new(r->ctx, DP_U8, dp_shape_of(1, &elems), &stored);
    if (status == DP_OK)
        status = dp_dataset_gather(r->data, &images->column, 1, &row, 1, 0, DP_U8, elems, stored->data);
    if (status == DP_OK)
        status = dp_array_new(r->ctx, DP_U8, dp_shape_of(3, (int64_t[]){images->height, images->width, 3}), &rgb);
    if (status == DP_OK) {
        take_pixels(images, stored->data, rgb->data);
        dpi_html_image(&r->html, rgb, scale_for(larger_of(images->height, images->width), size),
                       images->colors == 1 ? "pixels ink" : "pixels", alt);
    }
    dp_array_free(&rgb);
    dp_array_free(&stored);
    return status;
}
