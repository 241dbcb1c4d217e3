/* Memory of a plan: lives never overlap, dead memory is never read, nothing is allocated while it runs, and sharing
 * changes no bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

#include "base/far.h"
#include "plan/plan_internal.h"
#include "run/run.h"
#include "support/failing_memory.h"
#include "support/random_graph.h"

enum { NODES = 60, GRAPHS = 60, WANTED = 4 };

static dp_ctx *new_ctx(void)
{
    dp_config config;
    dp_ctx *ctx;
    dp_config_init(&config);
    config.threads = 1;
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
    return ctx;
}

static dp_plan *new_plan(dp_graph *g, const dp_val *wanted, int n)
{
    dp_plan *plan;
    if (dp_plan_new(g, wanted, n, &plan) != DP_OK)
        fail_msg("%s", dp_ctx_message(dp_graph_ctx(g)));
    return plan;
}

static void run(dp_plan *plan)
{
    if (dp_plan_run(plan) != DP_OK)
        fail_msg("%s", dp_ctx_message(plan->ctx));
}

/* The last few values of a random graph: the plan has much to forget on the way. */
static int random_case(dp_graph *g, uint64_t seed, dp_val *all, dp_val wanted[WANTED])
{
    int count = random_graph_fill(g, seed, NODES, 3 + (int64_t)(seed % 5), 4, all);
    if (dp_graph_status(g) != DP_OK)
        fail_msg("seed %llu: %s", (unsigned long long)seed, dp_graph_message(g));
    for (int i = 0; i < WANTED; i++)
        wanted[i] = all[count - 1 - i];
    return count;
}

static void for_random_graphs(void (*body)(dp_ctx *, dp_graph *, const dp_val *, int, const dp_val *))
{
    for (uint64_t seed = 1; seed <= GRAPHS; seed++) {
        dp_ctx *ctx = new_ctx();
        dp_graph *g;
        dp_val all[NODES], wanted[WANTED];
        dpi_set_far_bytes(ctx, seed / 2 % 2 ? 64 : DPI_FAR_BYTES); /* half of them as if their arrays were large */
        assert_int_equal(dp_graph_new(ctx, seed % 2 ? DP_F32 : DP_F64, &g), DP_OK);
        int count = random_case(g, seed, all, wanted);
        body(ctx, g, all, count, wanted);
        dp_graph_free(&g);
        assert_int_equal((int)dp_ctx_memory(ctx).current_bytes, 0);
        dp_ctx_free(&ctx);
    }
}

/* ---- Lives, worked out again from the refs ---- */

typedef struct life {
    int32_t first, last; /* phases */
    size_t from, to;     /* bytes in the arena */
} life;

static bool touches(const dp_plan *plan, const dpi_phase *phase, size_t slot)
{
    const dpi_item *first = &plan->items[phase->first], *last = first + phase->count - 1;
    for (int32_t step = first->first; step < last->first + last->count; step++)
        for (int32_t r = 0; r < plan->infos[step].ref_count; r++)
            if (dpi_slot_home(plan, plan->refs[plan->infos[step].ref_first + r].slot) == (int32_t)slot)
                return true;
    return false;
}

/* What the first run leaves to the others lives on. */
static size_t lives_of(const dp_plan *plan, life *lives)
{
    size_t count = 0;
    for (size_t slot = 1; slot < plan->slot_count; slot++) {
        if (plan->slots[slot].kind != DPI_SLOT_ARENA)
            continue;
        life one = {-1, -1, plan->slots[slot].offset, plan->slots[slot].offset + plan->slots[slot].bytes};
        for (size_t phase = 0; phase < plan->phase_count; phase++) {
            if (!touches(plan, &plan->phases[phase], slot))
                continue;
            if (one.first < 0)
                one.first = (int32_t)phase;
            one.last = (int32_t)phase;
        }
        if (one.first >= 0 && one.first < (int32_t)plan->once_phases && one.last >= (int32_t)plan->once_phases)
            one.last = (int32_t)plan->phase_count - 1;
        if (one.first >= 0)
            lives[count++] = one;
    }
    return count;
}

