/* NPZ from bytes. */
#include <denpa/file.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dp_ctx *ctx = NULL;
    dp_tensors *tensors = NULL;
    if (dp_ctx_new(&(dp_config){.memory_limit_bytes = 64 << 20}, &ctx) != DP_OK)
        return 1;
    dp_status status = dp_npz_parse(ctx, data, size, "fuzz", &tensors);
    int wrong = (status == DP_OK) != (tensors != NULL) || (status != DP_OK && !*dp_ctx_message(ctx));
    dp_tensors_free(&tensors);
    wrong = wrong || dp_ctx_memory(ctx).current_bytes != 0;
    dp_ctx_free(&ctx);
    if (wrong)
        __builtin_trap();
    return 0;
}
