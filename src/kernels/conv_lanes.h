/* How the convolutions lay planes out that work on as many images at once as a vector has lanes.
 *
 * An element of a plane is a vector, with a lane for each image. So places need not be neighbours to be worked on together,
 * nothing is lost at the end of a row, and a pool of 2 x 2 takes the largest of four vectors. What it costs is the way
 * there and back, a transposition of small matrices, and that images come by the vector: a group of fewer leaves lanes
 * empty. Counts here are of vectors. */
#ifndef DENPA_KERNELS_CONV_LANES_H
#define DENPA_KERNELS_CONV_LANES_H

#include "kernels/conv_layout.h"
#include "kernels/window.h"

enum { DPK_CONV_SPREAD = 320 }; /* vectors of a gradient at once, beside the planes in the first cache */

typedef struct dpk_lanes {
    int64_t columns, channel;     /* of a plane of x with its padding: a row, all of it */
    int64_t planes;               /* all channels, and what a tile beyond the last place reads */
    int64_t depth, share, kernel; /* channels and filters of a group, elements of a kernel */
    int64_t result[2];            /* places of the result, pooled if it is */
    int64_t results;              /* of all filters */
    int64_t edged[2];             /* places and an edge around them, which is 0 */
    int64_t table;                /* elements of the table of where elements of a plane go */
    int64_t tile_sums, spread;    /* of a row of tiles of the kernels' gradient; what it spreads of a pooled one */
} dpk_lanes;

static inline dpk_lanes dpk_lanes_of(const dpk_conv_args *args)
{
    const dpk_window *w = &args->window;
    dpk_lanes l;
    l.columns = w->plane[1] + 2 * w->padding[1];
    l.channel = (w->plane[0] + 2 * w->padding[0]) * l.columns;
    l.planes = args->channels * l.channel + w->stride[0] * l.columns + w->stride[1];
    l.depth = args->channels / args->groups;
    l.share = args->filters / args->groups;
    l.kernel = dpk_window_kernel(w);
    for (int i = 0; i < 2; i++) {
        l.result[i] = args->pool ? w->places[i] / 2 : w->places[i];
        l.edged[i] = w->places[i] + 2;
    }
    l.results = args->filters * l.result[0] * l.result[1];
    l.table = dpk_window_plane(w) > dpk_window_places(w) ? dpk_window_plane(w) : dpk_window_places(w);
    l.tile_sums = (l.depth * l.kernel + DPK_CONV_LANES) * DPK_CONV_ROWS;
    l.spread = DPK_CONV_SPREAD + (2 + 1) * DPK_CONV_ROWS * w->places[1];
    return l;
}

/* Images of the group of DPK_CONV_LANES that image n is in: the last one may have fewer. */
static inline int64_t dpk_lanes_group(const dpk_conv_args *args, int64_t n)
{
    int64_t left = args->images - n / DPK_CONV_LANES * DPK_CONV_LANES;
    return left < DPK_CONV_LANES ? left : DPK_CONV_LANES;
}

/* Are those so few that they are better worked on one by one (bench/bench_conv.c: a group of lanes takes as long as 6 to 8
 * images by themselves)? */
static inline int dpk_lanes_few(const dpk_conv_args *args, int64_t n)
{
    return dpk_lanes_group(args, n) <= 5;
}

/* Where the choices of image n begin; those of its results are as many bytes apart as its group has images. */
static inline int64_t dpk_lanes_choice(const dpk_lanes *l, int64_t n)
{
    return n / DPK_CONV_LANES * DPK_CONV_LANES * l->results + n % DPK_CONV_LANES;
}

#endif
