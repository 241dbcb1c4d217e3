/* A data set from what a user calls it, whole or one field of it. */
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "data/arrays_set.h"
#include "data/csv.h"
#include "data/folder_set.h"
#include "data/source.h"
#include "data/text_set.h"

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

/* The training part of a table teaches the test part how it is read. */
static dp_status open_csv(const dpi_data_options *options, dp_split split, const dp_encoding *encoding, int count,
                          dp_dataset **out)
{
    dpi_csv_rules rules;
    dp_dataset *train = NULL;
    const char *test = dpi_data_option(options, "test");
    dp_status status = dpi_data_options_check(options, "a CSV file", "target categories missing test");
    if (status == DP_OK)
        status = dpi_csv_rules_of(options, encoding, count, &rules);
    if (status != DP_OK)
        return status;
    if (split == DP_SPLIT_TRAIN)
        return dpi_csv_read(options->ctx, options->path, &rules, out);
    if (!test)
        return dpi_fail(options->ctx, DP_ERR_NAME, "%s: a CSV file has no test part; test=FILE would give one",
                        options->source);
    if (!count) {
        status = dpi_csv_read(options->ctx, options->path, &rules, &train);
        if (status != DP_OK)
            return status;
        rules.learned_count = dp_dataset_encoding(train, &rules.learned);
    }
    status = dpi_csv_read(options->ctx, test, &rules, out);
    dp_dataset_free(&train);
    return status;
}

static dp_status open_file(const dpi_data_options *options, dp_split split, const dp_encoding *encoding, int count,
                           dp_dataset **out)
{
    dpi_file_kind kind;
    struct stat info;
    if (stat(options->path, &info) == 0 && S_ISDIR(info.st_mode))
        return dpi_folder_open(options, split, encoding, count, out);
    dp_status status = dpi_file_kind_of(options->ctx, options->path, &kind);
    if (status != DP_OK)
        return status;
    if (kind == DPI_FILE_CSV)
        return open_csv(options, split, encoding, count, out);
    if (kind == DPI_FILE_NPZ)
        return dpi_npz_open(options, split, out);
    return dpi_array_file_open(options, kind, split, out);
}

dp_status dp_dataset_open_as(dp_ctx *ctx, const char *source, dp_split split, const dp_encoding *encoding, int count,
                             dp_dataset **out)
{
    dpi_data_options options;
    if (dpi_source_is_images(source))
        return open_images(ctx, source, split, out);
    if (split != DP_SPLIT_TRAIN && split != DP_SPLIT_TEST)
        return dpi_fail(ctx, DP_ERR_ARG, "%s: %d is neither the training nor the test part", source, (int)split);
    if (dpi_source_is_text(source))
        return dpi_text_open(ctx, source, split, encoding, count, out);
    dp_status status = dpi_data_options_init(&options, ctx, source);
    if (status == DP_OK)
        status = open_file(&options, split, encoding, count, out);
    dpi_data_options_deinit(&options);
    return status;
}

dp_status dp_dataset_open(dp_ctx *ctx, const char *source, dp_split split, dp_dataset **out)
{
    return dp_dataset_open_as(ctx, source, split, NULL, 0, out);
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
    for (int64_t i = 0, n = dp_array_elems(column); i < n; i++) {
        double value = dp_array_get(column, i);
        if (!(fabs(value) < 0x1p63) || value != floor(value))
            return false;
    }
    return true;
}

/* All columns but the last as one array [N, numbers in them]. */
static dp_status inputs_of_table(const dp_dataset *table, dp_array **out)
{
    void *memory;
    dp_array *array = NULL;
    int count = table->columns - 1;
    int64_t width = 0;
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
    for (int i = 0; i < count; i++) {
        columns[i] = i;
        width += dp_array_elems(table->arrays[i]) / table->rows;
    }
    status = dp_array_new(table->ctx, DP_F64, dp_shape_of(2, (int64_t[]){table->rows, width}), &array);
    if (status == DP_OK)
        status = dp_dataset_gather(table, columns, count, rows, table->rows, 0, DP_F64, width, array->data);
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
    if (!table->is_table && named >= 0)
        return dp_dataset_array(table, named, NULL, out);
    if (table->is_table && strcmp(field, "x") == 0)
        return inputs_of_table(table, out);
    if (table->is_table && strcmp(field, "t") == 0)
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
