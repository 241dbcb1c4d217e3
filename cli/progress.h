/* How far a training run is: a bar on a terminal, lines of the log otherwise. */
#ifndef DENPA_CLI_PROGRESS_H
#define DENPA_CLI_PROGRESS_H

#include <denpa/train.h>

typedef struct cli_progress {
    int bar;         /* stderr is a terminal: draw a bar there */
    int lines;       /* print lines for the rows of the log on stdout */
    int64_t batch;   /* samples a step */
    int64_t spacing; /* steps between two lines at least: a run of 10,000 epochs does not print 10,000 lines */
    int64_t printed; /* step of the last line */
    int drawn;       /* a bar is on the screen */
} cli_progress;

/* A line or a bar for where the run is. */
void cli_progress_show(cli_progress *progress, const dp_progress *at);

/* Wipes the bar. */
void cli_progress_end(cli_progress *progress);

#endif
