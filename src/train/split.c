#include "train/split.h"

#include <math.h>
#include <string.h>

#include <denpa/random.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "data/dataset.h"
#include "train/streams.h"

/* The input whose class decides, -1: there are no classes, or many in each row. With several labels it is the first. */
static int class_input(const dpi_feed *feed)
{
    for (int i = 0; i < feed->count; i++) {
        const dp_model_input *input = &feed->wanted[i];
        int64_t numbers = dp_shape_elems(input->row_shape);
        bool one_hot = dp_dtype_is_float(input->dtype) && numbers == input->classes;
        if (input->classes > 0 && feed->inputs[i].column_count > 0 && (numbers == 1 || one_hot)) return i;
    }
    return -1;
}

/* The class of a row: a number, or of one-hot columns the place of the largest. */
static int64_t class_of(const dpi_feed *feed, int input, int64_t row)
{
    const dpi_feed_input *place = &feed->inputs[input];
    int64_t at = 0, best = 0;
    double largest = -INFINITY;
    for (int c = 0; c < place->column_count; c++) {
        const dp_array *column = dp_dataset_column(feed->data, place->columns[c]);
        int64_t width = dp_array_elems(column) / column->shape.dims[0];
        if (place->column_count == 1 && width == 1) return (int64_t)dp_array_get(column, row);
        for (int64_t k = 0; k < width; k++, at++) {
            double value = dp_array_get(column, row * width + k);
            if (value > largest) largest = value, best = at;
        }
    }
    return best;
}

/* How many of a class's rows are for validation: the nearest whole number, and at least one in each part. */
static int64_t wanted_of(int64_t count, double share)
{
    int64_t wanted = (int64_t)floor(share * (double)count + 0.5);
    if (count < 2) return 0;
    return wanted < 1 ? 1 : wanted > count - 1 ? count - 1 : wanted;
}

/* What a row is for. */
enum { TRAINING, VALIDATION, NEITHER };

/* Of a text the last rows are for validation; windows drawn from everywhere would overlap others. Those before that read what is predicted
 * there are for neither. */
static void choose_tail(const dpi_windows *text, double share, int64_t rows, char *chosen)
{
    int64_t first = rows - wanted_of(rows, share);
    for (int64_t row = 0; row < rows; row++)
        chosen[row] = row >= first                                            ? VALIDATION
                      : row * text->stride + text->length > first * text->stride ? NEITHER
                                                                              : TRAINING;
}

/* Marks the rows for validation in chosen[]: the first ones of each class in a drawn order. */
static dp_status choose(const dpi_feed *feed, double share, uint64_t seed, int64_t rows, int64_t *order, char *chosen)
{
    int input = class_input(feed);
    size_t classes = input < 0 ? 1 : (size_t)feed->wanted[input].classes;
    void *memory = NULL;
    dp_status status = dpi_alloc(feed->ctx, classes, 2 * sizeof(int64_t), "rows of each class", &memory);
    if (status != DP_OK) return status;
    int64_t *counts = memory, *left = counts + classes;
    for (int64_t row = 0; row < rows; row++) counts[input < 0 ? 0 : class_of(feed, input, row)]++;
    for (size_t k = 0; k < classes; k++) {
        left[k] = wanted_of(counts[k], share);
        if (input >= 0 && counts[k] == 1)
            dpi_log(
                feed->ctx, DP_LOG_WARNING,
                "validation: class %lld has a single row in %s: it is trained on, and the validation part has none of "
                "this class",
                (long long)k, dp_dataset_source(feed->data));
    }
    dp_rng rng = {.seed = seed, .stream = DPI_SPLIT_STREAM};
    dp_rng_permutation(&rng, rows, order);
    for (int64_t i = 0; i < rows; i++) {
        size_t class = input < 0 ? 0 : (size_t)class_of(feed, input, order[i]);
        if (left[class] > 0) left[class]--, chosen[order[i]] = VALIDATION;
    }
    dpi_free(feed->ctx, memory);
    return DP_OK;
}

static dp_status take(dpi_split *split, const dpi_feed *feed, int64_t rows, const char *chosen, double share)
{
    int64_t kept = 0, left = 0;
    for (int64_t row = 0; row < rows; row++) kept += chosen[row] == VALIDATION, left += chosen[row] == TRAINING;
    if (kept == 0 || left == 0)
        return dpi_fail(feed->ctx, DP_ERR_RANGE, "validation: a share of %g of the %lld rows of %s leaves none %s",
                        share, (long long)rows, dp_dataset_source(feed->data), kept ? "to train on" : "for validation");
    void *train = NULL, *validation = NULL;
    dp_status status = dpi_alloc_raw(feed->ctx, (size_t)left, sizeof(int64_t), "rows to train on", &train);
    split->train = train;
    if (status == DP_OK)
        status = dpi_alloc_raw(feed->ctx, (size_t)kept, sizeof(int64_t), "rows for validation", &validation);
    split->validation = validation;
    if (status != DP_OK) return status;
    split->train_count = 0;
    for (int64_t row = 0; row < rows; row++)
        if (chosen[row] == VALIDATION) split->validation[split->validation_count++] = row;
        else if (chosen[row] == TRAINING) split->train[split->train_count++] = row;
    return DP_OK;
}

dp_status dpi_split_init(dpi_split *split, const dpi_feed *feed, double share, uint64_t seed)
{
    int64_t rows = dp_dataset_rows(feed->data);
    *split = (dpi_split){.train_count = rows};
    if (share == 0) return DP_OK;
    void *order = NULL, *chosen = NULL;
    dp_status status = dpi_alloc_raw(feed->ctx, (size_t)rows, sizeof(int64_t), "order of the rows", &order);
    if (status == DP_OK) status = dpi_alloc(feed->ctx, (size_t)rows, 1, "rows for validation", &chosen);
    if (status == DP_OK && feed->data->windows) choose_tail(feed->data->windows, share, rows, chosen);
    else if (status == DP_OK) status = choose(feed, share, seed, rows, order, chosen);
    if (status == DP_OK) status = take(split, feed, rows, chosen, share);
    dpi_free(feed->ctx, order);
    dpi_free(feed->ctx, chosen);
    return status;
}

void dpi_split_deinit(dpi_split *split, dp_ctx *ctx)
{
    dpi_free(ctx, split->train);
    dpi_free(ctx, split->validation);
    *split = (dpi_split){0};
}
