/* Each pass by itself: the kernels that a formula takes in a naive plan, and those that are left in an optimised one; and
 * that both give the same numbers. A line of `without` or `with` is the kernels in the order in which they run; those of
 * the first run only are in front of a "|". gemm and matmul are both called matmul: which one it is depends on the size. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

#include "base/far.h"
#include "plan/plan_internal.h"
#include "support/built_plan.h"

enum { ROWS = 6, TEXT = 400 };

typedef struct pass_case {
    const char *what, *text, *wanted; /* names, one blank between them */
    const char *without, *with;
} pass_case;

static const pass_case cases[] = {
    {"dead nodes take no step", "x = input(4); y = exp(x); z = tanh(x) @ x.T", "y", "exp", "exp"},

    {"cse: the same op of the same operands", "x = input(4); y = exp(x) + exp(x)", "y", "exp exp add", "exp add"},
    {"cse: other attributes, other values", "x = input(4); y = clip(x, 0, 1) + clip(x, 0, 2)", "y", "clip clip add",
     "clip clip add"},
    {"cse: through its operands", "x = input(4); y = tanh(x + 1) * 2; z = tanh(x + 1) * 3", "y z",
     "add tanh mul add tanh mul", "add tanh mul mul"},

    {"fold: constants are made by the first run", "x = input(4); y = x * sqrt(2.0)", "y", "sqrt mul", "sqrt | mul"},
    {"fold: a variable is not constant", "c = 2.0; x = input(4); y = x * sqrt(c)", "y", "sqrt mul", "sqrt mul"},
    {"fold: a param is not constant", "W = param((4,)); x = input(4); y = x * exp(W)", "y", "exp mul", "exp mul"},

    {"transposes become steps of the operand", "x = input(4); y = x.T @ x", "y", "copy matmul", "matmul"},
    {"transposes: what else needs it keeps it", "x = input(4); t = x.T; y = t @ x; z = exp(t)", "y z",
     "copy matmul exp", "copy matmul exp"},

    {"transposes: one copy for eight products that read a matrix so",
     "x = input(16); W = param((16, 16)); t = W.T; y = x @ t @ t @ t @ t @ t @ t @ t @ t", "y",
     "copy matmul matmul matmul matmul matmul matmul matmul matmul",
     "copy matmul matmul matmul matmul matmul matmul matmul matmul"},
    {"transposes: none for seven",
     "x = input(16); W = param((16, 16)); t = W.T; y = x @ t @ t @ t @ t @ t @ t @ t", "y",
     "copy matmul matmul matmul matmul matmul matmul matmul", "matmul matmul matmul matmul matmul matmul matmul"},
    {"transposes: of a constant by the first run",
     "x = input(16); W = zeros((16, 16)) + 1; t = W.T; y = x @ t @ t @ t @ t @ t @ t @ t @ t", "y", "",
     "add copy | matmul matmul matmul matmul matmul matmul matmul matmul"},

    {"fuse_broadcast", "x = input(4); y = x * grad(sum(sum(x, axis=0) ** 2), x)", "y", "sum mul copy mul",
     "sum mul mul"},
    {"fuse_broadcast: wanted, it stays", "x = input(4); b = grad(sum(sum(x, axis=0) ** 2), x); y = x * b", "y b",
     "sum mul copy mul", "sum mul copy mul"},

    {"fuse_gradient: relu", "x = input(4); y = relu(x); d = grad(sum(y * x), x)", "d", "", "relu relu_grad add"},
    {"fuse_gradient: sigmoid", "x = input(4); y = sigmoid(x); d = grad(sum(y * x), x)", "d", "",
     "sigmoid sigmoid_grad add"},
    {"fuse_gradient: tanh", "x = input(4); y = tanh(x); d = grad(sum(y * x), x)", "d", "", "tanh tanh_grad add"},
    {"fuse_gradient: gelu's slope alone", "x = input(4); d = grad(sum(gelu(x)), x)", "d", "", "gelu_slope"},
    {"fuse_gradient: gelu and its slope", "x = input(4); y = gelu(x); d = grad(sum(y), x)", "y d", "", "gelu_both"},
    {"fuse_gradient: 2 - y is not 1 - y", "x = input(4); y = sigmoid(x); d = x * (y * (2 - y))", "d", "",
     "sigmoid sub mul mul"},

    {"fuse_xent: the gradient of the scores", "x = input(4); t = label(4); d = grad(softmax_cross_entropy(x, t), x)",
     "d", "", "xent_index_grad"},
    {"fuse_xent: with the loss", "x = input(4); t = label(4); l = softmax_cross_entropy(x, t); d = grad(l, x)", "l d",
     "", "xent_index_grad sum"},

    {"fuse_product: bias and activation", "x = input(4); W = param((4, 3)); b = param((3,)); y = relu(x @ W + b)", "y",
     "matmul add relu", "matmul+bias+relu"},
    {"fuse_product: sigmoid", "x = input(4); W = param((4, 3)); y = sigmoid(x @ W)", "y", "matmul sigmoid",
     "matmul+sigmoid"},
    {"fuse_product: tanh", "x = input(4); W = param((4, 3)); y = tanh(x @ W)", "y", "matmul tanh", "matmul+tanh"},
    {"fuse_product: a product that is wanted stays", "x = input(4); W = param((4, 3)); p = x @ W; y = relu(p)", "y p",
     "matmul relu", "matmul relu"},
    {"fuse_product: a product that is read twice stays", "x = input(4); W = param((4, 3)); p = x @ W; y = relu(p) + p",
     "y", "matmul relu add", "matmul relu add"},
    {"fuse_product: a bias of rows is none", "x = input(4); W = param((4, 3)); b = param((6, 1)); y = x @ W + b", "y",
     "matmul add", "matmul add"},
    {"fuse_product: gates and the sums of a bias",
     "x = input(4); W = param((4, 3)); b = param((3,)); V = param((3, 2)); h = relu(x @ W + b); l = sum(h @ V)\n"
     "dW = grad(l, W); db = grad(l, b)",
     "dW db", "", "copy | matmul+bias+relu matmul+relu_gate matmul+sums"},
};

