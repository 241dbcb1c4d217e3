/* A whole column as the book's load_mnist gives it. */
#include <stdbool.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "data/dataset.h"

void dp_view_init(dp_view *view)
{
    *view = (dp_view){.dtype = DP_DTYPE_NONE, .normalize = 1, .flatten = 1, .one_hot_label = 0};
}

static bool is_image(const dp_array *array)
{
    return array->dtype == DP_U8 && array->shape.rank >= 3;
}

static dp_status result_dtype(const dp_dataset *d, int column, const dp_view *view, dp_dtype *dtype)
{
    const dp_array *array = d->arrays[column];
    bool normalized = array->dtype == DP_U8 && view->normalize;
    *dtype = view->dtype ? view->dtype : is_image(array) && normalized ? DP_F32 : array->dtype;
    if (!view->dtype || !normalized || dp_dtype_is_float(*dtype))
        return DP_OK;
    return dpi_fail(d->ctx, DP_ERR_DTYPE,
                    "%s: column %s: pixels scaled to 0..1 are no %s; ask for float32, or do not normalize", d->source,
                    d->names[column], dp_dtype_name(*dtype));
}

/* [N], [N, elements of a row] when flattened, images without a channel axis with one: [N, 1, H, W]. */
static dp_shape result_shape(const dp_array *array, int flatten)
{
    dp_shape shape = array->shape;
    if (shape.rank == 1)
        return shape;
    if (!flatten)
        return shape.rank == 3 ? dp_shape_of(4, (int64_t[]){shape.dims[0], 1, shape.dims[1], shape.dims[2]}) : shape;
    dp_shape row = shape;
    row.dims[0] = 1;
    return dp_shape_of(2, (int64_t[]){shape.dims[0], dp_shape_elems(row)});
}

static dp_status gather_all(const dp_dataset *d, int column, int normalize, dp_array *out)
{
    int64_t elems = dp_array_elems(out);
    void *memory;
    dp_status status = dpi_alloc_raw(d->ctx, (size_t)d->rows, sizeof(int64_t), "row numbers", &memory);
    if (status != DP_OK)
        return status;
    int64_t *rows = memory;
    for (int64_t i = 0; i < d->rows; i++)
        rows[i] = i;
    if (d->rows)
        status = dp_dataset_gather(d, &column, 1, rows, d->rows, normalize, out->dtype, elems / d->rows, out->data);
    dpi_free(d->ctx, rows);
    return status;
}

static dp_status plain(const dp_dataset *d, int column, const dp_view *view, dp_array **out)
{
    dp_dtype dtype;
    dp_array *array;
    dp_status status = result_dtype(d, column, view, &dtype);
    if (status != DP_OK)
        return status;
    status = dp_array_new(d->ctx, dtype, result_shape(d->arrays[column], view->flatten), &array);
    if (status != DP_OK)
        return status;
    status = gather_all(d, column, view->normalize, array);
    if (status != DP_OK)
        goto fail;
    *out = array;
    return DP_OK;
fail:
    dp_array_free(&array);
    return status;
}

static void set_one(dp_array *array, int64_t i)
{
    switch (array->dtype) {
    case DP_BOOL:
    case DP_U8:
        ((uint8_t *)array->data)[i] = 1;
        break;
    case DP_I64:
        ((int64_t *)array->data)[i] = 1;
        break;
    case DP_F32:
        ((float *)array->data)[i] = 1;
        break;
    case DP_F64:
        ((double *)array->data)[i] = 1;
        break;
    case DP_DTYPE_NONE:
        break;
    }
}

/* Row i of [N, K] is 1 at the class and 0 elsewhere. */
static dp_status one_hot(const dp_dataset *d, int column, const dp_view *view, dp_array **out)
{
    int64_t classes = view->one_hot_label;
    dp_array *labels = NULL, *array = NULL;
    dp_status status = dp_array_new(d->ctx, DP_I64, d->arrays[column]->shape, &labels);
    if (status == DP_OK)
        status = gather_all(d, column, 0, labels);
    if (status != DP_OK)
        goto fail;
    dp_shape shape = dp_shape_of(2, (int64_t[]){d->rows, classes});
    status = dp_array_new(d->ctx, view->dtype ? view->dtype : DP_F64, shape, &array);
    if (status != DP_OK)
        goto fail;
    for (int64_t i = 0; i < d->rows; i++) {
        int64_t class = ((const int64_t *)labels->data)[i];
        if (class < 0 || class >= classes) {
            status = dpi_fail(d->ctx, DP_ERR_RANGE, "%s: column %s, row %lld: %lld is no class of 0..%lld", d->source,
                              d->names[column], (long long)i, (long long)class, (long long)classes - 1);
            goto fail;
        }
        set_one(array, i * classes + class);
    }
    dp_array_free(&labels);
    *out = array;
    return DP_OK;
fail:
    dp_array_free(&labels);
    dp_array_free(&array);
    return status;
}

dp_status dp_dataset_array(const dp_dataset *dataset, int column, const dp_view *view, dp_array **out)
{
    dp_view standard;
    dp_view_init(&standard);
    if (!view)
        view = &standard;
    if (column < 0 || column >= dataset->columns)
        return dpi_fail(dataset->ctx, DP_ERR_RANGE, "%s: there is no column %d, only 0 to %d", dataset->source, column,
                        dataset->columns - 1);
    if (view->one_hot_label < 0)
        return dpi_fail(dataset->ctx, DP_ERR_RANGE, "%s: one_hot_label is the number of classes, not %d",
                        dataset->source, view->one_hot_label);
    bool label = dataset->arrays[column]->shape.rank == 1;
    return view->one_hot_label && label ? one_hot(dataset, column, view, out) : plain(dataset, column, view, out);
}
