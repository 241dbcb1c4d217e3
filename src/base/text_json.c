/* JSON, written. */
#include <denpa/text.h>

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/utf8.h"

static dp_status add(dp_text *text, const char *words)
{
    return dp_text_add(text, words, strlen(words));
}

/* The character at c, of which there are at most `limit` bytes; *bytes is how many it took. */
static dp_status add_character(dp_text *text, const char *c, size_t limit, size_t *bytes)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    *bytes = dpi_utf8_char_bytes(c, limit);
    if (*bytes == 0) {
        *bytes = 1;
        return add(text, "\xEF\xBF\xBD"); /* U+FFFD */
    }
    const char *escaped = strchr(plain, *c);
    if (escaped) return dp_text_addf(text, "\\%c", letters[escaped - plain]);
    if ((unsigned char)*c < 0x20) return dp_text_addf(text, "\\u%04x", (unsigned char)*c);
    return dp_text_add(text, c, *bytes);
}

dp_status dp_text_json_string(dp_text *text, const char *string)
{
    dp_status status = add(text, "\"");
    const char *end = string + strlen(string);
    for (size_t bytes; status == DP_OK && string < end; string += bytes)
        status = add_character(text, string, (size_t)(end - string), &bytes);
    return status == DP_OK ? add(text, "\"") : status;
}

dp_status dp_text_json_number(dp_text *text, double value)
{
    char buffer[DP_NUMBER_TEXT_BYTES];
    if (isfinite(value)) return add(text, dp_number_text_f64(value, buffer));
    return add(text, isnan(value) ? "\"NaN\"" : value < 0 ? "\"-Infinity\"" : "\"Infinity\"");
}

static dp_status add_element(dp_text *text, const dp_array *array, int64_t i)
{
    char buffer[DP_NUMBER_TEXT_BYTES];
    switch (array->dtype) {
    case DP_BOOL: return add(text, ((const uint8_t *)array->data)[i] ? "true" : "false");
    case DP_U8: return dp_text_addf(text, "%d", ((const uint8_t *)array->data)[i]);
    case DP_I64: return dp_text_addf(text, "%lld", (long long)((const int64_t *)array->data)[i]);
    case DP_F32: {
        float value = ((const float *)array->data)[i];
        return isfinite(value) ? add(text, dp_number_text_f32(value, buffer))
                               : dp_text_json_number(text, (double)value);
    }
    case DP_F64: return dp_text_json_number(text, ((const double *)array->data)[i]);
    case DP_DTYPE_NONE: break;
    }
    return dpi_fail(text->ctx, DP_ERR_DTYPE, "JSON: the array has no dtype");
}

static dp_status add_axis(dp_text *text, const dp_array *array, int axis, int64_t first)
{
    if (axis == array->shape.rank) return add_element(text, array, first);
    int64_t n = array->shape.dims[axis];
    dp_status status = add(text, "[");
    for (int64_t i = 0; i < n && status == DP_OK; i++) {
        if (i) status = add(text, ", ");
        if (status == DP_OK) status = add_axis(text, array, axis + 1, first * n + i);
    }
    return status == DP_OK ? add(text, "]") : status;
}

dp_status dp_text_json_data(dp_text *text, const dp_array *array)
{
    /* Without elements there is no use in a long list of empty lists, and no bound to its length. */
    if (dp_array_elems(array) == 0) return add(text, "[]");
    return add_axis(text, array, 0, 0);
}

dp_status dp_text_json_array(dp_text *text, const dp_array *array)
{
    dp_status status = dp_text_addf(text, "{\"dtype\": \"%s\", \"shape\": [", dp_dtype_name(array->dtype));
    for (int i = 0; i < array->shape.rank && status == DP_OK; i++)
        status = dp_text_addf(text, i ? ", %lld" : "%lld", (long long)array->shape.dims[i]);
    if (status == DP_OK) status = add(text, "], \"data\": ");
    if (status == DP_OK) status = dp_text_json_data(text, array);
    return status == DP_OK ? add(text, "}") : status;
}
