/* Convolutional networks as plans run them: the kernels that a batch is worth, on any number of threads, against a naive
 * plan. Numbers are small integers, so that every sum is exact: loss and gradients have to be equal, however they were
 * made. With numbers of all kinds, the bits have to be the same on 1, 2, 3 and 4 threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

#include "plan/plan_internal.h"
#include "support/built_plan.h"

enum { MOST_THREADS = 4 };

typedef struct net_case {
    const char *what, *text, *wanted; /* names, one blank between them */
    bool exact;
    int fused; /* convolutions with the pool behind them in one step */
} net_case;

#define LENET                                                                                                         \
    "x = input((1, 12, 12)); u = input((4,)); W1 = param((3, 1, 5, 5)); b1 = param((3,)); W2 = param((7, 3, 3, 3))\n" \
    "b2 = param((7,)); W3 = param((7, 4))\n"                                                                          \
    "p1 = max_pool2d(relu(conv2d(x, W1, b1)), 2); p2 = max_pool2d(relu(conv2d(p1, W2, b2)), 2)\n"                     \
    "l = sum((reshape(p2, (-1, 7)) @ W3) * u)\n"
#define GRADIENTS "; dW = grad(l, W); dx = grad(l, x)"

static const net_case cases[] = {
    {"LeNet", LENET "dW1 = grad(l, W1); db1 = grad(l, b1); dW2 = grad(l, W2); db2 = grad(l, b2); dx = grad(l, x)",
     "l p2 dW1 db1 dW2 db2 dx", true, 2},
    {"forward only", LENET, "l", true, 2},
    {"gradients of the biases only", LENET "db1 = grad(l, b1); db2 = grad(l, b2)", "db1 db2", true, 0},
    {"the gradient of a bias is read before that of the kernels is made",
     "x = input((2, 6, 6)); u = input((3, 4, 4)); W = param((3, 2, 3, 3)); b = param((3,))\n"
     "l = sum(relu(conv2d(x, W, b)) * u); db = grad(l, b); r = square(db); dW = grad(l, W)",
     "l r dW", true, 0},
    {"a pool that leaves a row and a column over, no relu",
     "x = input((2, 9, 8)); u = input((6, 4, 3)); W = param((6, 2, 3, 3))\n"
     "l = sum(max_pool2d(conv2d(x, W, padding=(1, 0)), 2) * u)" GRADIENTS,
     "l dW dx", true, 1},
    {"what the pool leaves out is wanted, too",
     "x = input((2, 6, 6)); u = input((3, 3, 3)); W = param((3, 2, 3, 3))\n"
     "c = relu(conv2d(x, W, padding=1)); l = sum(max_pool2d(c, 2) * u)" GRADIENTS,
     "l c dW dx", true, 0},
    {"what the pool leaves out is read, too",
     "x = input((2, 6, 6)); u = input((3, 3, 3)); W = param((3, 2, 3, 3))\n"
     "c = relu(conv2d(x, W, padding=1)); l = sum(max_pool2d(c, 2) * u) + sum(c)" GRADIENTS,
     "l dW dx", true, 0},
    {"groups, dilation",
     "x = input((4, 11, 9)); u = input((6, 7, 5)); W = param((6, 2, 3, 3))\n"
     "l = sum(relu(conv2d(x, W, dilation=2, groups=2)) * u)" GRADIENTS,
     "l dW dx", true, 0},
    {"a stride: the input's gradient goes image by image",
     "x = input((2, 9, 10)); u = input((5, 2, 2)); W = param((5, 2, 3, 2))\n"
     "l = sum(max_pool2d(relu(conv2d(x, W, stride=2)), 2) * u)" GRADIENTS,
     "l dW dx", true, 0},
    {"a kernel as large as the plane",
     "x = input((3, 4, 4)); u = input((9, 1, 1)); W = param((9, 3, 4, 4)); l = sum(conv2d(x, W) * u)" GRADIENTS,
     "l dW dx", true, 0},
    {"batch norm, pools of 3, averages",
     "x = input((1, 14, 14)); u = input((6, 3, 3)); W = param((4, 1, 3, 3)); V = param((6, 2, 3, 3)); s = param((4, 1, "
     "1))\n"
     "c = conv2d(x, W, padding=1); m = mean(c, axis=(0, 2, 3), keepdims=True)\n"
     "h = relu((c - m) / sqrt(mean((c - m) ** 2, axis=(0, 2, 3), keepdims=True) + 0.001) * s)\n"
     "p = max_pool2d(h, 3, stride=2); y = avg_pool2d(tanh(conv2d(p, V, padding=1, groups=2)), 2)\n"
     "l = sum(y * u); dW = grad(l, W); dV = grad(l, V); ds = grad(l, s); dx = grad(l, x)",
     "l dW dV ds dx", false, 0},
    {"LeNet, any numbers", LENET "dW1 = grad(l, W1); db1 = grad(l, b1); dW2 = grad(l, W2); db2 = grad(l, b2)",
     "l p2 dW1 db1 dW2 db2", false, 2},
};

/* Run twice, with other numbers first, so that nothing can be read before it is made and still be right. */
static void build(built_plan *b, const net_case *c, dp_dtype dtype, int64_t batch, int threads, int naive)
{
    built_plan_open(b, c->what, c->text, c->wanted,
                    (built_plan_how){.dtype = dtype, .batch = batch, .threads = threads, .naive = naive});
    for (int run = 0; run < 2; run++) {
        built_plan_fill(b, run ? 0 : 7, c->exact);
        built_plan_run(b);
    }
}

/* Convolutions that make their pool in passing. */
static int fused_pools(const dp_plan *plan)
{
    int count = 0;
    for (size_t i = 0; i < plan->step_count; i++)
        for (int type = DPK_f32; type <= DPK_f64; type++)
            if (plan->steps[i].fn == dpk_find(dpk_cpu_level(), DPK_conv2d_lanes, (dpk_type)type))
                count += ((const dpk_conv_args *)plan->steps[i].args)->pool != 0;
    return count;
}

static void compare(const built_plan *have, const built_plan *want, const net_case *c, const char *against)
{
    for (int i = 0; i < have->count; i++) {
        dp_array x = dp_plan_value(have->plan, have->wanted[i]), y = dp_plan_value(want->plan, want->wanted[i]);
        for (int64_t k = 0; k < dp_array_elems(&x); k++)
            if (dp_array_get(&x, k) != dp_array_get(&y, k))
                fail_msg("%s: wanted value %d, element %d: %.17g, %s %.17g", c->what, i, (int)k, dp_array_get(&x, k),
                         against, dp_array_get(&y, k));
    }
}

static void check(const net_case *c, dp_dtype dtype, int64_t batch)
{
    built_plan naive, of[MOST_THREADS];
    build(&naive, c, dtype, batch, 1, 1);
    for (int i = 0; i < MOST_THREADS; i++) {
        build(&of[i], c, dtype, batch, i + 1, 0);
        if (dpk_cpu_level() != DPK_ref)
            assert_int_equal(fused_pools(of[i].plan), batch < 12 ? 0 : c->fused);
        compare(&of[i], &of[0], c, "on one thread");
    }
    if (c->exact)
        compare(&of[0], &naive, c, "naive");
    for (int i = 0; i < MOST_THREADS; i++)
        built_plan_close(&of[i]);
    built_plan_close(&naive);
}

static void test_conv_plans(void **state)
{
    (void)state;
    static const int64_t batches[] = {37, 12, 5, 23, 64};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < sizeof batches / sizeof *batches; k++)
            check(&cases[i], (i + k) % 2 ? DP_F64 : DP_F32, batches[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_conv_plans)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
