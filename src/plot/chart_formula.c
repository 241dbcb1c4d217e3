/* Formulas laid out in lines: pieces of mathtext, matrices, tags. A line is walked twice, to measure it and to put it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/chart.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "plot/figure.h"

/* Room, in parts of the font's size. */
static const double LINE_GAP = 0.9, CELL_GAP = 1.1, ROW_GAP = 0.35, BRACKET = 0.45, TAG_GAP = 2.5, EDGE = 0.4;

typedef struct writer {
    dp_ctx *ctx;
    dp_axes *axes; /* NULL: only measure */
    double size, x, middle;
    double width, height; /* of the line at hand */
} writer;

enum { MOST_CELLS = 64, MOST_BYTES = 4096 };

/* [text, text + bytes) between dollar signs, for the canvas; what stands in no matrix is a display. */
static dp_status math_words(writer *w, const char *text, size_t bytes, bool display, char **out)
{
    const char *style = display ? "\\displaystyle " : "";
    while (bytes && *text == ' ') text++, bytes--;
    while (bytes && text[bytes - 1] == ' ') bytes--;
    *out = NULL;
    if (!bytes) return DP_OK;
    void *memory;
    size_t room = bytes + strlen(style) + 3;
    dp_status status = dpi_alloc(w->ctx, room, 1, "formula", &memory);
    if (status != DP_OK) return status;
    *out = memory;
    snprintf(*out, room, "$%s%.*s$", style, (int)bytes, text);
    return DP_OK;
}

/* A piece of mathtext; x moves on. place: 0 beginning at x, else centred in a column of that width. */
static dp_status put_math(writer *w, const char *text, size_t bytes, double middle, double column, double *width,
                          double *height)
{
    char *words;
    dp_style style = {.font_size = w->size, .halign = column > 0 ? 0 : -1};
    *width = *height = 0;
    dp_status status = math_words(w, text, bytes, column == 0, &words);
    if (status != DP_OK || !words) return status;
    status = dp_plot_text_size(w->ctx, words, &style, width, height);
    if (status == DP_OK && w->axes) status = dp_axes_text(w->axes, w->x + column / 2, middle, words, &style);
    dpi_free(w->ctx, words);
    return status;
}

/* ---- Matrices ---- */

typedef struct cells {
    const char *begin[MOST_CELLS];
    size_t bytes[MOST_CELLS];
    int rows, columns, count;
    int row_of[MOST_CELLS], column_of[MOST_CELLS];
    double width[MOST_CELLS], height[MOST_CELLS]; /* of columns, of rows */
} cells;

static dp_status split_cells(const writer *w, const char *text, size_t bytes, cells *c)
{
    const char *begin = text, *end = text + bytes;
    int row = 0, column = 0, depth = 0;
    c->rows = c->columns = c->count = 0;
    for (const char *at = text; at <= end; at++) {
        depth += at < end && *at == '{';
        depth -= at < end && *at == '}';
        bool next_row = at + 1 < end && !depth && at[0] == '\\' && at[1] == '\\';
        if (at < end && !next_row && (depth || *at != '&')) continue;
        if (c->count == MOST_CELLS)
            return dpi_fail(w->ctx, DP_ERR_SYNTAX, "formula: a matrix has at most %d cells", MOST_CELLS);
        c->begin[c->count] = begin;
        c->bytes[c->count] = (size_t)(at - begin);
        c->row_of[c->count] = row;
        c->column_of[c->count++] = column;
        if (column + 1 > c->columns) c->columns = column + 1;
        if (row + 1 > c->rows) c->rows = row + 1;
        column++;
        if (next_row) row++, column = 0, at++;
        begin = at + 1;
    }
    return DP_OK;
}

static dp_status measure_cells(writer *w, cells *c)
{
    writer ruler = *w;
    dp_status status = DP_OK;
    ruler.axes = NULL;
    memset(c->width, 0, sizeof c->width);
    memset(c->height, 0, sizeof c->height);
    for (int i = 0; i < c->count && status == DP_OK; i++) {
        double width, height;
        status = put_math(&ruler, c->begin[i], c->bytes[i], 0, 0, &width, &height);
        c->width[c->column_of[i]] = fmax(c->width[c->column_of[i]], width);
        c->height[c->row_of[i]] = fmax(c->height[c->row_of[i]], fmax(height, w->size));
    }
    return status;
}

