#include "plot/label.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

/* What a line is high at least, in parts of the font size: from the top of "l" to the foot of "p", as in matplotlib, so
 * that labels in a row stand on one line. */
static const double LINE_ASCENT = 0.76, LINE_DESCENT = 0.21, LINE_STEP = 1.2;

void dpi_label_free(dpi_label *label)
{
    if (!label->ctx)
        return;
    dpi_free(label->ctx, label->runs);
    dpi_free(label->ctx, label->text);
    *label = (dpi_label){0};
}

dp_status dpi_text_clean(dp_ctx *ctx, const char *text, char **out)
{
    size_t bytes = strlen(text);
    void *memory;
    dp_status status = dpi_alloc(ctx, bytes + 1, 3, "text", &memory);
    if (status != DP_OK)
        return status;
    char *to = memory;
    for (size_t i = 0, n; i < bytes; i += n) {
        n = dpi_utf8_char_bytes(text + i, bytes - i);
        unsigned char c = (unsigned char)text[i];
        int control = n == 1 && (c < 0x20 || c == 0x7f) && c != '\n';
        /* U+0080..U+009F are control characters; U+FFFE and U+FFFF are not allowed in XML. */
        int refused = n == 0 || (n == 2 && c == 0xC2 && (unsigned char)text[i + 1] < 0xA0) ||
                      (n == 3 && memcmp(text + i, "\xEF\xBF", 2) == 0 && (unsigned char)text[i + 2] >= 0xBE);
        const char *piece = control ? " " : refused ? "\xEF\xBF\xBD" : text + i;
        size_t length = control ? 1 : refused ? 3 : n;
        memcpy(to, piece, length);
        to += length;
        if (n == 0)
            n = 1;
    }
    *to = 0;
    *out = memory;
    return DP_OK;
}

static bool same_face(dpi_face a, dpi_face b)
{
    return a.size == b.size && a.italic == b.italic && a.bold == b.bold;
}

dp_status dpi_label_add(dpi_fonts *fonts, dpi_label *label, const char *text, size_t bytes, dpi_face face, double *x,
                        double y, char **letters)
{
    if (!bytes)
        return DP_OK;
    memcpy(*letters, text, bytes);
    dpi_run *last = label->count ? &label->runs[label->count - 1] : NULL;
    bool joins = last && last->text && last->text + last->bytes == *letters && same_face(last->face, face) &&
                 last->y == y && last->x + last->width == *x;
    if (!joins) {
        void *runs = label->runs;
        dp_status status =
            dpi_grow(label->ctx, &runs, &label->capacity, label->count + 1, sizeof *label->runs, "text runs");
        label->runs = runs;
        if (status != DP_OK)
            return status;
        last = &label->runs[label->count++];
        *last = (dpi_run){.text = *letters, .face = face, .x = *x, .y = y};
    }
    last->bytes += bytes;
    *letters += bytes;
    dpi_extent extent = dpi_fonts_measure(fonts, face, last->text, last->bytes);
    last->width = extent.width, last->ascent = extent.ascent, last->descent = extent.descent;
    *x = last->x + last->width;
    return DP_OK;
}

static bool is_formula_text(const char *text)
{
    int dollars = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '\\' && p[1] == '$')
            p++;
        else if (*p == '$')
            dollars++;
    }
    return dollars && dollars % 2 == 0;
}

/* The end of what stands before the next dollar sign. */
static const char *piece_end(const char *p, const char *end)
{
    for (; p < end && *p != '$'; p++)
        if (*p == '\\' && p + 1 < end)
            p++;
    return p < end ? p : end;
}

static dp_status add_plain(dpi_fonts *fonts, dpi_label *label, const char *p, const char *end, dpi_face face, double *x,
                           double y, char **letters)
{
    dp_status status = DP_OK;
    while (p < end && status == DP_OK) {
        if (*p == '\\' && p + 1 < end && p[1] == '$')
            p++;
        const char *stop = p + 1;
        while (stop < end && !(*stop == '\\' && stop + 1 < end && stop[1] == '$'))
            stop++;
        status = dpi_label_add(fonts, label, p, (size_t)(stop - p), face, x, y, letters);
        p = stop;
    }
    return status;
}

static dp_status add_line(dpi_fonts *fonts, dpi_label *label, const char *p, const char *end, dpi_face face,
                          bool formulas, double *x, double y, char **letters)
{
    if (!formulas)
        return add_plain(fonts, label, p, end, face, x, y, letters);
    dp_status status = DP_OK;
    for (bool math = false; p < end && status == DP_OK; math = !math) {
        const char *stop = piece_end(p, end);
        status = math ? dpi_math_set(fonts, p, (size_t)(stop - p), face, label, x, y, letters)
                      : add_plain(fonts, label, p, stop, face, x, y, letters);
        p = stop + 1;
    }
    return status;
}

/* Heights of the line made of the runs from `first` on, whose base line is at y. */
static void take_heights(dpi_label *label, size_t first, double size, double y)
{
    double top = y - LINE_ASCENT * size, bottom = y + LINE_DESCENT * size;
    for (size_t i = first; i < label->count; i++) {
        const dpi_run *run = &label->runs[i];
        top = fmin(top, run->y - run->ascent);
        bottom = fmax(bottom, run->y + run->descent);
    }
    label->ascent = fmax(label->ascent, -top);
    label->descent = fmax(label->descent, bottom);
}

static void align_lines(dpi_label *label, double step, double align)
{
    for (size_t i = 0; i < label->count;) {
        long line = lround(label->runs[i].y / step);
        size_t end = i;
        double width = 0;
        for (; end < label->count && lround(label->runs[end].y / step) == line; end++)
            width = fmax(width, label->runs[end].x + label->runs[end].width);
        for (; i < end; i++)
            label->runs[i].x += (label->width - width) * (align + 1) / 2;
    }
}

static dp_status set_lines(dpi_fonts *fonts, dpi_label *label, const char *text, dpi_face face, double align)
{
    bool formulas = is_formula_text(text);
    char *letters = label->text;
    double y = 0, step = LINE_STEP * face.size;
    for (const char *p = text;; y += step) {
        const char *end = strchr(p, '\n');
        double x = 0;
        size_t first = label->count;
        dp_status status = add_line(fonts, label, p, end ? end : p + strlen(p), face, formulas, &x, y, &letters);
        if (status != DP_OK)
            return status;
        label->width = fmax(label->width, x);
        take_heights(label, first, face.size, y);
        if (!end)
            break;
        p = end + 1;
    }
    if (y > 0 && align > -1)
        align_lines(label, step, align);
    return DP_OK;
}

dp_status dpi_label_set(dp_ctx *ctx, dpi_fonts *fonts, const char *text, dpi_face face, double align, dpi_label *out)
{
    dpi_label label = {.ctx = ctx};
    if (text && *text) {
        void *letters;
        dp_status status = dpi_alloc(ctx, strlen(text) + 4, 4, "text", &letters);
        if (status != DP_OK)
            return status;
        label.text = letters;
        status = set_lines(fonts, &label, text, face, align);
        if (status != DP_OK) {
            dpi_label_free(&label);
            return status;
        }
    }
    *out = label;
    return DP_OK;
}
