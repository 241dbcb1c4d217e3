/* Threads: the same bits on one thread and on many; what happens when threads cannot be had; errors that do not
 * depend on who finds them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <denpa/denpa.h>

#include "run/team.h"
#include "support/random_graph.h"

enum { NODES = 40, WANTED = 3 };

static dp_ctx *new_ctx(int threads)
{
    dp_config config;
    dp_ctx *ctx;
    dp_config_init(&config);
    config.threads = threads;
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
    return ctx;
}

/* ---- One thread = N threads ---- */

typedef struct outcome {
    dp_array *arrays[WANTED];
    int64_t cut; /* phases that several threads share */
} outcome;

static outcome evaluate(dp_ctx *ctx, uint64_t seed, int64_t rows, int64_t columns)
{
    dp_graph *g;
    dp_plan *plan;
    dp_val all[NODES];
    outcome result = {0};
    assert_int_equal(dp_graph_new(ctx, seed % 2 ? DP_F32 : DP_F64, &g), DP_OK);
    int count = random_graph_fill(g, seed, NODES, rows, columns, all);
    dp_val *wanted = all + count - WANTED;
    assert_int_equal(dp_plan_new(g, wanted, WANTED, &plan), DP_OK);
    for (size_t i = 0; i < plan->phase_count; i++)
        result.cut += plan->team && plan->phases[i].team;
    for (int again = 0; again < 2; again++)
        if (dp_plan_run(plan) != DP_OK)
            fail_msg("%s", dp_ctx_message(ctx));
    for (int i = 0; i < WANTED; i++) {
        dp_array value = dp_plan_value(plan, wanted[i]);
        assert_int_equal(dp_array_convert(ctx, &value, value.dtype, &result.arrays[i]), DP_OK);
    }
    dp_plan_free(&plan);
    dp_graph_free(&g);
    return result;
}

static void compare(uint64_t seed, int64_t rows, int64_t columns, int64_t *cut)
{
    static const int threads[] = {1, 2, 3, 7};
    dp_ctx *ctx[4];
    outcome results[4];
    for (int t = 0; t < 4; t++) {
        ctx[t] = new_ctx(threads[t]);
        results[t] = evaluate(ctx[t], seed, rows, columns);
        for (int i = 0; i < WANTED; i++)
            assert_memory_equal(results[t].arrays[i]->data, results[0].arrays[i]->data,
                                dp_array_bytes(results[0].arrays[i]));
    }
    *cut += results[1].cut;
    for (int t = 0; t < 4; t++) {
        for (int i = 0; i < WANTED; i++)
            dp_array_free(&results[t].arrays[i]);
        assert_int_equal((int)dp_ctx_memory(ctx[t]).current_bytes, 0);
        dp_ctx_free(&ctx[t]);
    }
}

static void test_same_bits(void **state)
{
    (void)state;
    int64_t cut = 0;
    for (uint64_t seed = 1; seed <= 20; seed++)
        compare(seed, 5, 3, &cut);
    for (uint64_t seed = 1; seed <= 8; seed++)
        compare(seed, 700, 130, &cut);
    compare(100, 3, 40000, &cut);
    compare(101, 40000, 3, &cut);
    assert_true(cut > 20); /* or nothing was tested */
}

/* ---- The team alone ---- */

enum { CHUNKS = 10000, THREADS = 6 };
typedef struct count_job {
    int touched[CHUNKS];
    int64_t bad[2];
    long wait_us[2]; /* how long it takes to find them */
} count_job;

/* Marks its chunk; chunks bad[0] and bad[1] are wrong at the place and in the step of their number. */
static int64_t count_chunk(const void *job_, int64_t chunk, int worker, int32_t *step)
{
    count_job *job = (count_job *)(uintptr_t)job_;
    assert_true(worker >= 0 && worker < THREADS);
    job->touched[chunk]++;
    for (int k = 0; k < 2; k++)
        if (chunk == job->bad[k]) {
            nanosleep(&(struct timespec){.tv_nsec = job->wait_us[k] * 1000}, NULL);
            *step = (int32_t)chunk;
            return chunk;
        }
    return DPK_DONE;
}

/* Two bad chunks, found in either order: the first one counts. */
static void check_faults(dpi_team *team, count_job *job)
{
    static const long waits[][2] = {{0, 0}, {100, 400}, {400, 100}};
    for (int w = 0; w < 3; w++) {
        *job = (count_job){.bad = {1234, 1236}, .wait_us = {waits[w][0], waits[w][1]}};
        for (int i = 0; i < 40; i++) {
            dpi_found found;
            assert_false(dpi_team_run(team, count_chunk, job, CHUNKS, &found));
            assert_int_equal(found.chunk, 1234);
            assert_int_equal(found.place, 1234);
            assert_int_equal(found.step, 1234);
        }
    }
}

