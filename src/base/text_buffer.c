#include <denpa/text.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"

void dp_text_free(dp_text *text)
{
    if (text->ctx) dpi_free(text->ctx, text->data);
    *text = (dp_text){.ctx = text->ctx};
}

/* Room for `count` bytes and the zero behind them. */
static dp_status reserve(dp_text *text, size_t count)
{
    size_t wanted;
    if (!dpi_add_size(text->length, count, &wanted) || !dpi_add_size(wanted, 1, &wanted))
        return dpi_fail(text->ctx, DP_ERR_NOMEM, "text: %zu bytes and %zu more are more than memory can hold",
                        text->length, count);
    void *data = text->data;
    dp_status status = dpi_grow(text->ctx, &data, &text->capacity, wanted, 1, "text");
    text->data = data;
    return status;
}

dp_status dp_text_add(dp_text *text, const char *bytes, size_t count)
{
    dp_status status = reserve(text, count);
    if (status != DP_OK) return status;
    if (count) memcpy(text->data + text->length, bytes, count);
    text->length += count;
    text->data[text->length] = 0;
    return DP_OK;
}

dp_status dp_text_addf(dp_text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int count = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (count < 0) return dpi_fail(text->ctx, DP_ERR_INTERNAL, "text: the format \"%s\" is wrong", format);
    dp_status status = reserve(text, (size_t)count);
    if (status != DP_OK) return status;
    va_start(args, format);
    vsnprintf(text->data + text->length, (size_t)count + 1, format, args);
    va_end(args);
    text->length += (size_t)count;
    return DP_OK;
}