static void no_overlap(dp_ctx *ctx, dp_graph *g, const dp_val *all, int count, const dp_val *wanted)
{
    (void)ctx, (void)all, (void)count;
    dp_plan *plan = new_plan(g, wanted, WANTED);
    life *lives = calloc(plan->slot_count, sizeof *lives);
    size_t n = lives_of(plan, lives);
    for (size_t i = 0; i < n; i++) {
        assert_true(lives[i].to <= dp_plan_get_stats(plan).arena_bytes);
        assert_int_equal(lives[i].from % 64, 0);
        for (size_t k = 0; k < i; k++) {
            bool in_time = lives[i].first <= lives[k].last && lives[k].first <= lives[i].last;
            bool in_space = lives[i].from < lives[k].to && lives[k].from < lives[i].to;
            assert_false(in_time && in_space);
        }
    }
    free(lives);
    dp_plan_free(&plan);
}

static void test_no_overlap(void **state)
{
    (void)state;
    for_random_graphs(no_overlap);
}

/* ---- Values ---- */

static void same_values(const dp_plan *a, const dp_plan *b, const dp_val *wanted)
{
    for (int i = 0; i < WANTED; i++) {
        dp_array x = dp_plan_value(a, wanted[i]), y = dp_plan_value(b, wanted[i]);
        assert_true(x.data && y.data && dp_array_bytes(&x) == dp_array_bytes(&y));
        assert_memory_equal(x.data, y.data, dp_array_bytes(&x));
    }
}

/* A plan that wants everything shares nothing. */
static void as_unshared(dp_ctx *ctx, dp_graph *g, const dp_val *all, int count, const dp_val *wanted)
{
    (void)ctx;
    dp_plan *shared = new_plan(g, wanted, WANTED), *unshared = new_plan(g, all, count);
    run(shared);
    run(unshared);
    same_values(shared, unshared, wanted);
    run(shared); /* and again, over its own leftovers */
    same_values(shared, unshared, wanted);
    dp_plan_free(&shared);
    dp_plan_free(&unshared);
}

static void test_as_unshared(void **state)
{
    (void)state;
    for_random_graphs(as_unshared);
}

/* Whatever no phase at hand or to come needs is NaN between the phases, and so are the tiles. */
static void dead_is_never_read(dp_ctx *ctx, dp_graph *g, const dp_val *all, int count, const dp_val *wanted)
{
    (void)ctx, (void)all, (void)count;
    dp_plan *plan = new_plan(g, wanted, WANTED), *plain = new_plan(g, wanted, WANTED);
    life *lives = calloc(plan->slot_count, sizeof *lives);
    size_t n = lives_of(plan, lives), bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes = lives[i].to > bytes ? lives[i].to : bytes;
    bool *alive = calloc(bytes + 1, sizeof *alive);
    for (size_t phase = 0; phase < plan->phase_count; phase++) {
        memset(alive, 0, bytes);
        for (size_t i = 0; i < n; i++)
            if (lives[i].first < (int32_t)phase && (int32_t)phase <= lives[i].last)
                memset(alive + lives[i].from, 1, lives[i].to - lives[i].from);
        for (size_t i = 0; i < bytes; i++)
            if (!alive[i])
                plan->arena[i] = (char)0xFF;
        if (plan->work)
            memset(plan->work, 0xFF, plan->work_bytes);
        const dpi_extra *none = NULL;
        dpi_found found;
        assert_true(dpi_run_phase(plan, phase, &none, &found));
    }
    run(plain);
    same_values(plan, plain, wanted);
    free(alive);
    free(lives);
    dp_plan_free(&plan);
    dp_plan_free(&plain);
}

static void test_dead_is_never_read(void **state)
{
    (void)state;
    for_random_graphs(dead_is_never_read);
}

