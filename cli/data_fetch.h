/* denpa data fetch: data sets from the net. */
#ifndef DENPA_CLI_DATA_FETCH_H
#define DENPA_CLI_DATA_FETCH_H

#include "cli.h"

typedef struct cli_data_fetch {
    const char *what;         /* "mnist", or the URL of a single file */
    const char *dir, *sha256; /* NULL: the usual place; not known */
    const cli_list *urls;     /* in place of the usual ones: of the folder that holds the files */
    int64_t timeout;
} cli_data_fetch;

/* Says what is wrong and returns the exit status. */
int cli_data_fetch_run(const cli_data_fetch *fetch);

#endif
