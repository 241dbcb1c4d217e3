/* CSV: RFC 4180 with a header line, every other cell a number. Lines end with LF, CRLF or CR; a byte order mark and
 * blank lines at the end are skipped; spaces around a number are. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "data/dataset.h"
#include "file/fileio.h"

typedef struct csv_text {
    dp_ctx *ctx;
    const char *what; /* as messages call it */
    const char *next, *end;
    int64_t line;
} csv_text;

/* A cell as it stands in the text, without the quotes around it. */
typedef struct csv_cell {
    const char *text;
    size_t bytes;
    bool doubled; /* it has "" in it, which mean " */
    bool last;    /* of its line */
} csv_cell;

enum { SHOWN_BYTES = 64 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool at_line_end(const csv_text *c)
{
    return c->next == c->end || *c->next == '\n' || *c->next == '\r';
}

static void skip_blanks(csv_text *c)
{
    while (c->next < c->end && is_blank(*c->next))
        c->next++;
}

static void skip_line_end(csv_text *c)
{
    if (c->next == c->end)
        return;
    bool both = c->next[0] == '\r' && c->end - c->next > 1 && c->next[1] == '\n';
    c->next += both ? 2 : 1;
    c->line++;
}

/* From behind the opening quote to behind the closing one. */
static dp_status read_quoted(csv_text *c, csv_cell *out)
{
    int64_t began = c->line;
    out->text = ++c->next;
    for (; c->next < c->end; c->next++) {
        if (*c->next == '\n' || (*c->next == '\r' && !(c->end - c->next > 1 && c->next[1] == '\n')))
            c->line++;
        if (*c->next != '"')
            continue;
        if (c->end - c->next < 2 || c->next[1] != '"') {
            out->bytes = (size_t)(c->next++ - out->text);
            skip_blanks(c);
            if (at_line_end(c) || *c->next == ',')
                return DP_OK;
            return dpi_fail(c->ctx, DP_ERR_FORMAT,
                            "%s:%lld: a comma or the line's end must follow after the closing quote", c->what,
                            (long long)c->line);
        }
        out->doubled = true;
        c->next++;
    }
    return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s:%lld: the quote that opens on this line is never closed", c->what,
                    (long long)began);
}

static dp_status read_cell(csv_text *c, csv_cell *out)
{
    dp_status status = DP_OK;
    *out = (csv_cell){0};
    skip_blanks(c);
    if (c->next < c->end && *c->next == '"') {
        status = read_quoted(c, out);
        if (status != DP_OK)
            return status;
    } else {
        out->text = c->next;
        while (!at_line_end(c) && *c->next != ',')
            c->next++;
        out->bytes = (size_t)(c->next - out->text);
        while (out->bytes && is_blank(out->text[out->bytes - 1]))
            out->bytes--;
    }
    out->last = at_line_end(c);
    if (out->last)
        skip_line_end(c);
    else
        c->next++;
    return DP_OK;
}

static bool read_number(const csv_cell *cell, double *value)
{
    const char *behind, *text = cell->text;
    size_t bytes = cell->bytes;
    for (; bytes && is_blank(*text); text++)
        bytes--;
    while (bytes && is_blank(text[bytes - 1]))
        bytes--;
    *value = dp_number_parse(text, bytes, &behind);
    return bytes && behind == text + bytes;
}

/* ---- The header ---- */

typedef struct csv_table {
    char **names; /* [columns], with room for name_capacity */
    size_t name_capacity;
    dp_array **arrays; /* [columns] */
    int columns;
    int64_t rows;
} csv_table;

static void free_table(dp_ctx *ctx, csv_table *t)
{
    for (int i = 0; i < t->columns; i++) {
        dpi_free(ctx, t->names[i]);
        if (t->arrays)
            dp_array_free(&t->arrays[i]);
    }
    dpi_free(ctx, t->names);
    dpi_free(ctx, t->arrays);
}

static bool has_control(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return true;
    return false;
}

static dp_status add_name(csv_text *c, csv_table *t, const csv_cell *cell)
{
    char shown[SHOWN_BYTES];
    int number = t->columns + 1;
    if (cell->bytes == 0)
        return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s:1:%d: column %d has no name", c->what, number, number);
    if (dpi_utf8_valid(cell->text, cell->bytes) && has_control(cell->text, cell->bytes))
        return dpi_fail(
            c->ctx, DP_ERR_FORMAT,
            "%s:1:%d: the name of column %d has a control character in it (columns are parted by commas): %s", c->what,
            number, number, dpi_utf8_shown(cell->text, cell->bytes, shown, sizeof shown));
    if (!dpi_utf8_valid(cell->text, cell->bytes))
        return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s:1:%d: the name of column %d is no text in UTF-8: %s", c->what,
                        number, number, dpi_utf8_shown(cell->text, cell->bytes, shown, sizeof shown));
    dp_status status =
        dpi_grow(c->ctx, (void **)&t->names, &t->name_capacity, (size_t)number, sizeof *t->names, "names of columns");
    if (status != DP_OK)
        return status;
    status = dpi_strndup(c->ctx, cell->text, cell->bytes, &t->names[t->columns]);
    if (status != DP_OK)
        return status;
    char *to = t->names[t->columns++];
    if (cell->doubled)
        for (const char *from = to; *from; from += from[0] == '"' ? 2 : 1)
            *to++ = *from;
    if (cell->doubled)
        *to = 0;
    return DP_OK;
}

