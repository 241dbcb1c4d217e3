#include "train/scale.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/feed.h"
#include "train/model_internal.h"

#define RULE "standardize:"
enum { BATCH = 256 };

void dpi_scale_free(dp_model *model)
{
    for (int i = 0; model->scales && i < model->input_count; i++)
        dpi_free(model->ctx, model->scales[i].mean);
    dpi_free(model->ctx, model->scales);
    model->scales = NULL;
}

/* Room for the numbers of input i; a deviation of 1 and a mean of 0 change nothing. */
static dp_status make_scale(dp_model *model, int i, dpi_scale **out)
{
    void *memory;
    dp_status status = DP_OK;
    int64_t elems = dp_shape_elems(model->inputs[i].row_shape);
    if (!model->scales) {
        status = dpi_alloc(model->ctx, (size_t)model->input_count, sizeof(dpi_scale), "standardisation", &memory);
        if (status != DP_OK)
            return status;
        model->scales = memory;
    }
    status = dpi_alloc(model->ctx, (size_t)elems, 2 * sizeof(double), "standardisation", &memory);
    if (status != DP_OK)
        return status;
    dpi_scale *scale = *out = &model->scales[i];
    *scale = (dpi_scale){.mean = memory, .deviation = (double *)memory + elems, .elems = elems};
    for (int64_t k = 0; k < elems; k++)
        scale->deviation[k] = 1;
    return DP_OK;
}

/* ---- Learning ---- */

/* Calls for each batch of rows of input i, as float64 [n, elems], without any scale. */
typedef void row_fn(dpi_scale *scale, const double *rows, int64_t n);

static void add_to_mean(dpi_scale *scale, const double *rows, int64_t n)
{
    for (int64_t r = 0; r < n; r++)
        for (int64_t k = 0; k < scale->elems; k++)
            scale->mean[k] += rows[r * scale->elems + k];
}

static void add_to_deviation(dpi_scale *scale, const double *rows, int64_t n)
{
    for (int64_t r = 0; r < n; r++)
        for (int64_t k = 0; k < scale->elems; k++) {
            double off = rows[r * scale->elems + k] - scale->mean[k];
            scale->deviation[k] += off * off;
        }
}

static dp_status each_batch(const dpi_feed *feed, int i, const int64_t *rows, int64_t n, dp_array *buffer,
                            dpi_scale *scale, row_fn *fn)
{
    int64_t batch[BATCH];
    dp_status status = DP_OK;
    for (int64_t first = 0; first < n && status == DP_OK; first += BATCH) {
        dp_array part = *buffer;
        part.shape.dims[0] = n - first < BATCH ? n - first : BATCH;
        for (int64_t k = 0; k < part.shape.dims[0]; k++)
            batch[k] = rows ? rows[first + k] : first + k;
        status = dpi_feed_input_rows(feed, i, batch, &part);
        if (status == DP_OK)
            fn(scale, part.data, part.shape.dims[0]);
    }
    return status;
}

static dp_status learn_input(dp_model *model, const dpi_feed *feed, int i, const int64_t *rows, int64_t n)
{
    dpi_scale *scale;
    dp_array *buffer = NULL;
    dp_status status = make_scale(model, i, &scale);
    if (status != DP_OK)
        return status;
    status = dp_array_new(model->ctx, DP_F64, dp_shape_of(2, (int64_t[]){BATCH, scale->elems}), &buffer);
    if (status == DP_OK)
        status = each_batch(feed, i, rows, n, buffer, scale, add_to_mean);
    for (int64_t k = 0; k < scale->elems; k++) {
        scale->mean[k] /= (double)n;
        scale->deviation[k] = 0;
    }
    if (status == DP_OK)
        status = each_batch(feed, i, rows, n, buffer, scale, add_to_deviation);
    for (int64_t k = 0; k < scale->elems; k++) {
        scale->deviation[k] = sqrt(scale->deviation[k] / (double)n);
        if (!(scale->deviation[k] > 0 && isfinite(scale->deviation[k])))
            scale->deviation[k] = 1;
    }
    dp_array_free(&buffer);
    return status;
}

/* "MEAN DEVIATION MEAN DEVIATION …", numbers that are read back as the same. */
static dp_status remember(dp_model *model, int i)
{
    char number[DP_NUMBER_TEXT_BYTES];
    const dpi_scale *scale = &model->scales[i];
    dp_text text = {.ctx = model->ctx};
    dp_status status = dp_text_add(&text, "", 0);
    for (int64_t k = 0; k < 2 * scale->elems && status == DP_OK; k++) {
        double value = k % 2 ? scale->deviation[k / 2] : scale->mean[k / 2];
        status = dp_text_addf(&text, k ? " %s" : "%s", dp_number_text_f64(value, number));
    }
    if (status == DP_OK)
        status = dpi_encoding_add(&model->encoding, model->inputs[i].name, RULE, text.data ? text.data : "");
    dp_text_free(&text);
    return status;
}

