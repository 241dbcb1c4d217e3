/* Arrays as NumPy prints them.
 *
 * Source   the behaviour of numpy.array2string and numpy.array_repr, NumPy 2.3 and later, with the default options.
 * Tests    held against NumPy itself, byte by byte: tests/base/vectors/numpy_text.txt, made by tools/gen_numpy_vectors.py.
 */
#include <denpa/text.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

enum { PRECISION = 8, THRESHOLD = 1000, EDGE_ITEMS = 3, LINE_WIDTH = 75, WORD_BYTES = 80 };

static const char repr_open[] = "array(";

/* How the elements of one array are written: all in words of one width, found by looking at all that are shown. */
typedef struct style {
    const dp_array *array;
    bool summarize;
    int width; /* integers and bools: least characters */
    bool scientific;
    int left, right; /* floats: characters before and behind the point */
    int exponent_digits;
    double largest, smallest; /* absolute values of what is finite and not 0; largest 0: there is none */
    bool any_finite, any_special, any_negative_infinity;
} style;

/* ---- Which elements are shown ---- */

typedef void visit_fn(style *s, int64_t i);

/* Element k of the `shown` ones along an axis of n. */
static int64_t shown_index(int64_t k, int64_t shown, int64_t n)
{
    return k < shown - EDGE_ITEMS || shown == n ? k : n - shown + k;
}

static int64_t shown_count(const style *s, int64_t n)
{
    return s->summarize && n > 2 * EDGE_ITEMS ? 2 * EDGE_ITEMS : n;
}

static void visit_shown(style *s, int axis, int64_t first, visit_fn *visit)
{
    const dp_shape *shape = &s->array->shape;
    if (axis == shape->rank) {
        visit(s, first);
        return;
    }
    int64_t n = shape->dims[axis], shown = shown_count(s, n);
    for (int64_t k = 0; k < shown; k++) visit_shown(s, axis + 1, first * n + shown_index(k, shown, n), visit);
}

/* ---- One float: its digits, cut at the precision ---- */

static void digits_of(const style *s, double value, dpi_decimal *out)
{
    if (s->array->dtype == DP_F32) dpi_decimal_shortest_f32((float)value, out);
    else dpi_decimal_shortest_f64(value, out);
    int most = (s->scientific ? 1 : out->exponent) + PRECISION;
    if (out->count > most) dpi_decimal_rounded(value, most, out);
}

/* ---- First look: range and kind; second look: widths ---- */

static void look_at_range(style *s, int64_t i)
{
    double value = dp_array_get(s->array, i), size = fabs(value);
    if (!isfinite(value)) {
        s->any_special = true;
        if (value < 0 && isinf(value)) s->any_negative_infinity = true;
        return;
    }
    s->any_finite = true;
    if (size == 0) return;
    if (s->largest == 0 || size < s->smallest) s->smallest = size;
    if (size > s->largest) s->largest = size;
}

/* NumPy compares in the array's own dtype. */
static bool wants_exponent(const style *s)
{
    if (s->largest == 0) return false;
    if (s->array->dtype == DP_F32)
        return s->largest >= 1e6 || (float)s->smallest < 0.0001f || (float)s->largest / (float)s->smallest > 1000.0f;
    return s->largest >= 1e8 || s->smallest < 0.0001 || s->largest / s->smallest > 1000.0;
}

static int at_least(int value, int least)
{
    return value < least ? least : value;
}

static void look_at_widths(style *s, int64_t i)
{
    double value = dp_array_get(s->array, i);
    if (!isfinite(value)) return;
    dpi_decimal decimal;
    digits_of(s, value, &decimal);
    int whole = s->scientific ? 1 : at_least(decimal.exponent, 1);
    s->left = at_least(s->left, whole + decimal.negative);
    int fraction = decimal.count - (s->scientific ? 1 : decimal.exponent);
    bool zero = decimal.digits[0] == '0';
    s->right = at_least(s->right, zero || fraction < 0 ? 0 : fraction);
    int exponent = decimal.exponent - 1;
    s->exponent_digits = at_least(s->exponent_digits, exponent > -100 && exponent < 100 ? 2 : 3);
}

static void find_float_style(style *s)
{
    visit_shown(s, 0, 0, look_at_range);
    s->scientific = s->any_finite && wants_exponent(s);
    visit_shown(s, 0, 0, look_at_widths);
    if (!s->any_special) return;
    int behind = s->right + 1 + (s->scientific ? s->exponent_digits + 2 : 0);
    s->left = at_least(s->left, 3 + s->any_negative_infinity - behind);
}

