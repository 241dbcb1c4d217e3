/* One training step's forward and backward pass as a plan runs it, without the optimiser. Usage: bench_step [threads]
 * */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <denpa/denpa.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *fill(dp_ctx *ctx, dp_plan *plan, dp_graph *g, dp_val v, uint64_t stream)
{
    dp_array *array;
    dp_rng rng = {.seed = 1, .stream = stream};
    if (dp_array_new(ctx, DP_F32, dp_val_shape(g, v), &array) != DP_OK || dp_plan_bind(plan, v, array->data) != DP_OK)
        exit(1);
    for (int64_t i = 0; i < dp_array_elems(array); i++)
        ((float *)array->data)[i] = (float)(0.1 * dp_rng_normal(&rng));
    return array->data; /* lives to the end of the program */
}

static void bench(const char *name, int64_t batch, int64_t in, int64_t hidden, int64_t out, int bias, int threads)
{
    dp_config config;
    dp_ctx *ctx;
    dp_graph *g;
    dp_plan *plan;
    dp_config_init(&config);
    config.threads = threads;
    if (dp_ctx_new(&config, &ctx) != DP_OK || dp_graph_new(ctx, DP_F32, &g) != DP_OK)
        exit(1);
    dp_init zero = {.kind = DP_INIT_CONSTANT};
    dp_val x = dp_input(g, "x", DP_F32, dp_shape_of(2, (int64_t[]){batch, in})),
           t = dp_label(g, "t", DP_I64, dp_shape_of(1, &batch), out);
    dp_val p[4] = {dp_param(g, "W1", dp_shape_of(2, (int64_t[]){in, hidden}), zero),
                   dp_param(g, "W2", dp_shape_of(2, (int64_t[]){hidden, out}), zero)};
    if (bias)
        p[2] = dp_param(g, "b1", dp_shape_of(1, &hidden), zero), p[3] = dp_param(g, "b2", dp_shape_of(1, &out), zero);
    dp_val h = dp_affine(g, x, p[0], p[2]);
    h = bias ? dp_relu(g, h) : dp_sigmoid(g, h);
    dp_val loss = dp_softmax_cross_entropy(g, dp_affine(g, h, p[1], p[3]), t), wanted[5] = {loss};
    int n = bias ? 4 : 2;
    if (dp_grad(g, loss, DP_VAL_NONE, p, n, wanted + 1) != DP_OK || dp_plan_new(g, wanted, n + 1, &plan) != DP_OK)
        exit(1);
    fill(ctx, plan, g, x, 9);
    for (int i = 0; i < n; i++)
        fill(ctx, plan, g, p[i], (uint64_t)i);
    dp_array *labels;
    if (dp_array_new(ctx, DP_I64, dp_shape_of(1, &batch), &labels) != DP_OK ||
        dp_plan_bind(plan, t, labels->data) != DP_OK)
        exit(1);
    for (int64_t i = 0; i < batch; i++)
        ((int64_t *)labels->data)[i] = i % out;
    double best = 1e9, all = now();
    enum { AT_ONCE = 100 };
    for (int run = 0; run < 100; run++) {
        double start = now();
        for (int i = 0; i < AT_ONCE; i++)
            if (dp_plan_run(plan) != DP_OK)
                exit(1);
        double seconds = (now() - start) / AT_ONCE;
        if (seconds < best)
            best = seconds;
    }
    dp_plan_stats stats = dp_plan_get_stats(plan);
    printf("%-8s best %8.2f us  mean %8.2f us  %lld steps, %.1f MFLOP, %llu of %llu bytes\n", name, best * 1e6,
           (now() - all) * 1e6 / 100 / AT_ONCE, (long long)stats.steps, stats.flops * 1e-6,
           (unsigned long long)stats.arena_bytes, (unsigned long long)stats.unshared_bytes);
    dp_plan_free(&plan);
    if (getenv("BENCH_GRAPH")) {
        dp_array *text;
        if (dp_graph_text(g, &text) == DP_OK)
            puts(text->data);
    }
    dp_graph_free(&g);
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 1;
    bench("xor", 4, 2, 4, 2, 0, threads);
    bench("book", 100, 784, 50, 10, 1, threads);
    return 0;
}
