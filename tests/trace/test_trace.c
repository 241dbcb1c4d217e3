/* The trace against dp_grad and dp_eval: the same numbers to the bit, per edge and summed; unfolded and folded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/formula.h>
#include <denpa/grad.h>
#include <denpa/ops.h>
#include <denpa/plan.h>
#include <denpa/trace.h>

#include "support/failing_memory.h"
#include "support/random_graph.h"

typedef struct world {
    dp_ctx *ctx;
    dp_formula *formula;
    dp_graph *g;
    dp_scope *scope;
    dp_trace *trace;
} world;

static void open_text(world *w, const char *text)
{
    dp_build_config config;
    dp_build_config_init(&config);
    *w = (world){0};
    assert_int_equal(dp_ctx_new(NULL, &w->ctx), DP_OK);
    assert_int_equal(dp_formula_parse(w->ctx, text, strlen(text), "test", &w->formula), DP_OK);
    assert_int_equal(dp_graph_new(w->ctx, DP_F64, &w->g), DP_OK);
    if (dp_formula_build(w->formula, w->g, &config, &w->scope) != DP_OK)
        fail_msg("%s", dp_ctx_message(w->ctx));
}

static void make(world *w, const char *name, dp_trace_config config)
{
    dp_trace_free(&w->trace);
    if (dp_trace_new(w->g, dp_scope_find(w->scope, name), &config, NULL, NULL, 0, &w->trace) != DP_OK)
        fail_msg("%s", dp_ctx_message(w->ctx));
}

static void close_world(world *w)
{
    dp_trace_free(&w->trace);
    dp_scope_free(&w->scope);
    dp_graph_free(&w->g);
    dp_formula_free(&w->formula);
    dp_ctx_free(&w->ctx);
}

static const dp_trace_node *node(const world *w, int i)
{
    const dp_trace_node *found = dp_trace_node_get(w->trace, i);
    assert_non_null(found);
    return found;
}

static const dp_trace_node *named(const world *w, const char *name)
{
    for (int i = 0; i < dp_trace_node_count(w->trace); i++)
        if (strcmp(node(w, i)->name, name) == 0)
            return node(w, i);
    fail_msg("no node %s", name);
    return NULL;
}

static const dp_trace_node *labelled(const world *w, const char *label)
{
    for (int i = 0; i < dp_trace_node_count(w->trace); i++)
        if (strcmp(node(w, i)->label, label) == 0)
            return node(w, i);
    fail_msg("no node labelled %s", label);
    return NULL;
}

static const dp_trace_edge *input(const world *w, const dp_trace_node *n, int i)
{
    assert_true(i < n->input_count);
    return dp_trace_edge_get(w->trace, n->first_input + i);
}

static void same_array(const dp_array *a, const dp_array *b)
{
    assert_non_null(a);
    assert_non_null(b);
    assert_int_equal(a->dtype, b->dtype);
    assert_true(dp_shape_equal(a->shape, b->shape));
    assert_memory_equal(a->data, b->data, dp_array_bytes(a));
}

static double number(const dp_array *array)
{
    assert_non_null(array);
    return dp_array_get(array, 0);
}

static const char *const apples =
    "apple = 100; n = 2; tax = 1.1; price_without = apple * n; price = price_without * tax";

/* Every value and every gradient is what eval and grad give on their own, in another graph. */
static void hold_numbers(const char *text, const char *name)
{
    world w, other;
    open_text(&w, text);
    make(&w, name, (dp_trace_config){.gradient = 1});
    open_text(&other, text);
    for (int i = 0; i < dp_trace_node_count(w.trace); i++) {
        const dp_trace_node *n = node(&w, i);
        dp_val v = n->value, gradient;
        dp_array *numbers = NULL;
        assert_int_equal(dp_eval(other.g, &v, 1, NULL, NULL, 0, &numbers), DP_OK);
        same_array(n->forward, numbers);
        dp_array_free(&numbers);
        if (!n->gradient)
            continue;
        assert_int_equal(dp_grad(other.g, dp_scope_find(other.scope, name), DP_VAL_NONE, &v, 1, &gradient), DP_OK);
        assert_int_equal(dp_eval(other.g, &gradient, 1, NULL, NULL, 0, &numbers), DP_OK);
        same_array(n->gradient, numbers);
        dp_array_free(&numbers);
    }
    close_world(&other);
    close_world(&w);
}

