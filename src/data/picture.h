/* Single pictures: PNG to bytes, and bytes to another size. */
#ifndef DENPA_DATA_PICTURE_H
#define DENPA_DATA_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include <denpa/array.h>

/* What a PNG file says at its beginning. */
typedef struct dpi_png_info {
    uint32_t height, width;
    bool color;
} dpi_png_info;

/* Looks at the first bytes of a file. Errors: DP_ERR_IO, DP_ERR_FORMAT (empty, cut, no PNG, a size that the file's bytes
 * cannot hold). */
dp_status dpi_png_look(dp_ctx *ctx, const char *path, dpi_png_info *info);
dp_status dpi_png_look_parse(dp_ctx *ctx, const void *bytes, size_t bytes_there, uint64_t file_bytes, const char *what,
                             dpi_png_info *info);

/* The picture as bytes [H, W, channels], channels 1 (gray) or 3 (red, green, blue), whatever it is stored as: what is
 * transparent is laid over `background` (0 black to 255 white). `what` is how messages call it; *out is the caller's.
 * Errors: DP_ERR_IO, DP_ERR_FORMAT, DP_ERR_UNSUPPORTED (a build without libpng), DP_ERR_NOMEM. */
dp_status dpi_png_read(dp_ctx *ctx, const char *path, int channels, int background, dp_array **out);
dp_status dpi_png_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, int channels, int background,
                        dp_array **out);

/* [H, W, C] to [height, width, C]: each new pixel is the mean of the old ones around its place, weighted by a triangle
 * that is as wide as the larger of an old and a new pixel on either side; as PyTorch's
 * interpolate(mode="bilinear", antialias=True, align_corners=False). */
dp_status dpi_picture_resize(dp_ctx *ctx, const dp_array *from, int64_t height, int64_t width, dp_array **out);

#endif
