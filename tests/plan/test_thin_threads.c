/* Nets of small layers over many rows: forward, back and the gradients of all weights in one item, block by block. Inputs and
 * weights are small whole numbers and relu the only function, so that every sum is exact in f64, whatever its order: the
 * results are those of the naive plan, bit by bit, for any number of threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

#include "plan/plan_internal.h"

enum { LEAVES = 8, WANTED = 6 };

typedef struct net {
    int64_t rows;
    int sizes[4]; /* input, two hidden layers, output */
} net;

typedef struct result {
    double *values[WANTED];
    int64_t elems[WANTED];
    size_t thin, thin_grad, items, in_place;
} result;

static size_t count_kernel(const dp_plan *plan, dpk_op op)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->step_count; i++)
        count += plan->steps[i].fn == dpk_find(dpk_cpu_level(), op, DPK_f64);
    return count;
}

/* Products whose result takes the place of their gate. */
static size_t count_in_place(const dp_plan *plan)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->step_count; i++) {
        const dpi_step_info *info = &plan->infos[i];
        int32_t gate = -1, y = -1;
        for (int32_t r = info->ref_first; r < info->ref_first + info->ref_count; r++) {
            const dpi_ref *ref = &plan->refs[r];
            size_t member = ref->at - info->args_at;
            if (member == offsetof(dpk_matmul_args, gate))
                gate = dpi_slot_home(plan, ref->slot);
            else if (member == offsetof(dpk_matmul_args, y))
                y = dpi_slot_home(plan, ref->slot);
        }
        count += plan->steps[i].fn == dpk_find(dpk_cpu_level(), DPK_thin, DPK_f64) && gate >= 0 && gate == y;
    }
    return count;
}

/* The gradients of both weights, of both biases and of the last weight, and the loss, with whole numbers from -2 to 2. */
static result evaluate(const net *n, int threads, int naive)
{
    static const char *const names[WANTED] = {"dW1", "dW2", "dW3", "db1", "db2", "loss"};
    char text[1000];
    snprintf(
        text, sizeof text,
        "x = input(%d); t = input(%d)\nW1 = param((%d, %d)); b1 = param(%d); W2 = param((%d, %d)); b2 = param(%d)\n"
        "W3 = param((%d, %d))\nh1 = relu(x @ W1 + b1); h2 = relu(h1 @ W2 + b2); loss = sum((h2 @ W3 - t) ** 2)\n"
        "dW3 = grad(loss, W3); dW2 = grad(loss, W2); db2 = grad(loss, b2); dW1 = grad(loss, W1); db1 = grad(loss, "
        "b1)\n",
        n->sizes[0], n->sizes[3], n->sizes[0], n->sizes[1], n->sizes[1], n->sizes[1], n->sizes[2], n->sizes[2],
        n->sizes[2], n->sizes[3]);
    dp_ctx *ctx;
    dp_formula *formula;
    dp_graph *g;
    dp_scope *scope;
    dp_plan *plan;
    dp_config config;
    dp_build_config settings;
    dp_val wanted[WANTED];
    dp_array *leaves[LEAVES] = {0};
    result r = {0};
    dp_config_init(&config);
    config.threads = threads, config.naive_plans = naive;
    dp_build_config_init(&settings);
    settings.batch = n->rows;
    assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
    if (dp_formula_parse(ctx, text, strlen(text), "net", &formula) != DP_OK)
        fail_msg("%s", dp_ctx_message(ctx));
    assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
    if (dp_formula_build(formula, g, &settings, &scope) != DP_OK)
        fail_msg("%s", dp_ctx_message(ctx));
    for (int i = 0; i < WANTED; i++)
        wanted[i] = dp_scope_find(scope, names[i]);
    assert_int_equal(dp_plan_new(g, wanted, WANTED, &plan), DP_OK);
    int count = 0;
    for (dp_val v = 1; v <= dp_graph_count(g); v++) {
        if (!dp_plan_needs(plan, v) || dp_val_op(g, v) == DP_OP_CONST)
            continue;
        assert_true(count < LEAVES);
        assert_int_equal(dp_array_new(ctx, DP_F64, dp_val_shape(g, v), &leaves[count]), DP_OK);
        dp_rng rng = {.stream = (uint64_t)v};
        for (int64_t i = 0; i < dp_array_elems(leaves[count]); i++)
            ((double *)leaves[count]->data)[i] = (double)dp_rng_below(&rng, 5) - 2;
        assert_int_equal(dp_plan_bind(plan, v, leaves[count++]->data), DP_OK);
    }
    for (int run = 0; run < 2; run++)
        if (dp_plan_run(plan) != DP_OK)
            fail_msg("%s", dp_ctx_message(ctx));
    for (int i = 0; i < WANTED; i++) {
        dp_array value = dp_plan_value(plan, wanted[i]);
        r.elems[i] = dp_array_elems(&value);
        r.values[i] = malloc(dp_array_bytes(&value));
        memcpy(r.values[i], value.data, dp_array_bytes(&value));
    }
    r.thin = count_kernel(plan, DPK_thin), r.thin_grad = count_kernel(plan, DPK_thin_grad), r.items = plan->item_count;
    r.in_place = count_in_place(plan);
    for (int i = 0; i < count; i++)
        dp_array_free(&leaves[i]);
    dp_plan_free(&plan);
    dp_scope_free(&scope);
    dp_graph_free(&g);
    dp_formula_free(&formula);
    assert_int_equal((int)dp_ctx_memory(ctx).current_bytes, 0);
    dp_ctx_free(&ctx);
    return r;
}