static void numbers_are_those_of_eval(void **state)
{
    (void)state;
    hold_numbers(apples, "price");
    hold_numbers("x = [[1.0, 2.0], [2.0, 3.0]]; W = [[1, 2, 3], [4, 5, 6]]; b = [1, 2, 3]; f = sum((x @ W + b)**2)",
                 "f");
    hold_numbers("x = 0.3; y = sigmoid(x) * x + exp(x) / x; L = y * y - x", "L");
    hold_numbers("a = [[0.3, 0.2, 0.5], [1.0, -1.0, 0.0]]; t = [2, 0]; L = softmax_cross_entropy(a, t)", "L");
}

static void apples_of_the_book(void **state)
{
    (void)state;
    world w;
    open_text(&w, apples);
    make(&w, "price", (dp_trace_config){.gradient = 1, .check = 1});
    assert_int_equal(dp_trace_node_count(w.trace), 5);
    assert_int_equal(dp_trace_edge_count(w.trace), 4);
    assert_true(number(named(&w, "apple")->gradient) == 2.2);
    assert_true(number(named(&w, "n")->gradient) == 110.00000000000001);
    assert_true(number(named(&w, "tax")->gradient) == 200);
    assert_true(number(named(&w, "price_without")->gradient) == 1.1);
    const dp_trace_node *last = node(&w, 4);
    assert_string_equal(last->name, "price");
    assert_string_equal(last->label, "×");
    assert_string_equal(last->formula, "a * b");
    assert_true(number(last->forward) == 220.00000000000003 && number(last->gradient) == 1);
    assert_string_equal(input(&w, last, 0)->derivative, "b");
    assert_true(named(&w, "apple")->is_variable && named(&w, "apple")->check->ok);
    assert_null(last->check);
    assert_null(dp_trace_node_get(w.trace, 5));
    assert_null(dp_trace_node_get(w.trace, -1));
    assert_null(dp_trace_edge_get(w.trace, 4));
    close_world(&w);
}

/* What comes back to x along its three arrows adds up to its gradient, in the order of the backward pass. */
static void fan_out(void **state)
{
    (void)state;
    world w;
    open_text(&w, "x = 3.0; y = x * x + 5 * x");
    make(&w, "y", (dp_trace_config){.gradient = 1});
    const dp_trace_node *square = NULL, *five = NULL;
    for (int i = 0; i < dp_trace_node_count(w.trace); i++) {
        if (strcmp(node(&w, i)->label, "×") != 0)
            continue;
        if (square)
            five = node(&w, i);
        else
            square = node(&w, i);
    }
    assert_true(number(input(&w, square, 0)->gradient) == 3 && number(input(&w, square, 1)->gradient) == 3);
    assert_null(input(&w, five, 0)->gradient);
    assert_true(number(input(&w, five, 1)->gradient) == 5);
    assert_true(number(named(&w, "x")->gradient) == 11);
    close_world(&w);
}

/* A gradient has the shape of what it belongs to, also where it is the same number everywhere. */
static void gradients_are_whole(void **state)
{
    (void)state;
    world w;
    open_text(&w, "x = [[1.0, 2.0], [3.0, 4.0]]; b = [1.0, 1.0]; s = x + b; f = sum(s)");
    make(&w, "f", (dp_trace_config){.gradient = 1});
    assert_int_equal(dp_array_elems(named(&w, "s")->gradient), 4);
    const dp_trace_node *sum = named(&w, "s");
    assert_int_equal(dp_array_elems(input(&w, sum, 0)->gradient), 4);
    assert_int_equal(dp_array_elems(input(&w, sum, 1)->gradient), 2);
    assert_true(number(input(&w, sum, 1)->gradient) == 2);
    close_world(&w);
}

