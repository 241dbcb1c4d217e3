/* Without Pango: the widths of DejaVu Sans, roughly. */
#include "plot/font.h"

#include "base/alloc.h"

struct dpi_fonts {
    dp_ctx *ctx;
};

dp_status dpi_fonts_new(dp_ctx *ctx, dpi_fonts **out)
{
    void *fonts;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dpi_fonts), "fonts", &fonts);
    if (status != DP_OK)
        return status;
    *out = fonts;
    (*out)->ctx = ctx;
    return DP_OK;
}

void dpi_fonts_free(dpi_fonts **fonts)
{
    if (!*fonts)
        return;
    dpi_free((*fonts)->ctx, *fonts);
    *fonts = NULL;
}

dpi_extent dpi_fonts_measure(dpi_fonts *fonts, dpi_face face, const char *text, size_t bytes)
{
    (void)fonts;
    double width = 0;
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c & 0xC0) == 0x80)
            continue;
        width += c < 0x80 ? 0.64 : c < 0xE3 ? 0.7 : 1; /* from U+3000 on characters are square */
    }
    return (dpi_extent){width * face.size * (face.bold ? 1.1 : 1), 0.76 * face.size, 0.21 * face.size};
}
