/* Walking along several strided axes from any flat index, one innermost run at a time. */
#ifndef DENPA_KERNELS_WALK_H
#define DENPA_KERNELS_WALK_H

#include "kernels/kern.h"

typedef struct dpk_walk {
    const dpk_axis *axis;
    int32_t count;
    int64_t a, b, c;         /* offsets in elements */
    int64_t at[DP_MAX_RANK]; /* index along each axis */
} dpk_walk;

static inline void dpk_walk_move(dpk_walk *walk, int32_t k, int64_t n)
{
    walk->at[k] += n;
    walk->a += n * walk->axis[k].a;
    walk->b += n * walk->axis[k].b;
    walk->c += n * walk->axis[k].c;
}

/* At flat index i (row-major). No count may be 0. */
static inline dpk_walk dpk_walk_start(const dpk_axis *axis, int32_t count, int64_t i)
{
    dpk_walk walk = {.axis = axis, .count = count};
    for (int32_t k = 0; i; k++) {
        dpk_walk_move(&walk, k, k + 1 < count ? i % axis[k].count : i);
        i = k + 1 < count ? i / axis[k].count : 0;
    }
    return walk;
}

/* How many elements of the innermost run are left, but not more than n. */
static inline int64_t dpk_walk_run(const dpk_walk *walk, int64_t n)
{
    int64_t left = walk->axis[0].count - walk->at[0];
    return left < n ? left : n;
}

/* On by n, at most to the end of the run, then to the start of the next one. */
static inline void dpk_walk_next(dpk_walk *walk, int64_t n)
{
    dpk_walk_move(walk, 0, n);
    for (int32_t k = 0; k + 1 < walk->count && walk->at[k] == walk->axis[k].count; k++) {
        dpk_walk_move(walk, k, -walk->axis[k].count);
        dpk_walk_move(walk, k + 1, 1);
    }
}

#endif
