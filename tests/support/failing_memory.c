#include "support/failing_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void *take(void *user, size_t bytes, size_t align)
{
    failing_memory *memory = user;
    void *block = NULL;
    if (memory->count++ == memory->fail_at)
        return NULL;
    if (posix_memalign(&block, align < sizeof(void *) ? sizeof(void *) : align, bytes) != 0)
        return NULL;
    memory->live++;
    return block;
}

static void give(void *user, void *block, size_t bytes, size_t align)
{
    (void)bytes, (void)align;
    ((failing_memory *)user)->live--;
    free(block);
}

dp_ctx *failing_memory_ctx(failing_memory *memory)
{
    dp_ctx *ctx = NULL;
    dp_config config;
    dp_config_init(&config);
    *memory = (failing_memory){.fail_at = -1};
    config.allocator = (dp_allocator){.alloc = take, .free = give, .user = memory};
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
    return ctx;
}

long failing_memory_try_all(failing_memory_body *body, void *user)
{
    failing_memory memory;
    dp_ctx *ctx = failing_memory_ctx(&memory);
    long failed = 0;
    for (;; failed++) {
        long live = memory.live;
        memory.fail_at = memory.count + failed;
        dp_status status = body(ctx, user);
        assert_int_equal(memory.live, live);
        if (status == DP_OK)
            break;
        if (status != DP_ERR_NOMEM)
            fail_msg("allocation %ld failed, and %s came out: %s", failed, dp_status_name(status), dp_ctx_message(ctx));
        assert_string_not_equal(dp_ctx_message(ctx), "");
    }
    dp_ctx_free(&ctx);
    assert_int_equal(memory.live, 0);
    return failed;
}
