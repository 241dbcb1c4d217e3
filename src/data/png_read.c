/* PNG by libpng; what a file promises is held against its size before libpng or memory is asked for anything.
 *
 * Source   W3C: Portable Network Graphics (PNG) Specification, 11.2.1 (IHDR). */
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fail.h"
#include "data/picture.h"
#include "file/fileio.h"
#include "file/zlib_memory.h"

#define SIGNATURE "\x89PNG\r\n\x1a\n"
enum { SIGNATURE_BYTES = 8, HEADER_BYTES = 29, COLOR_BIT = 2 };

static int samples_of(int type)
{
    return type == 2 ? 3 : type == 4 ? 2 : type == 6 ? 4 : 1;
}

dp_status dpi_png_look_parse(dp_ctx *ctx, const void *bytes, size_t bytes_there, uint64_t file_bytes, const char *what,
                             dpi_png_info *info)
{
    const uint8_t *p = bytes;
    if (!file_bytes)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: the file is empty, which is no PNG picture", what);
    if (bytes_there < HEADER_BYTES || memcmp(p, SIGNATURE, SIGNATURE_BYTES) != 0 || memcmp(p + 12, "IHDR", 4) != 0)
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: its %llu bytes do not begin as a PNG picture does", what,
                        (unsigned long long)file_bytes);
    uint64_t width = dpi_load_be(p + 16, 4), height = dpi_load_be(p + 20, 4);
    int depth = p[24], type = p[25];
    if (!width || !height || width > INT32_MAX || height > INT32_MAX || depth > 16 || type > 6)
        return dpi_fail(ctx, DP_ERR_FORMAT,
                        "%s: the header says %llu x %llu pixels, %d bits, type %d, which is no picture", what,
                        (unsigned long long)height, (unsigned long long)width, depth, type);
    /* All rows unpacked, one filter byte for each; below 2^31 * 2^31 * 8, so nothing overflows. */
    uint64_t unpacked = height * (1 + (width * (uint64_t)(depth * samples_of(type)) + 7) / 8);
    if (unpacked / DPI_DEFLATE_MOST_RATIO > file_bytes)
        return dpi_fail(ctx, DP_ERR_FORMAT,
                        "%s: the header says %llu x %llu pixels, and the file's %llu bytes are too few for that", what,
                        (unsigned long long)height, (unsigned long long)width, (unsigned long long)file_bytes);
    *info = (dpi_png_info){.height = (uint32_t)height, .width = (uint32_t)width, .color = type & COLOR_BIT};
    return DP_OK;
}

dp_status dpi_png_look(dp_ctx *ctx, const char *path, dpi_png_info *info)
{
    int fd;
    int64_t size;
    uint8_t start[HEADER_BYTES];
    size_t got = 0;
    dp_status status = dpi_file_open(ctx, path, &fd, &size);
    if (status != DP_OK)
        return status;
    if (size < 0)
        status = dpi_fail(ctx, DP_ERR_IO, "%s: this is no regular file", path);
    else
        status = dpi_file_read_some(ctx, path, fd, start, sizeof start, &got);
    close(fd);
    return status == DP_OK ? dpi_png_look_parse(ctx, start, got, (uint64_t)size, path, info) : status;
}

#if DENPA_HAVE_PNG
#include <png.h>

/* Over the background, where the last of the samples says how much is seen. */
static void lay_over(const uint8_t *from, int channels, int64_t pixels, int background, uint8_t *to)
{
    for (int64_t i = 0; i < pixels; i++, from += channels + 1, to += channels) {
        int seen = from[channels];
        for (int c = 0; c < channels; c++)
            to[c] = (uint8_t)((from[c] * seen + background * (255 - seen) + 127) / 255);
    }
}

static dp_status read_pixels(dp_ctx *ctx, png_image *image, const char *what, int channels, int background,
                             dp_array **out)
{
    dp_array *stored = NULL, *made = NULL;
    int64_t height = image->height, width = image->width;
    image->format = channels == 1 ? PNG_FORMAT_GA : PNG_FORMAT_RGBA;
    dp_status status = dp_array_new(ctx, DP_U8, dp_shape_of(3, (int64_t[]){height, width, channels + 1}), &stored);
    if (status == DP_OK)
        status = dp_array_new(ctx, DP_U8, dp_shape_of(3, (int64_t[]){height, width, channels}), &made);
    if (status == DP_OK && !png_image_finish_read(image, NULL, stored->data, 0, NULL))
        status = dpi_fail(ctx, DP_ERR_FORMAT, "%s: a damaged PNG picture: %s", what, image->message);
    if (status == DP_OK)
        lay_over(stored->data, channels, height * width, background, made->data);
    dp_array_free(&stored);
    if (status == DP_OK)
        *out = made;
    else
        dp_array_free(&made);
    return status;
}

dp_status dpi_png_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, int channels, int background,
                        dp_array **out)
{
    dpi_png_info info;
    png_image image = {.version = PNG_IMAGE_VERSION};
    dp_status status = dpi_png_look_parse(ctx, bytes, count, count, what, &info);
    if (status != DP_OK)
        return status;
    if (!png_image_begin_read_from_memory(&image, bytes, count))
        return dpi_fail(ctx, DP_ERR_FORMAT, "%s: a damaged PNG picture: %s", what, image.message);
    image.flags |= PNG_IMAGE_FLAG_16BIT_sRGB; /* 16 bits are read as 8 are */
    status = read_pixels(ctx, &image, what, channels, background, out);
    png_image_free(&image);
    return status;
}
#else
dp_status dpi_png_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, int channels, int background,
                        dp_array **out)
{
    (void)bytes, (void)count, (void)channels, (void)background, (void)out;
    return dpi_fail(ctx, DP_ERR_UNSUPPORTED,
                    "%s is a PNG picture, and this denpa was built without libpng (Debian: libpng-dev)", what);
}
#endif

dp_status dpi_png_read(dp_ctx *ctx, const char *path, int channels, int background, dp_array **out)
{
    dp_array *file;
    dp_status status = dp_file_read(ctx, path, 0, &file);
    if (status != DP_OK)
        return status;
    status = dpi_png_parse(ctx, file->data, dp_array_bytes(file), path, channels, background, out);
    dp_array_free(&file);
    return status;
}
