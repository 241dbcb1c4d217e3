/* Image sets by name or folder. */
#ifndef DENPA_DATA_SOURCE_H
#define DENPA_DATA_SOURCE_H

#include <stdbool.h>

#include <denpa/data.h>

/* Is the source one of pictures in IDX's way ("mnist", "digits", "digits:N", a folder)? If not it is a file. */
bool dpi_source_is_images(const char *source);

/* The pictures uint8 [N, H, W] and the classes int64 [N] of such a source. x or t may be NULL if it is not wanted: a
 * folder's files are then not read. Owned by the caller; on error both are untouched. */
dp_status dpi_source_read(dp_ctx *ctx, const char *source, dp_split split, dp_array **x, dp_array **t);

#endif
