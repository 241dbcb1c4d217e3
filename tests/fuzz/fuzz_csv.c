/* CSV from bytes: numbers, and words with missing cells. */
#include "data/csv.h"

#include "fuzz/fuzz.h"

static int parse(dp_ctx *ctx, const uint8_t *data, size_t size, const dpi_csv_rules *rules)
{
    dp_dataset *table = NULL, *again = NULL;
    const dp_encoding *learned;
    dp_status status =
        rules ? dpi_csv_parse(ctx, data, size, "fuzz", rules, &table) : dp_csv_parse(ctx, data, size, "fuzz", &table);
    int wrong = (status == DP_OK) != (table != NULL) || (status != DP_OK && !*dp_ctx_message(ctx));
    if (table && rules) { /* what was learned reads the same text */
        dpi_csv_rules same = *rules;
        same.learned_count = dp_dataset_encoding(table, &learned);
        same.learned = learned;
        wrong = wrong || dpi_csv_parse(ctx, data, size, "fuzz", &same, &again) != DP_OK ||
                dp_dataset_rows(again) != dp_dataset_rows(table);
    }
    dp_dataset_free(&again);
    dp_dataset_free(&table);
    return wrong || dp_ctx_memory(ctx).current_bytes != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dp_ctx *ctx = NULL;
    if (dp_ctx_new(&(dp_config){.memory_limit_bytes = 64 << 20}, &ctx) != DP_OK)
        return 1;
    int wrong = parse(ctx, data, size, NULL);
    for (int missing = DPI_MISSING_ERROR; missing <= DPI_MISSING_MEAN; missing++)
        for (int words = 0; words < 2; words++)
            wrong = wrong || parse(ctx, data, size,
                                   &(dpi_csv_rules){.source = "",
                                                    .target = missing ? "t" : NULL,
                                                    .categories = words ? "*" : NULL,
                                                    .missing = (dpi_csv_missing)missing});
    dp_ctx_free(&ctx);
    if (wrong)
        __builtin_trap();
    return 0;
}
