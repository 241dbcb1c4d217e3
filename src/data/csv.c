/* CSV: RFC 4180 with a header line, every other cell a number, or a word where the rules say so. Lines end with LF, CRLF or CR; a byte order mark and
 * blank lines at the end are skipped; spaces around a number are. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/utf8.h"
#include "data/csv.h"
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

static void free_table(dp_ctx *ctx, dpi_csv_table *t)
{
    for (int i = 0; i < t->columns; i++) {
        dpi_free(ctx, t->names[i]);
        if (t->arrays)
            dp_array_free(&t->arrays[i]);
    }
    dpi_free(ctx, t->names);
    dpi_free(ctx, t->arrays);
    dpi_free(ctx, t->is_words);
    dpi_free(ctx, t->words);
    dp_array_free(&t->lines);
}

static bool has_control(const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return true;
    return false;
}

/* Of a cell's text, copied to `to`, each "" becomes one ". */
static void undouble(const csv_cell *cell, char *to)
{
    if (!cell->doubled)
        return;
    for (const char *from = to; *from; from += from[0] == '"' ? 2 : 1)
        *to++ = *from;
    *to = 0;
}

static dp_status add_name(csv_text *c, dpi_csv_table *t, const csv_cell *cell)
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
    undouble(cell, t->names[t->columns++]);
    return DP_OK;
}

static dp_status read_names(csv_text *c, dpi_csv_table *t)
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

/* No more rows than lines are left, and a row has a comma or line end for each cell, and a byte where none is empty. */
static int64_t most_rows(const csv_text *c, int columns, const dpi_csv_rules *rules)
{
    int64_t lines = 1, by_bytes = (c->end - c->next + 1) / ((rules->missing ? 1 : 2) * (int64_t)columns);
    for (const char *p = c->next; p < c->end; p++)
        lines += *p == '\n' || *p == '\r';
    return lines < by_bytes ? lines : by_bytes;
}

static dp_status make_columns(csv_text *c, dpi_csv_table *t, const dpi_csv_rules *rules)
{
    void *memory;
    dp_status status = dpi_alloc(c->ctx, (size_t)t->columns, sizeof *t->arrays, "columns", &memory);
    if (status != DP_OK)
        return status;
    t->arrays = memory;
    dp_shape shape = dp_shape_of(1, (int64_t[]){most_rows(c, t->columns, rules)});
    for (int i = 0; i < t->columns && status == DP_OK; i++)
        status = dp_array_new(c->ctx, t->is_words[i] ? DP_I64 : DP_F64, shape, &t->arrays[i]);
    return status == DP_OK ? dp_array_new(c->ctx, DP_I64, shape, &t->lines) : status;
}

static dp_status bad_cell(const csv_text *c, const dpi_csv_table *t, int64_t line, int column, const csv_cell *cell)
{
    char shown[SHOWN_BYTES], name[SHOWN_BYTES];
    dpi_utf8_shown(t->names[column], strlen(t->names[column]), name, sizeof name);
    if (cell->bytes == 0)
        return dpi_fail(c->ctx, DP_ERR_FORMAT,
                        "%s:%lld:%d (column %s): the cell is empty (the options missing=drop and missing=mean allow "
                        "that)",
                        c->what, (long long)line, column + 1, name);
    dpi_utf8_shown(cell->text, cell->bytes, shown, sizeof shown);
    if (t->is_words[column])
        return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s:%lld:%d (column %s): \"%s\" is no text in UTF-8", c->what,
                        (long long)line, column + 1, name, shown);
    return dpi_fail(
        c->ctx, DP_ERR_FORMAT,
        "%s:%lld:%d (column %s): \"%s\" is not a number (the option categories=%s would take it for a name)", c->what,
        (long long)line, column + 1, name, shown, name);
}

static dp_status wrong_count(const csv_text *c, const dpi_csv_table *t, int64_t line, int cells)
{
    return dpi_fail(c->ctx, DP_ERR_FORMAT, "%s:%lld: %d cell%s, and the header has %d column%s", c->what,
                    (long long)line, cells, cells == 1 ? "" : "s", t->columns, t->columns == 1 ? "" : "s");
}

/* A word goes behind the others; false if it is no text. */
static dp_status add_word(csv_text *c, dpi_csv_table *t, const csv_cell *cell, int64_t *place, bool *good)
{
    *good = dpi_utf8_valid(cell->text, cell->bytes);
    if (!*good)
        return DP_OK;
    dp_status status =
        dpi_grow(c->ctx, (void **)&t->words, &t->word_capacity, t->word_bytes + cell->bytes + 1, 1, "words of a table");
    if (status != DP_OK)
        return status;
    char *to = t->words + t->word_bytes;
    memcpy(to, cell->text, cell->bytes);
    to[cell->bytes] = 0;
    undouble(cell, to);
    *place = (int64_t)t->word_bytes;
    t->word_bytes += cell->bytes + 1;
    return DP_OK;
}

