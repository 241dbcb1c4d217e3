/* The context: defaults, messages, the allocator, its limit and its counts; status texts; sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <denpa/context.h>

#include "base/alloc.h"
#include "base/fail.h"
#include "base/size.h"

static void test_status(void **state)
{
    (void)state;
    assert_string_equal(dp_status_name(DP_ERR_SHAPE), "DP_ERR_SHAPE");
    assert_string_equal(dp_status_text(DP_ERR_SHAPE), "shapes do not fit");
    assert_string_equal(dp_status_name((dp_status)999), "DP_ERR_UNKNOWN");
    assert_string_equal(dp_status_text((dp_status)999), "unknown status");
    assert_int_equal(DP_OK, 0);
}

static void test_sizes(void **state)
{
    (void)state;
    size_t size = 7;
    int64_t whole = 7;
    assert_true(dpi_mul_size(1000, 1000, &size) && size == 1000000);
    assert_false(dpi_mul_size(SIZE_MAX / 2, 3, &size));
    assert_true(dpi_add_size(SIZE_MAX - 1, 1, &size) && size == SIZE_MAX);
    assert_false(dpi_add_size(SIZE_MAX, 1, &size));
    assert_false(dpi_mul_i64(INT64_MAX, 2, &whole));
    assert_true(size == SIZE_MAX && whole == 7);
}

static void test_config(void **state)
{
    (void)state;
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(&(dp_config){.threads = -1}, &ctx), DP_ERR_ARG);
    assert_int_equal(dp_ctx_new(&(dp_config){.threads = 1025}, &ctx), DP_ERR_ARG);
    assert_null(ctx);
    assert_int_equal(dp_ctx_new(&(dp_config){.threads = 3}, &ctx), DP_OK);
    assert_int_equal(dp_ctx_threads(ctx), 3);
    assert_string_equal(dp_ctx_message(ctx), "");
    dp_ctx_free(&ctx);
    assert_null(ctx);
    dp_ctx_free(&ctx);
    dp_ctx_free(NULL);
    assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
    assert_true(dp_ctx_threads(ctx) >= 1 && dp_ctx_memory(ctx).limit_bytes > 0);
    dp_ctx_free(&ctx);
}

static void test_messages(void **state)
{
    (void)state;
    dp_ctx *ctx;
    assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
    assert_int_equal(dpi_fail(ctx, DP_ERR_RANGE, "row %d", 3), DP_ERR_RANGE);
    assert_string_equal(dp_ctx_message(ctx), "row 3");
    assert_int_equal(dpi_fail_prefix(ctx, DP_ERR_RANGE, "%s: ", "a.csv"), DP_ERR_RANGE);
    assert_string_equal(dp_ctx_message(ctx), "a.csv: row 3");
    /* An argument may be the message that is there. */
    dpi_fail(ctx, DP_ERR_IO, "again: %s", dp_ctx_message(ctx));
    assert_string_equal(dp_ctx_message(ctx), "again: a.csv: row 3");
    char long_text[20000];
    memset(long_text, 'x', sizeof long_text);
    long_text[sizeof long_text - 1] = 0;
    for (int i = 0; i < 10; i++) dpi_fail_prefix(ctx, DP_ERR_IO, "%s", long_text);
    assert_true(strlen(dp_ctx_message(ctx)) < sizeof long_text);
    dp_ctx_free(&ctx);
}

static void keep_log(void *user, dp_log_level level, const char *text)
{
    assert_int_equal(level, DP_LOG_INFO);
    strcpy(user, text);
}

static void test_log(void **state)
{
    (void)state;
    char seen[64] = "";
    dp_ctx *ctx;
    assert_int_equal(dp_ctx_new(&(dp_config){.log = keep_log, .log_user = seen}, &ctx), DP_OK);
    dpi_log(ctx, DP_LOG_INFO, "%d of %d", 1, 2);
    assert_string_equal(seen, "1 of 2");
    dp_ctx_free(&ctx);
}

static void test_limit(void **state)
{
    (void)state;
    dp_ctx *ctx;
    void *a = NULL, *b = NULL;
    assert_int_equal(dp_ctx_new(&(dp_config){.memory_limit_bytes = 10000}, &ctx), DP_OK);
    assert_int_equal(dpi_alloc(ctx, 1000, 8, "weights", &a), DP_OK);
    for (int i = 0; i < 8000; i++) assert_int_equal(((char *)a)[i], 0);
    assert_int_equal((uintptr_t)a % 64, 0);
    assert_int_equal(dpi_alloc(ctx, 1000, 8, "gradients", &b), DP_ERR_NOMEM);
    assert_null(b);
    assert_non_null(strstr(dp_ctx_message(ctx), "gradients needs 8000 bytes"));
    assert_int_equal(dpi_alloc(ctx, SIZE_MAX / 4, 8, "huge", &b), DP_ERR_NOMEM);
    assert_non_null(strstr(dp_ctx_message(ctx), "huge"));
    assert_int_equal(dpi_alloc_raw(ctx, SIZE_MAX, 1, "huge", &b), DP_ERR_NOMEM);
    dpi_free(ctx, a);
    dpi_free(ctx, NULL);
    dp_memory_stats memory = dp_ctx_memory(ctx);
    assert_int_equal(memory.current_bytes, 0);
    assert_true(memory.peak_bytes >= 8000 && memory.peak_bytes <= 10000 && memory.allocations == 1);
    assert_int_equal(dpi_alloc(ctx, 0, 8, "nothing", &a), DP_OK);
    assert_non_null(a);
    dpi_free(ctx, a);
    dp_ctx_free(&ctx);
}