static dp_status read_names(csv_text *c, csv_table *t)
{
    bool numbers = true;
    for (csv_cell cell = {0}; !cell.last;) {
        double value;
        dp_status status = read_cell(c, &cell);
        if (status == DP_OK)
            status = add_name(c, t, &cell);
        if (status != DP_OK)
            return status;
        numbers = numbers && read_number(&cell, &value);
    }
    if (!numbers)
        return DP_OK;
    return dpi_fail(c->ctx, DP_ERR_FORMAT,
                    "%s:1: the first line has numbers; put a line with the columns' names above it", c->what);
}

/* ---- The rows ---- */

/* No more rows than lines are left, and a row has a byte and a comma or line end for each cell. */
static int64_t most_rows(const csv_text *c, int columns)
{
    int64_t lines = 1, by_bytes = (c->end - c->next + 1) / (2 * (int64_t)columns);
    for (const char *p = c->next; p < c->end; p++)
        lines += *p == '\n' || *p == '\r';
    return lines < by_bytes ? lines : by_bytes;
}

static dp_status make_columns(csv_text *c, csv_table *t)
{
    void *memory;
    dp_status status = dpi_alloc(c->ctx, (size_t)t->columns, sizeof *t->arrays, "columns", &memory);
    if (status != DP_OK)
        return status;
    t->arrays = memory;
    dp_shape shape = dp_shape_of(1, (int64_t[]){most_rows(c, t->columns)});
    for (int i = 0; i < t->columns && status == DP_OK; i++)
        status = dp_array_new(c->ctx, DP_F64, shape, &t->arrays[i]);
    return status;
}

static dp_status bad_cell(const csv_text *c, const csv_table *t, int64_t line, int column, const csv_cell *cell)
{
    char shown[SHOWN_BYTES], name[SHOWN_BYTES];
    dpi_utf8_shown(t->names[column], strlen(t->names[column]), name, sizeof name);
    if (cell->bytes == 0)
        return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s:%lld:%d (column %s): the cell is empty", c->what, (long long)line,
                        column + 1, name);
    return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s:%lld:%d (column %s): \"%s\" is not a number", c->what, (long long)line,
                    column + 1, name, dpi_utf8_shown(cell->text, cell->bytes, shown, sizeof shown));
}

static dp_status wrong_count(const csv_text *c, const csv_table *t, int64_t line, int cells)
{
    return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s:%lld: %d cell%s, and the header has %d column%s", c->what,
                    (long long)line, cells, cells == 1 ? "" : "s", t->columns, t->columns == 1 ? "" : "s");
}

static dp_status read_row(csv_text *c, csv_table *t)
{
    int64_t line = c->line;
    int cells = 0;
    csv_cell bad = {0};
    int bad_at = -1;
    for (csv_cell cell = {0}; !cell.last; cells++) {
        double value = 0;
        dp_status status = read_cell(c, &cell);
        if (status != DP_OK)
            return status;
        if (cells >= t->columns)
            continue;
        if (!read_number(&cell, &value) && bad_at < 0)
            bad = cell, bad_at = cells;
        if (t->rows < t->arrays[cells]->shape.dims[0])
            ((double *)t->arrays[cells]->data)[t->rows] = value;
    }
    if (cells != t->columns)
        return wrong_count(c, t, line, cells);
    if (bad_at >= 0)
        return bad_cell(c, t, line, bad_at, &bad);
    DPI_CHECK(c->ctx, t->rows < t->arrays[0]->shape.dims[0]);
    t->rows++;
    return DP_OK;
}

static bool only_blank_left(const csv_text *c)
{
    for (const char *p = c->next; p < c->end; p++)
        if (!is_blank(*p) && *p != '\n' && *p != '\r')
            return false;
    return true;
}

static dp_status read_rows(csv_text *c, csv_table *t)
{
    dp_status status = make_columns(c, t);
    while (status == DP_OK && !only_blank_left(c))
        status = read_row(c, t);
    if (status != DP_OK)
        return status;
    if (t->rows == 0)
        return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s: no rows follow after the header", c->what);
    for (int i = 0; i < t->columns; i++)
        t->arrays[i]->shape.dims[0] = t->rows;
    return DP_OK;
}

/* ---- The whole ---- */

static dp_status check_text(csv_text *c)
{
    const char *nul = c->next == c->end ? NULL : memchr(c->next, 0, (size_t)(c->end - c->next));
    if (nul)
        return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s: byte %lld is 0, so this is no text file", c->what,
                        (long long)(nul - c->next));
    if (c->end - c->next >= 3 && memcmp(c->next, "\xEF\xBB\xBF", 3) == 0)
        c->next += 3;
    if (only_blank_left(c))
        return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s: the file is empty", c->what);
    return DP_OK;
}

dp_status dp_csv_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_dataset **out)
{
    csv_text c = {.ctx = ctx, .what = what, .next = bytes, .end = (const char *)bytes + count, .line = 1};
    csv_table t = {0};
    dp_status status = check_text(&c);
    if (status == DP_OK)
        status = read_names(&c, &t);
    if (status == DP_OK)
        status = read_rows(&c, &t);
    if (status != DP_OK)
        goto fail;
    status = dpi_dataset_new(ctx, what, t.columns, (const char *const *)t.names, t.arrays, out);
    if (status == DP_ERR_ARG)
        status = DP_ERR_FORMAT; /* two columns of one name: here it is the file that is wrong */
    if (status != DP_OK)
        goto fail;
    memset(t.arrays, 0, (size_t)t.columns * sizeof *t.arrays); /* the data set has them now */
fail:
    free_table(ctx, &t);
    return status;
}

dp_status dp_csv_read(dp_ctx *ctx, const char *path, dp_dataset **out)
{
    dp_array *file;
    dp_status status = dp_file_read(ctx, path, 0, &file);
    if (status != DP_OK)
        return status;
    status = dp_csv_parse(ctx, file->data, dp_array_bytes(file), path, out);
    dp_array_free(&file);
    return status;
}
