#include "plot/canvas.h"

dp_status dpi_base64(dp_text *out, const void *bytes, size_t count)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *p = bytes;
    char buffer[1024];
    size_t used = 0;
    dp_status status = DP_OK;
    for (size_t i = 0; i < count && status == DP_OK; i += 3) {
        size_t left = count - i;
        uint32_t three = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);
        for (int k = 0; k < 4; k++)
            buffer[used++] = digits[three >> (18 - 6 * k) & 63];
        if (left < 3)
            buffer[used - 1] = '=';
        if (left < 2)
            buffer[used - 2] = '=';
        if (used == sizeof buffer) {
            status = dp_text_add(out, buffer, used);
            used = 0;
        }
    }
    return status == DP_OK ? dp_text_add(out, buffer, used) : status;
}
