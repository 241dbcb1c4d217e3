/* Arrays as text: the way NumPy prints them, and as JSON.
 *
 * Source   NumPy's array2string (version 2) with its default options: precision 8, threshold 1000, edgeitems 3, linewidth 75,
 *          suppress False, floatmode "maxprec".
 */
#ifndef DENPA_TEXT_H
#define DENPA_TEXT_H

#include <stddef.h>

#include <denpa/array.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Text that grows; memory from ctx. Zero it to begin with: dp_text text = {.ctx = ctx}; data is NULL or zero-ended. */
typedef struct dp_text {
    dp_ctx *ctx;
    char *data;
    size_t length;
    size_t capacity;
} dp_text;
DP_API void dp_text_free(dp_text *text); /* and zeroes it, but for ctx */
DP_API dp_status dp_text_add(dp_text *text, const char *bytes, size_t count);
DP_API dp_status dp_text_addf(dp_text *text, const char *format, ...) DP_PRINTF(2, 3); /* locale-dependent for floats: use the number functions */

/* The shortest decimal text that reads back as the same number, as Python's repr writes it: "0.1", "1e-07", "220.00000000000003", "inf",
 * "nan". dp_text_f32 is the shortest for float32, as NumPy's repr of a float32 scalar. Independent of the locale. */
#define DP_NUMBER_TEXT_BYTES 40
DP_API char *dp_number_text_f64(double value, char buffer[DP_NUMBER_TEXT_BYTES]);
DP_API char *dp_number_text_f32(float value, char buffer[DP_NUMBER_TEXT_BYTES]);

/* Reads a decimal number ("1", "-2.5e-3", ".5", "inf", "nan") correctly rounded, whatever the locale; *end is set behind it, or to text if there is none. */
DP_API double dp_number_parse(const char *text, size_t bytes, const char **end);

/* Adds the array as print(array) shows it. A scalar is shown as Python shows a number: float64 and int64 by their repr,
 * float32 as float(x), that is with all the digits of the double (0.7091774940490723), bool as True or False. */
DP_API dp_status dp_text_array_str(dp_text *text, const dp_array *array);

/* Adds the array as its repr: "array([[ 1,  2,  3],\n       [11, 12, 13]])", with dtype=… where NumPy says it. */
DP_API dp_status dp_text_array_repr(dp_text *text, const dp_array *array);

/* JSON pieces: a string in quotes (escaped; bytes that are no UTF-8 become U+FFFD), a number that round-trips (NaN and infinities as
 * the strings "NaN", "Infinity", "-Infinity"), an array as nested lists, and {"dtype": …, "shape": […], "data": …}. */
DP_API dp_status dp_text_json_string(dp_text *text, const char *string);
DP_API dp_status dp_text_json_number(dp_text *text, double value);
DP_API dp_status dp_text_json_data(dp_text *text, const dp_array *array);
DP_API dp_status dp_text_json_array(dp_text *text, const dp_array *array);

#ifdef __cplusplus
}
#endif
#endif
