/* Graphs put together at random: whatever the ops are combined to, the graph verifies, its text names every node, and
 * its gradients of first and second order agree with central differences. */
#include <math.h>
#include <string.h>

#include <denpa/check.h>
#include <denpa/grad.h>

#include "graph/random_numbers.h"

enum { GRAPHS = 300, VARIABLES = 3, MOST_VALUES = 24 };

static fixture f;
static dp_rng rng;
static dp_val values[MOST_VALUES];
static int value_count;

static int64_t below(int64_t bound)
{
    return (int64_t)dp_rng_below(&rng, (uint64_t)bound);
}

static dp_val any_value(void)
{
    return values[below(value_count)];
}

static dp_shape random_shape(void)
{
    dp_shape shape = {.rank = (int32_t)below(4)};
    for (int i = 0; i < shape.rank; i++) shape.dims[i] = 1 + below(3);
    return shape;
}

static int broadcast(dp_val a, dp_val b)
{
    dp_shape x = dp_val_shape(f.g, a), y = dp_val_shape(f.g, b);
    for (int i = 1; i <= x.rank && i <= y.rank; i++) {
        int64_t dx = x.dims[x.rank - i], dy = y.dims[y.rank - i];
        if (dx != dy && dx != 1 && dy != 1) return 0;
    }
    return 1;
}

/* Kept to a size at which f64 differences say something. */
static dp_val bounded(dp_val v)
{
    return below(3) ? v : dp_tanh(f.g, v);
}

static dp_val random_unary(dp_val a)
{
    dp_graph *g = f.g;
    switch (below(15)) {
    case 0: return dp_neg(g, a);
    case 1: return dp_exp(g, dp_tanh(g, a));
    case 2: return dp_log(g, dp_add(g, dp_square(g, a), dp_scalar(g, 0.5)));
    case 3: return dp_sqrt(g, dp_add(g, dp_square(g, a), dp_scalar(g, 0.5)));
    case 4: return dp_abs(g, a);
    case 5: return dp_erf(g, a);
    case 6: return dp_relu(g, a);
    case 7: return dp_leaky_relu(g, a, 0.2);
    case 8: return dp_sigmoid(g, a);
    case 9: return dp_softplus(g, a);
    case 10: return dp_gelu(g, a);
    case 11: return dp_clip(g, a, -0.8, 0.8);
    case 13: return dp_dropout(g, a, 0.3, 3);
    case 12: return dp_pow(g, dp_sigmoid(g, a), dp_scalar(g, 1.5));
    default: return dp_square(g, dp_tanh(g, a));
    }
}

static dp_val random_binary(dp_val a, dp_val b)
{
    dp_graph *g = f.g;
    switch (below(7)) {
    case 0: return dp_add(g, a, b);
    case 1: return dp_sub(g, a, b);
    case 2: return dp_mul(g, dp_tanh(g, a), b);
    case 3: return dp_div(g, a, dp_add(g, dp_square(g, b), dp_scalar(g, 0.7)));
    case 4: return dp_maximum(g, a, b);
    case 5: return dp_minimum(g, a, b);
    default: return dp_where(g, dp_less(g, a, b), dp_square(g, a), b);
    }
}

static dp_val random_reduction(dp_val a)
{
    dp_graph *g = f.g;
    int rank = dp_val_shape(g, a).rank, axis = rank ? (int)below(rank) : 0, keepdims = (int)below(2);
    if (rank == 0) return dp_sum(g, a, NULL, 0, 0);
    switch (below(10)) {
    case 8: return dp_layer_norm(g, a, 1, DP_VAL_NONE, DP_VAL_NONE, 0.25);
    case 9: return dp_rms_norm(g, a, 1, DP_VAL_NONE, 0.25);
    case 0: return dp_sum(g, a, &axis, 1, keepdims);
    case 1: return dp_mean(g, a, &axis, 1, keepdims);
    case 2: return dp_var(g, a, &axis, 1, keepdims, 0);
    case 3: return dp_max(g, a, &axis, 1, keepdims);
    case 4: return dp_min(g, a, NULL, 0, keepdims);
    case 5: return dp_logsumexp(g, a, &axis, 1, keepdims);
    case 6: return dp_softmax(g, a, axis);
    default: return dp_log_softmax(g, a, axis);
    }
}

