#include "train/feed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "data/dataset.h"
#include "train/change.h"

static int64_t row_elems(const dp_dataset *data, int column)
{
    const dp_array *array = dp_dataset_column(data, column);
    int64_t elems = 1;
    for (int i = 1; i < array->shape.rank; i++) elems *= array->shape.dims[i];
    return elems;
}

static const char *column_list(const dp_dataset *data, char *buffer, size_t bytes)
{
    size_t used = 0;
    buffer[0] = 0;
    for (int c = 0; c < dp_dataset_columns(data) && used < bytes; c++)
        used += (size_t)snprintf(buffer + used, bytes - used, c ? ", %s" : "%s", dp_dataset_column_name(data, c));
    return buffer;
}

static dp_status no_column(const dpi_feed *feed, int input, const char *name, size_t bytes)
{
    char list[1024];
    return dpi_fail(feed->ctx, DP_ERR_NAME, "input %s: %s has no column \"%.*s\"; it has %s", feed->wanted[input].name,
                    dp_dataset_source(feed->data), (int)bytes, name, column_list(feed->data, list, sizeof list));
}

static dp_status add_column(const dpi_feed *feed, int input, int column, bool *taken)
{
    dpi_feed_input *place = &feed->inputs[input];
    if (place->column_count == dp_dataset_columns(feed->data))
        return dpi_fail(feed->ctx, DP_ERR_SHAPE, "input %s: it is bound to more columns than %s has",
                        feed->wanted[input].name, dp_dataset_source(feed->data));
    place->columns[place->column_count++] = column;
    taken[column] = true;
    return DP_OK;
}

static int find_column(const dp_dataset *data, const char *name, size_t bytes)
{
    for (int c = 0; c < dp_dataset_columns(data); c++) {
        const char *there = dp_dataset_column_name(data, c);
        if (strlen(there) == bytes && memcmp(there, name, bytes) == 0) return c;
    }
    return -1;
}

static bool may_miss(const dpi_feed *feed, int input)
{
    return feed->predicting && !feed->predicting->places[input].needed;
}

/* "x1,x2" */
static dp_status bind_named(const dpi_feed *feed, int input, const char *names, bool *taken)
{
    for (const char *at = names;; at++) {
        size_t bytes = strcspn(at, ",");
        int column = find_column(feed->data, at, bytes);
        if (column < 0 && may_miss(feed, input)) {
            feed->inputs[input].column_count = 0;
            return DP_OK;
        }
        if (column < 0) return no_column(feed, input, at, bytes);
        dp_status status = add_column(feed, input, column, taken);
        if (status != DP_OK) return status;
        at += bytes;
        if (!*at) return DP_OK;
    }
}

static dp_status bind_given(const dpi_feed *feed, const dp_binding *bindings, int count, bool *taken)
{
    for (int b = 0; b < count; b++) {
        int input = 0;
        while (input < feed->count && strcmp(feed->wanted[input].name, bindings[b].input) != 0) input++;
        if (input == feed->count) {
            char list[512] = "";
            size_t used = 0;
            for (int i = 0; i < feed->count && used < sizeof list; i++)
                used += (size_t)snprintf(list + used, sizeof list - used, i ? ", %s" : "%s", feed->wanted[i].name);
            return dpi_fail(feed->ctx, DP_ERR_NAME, "binding: the model has no input %s; it has %s", bindings[b].input,
                            list);
        }
        if (feed->inputs[input].column_count)
            return dpi_fail(feed->ctx, DP_ERR_ARG, "binding: input %s is bound twice", bindings[b].input);
        dp_status status = bind_named(feed, input, bindings[b].columns, taken);
        if (status != DP_OK) return status;
    }
    return DP_OK;
}

/* A label of one-hot rows, which a single column of indices can fill, too. */
static bool is_one_hot(const dp_model_input *input)
{
    return input->classes > 0 && input->row_shape.rank == 1 && dp_dtype_is_float(input->dtype);
}

