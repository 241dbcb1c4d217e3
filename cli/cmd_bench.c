/* denpa bench: how fast training and inference are here, and how near that is to what the machine can do. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <denpa/info.h>
#include <denpa/machine.h>

#include "cli.h"
#include "workloads.h"

typedef struct bench_options {
    const char *plan;
    int64_t threads, repeats;
    double seconds;
    const char *only;
    int json;
} bench_options;

/* What a run knows before the first workload. counts[0..count-1] are the numbers of threads to measure with. */
typedef struct bench {
    const bench_options *options;
    dp_ctx *ctx; /* with as many threads as there are cores */
    int wanted[BENCH_WORKLOADS];
    int counts[2], count;
    dp_machine_speed speed; /* of one thread */
    double bandwidth[2];    /* by counts */
    dp_dataset *images;
    const char *images_name; /* NULL: none are needed */
    dp_text json;
} bench;

static int no_workload(const char *word, size_t bytes)
{
    char names[200] = "";
    size_t used = 0;
    for (int i = 0; i < BENCH_WORKLOADS && used < sizeof names; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, i ? ", %s" : "%s", bench_workloads[i].name);
    return cli_wrong_use(&cli_bench, "--only: there is no workload \"%.*s\"; there are %s", (int)bytes, word, names);
}

/* "xor,book"; NULL: all */
static int read_only(const char *list, int *wanted)
{
    for (int i = 0; i < BENCH_WORKLOADS; i++)
        wanted[i] = !list;
    for (const char *at = list; at; at = *at ? at + 1 : NULL) {
        size_t bytes = strcspn(at, ",");
        int i = 0;
        while (i < BENCH_WORKLOADS &&
               (strlen(bench_workloads[i].name) != bytes || memcmp(bench_workloads[i].name, at, bytes) != 0))
            i++;
        if (i == BENCH_WORKLOADS)
            return no_workload(at, bytes);
        wanted[i] = 1;
        at += bytes;
    }
    return CLI_FINE;
}

/* MNIST, or else the built-in digits, which are as large. */
static dp_status open_images(bench *b)
{
    int needed = 0;
    for (int i = 0; i < BENCH_WORKLOADS; i++)
        needed = needed || (b->wanted[i] && bench_workloads[i].kind == BENCH_FIT);
    if (!needed)
        return DP_OK;
    b->images_name = "mnist";
    dp_status status = dp_dataset_open(b->ctx, b->images_name, DP_SPLIT_TRAIN, &b->images);
    if (status == DP_OK)
        return status;
    b->images_name = "digits";
    return dp_dataset_open(b->ctx, b->images_name, DP_SPLIT_TRAIN, &b->images);
}

static int measure_machine(bench *b)
{
    dp_machine_speed speed;
    for (int i = -1; i < b->count; i++) { /* one thread first, whether workloads run on one or not */
        int threads = i < 0 ? 1 : b->counts[i];
        if (i >= 0 && threads == 1) {
            b->bandwidth[i] = b->speed.bandwidth_gbs;
            continue;
        }
        dp_ctx *ctx = cli_ctx_planned(&cli_bench, threads, b->options->plan);
        if (!ctx)
            return CLI_WRONG_USE;
        dp_status status = dp_machine_measure(ctx, fmin(b->options->seconds, 60), &speed);
        int exit_status = status == DP_OK ? CLI_FINE : cli_fail(ctx, status);
        dp_ctx_free(&ctx);
        if (exit_status != CLI_FINE)
            return exit_status;
        if (i < 0)
            b->speed = speed;
        else
            b->bandwidth[i] = speed.bandwidth_gbs;
    }
    return CLI_FINE;
}

static double gflops(const bench_result *result)
{
    return result->flops / result->median_us * 1e-3;
}

/* ---- As text ---- */

static void show_machine(const bench *b)
{
    char cpu[80];
    dp_build_info build = dp_build_get();
    printf("%s, %d core%s, kernels %s; denpa %s (%s, %s)\n", dp_machine_cpu(cpu, sizeof cpu), dp_ctx_threads(b->ctx),
           dp_ctx_threads(b->ctx) == 1 ? "" : "s", build.kernels, build.version, build.kind, build.compiler);
    printf("one core: %.1f GFLOP/s in float32, copies %.1f GB/s", b->speed.peak_gflops, b->speed.bandwidth_gbs);
    for (int i = 0; i < b->count; i++)
        if (b->counts[i] != 1)
            printf("; %d threads copy %.1f GB/s", b->counts[i], b->bandwidth[i]);
    if (b->images_name)
        printf("\nimages: %s", b->images_name);
    printf("\n\n%-12s %7s  %12s %12s %12s  %8s %7s  %10s\n", "", "", "us per step", "", "", "", "of", "");
    printf("%-12s %7s  %12s %12s %12s  %8s %7s  %10s\n", "workload", "threads", "min", "median", "max", "GFLOP/s",
           "peak", "memory");
    fflush(stdout);
}