static void check_team(dpi_team *team)
{
    enum { ROUNDS = 300 };
    count_job *job = calloc(1, sizeof *job);
    dpi_found found;
    job->bad[0] = job->bad[1] = -1;
    for (int i = 0; i < ROUNDS; i++)
        assert_true(dpi_team_run(team, count_chunk, job, CHUNKS, &found));
    for (int i = 0; i < CHUNKS; i++)
        assert_int_equal(job->touched[i], ROUNDS);
    check_faults(team, job);
    free(job);
}

static int creations_left;

static int create_some(pthread_t *thread, const pthread_attr_t *attr, void *(*entry)(void *), void *argument)
{
    return creations_left-- > 0 ? pthread_create(thread, attr, entry, argument) : EAGAIN;
}

/* Asked for 5 helpers, given 0, 1, … of them. */
static void test_fewer_threads(void **state)
{
    (void)state;
    for (int given = 0; given <= 5; given++) {
        dpi_team *team = calloc(1, DPI_TEAM_BYTES);
        creations_left = given;
        dpi_team_start(team, 6, create_some);
        assert_int_equal(dpi_team_size(team), given + 1);
        check_team(team);
        dpi_team_stop(team);
        free(team);
    }
}

static void test_start_and_stop(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++) { /* stopped before the helpers are awake, too */
        dpi_team *team = calloc(1, DPI_TEAM_BYTES);
        dpi_team_start(team, 4, pthread_create);
        dpi_team_stop(team);
        free(team);
    }
}

/* ---- Indices out of range ---- */

static void check_message(int threads, const char *op, const char *want)
{
    enum { ROWS = 20000, CLASSES = 10 };
    dp_ctx *ctx = new_ctx(threads);
    dp_graph *g;
    dp_plan *plan;
    int64_t rows = ROWS, *labels = calloc(ROWS, sizeof *labels);
    labels[ROWS - 1] = -1;
    labels[17003] = 12;
    assert_int_equal(dp_graph_new(ctx, DP_F32, &g), DP_OK);
    dp_val t = dp_input(g, "t", DP_I64, dp_shape_of(1, &rows)),
           y = dp_random_normal(g, dp_shape_of(2, (int64_t[]){ROWS, CLASSES}), 0, 1, 1, 1);
    dp_val table = dp_slice(g, y, (dp_slice_spec[]){{0, CLASSES, 1}}, 1), v;
    dp_val_set_name(g, table, "table");
    if (strcmp(op, "gather") == 0)
        v = dp_gather(g, table, t);
    else if (strcmp(op, "scatter_add") == 0)
        v = dp_scatter_add(g, y, t, CLASSES);
    else if (strcmp(op, "one_hot") == 0)
        v = dp_one_hot(g, dp_reshape(g, t, dp_shape_of(2, (int64_t[]){200, 100})), CLASSES);
    else
        v = dp_softmax_cross_entropy(g, y, t);
    assert_int_equal(dp_plan_new(g, &v, 1, &plan), DP_OK);
    assert_int_equal(dp_plan_bind(plan, t, labels), DP_OK);
    for (int i = 0; i < 10; i++) {
        assert_int_equal(dp_plan_run(plan), DP_ERR_RANGE);
        assert_string_equal(dp_ctx_message(ctx), want);
    }
    labels[ROWS - 1] = labels[17003] = 3;
    assert_int_equal(dp_plan_run(plan), DP_OK); /* an error leaves nothing behind */
    dp_plan_free(&plan);
    dp_graph_free(&g);
    dp_ctx_free(&ctx);
    free(labels);
}

static void test_messages(void **state)
{
    (void)state;
    for (int threads = 1; threads <= 4; threads += 3) {
        check_message(threads, "softmax_cross_entropy",
                      "softmax_cross_entropy: row 17003 of t holds class 12, but there are 10 classes (0..9)");
        check_message(threads, "one_hot",
                      "one_hot: row [170, 3] of the index holds class 12, but there are 10 classes (0..9)");
        check_message(threads, "gather", "gather: place 17003 of t holds 12, but table has 10 rows");
        check_message(threads, "scatter_add", "scatter_add: place 17003 of t holds 12, but there are 10 rows");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_bits),
        cmocka_unit_test(test_fewer_threads),
        cmocka_unit_test(test_start_and_stop),
        cmocka_unit_test(test_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
