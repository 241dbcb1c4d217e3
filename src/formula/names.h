/* A table of names: each gets a number, from 0 in the order of coming. */
#ifndef DENPA_FORMULA_NAMES_H
#define DENPA_FORMULA_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include <denpa/context.h>

typedef struct dpi_names {
    char **texts;
    size_t count, text_capacity;
    uint32_t *slots; /* number + 1; 0: free. A power of two of them, at most half full. */
    size_t slot_count;
} dpi_names;

enum { DPI_NO_NAME = UINT32_MAX };

void dpi_names_free(dp_ctx *ctx, dpi_names *names);
uint32_t dpi_names_find(const dpi_names *names, const char *text, size_t bytes); /* DPI_NO_NAME if it is not there */
dp_status dpi_names_add(dp_ctx *ctx, dpi_names *names, const char *text, size_t bytes, uint32_t *number);

/* The name of the candidates nearest to `text` by edit distance, if it is near enough to be meant; else NULL. */
typedef struct dpi_nearest {
    const char *text;
    size_t bytes;
    const char *best;
    int distance;
} dpi_nearest;
void dpi_nearest_try(dpi_nearest *nearest, const char *candidate);

#endif
