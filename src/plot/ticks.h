/* Where ticks stand and what they say. */
#ifndef DENPA_PLOT_TICKS_H
#define DENPA_PLOT_TICKS_H

#include <stdbool.h>

#include <denpa/text.h>

/* Room for what the functions below find. */
#define DPI_MOST_TICKS 128

typedef struct dpi_ticks {
    double at[DPI_MOST_TICKS];
    int count;
    double minor[DPI_MOST_TICKS];
    int minor_count;
} dpi_ticks;

/* Round places between lo and hi, at most `bins` steps apart, as matplotlib's MaxNLocator with steps 1, 2, 2.5, 5, 10.
 * Only those inside lo..hi. */
void dpi_ticks_linear(double lo, double hi, int bins, dpi_ticks *out);

/* Powers of ten between lo and hi (> 0), with minor ticks at their multiples; where there are fewer than two of them
 * the multiples 1, 2, 5, or else linear ticks, are the major ones. */
void dpi_ticks_log(double lo, double hi, int bins, dpi_ticks *out);

/* What linear ticks say: the number with as many digits as tell it from its neighbours, "−0.5", "2.5e6" from 1e6 on and
 * below 1e-4. `ticks` are all of the axis, i is the one meant. */
#define DPI_TICK_TEXT_BYTES 64
char *dpi_tick_text(const double *ticks, int count, int i, char buffer[DPI_TICK_TEXT_BYTES]);

/* What a tick of a log axis says: "$10^{-3}$", "$2{\times}10^{-3}$". */
char *dpi_tick_text_log(double at, char buffer[DPI_TICK_TEXT_BYTES]);

/* Limits for data from lo to hi without room around it: widened where they would be (nearly) equal, as matplotlib's
 * nonsingular. */
void dpi_limits_widen(double *lo, double *hi, double by);

#endif