/* A vector times a matrix is one product, though the graph makes matrices of one row of it. */
static void products_of_vectors(void **state)
{
    (void)state;
    world w;
    const char *text = "x = [1, 2]; W = [[1.0, 2, 3], [4, 5, 6]]; B = [1, 2, 3]; f = sum((x @ W + B)**2)";
    open_text(&w, text);
    make(&w, "f", (dp_trace_config){.gradient = 1});
    const dp_trace_node *product = labelled(&w, "dot");
    assert_int_equal(dp_trace_node_count(w.trace), 7);
    assert_int_equal(product->shape.rank, 1);
    assert_string_equal(product->attributes, "");
    assert_int_equal(input(&w, product, 0)->gradient->shape.rank, 1);
    same_array(input(&w, product, 0)->gradient, named(&w, "x")->gradient);
    same_array(input(&w, product, 1)->gradient, named(&w, "W")->gradient);
    close_world(&w);
    hold_numbers(text, "f");
}

static void sigmoid_unfolds(void **state)
{
    (void)state;
    world w;
    dp_trace *whole;
    open_text(&w, "x = 0.5; y = sigmoid(x)");
    make(&w, "y", (dp_trace_config){.gradient = 1});
    whole = w.trace;
    w.trace = NULL;
    make(&w, "y", (dp_trace_config){.gradient = 1, .expand = 1});
    const char *labels[] = {"", "", "×", "exp", "", "+", "/"};
    assert_int_equal(dp_trace_node_count(w.trace), 7);
    for (int i = 0; i < 7; i++)
        assert_string_equal(node(&w, i)->label, labels[i]);
    same_array(node(&w, 6)->forward, dp_trace_node_get(whole, 1)->forward);
    same_array(named(&w, "x")->gradient, dp_trace_node_get(whole, 0)->gradient);
    double y = number(node(&w, 6)->forward), e = number(labelled(&w, "exp")->forward);
    assert_true(number(labelled(&w, "+")->forward) == e + 1);
    assert_true(number(labelled(&w, "+")->gradient) == -(y * y));
    assert_true(number(labelled(&w, "exp")->gradient) == -(y * y));
    assert_true(number(labelled(&w, "×")->gradient) == -(y * y) * e);
    dp_trace_free(&whole);
    close_world(&w);
}

static void softmax_with_loss_unfolds(void **state)
{
    (void)state;
    world w;
    for (int classes = 0; classes < 2; classes++) {
        open_text(&w, classes ? "a = [[0.3, 0.2, 0.5]]; t = [1]; L = softmax_cross_entropy(a, t)"
                              : "a = [[0.3, 0.2, 0.5]]; t = [[0, 1, 0]]; L = softmax_cross_entropy(a, t)");
        make(&w, "L", (dp_trace_config){.gradient = 1, .expand = 1});
        const dp_trace_node *softmax = labelled(&w, "Softmax"), *loss = labelled(&w, "cross entropy");
        double p = dp_array_get(softmax->forward, 1);
        assert_true(dp_array_get(softmax->gradient, 0) == 0 && dp_array_get(softmax->gradient, 1) == -1 / p);
        assert_string_equal(input(&w, softmax, 0)->symbol, "y - t");
        assert_string_equal(loss->name, "L");
        assert_null(named(&w, "t")->gradient);
        close_world(&w);
    }
}

/* Where the probability of a class is 0 and so is its target, nothing goes back. */
static void impossible_classes(void **state)
{
    (void)state;
    world w;
    open_text(&w, "a = [1000.0, 0.0]; t = [1, 0]; L = softmax_cross_entropy(a, t)");
    make(&w, "L", (dp_trace_config){.gradient = 1, .expand = 1});
    const dp_trace_node *softmax = labelled(&w, "Softmax");
    assert_true(dp_array_get(softmax->forward, 1) == 0 && dp_array_get(softmax->gradient, 1) == 0);
    close_world(&w);
}