static void test_grow(void **state)
{
    (void)state;
    dp_ctx *ctx;
    assert_int_equal(dp_ctx_new(&(dp_config){.memory_limit_bytes = 100000}, &ctx), DP_OK);
    void *array = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(dpi_grow(ctx, &array, &capacity, (size_t)i + 1, sizeof(int), "list"), DP_OK);
        assert_int_equal(((int *)array)[i], 0);
        ((int *)array)[i] = i;
    }
    for (int i = 0; i < 1000; i++) assert_int_equal(((int *)array)[i], i);
    void *same = array;
    size_t before = capacity;
    assert_int_equal(dpi_grow(ctx, &array, &capacity, 1000000, sizeof(int), "list"), DP_ERR_NOMEM);
    assert_int_equal(dpi_grow(ctx, &array, &capacity, SIZE_MAX, sizeof(int), "list"), DP_ERR_NOMEM);
    assert_true(array == same && capacity == before);
    char *copy;
    assert_int_equal(dpi_strndup(ctx, "propagation", 4, &copy), DP_OK);
    assert_string_equal(copy, "prop");
    dpi_free(ctx, copy);
    dpi_free(ctx, array);
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
}

/* The C library's memory, little and much of it: aligned, the caller's from the first byte to the last, and given back. */
static void test_sizes_of_memory(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 8, 63, 64, 65, 127, 300, 968, 1024, 4095, 65536, 1 << 20, (4 << 20) - 65, (4 << 20) - 64, 5 << 20};
    enum { COUNT = sizeof sizes / sizeof *sizes, ROUNDS = 3 };
    unsigned char *memory[ROUNDS][COUNT];
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < COUNT; i++) {
            void *given;
            assert_int_equal(dpi_alloc(ctx, sizes[i], 1, "x", &given), DP_OK);
            assert_int_equal((uintptr_t)given % 64, 0);
            memory[round][i] = memset(given, 16 * round + i, sizes[i]);
        }
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < COUNT; i++) {
            for (size_t k = 0; k < sizes[i]; k++)
                if (memory[round][i][k] != 16 * round + i) fail_msg("byte %zu of %zu was overwritten", k, sizes[i]);
            dpi_free(ctx, memory[round][i]);
        }
    assert_int_equal(dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
}

/* An allocator of one's own gets every request, and the same bytes back. */
typedef struct ledger {
    size_t bytes;
    int refuse;
} ledger;

static void *ledger_alloc(void *user, size_t bytes, size_t align)
{
    ledger *l = user;
    if (l->refuse) return NULL;
    l->bytes += bytes;
    void *memory = NULL;
    return posix_memalign(&memory, align < sizeof(void *) ? sizeof(void *) : align, bytes) == 0
               ? memset(memory, 0xA5, bytes)
               : NULL;
}

static void ledger_free(void *user, void *memory, size_t bytes, size_t align)
{
    (void)align;
    ((ledger *)user)->bytes -= bytes;
    free(memory);
}

static void test_allocator(void **state)
{
    (void)state;
    ledger l = {0};
    dp_config config = {.allocator = {ledger_alloc, ledger_free, &l}};
    dp_ctx *ctx = NULL;
    assert_int_equal(dp_ctx_new(&(dp_config){.allocator = {ledger_alloc, NULL, &l}}, &ctx), DP_ERR_ARG);
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
    void *memory;
    assert_int_equal(dpi_alloc(ctx, 3, 5, "x", &memory), DP_OK);
    assert_int_equal(((char *)memory)[14], 0);
    dpi_free(ctx, memory);
    l.refuse = 1;
    assert_int_equal(dpi_alloc(ctx, 3, 5, "x", &memory), DP_ERR_NOMEM);
    dp_ctx_free(&ctx);
    assert_int_equal(l.bytes, 0);
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_ERR_NOMEM);
    assert_null(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),   cmocka_unit_test(test_sizes),     cmocka_unit_test(test_config),
        cmocka_unit_test(test_messages), cmocka_unit_test(test_log),       cmocka_unit_test(test_limit),
        cmocka_unit_test(test_grow),     cmocka_unit_test(test_allocator),
        cmocka_unit_test(test_sizes_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
