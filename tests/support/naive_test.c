#include "support/naive_test.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <denpa/denpa.h>

#include "base/far.h"
#include "graph/graph_internal.h"
#include "support/plan_coverage.h"
#include "support/plan_ctx.h"
#include "support/random_graph.h"
#include "support/random_net.h"

static dp_ctx *new_ctx(int threads, int naive)
{
    dp_ctx *ctx;
    assert_int_equal(plan_ctx_new(threads, naive, &ctx), DP_OK);
    return ctx;
}

static dp_plan *new_plan(dp_graph *g, const dp_val *wanted, int n)
{
    dp_plan *plan;
    if (dp_plan_new(g, wanted, n, &plan) != DP_OK)
        fail_msg("%s", dp_ctx_message(g->ctx));
    return plan;
}

static void run(dp_graph *g, dp_plan *plan)
{
    if (dp_plan_run(plan) != DP_OK)
        fail_msg("%s", dp_ctx_message(g->ctx));
}

/* Every other pair of seeds does with small arrays what is for large ones, too. */
static void choose_far(dp_ctx *fast, uint64_t seed)
{
    dpi_set_far_bytes(fast, seed / 2 % 2 ? 64 : DPI_FAR_BYTES);
}

/* ---- Graphs: the same bits ---- */

enum { NODES = 60, WANTED = 5 };

static dp_plan *graph_plan(dp_graph *g, uint64_t seed, int64_t rows, dp_val wanted[WANTED])
{
    dp_val all[NODES];
    int count = random_graph_fill(g, seed, NODES, rows, 4, all);
    if (dp_graph_status(g) != DP_OK)
        fail_msg("seed %llu: %s", (unsigned long long)seed, dp_graph_message(g));
    for (int i = 0; i < WANTED; i++)
        wanted[i] = all[count - 1 - i];
    return new_plan(g, wanted, WANTED);
}

/* A product, or one to which something is added. */
static bool is_product(const dp_graph *g, dp_val v)
{
    dp_op op = dp_val_op(g, v);
    if (op == DP_OP_ADD)
        return dp_val_op(g, dp_val_input(g, v, 0)) == DP_OP_MATMUL || dp_val_op(g, dp_val_input(g, v, 1)) == DP_OP_MATMUL;
    return op == DP_OP_MATMUL;
}

/* Does a product of float32 go into a function? Fused, it may be another version of that function. */
static bool has_fused_function(const dp_graph *g)
{
    for (dp_val v = 1; v <= dp_graph_count(g); v++)
        if (dp_val_dtype(g, v) == DP_F32 && (dp_val_op(g, v) == DP_OP_SIGMOID || dp_val_op(g, v) == DP_OP_TANH) &&
            is_product(g, dp_val_input(g, v, 0)))
            return true;
    return false;
}

/* Bit by bit, but that one NaN is as good as another: IEEE 754 leaves its sign open. */
static bool same_numbers(const dp_array *a, const dp_array *b)
{
    size_t size = dp_dtype_bytes(a->dtype);
    for (int64_t i = 0; i < dp_array_elems(a); i++) {
        const char *x = (const char *)a->data + (size_t)i * size, *y = (const char *)b->data + (size_t)i * size;
        if (memcmp(x, y, size) != 0 && !(isnan(dp_array_get(a, i)) && isnan(dp_array_get(b, i))))
            return false;
    }
    return true;
}