static dp_val random_reshaping(dp_val a)
{
    dp_graph *g = f.g;
    dp_shape shape = dp_val_shape(g, a);
    dp_val row = dp_reshape(g, a, SHAPE(-1));
    int64_t size = dp_shape_elems(shape), zero = 0;
    switch (below(6)) {
    case 0: return dp_transpose(g, a, NULL, 0);
    case 1: return dp_reshape(g, a, SHAPE(1, -1));
    case 2: return dp_slice(g, row, &(dp_slice_spec){below(size), DP_SLICE_NONE, 1 + below(2)}, 1);
    case 3: return dp_concat(g, (dp_val[]){row, dp_tanh(g, row)}, 2, 0);
    case 4: return dp_gather(g, row, dp_const(g, &(dp_array){.dtype = DP_I64, .shape = SHAPE(1), .data = &zero}));
    default:
        return dp_matmul(g, dp_reshape(g, row, SHAPE(-1, 1)),
                         dp_slice(g, dp_reshape(g, row, SHAPE(1, -1)), (dp_slice_spec[]){{0, 1, 1}, {0, 2, 1}}, 2));
    }
}

static dp_val random_step(void)
{
    dp_val a = any_value(), b = any_value();
    switch (below(4)) {
    case 0: return random_unary(a);
    case 1: return broadcast(a, b) ? random_binary(a, b) : random_unary(b);
    case 2: return random_reduction(a);
    default: return dp_shape_elems(dp_val_shape(f.g, a)) <= 27 ? random_reshaping(a) : random_reduction(a);
    }
}

static dp_val random_loss(const dp_val *variables)
{
    int steps = 3 + (int)below(8);
    value_count = 0;
    for (int i = 0; i < VARIABLES; i++) values[value_count++] = variables[i];
    for (int i = 0; i < steps; i++) {
        dp_val v = bounded(random_step());
        if (!v) fail_msg("%s", dp_graph_message(f.g));
        values[value_count++] = v;
    }
    dp_val loss = random_weighted_sum(&f, &rng, values[value_count - 1]);
    return dp_add(f.g, loss, random_weighted_sum(&f, &rng, dp_tanh(f.g, any_value())));
}

static void text_of_every_node(void)
{
    dp_array *text;
    assert_int_equal(dp_graph_text(f.g, &text), DP_OK);
    int lines = 0;
    for (const char *at = text->data; *at; at++) lines += *at == '\n';
    assert_int_equal(lines, dp_graph_count(f.g));
    assert_int_equal(strlen(text->data) + 1, dp_array_elems(text));
    dp_array_free(&text);
}

static void check(int graph, int order, dp_val loss, const dp_val *variables)
{
    dp_check_result results[VARIABLES];
    if (dp_check_gradient(f.g, loss, variables, VARIABLES, NULL, NULL, 0, NULL, results) != DP_OK)
        fail_msg("graph %d: %s", graph, dp_ctx_message(f.ctx));
    for (int i = 0; i < VARIABLES; i++)
        if (!results[i].ok)
            fail_msg("graph %d, order %d, variable %d, element %d: %.12g by back-propagation, %.12g numerically", graph,
                     order, i, (int)results[i].place, results[i].analytic, results[i].numeric);
}

static void random_graphs(int naive)
{
    for (int graph = 0; graph < GRAPHS; graph++) {
        dp_val variables[VARIABLES], gradients[VARIABLES];
        rng = (dp_rng){.seed = 11, .stream = (uint64_t)graph};
        fixture_open_planned(&f, DP_F64, naive);
        dp_graph_set_training(f.g, 1);
        for (int i = 0; i < VARIABLES; i++) variables[i] = random_variable(&f, &rng, random_shape(), 0.2, 1.2, 1);
        dp_val loss = random_loss(variables);
        check(graph, 1, loss, variables);
        assert_int_equal(dp_grad(f.g, loss, DP_VAL_NONE, variables, VARIABLES, gradients), DP_OK);
        dp_val second = random_weighted_sum(&f, &rng, gradients[0]);
        for (int i = 1; i < VARIABLES; i++) second = dp_add(f.g, second, random_weighted_sum(&f, &rng, gradients[i]));
        check(graph, 2, second, variables);
        if (dp_graph_verify(f.g) != DP_OK) fail_msg("graph %d: %s", graph, dp_ctx_message(f.ctx));
        text_of_every_node();
        fixture_close(&f);
    }
}

static void in_optimised_plans(void **state)
{
    (void)state;
    random_graphs(0);
}

static void in_naive_plans(void **state)
{
    (void)state;
    random_graphs(1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_optimised_plans), cmocka_unit_test(in_naive_plans)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
