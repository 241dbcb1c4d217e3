/* What denpa report and denpa train --report have in common. */
#ifndef DENPA_CLI_REPORT_PAGE_H
#define DENPA_CLI_REPORT_PAGE_H

#include "cli.h"
#include "plot_loader.h"

/* Writes the report on the run in the folder `dir`, and, `aloud`, says where it is. path NULL or "": report.html there.
 * On failure says so and returns the exit status. */
int cli_report_write(const cli_plot_library *plot, dp_ctx *ctx, const char *dir, const char *path, int aloud,
                     const dp_report_config *config);

#endif
