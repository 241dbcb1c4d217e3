#include "data/windows.h"

#include <stdio.h>

#include "base/alloc.h"

dp_status dpi_windows_new(dp_ctx *ctx, int64_t count, int64_t classes, int64_t length, int64_t stride, dpi_windows **out)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dpi_windows), "windows of a text", &memory);
    if (status != DP_OK)
        return status;
    dpi_windows *w = memory;
    *w = (dpi_windows){
        .ctx = ctx, .wide = classes > UINT8_MAX + 1, .count = count, .classes = classes, .length = length, .stride = stride};
    status = dpi_alloc_raw(ctx, (size_t)count, w->wide ? sizeof(uint32_t) : sizeof(uint8_t), "characters of a text", &w->ids);
    if (status != DP_OK) {
        dpi_windows_free(&w);
        return status;
    }
    snprintf(w->numbers[0], sizeof w->numbers[0], "%lld", (long long)classes);
    snprintf(w->numbers[1], sizeof w->numbers[1], "%lld", (long long)length);
    w->settings[0] = (dp_setting){.name = "vocabulary", .expression = w->numbers[0]};
    w->settings[1] = (dp_setting){.name = "length", .expression = w->numbers[1]};
    *out = w;
    return DP_OK;
}

void dpi_windows_free(dpi_windows **windows)
{
    if (!*windows)
        return;
    dpi_free((*windows)->ctx, (*windows)->ids);
    dpi_free((*windows)->ctx, *windows);
    *windows = NULL;
}

void dpi_windows_set(dpi_windows *windows, int64_t i, uint32_t id)
{
    if (windows->wide)
        ((uint32_t *)windows->ids)[i] = id;
    else
        ((uint8_t *)windows->ids)[i] = (uint8_t)id;
}

int64_t dpi_windows_rows(const dpi_windows *windows)
{
    return windows->count <= windows->length ? 0 : (windows->count - 1 - windows->length) / windows->stride + 1;
}

/* `count` ids from `from` on. */
static void widen(const dpi_windows *w, int64_t from, int64_t count, int64_t *to)
{
    for (int64_t i = 0; i < count && w->wide; i++)
        to[i] = ((const uint32_t *)w->ids)[from + i];
    for (int64_t i = 0; i < count && !w->wide; i++)
        to[i] = ((const uint8_t *)w->ids)[from + i];
}

void dpi_windows_read(const dpi_windows *windows, int column, int64_t first, int64_t count, int64_t *to)
{
    while (count > 0) {
        int64_t row = first / windows->length, place = first % windows->length;
        int64_t some = windows->length - place < count ? windows->length - place : count;
        widen(windows, row * windows->stride + place + (column == DPI_WINDOWS_T), some, to);
        first += some;
        to += some;
        count -= some;
    }
}
