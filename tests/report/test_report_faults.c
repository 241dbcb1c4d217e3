/* Allocations of a report fail: a clean error each time, and nothing is left behind. All of them up to a point, then one
 * in many, since there are thousands. */
#include <stdlib.h>

#include "report_fixture.h"
#include "support/failing_memory.h"

#if CAN_REPORT

enum { ALL_UP_TO = 150, STRIDE = 11 };

static void hold(const char *dir)
{
    failing_memory memory;
    dp_ctx *ctx = failing_memory_ctx(&memory);
    long failed = 0;
    for (long at = 0;; at += at < ALL_UP_TO ? 1 : STRIDE, failed++) {
        dp_text html = {.ctx = ctx};
        long live = memory.live;
        memory.fail_at = memory.count + at;
        dp_status status = dp_report_html(ctx, dir, &(dp_report_config){.rows = 4, .mistakes = 2}, &html);
        dp_text_free(&html);
        assert_int_equal(memory.live, live);
        if (status == DP_OK && memory.count > memory.fail_at)
            fail_msg("allocation %ld failed, and nobody said so", at);
        if (status == DP_OK)
            break;
        if (status != DP_ERR_NOMEM)
            fail_msg("allocation %ld failed, and %s came out: %s", at, dp_status_name(status), dp_ctx_message(ctx));
    }
    dp_ctx_free(&ctx);
    print_message("%ld allocations failed one after another\n", failed);
    assert_true(failed > 150);
}

static void with_classes(void **state)
{
    (void)state;
    dp_ctx *ctx = ctx_open();
    const char *dir = scratch_path("xor");
    make_run(ctx, xor_text, DP_F32, scratch_write("xor.csv", xor_csv, sizeof xor_csv - 1), 2, "sgd:lr=0.1", dir);
    ctx_close(ctx);
    hold(dir);
}

static void without(void **state)
{
    (void)state;
    static const char text[] =
        "x = input(1)\nt = input(1)\nw = param((1, 1), zeros)\ny = x @ w\nloss = mean((y - t) ** 2)\n";
    static const char csv[] = "x,t\n0,1\n1,3\n2,5\n";
    dp_ctx *ctx = ctx_open();
    const char *dir = scratch_path("line");
    make_run(ctx, text, DP_F64, scratch_write("line.csv", csv, sizeof csv - 1), 2, "sgd:lr=0.05", dir);
    ctx_close(ctx);
    hold(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(with_classes), cmocka_unit_test(without)};
    return cmocka_run_group_tests(tests, scratch_setup, scratch_teardown);
}

#else

int main(void)
{
    return 77;
}

#endif