/* ---- Plans as words ---- */

static const char *kernel_name(dpk_fn *fn)
{
#define DPK_KERNEL(op, type, isa)         \
    if (fn == dpk_##op##_##type##__##isa) \
        return #op;
#include "kernels/kern_list.def"
    fail_msg("a step has no kernel of the list");
    return "";
}

static void add(char *text, const char *word)
{
    assert_true(strlen(text) + strlen(word) < TEXT);
    strcat(text, word);
}

static void add_step(char *text, const dp_plan *plan, size_t step)
{
    static const char *const activations[] = {"", "+relu", "+sigmoid", "+tanh"};
    static const char *const gates[] = {"", "+relu_gate", "+sigmoid_gate", "+tanh_gate"};
    const char *name = kernel_name(plan->steps[step].fn);
    bool product = strcmp(name, "gemm") == 0 || strcmp(name, "matmul") == 0;
    add(text, product ? "matmul" : name);
    if (!product)
        return;
    const dpk_matmul_args *args = plan->steps[step].args;
    bool bias = false, sums = false;
    for (size_t r = 0; r < plan->ref_count; r++) { /* pointers are set by the first run only */
        bias |= plan->args + plan->refs[r].at == (const char *)&args->bias;
        sums |= plan->args + plan->refs[r].at == (const char *)&args->sums;
    }
    add(text, bias ? "+bias" : "");
    add(text, activations[args->activation]);
    add(text, gates[args->gate_kind]);
    add(text, sums ? "+sums" : "");
}

static void plan_words(const dp_plan *plan, char text[TEXT])
{
    *text = 0;
    for (size_t i = 0; i < plan->step_count; i++) {
        if (i)
            add(text, " ");
        if (i && i == plan->once_steps)
            add(text, "| ");
        add_step(text, plan, i);
    }
}

/* ---- A case ---- */

static void build(built_plan *b, const pass_case *c, int naive)
{
    built_plan_open(b, c->what, c->text, c->wanted,
                    (built_plan_how){.dtype = DP_F64, .batch = ROWS, .threads = 1, .naive = naive});
    built_plan_fill(b, 0, false);
}

/* Numbers of the size of 1, made by at most some 30 operations: 100 units of rounding. */
static void compare(const built_plan *a, const built_plan *b, const pass_case *c)
{
    for (int i = 0; i < a->count; i++) {
        dp_array x = dp_plan_value(a->plan, a->wanted[i]), y = dp_plan_value(b->plan, b->wanted[i]);
        for (int64_t k = 0; k < dp_array_elems(&x); k++)
            if (!(fabs(dp_array_get(&x, k) - dp_array_get(&y, k)) <= 100 * 0x1p-53 * (1 + fabs(dp_array_get(&y, k)))))
                fail_msg("%s: wanted value %d, element %d: %.17g, naive %.17g", c->what, i, (int)k, dp_array_get(&x, k),
                         dp_array_get(&y, k));
    }
}

static void test_passes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pass_case *c = &cases[i];
        built_plan naive, fast;
        char words[TEXT];
        build(&naive, c, 1);
        build(&fast, c, 0);
        plan_words(naive.plan, words);
        if (*c->without && strcmp(words, c->without) != 0)
            fail_msg("%s: the naive plan is \"%s\", not \"%s\"", c->what, words, c->without);
        plan_words(fast.plan, words);
        if (strcmp(words, c->with) != 0)
            fail_msg("%s: the plan is \"%s\", not \"%s\"", c->what, words, c->with);
        built_plan_run(&naive);
        for (int run = 0; run < 2; run++) { /* the second without what the first has made */
            built_plan_run(&fast);
            compare(&fast, &naive, c);
        }
        built_plan_close(&naive);
        built_plan_close(&fast);
    }
}