/* What stands where there is no value. */
static bool is_missing(const csv_cell *cell)
{
    static const char *const words[] = {"", "NA", "N/A", "null", "?", "nan", "NaN"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (cell->bytes == strlen(words[i]) && memcmp(cell->text, words[i], cell->bytes) == 0)
            return true;
    return false;
}

/* A row on its way. */
typedef struct csv_row {
    const dpi_csv_rules *rules;
    bool missing;
    csv_cell bad;
    int bad_at; /* -1: nothing is wrong */
} csv_row;

static dp_status store_cell(csv_text *c, dpi_csv_table *t, int column, const csv_cell *cell, csv_row *row)
{
    double value = NAN;
    int64_t place = -1;
    bool good = true, missing = row->rules->missing && is_missing(cell);
    dp_status status = DP_OK;
    if (t->is_words[column] && !missing) {
        good = cell->bytes > 0;
        if (good)
            status = add_word(c, t, cell, &place, &good);
    } else if (!missing) {
        good = read_number(cell, &value);
    }
    row->missing = row->missing || missing;
    if (!good && row->bad_at < 0)
        row->bad = *cell, row->bad_at = column;
    if (t->rows >= t->lines->shape.dims[0])
        return status;
    if (t->is_words[column])
        ((int64_t *)t->arrays[column]->data)[t->rows] = place;
    else
        ((double *)t->arrays[column]->data)[t->rows] = value;
    return status;
}

static dp_status read_row(csv_text *c, dpi_csv_table *t, const dpi_csv_rules *rules)
{
    int64_t line = c->line;
    int cells = 0;
    csv_row row = {.rules = rules, .bad_at = -1};
    for (csv_cell cell = {0}; !cell.last; cells++) {
        dp_status status = read_cell(c, &cell);
        if (status == DP_OK && cells < t->columns)
            status = store_cell(c, t, cells, &cell, &row);
        if (status != DP_OK)
            return status;
    }
    if (cells != t->columns)
        return wrong_count(c, t, line, cells);
    if (row.bad_at >= 0)
        return bad_cell(c, t, line, row.bad_at, &row.bad);
    DPI_CHECK(c->ctx, t->rows < t->lines->shape.dims[0]);
    ((int64_t *)t->lines->data)[t->rows] = line;
    if (!row.missing || rules->missing != DPI_MISSING_DROP)
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

static dp_status read_rows(csv_text *c, dpi_csv_table *t, const dpi_csv_rules *rules)
{
    bool dropped = false;
    dp_status status = make_columns(c, t, rules);
    while (status == DP_OK && !only_blank_left(c))
        status = read_row(c, t, rules), dropped = true;
    if (status != DP_OK)
        return status;
    if (t->rows == 0)
        return dpi_fail(c->ctx, DP_ERR_FORMAT,
                        dropped ? "%s: every row has a cell that is missing" : "%s: no rows follow after the header",
                        c->what);
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

/* Everything but the data set itself. */
static dp_status read_table(csv_text *c, dpi_csv_table *t, const dpi_csv_rules *rules, dpi_encoding *encoding)
{
    dp_status status = check_text(c);
    if (status == DP_OK)
        status = read_names(c, t);
    if (status == DP_OK)
        status = dpi_csv_choose(t, rules);
    if (status == DP_OK)
        status = read_rows(c, t, rules);
    return status == DP_OK ? dpi_csv_encode(t, rules, encoding) : status;
}

dp_status dpi_csv_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, const dpi_csv_rules *rules,
                        dp_dataset **out)
{
    csv_text c = {.ctx = ctx, .what = what, .next = bytes, .end = (const char *)bytes + count, .line = 1};
    dpi_csv_table t = {.ctx = ctx, .what = what};
    dpi_encoding encoding = {.ctx = ctx};
    dp_status status = read_table(&c, &t, rules, &encoding);
    if (status != DP_OK)
        goto fail;
    status = dpi_dataset_new(ctx, *rules->source ? rules->source : what, t.columns, (const char *const *)t.names,
                             t.arrays, out);
    if (status == DP_ERR_ARG)
        status = DP_ERR_FORMAT; /* two columns of one name: here it is the file that is wrong */
    if (status != DP_OK)
        goto fail;
    memset(t.arrays, 0, (size_t)t.columns * sizeof *t.arrays); /* the data set has them now */
    (*out)->is_table = true;
    (*out)->encoding = encoding;
    encoding = (dpi_encoding){.ctx = ctx};
fail:
    dpi_encoding_free(&encoding);
    free_table(ctx, &t);
    return status;
}

dp_status dpi_csv_read(dp_ctx *ctx, const char *path, const dpi_csv_rules *rules, dp_dataset **out)
{
    dp_array *file;
    dp_status status = dp_file_read(ctx, path, 0, &file);
    if (status != DP_OK)
        return status;
    status = dpi_csv_parse(ctx, file->data, dp_array_bytes(file), path, rules, out);
    dp_array_free(&file);
    return status;
}

static const dpi_csv_rules numbers_only = {.source = ""};

dp_status dp_csv_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, dp_dataset **out)
{
    return dpi_csv_parse(ctx, bytes, count, what, &numbers_only, out);
}

dp_status dp_csv_read(dp_ctx *ctx, const char *path, dp_dataset **out)
{
    return dpi_csv_read(ctx, path, &numbers_only, out);
}