static void run_without_allocation(dp_ctx *ctx, dp_graph *g, const dp_val *all, int count, const dp_val *wanted)
{
    (void)all, (void)count;
    dp_plan *plan = new_plan(g, wanted, WANTED);
    uint64_t before = dp_ctx_memory(ctx).allocations;
    run(plan);
    run(plan);
    assert_int_equal((int)(dp_ctx_memory(ctx).allocations - before), 0);
    dp_plan_free(&plan);
}

static void test_run_without_allocation(void **state)
{
    (void)state;
    for_random_graphs(run_without_allocation);
}

/* Sharing is worth something: a chain of element-wise steps takes one place. */
static void test_chain_is_in_place(void **state)
{
    (void)state;
    dp_ctx *ctx = new_ctx();
    dp_graph *g;
    dp_plan *plan;
    assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
    dp_val x = dp_input(g, "x", DP_F64, dp_shape_of(1, (int64_t[]){1000})), y = x;
    for (int i = 0; i < 20; i++)
        y = dp_tanh(g, dp_add(g, y, x));
    y = dp_sum(g, y, NULL, 0, 0);
    plan = new_plan(g, &y, 1);
    assert_int_equal((int)dp_plan_get_stats(plan).arena_bytes, 8000 + 8);
    assert_int_equal((int)dp_plan_get_stats(plan).unshared_bytes, 40 * 8000 + 8);
    dp_plan_free(&plan);
    dp_graph_free(&g);
    dp_ctx_free(&ctx);
}

/* Three neighbours die, the middle one last: the hole they leave is one, and a value of their size fits in. */
static void test_holes_join(void **state)
{
    (void)state;
    enum { N = 800 };
    dp_ctx *ctx = new_ctx();
    dp_graph *g;
    assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
    dp_val x = dp_input(g, "x", DP_F64, dp_shape_of(1, (int64_t[]){N})), wanted[4];
    dp_val a = dp_exp(g, x), b = dp_tanh(g, x), c = dp_square(g, x);
    wanted[0] = dp_sum(g, a, NULL, 0, 0);
    wanted[1] = dp_sum(g, c, NULL, 0, 0);
    wanted[2] = dp_sum(g, b, NULL, 0, 0);
    wanted[3] = dp_sum(g, dp_broadcast_to(g, wanted[2], dp_shape_of(1, (int64_t[]){3 * N})), NULL, 0, 0);
    dp_plan *plan = new_plan(g, wanted, 4);
    assert_int_equal((int)dp_plan_get_stats(plan).arena_bytes, (3 * N + 4) * 8);
    dp_plan_free(&plan);
    dp_graph_free(&g);
    dp_ctx_free(&ctx);
}

