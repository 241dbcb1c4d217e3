/* The characters of a text, numbered in the order of their code points. */
#ifndef DENPA_DATA_VOCABULARY_H
#define DENPA_DATA_VOCABULARY_H

#include "data/encoding.h"

/* The column whose classes they are. */
#define DPI_TEXT_COLUMN "t"

typedef struct dpi_vocabulary {
    dp_ctx *ctx;
    uint32_t *codes; /* [count], rising */
    int64_t count;
} dpi_vocabulary;

/* A text that was looked at: UTF-8, without a zero. */
typedef struct dpi_characters {
    const char *bytes;
    size_t byte_count;
    const char *what; /* as messages call it */
    int64_t count;    /* of characters */
} dpi_characters;

/* Looks at bytes, which are borrowed; a byte order mark at the begin is passed over. Errors: DP_ERR_FORMAT (no UTF-8, a zero, no
 * characters: names byte and line). */
dp_status dpi_characters_check(dp_ctx *ctx, const char *bytes, size_t count, const char *what, dpi_characters *out);

/* The characters that occur, or those that were remembered as the classes of the text column. *out is to be given to
 * dpi_vocabulary_deinit whether it worked or not. Errors: DP_ERR_FORMAT (what is remembered is no vocabulary), DP_ERR_NOMEM. */
dp_status dpi_vocabulary_learn(dp_ctx *ctx, const dpi_characters *text, dpi_vocabulary *out);
dp_status dpi_vocabulary_recall(dp_ctx *ctx, const dp_encoding *learned, int count, dpi_vocabulary *out);
dp_status dpi_vocabulary_remember(const dpi_vocabulary *vocabulary, dpi_encoding *encoding);
void dpi_vocabulary_deinit(dpi_vocabulary *vocabulary);

/* The number of a character, -1 if it is not among them. */
int64_t dpi_vocabulary_find(const dpi_vocabulary *vocabulary, uint32_t code);

/* Calls take for characters first … first + count - 1 of the text with their numbers. Errors: DP_ERR_RANGE (a character that is not among
 * them: names it, line and column). */
dp_status dpi_vocabulary_ids(const dpi_vocabulary *vocabulary, const dpi_characters *text, int64_t first, int64_t count,
                             void (*take)(void *user, int64_t i, uint32_t id), void *user);

#endif
