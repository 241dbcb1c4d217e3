#include "train/change.h"

#include "base/alloc.h"
#include "base/fail.h"
#include "data/augment.h"

static dp_status find_pictures(dpi_change *change, const dpi_feed *feed, int64_t batch)
{
    bool found = false;
    dp_status status = DP_OK;
    for (int i = 0; i < feed->count && status == DP_OK; i++) {
        const dpi_feed_input *place = &feed->inputs[i];
        const dp_model_input *input = &feed->wanted[i];
        int64_t *shape = change->shapes[i];
        if (place->column_count != 1 || input->classes || !dp_dtype_is_float(input->dtype) ||
            !dpi_picture_shape(dp_dataset_column(feed->data, place->columns[0]), shape)) {
            shape[0] = 0;
            continue;
        }
        found = true;
        status = dpi_alloc_raw(feed->ctx, (size_t)(batch * shape[0]) * (size_t)(shape[1] * shape[2]),
                               dp_dtype_bytes(input->dtype), "pictures before they are changed", &change->before[i]);
    }
    if (status == DP_OK && !found)
        status = dpi_fail(
            feed->ctx, DP_ERR_SHAPE,
            "augment: no input of the model is filled by a column of pictures, (N, H, W) or (N, C, H, W), of %s",
            dp_dataset_source(feed->data));
    return status;
}

dp_status dpi_change_init(dpi_change *change, const dpi_feed *feed, const char *text, uint64_t seed, int64_t batch)
{
    void *memory;
    *change = (dpi_change){.seed = seed, .count = feed->count};
    if (!text)
        return DP_OK;
    dp_status status = dp_augment_new(feed->ctx, text, &change->augment);
    if (status == DP_OK)
        status = dpi_alloc(feed->ctx, (size_t)feed->count, sizeof *change->shapes, "shapes of pictures", &memory);
    if (status != DP_OK)
        return status;
    change->shapes = memory;
    status = dpi_alloc(feed->ctx, (size_t)feed->count, sizeof *change->before, "pictures", &memory);
    if (status != DP_OK)
        return status;
    change->before = memory;
    return find_pictures(change, feed, batch);
}

void dpi_change_deinit(dpi_change *change, dp_ctx *ctx)
{
    for (int i = 0; change->before && i < change->count; i++)
        dpi_free(ctx, change->before[i]);
    dpi_free(ctx, change->before);
    dpi_free(ctx, change->shapes);
    dp_augment_free(&change->augment);
    *change = (dpi_change){0};
}

bool dpi_change_has(const dpi_change *change, int i)
{
    return change && change->augment && change->shapes[i][0] > 0;
}

dp_status dpi_change_rows(const dpi_change *change, const dpi_feed *feed, int i, const int64_t *rows, int64_t first,
                          dp_array *into)
{
    const int64_t *shape = change->shapes[i];
    size_t row_bytes = (size_t)(shape[0] * shape[1] * shape[2]) * dp_dtype_bytes(into->dtype);
    dp_array before = *into;
    before.data = (char *)change->before[i] + (size_t)first * row_bytes;
    dp_status status = dpi_feed_input_rows(feed, i, rows + first, &before);
    for (int64_t r = 0; r < into->shape.dims[0] && status == DP_OK; r++)
        dpi_augment_picture(change->augment, shape, into->dtype, change->seed, change->epoch, rows[first + r],
                            (char *)before.data + (size_t)r * row_bytes, (char *)into->data + (size_t)r * row_bytes);
    return status;
}
