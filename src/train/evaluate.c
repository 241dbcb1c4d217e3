#include "train/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"

static void count_confusion(const dpi_instance *instance, int64_t classes, int64_t *confusion)
{
    dp_array output = dp_plan_value(instance->plan, instance->output), label = dpi_instance_label(instance);
    for (int64_t row = 0; row < instance->batch; row++) {
        int64_t is = dpi_row_class(&label, row), said = dpi_row_class(&output, row);
        if (is >= 0 && is < classes) confusion[is * classes + said]++;
    }
}

dp_status dpi_test_feed(dp_model *model, const dpi_feed *feed, int64_t *confusion, double *loss, double *accuracy)
{
    int64_t total = dp_dataset_rows(feed->data), correct = 0;
    double sum = 0;
    void *memory = NULL;
    dp_status status = dpi_alloc(model->ctx, DPI_TEST_BATCH, sizeof(int64_t), "rows of a batch", &memory);
    for (int64_t first = 0; first < total && status == DP_OK; first += DPI_TEST_BATCH) {
        int64_t *batch = memory, n = total - first < DPI_TEST_BATCH ? total - first : DPI_TEST_BATCH;
        for (int64_t i = 0; i < n; i++) batch[i] = first + i;
        dpi_instance *instance = NULL;
        status = dpi_model_instance(model, DPI_TEST, n, &instance);
        if (status == DP_OK) status = dpi_feed_instance(feed, model, batch, instance);
        if (status == DP_OK) status = dp_plan_run(instance->plan);
        if (status != DP_OK) break;
        sum += dpi_instance_loss(instance) * (double)n;
        if (model->classes) correct += dpi_instance_correct(instance);
        if (model->classes && confusion) count_confusion(instance, model->classes, confusion);
    }
    dpi_free(model->ctx, memory);
    if (status != DP_OK) return status;
    *loss = sum / (double)total;
    *accuracy = model->classes ? (double)correct / (double)total : NAN;
    return DP_OK;
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

dp_status dp_test(dp_model *model, const dp_dataset *dataset, const dp_binding *bindings, int binding_count,
                  int normalize, dp_test_result *result)
{
    dpi_feed feed;
    dp_array *confusion = NULL;
    dp_test_result made = {.rows = dp_dataset_rows(dataset), .classes = model->classes};
    dp_status status = open_feed(model, dataset, bindings, binding_count, normalize, NULL, &feed);
    if (status == DP_OK && model->classes)
        status =
            dp_array_new(model->ctx, DP_I64, dp_shape_of(2, (int64_t[]){model->classes, model->classes}), &confusion);
    if (status == DP_OK)
        status = dpi_test_feed(model, &feed, confusion ? confusion->data : NULL, &made.loss, &made.accuracy);
    dpi_feed_deinit(&feed);
    if (status != DP_OK) {
        dp_array_free(&confusion);
        return status;
    }
    made.confusion = confusion;
    *result = made;
    return DP_OK;
}

/* ---- Single rows ---- */

/* Scores become probabilities: softmax in double. */
static dp_status make_probabilities(const dp_model *model, const dp_array *output, dp_array **out)
{
    dp_array *made = NULL;
    dp_status status = dp_array_convert(model->ctx, output, DP_F64, &made);
    if (status != DP_OK) return status;
    int64_t k = output->shape.dims[1];
    for (int64_t row = 0; row < output->shape.dims[0] && model->output_is_scores; row++) {
        double *p = (double *)made->data + row * k, largest = p[dpi_row_class(made, row)], sum = 0;
        for (int64_t i = 0; i < k; i++) sum += p[i] = exp(p[i] - largest);
        for (int64_t i = 0; i < k; i++) p[i] /= sum;
    }
    *out = made;
    return DP_OK;
}

static dp_status make_classes(const dp_model *model, const dp_array *rows, dp_array **out)
{
    dp_array *made = NULL;
    dp_status status = dp_array_new(model->ctx, DP_I64, dp_shape_of(1, rows->shape.dims), &made);
    if (status != DP_OK) return status;
    for (int64_t row = 0; row < rows->shape.dims[0]; row++) ((int64_t *)made->data)[row] = dpi_row_class(rows, row);
    *out = made;
    return DP_OK;
}

static dp_status take_prediction(const dp_model *model, const dpi_instance *instance, dp_prediction *made)
{
    dp_array output = dp_plan_value(instance->plan, instance->output);
    dp_status status = dp_array_convert(model->ctx, &output, output.dtype, &made->output);
    if (status != DP_OK || !model->classes) return status;
    status = make_probabilities(model, &output, &made->probabilities);
    if (status == DP_OK) status = make_classes(model, &output, &made->classes);
    if (status != DP_OK || !instance->label) return status;
    dp_array label = dpi_instance_label(instance);
    return make_classes(model, &label, &made->labels);
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
