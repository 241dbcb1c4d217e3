/* Numbers to colours. */
#include <math.h>
#include <string.h>

#include "plot/color.h"

static const uint32_t viridis[256] = {
#include "plot/viridis.inc"
};

/* Blue over white to red, equally light on both sides; from one stop to the next the mix is linear. */
static const uint8_t diverging_stops[][3] = {{8, 48, 107},    {33, 102, 172},  {75, 150, 200},
                                             {158, 202, 225}, {247, 247, 247}, {250, 190, 160},
                                             {235, 120, 90},  {190, 40, 50},   {103, 0, 31}};
enum { LAST_STOP = sizeof diverging_stops / sizeof *diverging_stops - 1 };

static const dpi_rgba not_finite = {0xe7, 0x29, 0x8a, 255};

static const char *const map_names[] = {
#define ENTRY(name, number, text) [number] = text,
    DP_COLORMAP_MAP(ENTRY)
#undef ENTRY
};
enum { MAP_COUNT = sizeof map_names / sizeof *map_names };

const char *dp_colormap_name(dp_colormap map)
{
    return (unsigned)map < MAP_COUNT ? map_names[map] : NULL;
}

int dp_colormap_find(const char *name)
{
    for (int i = 0; name && i < MAP_COUNT; i++)
        if (strcmp(map_names[i], name) == 0)
            return i;
    return -1;
}

static dpi_rgba diverging(int step)
{
    double at = step / 255.0 * LAST_STOP;
    int below = at >= LAST_STOP ? LAST_STOP - 1 : (int)at;
    double part = at - below;
    const uint8_t *a = diverging_stops[below], *b = diverging_stops[below + 1];
    uint8_t c[3];
    for (int i = 0; i < 3; i++)
        c[i] = (uint8_t)lround(a[i] + part * (b[i] - a[i]));
    return (dpi_rgba){c[0], c[1], c[2], 255};
}

dpi_rgba dpi_colormap(dp_colormap map, double t)
{
    if (isnan(t))
        return not_finite;
    int step = t <= 0 ? 0 : t >= 1 ? 255 : (int)(t * 256);
    uint8_t gray = (uint8_t)step;
    switch (map) {
    case DP_GRAY:
        break;
    case DP_GRAY_R:
        gray = (uint8_t)(255 - step);
        break;
    case DP_DIVERGING:
        return diverging(step);
    case DP_VIRIDIS: {
        uint32_t c = viridis[step];
        return (dpi_rgba){(uint8_t)(c >> 16), (uint8_t)(c >> 8), (uint8_t)c, 255};
    }
    }
    return (dpi_rgba){gray, gray, gray, 255};
}

void dp_colormap_rgb(dp_colormap map, double t, uint8_t rgb[3])
{
    dpi_rgba c = dpi_colormap(map, t);
    rgb[0] = c.r, rgb[1] = c.g, rgb[2] = c.b;
}

double dpi_norm(double v, double lo, double hi)
{
    if (!isfinite(v))
        return NAN;
    if (lo == hi)
        return 0;
    /* Halved, because the difference of two doubles can be too large for one. But halving the smallest would lose them.
     */
    if (fabs(hi) < 1e300 && fabs(lo) < 1e300)
        return (v - lo) / (hi - lo);
    return (v / 2 - lo / 2) / (hi / 2 - lo / 2);
}
