/* denpa data show: the pictures of a data set, as they are and as training sees them. */
#ifndef DENPA_CLI_DATA_SHOW_H
#define DENPA_CLI_DATA_SHOW_H

#include <denpa/data.h>

#include "cli.h"

typedef struct cli_data_show {
    const char *source, *out, *augment; /* augment NULL: the pictures as they are */
    int64_t index, count, seed;         /* rows index .. index + count - 1; count 0: as many as fit well */
} cli_data_show;

/* Says what is wrong and returns the exit status. */
int cli_data_show_run(dp_ctx *ctx, const cli_data_show *show);

#endif
