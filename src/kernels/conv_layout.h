/* How the fast convolutions lay planes out.
 *
 * A plane with its padding is dealt out to stride[0] * stride[1] phases, each with every stride-th row and column: then
 * the elements that a kernel's tap meets, from one place of the window to the next, follow one another, whatever
 * stride and dilation are. Place i, j of the window is `columns` * i + j on every such phase; what lies between the last place
 * of a row and the first of the next means nothing, and costs (columns - places) / columns of the work.
 *
 *     x  . . . .        phase 0    phase 1          tap (p, q): phase (p d % s, q d % s),
 *        . a b c   ->   . .        . .     (2 of    from element (p d / s) columns + q d / s on
 *        . d e f        b .        a c      4)
 */
#ifndef DENPA_KERNELS_CONV_LAYOUT_H
#define DENPA_KERNELS_CONV_LAYOUT_H

#include "kernels/kern.h"

enum {
    DPK_CONV_ROUND = 16,    /* elements that vectors of any level divide */
    DPK_CONV_ROWS = 8,      /* filters (of an input's gradient: channels) that are worked on at once */
    DPK_CONV_COLUMNS = 2048 /* so many places of images at once make up for adding the lanes of their sums */
};

typedef struct dpk_conv_layout {
    int64_t columns, phase, channel; /* elements of a phase's row, of a phase, of all phases of a channel */
    int64_t width;                   /* from the first place to the last, rounded up to vectors */
    int64_t lead;                    /* the furthest that a tap is from the first element of its phase */
    int64_t depth, share, kernel;    /* channels and filters of a group, elements of a kernel */
    int64_t taps;                    /* the most that go into one sum */
    int64_t image, gradient; /* elements of an image of x, and of y's gradient with `width` for a plane, laid out */
    int64_t together;        /* images that conv2d_weight goes over at once */
} dpk_conv_layout;

/* One term of all sums of a tile: where the plane begins that it reads, and where its weights are. */
typedef struct dpk_conv_tap {
    int32_t plane, weight;
} dpk_conv_tap;

/* Rows and columns, filters and taps, of a tile of the kernels' gradient. */
typedef struct dpk_weight_size {
    int64_t rows, columns;
} dpk_weight_size;

/* The one that does least beyond the edges. */
static inline int dpk_weight_tile(const dpk_weight_size *sizes, int count, int64_t filters, int64_t taps)
{
    int best = 0;
    int64_t least = INT64_MAX;
    for (int i = 0; i < count; i++) {
        int64_t r = sizes[i].rows, c = sizes[i].columns, work = (filters + r - 1) / r * ((taps + c - 1) / c) * r * c;
        if (work < least)
            best = i, least = work;
    }
    return best;
}

static inline int64_t dpk_conv_round(int64_t n)
{
    return (n + DPK_CONV_ROUND - 1) / DPK_CONV_ROUND * DPK_CONV_ROUND;
}

static inline dpk_conv_layout dpk_conv_layout_of(const dpk_conv_args *args)
{
    const dpk_window *w = &args->window;
    dpk_conv_layout l;
    int64_t rows = (w->plane[0] + 2 * w->padding[0] + w->stride[0] - 1) / w->stride[0];
    l.columns = (w->plane[1] + 2 * w->padding[1] + w->stride[1] - 1) / w->stride[1];
    l.phase = rows * l.columns;
    l.channel = l.phase * w->stride[0] * w->stride[1];
    l.width = w->places[0] && w->places[1] ? dpk_conv_round((w->places[0] - 1) * l.columns + w->places[1]) : 0;
    l.lead = (w->kernel[0] - 1) * w->dilation[0] / w->stride[0] * l.columns +
             (w->kernel[1] - 1) * w->dilation[1] / w->stride[1];
    l.depth = args->channels / args->groups;
    l.share = args->filters / args->groups;
    l.kernel = w->kernel[0] * w->kernel[1];
    l.taps = (l.depth > l.share ? l.depth : l.share) * l.kernel;
    l.image = args->channels * l.channel + DPK_CONV_ROUND;
    l.gradient = args->filters * l.width;
    l.together = l.width ? (DPK_CONV_COLUMNS + l.width - 1) / l.width : 1;
    return l;
}

/* The phase that element q of a window along an axis is on, and how far it lies there. */
static inline int64_t dpk_conv_phase(const dpk_window *w, int axis, int64_t q)
{
    return q * w->dilation[axis] % w->stride[axis];
}
static inline int64_t dpk_conv_offset(const dpk_window *w, int axis, int64_t q)
{
    return q * w->dilation[axis] / w->stride[axis];
}

/* Elements between the planes of a result's gradient that conv2d_input reads: `lead` zeros, and then a phase. */
static inline int64_t dpk_conv_gradient_step(const dpk_conv_layout *l)
{
    return l->lead + dpk_conv_round(l->phase);
}

#endif
