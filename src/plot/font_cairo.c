/* Text measured and shaped by Pango. Sizes are absolute, one unit is one point, and hinting is off, so that a line of
 * text is equally long in every format and at every resolution. Fonts are found by Pango's own map of this thread,
 * which remembers them: looking for them takes longer than painting a figure. */
#include "plot/font_cairo.h"

#include "base/alloc.h"

enum { LONGEST = 10000 }; /* bytes of a run; Pango's measures are ints */

struct dpi_fonts {
    dp_ctx *ctx;
    PangoContext *pango;
    PangoLayout *layout;
    PangoFontDescription *description;
};

void dpi_fonts_free(dpi_fonts **fonts)
{
    dpi_fonts *f = *fonts;
    if (!f)
        return;
    if (f->description)
        pango_font_description_free(f->description);
    if (f->layout)
        g_object_unref(f->layout);
    if (f->pango)
        g_object_unref(f->pango);
    dpi_free(f->ctx, f);
    *fonts = NULL;
}

dp_status dpi_fonts_new(dp_ctx *ctx, dpi_fonts **out)
{
    void *memory;
    dp_status status = dpi_alloc(ctx, 1, sizeof(dpi_fonts), "fonts", &memory);
    if (status != DP_OK)
        return status;
    dpi_fonts *f = memory;
    f->ctx = ctx;
    f->pango = pango_font_map_create_context(pango_cairo_font_map_get_default());
    pango_context_set_round_glyph_positions(f->pango, FALSE);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(f->pango, options);
    cairo_font_options_destroy(options);
    f->layout = pango_layout_new(f->pango);
    pango_layout_set_single_paragraph_mode(f->layout, TRUE);
    f->description = pango_font_description_from_string(DPI_FONT_FAMILIES);
    *out = f;
    return DP_OK;
}

PangoLayoutLine *dpi_fonts_line(dpi_fonts *fonts, dpi_face face, const char *text, size_t bytes)
{
    PangoFontDescription *description = fonts->description;
    pango_font_description_set_absolute_size(description, face.size * PANGO_SCALE);
    pango_font_description_set_style(description, face.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_font_description_set_weight(description, face.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(fonts->layout, description);
    if (bytes > LONGEST)
        for (bytes = LONGEST; bytes && ((unsigned char)text[bytes] & 0xC0) == 0x80;)
            bytes--;
    pango_layout_set_text(fonts->layout, text, (int)bytes);
    return pango_layout_get_line_readonly(fonts->layout, 0);
}

dpi_extent dpi_fonts_measure(dpi_fonts *fonts, dpi_face face, const char *text, size_t bytes)
{
    PangoRectangle ink, logical;
    pango_layout_line_get_extents(dpi_fonts_line(fonts, face, text, bytes), &ink, &logical);
    return (dpi_extent){(double)logical.width / PANGO_SCALE, -(double)ink.y / PANGO_SCALE,
                        (double)(ink.y + ink.height) / PANGO_SCALE};
}