/* Folding takes nodes away and changes no number. */
static void hold_folded(const char *text, const char *name, const char *label, const char *variable, int nodes)
{
    world w;
    open_text(&w, text);
    make(&w, name, (dp_trace_config){.gradient = 1});
    dp_trace *plain = w.trace;
    w.trace = NULL;
    make(&w, name, (dp_trace_config){.gradient = 1, .group = 1});
    assert_int_equal(dp_trace_node_count(w.trace), nodes);
    labelled(&w, label);
    for (int i = 0; i < dp_trace_node_count(w.trace); i++)
        for (int k = 0; k < dp_trace_node_count(plain); k++) {
            const dp_trace_node *a = node(&w, i), *b = dp_trace_node_get(plain, k);
            if (a->value != b->value)
                continue;
            same_array(a->forward, b->forward);
            if (a->gradient)
                same_array(a->gradient, b->gradient);
        }
    assert_non_null(named(&w, variable)->gradient);
    dp_trace_free(&plain);
    close_world(&w);
}

static void composites_fold(void **state)
{
    (void)state;
    hold_folded("x = 0.5; y = 1 / (1 + exp(-x))", "y", "sigmoid", "x", 2);
    hold_folded("x = 0.5; y = 1 / (exp(x * -1) + 1)", "y", "sigmoid", "x", 2);
    hold_folded("x = [[1.0, 2.0]]; W = [[1, 2], [3, 4]]; b = [1, 2]; L = sum(x @ W + b)", "L", "Affine", "b", 5);
    hold_folded("x = [1.0, 2.0]; L = mean(x)", "L", "mean", "x", 2);
    hold_folded("p = [0.3, 0.7]; t = [0, 1]; L = -sum(t * log(p + 1e-7))", "L", "cross entropy", "p", 3);
    hold_folded("p = [[0.3, 0.7]]; t = [[0, 1]]; L = cross_entropy(p, t)", "L", "cross entropy", "p", 3);
    hold_folded("a = [[0.3, 0.7]]; t = [1]; L = cross_entropy(softmax(a), t)", "L", "Softmax-with-Loss", "a", 3);
}

/* What something else uses, too, stays. */
static void shared_steps_do_not_fold(void **state)
{
    (void)state;
    world w;
    open_text(&w, "x = 0.5; e = exp(-x); y = 1 / (1 + e) + e");
    make(&w, "y", (dp_trace_config){.gradient = 1, .group = 1});
    labelled(&w, "exp");
    labelled(&w, "/");
    close_world(&w);
}

static void symbols_of_the_book(void **state)
{
    (void)state;
    world w;
    open_text(&w, "x = 3.0; y = 4.0; t = x + y; z = t ** 2");
    make(&w, "z", (dp_trace_config){.gradient = 1});
    const dp_trace_node *z = named(&w, "z"), *t = named(&w, "t");
    assert_string_equal(z->label, "**2");
    assert_string_equal(z->gradient_symbol, "1");
    assert_string_equal(input(&w, z, 0)->symbol, "2 t");
    assert_string_equal(input(&w, z, 0)->chain, "∂z/∂z ∂z/∂t");
    assert_string_equal(input(&w, t, 0)->symbol, "2 t");
    assert_string_equal(input(&w, t, 0)->chain, "∂z/∂z ∂z/∂t ∂t/∂x");
    close_world(&w);
    open_text(&w, "x = 0.5; y = sigmoid(x); one = 1.0");
    dp_val one = dp_scope_find(w.scope, "one");
    make(&w, "y", (dp_trace_config){.gradient = 1, .upstream = one});
    assert_string_equal(input(&w, named(&w, "y"), 0)->symbol, "∂L/∂y y (1 - y)");
    make(&w, "y", (dp_trace_config){.gradient = 1, .upstream = one, .expand = 1});
    assert_string_equal(labelled(&w, "+")->gradient_symbol, "-∂L/∂y y²");
    assert_string_equal(labelled(&w, "exp")->gradient_symbol, "-∂L/∂y y²");
    assert_string_equal(labelled(&w, "×")->gradient_symbol, "-∂L/∂y y² exp(-x)");
    assert_string_equal(named(&w, "x")->gradient_symbol, "∂L/∂y y² exp(-x)");
    close_world(&w);
    open_text(&w, "X = [[1.0, 2.0], [3.0, 4.0]]; W = [[1, 2, 3], [4, 5, 6]]; B = [1, 2, 3]; Y = X @ W + B");
    make(&w, "Y", (dp_trace_config){.gradient = 1, .ones = 1});
    assert_string_equal(named(&w, "X")->gradient_symbol, "∂L/∂Y · Wᵀ");
    assert_string_equal(named(&w, "W")->gradient_symbol, "Xᵀ · ∂L/∂Y");
    assert_string_equal(named(&w, "B")->gradient_symbol, "sum(∂L/∂Y, axis=0)");
    close_world(&w);
}

