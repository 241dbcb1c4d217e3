/* GFLOP/s of matrix products, as a plan runs them (packing included). Usage: bench_gemm [threads]; DENPA_CPU chooses
 * the kernels. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <denpa/denpa.h>

typedef struct product {
    int64_t m, n, k;
    int transpose_a, transpose_b;
} product;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A matrix of draws. */
static dp_val matrix(dp_graph *g, const char *name, int64_t rows, int64_t columns, int transposed, dp_array **numbers)
{
    dp_shape shape =
        transposed ? dp_shape_of(2, (int64_t[]){columns, rows}) : dp_shape_of(2, (int64_t[]){rows, columns});
    dp_val draws = dp_random_normal(g, shape, 0, 1, 1, 0);
    if (dp_eval(g, &draws, 1, NULL, NULL, 0, numbers) != DP_OK)
        return DP_VAL_NONE;
    return dp_input(g, name, dp_graph_float_dtype(g), shape);
}

static int time_product(dp_ctx *ctx, dp_dtype dtype, const product *p)
{
    dp_graph *g;
    dp_plan *plan;
    dp_array *a_data, *b_data;
    if (dp_graph_new(ctx, dtype, &g) != DP_OK)
        return 1;
    dp_val a = matrix(g, "a", p->m, p->k, p->transpose_a, &a_data),
           b = matrix(g, "b", p->k, p->n, p->transpose_b, &b_data);
    dp_val y = dp_matmul_flags(g, a, b, p->transpose_a, p->transpose_b);
    if (dp_plan_new(g, &y, 1, &plan) != DP_OK || dp_plan_bind(plan, a, a_data->data) != DP_OK ||
        dp_plan_bind(plan, b, b_data->data) != DP_OK)
        return 1;
    double flops = dp_plan_get_stats(plan).flops, best = 1e9, all = now();
    int runs = 0;
    for (; runs < 5 || (now() - all < 0.25 && runs < 100000); runs++) {
        double start = now();
        if (dp_plan_run(plan) != DP_OK)
            return 1;
        double seconds = now() - start;
        if (seconds < best)
            best = seconds;
    }
    double mean = (now() - all) / runs;
    printf("%s %5lld x %5lld x %5lld %s%s  best %10.2f us %7.1f GFLOP/s   mean %10.2f us\n", dp_dtype_name(dtype),
           (long long)p->m, (long long)p->n, (long long)p->k, p->transpose_a ? "T" : ".", p->transpose_b ? "T" : ".",
           best * 1e6, flops / best * 1e-9, mean * 1e6);
    dp_plan_free(&plan);
    dp_graph_free(&g);
    dp_array_free(&a_data);
    dp_array_free(&b_data);
    return 0;
}

int main(int argc, char **argv)
{
    static const product products[] = {
        {2, 4, 4, 0, 0},
        {4, 4, 2, 0, 0},
        {10, 10, 10, 0, 0},
        {16, 16, 16, 0, 0},
        /* book, and one sample of it */
        {100, 50, 784, 0, 0},
        {100, 10, 50, 0, 0},
        {50, 10, 100, 1, 0},
        {100, 50, 10, 0, 1},
        {784, 50, 100, 1, 0},
        {1, 50, 784, 0, 0},
        {1, 10, 50, 0, 0},
        /* mlp512 */
        {256, 512, 784, 0, 0},
        {256, 512, 512, 0, 0},
        {256, 10, 512, 0, 0},
        {512, 10, 256, 1, 0},
        {256, 512, 10, 0, 1},
        {512, 512, 256, 1, 0},
        {256, 512, 512, 0, 1},
        {784, 512, 256, 1, 0},
        /* mlp2048 */
        {64, 2048, 784, 0, 0},
        {64, 2048, 2048, 0, 0},
        {64, 10, 2048, 0, 0},
        {2048, 10, 64, 1, 0},
        {64, 2048, 10, 0, 1},
        {2048, 2048, 64, 1, 0},
        {64, 2048, 2048, 0, 1},
        {784, 2048, 64, 1, 0},
        /* expm */
        {10000, 32, 4, 0, 0},
        {10000, 16, 32, 0, 0},
        {10000, 4, 16, 0, 0},
        {16, 4, 10000, 1, 0},
        {10000, 16, 4, 0, 1},
        {32, 16, 10000, 1, 0},
        {10000, 32, 16, 0, 1},
        {4, 32, 10000, 1, 0},
        /* vectors and squares */
        {100, 1, 784, 0, 0},
        {512, 512, 512, 0, 0},
        {1024, 1024, 1024, 0, 0},
        {1024, 1024, 1024, 1, 0},
        {1024, 1024, 1024, 0, 1},
    };
    dp_config config;
    dp_ctx *ctx;
    dp_config_init(&config);
    config.threads = argc > 1 ? atoi(argv[1]) : 1;
    if (dp_ctx_new(&config, &ctx) != DP_OK)
        return 1;
    for (dp_dtype dtype = DP_F32; dtype <= DP_F64; dtype++)
        for (size_t i = 0; i < sizeof products / sizeof *products; i++)
            if (time_product(ctx, dtype, &products[i]))
                return fprintf(stderr, "%s\n", dp_ctx_message(ctx)), 1;
    dp_ctx_free(&ctx);
    return 0;
}
