/* How fast matrix products are, as a plan runs them: packing, bias and all. Usage:
 *
 *     bench_gemm [threads [words...]]      words: float32, float64, tiny, book, mlp512, mlp2048, expm, square, table
 *
 * One call and a short loop of multiply-adds in registers take turns, because a core's clock is not the same from one
 * moment to the next: a share is the median of (speed of the call / speed of that loop, times the threads). In brackets
 * a half of all tries. DENPA_CPU chooses the kernels; the libraries that this build has (-DDENPA_WITH_ONEDNN=ON,
 * -DDENPA_WITH_CBLAS=ON) take their turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <denpa/denpa.h>

#include "kernels/kern.h"

typedef struct product {
    const char *group;
    int64_t m, n, k;
    int transpose_a, transpose_b;
} product;

static const product products[] = {
    {"table", 100, 50, 784, 0, 0},
    {"table", 784, 50, 100, 1, 0},
    {"table", 100, 100, 4320, 0, 0},
    {"table", 256, 512, 784, 0, 0},
    {"table", 784, 512, 256, 1, 0},
    {"table", 256, 512, 512, 0, 1},
    {"table", 1024, 1024, 1024, 0, 0},
    {"tiny", 2, 4, 4, 0, 0},
    {"tiny", 10, 10, 10, 0, 0},
    {"tiny", 16, 16, 16, 0, 0},
    {"book", 100, 50, 784, 0, 0},
    {"book", 100, 10, 50, 0, 0},
    {"book", 50, 10, 100, 1, 0},
    {"book", 100, 50, 10, 0, 1},
    {"book", 784, 50, 100, 1, 0},
    {"book", 1, 50, 784, 0, 0},
    {"book", 1, 10, 50, 0, 0},
    {"mlp512", 256, 512, 784, 0, 0},
    {"mlp512", 256, 512, 512, 0, 0},
    {"mlp512", 256, 10, 512, 0, 0},
    {"mlp512", 512, 10, 256, 1, 0},
    {"mlp512", 256, 512, 10, 0, 1},
    {"mlp512", 512, 512, 256, 1, 0},
    {"mlp512", 256, 512, 512, 0, 1},
    {"mlp512", 784, 512, 256, 1, 0},
    {"mlp2048", 64, 2048, 784, 0, 0},
    {"mlp2048", 64, 2048, 2048, 0, 0},
    {"mlp2048", 64, 10, 2048, 0, 0},
    {"mlp2048", 2048, 10, 64, 1, 0},
    {"mlp2048", 64, 2048, 10, 0, 1},
    {"mlp2048", 2048, 2048, 64, 1, 0},
    {"mlp2048", 64, 2048, 2048, 0, 1},
    {"mlp2048", 784, 2048, 64, 1, 0},
    {"expm", 10000, 32, 4, 0, 0},
    {"expm", 10000, 16, 32, 0, 0},
    {"expm", 10000, 4, 16, 0, 0},
    {"expm", 16, 4, 10000, 1, 0},
    {"expm", 10000, 16, 4, 0, 1},
    {"expm", 32, 16, 10000, 1, 0},
    {"expm", 10000, 32, 16, 0, 1},
    {"expm", 4, 32, 10000, 1, 0},
    {"square", 512, 512, 512, 0, 0},
    {"square", 1024, 1024, 1024, 0, 0},
    {"square", 1024, 1024, 1024, 1, 0},
    {"square", 1024, 1024, 1024, 0, 1},
};

enum { TRIES = 400 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Multiply-adds a second, some 50 microseconds long. */
static double peak_speed(dp_dtype dtype)
{
    enum { ROUNDS = 5000 };
    static dpk_peak peak; /* asking the processor what it is takes long in a virtual machine */
    if (!peak.run)
        peak = dpk_find_peak(dpk_cpu_best());
    float y[DPK_PEAK_MAX_FLOATS] = {0};
    double start = now();
    peak.run(y, ROUNDS);
    double lanes = (double)peak.lanes / (dtype == DP_F64 ? 2 : 1);
    return 2.0 * ROUNDS * (double)peak.chains * lanes / (now() - start);
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

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What was measured of one library: seconds and shares of the peak, sorted in the end. */
typedef struct times {
    const char *word;
    dp_plan *plan;
    int tries;
    double seconds[TRIES], share[TRIES];
} times;

static dp_status try_once(times *t, dp_dtype dtype, int threads, double flops, int repeats)
{
    dp_status status = DP_OK;
    double before = peak_speed(dtype), start = now();
    for (int i = 0; i < repeats && status == DP_OK; i++)
        status = dp_plan_run(t->plan);
    double took = (now() - start) / repeats, after = peak_speed(dtype);
    t->seconds[t->tries] = took;
    t->share[t->tries++] = flops / took / (before > after ? before : after) / threads;
    return status;
}

static void show(times *t, dp_dtype dtype, double flops, const product *p)
{
    qsort(t->seconds, (size_t)t->tries, sizeof *t->seconds, compare);
    qsort(t->share, (size_t)t->tries, sizeof *t->share, compare);
    const double *s = t->seconds, *share = t->share;
    int low = t->tries / 4, middle = t->tries / 2, high = t->tries * 3 / 4;
    printf(
        "%s %5lld x %5lld x %5lld %s%s %-6s %10.2f us (%.2f to %.2f) %7.1f GFLOP/s %5.1f %% of peak (%.1f to %.1f)\n",
        dp_dtype_name(dtype), (long long)p->m, (long long)p->n, (long long)p->k, p->transpose_a ? "T" : ".",
        p->transpose_b ? "T" : ".", t->word, s[middle] * 1e6, s[low] * 1e6, s[high] * 1e6, flops / s[middle] * 1e-9,
        100 * share[middle], 100 * share[low], 100 * share[high]);
}

/* All in turns; short products several times at once, so that reading the clock does not count. */
static dp_status measure(times *t, int count, dp_dtype dtype, int threads, const product *p)
{
    double flops = dp_plan_get_stats(t->plan).flops, begun = now();
    int repeats = 1 + (int)(4e6 / flops);
    for (int tries = 0; tries < TRIES && (tries < 15 || now() - begun < 0.25 * count); tries++)
        for (int i = 0; i < count; i++) {
            dp_status status = tries ? DP_OK : dp_plan_run(t[i].plan); /* the first time touches the memory */
            if (status == DP_OK)
                status = try_once(&t[i], dtype, threads, flops, repeats);
            if (status != DP_OK)
                return status;
        }
    for (int i = 0; i < count; i++)
        show(&t[i], dtype, flops, p);
    return DP_OK;
}

/* A plan for each library that does products of this type: DENPA_GEMM says which when the plan is made. */
static dp_status make_plans(dp_graph *g, const dp_val v[3], dp_array *const data[2], times *t, int *count)
{
    dpk_type type = dpk_type_of(dp_graph_float_dtype(g));
    dp_status status = DP_OK;
    for (int i = 0; dpk_gemm_word_at(i) && status == DP_OK; i++) {
        setenv("DENPA_GEMM", dpk_gemm_word_at(i), 1);
        if (strcmp(dpk_gemm_word(dpk_gemm_chosen(dpk_cpu_level(), type)), dpk_gemm_word_at(i)) != 0)
            continue;
        times *next = &t[(*count)++];
        *next = (times){.word = dpk_gemm_word_at(i)};
        status = dp_plan_new(g, &v[2], 1, &next->plan);
        for (int k = 0; k < 2 && status == DP_OK; k++)
            status = dp_plan_bind(next->plan, v[k], data[k]->data);
    }
    return status;
}

static dp_status time_product(dp_ctx *ctx, dp_dtype dtype, const product *p)
{
    enum { LIBRARIES = 3 };
    static times t[LIBRARIES];
    dp_graph *g = NULL;
    dp_array *data[2] = {NULL, NULL};
    int count = 0;
    dp_status status = dp_graph_new(ctx, dtype, &g);
    if (status == DP_OK) {
        dp_val a = matrix(g, "a", p->m, p->k, p->transpose_a, &data[0]),
               b = matrix(g, "b", p->k, p->n, p->transpose_b, &data[1]);
        const dp_val values[3] = {a, b, dp_matmul_flags(g, a, b, p->transpose_a, p->transpose_b)};
        status = make_plans(g, values, data, t, &count);
    }
    if (status == DP_OK)
        status = measure(t, count, dtype, dp_ctx_threads(ctx), p);
    for (int i = 0; i < count; i++)
        dp_plan_free(&t[i].plan);
    dp_graph_free(&g);
    for (int k = 0; k < 2; k++)
        dp_array_free(&data[k]);
    return status;
}

/* Is `word` among words, or none of its kind? */
static int is_wanted(const char *word, int floats, int count, char **words)
{
    int found = 0, others = 0;
    for (int i = 0; i < count; i++) {
        if (strncmp(words[i], "float", 5) == 0 ? !floats : floats)
            continue;
        found |= strcmp(words[i], word) == 0, others = 1;
    }
    return found || !others;
}

int main(int argc, char **argv)
{
    dp_config config;
    dp_ctx *ctx;
    dp_config_init(&config);
    config.threads = argc > 1 ? atoi(argv[1]) : 1;
    if (dp_ctx_new(&config, &ctx) != DP_OK)
        return 1;
    char **words = argv + 2;
    int count = argc > 2 ? argc - 2 : 0;
    for (dp_dtype dtype = DP_F32; dtype <= DP_F64; dtype++)
        for (size_t i = 0; i < sizeof products / sizeof *products; i++)
            if (is_wanted(dp_dtype_name(dtype), 1, count, words) && is_wanted(products[i].group, 0, count, words) &&
                time_product(ctx, dtype, &products[i]) != DP_OK)
                return fprintf(stderr, "%s\n", dp_ctx_message(ctx)), 1;
    dp_ctx_free(&ctx);
    return 0;
}
