/* A data set from what a user calls it, whole or one field of it. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "data/dataset.h"
#include "data/source.h"

static dp_status open_images(dp_ctx *ctx, const char *source, dp_split split, dp_dataset **out)
{
    dp_array *columns[2];
    dp_status status = dpi_source_read(ctx, source, split, &columns[0], &columns[1]);
    if (status != DP_OK)
        return status;
    status = dpi_dataset_new(ctx, source, 2, (const char *const[]){"x", "t"}, columns, out);
    if (status == DP_OK)
        return DP_OK;
    dp_array_free(&columns[0]);
    dp_array_free(&columns[1]);
    return status;
}

dp_status dp_dataset_open(dp_ctx *ctx, const char *source, dp_split split, dp_dataset **out)
{
    if (dpi_source_is_images(source))
        return open_images(ctx, source, split, out);
    if (access(source, F_OK) != 0)
        return dpi_fail(
            ctx, DP_ERR_IO,
            "%s: there is no such file; data are mnist, digits, digits:N, a folder with the four IDX files, or a "
            "CSV file",
            source);
    if (split != DP_SPLIT_TRAIN)
        return dpi_fail(ctx, DP_ERR_NAME, "%s: a CSV file has no test part", source);
    return dp_csv_read(ctx, source, out);
}

/* ---- One field, for formulas ---- */

static dp_status image_field(dp_ctx *ctx, const char *source, dp_split split, const char *field, dp_array **out)
{
    dp_array *pixels;
    dp_dataset *images;
    if (strcmp(field, "t") == 0)
        return dpi_source_read(ctx, source, split, NULL, out);
    if (strcmp(field, "x") != 0)
        return dpi_fail(ctx, DP_ERR_NAME, "%s: the fields are \"x\" and \"t\", not \"%s\"", source, field);
    dp_status status = dpi_source_read(ctx, source, split, &pixels, NULL);
    if (status != DP_OK)
        return status;
    status = dpi_dataset_new(ctx, source, 1, (const char *const[]){"x"}, &pixels, &images);
    if (status != DP_OK) {
        dp_array_free(&pixels);
        return status;
    }
    status = dp_dataset_array(images, 0, NULL, out);
    dp_dataset_free(&images);
    return status;
}

static bool all_whole(const dp_array *column)
{
    const double *values = column->data;
    for (int64_t i = 0, n = dp_array_elems(column); i < n; i++)
        if (!(fabs(values[i]) < 0x1p63) || values[i] != floor(values[i]))
            return false;
    return true;
}

/* All columns but the last as one array [N, columns - 1]. */
static dp_status inputs_of_table(const dp_dataset *table, dp_array **out)
{
    void *memory;
    dp_array *array = NULL;
    int count = table->columns - 1;
    if (count == 0)
        return dpi_fail(table->ctx, DP_ERR_SHAPE, "%s: with one column there is \"t\", and no \"x\"", table->source);
    dp_status status =
        dpi_alloc(table->ctx, (size_t)(count + table->rows), sizeof(int64_t), "columns and rows", &memory);
    if (status != DP_OK)
        return status;
    int64_t *rows = memory;
    int *columns = (int *)(rows + table->rows);
    for (int64_t i = 0; i < table->rows; i++)
        rows[i] = i;
    for (int i = 0; i < count; i++)
        columns[i] = i;
    status = dp_array_new(table->ctx, DP_F64, dp_shape_of(2, (int64_t[]){table->rows, count}), &array);
    if (status == DP_OK)
        status = dp_dataset_gather(table, columns, count, rows, table->rows, 0, DP_F64, count, array->data);
    dpi_free(table->ctx, memory);
    if (status == DP_OK)
        *out = array;
    else
        dp_array_free(&array);
    return status;
}

static dp_status table_field(const dp_dataset *table, const char *field, dp_array **out)
{
    int last = table->columns - 1, named = dp_dataset_find(table, field);
    if (strcmp(field, "x") == 0)
        return inputs_of_table(table, out);
    if (strcmp(field, "t") == 0)
        return dp_array_convert(table->ctx, table->arrays[last], all_whole(table->arrays[last]) ? DP_I64 : DP_F64, out);
    if (named >= 0)
        return dp_array_convert(table->ctx, table->arrays[named], DP_F64, out);
    return dpi_fail(table->ctx, DP_ERR_NAME, "%s: no column is named \"%s\"; the first is \"%s\", the last \"%s\"",
                    table->source, field, table->names[0], table->names[last]);
}

dp_status dp_dataset_hook(void *user, dp_ctx *ctx, const char *name, const char *split, const char *field,
                          dp_array **out)
{
    dp_dataset *table;
    (void)user;
    bool test = strcmp(split, "test") == 0;
    if (!test && strcmp(split, "train") != 0)
        return dpi_fail(ctx, DP_ERR_NAME, "%s: the parts are \"train\" and \"test\", not \"%s\"", name, split);
    if (dpi_source_is_images(name))
        return image_field(ctx, name, test ? DP_SPLIT_TEST : DP_SPLIT_TRAIN, field, out);
    dp_status status = dp_dataset_open(ctx, name, test ? DP_SPLIT_TEST : DP_SPLIT_TRAIN, &table);
    if (status != DP_OK)
        return status;
    status = table_field(table, field, out);
    dp_dataset_free(&table);
    return status;
}
