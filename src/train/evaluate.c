#include "train/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"

static int64_t test_batch(const dp_model *model)
{
    if (model->places <= 1) return DPI_TEST_BATCH;
    int64_t rows = DPI_TEST_PLACES / model->places;
    return rows < 1 ? 1 : rows > DPI_TEST_BATCH ? DPI_TEST_BATCH : rows;
}

dp_status dpi_test_feed(dp_model *model, const dpi_feed *feed, const int64_t *rows, int64_t n, dpi_tally *tally)
{
    void *memory = NULL;
    int64_t most = test_batch(model);
    dp_status status = dpi_alloc(model->ctx, (size_t)most, sizeof(int64_t), "rows of a batch", &memory);
    for (int64_t first = 0; first < n && status == DP_OK; first += most) {
        int64_t *batch = memory, count = n - first < most ? n - first : most;
        for (int64_t i = 0; i < count; i++) batch[i] = rows ? rows[first + i] : first + i;
        dpi_instance *instance = NULL;
        status = dpi_model_instance(model, DPI_TEST, count, &instance);
        if (status == DP_OK) status = dpi_feed_instance(feed, model, batch, instance);
        if (status == DP_OK) status = dp_plan_run(instance->plan);
        if (status == DP_OK) dpi_tally_add(tally, model, instance);
    }
    dpi_free(model->ctx, memory);
    return status;
}

/* Bindings that are not given are those the model was trained with. */
static dp_status open_feed(const dp_model *model, const dp_dataset *dataset, const dp_binding *bindings, int count,
                           int normalize, const dpi_instance *predicting, dpi_feed *feed)
{
    if (!count) bindings = model->bindings, count = model->binding_count;
    dp_status status = dpi_feed_init(feed, model->ctx, model->inputs, model->input_count, dataset, bindings, count,
                                     normalize, predicting);
    feed->scales = model->scales;
    return status == DP_OK ? dpi_feed_check(feed) : status;
}

/* int64 numbers as an array. */
static dp_status take_counts(dp_ctx *ctx, dp_shape shape, const int64_t *counts, dp_array **out)
{
    dp_status status = dp_array_new(ctx, DP_I64, shape, out);
    if (status == DP_OK) memcpy((*out)->data, counts, dp_array_bytes(*out));
    return status;
}

static dp_status take_classes(dp_ctx *ctx, const dpi_tally *tally, dp_test_result *made)
{
    int64_t k = tally->classes;
    dp_status status = take_counts(ctx, dp_shape_of(2, (int64_t[]){k, k}), tally->confusion, &made->confusion);
    if (status == DP_OK) status = take_counts(ctx, dp_shape_of(1, &k), tally->ranks, &made->ranks);
    if (status == DP_OK) status = dp_array_new(ctx, DP_F64, dp_shape_of(2, (int64_t[]){k, 3}), &made->by_class);
    for (int64_t class = 0; class < k && status == DP_OK; class ++) {
        dpi_class_scores of = dpi_tally_class(tally, class);
        memcpy((double *)made->by_class->data + 3 * class, (double[]){of.precision, of.recall, of.f1},
               3 * sizeof(double));
    }
    return status;
}

dp_status dp_test(dp_model *model, const dp_dataset *dataset, const dp_binding *bindings, int binding_count,
                  int normalize, dp_test_result *result)
{
    enum { TOP = 5 };
    dpi_feed feed;
    dpi_tally tally = {0};
    dp_test_result made = {.rows = dp_dataset_rows(dataset), .classes = model->classes};
    dp_status status = open_feed(model, dataset, bindings, binding_count, normalize, NULL, &feed);
    if (status == DP_OK) status = dpi_tally_init(&tally, model);
    if (status == DP_OK) status = dpi_test_feed(model, &feed, NULL, made.rows, &tally);
    if (status == DP_OK) made.scores = dpi_tally_scores(&tally, TOP);
    if (status == DP_OK && made.classes) status = take_classes(model->ctx, &tally, &made);
    dpi_tally_deinit(&tally);
    dpi_feed_deinit(&feed);
    if (status == DP_OK) *result = made;
    else dp_test_result_free(&made);
    return status;
}

void dp_test_result_free(dp_test_result *result)
{
    dp_array_free(&result->confusion);
    dp_array_free(&result->ranks);
    dp_array_free(&result->by_class);
}