/* The next columns that are not taken, until they fill the input. Where they are not as many as a one-hot label has
 * classes, one is taken. */
static dp_status bind_next(const dpi_feed *feed, int i, bool *taken)
{
    const dp_model_input *input = &feed->wanted[i];
    int64_t wanted = dp_shape_elems(input->row_shape), left = 0, got = 0;
    int columns = dp_dataset_columns(feed->data);
    for (int c = 0; c < columns; c++)
        if (!taken[c]) left += row_elems(feed->data, c);
    if (is_one_hot(input) && left < wanted) wanted = 1;
    for (int c = 0; c < columns && got < wanted; c++) {
        if (taken[c]) continue;
        got += row_elems(feed->data, c);
        dp_status status = add_column(feed, i, c, taken);
        if (status != DP_OK) return status;
    }
    if (got > 0 || wanted == 0 || may_miss(feed, i)) return DP_OK;
    char list[1024];
    return dpi_fail(feed->ctx, DP_ERR_NAME, "input %s finds no column in %s, which has %s; bind it to one", input->name,
                    dp_dataset_source(feed->data), column_list(feed->data, list, sizeof list));
}

static dp_status check_width(const dpi_feed *feed, int i)
{
    const dp_model_input *input = &feed->wanted[i];
    dpi_feed_input *place = &feed->inputs[i];
    int64_t wanted = dp_shape_elems(input->row_shape), got = 0;
    if (!place->column_count && may_miss(feed, i)) return DP_OK;
    for (int c = 0; c < place->column_count; c++) got += row_elems(feed->data, place->columns[c]);
    place->expand = is_one_hot(input) && got == 1 && wanted != 1;
    if (got == wanted || place->expand) return DP_OK;
    char shape[DP_SHAPE_TEXT_BYTES], names[512] = "";
    size_t used = 0;
    for (int c = 0; c < place->column_count && used < sizeof names; c++)
        used += (size_t)snprintf(names + used, sizeof names - used, c ? ", %s" : "%s",
                                 dp_dataset_column_name(feed->data, place->columns[c]));
    return dpi_fail(feed->ctx, DP_ERR_SHAPE,
                    "input %s takes rows of %s, that is %lld numbers, but column %s of %s gives %lld", input->name,
                    dp_shape_text(input->row_shape, shape, sizeof shape), (long long)wanted, names,
                    dp_dataset_source(feed->data), (long long)got);
}

static dp_status bind_all(const dpi_feed *feed, const dp_binding *bindings, int count, bool *taken)
{
    dp_status status = bind_given(feed, bindings, count, taken);
    for (int i = 0; i < feed->count && status == DP_OK; i++) {
        int column = dp_dataset_find(feed->data, feed->wanted[i].name);
        if (!feed->inputs[i].column_count && column >= 0 && !taken[column]) status = add_column(feed, i, column, taken);
    }
    for (int i = 0; i < feed->count && status == DP_OK; i++) {
        if (!feed->inputs[i].column_count) status = bind_next(feed, i, taken);
        if (status == DP_OK) status = check_width(feed, i);
    }
    return status;
}