dp_status dpi_scale_learn(dp_model *model, const dpi_feed *feed, const char *names, const int64_t *rows, int64_t n)
{
    dp_status status = DP_OK;
    dpi_scale_free(model);
    for (const char *at = names; *at && status == DP_OK;) {
        size_t bytes = strcspn(at, ",");
        int i = 0;
        while (i < model->input_count &&
               (strlen(model->inputs[i].name) != bytes || memcmp(model->inputs[i].name, at, bytes) != 0))
            i++;
        if (i == model->input_count)
            status = dpi_fail(model->ctx, DP_ERR_NAME, "standardize: the model has no input %.*s; the first is %s",
                              (int)bytes, at, model->inputs[0].name);
        else if (model->inputs[i].classes || !dp_dtype_is_float(model->inputs[i].dtype))
            status = dpi_fail(model->ctx, DP_ERR_DTYPE, "standardize: %s is a label", model->inputs[i].name);
        else if (model->scales && model->scales[i].mean)
            status = dpi_fail(model->ctx, DP_ERR_ARG, "standardize: %s is given twice", model->inputs[i].name);
        else
            status = learn_input(model, feed, i, rows, n);
        if (status == DP_OK)
            status = remember(model, i);
        at += bytes + (at[bytes] == ',');
    }
    if (status != DP_OK)
        dpi_scale_free(model);
    return status;
}

/* ---- Reading back ---- */

static bool next_number(const char **at, double *value)
{
    const char *behind;
    size_t bytes = strcspn(*at, " ");
    *value = dp_number_parse(*at, bytes, &behind);
    bool good = bytes && behind == *at + bytes && isfinite(*value);
    *at += bytes + ((*at)[bytes] == ' ');
    return good;
}

static bool read_scale(dpi_scale *scale, const char *text)
{
    for (int64_t k = 0; k < scale->elems; k++)
        if (!next_number(&text, &scale->mean[k]) || !next_number(&text, &scale->deviation[k]) ||
            scale->deviation[k] <= 0)
            return false;
    return !*text;
}

dp_status dpi_scale_recall(dp_model *model, const char *path)
{
    for (int i = 0; i < model->input_count; i++) {
        int at = 0;
        dpi_scale *scale = NULL;
        const char *text =
            dpi_encoding_next(model->encoding.items, model->encoding.count, model->inputs[i].name, RULE, &at);
        if (!text)
            continue;
        dp_status status = make_scale(model, i, &scale);
        if (status == DP_OK && !read_scale(scale, text))
            status =
                dpi_fail(model->ctx, DP_ERR_FORMAT, "%s: \"encoding\": input %s is to have %lld means and deviations",
                         path, model->inputs[i].name, (long long)scale->elems);
        if (status != DP_OK) {
            dpi_scale_free(model);
            return status;
        }
    }
    return DP_OK;
}

/* ---- Use ---- */

#define DEFINE_SCALE(name, type)                                                            \
    static void name(const dpi_scale *scale, type *rows, int64_t n)                         \
    {                                                                                       \
        for (int64_t r = 0; r < n; r++, rows += scale->elems)                               \
            for (int64_t k = 0; k < scale->elems; k++)                                      \
                rows[k] = (type)(((double)rows[k] - scale->mean[k]) / scale->deviation[k]); \
    }
DEFINE_SCALE(scale_f32, float)
DEFINE_SCALE(scale_f64, double)

void dpi_scale_rows(const dpi_scale *scale, const dp_array *rows)
{
    if (!scale->mean)
        return;
    int64_t n = rows->shape.dims[0];
    if (rows->dtype == DP_F32)
        scale_f32(scale, rows->data, n);
    else if (rows->dtype == DP_F64)
        scale_f64(scale, rows->data, n);
}

dp_status dp_model_standardize(const dp_model *model, const char *input, dp_array *rows)
{
    for (int i = 0; i < model->input_count; i++) {
        if (strcmp(model->inputs[i].name, input) != 0)
            continue;
        if (!model->scales || !model->scales[i].mean)
            return DP_OK;
        char shape[DP_SHAPE_TEXT_BYTES];
        int64_t elems = dp_shape_elems(rows->shape);
        if (rows->shape.rank < 1 || elems != rows->shape.dims[0] * model->scales[i].elems)
            return dpi_fail(model->ctx, DP_ERR_SHAPE, "standardize: rows of input %s have %lld numbers, and this is %s",
                            input, (long long)model->scales[i].elems, dp_shape_text(rows->shape, shape, sizeof shape));
        if (!dp_dtype_is_float(rows->dtype))
            return dpi_fail(model->ctx, DP_ERR_DTYPE, "standardize: rows of input %s are floats, not %s", input,
                            dp_dtype_name(rows->dtype));
        dpi_scale_rows(&model->scales[i], rows);
        return DP_OK;
    }
    return dpi_fail(model->ctx, DP_ERR_NAME, "standardize: the model has no input %s", input);
}
