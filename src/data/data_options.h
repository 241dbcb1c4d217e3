/* The words behind a path: "iris.csv:target=species,missing=drop". */
#ifndef DENPA_DATA_DATA_OPTIONS_H
#define DENPA_DATA_DATA_OPTIONS_H

#include <denpa/context.h>

enum { DPI_DATA_OPTIONS_MOST = 16 };

typedef struct dpi_data_options {
    dp_ctx *ctx;
    const char *source; /* the whole, borrowed, for messages */
    char *path;         /* owned, as the text the others point into */
    char *text;
    const char *keys[DPI_DATA_OPTIONS_MOST], *values[DPI_DATA_OPTIONS_MOST]; /* a key without "=" has the value "" */
    int count;
} dpi_data_options;

/* Splits at the first ":" in front of which stands something that is there; what is there as a whole has no options.
 * dpi_data_options_deinit is to be called in any case. Errors: DP_ERR_IO (nothing is there), DP_ERR_ARG, DP_ERR_NOMEM.
 */
dp_status dpi_data_options_init(dpi_data_options *options, dp_ctx *ctx, const char *source);
void dpi_data_options_deinit(dpi_data_options *options);

/* DP_ERR_NAME for a key that is not among `known`, a list with blanks between; `what` says what has such options. */
dp_status dpi_data_options_check(const dpi_data_options *options, const char *what, const char *known);

/* The value of a key; NULL if it was not given. */
const char *dpi_data_option(const dpi_data_options *options, const char *key);

#endif
