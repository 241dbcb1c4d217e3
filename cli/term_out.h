/* Images in the terminal. */
#ifndef DENPA_CLI_TERM_OUT_H
#define DENPA_CLI_TERM_OUT_H

#include "plot_loader.h"

/* How wide the terminal is; 80 where stdout is none. */
int64_t cli_term_columns(void);

/* Writes rgb, [H, W, 3] uint8, to stdout as the terminal understands it; columns 0: as wide as that is. */
dp_status cli_term_print(const cli_plot_library *plot, dp_ctx *ctx, const dp_array *rgb, int64_t columns);

#endif