dp_status dpi_feed_init(dpi_feed *feed, dp_ctx *ctx, const dp_model_input *wanted, int wanted_count,
                        const dp_dataset *data, const dp_binding *bindings, int count, bool normalize,
                        const dpi_instance *predicting)
{
    *feed = (dpi_feed){.ctx = ctx, .wanted = wanted, .count = wanted_count, .data = data, .normalize = normalize,
                       .predicting = predicting};
    if (dp_dataset_rows(data) < 1) return dpi_fail(ctx, DP_ERR_RANGE, "%s has no rows", dp_dataset_source(data));
    if (wanted_count < 1)
        return dpi_fail(ctx, DP_ERR_ARG, "the model has no input that %s could fill", dp_dataset_source(data));
    size_t columns = (size_t)dp_dataset_columns(data), inputs = (size_t)wanted_count;
    void *memory = NULL, *taken = NULL;
    dp_status status = dpi_alloc(ctx, inputs, sizeof(dpi_feed_input), "bindings", &memory);
    if (status != DP_OK) return status;
    feed->inputs = memory;
    for (size_t i = 0; i < inputs && status == DP_OK; i++) {
        status = dpi_alloc(ctx, columns, sizeof(int), "columns of an input", &memory);
        if (status == DP_OK) feed->inputs[i].columns = memory;
    }
    if (status == DP_OK) status = dpi_alloc(ctx, columns, sizeof(bool), "columns that are taken", &taken);
    if (status == DP_OK) status = bind_all(feed, bindings, count, taken);
    dpi_free(ctx, taken);
    return status;
}

bool dpi_feed_is_complete(const dpi_feed *feed)
{
    for (int i = 0; i < feed->count; i++)
        if (!feed->inputs[i].column_count) return false;
    return true;
}

void dpi_feed_deinit(dpi_feed *feed)
{
    for (int i = 0; feed->inputs && i < feed->count; i++) dpi_free(feed->ctx, feed->inputs[i].columns);
    if (feed->inputs) dpi_free(feed->ctx, feed->inputs);
    *feed = (dpi_feed){0};
}

/* ---- Looking at the data ---- */

static dp_status bad_number(const dpi_feed *feed, int column, int64_t place, double value, const char *what)
{
    char number[DP_NUMBER_TEXT_BYTES];
    return dpi_fail(feed->ctx, DP_ERR_RANGE, "%s: row %lld (counted from 0) of column %s holds %s, which is %s",
                    dp_dataset_source(feed->data), (long long)(place / row_elems(feed->data, column)),
                    dp_dataset_column_name(feed->data, column), dp_number_text_f64(value, number), what);
}

/* The same for a column that stays in its file. */
static dp_status check_stream(const dpi_feed *feed, int column)
{
    enum { BATCH = 64 };
    void *buffer = NULL;
    int64_t rows[BATCH], elems = row_elems(feed->data, column), total = dp_dataset_rows(feed->data);
    dp_status status = dpi_alloc_raw(feed->ctx, (size_t)elems, BATCH * sizeof(double), "rows to look at", &buffer);
    for (int64_t first = 0; first < total && status == DP_OK; first += BATCH) {
        int64_t n = total - first < BATCH ? total - first : BATCH;
        for (int64_t i = 0; i < n; i++) rows[i] = first + i;
        status = dp_dataset_gather(feed->data, &column, 1, rows, n, 0, DP_F64, elems, buffer);
        for (int64_t i = 0; i < n * elems && status == DP_OK; i++) {
            double value = ((double *)buffer)[i];
            if (!isfinite(value))
                status = bad_number(feed, column, first * elems + i, value, "no number to compute with");
        }
    }
    dpi_free(feed->ctx, buffer);
    return status;
}

static dp_status check_finite(const dpi_feed *feed, int column)
{
    const dp_array *array = dp_dataset_column(feed->data, column);
    if (!dp_dtype_is_float(array->dtype)) return DP_OK;
    if (!array->data) return check_stream(feed, column);
    for (int64_t i = 0, n = dp_array_elems(array); i < n; i++) {
        double value = dp_array_get(array, i);
        if (!isfinite(value)) return bad_number(feed, column, i, value, "no number to compute with");
    }
    return DP_OK;
}