static void only_where_asked(void **state)
{
    (void)state;
    world w;
    open_text(&w, apples);
    dp_val tax = dp_scope_find(w.scope, "tax");
    make(&w, "price", (dp_trace_config){.gradient = 1, .wrt = &tax, .wrt_count = 1});
    assert_null(named(&w, "apple")->gradient);
    assert_true(number(named(&w, "tax")->gradient) == 200);
    make(&w, "price", (dp_trace_config){0});
    for (int i = 0; i < dp_trace_node_count(w.trace); i++)
        assert_null(node(&w, i)->gradient);
    close_world(&w);
}

static void refusals(void **state)
{
    (void)state;
    world w;
    dp_trace *untouched = NULL;
    open_text(&w, "x = [1.0, 2.0]; y = x * 2");
    dp_val y = dp_scope_find(w.scope, "y");
    assert_int_equal(dp_trace_new(w.g, y, &(dp_trace_config){.group = 1, .expand = 1}, NULL, NULL, 0, &untouched),
                     DP_ERR_ARG);
    assert_int_equal(dp_trace_new(w.g, y, &(dp_trace_config){.check = 1}, NULL, NULL, 0, &untouched), DP_ERR_ARG);
    assert_int_equal(dp_trace_new(w.g, y, &(dp_trace_config){.gradient = 1}, NULL, NULL, 0, &untouched), DP_ERR_SHAPE);
    assert_null(untouched);
    close_world(&w);
    open_text(&w, "x = 1.0");
    assert_int_equal(dp_trace_new(w.g, 99, NULL, NULL, NULL, 0, &untouched), DP_ERR_ARG);
    assert_null(untouched);
    close_world(&w);
}

/* Random graphs: the sum over a node's arrows is its gradient. */
static void sums_over_random_graphs(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        dp_ctx *ctx;
        dp_graph *g;
        dp_trace *trace = NULL;
        dp_val values[100];
        assert_int_equal(dp_ctx_new(NULL, &ctx), DP_OK);
        assert_int_equal(dp_graph_new(ctx, DP_F64, &g), DP_OK);
        int count = random_graph_fill(g, seed, 100, 3, 4, values);
        dp_val wanted = values[count - 1];
        for (int i = 0; i < count; i++)
            if (dp_dtype_is_float(dp_val_dtype(g, values[i])))
                wanted = values[i];
        char name[16];
        for (int i = 0; i < count; i++)
            snprintf(name, sizeof name, "v%d", i), dp_val_set_name(g, values[i], name);
        if (dp_trace_new(g, wanted, &(dp_trace_config){.gradient = 1, .ones = 1}, NULL, NULL, 0, &trace) != DP_OK)
            fail_msg("seed %d: %s", (int)seed, dp_ctx_message(ctx));
        for (int n = 0; n < dp_trace_node_count(trace) - 1; n++) {
            const dp_trace_node *at = dp_trace_node_get(trace, n);
            for (int64_t k = 0; at->gradient && k < dp_array_elems(at->gradient); k++) {
                double sum = 0, sizes = 0;
                for (int e = 0; e < dp_trace_edge_count(trace); e++) {
                    const dp_trace_edge *edge = dp_trace_edge_get(trace, e);
                    if (edge->from != n || !edge->gradient)
                        continue;
                    sum += dp_array_get(edge->gradient, k);
                    sizes += dp_array_get(edge->gradient, k) < 0 ? -dp_array_get(edge->gradient, k)
                                                                 : dp_array_get(edge->gradient, k);
                }
                double whole = dp_array_get(at->gradient, k), difference = whole - sum;
                /* at most 100 additions in another order, each of a relative error of 2^-53 */
                if (whole == whole && sizes < 1e300)
                    assert_true(difference * difference <= 1e-28 * sizes * sizes);
            }
        }
        dp_trace_free(&trace);
        dp_graph_free(&g);
        dp_ctx_free(&ctx);
    }
}

