#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* The characters of two and more bytes by their first byte: how many follow, and the range of the first of those,
 * which rules out overlong forms, surrogates and what is beyond Unicode. */
static const struct lead {
    uint8_t first, last, follow, low, high;
} leads[] = {
    {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF}, {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F},
    {0xEE, 0xEF, 2, 0x80, 0xBF}, {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

size_t dpi_utf8_char_bytes(const char *text, size_t bytes)
{
    const uint8_t *p = (const uint8_t *)text;
    if (bytes == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        const struct lead *lead = &leads[i];
        if (p[0] < lead->first || p[0] > lead->last)
            continue;
        if (bytes <= lead->follow || p[1] < lead->low || p[1] > lead->high)
            return 0;
        for (size_t j = 2; j <= lead->follow; j++)
            if ((p[j] & 0xC0) != 0x80)
                return 0;
        return (size_t)lead->follow + 1;
    }
    return 0;
}

size_t dpi_utf8_decode(const char *text, size_t bytes, uint32_t *code)
{
    size_t length = dpi_utf8_char_bytes(text, bytes);
    if (length <= 1) {
        *code = (unsigned char)text[0];
        return length;
    }
    uint32_t value = (unsigned char)text[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++)
        value = value << 6 | ((unsigned char)text[i] & 0x3fu);
    *code = value;
    return length;
}

size_t dpi_utf8_encode(uint32_t code, char bytes[4])
{
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; code >>= 6)
        bytes[i] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(length == 1 ? code : (0xf00u >> length & 0xf0) | code);
    return length;
}

bool dpi_utf8_valid(const char *text, size_t bytes)
{
    for (size_t i = 0, n; i < bytes; i += n) {
        n = dpi_utf8_char_bytes(text + i, bytes - i);
        if (n == 0)
            return false;
    }
    return true;
}

char *dpi_utf8_shown(const char *text, size_t bytes, char *buffer, size_t buffer_bytes)
{
    static const char more[] = "…";
    size_t used = 0, n;
    for (size_t i = 0; i < bytes; i += n ? n : 1) {
        n = dpi_utf8_char_bytes(text + i, bytes - i);
        size_t take = n ? n : 1;
        bool rest_fits = used + (bytes - i) < buffer_bytes;
        if (!rest_fits && used + take + sizeof more > buffer_bytes) {
            memcpy(buffer + used, more, sizeof more);
            return buffer;
        }
        bool plain = n > 1 || (n == 1 && (uint8_t)text[i] >= 0x20 && text[i] != 0x7f);
        if (plain)
            memcpy(buffer + used, text + i, n);
        else
            buffer[used] = '?';
        used += plain ? n : 1;
    }
    buffer[used] = 0;
    return buffer;
}
