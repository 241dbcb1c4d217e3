/* Unicode, as much of it as the language needs: UTF-8, which code points are letters, and how wide they are shown. */
#ifndef DENPA_FORMULA_CODEPOINT_H
#define DENPA_FORMULA_CODEPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The offset of the first byte that is not UTF-8, or `bytes`. */
size_t dpi_utf8_check(const char *text, size_t bytes);

/* May the code point begin a name: A-Z, a-z, _, and everything from U+00AA on but spaces, punctuation, symbols,
 * private use and emoji, which are left out by whole blocks. A digit may follow, too. */
bool dpi_is_letter(uint32_t code);

/* Columns of a terminal: 2 for East Asian wide characters, 0 for combining marks, else 1. */
int dpi_code_width(uint32_t code);

#endif
