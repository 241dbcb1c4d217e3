#include "data/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "data/vocabulary.h"

void dp_dataset_free(dp_dataset **dataset)
{
    if (!dataset || !*dataset)
        return;
    dp_dataset *d = *dataset;
    for (int i = 0; i < d->columns; i++) {
        if (d->names)
            dpi_free(d->ctx, d->names[i]);
        if (d->arrays)
            dp_array_free(&d->arrays[i]);
        if (d->files)
            dpi_column_file_free(&d->files[i]);
    }
    dpi_free(d->ctx, d->names);
    dpi_free(d->ctx, d->arrays);
    dpi_free(d->ctx, d->files);
    dpi_windows_free(&d->windows);
    dpi_encoding_free(&d->encoding);
    dpi_free(d->ctx, d->source);
    dpi_free(d->ctx, d);
    *dataset = NULL;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, because a table may have a great many columns. */
static dp_status check_names(dp_ctx *ctx, const char *source, int columns, const char *const *names)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, (size_t)columns, sizeof(char *), "names of columns", &memory);
    if (status != DP_OK)
        return status;
    const char **sorted = memory;
    memcpy(sorted, names, (size_t)columns * sizeof *sorted);
    qsort(sorted, (size_t)columns, sizeof *sorted, compare_names);
    for (int i = 0; i < columns && status == DP_OK; i++) {
        if (!sorted[i][0])
            status = dpi_fail(ctx, DP_ERR_ARG, "%s: a column has no name", source);
        else if (i && strcmp(sorted[i], sorted[i - 1]) == 0)
            status = dpi_fail(ctx, DP_ERR_ARG, "%s: there are two columns named %s", source, sorted[i]);
    }
    dpi_free(ctx, sorted);
    return status;
}

static dp_status check_arrays(dp_ctx *ctx, const char *source, int columns, const char *const *names,
                              dp_array *const *arrays)
{
    char first[DP_SHAPE_TEXT_BYTES], other[DP_SHAPE_TEXT_BYTES];
    for (int i = 0; i < columns; i++) {
        dp_shape shape = arrays[i]->shape;
        if (!dp_dtype_bytes(arrays[i]->dtype))
            return dpi_fail(ctx, DP_ERR_ARG, "%s: column %s has no dtype", source, names[i]);
        if (dp_shape_elems(shape) < 0 || shape.rank == 0)
            return dpi_fail(ctx, DP_ERR_SHAPE, "%s: column %s has the shape %s, which has no rows", source, names[i],
                            dp_shape_text(shape, other, sizeof other));
        if (!arrays[i]->data && dp_shape_elems(shape) > 0)
            return dpi_fail(ctx, DP_ERR_ARG, "%s: column %s has no data", source, names[i]);
        if (shape.dims[0] != arrays[0]->shape.dims[0])
            return dpi_fail(ctx, DP_ERR_SHAPE, "%s: rows differ: column %s is %s, column %s is %s", source, names[0],
                            dp_shape_text(arrays[0]->shape, first, sizeof first), names[i],
                            dp_shape_text(shape, other, sizeof other));
    }
    return DP_OK;
}

/* The data set without its arrays, which it only takes over once nothing can fail. */
static dp_status new_without_arrays(dp_ctx *ctx, const char *source, int columns, const char *const *names,
                                    dp_dataset **out)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dp_dataset), "data set", &memory);
    if (status != DP_OK)
        return status;
    dp_dataset *d = memory;
    d->ctx = ctx;
    d->encoding.ctx = ctx;
    d->columns = columns;
    d->pixels = dpk_find(dpk_cpu_level(), DPK_pixels, DPK_f32);
    status = dpi_strdup(ctx, source, &d->source);
    if (status != DP_OK)
        goto fail;
    status = dpi_alloc(ctx, (size_t)columns, sizeof *d->names, "names of columns", &memory);
    if (status != DP_OK)
        goto fail;
    d->names = memory;
    for (int i = 0; i < columns; i++) {
        status = dpi_strdup(ctx, names[i], &d->names[i]);
        if (status != DP_OK)
            goto fail;
    }
    status = dpi_alloc(ctx, (size_t)columns, sizeof(dp_array *), "columns", &memory);
    if (status != DP_OK)
        goto fail;
    d->arrays = memory;
    status = dpi_alloc(ctx, (size_t)columns, sizeof *d->files, "columns", &memory);
    if (status != DP_OK)
        goto fail;
    d->files = memory;
    *out = d;
    return DP_OK;
fail:
    dp_dataset_free(&d);
    return status;
}

dp_status dpi_dataset_new(dp_ctx *ctx, const char *source, int columns, const char *const *names,
                          dp_array *const *arrays, dp_dataset **out)
{
    dp_dataset *d;
    if (columns < 1)
        return dpi_fail(ctx, DP_ERR_ARG, "%s: a data set needs a column", source);
    for (int i = 0; i < columns; i++)
        if (!names[i] || !arrays[i])
            return dpi_fail(ctx, DP_ERR_ARG, "%s: column %d has no name or no array", source, i);
    dp_status status = check_names(ctx, source, columns, names);
    if (status == DP_OK)
        status = check_arrays(ctx, source, columns, names, arrays);
    if (status == DP_OK)
        status = new_without_arrays(ctx, source, columns, names, &d);
    if (status != DP_OK)
        return status;
    memcpy(d->arrays, arrays, (size_t)columns * sizeof *arrays);
    d->rows = arrays[0]->shape.dims[0];
    *out = d;
    return DP_OK;
}

