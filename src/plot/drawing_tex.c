/* Symbols of the trace as formulas: "∂L/∂y y²" becomes a fraction and a raised two, names of one letter are italic. */
#include <ctype.h>
#include <string.h>

#include "plot/drawing_internal.h"

static bool is_name_byte(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* The bytes of the character at c, which may be of several. */
static size_t character(const char *c)
{
    size_t bytes = 1;
    while (((unsigned char)c[bytes] & 0xC0) == 0x80)
        bytes++;
    return bytes;
}

static bool is_other_letter(const char *c)
{
    static const char *const signs[] = {"∂", "·", "×", "²", "ᵀ", "√", "π", "−"};
    if ((unsigned char)*c < 0x80)
        return false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (strncmp(c, signs[i], strlen(signs[i])) == 0)
            return false;
    return true;
}

/* A letter and a number: the number is an index. */
static bool is_indexed(const char *name, size_t length)
{
    if (length < 2 || !isalpha((unsigned char)*name))
        return false;
    for (size_t i = 1; i < length; i++)
        if (!isdigit((unsigned char)name[i]))
            return false;
    return true;
}

/* A name is upright if it has several letters; _ would be a subscript. */
static dp_status add_name(const char **c, dp_text *out)
{
    const char *first = *c;
    while (**c && (is_name_byte(**c) || is_other_letter(*c)))
        *c += character(*c);
    size_t length = (size_t)(*c - first);
    if (length == 1)
        return dp_text_add(out, first, 1);
    if (is_indexed(first, length))
        return dp_text_addf(out, "%c_{%.*s}", *first, (int)length - 1, first + 1);
    dp_status status = dp_text_addf(out, "\\mathrm{");
    for (size_t i = 0; i < length && status == DP_OK; i++) {
        if (first[i] == '_')
            status = dp_text_add(out, "\\", 1);
        if (status == DP_OK)
            status = dp_text_add(out, first + i, 1);
    }
    return status == DP_OK ? dp_text_addf(out, "}") : status;
}

static dp_status add_symbol(const char **c, const char *end, dp_text *out);

/* What is differentiated, or in what: a name, or something in brackets. */
static dp_status add_operand(const char **c, dp_text *out)
{
    if (**c != '(')
        return is_name_byte(**c) || is_other_letter(*c) ? add_name(c, out) : DP_OK;
    int depth = 0;
    const char *end = *c;
    do {
        depth += (*end == '(') - (*end == ')');
        end++;
    } while (*end && depth);
    return add_symbol(c, end, out);
}

/* ∂a/∂b */
static dp_status add_derivative(const char **c, dp_text *out)
{
    *c += strlen("∂");
    dp_status status = dp_text_addf(out, "\\frac{\\partial ");
    if (status == DP_OK)
        status = add_operand(c, out);
    if (status == DP_OK)
        status = dp_text_addf(out, "}{");
    if (strncmp(*c, "/∂", strlen("/∂")) == 0) {
        *c += strlen("/∂");
        if (status == DP_OK)
            status = dp_text_addf(out, "\\partial ");
        if (status == DP_OK)
            status = add_operand(c, out);
    }
    return status == DP_OK ? dp_text_addf(out, "}") : status;
}

static dp_status add_power(const char **c, dp_text *out)
{
    *c += 2;
    dp_status status = dp_text_addf(out, "^{");
    const char *first = *c;
    if (**c == '-')
        (*c)++;
    while (is_name_byte(**c))
        (*c)++;
    if (*c > first && status == DP_OK)
        status = dp_text_add(out, first, (size_t)(*c - first));
    else if (status == DP_OK)
        status = add_operand(c, out);
    return status == DP_OK ? dp_text_addf(out, "}") : status;
}

static dp_status add_symbol(const char **c, const char *end, dp_text *out)
{
    static const struct {
        const char *plain, *tex;
    } signs[] = {{" · ", " \\cdot "},     {"·", " \\cdot "}, {" × ", " \\times "}, {"²", "^2"},
                 {"ᵀ", "^{\\mathrm{T}}"}, {" ", "\\,"},      {"exp(", "\\exp("},   {"log(", "\\log("}};
    dp_status status = DP_OK;
    while (*c < end && status == DP_OK) {
        size_t i = 0, count = sizeof signs / sizeof *signs;
        while (i < count && strncmp(*c, signs[i].plain, strlen(signs[i].plain)) != 0)
            i++;
        if (strncmp(*c, "∂", strlen("∂")) == 0)
            status = add_derivative(c, out);
        else if (strncmp(*c, "**", 2) == 0)
            status = add_power(c, out);
        else if (i < count) {
            *c += strlen(signs[i].plain);
            status = dp_text_addf(out, "%s", signs[i].tex);
        } else if (isdigit((unsigned char)**c)) {
            const char *first = *c;
            while (isdigit((unsigned char)**c) || **c == '.')
                (*c)++;
            status = dp_text_add(out, first, (size_t)(*c - first));
        } else if (is_name_byte(**c) || is_other_letter(*c))
            status = add_name(c, out);
        else {
            size_t bytes = character(*c);
            status = dp_text_add(out, *c, bytes);
            *c += bytes;
        }
    }
    return status;
}

dp_status dpi_symbol_tex(const char *symbol, dp_text *out)
{
    const char *c = symbol;
    dp_status status = dp_text_add(out, "$", 1);
    if (status == DP_OK)
        status = add_symbol(&c, symbol + strlen(symbol), out);
    return status == DP_OK ? dp_text_add(out, "$", 1) : status;
}