static int whole_text(const dp_array *array, int64_t i, char *buffer)
{
    if (array->dtype == DP_I64) return sprintf(buffer, "%lld", (long long)((const int64_t *)array->data)[i]);
    return sprintf(buffer, "%d", ((const uint8_t *)array->data)[i]);
}

static void look_at_whole(style *s, int64_t i)
{
    char buffer[WORD_BYTES];
    s->width = at_least(s->width, whole_text(s->array, i, buffer));
}

static void find_style(style *s)
{
    if (dp_dtype_is_float(s->array->dtype)) find_float_style(s);
    else if (s->array->dtype == DP_BOOL) s->width = s->array->shape.rank ? 5 : 0;
    else visit_shown(s, 0, 0, look_at_whole);
}

/* ---- One element ---- */

/* Writes the word of a float into buffer, blanks on both sides so that the points stand below each other. With an
 * exponent all have as many digits as the longest; those added to the shortest digits are the exact value's, as in
 * NumPy. */
static int float_word(const style *s, double value, char *buffer)
{
    if (!isfinite(value)) {
        int width = s->left + 1 + s->right + (s->scientific ? s->exponent_digits + 2 : 0);
        return sprintf(buffer, "%*s", width, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
    }
    dpi_decimal decimal;
    digits_of(s, value, &decimal);
    if (s->scientific && decimal.count <= s->right) dpi_decimal_rounded(value, s->right + 1, &decimal);
    int before = s->scientific ? 1 : at_least(decimal.exponent, 1);
    int length = 0;
    for (int blanks = s->left - before - decimal.negative; blanks > 0; blanks--) buffer[length++] = ' ';
    if (s->scientific)
        return length + (int)dpi_decimal_scientific(&decimal, s->right, s->exponent_digits, true, buffer + length);
    int end = length + (int)dpi_decimal_positional(&decimal, buffer + length);
    int wanted = length + decimal.negative + before + 1 + s->right;
    while (end < wanted) buffer[end++] = ' ';
    buffer[end] = 0;
    return end;
}

static int word_of(const style *s, int64_t i, char *buffer)
{
    if (dp_dtype_is_float(s->array->dtype)) return float_word(s, dp_array_get(s->array, i), buffer);
    if (s->array->dtype == DP_BOOL)
        return sprintf(buffer, "%*s", s->width, ((const uint8_t *)s->array->data)[i] ? "True" : "False");
    char number[WORD_BYTES];
    whole_text(s->array, i, number);
    return sprintf(buffer, "%*s", s->width, number);
}

/* ---- Brackets and lines ---- */

static dp_status add(dp_text *text, const char *words)
{
    return dp_text_add(text, words, strlen(words));
}

static dp_status add_repeated(dp_text *text, char c, int count)
{
    dp_status status = DP_OK;
    for (int i = 0; i < count && status == DP_OK; i++) status = dp_text_add(text, &c, 1);
    return status;
}

static void strip_blanks(dp_text *text)
{
    while (text->length && text->data[text->length - 1] == ' ') text->data[--text->length] = 0;
}

/* How lines are laid out: behind the opening brackets stand `indent` + axis characters, and a line has `width` in
 * all. */
typedef struct page {
    dp_text *text;
    const style *style;
    const char *separator;
    int indent, width;
} page;

/* The last axis: words, in as many lines as they need. */
static dp_status add_row(const page *p, int axis, int64_t first)
{
    int64_t n = p->style->array->shape.dims[axis], shown = shown_count(p->style, n);
    int indent = p->indent + axis, column = indent, width = p->width - axis - 1;
    char word[WORD_BYTES];
    dp_status status = DP_OK;
    int64_t words = shown < n ? shown + 1 : n;
    for (int64_t k = 0; k < words && status == DP_OK; k++) {
        bool gap = shown < n && k == EDGE_ITEMS;
        int64_t place = shown < n && k > EDGE_ITEMS ? k - 1 : k;
        int length = gap ? sprintf(word, "...") : word_of(p->style, first * n + shown_index(place, shown, n), word);
        if (column + length > width) { /* never the first of a line: no word is that long */
            strip_blanks(p->text);
            status = add(p->text, "\n");
            if (status == DP_OK) status = add_repeated(p->text, ' ', indent);
            column = indent;
        }
        if (status == DP_OK) status = dp_text_add(p->text, word, (size_t)length);
        if (status == DP_OK && k + 1 < words) status = add(p->text, p->separator);
        column += length + (int)strlen(p->separator);
    }
    return status;
}

/* The end of the line between two parts of an outer axis: an empty line more for each axis further out. */
static dp_status add_break(const page *p, int axis)
{
    int lines = p->style->array->shape.rank - axis - 1;
    dp_status status = p->separator[0] == ',' ? add(p->text, ",") : DP_OK;
    if (status == DP_OK) status = add_repeated(p->text, '\n', lines);
    return status == DP_OK ? add_repeated(p->text, ' ', p->indent + axis) : status;
}

static dp_status add_axis(const page *p, int axis, int64_t first)
{
    const dp_shape *shape = &p->style->array->shape;
    dp_status status = add(p->text, "[");
    if (status == DP_OK && axis + 1 == shape->rank) status = add_row(p, axis, first);
    else {
        int64_t n = shape->dims[axis], shown = shown_count(p->style, n);
        for (int64_t k = 0; k < shown && status == DP_OK; k++) {
            if (k && (status = add_break(p, axis)) != DP_OK) break;
            if (shown < n && k == EDGE_ITEMS && (status = add(p->text, "...")) != DP_OK) break;
            if (shown < n && k == EDGE_ITEMS && (status = add_break(p, axis)) != DP_OK) break;
            status = add_axis(p, axis + 1, first * n + shown_index(k, shown, n));
        }
    }
    return status == DP_OK ? add(p->text, "]") : status;
}

static dp_status add_numbers(dp_text *text, const dp_array *array, const char *separator, int indent, int width)
{
    int64_t elems = dp_array_elems(array);
    if (elems == 0) return add(text, "[]");
    style s = {.array = array, .summarize = elems > THRESHOLD};
    find_style(&s);
    if (array->shape.rank) return add_axis(&(page){text, &s, separator, indent, width}, 0, 0);
    char word[WORD_BYTES];
    return dp_text_add(text, word, (size_t)word_of(&s, 0, word));
}

/* Puts the text back to what it was if the rest could not be added. */
static dp_status settled(dp_text *text, size_t before, dp_status status)
{
    if (status == DP_OK || !text->data) return status;
    text->length = before;
    text->data[before] = 0;
    return status;
}

static dp_status add_scalar(dp_text *text, const dp_array *array)
{
    char buffer[WORD_BYTES];
    if (dp_dtype_is_float(array->dtype)) return add(text, dp_number_text_f64(dp_array_get(array, 0), buffer));
    if (array->dtype == DP_BOOL) return add(text, *(const uint8_t *)array->data ? "True" : "False");
    whole_text(array, 0, buffer);
    return add(text, buffer);
}

dp_status dp_text_array_str(dp_text *text, const dp_array *array)
{
    size_t before = text->length;
    if (array->shape.rank == 0) return settled(text, before, add_scalar(text, array));
    return settled(text, before, add_numbers(text, array, " ", 1, LINE_WIDTH));
}

/* ", shape=(2000,), dtype=float32)": what the numbers do not say, on a line of its own where it would not fit. */
static dp_status add_extras(dp_text *text, const dp_array *array, size_t begin)
{
    int64_t elems = dp_array_elems(array);
    bool only_axis_empty = array->shape.rank == 1 && array->shape.dims[0] == 0;
    bool shape = (elems == 0 && !only_axis_empty) || elems > THRESHOLD;
    bool dtype = elems == 0 || array->dtype == DP_U8 || array->dtype == DP_F32;
    if (!shape && !dtype) return add(text, ")");
    char extras[DP_SHAPE_TEXT_BYTES + 64], dims[DP_SHAPE_TEXT_BYTES];
    int length = 0;
    if (shape) length = sprintf(extras, "shape=%s", dp_shape_text(array->shape, dims, sizeof dims));
    if (dtype) length += sprintf(extras + length, "%sdtype=%s", shape ? ", " : "", dp_dtype_name(array->dtype));
    size_t line = text->length;
    while (line > begin && text->data[line - 1] != '\n') line--;
    bool fits = text->length - line + 1 + (size_t)length + 1 + 1 <= LINE_WIDTH;
    return dp_text_addf(text, fits ? ", %s)" : ",\n      %s)", extras);
}

dp_status dp_text_array_repr(dp_text *text, const dp_array *array)
{
    size_t before = text->length;
    dp_status status = add(text, repr_open);
    if (status == DP_OK) status = add_numbers(text, array, ", ", (int)sizeof repr_open, LINE_WIDTH - 1);
    if (status == DP_OK) status = add_extras(text, array, before);
    return settled(text, before, status);
}
