/* Two pixels per character: the upper half block in the colour of the upper one, on the colour of the lower one.
 * Understood by every terminal with 24-bit colours, through tmux and ssh. */
#include <stdio.h>
#include <string.h>

#include "plot/terminal.h"

static dp_status add_cell(dp_text *out, const uint8_t *upper, const uint8_t *lower, bool first,
                          const uint8_t *before_up, const uint8_t *before_low)
{
    char text[64];
    int length = 0;
    if (first || memcmp(upper, before_up, 3) != 0)
        length +=
            snprintf(text + length, sizeof text - (size_t)length, "\x1b[38;2;%d;%d;%dm", upper[0], upper[1], upper[2]);
    if (lower && (first || memcmp(lower, before_low, 3) != 0))
        length +=
            snprintf(text + length, sizeof text - (size_t)length, "\x1b[48;2;%d;%d;%dm", lower[0], lower[1], lower[2]);
    length += snprintf(text + length, sizeof text - (size_t)length, "▀");
    return dp_text_add(out, text, (size_t)length);
}

dp_status dpi_term_blocks(dp_text *out, const dpi_pixels *pixels)
{
    dp_status status = DP_OK;
    for (int64_t y = 0; y < pixels->height && status == DP_OK; y += 2) {
        const uint8_t *upper = pixels->rgba + 4 * y * pixels->width, *lower = upper + 4 * pixels->width;
        bool alone = y + 1 == pixels->height;
        for (int64_t x = 0; x < pixels->width && status == DP_OK; x++, upper += 4, lower += 4)
            status = add_cell(out, upper, alone ? NULL : lower, x == 0, upper - 4, lower - 4);
        if (status == DP_OK)
            status = dp_text_add(out, "\x1b[0m\n", 5);
    }
    return status;
}
