/* Numbers and arrays as they are written on arrows. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/drawing_internal.h"
#include "plot/short_number.h"

enum { MOST_ROWS = 4, MOST_COLUMNS = 5, MOST_IN_ROW = 6 };

static char *element(const dp_array *array, int64_t i, int digits, char buffer[DPI_NUMBER_BYTES])
{
    if (array->dtype == DP_BOOL)
        snprintf(buffer, DPI_NUMBER_BYTES, "%s", dp_array_get(array, i) != 0 ? "True" : "False");
    else if (array->dtype == DP_I64)
        snprintf(buffer, DPI_NUMBER_BYTES, "%" PRId64, ((const int64_t *)array->data)[i]);
    else
        dpi_short_number(dp_array_get(array, i), digits, buffer);
    return buffer;
}

bool dpi_is_small(dp_shape shape)
{
    int64_t elems = dp_shape_elems(shape);
    if (shape.rank == 0)
        return true;
    if (elems < 1 || shape.rank > 2)
        return false;
    if (shape.rank == 1)
        return elems <= MOST_IN_ROW;
    return shape.dims[0] <= MOST_ROWS && shape.dims[1] <= MOST_COLUMNS;
}

/* U+2007 is as wide as a digit, so that columns stay columns in a proportional font. */
static dp_status pad(dp_text *out, int count)
{
    dp_status status = DP_OK;
    for (int i = 0; i < count && status == DP_OK; i++)
        status = dp_text_add(out, "\u2007", 3);
    return status;
}

static dp_status row(const dp_array *array, int64_t first, int64_t count, int digits, const int *widths, dp_text *out)
{
    dp_status status = dp_text_add(out, "[", 1);
    for (int64_t i = 0; i < count && status == DP_OK; i++) {
        char text[DPI_NUMBER_BYTES];
        element(array, first + i, digits, text);
        if (i)
            status = dp_text_add(out, "  ", 2);
        if (status == DP_OK)
            status = pad(out, widths[i] - (int)strlen(text));
        if (status == DP_OK)
            status = dp_text_add(out, text, strlen(text));
    }
    return status == DP_OK ? dp_text_add(out, "]", 1) : status;
}

dp_status dpi_array_words(const dp_array *array, int digits, dp_text *out)
{
    char text[DPI_NUMBER_BYTES];
    if (array->shape.rank == 0) {
        element(array, 0, digits, text);
        return dp_text_add(out, text, strlen(text));
    }
    int64_t columns = array->shape.dims[array->shape.rank - 1], rows = dp_array_elems(array) / columns;
    int widths[MOST_IN_ROW] = {0};
    for (int64_t i = 0; i < rows * columns; i++) {
        int length = (int)strlen(element(array, i, digits, text));
        if (length > widths[i % columns])
            widths[i % columns] = length;
    }
    dp_status status = DP_OK;
    for (int64_t r = 0; r < rows && status == DP_OK; r++) {
        if (r)
            status = dp_text_add(out, "\n", 1);
        if (status == DP_OK)
            status = row(array, r * columns, columns, digits, widths, out);
    }
    return status;
}

dp_status dpi_array_statistics(const dp_array *array, dp_text *out)
{
    int64_t count = dp_array_elems(array), strange = 0;
    double least = INFINITY, most = -INFINITY, sum = 0;
    for (int64_t i = 0; i < count; i++) {
        double v = dp_array_get(array, i);
        if (!isfinite(v)) {
            strange++;
            continue;
        }
        least = fmin(least, v), most = fmax(most, v), sum += v;
    }
    char a[DPI_NUMBER_BYTES], b[DPI_NUMBER_BYTES], c[DPI_NUMBER_BYTES];
    if (count == 0)
        return dp_text_addf(out, "empty");
    if (strange == count)
        return dp_text_addf(out, "nothing finite");
    dp_status status =
        dp_text_addf(out, "min %s\nmean %s\nmax %s", dpi_short_number(least, 3, a),
                     dpi_short_number(sum / (double)(count - strange), 3, b), dpi_short_number(most, 3, c));
    if (status == DP_OK && strange)
        status = dp_text_addf(out, "\n%" PRId64 " not finite", strange);
    return status;
}
