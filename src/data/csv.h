/* A table on its way from text to a data set. */
#ifndef DENPA_DATA_CSV_H
#define DENPA_DATA_CSV_H

#include <stdbool.h>

#include "data/data_options.h"
#include "data/dataset.h"

typedef enum dpi_csv_missing { DPI_MISSING_ERROR, DPI_MISSING_DROP, DPI_MISSING_MEAN } dpi_csv_missing;

/* How a table is read. */
typedef struct dpi_csv_rules {
    const char *source;              /* as messages about rules call the data */
    const char *target, *categories; /* NULL: none */
    dpi_csv_missing missing;
    const dp_encoding *learned; /* by other data; then nothing is learned here */
    int learned_count;
} dpi_csv_rules;

typedef struct dpi_csv_table {
    dp_ctx *ctx;
    const char *what;
    char **names; /* [columns], with room for name_capacity */
    size_t name_capacity;
    dp_array **arrays; /* [columns]: f64 numbers, NaN where one is missing; i64 for words: where each begins, or -1 */
    bool *is_words;    /* [columns] */
    char *words;       /* each with a zero behind */
    size_t word_bytes, word_capacity;
    dp_array *lines; /* i64: the line of each row, for messages */
    int columns;
    int64_t rows;
} dpi_csv_table;

/* Which columns hold words; called when the names are known. Errors: DP_ERR_NAME (no such column), DP_ERR_NOMEM. */
dp_status dpi_csv_choose(dpi_csv_table *t, const dpi_csv_rules *rules);

/* Words become categories, missing numbers means, the target the last column; what was learned is added to `encoding`. */
dp_status dpi_csv_encode(dpi_csv_table *t, const dpi_csv_rules *rules, dpi_encoding *encoding);

/* The rules that the options of a source and what other data had learned give. */
dp_status dpi_csv_rules_of(const dpi_data_options *options, const dp_encoding *learned, int count,
                           dpi_csv_rules *rules);

/* dp_csv_parse and dp_csv_read with rules. */
dp_status dpi_csv_parse(dp_ctx *ctx, const void *bytes, size_t count, const char *what, const dpi_csv_rules *rules,
                        dp_dataset **out);
dp_status dpi_csv_read(dp_ctx *ctx, const char *path, const dpi_csv_rules *rules, dp_dataset **out);

#endif
