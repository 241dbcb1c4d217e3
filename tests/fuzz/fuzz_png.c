/* PNG from bytes, gray and in colours. */
#include "data/picture.h"

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dp_ctx *ctx = NULL;
    int wrong = 0;
    if (dp_ctx_new(&(dp_config){.memory_limit_bytes = 64 << 20}, &ctx) != DP_OK)
        return 1;
    for (int channels = 1; channels <= 3; channels += 2) {
        dp_array *picture = NULL;
        dp_status status = dpi_png_parse(ctx, data, size, "fuzz", channels, 255, &picture);
        wrong = wrong || (status == DP_OK) != (picture != NULL) || (status != DP_OK && !*dp_ctx_message(ctx));
        dp_array_free(&picture);
    }
    wrong = wrong || dp_ctx_memory(ctx).current_bytes != 0;
    dp_ctx_free(&ctx);
    if (wrong)
        __builtin_trap();
    return 0;
}