static void show_result(const bench_workload *workload, int threads, const bench_result *result)
{
    printf("%-12s %7d  %12.2f %12.2f %12.2f  ", workload->name, threads, result->least_us, result->median_us,
           result->most_us);
    if (result->flops > 0)
        printf("%8.1f %6.1f%%", gflops(result), 100 * result->share);
    else
        printf("%8s %7s", "-", "-");
    printf("  %7.1f MB\n", (double)result->bytes * 1e-6);
    fflush(stdout);
}

/* ---- As JSON ---- */

static dp_status add_number(dp_text *text, const char *before, double value)
{
    dp_status status = dp_text_addf(text, "%s", before);
    return status == DP_OK ? dp_text_json_number(text, value) : status;
}

static dp_status add_machine(bench *b)
{
    char cpu[80];
    dp_text *text = &b->json;
    dp_build_info build = dp_build_get();
    dp_status status = dp_text_addf(text, "{\"machine\": {\"cpu\": ");
    if (status == DP_OK)
        status = dp_text_json_string(text, dp_machine_cpu(cpu, sizeof cpu));
    if (status == DP_OK)
        status = dp_text_addf(
            text,
            ", \"cores\": %d, \"isa\": \"%s\", \"kernels\": \"%s\", \"version\": \"%s\", \"build\": \"%s\", "
            "\"compiler\": \"%s\", \"images\": ",
            dp_ctx_threads(b->ctx), build.cpu, build.kernels, build.version, build.kind, build.compiler);
    if (status == DP_OK)
        status = b->images_name ? dp_text_json_string(text, b->images_name) : dp_text_addf(text, "null");
    for (int i = 0; i < b->count && status == DP_OK; i++) {
        status = dp_text_addf(text, "%s\"%d\": ", i ? ", " : ", \"bandwidth_gbs\": {", b->counts[i]);
        if (status == DP_OK)
            status = dp_text_json_number(text, b->bandwidth[i]);
    }
    if (status == DP_OK)
        status = add_number(text, "}}, \"peak_gflops\": ", b->speed.peak_gflops);
    if (status == DP_OK)
        status = add_number(text, ", \"bandwidth_gbs\": ", b->speed.bandwidth_gbs);
    return status == DP_OK ? dp_text_addf(text, ", \"workloads\": [") : status;
}

static dp_status add_result(bench *b, int first, const bench_workload *workload, int threads,
                            const bench_result *result)
{
    dp_text *text = &b->json;
    dp_status status =
        dp_text_addf(text, "%s\n{\"name\": \"%s\", \"threads\": %d", first ? "" : ",", workload->name, threads);
    if (status == DP_OK)
        status = add_number(text, ", \"us_per_step\": {\"min\": ", result->least_us);
    if (status == DP_OK)
        status = add_number(text, ", \"median\": ", result->median_us);
    if (status == DP_OK)
        status = add_number(text, ", \"max\": ", result->most_us);
    if (status == DP_OK)
        status = add_number(text, "}, \"gflops\": ", gflops(result));
    if (status == DP_OK)
        status = add_number(text, ", \"share_of_peak\": ", result->share);
    return status == DP_OK ? dp_text_addf(text, ", \"bytes\": %llu}", (unsigned long long)result->bytes) : status;
}

/* ---- All together ---- */

static int run_workloads(bench *b)
{
    int first = 1;
    for (int i = 0; i < BENCH_WORKLOADS; i++) {
        for (int t = 0; t < b->count && b->wanted[i]; t++) {
            bench_result result;
            int exit_status = bench_run(&bench_workloads[i], b->counts[t], b->options->plan, b->images,
                                        (int)b->options->repeats, b->options->seconds, &result);
            if (exit_status != CLI_FINE)
                return exit_status;
            if (!b->options->json)
                show_result(&bench_workloads[i], b->counts[t], &result);
            dp_status status =
                b->options->json ? add_result(b, first, &bench_workloads[i], b->counts[t], &result) : DP_OK;
            if (status != DP_OK)
                return cli_fail(b->ctx, status);
            first = 0;
        }
    }
    return CLI_FINE;
}

static int run_bench(bench *b)
{
    dp_status status = open_images(b);
    if (status != DP_OK)
        return cli_fail(b->ctx, status);
    int exit_status = measure_machine(b);
    if (exit_status != CLI_FINE)
        return exit_status;
    if (!b->options->json) {
        show_machine(b);
        return run_workloads(b);
    }
    status = add_machine(b);
    if (status == DP_OK && (exit_status = run_workloads(b)) != CLI_FINE)
        return exit_status;
    if (status == DP_OK)
        status = dp_text_addf(&b->json, "\n]}\n");
    if (status != DP_OK)
        return cli_fail(b->ctx, status);
    cli_print(&b->json);
    return CLI_FINE;
}