static void compare_graph(dp_ctx *fast, dp_ctx *naive, uint64_t seed)
{
    int64_t rows = seed % 16 ? 3 + (int64_t)(seed % 5) : 1500;
    dp_ctx *ctx[2] = {fast, naive};
    dp_graph *g[2];
    dp_plan *plans[2];
    dp_val wanted[WANTED];
    choose_far(fast, seed);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(dp_graph_new(ctx[i], seed % 2 ? DP_F32 : DP_F64, &g[i]), DP_OK);
        plans[i] = graph_plan(g[i], seed, rows, wanted);
        run(g[i], plans[i]);
    }
    plan_coverage_add(g[0], wanted, WANTED, plans[0]);
    run(g[0], plans[0]); /* once more, without what is computed once */
    for (int i = 0; i < WANTED && !has_fused_function(g[0]); i++) {
        dp_array a = dp_plan_value(plans[0], wanted[i]), b = dp_plan_value(plans[1], wanted[i]);
        if (!same_numbers(&a, &b))
            fail_msg("seed %llu: %%%d %s differs between the plans", (unsigned long long)seed, (int)wanted[i],
                     dp_op_name(dp_val_op(g[0], wanted[i])));
    }
    for (int i = 0; i < 2; i++) {
        dp_plan_free(&plans[i]);
        dp_graph_free(&g[i]);
    }
}

/* Results too large for the caches: element by element, the last of them wanted and read by nobody. */
void naive_test_large(void)
{
    enum { LARGE = 2100000 };
    dp_ctx *ctx[2] = {new_ctx(1, 0), new_ctx(1, 1)};
    dp_plan *plans[2];
    dp_graph *g[2];
    dp_val y = DP_VAL_NONE;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(dp_graph_new(ctx[i], DP_F64, &g[i]), DP_OK);
        dp_val x = dp_random_uniform(g[i], dp_shape_of(1, (int64_t[]){LARGE}), -1, 1, 1, 1);
        y = dp_relu(g[i], dp_add(g[i], dp_mul(g[i], x, dp_scalar(g[i], 3)), dp_scalar(g[i], 0.5)));
        plans[i] = new_plan(g[i], &y, 1);
        run(g[i], plans[i]);
    }
    plan_coverage_add(g[0], &y, 1, plans[0]);
    dp_array a = dp_plan_value(plans[0], y), b = dp_plan_value(plans[1], y);
    assert_memory_equal(a.data, b.data, dp_array_bytes(&a));
    for (int i = 0; i < 2; i++) {
        dp_plan_free(&plans[i]);
        dp_graph_free(&g[i]);
        dp_ctx_free(&ctx[i]);
    }
}

void naive_test_graphs(uint64_t first_seed, int count)
{
    dp_ctx *fast = new_ctx(1, 0), *naive = new_ctx(1, 1);
    for (int i = 0; i < count; i++)
        compare_graph(fast, naive, first_seed + (uint64_t)i);
    dp_ctx_free(&fast);
    dp_ctx_free(&naive);
}

/* ---- Networks: within the bound ---- */

enum { MOST_WANTED = RANDOM_NET_PARAMS + 2 };

/* A network in one context and dtype, with its plan and the numbers it is given. */
typedef struct net_case {
    uint64_t seed;
    dp_graph *g;
    random_net net;
    dp_val m; /* the number that is compared */
    dp_plan *plan;
    dp_array *data[MOST_WANTED];
    int data_count;
} net_case;

/* Loss and gradients as one number. */
static void make_net(net_case *c, uint64_t seed, dp_ctx *ctx, dp_dtype dtype)
{
    *c = (net_case){.seed = seed};
    assert_int_equal(dp_graph_new(ctx, dtype, &c->g), DP_OK);
    random_net_make(c->g, seed, &c->net);
    c->m = c->net.loss;
    for (int i = 0; i < c->net.param_count; i++) {
        dp_val d = c->net.gradients[i];
        dp_val w = dp_random_normal(c->g, dp_val_shape(c->g, d), 0, 1, seed, 1000 + (uint64_t)i);
        c->m = dp_add(c->g, c->m, dp_sum(c->g, dp_mul(c->g, d, w), NULL, 0, 0));
    }
    if (dp_graph_status(c->g) != DP_OK)
        fail_msg("seed %llu: %s", (unsigned long long)seed, dp_graph_message(c->g));
}

