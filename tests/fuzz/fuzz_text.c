/* A text from bytes: windows that overlap and do not, both parts, and again with what was learned. */
#include "data/text_set.h"

#include "fuzz/fuzz.h"

static int parse(dp_ctx *ctx, const uint8_t *data, size_t size, const char *length, const char *stride)
{
    dp_dataset *text = NULL, *again = NULL;
    const dp_encoding *learned;
    dp_array *windows = NULL;
    dpi_data_options options = {.ctx = ctx, .source = "fuzz", .path = "fuzz", .count = 2, .keys = {"length", "stride"}};
    options.values[0] = length;
    options.values[1] = stride;
    int wrong = 0;
    for (int split = DP_SPLIT_TRAIN; split <= DP_SPLIT_TEST; split++) {
        dp_status status = dpi_text_parse(&options, (const char *)data, size, (dp_split)split, NULL, 0, &text);
        wrong = wrong || (status == DP_OK) != (text != NULL) || (status != DP_OK && !*dp_ctx_message(ctx));
        if (!text)
            continue;
        int count = dp_dataset_encoding(text, &learned);
        wrong = wrong ||
                dpi_text_parse(&options, (const char *)data, size, (dp_split)split, learned, count, &again) != DP_OK ||
                dp_dataset_rows(again) != dp_dataset_rows(text) || dp_dataset_array(again, 1, NULL, &windows) != DP_OK;
        for (int64_t i = 0; windows && i < dp_array_elems(windows); i++)
            wrong = wrong || !dp_dataset_class_name(text, 1, ((int64_t *)windows->data)[i]);
        dp_array_free(&windows);
        dp_dataset_free(&again);
        dp_dataset_free(&text);
    }
    return wrong || dp_ctx_memory(ctx).current_bytes != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dp_ctx *ctx = NULL;
    if (dp_ctx_new(&(dp_config){.memory_limit_bytes = 64 << 20}, &ctx) != DP_OK)
        return 1;
    int wrong = parse(ctx, data, size, "1", "1") || parse(ctx, data, size, "5", "2") || parse(ctx, data, size, "3", "7");
    dp_ctx_free(&ctx);
    if (wrong)
        __builtin_trap();
    return 0;
}