static int run(const void *given, const cli_list *operands)
{
    (void)operands;
    bench b = {.options = given};
    int exit_status = read_only(b.options->only, b.wanted);
    if (exit_status != CLI_FINE)
        return exit_status;
    if (!(b.options->seconds >= 0 && b.options->seconds <= 3600))
        return cli_wrong_use(&cli_bench, "--seconds: from 0 to 3600 seconds can be taken for a workload");
    b.ctx = cli_ctx_planned(&cli_bench, 0, b.options->plan);
    if (!b.ctx)
        return CLI_WRONG_USE;
    b.json.ctx = b.ctx;
    int cores = dp_ctx_threads(b.ctx);
    b.counts[b.count++] = b.options->threads ? (int)b.options->threads : 1;
    if (!b.options->threads && cores > 1)
        b.counts[b.count++] = cores;
    exit_status = run_bench(&b);
    dp_text_free(&b.json);
    dp_dataset_free(&b.images);
    dp_ctx_free(&b.ctx);
    return exit_status;
}

#define OPTION(member) .offset = offsetof(bench_options, member)
static const cli_option options[] = {
    {.name = "only", .kind = CLI_TEXT, OPTION(only), .argument = "NAME,...", .help = "only these workloads"},
    {.name = "threads",
     .kind = CLI_INTEGER,
     OPTION(threads),
     .argument = "T",
     .value = "0",
     .most = 1024,
     .help = "with so many threads; 0: with one, then with one for each core"},
    {.name = "repeats",
     .kind = CLI_INTEGER,
     OPTION(repeats),
     .argument = "R",
     .value = "20",
     .least = 1,
     .most = 10000,
     .help = "times that make up min, median and max"},
    {.name = "seconds",
     .kind = CLI_REAL,
     OPTION(seconds),
     .argument = "S",
     .value = "1",
     .help = "how long the repeats of a workload take together; each has at least one step"},
    CLI_PLAN_OPTION(bench_options, plan),
    {.name = "json", .kind = CLI_FLAG, OPTION(json), .help = "one JSON object on stdout"},
};
static const char *const usage[] = {"[options]", NULL};
static const char *const paragraphs[] = {
    "Measures, in one run, what a core of this machine can do at best (multiply-adds in registers, float32; copying "
    "memory, bytes read and "
    "written) and how long these take, in float32:",
    "  xor          2-4-2, sigmoid, no bias, batch 4, Adam with AMSGrad: a training step\n"
    "  book         784-50-10, batch 100, SGD: the book's network\n"
    "  mlp512       784-512-512-10, batch 256, Adam\n"
    "  mlp2048      784-2048-2048-10, batch 64, Adam: weights larger than the caches\n"
    "  expm         4-32-16-4, tanh, 10,000 rows as one batch, mean squared error, Adam\n"
    "  lenet        28x28, 6 and 16 filters of 5x5, 120-84-10, batch 128, Adam\n"
    "  simpleconv   28x28, 30 filters of 5x5, 100-10, batch 100, Adam: the book's SimpleConvNet\n"
    "  deepconv     the book's DeepConvNet, with dropout, batch 100, Adam\n"
    "  infer1       784-50-10, forward, one sample\n"
    "  elementwise  gelu(x * a + b) * c and its gradient in x, 10,000,000 values",
    "The steps of book, the mlps and the convolutions are those of denpa train on MNIST, or on the built-in digits if MNIST is "
    "not there: with rows "
    "gathered from the bytes of the images in a new order for every epoch.",
    "GFLOP/s count the multiplications and additions of the matrix products. Since clocks change from one moment to the "
    "next, the peak is measured again behind each repeat, for 2 ms, and the share of it is the median of the repeats' "
    "shares; the peak of T threads is T times that of a core. memory is the most that a workload takes at once, without "
    "the images.",
    "With --json: {\"machine\", \"peak_gflops\", \"bandwidth_gbs\", \"workloads\": [{\"name\", \"threads\", "
    "\"us_per_step\": {\"min\", "
    "\"median\", \"max\"}, \"gflops\", \"share_of_peak\", \"bytes\"}]}; machine says what was measured on, and the "
    "bandwidth of each number of "
    "threads.",
    NULL,
};
static const cli_example examples[] = {
    {"denpa bench", "all of it, with one thread and with all cores"},
    {"denpa bench --only book,xor --threads 1 --repeats 100", "two workloads, measured more often"},
    {"DENPA_CPU=avx2 denpa bench --json", "with the kernels for AVX2, as JSON"},
};
const cli_command cli_bench = {
    .name = "bench",
    .summary = "how fast it is here, and what the machine could do",
    .usage = usage,
    .paragraphs = paragraphs,
    .options = options,
    .option_count = CLI_COUNT(options),
    .examples = examples,
    .example_count = CLI_COUNT(examples),
    .options_bytes = sizeof(bench_options),
    .run = run,
};