double dp_test_top_k(const dp_test_result *result, int64_t k)
{
    int64_t among = 0, all = 0;
    if (!result->ranks) return NAN;
    for (int64_t rank = 0; rank < result->classes; rank++) {
        int64_t count = ((const int64_t *)result->ranks->data)[rank];
        all += count;
        if (rank < k) among += count;
    }
    return (double)among / (double)all;
}

/* ---- Single rows ---- */

/* Scores become probabilities: softmax in double. */
static dp_status make_probabilities(const dp_model *model, const dp_array *output, dp_array **out)
{
    dp_array *made = NULL;
    dp_status status = dp_array_convert(model->ctx, output, DP_F64, &made);
    if (status != DP_OK) return status;
    dp_array places = dpi_as_places(*made);
    int64_t k = places.shape.dims[1];
    for (int64_t row = 0; row < places.shape.dims[0] && model->output_is_scores; row++) {
        double *p = (double *)made->data + row * k, largest = p[dpi_row_class(&places, row)], sum = 0;
        for (int64_t i = 0; i < k; i++) sum += p[i] = exp(p[i] - largest);
        for (int64_t i = 0; i < k; i++) p[i] /= sum;
    }
    *out = made;
    return DP_OK;
}

/* The classes of places as an array of this shape. */
static dp_status make_classes(const dp_model *model, dp_array places, dp_shape shape, dp_array **out)
{
    dp_array *made = NULL;
    dp_status status = dp_array_new(model->ctx, DP_I64, shape, &made);
    if (status != DP_OK) return status;
    for (int64_t i = 0; i < places.shape.dims[0]; i++) ((int64_t *)made->data)[i] = dpi_row_class(&places, i);
    *out = made;
    return DP_OK;
}

static dp_status take_prediction(const dp_model *model, const dpi_instance *instance, dp_prediction *made)
{
    dp_array output = dp_plan_value(instance->plan, instance->output);
    dp_status status = dp_array_convert(model->ctx, &output, output.dtype, &made->output);
    if (status != DP_OK || !model->classes) return status;
    status = make_probabilities(model, &output, &made->probabilities);
    dp_shape shape = output.shape;
    shape.rank--;
    if (status == DP_OK) status = make_classes(model, dpi_as_places(output), shape, &made->classes);
    if (status != DP_OK || !instance->label) return status;
    return make_classes(model, dpi_instance_label(instance), shape, &made->labels);
}

dp_status dp_predict_rows(dp_model *model, const dp_dataset *dataset, const dp_binding *bindings, int binding_count,
                          int normalize, const int64_t *rows, int64_t n, dp_prediction *out)
{
    dpi_feed feed = {0};
    dpi_instance *instance = NULL;
    dp_prediction made = {0};
    if (n < 1) return dpi_fail(model->ctx, DP_ERR_RANGE, "predict: no rows are asked for");
    dp_status status = dpi_model_instance(model, DPI_PREDICT, n, &instance);
    if (status == DP_OK) status = open_feed(model, dataset, bindings, binding_count, normalize, instance, &feed);
    if (status == DP_OK && model->classes && dpi_feed_is_complete(&feed))
        status = dpi_model_instance(model, DPI_TEST, n, &instance); /* to say what is true, too */
    if (status == DP_OK) status = dpi_feed_instance(&feed, model, rows, instance);
    if (status == DP_OK) status = dp_plan_run(instance->plan);
    if (status == DP_OK) status = take_prediction(model, instance, &made);
    dpi_feed_deinit(&feed);
    if (status == DP_OK) *out = made;
    else dp_prediction_free(&made);
    return status;
}

void dp_prediction_free(dp_prediction *prediction)
{
    dp_array_free(&prediction->output);
    dp_array_free(&prediction->probabilities);
    dp_array_free(&prediction->classes);
    dp_array_free(&prediction->labels);
}

int dp_model_bindings(const dp_model *model, const dp_binding **bindings, int *normalize)
{
    *bindings = model->bindings;
    *normalize = model->normalize;
    return model->binding_count;
}

int dp_model_encoding(const dp_model *model, const dp_encoding **encoding)
{
    *encoding = model->encoding.items;
    return model->encoding.count;
}
