/* Text from outside: is it UTF-8? */
#ifndef DENPA_BASE_UTF8_H
#define DENPA_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sibling.h"

/* The bytes (1..4) of the character at text, 0 if it is none: cut off, overlong, a surrogate, beyond U+10FFFF.
 * Source: RFC 3629, section 4. */
DPI_SIBLING size_t dpi_utf8_char_bytes(const char *text, size_t bytes);

/* Decodes the character at text[0..bytes-1], bytes > 0. Returns how many bytes it takes; 0 if they are none. */
size_t dpi_utf8_decode(const char *text, size_t bytes, uint32_t *code);

/* Writes the bytes of a code point, and returns how many there are. It has to be one: no surrogate, at most U+10FFFF. */
size_t dpi_utf8_encode(uint32_t code, char bytes[4]);

bool dpi_utf8_valid(const char *text, size_t bytes);

/* Copies up to `bytes` bytes as they can be shown in a message: control characters and what is no UTF-8 become "?",
 * and what does not fit into the buffer is cut off at a character and "…" put there. Returns buffer. buffer_bytes >
 * 3. */
char *dpi_utf8_shown(const char *text, size_t bytes, char *buffer, size_t buffer_bytes);

#endif
