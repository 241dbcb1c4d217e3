/* The built-in `digits` data set: handwriting-like digits drawn by code, no stored pictures. */
#ifndef DPI_DATA_DIGITS_H
#define DPI_DATA_DIGITS_H

#include <stdint.h>

/* Draws digit number `index` of the endless, seeded sequence; returns its label 0..9.
 *
 * pixels   [28 * 28]  row-major from the top left; 0 is background, 255 is ink
 *
 * A pure function: the same (seed, split, index) gives the same bytes on every platform, with every compiler.
 * Sequences of different splits (training, test, ...) are independent, and so are those of different seeds. Labels
 * are independent and uniform. Cannot fail; safe to call from any thread.
 * Tests    data/digits */
int dpi_digits_draw(uint64_t seed, uint32_t split, uint64_t index, uint8_t pixels[784]);

#endif
