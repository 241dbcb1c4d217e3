#include "data/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "data/folder_set.h"

#define HOME_FOLDER ".local/share/denpa/mnist"

enum { DIGITS_TRAIN = 60000, DIGITS_TEST_SHARE = 6, PATH_BYTES = 1024 };

typedef struct image_files {
    const char *images;
    const char *labels;
} image_files;

static const image_files split_files[] = {
    [DP_SPLIT_TRAIN] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
    [DP_SPLIT_TEST] = {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
};

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static bool is_digits(const char *source)
{
    return strcmp(source, "digits") == 0 || strncmp(source, "digits:", 7) == 0;
}


/* "FOLDER/NAME" or "FOLDER/NAME.gz", whichever is there; false, and path is the first of them, if neither is. */
static bool find_file(const char *folder, const char *name, char path[PATH_BYTES])
{
    struct stat info;
    static const char *const endings[] = {"", ".gz"};
    for (int i = 0; i < 2; i++) {
        int length = snprintf(path, PATH_BYTES, "%s/%s%s", folder, name, endings[i]);
        if (length < PATH_BYTES && stat(path, &info) == 0)
            return true;
    }
    snprintf(path, PATH_BYTES, "%s/%s", folder, name);
    return false;
}

/* A folder with folders in it and without IDX files is one of classes. */
bool dpi_source_is_images(const char *source)
{
    char path[PATH_BYTES];
    if (strcmp(source, "mnist") == 0 || is_digits(source))
        return true;
    return is_folder(source) &&
           (find_file(source, split_files[DP_SPLIT_TRAIN].images, path) || !dpi_folder_has_folders(source));
}

/* Where MNIST is: the first of the two places that has the training pictures. */
static dp_status find_mnist(dp_ctx *ctx, char folder[PATH_BYTES])
{
    char path[PATH_BYTES], home_folder[PATH_BYTES] = "~/" HOME_FOLDER;
    const char *data = getenv("DENPA_DATA"), *home = getenv("HOME");
    bool has_data = data && data[0], has_home = home && home[0];
    if (has_data && snprintf(folder, PATH_BYTES, "%s/mnist", data) < PATH_BYTES &&
        find_file(folder, split_files[DP_SPLIT_TRAIN].images, path))
        return DP_OK;
    if (has_home && snprintf(home_folder, PATH_BYTES, "%s/" HOME_FOLDER, home) < PATH_BYTES &&
        find_file(home_folder, split_files[DP_SPLIT_TRAIN].images, path)) {
        memcpy(folder, home_folder, PATH_BYTES);
        return DP_OK;
    }
    return dpi_fail(ctx, DP_ERR_IO,
                    "mnist: not found. Looked in %s%s and in %s. `denpa data fetch mnist` gets it. Or put %s, %s, %s and %s (plain or .gz) into one of "
                    "them, or use the data set "
                    "`digits`, which needs no files.",
                    has_data ? data : "$DENPA_DATA/mnist (DENPA_DATA is not set)", has_data ? "/mnist" : "",
                    home_folder, split_files[0].images, split_files[0].labels, split_files[1].images,
                    split_files[1].labels);
}

static dp_status read_file(dp_ctx *ctx, const char *folder, const char *name, char path[PATH_BYTES], dp_array **out)
{
    if (!find_file(folder, name, path))
        return dpi_fail(ctx, DP_ERR_IO, "%s: neither this file nor %s.gz is there", path, name);
    return dp_idx_read(ctx, path, out);
}

static dp_status read_images(dp_ctx *ctx, const char *folder, const char *name, char path[PATH_BYTES], dp_array **out)
{
    char shape[DP_SHAPE_TEXT_BYTES];
    dp_array *images;
    dp_status status = read_file(ctx, folder, name, path, &images);
    if (status != DP_OK)
        return status;
    if (images->dtype == DP_U8 && images->shape.rank >= 3 && images->shape.dims[0] > 0) {
        *out = images;
        return DP_OK;
    }
    dpi_fail(ctx, DP_ERR_FORMAT, "%s: pictures are uint8 (N, rows, columns), this is %s %s", path,
             dp_dtype_name(images->dtype), dp_shape_text(images->shape, shape, sizeof shape));
    dp_array_free(&images);
    return DP_ERR_FORMAT;
}

/* Classes, whatever integers the file has them in, as int64. */
static dp_status read_labels(dp_ctx *ctx, const char *folder, const char *name, char path[PATH_BYTES], dp_array **out)
{
    char shape[DP_SHAPE_TEXT_BYTES];
    dp_array *labels;
    dp_status status = read_file(ctx, folder, name, path, &labels);
    if (status != DP_OK)
        return status;
    if (dp_dtype_is_float(labels->dtype) || labels->shape.rank != 1)
        status = dpi_fail(ctx, DP_ERR_FORMAT, "%s: labels are integers (N,), these are %s %s", path,
                          dp_dtype_name(labels->dtype), dp_shape_text(labels->shape, shape, sizeof shape));
    else
        status = dp_array_convert(ctx, labels, DP_I64, out);
    dp_array_free(&labels);
    return status;
}

static dp_status read_folder(dp_ctx *ctx, const char *folder, dp_split split, dp_array **x, dp_array **t)
{
    char images_path[PATH_BYTES], labels_path[PATH_BYTES];
    const image_files *files = &split_files[split];
    dp_array *images = NULL, *labels = NULL;
    dp_status status = DP_OK;
    if (x)
        status = read_images(ctx, folder, files->images, images_path, &images);
    if (status == DP_OK && t)
        status = read_labels(ctx, folder, files->labels, labels_path, &labels);
    if (status != DP_OK)
        goto fail;
    if (x && t && images->shape.dims[0] != labels->shape.dims[0]) {
        status = dpi_fail(ctx, DP_ERR_FORMAT, "%s has %lld pictures, and %s has %lld labels", images_path,
                          (long long)images->shape.dims[0], labels_path, (long long)labels->shape.dims[0]);
        goto fail;
    }
    if (x)
        *x = images;
    if (t)
        *t = labels;
    return DP_OK;
fail:
    dp_array_free(&images);
    dp_array_free(&labels);
    return status;
}

static dp_status draw_digits(dp_ctx *ctx, const char *source, dp_split split, dp_array **x, dp_array **t)
{
    long long n = DIGITS_TRAIN;
    dp_array *images = NULL, *labels = NULL;
    if (source[6] == ':') {
        char *end;
        n = strtoll(source + 7, &end, 10);
        if (end == source + 7 || *end || n < 1 || source[7] < '0' || source[7] > '9')
            return dpi_fail(ctx, DP_ERR_RANGE, "%s: after digits: comes how many, a number from 1 on", source);
    }
    if (split == DP_SPLIT_TEST)
        n = n < DIGITS_TEST_SHARE ? 1 : n / DIGITS_TEST_SHARE;
    dp_status status = dp_digits_draw(ctx, 0, split, 0, n, &images, &labels);
    if (status != DP_OK)
        return status;
    if (x)
        *x = images;
    else
        dp_array_free(&images);
    if (t)
        *t = labels;
    else
        dp_array_free(&labels);
    return DP_OK;
}

dp_status dpi_source_read(dp_ctx *ctx, const char *source, dp_split split, dp_array **x, dp_array **t)
{
    char folder[PATH_BYTES];
    if (split != DP_SPLIT_TRAIN && split != DP_SPLIT_TEST)
        return dpi_fail(ctx, DP_ERR_ARG, "%s: %d is neither the training nor the test part", source, (int)split);
    if (is_digits(source))
        return draw_digits(ctx, source, split, x, t);
    if (strcmp(source, "mnist") != 0)
        return read_folder(ctx, source, split, x, t);
    dp_status status = find_mnist(ctx, folder);
    return status == DP_OK ? read_folder(ctx, folder, split, x, t) : status;
}