/* A round bracket, or a brace, as tall as the matrix; side -1: the left one. */
static dp_status put_bracket(writer *w, double x, double height, int side, bool brace)
{
    const dp_style style = {.color = "black", .width = fmax(0.8, w->size / 14)};
    double top = w->middle - height / 2, low = w->middle + height / 2, bend = side * BRACKET * w->size;
    if (!w->axes) return DP_OK;
    if (!brace) {
        const double xs[4] = {x, x + bend, x + bend, x}, ys[4] = {top, top + height / 4, low - height / 4, low};
        return dp_axes_curve(w->axes, xs, ys, 4, 0, &style);
    }
    const double xs[7] = {x, x + bend, x, x + bend, x, x + bend, x},
                 ys[7] = {top, top, w->middle, w->middle, w->middle, low, low};
    return dp_axes_curve(w->axes, xs, ys, 7, 0, &style);
}

static dp_status put_cells(writer *w, const cells *c)
{
    double total = -ROW_GAP * w->size, left = w->x, width, height;
    dp_status status = DP_OK;
    for (int r = 0; r < c->rows; r++) total += c->height[r] + ROW_GAP * w->size;
    for (int i = 0; i < c->count && status == DP_OK; i++) {
        double top = w->middle - total / 2;
        for (int r = 0; r < c->row_of[i]; r++) top += c->height[r] + ROW_GAP * w->size;
        w->x = left;
        for (int k = 0; k < c->column_of[i]; k++) w->x += c->width[k] + CELL_GAP * w->size;
        status = put_math(w, c->begin[i], c->bytes[i], top + c->height[c->row_of[i]] / 2, c->width[c->column_of[i]],
                          &width, &height);
    }
    w->x = left - CELL_GAP * w->size;
    for (int k = 0; k < c->columns; k++) w->x += c->width[k] + CELL_GAP * w->size;
    w->height = fmax(w->height, total);
    return status;
}

static dp_status put_matrix(writer *w, const char *text, size_t bytes, bool round, bool brace)
{
    void *memory;
    dp_status status = dpi_alloc(w->ctx, 1, sizeof(cells), "formula", &memory);
    if (status != DP_OK) return status;
    cells *c = memory;
    status = split_cells(w, text, bytes, c);
    if (status == DP_OK) status = measure_cells(w, c);
    double height = 0, edge = round || brace ? BRACKET * w->size + 2 : 0;
    for (int r = 0; r < c->rows; r++) height += c->height[r] + ROW_GAP * w->size;
    if (status == DP_OK && edge > 0) status = put_bracket(w, w->x + edge, height, -1, brace);
    w->x += edge + (edge > 0 ? 2 : 0);
    if (status == DP_OK) status = put_cells(w, c);
    if (status == DP_OK && round) status = put_bracket(w, w->x + 2, height, 1, false);
    w->x += round ? edge + 2 : 0;
    w->height = fmax(w->height, height);
    dpi_free(w->ctx, memory);
    return status;
}

/* ---- Lines ---- */

/* The end of the group whose brace is open before `at`, or NULL. */
static const char *group_end(const char *at, const char *end)
{
    for (int depth = 1; at < end; at++) {
        depth += *at == '{';
        depth -= *at == '}';
        if (!depth) return at;
    }
    return NULL;
}

/* Where the next \word{ of ours begins; its group is *inner … *inner_end. word 0 \pmatrix, 1 \matrix, 2 \cases, 3 \tag */
static const char *find_word(const char *at, const char *end, int *word, const char **inner)
{
    static const char *const words[] = {"\\pmatrix{", "\\matrix{", "\\cases{", "\\tag{"};
    for (; at < end; at++)
        for (int i = 0; i < 4; i++) {
            size_t length = strlen(words[i]);
            if ((size_t)(end - at) < length || memcmp(at, words[i], length) != 0) continue;
            *word = i;
            *inner = at + length;
            return at;
        }
    return NULL;
}

