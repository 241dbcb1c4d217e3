#include "formula/codepoint.h"

#include "base/utf8.h"

typedef struct range {
    uint32_t first, last;
} range;

/* Blocks, or parts of them, that hold no letters. In rising order. */
static const range no_letters[] = {
    {0x0080, 0x00a9},   {0x00ab, 0x00b4},   {0x00b6, 0x00b9}, {0x00bb, 0x00bf}, {0x00d7, 0x00d7}, {0x00f7, 0x00f7},
    {0x1680, 0x1680},   {0x2000, 0x20cf},   {0x2190, 0x2bff}, {0x2e00, 0x2e7f}, {0x2ff0, 0x3004}, {0x3008, 0x3020},
    {0x3030, 0x3030},   {0x303d, 0x3040},   {0x30a0, 0x30a0}, {0x30fb, 0x30fb}, {0xd800, 0xf8ff}, {0xfd3e, 0xfd3f},
    {0xfe10, 0xfe1f},   {0xfe30, 0xfe6f},   {0xfeff, 0xff20}, {0xff3b, 0xff40}, {0xff5b, 0xff65}, {0xffe0, 0xffff},
    {0x1f000, 0x1faff}, {0xe0000, 0x10ffff}};

/* Unicode's East_Asian_Width W and F, rounded to blocks. */
static const range wide[] = {{0x1100, 0x115f}, {0x2e80, 0x303e}, {0x3041, 0x33ff},   {0x3400, 0x4dbf},
                             {0x4e00, 0xa4cf}, {0xac00, 0xd7a3}, {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                             {0xff00, 0xff60}, {0xffe0, 0xffe6}, {0x1f300, 0x1faff}, {0x20000, 0x3fffd}};

static const range combining[] = {
    {0x0300, 0x036f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}};

static bool in_ranges(const range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count && ranges[i].first <= code; i++)
        if (code <= ranges[i].last)
            return true;
    return false;
}

#define IN_RANGES(ranges, code) in_ranges(ranges, sizeof(ranges) / sizeof(ranges)[0], code)

size_t dpi_utf8_check(const char *text, size_t bytes)
{
    size_t at = 0;
    while (at < bytes) {
        size_t length = dpi_utf8_char_bytes(text + at, bytes - at);
        if (!length)
            return at;
        at += length;
    }
    return bytes;
}

bool dpi_is_letter(uint32_t code)
{
    if (code < 0x80)
        return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || code == '_';
    return !IN_RANGES(no_letters, code);
}

int dpi_code_width(uint32_t code)
{
    if (IN_RANGES(combining, code))
        return 0;
    return IN_RANGES(wide, code) ? 2 : 1;
}