static dp_status check_labels(const dpi_feed *feed, const dp_model_input *input, int column)
{
    char what[128];
    const dp_array *array = dp_dataset_column(feed->data, column);
    if (feed->data->windows) {
        int64_t classes = feed->data->windows->classes;
        if (classes <= input->classes) return DP_OK;
        return dpi_fail(feed->ctx, DP_ERR_RANGE,
                        "label %s: %s has %lld different characters, and there are only %lld classes; a name of the model set "
                        "to vocabulary takes them from the data",
                        input->name, dp_dataset_source(feed->data), (long long)classes, (long long)input->classes);
    }
    if (!array->data)
        return dpi_fail(feed->ctx, DP_ERR_UNSUPPORTED, "label %s: column %s of %s stays in its file, and labels are read as a whole",
                        input->name, dp_dataset_column_name(feed->data, column), dp_dataset_source(feed->data));
    for (int64_t i = 0, n = dp_array_elems(array); i < n; i++) {
        double value = dp_array_get(array, i);
        if (value >= 0 && value < (double)input->classes && value == floor(value)) continue;
        snprintf(what, sizeof what, "none of the %lld classes (0 to %lld) of label ", (long long)input->classes,
                 (long long)input->classes - 1);
        size_t used = strlen(what);
        snprintf(what + used, sizeof what - used, "%s", input->name);
        return bad_number(feed, column, i, value, what);
    }
    return DP_OK;
}

dp_status dpi_feed_check(const dpi_feed *feed)
{
    dp_status status = DP_OK;
    for (int i = 0; i < feed->count; i++) {
        const dp_model_input *input = &feed->wanted[i];
        const dpi_feed_input *place = &feed->inputs[i];
        bool indices = input->classes > 0 && (place->expand || !is_one_hot(input));
        for (int c = 0; c < place->column_count && status == DP_OK; c++)
            status = indices ? check_labels(feed, input, place->columns[c]) : check_finite(feed, place->columns[c]);
    }
    return status;
}

/* ---- Rows ---- */

/* Class indices, gathered into the first n numbers of rows [n, classes], become those rows, from the last on. */
static dp_status expand_rows(const dpi_feed *feed, const dp_model_input *input, dp_array *rows)
{
    int64_t n = rows->shape.dims[0], classes = input->classes;
    for (int64_t r = n - 1; r >= 0; r--) {
        double k = dp_array_get(rows, r);
        if (!(k >= 0 && k < (double)classes))
            return dpi_fail(feed->ctx, DP_ERR_RANGE, "label %s: class %g is outside of 0 to %lld", input->name, k,
                            (long long)classes - 1);
        size_t size = dp_dtype_bytes(rows->dtype);
        memset((char *)rows->data + (size_t)(r * classes) * size, 0, (size_t)classes * size);
        int64_t at = r * classes + (int64_t)k;
        if (rows->dtype == DP_F32) ((float *)rows->data)[at] = 1;
        else ((double *)rows->data)[at] = 1;
    }
    return DP_OK;
}

dp_status dpi_feed_input_rows(const dpi_feed *feed, int i, const int64_t *rows, dp_array *into)
{
    const dp_model_input *input = &feed->wanted[i];
    const dpi_feed_input *place = &feed->inputs[i];
    int64_t elems = place->expand ? 1 : dp_shape_elems(input->row_shape);
    dp_status status = dp_dataset_gather(feed->data, place->columns, place->column_count, rows, into->shape.dims[0],
                                         feed->normalize && !input->classes, into->dtype, elems, into->data);
    return status == DP_OK && place->expand ? expand_rows(feed, input, into) : status;
}

/* Rows rows[first..] of a batch, as many as `into` has. */
static dp_status fill_input(const dpi_feed *feed, const dpi_change *change, int i, const int64_t *rows, int64_t first,
                            dp_array *into)
{
    dp_status status = dpi_change_has(change, i) ? dpi_change_rows(change, feed, i, rows, first, into)
                                                 : dpi_feed_input_rows(feed, i, rows + first, into);
    if (status == DP_OK && feed->scales) dpi_scale_rows(&feed->scales[i], into);
    return status;
}