static void bind_one(net_case *c, dp_val v)
{
    dp_array *array;
    if (!v || !dp_plan_needs(c->plan, v))
        return;
    assert_int_equal(dp_array_new(c->g->ctx, dp_val_dtype(c->g, v), dp_val_shape(c->g, v), &array), DP_OK);
    dp_rng rng = {.seed = c->seed, .stream = 2000 + (uint64_t)v};
    for (int64_t i = 0; i < dp_array_elems(array); i++)
        if (array->dtype == DP_I64)
            ((int64_t *)array->data)[i] = (int64_t)dp_rng_below(&rng, (uint64_t)c->net.classes);
        else if (array->dtype == DP_F32)
            ((float *)array->data)[i] = (float)dp_rng_normal(&rng) / 2;
        else
            ((double *)array->data)[i] = (double)((float)dp_rng_normal(&rng) / 2);
    assert_int_equal(dp_plan_bind(c->plan, v, array->data), DP_OK);
    c->data[c->data_count++] = array;
}

static void run_net(net_case *c, const dp_val *wanted, int n)
{
    c->plan = new_plan(c->g, wanted, n);
    bind_one(c, c->net.x);
    bind_one(c, c->net.t);
    for (int i = 0; i < c->net.param_count; i++)
        bind_one(c, c->net.params[i]);
    run(c->g, c->plan);
}

static void free_net(net_case *c)
{
    for (int i = 0; i < c->data_count; i++)
        dp_array_free(&c->data[i]);
    dp_plan_free(&c->plan);
    dp_graph_free(&c->g);
}

static double value(const net_case *c, dp_val v)
{
    dp_array array = dp_plan_value(c->plan, v);
    return dp_array_get(&array, 0);
}

/* What a training step wants, and M. */
static int wanted_of(const net_case *c, dp_val wanted[MOST_WANTED])
{
    int n = 0;
    wanted[n++] = c->net.loss;
    wanted[n++] = c->m;
    for (int i = 0; i < c->net.param_count; i++)
        wanted[n++] = c->net.gradients[i];
    return n;
}

/* ---- The bound ---- */

static dp_val plus(dp_graph *g, dp_val a, double c)
{
    return dp_add(g, a, dp_scalar(g, c));
}

/* The error that computing node v adds, in units of u and at most, as a value that broadcasts to v's shape; DP_VAL_NONE:
 * none. The C library's functions and ours err by less than 4 ulp, relative to the operand where a sum cancels. */
