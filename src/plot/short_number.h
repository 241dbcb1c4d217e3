/* A number at its shortest after rounding: 220.00000000000003 is "220", 0.1 + 0.2 is "0.3", -0 is "0". */
#ifndef DENPA_PLOT_SHORT_NUMBER_H
#define DENPA_PLOT_SHORT_NUMBER_H

enum { DPI_NUMBER_BYTES = 48 };

/* digits: significant ones, 1..17. Returns buffer. */
char *dpi_short_number(double value, int digits, char buffer[DPI_NUMBER_BYTES]);

#endif
