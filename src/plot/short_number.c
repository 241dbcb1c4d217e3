/* Numbers as they are written into pictures. */
#include "plot/short_number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <denpa/text.h>

/* Rounded in decimal, and its shortest digits then. */
char *dpi_short_number(double value, int digits, char buffer[DPI_NUMBER_BYTES])
{
    char rounded[64], shortest[DP_NUMBER_TEXT_BYTES];
    const char *end;
    if (isfinite(value) && digits < 17) {
        snprintf(rounded, sizeof rounded, "%.*e", digits - 1, value);
        for (char *c = rounded; *c; c++)
            if (!strchr("0123456789+-e", *c))
                *c = '.'; /* the point of another locale */
        value = dp_number_parse(rounded, strlen(rounded), &end);
    }
    dp_number_text_f64(value, shortest);
    size_t length = strlen(shortest);
    if (length > 2 && strcmp(shortest + length - 2, ".0") == 0)
        shortest[length - 2] = 0;
    snprintf(buffer, DPI_NUMBER_BYTES, "%s", strcmp(shortest, "-0") == 0 ? "0" : shortest);
    return buffer;
}
