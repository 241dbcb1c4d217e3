#include "data/arrays_set.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "data/dataset.h"
#include "file/fileio.h"
#include "file/npy.h"
#include "file/safetensors.h"

enum { KIND_BYTES = 6, FIRST_IDX_TYPE = 0x08, LAST_IDX_TYPE = 0x0E };

#define STREAM_FROM_BYTES (INT64_C(1) << 30)

dp_status dpi_file_kind_of(dp_ctx *ctx, const char *path, dpi_file_kind *kind)
{
    int fd;
    int64_t size;
    uint8_t start[KIND_BYTES] = {1};
    size_t got = 0;
    dp_status status = dpi_file_open(ctx, path, &fd, &size);
    if (status != DP_OK)
        return status;
    *kind = DPI_FILE_CSV;
    if (size >= 0) /* a pipe is not to lose its first bytes */
        status = dpi_file_read_some(ctx, path, fd, start, sizeof start, &got);
    close(fd);
    if (status != DP_OK || got < 4)
        return status;
    if (memcmp(start, "PK", 2) == 0 && (start[2] == 3 || start[2] == 5))
        *kind = DPI_FILE_NPZ;
    else if (got == KIND_BYTES && memcmp(start, DPI_NPY_MAGIC, DPI_NPY_MAGIC_BYTES) == 0)
        *kind = DPI_FILE_NPY;
    else if ((!start[0] && !start[1] && start[2] >= FIRST_IDX_TYPE && start[2] <= LAST_IDX_TYPE) ||
             (start[0] == 0x1f && start[1] == 0x8b))
        *kind = DPI_FILE_IDX;
    return DP_OK;
}

/* Classes come as bytes, too; what has one number for each row is no picture. */
static dp_status labels_as_integers(dp_array **array)
{
    dp_array *wide;
    if ((*array)->dtype != DP_U8 || (*array)->shape.rank != 1)
        return DP_OK;
    dp_status status = dp_array_convert((*array)->ctx, *array, DP_I64, &wide);
    if (status != DP_OK)
        return status;
    dp_array_free(array);
    *array = wide;
    return DP_OK;
}

/* ---- NPZ ---- */

static const char *const endings[] = {[DP_SPLIT_TRAIN] = "_train", [DP_SPLIT_TEST] = "_test"};

static bool ends_with(const char *name, const char *ending)
{
    size_t bytes = strlen(name), last = strlen(ending);
    return bytes > last && strcmp(name + bytes - last, ending) == 0;
}

/* Columns on the way from an archive to a data set. */
typedef struct taking {
    const dpi_data_options *options;
    dp_tensors *tensors;
    const char **names; /* [tensors], borrowed from the archive or the options */
    dp_array **arrays;
    int count;
    bool parts; /* arrays are named for the part they belong to */
} taking;

static dp_status take(taking *t, int i, const char *name)
{
    dpi_named *item = &t->tensors->items[i];
    for (int j = 0; j < t->count; j++)
        if (t->arrays[j] == item->array)
            return dpi_fail(t->options->ctx, DP_ERR_ARG, "%s: the array %s is asked for twice", t->options->source,
                            item->name);
    dp_status status = labels_as_integers(&item->array);
    if (status != DP_OK)
        return status;
    t->names[t->count] = name;
    t->arrays[t->count++] = item->array;
    return DP_OK;
}

/* The array that an option names becomes the column of the option's name. */
static dp_status take_named(taking *t, const char *column, const char *name)
{
    for (int i = 0; i < t->tensors->count; i++)
        if (strcmp(t->tensors->items[i].name, name) == 0)
            return take(t, i, column);
    return dpi_fail(t->options->ctx, DP_ERR_NAME, "%s: there is no array %s; the first is %s, the last %s",
                    t->options->path, name, t->tensors->items[0].name, t->tensors->items[t->tensors->count - 1].name);
}

static dp_status take_part(taking *t, dp_split split)
{
    dp_status status = DP_OK;
    for (int i = 0; i < t->tensors->count && status == DP_OK; i++) {
        char *name = t->tensors->items[i].name;
        if (t->parts && !ends_with(name, endings[split]))
            continue;
        if (t->parts)
            name[strlen(name) - strlen(endings[split])] = 0;
        status = take(t, i, name);
    }
    return status;
}

static dp_status take_all(taking *t, dp_split split)
{
    const dpi_data_options *o = t->options;
    const char *suffix = split == DP_SPLIT_TEST ? "test_" : "";
    char x[8], labels[8];
    snprintf(x, sizeof x, "%sx", suffix);
    snprintf(labels, sizeof labels, "%st", suffix);
    bool named = dpi_data_option(o, "x") || dpi_data_option(o, "t");
    if (named || dpi_data_option(o, x) || dpi_data_option(o, labels)) {
        dp_status status = DP_OK;
        if (dpi_data_option(o, x))
            status = take_named(t, "x", dpi_data_option(o, x));
        if (status == DP_OK && dpi_data_option(o, labels))
            status = take_named(t, "t", dpi_data_option(o, labels));
        return status;
    }
    for (int i = 0; i < t->tensors->count; i++)
        for (int s = 0; s < 2; s++)
            t->parts = t->parts || ends_with(t->tensors->items[i].name, endings[s]);
    if (split == DP_SPLIT_TEST && !t->parts)
        return DP_OK;
    return take_part(t, split);
}