dp_status dpi_dataset_new_file(dp_ctx *ctx, const char *source, dpi_column_file *x, dp_array *labels, dp_dataset **out)
{
    void *memory;
    dp_dataset *d;
    char first[DP_SHAPE_TEXT_BYTES], second[DP_SHAPE_TEXT_BYTES];
    if (labels && (labels->shape.rank < 1 || labels->shape.dims[0] != x->layout.shape.dims[0]))
        return dpi_fail(ctx, DP_ERR_SHAPE, "%s: rows differ: column x is %s, column t is %s", source,
                        dp_shape_text(x->layout.shape, first, sizeof first), dp_shape_text(labels->shape, second, sizeof second));
    dp_status status = dpi_alloc(ctx, 1, sizeof(dp_array), "column", &memory);
    if (status != DP_OK)
        return status;
    status = new_without_arrays(ctx, source, labels ? 2 : 1, (const char *const[]){"x", "t"}, &d);
    if (status != DP_OK) {
        dpi_free(ctx, memory);
        return status;
    }
    d->arrays[0] = memory;
    *d->arrays[0] = (dp_array){.ctx = ctx, .dtype = x->layout.dtype, .shape = x->layout.shape};
    d->files[0] = x;
    if (labels)
        d->arrays[1] = labels;
    d->rows = x->layout.shape.dims[0];
    *out = d;
    return DP_OK;
}

dp_status dpi_dataset_new_windows(dp_ctx *ctx, const char *source, dpi_windows *windows, dp_dataset **out)
{
    void *memory;
    dp_dataset *d;
    dp_status status =
        new_without_arrays(ctx, source, DPI_WINDOWS_COLUMNS, (const char *const[]){"x", DPI_TEXT_COLUMN}, &d);
    int64_t shape[] = {dpi_windows_rows(windows), windows->length};
    for (int i = 0; i < DPI_WINDOWS_COLUMNS && status == DP_OK; i++) {
        status = dpi_alloc(ctx, 1, sizeof(dp_array), "column", &memory);
        if (status != DP_OK) {
            dp_dataset_free(&d);
            return status;
        }
        d->arrays[i] = memory;
        *d->arrays[i] = (dp_array){.ctx = ctx, .dtype = DP_I64, .shape = dp_shape_of(2, shape)};
    }
    if (status != DP_OK)
        return status;
    d->windows = windows;
    d->rows = shape[0];
    *out = d;
    return DP_OK;
}

int dp_dataset_settings(const dp_dataset *dataset, const dp_setting **settings)
{
    *settings = dataset->windows ? dataset->windows->settings : NULL;
    return dataset->windows ? (int)(sizeof dataset->windows->settings / sizeof *dataset->windows->settings) : 0;
}

int64_t dpi_dataset_row_elems(const dp_dataset *dataset, int column)
{
    dp_shape row = dataset->arrays[column]->shape;
    row.dims[0] = 1;
    return dp_shape_elems(row);
}

dp_status dp_dataset_new(dp_ctx *ctx, int columns, const char *const *names, dp_array *const *arrays, dp_dataset **out)
{
    return dpi_dataset_new(ctx, "memory", columns, names, arrays, out);
}

int64_t dp_dataset_rows(const dp_dataset *dataset)
{
    return dataset->rows;
}

int dp_dataset_columns(const dp_dataset *dataset)
{
    return dataset->columns;
}

const char *dp_dataset_column_name(const dp_dataset *dataset, int column)
{
    return column >= 0 && column < dataset->columns ? dataset->names[column] : "";
}

int dp_dataset_find(const dp_dataset *dataset, const char *name)
{
    for (int i = 0; i < dataset->columns; i++)
        if (strcmp(dataset->names[i], name) == 0)
            return i;
    return -1;
}

const dp_array *dp_dataset_column(const dp_dataset *dataset, int column)
{
    return column >= 0 && column < dataset->columns ? dataset->arrays[column] : NULL;
}

const char *dp_dataset_source(const dp_dataset *dataset)
{
    return dataset->source;
}

int dp_dataset_encoding(const dp_dataset *dataset, const dp_encoding **encoding)
{
    *encoding = dataset->encoding.items;
    return dataset->encoding.count;
}

const char *dp_dataset_class_name(const dp_dataset *dataset, int column, int64_t k)
{
    const char *name = NULL;
    int at = 0;
    if (k < 0 || k >= dataset->encoding.count)
        return NULL;
    for (int64_t i = 0; i <= k; i++) {
        name = dpi_encoding_next(dataset->encoding.items, dataset->encoding.count,
                                 dp_dataset_column_name(dataset, column), DPI_RULE_CLASS, &at);
        if (!name)
            return NULL;
    }
    return name;
}