static dp_status put_piece(writer *w, const char *text, size_t bytes)
{
    double width, height;
    dp_status status = put_math(w, text, bytes, w->middle, 0, &width, &height);
    w->x += width;
    w->height = fmax(w->height, fmax(height, w->size));
    return status;
}

static dp_status put_tag(writer *w, const char *text, size_t bytes, double edge)
{
    char words[64];
    const dp_style style = {.font_size = w->size, .halign = 1};
    double width, height;
    if (bytes > sizeof words - 3) return dpi_fail(w->ctx, DP_ERR_SYNTAX, "formula: the tag is too long");
    words[0] = '(';
    memcpy(words + 1, text, bytes);
    words[bytes + 1] = ')';
    words[bytes + 2] = 0;
    dp_status status = dp_plot_text_size(w->ctx, words, &style, &width, &height);
    if (status == DP_OK && w->axes) status = dp_axes_text(w->axes, edge, w->middle, words, &style);
    if (!w->axes) w->x += width + TAG_GAP * w->size;
    return status;
}

/* Puts a line that begins at w->x; edge is where tags end. */
static dp_status put_line(writer *w, const char *at, const char *end, double edge)
{
    dp_status status = DP_OK;
    w->height = 0;
    while (at < end && status == DP_OK) {
        const char *inner = end;
        int word = 0;
        const char *found = find_word(at, end, &word, &inner);
        status = put_piece(w, at, (size_t)((found ? found : end) - at));
        if (!found || status != DP_OK) return status;
        const char *inner_end = group_end(inner, end);
        if (!inner_end) return dpi_fail(w->ctx, DP_ERR_SYNTAX, "formula: a brace is not closed: %.40s", found);
        size_t bytes = (size_t)(inner_end - inner);
        status = word == 3 ? put_tag(w, inner, bytes, edge) : put_matrix(w, inner, bytes, word == 0, word == 2);
        at = inner_end + 1;
    }
    return status;
}

static dp_status put_all(dp_ctx *ctx, dp_axes *axes, const char *text, double size, double *width, double *height)
{
    writer w = {.ctx = ctx, .size = size > 0 ? size : 14};
    double y = EDGE * w.size, most = *width;
    dp_status status = DP_OK;
    for (const char *at = text; *at && status == DP_OK;) {
        const char *end = at + strcspn(at, "\n");
        w.axes = NULL;
        w.x = 0;
        status = put_line(&w, at, end, 0);
        double length = w.x, tall = fmax(w.height, w.size);
        most = fmax(most, length + 2 * EDGE * w.size);
        if (axes && status == DP_OK) {
            w.axes = axes;
            w.x = (*width - length) / 2;
            w.middle = y + tall / 2;
            status = put_line(&w, at, end, *width - EDGE * w.size);
        }
        y += tall + LINE_GAP * w.size;
        at = *end ? end + 1 : end;
    }
    *width = most;
    *height = y - LINE_GAP * w.size + EDGE * w.size;
    return status;
}

dp_status dp_chart_formula_size(dp_ctx *ctx, const char *text, double size, double *width, double *height)
{
    double w = 0, h = 0;
    dp_status status = put_all(ctx, NULL, text, size, &w, &h);
    if (status == DP_OK) *width = w, *height = h;
    return status;
}

dp_status dp_chart_formula(dp_axes *axes, const char *text, double size)
{
    double width = 0, height = 0;
    dp_ctx *ctx = axes->figure->ctx;
    dp_status status = put_all(ctx, NULL, text, size, &width, &height);
    if (status == DP_OK) status = dp_axes_limits(axes, DP_X, 0, width);
    if (status == DP_OK) status = dp_axes_limits(axes, DP_Y, height, 0);
    if (status == DP_OK) status = put_all(ctx, axes, text, size, &width, &height);
    dp_axes_off(axes);
    return status;
}