/* A transpose that only a matrix product reads takes no step and no memory; of leading axes it must stay. */
static void test_transpose_is_looked_through(void **state)
{
    (void)state;
    dp_ctx *ctx = new_ctx();
    dp_graph *g;
    assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
    dp_val x = dp_input(g, "x", DP_F64, dp_shape_of(3, (int64_t[]){2, 2, 2}));
    dp_val last = dp_transpose(g, x, (int[]){0, 2, 1}, 3), first = dp_transpose(g, x, (int[]){1, 0, 2}, 3);
    dp_val wanted[2] = {dp_matmul(g, x, last), dp_matmul(g, x, first)};
    dp_plan *plan = new_plan(g, &wanted[0], 1);
    assert_int_equal((int)dp_plan_get_stats(plan).steps, 1);
    dp_plan_free(&plan);
    plan = new_plan(g, wanted, 2);
    assert_int_equal((int)dp_plan_get_stats(plan).steps, 3);
    double numbers[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    assert_int_equal(dp_plan_bind(plan, x, numbers), DP_OK);
    run(plan);
    assert_memory_equal(dp_plan_value(plan, wanted[0]).data, ((double[]){5, 11, 11, 25, 61, 83, 83, 113}),
                        sizeof numbers);
    assert_memory_equal(dp_plan_value(plan, wanted[1]).data, ((double[]){11, 14, 23, 30, 57, 68, 77, 92}),
                        sizeof numbers);
    dp_plan_free(&plan);
    dp_graph_free(&g);
    dp_ctx_free(&ctx);
}

static void test_outlives_graph(void **state)
{
    (void)state;
    dp_ctx *ctx = new_ctx();
    dp_graph *g;
    double three[3] = {1, 2, 3};
    dp_array array = {.dtype = DP_F64, .shape = dp_shape_of(1, (int64_t[]){3}), .data = three};
    assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
    dp_val c = dp_const(g, &array), x = dp_input(g, "speed", DP_F64, array.shape), y = dp_mul(g, c, x);
    dp_plan *plan = new_plan(g, (dp_val[]){c, y}, 2);
    dp_graph_free(&g);
    assert_int_equal(dp_plan_run(plan), DP_ERR_ARG);
    assert_non_null(strstr(dp_ctx_message(ctx), "speed"));
    double input[3] = {4, 5, 6}, out[3];
    assert_int_equal(dp_plan_bind(plan, x, input), DP_OK);
    assert_int_equal(dp_plan_bind(plan, y, out), DP_OK);
    run(plan);
    assert_memory_equal(out, ((double[]){4, 10, 18}), sizeof out);
    assert_memory_equal(dp_plan_value(plan, c).data, three, sizeof three);
    dp_plan_free(&plan);
    assert_int_equal((int)dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
}

/* Makes, runs, and evaluates a random graph with whatever allocator there is. */
static dp_status whole_life(dp_ctx *ctx, void *user)
{
    dp_graph *g = NULL;
    dp_plan *plan = NULL;
    dp_val all[NODES];
    dp_array *out[2] = {0};
    dp_status status = dp_graph_new(ctx, DP_F32, &g);
    int count = 0;
    dpi_set_far_bytes(ctx, 64); /* small arrays as if they were large */
    if (status == DP_OK) {
        count = random_graph_fill(g, *(uint64_t *)user, 24, 3, 4, all);
        status = dp_graph_status(g);
    }
    if (status == DP_OK)
        status = dp_plan_new(g, all + count - 2, 2, &plan);
    if (status == DP_OK)
        status = dp_plan_run(plan);
    dp_plan_free(&plan);
    if (status == DP_OK)
        status = dp_eval(g, all + count - 2, 2, NULL, NULL, 0, out);
    for (int i = 0; i < 2; i++)
        dp_array_free(&out[i]);
    dp_graph_free(&g);
    return status;
}

static void test_failing_allocations(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++)
        assert_true(failing_memory_try_all(whole_life, &seed) > 30);
}

static void test_too_large(void **state)
{
    (void)state;
    dp_ctx *ctx = new_ctx();
    dp_graph *g;
    dp_plan *plan = NULL;
    assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
    dp_val huge = dp_full(g, dp_shape_of(3, (int64_t[]){100000, 100000, 1000}), DP_F64, 0),
           sum = dp_sum(g, dp_exp(g, huge), NULL, 0, 0);
    const dp_val wanted[2] = {sum, huge};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(dp_plan_new(g, &wanted[i], 1, &plan), DP_ERR_NOMEM);
        assert_null(plan);
        assert_non_null(strstr(dp_ctx_message(ctx), " 80000000000000 bytes"));
    }
    dp_graph_free(&g);
    assert_int_equal((int)dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_overlap),          cmocka_unit_test(test_as_unshared),
        cmocka_unit_test(test_dead_is_never_read),  cmocka_unit_test(test_run_without_allocation),
        cmocka_unit_test(test_chain_is_in_place),   cmocka_unit_test(test_transpose_is_looked_through),
        cmocka_unit_test(test_holes_join),          cmocka_unit_test(test_outlives_graph),
        cmocka_unit_test(test_failing_allocations), cmocka_unit_test(test_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
