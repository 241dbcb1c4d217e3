/* Lines of equal height by marching squares: each square of four heights is crossed by none, one or two straight
 * pieces. */
#include <math.h>

#include "plot/draw.h"
#include "plot/ticks.h"

int dpi_contour_levels(double lo, double hi, double levels[16])
{
    dpi_ticks ticks;
    int count = 0;
    lo = fmax(lo, -4e307), hi = fmin(hi, 4e307);
    if (!(hi > lo))
        return 0;
    dpi_ticks_linear(lo, hi, 9, &ticks);
    for (int i = 0; i < ticks.count && count < 16; i++)
        if (ticks.at[i] > lo && ticks.at[i] < hi)
            levels[count++] = ticks.at[i];
    return count;
}

typedef struct square {
    double x[2], y[2]; /* left, right; lower row, upper row */
    double z[4];       /* counter-clockwise from (x[0], y[0]) */
} square;

/* Where the level crosses side k, which goes from corner k to corner k + 1. */
static void crossing(const square *s, int k, double level, double *x, double *y)
{
    static const int corner_x[] = {0, 1, 1, 0}, corner_y[] = {0, 0, 1, 1};
    int a = k, b = (k + 1) % 4;
    double part = (level - s->z[a]) / (s->z[b] - s->z[a]);
    *x = s->x[corner_x[a]] + part * (s->x[corner_x[b]] - s->x[corner_x[a]]);
    *y = s->y[corner_y[a]] + part * (s->y[corner_y[b]] - s->y[corner_y[a]]);
}

static void add_piece(const dpi_panel *panel, const square *s, int from, int to, double level, dpi_path *path)
{
    double x0, y0, x1, y1;
    crossing(s, from, level, &x0, &y0);
    crossing(s, to, level, &x1, &y1);
    double px0 = dpi_panel_x(panel, x0), py0 = dpi_panel_y(panel, y0), px1 = dpi_panel_x(panel, x1),
           py1 = dpi_panel_y(panel, y1);
    if (isnan(px0 + py0 + px1 + py1))
        return;
    dpi_path_move(path, px0, py0);
    dpi_path_line(path, px1, py1);
}

static void add_square(const dpi_panel *panel, const square *s, double level, dpi_path *path)
{
    int sides[4], count = 0;
    for (int k = 0; k < 4; k++) {
        if (!isfinite(s->z[k]))
            return;
        if ((s->z[k] >= level) != (s->z[(k + 1) % 4] >= level))
            sides[count++] = k;
    }
    if (count == 2)
        add_piece(panel, s, sides[0], sides[1], level, path);
    if (count != 4)
        return;
    /* A saddle: the mean height says which corners belong together. */
    bool high = (s->z[0] + s->z[1] + s->z[2] + s->z[3]) / 4 >= level, joined = high == (s->z[0] >= level);
    add_piece(panel, s, 0, joined ? 1 : 3, level, path);
    add_piece(panel, s, 2, joined ? 3 : 1, level, path);
}

void dpi_contour_path(const dpi_panel *panel, const dpi_artist *artist, double level, dpi_path *path)
{
    int64_t rows = artist->field->shape.dims[0], columns = artist->field->shape.dims[1];
    const double *z = artist->field->data;
    for (int64_t r = 0; r + 1 < rows; r++)
        for (int64_t c = 0; c + 1 < columns; c++) {
            const double *low = z + r * columns + c, *high = low + columns;
            square s = {
                {artist->x[c], artist->x[c + 1]}, {artist->y[r], artist->y[r + 1]}, {low[0], low[1], high[1], high[0]}};
            add_square(panel, &s, level, path);
        }
}