static dp_status trace_once(dp_ctx *ctx, void *user)
{
    (void)user;
    dp_graph *g;
    dp_trace *trace = NULL;
    dp_status status = dp_graph_new(ctx, DP_F64, &g);
    if (status != DP_OK)
        return status;
    dp_val a = dp_variable(g, "a", &(dp_array){.dtype = DP_F64, .shape = dp_shape_scalar(), .data = (double[]){0.5}});
    dp_val y = dp_mul(g, dp_sigmoid(g, a), dp_sigmoid(g, dp_exp(g, a)));
    status = dp_graph_status(g);
    if (status == DP_OK)
        status = dp_trace_new(g, y, &(dp_trace_config){.gradient = 1, .expand = 1, .check = 1}, NULL, NULL, 0, &trace);
    dp_trace_free(&trace);
    dp_graph_free(&g);
    return status;
}

static void memory_may_fail(void **state)
{
    (void)state;
    long failed = failing_memory_try_all(trace_once, NULL);
    if (failed < 50)
        fail_msg("%ld", failed);
}

/* Running statistics have names, but no training changes them by a gradient: nothing goes back to them, nor to what is made of them
 * alone. */
static void states_have_no_gradient(void **state)
{
    (void)state;
    world w = {0};
    assert_int_equal(dp_ctx_new(NULL, &w.ctx), DP_OK);
    assert_int_equal(dp_graph_new(w.ctx, DP_F64, &w.g), DP_OK);
    static const double numbers[] = {1, 2, 3, 5}, ones[] = {1, 1};
    dp_shape flat = dp_shape_of(1, (int64_t[]){2}), table = dp_shape_of(2, (int64_t[]){2, 2});
    const dp_array x = {.dtype = DP_F64, .shape = table, .data = (void *)numbers},
                   one = {.dtype = DP_F64, .shape = flat, .data = (void *)ones};
    dp_val mean = dp_state(w.g, "mean", flat, 0), var = dp_state(w.g, "var", flat, 1), in = dp_variable(w.g, "x", &x);
    dp_val gamma = dp_variable(w.g, "gamma", &one);
    dp_batch_norm_state kept = {.mean = mean, .var = var};
    dp_val y = dp_sum(w.g, dp_batch_norm(w.g, in, gamma, DP_VAL_NONE, &kept, 0.1, 1e-5), NULL, 0, 0);
    dp_trace_config config = {.gradient = 1};
    if (dp_trace_new(w.g, y, &config, (dp_val[]){mean, var}, (const dp_array *const[]){&one, &one}, 2, &w.trace) != DP_OK)
        fail_msg("%s", dp_ctx_message(w.ctx));
    assert_non_null(named(&w, "x")->gradient);
    assert_non_null(named(&w, "gamma")->gradient);
    assert_null(named(&w, "mean")->gradient);
    assert_null(named(&w, "var")->gradient);
    assert_null(labelled(&w, "√")->gradient);
    for (int e = 0; e < dp_trace_edge_count(w.trace); e++) {
        const dp_trace_edge *edge = dp_trace_edge_get(w.trace, e);
        if (node(&w, edge->from)->op == DP_OP_STATE) assert_null(edge->gradient);
    }
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_eval),
        cmocka_unit_test(apples_of_the_book),
        cmocka_unit_test(fan_out),
        cmocka_unit_test(gradients_are_whole),
        cmocka_unit_test(products_of_vectors),
        cmocka_unit_test(sigmoid_unfolds),
        cmocka_unit_test(softmax_with_loss_unfolds),
        cmocka_unit_test(impossible_classes),
        cmocka_unit_test(composites_fold),
        cmocka_unit_test(shared_steps_do_not_fold),
        cmocka_unit_test(symbols_of_the_book),
        cmocka_unit_test(states_have_no_gradient),
        cmocka_unit_test(only_where_asked),
        cmocka_unit_test(refusals),
        cmocka_unit_test(sums_over_random_graphs),
        cmocka_unit_test(memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