static void compare(const net *n, const result *have, const result *want, const char *what)
{
    for (int i = 0; i < WANTED; i++)
        for (int64_t k = 0; k < want->elems[i]; k++)
            if (have->values[i][k] != want->values[i][k])
                fail_msg("%lld rows, %d-%d-%d-%d, %s: value %d, element %lld: %.17g, not %.17g", (long long)n->rows,
                         n->sizes[0], n->sizes[1], n->sizes[2], n->sizes[3], what, i, (long long)k, have->values[i][k],
                         want->values[i][k]);
}

static void release(result *r)
{
    for (int i = 0; i < WANTED; i++)
        free(r->values[i]);
}

static void test_nets(void **state)
{
    (void)state;
    static const net nets[] = {
        {2048, {4, 32, 16, 4}}, {10000, {4, 32, 16, 4}}, {2500, {3, 10, 7, 1}}, {3001, {1, 17, 9, 2}},
        {4096, {8, 5, 33, 8}},  {2047, {4, 32, 16, 4}},  {63, {4, 32, 16, 4}},  {5003, {12, 48, 3, 5}},
        {2100, {40, 30, 2, 6}}, {9999, {2, 2, 2, 2}},
    };
    static const int threads[] = {1, 2, 5};
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        result naive = evaluate(&nets[i], 1, 1);
        assert_int_equal(naive.thin + naive.thin_grad, 0);
        for (int t = 0; t < 3; t++) {
            result fast = evaluate(&nets[i], threads[t], 0);
            compare(&nets[i], &fast, &naive, threads[t] == 1 ? "one thread" : "several threads");
            if (dpk_cpu_level() > DPK_ref) {
                int64_t most = nets[i].rows < 64 ? 0 : 5; /* where no layer has a tail, which is for gemm */
                assert_true(nets[i].sizes[1] == 32 ? (int64_t)fast.thin == most : fast.thin > 0);
                assert_int_equal(fast.thin_grad, nets[i].rows < 2048 ? 0 : 3);
            }
            release(&fast);
        }
        release(&naive);
    }
}

/* All that goes by rows is one item; beside it are the sums over blocks, and over all rows. What comes back through an
 * activation lies where its result was. */
static void test_one_item(void **state)
{
    (void)state;
    if (dpk_cpu_level() == DPK_ref)
        skip();
    const net n = {10000, {4, 32, 16, 4}};
    result r = evaluate(&n, 1, 0);
    assert_int_equal(r.items, 1 + 6);
    assert_int_equal(r.in_place, 2);
    release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nets), cmocka_unit_test(test_one_item)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