static dp_val local_error(dp_graph *g, dp_val v)
{
    const dpi_node node = *dpi_node_get(g, v);
    dp_val a = node.input_count ? dpi_node_input(g, &node, 0) : DP_VAL_NONE, size;
    dp_shape in = a ? dp_val_shape(g, a) : node.shape;
    dp_shape b = node.input_count > 1 ? dp_val_shape(g, dpi_node_input(g, &node, 1)) : in;
    double n = in.rank ? (double)in.dims[in.rank - 1] : 1;
    if (!a || !dp_dtype_is_float(node.dtype) || !dp_dtype_is_float(dp_val_dtype(g, a)))
        return DP_VAL_NONE;
    dp_val most = dp_max(g, dp_abs(g, a), NULL, 0, 0), self = dp_abs(g, v);
    switch (node.op) {
    case DP_OP_MATMUL:
        n = (double)in.dims[in.rank - (node.attrs.transposed.a ? 2 : 1)];
        size = dp_matmul_flags(g, dp_abs(g, a), dp_abs(g, dpi_node_input(g, &node, 1)), node.attrs.transposed.a,
                               node.attrs.transposed.b);
        return dp_mul(g, size, dp_scalar(g, n + 4));
    case DP_OP_CONV2D: /* so many products are added up */
    case DP_OP_CONV2D_INPUT:
    case DP_OP_CONV2D_WEIGHT:
        n = (double)dp_shape_elems(b) / (double)b.dims[node.op != DP_OP_CONV2D];
        size = dpi_conv(g, node.op, dp_abs(g, a), dp_abs(g, dpi_node_input(g, &node, 1)), node.attrs.window);
        return dp_mul(g, size, dp_scalar(g, n + 4));
    case DP_OP_MAX_POOL2D: /* of windows that lie side by side */
    case DP_OP_MAX_POOL2D_PUT:
    case DP_OP_MAX_POOL2D_PICK:
        return DP_VAL_NONE;
    case DP_OP_SUM:
        n = (double)dp_shape_elems(in) / (double)dp_shape_elems(node.shape);
        return dp_mul(g, dpi_unary(g, DP_OP_SUM, dp_abs(g, a), node.attrs), dp_scalar(g, n + 4));
    case DP_OP_SOFTMAX: /* what a mask has made -inf gives 0 exactly */
        most = dp_max(g, dp_abs(g, dp_where(g, dp_greater(g, a, dp_scalar(g, -INFINITY)), a, dp_scalar(g, 0))), NULL, 0, 0);
        return dp_mul(g, self, plus(g, dp_mul(g, most, dp_scalar(g, 8)), 2 * n + 24));
    case DP_OP_LOG_SOFTMAX:
    case DP_OP_LOGSUMEXP:
        return dp_add(g, dp_mul(g, self, dp_scalar(g, 4)), plus(g, dp_mul(g, most, dp_scalar(g, 16)), n + 12));
    case DP_OP_SOFTMAX_CROSS_ENTROPY: /* of each row as above, and their mean */
        size = dp_add(g, self, plus(g, dp_mul(g, most, dp_scalar(g, 16)), n + 12));
        return dp_mul(g, size, dp_scalar(g, (double)in.dims[0] + 4));
    case DP_OP_RESHAPE:
    case DP_OP_TRANSPOSE:
    case DP_OP_BROADCAST_TO:
    case DP_OP_CONCAT:
    case DP_OP_SLICE:
    case DP_OP_SLICE_PUT:
    case DP_OP_RELU:
    case DP_OP_WHERE:
    case DP_OP_NEG:
    case DP_OP_ABS:
        return DP_VAL_NONE;
    case DP_OP_ADD:
    case DP_OP_SUB:
    case DP_OP_MUL:
    case DP_OP_DIV:
    case DP_OP_SQUARE:
    case DP_OP_LEAKY_RELU:
        return dp_mul(g, self, dp_scalar(g, 2));
    default:
        return dp_mul(g, dp_add(g, self, dp_abs(g, a)), dp_scalar(g, 8));
    }
}

/* By how much the largest of each window of 2 by 2 is larger than the next; not where it is 0, which relu makes of many: nothing goes
 * back through those. */
static dp_val lead(dp_graph *g, dp_val x)
{
    dp_shape s = dp_val_shape(g, x);
    int window[] = {2, 4};
    dp_shape pairs = dp_shape_of(5, (int64_t[]){s.dims[0] * s.dims[1], s.dims[2] / 2, 2, s.dims[3] / 2, 2});
    dp_val r = dp_reshape(g, x, pairs), first = dp_max(g, r, window, 2, 1);
    dp_val others = dp_where(g, dp_equal(g, r, first), dp_scalar(g, -1e30), r), next = dp_max(g, others, window, 2, 1);
    dp_val zero = dp_equal(g, first, dp_scalar(g, 0));
    return dp_min(g, dp_where(g, zero, dp_scalar(g, 1), dp_sub(g, first, next)), NULL, 0, 0);
}

