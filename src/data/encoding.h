/* What was learned from the training part of a data set, in words: pairs of a column and a rule. */
#ifndef DENPA_DATA_ENCODING_H
#define DENPA_DATA_ENCODING_H

#include <stdbool.h>

#include <denpa/data.h>

/* Rules begin with one of these. */
#define DPI_RULE_CLASS "class:"     /* the next class of a column of indices */
#define DPI_RULE_ONE_HOT "one-hot:" /* the next element of its rows */
#define DPI_RULE_MEAN "mean:"       /* what stands for a missing number */
#define DPI_RULE_OPTION "option:"   /* of the data set as a whole: its column is "" */

/* A list that grows; its strings are owned. */
typedef struct dpi_encoding {
    dp_ctx *ctx;
    dp_encoding *items;
    size_t capacity;
    int count;
} dpi_encoding;

/* Adds a copy: the rule is `kind` with `text` behind. */
dp_status dpi_encoding_add(dpi_encoding *list, const char *column, const char *kind, const char *text);
dp_status dpi_encoding_copy(dpi_encoding *list, const dp_encoding *items, int count);
void dpi_encoding_free(dpi_encoding *list);

/* The text of the first rule of this kind for the column, from item *at on, which becomes the one behind it; NULL if
 * there is no more. */
const char *dpi_encoding_next(const dp_encoding *items, int count, const char *column, const char *kind, int *at);

/* The value of a remembered option KEY=VALUE; NULL: none. */
const char *dpi_encoding_option(const dp_encoding *items, int count, const char *key);

#endif
