/* Rows of columns, side by side, converted on the way. Everything is checked before anything is written. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/text.h>

#include "base/fail.h"
#include "base/size.h"
#include "data/dataset.h"

/* Where the rows of one column come from and go to; sizes in elements. */
typedef struct copy {
    const void *from;
    int64_t from_rows, row_elems;
    const int64_t *rows;
    int64_t n;
    void *to;
    int64_t stride; /* from one row of the result to the next */
    dpk_fn *pixels;
} copy;

typedef void copy_fn(const copy *c);

#define DEFINE_COPY(name, from_type, to_type, value)                                        \
    static void name(const copy *c)                                                         \
    {                                                                                       \
        to_type *to = c->to;                                                                \
        for (int64_t i = 0; i < c->n; i++, to += c->stride) {                               \
            const from_type *from = (const from_type *)c->from + c->rows[i] * c->row_elems; \
            for (int64_t j = 0; j < c->row_elems; j++)                                      \
                to[j] = (to_type)(value);                                                   \
        }                                                                                   \
    }

/* X(copy from each dtype, to dtype, its C type). Into the integer dtypes only what was found to fit. */
#define EACH_SOURCE(X, to, to_type)            \
    X(bool_to_##to, uint8_t, to_type, from[j]) \
    X(u8_to_##to, uint8_t, to_type, from[j])   \
    X(i64_to_##to, int64_t, to_type, from[j])  \
    X(f32_to_##to, float, to_type, from[j])    \
    X(f64_to_##to, double, to_type, from[j])
EACH_SOURCE(DEFINE_COPY, bytes, uint8_t)
EACH_SOURCE(DEFINE_COPY, i64, int64_t)
EACH_SOURCE(DEFINE_COPY, f32, float)
EACH_SOURCE(DEFINE_COPY, f64, double)

/* pixel / 255 in float32, as the book's load_mnist has it. */
static void pixel_to_f32(const copy *c)
{
    dpk_pixels_args args = {
        .a = c->from, .index = c->rows, .y = c->to, .rows = c->from_rows, .row = c->row_elems, .y_row = c->stride};
    c->pixels(&args, 0, c->n);
}

DEFINE_COPY(pixel_to_f64, uint8_t, double, (float)from[j] / 255.0f)

#define COPIES_TO(to)                                                                                   \
    {                                                                                                   \
        [DP_BOOL] = bool_to_##to, [DP_U8] = u8_to_##to, [DP_I64] = i64_to_##to, [DP_F32] = f32_to_##to, \
        [DP_F64] = f64_to_##to                                                                          \
    }
static copy_fn *const copies[DP_F64 + 1][DP_F64 + 1] = {
    /* [to][from] */
    [DP_BOOL] = COPIES_TO(bytes), [DP_U8] = COPIES_TO(bytes), [DP_I64] = COPIES_TO(i64),
    [DP_F32] = COPIES_TO(f32),    [DP_F64] = COPIES_TO(f64),
};

static copy_fn *choose_copy(dp_dtype from, dp_dtype to, int normalize)
{
    if (normalize && from == DP_U8 && to == DP_F32)
        return pixel_to_f32;
    if (normalize && from == DP_U8 && to == DP_F64)
        return pixel_to_f64;
    return copies[to][from];
}

/* Is the element a whole number that the dtype (bool, uint8, int64) holds? */
static bool fits(const dp_array *array, int64_t i, dp_dtype dtype)
{
    if (array->dtype == DP_I64 && dtype == DP_I64)
        return true;
    double value = dp_array_get(array, i);
    double low = dtype == DP_I64 ? -0x1p63 : 0, above = dtype == DP_I64 ? 0x1p63 : dtype == DP_U8 ? 256 : 2;
    return value >= low && value < above && value == floor(value);
}

static dp_status no_integer(const dp_dataset *d, int column, int64_t row, double value, dp_dtype dtype)
{
    char number[DP_NUMBER_TEXT_BYTES];
    return dpi_fail(d->ctx, DP_ERR_RANGE, "%s: column %s, row %lld: %s is no number of the dtype %s", d->source,
                    d->names[column], (long long)row, dp_number_text_f64(value, number), dp_dtype_name(dtype));
}

/* Into an integer dtype, each element that is asked for must be a number of it; those of a narrower one always are. */
static dp_status check_integers(const dp_dataset *d, int column, const int64_t *rows, int64_t n, dp_dtype dtype)
{
    const dp_array *array = d->arrays[column];
    int64_t elems = dpi_dataset_row_elems(d, column);
    if (dp_dtype_is_float(dtype) || array->dtype <= dtype)
        return DP_OK;
    if (d->windows)
        return dpi_fail(d->ctx, DP_ERR_UNSUPPORTED, "%s: column %s holds numbers of characters, which are not made %s", d->source,
                        d->names[column], dp_dtype_name(dtype));
    if (d->files[column])
        return dpi_fail(d->ctx, DP_ERR_UNSUPPORTED, "%s: column %s stays in its file, and its %s are not made %s; stream=0 reads it",
                        d->source, d->names[column], dp_dtype_name(array->dtype), dp_dtype_name(dtype));
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = rows[i] * elems; j < (rows[i] + 1) * elems; j++)
            if (!fits(array, j, dtype))
                return no_integer(d, column, rows[i], dp_array_get(array, j), dtype);
    return DP_OK;
}

static dp_status check_columns(const dp_dataset *d, const int *columns, int column_count, int64_t out_row_elems)
{
    int64_t sum = 0;
    for (int i = 0; i < column_count; i++) {
        if (columns[i] < 0 || columns[i] >= d->columns)
            return dpi_fail(d->ctx, DP_ERR_RANGE, "%s: there is no column %d, only 0 to %d", d->source, columns[i],
                            d->columns - 1);
        sum += dpi_dataset_row_elems(d, columns[i]);
    }
    if (sum == out_row_elems)
        return DP_OK;
    char names[256] = "";
    size_t used = 0;
    for (int i = 0; i < column_count && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, i ? " + %s (%lld)" : "%s (%lld)",
                                 d->names[columns[i]], (long long)dpi_dataset_row_elems(d, columns[i]));
    return dpi_fail(d->ctx, DP_ERR_SHAPE, "%s: a row of %s%s has %lld elements, and %lld are wanted", d->source,
                    column_count ? names : "no columns", used >= sizeof names ? "…" : "", (long long)sum,
                    (long long)out_row_elems);
}

static dp_status check_rows(const dp_dataset *d, const int64_t *rows, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (rows[i] < 0 || rows[i] >= d->rows)
            return dpi_fail(d->ctx, DP_ERR_RANGE, "%s: there is no row %lld, only %lld rows from 0 on", d->source,
                            (long long)rows[i], (long long)d->rows);
    return DP_OK;
}

/* Elements of a column whose array has no data. */
static dp_status read_elements(const dp_dataset *d, int column, int64_t first, int64_t count, void *to)
{
    if (!d->windows)
        return dpi_column_file_read(d->files[column], first, count, to);
    dpi_windows_read(d->windows, column, first, count, to);
    return DP_OK;
}

/* Rows of such a column, a piece at a time through a small buffer, so that any thread can do it without asking for memory. */
static dp_status copy_pieces(const dp_dataset *d, int column, copy_fn *fn, const copy *whole, size_t to_size)
{
    enum { BUFFER_BYTES = 2048 };
    _Alignas(8) char buffer[BUFFER_BYTES];
    const int64_t zero = 0, most = BUFFER_BYTES / (int64_t)dp_dtype_bytes(d->arrays[column]->dtype);
    for (int64_t i = 0; i < whole->n; i++)
        for (int64_t done = 0; done < whole->row_elems; done += most) {
            int64_t some = whole->row_elems - done < most ? whole->row_elems - done : most;
            dp_status status = read_elements(d, column, whole->rows[i] * whole->row_elems + done, some, buffer);
            if (status != DP_OK)
                return status;
            copy piece = {.from = buffer, .from_rows = 1, .row_elems = some, .rows = &zero, .n = 1, .pixels = whole->pixels};
            piece.to = (char *)whole->to + (size_t)(i * whole->stride + done) * to_size;
            piece.stride = some;
            fn(&piece);
        }
    return DP_OK;
}

dp_status dp_dataset_gather(const dp_dataset *dataset, const int *columns, int column_count, const int64_t *rows,
                            int64_t n, int normalize, dp_dtype dtype, int64_t out_row_elems, void *out)
{
    size_t size = dp_dtype_bytes(dtype);
    if (!size)
        return dpi_fail(dataset->ctx, DP_ERR_DTYPE, "%s: %d is no dtype", dataset->source, (int)dtype);
    dp_status status = check_columns(dataset, columns, column_count, out_row_elems);
    if (status == DP_OK)
        status = check_rows(dataset, rows, n);
    for (int i = 0; i < column_count && status == DP_OK; i++)
        status = check_integers(dataset, columns[i], rows, n, dtype);
    if (status != DP_OK)
        return status;

    char *to = out;
    for (int i = 0; i < column_count; i++) {
        const dp_array *array = dataset->arrays[columns[i]];
        copy c = {.from = array->data,
                  .from_rows = dataset->rows,
                  .row_elems = dpi_dataset_row_elems(dataset, columns[i]),
                  .rows = rows,
                  .n = n,
                  .to = to,
                  .stride = out_row_elems,
                  .pixels = dataset->pixels};
        copy_fn *fn = choose_copy(array->dtype, dtype, normalize);
        if (array->data)
            fn(&c);
        else if ((status = copy_pieces(dataset, columns[i], fn, &c, size)) != DP_OK)
            return status;
        to += (size_t)c.row_elems * size;
    }
    return DP_OK;
}