/* The data set has the arrays now. */
static void leave_arrays(taking *t)
{
    for (int i = 0; i < t->tensors->count; i++)
        for (int j = 0; j < t->count; j++)
            if (t->tensors->items[i].array == t->arrays[j])
                t->tensors->items[i].array = NULL;
}

dp_status dpi_npz_open(const dpi_data_options *options, dp_split split, dp_dataset **out)
{
    taking t = {.options = options};
    dp_ctx *ctx = options->ctx;
    void *names = NULL, *arrays = NULL;
    dp_status status = dpi_data_options_check(options, "an NPZ file", "x t test_x test_t");
    if (status == DP_OK)
        status = dp_npz_read(ctx, options->path, &t.tensors);
    if (status != DP_OK)
        return status;
    size_t room = (size_t)t.tensors->count + 2;
    status = dpi_alloc(ctx, room, sizeof *t.names, "names of columns", &names);
    if (status == DP_OK)
        status = dpi_alloc(ctx, room, sizeof(dp_array *), "columns", &arrays);
    t.names = names;
    t.arrays = arrays;
    if (status == DP_OK)
        status = take_all(&t, split);
    if (status == DP_OK && !t.count)
        status = dpi_fail(ctx, DP_ERR_NAME, "%s: it has no %s part", options->source,
                          split == DP_SPLIT_TRAIN ? "training" : "test");
    if (status == DP_OK)
        status = dpi_dataset_new(ctx, options->source, t.count, t.names, t.arrays, out);
    if (status == DP_OK)
        leave_arrays(&t);
    dpi_free(ctx, names);
    dpi_free(ctx, arrays);
    dp_tensors_free(&t.tensors);
    return status;
}

/* ---- One array in a file, the labels in another ---- */

static dp_status read_array(dp_ctx *ctx, dpi_file_kind kind, const char *path, dp_array **out)
{
    dp_array *array;
    dp_status status = kind == DPI_FILE_NPY ? dp_npy_read(ctx, path, &array) : dp_idx_read(ctx, path, &array);
    if (status == DP_OK)
        *out = array;
    return status;
}

static dp_status read_labels(dp_ctx *ctx, const char *path, dp_array **out)
{
    dpi_file_kind kind;
    dp_array *array = NULL;
    dp_status status = dpi_file_kind_of(ctx, path, &kind);
    if (status == DP_OK && kind != DPI_FILE_NPY && kind != DPI_FILE_IDX)
        status = dpi_fail(ctx, DP_ERR_FORMAT, "%s: labels come from an NPY or IDX file, and this is neither", path);
    if (status == DP_OK)
        status = read_array(ctx, kind, path, &array);
    if (status == DP_OK)
        status = labels_as_integers(&array);
    if (status == DP_OK)
        *out = array;
    else
        dp_array_free(&array);
    return status;
}

/* stream=1, or a file that is large: then it is read a row at a time, when the row is wanted. */
static dp_status wants_stream(const dpi_data_options *options, const char *path, bool *stream)
{
    const char *text = dpi_data_option(options, "stream");
    struct stat info;
    *stream = text ? strcmp(text, "1") == 0 : stat(path, &info) == 0 && (int64_t)info.st_size >= STREAM_FROM_BYTES;
    if (text && !*stream && strcmp(text, "0") != 0)
        return dpi_fail(options->ctx, DP_ERR_ARG, "%s: stream is 1 or 0, not \"%s\"", options->source, text);
    return DP_OK;
}

static dp_status open_stream(const dpi_data_options *options, dpi_file_kind kind, const char *path, dp_array *labels,
                             dp_dataset **out)
{
    dpi_column_file *x = NULL;
    dp_status status = dpi_column_file_open(options->ctx, path, kind == DPI_FILE_NPY, &x);
    if (status == DP_OK)
        status = dpi_dataset_new_file(options->ctx, options->source, x, labels, out);
    if (status != DP_OK)
        dpi_column_file_free(&x);
    return status;
}

dp_status dpi_array_file_open(const dpi_data_options *options, dpi_file_kind kind, dp_split split, dp_dataset **out)
{
    dp_ctx *ctx = options->ctx;
    dp_array *arrays[2] = {NULL, NULL};
    bool stream = false, test = split == DP_SPLIT_TEST;
    const char *path = test ? dpi_data_option(options, "test") : options->path;
    const char *labels = dpi_data_option(options, test ? "test_t" : "t");
    dp_status status =
        dpi_data_options_check(options, kind == DPI_FILE_NPY ? "an NPY file" : "an IDX file", "t test test_t stream");
    if (status != DP_OK)
        return status;
    if (!path)
        return dpi_fail(ctx, DP_ERR_NAME, "%s: it has no test part; test=FILE,test_t=FILE would give one",
                        options->source);
    if (test)
        status = dpi_file_kind_of(ctx, path, &kind);
    if (status == DP_OK)
        status = wants_stream(options, path, &stream);
    if (status == DP_OK && labels)
        status = read_labels(ctx, labels, &arrays[1]);
    if (status == DP_OK && !stream)
        status = read_array(ctx, kind, path, &arrays[0]);
    if (status == DP_OK && stream)
        status = open_stream(options, kind, path, arrays[1], out);
    else if (status == DP_OK)
        status = dpi_dataset_new(ctx, options->source, labels ? 2 : 1, (const char *const[]){"x", "t"}, arrays, out);
    if (status == DP_OK)
        return DP_OK;
    dp_array_free(&arrays[0]);
    dp_array_free(&arrays[1]);
    return status;
}
