/* The bar of a transfer, where there is a terminal to see it. */
#ifndef DENPA_CLI_FETCH_PROGRESS_H
#define DENPA_CLI_FETCH_PROGRESS_H

#include <stdint.h>

#include <curl/curl.h>

typedef struct cli_fetch_progress {
    const char *name;
    int64_t before; /* bytes that were there when the transfer began */
    double began, shown;
    int terminal, drawn;
} cli_fetch_progress;

void cli_fetch_progress_init(cli_fetch_progress *progress, const char *name);

/* A curl_xferinfo_callback. */
int cli_fetch_progress_show(void *progress, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up);

/* Wipes the bar away. */
void cli_fetch_progress_end(cli_fetch_progress *progress);

#endif
