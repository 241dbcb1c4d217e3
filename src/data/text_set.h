/* A text as a data set: windows of characters, and for each of their characters the one that follows. */
#ifndef DENPA_DATA_TEXT_SET_H
#define DENPA_DATA_TEXT_SET_H

#include <stdbool.h>

#include <denpa/data.h>

#include "data/data_options.h"

/* Is the source one, "text:FILE"? */
bool dpi_source_is_text(const char *source);

/* As dp_dataset_open says. encoding: what other text had learned; count 0: nothing. Errors: DP_ERR_NAME (no test part), DP_ERR_IO,
 * DP_ERR_FORMAT, DP_ERR_RANGE, DP_ERR_ARG, DP_ERR_NOMEM. */
dp_status dpi_text_open(dp_ctx *ctx, const char *source, dp_split split, const dp_encoding *encoding, int count, dp_dataset **out);

/* The same from bytes, with the options of a source. */
dp_status dpi_text_parse(const dpi_data_options *options, const char *bytes, size_t byte_count, dp_split split,
                         const dp_encoding *encoding, int count, dp_dataset **out);

#endif
