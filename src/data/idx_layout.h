/* Where an IDX file has its elements. */
#ifndef DENPA_DATA_IDX_LAYOUT_H
#define DENPA_DATA_IDX_LAYOUT_H

#include "file/array_layout.h"

/* Errors: as dp_idx_read, but for what is wrong with the elements. Of a packed file row_by_row is false. */
dp_status dpi_idx_layout(dp_ctx *ctx, const char *path, dpi_layout *out);

#endif
