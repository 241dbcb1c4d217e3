/* Reading back the log of a run: a CSV file in which a number that is not known is left empty. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <denpa/file.h>
#include <denpa/text.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "train/run_dir.h"

enum { MOST_COLUMNS = 64, NAME_BYTES = 64 };

typedef struct log_reader {
    dp_ctx *ctx;
    const char *path, *at, *end;
    char names[MOST_COLUMNS][NAME_BYTES];
    int columns;
    int64_t rows;
    dp_array *arrays[MOST_COLUMNS];
} log_reader;

/* The bytes of the next cell; sets *last where it ends its line. */
static size_t next_cell(log_reader *r, const char **cell, bool *last)
{
    *cell = r->at;
    while (r->at < r->end && *r->at != ',' && *r->at != '\n') r->at++;
    size_t bytes = (size_t)(r->at - *cell);
    *last = r->at == r->end || *r->at == '\n';
    if (r->at < r->end) r->at++;
    while (bytes && ((*cell)[bytes - 1] == '\r' || (*cell)[bytes - 1] == ' ')) bytes--;
    return bytes;
}

static dp_status read_names(log_reader *r)
{
    const char *cell;
    bool last = false;
    while (!last) {
        size_t bytes = next_cell(r, &cell, &last);
        if (!bytes || bytes >= NAME_BYTES || r->columns == MOST_COLUMNS)
            return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s:1: a log begins with a line of at most %d names", r->path,
                            MOST_COLUMNS);
        memcpy(r->names[r->columns], cell, bytes);
        r->names[r->columns++][bytes] = 0;
    }
    return DP_OK;
}

static dp_status read_row(log_reader *r, int64_t row)
{
    const char *cell, *stop;
    bool last = false;
    for (int k = 0; k < r->columns; k++) {
        if (last)
            return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s:%lld: %d cells, but there are %d columns", r->path,
                            (long long)row + 2, k, r->columns);
        size_t bytes = next_cell(r, &cell, &last);
        double value = bytes ? dp_number_parse(cell, bytes, &stop) : NAN;
        if (bytes && stop != cell + bytes)
            return dpi_fail(r->ctx, DP_ERR_FORMAT, "%s:%lld: column %s is no number: %.*s", r->path, (long long)row + 2,
                            r->names[k], bytes < 40 ? (int)bytes : 40, cell);
        ((double *)r->arrays[k]->data)[row] = value;
    }
    return last ? DP_OK
                : dpi_fail(r->ctx, DP_ERR_FORMAT, "%s:%lld: more cells than the %d columns", r->path, (long long)row + 2,
                           r->columns);
}

static dp_status read_all(log_reader *r, dp_dataset **out)
{
    const char *names[MOST_COLUMNS];
    dp_status status = read_names(r);
    for (const char *c = r->at; c < r->end; c++) r->rows += *c == '\n' || (c + 1 == r->end && *c != '\n');
    for (int k = 0; k < r->columns && status == DP_OK; k++) {
        names[k] = r->names[k];
        status = dp_array_new(r->ctx, DP_F64, dp_shape_of(1, &r->rows), &r->arrays[k]);
    }
    for (int64_t row = 0; row < r->rows && status == DP_OK; row++) status = read_row(r, row);
    if (status == DP_OK) status = dp_dataset_new(r->ctx, r->columns, names, r->arrays, out);
    for (int k = 0; k < r->columns && status != DP_OK; k++) dp_array_free(&r->arrays[k]);
    return status;
}

dp_status dp_run_log(dp_ctx *ctx, const char *path, dp_dataset **out)
{
    dp_array *bytes = NULL;
    void *reader = NULL;
    dp_status status = dp_file_read(ctx, path, 0, &bytes);
    if (status == DP_OK) status = dpi_alloc(ctx, 1, sizeof(log_reader), "log", &reader);
    if (status == DP_OK) {
        log_reader *r = reader;
        r->ctx = ctx, r->path = path, r->at = bytes->data, r->end = r->at + dp_array_bytes(bytes);
        status = read_all(r, out);
    }
    dpi_free(ctx, reader);
    dp_array_free(&bytes);
    return status;
}
