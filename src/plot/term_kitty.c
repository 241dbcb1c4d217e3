/* The graphics protocol of kitty, WezTerm and others: raw RGB as base64, in pieces of at most 4096 characters.
 * Source: https://sw.kovidgoyal.net/kitty/graphics-protocol/ */
#include "base/alloc.h"
#include "plot/terminal.h"

enum { PIECE = 3072 }; /* bytes that become 4096 characters */

dp_status dpi_term_kitty(dp_text *out, const dpi_pixels *pixels)
{
    uint8_t piece[PIECE];
    size_t count = (size_t)(pixels->width * pixels->height), used = 0;
    dp_status status =
        dp_text_addf(out, "\x1b_Ga=T,f=24,s=%lld,v=%lld,", (long long)pixels->width, (long long)pixels->height);
    for (size_t i = 0; i < count && status == DP_OK; i++) {
        for (int k = 0; k < 3; k++)
            piece[used++] = pixels->rgba[4 * i + (size_t)k];
        bool last = i + 1 == count;
        if (used < PIECE && !last)
            continue;
        status = dp_text_addf(out, "m=%d;", !last);
        if (status == DP_OK)
            status = dpi_base64(out, piece, used);
        if (status == DP_OK)
            status = dp_text_addf(out, last ? "\x1b\\\n" : "\x1b\\\x1b_G");
        used = 0;
    }
    return status;
}