/* ---- Chains, and past the caches ---- */

static const char *row_name(dpk_row_fn *row)
{
#define DPK_ROW(op, type, isa)                 \
    if (row == dpk_row_##op##_##type##__##isa) \
        return #op;
#include "kernels/kern_list.def"
    fail_msg("a link has no kernel of the list");
    return "";
}

static bool is_of(const char *kernel, const char *family)
{
#define DPK_OP(op, of)            \
    if (strcmp(kernel, #op) == 0) \
        return strcmp(family, #of) == 0;
#include "kernels/kern_list.def"
    return false;
}

/* "r0=mul(m2 m3)": a link with its operands, those in registers and those in memory. */
static void chain_words(const dpk_chain_args *args, char text[TEXT])
{
    const dpk_chain_link *links = dpk_chain_links(args);
    *text = 0;
    for (int32_t i = 0; i < args->links; i++) {
        char word[64];
        const char *name = row_name(links[i].row);
        snprintf(word, sizeof word, "%s%c%d", i ? " " : "", args->operand[links[i].y].in_register ? 'r' : 'm',
                 links[i].y);
        add(text, word);
        if (is_of(name, "pair"))
            snprintf(word, sizeof word, "%c%d", args->operand[links[i].z].in_register ? 'r' : 'm', links[i].z),
                add(text, word);
        snprintf(word, sizeof word, "=%s(%c%d", name, args->operand[links[i].a].in_register ? 'r' : 'm', links[i].a);
        add(text, word);
        if (is_of(name, "binary"))
            snprintf(word, sizeof word, " %c%d", args->operand[links[i].b].in_register ? 'r' : 'm', links[i].b),
                add(text, word);
        add(text, ")");
    }
}

typedef struct chain_case {
    const char *what, *text, *wanted;
    const char *links; /* of the chains, with " | " between them; "": there is none */
    int64_t ahead;     /* operands that are asked for ahead */
} chain_case;

static const chain_case chain_cases[] = {
    {"results past the caches, steps in registers", "x = input(4); y = tanh(x + 0.5) * 2", "y",
     "r0=add(m1 m2) r0=tanh(r0) r0=mul(r0 m3) m4=stream(r0)", 1},
    {"a value that is wanted on the way", "x = input(4); h = exp(x); y = h * h", "y h",
     "m2=exp(m1) r0=mul(m2 m2) m3=stream(r0)", 1},
    {"gelu and its slope", "x = input(4); y = gelu(x * 3); d = grad(sum(y), x)", "y d",
     "r0=mul(m2 m3) r0r1=gelu_both(r0) r1=mul(r1 m3) m4=stream(r0) m5=stream(r1)", 1},
    {"a reduction between: what it reads are rows in memory", "x = input(4); s = sum(exp(x) * x, axis=1); y = s * 2",
     "y", "r0=exp(m1) m2=mul(r0 m1)", 1},
    {"along rows, and along columns", "x = input(100); b = param((100,)); c = param((6, 1)); y = exp(x + b) * c", "y",
     "r0=add(m1 m2) r0=exp(r0) r0=mul(r0 m3) m4=stream(r0)", 1},
    {"rows that are too short", "x = input(4); b = param((4,)); y = exp(x + b) * 2", "y",
     "r0=exp(m1) r0=mul(r0 m2) m3=stream(r0)", 0},
    {"before and behind a product", "x = input(4); W = param((4, 4)); y = tanh(x) + x; z = y @ W; d = y - z", "d",
     "r0=tanh(m1) m2=add(r0 m1) | r0=sub(m1 m2) m3=stream(r0)", 1},
    {"elements of several sizes", "x = input(4); y = (x > 0.5) * exp(x)", "y",
     "r0=greater(m3 m4) r1=exp(m3) r2=cast_u8(r0) r0=mul(r2 r1) m5=stream(r0)", 1},
    {"more values than registers",
     "x = input(4); a = exp(x); b = tanh(x); c = sigmoid(x); d = relu(x); e = softplus(x); f = gelu(x); g = square(x)\n"
     "y = a * (b * (c * (d * (e * (f * g)))))",
     "y",
     "m7=exp(m6) r0=tanh(m6) r1=sigmoid(m6) r2=relu(m6) r3=softplus(m6) r4=gelu(m6) r5=square(m6) r4=mul(r4 r5) "
     "r3=mul(r3 r4) r2=mul(r2 r3) r1=mul(r1 r2) m8=mul(r0 r1) | r0=mul(m1 m2) m3=stream(r0)",
     1},
    {"more steps than links", "x = input(4); y = -exp(-exp(-exp(-exp(-exp(-exp(-exp(-exp(-exp(-x)))))))))", "y",
     "r0=neg(m1) r0=exp(r0) r0=neg(r0) r0=exp(r0) r0=neg(r0) r0=exp(r0) r0=neg(r0) r0=exp(r0) r0=neg(r0) r0=exp(r0) "
     "r0=neg(r0) r0=exp(r0) r0=neg(r0) r0=exp(r0) r0=neg(r0) m2=exp(r0) | r0=neg(m1) r0=exp(r0) r0=neg(r0) "
     "m2=stream(r0)",
     1},
};

static size_t count_kernel(const dp_plan *plan, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->step_count; i++)
        count += strcmp(kernel_name(plan->steps[i].fn), name) == 0;
    return count;
}

/* tanh(x + 0.5) * 2 of so many numbers; `again`: the value is read by another step, too. x is asked for one block ahead, while
 * tanh is computed. */
static void check_stream(int64_t elems, int again, size_t expected)
{
    float *numbers[2][2];
    size_t bytes = (size_t)elems * sizeof(float);
    for (int naive = 0; naive < 2; naive++) {
        dp_config config;
        dp_ctx *ctx;
        dp_graph *g;
        dp_plan *plan;
        dp_config_init(&config);
        config.naive_plans = naive;
        config.threads = 2;
        assert_int_equal(dp_ctx_new(&config, &ctx), DP_OK);
        assert_int_equal(dp_graph_new(ctx, DP_F32, &g), DP_OK);
        dp_val x = dp_input(g, "x", DP_F32, dp_shape_of(1, &elems));
        dp_val y = dp_mul(g, dp_tanh(g, dp_add(g, x, dp_scalar(g, 0.5))), dp_scalar(g, 2)),
               z = dp_sum(g, y, NULL, 0, 0);
        dp_val wanted[2] = {y, z};
        assert_int_equal(dp_plan_new(g, wanted, 1 + again, &plan), DP_OK);
        assert_int_equal(count_kernel(plan, "stream"), 0);
        assert_int_equal(count_kernel(plan, "chain"), naive ? 0 : expected);
        if (!naive) /* one pass, and of the array's size only the result */
            assert_true(!expected || again ||
                        (plan->phase_count == 1 && dp_plan_get_stats(plan).arena_bytes < bytes + 64));
        for (int i = 0; i < 2; i++)
            numbers[naive][i] = malloc(bytes + 4);
        float *in = numbers[naive][0], *out = numbers[naive][1] + 1; /* a place that no vector would choose */
        for (int64_t i = 0; i < elems; i++)
            in[i] = (float)(i % 1001) / 500;
        assert_int_equal(dp_plan_bind(plan, x, in), DP_OK);
        assert_int_equal(dp_plan_bind(plan, y, out), DP_OK);
        for (int run = 0; run < 2; run++)
            assert_int_equal(dp_plan_run(plan), DP_OK);
        dp_plan_free(&plan);
        dp_graph_free(&g);
        dp_ctx_free(&ctx);
    }
    assert_int_equal(memcmp(numbers[0][1] + 1, numbers[1][1] + 1, bytes), 0);
    for (int naive = 0; naive < 2; naive++)
        free(numbers[naive][0]), free(numbers[naive][1]);
}

static void plan_chains(const dp_plan *plan, char text[TEXT], int64_t *ahead)
{
    *text = 0, *ahead = 0;
    for (size_t i = 0; i < plan->step_count; i++) {
        const dpk_chain_args *args = plan->steps[i].args;
        char words[TEXT];
        if (strcmp(kernel_name(plan->steps[i].fn), "chain") != 0)
            continue;
        chain_words(args, words);
        add(text, *text ? " | " : "");
        add(text, words);
        for (int32_t k = 0; k < args->operands; k++)
            *ahead += args->operand[k].ahead;
    }
}

/* Small arrays, as if they were large: which chains there are, and the same bits as step by step. */
static void test_chains(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof chain_cases / sizeof *chain_cases; i++) {
        const chain_case *c = &chain_cases[i];
        built_plan plans[2];
        char text[TEXT];
        int64_t ahead;
        for (int near = 0; near < 2; near++) {
            built_plan_open(&plans[near], c->what, c->text, c->wanted,
                            (built_plan_how){.dtype = DP_F32, .batch = ROWS, .threads = 1, .far_bytes = near ? 0 : 64});
            built_plan_fill(&plans[near], 0, false);
            built_plan_run(&plans[near]);
        }
        plan_chains(plans[0].plan, text, &ahead);
        if (strcmp(text, c->links) != 0 || ahead != c->ahead)
            wrong++, print_error("%s: the chains are \"%s\" with %d ahead, not \"%s\"\n", c->what, text, (int)ahead,
                                 c->links);
        plan_chains(plans[1].plan, text, &ahead);
        assert_string_equal(text, "");
        built_plan_run(&plans[0]);
        for (int k = 0; k < plans[0].count; k++) {
            dp_array a = dp_plan_value(plans[0].plan, plans[0].wanted[k]),
                     b = dp_plan_value(plans[1].plan, plans[1].wanted[k]);
            if (memcmp(a.data, b.data, dp_array_bytes(&a)) != 0)
                fail_msg("%s: wanted value %d differs", c->what, k);
        }
        built_plan_close(&plans[0]);
        built_plan_close(&plans[1]);
    }
    assert_int_equal(wrong, 0);
}

static void test_stream(void **state)
{
    (void)state;
    const int64_t large = (16 << 20) / sizeof(float);
    check_stream(large + 21, 0, 1);
    check_stream(large + 21, 1, 1); /* it is read again: it stays in the caches, if it can */
    check_stream(large - 1, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_passes), cmocka_unit_test(test_chains),
                                       cmocka_unit_test(test_stream)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