/* Sum of |dM/dv| local_error(v) over all nodes; and in *closest how near a relu, or a pool, came to its kink. */
static double bound_of(uint64_t seed, dp_ctx *naive, double *closest)
{
    net_case c;
    make_net(&c, seed, naive, DP_F64);
    int32_t count = dp_graph_count(c.g);
    dp_val *nodes = calloc((size_t)count, sizeof *nodes), *slopes = calloc((size_t)count, sizeof *slopes);
    int n = 0;
    for (dp_val v = 1; v <= count; v++)
        if (dp_val_input_count(c.g, v) && dp_dtype_is_float(dp_val_dtype(c.g, v)))
            nodes[n++] = v;
    assert_int_equal(dp_grad(c.g, c.m, DP_VAL_NONE, nodes, n, slopes), DP_OK);
    dp_val bound = dp_scalar(c.g, 0), near = dp_scalar(c.g, 1);
    for (int i = 0; i < n; i++) {
        dp_op op = dp_val_op(c.g, nodes[i]);
        dp_val e = local_error(c.g, nodes[i]);
        if (op == DP_OP_RELU || op == DP_OP_LEAKY_RELU)
            near = dp_minimum(c.g, near, dp_min(c.g, dp_abs(c.g, dp_val_input(c.g, nodes[i], 0)), NULL, 0, 0));
        if (op == DP_OP_MAX_POOL2D)
            near = dp_minimum(c.g, near, lead(c.g, dp_val_input(c.g, nodes[i], 0)));
        if (e)
            bound = dp_add(c.g, bound, dp_sum(c.g, dp_mul(c.g, dp_abs(c.g, slopes[i]), e), NULL, 0, 0));
    }
    run_net(&c, (dp_val[]){bound, near}, 2);
    double result = value(&c, bound);
    *closest = value(&c, near);
    free(nodes);
    free(slopes);
    free_net(&c);
    return result;
}

/* ---- Comparing ---- */

static void same_bits(const net_case *a, const net_case *b, const dp_val *wanted, int n)
{
    for (int i = 0; i < n; i++) {
        dp_array x = dp_plan_value(a->plan, wanted[i]), y = dp_plan_value(b->plan, wanted[i]);
        if (memcmp(x.data, y.data, dp_array_bytes(&x)) != 0)
            fail_msg("seed %llu: %%%d differs between one thread and three", (unsigned long long)a->seed,
                     (int)wanted[i]);
    }
}

/* Returns whether it was compared: near a kink the two plans may be on different sides. */
static bool compare_net(dp_ctx *const ctx[3], uint64_t seed)
{
    dp_dtype dtype = seed % 2 ? DP_F32 : DP_F64;
    double closest, u = dtype == DP_F32 ? 0x1p-24 : 0x1p-53, bound = 2.1 * u * bound_of(seed, ctx[2], &closest);
    net_case c[3];
    dp_val wanted[MOST_WANTED];
    int n = 0;
    choose_far(ctx[0], seed), choose_far(ctx[1], seed);
    for (int i = 0; i < 3; i++) {
        make_net(&c[i], seed, ctx[i], dtype);
        n = wanted_of(&c[i], wanted);
        run_net(&c[i], wanted, n);
    }
    plan_coverage_add(c[0].g, wanted, n, c[0].plan);
    run(c[0].g, c[0].plan);
    same_bits(&c[0], &c[1], wanted, n);
    double fast = value(&c[0], c[0].m), slow = value(&c[2], c[2].m);
    bool compared = closest > 1e4 * u && isfinite(bound);
    if (compared && !(fabs(fast - slow) <= bound))
        fail_msg("seed %llu: %.17g, naive %.17g, bound %.3g", (unsigned long long)seed, fast, slow, bound);
    if (compared && !(bound < 1e-2 * (1 + fabs(slow))))
        compared = false; /* the bound says nothing */
    for (int i = 0; i < 3; i++)
        free_net(&c[i]);
    return compared;
}

void naive_test_nets(uint64_t first_seed, int count)
{
    dp_ctx *ctx[3] = {new_ctx(1, 0), new_ctx(3, 0), new_ctx(1, 1)};
    int compared = 0;
    for (int i = 0; i < count; i++)
        compared += compare_net(ctx, first_seed + (uint64_t)i);
    print_message("%d of %d networks compared\n", compared, count);
    assert_true(compared > count / 2);
    for (int i = 0; i < 3; i++)
        dp_ctx_free(&ctx[i]);
}
