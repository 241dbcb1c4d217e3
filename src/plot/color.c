/* Colours by name and number, and the categorical cycles. */
#include "plot/color.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"

/* Those CSS colours that pictures of this kind use, and matplotlib's one-letter names. */
static const struct {
    const char *name;
    uint32_t rgb;
} named[] = {
    {"black", 0x000000},       {"white", 0xffffff},      {"gray", 0x808080},
    {"grey", 0x808080},        {"lightgray", 0xd3d3d3},  {"lightgrey", 0xd3d3d3},
    {"darkgray", 0xa9a9a9},    {"dimgray", 0x696969},    {"silver", 0xc0c0c0},
    {"whitesmoke", 0xf5f5f5},  {"red", 0xff0000},        {"darkred", 0x8b0000},
    {"firebrick", 0xb22222},   {"crimson", 0xdc143c},    {"tomato", 0xff6347},
    {"salmon", 0xfa8072},      {"pink", 0xffc0cb},       {"orange", 0xffa500},
    {"darkorange", 0xff8c00},  {"gold", 0xffd700},       {"yellow", 0xffff00},
    {"khaki", 0xf0e68c},       {"brown", 0xa52a2a},      {"chocolate", 0xd2691e},
    {"tan", 0xd2b48c},         {"beige", 0xf5f5dc},      {"green", 0x008000},
    {"lime", 0x00ff00},        {"limegreen", 0x32cd32},  {"forestgreen", 0x228b22},
    {"seagreen", 0x2e8b57},    {"lightgreen", 0x90ee90}, {"olive", 0x808000},
    {"teal", 0x008080},        {"turquoise", 0x40e0d0},  {"cyan", 0x00ffff},
    {"aqua", 0x00ffff},        {"blue", 0x0000ff},       {"navy", 0x000080},
    {"royalblue", 0x4169e1},   {"steelblue", 0x4682b4},  {"dodgerblue", 0x1e90ff},
    {"deepskyblue", 0x00bfff}, {"skyblue", 0x87ceeb},    {"lightskyblue", 0x87cefa},
    {"lightblue", 0xadd8e6},   {"indigo", 0x4b0082},     {"purple", 0x800080},
    {"violet", 0xee82ee},      {"magenta", 0xff00ff},    {"fuchsia", 0xff00ff},
    {"orchid", 0xda70d6},      {"lavender", 0xe6e6fa},   {"ivory", 0xfffff0},
    {"r", 0xff0000},           {"g", 0x008000},          {"b", 0x0000ff},
    {"c", 0x00bfbf},           {"m", 0xbf00bf},          {"y", 0xbfbf00},
    {"k", 0x000000},           {"w", 0xffffff},
};

/* Okabe and Ito (2008), "Color universal design", in an order that begins with blue and orange; the last two are ours.
 */
static const uint32_t safe_cycle[10] = {0x0072b2, 0xe69f00, 0x009e73, 0xd55e00, 0xcc79a7,
                                        0x56b4e9, 0xf0e442, 0x999999, 0x000000, 0x7f3c8d};
static const uint32_t tab10_cycle[10] = {0x1f77b4, 0xff7f0e, 0x2ca02c, 0xd62728, 0x9467bd,
                                         0x8c564b, 0xe377c2, 0x7f7f7f, 0xbcbd22, 0x17becf};

static dpi_rgba opaque(uint32_t rgb)
{
    return (dpi_rgba){(uint8_t)(rgb >> 16), (uint8_t)(rgb >> 8), (uint8_t)rgb, 255};
}

dpi_rgba dpi_cycle_color(dp_cycle cycle, int64_t i)
{
    return opaque((cycle == DP_CYCLE_TAB10 ? tab10_cycle : safe_cycle)[i % 10]);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* "#rgb", "#rrggbb", "#rrggbbaa" */
static int parse_hex(const char *text, uint8_t rgba[4])
{
    int digits[8], count = (int)strlen(text);
    if (count != 3 && count != 6 && count != 8)
        return 0;
    for (int i = 0; i < count; i++)
        if ((digits[i] = hex_digit(text[i])) < 0)
            return 0;
    rgba[3] = 255;
    for (int i = 0; i < (count == 8 ? 4 : 3); i++)
        rgba[i] = (uint8_t)(count == 3 ? digits[i] * 17 : digits[2 * i] * 16 + digits[2 * i + 1]);
    return 1;
}

static void put(dpi_rgba color, uint8_t rgba[4])
{
    rgba[0] = color.r, rgba[1] = color.g, rgba[2] = color.b, rgba[3] = color.a;
}

int dp_color_parse(const char *text, dp_cycle cycle, uint8_t rgba[4])
{
    if (!text)
        return 0;
    if (text[0] == '#') {
        uint8_t parsed[4];
        if (!parse_hex(text + 1, parsed))
            return 0;
        memcpy(rgba, parsed, sizeof parsed);
        return 1;
    }
    if (strcmp(text, "none") == 0) {
        memset(rgba, 0, 4);
        return 1;
    }
    if (text[0] == 'C' && text[1] >= '0' && text[1] <= '9' && !text[2]) {
        put(dpi_cycle_color(cycle, text[1] - '0'), rgba);
        return 1;
    }
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (strcmp(text, named[i].name) == 0) {
            put(opaque(named[i].rgb), rgba);
            return 1;
        }
    }
    return 0;
}

dp_status dpi_color(dp_ctx *ctx, const char *text, dp_cycle cycle, dpi_rgba *out)
{
    uint8_t rgba[4];
    if (!dp_color_parse(text, cycle, rgba))
        return dpi_fail(
            ctx, DP_ERR_ARG,
            "color: \"%s\" is no colour; write a name such as \"orange\", \"#rrggbb\", \"C0\" to \"C9\" or \"none\"",
            text ? text : "");
    *out = (dpi_rgba){rgba[0], rgba[1], rgba[2], rgba[3]};
    return DP_OK;
}

dpi_rgba dpi_faded(dpi_rgba color, double opacity)
{
    color.a = (uint8_t)lround(color.a * opacity);
    return color;
}

char *dpi_color_text(dpi_rgba color, char buffer[10])
{
    snprintf(buffer, 10, color.a == 255 ? "#%02x%02x%02x" : "#%02x%02x%02x%02x", color.r, color.g, color.b, color.a);
    return buffer;
}