dp_status dpi_feed_rows(const dpi_feed *feed, const dpi_change *change, const int64_t *rows, int64_t first,
                        int64_t last, const dpi_instance *instance, int which)
{
    dp_status status = DP_OK;
    for (int i = 0; i < feed->count && status == DP_OK; i++) {
        dp_array part = instance->inputs[i];
        if (!instance->places[i].needed) continue;
        size_t row_bytes = dp_array_bytes(&part) / (size_t)part.shape.dims[0];
        part.shape.dims[0] = last - first;
        part.data = (char *)instance->places[i].buffers[which] + (size_t)first * row_bytes;
        status = fill_input(feed, change, i, rows, first, &part);
    }
    return status;
}

dp_status dpi_feed_instance(const dpi_feed *feed, const dp_model *model, const int64_t *rows, dpi_instance *instance)
{
    dp_status status = dpi_instance_buffers(model, instance, 0);
    if (status == DP_OK) status = dpi_feed_rows(feed, NULL, rows, 0, instance->batch, instance, 0);
    return status == DP_OK ? dpi_instance_use(model, instance, 0) : status;
}

dp_status dp_inputs_gather(dp_ctx *ctx, const dp_model_input *inputs, int count, const dp_dataset *dataset,
                           const dp_binding *bindings, int binding_count, int normalize, const int64_t *rows, int64_t n,
                           dp_array **out)
{
    dpi_feed feed;
    int made = 0;
    dp_status status = dpi_feed_init(&feed, ctx, inputs, count, dataset, bindings, binding_count, normalize, NULL);
    for (; made < count && status == DP_OK; made++) {
        const dp_shape *row = &inputs[made].row_shape;
        dp_shape shape = {.rank = row->rank + 1, .dims = {n}};
        if (row->rank < DP_MAX_RANK) memcpy(shape.dims + 1, row->dims, (size_t)row->rank * sizeof *row->dims);
        dp_array *array = NULL;
        status = dp_array_new(ctx, inputs[made].dtype, shape, &array);
        if (status == DP_OK && (status = fill_input(&feed, NULL, made, rows, 0, array)) != DP_OK) dp_array_free(&array);
        if (status != DP_OK) break;
        out[made] = array;
    }
    while (status != DP_OK && made > 0) dp_array_free(&out[--made]);
    dpi_feed_deinit(&feed);
    return status;
}

/* ---- Bindings to keep ---- */

static dp_status binding_of(const dpi_feed *feed, int i, dp_binding *binding)
{
    const dpi_feed_input *place = &feed->inputs[i];
    dp_text names = {.ctx = feed->ctx};
    dp_status status = dp_text_add(&names, "", 0);
    for (int c = 0; c < place->column_count && status == DP_OK; c++)
        status = dp_text_addf(&names, c ? ",%s" : "%s", dp_dataset_column_name(feed->data, place->columns[c]));
    if (status == DP_OK) status = dpi_strdup(feed->ctx, feed->wanted[i].name, (char **)&binding->input);
    if (status == DP_OK) status = dpi_strdup(feed->ctx, names.data ? names.data : "", (char **)&binding->columns);
    dp_text_free(&names);
    return status;
}

dp_status dpi_feed_bindings(const dpi_feed *feed, dp_binding **out)
{
    void *memory = NULL;
    int count = feed->count;
    dp_status status = dpi_alloc(feed->ctx, (size_t)count, sizeof(dp_binding), "bindings", &memory);
    if (status != DP_OK) return status;
    dp_binding *bindings = memory;
    for (int i = 0; i < count && status == DP_OK; i++) status = binding_of(feed, i, &bindings[i]);
    if (status != DP_OK) dpi_bindings_free(feed->ctx, bindings, count);
    else *out = bindings;
    return status;
}

void dpi_bindings_free(dp_ctx *ctx, dp_binding *bindings, int count)
{
    for (int i = 0; bindings && i < count; i++) {
        dpi_free(ctx, (char *)bindings[i].input);
        dpi_free(ctx, (char *)bindings[i].columns);
    }
    dpi_free(ctx, bindings);
}
