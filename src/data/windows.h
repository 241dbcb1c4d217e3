/* Columns that are windows of one row of ids: row r of "x" are ids r * stride … r * stride + length - 1, of "t" those one further, what
 * follows. Nothing is copied: a window is put together when it is wanted. */
#ifndef DENPA_DATA_WINDOWS_H
#define DENPA_DATA_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include <denpa/context.h>
#include <denpa/formula.h>

enum { DPI_WINDOWS_X, DPI_WINDOWS_T, DPI_WINDOWS_COLUMNS };

typedef struct dpi_windows {
    dp_ctx *ctx;
    void *ids; /* [count]: uint8_t where they all fit, else uint32_t */
    bool wide;
    int64_t count, classes; /* ids are 0 … classes - 1 */
    int64_t length, stride;
    dp_setting settings[2]; /* what a model can take from it: dp_dataset_settings */
    char numbers[2][24];
} dpi_windows;

/* Room for `count` ids below `classes`. Errors: DP_ERR_NOMEM. */
dp_status dpi_windows_new(dp_ctx *ctx, int64_t count, int64_t classes, int64_t length, int64_t stride, dpi_windows **out);
void dpi_windows_free(dpi_windows **windows);
void dpi_windows_set(dpi_windows *windows, int64_t i, uint32_t id);

/* How many whole windows there are, each with what follows it. */
int64_t dpi_windows_rows(const dpi_windows *windows);

/* Elements first … first + count - 1 of a column [rows, length], as int64. Any thread may. */
void dpi_windows_read(const dpi_windows *windows, int column, int64_t first, int64_t count, int64_t *to);

#endif
