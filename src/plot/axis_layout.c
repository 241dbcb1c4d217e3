/* An axis laid out: which ticks, what they say, how large that is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "plot/layout.h"
#include "plot/ticks.h"

static const double LEAST_LABEL = 4; /* points */

void dpi_scale_view_free(dp_ctx *ctx, dpi_scale_view *view)
{
    for (int64_t i = 0; i < view->count; i++) {
        dpi_free(ctx, view->ticks[i].text);
        dpi_label_free(&view->ticks[i].label);
    }
    dpi_free(ctx, view->ticks);
    dpi_label_free(&view->label);
    *view = (dpi_scale_view){0};
}

static double font_size(const dpi_layout *layout)
{
    return layout->figure->options.font_size;
}

/* Ticks that are given, as far as they are inside the limits. */
static dp_status given_ticks(dp_ctx *ctx, const dpi_axis *axis, dpi_scale_view *out)
{
    void *ticks;
    dp_status status = dpi_alloc(ctx, (size_t)axis->tick_count, sizeof(dpi_tick), "ticks", &ticks);
    if (status != DP_OK)
        return status;
    out->ticks = ticks;
    double slack = (out->view.hi - out->view.lo) * 1e-10;
    int most = axis->tick_count > 1000000 ? 1000000 : (int)axis->tick_count;
    for (int i = 0; i < most && status == DP_OK; i++) {
        double at = axis->tick_at[i];
        if (at < out->view.lo - slack || at > out->view.hi + slack)
            continue;
        char buffer[DPI_TICK_TEXT_BYTES];
        const char *text = axis->tick_labels ? axis->tick_labels[i] : dpi_tick_text(axis->tick_at, most, i, buffer);
        dpi_tick *tick = &out->ticks[out->count++];
        tick->at = at;
        status = dpi_strdup(ctx, text, &tick->text);
    }
    return status;
}

static dp_status found_ticks(dp_ctx *ctx, double length, dp_direction direction, double font, dpi_scale_view *out)
{
    void *memory;
    dpi_ticks found;
    double room = length / (font * (direction == DP_X ? 3 : 2));
    int bins = room < 1 ? 1 : room > 9 ? 9 : (int)room;
    if (out->view.log)
        dpi_ticks_log(out->view.lo, out->view.hi, bins, &found);
    else
        dpi_ticks_linear(out->view.lo, out->view.hi, bins, &found);
    dp_status status = dpi_alloc(ctx, (size_t)(found.count + found.minor_count), sizeof(dpi_tick), "ticks", &memory);
    if (status != DP_OK)
        return status;
    out->ticks = memory;
    for (int i = 0; i < found.count && status == DP_OK; i++) {
        char buffer[DPI_TICK_TEXT_BYTES];
        dpi_tick *tick = &out->ticks[out->count++];
        tick->at = found.at[i];
        status = dpi_strdup(ctx,
                            out->view.log ? dpi_tick_text_log(found.at[i], buffer)
                                          : dpi_tick_text(found.at, found.count, i, buffer),
                            &tick->text);
    }
    for (int i = 0; i < found.minor_count && status == DP_OK; i++) {
        out->ticks[out->count].minor = true;
        out->ticks[out->count++].at = found.minor[i];
    }
    return status;
}

/* Sets the labels of every `stride`-th tick in this size. */
static dp_status set_labels(dpi_layout *layout, dpi_scale_view *out, double size, int64_t stride,
                            dp_direction direction)
{
    int64_t major = 0;
    out->width = out->height = 0;
    for (int64_t i = 0; i < out->count; i++) {
        dpi_tick *tick = &out->ticks[i];
        dpi_label_free(&tick->label);
        if (tick->minor || major++ % stride)
            continue;
        dp_status status = dpi_label_set(layout->ctx, layout->fonts, tick->text, (dpi_face){.size = size},
                                         direction == DP_X ? 0 : 1, &tick->label);
        if (status != DP_OK)
            return status;
        out->width = fmax(out->width, tick->label.width);
        out->height = fmax(out->height, dpi_label_height(&tick->label));
    }
    return DP_OK;
}

/* How much of the room between neighbours the labels take, at most; > 1: they touch. */
static double crowding(const dpi_scale_view *view, double length, dp_direction direction, double gap)
{
    double worst = 0;
    const dpi_tick *before = NULL;
    for (int64_t i = 0; i < view->count; i++) {
        const dpi_tick *tick = &view->ticks[i];
        if (!tick->label.count)
            continue;
        if (before) {
            double room = fabs(tick->part - before->part) * length;
            double need = direction == DP_X ? (tick->label.width + before->label.width) / 2 + gap
                                            : (dpi_label_height(&tick->label) + dpi_label_height(&before->label)) / 2;
            worst = fmax(worst, need / fmax(room, 1e-6));
        }
        before = tick;
    }
    return worst;
}

/* Labels that would touch are made smaller down to 70 %, then every second, third, … is shown. */
static dp_status fit_labels(dpi_layout *layout, dpi_scale_view *out, double length, dp_direction direction)
{
    double size = font_size(layout);
    dp_status status = set_labels(layout, out, size, 1, direction);
    double worst = status == DP_OK ? crowding(out, length, direction, 0.35 * size) : 0;
    if (worst <= 1)
        return status;
    double smaller = fmax(0.7, 1 / worst);
    status = set_labels(layout, out, size * smaller, 1, direction);
    for (int64_t stride = 2; status == DP_OK && stride <= out->count; stride++) {
        if (crowding(out, length, direction, 0.1 * size) <= 1)
            break;
        double times = crowding(out, length, direction, 0.1 * size);
        if (times > 2)
            stride = (int64_t)fmin((double)out->count, (double)stride * floor(times));
        status = set_labels(layout, out, size * fmax(0.8, smaller), stride, direction);
    }
    return status;
}

static int by_value(const void *a, const void *b)
{
    double x = ((const dpi_tick *)a)->at, y = ((const dpi_tick *)b)->at;
    return (x > y) - (x < y);
}

dp_status dpi_axis_label_set(dpi_layout *layout, const char *text, double length, dpi_label *out)
{
    double size = font_size(layout);
    dpi_label_free(out);
    dp_status status = dpi_label_set(layout->ctx, layout->fonts, text, (dpi_face){.size = size}, 0, out);
    if (status != DP_OK || out->width <= length)
        return status;
    double fitting = fmax(LEAST_LABEL, size * length / out->width * 0.98);
    dpi_label_free(out);
    return dpi_label_set(layout->ctx, layout->fonts, text, (dpi_face){.size = fmin(size, fitting)}, 0, out);
}

dp_status dpi_scale_view_set(dpi_layout *layout, const dpi_axis *axis, dpi_view view, dp_direction direction,
                             bool labels, double length, dpi_scale_view *out)
{
    dpi_scale_view_free(layout->ctx, out);
    out->view = view;
    out->show_labels = labels;
    dp_status status = axis && axis->ticks_given ? given_ticks(layout->ctx, axis, out)
                                                 : found_ticks(layout->ctx, length, direction, font_size(layout), out);
    if (status != DP_OK)
        return status;
    for (int64_t i = 0; i < out->count; i++)
        out->ticks[i].part = dpi_view_part(view, out->ticks[i].at);
    if (out->count)
        qsort(out->ticks, (size_t)out->count, sizeof *out->ticks, by_value);
    return labels ? fit_labels(layout, out, length, direction) : DP_OK;
}
