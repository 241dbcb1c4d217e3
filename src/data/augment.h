/* Pictures changed at random. */
#ifndef DENPA_DATA_AUGMENT_H
#define DENPA_DATA_AUGMENT_H

#include <stdbool.h>

#include <denpa/data.h>

#define DPI_AUGMENT_ENUM_(name, most, doc) DPI_AUGMENT_##name,
typedef enum dpi_augment_kind { DP_AUGMENTATIONS(DPI_AUGMENT_ENUM_) DPI_AUGMENT_COUNT } dpi_augment_kind;
#undef DPI_AUGMENT_ENUM_

struct dp_augment {
    dp_ctx *ctx;
    double amount[DPI_AUGMENT_COUNT]; /* 0: not at all */
};

/* Channels, height and width of the rows of a column of pictures, [N, H, W] or [N, C, H, W]; false for others. */
bool dpi_picture_shape(const dp_array *column, int64_t shape[3]);

/* Changes one picture [C, H, W] of f32 or f64 from `from` to `to`, which do not overlap, as (seed, epoch, row) says. Pure, so that
 * any thread may do any row. */
void dpi_augment_picture(const dp_augment *augment, const int64_t shape[3], dp_dtype dtype, uint64_t seed,
                         int64_t epoch, int64_t row, const void *from, void *to);

#endif
